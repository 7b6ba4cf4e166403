import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { Audian, AudianError, Numbers, Retry } from "effect-audian"
import { each } from "./support/each.ts"
import { reasonOf } from "./support/errors.ts"
import type { Responder, Scripted } from "./support/http.ts"
import {
  broken,
  failed,
  hanging,
  interrupted,
  json,
  listed,
  purchased,
  route,
  script,
  settle,
  text,
  timed,
  web
} from "./support/http.ts"
import { list, purchase } from "./support/operations.ts"

/** A `Random` that always gives the same number. */
const withRandom = (value: number) =>
  Effect.provideService(Random.Random, { nextDoubleUnsafe: () => value, nextIntUnsafe: () => value })

/** `1 s` and so on without the jitter, for tests of something else. */
const plain = (options?: Retry.Options) => Retry.make({ jitter: false, ...options })

describe("Retry", () => {
  describe("delays", () => {
    it.effect("documented waits 1 s, then 2 s, then gives up", () => {
      const http = script(failed(503))
      return Effect.gen(function* () {
        const error = yield* settle(Effect.flip(list))
        assert.strictEqual(error._tag, "ServiceUnavailable")
        assert.deepStrictEqual(http.gaps(), [1000, 2000])
      }).pipe(withRandom(0.9), Effect.provide(http.audian({ retry: Retry.documented })))
    })

    each(
      [
        { random: 0, gaps: [800, 1600] },
        { random: 0.25, gaps: [900, 1800] },
        { random: 0.5, gaps: [1000, 2000] },
        { random: 0.999999, gaps: [1200, 2400] }
      ],
      (row) => `standard waits ${row.gaps} ms when Random gives ${row.random}`,
      ({ gaps, random }) => {
        const http = script(failed(503))
        return Effect.gen(function* () {
          yield* settle(Effect.flip(list))
          assert.strictEqual(http.sent.length, 3)
          gaps.forEach((gap, i) => {
            assert.closeTo(http.gaps()[i]!, gap, 0.01)
          })
        }).pipe(withRandom(random), Effect.provide(http.audian()))
      }
    )

    it.effect("standard draws its jitter from Random: a seed reproduces it, between 80 % and 120 %", () =>
      Effect.gen(function* () {
        const gapsOf = (seed: string) =>
          Effect.suspend(() => {
            const http = script(failed(503))
            return settle(Effect.flip(list)).pipe(
              Random.withSeed(seed),
              Effect.provide(http.audian()),
              Effect.map(() => http.gaps().map(Math.round))
            )
          })
        const all = yield* Effect.forEach(["a", "b", "c", "d", "e"], gapsOf)
        assert.deepStrictEqual(yield* gapsOf("a"), all[0])
        assert.strictEqual(new Set(all.map(String)).size, 5)
        for (const [first, second] of all) {
          assert.isTrue(first! >= 800 && first! <= 1200, `first: ${first}`)
          assert.isTrue(second! >= 1600 && second! <= 2400, `second: ${second}`)
        }
      })
    )

    each<{ readonly title: string; readonly options: Retry.Options; readonly gaps: ReadonlyArray<number> }>(
      [
        { title: "attempts: 1 never retries", options: { attempts: 1 }, gaps: [] },
        { title: "attempts: 0 sends once anyway", options: { attempts: 0 }, gaps: [] },
        { title: "attempts counts the first one", options: { attempts: 5 }, gaps: [1000, 2000, 4000, 8000] },
        { title: "baseDelay is the first delay", options: { baseDelay: "250 millis" }, gaps: [250, 500] },
        {
          title: "factor multiplies each further delay",
          options: { attempts: 4, factor: 3 },
          gaps: [1000, 3000, 9000]
        },
        { title: "factor: 1 keeps the delay", options: { attempts: 4, factor: 1 }, gaps: [1000, 1000, 1000] },
        {
          title: "maxDelay caps the backoff",
          options: { attempts: 5, maxDelay: "3 seconds" },
          gaps: [1000, 2000, 3000, 3000]
        },
        {
          title: "maxDelay is 30 s by default",
          options: { attempts: 8 },
          gaps: [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]
        },
        { title: "maxDelay caps the first delay too", options: { maxDelay: "500 millis" }, gaps: [500, 500] }
      ],
      (row) => `make: ${row.title}`,
      ({ gaps, options }) => {
        const http = script(failed(503))
        return Effect.gen(function* () {
          yield* settle(Effect.flip(list))
          assert.deepStrictEqual(http.gaps(), gaps)
        }).pipe(Effect.provide(http.audian({ retry: plain(options) })))
      }
    )

    it.effect("make: maxDelay is the longest delay with jitter as well", () => {
      const http = script(failed(503))
      return Effect.gen(function* () {
        yield* settle(Effect.flip(list))
        assert.isAtMost(Math.max(...http.gaps()), 3000)
      }).pipe(
        withRandom(0.999),
        Effect.provide(http.audian({ retry: Retry.make({ attempts: 5, maxDelay: "3 seconds" }) }))
      )
    })

    it.effect("make: while selects the errors that are retried", () => {
      const http = script(failed(404), failed(500))
      return Effect.gen(function* () {
        const error = yield* settle(Effect.flip(list))
        assert.strictEqual(error._tag, "InternalServerError")
        assert.strictEqual(http.sent.length, 2)
      }).pipe(Effect.provide(http.audian({ retry: plain({ while: (error) => error._tag === "NotFound" }) })))
    })
  })

  describe("the server's wait", () => {
    const date = (seconds: number) => new Date(seconds * 1000).toUTCString()

    each<{
      readonly title: string
      readonly response: Responder
      readonly gaps: ReadonlyArray<number>
    }>(
      [
        {
          title: "Retry-After of a 429 is a floor",
          response: failed(429, { "retry-after": "30" }),
          gaps: [30_000, 30_000]
        },
        {
          title: "Retry-After of a 503 is a floor",
          response: failed(503, { "retry-after": "10" }),
          gaps: [10_000, 10_000]
        },
        {
          title: "Retry-After of a 500 is a floor",
          response: failed(500, { "retry-after": "10" }),
          gaps: [10_000, 10_000]
        },
        {
          title: "a backoff longer than Retry-After is kept",
          response: failed(429, { "retry-after": "1" }),
          gaps: [1000, 2000]
        },
        {
          title: "Retry-After: 0 keeps the backoff",
          response: failed(429, { "retry-after": "0" }),
          gaps: [1000, 2000]
        },
        {
          title: "an unreadable Retry-After keeps the backoff",
          response: failed(429, { "retry-after": "in a while" }),
          gaps: [1000, 2000]
        },
        {
          title: "Retry-After as a date is a floor until then",
          response: failed(503, { "retry-after": date(20) }),
          gaps: [20_000, 2000]
        },
        {
          title: "Retry-After as a date in the past keeps the backoff",
          response: failed(503, { "retry-after": date(-60) }),
          gaps: [1000, 2000]
        },
        {
          title: "X-RateLimit-Reset of a 429 without Retry-After is a floor until then",
          response: failed(429, { "x-ratelimit-reset": "15" }),
          gaps: [15_000, 2000]
        },
        {
          title: "Retry-After wins over X-RateLimit-Reset",
          response: failed(429, { "retry-after": "5", "x-ratelimit-reset": "3600" }),
          gaps: [5000, 5000]
        },
        {
          title: "an unreadable X-RateLimit-Reset keeps the backoff",
          response: failed(429, { "x-ratelimit-reset": "soon" }),
          gaps: [1000, 2000]
        },
        {
          title: "X-RateLimit-Reset of a 503 is ignored",
          response: failed(503, { "x-ratelimit-reset": "3600" }),
          gaps: [1000, 2000]
        },
        {
          title: "X-RateLimit-Reset of a 500 is ignored",
          response: failed(500, { "x-ratelimit-reset": "30" }),
          gaps: [1000, 2000]
        },
        {
          title: "maxDelay does not shorten it",
          response: failed(429, { "retry-after": "45" }),
          gaps: [45_000, 45_000]
        }
      ],
      ({ title }) => title,
      ({ response, gaps }) => {
        const http = script(response)
        return Effect.gen(function* () {
          yield* settle(Effect.flip(list))
          assert.deepStrictEqual(http.gaps(), gaps)
        }).pipe(Effect.provide(http.audian({ retry: Retry.documented })))
      }
    )

    it.effect("jitter never goes below Retry-After", () => {
      const http = script(failed(429, { "retry-after": "1" }), listed)
      return Effect.gen(function* () {
        yield* settle(list)
        assert.deepStrictEqual(http.gaps(), [1000])
      }).pipe(withRandom(0), Effect.provide(http.audian()))
    })

    each<{
      readonly title: string
      readonly headers: Record<string, string>
      readonly options?: Retry.Options
      readonly waits: number | undefined
    }>(
      [
        { title: "waits for 60 s", headers: { "retry-after": "60" }, waits: 60_000 },
        { title: "does not wait for 61 s", headers: { "retry-after": "61" }, waits: undefined },
        { title: "waits for a date in 60 s", headers: { "retry-after": date(60) }, waits: 60_000 },
        { title: "does not wait for a date in 61 s", headers: { "retry-after": date(61) }, waits: undefined },
        { title: "waits for a reset in 60 s", headers: { "x-ratelimit-reset": "60" }, waits: 60_000 },
        { title: "does not wait for a reset in 61 s", headers: { "x-ratelimit-reset": "61" }, waits: undefined },
        { title: "does not wait for a year", headers: { "retry-after": "31536000" }, waits: undefined },
        {
          title: "10 s waits for 10 s",
          headers: { "retry-after": "10" },
          options: { maxRetryAfter: "10 seconds" },
          waits: 10_000
        },
        {
          title: "10 s does not wait for 11 s",
          headers: { "retry-after": "11" },
          options: { maxRetryAfter: "10 seconds" },
          waits: undefined
        },
        {
          title: "2 min waits for 90 s",
          headers: { "retry-after": "90" },
          options: { maxRetryAfter: "2 minutes" },
          waits: 90_000
        }
      ],
      (row) => `maxRetryAfter: ${row.title}`,
      ({ headers, options, waits }) => {
        const http = script(failed(429, headers), listed)
        return Effect.gen(function* () {
          const [result, at] = yield* settle(timed(Effect.result(list)))
          if (waits !== undefined) {
            assert.strictEqual(result._tag, "Success")
            assert.deepStrictEqual(http.gaps(), [waits])
            return
          }
          assert.strictEqual(result._tag, "Failure")
          assert.strictEqual(at, 0)
          assert.strictEqual(http.sent.length, 1)
        }).pipe(Effect.provide(http.audian({ retry: plain(options) })))
      }
    )

    it.effect("a wait beyond maxRetryAfter is on the error", () => {
      const http = script(failed(429, { "retry-after": "61", "x-ratelimit-limit": "1000" }))
      return Effect.gen(function* () {
        const error = yield* settle(Effect.flip(list))
        assert.strictEqual(error._tag, "TooManyRequests")
        assert.strictEqual(Duration.toMillis(error.retryAfter!), 61_000)
        assert.strictEqual(error.rateLimit?.limit, 1000)
        assert.strictEqual(error.outcome, "not-executed")
      }).pipe(Effect.provide(http.audian()))
    })
  })

  describe("which errors are retried", () => {
    interface Row {
      readonly name: string
      readonly response: Responder
      readonly outcome: AudianError.AudianError["outcome"]
      /** Requests sent for the safe operation: under standard, documented and none. */
      readonly list: readonly [number, number, number]
      readonly purchase: readonly [number, number, number]
    }

    const engine503 = json(503, { error: "503", message: "datastore_unreachable", data: {}, status: "error" })
    const rows: ReadonlyArray<Row> = [
      { name: "BadRequest", response: failed(400), outcome: "not-executed", list: [1, 1, 1], purchase: [1, 1, 1] },
      { name: "Unauthorized", response: failed(401), outcome: "not-executed", list: [1, 1, 1], purchase: [1, 1, 1] },
      { name: "PaymentRequired", response: failed(402), outcome: "not-executed", list: [1, 1, 1], purchase: [1, 1, 1] },
      { name: "Forbidden", response: failed(403), outcome: "not-executed", list: [1, 1, 1], purchase: [1, 1, 1] },
      { name: "NotFound", response: failed(404), outcome: "not-executed", list: [1, 1, 1], purchase: [1, 1, 1] },
      { name: "Conflict", response: failed(409), outcome: "not-executed", list: [1, 1, 1], purchase: [1, 1, 1] },
      {
        name: "UnprocessableEntity",
        response: failed(422),
        outcome: "not-executed",
        list: [1, 1, 1],
        purchase: [1, 1, 1]
      },
      { name: "TooManyRequests", response: failed(429), outcome: "not-executed", list: [3, 3, 1], purchase: [3, 3, 1] },
      { name: "InternalServerError", response: failed(500), outcome: "unknown", list: [3, 3, 1], purchase: [1, 3, 1] },
      { name: "BadGateway", response: failed(502), outcome: "unknown", list: [3, 3, 1], purchase: [1, 3, 1] },
      {
        name: "ServiceUnavailable",
        response: failed(503),
        outcome: "not-executed",
        list: [3, 3, 1],
        purchase: [3, 3, 1]
      },
      {
        name: "ServiceUnavailable (datastore_unreachable)",
        response: engine503,
        outcome: "unknown",
        list: [3, 3, 1],
        purchase: [1, 3, 1]
      },
      {
        name: "ServiceUnavailable (a page)",
        response: text(503, "<html><title>No backend</title></html>"),
        outcome: "unknown",
        list: [3, 3, 1],
        purchase: [1, 3, 1]
      },
      {
        name: "UnexpectedStatus (408, a page)",
        response: text(408, "<html><title>Too slow</title></html>"),
        outcome: "unknown",
        list: [1, 1, 1],
        purchase: [1, 1, 1]
      },
      {
        name: "Transport (ECONNREFUSED)",
        response: broken("ECONNREFUSED"),
        outcome: "not-executed",
        list: [3, 1, 1],
        purchase: [3, 1, 1]
      },
      {
        name: "Transport (ECONNRESET)",
        response: broken("ECONNRESET"),
        outcome: "unknown",
        list: [3, 1, 1],
        purchase: [1, 1, 1]
      },
      { name: "Timeout", response: hanging, outcome: "unknown", list: [3, 1, 1], purchase: [1, 1, 1] },
      {
        name: "InvalidResponse",
        response: text(200, '{"data":'),
        outcome: "executed",
        list: [1, 1, 1],
        purchase: [1, 1, 1]
      },
      {
        name: "UnexpectedStatus (418)",
        response: failed(418),
        outcome: "not-executed",
        list: [1, 1, 1],
        purchase: [1, 1, 1]
      },
      {
        name: "UnexpectedStatus (504)",
        response: failed(504),
        outcome: "unknown",
        list: [3, 1, 1],
        purchase: [1, 1, 1]
      }
    ]
    const policies = { standard: Retry.standard, documented: Retry.documented, none: Retry.none }
    const table = rows.flatMap((row) =>
      (["list", "purchase"] as const).flatMap((operation) =>
        (["standard", "documented", "none"] as const).map((policy, i) => ({
          ...row,
          operation,
          policy,
          times: row[operation][i]!
        }))
      )
    )

    each(
      table,
      (row) => `Numbers.${row.operation} that ends in ${row.name} is sent ${row.times} times under ${row.policy}`,
      ({ response, name, operation, outcome, policy, times }) => {
        const http = script(response)
        return Effect.gen(function* () {
          const error = yield* settle(Effect.flip(operation === "list" ? list : purchase))
          assert.strictEqual(reasonOf(error), name.split(" ")[0])
          assert.strictEqual(http.sent.length, times)
          assert.strictEqual(error.attempts, times)
          assert.strictEqual(error.outcome, outcome)
          assert.strictEqual(error.operation, `Numbers.${operation}`)
          assert.strictEqual(error.replay, operation === "list" ? "safe" : "unsafe")
          assert.strictEqual(error.message.includes("3 attempts"), times === 3)
        }).pipe(Effect.provide(http.audian({ retry: policies[policy] })))
      }
    )

    each(
      ["standard", "documented", "none"] as const,
      (row) => `invalid input is never sent under ${row}`,
      (policy) => {
        const http = script(listed)
        return Effect.gen(function* () {
          for (const call of [
            Effect.asVoid(Numbers.list({ limit: 0 })),
            Effect.asVoid(Numbers.purchase({ number: "+0" }))
          ]) {
            const error = yield* settle(Effect.flip(call))
            assert.strictEqual(reasonOf(error), "InvalidRequest")
            assert.strictEqual(error.attempts, 0)
            assert.strictEqual(error.outcome, "not-executed")
          }
          assert.strictEqual(http.sent.length, 0)
        }).pipe(Effect.provide(http.audian({ retry: policies[policy] })))
      }
    )

    each(
      [
        { name: "429", response: failed(429) },
        { name: "503", response: failed(503) },
        { name: "a refused connection", response: broken("ECONNREFUSED") }
      ],
      (row) => `an unsafe operation goes through after ${row.name}`,
      ({ response }) => {
        const http = script(response, purchased)
        return Effect.gen(function* () {
          yield* settle(purchase)
          assert.strictEqual(http.sent.length, 2)
        }).pipe(Effect.provide(http.audian()))
      }
    )

    each(
      [
        { first: failed(500), outcome: "unknown", why: "the 500 before it may have bought the number" },
        { first: failed(503), outcome: "not-executed", why: "the 503 before it did not buy the number" }
      ] as const,
      (row) => `a Conflict after a retry has the outcome ${row.outcome}: ${row.why}`,
      ({ first, outcome }) => {
        const http = script(first, failed(409))
        return Effect.gen(function* () {
          const error = yield* settle(Effect.flip(purchase))
          assert.strictEqual(error._tag, "Conflict")
          assert.strictEqual(error.outcome, outcome)
          assert.strictEqual(error.attempts, 2)
        }).pipe(Effect.provide(http.audian({ retry: Retry.documented })))
      }
    )

    it.effect("the error is the last attempt's", () => {
      const http = script(failed(500), failed(502), failed(503, { "x-request-id": "req_3" }))
      return Effect.gen(function* () {
        const error = yield* settle(Effect.flip(list))
        assert.strictEqual(error._tag, "ServiceUnavailable")
        assert.strictEqual(error.requestId, "req_3")
      }).pipe(Effect.provide(http.audian()))
    })

    it("isSafe needs a retryable error of an operation that is safe to replay or was not executed", () => {
      const { Conflict, InternalServerError, ServiceUnavailable } = AudianError
      assert.isTrue(Retry.isSafe(new InternalServerError({ replay: "safe" })))
      assert.isFalse(Retry.isSafe(new InternalServerError({ replay: "unsafe" })))
      assert.isTrue(Retry.isSafe(new ServiceUnavailable({ replay: "unsafe" })))
      assert.isFalse(Retry.isSafe(new ServiceUnavailable({ replay: "unsafe", outcome: "unknown" })))
      assert.isFalse(Retry.isSafe(new Conflict({ replay: "safe" })))
    })
  })

  describe("the policy in effect", () => {
    const attempts = (n: number) => plain({ attempts: n, baseDelay: "1 second" })
    const counted = (http: Scripted, call: Effect.Effect<void, AudianError.AudianError>) =>
      Effect.map(settle(Effect.exit(call)), () => http.sent.length)

    it.effect("the layer's option replaces standard", () => {
      const http = script(failed(503))
      return Effect.gen(function* () {
        assert.strictEqual(yield* counted(http, Effect.provide(list, http.audian({ retry: attempts(2) }))), 2)
      })
    })

    it.effect("Retry.layer wins over the layer's option", () => {
      const http = script(failed(503))
      return Effect.gen(function* () {
        const call = list.pipe(
          Effect.provide(Layer.mergeAll(http.audian({ retry: attempts(2) }), Retry.layer(attempts(4))))
        )
        assert.strictEqual(yield* counted(http, call), 4)
      })
    })

    it.effect("Retry.layer below the program is seen by the calls in it", () => {
      const http = script(failed(503))
      return Effect.gen(function* () {
        const program = Effect.provide(list, Retry.layer(attempts(4)))
        assert.strictEqual(yield* counted(http, Effect.provide(program, http.audian())), 4)
      })
    })

    it.effect("Retry.layer underneath Audian.layer is its default", () => {
      const http = script(failed(503))
      return Effect.gen(function* () {
        const underneath = Layer.provide(http.audian(), Retry.layer(Retry.none))
        assert.strictEqual(yield* counted(http, Effect.provide(list, underneath)), 1)
        const option = Layer.provide(http.audian({ retry: attempts(2) }), Retry.layer(Retry.none))
        assert.strictEqual(yield* counted(http, Effect.provide(list, option)), 3)
        const around = Layer.merge(underneath, Retry.layer(attempts(4)))
        assert.strictEqual(yield* counted(http, Effect.provide(list, around)), 7)
      })
    })

    it.effect("withPolicy wins over Retry.layer, and its inner one over its outer one", () => {
      const one = script(failed(503))
      const two = script(failed(503))
      return Effect.gen(function* () {
        const around = (http: Scripted) =>
          Effect.provide(Layer.mergeAll(http.audian({ retry: attempts(2) }), Retry.layer(attempts(4))))
        assert.strictEqual(yield* counted(one, list.pipe(Retry.withPolicy(attempts(5)), around(one))), 5)
        assert.strictEqual(
          yield* counted(two, list.pipe(Retry.withPolicy(attempts(6)), Retry.withPolicy(attempts(5)), around(two))),
          6
        )
      })
    })

    it.effect("withPolicy takes the effect first or last, and holds for that effect only", () => {
      const http = script(failed(503))
      return Effect.gen(function* () {
        yield* settle(Effect.flip(Retry.withPolicy(list, Retry.none)))
        assert.strictEqual(http.sent.length, 1)
        yield* settle(Effect.flip(list.pipe(Retry.withPolicy(Retry.none))))
        assert.strictEqual(http.sent.length, 2)
        yield* settle(Effect.flip(list))
        assert.strictEqual(http.sent.length, 5)
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("any Schedule is a policy: one without a condition retries every error", () => {
      const http = script(failed(404))
      return Effect.gen(function* () {
        yield* settle(Effect.flip(list))
        assert.deepStrictEqual(http.gaps(), [7000, 7000, 7000, 7000])
      }).pipe(Effect.provide(http.audian({ retry: Schedule.spaced("7 seconds").pipe(Schedule.upTo({ times: 4 })) })))
    })

    it.effect("any Schedule is a policy: one over AudianError sees each error", () => {
      const http = script(failed(404), failed(403), failed(402))
      const seen: Array<string> = []
      const policy = Schedule.forever.pipe(
        Schedule.setInputType<AudianError.AudianError>(),
        Schedule.while(({ input }) => {
          seen.push(input._tag)
          return input._tag !== "PaymentRequired"
        })
      )
      return Effect.gen(function* () {
        const error = yield* settle(Effect.flip(list.pipe(Retry.withPolicy(policy))))
        assert.strictEqual(error._tag, "PaymentRequired")
        assert.deepStrictEqual(seen, ["NotFound", "Forbidden", "PaymentRequired"])
      }).pipe(Effect.provide(http.audian()))
    })
  })

  describe("the floor under every policy", () => {
    const spaced = Schedule.spaced("5 seconds").pipe(Schedule.upTo({ times: 3 }))
    const own = Schedule.recurs(3).pipe(Schedule.setInputType<AudianError.AudianError>())
    const policies: ReadonlyArray<{ readonly name: string; readonly policy: Retry.Policy }> = [
      { name: "Schedule.recurs(3)", policy: Schedule.recurs(3) },
      { name: "Schedule.spaced", policy: spaced },
      { name: "Schedule.forever", policy: Schedule.forever },
      { name: "a schedule over AudianError", policy: own },
      { name: "make with while", policy: plain({ while: () => true }) },
      { name: "Retry.max of two", policy: Retry.max([spaced, own]) },
      { name: "Retry.min of two", policy: Retry.min([Retry.standard, spaced]) },
      { name: "Retry.andThen", policy: Retry.andThen(Retry.standard, spaced) },
      { name: "Schedule.min of Effect", policy: Schedule.min([Retry.standard, spaced]) },
      { name: "Schedule.concat of Effect", policy: Schedule.concat(Retry.standard, spaced) },
      { name: "Retry.ignoreRetryAfter", policy: Retry.ignoreRetryAfter(spaced) },
      { name: "Retry.ignoreBudget", policy: Retry.ignoreBudget(spaced) },
      {
        name: "Retry.min with an allowReplay that has ended",
        policy: Retry.min([Retry.allowReplay(Schedule.recurs(0)), spaced])
      }
    ]

    each(
      policies.flatMap(({ name, policy }) =>
        [
          { what: "500", response: failed(500) },
          { what: "a reset", response: broken("ECONNRESET") },
          { what: "a timeout", response: hanging },
          { what: "503 with an HTML page", response: text(503, "<html>") }
        ].map((row) => ({ ...row, name, policy }))
      ),
      ({ name, what }) => `a purchase that ends in ${what} is not sent again under ${name}`,
      ({ response, policy }) => {
        const http = script(response, purchased)
        return Effect.gen(function* () {
          const error = yield* settle(Effect.flip(purchase))
          assert.strictEqual(error.outcome, "unknown")
          assert.strictEqual(http.sent.length, 1)
        }).pipe(Effect.provide(http.audian({ retry: policy })))
      }
    )

    it.effect("Retry.allowReplay sends a purchase again whose outcome is unknown", () => {
      const http = script(failed(500), purchased)
      return Effect.gen(function* () {
        yield* settle(purchase)
        assert.strictEqual(http.sent.length, 2)
      }).pipe(Effect.provide(http.audian({ retry: Retry.allowReplay(Schedule.recurs(3)) })))
    })

    each(
      [
        { name: "Retry.max", policy: Retry.max([Retry.allowReplay(Schedule.recurs(1)), Schedule.spaced("5 seconds")]) },
        { name: "Retry.min", policy: Retry.min([Retry.allowReplay(Schedule.recurs(1)), Retry.none]) },
        { name: "Retry.andThen", policy: Retry.andThen(Retry.none, Retry.allowReplay(Schedule.recurs(1))) },
        { name: "Schedule.max", policy: Schedule.max([Retry.documented, Schedule.recurs(1)]) },
        { name: "Schedule.while", policy: Retry.documented.pipe(Schedule.while(({ attempt }) => attempt === 1)) }
      ],
      ({ name }) => `Retry.allowReplay holds within ${name}`,
      ({ policy }) => {
        const http = script(failed(500), failed(500), purchased)
        return Effect.gen(function* () {
          yield* settle(Effect.flip(purchase))
          assert.strictEqual(http.sent.length, 2)
        }).pipe(Effect.provide(http.audian({ retry: policy })))
      }
    )

    each(
      [
        { name: "a schedule of one's own", policy: spaced, gaps: [60_000] },
        { name: "a longer delay", policy: Schedule.spaced("2 minutes"), gaps: [120_000] },
        { name: "Retry.ignoreRetryAfter", policy: Retry.ignoreRetryAfter(spaced), gaps: [5000] }
      ],
      ({ gaps, name }) => `429 with Retry-After: 60 waits ${gaps[0]} ms under ${name}`,
      ({ gaps, policy }) => {
        const http = script(failed(429, { "retry-after": "60" }), listed)
        return Effect.gen(function* () {
          yield* settle(list)
          assert.deepStrictEqual(http.gaps(), gaps)
        }).pipe(Effect.provide(http.audian({ retry: policy })))
      }
    )

    each(
      [
        { name: "a schedule of one's own", policy: spaced, at: 60 },
        { name: "make with maxRetryAfter", policy: Retry.make({ maxRetryAfter: "2 minutes" }), at: 120 },
        {
          name: "max of two, the larger maxRetryAfter",
          policy: Retry.max([Retry.make({ maxRetryAfter: "2 minutes" }), Schedule.recurs(3)]),
          at: 120
        }
      ],
      ({ at, name }) => `the longest server's wait under ${name} is ${at} s`,
      ({ at, policy }) => {
        const http = script(failed(429, { "retry-after": String(at) }), failed(429, { "retry-after": String(at + 1) }))
        return Effect.gen(function* () {
          const error = yield* settle(Effect.flip(list))
          assert.strictEqual(http.sent.length, 2)
          assert.strictEqual(Duration.toSeconds(error.retryAfter!), at + 1)
        }).pipe(Effect.provide(http.audian({ retry: policy })))
      }
    )

    it.effect("X-RateLimit-Reset of a 429 is a floor under a schedule of one's own", () => {
      const http = script(failed(429, { "x-ratelimit-reset": "30" }), listed)
      return Effect.gen(function* () {
        yield* settle(list)
        assert.deepStrictEqual(http.gaps(), [30_000])
      }).pipe(Effect.provide(http.audian({ retry: spaced })))
    })

    each(
      [
        { name: "a schedule of one's own", policy: spaced, requests: 12 },
        { name: "Retry.ignoreBudget", policy: Retry.ignoreBudget(spaced), requests: 40 },
        { name: "a policy composed of two that draw", policy: Retry.max([plain(), plain()]), requests: 12 }
      ],
      ({ name, requests }) => `10 failing calls with a budget of 2 send ${requests} requests under ${name}`,
      ({ policy, requests }) => {
        const http = script(failed(503))
        return Effect.gen(function* () {
          yield* settle(Effect.forEach(Array.from({ length: 10 }), () => Effect.exit(list), { concurrency: 10 }))
          assert.strictEqual(http.sent.length, requests)
        }).pipe(Effect.provide(http.audian({ retry: policy, retryBudget: { capacity: 2 } })))
      }
    )
  })

  describe("composition", () => {
    each<{ readonly title: string; readonly policy: Retry.Policy; readonly gaps: ReadonlyArray<number> }>(
      [
        {
          title: "Schedule.max of two made ones",
          policy: Schedule.max([plain(), plain({ attempts: 5 })]),
          gaps: [1000, 2000]
        },
        {
          title: "Schedule.min of two made ones",
          policy: Schedule.min([plain({ attempts: 2 }), plain({ attempts: 4, baseDelay: "2 seconds" })]),
          gaps: [1000, 4000, 8000]
        },
        {
          title: "Retry.max: the longest delay, while all retry",
          policy: Retry.max([plain({ attempts: 4 }), Schedule.spaced("3 seconds")]),
          gaps: [3000, 3000, 4000]
        },
        {
          title: "Retry.min: the shortest delay, while any retries",
          policy: Retry.min([plain({ attempts: 3 }), Schedule.spaced("3 seconds").pipe(Schedule.upTo({ times: 4 }))]),
          gaps: [1000, 2000, 3000, 3000]
        },
        {
          title: "Retry.andThen: the second after the first",
          policy: plain({ attempts: 2 }).pipe(
            Retry.andThen(Schedule.spaced("7 seconds").pipe(Schedule.upTo({ times: 2 })))
          ),
          gaps: [1000, 7000, 7000]
        },
        {
          title: "Retry.andThen of one policy with itself",
          policy: Retry.andThen(plain(), plain()),
          gaps: [1000, 2000, 1000, 2000]
        },
        {
          title: "Schedule.upTo on a made one",
          policy: plain({ attempts: 9 }).pipe(Schedule.upTo({ times: 1 })),
          gaps: [1000]
        }
      ],
      ({ title }) => title,
      ({ gaps, policy }) => {
        const http = script(failed(503))
        return Effect.gen(function* () {
          yield* settle(Effect.flip(list))
          assert.deepStrictEqual(http.gaps(), gaps)
        }).pipe(Effect.provide(http.audian({ retry: policy })))
      }
    )

    it.effect("a policy is reusable: each call starts it again", () => {
      const http = script(failed(503))
      return Effect.gen(function* () {
        yield* settle(Effect.flip(list))
        yield* settle(Effect.flip(list))
        assert.strictEqual(http.sent.length, 6)
      }).pipe(Effect.provide(http.audian({ retry: Retry.max([plain(), Schedule.spaced(0)]) })))
    })
  })

  describe("outside of a call", () => {
    const once = { retry: Retry.none }

    it.effect("Effect.retry with isSafe does not retry a purchase whose outcome is unknown", () => {
      const http = script(failed(429), failed(500), purchased)
      return Effect.gen(function* () {
        const error = yield* settle(
          Effect.flip(Effect.retry(purchase, { schedule: Schedule.spaced("1 second"), while: Retry.isSafe }))
        )
        assert.strictEqual(error._tag, "InternalServerError")
        assert.strictEqual(http.sent.length, 2)
      }).pipe(Effect.provide(http.audian(once)))
    })

    each(
      [
        { name: "Retry.standard", policy: Retry.standard },
        { name: "Retry.make", policy: plain() },
        { name: "Retry.whenSafe", policy: Retry.whenSafe(Schedule.recurs(3)) }
      ],
      ({ name }) => `Effect.retry with ${name} keeps to the server's wait and to isSafe`,
      ({ policy }) => {
        const http = script(failed(429, { "retry-after": "20" }), failed(500), purchased)
        return Effect.gen(function* () {
          const error = yield* settle(Effect.flip(Effect.retry(purchase, policy)))
          assert.strictEqual(error._tag, "InternalServerError")
          assert.deepStrictEqual(http.gaps(), [20_000])
        }).pipe(Effect.provide(http.audian(once)))
      }
    )

    it.effect("Stream.retry with whenSafe goes on after a safe error", () => {
      const http = script(failed(503), listed)
      return Effect.gen(function* () {
        yield* settle(
          Stream.runDrain(Numbers.list.items().pipe(Stream.retry(Retry.whenSafe(Schedule.spaced("1 second")))))
        )
        assert.strictEqual(http.sent.length, 2)
      }).pipe(Effect.provide(http.audian(once)))
    })

    it.effect("onRetry runs there too", () => {
      const http = script(failed(503), listed)
      const seen: Array<number> = []
      return Effect.gen(function* () {
        const policy = plain({
          onRetry: ({ attempt, delay }) => Effect.sync(() => void seen.push(attempt, Duration.toMillis(delay)))
        })
        yield* settle(Effect.retry(list, policy))
        assert.deepStrictEqual(seen, [2, 1000])
      }).pipe(Effect.provide(http.audian(once)))
    })
  })

  describe("onRetry", () => {
    const recording = (options?: Retry.Options) => {
      const decisions: Array<Retry.Decision> = []
      return {
        decisions,
        policy: plain({ ...options, onRetry: (decision) => Effect.sync(() => void decisions.push(decision)) })
      }
    }

    it.effect("runs before the delay of each retry, with the next attempt, the delay and the error", () => {
      const http = script(failed(500), failed(429, { "retry-after": "20" }), listed)
      const { decisions, policy } = recording()
      return Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(list)
        yield* TestClock.adjust("999 millis")
        assert.strictEqual(decisions.length, 1)
        yield* TestClock.adjust("1 minute")
        yield* Fiber.join(fiber)
        assert.deepStrictEqual(
          decisions.map(({ attempt, delay, error }) => [attempt, Duration.toMillis(delay), error._tag, error.attempts]),
          [
            [2, 1000, "InternalServerError", 1],
            [3, 20_000, "TooManyRequests", 2]
          ]
        )
      }).pipe(Effect.provide(http.audian({ retry: policy })))
    })

    each<{
      readonly title: string
      readonly response: Responder
      readonly options?: Retry.Options
      readonly client?: Parameters<Scripted["audian"]>[0]
      readonly call?: typeof list
    }>(
      [
        { title: "the error is not retryable", response: failed(404) },
        { title: "a retry is not safe", response: failed(500), call: purchase },
        { title: "the attempts are used up", response: failed(500), options: { attempts: 1 } },
        { title: "Retry-After is longer than maxRetryAfter", response: failed(429, { "retry-after": "61" }) },
        { title: "the budget is empty", response: failed(500), client: { retryBudget: { capacity: 0 } } },
        {
          title: "the delay would outlast the call",
          response: failed(500),
          client: { timeout: { total: "500 millis" } }
        }
      ],
      (row) => `does not run when ${row.title}`,
      ({ response, call = list, client, options }) => {
        const http = script(response)
        const { decisions, policy } = recording(options)
        return Effect.gen(function* () {
          yield* settle(Effect.flip(call))
          assert.strictEqual(http.sent.length, 1)
          assert.deepStrictEqual(decisions, [])
        }).pipe(Effect.provide(http.audian({ ...client, retry: policy })))
      }
    )
  })

  describe("make rejects options that cannot work", () => {
    const wrong: ReadonlyArray<{ readonly options: unknown; readonly message: string }> = [
      { options: { attempts: 1.5 }, message: "attempts: expected a whole number, 0 or more, or Infinity, got 1.5" },
      { options: { attempts: "3" }, message: 'attempts: expected a whole number, 0 or more, or Infinity, got "3"' },
      { options: { attempts: -1 }, message: "attempts: expected a whole number, 0 or more, or Infinity, got -1" },
      { options: { attempts: Number.NaN }, message: "got NaN" },
      { options: { baseDelay: -1 }, message: 'baseDelay: expected a duration such as "10 seconds", got -1' },
      { options: { baseDelay: "-1 seconds" }, message: 'got "-1 seconds"' },
      { options: { baseDelay: "soon" }, message: 'got "soon"' },
      { options: { maxDelay: null }, message: "maxDelay: expected a duration" },
      { options: { maxRetryAfter: true }, message: "maxRetryAfter: expected a duration" },
      { options: { factor: 0 }, message: "factor: expected a number above 0, got 0" },
      { options: { jitter: "no" }, message: 'jitter: expected true or false, got "no"' },
      { options: { while: true }, message: "while: expected a function, got true" },
      { options: { onRetry: {} }, message: "onRetry: expected a function, got an object" },
      { options: { budget: 5 }, message: "budget: expected true or false, got 5" },
      { options: { atempts: 3 }, message: "atempts: unknown option, did you mean attempts?" },
      { options: { maxdelay: 3 }, message: "maxdelay: unknown option, did you mean maxDelay?" },
      { options: { zzz: 3 }, message: "zzz: unknown option, known are attempts, baseDelay" },
      { options: 3, message: "options: expected an object, got 3" },
      { options: [], message: "options: expected an object, got an empty array" }
    ]
    for (const { message, options } of wrong) {
      it(message, () => {
        try {
          Retry.make(options as Retry.Options)
        } catch (error) {
          assert.instanceOf(error, Audian.InvalidOptions)
          assert.include(error.message, "Retry.make: ")
          assert.include(error.message, message)
          return
        }
        assert.fail("nothing was thrown")
      })
    }

    it("accepts undefined, and an unbounded number of attempts", () => {
      Retry.make({ attempts: Number.POSITIVE_INFINITY, baseDelay: undefined, while: undefined })
    })
  })

  describe("the retry budget", () => {
    const outage = (calls: number) =>
      Effect.forEach(Array.from({ length: calls }), () => Effect.exit(list), { concurrency: "unbounded" })

    it.effect("bounds the retries of an outage: 200 calls with a capacity of 5 send 205 requests", () => {
      const http = script(failed(503))
      return Effect.gen(function* () {
        const exits = yield* settle(outage(200))
        assert.isTrue(exits.every(Exit.isFailure))
        assert.strictEqual(http.sent.length, 205)
      }).pipe(Effect.provide(http.audian({ retryBudget: { capacity: 5 } })))
    })

    each(
      [
        { calls: 1, requests: 3 },
        { calls: 20, requests: 30 },
        { calls: 50, requests: 60 },
        { calls: 200, requests: 210 },
        { calls: 1000, requests: 1010 }
      ],
      ({ calls, requests }) => `an outage of ${calls} calls sends ${requests} requests`,
      ({ calls, requests }) => {
        const http = script(failed(503))
        return Effect.gen(function* () {
          yield* settle(outage(calls))
          assert.strictEqual(http.sent.length, requests)
        }).pipe(Effect.provide(http.audian()))
      }
    )

    it.effect(
      "an outage in which half of the attempts fail sends at most 1.2 requests per call in the long run",
      () => {
        // A linear congruential generator: failures at random, the same in each run.
        let state = 1
        const http = route(() => {
          state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
          return state < 1_073_741_824 ? listed : failed(503)
        })
        return Effect.gen(function* () {
          yield* settle(Effect.repeat(outage(1), { times: 2999 }), "3 hours")
          assert.isAtMost(http.sent.length, 3000 * 1.2)
        }).pipe(Effect.provide(http.audian({ retry: plain({ baseDelay: 10 }) })))
      }
    )

    it.effect("isolated failures are retried after an outage too, once successes have earned it", () => {
      const responses = [...Array.from({ length: 30 }, () => failed(503)), ...Array.from({ length: 10 }, () => listed)]
      const http = script(...(responses as [Responder, ...Array<Responder>]), failed(503), listed)
      return Effect.gen(function* () {
        yield* settle(outage(20))
        assert.strictEqual(http.sent.length, 30)
        yield* settle(Effect.repeat(list, { times: 9 }))
        yield* settle(list)
        assert.strictEqual(http.sent.length, 42)
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("refills by 0.1 for each call that succeeds: ten of them earn one retry", () => {
      let response: Responder = failed(503)
      const http = script((request) => response(request))
      const requests = (self: Effect.Effect<unknown, never, Effect.Services<typeof list>>) =>
        Effect.gen(function* () {
          const before = http.sent.length
          yield* settle(self)
          return http.sent.length - before
        })
      return Effect.gen(function* () {
        assert.strictEqual(yield* requests(outage(10)), 12)
        response = listed
        yield* requests(outage(9))
        response = failed(503)
        assert.strictEqual(yield* requests(outage(3)), 3)
        response = listed
        yield* requests(outage(1))
        response = failed(503)
        assert.strictEqual(yield* requests(outage(3)), 4)
        // It never holds more than its capacity.
        response = listed
        yield* requests(outage(100))
        response = failed(503)
        assert.strictEqual(yield* requests(outage(10)), 12)
      }).pipe(Effect.provide(http.audian({ retryBudget: { capacity: 2 } })))
    })

    it.effect("refund sets how much a success earns", () => {
      let response: Responder = failed(503)
      const http = script((request) => response(request))
      return Effect.gen(function* () {
        yield* settle(outage(1))
        response = listed
        yield* settle(outage(2))
        response = failed(503)
        http.sent.length = 0
        yield* settle(outage(5))
        assert.strictEqual(http.sent.length, 6)
      }).pipe(Effect.provide(http.audian({ retryBudget: { capacity: 1, refund: 0.5 } })))
    })

    it.effect("never blocks isolated failures: a retry that succeeds refunds its cost", () => {
      const http = script(
        ...(Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? failed(503) : listed)) as [
          Responder,
          ...Array<Responder>
        ])
      )
      return Effect.gen(function* () {
        for (let i = 0; i < 20; i++) yield* settle(list)
        assert.strictEqual(http.sent.length, 40)
      }).pipe(Effect.provide(http.audian({ retryBudget: { capacity: 1 } })))
    })

    it.effect("is not refilled by a retry that did not draw on it", () => {
      const http = route((_, nth) => (nth === 3 ? listed : failed(503)))
      return Effect.gen(function* () {
        yield* settle(outage(1))
        assert.strictEqual(http.sent.length, 2)
        yield* settle(Retry.withPolicy(list, Retry.documented))
        assert.strictEqual(http.sent.length, 4)
        yield* settle(outage(1))
        assert.strictEqual(http.sent.length, 5)
      }).pipe(Effect.provide(http.audian({ retryBudget: { capacity: 1, refund: 0 } })))
    })

    it.effect("belongs to one client", () => {
      const http = script(failed(503))
      return Effect.gen(function* () {
        for (const _ of ["one", "other"]) {
          yield* settle(Effect.provide(outage(10), http.audian({ retryBudget: { capacity: 5 } })))
        }
        assert.strictEqual(http.sent.length, 30)
      })
    })

    each(
      [
        { title: "retryBudget: false disables it", client: { retryBudget: false } },
        {
          title: "a policy with budget: false ignores it",
          client: { retryBudget: { capacity: 0 }, retry: plain({ budget: false }) }
        },
        {
          title: "Retry.documented ignores it",
          client: { retryBudget: { capacity: 0 }, retry: Retry.documented }
        }
      ] as const,
      (row) => `${row.title}: 200 calls send 600 requests`,
      ({ client }) => {
        const http = script(failed(503))
        return Effect.gen(function* () {
          yield* settle(outage(200))
          assert.strictEqual(http.sent.length, 600)
        }).pipe(Effect.provide(http.audian(client)))
      }
    )
  })

  describe("time", () => {
    it.effect("an interruption during a delay ends the call at once and sends nothing more", () => {
      const http = script(failed(503, { "retry-after": "30" }))
      return Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(list)
        yield* TestClock.adjust("5 seconds")
        yield* Fiber.interrupt(fiber)
        assert.isTrue(Exit.hasInterrupts(yield* Fiber.await(fiber)))
        assert.strictEqual(yield* Clock.currentTimeMillis, 5000)
        yield* TestClock.adjust("10 minutes")
        assert.strictEqual(http.sent.length, 1)
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("a delay that would outlast the call is not started: the call fails with the response's error", () => {
      const http = script(failed(429, { "retry-after": "30" }))
      return Effect.gen(function* () {
        const [error, at] = yield* settle(timed(Effect.flip(list)))
        assert.strictEqual(error._tag, "TooManyRequests")
        assert.strictEqual(Duration.toMillis(error.retryAfter!), 30_000)
        assert.strictEqual(at, 0)
        assert.strictEqual(http.sent.length, 1)
      }).pipe(Effect.provide(http.audian({ timeout: { total: "5 seconds" } })))
    })

    const endless = web(
      () =>
        new Response(
          new ReadableStream({
            start: (controller) => controller.enqueue(new TextEncoder().encode('{"success":true,"data":'))
          }),
          { status: 201 }
        )
    )

    it.effect("timeout.attempt is 30 s and covers a body that never ends", () => {
      const http = script(endless)
      return Effect.gen(function* () {
        const [error, at] = yield* settle(timed(Effect.flip(purchase)))
        assert.strictEqual(at, 30_000)
        assert.isTrue(error._tag === "AudianClientError" && error.reason._tag === "Timeout")
        // The head of its 201 arrived.
        assert.strictEqual(error.outcome, "executed")
      }).pipe(Effect.provide(http.audian()))
    })

    const timeoutOf = (error: AudianError.AudianError) =>
      error._tag === "AudianClientError" && error.reason._tag === "Timeout"
        ? { scope: error.reason.scope, limit: Duration.toMillis(error.reason.limit) }
        : undefined

    each<{
      readonly title: string
      readonly timeout: { readonly attempt?: Duration.Input; readonly total?: Duration.Input }
      readonly scope: "attempt" | "total"
      readonly limit: number
      readonly at: number
      readonly times: number
    }>(
      [
        {
          title: "an attempt has its own limit each time",
          timeout: { attempt: "10 seconds" },
          scope: "attempt",
          limit: 10_000,
          at: 33_000,
          times: 3
        },
        {
          title: "the last attempt has only the rest of the total",
          timeout: { attempt: "10 seconds", total: "25 seconds" },
          scope: "total",
          limit: 25_000,
          at: 25_000,
          times: 3
        },
        {
          title: "no delay starts that the total does not cover",
          timeout: { attempt: "10 seconds", total: "22 seconds" },
          scope: "attempt",
          limit: 10_000,
          at: 21_000,
          times: 2
        },
        {
          title: "a total shorter than an attempt ends the first one",
          timeout: { total: "5 seconds" },
          scope: "total",
          limit: 5000,
          at: 5000,
          times: 1
        }
      ],
      ({ title }) => title,
      ({ at, limit, scope, timeout, times }) => {
        const http = script(hanging)
        return Effect.gen(function* () {
          const [error, ended] = yield* settle(timed(Effect.flip(list)))
          assert.deepStrictEqual(timeoutOf(error), { scope, limit })
          assert.strictEqual(ended, at)
          assert.strictEqual(http.sent.length, times)
          assert.strictEqual(error.attempts, times)
          assert.isTrue(http.sent.every(({ signal }) => signal.aborted))
        }).pipe(Effect.provide(http.audian({ retry: plain(), timeout })))
      }
    )

    it.effect("the total is 5 minutes, retries and delays included", () => {
      const http = script(hanging)
      return Effect.gen(function* () {
        const [error, at] = yield* settle(timed(Effect.flip(list)))
        assert.deepStrictEqual(timeoutOf(error), { scope: "total", limit: 300_000 })
        assert.strictEqual(at, 300_000)
      }).pipe(Effect.provide(http.audian({ retry: plain({ attempts: 20, factor: 1 }) })))
    })

    it.effect("infinite timeouts never end a call", () => {
      const http = script(hanging)
      return Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(list)
        yield* TestClock.adjust("30 days")
        assert.isUndefined(fiber.pollUnsafe())
      }).pipe(Effect.provide(http.audian({ timeout: { attempt: Duration.infinity, total: Duration.infinity } })))
    })
  })

  describe("a connection lost after the request was sent", () => {
    each(
      ["EHOSTUNREACH", "ENETUNREACH", "ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC", "ERR_INVALID_STATE", "ENOTFOUND"]
        .flatMap((code) => [
          { code, where: "request" as const },
          { code, where: "body" as const }
        ])
        .filter(({ code, where }) => code !== "ENOTFOUND" || where === "body"),
      ({ code, where }) => `a purchase is not retried: ${code}, in the ${where === "body" ? "body of a 201" : where}`,
      ({ code, where }) => {
        const http = script(interrupted(code, where), purchased)
        return Effect.gen(function* () {
          const error = yield* settle(Effect.flip(purchase))
          assert.strictEqual(error.outcome, where === "body" ? "executed" : "unknown")
          assert.strictEqual(reasonOf(error), "Transport")
          assert.strictEqual(http.sent.length, 1)
        }).pipe(Effect.provide(http.audian()))
      }
    )
  })
})

describe("policies that are none", () => {
  const three = 3 as unknown as Retry.Policy
  const none = undefined as unknown as Retry.Policy
  const policy = "expected a retry policy such as Retry.make({ attempts: 5 }), got"
  it.each([
    ["Retry.withPolicy", () => Retry.withPolicy(Numbers.list(), three), `policy: ${policy} 3`],
    ["Retry.withPolicy", () => Numbers.list().pipe(Retry.withPolicy(none)), `policy: ${policy} undefined`],
    ["Retry.layer", () => Retry.layer(three), `policy: ${policy} 3`],
    ["Retry.max", () => Retry.max(three as never), "policies: expected a list of one or more policies, got 3"],
    [
      "Retry.max",
      () => Retry.max([] as never),
      "policies: expected a list of one or more policies, got an empty array"
    ],
    ["Retry.max", () => Retry.max([Retry.none, three]), `policies[1]: ${policy} 3`],
    ["Retry.min", () => Retry.min([none]), `policies[0]: ${policy} undefined`],
    ["Retry.andThen", () => Retry.andThen(Retry.none, three), `that: ${policy} 3`],
    ["Retry.whenSafe", () => Retry.whenSafe(three), `schedule: ${policy} 3`],
    ["Retry.allowReplay", () => Retry.allowReplay(three), `policy: ${policy} 3`],
    ["Retry.ignoreRetryAfter", () => Retry.ignoreRetryAfter(three), `policy: ${policy} 3`],
    ["Retry.ignoreBudget", () => Retry.ignoreBudget(three), `policy: ${policy} 3`]
  ] as const)("%s throws InvalidOptions %#", (name, make, message) => {
    try {
      make()
    } catch (error) {
      assert.instanceOf(error, Audian.InvalidOptions)
      assert.strictEqual(error.message, `${name}: ${message}`)
      return
    }
    assert.fail("nothing was thrown")
  })
})
