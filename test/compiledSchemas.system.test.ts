/**
 * Effect's compiler of schemas, which a program may enable: the codecs do the same with it. It is global to a process, so
 * that each run has its own.
 */
import { execFile } from "node:child_process"
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, describe, it } from "@effect/vitest"

const folder = mkdtempSync(join(tmpdir(), "compiled-schemas-"))
afterAll(() => rmSync(folder, { recursive: true }))

const enable = join(import.meta.dirname, "support/compileSchemas.ts")

/** The lines that a process prints, and how many functions its compiler made. */
const run = (
  name: string,
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>> = {}
): Promise<{ readonly lines: ReadonlyArray<string>; readonly compiled: number }> =>
  new Promise((resolve, reject) => {
    const file = join(folder, name)
    execFile(
      process.execPath,
      args,
      { env: { ...process.env, ...env, COMPILED_SCHEMAS: file }, maxBuffer: 2 ** 28 },
      (error, stdout, stderr) =>
        error === null
          ? resolve({ lines: stdout.split("\n"), compiled: existsSync(file) ? statSync(file).size : 0 })
          : reject(new Error(`${error.message}\n${stdout.slice(-4000)}${stderr}`))
    )
  })

const sample = ["--conditions=effect-audian-source", join(import.meta.dirname, "support/codecSample.ts")]
const interpreted = run("interpreted", sample)

describe("compiled schemas", () => {
  for (const { args, least, most, title } of [
    { title: "encode and decode as the interpreter does, for every operation", args: [], least: 1000, most: Infinity },
    {
      title: "are interpreted where no code can be generated",
      args: ["--disallow-code-generation-from-strings"],
      least: 0,
      most: 0
    }
  ]) {
    it(title, async () => {
      const [one, other] = await Promise.all([interpreted, run(title, [...args, "--import", enable, ...sample])])
      assert.strictEqual(one.compiled, 0)
      assert.isAtLeast(other.compiled, least)
      assert.isAtMost(other.compiled, most)
      assert.isAbove(one.lines.length, 40_000)
      assert.isTrue(one.lines.some((line) => line.startsWith("decode") && line.includes(": issues ")))
      assert.deepStrictEqual(
        other.lines.filter((line, index) => line !== one.lines[index]).map((line) => line.slice(0, 500)),
        []
      )
      assert.strictEqual(other.lines.length, one.lines.length)
    })
  }

  it("pass the tests of responses, requests, errors and webhooks", async () => {
    const { compiled } = await run(
      "tests",
      [
        "node_modules/vitest/vitest.mjs",
        "run",
        "--project=unit",
        "--reporter=dot",
        "--no-color",
        "test/conformance",
        "test/documents.test.ts",
        "test/properties.test.ts",
        "test/roundTrip.test.ts",
        "test/WebhookReceiver.test.ts",
        "test/internal/call/encoding.test.ts",
        "test/internal/schema",
        "test/resources"
      ],
      { NODE_OPTIONS: `--import=${enable}` }
    )
    assert.isAbove(compiled, 1000)
  }, 180_000)
})
