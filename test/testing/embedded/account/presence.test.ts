import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { Account } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { refusal } from "../../../support/embedded.ts"

const { Devices, Presence, Users } = Account

const jane = Effect.map(
  Users.create({ first_name: "Jane", last_name: "Doe", presence_id: "1001" }),
  ({ id: user_id = "" }) => ({ user_id })
)

describe("EmbeddedAudian: Account.Presence", () => {
  it.effect("update and getUser: share one presence", () =>
    Effect.gen(function* () {
      const user = yield* jane
      yield* Presence.update({ presence_id: "1001", status: "busy", message: "Lunch" })
      assert.deepStrictEqual(yield* Presence.list(), [
        { ...user, presence_id: "1001", status: "busy", message: "Lunch" }
      ])
      assert.deepInclude(yield* Presence.getUser(user), {
        userId: user.user_id,
        status: "busy",
        customMessage: "Lunch"
      })
      yield* Presence.updateUser({ ...user, status: "away" })
      assert.deepStrictEqual(yield* Presence.list(), [{ ...user, presence_id: "1001", status: "away" }])
      assert.isNull((yield* Presence.getUser(user)).customMessage)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("updateUser: a status with a duration expires", () =>
    Effect.gen(function* () {
      const user = yield* jane
      yield* Presence.updateUser({ ...user, status: "dnd", duration: 60 })
      yield* TestClock.adjust("59 seconds")
      assert.strictEqual((yield* Presence.getUser(user)).status, "dnd")
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* Presence.getUser(user)).status, "offline")
      assert.deepStrictEqual(yield* Presence.list(), [])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("getUser: derives the status from registrations, channels and do_not_disturb", () =>
    Effect.gen(function* () {
      const { seed } = yield* EmbeddedAudian.EmbeddedAudian
      const user = yield* jane
      const { id: authorizing_id = "" } = yield* Devices.create({ name: "Desk", owner_id: user.user_id })
      const status = Effect.map(Presence.getUser(user), ({ status }) => status)
      assert.strictEqual(yield* status, "offline")
      yield* seed({ registrations: [{ authorizing_id }] })
      assert.strictEqual(yield* status, "available")
      yield* seed({ channels: [{ uuid: "channel_1", authorizing_id }] })
      assert.strictEqual(yield* status, "busy")
      yield* Users.patch({
        ...user,
        do_not_disturb: { enabled: true },
        call_forward: { enabled: true, number: "+14155551234" }
      })
      assert.deepInclude(yield* Presence.getUser(user), {
        status: "dnd",
        activeCall: true,
        doNotDisturb: { enabled: true, reason: null, until: null },
        callForwarding: { enabled: true, destination: "+14155551234" }
      })
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("listUsers: has all users; getUser: an unknown user is 404", () =>
    Effect.gen(function* () {
      const { user_id } = yield* jane
      const all = (yield* Presence.listUsers()) as { readonly data: ReadonlyArray<{ readonly userId: string }> }
      assert.deepStrictEqual(
        all.data.map(({ userId }) => userId),
        [user_id]
      )
      const gone = ["NotFound", "bad_identifier"]
      assert.deepStrictEqual(yield* refusal(Presence.getUser({ user_id: "x" })), gone)
      assert.deepStrictEqual(yield* refusal(Presence.updateUser({ user_id: "x", status: "busy" })), gone)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("list: has seeded presences, in their account only", () =>
    Effect.gen(function* () {
      const presence = { presence_id: "pres_1", user_id: "user_1", status: "available", message: "Hi" }
      const { seed } = yield* EmbeddedAudian.EmbeddedAudian
      yield* seed({ presences: [presence] })
      assert.deepStrictEqual(yield* Presence.list(), [presence])
      const west = yield* Account.Accounts.createSubAccount({ name: "West" })
      assert.deepStrictEqual(yield* Presence.list({ account_id: west.id }), [])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})
