/** The faults of a real Redis: one that hangs, forgets, refuses to write or holds garbage stops no call. */
import * as NodeRedis from "@effect/platform-node/NodeRedis"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Result from "effect/Result"
import { Account, Audian, type AudianError, Fleet, Numbers, Retry } from "effect-audian"
import { failed, json, listed, route, type Scripted } from "../support/http.ts"
import * as Redis from "../support/redis.ts"

const list = Effect.asVoid(Numbers.list())
const users = Effect.asVoid(Account.Users.list())

/** An API that exchanges the key and lists. */
const api = () =>
  route(({ url }, nth) =>
    url.pathname === "/v2/api_auth"
      ? json(201, { auth_token: `token-${nth}`, data: { account_id: "acc" } })
      : url.pathname.startsWith("/v2/accounts")
        ? json(200, { data: [] })
        : listed
  )

const exchanges = (http: Scripted) => http.sent.filter(({ url }) => url.pathname === "/v2/api_auth").length

describe.skipIf(Redis.binary === undefined)("Fleet on a faulty Redis", () => {
  let redis: Redis.Redis
  beforeAll(async () => {
    redis = await Redis.make()
    await redis.start()
  })
  afterAll(() => redis.dispose())

  /** A client with a connection of its own, as another process would have, that shares everything. */
  const client = (
    http: Scripted,
    prefix: string,
    options: Partial<Audian.ClientOptions<Fleet.Fleet>> = {},
    url = redis.url
  ) =>
    Layer.build(
      Layer.fresh(
        Audian.layer({
          apiKey: "sk_test_fleet",
          sessions: Fleet.sessions,
          rateLimit: Fleet.limiter({ limit: 1000 }),
          circuitBreaker: Fleet.circuitBreaker(),
          retryBudget: Fleet.retryBudget(),
          retry: Retry.none,
          ...options
        }).pipe(Layer.provide(Fleet.layerRedis(NodeRedis.layer({ url }), { prefix })))
      )
    ).pipe(
      Effect.provideService(HttpClient.HttpClient, http.client),
      Effect.map((context) => Context.get(context, Audian.Audian))
    )

  const from = <A, E>(audian: Audian.Audian["Service"], self: Effect.Effect<A, E, Audian.Audian>) =>
    Effect.provideService(self, Audian.Audian, audian)

  const results = (audian: Audian.Audian["Service"], call: typeof list, times: number) =>
    Effect.map(
      Effect.forEach(Array.from({ length: times }), () => Effect.result(from(audian, call))),
      (all) => all.map((result) => (Result.isSuccess(result) ? "ok" : nameOf(result.failure)))
    )

  const nameOf = (error: AudianError.AudianError) =>
    error._tag === "AudianClientError" ? error.reason._tag : error._tag
  const ok = (times: number) => Array.from({ length: times }, () => "ok")

  const suspended = <A, E, R>(self: Effect.Effect<A, E, R>) =>
    Effect.acquireUseRelease(
      Effect.sync(redis.suspend),
      () => self,
      () => Effect.sync(redis.resume)
    )

  const silent = Effect.provide(Logger.layer([]))

  for (const [title, options] of [
    ["maxWait 0", { rateLimit: Fleet.limiter({ limit: 1000, maxWait: 0 }) }],
    ["maxWait 300 ms", { rateLimit: Fleet.limiter({ limit: 1000, maxWait: "300 millis" }) }],
    ["timeout.total 1 second", { timeout: { total: "1 second" } }],
    [
      "maxWait 300 ms and timeout.total 1 second",
      {
        rateLimit: Fleet.limiter({ limit: 1000, maxWait: "300 millis" }),
        timeout: { total: "1 second" }
      }
    ]
  ] as ReadonlyArray<readonly [string, Partial<Audian.ClientOptions<Fleet.Fleet>>]>) {
    for (const [name, call] of [
      ["Numbers.list", list],
      ["Account.Users.list, with its token exchange", users]
    ] as const) {
      it.live(`SIGSTOP: 6 of 6 calls of ${name} succeed, ${title}`, () => {
        const http = api()
        return Effect.gen(function* () {
          const audian = yield* client(http, `stop:${title}:${name}:`, options)
          yield* from(audian, list)
          assert.deepStrictEqual(yield* suspended(results(audian, call, 6)), ok(6))
        }).pipe(Effect.scoped, silent)
      })
    }
  }

  it.live("SIGSTOP: a retry is not held back by the shared budget", () => {
    const http = route((_, nth) => (nth === 1 ? failed(503) : listed))
    return Effect.gen(function* () {
      const audian = yield* client(http, "stop-budget:", {
        retry: Retry.make({ baseDelay: 1 }),
        timeout: { total: "1 second" }
      })
      yield* from(audian, list)
      assert.deepStrictEqual(yield* suspended(results(audian, list, 1)), ok(1))
      assert.strictEqual(http.sent.length, 3)
    }).pipe(Effect.scoped, silent)
  })

  it.live("SIGKILL in mid-call: the response is returned", () => {
    const http = route(
      (_, nth) => (request) =>
        nth === 0 ? Effect.andThen(Effect.promise(redis.stop), listed(request)) : listed(request)
    )
    return Effect.gen(function* () {
      const audian = yield* client(http, "kill:")
      assert.deepStrictEqual(yield* results(audian, list, 3), ok(3))
      yield* Effect.promise(redis.start)
    }).pipe(Effect.scoped, silent)
  })

  it.live("FLUSHALL: calls go on, and processes share again at once", () => {
    const http = api()
    return Effect.gen(function* () {
      const first = yield* client(http, "flush:")
      yield* from(first, users)
      redis.command("flushall")
      redis.command("script", "flush")
      assert.deepStrictEqual(yield* results(first, users, 3), ok(3))
      // The token is gone from the store: a new process exchanges once, and the next one uses that.
      const second = yield* client(http, "flush:")
      assert.deepStrictEqual(yield* results(second, users, 3), ok(3))
      const third = yield* client(http, "flush:")
      assert.deepStrictEqual(yield* results(third, users, 3), ok(3))
      assert.strictEqual(exchanges(http), 2)
    }).pipe(Effect.scoped, silent)
  })

  it.live("a read-only replica: calls go on, each process with local state", () => {
    const http = api()
    return Effect.acquireUseRelease(
      Effect.promise(async () => {
        const replica = await Redis.make(redis.port)
        await replica.start()
        return replica
      }),
      (replica) =>
        Effect.gen(function* () {
          const first = yield* client(http, "replica:", {}, replica.url)
          assert.deepStrictEqual(yield* results(first, users, 6), ok(6))
          assert.strictEqual(exchanges(http), 1)
        }),
      (replica) => Effect.promise(replica.dispose)
    ).pipe(Effect.scoped, silent)
  })

  for (const [title, damage] of [
    ["text that is no JSON", (key: string) => redis.command("set", key, "garbage")],
    ["JSON of another shape", (key: string) => redis.command("set", key, "[1]")],
    ["a JSON string", (key: string) => redis.command("set", key, '"text"')],
    ["a truncated value", (key: string) => redis.command("set", key, redis.command("get", key).slice(0, 20))],
    [
      "a list",
      (key: string) => {
        redis.command("del", key)
        redis.command("lpush", key, "garbage")
      }
    ]
  ] as const) {
    it.live(`garbage in the place of the token is replaced at once: ${title}`, () => {
      const http = api()
      const prefix = `garbage:${title.replaceAll(" ", "-")}:`
      return Effect.gen(function* () {
        yield* from(yield* client(http, prefix), users)
        const [key] = redis
          .command("keys", `*${prefix.replaceAll(":", "*")}sessions*`)
          .split("\n")
          .filter((line) => line !== "")
        assert.isDefined(key)
        damage(key!)
        // Within the lifetime of the lock of the first exchange.
        const total = { timeout: { total: "5 seconds" } } as const
        assert.deepStrictEqual(yield* results(yield* client(http, prefix, total), users, 1), ok(1))
        assert.strictEqual(exchanges(http), 2)
        assert.deepStrictEqual(yield* results(yield* client(http, prefix, total), users, 1), ok(1))
        assert.strictEqual(exchanges(http), 2)
      }).pipe(Effect.scoped, silent)
    })
  }

  it.live("garbage in the place of the bucket and of the circuit stops no call", () => {
    const http = api()
    return Effect.gen(function* () {
      const audian = yield* client(http, "junk:")
      yield* from(audian, list)
      for (const key of redis
        .command("keys", "junk:*")
        .split("\n")
        .filter((line) => line !== "")) {
        redis.command("del", key)
        redis.command("lpush", key, "garbage")
      }
      assert.deepStrictEqual(yield* results(audian, list, 6), ok(6))
    }).pipe(Effect.scoped, silent)
  })
})
