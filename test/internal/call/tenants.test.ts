import * as Http from "node:http"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as LayerMap from "effect/LayerMap"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { Audian, CircuitBreaker, Credentials, Numbers, RateLimit, Retry } from "effect-audian"
import { NodeAudian } from "effect-audian/node"
import { each } from "../../support/each.ts"
import { fieldsOf, reasonOf } from "../../support/errors.ts"
import { failed, flush, json, listed, route, script, settle } from "../../support/http.ts"
import { getAccount, list } from "../../support/operations.ts"
import { listen } from "../../support/server.ts"

/** A server of many accounts: key `sk_N` is exchanged for `token_N_M` of account `acc_N`. */
const accounts = () => {
  const exchanges = new Map<string, number>()
  const revoked = new Set<string>()
  const http = route(({ body, headers, url }) => {
    if (url.pathname.endsWith("/api_auth")) {
      const key = (JSON.parse(body) as { readonly data: { readonly api_key: string } }).data.api_key
      const nth = (exchanges.get(key) ?? 0) + 1
      exchanges.set(key, nth)
      const name = key.replace("sk_", "")
      return json(201, { auth_token: `token_${name}_${nth}`, data: { account_id: `acc_${name}` } })
    }
    const token = headers["x-auth-token"] ?? ""
    if (revoked.has(token)) return failed(401)
    const name = token.replace(/^(?:sk_|token_)/, "").replace(/_\d+$/, "")
    if (url.pathname.endsWith("/numbers")) return listed
    return url.pathname.endsWith(`/acc_${name}`) ? json(200, { data: { id: token } }) : failed(403)
  })
  return { http, exchanges, revoked }
}

const tenants = Array.from({ length: 100 }, (_, i) => ({ name: String(i), apiKey: `sk_${i}` }))

describe("Audian.withCredentials", () => {
  it.effect("100 tenants over one client: each has its own token, from one exchange", () => {
    const { exchanges, http } = accounts()
    return Effect.gen(function* () {
      const calls = Array.from({ length: 5 }).flatMap(() => tenants)
      const tokens = yield* Effect.forEach(
        calls,
        ({ apiKey }) => Effect.map(getAccount().pipe(Audian.withCredentials({ apiKey })), ({ id }) => id),
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(
        tokens,
        calls.map(({ name }) => `token_${name}_1`)
      )
      assert.deepStrictEqual(
        tenants.map(({ apiKey }) => exchanges.get(apiKey)),
        tenants.map(() => 1)
      )
      // The client's own credential is none of theirs.
      assert.strictEqual((yield* getAccount()).id, "token_test_1")
      yield* list.pipe(Audian.withCredentials({ apiKey: Redacted.make("sk_7") }))
      assert.strictEqual(http.sent.at(-1)?.headers["x-auth-token"], "sk_7")
    }).pipe(Effect.provide(http.audian()))
  })

  it.effect("a 401 renews the token of one tenant", () => {
    const { exchanges, http, revoked } = accounts()
    return Effect.gen(function* () {
      const of = (apiKey: string) => Effect.map(getAccount().pipe(Audian.withCredentials({ apiKey })), ({ id }) => id)
      yield* Effect.all([of("sk_1"), of("sk_2")])
      revoked.add("token_1_1")
      assert.strictEqual(yield* of("sk_1"), "token_1_2")
      assert.strictEqual(yield* of("sk_2"), "token_2_1")
      assert.deepStrictEqual(Array.from(exchanges), [
        ["sk_1", 2],
        ["sk_2", 1]
      ])
    }).pipe(Effect.provide(http.audian()))
  })

  it.effect("an exhausted quota of one tenant does not delay the others", () => {
    const http = route(({ headers }) =>
      headers["x-auth-token"] === "sk_1" ? failed(429, { "retry-after": "30", "x-ratelimit-remaining": "0" }) : listed
    )
    return Effect.gen(function* () {
      const of = (apiKey: string) => list.pipe(Audian.withCredentials({ apiKey }))
      yield* settle(Effect.flip(of("sk_1").pipe(Retry.withPolicy(Retry.none))), "1 second")
      // Its own calls wait.
      const waiting = yield* Effect.forkChild(of("sk_1").pipe(Retry.withPolicy(Retry.none)))
      yield* flush
      assert.strictEqual(http.sent.length, 1)
      yield* of("sk_2")
      yield* list
      assert.deepStrictEqual(
        http.sent.map(({ headers }) => headers["x-auth-token"]),
        ["sk_1", "sk_2", "sk_test"]
      )
      yield* Fiber.interrupt(waiting)
    }).pipe(Effect.provide(http.audian({ rateLimit: RateLimit.limiter() })))
  })

  it.effect("a bucket of 10 requests is one of 10 for each tenant", () => {
    const { http } = accounts()
    return Effect.gen(function* () {
      const calls = Array.from({ length: 10 }).flatMap(() => tenants.slice(0, 3))
      yield* Effect.forEach(calls, ({ apiKey }) => list.pipe(Audian.withCredentials({ apiKey })), {
        concurrency: "unbounded"
      })
      assert.strictEqual(http.sent.length, 30)
      const eleventh = yield* Effect.flip(list.pipe(Audian.withCredentials({ apiKey: "sk_0" })))
      assert.strictEqual(reasonOf(eleventh), "RateLimited")
    }).pipe(
      Effect.provide(http.audian({ rateLimit: RateLimit.limiter({ limit: 10, window: "1 minute", maxWait: 0 }) }))
    )
  })

  it.effect("an outage that some tenants hit opens the circuit of all", () => {
    const http = script(failed(500))
    return Effect.gen(function* () {
      const of = (apiKey: string) => Effect.flip(list.pipe(Audian.withCredentials({ apiKey })))
      for (const { apiKey } of tenants.slice(0, 5)) yield* of(apiKey)
      assert.strictEqual(reasonOf(yield* of("sk_9")), "CircuitOpen")
      assert.strictEqual(reasonOf(yield* Effect.flip(list)), "CircuitOpen")
      assert.strictEqual(http.sent.length, 5)
    }).pipe(Effect.provide(http.audian({ circuitBreaker: CircuitBreaker.make(), retry: Retry.none })))
  })

  it.effect("the retries of an outage are one budget for all tenants", () => {
    const http = script(failed(500))
    return Effect.gen(function* () {
      for (const { apiKey } of tenants) yield* settle(Effect.flip(list.pipe(Audian.withCredentials({ apiKey }))))
      assert.strictEqual(http.sent.length, 104)
    }).pipe(Effect.provide(http.audian({ retryBudget: { capacity: 4, refund: 0 } })))
  })

  it.effect("a tenant without calls is forgotten after an hour", () => {
    const { exchanges, http } = accounts()
    return Effect.gen(function* () {
      const call = getAccount().pipe(Audian.withCredentials({ apiKey: "sk_1" }))
      yield* call
      yield* TestClock.adjust("50 minutes")
      yield* call
      assert.strictEqual(exchanges.get("sk_1"), 1)
      yield* TestClock.adjust("61 minutes")
      yield* call
      assert.strictEqual(exchanges.get("sk_1"), 2)
    }).pipe(Effect.provide(http.audian()))
  })

  each(
    [
      { title: "data first", call: Audian.withCredentials(getAccount(), { apiKey: "sk_1" }) },
      { title: "under a layer", call: getAccount().pipe(Effect.provide(Audian.layerTenant({ apiKey: "sk_1" }))) },
      {
        title: "nested",
        call: getAccount().pipe(Audian.withCredentials({ apiKey: "sk_1" }), Audian.withCredentials({ apiKey: "sk_2" }))
      },
      {
        title: "within withAccount, whose account is of another credential",
        call: getAccount().pipe(Audian.withCredentials({ apiKey: "sk_1" }), Audian.withAccount("acc_test"))
      },
      {
        title: "from an effect",
        call: getAccount().pipe(Audian.withCredentials({ apiKey: Effect.succeed(Redacted.make("sk_1")) }))
      }
    ],
    ({ title }) => `is the credential of the calls: ${title}`,
    ({ call }) =>
      Effect.gen(function* () {
        const { http } = accounts()
        assert.strictEqual((yield* Effect.provide(call, http.audian())).id, "token_1_1")
      })
  )

  it.effect("takes the account of a sub-account, and one within it", () => {
    const http = script(json(200, { data: { id: "x" } }))
    return Effect.gen(function* () {
      const tenant = Audian.withCredentials({ authToken: "jwt", accountId: "acc_sub" })
      yield* getAccount().pipe(tenant)
      yield* getAccount().pipe(Audian.withAccount("acc_other"), tenant)
      assert.deepStrictEqual(
        http.sent.map(({ headers, url }) => [url.pathname, headers["x-auth-token"]]),
        [
          ["/v2/accounts/acc_sub", "jwt"],
          ["/v2/accounts/acc_other", "jwt"]
        ]
      )
    }).pipe(Effect.provide(http.audian()))
  })

  it.effect("takes Credentials of one's own, also on a client that has its own", () => {
    const http = script(listed)
    const service = (token: string): Credentials.Credentials["Service"] => ({
      token: () => Effect.succeed(Redacted.make(token)),
      accountId: Effect.undefined,
      refuse: () => Effect.succeed(false)
    })
    const client = Layer.provide(Audian.layerCredentials(), [
      http.layer,
      Layer.succeed(Credentials.Credentials, service("own"))
    ])
    return Effect.gen(function* () {
      yield* list
      yield* list.pipe(Audian.withCredentials(service("theirs")))
      assert.deepStrictEqual(
        http.sent.map(({ headers }) => headers["x-auth-token"]),
        ["own", "theirs"]
      )
    }).pipe(Effect.provide(client))
  })

  it.effect("reaches the calls of a stream", () => {
    const http = script(listed)
    return Effect.gen(function* () {
      yield* Numbers.list.items().pipe(Stream.provide(Audian.layerTenant({ apiKey: "sk_5" })), Stream.runDrain)
      assert.strictEqual(http.sent[0]?.headers["x-auth-token"], "sk_5")
    }).pipe(Effect.provide(http.audian()))
  })

  each(
    [
      { apiKey: "" },
      { apiKey: "two\nhunter2" },
      {},
      { authToken: "☃" },
      { apiKey: "k", accountId: " " },
      null,
      "sk"
    ] as unknown as ReadonlyArray<Audian.TenantCredentials>,
    (credentials) => `refuses a credential that cannot be sent: ${JSON.stringify(credentials)}`,
    (credentials) =>
      Effect.gen(function* () {
        const http = script(listed)
        const error = yield* Effect.flip(list.pipe(Audian.withCredentials(credentials), Effect.provide(http.audian())))
        assert.strictEqual(reasonOf(error), "InvalidRequest")
        assert.deepStrictEqual(fieldsOf(error), ["credentials"])
        assert.notInclude(error.message, "hunter2")
        assert.deepStrictEqual(http.sent, [])
      })
  )

  it.live("100 tenants share the connections of one client", () =>
    Effect.gen(function* () {
      let connections = 0
      const seen: Array<readonly [string, string]> = []
      const server = Http.createServer((request, response) => {
        seen.push([String(request.headers["x-tenant"]), String(request.headers["x-auth-token"])])
        response.writeHead(200, { "content-type": "application/json" }).end('{"data":{"numbers":[]}}')
      })
      server.on("connection", () => connections++)
      const baseUrl = yield* listen(server)
      yield* Effect.forEach(
        Array.from({ length: 10 }).flatMap(() => tenants),
        ({ apiKey }) => list.pipe(Audian.withCredentials({ apiKey }), Audian.withHeaders({ "x-tenant": apiKey })),
        { concurrency: "unbounded" }
      ).pipe(Effect.provide(NodeAudian.layer({ apiKey: "sk_own", baseUrl, maxConcurrency: 5, proxy: false })))
      assert.strictEqual(seen.length, 1000)
      for (const [tenant, token] of seen) assert.strictEqual(token, tenant)
      assert.isAtMost(connections, 10)
    }).pipe(Effect.scoped)
  )
})

describe("LayerMap", () => {
  it.effect("a client for each tenant, while it is used", () => {
    const { exchanges, http } = accounts()
    class Tenants extends LayerMap.Service<Tenants>()("test/Tenants", {
      lookup: (apiKey: string) => Layer.provide(Audian.layer({ apiKey }), http.layer),
      idleTimeToLive: "10 minutes"
    }) {}
    return Effect.gen(function* () {
      const of = (apiKey: string) => Effect.map(getAccount().pipe(Effect.provide(Tenants.get(apiKey))), ({ id }) => id)
      assert.deepStrictEqual(yield* Effect.all([of("sk_1"), of("sk_2"), of("sk_1")]), [
        "token_1_1",
        "token_2_1",
        "token_1_1"
      ])
      assert.strictEqual(exchanges.size, 2)
    }).pipe(Effect.provide(Tenants.layer))
  })
})
