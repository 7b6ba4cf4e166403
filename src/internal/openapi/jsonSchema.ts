/**
 * JSON Schemas as `effect/Schema` makes them, put in the words of the API's document.
 *
 * @internal
 */
import * as Predicate from "effect/Predicate"

/** A JSON object on its way to become the document. */
export interface Bag {
  [key: string]: unknown
}

export const mapEntries = <A = unknown>(bag: unknown, f: (value: unknown, key: string) => A): Record<string, A> =>
  Object.fromEntries(Object.entries(bag as Bag).map(([key, value]) => [key, f(value, key)]))

const maps = new Set(["properties", "patternProperties"])
const lists = new Set(["anyOf", "oneOf", "allOf", "prefixItems"])
const singles = new Set(["items", "additionalProperties", "not", "contains", "propertyNames"])

/** Applies a function to the schemas that a schema is made of; a property may have the name of a keyword. */
const mapChildren = (schema: Bag, f: (schema: unknown, property?: string) => unknown): Bag =>
  mapEntries(schema, (value, key) => {
    if (maps.has(key)) return mapEntries(value, f)
    if (lists.has(key)) return (value as ReadonlyArray<unknown>).map((member) => f(member))
    return singles.has(key) ? f(value) : value
  })

/** Opens a schema to new fields, and takes out what says nothing. */
export const tidy = (schema: unknown): unknown => {
  if (!Predicate.isObject(schema)) return schema
  const required = new Set((schema.required as ReadonlyArray<string> | undefined) ?? [])
  const open = Object.fromEntries(Object.entries(schema as Bag).filter(([key, value]) => !saysNothing(key, value)))
  return joined(
    mapChildren(open, (child, property) =>
      tidy(property === undefined || required.has(property) ? child : withoutNull(child))
    )
  )
}

/** Objects may grow without saying so, and the bounds of what a JavaScript number can count are not the API's. */
const saysNothing = (key: string, value: unknown): boolean =>
  (key === "additionalProperties" && typeof value === "boolean") ||
  (key === "minimum" && value === Number.MIN_SAFE_INTEGER) ||
  (key === "maximum" && value === Number.MAX_SAFE_INTEGER)

/** What is optional is left out: one null stands for that and is none of the API's. A second one is. */
export const withoutNull = (schema: unknown): unknown => {
  const { anyOf, ...rest } = schema as Bag
  if (!Array.isArray(anyOf)) return schema
  const at = anyOf.findIndex((member) => (member as Bag).type === "null")
  return joined({ ...rest, anyOf: anyOf.filter((_, index) => index !== at) })
}

/** The bounds of one value, each of which comes as a schema of its own; a choice of one; a choice with anything in it. */
const joined = ({ allOf, anyOf, ...rest }: Bag): Bag => {
  if (Array.isArray(anyOf)) {
    if (anyOf.some((member) => Object.keys(member as Bag).length === 0)) return rest
    return anyOf.length === 1 ? { ...(anyOf[0] as Bag), ...rest } : { ...rest, anyOf }
  }
  if (!Array.isArray(allOf)) return rest
  const keys = [rest, ...allOf].flatMap((member) => Object.keys(member as Bag))
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

/** A schema without its bounds, as a text that can be compared. A reference to itself is one, whatever its name. */
const shapeOf = (schema: unknown, self: string | undefined): string =>
  JSON.stringify(schema, (key, value: unknown) => {
    if (key === "$ref" && value === self) return "#"
    return bounds.has(key) && !Predicate.isObject(value) ? undefined : value
  })

const pointer = (name: string): string => `#/components/schemas/${name}`

const recursive = /^Objects_\d*$/

/**
 * Names what has none: the recursive schemas, and parts that many documents have, where there is a component of the
 * same shape. What is sent has bounds that what is answered has not: it is the component's `Input`.
 */
export const share = (components: Record<string, unknown>, isPart: (name: string) => boolean) => {
  const out: Bag = {}
  const parts = new Map<string, string>()
  const shapes = new Map<string, string>()
  for (const [name, schema] of Object.entries(components)) {
    if (recursive.test(name)) continue
    const shape = shapeOf(schema, pointer(name))
    if (!shapes.has(shape)) shapes.set(shape, name)
    // A shape as small as a switch may be anything's.
    if (isPart(name) && shape.length > 100) parts.set(shape, name)
  }
  const renamed = new Map<string, string>()
  for (const [name, schema] of Object.entries(components)) {
    const shared = recursive.test(name) ? shapes.get(shapeOf(schema, pointer(name))) : undefined
    if (shared !== undefined) renamed.set(pointer(name), pointer(`${shared}.Input`))
  }
  const inside = (schema: unknown): Bag => mapChildren(schema as Bag, (child) => apply(child))
  const apply = (schema: unknown): unknown => {
    if (!Predicate.isObject(schema)) return schema
    const { $ref } = schema
    if (typeof $ref === "string") return { ...schema, $ref: renamed.get($ref) ?? $ref }
    const name = schema.type === "object" ? parts.get(shapeOf(schema, undefined)) : undefined
    if (name === undefined) return inside(schema)
    const own = JSON.stringify(schema) === JSON.stringify(components[name]) ? name : `${name}.Input`
    out[own] ??= inside(schema)
    return { $ref: pointer(own) }
  }
  for (const [name, schema] of Object.entries(components)) {
    const to = renamed.get(pointer(name))?.slice(pointer("").length) ?? name
    out[to] ??= inside(schema)
  }
  return { components: out, apply }
}

export const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1)

/** The components that something refers to, by name. */
export const used = (components: Bag, by: unknown): Bag => {
  const found = new Set<string>()
  const look = (u: unknown): void => {
    if (Array.isArray(u)) u.forEach(look)
    else if (Predicate.isObject(u)) {
      for (const [key, value] of Object.entries(u)) {
        if (key !== "$ref" || typeof value !== "string") look(value)
        else if (!found.has(value)) {
          found.add(value)
          look(components[value.slice(pointer("").length)])
        }
      }
    }
  }
  look(by)
  return Object.fromEntries(
    Object.entries(components)
      .filter(([name]) => found.has(pointer(name)))
      .toSorted(byName)
  )
}
