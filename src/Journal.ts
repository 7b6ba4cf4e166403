/**
 * The record of a bulk run: the items that were started, and their results. The next run resumes from it.
 *
 * An entry holds the item's key, a time, the tag of an error and a request id. It holds no other part of a request,
 * a response or a credential.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type * as KeyValueStore from "effect/persistence/KeyValueStore"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import { lazy } from "./internal/schema/schema.ts"

/**
 * The last known state of an item.
 *
 * - `Begun`: started, and the run was interrupted before it ended
 * - `Done`: succeeded
 * - `Failed`: not executed, or safe to retry
 * - `Unknown`: may have been executed
 *
 * `at` is in epoch milliseconds.
 *
 * @category models
 * @since 0.1.0
 */
export type Entry = typeof Entry.Type
/**
 * The schema of {@link Entry}.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Entry = /*@__PURE__*/ lazy(() => {
  const at = Schema.Finite
  const failure = { at, error: Schema.String, requestId: Schema.optional(Schema.String) }
  return Schema.Union([
    Schema.TaggedStruct("Begun", { at }),
    Schema.TaggedStruct("Done", { at }),
    Schema.TaggedStruct("Failed", failure),
    Schema.TaggedStruct("Unknown", failure)
  ])
})

/**
 * A store of entries. Only one run at a time may write to it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Journal {
  /** Returns the last entry of a key. */
  readonly read: (key: string) => Effect.Effect<Entry | undefined, JournalError>
  /** Appends an entry. A `Begun` must be durable when the effect completes: the request is sent after it. */
  readonly write: (key: string, entry: Entry) => Effect.Effect<void, JournalError>
}

/**
 * The journal could not be read or written.
 *
 * @category errors
 * @since 0.1.0
 */
export class JournalError extends Data.TaggedError("JournalError")<{
  readonly message: string
  readonly cause?: unknown
}> {}

/**
 * Makes a journal in memory: for tests, and for retries within one process.
 *
 * **Example** (Retry what failed, within one process)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Bulk, Journal, Numbers, type PhoneNumber } from "effect-audian"
 *
 * export const buy = (numbers: ReadonlyArray<PhoneNumber.PhoneNumberInput>) =>
 *   Effect.flatMap(Journal.memory, (journal) => {
 *     const run = Bulk.run(numbers, {
 *       key: (number) => number,
 *       run: (number) => Numbers.purchase({ number }),
 *       journal
 *     })
 *     return Effect.andThen(run, run)
 *   })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const memory: Effect.Effect<Journal> = /*@__PURE__*/ Effect.sync(() => {
  const entries = new Map<string, Entry>()
  return {
    read: (key) => Effect.sync(() => entries.get(key)),
    write: (key, entry) => Effect.sync(() => void entries.set(key, entry))
  }
})

/**
 * Opens a journal in an append-only file of JSON lines. A new file is readable by its owner alone.
 *
 * **Details**
 *
 * A `Begun` is flushed to the disk. A truncated last line, as a crash leaves it, is dropped. Any other damaged line is a
 * `JournalError`. After a failed write, every write fails.
 *
 * **Example** (Keep the journal of a run)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Bulk, Journal, Numbers, type PhoneNumber } from "effect-audian"
 *
 * export const buy = (numbers: ReadonlyArray<PhoneNumber.PhoneNumberInput>) =>
 *   Effect.scoped(
 *     Effect.flatMap(Journal.file("purchases.jsonl"), (journal) =>
 *       Bulk.run(numbers, { key: (number) => number, run: (number) => Numbers.purchase({ number }), journal })
 *     )
 *   )
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const file = Effect.fnUntraced(function* (
  path: string
): Effect.fn.Return<Journal, JournalError, FileSystem.FileSystem | Scope.Scope> {
  const failed = (message: string) => (cause: unknown) => new JournalError({ message: `${message} ${path}`, cause })
  const fs = yield* FileSystem.FileSystem
  const handle = yield* Effect.mapError(fs.open(path, { flag: "a", mode: 0o600 }), failed("Cannot open"))
  const bytes = yield* Effect.mapError(fs.readFile(path), failed("Cannot read"))

  // Bytes: decoding drops a BOM, so a string index is not a file offset.
  const end = bytes.lastIndexOf(10) + 1
  const text = new TextDecoder().decode(bytes.subarray(0, end))
  const decode = Schema.decodeEffect(Line)
  const entries = new Map<string, Entry>()
  for (const line of text.split("\n").slice(0, -1)) {
    const [key, entry] = yield* Effect.mapError(decode(line), failed("There is a damaged line in"))
    entries.set(key, entry)
  }
  const encoder = new TextEncoder()
  if (end < bytes.length) {
    yield* Effect.mapError(handle.truncate(end), failed("Cannot drop the last line of"))
  }

  let failure: JournalError | undefined
  const append = (key: string, entry: Entry) =>
    Effect.suspend(() => {
      if (failure !== undefined) return Effect.fail(failure)
      return Schema.encodeEffect(Line)([key, entry]).pipe(
        Effect.flatMap((line) => handle.writeAll(encoder.encode(`${line}\n`))),
        Effect.andThen(entry._tag === "Begun" ? handle.sync : Effect.void),
        Effect.mapError((cause) => (failure = failed("Cannot write to")(cause))),
        Effect.andThen(Effect.sync(() => void entries.set(key, entry)))
      )
    })
  const mutex = Semaphore.makeUnsafe(1)
  return {
    read: (key) => Effect.sync(() => entries.get(key)),
    // Uninterruptible: a partial line must not be followed by another one.
    write: (key, entry) => mutex.withPermits(1)(Effect.uninterruptible(append(key, entry)))
  }
})

/**
 * Makes a journal of a `KeyValueStore`, such as one in SQL or Redis. Its durability is that of the store.
 *
 * **Example** (Keep the journal in the store of the program)
 *
 * ```ts
 * import * as KeyValueStore from "effect/persistence/KeyValueStore"
 * import * as Effect from "effect/Effect"
 * import { Journal } from "effect-audian"
 *
 * export const journal = Effect.map(KeyValueStore.KeyValueStore, (store) =>
 *   Journal.fromKeyValueStore(KeyValueStore.prefix(store, "purchases:"))
 * )
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromKeyValueStore = (store: KeyValueStore.KeyValueStore): Journal => {
  const failed = (key: string) => (cause: unknown) =>
    new JournalError({ message: `The store failed for the key ${key}`, cause })
  return {
    read: (key) =>
      Effect.mapError(
        Effect.flatMap(
          store.get(key),
          (text): Effect.Effect<Entry | undefined, Schema.SchemaError> =>
            text === undefined ? Effect.undefined : Schema.decodeEffect(EntryText)(text)
        ),
        failed(key)
      ),
    write: (key, entry) =>
      Effect.mapError(
        Effect.flatMap(Schema.encodeEffect(EntryText)(entry), (text) => store.set(key, text)),
        failed(key)
      )
  }
}

const EntryText = /*@__PURE__*/ lazy(() => Schema.fromJsonString(Entry))
const Line = /*@__PURE__*/ lazy(() => Schema.fromJsonString(Schema.Tuple([Schema.String, Entry])))
