import { assert, describe, it } from "@effect/vitest"
import { inputsOf } from "./support/bundle.ts"

const queue = "src/internal/resilience/limiterQueue.ts"
const options = "src/internal/call/callOptions.ts"
const bundled = async (contents: string) => {
  // esbuild keeps all of a namespace that a barrel exports.
  const imports = ["Audian", "Numbers", "RateLimit"].map((name) => `import * as ${name} from "effect-audian/${name}"`)
  const files = await inputsOf([...imports, contents].join("\n"))
  return [queue, options].filter((file) => files.includes(file))
}

describe("RateLimit.withPriority", () => {
  it("is not bundled by a program that does not use it, nor is the queue without a limiter", async () => {
    assert.deepStrictEqual(await bundled("console.log(Audian.layer, Numbers.list)"), [])
    assert.deepStrictEqual(await bundled("console.log(Audian.layer, Numbers.list, RateLimit.limiter)"), [queue])
    assert.deepStrictEqual(await bundled("console.log(Numbers.list, RateLimit.withPriority)"), [options])
  })
})
