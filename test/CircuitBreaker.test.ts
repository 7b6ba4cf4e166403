import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schedule from "effect/Schedule"
import { TestClock } from "effect/testing"
import { Account, Audian, CircuitBreaker, Numbers, RateLimit, Retry } from "effect-audian"
import { each } from "./support/each.ts"
import { reasonOf } from "./support/errors.ts"
import {
  broken,
  failed,
  flush,
  hanging,
  later,
  listed,
  patiently,
  type Responder,
  route,
  script,
  settle,
  text,
  timed
} from "./support/http.ts"
import { list } from "./support/operations.ts"

/** Calls once and returns how it ended. */
const once = Effect.match(list, { onSuccess: () => "ok", onFailure: reasonOf })
const times = (count: number) => Effect.forEach(Array.from({ length: count }), () => once)

const client = (options?: CircuitBreaker.Options) => ({
  retry: Retry.none,
  circuitBreaker: CircuitBreaker.make(options)
})

describe("CircuitBreaker", () => {
  each(
    [
      { what: "500", response: failed(500) },
      { what: "502", response: failed(502) },
      { what: "503", response: failed(503) },
      { what: "an undocumented 507", response: failed(507) },
      { what: "a refused connection", response: broken("ECONNREFUSED") },
      { what: "a reset connection", response: broken("ECONNRESET") },
      { what: "a timeout", response: hanging }
    ] as ReadonlyArray<{ readonly what: string; readonly response: Responder }>,
    ({ what }) => `opens after five failures in a row: ${what}`,
    ({ response }) => {
      const http = script(response)
      return Effect.gen(function* () {
        const results = yield* settle(times(7))
        assert.deepStrictEqual(results.slice(5), ["CircuitOpen", "CircuitOpen"])
        assert.notInclude(results.slice(0, 5), "CircuitOpen")
        assert.strictEqual(http.sent.length, 5)
      }).pipe(Effect.provide(http.audian({ ...client(), timeout: { attempt: "1 second" } })))
    }
  )

  each(
    [400, 401, 402, 403, 404, 409, 422, 429, 418],
    (status) => `stays closed after any number of ${status}`,
    (status) => {
      const http = script(failed(status))
      return Effect.gen(function* () {
        assert.notInclude(yield* settle(times(20)), "CircuitOpen")
        assert.strictEqual(http.sent.length, 20)
      }).pipe(Effect.provide(http.audian(client())))
    }
  )

  it.effect("a 4xx resets the count of failures; a 429 and an HTML page do not", () => {
    const four = [failed(503), failed(503), failed(503), failed(503)] as const
    const http = script(...four, failed(404), ...four, failed(429), text(200, "<html>"), failed(503), listed)
    return Effect.gen(function* () {
      const results = yield* times(13)
      assert.strictEqual(results[4], "NotFound")
      assert.strictEqual(results[9], "TooManyRequests")
      assert.deepStrictEqual(results.slice(10), ["InvalidResponse", "ServiceUnavailable", "CircuitOpen"])
    }).pipe(Effect.provide(http.audian(client())))
  })

  it.effect("a rejected call reports the time until the next probe, and that nothing was sent", () => {
    const http = script(failed(503))
    return Effect.gen(function* () {
      yield* times(5)
      yield* TestClock.adjust("12 seconds")
      const error = yield* Effect.flip(list)
      assert.strictEqual(reasonOf(error), "CircuitOpen")
      assert.strictEqual(Duration.toMillis(error.retryAfter!), 18_000)
      assert.strictEqual(error.outcome, "not-executed")
      assert.strictEqual(error.attempts, 0)
      assert.isFalse(error.isRetryable)
      assert.include(error.message, "the circuit breaker is open, nothing was sent: try again in 18s")
      assert.strictEqual(http.sent.length, 5)
    }).pipe(Effect.provide(http.audian(client())))
  })

  it.effect("half-opens for one probe: a success closes the circuit, a failure opens it again", () => {
    const http = script(failed(503), failed(503), failed(503), listed, listed)
    return Effect.gen(function* () {
      assert.deepStrictEqual(yield* times(3), ["ServiceUnavailable", "ServiceUnavailable", "CircuitOpen"])
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(yield* times(2), ["ServiceUnavailable", "CircuitOpen"])
      assert.strictEqual((yield* CircuitBreaker.state)!._tag, "Open")
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(yield* times(2), ["ok", "ok"])
      assert.strictEqual((yield* CircuitBreaker.state)!._tag, "Closed")
    }).pipe(
      Effect.provide(http.audian(client({ tripPolicy: CircuitBreaker.consecutive(2), openDuration: "10 seconds" })))
    )
  })

  it.effect("rejects other calls while the probe is in flight", () => {
    const http = route((_, nth) => (nth === 0 ? failed(503) : hanging))
    return Effect.gen(function* () {
      yield* once
      yield* TestClock.adjust("30 seconds")
      const probe = yield* Effect.forkChild(once)
      yield* flush
      assert.strictEqual(yield* once, "CircuitOpen")
      assert.strictEqual((yield* CircuitBreaker.state)!._tag, "HalfOpen")
      yield* Fiber.interrupt(probe)
      assert.strictEqual(http.sent.length, 2)
    }).pipe(Effect.provide(http.audian(client({ tripPolicy: CircuitBreaker.consecutive(1) }))))
  })

  it.effect("stays open for as long as Retry-After requests", () => {
    const http = script(failed(503, { "retry-after": "120" }), listed)
    return Effect.gen(function* () {
      yield* once
      const error = yield* Effect.flip(list)
      assert.strictEqual(Duration.toMillis(error.retryAfter!), 120_000)
      yield* TestClock.adjust("119 seconds")
      assert.strictEqual(yield* once, "CircuitOpen")
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* once, "ok")
    }).pipe(Effect.provide(http.audian(client({ tripPolicy: CircuitBreaker.consecutive(1) }))))
  })

  it.effect("maxOpenDuration bounds Retry-After", () => {
    const http = script(failed(503, { "retry-after": "7200" }), listed)
    return Effect.gen(function* () {
      yield* once
      const error = yield* Effect.flip(list)
      assert.strictEqual(Duration.toMillis(error.retryAfter!), 60_000)
    }).pipe(
      Effect.provide(http.audian(client({ tripPolicy: CircuitBreaker.consecutive(1), maxOpenDuration: "1 minute" })))
    )
  })

  it.effect("counts a failed token exchange once, however many calls share it", () => {
    const http = route(({ url }) => (url.pathname === "/v2/api_auth" ? later("10 millis", failed(503)) : listed))
    return Effect.gen(function* () {
      const users = Effect.exit(Account.Users.list())
      yield* settle(
        Effect.all(
          Array.from({ length: 10 }, () => users),
          { concurrency: "unbounded" }
        )
      )
      assert.strictEqual(http.sent.length, 1)
      assert.strictEqual((yield* CircuitBreaker.state)!._tag, "Closed")
      yield* settle(users)
      assert.strictEqual((yield* CircuitBreaker.state)!._tag, "Open")
      assert.strictEqual(yield* once, "CircuitOpen")
    }).pipe(Effect.provide(http.audian(client({ tripPolicy: CircuitBreaker.consecutive(2), openDuration: "1 hour" }))))
  })

  it.effect("counts a token exchange that times out", () => {
    const http = script(hanging)
    return Effect.gen(function* () {
      const users = Effect.map(Effect.flip(Account.Users.list()), reasonOf)
      assert.deepStrictEqual(yield* settle(Effect.all([users, users, users])), ["Timeout", "Timeout", "CircuitOpen"])
      assert.strictEqual(http.sent.length, 2)
    }).pipe(
      Effect.provide(
        http.audian({ ...client({ tripPolicy: CircuitBreaker.consecutive(2) }), timeout: { attempt: "1 second" } })
      )
    )
  })

  each(
    [
      { what: "is interrupted", seconds: undefined, state: "HalfOpen" },
      { what: "times out", seconds: 5, state: "Open" }
    ],
    ({ state, what }) => `a probe that ${what} leaves the circuit ${state}, and another probe follows`,
    ({ seconds, state }) => {
      const http = route((_, nth) => (nth === 0 ? failed(503) : nth === 1 ? hanging : listed))
      return Effect.gen(function* () {
        yield* once
        yield* TestClock.adjust("30 seconds")
        const probe = yield* Effect.forkChild(once)
        yield* flush
        if (seconds === undefined) yield* Fiber.interrupt(probe)
        else yield* TestClock.adjust(Duration.seconds(seconds))
        assert.strictEqual((yield* CircuitBreaker.state)!._tag, state)
        yield* TestClock.adjust("30 seconds")
        assert.strictEqual(yield* once, "ok")
        assert.strictEqual((yield* CircuitBreaker.state)!._tag, "Closed")
      }).pipe(
        Effect.provide(
          http.audian({ ...client({ tripPolicy: CircuitBreaker.consecutive(1) }), timeout: { attempt: "5 seconds" } })
        )
      )
    }
  )

  it.effect("a rejected retry fails with the previous attempt's error, without the delay", () => {
    const http = script(later("10 millis", failed(503)))
    return Effect.gen(function* () {
      const [error, at] = yield* settle(timed(Effect.flip(list)))
      assert.strictEqual(error._tag, "ServiceUnavailable")
      assert.strictEqual(error.attempts, 1)
      assert.strictEqual(at, 10)
      assert.strictEqual(http.sent.length, 1)
    }).pipe(
      Effect.provide(
        http.audian({ circuitBreaker: CircuitBreaker.make({ tripPolicy: CircuitBreaker.consecutive(1) }) })
      )
    )
  })

  it.effect("a retry after another call opened the circuit is not sent, and the call keeps its own error", () => {
    const http = script(later("10 millis", failed(503)), later("500 millis", failed(500)))
    return Effect.gen(function* () {
      const errors = yield* settle(Effect.all([Effect.flip(list), Effect.flip(list)], { concurrency: 2 }))
      assert.deepStrictEqual(errors.map(reasonOf), ["ServiceUnavailable", "InternalServerError"])
      assert.strictEqual(http.sent.length, 2)
    }).pipe(
      Effect.provide(
        http.audian({ circuitBreaker: CircuitBreaker.make({ tripPolicy: CircuitBreaker.consecutive(2) }) })
      )
    )
  })

  it.effect("an outage of 1,000 calls is five requests", () => {
    const http = script(broken("ECONNREFUSED"))
    return Effect.gen(function* () {
      yield* settle(times(1000))
      assert.strictEqual(http.sent.length, 5)
    }).pipe(Effect.provide(http.audian({ circuitBreaker: CircuitBreaker.make() })), patiently)
  })

  it.effect("invalid input and an interrupted call do not count", () => {
    const http = script(hanging)
    return Effect.gen(function* () {
      yield* Effect.flip(Numbers.list({ limit: 1000 }))
      const fiber = yield* Effect.forkChild(list)
      yield* flush
      yield* Fiber.interrupt(fiber)
      assert.strictEqual((yield* CircuitBreaker.state)!._tag, "Closed")
    }).pipe(Effect.provide(http.audian(client({ tripPolicy: CircuitBreaker.consecutive(1) }))))
  })

  it.effect("calls in the limiter's queue fail at once when the circuit opens", () => {
    const http = script(failed(503))
    return Effect.gen(function* () {
      const results = yield* settle(
        Effect.forEach(Array.from({ length: 100 }), () => once, { concurrency: "unbounded" }),
        "30 seconds"
      )
      assert.strictEqual(results.filter((result) => result === "CircuitOpen").length, 98)
      assert.strictEqual(http.sent.length, 2)
    }).pipe(
      Effect.provide(
        http.audian({
          ...client({ tripPolicy: CircuitBreaker.consecutive(2), openDuration: "1 hour" }),
          rateLimit: RateLimit.limiter({ limit: 1, window: "1 second" })
        })
      )
    )
  })

  it("rejects invalid options by name", () => {
    const wrong: ReadonlyArray<readonly [unknown, string]> = [
      [{ tripPolicy: 5 }, "CircuitBreaker.make: tripPolicy: expected CircuitBreaker.consecutive(5) or"],
      [{ openDuration: "soon" }, 'openDuration: expected a duration such as "10 seconds", or a Schedule, got "soon"'],
      [{ openDuration: -1 }, "openDuration: expected"],
      [{ maxOpenDuration: 0 }, "maxOpenDuration: expected a duration"],
      [{ openduration: 5 }, "openduration: unknown option, did you mean openDuration?"]
    ]
    for (const [options, message] of wrong) {
      const make = () => CircuitBreaker.make(options as CircuitBreaker.Options)
      assert.throws(make, message)
      assert.throws(make, Audian.InvalidOptions)
    }
    CircuitBreaker.make({
      tripPolicy: CircuitBreaker.rate({ threshold: 0.5 }),
      openDuration: Schedule.spaced("5 seconds")
    })
  })

  it.effect("CircuitBreaker.state is undefined without a breaker", () =>
    Effect.gen(function* () {
      assert.isUndefined(yield* CircuitBreaker.state)
    }).pipe(Effect.provide(script(listed).audian()))
  )
})
