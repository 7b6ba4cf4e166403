import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { Account } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { refusal } from "../../../support/embedded.ts"

const { Devices, Users } = Account

const jane = { first_name: "Jane", last_name: "Doe", username: "jane", email: "jane@example.com" }

describe("EmbeddedAudian: Account.Users", () => {
  it.effect("create: adds the engine's defaults; list has a summary", () =>
    Effect.gen(function* () {
      const user = yield* Users.create({ ...jane, password: "s3cret", hotdesk: { pin: "1234" } })
      assert.match(user.id ?? "", /^[\da-f]{32}$/)
      assert.deepInclude(user, { ...jane, enabled: true, priv_level: "user", vm_to_email_enabled: true })
      assert.deepInclude(user.hotdesk, { enabled: false, require_pin: false })
      assert.strictEqual(Redacted.value(user.hotdesk!.pin!), "1234")
      assert.notProperty(user, "password")
      const listed = yield* Users.list()
      assert.deepStrictEqual(listed, [{ id: user.id, ...jane, priv_level: "user", call_recording: false, flags: [] }])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("update removes missing fields, patch keeps them", () =>
    Effect.gen(function* () {
      const { id = "" } = yield* Users.create({ ...jane, caller_id: { internal: { name: "Jane", number: "1001" } } })
      const patched = yield* Users.patch({ user_id: id, caller_id: { internal: { number: "1002" } }, title: "CTO" })
      assert.deepStrictEqual(patched.caller_id, { internal: { name: "Jane", number: "1002" } })
      assert.deepInclude(patched, { ...jane, title: "CTO" })
      const replaced = yield* Users.update({ user_id: id, first_name: "Jane", last_name: "Roe" })
      assert.notProperty(replaced, "caller_id")
      assert.notProperty(replaced, "username")
      assert.deepInclude(replaced, { id, last_name: "Roe", enabled: true })
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("create and update: a username of another user is 400, in any case", () =>
    Effect.gen(function* () {
      const { id = "" } = yield* Users.create(jane)
      const taken = ["BadRequest", "validation_error", "username"]
      assert.deepStrictEqual(yield* refusal(Users.create({ ...jane, username: "JANE" })), taken)
      const other = yield* Users.create({ ...jane, username: "john" })
      assert.deepStrictEqual(yield* refusal(Users.patch({ user_id: other.id!, username: "jane" })), taken)
      assert.deepStrictEqual(yield* refusal(Users.update({ user_id: other.id!, ...jane })), taken)
      yield* Users.update({ user_id: id, ...jane })
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("invite: an email of another user is 400", () =>
    Effect.gen(function* () {
      const person = { firstName: "Jane", lastName: "Doe", email: "jane@example.com" }
      const invited = yield* Users.invite({ ...person, extension: "1001", sendInvitation: false })
      assert.deepInclude(invited, { ...person, extension: "1001" })
      assert.notProperty(invited, "sendInvitation")
      const [listed] = yield* Users.list()
      assert.deepInclude(listed, { first_name: "Jane", last_name: "Doe", email: "jane@example.com" })
      assert.deepStrictEqual(yield* refusal(Users.invite(person)), ["BadRequest", "validation_error", "email"])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("remove: reassigns the devices; a second removal is 404", () =>
    Effect.gen(function* () {
      const { id = "" } = yield* Users.create(jane)
      const { id: heir = "" } = yield* Users.create({ ...jane, username: "john" })
      const mine = yield* Devices.create({ name: "Mine", owner_id: id })
      const others = yield* Devices.create({ name: "Other", owner_id: "x" })
      const unknown = Users.remove({ user_id: id, reassignDevices: "nobody" })
      assert.deepStrictEqual(yield* refusal(unknown), ["BadRequest", "validation_error", "reassignDevices"])
      assert.deepInclude(yield* Users.remove({ user_id: id, reassignDevices: heir }), { id, first_name: "Jane" })
      assert.strictEqual((yield* Devices.get({ device_id: mine.id! })).owner_id, heir)
      assert.strictEqual((yield* Devices.get({ device_id: others.id! })).owner_id, "x")
      const gone = ["NotFound", "bad_identifier"]
      assert.deepStrictEqual(yield* refusal(Users.remove({ user_id: id })), gone)
      assert.deepStrictEqual(yield* refusal(Users.patch({ user_id: id, enabled: false })), gone)
      assert.deepStrictEqual(yield* refusal(Users.update({ user_id: id, ...jane })), gone)
      assert.deepStrictEqual(
        (yield* Users.list()).map(({ id }) => id),
        [heir]
      )
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("list: pages have each user once, also while users are removed", () =>
    Effect.gen(function* () {
      const ids = yield* Effect.forEach(Array.from({ length: 7 }), (_, i) =>
        Effect.map(Users.create({ ...jane, username: `user${i}` }), ({ id = "" }) => id)
      )
      const all = yield* Stream.runCollect(Users.list.items({ page_size: 3 }))
      assert.deepStrictEqual(
        all.map(({ id }) => id),
        ids
      )
      const [first] = yield* Stream.runCollect(Users.list.pages({ page_size: 3 }, { maxPages: 1 }))
      // The next page starts at its key, although that user is removed.
      yield* Users.remove({ user_id: ids[0]! })
      yield* Users.remove({ user_id: ids[3]! })
      const rest = yield* Stream.runCollect(Users.list.resume(first!.next))
      assert.deepStrictEqual(
        rest.flatMap(({ items }) => items.map(({ id }) => id)),
        ids.slice(4)
      )
      assert.strictEqual((yield* Users.list({ paginate: false })).length, 5)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})
