import { assert, describe, it } from "@effect/vitest"
import { inputsOf } from "../support/bundle.ts"

const ofTools = /^src\/(?:ai|bin)\/|openapi\.json$|effect\/(?:dist|src)\/(?:ai|cli)\//

/** Programs from a single operation to everything but the tools. */
const programs = {
  "one operation": `import { Numbers } from "effect-audian"
    console.log(Numbers.list)`,
  "one operation of a subpath, and a client": `import * as Audian from "effect-audian/Audian"
    import * as Numbers from "effect-audian/Numbers"
    console.log(Audian.layerFetch({ apiKey: "k" }), Numbers.list())`,
  "the whole contract, its document, events and receivers": `import * as Everything from "effect-audian"
    console.log(Everything, Everything.Api.openapi())`
}

describe("a program", () => {
  it.each(Object.entries(programs))("of %s bundles neither the command nor the tools", async (_, program) => {
    const files = await inputsOf(program)
    assert.include(files, "src/resources/Numbers.ts")
    assert.deepStrictEqual(
      files.filter((file) => ofTools.test(file)),
      []
    )
  })

  it("that uses the tools bundles them for any platform, without the command and what needs Node.js", async () => {
    const files = await inputsOf(
      `import { Numbers } from "effect-audian"
       import { AudianToolkit } from "effect-audian/ai"
       console.log(AudianToolkit.make({ operations: [Numbers.list] }))`
    )
    assert.include(files, "src/ai/AudianToolkit.ts")
    assert.include(files, "openapi.json")
    assert.isTrue(files.some((file) => file.startsWith("node_modules/effect/") && ofTools.test(file)))
    assert.deepStrictEqual(
      files.filter((file) => /^src\/(?:bin|testing|account)\//.test(file)),
      []
    )
  })
})
