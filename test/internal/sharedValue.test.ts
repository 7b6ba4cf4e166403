import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scheduler from "effect/Scheduler"
import * as TestClock from "effect/testing/TestClock"
import * as SharedValue from "../../src/internal/sharedValue.ts"

/** A lookup that waits to be told how it ends, and counts. */
const makeLookup = () => {
  const lookups: Array<Deferred.Deferred<string, string>> = []
  let interrupted = 0
  const lookup = Effect.suspend(() => {
    const deferred = Deferred.makeUnsafe<string, string>()
    lookups.push(deferred)
    return Effect.onInterrupt(Deferred.await(deferred), () => Effect.sync(() => interrupted++))
  })
  return { interrupted: () => interrupted, lookup, lookups }
}

const forSecond = (_: string, now: number) => now + 1000

describe("SharedValue", () => {
  it.effect("get: all who wait share one lookup, and who comes later its value, for as long as it lives", () =>
    Effect.gen(function* () {
      const { lookup, lookups } = makeLookup()
      const shared = SharedValue.make(lookup, forSecond)
      const fibers = yield* Effect.forEach([1, 2, 3], () => Effect.forkChild(shared.get, { startImmediately: true }))
      yield* Deferred.succeed(lookups[0]!, "a")
      assert.deepStrictEqual(yield* Fiber.joinAll(fibers), ["a", "a", "a"])
      yield* TestClock.adjust(999)
      assert.strictEqual(yield* shared.get, "a")
      assert.lengthOf(lookups, 1)
      yield* TestClock.adjust(1)
      const later = yield* Effect.forkChild(shared.get, { startImmediately: true })
      yield* Deferred.succeed(lookups[1]!, "b")
      assert.strictEqual(yield* Fiber.join(later), "b")
    })
  )

  it.effect("get: a failure is that of all who wait, and is not kept", () =>
    Effect.gen(function* () {
      const { lookup, lookups } = makeLookup()
      const shared = SharedValue.make(lookup, forSecond)
      const fibers = yield* Effect.forEach([1, 2], () => Effect.forkChild(shared.get, { startImmediately: true }))
      yield* Deferred.fail(lookups[0]!, "down")
      for (const fiber of fibers) assert.deepStrictEqual(yield* Fiber.await(fiber), Exit.fail("down"))
      yield* Effect.forkChild(shared.get, { startImmediately: true })
      assert.lengthOf(lookups, 2)
    })
  )

  it.effect("get: an interruption of one leaves the others waiting; that of the last ends the lookup", () =>
    Effect.gen(function* () {
      const { interrupted, lookup, lookups } = makeLookup()
      const shared = SharedValue.make(lookup, forSecond)
      const [a, b] = [
        yield* Effect.forkChild(shared.get, { startImmediately: true }),
        yield* Effect.forkChild(shared.get, { startImmediately: true })
      ]
      yield* Fiber.interrupt(a)
      assert.strictEqual(interrupted(), 0)
      yield* Fiber.interrupt(b)
      assert.strictEqual(interrupted(), 1)
      const c = yield* Effect.forkChild(shared.get, { startImmediately: true })
      yield* Deferred.succeed(lookups[1]!, "c")
      assert.strictEqual(yield* Fiber.join(c), "c")
    })
  )

  it.effect("get: no lookup is joined that is being interrupted", () =>
    Effect.gen(function* () {
      const latch = Deferred.makeUnsafe<void>()
      let lookups = 0
      const shared = SharedValue.make(
        Effect.suspend(() =>
          lookups++ === 0 ? Effect.onInterrupt(Effect.never, () => Deferred.await(latch)) : Effect.succeed("new")
        ),
        forSecond
      )
      const first = yield* Effect.forkChild(shared.get, { startImmediately: true })
      const end = yield* Effect.forkChild(Fiber.interrupt(first), { startImmediately: true })
      assert.strictEqual(yield* shared.get, "new")
      yield* Deferred.succeed(latch, undefined)
      yield* Fiber.join(end)
      // The end of the first lookup takes nothing from the second.
      assert.strictEqual(yield* shared.get, "new")
      assert.strictEqual(lookups, 2)
    })
  )

  it.effect("get: who found a lookup and then yielded starts another one when it was abandoned meanwhile", () =>
    Effect.gen(function* () {
      // The fiber yields after each number of steps: at one of them, between the two.
      for (let steps = 0; steps < 8; steps++) {
        let lookups = 0
        const shared = SharedValue.make(
          Effect.suspend(() => (lookups++ === 0 ? Effect.never : Effect.succeed("new"))),
          forSecond
        )
        const first = yield* Effect.forkChild(shared.get, { startImmediately: true })
        let get = shared.get
        for (let step = 0; step < steps; step++) {
          const next = get
          get = Effect.suspend(() => next)
        }
        const second = yield* get.pipe(
          Effect.provideService(Scheduler.MaxOpsBeforeYield, 6),
          Effect.forkChild({ startImmediately: true })
        )
        yield* Fiber.interrupt(first)
        // It may still wait, for the first lookup or for the next, but nobody has interrupted it.
        for (let turn = 0; turn < 8; turn++) yield* Effect.yieldNow
        const exit = second.pollUnsafe()
        assert.isTrue(exit === undefined || Exit.isSuccess(exit), `${steps}: ${JSON.stringify(exit)}`)
        yield* Fiber.interrupt(second)
      }
    })
  )

  it.effect("invalidateIf: forgets a value, also one on its way, and never a newer one", () =>
    Effect.gen(function* () {
      const { lookup, lookups } = makeLookup()
      const shared = SharedValue.make(lookup, forSecond, { value: "given", expiresAt: 10 })
      yield* shared.invalidateIf((value) => value === "other")
      assert.strictEqual(yield* shared.get, "given")
      yield* shared.invalidateIf((value) => value === "given")
      const waiting = yield* Effect.forkChild(shared.get, { startImmediately: true })
      const late = yield* Effect.forkChild(
        shared.invalidateIf((value) => value === "a"),
        { startImmediately: true }
      )
      yield* Deferred.succeed(lookups[0]!, "a")
      assert.strictEqual(yield* Fiber.join(waiting), "a")
      yield* Fiber.join(late)
      const next = yield* Effect.forkChild(shared.get, { startImmediately: true })
      yield* shared.invalidateIf(() => true).pipe(Effect.forkChild({ startImmediately: true }))
      yield* Deferred.fail(lookups[1]!, "down")
      assert.deepStrictEqual(yield* Fiber.await(next), Exit.fail("down"))
      assert.lengthOf(lookups, 2)
    })
  )

  it.effect("initial: expires at its time", () =>
    Effect.gen(function* () {
      const shared = SharedValue.make(Effect.succeed("new"), forSecond, { value: "given", expiresAt: 10 })
      assert.strictEqual(yield* shared.get, "given")
      yield* TestClock.adjust(10)
      assert.strictEqual(yield* shared.get, "new")
    })
  )
})
