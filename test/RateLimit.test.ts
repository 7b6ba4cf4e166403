import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Headers from "effect/http/Headers"
import { RateLimit } from "effect-audian"

const read = (headers: Record<string, string>, tokens?: RateLimit.Tokens) =>
  RateLimit.fromHeaders(Headers.fromInput(headers), tokens)

describe("RateLimit", () => {
  it("reads the documented headers", () => {
    assert.deepStrictEqual(
      read({ "X-RateLimit-Limit": "1000", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1704067260" }),
      { limit: 1000, remaining: 0, reset: DateTime.makeUnsafe(1_704_067_260_000) }
    )
  })

  it("leaves out what makes no sense, and is nothing where nothing does", () => {
    assert.deepStrictEqual(read({ "X-RateLimit-Limit": "many", "X-RateLimit-Remaining": " 7 " }), { remaining: 7 })
    for (const junk of ["-1", "1.5", "1e3", "", "0x10", "NaN", "99999999999999999999"]) {
      assert.isUndefined(read({ "X-RateLimit-Limit": junk, "X-RateLimit-Reset": junk }), junk)
    }
    assert.isUndefined(read({ "X-RateLimit-Reset": "8640000000001" }))
    assert.isUndefined(read({}))
  })

  it("holds the engine's tokens beside them", () => {
    const tokens = RateLimit.tokensOf({ consumed: 35, remaining: 65 })
    assert.deepStrictEqual(read({}, tokens), { tokens: { consumed: 35, remaining: 65 } })
    for (const junk of [
      undefined,
      null,
      1,
      [],
      {},
      { consumed: 1 },
      { consumed: "1", remaining: 2 },
      { consumed: Number.NaN, remaining: 1 }
    ]) {
      assert.isUndefined(RateLimit.tokensOf(junk))
    }
  })
})
