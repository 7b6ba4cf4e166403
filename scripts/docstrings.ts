// Reads the docstrings of source files: the docstring of the module and of each documented export.
import { readFileSync } from "node:fs"
import { dirname, join } from "node:path"

export interface Docstring {
  /** The first sentence, or the text before the method and the path. */
  readonly summary: string
  /** All paragraphs, without headings, examples and tags. */
  readonly text: string
  /** The URL of the documentation page. */
  readonly see: string | undefined
  readonly category: string | undefined
  /** The first example, with its title. */
  readonly example: Example | undefined
}

export interface Example {
  readonly title: string
  readonly code: string
}

export interface Docstrings {
  readonly module: Docstring
  /** Docstrings by export name. A type documents the schema of the same name. */
  readonly exports: ReadonlyMap<string, Docstring>
}

const parse = (comment: string): Docstring => {
  const source = comment.replace(/^ *\* ?/gm, "").trim()
  const prose = source.split(/^@/m)[0]!.replace(/^```[\s\S]*?^```$|^\*\*\w+\*\*.*$/gm, "")
  const paragraphs = prose.split(/\n\s*\n/).map((paragraph) => {
    const items = paragraph.split(/\n(?=- )/)
    return items.map((item) => item.replace(/\s+/g, " ").trim()).join("\n")
  })
  const text = paragraphs.filter(Boolean).join("\n\n")
  // The document has the method and the path already. Any other text in the parentheses stays.
  const described = text.replace(/ \(`[A-Z]+ \/\S+`(?:, ([^)]*))?\)/, (_, more?: string) => (more ? ` (${more})` : ""))
  const summary = (described === text ? text.split(/[.:;](?:\s|$)/)[0]! : text.split(" (`")[0]!).replaceAll("\n\n", " ")
  const [, title, code] = /^\*\*Example\*\* \((.+)\)\s+```ts\n([\s\S]*?)^```/m.exec(source) ?? []
  return {
    summary,
    text: described,
    see: /^@see (\S+)/m.exec(source)?.[1],
    category: /^@category (.+)/m.exec(source)?.[1],
    example: title === undefined ? undefined : { title, code: code! }
  }
}

export const read = (file: string): Docstrings => {
  const source = readFileSync(file, "utf8")
  const exports = new Map<string, Docstring>()
  for (const [, comment, kind, name] of source.matchAll(
    /\/\*\*\n((?: \*(?!\/).*\n)+) \*\/\nexport (class|const|interface|type) (\w+)/g
  )) {
    const docstring = parse(comment!)
    // A schema with a type of the same name has no docstring text.
    if (docstring.text !== "" && !(kind === "const" && exports.has(name!))) exports.set(name!, docstring)
  }
  // The words of a re-export stand where it is declared.
  for (const [, from] of source.matchAll(/^export (?:type )?\{[^}]*\} from "(\.[^"]+)"/gm)) {
    for (const [name, docstring] of read(join(dirname(file), from!)).exports) {
      if (!exports.has(name)) exports.set(name, docstring)
    }
  }
  return { module: parse(/^\/\*\*\n((?: \*(?!\/).*\n)+)/.exec(source)?.[1] ?? ""), exports }
}
