import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { MinimumTraceLevel } from "effect/References"
import { TestClock } from "effect/testing"
import { CircuitBreaker, Numbers, RateLimit, Retry, Telemetry } from "effect-audian"
import { failed, hanging, json, listed, route, script, settle } from "./support/http.ts"
import { getAccount as account, list, purchase } from "./support/operations.ts"
import { attributesOf, endedIn, exporter, parentOf } from "./support/telemetry.ts"

const server = { "server.address": "api.audian.com", "server.port": 8443 }
const exchange = json(201, { auth_token: "t", data: { account_id: "acc" } })
const ok = json(200, { data: { id: "x" } })

/** Runs calls over a client, and advances the clock to their end. */
const observed = <A, E>(self: Effect.Effect<A, E>) =>
  Effect.suspend(() => {
    const telemetry = exporter()
    return Effect.as(Effect.provide(settle(Effect.exit(self)), telemetry.layer), telemetry)
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
    { what: "a timeout", answer: hanging, type: "Timeout" },
    { what: "a page", answer: json(200, { unexpected: true }), type: "InvalidResponse" },
    { what: "an undocumented status", answer: failed(418), type: "UnexpectedStatus" }
  ])("the error.type of $what is its reason, on the request and the call", ({ answer, type }) => {
    const http = script(answer)
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

  it.effect("an unsafe call whose outcome is unknown says so", () => {
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
      { how: "around the call", self: Effect.provide(Effect.provide(account(), calls), off) },
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

  it.effect("a query is in url.full, without secrets", () => {
    const http = script(listed)
    return Effect.gen(function* () {
      const { spans } = yield* observed(
        Effect.provide(Numbers.search({ location: "San José sk_test" }), http.audian({ userAgent: false }))
      )
      assert.include(String(attributesOf(spans[1]!)["url.full"]), "?location=San%20Jos%C3%A9%20<redacted>")
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
