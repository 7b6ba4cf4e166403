import { existsSync, globSync, readFileSync } from "node:fs"
import { dirname, matchesGlob } from "node:path"
import { assert, describe, it } from "@effect/vitest"

const page = readFileSync("docs/architecture.md", "utf8")

/** The names in the first cells of the table below a heading, row by row. */
const namesOf = (heading: string): ReadonlyArray<ReadonlyArray<string>> => {
  const [, section = ""] = page.split(`\n## ${heading}\n`)
  return (section.split("\n## ")[0] ?? "")
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => Array.from((line.split(" | ")[0] ?? "").matchAll(/`([^`]+)`/g), ([, name]) => name!))
}

/** The patterns of files of a row of modules: a name without a folder is in that of the name before it. */
const patternsOf = (row: ReadonlyArray<string>): ReadonlyArray<string> => {
  let folder = "src"
  return row.map((name) => {
    if (!name.includes("/")) return `${folder}/${name}.ts`
    folder = dirname(`src/${name}`)
    return `src/${name}.ts`
  })
}

const sources = globSync("src/**/*.ts").toSorted()
const modules = namesOf("Modules").flatMap(patternsOf)

describe("docs/architecture.md", () => {
  it("names every module", () => {
    const missing = sources.filter(
      (file) => !file.endsWith("/index.ts") && !modules.some((pattern) => matchesGlob(file, pattern))
    )
    assert.deepStrictEqual(missing, [])
  })

  it("names no module that does not exist", () => {
    const dead = modules.filter((pattern) => globSync(pattern).length === 0)
    assert.deepStrictEqual(dead, [])
    assert.isAbove(modules.length, 100)
  })

  it("has a room for every module", () => {
    const rooms = namesOf("Rooms").flat()
    for (const room of rooms) assert.isAbove(globSync(room).length, 0, room)
    const homeless = sources.filter((file) => {
      const folder = dirname(file)
      // Modules that several rooms share are in none.
      if (folder === "src" || folder === "src/internal") return false
      return !rooms.some((room) => room !== "src/*.ts" && (folder === room || folder.startsWith(`${room}/`)))
    })
    assert.deepStrictEqual(homeless, [])
  })

  it("names no test that does not exist", () => {
    const tests = namesOf("Tests").flat()
    assert.isAbove(tests.length, 20)
    const dead = tests.filter((name) => !existsSync(name) && globSync(name).length === 0)
    // A name without a folder is in that of the name before it.
    assert.deepStrictEqual(
      dead.filter((name) => name.includes("/") || globSync(`test/**/${name}`).length === 0),
      []
    )
  })
})
