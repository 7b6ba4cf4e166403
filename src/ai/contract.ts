/**
 * An operation as data: its description, and its flat input as one JSON Schema. The source of flags and tools. It is read
 * from the document of this package, so that a command loads no operation but the one that it calls.
 *
 * @internal
 */
import * as Document from "./document.ts"

export type { JsonSchema } from "./document.ts"

type JsonSchema = Document.JsonSchema
type Properties = Record<string, JsonSchema>

/**
 * The effect of a call: `"read"` changes nothing, `"write"` is safe to retry and brings nothing to an end, `"unsafe"` is
 * neither: it costs money, rings a phone, creates, replaces, ends or removes something.
 */
type CallEffect = "read" | "write" | "unsafe"

type Replay = "safe" | "unsafe"

export interface Contract {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly effect: CallEffect
  readonly replay: Replay
  readonly summary: string
  readonly description: string
  /** The page of the vendor's documentation. */
  readonly url: string | undefined
  /** An object schema. Its references point to `$defs`, which {@link Contract.definition} resolves. */
  readonly input: JsonSchema
  readonly definition: (name: string) => JsonSchema | undefined
}

export const effectOf = (
  method: string,
  traits: { readonly replay: Replay; readonly destructive?: boolean | undefined }
): CallEffect => {
  if (method === "GET" || method === "HEAD") return "read"
  return traits.replay === "unsafe" || traits.destructive === true || method === "DELETE" ? "unsafe" : "write"
}

const cache = new Map<string, Contract>()

/** The contract of a documented operation, by its name. */
export const find = (name: string): Contract | undefined => {
  const known = cache.get(name)
  if (known !== undefined) return known
  const documented = Document.find(name)
  if (documented === undefined) return undefined
  const contract = fromDocument(documented)
  cache.set(name, contract)
  return contract
}

/** A documented operation without its input. */
export type Summary = Pick<Contract, "name" | "method" | "path" | "effect" | "replay" | "summary" | "description">

/** Every documented operation, sorted by name. */
export const summaries = (): ReadonlyArray<Summary> =>
  Document.all()
    .map(summaryOf)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))

const summaryOf = ({ method, operation, path }: Document.Entry): Summary => {
  const { description, operationId: name, summary = name } = operation
  const replay = operation["x-audian-replay"]
  const effect = effectOf(method, { replay, destructive: operation["x-audian-destructive"] })
  return { name, method, path, effect, replay, summary, description: description ?? summary }
}

const fromDocument = (entry: Document.Entry): Contract => {
  const documented = entry.operation
  const properties: Properties = {}
  const required = new Set<string>()
  for (const { description, example, name, required: isRequired, schema } of documented.parameters ?? []) {
    properties[name] = {
      ...schema,
      ...describe(name, description ?? schema.description),
      ...(example !== undefined && schema.examples === undefined && { examples: [example] })
    }
    if (isRequired === true) required.add(name)
  }
  const bodies = Object.values(documented.requestBody?.content ?? {}).map(({ schema }) => bodyOf(schema))
  for (const body of bodies) {
    for (const [name, property] of Object.entries(body.properties)) {
      const other = bodies[0] === body ? undefined : properties[name]
      // A field may be JSON in one body and a file in another.
      properties[name] =
        other === undefined || JSON.stringify(other) === JSON.stringify(property)
          ? property
          : { anyOf: [other, property] }
    }
  }
  for (const name of bodies[0]?.required ?? []) {
    if (bodies.every((body) => body.required.includes(name))) required.add(name)
  }
  // The account defaults to the credential's own.
  required.delete("account_id")
  return {
    ...summaryOf(entry),
    url: documented.externalDocs?.url,
    input: { type: "object", properties, ...(required.size > 0 && { required: [...required] }) },
    definition: Document.schema
  }
}

const describe = (name: string, description: string | undefined) => {
  const text = description ?? meaningOf(name)
  return text === undefined ? {} : { description: text }
}

/** The meaning of a field that the document does not describe, as its name suggests. */
const meaningOf = (name: string): string | undefined => {
  if (name === "account_id") return "Account. Default: the one of the credential."
  const [, subject] = name === "caller_id" ? [] : (/^(.+?)(?:_id|Id)$/.exec(name) ?? [])
  return subject === undefined
    ? undefined
    : `Id of the ${subject
        .replaceAll("_", " ")
        .replace(/([a-z])([A-Z])/g, "$1 $2")
        .toLowerCase()}.`
}

/** The fields of a body: those of its `data`, and those around it. */
const bodyOf = (schema: JsonSchema): { readonly properties: Properties; readonly required: ReadonlyArray<string> } => {
  const body = resolve(schema, Document.schema)
  const { data, ...outer } = body.properties ?? {}
  if (data === undefined) return { properties: { ...body.properties }, required: body.required ?? [] }
  const inner = resolve(data, Document.schema)
  return {
    properties: { ...inner.properties, ...outer },
    required: [...(inner.required ?? []), ...(body.required ?? []).filter((name) => name !== "data")]
  }
}

/** Follows references. */
export const resolve = (schema: JsonSchema, definition: Contract["definition"]): JsonSchema => {
  if (schema.$ref === undefined) return schema
  const { $ref, ...own } = schema
  const referenced = target($ref, definition)
  return referenced === undefined ? own : { ...resolve(referenced, definition), ...own }
}

/** The schema that a reference points to. */
export const target = ($ref: string, definition: Contract["definition"]): JsonSchema | undefined =>
  definition(Document.nameOf($ref))

/** The input as one JSON Schema that needs no other document. */
export const closed = ({ definition, input }: Contract): Record<string, unknown> => {
  const $defs: Record<string, unknown> = {}
  const rewrite = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(rewrite)
    if (typeof value !== "object" || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => {
        if (key !== "$ref" || typeof inner !== "string") return [key, rewrite(inner)]
        const name = Document.nameOf(inner)
        if (!(name in $defs)) {
          $defs[name] = {}
          $defs[name] = rewrite(definition(name) ?? {})
        }
        return [key, `#/$defs/${name}`]
      })
    )
  }
  const schema = rewrite(input) as Record<string, unknown>
  return Object.keys($defs).length === 0 ? schema : { ...schema, $defs }
}
