/**
 * The streams of a list, and how an operation carries them.
 *
 * @internal
 */
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import type { AudianError } from "../../AudianError.ts"
import { lazy } from "../schema/schema.ts"
import type { Any, Audian } from "../service.ts"

/**
 * The position after a page: a plain value that can be stored as JSON. `resume` of a list continues from it.
 *
 * - `Next`: the list continues; `input` is the complete input of the next page, filters included
 * - `End`: the list is finished
 *
 * @category models
 * @since 0.1.0
 */
export type Cursor = typeof Cursor.Type
/**
 * The schema of {@link Cursor}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Cursor = /*@__PURE__*/ lazy(() =>
  Schema.Union([
    Schema.TaggedStruct("Next", {
      operation: Schema.String,
      input: Schema.Record(Schema.String, Schema.Json)
    }),
    Schema.TaggedStruct("End", { operation: Schema.String })
  ])
)

/**
 * One page of a list.
 *
 * @category models
 * @since 0.1.0
 */
export interface Page<Item> {
  readonly items: ReadonlyArray<Item>
  /** The position after this page, for `resume`. */
  readonly next: Cursor
  /** True if the list ends with this page. */
  readonly isLast: boolean
  /** The number of all items, if the API reports it. */
  readonly total: number | undefined
  /** The fields of the response's envelope beside `data`, such as the engine's `metadata`. */
  readonly envelope: Schema.JsonObject
}

/**
 * The items that `collect` returns.
 *
 * @category models
 * @since 0.1.0
 */
export interface Collected<Item> {
  readonly items: ReadonlyArray<Item>
  /** True if these are all items of the list. */
  readonly isComplete: boolean
}

/**
 * Options of a stream of pages.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options {
  /** The largest number of pages to fetch. Default all. */
  readonly maxPages?: number | undefined
  /** The number of pages that are fetched ahead while a page is processed; `true` for 1. Default none. */
  readonly prefetch?: boolean | number | undefined
  /**
   * The number of requests in flight. Pages keep their order. It applies to offset lists that report a `total`, and, without
   * `maxPages`, to the windows of a range of time. The next key of any other list is known only from the page before.
   * Default 1.
   */
  readonly concurrency?: number | undefined
}

/**
 * Options of `collect`.
 *
 * @category options
 * @since 0.1.0
 */
export interface CollectOptions extends Options {
  /** The largest number of items to return. */
  readonly maxItems: number
}

type Arguments<Input> = {} extends Input ? [input?: Input, options?: Options] : [input: Input, options?: Options]

/**
 * The streams of an operation that lists.
 *
 * **Example** (Resume a list that was interrupted)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 * import { Numbers, type Page } from "effect-audian"
 *
 * export const audit = (
 *   stored: Page.Cursor | undefined,
 *   store: (cursor: Page.Cursor) => Effect.Effect<void>
 * ) =>
 *   (stored === undefined ? Numbers.list.pages({ limit: 100 }) : Numbers.list.resume(stored)).pipe(
 *     Stream.runForEach(({ items, next }) => Effect.andThen(Effect.log(`${items.length} numbers`), store(next)))
 *   )
 * ```
 *
 * @category models
 * @since 0.1.0
 */
export interface Paged<Input, Item> {
  /** Streams the pages, from the start that the input names. Default the first page. */
  readonly pages: (...args: Arguments<Input>) => Stream.Stream<Page<Item>, AudianError, Audian>
  /** Streams the items of the pages. */
  readonly items: (...args: Arguments<Input>) => Stream.Stream<Item, AudianError, Audian>
  /** Returns the items, up to a bound. It fetches no page after the one that reaches the bound. */
  readonly collect: (input: Input, options: CollectOptions) => Effect.Effect<Collected<Item>, AudianError, Audian>
  /**
   * Streams the pages after a cursor, with the filters of its list. An `End` gives an empty stream. A value that is no
   * cursor of this operation fails with `InvalidRequest`, so a list never starts again by mistake.
   */
  readonly resume: (cursor: Cursor, options?: Options) => Stream.Stream<Page<Item>, AudianError, Audian>
}

/** The key of an operation's {@link Paging}. */
export const PagingKey: unique symbol = /*@__PURE__*/ Symbol("effect-audian/Page/Paging")

/** The list of an operation that pages. */
export interface Paging {
  /** The items in a result. */
  readonly itemsOf: (value: never) => ReadonlyArray<unknown> | undefined
  /** Adds the streams to another operation with the same list. */
  readonly attach: (operation: Any) => void
}

export const pagingOf = (operation: Any): Paging | undefined =>
  (operation as { readonly [PagingKey]?: Paging })[PagingKey]
