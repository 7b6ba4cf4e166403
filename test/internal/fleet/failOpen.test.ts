import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import { TestClock } from "effect/testing"
import * as FailOpen from "../../../src/internal/fleet/failOpen.ts"
import * as Deadline from "../../../src/internal/resilience/deadline.ts"
import { settle } from "../../support/http.ts"

const local = Effect.succeed("local")

/** Runs and reports the source of the result, and the milliseconds that it took. */
const timed = <E>(self: Effect.Effect<string, E>, within = Number.POSITIVE_INFINITY) =>
  Effect.gen(function* () {
    const started = yield* Clock.currentTimeMillis
    const used = yield* Deadline.within(self, started + within)
    return [used, (yield* Clock.currentTimeMillis) - started] as const
  })

const quiet = Effect.provide(Logger.layer([]))

describe("failOpen", () => {
  it.effect("uses the store while it responds", () =>
    Effect.gen(function* () {
      const failOpen = FailOpen.make("store")
      const shared = Effect.delay(Effect.succeed("shared"), "1 second")
      assert.deepStrictEqual(yield* settle(timed(failOpen(shared, local))), ["shared", 1000])
    })
  )

  it.effect("uses the local effect when the store does not respond for two seconds, and skips the store for five", () =>
    Effect.gen(function* () {
      const failOpen = FailOpen.make("store")
      let requests = 0
      const shared = Effect.suspend(() => {
        requests++
        return Effect.never
      })
      const call = timed(failOpen(shared, local))
      assert.deepStrictEqual(yield* settle(call, "2 seconds"), ["local", 2000])
      assert.deepStrictEqual(yield* settle(call, "4999 millis"), ["local", 0])
      assert.strictEqual(requests, 1)
      yield* TestClock.adjust(1)
      yield* settle(call)
      assert.strictEqual(requests, 2)
    }).pipe(quiet)
  )

  for (const within of [1, 100, 1000]) {
    it.effect(`uses half of the ${within} ms that a call has left`, () =>
      Effect.gen(function* () {
        const failOpen = FailOpen.make("store")
        const [used, at] = yield* settle(timed(failOpen(Effect.never, local), within))
        assert.strictEqual(used, "local")
        assert.isAtMost(at, within / 2 + 1)
      }).pipe(quiet)
    )
  }

  it.effect("does not wait at all for a call that is over", () =>
    Effect.gen(function* () {
      const failOpen = FailOpen.make("store")
      assert.deepStrictEqual(yield* timed(failOpen(Effect.never, local), -5), ["local", 0])
    }).pipe(quiet)
  )

  it.effect("a call with little time finds out for all others that the store hangs", () =>
    Effect.gen(function* () {
      const failOpen = FailOpen.make("store")
      yield* settle(timed(failOpen(Effect.never, local), 100), "100 millis")
      // The request is late: no call waits for the store meanwhile, nor for five seconds after its time limit.
      const call = timed(failOpen(Effect.die("called"), local))
      assert.deepStrictEqual(yield* settle(call, "1 second"), ["local", 0])
      assert.deepStrictEqual(yield* settle(call, "5 seconds"), ["local", 0])
    }).pipe(quiet)
  )

  it.effect("so does an interrupted one", () =>
    Effect.gen(function* () {
      const failOpen = FailOpen.make("store")
      const fiber = yield* Effect.forkChild(failOpen(Effect.never, local))
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(fiber)
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* timed(failOpen(Effect.die("called"), local)), ["local", 0])
    }).pipe(quiet)
  )

  it.effect("a late response shows that the store works", () =>
    Effect.gen(function* () {
      const failOpen = FailOpen.make("store")
      const slow = Effect.delay(Effect.succeed("shared"), "1 second")
      assert.deepStrictEqual(yield* settle(timed(failOpen(slow, local), 100), "2 seconds"), ["local", 50])
      assert.deepStrictEqual(yield* settle(timed(failOpen(slow, local))), ["shared", 1000])
    })
  )
})
