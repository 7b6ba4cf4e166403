/**
 * Purchases in bulk against the embedded server.
 */
import { assert } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { Bulk, Journal, Numbers, type PhoneNumber } from "effect-audian"
import { EmbeddedAudian, Fault } from "effect-audian/testing"
import { patiently } from "./http.ts"

const price = 0.99

/** Distinct numbers. */
export const someNumbers = (count: number): ReadonlyArray<PhoneNumber.PhoneNumberInput> =>
  Array.from({ length: count }, (_, i): PhoneNumber.PhoneNumberInput => `+1628${String(i).padStart(7, "0")}`)

export const purchase = {
  key: (number: PhoneNumber.PhoneNumberInput) => number,
  run: (number: PhoneNumber.PhoneNumberInput) => Numbers.purchase({ number })
}

/** A lookup in the list of owned numbers, which is read once. */
const lookup = Effect.map(
  Effect.cached(
    Stream.runFold(
      Numbers.list.items({ limit: 100 }),
      () => new Set<string | null>(),
      (owned, { number }) => owned.add(number)
    )
  ),
  (owned) => (number: PhoneNumber.PhoneNumberInput) =>
    Effect.map(owned, (owned): Bulk.Verdict => (owned.has(number) ? "done" : "not-done"))
)

/** The purchases that the server received, and the number that was paid for. */
export const sales = (balance: number) =>
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

/** Advances the test's clock until a fiber has ended. */
const untilOver = <A, E>(fiber: Fiber.Fiber<A, E>): Effect.Effect<void> =>
  Effect.suspend(() =>
    fiber.pollUnsafe() === undefined ? Effect.andThen(TestClock.adjust("1 second"), untilOver(fiber)) : Effect.void
  )

/**
 * Buys each number once: the run is interrupted half-way, responses are lost and requests fail, and a second run resumes.
 * `count` must leave room for the faults: 1,000 or more.
 */
export const buyEachOnce = (count: number) => {
  const numbers = someNumbers(count)
  const balance = 2 * count
  const half = count / 2
  return Effect.gen(function* () {
    const journal = yield* Journal.memory
    const interrupted = yield* Deferred.make<void>()
    let inFlight = 0
    let most = 0
    const run = (number: PhoneNumber.PhoneNumberInput) =>
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
        run,
        journal,
        concurrency: 25,
        onProgress: ({ done }) => (done === half ? Deferred.succeed(interrupted, undefined) : Effect.void)
      })
    )
    yield* Effect.forkChild(Effect.andThen(Deferred.await(interrupted), Fiber.interrupt(first)))
    yield* untilOver(first)
    const exit = yield* Fiber.await(first)
    assert.isTrue(Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause))
    assert.strictEqual(most, 25)
    assert.strictEqual(inFlight, 0)
    const before = yield* sales(balance)
    assert.isAbove(before.paid, half)

    const entries = yield* Effect.forEach(numbers, journal.read)
    assert.isAtLeast(entries.filter((entry) => entry?._tag === "Begun").length, 10)
    assert.strictEqual(entries.filter((entry) => entry?._tag === "Unknown").length, 60)

    const second = yield* Effect.forkChild(
      Bulk.run(numbers, { ...purchase, run, journal, concurrency: 25, reconcile: yield* lookup, settleAfter: 0 })
    )
    yield* untilOver(second)
    const report = yield* Fiber.join(second)
    assert.deepStrictEqual(report.failures, {})
    assert.deepStrictEqual(report.unknown, [])
    assert.strictEqual(report.stoppedBy, undefined)
    assert.isAtLeast(report.skipped, half)
    // 40 responses were lost, and those of the items in flight.
    assert.isAbove(report.reconciled, 40)
    assert.strictEqual(report.done + report.reconciled + report.skipped, numbers.length)
    assert.strictEqual(most, 25)

    const { paid, refused } = yield* sales(balance)
    assert.strictEqual(paid, numbers.length)
    assert.strictEqual(refused, 0)
    const owned = yield* Stream.runCollect(Numbers.list.items({ limit: 100 }))
    assert.deepStrictEqual(new Set(owned.map(({ number }) => number as string)), new Set<string>(numbers))
  }).pipe(
    Effect.provide(
      EmbeddedAudian.layer({
        numbers,
        balance,
        quota: false,
        client: { retryBudget: false },
        faults: [
          onPurchases(Fault.executed(Fault.reset), count * 0.1, 20),
          onPurchases(Fault.executed(Fault.status(502)), count * 0.2, 20),
          onPurchases(Fault.status(500), count * 0.3, 20),
          onPurchases(Fault.status(429, { "retry-after": "1" }), count * 0.35, 50),
          onPurchases(Fault.status(503), count * 0.4, 50),
          onPurchases(Fault.executed(Fault.delay("100 millis")), count * 0.5 - 50, 200)
        ]
      })
    ),
    patiently
  )
}
