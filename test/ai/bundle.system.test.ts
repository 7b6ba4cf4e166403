import { assert, describe, it } from "@effect/vitest"
import { inputsOf } from "../support/bundle.ts"

const ofTools = /^src\/(?:ai|bin)\/|openapi\.json$|effect\/(?:dist|src)\/(?:ai|cli)\//

describe("a program", () => {
  it("that uses neither the command nor the tools bundles none of them", async () => {
    const files = await inputsOf(
      `import { Api, Audian, Events, Numbers } from "effect-audian"
       console.log(Audian.layerConfig, Numbers.list, Events.stream, Api.operations)`
    )
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
    assert.deepStrictEqual(
      files.filter((file) => /^src\/(?:bin|testing|account)\//.test(file)),
      []
    )
  })
})
