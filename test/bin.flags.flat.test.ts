import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { cases } from "./conformance/all.ts"
import * as Flags from "./support/flags.ts"

describe("effect-audian call, the flat family", () => {
  it.live("calls more than a hundred operations through flags alone", () =>
    Effect.gen(function* () {
      const folder = yield* Flags.folder
      const alone = new Set<string>()
      for (const { input, operation } of cases) {
        const { args } = yield* Flags.argumentsOf(operation, input, folder)
        if (!args.includes("--set") && !args.includes("--unset")) alone.add(operation.name)
      }
      assert.isAtLeast(alone.size, 100)
    }).pipe(Effect.scoped)
  )

  Flags.test(cases.filter(({ operation }) => operation.traits.family !== "account"))
})
