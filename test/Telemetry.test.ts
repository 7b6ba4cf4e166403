import { execFile } from "node:child_process"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Queue from "effect/Queue"
import { MinimumTraceLevel } from "effect/References"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import {
  Audian,
  Cached,
  CircuitBreaker,
  Events,
  Numbers,
  RateLimit,
  Retry,
  Telemetry,
  WebhookReceiver
} from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { failed, flush, hanging, json, later, listed, route, script, settle } from "./support/http.ts"
import { getAccount as account, list, purchase } from "./support/operations.ts"
import { attributesOf, counts, endedIn, exporter, parentOf } from "./support/telemetry.ts"
import { atNoon, delivery, ringing, secret } from "./support/webhooks.ts"

const server = { "server.address": "api.audian.com", "server.port": 8443 }
const exchange = json(201, { auth_token: "t", data: { account_id: "acc" } })
const ok = json(200, { data: { id: "x" } })

/** Runs calls over a client, and advances the clock to their end. */
const observed = <A, E>(self: Effect.Effect<A, E>) =>
  Effect.suspend(() => {
    const telemetry = exporter()
    return Effect.as(Effect.provide(settle(Effect.exit(self)), telemetry.layer), telemetry)
  })

/** The output of a shell. */
const shell = (command: string) =>
  Effect.callback<ReadonlyArray<string>>((resume) => {
    const env = { ...process.env, AUDIAN_TOKEN: "from the shell" }
    execFile("sh", ["-c", command], { env }, (_, stdout) => resume(Effect.succeed(stdout.trimEnd().split("\n"))))
  })

describe("Telemetry: spans", () => {
  it.effect("a call is internal, and its request an HTTP client span below it, by the conventions", () => {
    const http = script(json(200, { data: { numbers: [] } }, { "x-request-id": "req_1" }))
    return Effect.gen(function* () {
      const { spans } = yield* observed(
        Effect.provide(Effect.withSpan(Numbers.list({ status: "active", limit: 20 }), "program"), http.audian())
      )
      const [program, call, request] = spans
      assert.deepStrictEqual(
        spans.map(({ kind, name }) => [name, kind]),
        [
          ["program", "internal"],
          ["Audian.Numbers.list", "internal"],
          ["GET /v2/numbers", "client"]
        ]
      )
      assert.strictEqual(parentOf(call!), program!.spanId)
      assert.strictEqual(parentOf(request!), call!.spanId)
      const common = {
        ...server,
        "audian.operation": "Numbers.list",
        "http.request.method": "GET",
        "url.template": "/v2/numbers",
        "url.full": "https://api.audian.com:8443/v2/numbers?limit=20&status=active",
        "http.response.status_code": 200,
        "audian.request_id": "req_1",
        "audian.outcome": "executed"
      }
      assert.deepStrictEqual(attributesOf(call!), { ...common, "audian.attempts": 1 })
      assert.deepStrictEqual(attributesOf(request!), { ...common, "audian.attempt": 1 })
      assert.isTrue(spans.every((span) => endedIn(span, "Success")))
    })
  })

  it.effect("each retry is a request of its own, with its count and its error, and an event of the call", () => {
    const http = script(failed(500), failed(429, { "retry-after": "20" }), listed)
    return Effect.gen(function* () {
      const { spans } = yield* observed(Effect.provide(list, http.audian({ retry: Retry.make({ jitter: false }) })))
      const [call, ...requests] = spans
      assert.deepStrictEqual(
        requests.map((request) => {
          const attributes = attributesOf(request)
          return [
            attributes["audian.attempt"],
            attributes["http.request.resend_count"],
            attributes["http.response.status_code"],
            attributes["error.type"],
            attributes["audian.outcome"],
            endedIn(request, "Success")
          ]
        }),
        [
          [1, undefined, 500, "InternalServerError", "unknown", false],
          // The first one may have been executed, so the call remains uncertain.
          [2, 1, 429, "TooManyRequests", "unknown", false],
          [3, 2, 200, undefined, "executed", true]
        ]
      )
      assert.strictEqual(attributesOf(call!)["http.request.resend_count"], 2)
      assert.strictEqual(attributesOf(call!)["audian.attempts"], 3)
      assert.deepStrictEqual(
        call!.events.map(([name, at, attributes]) => [name, Number(at / 1_000_000n), attributes]),
        [
          ["audian.retry", 0, { "audian.attempt": 1, "audian.delay_ms": 1000, "error.type": "InternalServerError" }],
          ["audian.retry", 1000, { "audian.attempt": 2, "audian.delay_ms": 20_000, "error.type": "TooManyRequests" }]
        ]
      )
    })
  })

  it.effect("the exchange of the key is a request below the call that needs it; a renewal is an event", () => {
    const http = script(exchange, failed(401), exchange, ok)
    return Effect.gen(function* () {
      const { spans } = yield* observed(Effect.provide(account(), http.audian()))
      const [call, ...requests] = spans
      assert.deepStrictEqual(
        requests.map(({ kind, name }) => [name, kind]),
        [
          ["PUT /v2/api_auth", "client"],
          ["GET /v2/accounts/{account_id}", "client"],
          ["PUT /v2/api_auth", "client"],
          ["GET /v2/accounts/{account_id}", "client"]
        ]
      )
      assert.isTrue(requests.every((request) => parentOf(request) === call!.spanId))
      assert.deepStrictEqual(attributesOf(requests[0]!), {
        ...server,
        "audian.operation": "AccessTokens.exchange",
        "http.request.method": "PUT",
        "url.template": "/v2/api_auth",
        "url.full": "https://api.audian.com:8443/v2/api_auth",
        "audian.attempt": 1,
        "http.response.status_code": 201,
        "audian.outcome": "executed"
      })
      assert.strictEqual(attributesOf(call!)["audian.account_id"], "acc")
      assert.deepStrictEqual(
        call!.events.map(([name]) => name),
        ["audian.credential_renewed"]
      )
    })
  })

  it.effect("a wait for the rate limiter is a span as long as the wait; no wait is none", () => {
    const http = route(() => listed)
    const limited = http.audian({ rateLimit: RateLimit.limiter({ limit: 1, window: "10 seconds" }) })
    return Effect.gen(function* () {
      const { spans } = yield* observed(Effect.provide(Effect.andThen(list, list), limited))
      assert.deepStrictEqual(
        spans.map(({ name }) => name),
        ["Audian.Numbers.list", "GET /v2/numbers", "Audian.Numbers.list", "Audian.rateLimit.wait", "GET /v2/numbers"]
      )
      const { kind, status } = spans[3]!
      assert.strictEqual(kind, "internal")
      assert.strictEqual(parentOf(spans[3]!), spans[2]!.spanId)
      assert.deepStrictEqual(attributesOf(spans[3]!), { "audian.operation": "Numbers.list" })
      assert.isTrue(status._tag === "Ended" && status.endTime - status.startTime >= 10_000_000_000n)
    })
  })

  it.effect("a wait that is interrupted is a span that failed, without a request", () => {
    const http = route(() => listed)
    const rateLimit = RateLimit.limiter({ limit: 1, window: "1 minute" })
    const telemetry = exporter()
    return Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(Effect.provide(Effect.andThen(list, list), http.audian({ rateLimit })))
      yield* TestClock.adjust("5 seconds")
      yield* Fiber.interrupt(fiber)
      const wait = telemetry.spans[3]!
      assert.strictEqual(telemetry.spans.length, 4)
      assert.strictEqual(wait.name, "Audian.rateLimit.wait")
      assert.isTrue(endedIn(wait, "Failure"))
      assert.strictEqual(wait.status.startTime, 0n)
      assert.strictEqual(wait.status._tag === "Ended" ? wait.status.endTime : undefined, 5_000_000_000n)
    }).pipe(Effect.provide(telemetry.layer))
  })

  it.effect("a call that the limiter refuses at once has no request and no wait", () => {
    const http = route(() => listed)
    const rateLimit = RateLimit.limiter({ limit: 1, window: "1 minute", maxWait: 0 })
    return Effect.gen(function* () {
      const { spans } = yield* observed(Effect.provide(Effect.andThen(list, list), http.audian({ rateLimit })))
      assert.strictEqual(spans.length, 3)
      assert.strictEqual(attributesOf(spans[2]!)["error.type"], "RateLimited")
      assert.strictEqual(attributesOf(spans[2]!)["audian.attempts"], 0)
    })
  })

  it.effect.each([
    { what: "a timeout", response: hanging, type: "Timeout" },
    { what: "a page", response: json(200, { unexpected: true }), type: "InvalidResponse" },
    { what: "an undocumented status", response: failed(418), type: "UnexpectedStatus" }
  ])("the error.type of $what is its reason, on the request and the call", ({ response, type }) => {
    const http = script(response)
    return Effect.gen(function* () {
      const { spans } = yield* observed(Effect.provide(list, http.audian({ retry: Retry.none })))
      assert.deepStrictEqual(
        spans.map((span) => [attributesOf(span)["error.type"], endedIn(span, "Failure")]),
        [
          [type, true],
          [type, true]
        ]
      )
    })
  })

  it.effect("an interrupted request ends its spans", () => {
    const http = script(hanging)
    const telemetry = exporter()
    return Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(Effect.provide(list, http.audian()))
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(fiber)
      const { spans } = telemetry
      assert.deepStrictEqual(
        spans.map((span) => endedIn(span, "Failure")),
        [true, true]
      )
      assert.strictEqual(attributesOf(spans[1]!)["error.type"], "Interrupted")
    }).pipe(Effect.provide(telemetry.layer))
  })

  it.effect("an open circuit is an event of the call that it refuses, which sends nothing", () => {
    const http = script(failed(503))
    const circuitBreaker = CircuitBreaker.make({ tripPolicy: CircuitBreaker.consecutive(1) })
    return Effect.gen(function* () {
      const { spans } = yield* observed(
        Effect.provide(Effect.andThen(Effect.exit(list), list), http.audian({ circuitBreaker, retry: Retry.none }))
      )
      assert.strictEqual(spans.length, 3)
      const refused = spans[2]!
      assert.strictEqual(attributesOf(refused)["error.type"], "CircuitOpen")
      assert.strictEqual(attributesOf(refused)["audian.outcome"], "not-executed")
      assert.deepStrictEqual(
        refused.events.map(([name, , attributes]) => [name, attributes]),
        [["audian.circuit_open", { "audian.delay_ms": 30_000 }]]
      )
    })
  })

  it.effect("an unsafe call without a certain outcome has the outcome unknown", () => {
    const http = script(failed(500))
    return Effect.gen(function* () {
      const { spans } = yield* observed(Effect.provide(purchase, http.audian()))
      assert.strictEqual(attributesOf(spans[0]!)["audian.outcome"], "unknown")
    })
  })

  describe("without child spans", () => {
    const calls = route(({ url }) => (url.pathname === "/v2/api_auth" ? exchange : ok)).audian()
    const off = Layer.succeed(Telemetry.ChildSpansEnabled, false)

    it.effect.each([
      { how: "around the call", self: Effect.provide(account(), Layer.merge(calls, off)) },
      { how: "underneath the client", self: Effect.provide(account(), Layer.provide(calls, off)) },
      {
        how: "by the level of traces",
        self: Effect.provideService(Effect.provide(account(), calls), MinimumTraceLevel, "Info")
      }
    ])("a call is one HTTP client span: $how", ({ self }) =>
      Effect.gen(function* () {
        const { spans } = yield* observed(self)
        assert.deepStrictEqual(
          spans.map(({ kind, name }) => [name, kind]),
          [["GET /v2/accounts/{account_id}", "client"]]
        )
        assert.strictEqual(attributesOf(spans[0]!)["http.response.status_code"], 200)
      })
    )

    it.effect("a call may have what its client has not", () =>
      Effect.gen(function* () {
        const { spans } = yield* observed(
          Effect.provideService(Effect.provide(account(), Layer.provide(calls, off)), Telemetry.ChildSpansEnabled, true)
        )
        assert.strictEqual(spans.length, 3)
      })
    )
  })

  it.effect("a cache hit is an event of the program's span, without a call", () => {
    const http = script(listed)
    return Effect.gen(function* () {
      const { spans } = yield* observed(
        Effect.gen(function* () {
          const numbers = yield* Cached.make(Numbers.list, { timeToLive: "1 minute", capacity: 10 })
          yield* Effect.withSpan(numbers(), "first")
          yield* Effect.withSpan(numbers(), "second")
        }).pipe(Effect.provide(http.audian()))
      )
      assert.deepStrictEqual(
        spans.map(({ events, name }) => [name, events.map(([event, , attributes]) => [event, attributes])]),
        [
          ["first", []],
          ["Audian.Numbers.list", []],
          ["GET /v2/numbers", []],
          ["second", [["audian.cache_hit", { "audian.operation": "Numbers.list" }]]]
        ]
      )
    })
  })

  it.effect("a query is in url.full, without secrets", () => {
    const http = script(listed)
    return Effect.gen(function* () {
      const { spans } = yield* observed(
        Effect.provide(Numbers.search({ location: "San José sk_test" }), http.audian({ userAgent: false }))
      )
      assert.include(String(attributesOf(spans[1]!)["url.full"]), "?location=San+Jos%C3%A9+<redacted>")
      const hidden = yield* observed(
        Effect.provide(Numbers.getConfig({ number_id: "sk_test" }), http.audian({ retry: Retry.none }))
      )
      assert.strictEqual(
        attributesOf(hidden.spans[1]!)["url.full"],
        "https://api.audian.com:8443/v2/numbers/<redacted>/config"
      )
    })
  })
})

describe("Telemetry: metrics", () => {
  it.effect(
    "http.client.request.duration counts seconds, with the boundaries and attributes of the conventions",
    () => {
      const http = script(later("300 millis", listed), failed(404), failed(418))
      return Effect.gen(function* () {
        const telemetry = yield* observed(
          Effect.provide(
            Effect.andThen(list, Effect.andThen(Effect.exit(list), list)),
            http.audian({ retry: Retry.none })
          )
        )
        const series = telemetry.series(Telemetry.requestDuration)
        const common = { "http.request.method": "GET", ...server, "server.port": "8443", unit: "s" }
        assert.deepStrictEqual(
          series.map(({ attributes, id, type }) => [id, type, attributes]),
          [
            ["http.client.request.duration", "Histogram", { ...common, "http.response.status_code": "200" }],
            [
              "http.client.request.duration",
              "Histogram",
              { ...common, "http.response.status_code": "404", "error.type": "NotFound" }
            ],
            [
              "http.client.request.duration",
              "Histogram",
              { ...common, "http.response.status_code": "418", "error.type": "UnexpectedStatus" }
            ]
          ]
        )
        const state = series[0]!.state as Metric.HistogramState
        assert.deepStrictEqual(
          state.buckets.map(([boundary]) => boundary),
          [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]
        )
        assert.deepStrictEqual([state.count, state.sum], [1, 0.3])
      })
    }
  )

  it.effect("calls, attempts and retries are counted by operation, outcome and error", () => {
    const http = script(failed(503), listed, failed(500), json(200, {}))
    return Effect.gen(function* () {
      const telemetry = yield* observed(
        Effect.provide(Effect.all([list, Effect.exit(purchase), Effect.exit(list)]), http.audian())
      )
      const of = (operation: string, outcome: string, type?: string) => ({
        "audian.operation": operation,
        "audian.outcome": outcome,
        ...(type !== undefined && { "error.type": type })
      })
      assert.deepStrictEqual(counts(telemetry.series(Telemetry.calls)), [
        [of("Numbers.list", "executed"), 1],
        [of("Numbers.purchase", "unknown", "InternalServerError"), 1],
        [of("Numbers.list", "executed", "InvalidResponse"), 1]
      ])
      assert.deepStrictEqual(counts(telemetry.series(Telemetry.attempts)), [
        [of("Numbers.list", "not-executed", "ServiceUnavailable"), 1],
        [of("Numbers.list", "executed"), 1],
        [of("Numbers.purchase", "unknown", "InternalServerError"), 1],
        [of("Numbers.list", "executed", "InvalidResponse"), 1]
      ])
      assert.deepStrictEqual(counts(telemetry.series(Telemetry.retries)), [
        [{ "audian.operation": "Numbers.list", "error.type": "ServiceUnavailable" }, 1]
      ])
    })
  })

  it.effect("what is left of the retry budget is the value after the last change", () => {
    const http = script(failed(503), failed(503), failed(503), listed)
    return Effect.gen(function* () {
      const budget = { capacity: 5, refund: 0.5 }
      const client = http.audian({ retryBudget: budget })
      const left = ({ series }: { readonly series: ReturnType<typeof exporter>["series"] }) =>
        counts(series(Telemetry.retryBudget))
      const drained = yield* observed(Effect.provide(list, client))
      assert.deepStrictEqual(left(drained), [[{ "server.address": "api.audian.com" }, 3]])
      const refilled = yield* observed(Effect.provide(list, client))
      assert.deepStrictEqual(left(refilled), [[{ "server.address": "api.audian.com" }, 5]])
    })
  })

  it.effect("a wait for the rate limiter is counted in seconds", () => {
    const http = route(() => listed)
    const client = http.audian({ rateLimit: RateLimit.limiter({ limit: 1, window: "10 seconds" }) })
    return Effect.gen(function* () {
      const telemetry = yield* observed(Effect.provide(Effect.andThen(list, list), client))
      const [series] = telemetry.series(Telemetry.rateLimitWait)
      const { count, sum } = series!.state as Metric.HistogramState
      assert.deepStrictEqual(series!.attributes, { "audian.operation": "Numbers.list", unit: "s" })
      assert.strictEqual(count, 1)
      assert.isTrue(sum >= 10 && sum <= 11)
    })
  })

  it.effect("the quota is that of the last response: of the headers, and of the engine's bucket", () => {
    const http = script(
      json(200, { data: { numbers: [] } }, { "x-ratelimit-limit": "100", "x-ratelimit-remaining": "42" }),
      failed(429, { "x-ratelimit-limit": "100", "x-ratelimit-remaining": "0" }),
      json(200, { data: { numbers: [] }, tokens: { consumed: 1, remaining: 7 } })
    )
    const requests = { "server.address": "api.audian.com", "audian.quota": "requests" }
    return Effect.gen(function* () {
      const client = http.audian({ retry: Retry.none })
      const one = yield* observed(Effect.provide(list, client))
      assert.deepStrictEqual(counts(one.series(Telemetry.quotaRemaining)), [[requests, 42]])
      assert.deepStrictEqual(counts(one.series(Telemetry.quotaLimit)), [[requests, 100]])
      const two = yield* observed(Effect.provide(list, client))
      assert.deepStrictEqual(counts(two.series(Telemetry.quotaRemaining)), [[requests, 0]])
      const three = yield* observed(Effect.provide(list, client))
      assert.deepStrictEqual(counts(three.series(Telemetry.quotaRemaining)), [
        [{ ...requests, "audian.quota": "tokens" }, 7]
      ])
    })
  })

  it.effect("the state of the circuit is 0 from the start, 2 while it is open, 0 once it has closed", () => {
    const http = script(failed(503), listed)
    const circuitBreaker = CircuitBreaker.make({ tripPolicy: CircuitBreaker.consecutive(1) })
    return Effect.gen(function* () {
      const telemetry = exporter()
      const states: Array<unknown> = []
      const look = Effect.andThen(
        flush,
        Effect.sync(() => states.push(counts(telemetry.series(Telemetry.circuitState))[0]))
      )
      yield* Effect.provide(
        Effect.gen(function* () {
          yield* look
          yield* Effect.exit(list)
          yield* look
          yield* TestClock.adjust("30 seconds")
          yield* list
          yield* look
        }),
        Layer.provideMerge(http.audian({ circuitBreaker, retry: Retry.none }), telemetry.layer)
      )
      const address = { "server.address": "api.audian.com" }
      assert.deepStrictEqual(states, [
        [address, 0],
        [address, 2],
        [address, 0]
      ])
    })
  })

  it.effect("exchanges of the key are counted by result", () => {
    const http = script(failed(403), exchange, ok)
    return Effect.gen(function* () {
      const client = http.audian({ retry: Retry.none })
      const telemetry = yield* observed(Effect.provide(Effect.andThen(Effect.exit(account()), account()), client))
      const address = { "server.address": "api.audian.com" }
      assert.deepStrictEqual(counts(telemetry.series(Telemetry.exchanges)), [
        [{ ...address, "error.type": "Forbidden" }, 1],
        [address, 1]
      ])
    })
  })

  it.effect("deliveries of webhooks are counted by result, which is on their span too", () =>
    Effect.gen(function* () {
      yield* atNoon
      const telemetry = exporter()
      const { handle } = WebhookReceiver
      const run = (headers: Readonly<Record<string, string>> = {}, self: Effect.Effect<void, string> = Effect.void) =>
        Effect.exit(handle(delivery(ringing, headers), () => self))
      const layer = Layer.provideMerge(WebhookReceiver.layer({ secret }), telemetry.layer)
      yield* Effect.provide(
        Effect.all([run({}, Effect.fail("no")), run(), run(), run({ "X-Audian-Signature": "sha256=00" })]),
        layer
      )
      const results = ["Failed", "Accepted", "Replayed", "InvalidSignature"]
      assert.deepStrictEqual(
        counts(telemetry.series(Telemetry.webhookDeliveries)),
        results.map((result) => [{ "audian.webhook.result": result }, 1])
      )
      assert.deepStrictEqual(
        telemetry.spans.map((span) => attributesOf(span)["audian.webhook.result"]),
        results
      )
    })
  )

  it.live("events dropped and reconnects are counted, from zero", () =>
    Effect.gen(function* () {
      const telemetry = exporter()
      yield* Effect.gen(function* () {
        const { dropSockets, emit } = yield* EmbeddedAudian.EmbeddedAudian
        const queue = yield* Queue.unbounded<Events.Event>()
        const proceed = yield* Latch.make()
        yield* Events.stream({
          bindings: ["call.*"],
          accountId: "account_embedded",
          bufferSize: 2,
          reconnect: Schedule.spaced("1 milli")
        }).pipe(
          Stream.runForEach((event) =>
            Effect.andThen(Queue.offer(queue, event), event._tag === "Subscribed" ? proceed.await : Effect.void)
          ),
          Effect.forkScoped
        )
        assert.strictEqual((yield* Queue.take(queue))._tag, "Subscribed")
        assert.deepStrictEqual(counts(telemetry.series(Telemetry.eventsDropped)), [[{}, 0]])
        assert.deepStrictEqual(counts(telemetry.series(Telemetry.eventsReconnects)), [[{}, 0]])
        for (let n = 0; n < 5; n++) yield* emit({ name: "call.CHANNEL_CREATE", data: { call_id: String(n) } })
        yield* flush
        yield* proceed.open
        const dropped = yield* Queue.take(queue)
        assert.deepStrictEqual(dropped, { _tag: "Dropped", count: 3 })
        yield* dropSockets
        yield* Queue.take(queue).pipe(Effect.repeat({ until: ({ _tag }) => _tag === "Reconnected" }))
      }).pipe(Effect.scoped, Effect.provide(Layer.provideMerge(EmbeddedAudian.layer(), telemetry.layer)))
      assert.deepStrictEqual(counts(telemetry.series(Telemetry.eventsDropped)), [[{}, 3]])
      assert.deepStrictEqual(counts(telemetry.series(Telemetry.eventsReconnects)), [[{}, 1]])
    })
  )

  describe("switched off", () => {
    const off = Layer.succeed(Telemetry.MetricsEnabled, false)
    const client = script(failed(503), exchange, ok).audian({
      rateLimit: RateLimit.limiter({ limit: 1 }),
      circuitBreaker: CircuitBreaker.make({})
    })
    const calls = Effect.andThen(Effect.exit(account()), account())

    it.effect.each([
      { how: "around the calls and their client", self: Effect.provide(calls, Layer.provideMerge(client, off)) },
      { how: "underneath the client", self: Effect.provide(calls, Layer.provide(client, off)) }
    ])("nothing is recorded: $how", ({ self }) =>
      Effect.gen(function* () {
        const telemetry = yield* observed(self)
        assert.strictEqual(telemetry.spans.length > 2, true)
        assert.deepStrictEqual(telemetry.all(), [])
      })
    )
  })

  it.effect("the exported metrics address the series of their attributes", () => {
    const http = script(listed)
    return Effect.gen(function* () {
      yield* list
      const attributes = { "audian.operation": "Numbers.list", "audian.outcome": "executed" }
      const { count } = yield* Metric.value(Metric.withAttributes(Telemetry.calls, attributes))
      assert.strictEqual(count, 1)
    }).pipe(Effect.provide(http.audian()), Effect.provideService(Metric.MetricRegistry, new Map()))
  })
})

describe("Telemetry: logs", () => {
  const at = ({ lines }: ReturnType<typeof exporter>, level: string) => lines.filter((line) => line.level === level)

  it.effect("a request is a line at Debug: operation, status, time, request id", () => {
    const http = script(
      later("300 millis", failed(503, { "x-request-id": "req_1" })),
      json(200, { data: { numbers: [] } }, { "x-request-id": "req_2" })
    )
    return Effect.gen(function* () {
      const telemetry = yield* observed(Effect.provide(list, http.audian()))
      assert.deepStrictEqual(at(telemetry, "Debug"), [
        {
          level: "Debug",
          message: "Numbers.list: 503 ServiceUnavailable in 300 ms",
          annotations: {
            "audian.operation": "Numbers.list",
            "audian.attempt": 1,
            "audian.duration_ms": 300,
            "http.response.status_code": 503,
            "error.type": "ServiceUnavailable",
            "audian.request_id": "req_1"
          }
        },
        {
          level: "Debug",
          message: "Numbers.list: 200 in 0 ms",
          annotations: {
            "audian.operation": "Numbers.list",
            "audian.attempt": 2,
            "audian.duration_ms": 0,
            "http.response.status_code": 200,
            "audian.request_id": "req_2"
          }
        }
      ])
    })
  })

  it.effect("a request without a response is a line too", () =>
    Effect.gen(function* () {
      const telemetry = yield* observed(Effect.provide(list, script(hanging).audian({ retry: Retry.none })))
      assert.deepStrictEqual(
        at(telemetry, "Debug").map(({ message }) => message),
        ["Numbers.list: Timeout in 30000 ms"]
      )
    })
  )

  it.effect("a credential that could not be renewed is a warning once an hour, not per call", () => {
    const http = route(() => failed(401, { "x-request-id": "req_1" }))
    return Effect.gen(function* () {
      const calls = Effect.forEach([1, 2, 3], () => Effect.exit(list), { discard: true })
      const telemetry = exporter()
      yield* calls.pipe(
        Effect.andThen(TestClock.adjust("59 minutes")),
        Effect.andThen(calls),
        Effect.andThen(TestClock.adjust("1 minute")),
        Effect.andThen(calls),
        Effect.provide(Layer.provideMerge(http.audian(), telemetry.layer))
      )
      assert.strictEqual(http.sent.length, 9)
      const warnings = at(telemetry, "Warn")
      assert.strictEqual(warnings.length, 2)
      assert.include(warnings[0]!.message, "could not be renewed: Numbers.list: 401 Unauthorized")
      assert.include(warnings[0]!.message, "req_1")
    })
  })

  it.effect("a credential that was renewed is no warning", () => {
    const http = script(exchange, failed(401), exchange, ok)
    return Effect.gen(function* () {
      const telemetry = yield* observed(Effect.provide(account(), http.audian()))
      assert.deepStrictEqual(at(telemetry, "Warn"), [])
    })
  })

  const quota = (remaining: number) =>
    json(200, { data: { numbers: [] } }, { "x-ratelimit-limit": "100", "x-ratelimit-remaining": String(remaining) })

  it.effect.each([
    { what: "a tenth", remaining: [11, 10, 9, 8, 7], share: undefined, warned: ["9 of 100"] },
    { what: "a share of one's own", remaining: [60, 51, 40, 3], share: 0.5, warned: ["40 of 100"] },
    { what: "nothing", remaining: [9, 0], share: 0, warned: [] }
  ])("a quota below $what is a warning, once", ({ remaining, share, warned }) => {
    const http = route((_, nth) => quota(remaining[nth]!))
    return Effect.gen(function* () {
      const calls = Effect.provide(
        Effect.forEach(remaining, () => list),
        http.audian()
      )
      const telemetry = yield* observed(
        share === undefined ? calls : Effect.provideService(calls, Telemetry.QuotaWarning, share)
      )
      assert.deepStrictEqual(
        at(telemetry, "Warn").map(({ message }) => message),
        warned.map((left) => `effect-audian: ${left} requests are left in the quota`)
      )
    })
  })

  it.effect("a circuit that opens is a warning, and one that closes a line at Info", () => {
    const http = script(failed(503), failed(503), listed)
    const circuitBreaker = CircuitBreaker.make({ tripPolicy: CircuitBreaker.consecutive(1) })
    return Effect.gen(function* () {
      const twice = Effect.andThen(Effect.exit(list), Effect.exit(list))
      const telemetry = yield* observed(
        Effect.provide(
          twice.pipe(
            Effect.andThen(Effect.sleep("30 seconds")),
            Effect.andThen(twice),
            Effect.andThen(Effect.sleep("30 seconds")),
            Effect.andThen(list)
          ),
          http.audian({ circuitBreaker, retry: Retry.none })
        )
      )
      assert.strictEqual(http.sent.length, 3)
      const about = telemetry.lines.filter(({ message }) => message.includes("circuit of"))
      assert.deepStrictEqual(
        about.map(({ level, message }) => [level, message]),
        [
          ["Warn", "effect-audian: the circuit of api.audian.com is open: calls fail without a request"],
          ["Info", "effect-audian: the circuit of api.audian.com is closed again"]
        ]
      )
    })
  })

  describe("Audian.logRequests", () => {
    it.effect("logs a request with its headers and body, as a curl line, and its response", () => {
      const http = script(
        json(201, { data: { id: "n_1", number: "+14155551234" } }, { "x-request-id": "req_1", "set-cookie": "a=b" })
      )
      return Effect.gen(function* () {
        const call = Numbers.purchase({ number: "+14155551234", friendly_name: "Jo's line" })
        const telemetry = yield* observed(
          Effect.provide(
            call.pipe(Audian.withHeaders({ "x-job": "7" }), Audian.logRequests),
            http.audian({ userAgent: "test" })
          )
        )
        const [sent, got] = at(telemetry, "Info")
        const body = `{"number":"+14155551234","friendly_name":"Jo's line"}`
        assert.deepStrictEqual(sent!.message.split("\n"), [
          "Numbers.purchase: sends POST https://api.audian.com:8443/v2/numbers/purchase",
          "accept: application/json",
          "accept-encoding: identity",
          "user-agent: test",
          "x-job: 7",
          "x-auth-token: <redacted>",
          "content-type: application/json",
          `content-length: ${body.length}`,
          body,
          `curl -X POST 'https://api.audian.com:8443/v2/numbers/purchase' -H 'accept: application/json' -H 'user-agent: test' -H 'x-job: 7' -H "x-auth-token: $AUDIAN_TOKEN" -H 'content-type: application/json' --data-raw '${body.replace("'", "'\\''")}'`
        ])
        assert.deepStrictEqual(got!.message.split("\n"), [
          "Numbers.purchase: got 201 in 0 ms",
          "content-type: application/json",
          "x-request-id: req_1",
          "set-cookie: <redacted>",
          "content-length: 45",
          '{"data":{"id":"n_1","number":"+14155551234"}}'
        ])
      })
    })

    it.effect("the curl line is what a shell reads back as the request", () => {
      const http = script(listed)
      return Effect.gen(function* () {
        const telemetry = yield* observed(
          Effect.provide(Audian.logRequests(Numbers.search({ location: "Côte d'Or $HOME `x`" })), http.audian())
        )
        const line = at(telemetry, "Info")[0]!.message.split("\n").at(-1)!
        const words = yield* shell(line.replace(/^curl/, "printf '%s\\n'"))
        assert.deepStrictEqual(words.slice(0, 3), ["-X", "GET", String(http.sent[0]!.url)])
        assert.include(words, "x-auth-token: from the shell")
      })
    })

    it.effect("logs the exchange of the key, an error response, and a request without a response", () => {
      const http = script(exchange, failed(404), hanging)
      return Effect.gen(function* () {
        const telemetry = yield* observed(
          Effect.provide(
            Audian.logRequests(Effect.andThen(Effect.exit(account()), list)),
            http.audian({ retry: Retry.none })
          )
        )
        assert.deepStrictEqual(
          at(telemetry, "Info").map(({ message }) => message.split("\n")[0]),
          [
            "AccessTokens.exchange: sends PUT https://api.audian.com:8443/v2/api_auth",
            "AccessTokens.exchange: got 201 in 0 ms",
            "Test.get: sends GET https://api.audian.com:8443/v2/accounts/acc",
            "Test.get: got 404 in 0 ms",
            "Numbers.list: sends GET https://api.audian.com:8443/v2/numbers",
            "Numbers.list: got Numbers.list: no response within 30s in 30000 ms"
          ]
        )
        for (const { message } of telemetry.lines) assert.notInclude(message, "sk_test")
      })
    })

    it.effect("logs nothing of other calls", () =>
      Effect.gen(function* () {
        const telemetry = yield* observed(
          Effect.provide(Effect.andThen(Audian.logRequests(list), list), script(listed).audian())
        )
        assert.strictEqual(at(telemetry, "Info").length, 2)
      })
    )
  })
})
