import { get } from "node:http"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { AccessTokens, Numbers } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { served } from "../../support/embedded.ts"

/** What a request was answered with. */
const ask = (path: string, init: RequestInit = {}) =>
  Effect.flatMap(EmbeddedAudian.EmbeddedAudian, ({ baseUrl }) =>
    Effect.promise(async (signal) => {
      const headers = { "x-auth-token": "sk_test_embedded", "content-type": "application/json", ...init.headers }
      const response = await fetch(`${baseUrl}${path}`, { ...init, headers, signal })
      return {
        status: response.status,
        body: (await response.json()) as {
          readonly error?: { readonly message: string }
          readonly sipUsername?: string
        }
      }
    })
  )

describe("the embedded server, sent what no client sends,", () => {
  it.effect("looks for a number by a pattern that is mostly wildcards", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* Numbers.search({ pattern: `${"*".repeat(40)}7` })).total, 20)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.live("names no field of a body that is no object", () =>
    Effect.gen(function* () {
      for (const body of ["", "{", "null", "[]"]) {
        const answer = yield* ask("/v2/numbers/purchase", { method: "POST", body })
        assert.strictEqual(answer.status, 400)
        assert.notNestedProperty(answer.body, "error.param")
        assert.match(answer.body.error?.message ?? "", /^The request is invalid: Expected /)
      }
    }).pipe(Effect.provide(EmbeddedAudian.serve()))
  )

  it.live("answers 404 to a path that is no URL, and keeps it", () =>
    Effect.gen(function* () {
      const { baseUrl, requests } = yield* EmbeddedAudian.EmbeddedAudian
      for (const path of ["//", "http://[::1", "*"]) {
        const status = yield* Effect.callback<number | undefined>((resume) => {
          get(baseUrl, { path, agent: false }, (response) => {
            response.resume().on("end", () => resume(Effect.succeed(response.statusCode)))
          })
        })
        assert.strictEqual(status, 404, path)
      }
      assert.deepStrictEqual(
        (yield* requests).map(({ path, status }) => [path, status]),
        [
          ["//", 404],
          ["/", 404],
          ["/*", 404]
        ]
      )
    }).pipe(Effect.provide(EmbeddedAudian.serve()))
  )

  it.live("takes a SIP device with fields of any name", () =>
    Effect.gen(function* () {
      const { accountId, apiKey } = yield* EmbeddedAudian.EmbeddedAudian
      const { auth_token } = yield* AccessTokens.exchange({ api_key: apiKey })
      for (const name of ["constructor", "__proto__"]) {
        const { body, status } = yield* ask(`/v2/accounts/${accountId}/devices/sip`, {
          method: "POST",
          headers: { "x-auth-token": Redacted.value(auth_token) },
          body: `{"name":"A","sipUsername":"${name}","${name}":{"a":1}}`
        })
        assert.deepStrictEqual([status, body.sipUsername], [201, name])
      }
    }).pipe(Effect.provide(served))
  )
})
