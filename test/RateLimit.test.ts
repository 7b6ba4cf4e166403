import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Headers from "effect/http/Headers"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Scheduler from "effect/Scheduler"
import { TestClock } from "effect/testing"
import { Account, Audian, type AudianError, Numbers, RateLimit, Retry } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { each } from "./support/each.ts"
import { reasonOf } from "./support/errors.ts"
import { client } from "./support/files.ts"
import {
  broken,
  failed,
  flush,
  hanging,
  json,
  later,
  listed,
  type Responder,
  route,
  type Scripted,
  settle
} from "./support/http.ts"
import { list } from "./support/operations.ts"
import { json as jsonOf, serve } from "./support/server.ts"

/** Many calls at once: their exits, in the order in which they were begun. */
const atOnce = (count: number, call: Effect.Effect<void, AudianError.AudianError, Audian.Audian>) =>
  Effect.forEach(Array.from({ length: count }), () => Effect.exit(call), { concurrency: "unbounded" })

const reasons = (exits: ReadonlyArray<Exit.Exit<void, AudianError.AudianError>>) =>
  exits.map((exit) => {
    if (Exit.isSuccess(exit)) return "ok"
    const error = Exit.findErrorOption(exit)
    return error._tag === "Some" ? reasonOf(error.value) : "defect"
  })

/** Runs calls of a client that a limiter holds back, to their end. */
const run = <A, E>(http: Scripted, limiter: RateLimit.Limiter, self: Effect.Effect<A, E, Audian.Audian>) =>
  settle(self).pipe(Effect.provide(http.audian({ rateLimit: limiter, retry: Retry.none })))

interface BucketOptions {
  readonly size: number
  /** Tokens a second. */
  readonly refill: number
  /** The part of it that a response reports. */
  readonly reports: "nothing" | "tokens"
  readonly latency?: Duration.Input
}

/** A server with a token bucket of its own, as the engine's: no Retry-After, no headers. */
const bucket = ({ latency = "10 millis", refill, reports, size }: BucketOptions) => {
  let tokens = size
  let at = 0
  let refused = 0
  const http = route((sent) => {
    tokens = Math.min(size, tokens + ((sent.at - at) / 1000) * refill)
    at = sent.at
    const cost = sent.url.pathname === "/v2/api_auth" ? 35 : 1
    const good = tokens >= cost
    if (good) tokens -= cost
    else refused++
    const reported =
      reports === "tokens" ? { tokens: { consumed: good ? cost : 0, remaining: Math.floor(tokens) } } : {}
    const response: Responder = good
      ? json(200, {
          success: true,
          auth_token: "a.b.c",
          data: cost === 1 ? { numbers: [], total: 0 } : { account_id: "acc" },
          ...reported
        })
      : json(429, { data: { message: "too many requests" }, error: "429", message: "too_many_requests", ...reported })
    return later(latency, response)
  })
  return { http, refused: () => refused }
}

describe("RateLimit.limiter", () => {
  describe("a configured bucket", () => {
    it.effect(
      "100 calls at once against a bucket of 10 refilled at 10/s are 100 requests, none refused, in 9 s",
      () => {
        const server = bucket({ size: 10, refill: 10, reports: "nothing" })
        return Effect.gen(function* () {
          const exits = yield* run(server.http, RateLimit.limiter({ limit: 10, window: "1 second" }), atOnce(100, list))
          assert.deepStrictEqual(new Set(reasons(exits)), new Set(["ok"]))
          assert.strictEqual(server.http.sent.length, 100)
          assert.strictEqual(server.refused(), 0)
          const last = server.http.sent.at(-1)!.at
          assert.isTrue(last >= 9000 && last <= 9000 * 1.05, `the last was sent after ${last} ms`)
        })
      }
    )

    it.effect("requests are sent in FIFO order", () => {
      const server = bucket({ size: 1, refill: 10, reports: "nothing" })
      return Effect.gen(function* () {
        const numbers = Array.from({ length: 20 }, (_, i) => i)
        yield* run(
          server.http,
          RateLimit.limiter({ limit: 1, window: "100 millis" }),
          Effect.forEach(numbers, (offset) => Numbers.list({ offset }), { concurrency: "unbounded" })
        )
        assert.deepStrictEqual(
          server.http.sent.map(({ url }) => Number(url.searchParams.get("offset"))),
          numbers
        )
      })
    })

    it.effect("a token exchange takes 35 tokens and is sent before the calls that need it", () => {
      const server = bucket({ size: 40, refill: 10, reports: "nothing" })
      return Effect.gen(function* () {
        const call = Effect.asVoid(Account.Users.list())
        const http = route((sent, nth) =>
          sent.url.pathname === "/v2/api_auth"
            ? json(201, { auth_token: "a.b.c", data: { account_id: "acc" } })
            : json(200, { data: [], n: nth })
        )
        const exits = yield* run(http, RateLimit.limiter({ limit: 40, window: "4 seconds" }), atOnce(10, call))
        assert.deepStrictEqual(new Set(reasons(exits)), new Set(["ok"]))
        assert.strictEqual(http.sent[0]!.url.pathname, "/v2/api_auth")
        // 35 of 40 are gone: five go at once, the others as tokens come.
        assert.deepStrictEqual(
          http.sent.slice(1).map(({ at }) => Math.floor(at / 100)),
          [0, 0, 0, 0, 0, 1, 2, 3, 4, 5]
        )
        assert.strictEqual(server.http.sent.length, 0)
      })
    })

    it.effect("a token exchange that costs more than the capacity waits until the bucket is full", () => {
      const http = route((sent) =>
        sent.url.pathname === "/v2/api_auth"
          ? json(201, { auth_token: "a.b.c", data: { account_id: "acc" }, tokens: { consumed: 10, remaining: 9 } })
          : json(200, { data: [], tokens: { consumed: 1, remaining: 8 } })
      )
      return Effect.gen(function* () {
        const exits = yield* run(
          http,
          RateLimit.limiter({ limit: 10, window: "1 second" }),
          atOnce(3, Effect.asVoid(Account.Users.list()))
        )
        assert.deepStrictEqual(reasons(exits), ["ok", "ok", "ok"])
        assert.deepStrictEqual(
          http.sent.map(({ at }) => Math.floor(at / 100)),
          [0, 1, 2, 3]
        )
      })
    })
  })

  describe("without a configured bucket", () => {
    it.effect("keeps to the window that the headers report: no request gets a 429", () =>
      Effect.gen(function* () {
        const started = yield* Clock.currentTimeMillis
        const exits = yield* settle(atOnce(30, list))
        assert.deepStrictEqual(new Set(reasons(exits)), new Set(["ok"]))
        const requests = yield* (yield* EmbeddedAudian.EmbeddedAudian).requests
        assert.strictEqual(requests.length, 30)
        assert.isTrue(requests.every(({ status }) => status === 200))
        const seconds = requests.map(({ at }) => Math.floor((at.epochMilliseconds - started) / 1000))
        assert.deepStrictEqual(
          [0, 60, 120].map((second) => seconds.filter((at) => at === second).length),
          [10, 10, 10]
        )
      }).pipe(
        Effect.provide(
          EmbeddedAudian.layer({
            quota: { limit: 10, window: "1 minute" },
            client: { rateLimit: RateLimit.limiter(), retry: Retry.none }
          })
        )
      )
    )

    it.effect("keeps to the engine's tokens: no request gets a 429", () => {
      const server = bucket({ size: 100, refill: 10, reports: "tokens" })
      return Effect.gen(function* () {
        const exits = yield* run(server.http, RateLimit.limiter(), atOnce(200, list))
        assert.deepStrictEqual(new Set(reasons(exits)), new Set(["ok"]))
        assert.strictEqual(server.refused(), 0)
        const last = server.http.sent.at(-1)!.at
        assert.isTrue(last >= 9900 && last <= 10_000 * 1.05, `the last was sent after ${last} ms`)
      })
    })

    it.effect("a token exchange skips the queue of calls that wait for tokens", () => {
      const server = bucket({ size: 100, refill: 10, reports: "tokens" })
      return Effect.gen(function* () {
        yield* run(
          server.http,
          RateLimit.limiter(),
          Effect.all([atOnce(300, list), Effect.delay(Effect.exit(Account.Users.list()), "1 second")], {
            concurrency: "unbounded"
          })
        )
        const exchange = server.http.sent.find(({ url }) => url.pathname === "/v2/api_auth")!
        assert.isTrue(exchange.at < 5000, `sent after ${exchange.at} ms`)
        assert.strictEqual(server.refused(), 0)
      })
    })

    it.effect("a token exchange counts as one request of a window, whatever its cost in tokens", () => {
      const headers = { "x-ratelimit-limit": "20", "x-ratelimit-remaining": "2", "x-ratelimit-reset": "60" }
      const http = route((sent) =>
        sent.url.pathname === "/v2/api_auth"
          ? json(201, { auth_token: "a.b.c", data: { account_id: "acc" } })
          : json(200, { data: sent.url.pathname.startsWith("/v2/accounts") ? [] : { numbers: [] } }, headers)
      )
      return Effect.gen(function* () {
        yield* run(http, RateLimit.limiter(), Effect.andThen(list, Account.Users.list()))
        assert.deepStrictEqual(http.gaps(), [0, 0])
      })
    })

    it.effect("a request in flight at a reset counts in the next window too", () => {
      const headers = { "x-ratelimit-limit": "2", "x-ratelimit-remaining": "1", "x-ratelimit-reset": "10" }
      const http = route((_, nth) =>
        later(nth === 0 ? 0 : "15 seconds", json(200, { data: { numbers: [] } }, nth === 0 ? headers : {}))
      )
      return Effect.gen(function* () {
        yield* run(http, RateLimit.limiter(), Effect.andThen(list, atOnce(3, list)))
        assert.deepStrictEqual(
          http.sent.map(({ at }) => at),
          [0, 0, 10_000, 15_000]
        )
      })
    })

    it.effect("interrupting a token exchange wakes the calls queued behind it", () => {
      const http = route(() => json(200, { data: { numbers: [] }, tokens: { consumed: 1, remaining: 0 } }))
      return Effect.gen(function* () {
        yield* list
        const exchange = yield* Effect.forkChild(Account.Users.list())
        yield* flush
        const waiting = yield* Effect.forkChild(list)
        yield* flush
        yield* Fiber.interrupt(exchange)
        yield* settle(Fiber.join(waiting))
        assert.deepStrictEqual(http.gaps(), [105])
      }).pipe(Effect.provide(http.audian({ rateLimit: RateLimit.limiter() })))
    })

    it.effect("a report that arrives out of order is ignored", () => {
      const quota = (remaining: number) => ({ "x-ratelimit-remaining": String(remaining), "x-ratelimit-reset": "60" })
      const responses = [
        json(200, { data: { numbers: [] } }, quota(5)),
        later("2 seconds", json(200, { data: { numbers: [] } }, quota(4))),
        later("1 second", json(200, { data: { numbers: [] } }, quota(0)))
      ]
      const http = route((_, nth) => responses[nth] ?? listed)
      return Effect.gen(function* () {
        yield* run(http, RateLimit.limiter(), Effect.andThen(list, Effect.andThen(atOnce(2, list), list)))
        assert.deepStrictEqual(
          http.sent.map(({ at }) => at),
          [0, 0, 0, 60_000]
        )
      })
    })

    it.effect("requests in flight are subtracted from the reported remaining count", () => {
      const quota = (remaining: number) => ({ "x-ratelimit-remaining": String(remaining), "x-ratelimit-reset": "60" })
      const responses = [
        json(200, { data: { numbers: [] } }, quota(3)),
        later("1 second", json(200, { data: { numbers: [] } }, quota(2))),
        later("5 seconds", json(200, { data: { numbers: [] } }, quota(1))),
        later("5 seconds", json(200, { data: { numbers: [] } }, quota(0)))
      ]
      const http = route((_, nth) => responses[nth] ?? listed)
      return Effect.gen(function* () {
        yield* run(http, RateLimit.limiter(), Effect.andThen(list, atOnce(4, list)))
        assert.deepStrictEqual(
          http.sent.map(({ at }) => at),
          [0, 0, 0, 0, 60_000]
        )
      })
    })

    it.effect("a report of fewer tokens, taken by other clients, takes effect at once", () => {
      // Of the 100 that the bucket can hold, 6 are left.
      let left = 7
      const http = route(() => {
        left = Math.max(0, left - 1)
        return later("10 millis", json(200, { data: { numbers: [] }, tokens: { consumed: 1, remaining: left } }))
      })
      return Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(atOnce(50, list))
        yield* flush
        yield* TestClock.adjust("50 millis")
        yield* flush
        assert.strictEqual(http.sent.length, 7)
        yield* Fiber.interrupt(fiber)
      }).pipe(Effect.provide(http.audian({ rateLimit: RateLimit.limiter() })))
    })

    it.effect("one request goes first, and all others once its response reports no quota", () => {
      const http = route(() => later("1 second", json(200, { data: { numbers: [] } })))
      return Effect.gen(function* () {
        yield* run(http, RateLimit.limiter(), atOnce(5, list))
        assert.deepStrictEqual(
          http.sent.map(({ at }) => at),
          [0, 1000, 1000, 1000, 1000]
        )
      })
    })

    it.effect("a window that responses no longer report does not serialize requests", () => {
      const headers = { "x-ratelimit-limit": "3", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "10" }
      const http = route((_, nth) => later("1 second", json(200, { data: { numbers: [] } }, nth === 0 ? headers : {})))
      return Effect.gen(function* () {
        yield* run(http, RateLimit.limiter(), atOnce(20, list))
        assert.deepStrictEqual(
          http.sent.map(({ at }) => at),
          [0, 10_000, 10_000, 10_000, ...Array.from({ length: 16 }, () => 11_000)]
        )
      })
    })

    it.effect("a transport failure does not forget the exhausted window", () => {
      const headers = { "x-ratelimit-limit": "1", "x-ratelimit-remaining": "0" }
      const http = route((_, nth) =>
        nth === 1
          ? later("1 second", broken("ECONNRESET"))
          : later("1 second", json(200, { data: { numbers: [] } }, headers))
      )
      return Effect.gen(function* () {
        yield* run(http, RateLimit.limiter(), atOnce(4, list))
        assert.deepStrictEqual(http.gaps(), [1000, 1000, 1000])
      })
    })

    it.effect("negative tokens count as none", () => {
      const http = route((_, nth) =>
        json(200, { data: { numbers: [] }, ...(nth === 0 && { tokens: { consumed: -1, remaining: -1e15 } }) })
      )
      return Effect.gen(function* () {
        yield* run(http, RateLimit.limiter(), Effect.andThen(list, list))
        assert.deepStrictEqual(http.gaps(), [105])
      })
    })

    it.effect("a clock that moves back does not prolong a refill", () => {
      const http = route(() => json(200, { data: { numbers: [] }, tokens: { consumed: 1, remaining: 0 } }))
      return Effect.gen(function* () {
        yield* TestClock.setTime(3_600_000)
        yield* list
        yield* TestClock.setTime(0)
        yield* settle(list)
        assert.deepStrictEqual(
          http.sent.map(({ at }) => at),
          [3_600_000, 105]
        )
      }).pipe(Effect.provide(http.audian({ rateLimit: RateLimit.limiter() })))
    })

    it.effect("a clock that moves back does not prolong a pause", () => {
      const http = route((_, nth) => (nth === 0 ? failed(429, { "retry-after": "30" }) : listed))
      return Effect.gen(function* () {
        yield* TestClock.setTime(3_600_000)
        yield* Effect.flip(list)
        yield* TestClock.setTime(0)
        yield* settle(list)
        assert.strictEqual(http.sent[1]!.at, 30_000)
      }).pipe(Effect.provide(http.audian({ rateLimit: RateLimit.limiter(), retry: Retry.none })))
    })

    it.effect("a first request that fails in transport releases the queue", () => {
      const http = route((_, nth) => (nth === 0 ? broken("ECONNRESET") : json(200, { data: { numbers: [] } })))
      return Effect.gen(function* () {
        const exits = yield* run(http, RateLimit.limiter(), atOnce(5, list))
        assert.deepStrictEqual(reasons(exits), ["Transport", "ok", "ok", "ok", "ok"])
      })
    })
  })

  describe("a 429", () => {
    each(
      [
        { hint: "Retry-After", headers: { "retry-after": "7" }, pause: 7000 },
        { hint: "X-RateLimit-Reset", headers: { "x-ratelimit-reset": "5" }, pause: 5000 },
        { hint: "no hint", headers: {}, pause: 1000 },
        { hint: "a reset in the past", headers: { "x-ratelimit-reset": "0" }, pause: 1000 }
      ],
      ({ hint, pause }) => `with ${hint} pauses all requests for ${pause} ms`,
      ({ headers, pause }) => {
        const http = route((_, nth) => (nth === 0 ? failed(429, headers) : json(200, { data: { numbers: [] } })))
        return Effect.gen(function* () {
          const exits = yield* run(http, RateLimit.limiter(), Effect.andThen(atOnce(1, list), atOnce(3, list)))
          assert.deepStrictEqual(reasons(exits), ["ok", "ok", "ok"])
          assert.deepStrictEqual(
            http.sent.map(({ at }) => at),
            [0, pause, pause, pause]
          )
        })
      }
    )

    each(
      [
        { hint: "a Retry-After of a year", status: 429, headers: { "retry-after": "31536000" } },
        { hint: "a reset in milliseconds", status: 429, headers: { "x-ratelimit-reset": "1700000000000" } },
        {
          hint: "a window that ends in 50,000 years",
          status: 200,
          headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1700000000000" }
        }
      ],
      ({ hint }) => `is bounded: ${hint} pauses requests for an hour`,
      ({ headers, status }) => {
        const http = route((_, nth) => (nth === 0 ? json(status, { data: { numbers: [] } }, headers) : listed))
        return Effect.gen(function* () {
          yield* Effect.exit(list)
          const error = yield* Effect.flip(list)
          assert.strictEqual(reasonOf(error), "RateLimited")
          assert.strictEqual(Duration.toMillis(error.retryAfter!), 3_600_000)
          yield* TestClock.adjust("1 hour")
          yield* list
          assert.strictEqual(http.sent.length, 2)
        }).pipe(Effect.provide(http.audian({ rateLimit: RateLimit.limiter(), retry: Retry.none })))
      }
    )

    it.effect("without a hint pauses for one token's time when a bucket is configured", () => {
      const http = route((_, nth) => (nth === 0 ? failed(429) : listed))
      return Effect.gen(function* () {
        yield* run(http, RateLimit.limiter({ limit: 10, window: "2 seconds" }), Effect.andThen(atOnce(1, list), list))
        assert.deepStrictEqual(http.gaps(), [205])
      })
    })

    it.effect("empties the bucket, whatever was reported before", () => {
      const http = route((_, nth) =>
        nth === 1
          ? failed(429, { "retry-after": "0" })
          : json(200, { data: { numbers: [] }, ...(nth === 0 && { tokens: { consumed: 1, remaining: 50 } }) })
      )
      return Effect.gen(function* () {
        yield* run(http, RateLimit.limiter(), Effect.andThen(list, Effect.andThen(atOnce(1, list), atOnce(3, list))))
        assert.deepStrictEqual(
          http.sent.map(({ at }) => at),
          [0, 0, 105, 205, 305]
        )
      })
    })

    it.effect("with a shorter Retry-After does not shorten an earlier pause", () => {
      const responses = [
        listed,
        later("500 millis", failed(429, { "retry-after": "30" })),
        later("1 second", failed(429))
      ]
      const http = route((_, nth) => responses[nth] ?? listed)
      return Effect.gen(function* () {
        yield* run(http, RateLimit.limiter(), Effect.andThen(list, Effect.andThen(atOnce(2, list), list)))
        assert.strictEqual(http.sent.at(-1)!.at, 30_500)
      })
    })

    each(
      [
        { before: { "x-ratelimit-remaining": "999" }, maxWait: undefined },
        { before: { "x-ratelimit-remaining": "999" }, maxWait: "5 seconds" },
        { before: { "x-ratelimit-remaining": "1" }, maxWait: "5 seconds" },
        { before: { "x-ratelimit-remaining": "0" }, maxWait: undefined }
      ] as const,
      ({ before, maxWait }) =>
        `with Retry-After goes on then, whatever an older response reported: ${before["x-ratelimit-remaining"]} of 1000, maxWait ${maxWait}`,
      ({ before, maxWait }) => {
        const reported = { "x-ratelimit-limit": "1000", "x-ratelimit-reset": "60", ...before }
        const http = route((_, nth) =>
          nth === 0
            ? json(200, { data: { numbers: [] } }, reported)
            : nth === 1
              ? failed(429, { "retry-after": "1" })
              : listed
        )
        const two = Effect.all([Effect.exit(list), Effect.delay(Effect.exit(list), 1)], { concurrency: 2 })
        return Effect.gen(function* () {
          const exits = yield* run(http, RateLimit.limiter({ maxWait }), Effect.andThen(list, two))
          const started = before["x-ratelimit-remaining"] === "0" ? 60_000 : 0
          assert.deepStrictEqual(reasons(exits), ["TooManyRequests", "ok"])
          assert.strictEqual(http.sent[1]!.at, started)
          assert.strictEqual(http.sent[2]!.at, started + 1000)
        })
      }
    )

    it.effect("with Retry-After and a reported window resumes after Retry-After", () => {
      const reported = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "60" }
      const http = route((_, nth) => (nth === 0 ? failed(429, { ...reported, "retry-after": "1" }) : listed))
      return Effect.gen(function* () {
        yield* run(http, RateLimit.limiter({ maxWait: "5 seconds" }), Effect.andThen(Effect.exit(list), list))
        assert.deepStrictEqual(http.gaps(), [1000])
      })
    })

    it.effect("is retried by the policy alone", () => {
      const http = route(() => failed(429))
      return Effect.gen(function* () {
        const error = yield* run(http, RateLimit.limiter({ limit: 10 }), Effect.flip(list))
        assert.strictEqual(error._tag, "TooManyRequests")
        assert.strictEqual(http.sent.length, 1)
      })
    })
  })

  describe("waiting", () => {
    const slow = { limit: 1, window: "10 seconds" } as const

    it.effect("maxWait 0 fails at once with RateLimited and sends nothing", () => {
      const server = bucket({ size: 1, refill: 0.1, reports: "nothing" })
      return Effect.gen(function* () {
        const results = yield* run(
          server.http,
          RateLimit.limiter({ ...slow, maxWait: 0 }),
          Effect.all([Effect.result(list), Effect.result(list)])
        )
        assert.deepStrictEqual(
          results.map(({ _tag }) => _tag),
          ["Success", "Failure"]
        )
        const error = results[1]._tag === "Failure" ? results[1].failure : undefined
        assert.strictEqual(reasonOf(error!), "RateLimited")
        assert.strictEqual(error!.outcome, "not-executed")
        assert.strictEqual(error!.attempts, 0)
        assert.isFalse(error!.isRetryable)
        assert.strictEqual(Duration.toMillis(error!.retryAfter!), 9990)
        assert.strictEqual(server.http.sent.length, 1)
      })
    })

    it.effect("maxWait 0 fails at once when only another response can report the reset", () => {
      const headers = { "x-ratelimit-limit": "1", "x-ratelimit-remaining": "1" }
      const http = route(() => later("1 second", json(200, { data: { numbers: [] } }, headers)))
      return Effect.gen(function* () {
        const timedOnce = Effect.exit(list).pipe(Effect.zip(Clock.currentTimeMillis))
        yield* settle(list, "1 second")
        const [first, second] = yield* settle(Effect.all([timedOnce, timedOnce], { concurrency: "unbounded" }))
        assert.deepStrictEqual(reasons([first[0], second[0]]), ["ok", "RateLimited"])
        assert.strictEqual(second[1], 1000)
      }).pipe(Effect.provide(http.audian({ rateLimit: RateLimit.limiter({ maxWait: 0 }), retry: Retry.none })))
    })

    it.effect("maxWait does not bound a token exchange, which other calls depend on", () => {
      const http = route(({ url }, nth) =>
        nth === 0
          ? failed(429, { "retry-after": "5" })
          : url.pathname === "/v2/api_auth"
            ? json(201, { auth_token: "a.b.c", data: { account_id: "acc" } })
            : json(200, { data: [] })
      )
      return Effect.gen(function* () {
        const limiter = RateLimit.limiter({ maxWait: "1 second" })
        yield* run(http, limiter, Effect.andThen(Effect.exit(list), Account.Users.list()))
        assert.deepStrictEqual(
          http.sent.map(({ at, url }) => [url.pathname, at]),
          [
            ["/v2/numbers", 0],
            ["/v2/api_auth", 5000],
            ["/v2/accounts/acc/users", 5000]
          ]
        )
      })
    })

    it.effect("maxWait 0 does not send a single request first", () => {
      const http = route(() => later("1 second", listed))
      return Effect.gen(function* () {
        const exits = yield* run(http, RateLimit.limiter({ maxWait: 0 }), atOnce(3, list))
        assert.deepStrictEqual(reasons(exits), ["ok", "ok", "ok"])
      })
    })

    it.effect("maxWait ends the wait for a response, in the queue and at its head", () => {
      const http = route(() => later("20 seconds", listed))
      return Effect.gen(function* () {
        const timed = Effect.zip(Effect.exit(list), Clock.currentTimeMillis)
        const all = yield* run(
          http,
          RateLimit.limiter({ maxWait: "5 seconds" }),
          Effect.all([timed, timed, timed], { concurrency: "unbounded" })
        )
        assert.deepStrictEqual(reasons(all.map(([exit]) => exit)), ["ok", "RateLimited", "RateLimited"])
        assert.deepStrictEqual(
          all.map(([, at]) => at),
          [20_000, 5000, 5000]
        )
      })
    })

    it.effect("a rejected retry fails with the previous attempt's error", () => {
      const http = route(() => broken("ECONNRESET"))
      return Effect.gen(function* () {
        const error = yield* settle(Effect.flip(Numbers.purchase({ number: "+14155551234" })))
        assert.strictEqual(reasonOf(error), "Transport")
        assert.strictEqual(error.outcome, "unknown")
        assert.strictEqual(error.attempts, 1)
        assert.strictEqual(http.sent.length, 1)
      }).pipe(
        Effect.provide(
          http.audian({
            rateLimit: RateLimit.limiter({ limit: 1, window: "1 hour", maxWait: 0 }),
            retry: Retry.make({ while: () => true })
          })
        )
      )
    })

    it.effect("a rejected retry with a renewed credential fails with RateLimited, not with the 401", () => {
      let read = 0
      const http = route(() => failed(401))
      return Effect.gen(function* () {
        const error = yield* settle(Effect.flip(list))
        assert.strictEqual(reasonOf(error), "RateLimited")
        assert.strictEqual(error.outcome, "not-executed")
        assert.strictEqual(error.attempts, 1)
        assert.strictEqual(read, 2)
        assert.strictEqual(http.sent.length, 1)
      }).pipe(
        Effect.provide(
          Layer.provide(
            Audian.layer({
              apiKey: Effect.sync(() => Redacted.make(`sk_${++read}`)),
              rateLimit: RateLimit.limiter({ limit: 1, window: "1 hour", maxWait: 0 })
            }),
            http.layer
          )
        )
      )
    })

    it.effect("a queued token exchange does not count towards timeout.attempt", () => {
      const http = route((sent, nth) => {
        if (nth === 0) return failed(429, { "retry-after": "60" })
        return sent.url.pathname === "/v2/api_auth"
          ? json(201, { auth_token: "a.b.c", data: { account_id: "acc" } })
          : json(200, { data: [] })
      })
      return Effect.gen(function* () {
        yield* Effect.flip(list)
        yield* settle(Account.Users.list())
        assert.deepStrictEqual(
          http.sent.map(({ at }) => at),
          [0, 60_000, 60_000]
        )
      }).pipe(
        Effect.provide(
          http.audian({ rateLimit: RateLimit.limiter(), retry: Retry.none, timeout: { attempt: "5 seconds" } })
        )
      )
    })

    it.effect("interruption at any point leaves nothing in the queue and nothing in flight", () => {
      const http = route((sent) => (sent.url.pathname === "/v2/api_auth" ? failed(503) : later("10 millis", listed)))
      return Effect.gen(function* () {
        const calls = [list, Effect.asVoid(Account.Users.list())]
        for (const [call, ops] of calls.flatMap((call) => [2, 3].map((ops) => [call, ops] as const))) {
          for (let point = 0; point < 80; point++) {
            const fiber = yield* Effect.forkChild(Effect.provideService(call, Scheduler.MaxOpsBeforeYield, ops))
            for (let turn = 0; turn < point; turn++) yield* Effect.yieldNow
            yield* Fiber.interrupt(fiber)
            assert.strictEqual((yield* RateLimit.state)!.waiting, 0, `at ${point}`)
          }
          yield* settle(list, "1 minute")
        }
      }).pipe(
        Effect.provide(
          http.audian({ rateLimit: RateLimit.limiter({ limit: 100_000, window: "1 second" }), retry: Retry.none })
        )
      )
    })

    it.effect("a wait longer than maxWait is not started; a shorter one is", () => {
      const server = bucket({ size: 1, refill: 0.1, reports: "nothing" })
      return Effect.gen(function* () {
        const limiter = RateLimit.limiter({ ...slow, maxWait: "15 seconds" })
        const exits = yield* run(server.http, limiter, atOnce(4, list))
        // The third waits for its turn until its time is over, the fourth as well.
        assert.deepStrictEqual(reasons(exits), ["ok", "ok", "RateLimited", "RateLimited"])
        assert.strictEqual(server.http.sent.length, 2)
      })
    })

    it.effect("a wait longer than timeout.total is not started", () => {
      const http = route(() => json(200, { data: { numbers: [] } }))
      return Effect.gen(function* () {
        const error = yield* Effect.andThen(list, Effect.flip(list))
        assert.strictEqual(reasonOf(error), "RateLimited")
        assert.strictEqual(yield* Clock.currentTimeMillis, 0)
      }).pipe(Effect.provide(http.audian({ rateLimit: RateLimit.limiter(slow), timeout: { total: "5 seconds" } })))
    })

    it.effect("the queue does not count towards timeout.attempt", () => {
      const http = route(() => json(200, { data: { numbers: [] } }))
      return Effect.gen(function* () {
        const exits = yield* settle(atOnce(3, list))
        assert.deepStrictEqual(reasons(exits), ["ok", "ok", "ok"])
        assert.strictEqual(http.sent.length, 3)
      }).pipe(Effect.provide(http.audian({ rateLimit: RateLimit.limiter(slow), timeout: { attempt: "1 second" } })))
    })

    it.effect("an interrupted call takes no token, and the next in the queue is sent", () => {
      const http = route(() => json(200, { data: { numbers: [] } }))
      return Effect.gen(function* () {
        yield* list
        const first = yield* Effect.forkChild(list)
        const second = yield* Effect.forkChild(list)
        yield* flush
        assert.strictEqual((yield* RateLimit.state)!.waiting, 2)
        yield* Fiber.interrupt(first)
        assert.strictEqual((yield* RateLimit.state)!.waiting, 1)
        yield* settle(Fiber.join(second))
        assert.deepStrictEqual(http.gaps(), [10_005])
        assert.strictEqual((yield* RateLimit.state)!.waiting, 0)
      }).pipe(Effect.provide(http.audian({ rateLimit: RateLimit.limiter(slow) })))
    })

    it.effect("an interrupted request counts as sent and is no longer in flight", () => {
      const http = route((_, nth) => (nth === 0 ? hanging : json(200, { data: { numbers: [] } })))
      return Effect.gen(function* () {
        const first = yield* Effect.forkChild(list)
        yield* flush
        const second = yield* Effect.forkChild(list)
        yield* flush
        assert.strictEqual(http.sent.length, 1)
        yield* Fiber.interrupt(first)
        yield* Fiber.join(second)
        assert.strictEqual(http.sent.length, 2)
      }).pipe(Effect.provide(http.audian({ rateLimit: RateLimit.limiter() })))
    })

    it.effect("a call with invalid input does not queue", () => {
      const http = route(() => json(200, { data: { numbers: [] } }))
      return Effect.gen(function* () {
        yield* list
        const error = yield* Effect.flip(Numbers.list({ limit: 1000 }))
        assert.strictEqual(reasonOf(error), "InvalidRequest")
      }).pipe(Effect.provide(http.audian({ rateLimit: RateLimit.limiter(slow) })))
    })
  })

  describe("RateLimit.state", () => {
    it.effect("shows the configured limit, the remaining tokens and the reset", () => {
      const http = route(() => json(200, { data: { numbers: [] } }))
      return Effect.gen(function* () {
        assert.deepStrictEqual(yield* RateLimit.state, { limit: 10, remaining: 10, reset: undefined, waiting: 0 })
        yield* atOnce(4, list)
        const state = (yield* RateLimit.state)!
        assert.strictEqual(state.remaining, 6)
        assert.strictEqual(state.reset!.epochMilliseconds, 400)
        yield* TestClock.adjust("200 millis")
        assert.strictEqual((yield* RateLimit.state)!.remaining, 8)
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(yield* RateLimit.state, { limit: 10, remaining: 10, reset: undefined, waiting: 0 })
      }).pipe(Effect.provide(http.audian({ rateLimit: RateLimit.limiter({ limit: 10, window: "1 second" }) })))
    })

    it.effect("shows the reported quota", () => {
      const headers = { "x-ratelimit-limit": "100", "x-ratelimit-remaining": "41", "x-ratelimit-reset": "60" }
      const http = route(() => json(200, { data: { numbers: [] } }, headers))
      return Effect.gen(function* () {
        assert.deepStrictEqual(yield* RateLimit.state, {
          limit: undefined,
          remaining: undefined,
          reset: undefined,
          waiting: 0
        })
        yield* list
        const state = (yield* RateLimit.state)!
        assert.strictEqual(state.limit, 100)
        assert.strictEqual(state.remaining, 41)
        assert.strictEqual(state.reset!.epochMilliseconds, 60_000)
      }).pipe(Effect.provide(http.audian({ rateLimit: RateLimit.limiter() })))
    })

    it.effect("remaining is undefined after the reset of a window without a limit", () => {
      const headers = { "x-ratelimit-remaining": "41", "x-ratelimit-reset": "60" }
      const http = route(() => json(200, { data: { numbers: [] } }, headers))
      return Effect.gen(function* () {
        yield* list
        assert.strictEqual((yield* RateLimit.state)!.remaining, 41)
        yield* TestClock.adjust("1 minute")
        assert.isUndefined((yield* RateLimit.state)!.remaining)
      }).pipe(Effect.provide(http.audian({ rateLimit: RateLimit.limiter() })))
    })

    it.effect("is undefined without a limiter", () => {
      const http = route(() => json(200, { data: { numbers: [] } }))
      return Effect.gen(function* () {
        assert.isUndefined(yield* RateLimit.state)
      }).pipe(Effect.provide(http.audian()))
    })
  })

  it("rejects invalid options by name", () => {
    const wrong: ReadonlyArray<readonly [unknown, string]> = [
      [{ limit: 0 }, "RateLimit.limiter: limit: expected a whole number, 1 or more, got 0"],
      [{ limit: Number.NaN }, "limit: expected a whole number, 1 or more, got NaN"],
      [{ limit: "10" }, 'limit: expected a whole number, 1 or more, got "10"'],
      [{ limit: 10, window: 0 }, 'window: expected a duration such as "10 seconds", got 0'],
      [{ maxWait: "never" }, 'maxWait: expected a duration such as "10 seconds", got "never"'],
      [{ maxWait: -1 }, "maxWait: expected a duration"],
      [{ maxwait: 5 }, "maxwait: unknown option, did you mean maxWait?"],
      [10, "options: expected an object, got 10"]
    ]
    for (const [options, message] of wrong) {
      const make = () => RateLimit.limiter(options as RateLimit.LimiterOptions)
      assert.throws(make, message)
      assert.throws(make, Audian.InvalidOptions)
    }
  })
})

describe("RateLimit.withPriority", () => {
  const perSecond = { limit: 1, window: "1 second" } as const

  /** A call that its `offset` identifies. */
  const numbered = (offset: number) => Effect.asVoid(Numbers.list({ offset }))
  const prioritized = (priority: RateLimit.Priority, offset: number) =>
    RateLimit.withPriority(numbered(offset), priority)
  const offsets = (http: Scripted) => http.sent.map(({ url }) => Number(url.searchParams.get("offset")))

  each(
    [
      { title: "data first", call: RateLimit.withPriority(numbered(2), "high") },
      { title: "data last", call: numbered(2).pipe(RateLimit.withPriority("high")) },
      { title: "around a program", call: RateLimit.withPriority(Effect.andThen(Effect.void, numbered(2)), "high") },
      {
        title: "nested, where the inner one wins",
        call: numbered(2).pipe(RateLimit.withPriority("high"), RateLimit.withPriority("low"))
      },
      {
        title: "as a layer",
        call: numbered(2).pipe(Effect.provide(Audian.layerCallOptions({ priority: "high" })))
      },
      {
        title: "beside other options",
        call: numbered(2).pipe(RateLimit.withPriority("high"), Audian.withTimeout({ attempt: "1 second" }))
      }
    ],
    ({ title }) => `a call overtakes those that wait: ${title}`,
    ({ call }) => {
      const http = route(() => listed)
      return Effect.gen(function* () {
        yield* run(
          http,
          RateLimit.limiter(perSecond),
          Effect.all([numbered(0), numbered(1), call], { concurrency: "unbounded" })
        )
        assert.deepStrictEqual(offsets(http), [0, 2, 1])
      })
    }
  )

  it.effect("underneath a client, is the default of its calls", () => {
    const http = route(() => listed)
    const client = http.audian({ rateLimit: RateLimit.limiter(perSecond) })
    return Effect.gen(function* () {
      yield* settle(
        Effect.all([numbered(0), numbered(1), prioritized("normal", 2)], { concurrency: "unbounded" }).pipe(
          Effect.provide(Layer.provide(client, Audian.layerCallOptions({ priority: "low" })))
        )
      )
      assert.deepStrictEqual(offsets(http), [0, 2, 1])
    })
  })

  it.effect("higher priorities are sent first, each in FIFO order, and no token is lost", () => {
    const http = route(() => listed)
    const queued = (["low", "normal", "high", "low", "normal", "high"] as const).map(prioritized)
    return Effect.gen(function* () {
      yield* run(
        http,
        RateLimit.limiter(perSecond),
        Effect.andThen(list, Effect.all(queued, { concurrency: "unbounded" }))
      )
      assert.deepStrictEqual(offsets(http).slice(1), [2, 5, 1, 4, 0, 3])
      assert.deepStrictEqual(http.gaps(), [1005, 1005, 1005, 1005, 1005, 1005])
    })
  })

  it.effect("a call that arrives later overtakes the head of the queue, which waits for a window", () => {
    const headers = { "x-ratelimit-limit": "1", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "60" }
    const http = route(() => json(200, { data: { numbers: [] } }, headers))
    return Effect.gen(function* () {
      yield* run(
        http,
        RateLimit.limiter(),
        Effect.andThen(
          list,
          Effect.all([prioritized("low", 1), Effect.delay(prioritized("high", 2), "30 seconds")], {
            concurrency: "unbounded"
          })
        )
      )
      assert.deepStrictEqual(offsets(http).slice(1), [2, 1])
      assert.strictEqual(http.sent[1]!.at, 60_000)
    })
  })

  it.effect("a low call is sent after ten high ones, however many wait", () => {
    const http = route(() => listed)
    const low = [1, 2].map((offset) => prioritized("low", offset))
    const high = Array.from({ length: 30 }, () => prioritized("high", 0))
    return Effect.gen(function* () {
      yield* run(
        http,
        RateLimit.limiter(perSecond),
        Effect.andThen(list, Effect.all([...low, ...high], { concurrency: "unbounded" }))
      )
      const sent = offsets(http).slice(1)
      assert.deepStrictEqual([sent.indexOf(1), sent.indexOf(2), sent.length], [10, 21, 32])
    })
  })

  it.effect("a low call fails with RateLimited after maxWait, and a high one behind it is sent", () => {
    const http = route(() => listed)
    return Effect.gen(function* () {
      const exits = yield* run(
        http,
        RateLimit.limiter({ ...perSecond, maxWait: "1500 millis" }),
        Effect.andThen(
          list,
          Effect.all([Effect.exit(prioritized("low", 1)), Effect.exit(prioritized("high", 2))], { concurrency: 2 })
        )
      )
      assert.deepStrictEqual(reasons(exits), ["RateLimited", "ok"])
      assert.deepStrictEqual(offsets(http).slice(1), [2])
    })
  })

  it.effect("an interrupted call leaves nothing behind, whether it overtook or was overtaken", () => {
    const http = route(() => listed)
    return Effect.gen(function* () {
      yield* list
      const fibers = yield* Effect.forEach(["low", "low", "high", "high"] as const, (priority, offset) =>
        Effect.forkChild(prioritized(priority, offset)).pipe(Effect.tap(flush))
      )
      yield* Fiber.interrupt(fibers[0]!)
      yield* Fiber.interrupt(fibers[2]!)
      assert.strictEqual((yield* RateLimit.state)!.waiting, 2)
      yield* settle(Effect.andThen(Fiber.join(fibers[1]!), Fiber.join(fibers[3]!)))
      assert.deepStrictEqual(offsets(http).slice(1), [3, 1])
      assert.deepStrictEqual(http.gaps(), [1005, 1005])
      assert.strictEqual((yield* RateLimit.state)!.waiting, 0)
    }).pipe(Effect.provide(http.audian({ rateLimit: RateLimit.limiter(perSecond) })))
  })

  it.effect("a token exchange goes before a high call", () => {
    const http = route(({ url }) =>
      url.pathname === "/v2/api_auth"
        ? json(201, { auth_token: "a.b.c", data: { account_id: "acc" } })
        : json(200, { data: url.pathname.endsWith("/users") ? [] : { numbers: [] } })
    )
    return Effect.gen(function* () {
      yield* run(
        http,
        RateLimit.limiter({ limit: 35, window: "35 seconds" }),
        Effect.andThen(
          list,
          Effect.all([prioritized("high", 1), RateLimit.withPriority(Account.Users.list(), "low")], { concurrency: 2 })
        )
      )
      assert.deepStrictEqual(
        http.sent.slice(-2).map(({ url }) => url.pathname),
        ["/v2/api_auth", "/v2/accounts/acc/users"]
      )
    })
  })

  it.effect("has no effect without a limiter", () => {
    const http = route(() => listed)
    return Effect.gen(function* () {
      yield* Effect.all([prioritized("low", 0), prioritized("high", 1)], { concurrency: 2 })
      assert.deepStrictEqual(offsets(http), [0, 1])
    }).pipe(Effect.provide(http.audian()))
  })

  it.live("orders what a server gets over a socket", () =>
    Effect.gen(function* () {
      let respondToFirst = () => {}
      // The first request goes alone. The server responds to it once all others wait.
      const server = yield* serve((response, nth) => {
        const respond = () => jsonOf(200, { data: { numbers: [] } })(response, nth)
        if (nth > 0) respond()
        else respondToFirst = respond
      })
      yield* Effect.gen(function* () {
        const first = yield* Effect.forkChild(numbered(0))
        yield* Effect.repeat(Effect.yieldNow, { until: () => server.complete.length === 1 })
        const others = yield* Effect.forEach(["low", "normal", "high", "low", "high"] as const, (priority, i) =>
          Effect.forkChild(prioritized(priority, i + 1))
        )
        yield* RateLimit.state.pipe(Effect.repeat({ until: (state) => state?.waiting === others.length }))
        respondToFirst()
        yield* Fiber.joinAll([first, ...others])
        assert.deepStrictEqual(
          server.complete.map(({ url }) => new URL(url, server.baseUrl).searchParams.get("offset")),
          ["0", "3", "5", "2", "1", "4"]
        )
        assert.strictEqual((yield* RateLimit.state)!.waiting, 0)
        // One at a time, so that requests arrive in the order in which they are sent.
      }).pipe(Effect.provide(client(server, undefined, { rateLimit: RateLimit.limiter(), maxConcurrency: 1 })))
    }).pipe(Effect.scoped)
  )
})

const read = (headers: Record<string, string>, tokens?: RateLimit.Tokens) =>
  RateLimit.fromHeaders(Headers.fromInput(headers), tokens)

describe("RateLimit.fromHeaders", () => {
  it("reads the documented headers", () => {
    assert.deepStrictEqual(
      read({ "X-RateLimit-Limit": "1000", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1704067260" }),
      { limit: 1000, remaining: 0, reset: DateTime.makeUnsafe(1_704_067_260_000) }
    )
  })

  it("leaves out unreadable values, and is undefined when none is readable", () => {
    assert.deepStrictEqual(read({ "X-RateLimit-Limit": "many", "X-RateLimit-Remaining": " 7 " }), { remaining: 7 })
    for (const junk of ["-1", "1.5", "1e3", "", "0x10", "NaN", "99999999999999999999"]) {
      assert.isUndefined(read({ "X-RateLimit-Limit": junk, "X-RateLimit-Reset": junk }), junk)
    }
    assert.isUndefined(read({ "X-RateLimit-Reset": "8640000000001" }))
    assert.isUndefined(read({}))
  })

  it("includes the engine's tokens", () => {
    const tokens = RateLimit.tokensOf({ consumed: 35, remaining: 65 })
    assert.deepStrictEqual(read({}, tokens), { tokens: { consumed: 35, remaining: 65 } })
    for (const junk of [
      undefined,
      null,
      1,
      [],
      {},
      { consumed: 1 },
      { consumed: "1", remaining: 2 },
      { consumed: Number.NaN, remaining: 1 }
    ]) {
      assert.isUndefined(RateLimit.tokensOf(junk))
    }
  })
})
