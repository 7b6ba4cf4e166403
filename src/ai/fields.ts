/**
 * The fields of an operation's input, at every depth, with the properties that a flag needs.
 *
 * @internal
 */
import * as Predicate from "effect/Predicate"
import * as Contract from "./contract.ts"

export type Kind = "text" | "integer" | "number" | "boolean" | "json" | "secret" | "file"

export interface Field {
  /** The names from the input to the field. */
  readonly path: ReadonlyArray<string>
  readonly kind: Kind
  /** The field is a list of this kind. `"one"`: a single value is also sent as it is. */
  readonly list: false | "one" | "many"
  readonly required: boolean
  readonly description: string
  /** The field takes a boolean besides its text. */
  readonly boolean: boolean
  /** The only values that are allowed. */
  readonly choices: ReadonlyArray<string> | undefined
  /** The known values, to which the API may add others. */
  readonly suggestions: ReadonlyArray<string>
  readonly example: unknown
}

type Shape = Pick<Field, "kind" | "list" | "boolean" | "choices">

const one = (kind: Kind, choices?: ReadonlyArray<string> | undefined): Shape => ({
  kind,
  list: false,
  boolean: false,
  choices
})

/** The fields, in the order of the contract; the required ones first. */
export const of = (contract: Contract.Contract): ReadonlyArray<Field> =>
  walk(contract.input, [], [], contract.definition).toSorted((a, b) => Number(b.required) - Number(a.required))

const walk = (
  object: Contract.JsonSchema,
  path: ReadonlyArray<string>,
  within: ReadonlyArray<string>,
  definition: Contract.Contract["definition"]
): ReadonlyArray<Field> =>
  Object.entries(object.properties ?? {}).flatMap(([name, property]): ReadonlyArray<Field> => {
    const own = [...path, name]
    const { refs, schema } = follow(property, within, definition)
    const isCycle = refs.length !== new Set(refs).size
    const isObject = (shape: Contract.JsonSchema): boolean =>
      !isCycle && shape.type === "object" && Object.keys(shape.properties ?? {}).length > 0
    if (isObject(schema)) return walk(schema, own, refs, definition)
    // A choice of an object and other values: a flag of its own, and those of the object's fields.
    const members = (schema.anyOf ?? []).map((member) => follow(member, refs, definition).schema)
    const objects = members.filter(isObject)
    if (objects.length > 0) {
      const { anyOf: _, ...rest } = property
      const others = {
        ...object,
        properties: { [name]: { ...rest, anyOf: members.filter((member) => !isObject(member)) } }
      }
      return [
        ...walk(others, path, refs, definition),
        ...objects.flatMap((member) => walk(member, own, refs, definition))
      ]
    }
    return [
      {
        path: own,
        ...shapeOf(schema, definition),
        // A field of an object that may be left out is required only with it.
        required: path.length === 0 && object.required?.includes(name) === true,
        description: describe(property.description, schema),
        suggestions: suggestionsOf(property, definition),
        example: schema.examples?.[0]
      }
    ]
  })

/** The values of a schema, or of its items. Known values that may grow are examples, and its own description says so. */
const suggestionsOf = (
  { $ref, anyOf = [], description, enum: choices, examples = [], items }: Contract.JsonSchema,
  definition: Contract.Contract["definition"]
): ReadonlyArray<string> => {
  if (choices !== undefined) return choices
  if (description?.includes("open to new values") === true) return examples.map(String)
  const target = $ref === undefined ? undefined : Contract.target($ref, definition)
  return [target, items, ...anyOf].flatMap((schema) => (schema === undefined ? [] : suggestionsOf(schema, definition)))
}

/** The schema behind references and nulls, and the names of the references on the way. */
const follow = (
  schema: Contract.JsonSchema,
  refs: ReadonlyArray<string>,
  definition: Contract.Contract["definition"]
): { readonly schema: Contract.JsonSchema; readonly refs: ReadonlyArray<string> } => {
  if (schema.$ref !== undefined) {
    return follow(Contract.resolve(schema, definition), [...refs, schema.$ref], definition)
  }
  const others = schema.anyOf?.filter(({ type }) => type !== "null")
  if (others?.length !== 1) return { schema, refs }
  const { anyOf: _, ...own } = schema
  return follow({ ...others[0]!, ...own }, refs, definition)
}

const shapeOf = (schema: Contract.JsonSchema, definition: Contract.Contract["definition"]): Shape => {
  const { anyOf, enum: choices, format, items, type } = schema
  if (format === "binary") return one("file")
  if (format === "password") return one("secret")
  if (type === "array") {
    const shape = items === undefined ? undefined : shapeOf(follow(items, [], definition).schema, definition)
    return { ...(shape === undefined || shape.list !== false ? one("json") : shape), list: "many" }
  }
  if (anyOf !== undefined)
    return shapeOfUnion(anyOf.map((member) => shapeOf(follow(member, [], definition).schema, definition)))
  switch (type) {
    case "string":
      return one("text", choices)
    case "integer":
    case "number":
    case "boolean":
      return one(type)
    default:
      return one("json")
  }
}

const shapeOfUnion = (shapes: ReadonlyArray<Shape>): Shape => {
  const list = shapes.find((shape) => shape.list !== false)
  const single = shapes.find((shape) => shape.list === false)
  // A value, or a list of such values.
  if (list !== undefined && single?.kind === list.kind && shapes.length === 2) return { ...list, list: "one" }
  if (list !== undefined || shapes.some(({ kind }) => kind === "json")) return one("json")
  if (shapes.every(({ kind }) => kind === shapes[0]?.kind)) return shapes[0] ?? one("json")
  // A number is also valid as text: an extension may begin with a zero.
  return shapes.some(({ kind }) => kind === "text")
    ? { ...one("text"), boolean: shapes.some(({ kind }) => kind === "boolean") }
    : one("json")
}

const describe = (description: string | undefined, schema: Contract.JsonSchema): string => {
  const { maximum, maxLength, minimum, minLength } = schema
  const bounds = (least: number | undefined, most: number | undefined, unit: string): string | undefined => {
    const [low, high] = [least === 0 && unit !== "" ? undefined : safe(least), safe(most)]
    if (low === undefined && high === undefined) return undefined
    if (high === undefined) return `at least ${low}${unit}`
    return low === undefined ? `at most ${high}${unit}` : low === high ? `${low}${unit}` : `${low} to ${high}${unit}`
  }
  const text = description ?? schema.description
  const limits = [bounds(minimum, maximum, ""), bounds(minLength, maxLength, " characters")].filter(
    (limit) => limit !== undefined && text?.includes(limit) !== true
  )
  return [
    text === undefined ? undefined : text.replace(/\.?$/, "."),
    limits.length === 0 ? undefined : `${capital(limits.join(", "))}.`
  ]
    .filter((part) => part !== undefined)
    .join(" ")
}

const safe = (limit: number | undefined): number | undefined =>
  limit === undefined || Math.abs(limit) >= Number.MAX_SAFE_INTEGER ? undefined : limit

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** The input with `<redacted>` in place of its secrets. */
export const redact = (
  contract: Contract.Contract,
  input: Readonly<Record<string, unknown>>
): Record<string, unknown> => {
  const secrets = new Set(of(contract).flatMap(({ kind, path }) => (kind === "secret" ? [path.join(".")] : [])))
  const inner = (value: unknown, path: string): unknown => {
    if (secrets.has(path)) return value === null || value === undefined ? value : "<redacted>"
    return Predicate.isObject(value) && Object.getPrototypeOf(value) === Object.prototype
      ? Object.fromEntries(Object.entries(value).map(([key, field]) => [key, inner(field, `${path}.${key}`)]))
      : value
  }
  return Object.fromEntries(Object.entries(input).map(([key, value]) => [key, inner(value, key)]))
}
