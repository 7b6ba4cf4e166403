/**
 * An operation as data: its description, and its flat input as one JSON Schema. The source of flags and tools.
 *
 * @internal
 */

import * as Context from "effect/Context"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Operation from "../Operation.ts"
import * as Document from "./document.ts"

export type { JsonSchema } from "./document.ts"

type JsonSchema = Document.JsonSchema
type Properties = Record<string, JsonSchema>

/**
 * The effect of a call: `"read"` changes nothing, `"write"` is safe to retry, `"unsafe"` is not: it
 * costs money, rings a phone, creates or removes something.
 */
type CallEffect = "read" | "write" | "unsafe"

export interface Contract {
  readonly name: string
  readonly method: string
  readonly path: string
  readonly effect: CallEffect
  readonly summary: string
  readonly description: string
  /** The page of the vendor's documentation. */
  readonly url: string | undefined
  /** An object schema. Its references point to `$defs`, which {@link Contract.definition} resolves. */
  readonly input: JsonSchema
  readonly definition: (name: string) => JsonSchema | undefined
}

const cache = new WeakMap<Operation.Any, Contract>()

export const of = (operation: Operation.Any): Contract => {
  const known = cache.get(operation)
  if (known !== undefined) return known
  const documented = Document.find(operation.name)
  const contract = documented === undefined ? fromSchema(operation) : fromDocument(operation, documented)
  cache.set(operation, contract)
  return contract
}

export const effectOf = ({ endpoint, traits }: Operation.Any): CallEffect =>
  endpoint.method === "GET" || endpoint.method === "HEAD"
    ? "read"
    : traits.replay === "unsafe" || endpoint.method === "DELETE"
      ? "unsafe"
      : "write"

const base = (operation: Operation.Any) => ({
  name: operation.name,
  method: operation.endpoint.method,
  path: operation.endpoint.path.replace(/:(\w+)/g, "{$1}"),
  effect: effectOf(operation)
})

const fromDocument = (operation: Operation.Any, documented: Document.Documented): Contract => {
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
    ...base(operation),
    summary: documented.summary ?? operation.name,
    description: documented.description ?? documented.summary ?? operation.name,
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

/** An operation that the document does not have: one of the user's own. */
const fromSchema = (operation: Operation.Any): Contract => {
  const schema = Operation.inputSchema(operation as Operation.Operation<unknown, unknown>)
  const { definitions, schema: input } = Schema.toJsonSchemaDocument(Schema.toType(schema))
  const { annotations } = operation.endpoint
  const method = base(operation)
  const summary =
    Option.getOrUndefined(Context.getOption(annotations, OpenApi.Summary)) ?? `${method.method} ${method.path}`
  return {
    ...method,
    summary,
    description: Option.getOrElse(Context.getOption(annotations, OpenApi.Description), () => summary),
    url: undefined,
    input: input.type === "object" ? (input as JsonSchema) : { type: "object" },
    definition: (name) => definitions[name] as JsonSchema | undefined
  }
}

/** Follows references. */
export const resolve = (schema: JsonSchema, definition: Contract["definition"]): JsonSchema => {
  if (schema.$ref === undefined) return schema
  const { $ref, ...own } = schema
  const target = definition(Document.nameOf($ref))
  return target === undefined ? own : { ...resolve(target, definition), ...own }
}

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
