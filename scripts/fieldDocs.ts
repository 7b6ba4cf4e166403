// Reads the comments of fields from the sources: of the structs of models and inputs, and of the functions that share
// fields between them.
import { readFileSync } from "node:fs"
import { dirname, join } from "node:path"

/** The comment of a field, and those of the fields of its value. */
interface FieldDoc {
  readonly text?: string
  readonly fields: FieldDocs
}

export type FieldDocs = ReadonlyMap<string, FieldDoc>

interface Source {
  /** The expression of each class of a struct, and of each schema that is a constant, by its name. */
  readonly classes: ReadonlyMap<string, string>
  /** The body of each function, by its name. */
  readonly functions: ReadonlyMap<string, string>
  /** The input of each operation, by its name: a class, or the schemas of its endpoint. */
  readonly inputs: ReadonlyMap<string, string>
  /** The schema of each operation's result, by its name. */
  readonly results: ReadonlyMap<string, string>
  /** The file of each imported name and namespace. */
  readonly imports: ReadonlyMap<string, string>
}

const sources = new Map<string, Source>()

const sourceOf = (file: string): Source => {
  const known = sources.get(file)
  if (known !== undefined) return known
  const text = readFileSync(file, "utf8")
  const classes = new Map<string, string>()
  const functions = new Map<string, string>()
  const inputs = new Map<string, string>()
  const results = new Map<string, string>()
  const imports = new Map<string, string>()
  for (const { 1: name, index } of text.matchAll(/^export class (\w+) extends/gm)) {
    classes.set(name!, text.slice(index, nextStatement(text, index + 1)))
  }
  for (const { 1: name, index } of text.matchAll(/^export const (\w+)(?:: [^=]+)? = \/\*@__PURE__\*\/ lazy\(/gm)) {
    classes.set(name!, text.slice(index, nextStatement(text, index + 1)))
  }
  for (const { 1: name, index, 0: head } of text.matchAll(
    /^(?:export )?const (\w+)(?:: [^=]+?)? = (?:<[^=]*?>)?\([^=]*?\)[^=\n]*=>\s*/gm
  )) {
    functions.set(name!, text.slice(index + head.length, nextStatement(text, index + head.length)))
  }
  for (const [, named, namespace, from] of text.matchAll(
    /^(?:import|export) (?:\{([^}]*)\}|\* as (\w+)) from "(\.[^"]+)"/gm
  )) {
    const path = join(dirname(file), from!)
    for (const name of named?.split(",") ?? [namespace!]) imports.set(name.trim(), path)
  }
  for (const { 1: name, index } of text.matchAll(/^export const (\w+) = \/\*@__PURE__\*\//gm)) {
    const own = text.slice(index, nextStatement(text, index + 1))
    // An endpoint that another module has.
    const from = imports.get(/make\((\w+)\.endpoint,/.exec(own)?.[1] ?? "")
    const body = from === undefined ? own : (sourceOf(from).functions.get("endpoint") ?? own)
    const success = /\bsuccess: /.exec(body)
    if (success !== null) results.set(name!, body.slice(success.index + success[0].length))
    const input = /\binput: (\w+)/.exec(body)?.[1]
    if (input !== undefined) inputs.set(name!, `${input}`)
    else if (body.includes("PlainEndpoint.")) inputs.set(name!, body)
  }
  const source = { classes, functions, inputs, results, imports }
  sources.set(file, source)
  return source
}

/** The fields of a class of a module. */
export const ofClass = (file: string, name: string): FieldDocs => {
  const { classes, imports } = sourceOf(file)
  const body = classes.get(name)
  if (body !== undefined) return docsOf(body.slice(body.indexOf("(")), file)
  const from = imports.get(name)
  return from === undefined ? new Map() : ofClass(from, name)
}

/** The fields of the input of an operation. */
export const ofInput = (file: string, operation: string): FieldDocs => {
  const input = sourceOf(file).inputs.get(operation)
  if (input === undefined) return new Map()
  return /^\w+$/.test(input) ? ofClass(file, input) : docsOf(input, file)
}

/** The fields of the result of an operation. */
export const ofResult = (file: string, operation: string): FieldDocs => {
  const result = sourceOf(file).results.get(operation)
  return result === undefined ? new Map() : docsOf(result, file)
}

/** The fields of the objects in an expression, of the results of its functions, and of the schemas that it names. */
const docsOf = (text: string, file: string): FieldDocs => {
  const docs = new Map<string, FieldDoc>()
  const add = (more: FieldDocs) => addTo(docs, more)
  for (let i = 0; i < text.length; i++) {
    const after = skip(text, i)
    if (after > i) {
      i = after - 1
    } else if (text[i] === "{") {
      const end = endOf(text, i)
      add(objectDocs(text.slice(i + 1, end - 1), file))
      i = end - 1
    } else {
      const call = /^([A-Za-z]\w*(?:\.\w+)?)(\(?)/.exec(text.slice(i, i + 80))
      if (call === null) continue
      const [, callee = "", isCall] = call
      if (!/[\w.]/.test(text[i - 1] ?? "")) add(isCall === "" ? new Map() : callDocs(callee, file))
      // `Schema.optional(Address)` and `Route.mapFields(…)` name a schema.
      if (!/[\w.]/.test(text[i - 1] ?? "")) add(schemaDocs(callee.split(".")[0]!, file))
      i += callee.length - 1
    }
  }
  return docs
}

/** Adds fields. Several forms of a value may have the same field. */
const addTo = (docs: Map<string, FieldDoc>, more: FieldDocs): void => {
  for (const [name, doc] of more) {
    const known = docs.get(name)
    const text = doc.text ?? known?.text
    const fields = new Map(known?.fields)
    addTo(fields, doc.fields)
    docs.set(name, { ...(text !== undefined && { text }), fields })
  }
}

const schemaDocs = (name: string, file: string): FieldDocs => {
  const { classes, imports } = sourceOf(file)
  const key = `${file} ${name}`
  if (visiting.has(key) || !(classes.has(name) || imports.has(name))) return new Map()
  visiting.add(key)
  try {
    return ofClass(file, name)
  } finally {
    visiting.delete(key)
  }
}

const visiting = new Set<string>()

const callDocs = (callee: string, file: string): FieldDocs => {
  const [first = "", second] = callee.split(".")
  const { functions, imports } = sourceOf(file)
  const name = second ?? first
  const body = second === undefined ? functions.get(first) : undefined
  const key = `${file} ${callee}`
  if (visiting.has(key)) return new Map()
  visiting.add(key)
  try {
    if (body !== undefined) return docsOf(body, file)
    const from = imports.get(first)
    const there = from === undefined ? undefined : sourceOf(from).functions.get(name)
    return from === undefined || there === undefined ? new Map() : docsOf(there, from)
  } finally {
    visiting.delete(key)
  }
}

/** The fields of an object literal, without its braces. */
const objectDocs = (body: string, file: string): FieldDocs => {
  const docs = new Map<string, FieldDoc>()
  for (const entry of entriesOf(body)) {
    const comment = /^\s*\/\*\*([\s\S]*?)\*\/\s*/.exec(entry)
    const text =
      comment === null
        ? undefined
        : comment[1]!
            .replace(/^\s*\*/gm, "")
            .replace(/\s+/g, " ")
            .trim()
    const rest = entry.slice(comment?.[0].length ?? 0).trim()
    const field = /^(?:"([^"]+)"|(\w+)):\s*/.exec(rest)
    if (field === null) {
      addTo(docs, docsOf(rest.replace(/^\.\.\./, ""), file))
    } else {
      const fields = docsOf(rest.slice(field[0].length), file)
      if (text === undefined && /^(?:payload|params|query|data)$/.test(field[2] ?? "")) {
        addTo(docs, fields)
      } else docs.set((field[1] ?? field[2])!, { ...(text !== undefined && { text }), fields })
    }
  }
  return docs
}

const entriesOf = (body: string): ReadonlyArray<string> => {
  const entries: Array<string> = []
  let start = 0
  for (let i = 0; i < body.length; i++) {
    const after = skip(body, i)
    if (after > i) i = after - 1
    else if ("{([".includes(body[i]!)) i = endOf(body, i) - 1
    else if (body[i] === ",") {
      entries.push(body.slice(start, i))
      start = i + 1
    }
  }
  return [...entries, body.slice(start)].filter((entry) => entry.trim() !== "")
}

/** The end of a comment, a text or a regular expression that begins at an index; else the index. */
const skip = (text: string, i: number): number => {
  if (text.startsWith("/*", i)) return text.indexOf("*/", i) + 2
  if (text.startsWith("//", i)) return text.indexOf("\n", i)
  const pattern =
    /^(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|\/\^(?:[^/\\[\n]|\\.|\[(?:[^\]\\]|\\.)*\])+\/[a-z]*)/
  const found = /["'`/]/.test(text[i]!) ? pattern.exec(text.slice(i, i + 2000)) : null
  return found === null ? i : i + found[0].length
}

/** The index after the bracket that closes the one at an index. */
const endOf = (text: string, i: number): number => {
  let depth = 0
  for (let j = i; j < text.length; j++) {
    const after = skip(text, j)
    if (after > j) j = after - 1
    else if ("{([".includes(text[j]!)) depth++
    else if ("})]".includes(text[j]!) && --depth === 0) return j + 1
  }
  return text.length
}

/** The start of the next statement of a module, which begins a line. */
const nextStatement = (text: string, i: number): number => {
  const next = /\n(?=\/\*\*|\/\/ -|export |const |class |interface |type )/.exec(text.slice(i))
  return next === null ? text.length : i + next.index
}
