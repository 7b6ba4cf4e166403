import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { basename, resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { fencesOf } from "../scripts/fences.ts"

// Each block that is fenced as `ts run` is a module of its own. Its tests are tests of this file; an Effect that it
// exports needs nothing, and must succeed.
const out = ".snippets-run"
rmSync(out, { recursive: true, force: true })
mkdirSync(out)

const snippets = globSync(["*.md", "docs/*.md"])
  .toSorted()
  .flatMap((file) => fencesOf(file).flatMap(({ code, isRun }) => (isRun ? [{ file, code }] : [])))
  .map(({ code, file }, index) => {
    const path = resolve(out, `${basename(file, ".md")}-${index + 1}.ts`)
    writeFileSync(path, code)
    return { code, file, path }
  })

for (const { code, file, path } of snippets) {
  const title = /^export const (\w+)|^ *it(?:\.\w+)?\("([^"]*)"/m.exec(code)
  await describe(`${file}: ${title?.[2] ?? title?.[1]}`, async () => {
    const module = (await import(/* @vite-ignore */ pathToFileURL(path).href)) as Readonly<Record<string, unknown>>
    const effects = Object.entries(module).filter(([, value]) => Effect.isEffect(value))
    for (const [name, effect] of effects) it.live(name, () => effect as Effect.Effect<unknown, unknown>)
    it("has something to run", () => {
      assert.isTrue(effects.length > 0 || /^it(?:\.\w+)?\(/m.test(code))
    })
  })
}

describe("ai-docs", async () => {
  for (const file of globSync("ai-docs/*.ts").toSorted()) {
    const { main } = (await import(/* @vite-ignore */ pathToFileURL(resolve(file)).href)) as {
      readonly main: Effect.Effect<unknown, unknown>
    }
    it.live(file, () => main)
  }

  it("lists its programs", () => {
    const listed = Array.from(
      readFileSync("ai-docs/README.md", "utf8").matchAll(/\]\((\w+\.ts)\)/g),
      ([, name]) => name
    )
    assert.deepStrictEqual(
      listed,
      globSync("ai-docs/*.ts")
        .map((file) => basename(file))
        .toSorted()
    )
  })
})

it("there are snippets to run", () => {
  assert.isAbove(snippets.filter(({ file }) => file.endsWith("testing.md")).length, 5)
})
