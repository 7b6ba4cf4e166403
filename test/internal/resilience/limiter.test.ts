import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { TestClock } from "effect/testing"
import type * as Guard from "../../../src/internal/resilience/guard.ts"
import * as Limiter from "../../../src/internal/resilience/limiter.ts"
import type { Priority } from "../../../src/internal/resilience/limiterQueue.ts"

/** Sends a request, which notes something when it has room. */
const send = (limiter: Guard.RateLimiter, cost: number, priority: Priority, sent: (now: number) => void) =>
  Effect.clockWith((clock) =>
    limiter.run(
      Effect.sync(() => sent(clock.currentTimeMillisUnsafe())),
      {
        clock,
        cost,
        urgent: false,
        priority,
        until: Number.POSITIVE_INFINITY,
        onTimeout: () => assert.fail("it does not time out"),
        abortIf: () => undefined,
        wait: { begin: () => {}, end: () => {} },
        report: () => undefined
      }
    )
  )

/** A limiter over a bucket of another host, which takes a second to respond. */
const remote = (responses: ReadonlyArray<{ readonly taken: boolean; readonly wait: number }>) => {
  let nth = 0
  const consume = Effect.delay(
    Effect.sync(() => ({ resetAfter: 0, ...(responses[nth++] ?? { taken: true, wait: 0 }) })),
    "1 second"
  )
  const limiter = Limiter.make(
    { bucket: { limit: 1, window: 60_000 }, maxWait: Number.POSITIVE_INFINITY },
    () => () => consume,
    true
  )
  const sent: Array<readonly [Priority, number]> = []
  const request = (priority: Priority) => send(limiter, 1, priority, (now) => void sent.push([priority, now]))
  /** A low request, and a high one half a second later. */
  const both = Effect.gen(function* () {
    const low = yield* Effect.forkChild(request("low"))
    const high = yield* Effect.forkChild(Effect.delay(request("high"), "500 millis"))
    yield* TestClock.adjust("2 minutes")
    yield* Fiber.joinAll([low, high])
    return sent
  })
  return { both }
}

describe("limiter", () => {
  it.effect("a request that is overtaken while it asks a shared bucket gives way once there is room", () =>
    Effect.map(remote([{ taken: false, wait: 60_000 }]).both, (sent) =>
      assert.deepStrictEqual(sent, [
        ["high", 63_000],
        ["low", 64_000]
      ])
    )
  )

  it.effect("a request that gets its tokens meanwhile is sent", () =>
    Effect.map(remote([{ taken: true, wait: 0 }]).both, (sent) =>
      assert.deepStrictEqual(sent, [
        ["low", 1000],
        ["high", 2000]
      ])
    )
  )

  it.effect("a request with room for itself does not overtake one that waits for more", () =>
    Effect.gen(function* () {
      const own = yield* Limiter.own
      const limiter = Limiter.make(
        { bucket: { limit: 10, window: 60_000 }, maxWait: Number.POSITIVE_INFINITY },
        own,
        false
      )
      const sent: Array<number> = []
      const request = (cost: number) => send(limiter, cost, "normal", () => void sent.push(cost))
      yield* request(8)
      const expensive = yield* Effect.forkChild(request(5), { startImmediately: true })
      const cheap = yield* Effect.forkChild(request(1), { startImmediately: true })
      yield* TestClock.adjust("2 minutes")
      yield* Fiber.joinAll([expensive, cheap])
      assert.deepStrictEqual(sent, [8, 5, 1])
    })
  )
})
