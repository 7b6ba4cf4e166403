/**
 * The engine's paging: `page_size` items from `start_key`, and the key of the next page, if there is one.
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

/** The default size of a page. */
const defaultSize = 50

/** An opaque key: the position of an item, so that a page can start at a removed one. */
const keyOf = (position: number): string => Base64Url.encode(`embedded:${position}`)

const positionOf = (key: string): number | undefined => {
  const text = Result.getOrUndefined(Base64Url.decodeString(key))
  const digits = text === undefined ? undefined : /^embedded:(-?\d+)$/.exec(text)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

interface Listing<A> {
  /** The rank of an item. Ranks increase along the list, or decrease with `newestFirst`. */
  readonly position: (item: A) => number
  readonly show: (item: A) => Schema.Json
  readonly newestFirst?: boolean
}

/** One page of sorted items. */
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

/** The engine's longest range of time, in seconds: 31 days and an hour. */
const maxRange = 2_682_000

export interface Range {
  readonly created_from?: number | undefined
  readonly created_to?: number | undefined
}

/** The bounds of a list of records, in seconds since 1970. Default the longest range that ends now. */
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

/** Converts Gregorian or Unix seconds to Unix seconds. */
export const unixOf = (seconds: number): number =>
  Gregorian.isGregorian(seconds) ? seconds - Gregorian.offset : seconds
