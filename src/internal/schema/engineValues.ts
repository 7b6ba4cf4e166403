/**
 * Values that the engine and the pages write in more than one way: in records of calls, faxes and money.
 *
 * @internal
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import * as Timestamp from "../../Timestamp.ts"
import * as Gregorian from "./gregorian.ts"
import { lazy } from "./schema.ts"

/** A number, or its digits as text; any other text, such as the empty one of a call record, is none. */
export const quantity: Schema.Codec<number | undefined, number | string> = /*@__PURE__*/ lazy(() =>
  Schema.Union([Schema.Finite, Schema.String]).pipe(
    Schema.decodeTo(Schema.UndefinedOr(Schema.Finite), {
      decode: SchemaGetter.transform((value: number | string) => numberOf(value)),
      encode: SchemaGetter.transform((value: number | undefined) => value ?? "")
    })
  )
)

/** A point in time in any of the forms the API has, as seconds since 1970; text that is no time is none. */
export const seconds: Schema.Codec<Timestamp.Unix | undefined, number | string> = /*@__PURE__*/ lazy(() =>
  Schema.Union([Schema.Finite, Schema.String]).pipe(
    Schema.decodeTo(Schema.UndefinedOr(Schema.toType(Timestamp.Unix)), {
      decode: SchemaGetter.transform((value: number | string) => {
        const number = numberOf(value)
        if (number !== undefined) return unixOf(number)
        return Option.getOrUndefined(Option.map(Timestamp.fromIso(value as Timestamp.Iso), Timestamp.toUnix))
      }),
      encode: SchemaGetter.transform((value: Timestamp.Unix | undefined) => value ?? "")
    })
  )
)

const numberOf = (value: number | string): number | undefined => {
  const number = typeof value === "number" || value.trim() !== "" ? Number(value) : Number.NaN
  return Number.isFinite(number) ? number : undefined
}

const unixOf = (number: number): Timestamp.Unix | undefined => {
  const unix = Gregorian.isGregorian(number) ? Math.floor(number - Gregorian.offset) : number
  // A date goes no further; microseconds, say, are no time in seconds.
  return Math.abs(unix) <= 8.64e12 ? (unix as Timestamp.Unix) : undefined
}
