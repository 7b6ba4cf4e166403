/**
 * Proofs that nothing was executed: a tunnel that a proxy refuses, and error bodies of the API.
 */
import * as Http from "node:http"
import * as Https from "node:https"
import type { AddressInfo } from "node:net"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Undici from "@effect/platform-node/Undici"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import { Account, Audian, AudianError, Fax, Numbers, Retry } from "effect-audian"
import { each } from "../../support/each.ts"
import { reasonOf } from "../../support/errors.ts"
import * as Files from "../../support/files.ts"
import { json, route, script, text } from "../../support/http.ts"
import * as Server from "../../support/server.ts"

const purchase = Numbers.purchase({ number: "+14155551234" })

describe("AudianError.outcome: a proxy that refuses CONNECT", () => {
  /** A proxy that responds to every CONNECT with a status. */
  const proxy = (status: number) =>
    Effect.acquireRelease(
      Effect.callback<Http.Server>((resume) => {
        const server = Http.createServer()
        server.on("connect", (_, socket) => {
          socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`)
        })
        server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
      }),
      (server) =>
        Effect.callback<void>((resume) => {
          server.close(() => resume(Effect.void))
          server.closeAllConnections()
        })
    ).pipe(Effect.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`))

  const clients: Readonly<Record<string, (uri: string) => Layer.Layer<HttpClient.HttpClient>>> = {
    undici: (uri) =>
      NodeHttpClient.layerUndiciNoDispatcher.pipe(
        Layer.provide(Layer.succeed(NodeHttpClient.Dispatcher, new Undici.ProxyAgent({ uri })))
      ),
    // It reads its settings with each request: `proxied` provides them.
    fetch: () => FetchHttpClient.layer,
    "node:http": (uri) =>
      NodeHttpClient.layerNodeHttpNoAgent.pipe(
        Layer.provide(
          Layer.succeed(NodeHttpClient.HttpAgent, {
            http: new Http.Agent(),
            https: new Https.Agent({ proxyEnv: { HTTPS_PROXY: uri } })
          } as unknown as NodeHttpClient.HttpAgent["Service"])
        )
      )
  }

  const proxied =
    (uri: string) =>
    <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
      self.pipe(
        // Node's own fetch takes no agent of another version of undici.
        Effect.provideService(FetchHttpClient.Fetch, Undici.fetch as unknown as typeof fetch),
        Effect.provideService(FetchHttpClient.RequestInit, {
          dispatcher: new Undici.ProxyAgent({ uri })
        } as unknown as RequestInit)
      )

  for (const [name, layer] of Object.entries(clients)) {
    it.live.each([407, 502])(`with %i has executed nothing, on ${name}`, (status) =>
      Effect.gen(function* () {
        const uri = yield* proxy(status)
        const error = yield* Effect.flip(purchase).pipe(
          proxied(uri),
          Effect.provide(
            Audian.layer({ apiKey: "sk_test", baseUrl: "https://api.test:9443", retry: Retry.none }).pipe(
              Layer.provide(layer(uri))
            )
          )
        )
        assert.strictEqual(error._tag === "AudianClientError" ? error.reason._tag : error._tag, "Transport")
        assert.strictEqual(error.outcome, "not-executed")
        assert.include(error.description, String(status))
        assert.instanceOf(error.cause, Error)
      })
    )
  }
})

describe("AudianError.outcome: a page in the place of a purchase", () => {
  const page = "<!DOCTYPE html><title>Sign in</title>"
  const rows = Object.entries(Files.clients).flatMap(([name, http]) =>
    (
      [
        [200, "unknown"],
        [201, "executed"],
        [202, "executed"],
        [203, "unknown"]
      ] as const
    ).map(([status, outcome]) => ({
      name,
      http,
      status,
      outcome
    }))
  )

  each(
    rows,
    ({ name, outcome, status }) => `with ${status} is ${outcome}, sent once, and keeps the page, on ${name}`,
    ({ http, outcome, status }) =>
      Effect.gen(function* () {
        const server = yield* Server.serve((response) =>
          response.writeHead(status, { "content-type": "text/html" }).end(page)
        )
        const error = yield* Effect.flip(purchase).pipe(Effect.provide(Files.client(server, http)))
        assert.strictEqual(reasonOf(error), "InvalidResponse")
        assert.strictEqual(error.outcome, outcome)
        assert.strictEqual(error.body, page)
        assert.strictEqual(error.status, status)
        assert.strictEqual(server.begun(), 1)
      }).pipe(Effect.scoped)
  )
})

describe("AudianError.outcome: 408, 499 and 503", () => {
  const words = [
    { own: true, body: { error: { code: "service_unavailable_error", message: "Later", type: "server_error" } } },
    { own: true, body: { success: false, error: { code: "rate_limit_error", message: "Later" } } },
    { own: true, body: { error: "503", message: "service_unavailable", data: {}, status: "error" } },
    { own: true, body: { error: "503", message: "service unavailable", data: {}, status: "error" } },
    { own: false, body: { error: { code: "GatewayTimeout", message: "The backend did not respond" } } },
    { own: false, body: { error: { code: "service_unavailable", message: "The backend did not respond" } } },
    { own: false, body: { error: { code: "internal_server_error", message: "It broke" } } },
    { own: false, body: { error: "503", message: "upstream timed out" } },
    { own: false, body: { error: "503", message: "upstream_timed_out", status: "error", data: {} } },
    { own: false, body: { error: "503", message: "datastore_unreachable", status: "error", data: {} } },
    { own: false, body: { error: "Service Unavailable", message: "service_unavailable" } },
    { own: false, body: { code: "service_unavailable_error", message: "Later" } }
  ]

  for (const status of [408, 499, 503]) {
    it.effect.each(words)(`${status} proves it only with a documented code: $own for $body`, ({ body, own }) =>
      Effect.gen(function* () {
        const http = script(json(status, body))
        const error = yield* Effect.flip(purchase).pipe(Effect.provide(http.audian({ retry: Retry.none })))
        assert.strictEqual(error.outcome, own ? "not-executed" : "unknown")
      })
    )
  }

  it.effect("a gateway's 503 after a purchase is not retried", () => {
    const http = script(json(503, { error: { code: "GatewayTimeout", message: "The backend did not respond" } }))
    return Effect.gen(function* () {
      const error = yield* Effect.flip(purchase)
      assert.strictEqual(error._tag, "ServiceUnavailable")
      assert.strictEqual(http.sent.length, 1)
    }).pipe(Effect.provide(http.audian()))
  })
})

describe("AudianError.outcome: a 2xx", () => {
  it.effect.each([
    { body: "{", what: "broken JSON" },
    { body: '{"success":true,"data":7}', what: "another shape" },
    { body: "", what: "no body" }
  ])("that cannot be read was executed: $what", ({ body }) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(purchase).pipe(Effect.provide(script(text(201, body)).audian()))
      assert.strictEqual(error.outcome, "executed")
      assert.isFalse(AudianError.isOutcomeUnknown(error))
    })
  )

  const failures = [
    {
      body: { success: false, error: { code: "insufficient_funds", message: "No funds", type: "t" } },
      code: "insufficient_funds",
      description: "No funds"
    },
    {
      body: { status: "error", error: "500", message: "init failed", data: [] },
      code: "init_failed",
      description: "init failed"
    },
    { body: { success: false }, code: undefined, description: "The body says that the call failed" },
    { body: { success: "False" }, code: undefined, description: "The body says that the call failed" },
    { body: { status: "error" }, code: undefined, description: "The body says that the call failed" },
    { body: { status: "ERROR", data: [] }, code: undefined, description: "The body says that the call failed" },
    {
      body: { status: "fail", data: { name: "x" } },
      code: undefined,
      description: "The body says that the call failed"
    },
    { body: { errors: [{ message: "x" }] }, code: undefined, description: "The body says that the call failed" },
    {
      body: { status: "fatal", error: "500", message: "x", data: { id: "1" } },
      code: "x",
      description: "x"
    }
  ]

  const calls: Readonly<Record<string, Effect.Effect<unknown, AudianError.AudianError, Audian.Audian>>> = {
    "Numbers.purchase": purchase,
    "Numbers.list": Numbers.list(),
    "Fax.send": Fax.send({ to: "+14155551234", file: new Blob(["%PDF"]) as File }),
    "Fax.downloadReceived": Fax.downloadReceived({ faxId: "f" }),
    "Account.Users.list": Account.Users.list({ account_id: "a" })
  }

  for (const [name, call] of Object.entries(calls)) {
    it.effect.each(failures)(`whose body reports a failure is its error, for ${name}: $body`, (row) =>
      Effect.gen(function* () {
        const http = route(({ url }) =>
          url.pathname === "/v2/api_auth"
            ? json(201, { auth_token: "token-of-the-exchange", data: { account_id: "a" } })
            : json(200, row.body)
        )
        const error = yield* Effect.flip(Effect.asVoid(call)).pipe(Effect.provide(http.audian()))
        assert.deepStrictEqual(
          error._tag === "AudianClientError" ? error.reason : error._tag,
          AudianError.InvalidResponse.make({ status: 200 })
        )
        assert.strictEqual(error.outcome, "unknown")
        assert.strictEqual(error.code, row.code)
        assert.strictEqual(error.description, row.description)
        assert.deepStrictEqual<unknown>(error.body, row.body)
        assert.strictEqual(error.attempts, 1)
      })
    )
  }

  it.effect("whose document has a status of its own is a success", () =>
    Effect.gen(function* () {
      const fax = { id: "fax_1", status: "error", error: "NO_ANSWER" }
      const value = yield* Fax.getStatus({ faxId: "fax_1" }).pipe(Effect.provide(script(json(200, fax)).audian()))
      assert.strictEqual((value as { readonly status?: unknown }).status, "error")
    })
  )

  it.effect("whose document has errors of its own is a success", () =>
    Effect.gen(function* () {
      const fax = { id: "fax_1", status: "failed", errors: ["NO_ANSWER"] }
      const value = yield* Fax.getStatus({ faxId: "fax_1" }).pipe(Effect.provide(script(json(200, fax)).audian()))
      assert.deepStrictEqual<unknown>((value as { readonly errors?: unknown }).errors, ["NO_ANSWER"])
    })
  )

  it.effect.each(["application/json", "application/problem+json", "Application/JSON; charset=utf-8"])(
    "of a download that is %s in the place of a file is InvalidResponse",
    (contentType) =>
      Effect.gen(function* () {
        const http = script(json(200, { url: "https://elsewhere" }, { "content-type": contentType }))
        const error = yield* Effect.flip(Fax.downloadReceived({ faxId: "f" })).pipe(Effect.provide(http.audian()))
        assert.deepStrictEqual(
          error._tag === "AudianClientError" ? error.reason : error._tag,
          AudianError.InvalidResponse.make({ status: 200 })
        )
        assert.strictEqual(error.description, "The response is JSON, not a file")
        assert.deepStrictEqual<unknown>(error.body, { url: "https://elsewhere" })
      })
  )
})
