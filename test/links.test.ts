import { existsSync, globSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Status } from "effect-audian"
import * as Badges from "../scripts/badges.ts"
import { ownersOf, withOwner } from "../scripts/owner.ts"
import { address, withAddresses } from "../scripts/stage.ts"

const documents = globSync(["*.md", "llms.txt", "docs/**/*.md", "ai-docs/*.md", "examples/**/*.md"], {
  exclude: ["**/node_modules/**"]
}).toSorted()

/** The targets of the links and pictures of a document, without its code. */
const linksOf = (text: string): ReadonlyArray<string> =>
  Array.from(text.replaceAll(/^```[\s\S]*?^```$|`[^`\n]*`/gm, "").matchAll(/\]\(([^)\s]+)\)/g), ([, to]) => to!)

/** The anchors of a document, as GitHub makes them of headings. */
const anchorsOf = (text: string): ReadonlySet<string> =>
  new Set(
    Array.from(text.replaceAll(/^```[\s\S]*?^```$/gm, "").matchAll(/^#+ (.+)$/gm), ([, heading]) =>
      heading!
        .toLowerCase()
        .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-")
    )
  )

/** The links of a document that lead nowhere. */
const deadLinks = (file: string, text: string): ReadonlyArray<string> =>
  linksOf(text).filter((link) => {
    if (/^[a-z]+:/.test(link)) return false
    const [path = "", anchor] = link.split("#")
    const target = path === "" ? file : join(dirname(file), path)
    if (!existsSync(target)) return true
    return anchor !== undefined && !anchorsOf(readFileSync(target, "utf8")).has(anchor)
  })

describe("the documents", () => {
  for (const file of documents) {
    it(`${file}: every link leads somewhere`, () => {
      assert.deepStrictEqual(deadLinks(file, readFileSync(file, "utf8")), [])
    })
  }

  it("a link to a missing file, and one to a missing heading, are found", () => {
    assert.deepStrictEqual(deadLinks("README.md", "[a](docs/none.md) [b](#none) [c](README.md) [d](docs/none.md#x)"), [
      "docs/none.md",
      "#none",
      "docs/none.md#x"
    ])
  })

  it("name one owner of the repository, which one command changes", () => {
    const files = [...documents, "package.json"]
    const owners = files.flatMap((file) => ownersOf(readFileSync(file, "utf8")))
    assert.isAbove(owners.length, 3)
    assert.strictEqual(new Set(owners).size, 1)
    const changed = files.map((file) => withOwner(readFileSync(file, "utf8"), "acme"))
    assert.deepStrictEqual(Array.from(new Set(changed.flatMap(ownersOf))), ["acme"])
  })
})

describe("a document in the package", () => {
  const manifest = JSON.parse(readFileSync("package.json", "utf8")) as {
    readonly files: ReadonlyArray<string>
    readonly repository: { readonly url: string }
  }
  const repository = address(manifest)
  const packed = [
    "README.md",
    "LICENSE",
    ...manifest.files.flatMap((pattern) => [...globSync(pattern), ...globSync(`${pattern}/*`)])
  ]
  it("links to files of the package, and to addresses of all others", () => {
    assert.notInclude(packed, "docs/operations/Numbers.md")
    for (const file of documents.filter((file) => packed.includes(file))) {
      const links = linksOf(withAddresses(file, readFileSync(file, "utf8"), packed, repository))
      const relative = links.filter((link) => !/^[a-z]+:|^#/.test(link)).map((link) => join(dirname(file), link))
      assert.deepStrictEqual(
        relative
          .map((link) => link.split("#")[0]!)
          .filter((path) => !packed.some((name) => name === path || name.startsWith(`${path}/`))),
        [],
        file
      )
    }
  })

  it("keeps its code", () => {
    const text = "`a[0](b)`\n```ts\nrows[0](c)\n```\n"
    assert.strictEqual(withAddresses("README.md", text, packed, repository), text)
  })

  it("has the address of a page with its anchor, and of a picture", () => {
    assert.strictEqual(
      withAddresses(
        "docs/README.md",
        "[a](operations/Fax.md#send) ![b](trace.png) [c](errors.md#x) [d](#y) [e](https://f.g)",
        packed,
        repository
      ),
      `[a](${repository}/blob/main/docs/operations/Fax.md#send) ![b](${repository}/raw/main/docs/trace.png) [c](errors.md#x) [d](#y) [e](https://f.g)`
    )
  })
})

describe("the README", () => {
  const readme = readFileSync("README.md", "utf8")
  it("has the badges of the manifest", () => {
    const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Parameters<typeof Badges.badges>[0]
    const badges = Badges.badges(manifest)
    assert.include(readme, `![${Badges.altOf(badges)}](docs/badges.svg)`)
    assert.strictEqual(readFileSync("docs/badges.svg", "utf8"), Badges.draw(badges))
  })

  it("shows an editor that lists every tag that its program does not handle", () => {
    const picture = readFileSync("docs/editor.svg", "utf8")
    for (const tag of [...Status.errors.map(({ tag }) => tag), "AudianClientError"]) {
      assert.strictEqual(picture.includes(`>${tag}</text>`), tag !== "PaymentRequired", tag)
    }
  })
})
