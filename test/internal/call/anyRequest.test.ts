import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Tracer from "effect/Tracer"
import { Audian, Numbers, Retry } from "effect-audian"
import { AudianTest, EmbeddedAudian } from "effect-audian/testing"
import { each } from "../../support/each.ts"
import { fieldsOf, reasonOf } from "../../support/errors.ts"
import { client, clients } from "../../support/files.ts"
import { failed, interrupted, json, route, script, settle } from "../../support/http.ts"
import { serve } from "../../support/server.ts"

const path = "/v2/things"

describe("Audian.request", () => {
  it.live("sends method, path, query and body with the credential, and gives the JSON, on every client", () =>
    Effect.gen(function* () {
      const server = yield* serve((response) =>
        response.writeHead(201, { "content-type": "application/json" }).end('{"success":true,"data":{"id":1}}')
      )
      for (const http of Object.values(clients)) {
        const found = yield* Audian.request({
          method: "POST",
          path,
          query: { a: "x y", n: 1, b: true, list: ["1", "2"], none: undefined },
          body: { name: "n", none: undefined, secret: Redacted.make("hunter2"), deep: [{ at: new Date(0) }] }
        }).pipe(Effect.provide(client(server, http)))
        assert.deepStrictEqual(found, { success: true, data: { id: 1 } })
      }
      for (const { body, headers, method, url } of server.complete) {
        assert.strictEqual(method, "POST")
        assert.strictEqual(url, `${path}?a=x+y&n=1&b=true&list=1&list=2`)
        assert.strictEqual(headers["x-auth-token"], "jwt")
        assert.strictEqual(headers["content-type"], "application/json")
        assert.deepStrictEqual(JSON.parse(String(body)), {
          name: "n",
          secret: "hunter2",
          deep: [{ at: "1970-01-01T00:00:00.000Z" }]
        })
      }
      assert.strictEqual(server.complete.length, 3)
    }).pipe(Effect.scoped)
  )

  const exchanging = route(({ url }) =>
    url.pathname.endsWith("/api_auth")
      ? json(201, { auth_token: "exchanged", data: { account_id: "acc/key" } })
      : json(200, { data: [], auth_token: "exchanged", page_size: 1 })
  )

  it.effect("fills the account in, sends the account's token, and leaves out the token that the engine echoes", () =>
    Effect.gen(function* () {
      const found = yield* Audian.request({ path: "/v2/accounts/{account_id}/parked_calls" })
      assert.deepStrictEqual(found, { data: [], page_size: 1 })
      const last = exchanging.sent.at(-1)
      assert.strictEqual(last?.url.pathname, "/v2/accounts/acc%2Fkey/parked_calls")
      assert.strictEqual(last?.headers["x-auth-token"], "exchanged")
      yield* Audian.request({ path: "/v2/accounts/{account_id}/x", family: "flat" }).pipe(Audian.withAccount("a1"))
      assert.strictEqual(exchanging.sent.at(-1)?.headers["x-auth-token"], "sk_test")
      assert.strictEqual(exchanging.sent.at(-1)?.url.pathname, "/v2/accounts/a1/x")
      yield* Audian.request({ path, family: "public" })
      assert.strictEqual(exchanging.sent.at(-1)?.headers["x-auth-token"], undefined)
    }).pipe(Effect.provide(exchanging.audian()))
  )

  each(
    [
      { title: "a GET is retried", options: { path }, sent: 3 },
      { title: "a POST is not", options: { method: "POST", path, body: {} }, sent: 1 },
      { title: "a POST that is safe is", options: { method: "POST", path, replay: "safe" }, sent: 3 },
      { title: "a GET that is unsafe is not", options: { path, replay: "unsafe" }, sent: 1 }
    ] as const,
    ({ title }) => `keeps to replay: ${title}`,
    ({ options, sent }) =>
      Effect.gen(function* () {
        const http = script(interrupted("ECONNRESET", "request"))
        const error = yield* settle(Effect.flip(Effect.provide(Audian.request(options), http.audian())))
        assert.strictEqual(reasonOf(error), "Transport")
        assert.strictEqual(http.sent.length, sent)
      })
  )

  it.effect("without options is InvalidRequest, which names the path", () => {
    const http = script(json(200, {}))
    return Effect.gen(function* () {
      const error = yield* Effect.flip(Audian.request(undefined as never))
      assert.strictEqual(reasonOf(error), "InvalidRequest")
      assert.strictEqual(error.param, "path")
      assert.lengthOf(http.sent, 0)
    }).pipe(Effect.provide(http.audian()))
  })

  it.effect("fails with the errors of any call, and has a span and a response", () =>
    Effect.gen(function* () {
      const http = script(failed(404, { "x-request-id": "req_1" }), json(200, null))
      const spans: Array<string> = []
      const tracer = Tracer.make({
        span: (options) => {
          spans.push(options.name)
          return new Tracer.NativeSpan(options)
        }
      })
      const layer = http.audian({ retry: Retry.none })
      const error = yield* Effect.flip(Audian.request({ path })).pipe(Effect.provide(layer), Effect.withTracer(tracer))
      assert.strictEqual(error._tag, "NotFound")
      assert.strictEqual(error.operation, "Audian.request")
      assert.strictEqual(error.path, path)
      assert.strictEqual(error.requestId, "req_1")
      assert.deepStrictEqual(spans, ["Audian.request", "GET"])
      const [value, response] = yield* Audian.withResponse(Audian.request({ path })).pipe(Effect.provide(layer))
      assert.isNull(value)
      assert.strictEqual(response?.status, 200)
    })
  )

  it.effect("keeps a redacted value of the body out of an error", () =>
    Effect.gen(function* () {
      const http = script(json(400, { error: { code: "c", message: "bad hunter2" } }))
      const body = { note: Redacted.make("hunter2") }
      const error = yield* Effect.flip(Effect.provide(Audian.request({ method: "PUT", path, body }), http.audian()))
      assert.strictEqual(http.sent[0]?.body, '{"note":"hunter2"}')
      assert.notInclude(JSON.stringify(error) + error.message, "hunter2")
    })
  )

  const cycle: Record<string, unknown> = {}
  cycle.self = cycle

  each(
    [
      ...["v2/x", "https://evil.example/x", "//evil.example", "/v2/x?y=1", "/v2/x#y", "/v2/../x", "/v2/%2e%2E/x"].map(
        (path) => ({ options: { path }, field: "path" })
      ),
      ...["/v2/a b", "/v2\\x", "/v2//x", "", 7 as unknown as string].map((path) => ({
        options: { path },
        field: "path"
      })),
      { options: { path, method: "TRACE" as "GET" }, field: "method" },
      { options: { path, query: { a: {} as unknown as string } }, field: "query.a" },
      { options: { path, query: { a: Number.NaN } }, field: "query.a" },
      { options: { path, body: {} }, field: "body" },
      { options: { path, method: "POST" as const, body: { at: 1n } }, field: "body.at" },
      { options: { path, method: "POST" as const, body: { at: Number.NaN } }, field: "body.at" },
      { options: { path, method: "POST" as const, body: cycle }, field: "body" }
    ],
    ({ field, options }) =>
      `refuses a ${field} that cannot be sent: ${options.path} ${Object.keys(options).join(", ")}`,
    ({ field, options }) =>
      Effect.gen(function* () {
        const http = script(json(200, {}))
        const error = yield* Effect.flip(Effect.provide(Audian.request(options), http.audian()))
        assert.strictEqual(reasonOf(error), "InvalidRequest")
        assert.deepStrictEqual(fieldsOf(error), [field])
        assert.deepStrictEqual(http.sent, [])
      })
  )

  it.effect("reaches the embedded server, and can be stubbed", () =>
    Effect.gen(function* () {
      yield* Numbers.purchase({ number: "+14155551234" })
      const found = (yield* Audian.request({ path: "/v2/numbers" })) as { readonly data: { readonly total: number } }
      assert.strictEqual(found.data.total, 1)
      const missing = yield* Effect.flip(Audian.request({ path: "/v2/nowhere" }))
      assert.strictEqual(missing._tag, "NotFound")
      const stub = AudianTest.layer(AudianTest.request(({ path }) => Effect.succeed({ path })))
      assert.deepStrictEqual(yield* Effect.provide(Audian.request({ path }), stub), { path })
      const none = yield* Effect.exit(Effect.provide(Audian.request({ path }), AudianTest.layer()))
      assert.include(String(none), "AudianTest.request")
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})
