import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import { Audian, AudianError, Credentials, Numbers, Operation, RateLimit, Retry } from "effect-audian"
import { each } from "./support/each.ts"
import type { Responder, Scripted, Sent } from "./support/http.ts"
import { failed, flush, hanging, json, later, listed, patiently, route, settle, timed } from "./support/http.ts"

const data = Schema.Struct({ data: Schema.Struct({ id: Schema.String }) })

const get = Operation.make(
  () =>
    HttpApiEndpoint.get("get", "/v2/accounts/:account_id", {
      params: { account_id: Schema.String },
      success: data
    }),
  { resource: "Test", family: "account", replay: "safe" }
)

const call = Operation.make(
  () =>
    HttpApiEndpoint.post("call", "/v2/accounts/:account_id/calls", {
      params: { account_id: Schema.String },
      payload: Schema.Struct({ data: Schema.Struct({ to: Schema.String }) }),
      success: data
    }),
  { resource: "Test", family: "account", replay: "unsafe" }
)

const flat = Effect.asVoid(Numbers.list())
const account = Effect.asVoid(get())

const responded: Responder = json(200, { data: { id: "x" }, status: "success" })

/** The `nth` token of the server, counted from 1. */
const token = (nth: number) => `token-${nth}`

const exchanged = (auth_token: string, account_id: string | undefined = "acc_key"): Responder =>
  json(201, { auth_token, data: { account_id, owner_id: null }, status: "success" })

const locked: Responder = json(401, { error: "401", message: "account_is_locked", data: {}, status: "error" })

interface Server extends Scripted {
  readonly exchanges: () => ReadonlyArray<Sent>
  readonly calls: () => ReadonlyArray<Sent>
  /** The credentials that calls have sent. */
  readonly tokens: () => ReadonlyArray<string | undefined>
}

/** A server that exchanges keys and responds to calls; `nth` counts from 1 for each. */
const serve = (options: {
  readonly exchange?: (nth: number, sent: Sent) => Responder
  readonly call?: (nth: number, sent: Sent) => Responder
}): Server => {
  const isExchange = ({ url }: Sent) => url.pathname === "/v2/api_auth"
  const http = route((sent) => {
    if (isExchange(sent)) {
      const nth = http.sent.filter(isExchange).length
      return options.exchange?.(nth, sent) ?? exchanged(token(nth))
    }
    const nth = http.sent.length - http.sent.filter(isExchange).length
    return options.call?.(nth, sent) ?? (sent.url.pathname.startsWith("/v2/accounts/") ? responded : listed)
  })
  return {
    ...http,
    exchanges: () => http.sent.filter(isExchange),
    calls: () => http.sent.filter((sent) => !isExchange(sent)),
    tokens: () => http.sent.filter((sent) => !isExchange(sent)).map(({ headers }) => headers["x-auth-token"])
  }
}

interface Keyed extends Audian.ClientOptions {
  readonly apiKey?: Audian.Secret | Effect.Effect<Redacted.Redacted, unknown>
  readonly authToken?: Audian.Secret
  readonly accountId?: string
}

const client = (http: Scripted, options: Keyed = {}) =>
  Effect.provide(Layer.provide(Audian.layer({ apiKey: "sk_live_1", ...options }), http.layer))

const withToken = (http: Scripted, options: Omit<Keyed, "apiKey">) =>
  Effect.provide(Layer.provide(Audian.layer({ authToken: "ready", ...options }), http.layer))

const times = <A, E, R>(
  n: number,
  self: Effect.Effect<A, E, R>
): Effect.Effect<ReadonlyArray<Exit.Exit<A, E>>, never, R> =>
  Effect.forEach(Array.from({ length: n }), () => Effect.exit(self), { concurrency: "unbounded" })

describe("Credentials", () => {
  describe("the credential of a request", () => {
    it.effect("a flat operation sends the API key itself", () => {
      const http = serve({})
      return Effect.gen(function* () {
        yield* settle(flat)
        assert.deepStrictEqual(http.tokens(), ["sk_live_1"])
        assert.strictEqual(http.exchanges().length, 0)
      }).pipe(client(http))
    })

    it.effect("an account-scoped operation exchanges the API key and sends the token", () => {
      const http = serve({})
      return Effect.gen(function* () {
        yield* settle(account)
        const exchange = http.exchanges()[0]!
        assert.strictEqual(exchange.method, "PUT")
        assert.strictEqual(exchange.url.pathname, "/v2/api_auth")
        assert.deepStrictEqual(JSON.parse(exchange.body), { data: { api_key: "sk_live_1" } })
        assert.strictEqual(exchange.headers["content-type"], "application/json")
        assert.isUndefined(exchange.headers["x-auth-token"])
        assert.isUndefined(exchange.headers.traceparent)
        assert.isUndefined(exchange.headers.b3)
        assert.deepStrictEqual(http.tokens(), [token(1)])
      }).pipe(client(http))
    })

    it.effect("the body of an account-scoped operation is wrapped in data", () => {
      const http = serve({})
      return Effect.gen(function* () {
        assert.deepStrictEqual(yield* settle(call({ to: "+14155551234" })), { id: "x" })
        assert.deepStrictEqual(JSON.parse(http.calls()[0]!.body), { data: { to: "+14155551234" } })
      }).pipe(client(http))
    })

    it.effect("the token is kept for later calls", () => {
      const http = serve({})
      return Effect.gen(function* () {
        for (let i = 0; i < 5; i++) yield* settle(account, "1 minute")
        assert.strictEqual(http.exchanges().length, 1)
        assert.deepStrictEqual(http.tokens(), Array(5).fill(token(1)))
      }).pipe(client(http))
    })

    it.effect("an authToken alone is sent by both families, and never exchanged", () => {
      const http = serve({})
      return Effect.gen(function* () {
        yield* settle(flat)
        yield* settle(account)
        assert.deepStrictEqual(http.tokens(), ["ready", "ready"])
        assert.strictEqual(http.exchanges().length, 0)
      }).pipe(withToken(http, { authToken: Redacted.make("ready"), accountId: "acc" }))
    })

    it.effect("with both, the flat family sends the key and the account family the token", () => {
      const http = serve({})
      return Effect.gen(function* () {
        yield* settle(flat)
        yield* settle(account)
        assert.deepStrictEqual(http.tokens(), ["sk_live_1", "ready"])
        assert.strictEqual(http.exchanges().length, 0)
      }).pipe(client(http, { authToken: "ready", accountId: "acc" }))
    })
  })

  describe("the account id", () => {
    each(
      [
        { title: "comes from the exchange", options: {}, input: undefined, expected: "acc_key" },
        {
          title: "of the options wins over the exchange's",
          options: { accountId: "acc_opt" },
          input: undefined,
          expected: "acc_opt"
        },
        {
          title: "of the call wins over the options'",
          options: { accountId: "acc_opt" },
          input: { account_id: "acc_call" },
          expected: "acc_call"
        },
        {
          title: "of the call wins over the exchange's",
          options: {},
          input: { account_id: "acc_call" },
          expected: "acc_call"
        },
        {
          title: "of the options holds when the call's is undefined",
          options: { accountId: "acc_opt" },
          input: { account_id: undefined },
          expected: "acc_opt"
        },
        {
          title: "of the exchange holds with a ready-made token and a key",
          options: { authToken: "ready" },
          input: undefined,
          expected: "acc_key"
        }
      ],
      ({ title }) => title,
      ({ expected, input, options }) => {
        const http = serve({})
        return Effect.gen(function* () {
          yield* settle(get(input))
          assert.strictEqual(http.calls()[0]?.url.pathname, `/v2/accounts/${expected}`)
        }).pipe(client(http, options))
      }
    )

    it.effect("that is unknown is an InvalidRequest that names account_id, and nothing is sent", () => {
      const http = serve({})
      return Effect.gen(function* () {
        const error = yield* settle(Effect.flip(account))
        assert.isTrue(error._tag === "AudianClientError" && error.reason._tag === "InvalidRequest")
        assert.deepStrictEqual(
          error.details.map(({ field }) => field),
          ["account_id"]
        )
        assert.strictEqual(error.param, "account_id")
        assert.include(error.message, "accountId (AUDIAN_ACCOUNT_ID)")
        assert.strictEqual(http.sent.length, 0)
      }).pipe(withToken(http, {}))
    })

    it.effect("that the exchange leaves out is an InvalidRequest that names account_id", () => {
      const http = serve({ exchange: () => json(201, { auth_token: "t", data: {} }) })
      return Effect.gen(function* () {
        const error = yield* settle(Effect.flip(account))
        assert.strictEqual(error.param, "account_id")
        assert.strictEqual(http.calls().length, 0)
      }).pipe(client(http))
    })
  })

  describe("with many fibers", () => {
    it.effect("1,000 of them that start with no token make one exchange", () => {
      const http = serve({ exchange: (nth) => later("2 seconds", exchanged(token(nth))) })
      return Effect.gen(function* () {
        const exits = yield* settle(times(1000, account))
        assert.isTrue(exits.every(Exit.isSuccess))
        assert.strictEqual(http.exchanges().length, 1)
        assert.deepStrictEqual(new Set(http.tokens()), new Set([token(1)]))
        assert.strictEqual(http.calls().length, 1000)
      }).pipe(client(http), patiently)
    })

    it.effect("200 of them that all get a 401 make one refresh, and each is retried once", () => {
      const http = serve({
        exchange: (nth) => later("2 seconds", exchanged(token(nth))),
        call: (nth, { headers }) =>
          later("1 second", nth > 1 && headers["x-auth-token"] === token(1) ? failed(401) : responded)
      })
      return Effect.gen(function* () {
        yield* settle(account, "10 seconds")
        const exits = yield* settle(times(200, account))
        assert.isTrue(exits.every(Exit.isSuccess))
        assert.strictEqual(http.exchanges().length, 2)
        assert.strictEqual(http.calls().length, 1 + 2 * 200)
      }).pipe(client(http))
    })

    it.effect("a 401 that comes late does not throw away the token had since", () => {
      const http = serve({
        call: (nth, { headers }) =>
          headers["x-auth-token"] === token(1) ? later(nth === 1 ? "5 seconds" : "1 second", failed(401)) : responded
      })
      return Effect.gen(function* () {
        const exits = yield* settle(times(2, account))
        assert.isTrue(exits.every(Exit.isSuccess))
        assert.strictEqual(http.exchanges().length, 2)
        assert.deepStrictEqual(http.tokens(), [token(1), token(1), token(2), token(2)])
      }).pipe(client(http))
    })

    it.effect("an interruption of the one that began the exchange does not fail the others", () => {
      const http = serve({ exchange: (nth) => later("2 seconds", exchanged(token(nth))) })
      return Effect.gen(function* () {
        const first = yield* Effect.forkChild(account)
        yield* flush
        const others = yield* Effect.forkChild(times(10, account))
        yield* TestClock.adjust("1 second")
        yield* Fiber.interrupt(first)
        yield* TestClock.adjust("1 minute")
        const exits = yield* Fiber.join(others)
        assert.isTrue(exits.every(Exit.isSuccess))
        assert.strictEqual(http.exchanges().length, 1)
        assert.strictEqual(http.calls().length, 10)
      }).pipe(client(http))
    })

    it.effect("an interruption of all of them gives the exchange up", () => {
      const http = serve({ exchange: (nth) => later("2 seconds", exchanged(token(nth))) })
      return Effect.gen(function* () {
        const all = yield* Effect.forkChild(times(10, account))
        yield* flush
        yield* Fiber.interrupt(all)
        assert.isTrue(http.exchanges()[0]?.signal.aborted)
        yield* settle(account)
        assert.strictEqual(http.exchanges().length, 2)
      }).pipe(client(http))
    })
  })

  describe("after a 401", () => {
    it.effect("makes one refresh, at once and outside of the retry policy", () => {
      const http = serve({ call: (nth) => (nth === 1 ? failed(401) : responded) })
      return Effect.gen(function* () {
        const [[, response], at] = yield* settle(timed(Audian.withResponse(account)))
        assert.deepStrictEqual(http.tokens(), [token(1), token(2)])
        assert.strictEqual(response?.attempts, 2)
        assert.strictEqual(at, 0)
      }).pipe(Retry.withPolicy(Retry.none), client(http))
    })

    it.effect("of an unsafe operation makes a refresh as well: nothing was executed", () => {
      const http = serve({ call: (nth) => (nth === 1 ? failed(401) : responded) })
      return Effect.gen(function* () {
        yield* settle(call({ to: "+14155551234" }))
        assert.deepStrictEqual(http.tokens(), [token(1), token(2)])
      }).pipe(client(http))
    })

    it.effect("after the refresh is Unauthorized: there is no loop", () => {
      const http = serve({ call: () => failed(401) })
      return Effect.gen(function* () {
        const error = yield* settle(Effect.flip(account))
        assert.strictEqual(error._tag, "Unauthorized")
        assert.strictEqual(error.operation, "Test.get")
        assert.strictEqual(error.attempts, 2)
        assert.deepStrictEqual(http.tokens(), [token(1), token(2)])
        assert.strictEqual(http.exchanges().length, 2)
      }).pipe(client(http))
    })

    it.effect("with account_is_locked is final: another token would not open it", () => {
      const http = serve({ call: () => locked })
      return Effect.gen(function* () {
        const error = yield* settle(Effect.flip(account))
        assert.strictEqual(error._tag, "Unauthorized")
        assert.strictEqual(error.code, "account_is_locked")
        assert.strictEqual(http.calls().length, 1)
        assert.strictEqual(http.exchanges().length, 1)
      }).pipe(client(http))
    })

    each(
      [
        { family: "flat", self: flat },
        { family: "account", self: account }
      ],
      (row) => `for an authToken is final in the ${row.family} family: nothing can renew it`,
      ({ self }) => {
        const http = serve({ call: () => failed(401) })
        return Effect.gen(function* () {
          const error = yield* settle(Effect.flip(self))
          assert.strictEqual(error._tag, "Unauthorized")
          assert.strictEqual(http.sent.length, 1)
        }).pipe(withToken(http, { accountId: "acc" }))
      }
    )

    it.effect("for a plain API key is final in the flat family", () => {
      const http = serve({ call: () => failed(401) })
      return Effect.gen(function* () {
        const error = yield* settle(Effect.flip(flat))
        assert.strictEqual(error._tag, "Unauthorized")
        assert.strictEqual(http.sent.length, 1)
      }).pipe(client(http))
    })

    it.effect("of an authToken that was given with a key exchanges the key", () => {
      const http = serve({ call: (_, { headers }) => (headers["x-auth-token"] === "stale" ? failed(401) : responded) })
      return Effect.gen(function* () {
        yield* settle(account)
        assert.deepStrictEqual(http.tokens(), ["stale", token(1)])
      }).pipe(client(http, { authToken: "stale", accountId: "acc" }))
    })
  })

  // With the account id from the options, and from the exchange: the second needs the exchange before the call.
  const sources = [
    { source: "the options", options: { accountId: "acc" } },
    { source: "the exchange", options: {} }
  ]

  describe("an exchange that fails", () => {
    each(
      sources,
      (row) => `is not kept: the next call tries again (account id of ${row.source})`,
      ({ options }) => {
        const http = serve({ exchange: (nth) => (nth === 1 ? failed(403) : exchanged(token(nth))) })
        return Effect.gen(function* () {
          const error = yield* settle(Effect.flip(account), "0 millis")
          assert.strictEqual(error._tag, "Forbidden")
          yield* settle(account, "0 millis")
          assert.strictEqual(http.exchanges().length, 2)
          assert.deepStrictEqual(http.tokens(), [token(2)])
        }).pipe(client(http, options))
      }
    )

    each(
      sources,
      (row) =>
        `with a 500 says that the operation was not executed, though the 500 itself would not (account id of ${row.source})`,
      ({ options }) => {
        const http = serve({ exchange: () => failed(500) })
        return Effect.gen(function* () {
          const error = yield* settle(Effect.flip(call({ to: "+14155551234" })))
          assert.strictEqual(error._tag, "InternalServerError")
          assert.strictEqual(error.outcome, "not-executed")
          assert.strictEqual(http.calls().length, 0)
        }).pipe(client(http, options))
      }
    )

    each(
      sources,
      (row) => `is retried by the policy, even for an unsafe operation (account id of ${row.source})`,
      ({ options }) => {
        const http = serve({ exchange: (nth) => (nth < 3 ? failed(500) : exchanged(token(nth))) })
        return Effect.gen(function* () {
          yield* settle(call({ to: "+14155551234" }))
          assert.strictEqual(http.exchanges().length, 3)
          assert.deepStrictEqual(http.gaps(), [1000, 2000, 0])
        }).pipe(Retry.withPolicy(Retry.make({ jitter: false })), client(http, options))
      }
    )

    each(
      sources,
      (row) => `counts as an attempt of the policy, so it ends (account id of ${row.source})`,
      ({ options }) => {
        const http = serve({ exchange: () => failed(503) })
        return Effect.gen(function* () {
          const error = yield* settle(Effect.flip(account))
          assert.strictEqual(error._tag, "ServiceUnavailable")
          assert.strictEqual(http.exchanges().length, 3)
        }).pipe(client(http, options))
      }
    )

    each(
      sources,
      (row) => `by never responding is a Timeout of the attempt (account id of ${row.source})`,
      ({ options }) => {
        const http = serve({ exchange: () => hanging })
        return Effect.gen(function* () {
          const error = yield* settle(Effect.flip(call({ to: "+14155551234" })))
          assert.isTrue(error._tag === "AudianClientError" && error.reason._tag === "Timeout")
          assert.strictEqual(error.outcome, "not-executed")
          assert.strictEqual(http.calls().length, 0)
        }).pipe(client(http, options))
      }
    )

    it.effect("with a 401 is final for a plain key", () => {
      const http = serve({ exchange: () => failed(401) })
      return Effect.gen(function* () {
        const error = yield* settle(Effect.flip(account))
        assert.strictEqual(error._tag, "Unauthorized")
        assert.strictEqual(error.outcome, "not-executed")
        assert.strictEqual(http.sent.length, 1)
      }).pipe(client(http))
    })

    it.effect("does not make certain what an attempt before it left open", () => {
      // The 500 may have rung the phone; a failed refresh before the retry does not change that.
      const http = serve({
        exchange: (nth) => (nth === 1 ? exchanged(token(1)) : failed(403)),
        call: (nth) => failed(nth === 1 ? 500 : 401)
      })
      return Effect.gen(function* () {
        const error = yield* settle(Effect.flip(call({ to: "+14155551234" })))
        assert.strictEqual(error._tag, "Forbidden")
        assert.strictEqual(http.calls().length, 2)
        assert.strictEqual(error.outcome, "unknown")
      }).pipe(client(http, { retry: Retry.documented }))
    })

    it.effect("keeps the key out of the error, even when the server echoes it", () => {
      const http = serve({
        exchange: () =>
          json(403, { error: { code: "forbidden_error", message: "sk_live_1 may not" }, key: "sk_live_1" })
      })
      return Effect.gen(function* () {
        const error = yield* settle(Effect.flip(account))
        assert.strictEqual(error._tag, "Forbidden")
        assert.notInclude(`${error} ${error.message} ${JSON.stringify(error)} ${error.path}`, "sk_live_1")
      }).pipe(client(http))
    })
  })

  describe("a token that no header can carry", () => {
    each(
      [
        { title: "a line break", auth_token: "abc\ndef" },
        { title: "a snowman", auth_token: "abc\u2603" },
        { title: "nothing in it but spaces", auth_token: "  " }
      ],
      ({ title }) => `from the exchange, with ${title}, is InvalidResponse of the exchange and is not kept`,
      ({ auth_token }) => {
        const http = serve({ exchange: (nth) => exchanged(nth === 1 ? auth_token : token(nth)) })
        return Effect.gen(function* () {
          const error = yield* settle(Effect.flip(account))
          assert.deepStrictEqual(
            error._tag === "AudianClientError" ? error.reason : error._tag,
            AudianError.InvalidResponse.make({ status: 201 })
          )
          assert.strictEqual(error.operation, "AccessTokens.exchange")
          assert.strictEqual(error.outcome, "not-executed")
          assert.strictEqual(http.exchanges().length, 1)
          assert.strictEqual(http.calls().length, 0)
          yield* settle(account)
          assert.deepStrictEqual(http.tokens(), [token(2)])
        }).pipe(client(http))
      }
    )

    it.effect("from an exchange of one's own fails without being kept", () =>
      Effect.gen(function* () {
        let nth = 0
        const credentials = yield* Credentials.make({
          apiKey: Redacted.make("sk"),
          exchange: () =>
            Effect.sync(() => ({ token: Redacted.make(++nth === 1 ? "a\nb" : "good"), accountId: undefined }))
        })
        const error = yield* Effect.flip(credentials.token("account"))
        assert.include(error.message, "characters that a header cannot carry")
        assert.strictEqual(Redacted.value(yield* credentials.token("account")), "good")
      })
    )
  })

  describe("an exchange that many wait for", () => {
    for (const [title, guard] of [
      ["without a limiter", {}],
      ["with a limiter", { rateLimit: RateLimit.limiter() }]
    ] as const) {
      it.effect(`is bounded by each call's own limit, ${title}`, () => {
        // The first exchange hangs; the second takes five seconds.
        const http = serve({
          exchange: (nth) => (nth === 1 ? hanging : later("5 seconds", exchanged(token(nth))))
        })
        return Effect.gen(function* () {
          const first = yield* Effect.forkChild(timed(Effect.flip(account)))
          yield* flush
          yield* TestClock.adjust("20 seconds")
          const second = yield* Effect.forkChild(timed(Effect.result(account)))
          yield* flush
          yield* TestClock.adjust("5 minutes")
          yield* flush
          const [error, at] = yield* Fiber.join(first)
          assert.isTrue(error._tag === "AudianClientError" && error.reason._tag === "Timeout")
          assert.strictEqual(at, 30_000)
          // The second call came when the exchange had ten seconds left. It has thirty of its own.
          const [result, end] = yield* Fiber.join(second)
          if (title === "with a limiter") {
            assert.isTrue(Result.isSuccess(result))
            assert.strictEqual(end, 35_000)
          } else {
            assert.isTrue(Result.isFailure(result))
            assert.strictEqual(end, 50_000)
          }
        }).pipe(Retry.withPolicy(Retry.none), client(http, guard))
      })
    }
  })

  describe("the life of a token", () => {
    const jwt = (claims: object) =>
      `${[{ alg: "RS256", typ: "JWT" }, claims]
        .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
        .join(".")}.c2lnbmF0dXJl`
    const issued = 1_800_000_000
    const hour = 3600

    each<{
      readonly title: string
      readonly token: (nth: number) => string
      readonly clock?: number
      /** Until when it is used. */
      readonly life: Duration.Input & `${number} millis`
      readonly last: `${number} millis`
    }>(
      [
        {
          title: "a JWT is renewed at nine tenths of its life",
          token: (nth) => jwt({ iat: issued, exp: issued + hour, nth }),
          clock: issued * 1000,
          last: "3239999 millis",
          life: "3240000 millis"
        },
        {
          title: "a client whose clock is years behind does the same",
          token: (nth) => jwt({ iat: issued, exp: issued + hour, nth }),
          clock: 0,
          last: "3239999 millis",
          life: "3240000 millis"
        },
        {
          title: "a client whose clock is years ahead does the same",
          token: (nth) => jwt({ iat: issued, exp: issued + hour, nth }),
          clock: (issued + 100_000 * hour) * 1000,
          last: "3239999 millis",
          life: "3240000 millis"
        },
        {
          title: "a JWT without iat is taken to be issued on arrival",
          token: (nth) => jwt({ exp: issued + hour, nth }),
          clock: issued * 1000,
          last: "3239999 millis",
          life: "3240000 millis"
        },
        {
          title: "a JWT without claims is renewed after 54 minutes",
          token: (nth) => jwt({ nth }),
          last: "3239999 millis",
          life: "3240000 millis"
        },
        {
          title: "a short JWT has a short life",
          token: (nth) => jwt({ iat: issued, exp: issued + 10, nth }),
          last: "8999 millis",
          life: "9000 millis"
        },
        {
          title: "an opaque token is renewed after 54 minutes",
          token,
          last: "3239999 millis",
          life: "3240000 millis"
        },
        {
          title: "a token that only looks like a JWT is renewed after 54 minutes",
          token: (nth) => `a.${nth}.%%%`,
          last: "3239999 millis",
          life: "3240000 millis"
        }
      ],
      ({ title }) => title,
      ({ clock = 0, last, life, token }) => {
        const http = serve({ exchange: (nth) => exchanged(token(nth)) })
        return Effect.gen(function* () {
          yield* TestClock.setTime(clock)
          yield* settle(account, "0 millis")
          yield* TestClock.setTime(clock + Number.parseInt(last, 10))
          yield* settle(account, "0 millis")
          assert.strictEqual(http.exchanges().length, 1)
          yield* TestClock.setTime(clock + Number.parseInt(life, 10))
          yield* settle(account, "0 millis")
          assert.strictEqual(http.exchanges().length, 2)
          assert.deepStrictEqual(http.tokens(), [token(1), token(1), token(2)])
        }).pipe(client(http))
      }
    )

    it.effect("an authToken without a key is used for as long as the server takes it", () => {
      const http = serve({})
      return Effect.gen(function* () {
        yield* settle(account)
        yield* TestClock.adjust("365 days")
        yield* settle(account)
        assert.strictEqual(http.exchanges().length, 0)
        assert.strictEqual(http.calls().length, 2)
      }).pipe(withToken(http, { authToken: jwt({ iat: 0, exp: 10 }), accountId: "acc" }))
    })
  })

  describe("an apiKey that is an effect", () => {
    /** A secret manager that counts its requests. */
    const vault = (readKey: (nth: number) => Effect.Effect<string, unknown>) => {
      let reads = 0
      return {
        reads: () => reads,
        apiKey: Effect.map(
          Effect.suspend(() => readKey(++reads)),
          (key) => Redacted.make(key)
        )
      }
    }

    it.effect("is run at the first call, once, and shared by 100 fibers of both families", () => {
      const http = serve({})
      const secrets = vault(() => Effect.delay(Effect.succeed("sk_vault"), "3 seconds"))
      return Effect.gen(function* () {
        assert.strictEqual(secrets.reads(), 0)
        yield* settle(Effect.all([times(50, flat), times(50, account)], { concurrency: "unbounded" }))
        yield* settle(flat)
        assert.strictEqual(secrets.reads(), 1)
        assert.strictEqual(http.exchanges().length, 1)
        assert.include(http.exchanges()[0]!.body, "sk_vault")
        assert.strictEqual(http.calls().length, 101)
      }).pipe(client(http, { apiKey: secrets.apiKey }))
    })

    it.effect("may succeed with a plain string, and with no other value", () => {
      const http = serve({})
      return Effect.gen(function* () {
        const plain = Effect.succeed(" sk_x\n" as unknown as Redacted.Redacted)
        yield* Effect.provide(settle(flat), Layer.provide(Audian.layer({ apiKey: plain }), http.layer))
        assert.deepStrictEqual(http.tokens(), ["sk_x"])
        for (const value of [5, undefined, null, { key: "sk_x" }, Redacted.make(5)]) {
          const apiKey = Effect.succeed(value as unknown as Redacted.Redacted)
          const error = yield* Effect.flip(
            Effect.provide(settle(flat), Layer.provide(Audian.layer({ apiKey }), http.layer))
          )
          assert.include(error.message, "the API key that was read is neither a string nor a Redacted of one")
        }
        assert.strictEqual(http.calls().length, 1)
      })
    })

    it.effect("is run once more after a 401, and the call retried with the new key", () => {
      const http = serve({ call: (nth) => (nth === 1 ? failed(401) : listed) })
      const secrets = vault((nth) => Effect.succeed(`sk_${nth}`))
      return Effect.gen(function* () {
        yield* settle(flat)
        yield* settle(flat)
        assert.strictEqual(secrets.reads(), 2)
        assert.deepStrictEqual(http.tokens(), ["sk_1", "sk_2", "sk_2"])
      }).pipe(client(http, { apiKey: secrets.apiKey }))
    })

    it.effect("is run once more after a 401, and the call not retried when the key is the same", () => {
      const http = serve({ call: () => failed(401) })
      const secrets = vault(() => Effect.succeed("sk_same"))
      return Effect.gen(function* () {
        const error = yield* settle(Effect.flip(flat))
        assert.strictEqual(error._tag, "Unauthorized")
        assert.strictEqual(secrets.reads(), 2)
        assert.strictEqual(http.sent.length, 1)
      }).pipe(client(http, { apiKey: secrets.apiKey }))
    })

    it.effect("is run once more for all 100 fibers that got a 401", () => {
      const http = serve({
        call: (_, { headers }) => later("1 second", headers["x-auth-token"] === "sk_1" ? failed(401) : listed)
      })
      const secrets = vault((nth) => Effect.delay(Effect.succeed(`sk_${nth}`), "1 second"))
      return Effect.gen(function* () {
        const exits = yield* settle(times(100, flat))
        assert.isTrue(exits.every(Exit.isSuccess))
        assert.strictEqual(secrets.reads(), 2)
        assert.strictEqual(http.calls().length, 200)
      }).pipe(client(http, { apiKey: secrets.apiKey }))
    })

    it.effect("is run once more for all 100 fibers, though the key turns out to be the same", () => {
      const http = serve({ call: () => later("1 second", failed(401)) })
      const secrets = vault(() => Effect.delay(Effect.succeed("sk_same"), "1 second"))
      return Effect.gen(function* () {
        const exits = yield* settle(times(100, flat))
        assert.isTrue(exits.every(Exit.isFailure))
        assert.strictEqual(secrets.reads(), 2)
        assert.strictEqual(http.calls().length, 100)
      }).pipe(client(http, { apiKey: secrets.apiKey }))
    })

    it.effect("is run once more when the exchange refuses the key", () => {
      const http = serve({
        exchange: (nth, { body }) => (body.includes("sk_1") ? failed(401) : exchanged(token(nth)))
      })
      const secrets = vault((nth) => Effect.succeed(`sk_${nth}`))
      return Effect.gen(function* () {
        yield* settle(account)
        assert.strictEqual(secrets.reads(), 2)
        assert.deepStrictEqual(http.tokens(), [token(2)])
      }).pipe(client(http, { apiKey: secrets.apiKey }))
    })

    each(
      [
        { title: "fails", read: Effect.fail({ message: "vault://prod/audian?lease=s3cr3t is sealed" }) },
        { title: "gives an empty key", read: Effect.succeed("  ") }
      ],
      (row) => `that ${row.title} is a Transport error without the cause's text, and nothing is sent`,
      ({ read }) => {
        const http = serve({})
        const secrets = vault(() => read)
        return Effect.gen(function* () {
          const error = yield* settle(Effect.flip(flat))
          assert.isTrue(error._tag === "AudianClientError" && error.reason._tag === "Transport")
          assert.strictEqual(error.outcome, "not-executed")
          assert.strictEqual(error.attempts, 0)
          assert.notInclude(`${error} ${error.message} ${JSON.stringify(error)} ${String(error.cause)}`, "vault")
          assert.strictEqual(http.sent.length, 0)
        }).pipe(client(http, { apiKey: secrets.apiKey }))
      }
    )

    it.effect("that fails once fails its call, is not read again by the policy, and is read by the next call", () => {
      const http = serve({})
      const secrets = vault((nth) => (nth === 1 ? Effect.fail("sealed") : Effect.succeed("sk_2")))
      return Effect.gen(function* () {
        const error = yield* settle(Effect.flip(flat))
        assert.isFalse(error.isRetryable)
        assert.strictEqual(secrets.reads(), 1)
        yield* settle(flat)
        assert.strictEqual(secrets.reads(), 2)
        assert.deepStrictEqual(http.tokens(), ["sk_2"])
      }).pipe(client(http, { apiKey: secrets.apiKey }))
    })

    it.effect("that fails keeps its cause, redacted, and logs it once at Warning, though 20 calls wait for it", () => {
      const http = serve({})
      const cause = new Error("vault sealed: lease=s3cr3t")
      const secrets = vault(() => Effect.delay(Effect.fail(cause), "1 second"))
      const logs: Array<string> = []
      const logger = Logger.make((line: Logger.Options<unknown>) => {
        logs.push(`${line.logLevel} ${String(line.message)}`)
      })
      return Effect.gen(function* () {
        const exits = yield* settle(times(20, flat))
        for (const exit of exits) {
          const error = Option.getOrThrow(Exit.findErrorOption(exit))
          assert.isTrue(Redacted.isRedacted(error.cause))
          assert.strictEqual(Redacted.value(error.cause as Redacted.Redacted<unknown>), cause)
          assert.include(error.message, "no credential, nothing was sent: the API key could not be read (Error)")
          assert.notInclude(inspect(error) + Cause.pretty(Cause.fail(error)), "sealed")
        }
        assert.strictEqual(secrets.reads(), 1)
        assert.strictEqual(logs.length, 1)
        assert.match(logs[0]!, /^Warn .*the API key could not be read \(Error\)/)
        assert.notInclude(logs[0]!, "s3cr3t")
      }).pipe(
        Effect.provideService(References.CurrentLoggers, new Set([logger])),
        client(http, { apiKey: secrets.apiKey })
      )
    })

    it.effect("that hangs is bounded by the time of the call: at first", () => {
      const http = serve({})
      const secrets = vault(() => Effect.never)
      return Effect.gen(function* () {
        const error = yield* settle(Effect.flip(flat))
        assert.isTrue(error._tag === "AudianClientError" && error.reason._tag === "Timeout")
        assert.strictEqual(error.outcome, "not-executed")
      }).pipe(client(http, { apiKey: secrets.apiKey, timeout: { total: "1 minute" } }))
    })

    it.effect("that hangs is bounded by the time of the call: after a 401", () => {
      const http = serve({ call: () => failed(401) })
      const secrets = vault((nth) => (nth === 1 ? Effect.succeed("sk_1") : Effect.never))
      return Effect.gen(function* () {
        const [error, at] = yield* settle(timed(Effect.flip(flat)))
        assert.isTrue(error._tag === "AudianClientError" && error.reason._tag === "Timeout")
        // The one request that was sent was rejected: nothing was executed.
        assert.strictEqual(error.outcome, "not-executed")
        assert.strictEqual(error.attempts, 1)
        assert.isAtMost(at, 60_000)
      }).pipe(client(http, { apiKey: secrets.apiKey, timeout: { total: "1 minute" } }))
    })

    it.effect("that takes its time after a 401 takes it from the total", () => {
      const http = serve({ call: (nth) => (nth === 1 ? failed(401) : hanging) })
      const secrets = vault((nth) => Effect.delay(Effect.succeed(`sk_${nth}`), nth === 1 ? 0 : "20 seconds"))
      return Effect.gen(function* () {
        const [error, at] = yield* settle(timed(Effect.flip(flat)))
        assert.isTrue(error._tag === "AudianClientError" && error.reason._tag === "Timeout")
        assert.strictEqual(at, 25_000)
      }).pipe(client(http, { apiKey: secrets.apiKey, timeout: { total: "25 seconds" } }))
    })
  })

  describe("Audian.layerCredentials", () => {
    interface Log {
      readonly refused: Array<readonly [Credentials.Family, string]>
    }

    /** Credentials of a user's own. */
    const own = (log: Log, renewable: boolean): Credentials.Credentials["Service"] => ({
      token: (family) => Effect.succeed(Redacted.make(`${family}-${log.refused.length}`)),
      accountId: Effect.succeed("acc_own"),
      refuse: (family, token) =>
        Effect.sync(() => {
          log.refused.push([family, Redacted.value(token)])
          return renewable
        })
    })

    const provided = (http: Scripted, credentials: Credentials.Credentials["Service"]) =>
      Effect.provide(
        Audian.layerCredentials().pipe(
          Layer.provide(Layer.succeed(Credentials.Credentials, credentials)),
          Layer.provide(http.layer)
        )
      )

    it.effect("layerCredentials takes the token of each family and the account from it", () => {
      const http = serve({})
      return Effect.gen(function* () {
        yield* settle(flat)
        yield* settle(account)
        assert.deepStrictEqual(http.tokens(), ["flat-0", "account-0"])
        assert.strictEqual(http.calls()[1]?.url.pathname, "/v2/accounts/acc_own")
        assert.strictEqual(http.exchanges().length, 0)
      }).pipe(provided(http, own({ refused: [] }, true)))
    })

    each(
      [
        { renewable: true, sent: ["account-0", "account-1"] },
        { renewable: false, sent: ["account-0"] }
      ],
      (row) => `layerCredentials reports a 401 to it, and decides on a retry: renewable ${row.renewable}`,
      ({ renewable, sent }) => {
        const http = serve({ call: (nth) => (nth === 1 ? failed(401) : responded) })
        const log: Log = { refused: [] }
        return Effect.gen(function* () {
          const exit = yield* settle(Effect.exit(account))
          assert.strictEqual(Exit.isSuccess(exit), renewable)
          assert.deepStrictEqual(log.refused, [["account", "account-0"]])
          assert.deepStrictEqual(http.tokens(), sent)
        }).pipe(provided(http, own(log, renewable)))
      }
    )

    it.effect("layerCredentials fails the call with its error", () => {
      const http = serve({})
      const error = new AudianError.Forbidden({ description: "no key for you", outcome: "not-executed" })
      return Effect.gen(function* () {
        assert.strictEqual(yield* settle(Effect.flip(flat)), error)
        assert.strictEqual(http.sent.length, 0)
      }).pipe(provided(http, { ...own({ refused: [] }, true), token: () => Effect.fail(error) }))
    })

    it.effect("layerCredentials dies with InvalidOptions when the base URL cannot work", () =>
      Effect.gen(function* () {
        const http = serve({})
        const exit = yield* Effect.exit(
          Effect.scoped(
            Layer.build(
              Audian.layerCredentials({ baseUrl: "nowhere" }).pipe(
                Layer.provide(Layer.succeed(Credentials.Credentials, own({ refused: [] }, true))),
                Layer.provide(http.layer)
              )
            )
          )
        )
        assert.isTrue(Exit.hasDies(exit))
      })
    )
  })

  it.effect("a key that cannot be read again leaves the error of a call that was sent", () => {
    let reads = 0
    const apiKey = Effect.suspend(() => (reads++ === 0 ? Effect.succeed(Redacted.make("sk_old")) : Effect.fail("gone")))
    const http = route(() => failed(401))
    return Effect.gen(function* () {
      const error = yield* settle(Effect.flip(Numbers.purchase({ number: "+14155551234" })))
      assert.strictEqual(error.operation, "Numbers.purchase")
      assert.strictEqual(error.attempts, 1)
      assert.strictEqual(error.outcome, "not-executed")
      assert.include(error.message, "could not be read")
      assert.strictEqual(http.sent.length, 1)
    }).pipe(Effect.provide(Layer.provide(Audian.layer({ apiKey }), http.layer)))
  })
})
