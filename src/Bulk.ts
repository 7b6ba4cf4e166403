/**
 * Bulk runs: a bounded number of operations in flight, failures grouped by tag, and a journal from which an interrupted
 * run resumes without paying twice.
 *
 * A failed item does not stop the others, unless its error applies to all of them. An item that may have been executed is
 * not run again before it has been reconciled.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Stream from "effect/Stream"
import type { AudianError } from "./AudianError.ts"
import * as OptionRules from "./internal/options.ts"
import type { Entry, Journal, JournalError } from "./Journal.ts"

/**
 * The result of reconciling an item: executed, not executed, or still unknown.
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
  /** The key of an item in the journal and the report, such as a phone number or an id; never a secret. A key runs once. */
  readonly key: (item: Item) => string
  /**
   * Processes an item. It may make one call that must not be executed twice, and that call must be its last: the
   * `outcome` of an error covers its own call only.
   */
  readonly run: (item: Item) => Effect.Effect<unknown, E, R>
  /**
   * `"safe"` if an item may be run again after any result. Default `"unsafe"`: an item is recorded before it starts, and
   * is passed to `reconcile` when its outcome is unknown.
   */
  readonly replay?: "safe" | "unsafe" | undefined
  /** The number of items in flight. Default 10. */
  readonly concurrency?: number | undefined
  /** The record of earlier runs and of this one. A run without a journal cannot be resumed. */
  readonly journal?: Journal | undefined
  /**
   * Looks up an item that the journal has as `Begun` or `Unknown`, before it is run again. Without it such an item is
   * reported as unknown and not run.
   */
  readonly reconcile?: ((item: Item, entry: Entry) => Effect.Effect<Verdict, AudianError, RReconcile>) | undefined
  /**
   * The time after which the server no longer executes a request, even one whose sender has died. A `"not-done"` of an
   * item that was started later than that before this run counts as `"unknown"`. Default 10 minutes.
   */
  readonly settleAfter?: Duration.Input | undefined
  /** Stops the run when it returns true for an error: no further item starts. Default {@link befallsEvery}. */
  readonly stopWhen?: ((error: AudianError) => boolean) | undefined
  /** Runs after each item. The next item starts after it completes. */
  readonly onProgress?: ((progress: Progress) => Effect.Effect<void, never, RProgress>) | undefined
}

/**
 * The number of completed items, by result.
 *
 * @category models
 * @since 0.1.0
 */
export interface Progress {
  /** Items that ran and succeeded. */
  readonly done: number
  /** Items that `reconcile` found done, so that they did not run. */
  readonly reconciled: number
  /** Items that did not run: done in the journal, or with a duplicate key. */
  readonly skipped: number
  /** Items that failed and were not executed, or are safe to retry. */
  readonly failed: number
  /** Items that may have been executed. */
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
 * An item that may have been executed. `error` is the cause; `undefined` if an earlier run was interrupted or `reconcile`
 * returned `"unknown"`.
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
 * The result of a run. `done`, `reconciled` and `skipped` are the numbers of {@link Progress}.
 *
 * @category models
 * @since 0.1.0
 */
export interface Report<Item, E extends AudianError> {
  readonly done: number
  readonly reconciled: number
  readonly skipped: number
  /** The items that failed and were not executed, or are safe to retry, by the tag of their error. */
  readonly failures: { readonly [Tag in E["_tag"]]?: ReadonlyArray<Failure<Item, Extract<E, { readonly _tag: Tag }>>> }
  /** The items that may have been executed. */
  readonly unknown: ReadonlyArray<Unknown<Item>>
  /** The error that stopped the run; `undefined` if every item was started. */
  readonly stoppedBy: AudianError | undefined
}

/**
 * Checks whether an error applies to every item: a refused credential, an insufficient balance, a quota that is exhausted
 * for longer than the retry policy waits, or an open circuit breaker.
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
 * Runs an effect for each item of a list or a stream, and returns a report.
 *
 * **Details**
 *
 * An item is pulled when fewer than `concurrency` items are in flight. The run fails when the stream or the journal
 * fails, after the items in flight have ended. An interruption ends them immediately, and the next run with the same
 * journal reconciles them.
 *
 * **Gotchas**
 *
 * Dies with `Audian.InvalidOptions` for an option that cannot work, and for an unknown one.
 *
 * The server may still execute requests of an earlier run. A run that follows at once reports their items as unknown. Run
 * it again after `settleAfter`.
 *
 * **Example** (Buy numbers, and list the failures)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Bulk, Numbers, type PhoneNumber } from "effect-audian"
 *
 * export const buy = (numbers: ReadonlyArray<PhoneNumber.PhoneNumberInput>) =>
 *   Effect.gen(function* () {
 *     const report = yield* Bulk.run(numbers, {
 *       key: (number) => number,
 *       run: (number) => Numbers.purchase({ number })
 *     })
 *     for (const { key } of report.unknown) yield* Effect.logError(`${key} may have been bought`)
 *     return report.failures.Conflict ?? []
 *   })
 * ```
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
  options: Options<Item, E, R, RReconcile, RProgress>
): Effect.fn.Return<Report<Item, E>, JournalError | EItems, R | RItems | RReconcile | RProgress> {
  OptionRules.check("Bulk.run", options, rules())
  const { concurrency = 10, journal, replay = "unsafe", settleAfter = "10 minutes", stopWhen = befallsEvery } = options
  // A lookup of this run, cached or not, sees the requests that were sent before and have been executed.
  const settledBefore = (yield* Clock.currentTimeMillis) - Duration.toMillis(settleAfter)
  const seen = new Set<string>()
  const failures: { [Tag in string]?: Array<Failure<Item, E>> } = {}
  const unknown: Array<Unknown<Item>> = []
  const count = { done: 0, reconciled: 0, skipped: 0, failed: 0 }

  // Ends the stream of items. Items in flight continue.
  const halt = yield* Deferred.make<void>()
  let stoppedBy: AudianError | undefined
  let failure: Cause.Cause<JournalError> | undefined
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
  const complete = (key: string, as: "done" | "reconciled") =>
    Effect.andThen(
      write(key, (at) => ({ _tag: "Done", at })),
      Effect.sync(() => void count[as]++)
    )

  const begin = Effect.fnUntraced(function* (key: string, item: Item) {
    if (replay === "unsafe") yield* write(key, (at) => ({ _tag: "Begun", at }))
    const result = yield* Effect.result(options.run(item))
    if (result._tag === "Success") return yield* complete(key, "done")
    const error = result.failure
    const isUnknown = replay === "unsafe" && error.outcome !== "not-executed"
    if (isUnknown) {
      unknown.push({ key, item, error })
    } else {
      count.failed++
      ;(failures[error._tag] ??= []).push({ key, item, error })
    }
    yield* stop(error)
    const { requestId } = error
    yield* write(key, (at) => ({
      _tag: isUnknown ? "Unknown" : "Failed",
      at,
      error: error._tag,
      ...(requestId !== undefined && { requestId })
    }))
  })

  const reconcile = Effect.fnUntraced(function* (key: string, item: Item, entry: Entry) {
    const verdict = yield* Effect.result(options.reconcile?.(item, entry) ?? Effect.succeed("unknown" as const))
    if (verdict._tag === "Failure") {
      unknown.push({ key, item, error: verdict.failure })
      yield* stop(verdict.failure)
    } else if (verdict.success === "unknown" || (verdict.success === "not-done" && entry.at > settledBefore)) {
      unknown.push({ key, item, error: undefined })
    } else {
      yield* verdict.success === "done" ? complete(key, "reconciled") : begin(key, item)
    }
  })

  const settle = Effect.fnUntraced(function* (key: string, item: Item) {
    if (seen.has(key)) return void count.skipped++
    seen.add(key)
    const entry = yield* journal?.read(key) ?? Effect.undefined
    if (entry?._tag === "Done") return void count.skipped++
    const isOpen = entry?._tag === "Begun" || entry?._tag === "Unknown"
    yield* isOpen && replay === "unsafe" ? reconcile(key, item, entry) : begin(key, item)
  })

  const process = Effect.fnUntraced(function* (item: Item) {
    if (stoppedBy !== undefined || failure !== undefined) return
    const exit = yield* Effect.exit(Effect.suspend(() => settle(options.key(item), item)))
    if (Exit.isSuccess(exit)) {
      yield* options.onProgress?.({ ...count, unknown: unknown.length }) ?? Effect.void
    } else {
      failure ??= exit.cause
      yield* Deferred.succeed(halt, undefined)
    }
  })

  const source = Stream.isStream(items) ? (items as Stream.Stream<Item, EItems, RItems>) : Stream.fromIterable(items)
  const halted = Effect.andThen(Deferred.await(halt), Cause.done())
  yield* Stream.transformPull(source, (pull) => Effect.succeed(Effect.raceFirst(pull, halted))).pipe(
    Stream.mapEffect(process, { concurrency, unordered: true }),
    Stream.runDrain
  )
  if (failure !== undefined) return yield* Effect.failCause(failure)
  const { done, reconciled, skipped } = count
  // The cast is sound: each list holds errors of its tag only.
  return { done, reconciled, skipped, failures: failures as Report<Item, E>["failures"], unknown, stoppedBy }
})

const rules = (): OptionRules.RulesFor<Options<unknown, AudianError, unknown>> => ({
  key: { ...OptionRules.func, required: true },
  run: { ...OptionRules.func, required: true },
  replay: OptionRules.either(OptionRules.literal("safe"), OptionRules.literal("unsafe")),
  concurrency: OptionRules.wholeNumber(1, true),
  journal: OptionRules.made("write", "a Journal"),
  reconcile: OptionRules.func,
  settleAfter: OptionRules.duration(),
  stopWhen: OptionRules.func,
  onProgress: OptionRules.func
})
