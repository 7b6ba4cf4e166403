// Reads the docstrings of the sources: of each module, and of each export with documentation above it.
import { readFileSync } from "node:fs"
import { dirname, join } from "node:path"

export interface Docstring {
  /** What it does: the first sentence, or what stands before the method and the path. */
  readonly summary: string
  /** Everything but the tags, in paragraphs. */
  readonly text: string
  /** The page that documents it. */
  readonly see: string | undefined
}

export interface Docstrings {
  readonly module: Docstring
  /** By the name of the export; a type stands for the schema of the same name. */
  readonly exports: ReadonlyMap<string, Docstring>
}

const parse = (comment: string): Docstring => {
  const source = comment.replace(/^ *\* ?/gm, "").trim()
  const prose = source.split(/^(?=@|```)/m)[0]!
  const paragraphs = prose.split(/\n\s*\n/).map((paragraph) => paragraph.replace(/\s+/g, " ").trim())
  const text = paragraphs.filter(Boolean).join("\n\n")
  // The method and the path are the document's own; what else stands in the brackets is not.
  const described = text.replace(/ \(`[A-Z]+ \/\S+`(?:, ([^)]*))?\)/, (_, more?: string) => (more ? ` (${more})` : ""))
  const summary = (described === text ? text.split(/[.:;](?:\s|$)/)[0]! : text.split(" (`")[0]!).replaceAll("\n\n", " ")
  return { summary, text: described, see: /^@see (\S+)/m.exec(source)?.[1] }
}

export const read = (file: string): Docstrings => {
  const source = readFileSync(file, "utf8")
  const exports = new Map<string, Docstring>()
  for (const [, comment, kind, name] of source.matchAll(
    /\/\*\*\n((?: \*(?!\/).*\n)+) \*\/\nexport (const|interface|type) (\w+)/g
  )) {
    const docstring = parse(comment!)
    // A schema beside its type has no words of its own.
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
