import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as CircuitBreakers from "effect/persistence/CircuitBreaker"
import * as Persistence from "effect/persistence/Persistence"
import * as RateLimiters from "effect/persistence/RateLimiter"
import { TestClock } from "effect/testing"
import { Account, Audian, CircuitBreaker, Fleet, Retry } from "effect-audian"
import { crypto } from "../support/crypto.ts"
import { each } from "../support/each.ts"
import { failed, flush, json, later, listed, route, type Scripted } from "../support/http.ts"
import { list } from "../support/operations.ts"

const memory = Fleet.layer.pipe(
  Layer.provide([RateLimiters.layerStoreMemory, CircuitBreakers.layerStoreMemory(), Persistence.layerBackingMemory]),
  Layer.merge(crypto)
)

/** Stores in memory whose buckets respond late. */
const slow = (latency: Duration.Input) =>
  Fleet.layer.pipe(
    Layer.provide([
      Layer.effect(
        RateLimiters.RateLimiterStore,
        Effect.map(RateLimiters.RateLimiterStore, (store) => ({
          ...store,
          tokenBucket: (options: Parameters<typeof store.tokenBucket>[0]) =>
            Effect.delay(store.tokenBucket(options), latency)
        }))
      ).pipe(Layer.provide(RateLimiters.layerStoreMemory)),
      CircuitBreakers.layerStoreMemory(),
      Persistence.layerBackingMemory
    ])
  )

/** Stores in memory, with tokens kept by other means, which forget nothing. */
const storing = (get: (key: string) => object | undefined, set: (key: string, value: object) => void = () => {}) =>
  Fleet.layer.pipe(
    Layer.provide([
      RateLimiters.layerStoreMemory,
      CircuitBreakers.layerStoreMemory(),
      Layer.succeed(Persistence.BackingPersistence, {
        make: () =>
          Effect.succeed({
            get: (key) => Effect.sync(() => get(key)),
            getMany: () => Effect.die("not called"),
            set: (key, value) => Effect.sync(() => set(key, value)),
            setMany: () => Effect.die("not called"),
            remove: () => Effect.die("not called"),
            clear: Effect.die("not called")
          })
      })
    ]),
    Layer.merge(crypto)
  )

/**
 * Runs an effect to its end, a little time after the other so that what is encrypted meanwhile is ready, and lets the
 * clock run on.
 */
const settle = <A, E, R>(self: Effect.Effect<A, E, R>, within: Duration.Input = "10 minutes") =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(self)
    const end = (yield* Clock.currentTimeMillis) + Duration.toMillis(Duration.fromInputUnsafe(within))
    yield* flush
    for (let step = 0; step < 400 && fiber.pollUnsafe() === undefined; step++) {
      yield* TestClock.adjust("100 millis")
      yield* flush
    }
    yield* TestClock.setTime(end)
    yield* flush
    return yield* Fiber.join(fiber)
  })

/** Stores that respond with errors only, or not at all. */
const broken = (fails: boolean) => {
  let requests = 0
  const away = <A, E>(error: () => E): Effect.Effect<A, E> =>
    Effect.suspend(() => {
      requests++
      return fails ? Effect.fail(error()) : Effect.never
    })
  const limited = <A>() =>
    away<A, RateLimiters.RateLimiterError>(
      () =>
        new RateLimiters.RateLimiterError({
          reason: new RateLimiters.RateLimitStoreError({ message: "away" })
        })
    )
  const circuit = <A>() =>
    away<A, CircuitBreakers.CircuitBreakerError>(
      () =>
        new CircuitBreakers.CircuitBreakerError({
          reason: new CircuitBreakers.CircuitBreakerStoreError({ message: "away" })
        })
    )
  const stored = <A>() =>
    away<A, Persistence.PersistenceError>(() => new Persistence.PersistenceError({ message: "away" }))
  const layer = Fleet.layer.pipe(
    Layer.provide([
      Layer.succeed(RateLimiters.RateLimiterStore, {
        fixedWindow: () => limited(),
        tokenBucket: () => limited(),
        adaptiveConsume: () => limited(),
        adaptiveFeedback: () => limited()
      }),
      Layer.succeed(CircuitBreakers.CircuitBreakerStore, {
        admit: () => circuit(),
        record: () => circuit(),
        state: () => circuit()
      }),
      Layer.succeed(Persistence.BackingPersistence, {
        make: () =>
          Effect.succeed({
            get: () => stored(),
            getMany: () => stored(),
            set: () => stored(),
            setMany: () => stored(),
            remove: () => stored(),
            clear: stored()
          })
      })
    ])
  )
  return { layer: Layer.merge(layer, crypto), requests: () => requests }
}

/** Clients as in separate processes: each with its own state, all with the same fleet. */
const processes = (
  http: Scripted,
  count: number,
  options: Partial<Audian.ClientOptions<Fleet.Fleet>> & { readonly accountId?: string } = {}
) =>
  Effect.forEach(Array.from({ length: count }), () =>
    Effect.map(
      Layer.build(
        Layer.fresh(Audian.layer({ apiKey: "sk_test", sessions: Fleet.sessions, retry: Retry.none, ...options }))
      ),
      (context) => Context.get(context, Audian.Audian)
    )
  ).pipe(Effect.provideService(HttpClient.HttpClient, http.client))

const from = <A, E>(audian: Audian.Audian["Service"], self: Effect.Effect<A, E, Audian.Audian>) =>
  Effect.provideService(self, Audian.Audian, audian)

/** An API that gives a token for the key, and accepts the tokens for which `isGood` is true. */
const api = (isGood: (token: string) => boolean = () => true) => {
  let given = 0
  const http = route((sent) => {
    if (sent.url.pathname === "/v2/api_auth") {
      return later("50 millis", json(201, { auth_token: `token-${++given}`, data: { account_id: "acc" } }))
    }
    if (sent.url.pathname === "/v2/numbers") return listed
    return isGood(sent.headers["x-auth-token"] ?? "") ? json(200, { data: [] }) : failed(401)
  })
  return {
    http,
    exchanges: () => http.sent.filter(({ url }) => url.pathname === "/v2/api_auth").length,
    tokens: () => new Set(http.sent.flatMap(({ headers }) => headers["x-auth-token"] ?? []))
  }
}

const users = Effect.asVoid(Account.Users.list())

describe("Fleet", () => {
  describe("sessions", () => {
    it.effect("many processes that start together make one token exchange", () => {
      const { exchanges, http, tokens } = api()
      return Effect.gen(function* () {
        const clients = yield* processes(http, 20)
        yield* settle(
          Effect.forEach(clients, (client) => from(client, users), { concurrency: "unbounded", discard: true })
        )
        assert.strictEqual(exchanges(), 1)
        assert.deepStrictEqual(tokens(), new Set(["token-1"]))
        assert.strictEqual(http.sent.length, 21)
      }).pipe(Effect.provide(memory))
    })

    it.effect("a refused token is exchanged once more, by one process", () => {
      const bad = new Set<string>()
      const { exchanges, http, tokens } = api((token) => !bad.has(token))
      return Effect.gen(function* () {
        const clients = yield* processes(http, 10)
        const all = Effect.forEach(clients, (client) => from(client, users), { concurrency: "unbounded" })
        yield* settle(all)
        bad.add("token-1")
        yield* settle(all)
        assert.strictEqual(exchanges(), 2)
        assert.deepStrictEqual(tokens(), new Set(["token-1", "token-2"]))
      }).pipe(Effect.provide(memory))
    })

    it.effect("an expiring token is renewed once for all processes", () => {
      const { exchanges, http } = api()
      return Effect.gen(function* () {
        const clients = yield* processes(http, 10)
        const all = Effect.forEach(clients, (client) => from(client, users), { concurrency: "unbounded" })
        yield* settle(all, "10 minutes")
        yield* settle(all, "50 minutes")
        assert.strictEqual(exchanges(), 1)
        yield* settle(all, "1 minute")
        assert.strictEqual(exchanges(), 2)
      }).pipe(Effect.provide(memory))
    })

    it.effect("a process that starts later uses the stored token until it expires", () => {
      const { exchanges, http } = api()
      return Effect.gen(function* () {
        const [first, second] = yield* processes(http, 2)
        yield* settle(from(first!, users), "40 minutes")
        yield* settle(from(second!, users), "13 minutes")
        assert.strictEqual(exchanges(), 1)
        yield* settle(from(second!, users), "2 minutes")
        yield* settle(from(second!, users), "1 minute")
        assert.strictEqual(exchanges(), 2)
      }).pipe(Effect.provide(memory))
    })

    it.effect("a token that is refused on first use is exchanged at once, by one process", () => {
      const { exchanges, http } = api((token) => token !== "token-1")
      return Effect.gen(function* () {
        const clients = yield* processes(http, 5)
        yield* settle(Effect.forEach(clients, (client) => from(client, users), { concurrency: "unbounded" }))
        assert.strictEqual(exchanges(), 2)
        assert.isTrue(http.sent.at(-1)!.at < 5000)
      }).pipe(Effect.provide(memory))
    })

    it.effect("each base URL has a token of its own", () => {
      const { exchanges, http } = api()
      return Effect.gen(function* () {
        const [first] = yield* processes(http, 1)
        const [second] = yield* processes(http, 1, { baseUrl: "https://staging.example.com" })
        yield* settle(from(first!, users))
        yield* settle(from(second!, users))
        assert.strictEqual(exchanges(), 2)
      }).pipe(Effect.provide(memory))
    })

    it.effect("every encryption has a nonce of its own", () => {
      const { http } = api()
      const stored: Array<object> = []
      return Effect.gen(function* () {
        const [client] = yield* processes(http, 1)
        yield* settle(from(client!, users), "1 hour")
        yield* settle(from(client!, users))
        const nonces = stored.map((entry) => (entry as { readonly nonce: string }).nonce)
        assert.strictEqual(nonces.length, 2)
        assert.strictEqual(new Set(nonces).size, 2)
      }).pipe(
        Effect.provide(
          storing(
            () => undefined,
            (_, value) => void stored.push(value)
          )
        )
      )
    })

    it.effect("an expired token in the store is not used", () => {
      const { exchanges, http } = api()
      const stored = new Map<string, object>()
      return Effect.gen(function* () {
        const [first, second] = yield* processes(http, 2)
        yield* settle(from(first!, users), "50 minutes")
        yield* settle(from(second!, users), "5 minutes")
        assert.strictEqual(exchanges(), 1)
        yield* settle(from(first!, users), "1 minute")
        assert.strictEqual(exchanges(), 2)
      }).pipe(
        Effect.provide(
          storing(
            (key) => stored.get(key),
            (key, value) => void stored.set(key, value)
          )
        )
      )
    })

    for (const [what, garbage] of [
      ["null", null],
      ["an empty object", {}],
      ["strings that are not Base64", { nonce: "!", sealed: "?" }],
      ["a nonce that is too short", { nonce: "", sealed: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }],
      ["something sealed by another key", { nonce: "AAAAAAAAAAAAAAAA", sealed: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }]
    ] as ReadonlyArray<readonly [string, object | null]>) {
      it.effect(`a store that holds ${what} counts as empty`, () => {
        const { exchanges, http } = api()
        return Effect.gen(function* () {
          const [client] = yield* processes(http, 1)
          yield* settle(from(client!, users))
          assert.strictEqual(exchanges(), 1)
        }).pipe(Effect.provide(storing(() => garbage as object)))
      })
    }

    it.effect("a failed token exchange is made by another process", () => {
      const http = route(({ url }, nth) =>
        url.pathname === "/v2/api_auth"
          ? nth === 0
            ? failed(500)
            : json(201, { auth_token: "token", data: { account_id: "acc" } })
          : json(200, { data: [] })
      )
      return Effect.gen(function* () {
        const clients = yield* processes(http, 3)
        const results = yield* settle(
          Effect.forEach(clients, (client) => Effect.result(from(client, users)), { concurrency: "unbounded" })
        )
        assert.deepStrictEqual(results.map(({ _tag }) => _tag).sort(), ["Failure", "Success", "Success"])
        assert.strictEqual(http.sent.filter(({ url }) => url.pathname === "/v2/api_auth").length, 2)
      }).pipe(Effect.provide(memory))
    })
  })

  describe("limiter", () => {
    it.effect("many processes share one bucket", () => {
      const http = route(() => listed)
      return Effect.gen(function* () {
        const clients = yield* processes(http, 5, { rateLimit: Fleet.limiter({ limit: 10, window: "1 second" }) })
        yield* settle(
          Effect.forEach(
            clients,
            (client) =>
              Effect.forEach(Array.from({ length: 10 }), () => from(client, list), { concurrency: "unbounded" }),
            { concurrency: "unbounded" }
          )
        )
        assert.strictEqual(http.sent.length, 50)
        // Ten at once, then ten a second: never more than that in any stretch of time.
        for (const { at } of http.sent) {
          const within = http.sent.filter((other) => other.at >= at && other.at < at + 1000).length
          assert.isTrue(within <= 20, `${within} in the second after ${at}`)
        }
        const last = http.sent.at(-1)!.at
        assert.isTrue(last >= 4000 && last < 5000, `the last went after ${last} ms`)
      }).pipe(Effect.provide(memory))
    })

    it.effect("maxWait 0: a slow store does not serialize calls", () => {
      const http = route(() => listed)
      return Effect.gen(function* () {
        const [client] = yield* processes(http, 1, { rateLimit: Fleet.limiter({ limit: 10, maxWait: 0 }) })
        yield* settle(from(client!, Effect.all([list, list, list], { concurrency: "unbounded" })))
        assert.strictEqual(http.sent.length, 3)
      }).pipe(Effect.provide(slow("10 millis")))
    })

    it.effect("a pause that starts during a request to the store is kept", () => {
      const http = route((_, nth) => (nth === 0 ? later("100 millis", failed(429, { "retry-after": "10" })) : listed))
      return Effect.gen(function* () {
        const [client] = yield* processes(http, 1, { rateLimit: Fleet.limiter({ limit: 10 }) })
        yield* settle(
          Effect.forEach([1, 2], () => Effect.exit(from(client!, list)), { concurrency: "unbounded", discard: true })
        )
        assert.deepStrictEqual(
          http.sent.map(({ at }) => at),
          [500, 10_600]
        )
      }).pipe(Effect.provide(slow("500 millis")))
    })

    it.effect("a token exchange is not starved by the calls of other processes", () => {
      const { http } = api()
      const lists = route((sent) => (sent.url.pathname === "/v2/numbers" ? listed : json(200, { data: [] })))
      return Effect.gen(function* () {
        const rateLimit = Fleet.limiter({ limit: 40, window: "4 seconds", key: "one" })
        const [busy] = yield* processes(lists, 1, { rateLimit })
        const [late] = yield* processes(http, 1, { rateLimit })
        yield* settle(
          Effect.all(
            [
              Effect.forEach(Array.from({ length: 200 }), () => from(busy!, list), { concurrency: "unbounded" }),
              Effect.delay(from(late!, users), "1 second")
            ],
            { concurrency: "unbounded", discard: true }
          )
        )
        const at = http.sent[0]!.at
        assert.isTrue(at < 6000, `sent after ${at} ms`)
      }).pipe(Effect.provide(memory))
    })

    it.effect("each account has a bucket of its own", () => {
      const http = route(() => listed)
      return Effect.gen(function* () {
        const rateLimit = Fleet.limiter({ limit: 1, window: "1 hour", maxWait: 0 })
        const [first] = yield* processes(http, 1, { rateLimit, accountId: "one" })
        const [second, third] = yield* processes(http, 2, { rateLimit, accountId: "two" })
        yield* from(first!, list)
        yield* from(second!, list)
        yield* Effect.flip(from(third!, list))
        assert.strictEqual(http.sent.length, 2)
      }).pipe(Effect.provide(memory))
    })

    it.effect("key names the bucket", () => {
      const http = route(() => listed)
      return Effect.gen(function* () {
        const one = Fleet.limiter({ limit: 1, window: "1 hour", key: "one", maxWait: 0 })
        const two = Fleet.limiter({ limit: 1, window: "1 hour", key: "two", maxWait: 0 })
        const [first] = yield* processes(http, 1, { rateLimit: one })
        const [second] = yield* processes(http, 1, { rateLimit: two })
        const [third] = yield* processes(http, 1, { rateLimit: two })
        yield* from(first!, list)
        yield* from(second!, list)
        const error = yield* Effect.flip(from(third!, list))
        assert.strictEqual(error._tag === "AudianClientError" ? error.reason._tag : error._tag, "RateLimited")
      }).pipe(Effect.provide(memory))
    })
  })

  describe("circuitBreaker", () => {
    it.effect("a circuit that one process opens is open for the others", () => {
      const http = route(() => failed(503))
      return Effect.gen(function* () {
        const [first, second] = yield* processes(http, 2, {
          circuitBreaker: Fleet.circuitBreaker({ tripPolicy: CircuitBreaker.consecutive(2) })
        })
        yield* Effect.flip(from(first!, list))
        yield* Effect.flip(from(first!, list))
        const error = yield* Effect.flip(from(second!, list))
        assert.strictEqual(error._tag === "AudianClientError" ? error.reason._tag : error._tag, "CircuitOpen")
        assert.strictEqual(http.sent.length, 2)
        assert.strictEqual((yield* from(second!, CircuitBreaker.state))!._tag, "Open")
      }).pipe(Effect.provide(memory))
    })

    it.effect("key names the circuit", () => {
      const http = route(() => failed(503))
      return Effect.gen(function* () {
        const tripPolicy = CircuitBreaker.consecutive(1)
        const [first] = yield* processes(http, 1, { circuitBreaker: Fleet.circuitBreaker({ tripPolicy, key: "one" }) })
        const [second] = yield* processes(http, 1, { circuitBreaker: Fleet.circuitBreaker({ tripPolicy, key: "two" }) })
        yield* Effect.flip(from(first!, list))
        assert.strictEqual((yield* Effect.flip(from(second!, list)))._tag, "ServiceUnavailable")
      }).pipe(Effect.provide(memory))
    })

    it.effect("a process that knows of the open circuit sends nothing to the store", () => {
      const http = route(() => failed(503))
      let requests = 0
      return Effect.gen(function* () {
        const fleet = yield* Fleet.Fleet
        const { admit } = fleet.circuitBreaker
        const counting = {
          ...fleet,
          circuitBreaker: {
            ...fleet.circuitBreaker,
            admit: (key: string) =>
              Effect.suspend(() => {
                requests++
                return admit(key)
              })
          }
        }
        const circuitBreaker = Fleet.circuitBreaker({ tripPolicy: CircuitBreaker.consecutive(2) })
        const [first, second] = yield* Effect.provideService(
          processes(http, 2, { circuitBreaker }),
          Fleet.Fleet,
          counting
        )
        for (const client of [first!, first!, first!, first!, second!, second!]) yield* Effect.flip(from(client, list))
        // Twice to find out, and once by the other process.
        assert.strictEqual(requests, 3)
      }).pipe(Effect.provide(memory))
    })
  })

  describe("retryBudget", () => {
    const outage = (options: Parameters<typeof processes>[2], count: number, calls: number) => {
      const http = route(() => failed(503))
      return Effect.gen(function* () {
        const clients = yield* processes(http, count, { retry: Retry.make({ jitter: false }), ...options })
        const many = Effect.forEach(Array.from({ length: calls }), () => Effect.exit(list), {
          concurrency: "unbounded"
        })
        yield* settle(Effect.forEach(clients, (client) => from(client, many), { concurrency: "unbounded" }))
        return http.sent.length
      })
    }

    it.effect("an outage of 20 processes gets the retries of one", () =>
      Effect.gen(function* () {
        assert.strictEqual(yield* outage({ retryBudget: Fleet.retryBudget() }, 20, 5), 110)
      }).pipe(Effect.provide(memory))
    )

    it.effect("a process has no more than its own budget", () =>
      Effect.gen(function* () {
        assert.strictEqual(yield* outage({ retryBudget: Fleet.retryBudget({ capacity: 3 }) }, 1, 20), 23)
      }).pipe(Effect.provide(memory))
    )

    each(
      [
        { keys: ["one", "one"], requests: 50 },
        { keys: ["one", "two"], requests: 60 }
      ],
      ({ keys, requests }) => `key names the budget: 20 calls each of ${keys.join(" and ")} send ${requests} requests`,
      ({ keys, requests }) => {
        const http = route(() => failed(503))
        return Effect.gen(function* () {
          const clients = yield* Effect.forEach(keys, (key) =>
            processes(http, 1, { retry: Retry.make({ jitter: false }), retryBudget: Fleet.retryBudget({ key }) })
          )
          const many = Effect.forEach(Array.from({ length: 20 }), () => Effect.exit(list), { concurrency: "unbounded" })
          yield* settle(Effect.forEach(clients.flat(), (client) => from(client, many), { concurrency: "unbounded" }))
          assert.strictEqual(http.sent.length, requests)
        }).pipe(Effect.provide(memory))
      }
    )

    it.effect("an isolated failure is retried", () => {
      const http = route((_, nth) => (nth === 0 ? failed(503) : listed))
      return Effect.gen(function* () {
        const [client] = yield* processes(http, 1, { retry: Retry.standard, retryBudget: Fleet.retryBudget() })
        yield* settle(from(client!, list))
        assert.strictEqual(http.sent.length, 2)
      }).pipe(Effect.provide(memory))
    })

    it.effect("a store that hangs holds no retry beyond timeout.total", () => {
      const http = route((_, nth) => (nth === 0 ? failed(503) : listed))
      return Effect.gen(function* () {
        const [client] = yield* processes(http, 1, {
          retry: Retry.make({ baseDelay: "100 millis", jitter: false }),
          retryBudget: Fleet.retryBudget(),
          timeout: { total: "1 second" }
        })
        const fiber = yield* Effect.forkChild(from(client!, list))
        yield* flush
        yield* TestClock.adjust("600 millis")
        yield* flush
        assert.strictEqual(fiber.pollUnsafe()?._tag, "Success")
        assert.strictEqual(http.sent.length, 2)
      }).pipe(Effect.provide(Layer.merge(broken(false).layer, Logger.layer([]))))
    })

    it.effect("leaves each process its own budget while the store cannot be reached", () =>
      Effect.gen(function* () {
        assert.strictEqual(yield* outage({ retryBudget: Fleet.retryBudget() }, 2, 20), 60)
      }).pipe(Effect.provide(Layer.merge(broken(true).layer, Logger.layer([]))))
    )
  })

  it("rejects invalid options by name", () => {
    const wrong: ReadonlyArray<readonly [() => unknown, string]> = [
      [
        () => Fleet.limiter({} as Fleet.LimiterOptions),
        "Fleet.limiter: limit: expected a whole number, 1 or more, got undefined"
      ],
      [() => Fleet.limiter({ limit: 5, key: 5 } as never), "Fleet.limiter: key: expected a string, got 5"],
      [() => Fleet.circuitBreaker({ tripPolicy: 5 } as never), "Fleet.circuitBreaker: tripPolicy: expected"],
      [
        () => Fleet.retryBudget({ capacity: 0 }),
        "Fleet.retryBudget: capacity: expected a whole number, 1 or more, got 0"
      ],
      [() => Fleet.retryBudget({ capcity: 5 } as never), "capcity: unknown option, did you mean capacity?"]
    ]
    for (const [make, message] of wrong) {
      assert.throws(make, message)
      assert.throws(make, Audian.InvalidOptions)
    }
  })

  describe("an unreachable store", () => {
    for (const fails of [true, false]) {
      it.effect(`fails open when it ${fails ? "fails" : "never responds"}, and is tried once in five seconds`, () => {
        const store = broken(fails)
        const { http } = api()
        const warnings: Array<string> = []
        const logger = Logger.make(({ logLevel, message }) => {
          if (logLevel === "Warn") warnings.push(String(message))
        })
        return Effect.gen(function* () {
          const [client] = yield* processes(http, 1, {
            rateLimit: Fleet.limiter({ limit: 100, window: "10 seconds" }),
            circuitBreaker: Fleet.circuitBreaker()
          })
          const ten = Effect.forEach(Array.from({ length: 10 }), () => from(client!, users))
          const fiber = yield* Effect.forkChild(ten)
          yield* flush
          // Three services use the store, each for two seconds at most, before the pause of the first one ends.
          yield* TestClock.adjust("6500 millis")
          yield* flush
          yield* Fiber.join(fiber)
          assert.strictEqual(store.requests(), 3)
          assert.strictEqual(http.sent.length, 11)
          assert.strictEqual(warnings.length, 3)
          yield* settle(ten, "10 seconds")
          assert.strictEqual(warnings.length, 3)
          assert.isFalse(warnings.some((text) => text.includes("sk_test") || text.includes("token-")))
        }).pipe(Effect.provide(Layer.merge(store.layer, Logger.layer([logger]))))
      })
    }

    it.effect("logs one warning per outage", () => {
      const http = route(() => listed)
      const log: Array<string> = []
      let away = true
      const flaky = Layer.effect(
        RateLimiters.RateLimiterStore,
        Effect.map(RateLimiters.RateLimiterStore, (store) => ({
          ...store,
          tokenBucket: (options: Parameters<typeof store.tokenBucket>[0]) =>
            away
              ? Effect.fail(
                  new RateLimiters.RateLimiterError({
                    reason: new RateLimiters.RateLimitStoreError({ message: "away" })
                  })
                )
              : store.tokenBucket(options)
        }))
      ).pipe(Layer.provide(RateLimiters.layerStoreMemory))
      return Effect.gen(function* () {
        const [client] = yield* processes(http, 1, { rateLimit: Fleet.limiter({ limit: 100 }) })
        for (const next of [true, true, false, false, true]) {
          away = next
          yield* from(client!, list)
          yield* TestClock.adjust("5 seconds")
        }
        assert.deepStrictEqual(
          log.map((line) => line.includes("again")),
          [false, true, false]
        )
      }).pipe(
        Effect.provide(
          Fleet.layer.pipe(
            Layer.provide([flaky, CircuitBreakers.layerStoreMemory(), Persistence.layerBackingMemory]),
            Layer.merge(Logger.layer([Logger.make(({ message }) => void log.push(String(message)))]))
          )
        )
      )
    })

    it.effect("does not hold a response back for long when it cannot record the outcome", () => {
      const http = route(() => listed)
      const forgetful = Layer.succeed(CircuitBreakers.CircuitBreakerStore, {
        admit: () => Effect.succeed({ generation: 0, probe: false, consecutiveOpenings: 0, transition: undefined }),
        record: () => Effect.never,
        state: () => Effect.never
      })
      return Effect.gen(function* () {
        const [client] = yield* processes(http, 1, { circuitBreaker: Fleet.circuitBreaker() })
        const fiber = yield* Effect.forkChild(from(client!, list))
        yield* flush
        yield* TestClock.adjust("2 seconds")
        yield* flush
        assert.strictEqual(fiber.pollUnsafe()?._tag, "Success")
      }).pipe(
        Effect.provide(
          Fleet.layer.pipe(
            Layer.provide([RateLimiters.layerStoreMemory, forgetful, Persistence.layerBackingMemory]),
            Layer.merge(Logger.layer([]))
          )
        )
      )
    })

    it.effect("holds no response beyond timeout.total when it cannot record the outcome", () => {
      const http = route(() => later("900 millis", listed))
      const forgetful = Layer.succeed(CircuitBreakers.CircuitBreakerStore, {
        admit: () => Effect.succeed({ generation: 0, probe: false, consecutiveOpenings: 0, transition: undefined }),
        record: () => Effect.never,
        state: () => Effect.never
      })
      return Effect.gen(function* () {
        const [client] = yield* processes(http, 1, {
          circuitBreaker: Fleet.circuitBreaker(),
          timeout: { total: "1 second" }
        })
        const fiber = yield* Effect.forkChild(from(client!, list))
        yield* flush
        yield* TestClock.adjust("1 second")
        yield* flush
        assert.strictEqual(fiber.pollUnsafe()?._tag, "Success")
      }).pipe(
        Effect.provide(
          Fleet.layer.pipe(
            Layer.provide([RateLimiters.layerStoreMemory, forgetful, Persistence.layerBackingMemory]),
            Layer.merge(Logger.layer([]))
          )
        )
      )
    })

    for (const [title, options] of [
      ["timeout.total 1 second", { timeout: { total: "1 second" } }],
      ["timeout.attempt 1 second", { timeout: { attempt: "1 second" } }],
      ["maxWait 500 ms", { rateLimit: Fleet.limiter({ limit: 100, maxWait: "500 millis" }) }],
      ["maxWait 0", { rateLimit: Fleet.limiter({ limit: 100, maxWait: 0 }) }]
    ] as const) {
      it.effect(`that hangs fails no call: ${title}`, () => {
        const store = broken(false)
        const { http } = api()
        return Effect.gen(function* () {
          const [client] = yield* processes(http, 1, {
            rateLimit: Fleet.limiter({ limit: 100 }),
            circuitBreaker: Fleet.circuitBreaker(),
            ...options
          })
          const results = yield* settle(
            Effect.forEach([list, users, list, users], (call) => Effect.exit(from(client!, call)))
          )
          assert.deepStrictEqual(new Set(results.map(({ _tag }) => _tag)), new Set(["Success"]))
          assert.strictEqual(http.sent.length, 5)
        }).pipe(Effect.provide(Layer.merge(store.layer, Logger.layer([]))))
      })
    }

    it.effect("leaves each process a limit and a circuit of its own", () => {
      const store = broken(true)
      const http = route(() => failed(503))
      return Effect.gen(function* () {
        const [client] = yield* processes(http, 1, {
          rateLimit: Fleet.limiter({ limit: 3, window: "1 hour", maxWait: 0 }),
          circuitBreaker: Fleet.circuitBreaker({ tripPolicy: CircuitBreaker.consecutive(2) })
        })
        const reasons = yield* Effect.forEach([1, 2, 3], () => Effect.flip(from(client!, list)))
        assert.deepStrictEqual(
          reasons.map((error) => (error._tag === "AudianClientError" ? error.reason._tag : error._tag)),
          ["ServiceUnavailable", "ServiceUnavailable", "CircuitOpen"]
        )
      }).pipe(Effect.provide(Layer.merge(store.layer, Logger.layer([]))))
    })
  })
})
