import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { TestClock } from "effect/testing"
import * as Timer from "../../../src/internal/call/timer.ts"

/** Never ends; records the time at which it is interrupted. */
const endless = (interruptedAt: Array<number>) =>
  Effect.onInterrupt(Effect.never, () =>
    Effect.map(Clock.currentTimeMillis, (now) => {
      interruptedAt.push(now)
    })
  )

describe("Timer.within", () => {
  it.effect("fails each effect at its own limit, and interrupts it first", () =>
    Effect.gen(function* () {
      const interruptedAt: Array<number> = []
      const failedAt: Array<number> = []
      // The second begins later and ends earlier than the first: the timer starts again for it.
      for (const limit of [30_000, 100, 1001, 250, 0.5]) {
        yield* Effect.forkChild(
          Effect.catch(
            Timer.within(endless(interruptedAt), Duration.millis(limit), () => limit),
            (limit) =>
              Effect.map(Clock.currentTimeMillis, (now) => {
                assert.strictEqual(interruptedAt.at(-1), now)
                failedAt.push(limit, now)
              })
          ),
          { startImmediately: true }
        )
      }
      yield* TestClock.adjust("29 seconds")
      assert.deepStrictEqual(failedAt, [0.5, 0.5, 100, 100, 250, 250, 1001, 1001])
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(failedAt.slice(8), [30_000, 30_000])
    })
  )

  it.effect("passes on what an effect gives in time, at once or later", () =>
    Effect.gen(function* () {
      const within = (self: Effect.Effect<number, string>) => Timer.within(self, Duration.seconds(1), () => "late")
      assert.strictEqual(yield* within(Effect.succeed(1)), 1)
      assert.deepStrictEqual(yield* Effect.exit(within(Effect.fail("own"))), Exit.fail("own"))
      assert.deepStrictEqual(yield* Effect.exit(within(Effect.die("bug"))), Exit.die("bug"))
      const later = yield* Effect.forkChild(within(Effect.as(Effect.sleep("999 millis"), 2)))
      yield* TestClock.adjust("2 seconds")
      assert.strictEqual(yield* Fiber.join(later), 2)
    })
  )

  it.effect("interrupts the effect with its fiber, at any point", () =>
    Effect.gen(function* () {
      for (let point = 0; point < 20; point++) {
        const interruptedAt: Array<number> = []
        let started = 0
        const self = Effect.suspend(() => {
          started++
          return endless(interruptedAt)
        })
        const fiber = yield* Effect.forkChild(Timer.within(self, Duration.seconds(1), () => "late"))
        for (let turn = 0; turn < point; turn++) yield* Effect.yieldNow
        yield* Fiber.interrupt(fiber)
        assert.strictEqual(interruptedAt.length, started, `at ${point}`)
      }
    })
  )

  it.effect("sleeps once for effects in a row, and not at all once nothing has a limit", () =>
    Effect.gen(function* () {
      let sleeping = 0
      let sleeps = 0
      const clock = yield* Clock.Clock
      const counted: Clock.Clock = Object.create(clock, {
        sleep: {
          value: (duration: Duration.Duration) => {
            sleeps++
            sleeping++
            return Effect.onExit(clock.sleep(duration), () => Effect.sync(() => sleeping--))
          }
        }
      })
      const limited = (self: Effect.Effect<void>) =>
        Effect.provideService(
          Timer.within(self, Duration.seconds(30), () => "late"),
          Clock.Clock,
          counted
        )
      const pause = Effect.callback<void>((resume) => queueMicrotask(() => resume(Effect.void)))
      for (let turn = 0; turn < 100; turn++) yield* limited(pause)
      assert.deepStrictEqual({ sleeping, sleeps }, { sleeping: 1, sleeps: 1 })
      for (let turn = 0; turn < 3; turn++) yield* Effect.yieldNow
      assert.deepStrictEqual({ sleeping, sleeps }, { sleeping: 0, sleeps: 1 })
      const fiber = yield* Effect.forkChild(limited(Effect.never), { startImmediately: true })
      assert.strictEqual(sleeping, 1)
      yield* Fiber.interrupt(fiber)
      for (let turn = 0; turn < 3; turn++) yield* Effect.yieldNow
      assert.strictEqual(sleeping, 0)
    })
  )
})
