import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { CallerIds, Numbers } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { number, refusal } from "../../support/embedded.ts"

describe("CallerIds", () => {
  it.effect("lists what was added: one of the account's numbers verified, another not yet", () =>
    Effect.gen(function* () {
      yield* Numbers.purchase({ number })
      const own = yield* CallerIds.create({ number, name: "Acme Corp", note: "main" })
      yield* CallerIds.create({ number: "+12125550100" })
      const verified = {
        id: "cid_000001",
        number,
        name: "Acme Corp",
        status: "verified",
        verified_at: "1970-01-01T00:00:00.000Z"
      }
      assert.deepStrictEqual(own, { ...verified, note: "main" })
      assert.deepStrictEqual<unknown>((yield* CallerIds.list()).caller_ids, [
        verified,
        { id: "cid_000002", number: "+12125550100", name: null, status: "pending", verified_at: null }
      ])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("refuses the same number twice with 409", () =>
    Effect.gen(function* () {
      yield* CallerIds.create({ number })
      assert.deepStrictEqual(yield* refusal(CallerIds.create({ number })), ["Conflict", "conflict_error"])
      assert.strictEqual((yield* CallerIds.list()).caller_ids.length, 1)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})
