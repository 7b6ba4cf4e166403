/**
 * Paging: every paged list has `.pages(input)` and `.items(input)`, streams that fetch a page when it is pulled. The API
 * pages by `offset` or by `start_key`; the streams are the same for both.
 *
 * A stream ends when the API reports no next page, however few items the last page has.
 *
 * @see https://docs.audian.com/api-basics/pagination
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Audian from "./Audian.ts"
import type * as AudianError from "./AudianError.ts"
import * as MakeError from "./internal/error/makeError.ts"
import * as Gregorian from "./internal/schema/gregorian.ts"
import type * as Operation from "./Operation.ts"

/**
 * The start of a page: fields of the operation's input, as a plain value that can be stored. To resume from it, merge it
 * into the input of the stream: `Numbers.list.pages({ ...input, ...page.next })`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Cursor {
  readonly offset?: number
  readonly start_key?: string | undefined
  readonly created_to?: number
}

/**
 * One page of a list.
 *
 * @category models
 * @since 0.1.0
 */
export interface Page<Item> {
  readonly items: ReadonlyArray<Item>
  /** The start of the next page; `undefined` on the last page. */
  readonly next: Cursor | undefined
  /** The number of all items, if the API reports it. */
  readonly total: number | undefined
}

/**
 * Options of a stream of pages.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** The largest number of pages to fetch. Default all. */
  readonly maxPages?: number | undefined
  /** Fetches ahead while a page is processed: one page is ready and another in flight. Default false. */
  readonly prefetch?: boolean | undefined
}

type Arguments<Input> = {} extends Input ? [input?: Input, options?: Options] : [input: Input, options?: Options]

/**
 * The streams of an operation that lists.
 *
 * @category models
 * @since 0.1.0
 */
export interface Paged<Input, Item> {
  /** Streams the pages, from the start that the input names. Default the first page. */
  readonly pages: (...args: Arguments<Input>) => Stream.Stream<Page<Item>, AudianError.AudianError, Audian.Audian>
  /** Streams the items of the pages. */
  readonly items: (...args: Arguments<Input>) => Stream.Stream<Item, AudianError.AudianError, Audian.Audian>
}

/** The paging of a list: reads the page and the next cursor from a response. */
interface Style<Success, Item> {
  readonly read: (fetched: {
    readonly value: Success
    readonly response: Audian.Response
    /** The input of this page. */
    readonly input: Fields
  }) => Page<Item>
  /** Narrows the input of a page to a range that the API accepts. */
  readonly bound?: (input: Fields) => Effect.Effect<Fields>
}

type Fields = Readonly<Record<string, unknown>>

/**
 * Adds the streams to a list of the flat family, which pages by `limit` and `offset`. The items are under `key`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const byOffset = <Input, Key extends string, Success extends { readonly [K in Key]: ReadonlyArray<unknown> }>(
  operation: Operation.Operation<Input, Success>,
  key: Key
): Operation.Operation<Input, Success> & Paged<Input, Success[Key][number]> =>
  paged(operation, {
    read: ({ input, value }): Page<Success[Key][number]> => {
      const items = value[key]
      const { pagination } = value as { readonly pagination?: object }
      const reported: { readonly limit?: unknown; readonly total?: unknown } = { ...value, ...pagination }
      const total = numberOf(reported.total)
      const end = (numberOf(input.offset) ?? 0) + items.length
      // Without a total, a short page is the last one. The server may apply a lower limit than the requested one.
      const limits = [input.limit, reported.limit].flatMap((limit) => numberOf(limit) ?? [])
      const full = items.length > 0 && limits.length > 0 && items.length >= Math.min(...limits)
      return { items, next: (total === undefined ? full : end < total) ? { offset: end } : undefined, total }
    }
  })

/**
 * Adds the streams to a list of the engine, which pages by `start_key`. A page is the last one if its response has no
 * `next_start_key`; an empty page is not, since a filter may have removed its items.
 *
 * @category constructors
 * @since 0.1.0
 */
export const byKey = <Input, Item>(
  operation: Operation.Operation<Input, ReadonlyArray<Item>>
): Operation.Operation<Input, ReadonlyArray<Item>> & Paged<Input, Item> =>
  paged(operation, {
    read: ({ response, value }) => ({ items: value, next: startOf(response), total: undefined })
  })

const startOf = ({ nextStartKey }: Audian.Response): Cursor | undefined =>
  nextStartKey === undefined ? undefined : { start_key: nextStartKey }

/**
 * Adds the streams to a list of the engine's records, which accepts ranges of up to 31 days and an hour. A longer range of
 * `created_from` and `created_to` is split into adjacent windows, the latest first. The default of `created_to` is now.
 *
 * @category constructors
 * @since 0.1.0
 */
export const byTime = <
  Input extends { readonly created_from?: number | undefined; readonly created_to?: number | undefined },
  Item
>(
  operation: Operation.Operation<Input, ReadonlyArray<Item>>
): Operation.Operation<Input, ReadonlyArray<Item>> & Paged<Input, Item> =>
  paged(operation, {
    bound: (input) => {
      const from = numberOf(input.created_from)
      if (from === undefined) return Effect.succeed(input)
      return Effect.map(Clock.currentTimeMillis, (millis) => {
        const now = Math.floor(millis / 1000) + (Gregorian.isGregorian(from) ? Gregorian.offset : 0)
        const to = sameUnit(numberOf(input.created_to) ?? now, from)
        return { ...input, created_from: Math.max(from, to - maxRange), created_to: to, [fullStart]: from }
      })
    },
    read: ({ input, response, value }) => {
      const bounds = input as {
        readonly created_from?: number
        readonly created_to?: number
        readonly [fullStart]?: number
      }
      const { created_from: from, created_to: to, [fullStart]: start } = bounds
      const sameWindow = startOf(response)
      const next =
        from === undefined || start === undefined
          ? sameWindow
          : sameWindow !== undefined
            ? { ...sameWindow, ...(to !== undefined && { created_to: to }) }
            : from > start
              ? { ...(input.start_key !== undefined && { start_key: undefined }), created_to: from - 1 }
              : undefined
      return { items: value, next, total: undefined }
    }
  })

/** The longest range of time that the engine accepts, in seconds: 31 days and an hour. */
const maxRange = 2_682_000

/** Converts a time to the epoch of `other`: Unix or Gregorian seconds. */
const sameUnit = (time: number, other: number): number => {
  if (Gregorian.isGregorian(time) === Gregorian.isGregorian(other)) return time
  return Gregorian.isGregorian(time) ? time - Gregorian.offset : time + Gregorian.offset
}

/** The input's key of the start of the full range, of which one window is sent. */
const fullStart = Symbol("effect-audian/Page/fullStart")

const numberOf = (u: unknown): number | undefined => (typeof u === "number" ? u : undefined)

const paged = <Input, Success, Item>(
  operation: Operation.Operation<Input, Success>,
  style: Style<Success, Item>
): Operation.Operation<Input, Success> & Paged<Input, Item> => {
  const call = operation as unknown as (input: Fields) => Effect.Effect<Success, AudianError.AudianError, Audian.Audian>

  const fetch = (requested: Fields) =>
    Effect.flatMap(style.bound?.(requested) ?? Effect.succeed(requested), (input) =>
      Effect.flatMap(Audian.withResponse(call(input)), ([value, response]) => {
        const page = style.read({ value, response, input })
        const from: Fields = { offset: 0, ...input }
        return page.next !== undefined && Object.entries(page.next).every(([key, value]) => from[key] === value)
          ? Effect.fail(stuck(operation, response, page.next))
          : Effect.succeed(page)
      })
    )

  /** Makes a stream of the elements that `select` returns for each page. */
  const stream =
    <A>(select: (page: Page<Item>) => ReadonlyArray<A>) =>
    (input: Fields = {}, options: Options = {}) => {
      // Drop the previous `start_key`; the cursor replaces it.
      const { start_key: _, ...rest } = input
      const from = { input, left: options.maxPages ?? Number.POSITIVE_INFINITY }
      const elements = Stream.paginate(from, ({ input, left }) =>
        left <= 0
          ? Effect.succeed([[], Option.none()] as const)
          : Effect.map(fetch(input), (page) => {
              const next = page.next === undefined ? undefined : { input: { ...rest, ...page.next }, left: left - 1 }
              return [select(page), Option.fromUndefinedOr(next)] as const
            })
      )
      return options.prefetch === true ? Stream.buffer(elements, { capacity: 1 }) : elements
    }

  return Object.defineProperties(operation, {
    pages: { value: stream((page) => [page]) },
    items: { value: stream((page) => page.items) }
  }) as Operation.Operation<Input, Success> & Paged<Input, Item>
}

/** The error of a list that would never end. */
const stuck = (operation: Operation.Any, response: Audian.Response, cursor: Cursor): AudianError.AudianError =>
  MakeError.endlessList(
    MakeError.callInfo({
      operation: operation.name,
      method: operation.codec.method,
      path: operation.codec.template,
      replay: operation.traits.replay,
      attempts: response.attempts
    }),
    response.status,
    response.requestId,
    cursor
  )
