import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { Account, Audian, type AudianError, Fax, Numbers, RateLimit, Retry } from "effect-audian"
import { each } from "../../support/each.ts"
import { fieldsOf, reasonOf } from "../../support/errors.ts"
import { client, clients } from "../../support/files.ts"
import { failed, hanging, json, listed, route, script, settle, timed, web } from "../../support/http.ts"
import { getAccount, list, purchase } from "../../support/operations.ts"
import { serve } from "../../support/server.ts"

const account = json(200, { data: { id: "x" } })

describe("Audian.withTimeout", () => {
  const quick = { attempt: "2 seconds", total: "5 seconds" } as const
  const short = <A, R>(call: Effect.Effect<A, AudianError.AudianError, R>) =>
    Effect.map(settle(timed(Effect.flip(call))), ([error, at]) => {
      assert.strictEqual(reasonOf(error), "Timeout")
      return at
    })

  each(
    [
      { title: "data first", call: Audian.withTimeout(list, quick) },
      { title: "data last", call: list.pipe(Audian.withTimeout(quick)) },
      { title: "around a program", call: Audian.withTimeout(Effect.andThen(Effect.void, list), quick) },
      { title: "under a layer", call: list.pipe(Effect.provide(Audian.layerCallOptions({ timeout: quick }))) },
      {
        title: "nested, where each sets one limit",
        call: list.pipe(Audian.withTimeout({ attempt: "2 seconds" }), Audian.withTimeout({ total: "5 seconds" }))
      },
      {
        title: "nested, where the inner one wins",
        call: list.pipe(Audian.withTimeout(quick), Audian.withTimeout({ attempt: "1 minute", total: "1 hour" }))
      }
    ],
    ({ title }) => `limits the attempts and the call: ${title}`,
    ({ call }) =>
      Effect.gen(function* () {
        const http = script(hanging)
        // Attempts of 2 s, with a second between.
        assert.strictEqual(
          yield* short(call.pipe(Effect.provide(http.audian({ retry: Retry.make({ jitter: false }) })))),
          5000
        )
        assert.strictEqual(http.sent.length, 2)
      })
  )

  it.effect("underneath a client, is the default of its calls, as a Retry.layer is", () =>
    Effect.gen(function* () {
      const http = script(hanging)
      const beneath = Layer.mergeAll(Audian.layerCallOptions({ timeout: quick }), Retry.layer(Retry.none))
      const layer = Layer.provide(http.audian(), beneath)
      assert.strictEqual(yield* short(Effect.provide(list, layer)), 2000)
      assert.strictEqual(http.sent.length, 1)
    })
  )

  it.effect("a client's own policy wins over a Retry.layer underneath it", () =>
    Effect.gen(function* () {
      const http = script(failed(500))
      const layer = Layer.provide(http.audian({ retry: Retry.make({ attempts: 2 }) }), Retry.layer(Retry.none))
      yield* settle(Effect.flip(Effect.provide(list, layer)))
      assert.strictEqual(http.sent.length, 2)
    })
  )

  it.effect("a Retry.layer underneath a client is obeyed", () =>
    Effect.gen(function* () {
      const http = script(failed(500))
      yield* settle(Effect.flip(Effect.provide(list, Layer.provide(http.audian(), Retry.layer(Retry.none)))))
      assert.strictEqual(http.sent.length, 1)
    })
  )

  it.effect("limits the silence of a file", () =>
    Effect.gen(function* () {
      const start = (controller: ReadableStreamDefaultController) =>
        controller.enqueue(new TextEncoder().encode("%PDF"))
      const http = script(web(() => new Response(new ReadableStream({ start, pull: () => new Promise(() => {}) }))))
      const call = Fax.downloadReceived({ faxId: "f" }).pipe(Effect.flatMap(Stream.runDrain), Audian.withTimeout(quick))
      assert.strictEqual(yield* short(Effect.provide(call, http.audian())), 2000)
    })
  )

  it.effect("reports whether a purchase may have been executed, where Effect.timeout cannot", () =>
    Effect.gen(function* () {
      const http = script(hanging)
      const error = yield* settle(Effect.flip(purchase.pipe(Audian.withTimeout(quick), Effect.provide(http.audian()))))
      assert.strictEqual(error.outcome, "unknown")
    })
  )

  each(
    [
      ["attempt", 0],
      ["total", "soon"],
      ["total", -1],
      ["attempt", Number.NaN]
    ] as const,
    ([name, limit]) => `${name}: ${limit} is InvalidRequest, and nothing is sent`,
    ([name, limit]) =>
      Effect.gen(function* () {
        const http = script(listed)
        const call = Audian.withTimeout(list, { [name]: limit } as unknown as Audian.Timeout)
        const error = yield* Effect.flip(Effect.provide(call, http.audian()))
        assert.strictEqual(reasonOf(error), "InvalidRequest")
        assert.deepStrictEqual(fieldsOf(error), [`timeout.${name}`])
        assert.strictEqual(error.outcome, "not-executed")
        assert.deepStrictEqual(http.sent, [])
      })
  )
})

describe("options of a call from JavaScript", () => {
  const wrong = <A>(value: A) => value as never
  each(
    [
      { call: Audian.withTimeout(list, wrong(5000)), field: "timeout" },
      { call: Audian.withTimeout(list, wrong({ totl: 1 })), field: "timeout.totl" },
      { call: Audian.withTimeout(list, wrong(null)), field: "timeout" },
      { call: Audian.withHeaders(list, wrong("x-a: 1")), field: "headers" },
      { call: Audian.withAccount(list, wrong(7)), field: "accountId" },
      { call: RateLimit.withPriority(list, wrong("urgent")), field: "priority" },
      { call: list.pipe(Effect.provide(Audian.layerCallOptions(wrong({ acountId: "a" })))), field: "acountId" },
      { call: Audian.withTimeout(Audian.withHeaders(list, wrong("x")), { total: 1000 }), field: "headers" }
    ],
    ({ field }) => `a wrong ${field} is InvalidRequest`,
    ({ call, field }) =>
      Effect.gen(function* () {
        const http = script(listed)
        const error = yield* Effect.flip(Effect.provide(call, http.audian()))
        assert.strictEqual(reasonOf(error), "InvalidRequest")
        assert.deepStrictEqual(fieldsOf(error), [field])
        assert.match(error.message, /xpected|nknown option/)
        assert.deepStrictEqual(http.sent, [])
      })
  )
})

describe("Audian.withHeaders", () => {
  const headers = { "X-Correlation-Id": "job 7", "x-tenant": Redacted.make("hunter2") }

  each(
    [
      { title: "data first", call: Audian.withHeaders(list, headers) },
      { title: "data last", call: list.pipe(Audian.withHeaders(headers)) },
      { title: "under a layer", call: list.pipe(Effect.provide(Audian.layerCallOptions({ headers }))) },
      {
        title: "nested, in any case",
        call: list.pipe(
          Audian.withHeaders({ "x-correlation-id": "job 7", "x-other": undefined }),
          Audian.withHeaders({ ...headers, "X-CORRELATION-ID": "job 1", "X-Other": "o" })
        )
      }
    ],
    ({ title }) => `adds the headers to every attempt: ${title}`,
    ({ call }) =>
      Effect.gen(function* () {
        const http = script(failed(503), listed)
        yield* settle(Effect.provide(call, http.audian()))
        assert.strictEqual(http.sent.length, 2)
        for (const { headers } of http.sent) {
          assert.strictEqual(headers["x-correlation-id"], "job 7")
          assert.strictEqual(headers["x-tenant"], "hunter2")
          assert.strictEqual(headers["x-other"], undefined)
          assert.strictEqual(headers["x-auth-token"], "sk_test")
        }
      })
  )

  it.effect("replaces the User-Agent, and does not reach the exchange of a key", () =>
    Effect.gen(function* () {
      const http = route(({ url }) =>
        url.pathname.endsWith("/api_auth") ? json(201, { auth_token: "jwt", data: { account_id: "acc" } }) : account
      )
      yield* settle(getAccount().pipe(Audian.withHeaders({ "user-agent": "acme/7" }), Effect.provide(http.audian())))
      assert.deepStrictEqual(
        http.sent.map(({ headers }) => headers["user-agent"] === "acme/7"),
        [false, true]
      )
    })
  )

  each(
    [
      ...["X-Auth-Token", "authorization", "Cookie", "proxy-authorization", "x-api-key"],
      ...["content-type", "Content-Length", "transfer-encoding", "host", "connection", "accept", "Accept-Encoding"],
      ...["bad name", "", "x:y", "ü"]
    ],
    (name) => `the header "${name}" is refused as InvalidRequest`,
    (name) =>
      Effect.gen(function* () {
        const http = script(listed)
        const error = yield* Effect.flip(
          purchase.pipe(Audian.withHeaders({ [name]: "hunter2" }), Effect.provide(http.audian()))
        )
        assert.strictEqual(reasonOf(error), "InvalidRequest")
        assert.deepStrictEqual(fieldsOf(error), [`headers.${name}`])
        assert.notInclude(JSON.stringify(error) + error.message, "hunter2")
        assert.deepStrictEqual(http.sent, [])
      })
  )

  each(
    ["", "two\nlines", "☃", " x", 7 as unknown as string],
    (value) => `the value ${JSON.stringify(value)} is refused as InvalidRequest`,
    (value) =>
      Effect.gen(function* () {
        const http = script(listed)
        const error = yield* Effect.flip(list.pipe(Audian.withHeaders({ "x-a": value }), Effect.provide(http.audian())))
        assert.strictEqual(reasonOf(error), "InvalidRequest")
        assert.deepStrictEqual(http.sent, [])
      })
  )

  it.effect("keeps a redacted value out of an error that echoes it", () =>
    Effect.gen(function* () {
      const http = script(json(400, { error: { code: "c", message: "unknown tenant hunter2" } }))
      const error = yield* Effect.flip(list.pipe(Audian.withHeaders(headers), Effect.provide(http.audian())))
      assert.notInclude(JSON.stringify(error) + error.message, "hunter2")
    })
  )

  it.live("arrives on every client", () =>
    Effect.gen(function* () {
      const server = yield* serve((response) =>
        response.writeHead(200, { "content-type": "application/json" }).end('{"data":{"numbers":[]}}')
      )
      for (const http of Object.values(clients)) {
        yield* list.pipe(
          Audian.withHeaders(headers),
          Audian.withTimeout({ total: "1 minute" }),
          Audian.withAccount("other"),
          Effect.provide(client(server, http))
        )
      }
      assert.deepStrictEqual(
        server.complete.map(({ headers }) => [headers["x-correlation-id"], headers["x-tenant"]]),
        Array.from({ length: 3 }, () => ["job 7", "hunter2"])
      )
    }).pipe(Effect.scoped)
  )
})

describe("Audian.withAccount", () => {
  each(
    [
      { title: "data first", call: Audian.withAccount(getAccount(), "acc_1"), path: "acc_1" },
      { title: "data last", call: getAccount().pipe(Audian.withAccount("acc_1")), path: "acc_1" },
      {
        title: "an input that names one",
        call: Audian.withAccount(getAccount({ account_id: "own" }), "acc_1"),
        path: "own"
      },
      {
        title: "under a layer",
        call: getAccount().pipe(Effect.provide(Audian.layerCallOptions({ accountId: "acc_1" }))),
        path: "acc_1"
      },
      {
        title: "nested",
        call: getAccount().pipe(Audian.withAccount("acc_1"), Audian.withAccount("acc_2")),
        path: "acc_1"
      },
      { title: "none", call: getAccount(), path: "account_abc123" }
    ],
    ({ title }) => `means this account: ${title}`,
    ({ call, path }) =>
      Effect.gen(function* () {
        const http = script(account)
        yield* Effect.provide(call, http.account())
        assert.strictEqual(http.sent[0]?.url.pathname, `/v2/accounts/${path}`)
      })
  )

  it.effect("a blank one is InvalidRequest", () =>
    Effect.gen(function* () {
      const http = script(account)
      const error = yield* Effect.flip(Effect.provide(Audian.withAccount(getAccount(), " "), http.account()))
      assert.strictEqual(reasonOf(error), "InvalidRequest")
      assert.deepStrictEqual(fieldsOf(error), ["accountId"])
      assert.deepStrictEqual(http.sent, [])
    })
  )

  it.effect("a token without an account names every way to give one", () =>
    Effect.gen(function* () {
      const http = script(account)
      const layer = Layer.provide(Audian.layer({ authToken: "jwt" }), http.layer)
      const error = yield* Effect.flip(Effect.provide(Account.Users.list(), layer))
      assert.strictEqual(reasonOf(error), "InvalidRequest")
      for (const name of ["account_id", "withAccount", "accountId", "AUDIAN_ACCOUNT_ID"]) {
        assert.include(error.message, name)
      }
      assert.deepStrictEqual(http.sent, [])
      yield* Effect.flip(Effect.provide(Audian.withAccount(Account.Users.list(), "acc_1"), layer))
      assert.strictEqual(http.sent[0]?.url.pathname, "/v2/accounts/acc_1/users")
    })
  )
})

describe("Audian.layerCallOptions", () => {
  it.effect("reaches the calls of a stream", () =>
    Effect.gen(function* () {
      const http = script(listed)
      const options = Audian.layerCallOptions({ headers: { "x-a": "1" }, timeout: { total: Duration.minutes(1) } })
      yield* Numbers.list.items().pipe(Stream.provide(options), Stream.runDrain, Effect.provide(http.audian()))
      assert.strictEqual(http.sent[0]?.headers["x-a"], "1")
    })
  )
})
