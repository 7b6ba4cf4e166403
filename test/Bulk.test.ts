import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import * as Option from "effect/Option"
import * as References from "effect/References"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { Audian, AudianError, Bulk, Journal, Numbers, type PhoneNumber, RateLimit, Retry } from "effect-audian"
import { EmbeddedAudian, Fault } from "effect-audian/testing"
import { fencesOf } from "../scripts/fences.ts"
import { buyEachOnce, purchase, sales, someNumbers } from "./support/bulk.ts"
import { flush, hanging, json, patiently, route } from "./support/http.ts"

const failing = (error: AudianError.AudianError) => () => Effect.fail(error)

const lost = new AudianError.AudianClientError({
  reason: { _tag: "Transport" },
  replay: "unsafe",
  outcome: "unknown"
})

describe("Bulk.run", () => {
  it.effect("a rate limiter of the client keeps 1,000 items within the quota", () =>
    Effect.gen(function* () {
      const items = Array.from({ length: 1000 }, (_, i) => i)
      const fiber = yield* Effect.forkChild(
        Bulk.run(items, {
          key: String,
          replay: "safe",
          concurrency: 50,
          run: (offset) => Numbers.list({ offset, limit: 1 })
        })
      )
      // 100 a minute: the last of them go ten windows later.
      yield* TestClock.adjust("11 minutes")
      const report = yield* Fiber.join(fiber)
      assert.strictEqual(report.done, 1000)
      const requests = yield* (yield* EmbeddedAudian.EmbeddedAudian).requests
      assert.strictEqual(requests.length, 1000)
      assert.isTrue(requests.every(({ status }) => status === 200))
    }).pipe(
      Effect.provide(
        EmbeddedAudian.layer({
          quota: { limit: 100, window: "1 minute" },
          client: { rateLimit: RateLimit.limiter(), timeout: { total: "1 hour" } }
        })
      ),
      patiently
    )
  )

  it.effect("buys each of 1,000 numbers once, in spite of an interruption, lost responses and failures", () =>
    buyEachOnce(1000)
  )

  it.effect("a failed item does not stop the others; failures are grouped by tag", () =>
    Effect.gen(function* () {
      const [known, other] = ["+14155550100", "+14155550101"] as const
      yield* Numbers.purchase({ number: known })
      const report = yield* Bulk.run([known, "+19995550100", other, "nonsense" as `+${string}`], purchase)
      assert.strictEqual(report.done, 1)
      assert.deepStrictEqual(Object.keys(report.failures).toSorted(), ["AudianClientError", "Conflict", "NotFound"])
      assert.deepInclude(report.failures.Conflict?.[0], { key: known, item: known })
      assert.strictEqual(report.failures.Conflict?.[0]?.error.status, 409)
      assert.strictEqual(report.failures.NotFound?.[0]?.item, "+19995550100")
      assert.strictEqual(report.failures.AudianClientError?.[0]?.error.reason._tag, "InvalidRequest")
      assert.deepStrictEqual(report.unknown, [])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("an error that applies to every item stops the run, and the next run resumes", () => {
    const numbers = someNumbers(100)
    return Effect.gen(function* () {
      const embedded = yield* EmbeddedAudian.EmbeddedAudian
      const journal = yield* Journal.memory
      const first = yield* Bulk.run(numbers, { ...purchase, journal, concurrency: 3 })
      assert.strictEqual(first.stoppedBy?._tag, "PaymentRequired")
      assert.strictEqual(first.done, 5)
      const { requests } = yield* sales(5)
      assert.isAtMost(requests.length, 5 + 3)
      assert.strictEqual(requests.length, first.done + (first.failures.PaymentRequired?.length ?? 0))

      yield* embedded.setBalance(1000)
      const second = yield* Bulk.run(numbers, { ...purchase, journal, concurrency: 3 })
      assert.deepStrictEqual(
        { ...second, failures: {} },
        {
          done: 95,
          reconciled: 0,
          skipped: 5,
          failures: {},
          unknown: [],
          stoppedBy: undefined
        }
      )
    }).pipe(Effect.provide(EmbeddedAudian.layer({ numbers, balance: 5 })))
  })

  it.effect("stopWhen: can keep the run going", () =>
    Effect.gen(function* () {
      const error = new AudianError.Unauthorized({})
      const report = yield* Bulk.run([1, 2, 3], { key: String, run: failing(error), stopWhen: () => false })
      assert.strictEqual(report.failures.Unauthorized?.length, 3)
      assert.strictEqual(report.stoppedBy, undefined)
    })
  )

  it.effect("a stopped run does not wait for the next item", () =>
    Effect.gen(function* () {
      const items = Stream.concat(Stream.make("a"), Stream.never)
      const run = failing(new AudianError.Unauthorized({}))
      const report = yield* Bulk.run(items, { key: (item) => item, run })
      assert.strictEqual(report.stoppedBy?._tag, "Unauthorized")
    })
  )

  it("Bulk.befallsEvery: accepts four errors", () => {
    const circuit = (tag: "CircuitOpen" | "InvalidRequest") =>
      new AudianError.AudianClientError({ reason: { _tag: tag }, outcome: "not-executed" })
    const general = [
      new AudianError.Unauthorized({}),
      new AudianError.PaymentRequired({}),
      new AudianError.TooManyRequests({}),
      circuit("CircuitOpen")
    ]
    const own = [new AudianError.Forbidden({}), new AudianError.NotFound({}), circuit("InvalidRequest"), lost]
    assert.isTrue(general.every(Bulk.befallsEvery))
    assert.isFalse(own.some(Bulk.befallsEvery))
  })

  it.effect("pulls an item only when fewer than `concurrency` are in flight", () =>
    Effect.gen(function* () {
      let pulled = 0
      const gate = yield* Latch.make(false)
      const items = Stream.paginate(0, (n) =>
        Effect.sync(() => {
          pulled++
          return [[n], n < 99 ? Option.some(n + 1) : Option.none()] as const
        })
      )
      const fiber = yield* Effect.forkChild(Bulk.run(items, { key: String, run: () => gate.await, concurrency: 4 }))
      yield* TestClock.adjust("1 second")
      assert.strictEqual(pulled, 4)
      yield* gate.open
      assert.strictEqual((yield* Fiber.join(fiber)).done, 100)
    })
  )

  it.effect("fails when the stream fails, after the items in flight are recorded", () =>
    Effect.gen(function* () {
      const journal = yield* Journal.memory
      const gate = yield* Latch.make(false)
      const items = Stream.concat(Stream.make("a", "b"), Stream.fail("the source is gone" as const))
      const fiber = yield* Effect.forkChild(
        Effect.flip(Bulk.run(items, { key: (item) => item, run: () => gate.await, journal }))
      )
      yield* TestClock.adjust("1 second")
      yield* gate.open
      assert.strictEqual(yield* Fiber.join(fiber), "the source is gone")
      assert.strictEqual((yield* journal.read("b"))?._tag, "Done")
    })
  )

  it.effect("a failed write to the journal prevents the request", () =>
    Effect.gen(function* () {
      let sent = 0
      const error = new Journal.JournalError({ message: "The disk is full" })
      const failed = yield* Effect.flip(
        Bulk.run([1, 2, 3], {
          key: String,
          run: () => Effect.sync(() => sent++),
          journal: { read: () => Effect.undefined, write: () => Effect.fail(error) }
        })
      )
      assert.strictEqual(failed, error)
      assert.strictEqual(sent, 0)
    })
  )

  it.effect("dies of a defect after the items in flight have ended", () =>
    Effect.gen(function* () {
      const journal = yield* Journal.memory
      const exit = yield* Effect.exit(
        Bulk.run([1, 2, 3, 4, 5, 6], {
          key: String,
          concurrency: 2,
          run: (n) => (n === 2 ? Effect.die("a bug") : Effect.yieldNow),
          journal
        })
      )
      assert.isTrue(Exit.isFailure(exit) && Cause.hasDies(exit.cause))
      assert.strictEqual((yield* journal.read("1"))?._tag, "Done")
      assert.strictEqual((yield* journal.read("2"))?._tag, "Begun")
      assert.strictEqual(yield* journal.read("6"), undefined)
    })
  )

  it.effect("runs a duplicate key once", () =>
    Effect.gen(function* () {
      const ran: Array<string> = []
      const report = yield* Bulk.run(["a", "b", "a", "a"], {
        key: (item) => item,
        run: (item) => Effect.sync(() => ran.push(item))
      })
      assert.deepStrictEqual(ran, ["a", "b"])
      assert.strictEqual(report.skipped, 2)
    })
  )

  it.effect('reconcile: an unknown item runs again only after a "not-done"', () =>
    Effect.gen(function* () {
      const journal = yield* Journal.memory
      const ran: Array<string> = []
      const options = {
        key: (item: string) => item,
        journal,
        settleAfter: 0,
        run: (item: string) => Effect.sync(() => ran.push(item))
      }
      const items = ["bought", "not bought", "nobody knows", "cannot look"]
      const first = yield* Bulk.run(items, { ...options, run: failing(lost) })
      assert.deepStrictEqual(
        first.unknown.map(({ error, key }) => [key, error]),
        items.map((key) => [key, lost])
      )
      assert.deepStrictEqual(first.failures, {})

      const second = yield* Bulk.run(items, options)
      assert.deepStrictEqual(ran, [])
      assert.deepStrictEqual(
        second.unknown.map(({ error, key }) => [key, error]),
        items.map((key) => [key, undefined])
      )

      const down = new AudianError.ServiceUnavailable({})
      const third = yield* Bulk.run(items, {
        ...options,
        reconcile: (item, entry) => {
          assert.strictEqual(entry._tag, "Unknown")
          if (item === "cannot look") return Effect.fail(down)
          return Effect.succeed(item === "bought" ? "done" : item === "not bought" ? "not-done" : "unknown")
        }
      })
      assert.deepStrictEqual(ran, ["not bought"])
      assert.strictEqual(third.done, 1)
      assert.strictEqual(third.reconciled, 1)
      assert.deepStrictEqual(
        third.unknown.map(({ error, key }) => [key, error]),
        [
          ["nobody knows", undefined],
          ["cannot look", down]
        ]
      )
      const fourth = yield* Bulk.run(items, options)
      assert.strictEqual(fourth.skipped, 2)
      assert.strictEqual(fourth.unknown.length, 2)
    })
  )

  it.effect('settleAfter: a "not-done" counts from the start of the run', () =>
    Effect.gen(function* () {
      const journal = yield* Journal.memory
      const ran: Array<string> = []
      const options = {
        key: (item: string) => item,
        journal,
        run: (item: string) => Effect.sync(() => ran.push(item)),
        reconcile: (item: string) =>
          Effect.succeed(item === "bought" ? "done" : "not-done") as Effect.Effect<Bulk.Verdict>
      }
      const items = ["bought", "not bought"]
      yield* Bulk.run(items, { ...options, run: failing(lost) })
      yield* TestClock.adjust("599999 millis")
      const early = yield* Bulk.run(items, options)
      assert.deepStrictEqual([early.reconciled, early.unknown.map(({ key }) => key), ran], [1, ["not bought"], []])
      yield* TestClock.adjust("1 millis")
      assert.strictEqual((yield* Bulk.run(items, options)).done, 1)
      assert.deepStrictEqual(ran, ["not bought"])
    })
  )

  it.effect("reconcile: an error that applies to every item stops the run", () =>
    Effect.gen(function* () {
      const journal = yield* Journal.memory
      const error = new AudianError.Unauthorized({})
      const options = { key: String, journal, concurrency: 1 }
      yield* Bulk.run([1], { ...options, run: failing(lost) })
      const ran: Array<number> = []
      const report = yield* Bulk.run([1, 2], {
        ...options,
        run: (n) => Effect.sync(() => ran.push(n)),
        reconcile: failing(error)
      })
      assert.strictEqual(report.stoppedBy, error)
      assert.deepStrictEqual(report.unknown, [{ key: "1", item: 1, error }])
      assert.deepStrictEqual(ran, [])
    })
  )

  it.effect("replay: a safe item runs again, and only its result is recorded", () =>
    Effect.gen(function* () {
      const memory = yield* Journal.memory
      const written: Array<string> = []
      const journal: Journal.Journal = {
        read: memory.read,
        write: (key, entry) =>
          Effect.andThen(
            memory.write(key, entry),
            Effect.sync(() => written.push(entry._tag))
          )
      }
      const options = { key: String, journal, replay: "safe" } as const
      const first = yield* Bulk.run([1], { ...options, run: failing(lost) })
      assert.strictEqual(first.failures.AudianClientError?.length, 1)
      const second = yield* Bulk.run([1], { ...options, run: () => Effect.void })
      assert.strictEqual(second.done, 1)
      assert.deepStrictEqual(written, ["Failed", "Done"])

      yield* memory.write("2", { _tag: "Begun", at: 0 })
      assert.strictEqual((yield* Bulk.run([2], { ...options, run: () => Effect.void })).done, 1)
    })
  )

  it.effect("onProgress: reports after each item", () =>
    Effect.gen(function* () {
      const seen: Array<Bulk.Progress> = []
      yield* Bulk.run(["a", "a", "b", "c"], {
        key: (item) => item,
        concurrency: 1,
        run: (item) => (item === "a" ? Effect.void : Effect.fail(item === "b" ? lost : new AudianError.NotFound({}))),
        onProgress: (progress) => Effect.sync(() => void seen.push(progress))
      })
      assert.deepStrictEqual(seen, [
        { done: 1, reconciled: 0, skipped: 0, failed: 0, unknown: 0 },
        { done: 1, reconciled: 0, skipped: 1, failed: 0, unknown: 0 },
        { done: 1, reconciled: 0, skipped: 1, failed: 0, unknown: 1 },
        { done: 1, reconciled: 0, skipped: 1, failed: 1, unknown: 1 }
      ])
    })
  )

  it.effect("the retry policy is that of the call", () =>
    Effect.gen(function* () {
      const numbers = ["+14155550100"] as const
      const report = yield* Bulk.run(numbers, purchase).pipe(Retry.withPolicy(Retry.none))
      assert.strictEqual(report.failures.ServiceUnavailable?.[0]?.error.attempts, 1)
    }).pipe(Effect.provide(EmbeddedAudian.layer({ faults: [Fault.status(503)] })))
  )
})

describe("docs/bulk.md: the first example", () => {
  const [example] = fencesOf("docs/bulk.md")
  const directory = `.snippets-run-bulk-${process.pid}`
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  it.effect("buys no number twice when it is run again at once, and the server executes late", () =>
    Effect.gen(function* () {
      mkdirSync(directory, { recursive: true })
      const module = resolve(directory, "example.ts")
      writeFileSync(module, example!.code)
      const { buyAll } = (yield* Effect.promise(() => import(/* @vite-ignore */ pathToFileURL(module).href))) as {
        readonly buyAll: (
          numbers: ReadonlyArray<PhoneNumber.PhoneNumberInput>,
          path: string
        ) => Effect.Effect<Bulk.Report<PhoneNumber.PhoneNumberInput, AudianError.AudianError>, unknown, Audian.Audian>
      }
      // The server executes the first purchase after 45 seconds, loses the second, and never responds to either.
      const [late, lostNumber] = someNumbers(2) as [PhoneNumber.PhoneNumberInput, PhoneNumber.PhoneNumberInput]
      const purchases: Array<{ readonly number: string; readonly executedAt: number }> = []
      const http = route((sent) => {
        if (sent.method === "POST") {
          const { number } = JSON.parse(sent.body) as { readonly number: string }
          const isRetry = purchases.some((purchase) => purchase.number === number)
          const executedAt = isRetry ? sent.at : number === late ? sent.at + 45_000 : Number.POSITIVE_INFINITY
          purchases.push({ number, executedAt })
          return isRetry ? json(201, { success: true, data: { id: "num_1", number } }) : hanging
        }
        const numbers = purchases.filter(({ executedAt }) => executedAt <= sent.at)
        return json(200, { success: true, data: { numbers: numbers.map(({ number }) => ({ id: number, number })) } })
      })
      const path = resolve(directory, "purchases.jsonl")
      const run = buyAll([late, lostNumber], path).pipe(Effect.provide(http.audian()))

      const first = yield* Effect.forkChild(run)
      while (purchases.length < 2) yield* flush
      yield* Fiber.interrupt(first)
      const again = yield* run
      assert.deepStrictEqual(
        again.unknown.map(({ key }) => key),
        [late, lostNumber]
      )
      yield* TestClock.adjust("1 minute")
      const minuteLater = yield* run
      assert.deepStrictEqual([minuteLater.reconciled, minuteLater.unknown.map(({ key }) => key)], [1, [lostNumber]])
      assert.strictEqual(purchases.length, 2)

      yield* TestClock.adjust("10 minutes")
      const settled = yield* run
      assert.deepStrictEqual([settled.done, settled.skipped, settled.unknown], [1, 1, []])
      assert.deepStrictEqual(
        purchases.map(({ number }) => number),
        [late, lostNumber, lostNumber]
      )
    }).pipe(Effect.provideService(References.MinimumLogLevel, "None"))
  )
})

describe("Bulk.Options", () => {
  const run = (options: object) =>
    Bulk.run([1, 2], { key: String, run: () => Effect.fail(lost), ...options } as Bulk.Options<
      number,
      typeof lost,
      never
    >)
  const concurrency = "concurrency: expected a whole number, 1 or more, or Infinity, got"
  it.effect.each([
    [{ concurrency: 0 }, `${concurrency} 0`],
    [{ concurrency: -1 }, `${concurrency} -1`],
    [{ concurrency: 1.5 }, `${concurrency} 1.5`],
    [{ concurrency: "x" }, `${concurrency} "x"`],
    [{ key: undefined }, "key: expected a function, got undefined"],
    [{ replay: "never" }, 'replay: expected "safe", or "unsafe", got "never"'],
    [{ settleAfter: "soon" }, 'settleAfter: expected a duration such as "10 seconds", got "soon"'],
    [{ journal: {} }, "journal: expected a Journal, got an object"],
    [{ concurency: 3 }, "concurency: unknown option, did you mean concurrency?"]
  ] as const)("die with InvalidOptions: %j", ([options, message]) =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(run(options))
      const defect = Exit.isFailure(exit) ? Cause.squash(exit.cause) : undefined
      assert.instanceOf(defect, Audian.InvalidOptions)
      assert.strictEqual(defect.message, `Bulk.run: ${message}`)
    })
  )

  it.effect("accept an unbounded concurrency", () =>
    Effect.gen(function* () {
      const report = yield* run({ concurrency: Number.POSITIVE_INFINITY, stopWhen: () => false })
      assert.strictEqual(report.unknown.length, 2)
    })
  )
})
