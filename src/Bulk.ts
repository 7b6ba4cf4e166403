/**
 * Many operations at once: a bounded number in flight, failures told apart by tag, and a run that can be taken up again
 * where another was cut off, without doing twice what costs money.
 *
 * A failure of one item does not stop the others, unless it would befall every one of them. What may have been carried
 * out is never run again before somebody has looked.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Stream from "effect/Stream"
import type { AudianError } from "./AudianError.ts"
import type { Entry, Journal, JournalError } from "./Journal.ts"

/**
 * What became of an item whose outcome was unknown.
 *
 * @category models
 * @since 0.1.0
 */
export type Verdict = "done" | "not-done" | "unknown"

/**
 * Options of {@link run}.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options<Item, E extends AudianError, R, RReconcile = never, RProgress = never> {
  /** Names an item, in the journal and in the report: a number, an id, never a secret. A key runs once. */
  readonly key: (item: Item) => string
  /**
   * What is done with an item. It makes at the most one call that must not be made twice, as its last: an error says of
   * its own call only whether that was carried out.
   */
  readonly run: (item: Item) => Effect.Effect<unknown, E, R>
  /**
   * `"safe"` when an item may be run again whatever became of it. Default `"unsafe"`: it is written down before it is
   * begun, and one whose outcome is unknown goes to `reconcile`.
   */
  readonly replay?: "safe" | "unsafe" | undefined
  /** How many items are under way at a time. Default 10. */
  readonly concurrency?: number | undefined
  /** What was done before, and where to write down what is done. Without one, a run cannot be taken up again. */
  readonly journal?: Journal | undefined
  /**
   * Looks what became of an item that the journal has as begun, or ended unknown, before it is run again. Without it
   * the item is left alone and reported as unknown. A request may still be under way when its sender is gone:
   * `entry.at` says since when.
   */
  readonly reconcile?: ((item: Item, entry: Entry) => Effect.Effect<Verdict, AudianError, RReconcile>) | undefined
  /** Which errors keep further items from being begun. Default {@link befallsEvery}. */
  readonly stopWhen?: ((error: AudianError) => boolean) | undefined
  /** Called whenever an item has ended; the item's place is taken by the next once it returns. */
  readonly onProgress?: ((progress: Progress) => Effect.Effect<void, never, RProgress>) | undefined
}

/**
 * How many items have ended, and how.
 *
 * @category models
 * @since 0.1.0
 */
export interface Progress {
  /** Run, and succeeded. */
  readonly done: number
  /** Not run: `reconcile` found them done. */
  readonly reconciled: number
  /** Not run: the journal has them as done, or their key came before. */
  readonly skipped: number
  /** Failed, and not carried out or safe to repeat. */
  readonly failed: number
  /** May have been carried out. */
  readonly unknown: number
}

/**
 * An item that failed.
 *
 * @category models
 * @since 0.1.0
 */
export interface Failure<Item, E> {
  readonly key: string
  readonly item: Item
  readonly error: E
}

/**
 * An item that may have been carried out. `error` is why that is not known, `undefined` when an earlier run was cut off
 * or nobody could tell.
 *
 * @category models
 * @since 0.1.0
 */
export interface Unknown<Item> {
  readonly key: string
  readonly item: Item
  readonly error: AudianError | undefined
}

/**
 * What came of a run. `done`, `reconciled` and `skipped` are counted as in {@link Progress}.
 *
 * @category models
 * @since 0.1.0
 */
export interface Report<Item, E extends AudianError> {
  readonly done: number
  readonly reconciled: number
  readonly skipped: number
  /** The items that failed and were not carried out, or are safe to repeat, by the tag of their error. */
  readonly failures: { readonly [Tag in E["_tag"]]?: ReadonlyArray<Failure<Item, Extract<E, { readonly _tag: Tag }>>> }
  /** The items that may have been carried out. */
  readonly unknown: ReadonlyArray<Unknown<Item>>
  /** The error for which no further items were begun; `undefined` when all were. */
  readonly stoppedBy: AudianError | undefined
}

/**
 * Whether an error would befall every other item too: the credential is refused, the balance does not suffice, the quota
 * is used up for longer than the retry policy waits, the circuit breaker is open.
 *
 * @category predicates
 * @since 0.1.0
 */
export const befallsEvery = (error: AudianError): boolean =>
  error._tag === "Unauthorized" ||
  error._tag === "PaymentRequired" ||
  error._tag === "TooManyRequests" ||
  (error._tag === "AudianClientError" && error.reason._tag === "CircuitOpen")

/**
 * Runs an effect for each item of a list or a stream, and reports. An item is pulled when one of the places is free.
 *
 * It fails when the stream or the journal does, after what is under way has ended. An interruption ends what is under
 * way at once; those items are looked at by the next run with the same journal.
 *
 * @category combinators
 * @since 0.1.0
 */
export const run = Effect.fnUntraced(function* <
  Item,
  E extends AudianError,
  R,
  EItems = never,
  RItems = never,
  RReconcile = never,
  RProgress = never
>(
  items: Iterable<Item> | Stream.Stream<Item, EItems, RItems>,
  {
    concurrency = 10,
    journal,
    replay = "unsafe",
    stopWhen = befallsEvery,
    ...options
  }: Options<Item, E, R, RReconcile, RProgress>
): Effect.fn.Return<Report<Item, E>, JournalError | EItems, R | RItems | RReconcile | RProgress> {
  const seen = new Set<string>()
  const failures: { [Tag in string]?: Array<Failure<Item, E>> } = {}
  const unknown: Array<Unknown<Item>> = []
  const count = { done: 0, reconciled: 0, skipped: 0, failed: 0 }

  // Ends the stream of items, not those under way.
  const halt = yield* Deferred.make<void>()
  let stoppedBy: AudianError | undefined
  let broken: Cause.Cause<JournalError> | undefined
  const stop = (error: AudianError) =>
    Effect.suspend(() => {
      if (!stopWhen(error)) return Effect.void
      stoppedBy ??= error
      return Deferred.succeed(halt, undefined)
    })

  const write = (key: string, entry: (at: number) => Entry) =>
    journal === undefined
      ? Effect.void
      : Effect.flatMap(Clock.currentTimeMillis, (millis) => journal.write(key, entry(millis)))
  const finished = (key: string, as: "done" | "reconciled") =>
    Effect.andThen(
      write(key, (at) => ({ _tag: "Done", at })),
      Effect.sync(() => void count[as]++)
    )

  const begin = Effect.fnUntraced(function* (key: string, item: Item) {
    if (replay === "unsafe") yield* write(key, (at) => ({ _tag: "Begun", at }))
    const result = yield* Effect.result(options.run(item))
    if (result._tag === "Success") return yield* finished(key, "done")
    const error = result.failure
    const uncertain = replay === "unsafe" && error.outcome === "unknown"
    if (uncertain) {
      unknown.push({ key, item, error })
    } else {
      count.failed++
      ;(failures[error._tag] ??= []).push({ key, item, error })
    }
    yield* stop(error)
    const { requestId } = error
    yield* write(key, (at) => ({
      _tag: uncertain ? "Unknown" : "Failed",
      at,
      error: error._tag,
      ...(requestId !== undefined && { requestId })
    }))
  })

  const look = Effect.fnUntraced(function* (key: string, item: Item, entry: Entry) {
    const verdict = yield* Effect.result(options.reconcile?.(item, entry) ?? Effect.succeed("unknown" as const))
    if (verdict._tag === "Failure") {
      unknown.push({ key, item, error: verdict.failure })
      yield* stop(verdict.failure)
    } else if (verdict.success === "unknown") {
      unknown.push({ key, item, error: undefined })
    } else {
      yield* verdict.success === "done" ? finished(key, "reconciled") : begin(key, item)
    }
  })

  const settle = Effect.fnUntraced(function* (key: string, item: Item) {
    if (seen.has(key)) return void count.skipped++
    seen.add(key)
    const entry = yield* journal?.read(key) ?? Effect.undefined
    if (entry?._tag === "Done") return void count.skipped++
    const open = entry?._tag === "Begun" || entry?._tag === "Unknown"
    yield* open && replay === "unsafe" ? look(key, item, entry) : begin(key, item)
  })

  const place = Effect.fnUntraced(function* (item: Item) {
    if (stoppedBy !== undefined || broken !== undefined) return
    const exit = yield* Effect.exit(Effect.suspend(() => settle(options.key(item), item)))
    if (Exit.isSuccess(exit)) {
      yield* options.onProgress?.({ ...count, unknown: unknown.length }) ?? Effect.void
    } else {
      broken ??= exit.cause
      yield* Deferred.succeed(halt, undefined)
    }
  })

  const source = Stream.isStream(items) ? (items as Stream.Stream<Item, EItems, RItems>) : Stream.fromIterable(items)
  const halted = Effect.andThen(Deferred.await(halt), Cause.done())
  yield* Stream.transformPull(source, (pull) => Effect.succeed(Effect.raceFirst(pull, halted))).pipe(
    Stream.mapEffect(place, { concurrency, unordered: true }),
    Stream.runDrain
  )
  if (broken !== undefined) return yield* Effect.failCause(broken)
  const { done, reconciled, skipped } = count
  // The one cast: each list was filled by the tag of its errors.
  return { done, reconciled, skipped, failures: failures as Report<Item, E>["failures"], unknown, stoppedBy }
})
