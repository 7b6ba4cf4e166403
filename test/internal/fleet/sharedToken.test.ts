import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Persistence from "effect/persistence/Persistence"
import * as EffectLimiter from "effect/persistence/RateLimiter"
import * as Redacted from "effect/Redacted"
import { AudianError } from "effect-audian"
import * as SharedToken from "../../../src/internal/fleet/sharedToken.ts"
import * as Deadline from "../../../src/internal/resilience/deadline.ts"
import { crypto } from "../../support/crypto.ts"
import { settle } from "../../support/http.ts"

const apiKey = Redacted.make("sk_test")
const failure = new AudianError.InternalServerError({})
const session = { token: Redacted.make("a.b.c"), accountId: "acc" }

const now = Effect.succeed(session)

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
  const written = new Map<string, object>()
  const recording: Persistence.BackingPersistenceStore = {
    ...store,
    set: (key, value, ttl) => {
      written.set(key, value)
      return store.set(key, value, ttl)
    }
  }
  const one = () => SharedToken.make({ baseUrl: "https://api.example", rateLimiter: counting, store: recording })
  return {
    first: one(),
    second: one(),
    /** The requests for the lock so far. */
    locks: () => locks,
    /** The values written last, by key. */
    values: () => new Map(written),
    /** Replaces every stored value. */
    damage: (value: object) =>
      Effect.forEach(written.keys(), (key) => store.set(key, value, undefined), { discard: true })
  }
}).pipe(Effect.provide([EffectLimiter.layerStoreMemory, Persistence.layerBackingMemory]))

describe("sharedToken", () => {
  it.effect("a process that waits for another's exchange requests the lock once", () =>
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

  for (const how of ["fails", "is interrupted"] as const) {
    it.effect(`the lock is released when the exchange ${how}: another process exchanges at once`, () =>
      Effect.gen(function* () {
        const { first, second } = yield* two
        const exchange = how === "fails" ? Effect.delay(Effect.fail(failure), "1 second") : Effect.never
        const exchanging = yield* Effect.forkChild(Effect.exit(first.get(apiKey, undefined, exchange)))
        yield* settle(Effect.void, "100 millis")
        const waiting = yield* Effect.forkChild(
          Effect.andThen(second.get(apiKey, undefined, now), Clock.currentTimeMillis)
        )
        yield* settle(Effect.void, "900 millis")
        if (how === "is interrupted") yield* Fiber.interrupt(exchanging)
        const at = yield* settle(Fiber.join(waiting), "20 seconds")
        assert.isBelow(at, 1500)
        yield* Fiber.interrupt(exchanging)
      }).pipe(Effect.provide(crypto))
    )
  }

  it.effect("an exchange that outlives its lock does not release another's", () =>
    Effect.gen(function* () {
      const { first, second, values } = yield* two
      const slow = Effect.delay(Effect.fail(failure), "15 seconds")
      const exchanging = yield* Effect.forkChild(Effect.exit(first.get(apiKey, undefined, slow)))
      yield* settle(Effect.void, "100 millis")
      yield* settle(second.get(apiKey, undefined, now), "12 seconds")
      const stored = values()
      yield* settle(Fiber.join(exchanging), "10 seconds")
      assert.deepStrictEqual(values(), stored)
    }).pipe(Effect.provide(crypto))
  )

  it.effect("a caller whose deadline comes before the lock expires makes the exchange itself", () =>
    Effect.gen(function* () {
      const { first, second } = yield* two
      const hanging = yield* Effect.forkChild(first.get(apiKey, undefined, Effect.never))
      yield* settle(Effect.void, "100 millis")
      const get = Deadline.within(second.get(apiKey, undefined, now), 8000)
      const at = yield* settle(Effect.andThen(get, Clock.currentTimeMillis), "20 seconds")
      assert.isBelow(at, 4500)
      yield* Fiber.interrupt(hanging)
    }).pipe(Effect.provide(crypto))
  )

  it.effect("an unreadable stored value is replaced at once, though the lock of the last exchange still holds", () =>
    Effect.gen(function* () {
      const { damage, first, second } = yield* two
      yield* settle(first.get(apiKey, undefined, now), "1 second")
      for (const garbage of [{ sealed: "?" }, 5, "text", []]) {
        yield* damage(garbage as object)
        const exchange = Effect.succeed({ ...session, token: Redacted.make("renewed") })
        const get = second.get(apiKey, undefined, exchange)
        const found = yield* settle(get, "100 millis")
        assert.strictEqual(Redacted.value(found.token), "renewed")
        const again = yield* settle(first.get(apiKey, undefined, Effect.die("a second exchange")), "100 millis")
        assert.strictEqual(Redacted.value(again.token), "renewed")
      }
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
