import { execFile } from "node:child_process"
import { createServer } from "node:http"
import { promisify } from "node:util"
import * as NodeRedis from "@effect/platform-node/NodeRedis"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Schedule from "effect/Schedule"
import * as Scope from "effect/Scope"
import { Account, Audian, CircuitBreaker, Fleet, RateLimit, Retry } from "effect-audian"
import { reasonOf } from "../support/errors.ts"
import { failed, json, listed, route, type Scripted } from "../support/http.ts"
import { list } from "../support/operations.ts"
import * as Redis from "../support/redis.ts"

const key = "sk_test_fleet"
const users = Effect.asVoid(Account.Users.list())

/** The engine's bucket, over HTTP, in real time. */
const serve = async (limit: number, window: number) => {
  let tokens = limit
  let at = performance.now()
  const seen = { exchanges: 0, calls: 0, refused: 0 }
  const server = createServer((request, response) => {
    const now = performance.now()
    tokens = Math.min(limit, tokens + ((now - at) * limit) / window)
    at = now
    const exchange = request.url === "/v2/api_auth"
    const cost = exchange ? 35 : 1
    request.resume()
    response.setHeader("content-type", "application/json")
    if (tokens < cost) {
      seen.refused++
      response.statusCode = 429
      response.end(
        JSON.stringify({ data: { message: "too many requests" }, error: "429", message: "too_many_requests" })
      )
      return
    }
    tokens -= cost
    if (exchange) seen.exchanges++
    else seen.calls++
    response.statusCode = exchange ? 201 : 200
    response.end(
      JSON.stringify(
        exchange
          ? { auth_token: `token-${seen.exchanges}`, data: { account_id: "acc" } }
          : { data: [], status: "success" }
      )
    )
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()))
  const address = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  return { url: `http://127.0.0.1:${port}`, seen, close: () => new Promise((resolve) => server.close(resolve)) }
}

/** Runs an effect with a clock that is ahead of this machine's. */
const inTenSeconds = Effect.updateService(Clock.Clock, (clock): Clock.Clock => {
  const [millis, nanos] = [10_000, 10_000_000_000n]
  return {
    currentTimeMillisUnsafe: () => clock.currentTimeMillisUnsafe() + millis,
    currentTimeMillis: Effect.map(clock.currentTimeMillis, (time) => time + millis),
    currentTimeNanosUnsafe: () => clock.currentTimeNanosUnsafe() + nanos,
    currentTimeNanos: Effect.map(clock.currentTimeNanos, (time) => time + nanos),
    monotonicTimeNanosUnsafe: () => clock.monotonicTimeNanosUnsafe() + nanos,
    monotonicTimeNanos: Effect.map(clock.monotonicTimeNanos, (time) => time + nanos),
    sleep: (duration) => clock.sleep(duration)
  }
})

/** A Redis of the test's own, which it can stop and start again. */
const started = Effect.acquireRelease(
  Effect.promise(async () => {
    const redis = await Redis.make()
    await redis.start()
    return redis
  }),
  (redis) => Effect.promise(redis.dispose)
)

describe.skipIf(Redis.binary === undefined).concurrent("Fleet on Redis", () => {
  /** A client with a connection of its own, as another process would have. */
  const client = (http: Scripted, redis: Redis.Redis, options: Partial<Audian.ClientOptions<Fleet.Fleet>> = {}) =>
    Layer.build(
      Layer.fresh(
        Audian.layer({ apiKey: key, sessions: Fleet.sessions, retry: Retry.none, ...options }).pipe(
          Layer.provide(Fleet.layerRedis(NodeRedis.layer({ url: redis.url }), { prefix: "test:" }))
        )
      )
    ).pipe(
      Effect.provideService(HttpClient.HttpClient, http.client),
      Effect.map((context) => Context.get(context, Audian.Audian))
    )

  const from = <A, E>(audian: Audian.Audian["Service"], self: Effect.Effect<A, E, Audian.Audian>) =>
    Effect.provideService(self, Audian.Audian, audian)

  it.live(
    "three processes make one token exchange and share one quota",
    () =>
      Effect.acquireUseRelease(
        Effect.promise(() => serve(50, 2500)),
        ({ seen, url }) =>
          Effect.gen(function* () {
            const redis = yield* started
            const run = promisify(execFile)
            const worker = [
              "--conditions=effect-audian-source",
              `${import.meta.dirname}/worker.ts`,
              url,
              redis.url,
              "25"
            ]
            const outputs = yield* Effect.promise(() => Promise.all([1, 2, 3].map(() => run(process.execPath, worker))))
            const results = outputs.flatMap(({ stdout }) => JSON.parse(stdout.trim().split("\n").at(-1)!))
            assert.deepStrictEqual(new Set(results), new Set(["ok"]))
            assert.strictEqual(seen.calls, 75)
            assert.strictEqual(seen.exchanges, 1)
            // Two clocks, Redis's and the server's: a request now and then may come too early, and is retried.
            assert.isTrue(seen.refused <= 12, `${seen.refused} were refused`)
          }).pipe(Effect.scoped),
        ({ close }) => Effect.promise(close)
      ),
    60_000
  )

  it.live("holds neither the API key nor the token in clear", () => {
    const http = route(({ url }) =>
      url.pathname === "/v2/api_auth"
        ? json(201, { auth_token: "the-secret-token", data: { account_id: "the-account" } })
        : json(200, { data: [] })
    )
    return Effect.gen(function* () {
      const redis = yield* started
      const limiter = { rateLimit: Fleet.limiter({ limit: 1000 }) }
      yield* from(yield* client(http, redis, limiter), users)
      const held = redis.dump()
      assert.include(held, "test:limit:")
      assert.include(held, "test%3Asessions")
      assert.include(held, "sealed")
      for (const secret of [key, "the-secret-token", "the-account"]) assert.notInclude(held, secret)
      // And yet another one with the same key can use it.
      yield* from(yield* client(http, redis, limiter), users)
      assert.strictEqual(http.sent.filter(({ url }) => url.pathname === "/v2/api_auth").length, 1)
    }).pipe(Effect.scoped)
  })

  it.live("a circuit that one process opens is open for the other", () => {
    const http = route(() => failed(503))
    return Effect.gen(function* () {
      const redis = yield* started
      const circuitBreaker = Fleet.circuitBreaker({ tripPolicy: CircuitBreaker.consecutive(2) })
      const first = yield* client(http, redis, { circuitBreaker })
      const second = yield* client(http, redis, { circuitBreaker })
      yield* Effect.flip(from(first, list))
      yield* Effect.flip(from(first, list))
      const error = yield* Effect.flip(from(second, list))
      assert.strictEqual(reasonOf(error), "CircuitOpen")
      assert.strictEqual(http.sent.length, 2)
    }).pipe(Effect.scoped)
  })

  it.live(
    "SIGKILL: processes use limits of their own, and share again after the restart",
    () => {
      const http = route(() => listed)
      const log: Array<string> = []
      const logger = Logger.make(({ message }) => void log.push(String(message)))
      return Effect.gen(function* () {
        const redis = yield* started
        const limiter = { rateLimit: Fleet.limiter({ limit: 5, window: "1 hour", maxWait: 0 }) }
        const first = yield* client(http, redis, limiter)
        const second = yield* client(http, redis, limiter)
        yield* from(first, list)
        yield* from(second, list)
        yield* Effect.promise(redis.stop)
        // Five of its own for each, however many were taken from the shared bucket.
        const tried = Effect.forEach(Array.from({ length: 6 }), () => Effect.result(list))
        const both = Effect.all([from(first, tried), from(second, tried)], { concurrency: 2 })
        const tags = (yield* both).map((results) => results.map(({ _tag }) => _tag))
        const expected = [...Array.from({ length: 5 }, () => "Success"), "Failure"]
        assert.deepStrictEqual(tags, [expected, expected])
        // The calls did not wait for the requests to Redis, which find out that it is away.
        const warnings = () => log.filter((line) => line.includes("the shared rate limiter cannot be reached")).length
        yield* Effect.repeat(Effect.sleep("50 millis"), { until: () => warnings() === 2 })
        yield* Effect.promise(redis.start)
        // Redis forgot: there are five to share again, once each has found out that it is back. Commands from the outage
        // count too, if its client sends them late.
        const before = http.sent.length
        const again = Schedule.spaced("250 millis").pipe(Schedule.upTo({ duration: "30 seconds" }))
        // By a clock that is past the time for which Redis is left alone.
        yield* Effect.gen(function* () {
          yield* Effect.retry(from(first, list), again)
          yield* Effect.retry(from(second, list), again)
          assert.include(log.join("\n"), "can be reached again")
          yield* from(first, tried)
          assert.isTrue(http.sent.length - before <= 5, `${http.sent.length - before} of five`)
          const error = yield* Effect.flip(from(second, list))
          assert.strictEqual(reasonOf(error), "RateLimited")
        }).pipe(inTenSeconds)
      }).pipe(Effect.scoped, Effect.provide(Logger.layer([logger])))
    },
    90_000
  )

  it.live(
    "SIGKILL: the client can be closed",
    () => {
      const http = route(() => listed)
      return Effect.gen(function* () {
        const redis = yield* started
        const scope = yield* Scope.make()
        const limiter = { rateLimit: Fleet.limiter({ limit: 5, window: "1 hour" }) }
        const audian = yield* Effect.provideService(client(http, redis, limiter), Scope.Scope, scope)
        yield* from(audian, list)
        yield* Effect.promise(redis.stop)
        // A command now waits in the connection until Redis is back.
        yield* from(audian, list)
        const closing = yield* Effect.forkDetach(Scope.close(scope, Exit.void))
        const closed = yield* Effect.timeoutOption(Fiber.await(closing), "20 seconds")
        yield* Effect.promise(redis.start)
        assert.strictEqual(closed._tag, "Some")
      }).pipe(Effect.scoped, Effect.provide(Logger.layer([])))
    },
    60_000
  )

  it.live(
    "not started: the client works from the first call",
    () => {
      const http = route(() => listed)
      return Effect.gen(function* () {
        const redis = yield* started
        yield* Effect.promise(redis.stop)
        const audian = yield* client(http, redis, { rateLimit: Fleet.limiter({ limit: 5, window: "1 hour" }) })
        yield* from(audian, list)
        assert.strictEqual((yield* from(audian, RateLimit.state))!.remaining, 4)
        yield* Effect.promise(redis.start)
      }).pipe(Effect.scoped, Effect.provide(Logger.layer([])))
    },
    30_000
  )
})
