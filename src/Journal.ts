/**
 * What a bulk run leaves behind for the next one: which items were begun, and how each ended.
 *
 * An entry holds the item's key, a time, the tag of an error and the id of its request, and nothing else of input,
 * answer or credential.
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
 * The last that is known of an item. `Begun` without a later entry means that the run was interrupted; `Failed` that
 * nothing was carried out, or that a repeat does no harm; `Unknown` that it may have been carried out. `at` is in epoch
 * milliseconds.
 *
 * @category models
 * @since 0.1.0
 */
export type Entry = typeof Entry.Type
/**
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
 * Where the entries are kept. One run at a time writes to a journal.
 *
 * @category models
 * @since 0.1.0
 */
export interface Journal {
  /** The last entry of a key. */
  readonly read: (key: string) => Effect.Effect<Entry | undefined, JournalError>
  /** Keeps an entry. A `Begun` must outlive a crash from the moment that this effect ends: the request comes after it. */
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
 * A journal in memory: for tests, and to repeat within one process what failed.
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
 * A journal in a file of JSON lines that is only ever appended to, readable by its owner alone when it is made here. A
 * `Begun` is flushed to the disk. A last line that a crash cut off is dropped, any other that cannot be read is a
 * `JournalError`; after a write that failed, so are all others.
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

  // As bytes, since a text does not say how many it was: a byte order mark is not in it.
  const end = bytes.lastIndexOf(10) + 1
  const whole = new TextDecoder().decode(bytes.subarray(0, end))
  const decode = Schema.decodeEffect(Line)
  const entries = new Map<string, Entry>()
  for (const line of whole.split("\n").slice(0, -1)) {
    const [key, entry] = yield* Effect.mapError(decode(line), failed("There is a damaged line in"))
    entries.set(key, entry)
  }
  const encoder = new TextEncoder()
  if (end < bytes.length) {
    yield* Effect.mapError(handle.truncate(end), failed("Cannot drop the last line of"))
  }

  let broken: JournalError | undefined
  const append = (key: string, entry: Entry) =>
    Effect.suspend(() => {
      if (broken !== undefined) return Effect.fail(broken)
      return Schema.encodeEffect(Line)([key, entry]).pipe(
        Effect.flatMap((line) => handle.writeAll(encoder.encode(`${line}\n`))),
        Effect.andThen(entry._tag === "Begun" ? handle.sync : Effect.void),
        Effect.mapError((cause) => (broken = failed("Cannot write to")(cause))),
        Effect.andThen(Effect.sync(() => void entries.set(key, entry)))
      )
    })
  const one = Semaphore.makeUnsafe(1)
  return {
    read: (key) => Effect.sync(() => entries.get(key)),
    // Half a line must not be followed by another.
    write: (key, entry) => one.withPermits(1)(Effect.uninterruptible(append(key, entry)))
  }
})

/**
 * A journal in a `KeyValueStore`: in SQL or Redis, say. Whether a `Begun` outlives a crash is for the store to say.
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
