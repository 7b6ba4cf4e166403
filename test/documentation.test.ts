import { globSync, readdirSync, readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Predicate from "effect/Predicate"
import { Api } from "effect-audian"
import document from "../openapi.json" with { type: "json" }
import * as Docstrings from "../scripts/docstrings.ts"
import { docstringsOf } from "../scripts/openapi.ts"
import * as OperationPages from "../scripts/operationPages.ts"

const names = Api.operations().map(({ name }) => name)

describe("docstrings", () => {
  const categories = new Set(["operations", "layers", "constructors", "combinators"])
  const files = globSync("src/{.,resources,account,node,ai,testing}/*.ts")
  const found = files.flatMap((file) =>
    Array.from(Docstrings.read(file).exports, ([name, docstring]) => ({ name: `${file} ${name}`, ...docstring }))
  )

  it("have an example for each operation, layer, constructor and combinator", () => {
    const wanted = found.filter(({ category }) => category !== undefined && categories.has(category))
    assert.isAbove(wanted.length, names.length + 100)
    assert.deepStrictEqual(
      wanted.filter(({ example }) => example === undefined).map(({ name }) => name),
      []
    )
  })

  it("show a call of each operation", () => {
    const silent = names.filter((name) => {
      const at = name.lastIndexOf(".")
      const example = docstringsOf(name.slice(0, at)).exports.get(name.slice(at + 1))?.example
      return example === undefined || !new RegExp(`\\b${name}\\b`).test(example.code)
    })
    assert.deepStrictEqual(silent, [])
  })
})

describe("exported types", () => {
  it("are not called Input: editors and errors show a name without its module", () => {
    const inputs = globSync("src/**/*.ts").filter((file) =>
      /^export (?:(?:type|interface|class|const) Input|(?:type )?\{[^}]*\bInput)\b/m.test(readFileSync(file, "utf8"))
    )
    assert.deepStrictEqual(inputs, [])
  })
})

describe("openapi.json", () => {
  /** The parameters and properties at any depth, and how many of them have a description. */
  const count = (u: unknown): { readonly all: number; readonly described: number } => {
    if (!Predicate.isObjectOrArray(u)) return { all: 0, described: 0 }
    const { parameters, properties } = u as { readonly parameters?: unknown; readonly properties?: unknown }
    // A field may have the name `properties` or `parameters` itself: its value is then a schema, which has a type.
    const fields = [
      ...(Array.isArray(parameters) ? parameters : []),
      ...(Predicate.isObject(properties) && !Predicate.isString((properties as { type?: unknown }).type)
        ? Object.values(properties)
        : [])
    ] as ReadonlyArray<{ readonly description?: string }>
    return Object.entries(u)
      .filter(([key]) => key !== "example" && key !== "examples")
      .map(([, value]) => count(value))
      .reduce((a, b) => ({ all: a.all + b.all, described: a.described + b.described }), {
        all: fields.length,
        described: fields.filter(({ description }) => description !== undefined && description !== "").length
      })
  }

  it("describes 90 % of its parameters and properties, at least", () => {
    const { all, described } = count(document)
    console.log(`openapi.json: ${described} of ${all} parameters and properties have a description`)
    assert.isAbove(all, 2500)
    assert.isAtLeast(described / all, 0.9)
  })
})

describe("docs", () => {
  it("has a page for each resource: scripts/operationPages.ts writes them", () => {
    const pages = OperationPages.pages()
    assert.deepStrictEqual(readdirSync("docs/operations").toSorted(), [...pages.keys()].toSorted())
    for (const [name, text] of pages) assert.strictEqual(OperationPages.read(`operations/${name}`), text, name)
  })

  it("has an index of all operations: scripts/operationPages.ts writes it", () => {
    const text = OperationPages.read("README.md")
    assert.strictEqual(OperationPages.index(text), text)
    for (const name of names) assert.include(text, `| [${name}](operations/`)
  })

  it("index: other words lead to an operation", () => {
    const rows = OperationPages.read("README.md").split("\n")
    const rowOf = (name: string) => rows.find((row) => row.includes(`| [${name}](`))
    assert.include(rowOf("Numbers.purchase"), "order")
    assert.include(rowOf("Conferences.disconnectParticipant"), "terminate")
    assert.include(rowOf("Account.Vmboxes.list"), "mailbox")
  })

  it("errors.md: the compiler prints each text that the page explains", () => {
    const printed = globSync("test/types/errors/*.txt")
      .map((file) => readFileSync(file, "utf8"))
      .join("\n")
    const [, section] = OperationPages.read("errors.md").split("## What the compiler says")
    const texts = Array.from(section!.matchAll(/^\| `([^`]+)`/gm), ([, text]) => text!.replaceAll("\\|", "|"))
    assert.isAbove(texts.length, 7)
    assert.deepStrictEqual(
      texts.filter((text) => !printed.includes(text)),
      []
    )
  })

  it("has no two headings of the same name on a page of operations", () => {
    for (const name of OperationPages.pages().keys()) {
      const headings = Array.from(OperationPages.read(`operations/${name}`).matchAll(/^#+ (.+)$/gm), ([, heading]) =>
        anchorOf(heading!)
      )
      assert.strictEqual(new Set(headings).size, headings.length, name)
    }
  })
})

/** The anchor of a heading, as GitHub makes it. */
const anchorOf = (heading: string): string =>
  heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replace(/[^\w -]/g, "")
    .replaceAll(" ", "-")
