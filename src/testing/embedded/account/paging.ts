/**
 * How the engine pages: `page_size` items from `start_key`, and the key of the next page where there is one.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as Gregorian from "../../../internal/schema/gregorian.ts"
import * as Envelope from "./envelope.ts"

export interface Query {
  readonly page_size?: number | undefined
  readonly start_key?: string | undefined
  readonly paginate?: boolean | undefined
}

/** How many items a page has by default. */
const defaultSize = 50

/** A key is opaque: where the item was put, not what it is, so that a page can start where an item has gone. */
const keyOf = (position: number): string => Base64Url.encode(`embedded:${position}`)

const positionOf = (key: string): number | undefined => {
  const text = Result.getOrUndefined(Base64Url.decodeString(key))
  const digits = text === undefined ? undefined : /^embedded:(-?\d+)$/.exec(text)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

export interface Listing<A> {
  /** What puts an item in its place; they increase from item to item, or decrease where the newest come first. */
  readonly position: (item: A) => number
  readonly show: (item: A) => Schema.Json
  readonly newestFirst?: boolean
}

/** One page of what is in order already. */
export const page = <A>(
  items: ReadonlyArray<A>,
  { page_size = defaultSize, paginate = true, start_key }: Query,
  { newestFirst = false, position, show }: Listing<A>
): Envelope.Result => {
  if (!paginate) return Effect.succeed({ data: items.map(show) })
  const start = start_key === undefined ? undefined : positionOf(start_key)
  if (start_key !== undefined && start === undefined) return Envelope.faultyRequest("invalid start key")
  const found =
    start === undefined
      ? 0
      : items.findIndex((item) => (newestFirst ? position(item) <= start : position(item) >= start))
  const from = found === -1 ? items.length : found
  const shown = items.slice(from, from + page_size)
  const next = items[from + shown.length]
  return Effect.succeed({
    data: shown.map(show),
    page_size: shown.length,
    start_key: shown[0] === undefined ? undefined : keyOf(position(shown[0])),
    next_start_key: next === undefined ? undefined : keyOf(position(next))
  })
}

/** The widest range of time that the engine takes: 31 days and an hour, in seconds. */
const maxRange = 2_682_000

export interface Range {
  readonly created_from?: number | undefined
  readonly created_to?: number | undefined
}

/** The bounds of a list of records, in seconds since 1970; by default as far back from now as the engine goes. */
export const range = (
  query: Range,
  now: number
): Effect.Effect<{ readonly from: number; readonly to: number }, Envelope.Refusal> => {
  const to = query.created_to === undefined ? Math.floor(now / 1000) : unixOf(query.created_to)
  const from = query.created_from === undefined ? to - maxRange : unixOf(query.created_from)
  if (from > to) {
    return Envelope.invalid("created_from", "date_range", "created_from is later than created_to", from)
  }
  return to - from > maxRange
    ? Envelope.invalid("created_from", "date_range", `The range is wider than ${maxRange} seconds`, from)
    : Effect.succeed({ from, to })
}

/** Either way to count seconds, as seconds since 1970. */
export const unixOf = (seconds: number): number =>
  Gregorian.isGregorian(seconds) ? seconds - Gregorian.offset : seconds
