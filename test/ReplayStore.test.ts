import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redis from "effect/persistence/Redis"
import { TestClock } from "effect/testing"
import { ReplayStore } from "effect-audian"
import { atOnce } from "./support/webhooks.ts"

const lease = Duration.seconds(30)
const life = Duration.minutes(10)

/** A Redis with the commands of the store. */
const fakeRedis = () => {
  const keys = new Map<string, { readonly value: string; readonly until: number }>()
  const sent: Array<string> = []
  const send = (command: string, ...args: ReadonlyArray<string>) =>
    Effect.flatMap(Clock.currentTimeMillis, (now): Effect.Effect<string | number | null, Redis.RedisError> => {
      sent.push([command, ...args].join(" "))
      const [key = "", value = "", ...options] = args
      const held = keys.get(key)
      const alive = held !== undefined && held.until > now
      switch (command) {
        case "SET": {
          const px = options.indexOf("PX")
          if (options.includes("NX") && alive) return Effect.succeed(null)
          keys.set(key, { value, until: px < 0 ? Number.POSITIVE_INFINITY : now + Number(options[px + 1]) })
          return Effect.succeed("OK")
        }
        case "GET":
          return Effect.succeed(alive ? held.value : null)
        case "DEL":
          return Effect.succeed(keys.delete(key) ? 1 : 0)
        default:
          return Effect.fail(new Redis.RedisError({ cause: new Error(`unknown command ${command}`) }))
      }
    })
  return { sent, send }
}

const withRedis = <A, E>(send: unknown, self: Effect.Effect<A, E, Redis.Redis>): Effect.Effect<A, E> =>
  // The store uses only `send` of the service.
  Effect.provideService(self, Redis.Redis, { send } as Redis.Redis["Service"])

for (const [name, make] of [
  ["memory", Effect.map(ReplayStore.memory(), (store): ReplayStore.ReplayStore => store)],
  ["redis", Effect.suspend(() => withRedis(fakeRedis().send, ReplayStore.redis()))]
] as const) {
  describe(`ReplayStore.${name}`, () => {
    it.effect("claim: returns claimed to one of many", () =>
      Effect.gen(function* () {
        const store = yield* make
        const claims = yield* atOnce(50, store.claim("a", lease))
        assert.strictEqual(claims.filter((claim) => claim === "claimed").length, 1)
        assert.strictEqual(claims.filter((claim) => claim === "pending").length, 49)
        assert.strictEqual(yield* store.claim("b", lease), "claimed")
      })
    )

    it.effect("claim: returns claimed again after a release or an expired lease", () =>
      Effect.gen(function* () {
        const store = yield* make
        yield* store.claim("a", lease)
        yield* store.release("a")
        assert.strictEqual(yield* store.claim("a", lease), "claimed")
        yield* TestClock.adjust("29999 millis")
        assert.strictEqual(yield* store.claim("a", lease), "pending")
        yield* TestClock.adjust("1 millis")
        assert.strictEqual(yield* store.claim("a", lease), "claimed")
      })
    )

    it.effect("accept: keeps the key for its life", () =>
      Effect.gen(function* () {
        const store = yield* make
        yield* store.claim("a", lease)
        yield* store.accept("a", life)
        yield* TestClock.adjust("599 seconds")
        assert.strictEqual(yield* store.claim("a", lease), "accepted")
        yield* TestClock.adjust("1 seconds")
        assert.strictEqual(yield* store.claim("a", lease), "claimed")
      })
    )
  })
}

describe("ReplayStore.memory: capacity", () => {
  it.effect("drops only the oldest above its capacity", () =>
    Effect.gen(function* () {
      const store = yield* ReplayStore.memory({ capacity: 3 })
      for (const key of ["a", "b", "c", "d"]) {
        yield* store.claim(key, lease)
        yield* store.accept(key, life)
      }
      assert.strictEqual(yield* store.size, 3)
      for (const key of ["b", "c", "d"]) assert.strictEqual(yield* store.claim(key, lease), "accepted", key)
      assert.strictEqual(yield* store.claim("a", lease), "claimed")
    })
  )

  it.effect("drops expired keys with the next claim", () =>
    Effect.gen(function* () {
      const store = yield* ReplayStore.memory()
      for (let i = 0; i < 1000; i++) yield* store.accept(`key ${i}`, life)
      yield* TestClock.adjust(life)
      yield* store.claim("another", lease)
      assert.strictEqual(yield* store.size, 1)
    })
  )
})

describe("ReplayStore.redis: commands", () => {
  it.effect("claims by one atomic command with the prefix", () =>
    Effect.gen(function* () {
      const { send, sent } = fakeRedis()
      const store = yield* withRedis(send, ReplayStore.redis({ prefix: "hooks:" }))
      yield* store.claim("a", Duration.seconds(30))
      yield* store.accept("a", Duration.millis(0.4))
      yield* store.release("a")
      assert.deepStrictEqual(sent, ["SET hooks:a pending NX PX 30000", "SET hooks:a accepted PX 1", "DEL hooks:a"])
    })
  )

  it.effect("fails with ReplayStoreError if Redis fails", () =>
    Effect.gen(function* () {
      const send = () => Effect.fail(new Redis.RedisError({ cause: new Error("gone") }))
      const store = yield* withRedis(send, ReplayStore.redis())
      for (const effect of [store.claim("a", lease), store.accept("a", life), store.release("a")]) {
        assert.instanceOf(yield* Effect.flip(effect as Effect.Effect<unknown, unknown>), ReplayStore.ReplayStoreError)
      }
    })
  )
})
