import { execFileSync } from "node:child_process"
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { afterAll, assert, describe, it } from "@effect/vitest"

const biome = resolve("node_modules/.bin/biome")
const copy = mkdtempSync(join(tmpdir(), "effect-audian-lint-"))
cpSync("src", join(copy, "src"), { recursive: true })
cpSync("biome.json", join(copy, "biome.json"))
afterAll(() => rmSync(copy, { recursive: true }))

const forbidden = [
  ["src/internal/call", "../../resources/Numbers.ts"],
  ["src/internal/call", "../../account/Users.ts"],
  ["src/internal/call", "../../testing/Fault.ts"],
  ["src/internal/call", "../../bin/command.ts"],
  ["src/internal/call", "../../Api.ts"],
  ["src/internal/call", "../../node/index.ts"],
  ["src/internal/call", "../../ai/index.ts"],
  ["src/internal/call", "../../index.ts"],
  ["src/internal/schema", "../call/codec.ts"],
  ["src/internal/schema", "../events/event.ts"],
  ["src/internal/schema", "../resilience/breaker.ts"],
  ["src/internal/error", "../call/codec.ts"],
  ["src/internal/error", "../events/event.ts"],
  ["src/internal/error", "../telemetry/call.ts"],
  ["src/internal/schema", "../paging/paged.ts"],
  ["src/internal/error", "../resilience/breaker.ts"],
  ["src/resources", "../Retry.ts"],
  ["src/resources", "../internal/call/codec.ts"],
  ["src/resources", "./Numbers.ts"],
  ["src/account", "../Credentials.ts"],
  ["src/account", "../resources/Numbers.ts"],
  ["src/resources", "../account/Users.ts"],
  ["src/ai", "../testing/Fault.ts"],
  ["src/node", "../bin/command.ts"],
  ["src", "./testing/Fault.ts"],
  ["src", "effect-audian"]
] as const

const allowed = [
  ["src/resources", "../Wait.ts"],
  ["src/internal/call", "../resilience/guard.ts"],
  ["src/testing", "../internal/call/codec.ts"]
] as const

const plant = (name: string, [folder, from]: readonly [folder: string, from: string]): string => {
  const file = `${folder}/${name}.ts`
  writeFileSync(join(copy, file), `import type * as Planted from "${from}"\n\nexport type { Planted }\n`)
  return file
}

describe("lint: directions of imports", () => {
  const planted = forbidden.map((one, index) => [plant(`planted${index}`, one), one[1]] as const)
  const fine = allowed.map((one, index) => [plant(`fine${index}`, one), one[1]] as const)
  // A circle of types.
  const first = plant("circle1", ["src", "./circle2.ts"])
  plant("circle2", ["src", "./circle1.ts"])

  const report = (() => {
    const args = ["lint", "--vcs-enabled=false", "--max-diagnostics=none", "src"]
    try {
      return execFileSync(biome, args, { cwd: copy, encoding: "utf8", stdio: "pipe" })
    } catch (error) {
      const { stderr, stdout } = error as { readonly stderr: string; readonly stdout: string }
      return stdout + stderr
    }
  })()
  const rulesOf = (file: string): ReadonlyArray<string> =>
    report.split("\n").filter((line) => line.startsWith(`${file}:`))

  for (const [file, from] of planted) {
    it(`${file.replace(/\/\w+\.ts$/, "")} may not import ${from}`, () => {
      assert.include(rulesOf(file).join("\n"), "noRestrictedImports")
    })
  }
  for (const [file, from] of fine) {
    it(`${file.replace(/\/\w+\.ts$/, "")} may import ${from}`, () => {
      assert.deepStrictEqual(rulesOf(file), [])
    })
  }
  it("a circle of types is refused like one of values", () => {
    assert.include(rulesOf(first).join("\n"), "noImportCycles")
  })
})
