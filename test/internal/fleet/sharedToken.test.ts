import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Persistence from "effect/persistence/Persistence"
import * as EffectLimiter from "effect/persistence/RateLimiter"
import * as Redacted from "effect/Redacted"
import * as SharedToken from "../../../src/internal/fleet/sharedToken.ts"
import { crypto } from "../../support/crypto.ts"
import { settle } from "../../support/http.ts"

const apiKey = Redacted.make("sk_test")
const session = { token: Redacted.make("a.b.c"), accountId: "acc" }

/** Two processes that share a store in memory; counts the requests for the lock. */
const two = Effect.gen(function* () {
  let locks = 0
  const limiter = yield* EffectLimiter.make
  const store = yield* (yield* Persistence.BackingPersistence).make("sessions")
  const counting: EffectLimiter.RateLimiter = {
    ...limiter,
    consume: (options) =>
      Effect.suspend(() => {
        locks++
        return limiter.consume(options)
      })
  }
  const one = () => SharedToken.make({ baseUrl: "https://api.example", rateLimiter: counting, store })
  return { first: one(), second: one(), locks: () => locks }
}).pipe(Effect.provide([EffectLimiter.layerStoreMemory, Persistence.layerBackingMemory]))

describe("sharedToken", () => {
  it.effect("a process that waits for another's exchange asks for the lock once", () =>
    Effect.gen(function* () {
      const { first, locks, second } = yield* two
      const slow = Effect.delay(Effect.succeed(session), "5 seconds")
      const exchanging = yield* Effect.forkChild(first.get(apiKey, undefined, slow))
      yield* settle(Effect.void, "100 millis")
      const found = yield* settle(second.get(apiKey, undefined, Effect.die("a second exchange")), "6 seconds")
      assert.strictEqual(Redacted.value(found.token), "a.b.c")
      assert.strictEqual(locks(), 2)
      yield* Fiber.join(exchanging)
    }).pipe(Effect.provide(crypto))
  )

  it.effect("the lock expires after 10 seconds: the exchange of a process that hangs is made by another", () =>
    Effect.gen(function* () {
      const { first, second } = yield* two
      const hanging = yield* Effect.forkChild(first.get(apiKey, undefined, Effect.never))
      yield* settle(Effect.void, "100 millis")
      const exchanged = Effect.as(Clock.currentTimeMillis, session)
      let at = 0
      const exchange = Effect.tap(exchanged, () => Effect.map(Clock.currentTimeMillis, (now) => void (at = now)))
      yield* settle(second.get(apiKey, undefined, exchange), "20 seconds")
      assert.isAtLeast(at, 10_000)
      assert.isBelow(at, 10_400)
      yield* Fiber.interrupt(hanging)
    }).pipe(Effect.provide(crypto))
  )
})
