import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { Account } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { refusal } from "../../../support/embedded.ts"

const { Vmboxes } = Account

describe("Account.Vmboxes of the embedded server", () => {
  it.effect("creates, reads, replaces and removes a box", () =>
    Effect.gen(function* () {
      const box = yield* Vmboxes.create({ name: "Jane", mailbox: "1001", pin: "1234", timezone: "UTC" })
      assert.deepInclude(box, { mailbox: "1001", media_extension: "mp3", seek_duration_ms: 10_000, require_pin: false })
      const vmbox_id = box.id!
      assert.strictEqual(Redacted.value((yield* Vmboxes.get({ vmbox_id })).pin!), "1234")
      const replaced = yield* Vmboxes.update({ vmbox_id, name: "Jane", mailbox: "1001", pin: "5678" })
      assert.notProperty(replaced, "timezone")
      assert.strictEqual(Redacted.value(replaced.pin!), "5678")
      assert.deepInclude(yield* Vmboxes.remove({ vmbox_id }), { id: vmbox_id })
      const gone = ["NotFound", "bad_identifier"]
      assert.deepStrictEqual(yield* refusal(Vmboxes.get({ vmbox_id })), gone)
      assert.deepStrictEqual(yield* refusal(Vmboxes.update({ vmbox_id, name: "x" })), gone)
      assert.deepStrictEqual(yield* refusal(Vmboxes.remove({ vmbox_id })), gone)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("lists boxes without their PINs, page by page", () =>
    Effect.gen(function* () {
      for (const mailbox of ["1", "2", "3"]) yield* Vmboxes.create({ name: "Box", mailbox, pin: "1234" })
      const listed = yield* Stream.runCollect(Vmboxes.list.items({ page_size: 2 }))
      assert.deepStrictEqual(
        listed.map(({ id: _, ...box }) => box),
        ["1", "2", "3"].map((mailbox) => ({ name: "Box", mailbox, messages: 0 }))
      )
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("refuses a mailbox that another box of the account has", () =>
    Effect.gen(function* () {
      const taken = ["BadRequest", "validation_error", "mailbox"]
      const { id: vmbox_id = "" } = yield* Vmboxes.create({ name: "Jane", mailbox: "1001" })
      const other = yield* Vmboxes.create({ name: "John", mailbox: "1002" })
      assert.deepStrictEqual(yield* refusal(Vmboxes.create({ name: "Joe", mailbox: "1001" })), taken)
      assert.deepStrictEqual(yield* refusal(Vmboxes.update({ vmbox_id: other.id!, mailbox: "1001" })), taken)
      yield* Vmboxes.update({ vmbox_id, name: "Jane", mailbox: "1001" })
      const west = yield* Account.Accounts.createSubAccount({ name: "West" })
      yield* Vmboxes.create({ account_id: west.id, name: "Jane", mailbox: "1001" })
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})
