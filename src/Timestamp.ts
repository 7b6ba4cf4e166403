/**
 * The three forms in which the API writes a point in time. A value stays as it was sent, and its type names the form.
 * Conversions to and from `DateTime` are here.
 *
 * @since 0.1.0
 */
import type * as Brand from "effect/Brand"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { isGregorian, offset } from "./internal/schema/gregorian.ts"
import { branded, lazy } from "./internal/schema/schema.ts"
import { countAnnotation } from "./internal/schema/timeForms.ts"

/**
 * ISO 8601 text, such as `2024-01-01T12:00:00Z`: what most pages use.
 *
 * @category models
 * @since 0.1.0
 */
export type Iso = string & Brand.Brand<"effect-audian/Timestamp/Iso">

/**
 * Seconds since 1970: call records, channels, rate limits.
 *
 * @category models
 * @since 0.1.0
 */
export type Unix = number & Brand.Brand<"effect-audian/Timestamp/Unix">

/**
 * Seconds since the year 0: the engine's own documents.
 *
 * @category models
 * @since 0.1.0
 */
export type Gregorian = number & Brand.Brand<"effect-audian/Timestamp/Gregorian">

/**
 * @category schemas
 * @since 0.1.0
 */
export const Iso: Schema.Codec<Iso, string> = /*@__PURE__*/ lazy(() =>
  branded<Iso>(Schema.String.annotate({ description: "ISO 8601", format: "date-time" }))
)

/**
 * @category schemas
 * @since 0.1.0
 */
export const Unix: Schema.Codec<Unix, number> = /*@__PURE__*/ lazy(() =>
  branded<Unix>(Schema.Finite.annotate({ description: "Seconds since 1970", [countAnnotation]: "unix" }))
)

/**
 * @category schemas
 * @since 0.1.0
 */
export const Gregorian: Schema.Codec<Gregorian, number> = /*@__PURE__*/ lazy(() =>
  branded<Gregorian>(
    Schema.Finite.annotate({ description: "Seconds since the year 0", [countAnnotation]: "gregorian" })
  )
)

/**
 * A time of the account-scoped family, in either of its forms: ISO text as the pages show it, or the engine's seconds.
 * {@link fromAny} reads both.
 *
 * @category models
 * @since 0.1.0
 */
export type IsoOrGregorian = Iso | Gregorian

/**
 * @category schemas
 * @since 0.1.0
 */
export const IsoOrGregorian: Schema.Codec<IsoOrGregorian, string | number> = /*@__PURE__*/ lazy(() =>
  Schema.Union([Iso, Gregorian])
)

/**
 * The point in time of an ISO text; none when it is not one.
 *
 * @category conversions
 * @since 0.1.0
 */
export const fromIso = (iso: Iso): Option.Option<DateTime.Utc> => Option.map(DateTime.make(iso), DateTime.toUtc)

/**
 * The point in time of seconds. Throws for a time more than 275 thousand years from 1970.
 *
 * @category conversions
 * @since 0.1.0
 */
export const fromUnix = (seconds: Unix): DateTime.Utc => DateTime.makeUnsafe(seconds * 1000)

/**
 * The point in time of seconds. Throws for a time more than 275 thousand years from 1970.
 *
 * @category conversions
 * @since 0.1.0
 */
export const fromGregorian = (seconds: Gregorian): DateTime.Utc => DateTime.makeUnsafe((seconds - offset) * 1000)

/**
 * The point in time of any form. The size of a number decides whether it counts from the year 0 or from 1970. None for a
 * text that is no time, and for a number that is no date.
 *
 * **Example** (The age of an account)
 *
 * ```ts
 * import * as DateTime from "effect/DateTime"
 * import * as Effect from "effect/Effect"
 * import * as Option from "effect/Option"
 * import { Account, Timestamp } from "effect-audian"
 *
 * export const created = Account.Accounts.get().pipe(
 *   Effect.map(({ created }) => Option.fromUndefinedOr(created).pipe(Option.flatMap(Timestamp.fromAny))),
 *   Effect.map(Option.map(DateTime.formatIso))
 * )
 * ```
 *
 * @category conversions
 * @since 0.1.0
 */
export const fromAny = (time: Iso | Unix | Gregorian): Option.Option<DateTime.Utc> =>
  typeof time === "string"
    ? fromIso(time)
    : Option.map(DateTime.make((isGregorian(time) ? time - offset : time) * 1000), DateTime.toUtc)

/**
 * @category conversions
 * @since 0.1.0
 */
export const toIso = (time: DateTime.DateTime): Iso => DateTime.formatIso(time) as Iso

/**
 * Whole seconds, the fraction cut off.
 *
 * @category conversions
 * @since 0.1.0
 */
export const toUnix = (time: DateTime.DateTime): Unix => Math.floor(DateTime.toEpochMillis(time) / 1000) as Unix

/**
 * Whole seconds, the fraction cut off.
 *
 * @category conversions
 * @since 0.1.0
 */
export const toGregorian = (time: DateTime.DateTime): Gregorian => (toUnix(time) + offset) as Gregorian
