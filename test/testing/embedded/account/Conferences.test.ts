import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { Account } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { refusal } from "../../../support/embedded.ts"

const { Conferences } = Account

describe("Account.Conferences of the embedded server", () => {
  it.effect("creates a room with the engine's defaults, replaces it and lists it", () =>
    Effect.gen(function* () {
      const room = yield* Conferences.create({ name: "Team", member: { pins: ["1234"] }, max_members: 10 })
      assert.deepInclude(room.member, { join_muted: true, join_deaf: false })
      assert.deepStrictEqual(room.member?.pins?.map(Redacted.value), ["1234"])
      const found = yield* Conferences.get({ conference_id: room.id! })
      assert.deepInclude(found, { name: "Team", max_members: 10 })
      assert.deepInclude(found._read_only, { members: 0, is_locked: false })
      const replaced = yield* Conferences.update({ conference_id: room.id!, name: "Board" })
      assert.notProperty(replaced, "max_members")
      const [listed] = yield* Conferences.list()
      assert.deepInclude(listed, { id: room.id, name: "Board", conference_numbers: [] })
      assert.notProperty(listed, "play_name")
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("makes a room on the spot of any other id, also of one that was removed, but changes none", () =>
    Effect.gen(function* () {
      const { id: conference_id = "" } = yield* Conferences.create({ name: "Team" })
      assert.deepInclude(yield* Conferences.remove({ conference_id }), { name: "Team" })
      const found = yield* Conferences.get({ conference_id })
      assert.strictEqual(found.id, conference_id)
      assert.notProperty(found, "name")
      const gone = ["NotFound", "bad_identifier"]
      assert.deepStrictEqual(yield* refusal(Conferences.update({ conference_id, name: "x" })), gone)
      assert.deepStrictEqual(yield* refusal(Conferences.remove({ conference_id })), gone)
      assert.deepStrictEqual(yield* Conferences.list(), [])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("pages, each account through its own", () =>
    Effect.gen(function* () {
      const names = ["a", "b", "c"]
      for (const name of names) yield* Conferences.create({ name })
      const west = yield* Account.Accounts.createSubAccount({ name: "West" })
      yield* Conferences.create({ name: "west", account_id: west.id })
      const read = (account_id?: string) =>
        Stream.runCollect(Stream.map(Conferences.list.items({ page_size: 2, account_id }), ({ name }) => name))
      assert.deepStrictEqual(yield* read(), names)
      assert.deepStrictEqual(yield* read(west.id), ["west"])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})
