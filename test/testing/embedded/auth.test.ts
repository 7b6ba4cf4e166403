import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import { TestClock } from "effect/testing"
import { AccessTokens } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { served } from "../../support/embedded.ts"

const create = (...permissions: ReadonlyArray<AccessTokens.Permission>) =>
  AccessTokens.create({ resource_type: "audio", resource_id: "audio_abc123", permissions, expires_in: 900 })

/** The status and the error code of the response to a request with a token. */
const send = (token: Redacted.Redacted | undefined, method: "GET" | "POST" | "DELETE" = "GET", path = "/v2/numbers") =>
  Effect.gen(function* () {
    const { baseUrl } = yield* EmbeddedAudian.EmbeddedAudian
    const client = yield* HttpClient.HttpClient
    const headers = token === undefined ? {} : { "x-auth-token": Redacted.value(token) }
    const response = yield* client.execute(HttpClientRequest.make(method)(baseUrl + path, { headers }))
    const text = yield* response.text
    const body = (text === "" ? {} : JSON.parse(text)) as { readonly error?: { readonly code: string } }
    return body.error === undefined ? response.status : [response.status, body.error.code]
  })

const refused = [401, "invalid_api_key"]

describe("EmbeddedAudian: AccessTokens.create", () => {
  it.effect("the token is valid until it expires", () =>
    Effect.gen(function* () {
      const { token, ...made } = yield* create("read", "write")
      assert.deepStrictEqual<unknown>(made, {
        id: "token_000001",
        resource_type: "audio",
        resource_id: "audio_abc123",
        permissions: ["read", "write"],
        created_at: "1970-01-01T00:00:00.000Z",
        expires_at: "1970-01-01T00:15:00.000Z"
      })
      const { apiKey } = yield* EmbeddedAudian.EmbeddedAudian
      const exchange = Effect.map(AccessTokens.exchange({ api_key: apiKey }), ({ auth_token }) => auth_token)
      const given = [token, (yield* create("read")).token, yield* exchange, yield* exchange]
      assert.strictEqual(new Set(given.map(Redacted.value)).size, 4)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.live("the token is valid for the methods of its permissions, and 403 for others", () =>
    Effect.gen(function* () {
      const reader = (yield* create("read")).token
      const writer = (yield* create("write")).token
      const remover = (yield* create("delete")).token
      const forbidden = [403, "forbidden_error"]
      assert.strictEqual(yield* send(reader), 200)
      assert.deepStrictEqual(yield* send(writer), forbidden)
      assert.deepStrictEqual(yield* send(remover), forbidden)
      const box = "/v2/voicemail/boxes/box_none"
      assert.deepStrictEqual(yield* send(remover, "DELETE", box), [404, "not_found_error"])
      assert.deepStrictEqual(yield* send(reader, "DELETE", box), forbidden)
      const prompts = "/v2/media/prompts"
      assert.deepStrictEqual(yield* send(writer, "POST", prompts), [400, "invalid_request_error"])
      assert.deepStrictEqual(yield* send(reader, "POST", prompts), forbidden)
    }).pipe(Effect.provide(served))
  )

  it.live("a revoked token is 401, as a revoked exchanged token is", () =>
    Effect.gen(function* () {
      const { apiKey, requests, revokeToken } = yield* EmbeddedAudian.EmbeddedAudian
      const { token } = yield* create("read")
      const { auth_token } = yield* AccessTokens.exchange({ api_key: apiKey })
      for (const each of [token, auth_token]) {
        assert.strictEqual(yield* send(each), 200)
        yield* revokeToken(each)
        assert.deepStrictEqual(yield* send(each), refused)
        assert.strictEqual((yield* Effect.exit(revokeToken(each)))._tag, "Failure")
        // The path is not named like a secret.
        const text = Redacted.value(each)
        yield* send(each, "GET", `/v2/numbers/of_${text}/config?${text}`)
        assert.notInclude(JSON.stringify(yield* requests), text)
      }
    }).pipe(Effect.provide(served))
  )

  it.live("a request without a token is 401 missing_authentication", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* send(undefined), [401, "missing_authentication"])
      assert.deepStrictEqual(yield* send(Redacted.make("at_none")), refused)
    }).pipe(Effect.provide(served))
  )

  it.effect("the token expires with the clock", () =>
    Effect.gen(function* () {
      const embedded = yield* EmbeddedAudian.EmbeddedAudian
      const { token } = yield* create("read")
      // An expired token cannot be revoked.
      yield* TestClock.adjust("899 seconds")
      const early = yield* create("read")
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* Effect.exit(embedded.revokeToken(token)))._tag, "Failure")
      yield* embedded.revokeToken(early.token)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})
