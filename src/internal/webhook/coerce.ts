/**
 * Coerces the fields of a payload to their documented types: null to absent, numbers to text, text to numbers.
 *
 * @internal
 */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Timestamp from "../../Timestamp.ts"
import { isGregorian, offset } from "../schema/gregorian.ts"

export interface Fields {
  readonly [key: string]: unknown
}

/**
 * Compiles the schemas of fields to a coercion. A value that fits no coercion is kept, so that decoding it fails; fields
 * without a schema are kept as they are.
 */
export const coercion = (schemas: Schema.Struct.Fields): ((fields: Fields) => Fields) => {
  const coercions = Object.entries(schemas).map(([key, schema]) => [key, coerceTo(schema)] as const)
  return (fields) => {
    const out: Record<string, unknown> = { ...fields }
    for (const [key, coerce] of coercions) {
      if (!Object.hasOwn(fields, key)) continue
      const value = coerce(fields[key])
      if (value === undefined) delete out[key]
      else out[key] = value
    }
    return out
  }
}

/** `undefined` stands for an absent field. */
const coerceTo = (schema: Schema.Constraint): ((value: unknown) => unknown) => {
  const decode = Schema.decodeUnknownOption(schema as Schema.Codec<unknown>)
  const accepts = (value: unknown) => Option.isSome(decode(value))
  const isTime = (Predicate.hasProperty(schema, "schema") ? isoOf(schema.schema) : isoOf(schema)) === true
  return (value) => {
    const coerced = isTime ? (toIso(value) ?? value) : value
    if (accepts(coerced)) return coerced
    if (value === null) return undefined
    if (typeof value === "number" || typeof value === "boolean") return accepts(String(value)) ? String(value) : value
    if (typeof value !== "string" || !accepts(0)) return value
    const text = value.trim()
    // A form sends an absent number as empty text.
    return text === "" ? undefined : accepts(Number(text)) ? Number(text) : value
  }
}

const isoOf = (schema: unknown): boolean =>
  schema === Timestamp.Iso || (Predicate.hasProperty(schema, "members") && (schema.members as []).some(isoOf))

/** A time in seconds or milliseconds, as ISO 8601. */
const toIso = (value: unknown): Timestamp.Iso | undefined => {
  const time = typeof value === "string" && /^\d{9,14}(\.\d+)?$/.test(value) ? Number(value) : value
  if (typeof time !== "number" || !Number.isFinite(time)) return undefined
  const isMillis = Math.abs(time) >= 100_000_000_000
  const millis = isMillis ? time : (isGregorian(time) ? time - offset : time) * 1000
  return Option.getOrUndefined(Option.map(DateTime.make(millis), Timestamp.toIso))
}
