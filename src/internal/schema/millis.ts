/**
 * Dates and durations as numbers of milliseconds. Effect's schemas of both also read texts and derive bounds, which every
 * bundle with an error would carry.
 *
 * @internal
 */
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import { lazy } from "./schema.ts"

/** The last millisecond that a date can hold. */
export const maxMillis = 8_640_000_000_000_000

const fromMillis = <A>(
  millis: Schema.Codec<number>,
  expected: string,
  is: (u: unknown) => u is A,
  decode: (millis: number) => A,
  encode: (value: A) => number
) => {
  const transformation = { decode: SchemaGetter.transform(decode), encode: SchemaGetter.transform(encode) }
  const link = () => Schema.link<A>()(millis, transformation)
  const declared = Schema.declare(is, { expected, toCodecJson: link, toCodecArbitrary: link })
  return millis.pipe(Schema.decodeTo(declared, transformation))
}

const isUtc = (u: unknown): u is DateTime.Utc => DateTime.isDateTime(u) && DateTime.isUtc(u)

/** As `Schema.DateTimeUtcFromMillis`. */
export const dateTime = /*@__PURE__*/ lazy(
  () =>
    fromMillis<DateTime.Utc>(
      Schema.Int.check(Schema.makeFilter((millis) => Math.abs(millis) <= maxMillis, { expected: "a date" })),
      "DateTime.Utc",
      isUtc,
      DateTime.makeUnsafe,
      DateTime.toEpochMillis
    ) as unknown as Schema.DateTimeUtcFromMillis
)

/** As `Schema.DurationFromMillis`. */
export const duration = /*@__PURE__*/ lazy(
  () =>
    fromMillis(
      // @effect-diagnostics-next-line schemaNumber:off - a duration may be infinite
      Schema.Number,
      "Duration",
      Duration.isDuration,
      Duration.millis,
      Duration.toMillis
    ) as unknown as Schema.DurationFromMillis
)
