/**
 * Headers of a response: waits by the server's clock, and duplicate headers.
 */
import * as Http from "node:http"
import type { AddressInfo } from "node:net"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Headers from "effect/http/Headers"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { Audian, Numbers, RateLimit, Retry } from "effect-audian"
import { failed, listed, script, settle } from "../support/http.ts"

const list = Numbers.list()
const server = Date.parse("2024-01-01T12:00:00Z")
const date = (at: number): string => new Date(at).toUTCString()

describe("AudianError.retryAfter", () => {
  it.effect.each([
    { header: "30, 30", seconds: 30 },
    { header: "30,60", seconds: 60 },
    { header: "60, soon", seconds: 60 },
    { header: "soon, later", seconds: undefined },
    { header: `${date(server + 30_000)}, ${date(server + 30_000)}`, seconds: 30 },
    { header: `${date(server + 30_000)}, ${date(server + 40_000)}`, seconds: 40 }
  ])("of a header that came twice, '$header', is $seconds seconds", ({ header, seconds }) =>
    Effect.gen(function* () {
      yield* TestClock.setTime(server)
      const http = script(failed(429, { "retry-after": header }))
      const { retryAfter } = yield* Effect.flip(list).pipe(Effect.provide(http.audian({ retry: Retry.none })))
      assert.strictEqual(retryAfter === undefined ? undefined : Duration.toSeconds(retryAfter), seconds)
    })
  )

  const clocks = [
    { what: "5 minutes fast", ahead: 300_000 },
    { what: "5 minutes slow", ahead: -300_000 },
    { what: "right", ahead: 0 }
  ]

  for (const { ahead, what } of clocks) {
    it.effect(`as a date is measured against the response's Date, with a clock that is ${what}`, () => {
      const http = script(failed(429, { date: date(server), "retry-after": date(server + 3000) }), listed)
      return Effect.gen(function* () {
        yield* TestClock.setTime(server + ahead)
        yield* settle(list)
        assert.deepStrictEqual(http.gaps(), [3000])
      }).pipe(Effect.provide(http.audian({ retry: Retry.make({ jitter: false }) })))
    })

    it.effect(`X-RateLimit-Reset is measured against the response's Date, with a clock that is ${what}`, () => {
      const http = script(failed(429, { date: date(server), "x-ratelimit-reset": String(server / 1000 + 3) }), listed)
      return Effect.gen(function* () {
        yield* TestClock.setTime(server + ahead)
        yield* settle(list)
        assert.deepStrictEqual(http.gaps(), [3000])
      }).pipe(Effect.provide(http.audian({ retry: Retry.make({ jitter: false }) })))
    })

    it.effect(`the limiter waits for the window by the response's Date, with a clock that is ${what}`, () => {
      const quota = { "x-ratelimit-limit": "10", "x-ratelimit-remaining": "0" }
      const http = script(
        (request) =>
          Effect.map(listed(request), (response) =>
            Object.defineProperty(response, "headers", {
              value: Headers.fromInput({
                ...response.headers,
                ...quota,
                date: date(server),
                "x-ratelimit-reset": String(server / 1000 + 20)
              })
            })
          ),
        listed
      )
      return Effect.gen(function* () {
        yield* TestClock.setTime(server + ahead)
        yield* list
        const at = yield* settle(Effect.andThen(list, Clock.currentTimeMillis))
        assert.isAtLeast(at - server - ahead, 20_000)
        assert.isAtMost(at - server - ahead, 21_000)
      }).pipe(Effect.provide(http.audian({ rateLimit: RateLimit.limiter() })))
    })
  }

  it.effect.each(["", "soon", "Mon, 99 Foo 2024 99:99:99 GMT"])(
    "as a date is measured against this machine's clock where the Date is '%s'",
    (junk) =>
      Effect.gen(function* () {
        yield* TestClock.setTime(server)
        const http = script(failed(429, { date: junk, "retry-after": date(server + 5000) }))
        const { retryAfter } = yield* Effect.flip(list).pipe(Effect.provide(http.audian({ retry: Retry.none })))
        assert.strictEqual(Duration.toSeconds(retryAfter!), 5)
      })
  )
})

describe("AudianError.rateLimit and requestId", () => {
  it.effect("are read from headers that came twice: the more careful quota counts", () =>
    Effect.gen(function* () {
      const http = script(
        failed(429, {
          "x-ratelimit-limit": "1000, 500",
          "x-ratelimit-remaining": "7, 7",
          "x-ratelimit-reset": "1704067260, 1704067270",
          "x-request-id": "req_1, req_1"
        })
      )
      const error = yield* Effect.flip(list).pipe(Effect.provide(http.audian({ retry: Retry.none })))
      assert.strictEqual(error.rateLimit?.limit, 500)
      assert.strictEqual(error.rateLimit?.remaining, 7)
      assert.strictEqual(error.rateLimit?.reset?.epochMilliseconds, 1704067270000)
      assert.strictEqual(error.requestId, "req_1")
    })
  )

  for (const [name, layer] of [
    ["undici", NodeHttpClient.layerUndici],
    ["fetch", FetchHttpClient.layer],
    ["node:http", NodeHttpClient.layerNodeHttp]
  ] as const) {
    it.live(`Retry-After that came twice is read over a socket, on ${name}`, () =>
      Effect.gen(function* () {
        const http = yield* Effect.acquireRelease(
          Effect.callback<Http.Server>((resume) => {
            const server = Http.createServer((_, response) => {
              response.writeHead(429, ["Retry-After", "30", "Retry-After", "30", "X-Request-Id", "r"]).end("{}")
            })
            server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
          }),
          (server) =>
            Effect.callback<void>((resume) => {
              server.close(() => resume(Effect.void))
              server.closeAllConnections()
            })
        )
        const baseUrl = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
        const error = yield* Effect.flip(list).pipe(
          Effect.provide(Layer.provide(Audian.layer({ apiKey: "k", baseUrl, retry: Retry.none }), layer))
        )
        assert.strictEqual(Duration.toSeconds(error.retryAfter!), 30)
      })
    )
  }
})
