import { get } from "node:http"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { EmbeddedAudian } from "effect-audian/testing"

/** The status and the body of the response to a raw request. */
const send = (path: string, init: RequestInit = {}) =>
  Effect.flatMap(EmbeddedAudian.EmbeddedAudian, ({ baseUrl }) =>
    Effect.promise(async (signal) => {
      const headers = { "x-auth-token": "sk_test_embedded", "content-type": "application/json", ...init.headers }
      const response = await fetch(`${baseUrl}${path}`, { ...init, headers, signal })
      return {
        status: response.status,
        body: (await response.json()) as { readonly error?: { readonly message: string } }
      }
    })
  )

describe("EmbeddedAudian.serve: malformed requests", () => {
  it.live("a body that is not an object is 400 without a field", () =>
    Effect.gen(function* () {
      for (const body of ["", "{", "null", "[]"]) {
        const response = yield* send("/v2/numbers/purchase", { method: "POST", body })
        assert.strictEqual(response.status, 400)
        assert.notNestedProperty(response.body, "error.param")
        assert.match(response.body.error?.message ?? "", /^The request is invalid: Expected /)
      }
    }).pipe(Effect.provide(EmbeddedAudian.serve()))
  )

  it.live("a path that is not a URL is 404, and is logged", () =>
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
})
