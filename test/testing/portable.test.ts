import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { EmbeddedAudian } from "../../src/testing/portable/index.ts"

describe("effect-audian/testing without a port", () => {
  it.effect("EmbeddedAudian.serve: names the entry to import", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(Effect.scoped(Layer.build(EmbeddedAudian.serve())))
      assert.strictEqual(exit._tag, "Failure")
      if (exit._tag === "Failure") assert.include(Cause.pretty(exit.cause), "effect-audian/testing/node")
    })
  )
})
