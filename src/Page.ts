/**
 * Paging: every list that pages has `.pages(input)` and `.items(input)`, streams that fetch a page when it is pulled,
 * `.collect(input, options)`, and `.resume(cursor)`. The API pages by `offset` or by `start_key`; the streams are the
 * same for both.
 *
 * Every stream ends: at the last page, or with an error if the server sends a page or a cursor again.
 *
 * @see https://docs.audian.com/api-basics/pagination
 * @since 0.1.0
 */

import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Audian from "./Audian.ts"
import type * as AudianError from "./AudianError.ts"
import * as CallSite from "./internal/error/callSite.ts"
import * as Located from "./internal/error/located.ts"
import * as MakeError from "./internal/error/makeError.ts"
import * as Ahead from "./internal/paging/ahead.ts"
import {
  type CollectOptions,
  Cursor,
  type Options,
  type Page,
  type Paged,
  type Paging,
  PagingKey
} from "./internal/paging/paged.ts"
import * as Visited from "./internal/paging/visited.ts"
import * as Windows from "./internal/paging/windows.ts"
import * as Gregorian from "./internal/schema/gregorian.ts"
import * as NullRows from "./internal/schema/nullRows.ts"
import { pure } from "./internal/schema/schema.ts"
import { codecOf } from "./internal/service.ts"
import type * as Operation from "./Operation.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

export {
  type Collected,
  type CollectOptions,
  Cursor,
  type Options,
  type Page,
  type Paged
} from "./internal/paging/paged.ts"
export type { PageFields, PageQuery } from "./internal/schema/schema.ts"

// -----------------------------------------------------------------------------
// constructors
// -----------------------------------------------------------------------------

/**
 * Options of {@link byOffset}.
 *
 * @category options
 * @since 0.1.0
 */
export interface OffsetOptions {
  /** The input field of the page size. Default `limit`. */
  readonly limit?: string | undefined
  /** The page size of a request that names none. Default 10, the smallest that the API documents. */
  readonly defaultLimit?: number | undefined
}

/**
 * Adds the streams to a list that pages by `offset`. The items are under a key, or found by a function.
 *
 * **Details**
 *
 * The list ends when `total` is reached, at an empty page, or, without a `total`, at a page that is smaller than its
 * limit. The `offset` of the response is read: items of the page before are dropped, and a gap is an error. A page that
 * repeats an earlier one is an error. An item is identified by its `id`, else its `number`, else all of it.
 *
 * **Example** (Page through a list that the contract does not have)
 *
 * ```ts
 * import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
 * import * as Schema from "effect/Schema"
 * import { Envelope, Operation, Page } from "effect-audian"
 *
 * const make = Operation.makeIn({ resource: "Recordings", family: "flat" })
 * const Result = Schema.Struct({ recordings: Schema.Array(Schema.Json), total: Schema.optional(Schema.Int) })
 *
 * const list = Page.byOffset(
 *   make(
 *     () =>
 *       HttpApiEndpoint.get("list", "/v2/recordings", {
 *         query: { limit: Schema.optional(Schema.Int), offset: Schema.optional(Schema.Int) },
 *         success: Envelope.flat(Result)
 *       }),
 *     { replay: "safe" }
 *   ),
 *   "recordings"
 * )
 *
 * export const all = list.items({ limit: 50 })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const byOffset: {
  <
    Input,
    Key extends string,
    Success extends { readonly [Name in Key]: ReadonlyArray<unknown> },
    K extends Operation.Kind
  >(
    operation: Operation.Operation<Input, Success, K>,
    key: Key,
    options?: OffsetOptions
  ): Operation.Operation<Input, Success, K> & Paged<Input, Success[Key][number]>
  <Input, Success, Item, K extends Operation.Kind>(
    operation: Operation.Operation<Input, Success, K>,
    items: (value: Success) => ReadonlyArray<Item> | undefined,
    options?: OffsetOptions
  ): Operation.Operation<Input, Success, K> & Paged<Input, Item>
} = <Input, Success, K extends Operation.Kind>(
  operation: Operation.Operation<Input, Success, K>,
  items: string | ((value: Success) => ReadonlyArray<unknown> | undefined),
  { defaultLimit = 10, limit = "limit" }: OffsetOptions = {}
): Operation.Operation<Input, Success, K> & Paged<Input, never> => {
  // The overloads state the type of the items.
  const select = (value: Success) =>
    (typeof items === "string" ? field(value, items) : items(value)) as ReadonlyArray<never> | undefined
  return paged(operation, {
    itemsOf: select,
    concurrent: true,
    read: ({ input, trace, value }) =>
      readOffset(select(value), { ...pagingOf(value), requested: input, limitField: limit, defaultLimit, trace })
  })
}

/**
 * Adds the streams to a list of the engine, which pages by `start_key`. A page is the last one if its response has no
 * `next_start_key`; an empty page is not, since a filter may have removed its items. `items` finds the items if the
 * result is not the list itself.
 *
 * **Example** (Page through a list of the engine)
 *
 * ```ts
 * import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
 * import * as Schema from "effect/Schema"
 * import { Envelope, Operation, Page } from "effect-audian"
 *
 * const make = Operation.makeIn({ resource: "Groups", family: "account" })
 *
 * const list = Page.byKey(
 *   make(
 *     () =>
 *       HttpApiEndpoint.get("list", "/v2/accounts/:account_id/groups", {
 *         params: { account_id: Schema.String },
 *         query: { start_key: Schema.optional(Schema.String), page_size: Schema.optional(Schema.Int) },
 *         success: Envelope.account(Schema.Array(Schema.Struct({ id: Schema.String })))
 *       }),
 *     { replay: "safe" }
 *   )
 * )
 *
 * export const all = list.items()
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const byKey: {
  <Input, Item, K extends Operation.Kind>(
    operation: Operation.Operation<Input, ReadonlyArray<Item>, K>
  ): Operation.Operation<Input, ReadonlyArray<Item>, K> & Paged<Input, Item>
  <Input, Success, Item, K extends Operation.Kind>(
    operation: Operation.Operation<Input, Success, K>,
    items: (value: Success) => ReadonlyArray<Item> | undefined
  ): Operation.Operation<Input, Success, K> & Paged<Input, Item>
} = <Input, Success, K extends Operation.Kind>(
  operation: Operation.Operation<Input, Success, K>,
  items: (value: Success) => unknown = (value) => value
): Operation.Operation<Input, Success, K> & Paged<Input, never> =>
  paged(operation, {
    // The overloads state the type of the items.
    itemsOf: (value) => items(value) as ReadonlyArray<never> | undefined,
    read: ({ response, value }) => {
      const found = items(value) as ReadonlyArray<never> | undefined
      if (found === undefined) return Result.fail(noList)
      return Result.map(keyOf(response), (position) => ({ items: found, position, total: undefined }))
    }
  })

/**
 * Adds the streams to a list of the engine's records, which accepts ranges of up to 31 days and an hour. A longer range of
 * `created_from` and `created_to` is split into adjacent windows, the latest first. The default of `created_to` is now.
 *
 * **Example** (Page through records of any range)
 *
 * ```ts
 * import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
 * import * as DateTime from "effect/DateTime"
 * import * as Schema from "effect/Schema"
 * import { Envelope, Operation, Page, Timestamp } from "effect-audian"
 *
 * const make = Operation.makeIn({ resource: "Recordings", family: "account" })
 *
 * const list = Page.byTime(
 *   make(
 *     () =>
 *       HttpApiEndpoint.get("list", "/v2/accounts/:account_id/recordings", {
 *         params: { account_id: Schema.String },
 *         query: {
 *           created_from: Schema.optional(Schema.Int),
 *           created_to: Schema.optional(Schema.Int),
 *           start_key: Schema.optional(Schema.String)
 *         },
 *         success: Envelope.account(Schema.Array(Schema.Struct({ id: Schema.String })))
 *       }),
 *     { replay: "safe" }
 *   )
 * )
 *
 * export const since = (time: DateTime.DateTime) => list.items({ created_from: Timestamp.toGregorian(time) })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const byTime = <
  Input extends { readonly created_from?: number | undefined; readonly created_to?: number | undefined },
  Item,
  K extends Operation.Kind
>(
  operation: Operation.Operation<Input, ReadonlyArray<Item>, K>
): Operation.Operation<Input, ReadonlyArray<Item>, K> & Paged<Input, Item> =>
  paged(operation, {
    itemsOf: (value) => value,
    bound: (input) =>
      Effect.map(rangeOf(input), (range) => {
        if (range === undefined) return input
        const { from, to } = range
        return { ...input, created_from: Math.max(from, to - maxRange), created_to: to, [fullStart]: from }
      }),
    concurrently: (pages, input, concurrency) =>
      Stream.unwrap(
        Effect.map(rangeOf(input), (range) => {
          if (range === undefined) return pages(input)
          const windows: Array<ReturnType<typeof pages>> = []
          for (let to = range.to, first = input; to >= range.from; to -= maxRange + 1) {
            const window = pages({ ...first, created_to: to })
            // The position of the next window has no key.
            windows.push(
              Stream.takeUntil(window, ({ next }) => next._tag === "End" || next.input.start_key === undefined)
            )
            const { start_key: _, ...filters } = input
            first = filters
          }
          return Windows.concat(windows, concurrency)
        })
      ),
    read: ({ input, response, value }) => {
      const bounds = input as {
        readonly created_from?: number
        readonly created_to?: number
        readonly [fullStart]?: number
      }
      const { created_from: from, created_to: to, [fullStart]: start } = bounds
      return Result.map(keyOf(response), (sameWindow) => {
        const position: Fields | undefined =
          from === undefined || start === undefined
            ? sameWindow
            : sameWindow !== undefined
              ? { ...sameWindow, ...(to !== undefined && { created_to: to }) }
              : from > start
                ? { created_to: from - 1 }
                : undefined
        return { items: value, position, total: undefined }
      })
    }
  })

/**
 * Finds the list in a response that is not documented: the value itself, or the one array in it or in its `data`. An
 * empty response is an empty list.
 *
 * @category getters
 * @since 0.1.0
 */
export const arrayIn = (value: Schema.Json): ReadonlyArray<Schema.Json> | undefined => {
  // An engine envelope may hold one of the flat family.
  const { data = value } = objectOf(value)
  const { data: list = data, ...rest } = objectOf(data)
  if (list === null) return []
  if (Array.isArray(list)) return list
  const arrays = Object.values(list === data ? rest : objectOf(list)).filter(Array.isArray)
  return arrays.length === 1 ? arrays[0] : undefined
}

const objectOf = (value: Schema.Json): { readonly [key: string]: Schema.Json } =>
  Predicate.isObject(value) && !Array.isArray(value) ? (value as { readonly [key: string]: Schema.Json }) : {}

// -----------------------------------------------------------------------------
// internal: the two ways of paging
// -----------------------------------------------------------------------------

type Fields = Readonly<Record<string, unknown>>

/** A page as it was read. */
interface Read<Item> {
  readonly items: ReadonlyArray<Item>
  /** The rows of the page, those that are null included. Default the number of items. */
  readonly rows?: number
  /** The fields of the input that start the next page; `undefined` after the last one. */
  readonly position: Fields | undefined
  readonly total: number | undefined
}

/** The paging of a list: reads the page and the next position from a response, or returns why it cannot. */
interface Style<Success, Item> {
  /** The list in a result. */
  readonly itemsOf: (value: Success) => ReadonlyArray<Item> | undefined
  readonly read: (fetched: {
    readonly value: Success
    readonly response: Audian.Response | undefined
    /** The input of this page. */
    readonly input: Fields
    readonly trace: Trace
  }) => Result.Result<Read<Item>, string>
  /** Narrows the input of a page to a range that the API accepts. */
  readonly bound?: (input: Fields) => Effect.Effect<Fields>
  /** True if the offset of later pages can be computed. */
  readonly concurrent?: boolean
  /** Reads parts of the list concurrently, in their order. */
  readonly concurrently?: (
    pages: (input: Fields) => PageStream<Item>,
    input: Fields,
    concurrency: number
  ) => PageStream<Item>
}

type PageStream<Item> = Stream.Stream<Page<Item>, AudianError.AudianError, Audian.Audian>

/** The pages that a stream has read so far. */
interface Trace {
  readonly pages: Visited.Visited
  /** The hashes of the items of the page before; `undefined` before the first page. */
  previous: ReadonlySet<number> | undefined
}

const noList = "The response has no list"

interface OffsetPage {
  readonly requested: Fields
  readonly limitField: string
  readonly defaultLimit: number
  readonly trace: Trace
  /** The fields that the response reports. */
  readonly limit: number | undefined
  readonly offset: number | undefined
  readonly total: number | undefined
}

const readOffset = <Item>(
  items: ReadonlyArray<Item> | undefined,
  { defaultLimit, limitField, requested, trace, ...reported }: OffsetPage
): Result.Result<Read<Item>, string> => {
  if (items === undefined) return Result.fail(noList)
  const { total } = reported
  const start = numberOf(requested.offset) ?? 0
  const offset = reported.offset ?? start
  const last = (rest: ReadonlyArray<Item>) => Result.succeed({ items: rest, position: undefined, total })
  const nulls = NullRows.countOf(items)
  const size = items.length + nulls
  if (size === 0) return last([])
  if (offset > start) return Result.fail(`The page starts at offset ${offset}, so items are missing`)

  // The server may apply a lower limit than the requested one.
  const limits = [numberOf(requested[limitField]), reported.limit].filter(Predicate.isNotUndefined)
  const limit = limits.length === 0 ? defaultLimit : Math.min(...limits)
  const hashes = items.map((item) => Visited.hash(identityOf(item)))
  const { previous } = trace
  trace.previous = new Set(hashes)

  // A server may clamp an offset that is too large: items of the page before come again.
  const fresh =
    offset === start
      ? items
      : previous === undefined
        ? items.slice(start - offset)
        : items.filter((_, i) => !previous.has(hashes[i]!))
  const ignoresOffset = "The server ignores the offset: the page repeats an earlier one"
  if (fresh.length === 0 && nulls === 0) {
    return offset > 0 || size < limit ? last([]) : Result.fail(ignoresOffset)
  }
  if (!trace.pages.add(hashes.join())) {
    // A list that ignores the limit too is complete in one page.
    return size > limit ? last([]) : Result.fail(ignoresOffset)
  }

  const rows = fresh.length + nulls
  const end = start + rows
  const isLast = total === undefined || total < end ? size < limit : total === end
  return Result.succeed({ items: fresh, rows, position: isLast ? undefined : { offset: end }, total })
}

/** The paging fields of a response: beside the items, in `pagination`, or in the `data` of an envelope. */
const pagingOf = (value: unknown): Pick<OffsetPage, "limit" | "offset" | "total"> => {
  const places: ReadonlyArray<unknown> = [value, field(value, "pagination"), field(value, "data")]
  const all = [...places, field(places[2], "pagination")]
  const find = (key: string) => all.map((place) => numberOf(field(place, key))).find(Predicate.isNotUndefined)
  return { limit: find("limit"), offset: find("offset"), total: find("total") }
}

const field = (value: unknown, key: string): unknown =>
  Predicate.isObject(value) && !Array.isArray(value) ? (value as Fields)[key] : undefined

const numberOf = (u: unknown): number | undefined => (typeof u === "number" && u >= 0 ? u : undefined)

/** The identity of an item: its `id`, else its `number`, else its JSON. Its other fields may differ at each read. */
const identityOf = (item: unknown): string => {
  const isKey = (value: unknown) => typeof value === "number" || (typeof value === "string" && value !== "")
  const key = [field(item, "id"), field(item, "number")].find(isKey)
  return key === undefined ? textOf(item) : JSON.stringify(key)
}

const textOf = (item: unknown): string =>
  JSON.stringify(item, (_, value) => (typeof value === "bigint" ? String(value) : value)) ?? ""

/** The position of the next page by the response's key. */
const keyOf = (response: Audian.Response | undefined): Result.Result<Fields | undefined, string> => {
  if (response === undefined) return Result.fail("The client reports no response, so the next page is not known")
  const { nextStartKey } = response
  return Result.succeed(nextStartKey === undefined ? undefined : { start_key: nextStartKey })
}

/** The range of an input, in one epoch; `undefined` without a start. The default end is now. */
const rangeOf = (input: Fields): Effect.Effect<{ readonly from: number; readonly to: number } | undefined> => {
  const from = numberOf(input.created_from)
  if (from === undefined) return Effect.undefined
  return Effect.map(Clock.currentTimeMillis, (millis) => {
    const now = Math.floor(millis / 1000) + (Gregorian.isGregorian(from) ? Gregorian.offset : 0)
    return { from, to: sameUnit(numberOf(input.created_to) ?? now, from) }
  })
}

/** The longest range of time that the engine accepts, in seconds: 31 days and an hour. */
const maxRange = 2_682_000

/** Converts a time to the epoch of `other`: Unix or Gregorian seconds. */
const sameUnit = (time: number, other: number): number => {
  if (Gregorian.isGregorian(time) === Gregorian.isGregorian(other)) return time
  return Gregorian.isGregorian(time) ? time - Gregorian.offset : time + Gregorian.offset
}

/** The input's key of the start of the full range. A request has one window of it. */
const fullStart = Symbol("effect-audian/Page/fullStart")

// -----------------------------------------------------------------------------
// internal: the streams
// -----------------------------------------------------------------------------

const paged = <Input, Success, Item, K extends Operation.Kind>(
  operation: Operation.Operation<Input, Success, K>,
  style: Style<Success, Item>
): Operation.Operation<Input, Success, K> & Paged<Input, Item> => {
  const call = operation as (input: Fields) => Effect.Effect<Success, AudianError.AudianError, Audian.Audian>

  const fetch = (requested: Fields) =>
    Effect.flatMap(style.bound?.(requested) ?? Effect.succeed(requested), (input) =>
      Effect.map(Audian.withResponse(call(input)), ([value, response]) => ({ input, value, response }))
    )

  const pages = (first: Fields, options: Options): PageStream<Item> =>
    Stream.unwrap(
      Effect.map(Effect.scope, (scope) => {
        const positions = Visited.make()
        const trace: Trace = { pages: Visited.make(), previous: undefined }
        // Drop the previous `start_key`; the position replaces it.
        const { start_key: _, ...filters } = first
        const { concurrency = 1, maxPages = Number.POSITIVE_INFINITY } = options
        const ahead =
          style.concurrent === true && concurrency > 1
            ? Ahead.make(scope, concurrency, (offset) => fetch({ ...filters, offset }))
            : undefined

        return Stream.paginate<State, Page<Item>, AudianError.AudianError, Audian.Audian>(
          { input: first, left: maxPages, position: undefined, range: undefined, response: undefined },
          Effect.fnUntraced(function* ({ input, left, position, range, response }) {
            if (left <= 0) return [[], Option.none()]
            if (!positions.add(JSON.stringify([input.start_key, input.offset, input.created_to]))) {
              return yield* invalidList(operation, response, position, "The list repeats a cursor")
            }
            const offset = numberOf(input.offset)
            const fetched =
              ahead !== undefined && offset !== undefined && range !== undefined
                ? yield* ahead.get(offset, { ...range, end: Math.min(range.end, offset + left * range.step) })
                : yield* fetch(input)
            const read = style.read({ ...fetched, trace })
            if (Result.isFailure(read)) {
              return yield* invalidList(operation, fetched.response, position, read.failure)
            }
            const { items, position: next, rows = items.length, total } = read.success
            const nextInput: Fields = { ...filters, ...next }
            const page: Page<Item> = {
              items,
              next: cursor(operation, next && nextInput),
              isLast: !next,
              total,
              envelope: fetched.response?.envelope ?? {}
            }
            return [
              [page],
              next === undefined
                ? Option.none()
                : Option.some({
                    input: nextInput,
                    left: left - 1,
                    position: next,
                    response: fetched.response,
                    range: total === undefined ? undefined : { step: rows, end: total }
                  })
            ]
          })
        )
      })
    )

  const stream = (input: Fields = {}, options: Options = {}) => {
    const issue = invalidOption(options)
    if (issue !== undefined) return Stream.fail(invalid(operation, ...issue))
    const capacity = Number(options.prefetch ?? 0)
    const { concurrency = 1, maxPages } = options
    const all =
      style.concurrently !== undefined && concurrency > 1 && maxPages === undefined
        ? style.concurrently((part) => pages(part, {}), input, concurrency)
        : pages(input, options)
    return capacity > 0 ? Stream.buffer(all, { capacity }) : all
  }

  const resumed = (stored: Cursor, options: Options | undefined): PageStream<Item> => {
    const decoded = decodeCursor(stored)
    if (Result.isFailure(decoded)) return Stream.fail(invalid(operation, "cursor", "Expected a cursor of a page"))
    const from = decoded.success
    if (from.operation !== operation.name) {
      const message = `Expected a cursor of ${operation.name}, got one of ${from.operation}`
      return Stream.fail(invalid(operation, "cursor", message))
    }
    return from._tag === "End" ? Stream.empty : stream(from.input, options)
  }

  const methods: Paged<Fields, Item> = {
    pages: (input, options) => Located.stream(stream(input, options), CallSite.capture()),
    items: (input, options) => {
      const caller = CallSite.capture()
      return Located.stream(stream(input, options), caller).pipe(
        Stream.filter(({ items }) => items.length > 0),
        Stream.map(({ items }) => items as readonly [Item, ...Array<Item>]),
        Stream.flattenArray
      )
    },
    collect: (input, options) => {
      const caller = CallSite.capture()
      const collected = Effect.suspend(() => {
        const items: Array<Item> = []
        let isComplete = false
        return Effect.map(
          Stream.runForEachWhile(stream(input, options), (page) =>
            Effect.sync(() => {
              const room = options.maxItems - items.length
              for (const item of page.items.slice(0, room)) items.push(item)
              isComplete = page.isLast && page.items.length <= room
              return items.length < options.maxItems
            })
          ),
          () => ({ items, isComplete })
        )
      })
      return Located.effect(collected, caller)
    },
    resume: (stored, options) => Located.stream(resumed(stored, options), CallSite.capture())
  }
  const paging: Paging = {
    itemsOf: style.itemsOf,
    attach: (other) => void paged(other as typeof operation, style)
  }
  return Object.defineProperties(operation, {
    ...Object.fromEntries(Object.entries(methods).map(([name, value]) => [name, { value }])),
    [PagingKey]: { value: paging }
  }) as Operation.Operation<Input, Success, K> & Paged<Input, Item>
}

const decodeCursor = /*@__PURE__*/ pure(() => Schema.decodeUnknownResult(Cursor))

/** The state of a stream before a page. */
interface State {
  readonly input: Fields
  readonly left: number
  /** The fields that the page before named; `undefined` at the first page. */
  readonly position: Fields | undefined
  readonly range: Ahead.Range | undefined
  /** The response of the page before. */
  readonly response: Audian.Response | undefined
}

const cursor = ({ name }: Operation.Any, input: Fields | undefined): Cursor =>
  input === undefined
    ? { _tag: "End", operation: name }
    : { _tag: "Next", operation: name, input: input as { readonly [key: string]: Schema.Json } }

/** The name and the issue of an option that is not a positive number. */
const invalidOption = (options: Options & Partial<CollectOptions>): readonly [string, string] | undefined => {
  for (const name of ["maxPages", "maxItems", "concurrency"] as const) {
    const value = options[name]
    if (value !== undefined && !(typeof value === "number" && value >= 1)) {
      return [name, "Expected a number of 1 or more"]
    }
  }
  return undefined
}

const callInfo = (operation: Operation.Any, response?: Audian.Response) =>
  MakeError.callInfo({
    operation: operation.name,
    method: codecOf(operation).method,
    path: codecOf(operation).template,
    replay: operation.traits.replay,
    attempts: response?.attempts ?? 0
  })

/** The error of an argument of a stream. Nothing was sent. */
const invalid = (operation: Operation.Any, name: string, message: string): AudianError.AudianError =>
  MakeError.invalidRequest(callInfo(operation), [{ field: name, message }])

/** The error of a list that cannot be read to its end. It names the position of the page. */
const invalidList = (
  operation: Operation.Any,
  response: Audian.Response | undefined,
  position: Fields | undefined,
  reason: string
): AudianError.AudianError =>
  MakeError.invalidList(
    callInfo(operation, response),
    response?.status ?? 200,
    response?.requestId,
    `${reason}, at ${position === undefined ? "the first page" : JSON.stringify(position)}`
  )
