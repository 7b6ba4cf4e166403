/**
 * Turns the JSON Schemas of `effect/Schema` into those of the API's document.
 *
 * @internal
 */
import * as Predicate from "effect/Predicate"

/** A JSON object of the document, under construction. */
export interface JsonRecord {
  [key: string]: unknown
}

export const mapEntries = <A = unknown>(record: unknown, f: (value: unknown, key: string) => A): Record<string, A> =>
  Object.fromEntries(Object.entries(record as JsonRecord).map(([key, value]) => [key, f(value, key)]))

const maps = new Set(["properties", "patternProperties"])
const lists = new Set(["anyOf", "oneOf", "allOf", "prefixItems"])
const singles = new Set(["items", "additionalProperties", "not", "contains", "propertyNames"])

/** Maps the direct subschemas of a schema. A property may have the name of a keyword. */
const mapChildren = (schema: JsonRecord, f: (schema: unknown, property?: string) => unknown): JsonRecord =>
  mapEntries(schema, (value, key) => {
    if (maps.has(key)) return mapEntries(value, f)
    if (lists.has(key)) return (value as ReadonlyArray<unknown>).map((member) => f(member))
    return singles.has(key) ? f(value) : value
  })

/** Turns a value or a list of such values into the list. In a form, both are parts of the same name. */
export const asFormParts = (schema: unknown): unknown => {
  const { anyOf, ...rest } = schema as JsonRecord
  if (!Array.isArray(anyOf) || anyOf.length !== 2) return schema
  const list = (anyOf as ReadonlyArray<JsonRecord>).find(({ type }) => type === "array")
  const single = (anyOf as ReadonlyArray<JsonRecord>).find((member) => member !== list)
  return list !== undefined && JSON.stringify(list.items) === JSON.stringify(single) ? { ...rest, ...list } : schema
}

/** Opens a schema to new fields and removes redundant keywords. */
export const normalize = (schema: unknown): unknown => {
  if (!Predicate.isObject(schema)) return schema
  const required = new Set((schema.required as ReadonlyArray<string> | undefined) ?? [])
  const open = Object.fromEntries(
    Object.entries(schema as JsonRecord).filter(([key, value]) => !isRedundant(key, value))
  )
  return withItems(
    flatten(
      mapChildren(open, (child, property) =>
        normalize(property === undefined || required.has(property) ? child : withoutNull(child))
      )
    )
  )
}

/** Objects are open by default, and the bounds of safe integers are not the API's. */
const isRedundant = (key: string, value: unknown): boolean =>
  (key === "additionalProperties" && typeof value === "boolean") ||
  (key === "minimum" && value === Number.MIN_SAFE_INTEGER) ||
  (key === "maximum" && value === Number.MAX_SAFE_INTEGER)

/** Some tools require the items of an array. Without a schema they are anything. */
const withItems = (schema: JsonRecord): JsonRecord =>
  schema.type === "array" && !("items" in schema) && !("prefixItems" in schema) ? { ...schema, items: {} } : schema

/** Removes one `null` of a union: it encodes an absent optional field. A second `null` is the API's own. */
export const withoutNull = (schema: unknown): unknown => {
  const { anyOf, ...rest } = schema as JsonRecord
  if (!Array.isArray(anyOf)) return schema
  const at = anyOf.findIndex((member) => (member as JsonRecord).type === "null")
  return flatten({ ...rest, anyOf: anyOf.filter((_, index) => index !== at) })
}

/** Flattens an `allOf` of bounds, an `anyOf` with equal members or with one, and an `anyOf` that accepts anything. */
const flatten = ({ allOf, anyOf: members, ...rest }: JsonRecord): JsonRecord => {
  if (Array.isArray(members)) {
    const anyOf = [...new Map(members.map((member) => [JSON.stringify(member), member])).values()]
    // The annotations of the field.
    Object.assign(rest, ...((allOf as ReadonlyArray<JsonRecord> | undefined) ?? []))
    if (anyOf.some((member) => Object.keys(member as JsonRecord).length === 0)) return rest
    return anyOf.length === 1 ? { ...(anyOf[0] as JsonRecord), ...rest } : { ...rest, anyOf }
  }
  if (!Array.isArray(allOf)) return rest
  const keys = [rest, ...allOf].flatMap((member) => Object.keys(member as JsonRecord))
  return new Set(keys).size === keys.length ? Object.assign(rest, ...allOf) : { ...rest, allOf }
}

const bounds = new Set([
  "minLength",
  "maxLength",
  "minimum",
  "maximum",
  "minItems",
  "maxItems",
  "uniqueItems",
  "pattern"
])

/** A comparable text of a schema without its bounds. References to itself are equal under any name. */
const shapeOf = (schema: unknown, self: string | undefined): string =>
  JSON.stringify(schema, (key, value: unknown) => {
    if (key === "$ref" && value === self) return "#"
    // Fields that an update may clear.
    if (Predicate.isObject(value) && Array.isArray(value.anyOf)) return withoutNull(value)
    return bounds.has(key) && !Predicate.isObject(value) ? undefined : value
  })

const pointer = (name: string): string => `#/components/schemas/${name}`

const recursive = /^Objects_\d*$/

/**
 * Replaces anonymous schemas by references to a component of the same shape: recursive schemas, and parts that many
 * documents share. A request schema has bounds that the response schema lacks, and is the component's `Input`, or its
 * `Update` where null clears a field.
 */
export const hoistDefinitions = (components: Record<string, unknown>, isPart: (name: string) => boolean) => {
  const out: JsonRecord = {}
  const parts = new Map<string, string>()
  const shapes = new Map<string, string>()
  for (const [name, schema] of Object.entries(components)) {
    if (recursive.test(name)) continue
    const shape = shapeOf(schema, pointer(name))
    if (!shapes.has(shape)) shapes.set(shape, name)
    // Small shapes, such as a switch, match by coincidence.
    if (isPart(name) && shape.length > 100) parts.set(shape, name)
  }
  const renamed = new Map<string, string>()
  for (const [name, schema] of Object.entries(components)) {
    const matching = recursive.test(name) ? shapes.get(shapeOf(schema, pointer(name))) : undefined
    if (matching !== undefined) renamed.set(pointer(name), pointer(`${matching}.Input`))
  }
  const applyInside = (schema: unknown): JsonRecord => mapChildren(schema as JsonRecord, (child) => apply(child))
  const apply = (schema: unknown): unknown => {
    if (!Predicate.isObject(schema)) return schema
    const { $ref } = schema
    if (typeof $ref === "string") return { ...schema, $ref: renamed.get($ref) ?? $ref }
    const name = schema.type === "object" ? parts.get(shapeOf(schema, undefined)) : undefined
    if (name === undefined) return applyInside(schema)
    const own =
      JSON.stringify(schema) === JSON.stringify(components[name])
        ? name
        : `${name}.${JSON.stringify(schema).includes('"type":"null"') ? "Update" : "Input"}`
    out[own] ??= applyInside(schema)
    return { $ref: pointer(own) }
  }
  for (const [name, schema] of Object.entries(components)) {
    const to = renamed.get(pointer(name))?.slice(pointer("").length) ?? name
    out[to] ??= applyInside(schema)
  }
  return { components: out, apply }
}

export const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1)

/** The components that a value refers to, directly or not, sorted by name. */
export const collectRefs = (components: JsonRecord, value: unknown): JsonRecord => {
  const found = new Set<string>()
  const visit = (u: unknown): void => {
    if (Array.isArray(u)) u.forEach(visit)
    else if (Predicate.isObject(u)) {
      for (const [key, value] of Object.entries(u)) {
        if (key !== "$ref" || typeof value !== "string") visit(value)
        else if (!found.has(value)) {
          found.add(value)
          visit(components[value.slice(pointer("").length)])
        }
      }
    }
  }
  visit(value)
  return Object.fromEntries(
    Object.entries(components)
      .filter(([name]) => found.has(pointer(name)))
      .toSorted(byName)
  )
}
