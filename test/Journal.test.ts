import { readFileSync, statSync, writeFileSync } from "node:fs"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as PlatformError from "effect/PlatformError"
import * as KeyValueStore from "effect/persistence/KeyValueStore"
import * as Redacted from "effect/Redacted"
import { AudianError, Bulk, Journal, Numbers } from "effect-audian"
import { EmbeddedAudian, Fault } from "effect-audian/testing"

const begun: Journal.Entry = { _tag: "Begun", at: 1 }
const done: Journal.Entry = { _tag: "Done", at: 2 }
const unknown: Journal.Entry = { _tag: "Unknown", at: 3, error: "BadGateway", requestId: "req_1" }

const temporary = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  return `${yield* fs.makeTempDirectoryScoped()}/journal.jsonl`
})

/** Opens a journal, uses it and closes it, as one process does. */
const process = <A, E>(path: string, use: (journal: Journal.Journal) => Effect.Effect<A, E>) =>
  Effect.scoped(Effect.flatMap(Journal.file(path), use))

/** A journal in a fake file. */
const over = (file: Partial<Pick<FileSystem.File, "writeAll" | "sync">>) =>
  Journal.file("journal").pipe(
    Effect.provideService(
      FileSystem.FileSystem,
      FileSystem.makeNoop({
        open: () => Effect.succeed(file as FileSystem.File),
        readFile: () => Effect.succeed(new Uint8Array())
      })
    )
  )

describe("Journal.file", () => {
  it.effect("returns the last entry of each key after it is opened again", () =>
    Effect.gen(function* () {
      const path = yield* temporary
      yield* process(path, (journal) =>
        Effect.all([journal.write("a", begun), journal.write("b", unknown), journal.write("a", done)])
      )
      const read = yield* process(path, (journal) => Effect.forEach(["a", "b", "c"], journal.read))
      assert.deepStrictEqual(read, [done, unknown, undefined])
      assert.strictEqual(statSync(path).mode & 0o777, 0o600)
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )

  it.effect("drops a truncated last line, and appends after it", () =>
    Effect.gen(function* () {
      const path = yield* temporary
      yield* process(path, (journal) => journal.write("a", begun))
      writeFileSync(path, '["ü",{"_tag":"Done","at":2}]\n["b",{"_tag":"Be', { flag: "a" })
      yield* process(path, (journal) =>
        Effect.gen(function* () {
          assert.strictEqual(yield* journal.read("b"), undefined)
          yield* journal.write("c", done)
        })
      )
      const read = yield* process(path, (journal) => Effect.forEach(["a", "ü", "b", "c"], journal.read))
      assert.deepStrictEqual(read, [begun, done, undefined, done])
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )

  it.effect("drops only the truncated line of a file with a BOM and CRLF", () =>
    Effect.gen(function* () {
      const path = yield* temporary
      writeFileSync(path, '\ufeff["a",{"_tag":"Done","at":2}]\r\n["b",{"_tag":"Be')
      yield* process(path, (journal) => journal.write("c", done))
      const read = yield* process(path, (journal) => Effect.forEach(["a", "b", "c"], journal.read))
      assert.deepStrictEqual(read, [done, undefined, done])
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )

  it.effect("fails to open a file with a damaged line", () =>
    Effect.gen(function* () {
      const path = yield* temporary
      writeFileSync(path, '["a",{"_tag":"Beg\n["b",{"_tag":"Done","at":2}]\n')
      const error = yield* Effect.flip(process(path, () => Effect.void))
      assert.strictEqual(error._tag, "JournalError")
      assert.include(error.message, path)
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )

  it.effect("concurrent and interrupted writes append complete lines", () =>
    Effect.gen(function* () {
      let text = ""
      const append = (bytes: Uint8Array) => Effect.sync(() => void (text += new TextDecoder().decode(bytes)))
      const journal = yield* over({
        writeAll: (bytes) =>
          Effect.andThen(Effect.andThen(append(bytes.slice(0, 9)), Effect.yieldNow), append(bytes.slice(9)))
      })
      const writers = yield* Effect.forEach(["a", "b", "c"], (key) =>
        Effect.forkChild(journal.write(key, done), { startImmediately: true })
      )
      yield* Fiber.interrupt(writers[0]!)
      yield* Fiber.awaitAll(writers)
      assert.deepStrictEqual(text.split("\n").toSorted(), [
        "",
        ...["a", "b", "c"].map((key) => JSON.stringify([key, done]))
      ])
    })
  )

  it.effect("flushes a Begun before the request, and fails after a failed write", () =>
    Effect.gen(function* () {
      const events: Array<string> = []
      let full = false
      const journal = yield* over({
        writeAll: (bytes) =>
          full
            ? Effect.fail(
                PlatformError.systemError({
                  _tag: "Unknown",
                  module: "FileSystem",
                  method: "writeAll",
                  description: ""
                })
              )
            : Effect.sync(() => void events.push(/"(Begun|Done)"/.exec(new TextDecoder().decode(bytes))?.[1] ?? "")),
        sync: Effect.sync(() => void events.push("flushed"))
      })
      const options = { key: String, journal, run: () => Effect.sync(() => void events.push("sent")) }
      yield* Bulk.run([1], options)
      assert.deepStrictEqual(events, ["Begun", "flushed", "sent", "Done"])
      full = true
      assert.strictEqual((yield* Effect.flip(Bulk.run([2], options)))._tag, "JournalError")
      full = false
      assert.strictEqual((yield* Effect.flip(Bulk.run([3], options)))._tag, "JournalError")
      assert.strictEqual(events.length, 4)
    })
  )

  it.effect("contains no secret and no part of a request or response", () =>
    Effect.gen(function* () {
      const path = yield* temporary
      const { apiKey } = yield* EmbeddedAudian.EmbeddedAudian
      const numbers = ["+14155550100", "+14155550101", "+19995550109"] as const
      const report = yield* Effect.scoped(
        Effect.flatMap(Journal.file(path), (journal) =>
          Bulk.run(numbers, {
            key: (number) => number.slice(-4),
            run: (number) => Numbers.purchase({ number, friendly_name: "a name" }),
            concurrency: 1,
            journal
          })
        )
      )
      assert.deepStrictEqual([report.done, report.unknown.length, Object.keys(report.failures)], [1, 1, ["NotFound"]])
      const text = readFileSync(path, "utf8")
      for (const part of [Redacted.value(apiKey), "a name", "+1", "num_", "echo"]) assert.notInclude(text, part)
      assert.include(text, '"error":"InternalServerError"')
      assert.include(text, '"requestId":"req_')
    }).pipe(
      Effect.provide([
        NodeFileSystem.layer,
        EmbeddedAudian.layer({
          faults: [Fault.respond({ status: 500, body: '{"message":"echo sk_test_embedded"}' })]
        })
      ])
    )
  )
})

describe("Journal.fromKeyValueStore", () => {
  it.effect("stores entries under their keys", () =>
    Effect.gen(function* () {
      const journal = Journal.fromKeyValueStore(KeyValueStore.prefix(yield* KeyValueStore.KeyValueStore, "bulk/"))
      yield* journal.write("a", begun)
      yield* journal.write("a", unknown)
      assert.deepStrictEqual(yield* journal.read("a"), unknown)
      assert.strictEqual(yield* journal.read("b"), undefined)
    }).pipe(Effect.provide(KeyValueStore.layerMemory))
  )

  it.effect("fails with a JournalError for a value that is no entry", () =>
    Effect.gen(function* () {
      const store = yield* KeyValueStore.KeyValueStore
      yield* store.set("a", "{}")
      const error = yield* Effect.flip(Journal.fromKeyValueStore(store).read("a"))
      assert.strictEqual(error._tag, "JournalError")
      assert.isFalse(AudianError.isAudianError(error))
    }).pipe(Effect.provide(KeyValueStore.layerMemory))
  )
})
