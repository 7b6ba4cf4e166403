import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import * as Option from "effect/Option"
import * as References from "effect/References"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { AudianError, Bulk, Journal, Numbers, type PhoneNumber, RateLimit, Retry } from "effect-audian"
import { EmbeddedAudian, Fault } from "effect-audian/testing"

const price = 0.99

/** So many numbers that nobody else has. */
const someNumbers = (count: number): ReadonlyArray<PhoneNumber.Input> =>
  Array.from({ length: count }, (_, i): PhoneNumber.Input => `+1628${String(i).padStart(7, "0")}`)

const purchase = {
  key: (number: PhoneNumber.Input) => number,
  run: (number: PhoneNumber.Input) => Numbers.purchase({ number })
}

/** Looks in the list of what is owned, which is read once. */
const lookup = Effect.map(
  Effect.cached(
    Stream.runFold(
      Numbers.list.items({ limit: 100 }),
      () => new Set<string>(),
      (owned, { number }) => owned.add(number)
    )
  ),
  (owned) => (number: PhoneNumber.Input) =>
    Effect.map(owned, (owned): Bulk.Verdict => (owned.has(number) ? "done" : "not-done"))
)

/** What the server did: how it answered each purchase, and how many it was paid for. */
const sales = (balance: number) =>
  Effect.gen(function* () {
    const embedded = yield* EmbeddedAudian.EmbeddedAudian
    const requests = (yield* embedded.requests).filter(({ operation }) => operation === "Numbers.purchase")
    return {
      requests,
      refused: requests.filter(({ status }) => status === 409).length,
      paid: Math.round((balance - (yield* embedded.balance)) / price)
    }
  })

const onPurchases = (fault: Fault.Fault, after: number, times = 1) =>
  fault.pipe(Fault.on(Numbers.purchase), Fault.after(after), Fault.times(times))

/** Lets the test's clock run on until a fiber has ended. */
const untilOver = <A, E>(fiber: Fiber.Fiber<A, E>): Effect.Effect<void> =>
  Effect.suspend(() =>
    fiber.pollUnsafe() === undefined ? Effect.andThen(TestClock.adjust("1 second"), untilOver(fiber)) : Effect.void
  )

const failing = (error: AudianError.AudianError) => () => Effect.fail(error)

const lost = new AudianError.AudianClientError({
  reason: { _tag: "Transport" },
  replay: "unsafe",
  outcome: "unknown"
})

describe("Bulk.run", () => {
  it.effect("keeps to the quota, however many there are, when the client has a rate limiter", () =>
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
      )
    )
  )

  it.effect(
    "buys each of 10,000 numbers once, though it is cut off half-way, answers are lost and requests fail",
    () => {
      const numbers = someNumbers(10_000)
      const balance = 20_000
      return Effect.gen(function* () {
        const journal = yield* Journal.memory
        const half = yield* Deferred.make<void>()
        let inFlight = 0
        let most = 0
        const counted = (number: PhoneNumber.Input) =>
          Effect.suspend(() => {
            most = Math.max(most, ++inFlight)
            return Effect.ensuring(
              purchase.run(number),
              Effect.sync(() => inFlight--)
            )
          })

        const first = yield* Effect.forkChild(
          Bulk.run(numbers, {
            ...purchase,
            run: counted,
            journal,
            concurrency: 25,
            onProgress: ({ done }) => (done === 5000 ? Deferred.succeed(half, undefined) : Effect.void)
          })
        )
        yield* Effect.forkChild(Effect.andThen(Deferred.await(half), Fiber.interrupt(first)))
        yield* untilOver(first)
        const cut = yield* Fiber.await(first)
        assert.isTrue(Exit.isFailure(cut) && Cause.hasInterruptsOnly(cut.cause))
        assert.strictEqual(most, 25)
        assert.strictEqual(inFlight, 0)
        const before = yield* sales(balance)
        assert.isAbove(before.paid, 5000)

        const entries = yield* Effect.forEach(numbers, journal.read)
        assert.isAtLeast(entries.filter((entry) => entry?._tag === "Begun").length, 10)
        assert.strictEqual(entries.filter((entry) => entry?._tag === "Unknown").length, 60)

        const second = yield* Effect.forkChild(
          Bulk.run(numbers, { ...purchase, run: counted, journal, concurrency: 25, reconcile: yield* lookup })
        )
        yield* untilOver(second)
        const report = yield* Fiber.join(second)
        assert.deepStrictEqual(report.failures, {})
        assert.deepStrictEqual(report.unknown, [])
        assert.strictEqual(report.stoppedBy, undefined)
        assert.isAtLeast(report.skipped, 5000)
        // The answers to 40 were lost, and those to the ones that were under way.
        assert.isAbove(report.reconciled, 40)
        assert.strictEqual(report.done + report.reconciled + report.skipped, numbers.length)
        assert.strictEqual(most, 25)

        const { paid, refused } = yield* sales(balance)
        assert.strictEqual(paid, numbers.length)
        assert.strictEqual(refused, 0)
        const owned = yield* Stream.runCollect(Numbers.list.items({ limit: 100 }))
        assert.deepStrictEqual(new Set(owned.map(({ number }) => number as string)), new Set<string>(numbers))
      }).pipe(
        // The test's clock warns of fibers that run thousands of items without a wait.
        Effect.provideService(References.MinimumLogLevel, "Error"),
        Effect.provide(
          EmbeddedAudian.layer({
            numbers,
            balance,
            quota: false,
            client: { retryBudget: false },
            faults: [
              onPurchases(Fault.executed(Fault.reset), 1000, 20),
              onPurchases(Fault.executed(Fault.status(502)), 2000, 20),
              onPurchases(Fault.status(500), 3000, 20),
              onPurchases(Fault.status(429, { "retry-after": "1" }), 3500, 50),
              onPurchases(Fault.status(503), 4000, 50),
              onPurchases(Fault.executed(Fault.delay("100 millis")), 4950, 200)
            ]
          })
        )
      )
    },
    60_000
  )

  it.effect("runs the others when one fails, and lists the failures by tag with their items", () =>
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

  it.effect("begins nothing more once an error would befall every item, lets the others end, and goes on later", () => {
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

  it.effect("goes on whatever happens when told so", () =>
    Effect.gen(function* () {
      const error = new AudianError.Unauthorized({})
      const report = yield* Bulk.run([1, 2, 3], { key: String, run: failing(error), stopWhen: () => false })
      assert.strictEqual(report.failures.Unauthorized?.length, 3)
      assert.strictEqual(report.stoppedBy, undefined)
    })
  )

  it.effect("does not wait for the next item once it is to begin nothing more", () =>
    Effect.gen(function* () {
      const items = Stream.concat(Stream.make("a"), Stream.never)
      const run = failing(new AudianError.Unauthorized({}))
      const report = yield* Bulk.run(items, { key: (item) => item, run })
      assert.strictEqual(report.stoppedBy?._tag, "Unauthorized")
    })
  )

  it("takes four errors for those that befall every item", () => {
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

  it.effect("pulls an item from a stream only when a place is free", () =>
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

  it.effect("fails when the stream does, once what was under way has ended and is written down", () =>
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

  it.effect("sends nothing that the journal did not take", () =>
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

  it.effect("dies of a defect, once what was under way has ended", () =>
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

  it.effect("runs a key once, however often it comes", () =>
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

  it.effect("never runs again what may have been done, unless somebody has looked", () =>
    Effect.gen(function* () {
      const journal = yield* Journal.memory
      const ran: Array<string> = []
      const options = {
        key: (item: string) => item,
        journal,
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

  it.effect("stops when an item cannot be looked up for a reason that befalls every one", () =>
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

  it.effect("runs what is safe to repeat again, and writes down only how it ended", () =>
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

  it.effect("tells how far it is after each item", () =>
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

  it.effect("leaves the policy of retries to the call", () =>
    Effect.gen(function* () {
      const numbers = ["+14155550100"] as const
      const report = yield* Bulk.run(numbers, purchase).pipe(Retry.withPolicy(Retry.none))
      assert.strictEqual(report.failures.ServiceUnavailable?.[0]?.error.attempts, 1)
    }).pipe(Effect.provide(EmbeddedAudian.layer({ faults: [Fault.status(503)] })))
  )
})
