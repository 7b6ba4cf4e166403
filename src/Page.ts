/**
 * Paging: every list that pages has `.pages(input)` and `.items(input)`, streams that fetch a page when it is asked
 * for. The two ways in which the API pages, by `offset` and by `start_key`, look the same here.
 *
 * A stream ends when the API says that there is no next page, however few items the last one had.
 *
 * @see https://docs.audian.com/api-basics/pagination
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Audian from "./Audian.ts"
import * as AudianError from "./AudianError.ts"
import * as Gregorian from "./internal/schema/gregorian.ts"
import type * as Operation from "./Operation.ts"

/**
 * Where a page starts: fields of the operation's input, a plain value that can be stored. To go on from one, give it
 * with the input that the stream began with: `Numbers.list.pages({ ...input, ...page.next })`.
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
  /** Where the next page starts; `undefined` on the last one. */
  readonly next: Cursor | undefined
  /** How many items there are in all, where the API says. */
  readonly total: number | undefined
}

/**
 * Options of a stream of pages.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** How many pages to fetch at the most; the last one says in `next` where it stopped. Default all. */
  readonly maxPages?: number | undefined
  /** Whether to fetch ahead while a page is worked on: one page ready, another on its way. Default false. */
  readonly prefetch?: boolean | undefined
}

type Arguments<Input> = {} extends Input ? [input?: Input, options?: Options] : [input: Input, options?: Options]

/**
 * What an operation that lists has beside the call.
 *
 * @category models
 * @since 0.1.0
 */
export interface Paged<Input, Item> {
  /** The pages from the one that the input names, the first by default. */
  readonly pages: (...args: Arguments<Input>) => Stream.Stream<Page<Item>, AudianError.AudianError, Audian.Audian>
  /** Their items, one after the other. */
  readonly items: (...args: Arguments<Input>) => Stream.Stream<Item, AudianError.AudianError, Audian.Audian>
}

/** How a list pages: the items of an answer, and where the next page starts. */
interface Style<Success, Item> {
  readonly read: (seen: {
    readonly value: Success
    readonly response: Audian.Response
    /** What was sent for this page. */
    readonly input: Fields
  }) => Page<Item>
  /** The bounds of the first request, where the operation has some. */
  readonly bound?: (input: Fields) => Effect.Effect<Fields>
}

type Fields = Readonly<Record<string, unknown>>

/**
 * Makes a list of the flat family page: `limit` and `offset` in, the items under `key`, `total` where the API says.
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
      const said: { readonly limit?: unknown; readonly total?: unknown } = { ...value, ...pagination }
      const total = numberOf(said.total)
      const end = (numberOf(input.offset) ?? 0) + items.length
      // Without a total, a page that is not full is the last. The server may take a lower limit than it was given.
      const limits = [input.limit, said.limit].flatMap((limit) => numberOf(limit) ?? [])
      const full = items.length > 0 && limits.length > 0 && items.length >= Math.min(...limits)
      return { items, next: (total === undefined ? full : end < total) ? { offset: end } : undefined, total }
    }
  })

/**
 * Makes a list of the engine page: `start_key` in, `next_start_key` beside the data. A page with nothing in it, as a
 * filter leaves it, is not the last while there is a key.
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

/** The widest range of time that the engine takes: 31 days and an hour, in seconds. */
const widest = 2_682_000

/**
 * Makes a list of the engine's records page, which takes no more than 31 days and an hour at a time: a wider range of
 * `created_from` and `created_to` is cut into windows, the latest first as the engine lists them, without a gap and
 * without a second twice. Without `created_to` the range ends now.
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
        return { ...input, created_from: Math.max(from, to - widest), created_to: to, [whole]: from }
      })
    },
    read: ({ input, response, value }) => {
      const bounds = input as {
        readonly created_from?: number
        readonly created_to?: number
        readonly [whole]?: number
      }
      const { created_from: from, created_to: to, [whole]: start } = bounds
      const within = startOf(response)
      const next =
        from === undefined || start === undefined
          ? within
          : within !== undefined
            ? { ...within, ...(to !== undefined && { created_to: to }) }
            : from > start
              ? { ...(input.start_key !== undefined && { start_key: undefined }), created_to: from - 1 }
              : undefined
      return { items: value, next, total: undefined }
    }
  })

/** A time, counted from the year from which another is counted. */
const sameUnit = (time: number, other: number): number => {
  if (Gregorian.isGregorian(time) === Gregorian.isGregorian(other)) return time
  return Gregorian.isGregorian(time) ? time - Gregorian.offset : time + Gregorian.offset
}

/** Where the whole range begins, beside the window of it that is sent. */
const whole = Symbol("effect-audian/Page/whole")

const numberOf = (u: unknown): number | undefined => (typeof u === "number" ? u : undefined)

const paged = <Input, Success, Item>(
  operation: Operation.Operation<Input, Success>,
  style: Style<Success, Item>
): Operation.Operation<Input, Success> & Paged<Input, Item> => {
  const call = operation as unknown as (input: Fields) => Effect.Effect<Success, AudianError.AudianError, Audian.Audian>

  const fetch = (given: Fields) =>
    Effect.flatMap(style.bound?.(given) ?? Effect.succeed(given), (input) =>
      Effect.flatMap(Audian.withResponse(call(input)), ([value, response]) => {
        const page = style.read({ value, response, input })
        const from: Fields = { offset: 0, ...input }
        return page.next !== undefined && Object.entries(page.next).every(([key, value]) => from[key] === value)
          ? Effect.fail(stuck(operation, response, page.next))
          : Effect.succeed(page)
      })
    )

  /** A stream of what is taken of each page. */
  const stream =
    <A>(take: (page: Page<Item>) => ReadonlyArray<A>) =>
    (input: Fields = {}, options: Options = {}) => {
      // A cursor says all of where its page starts: the key of the page before is not its own.
      const { start_key: _, ...rest } = input
      const from = { input, left: options.maxPages ?? Number.POSITIVE_INFINITY }
      const taken = Stream.paginate(from, ({ input, left }) =>
        left <= 0
          ? Effect.succeed([[], Option.none()] as const)
          : Effect.map(fetch(input), (page) => {
              const next = page.next === undefined ? undefined : { input: { ...rest, ...page.next }, left: left - 1 }
              return [take(page), Option.fromUndefinedOr(next)] as const
            })
      )
      return options.prefetch === true ? Stream.buffer(taken, { capacity: 1 }) : taken
    }

  return Object.defineProperties(operation, {
    pages: { value: stream((page) => [page]) },
    items: { value: stream((page) => page.items) }
  }) as Operation.Operation<Input, Success> & Paged<Input, Item>
}

/** A list that would be read for ever. */
const stuck = (operation: Operation.Any, response: Audian.Response, cursor: Cursor): AudianError.AudianError =>
  new AudianError.AudianClientError({
    reason: { _tag: "InvalidResponse", status: response.status },
    operation: operation.name,
    method: operation.codec.method,
    path: operation.codec.template,
    replay: operation.traits.replay,
    attempts: response.attempts,
    ...(response.requestId !== undefined && { requestId: response.requestId }),
    description: `The next page starts where this one does, at ${JSON.stringify(cursor)}`
  })
