/**
 * `modify` of every resource that can be read and replaced.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Account } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"

const modules = Object.entries(Account).filter(([, module]) => "get" in module && "update" in module)

describe("modify", () => {
  it("is there for every resource with get and update", () => {
    assert.isAbove(modules.length, 6)
    assert.deepStrictEqual(
      modules.flatMap(([name, module]) => ("modify" in module ? [] : [name])),
      []
    )
  })

  it.effect("keeps what the contract does not name, and writes the change", () =>
    Effect.gen(function* () {
      const own = { crm_id: "crm-42" }
      const { id: vmbox_id = "" } = yield* Account.Vmboxes.create({
        name: "Jane",
        mailbox: "1001",
        pin: "4711",
        ...own
      })
      yield* Account.Vmboxes.modify({ vmbox_id }, (box) => ({ ...box, name: "Jane Doe" }))
      const box = yield* Account.Vmboxes.get({ vmbox_id })
      assert.deepInclude(box, { name: "Jane Doe", mailbox: "1001", ...own })
      const { requests } = yield* EmbeddedAudian.EmbeddedAudian
      const before = (yield* requests).length
      yield* Account.Vmboxes.modify({ vmbox_id }, Effect.succeed)
      assert.strictEqual((yield* requests).length, before + 1)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})
