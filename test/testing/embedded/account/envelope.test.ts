import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpMethod from "effect/http/HttpMethod"
import * as Redacted from "effect/Redacted"
import type * as Schema from "effect/Schema"
import { Account, Audian, AudianError, Retry } from "effect-audian"
import { EmbeddedAudian, Fault } from "effect-audian/testing"

const { Users } = Account

/** The part of a response that the tests read. */
interface Body {
  readonly data: { readonly id: string; readonly length: number; readonly [key: string]: unknown }
  readonly metadata: { readonly created: number; readonly deleted: boolean }
  readonly auth_token: string
  readonly next_start_key: string
  readonly [key: string]: unknown
}

/** Sends a raw request below the key's own account. */
const send = (method: HttpMethod.HttpMethod, path: string, body?: Schema.Json, token?: string) =>
  Effect.gen(function* () {
    const { accountId, apiKey, baseUrl } = yield* EmbeddedAudian.EmbeddedAudian
    const client = yield* HttpClient.HttpClient
    const call = (method: HttpMethod.HttpMethod, path: string, body: unknown, headers: Record<string, string>) =>
      Effect.flatMap(
        client.execute(
          HttpClientRequest.make(method)(baseUrl + path, { headers }).pipe(
            body === undefined ? (request) => request : HttpClientRequest.bodyJsonUnsafe(body)
          )
        ),
        (response) =>
          Effect.map(response.json, (json) => ({
            status: response.status,
            headers: response.headers,
            json: json as unknown as Body
          }))
      )
    const exchange = Effect.map(
      call("PUT", "/v2/api_auth", { data: { api_key: Redacted.value(apiKey) } }, {}),
      ({ json }) => json.auth_token
    )
    const auth = token ?? (yield* exchange)
    return { auth, ...(yield* call(method, `/v2/accounts/${accountId}${path}`, body, { "x-auth-token": auth })) }
  })

const overSocket = Effect.provide([EmbeddedAudian.serve(), NodeHttpClient.layerUndici])

const jane = { first_name: "Jane", last_name: "Doe" }

describe("EmbeddedAudian.serve: envelopes of account operations", () => {
  it.live("a document has an envelope, and keeps unknown fields", () =>
    Effect.gen(function* () {
      const data = { ...jane, nickname: "JD", caller_id: { internal: { number: "1001", color: "red" } } }
      const { auth, headers, json, status } = yield* send("PUT", "/users", {
        data: { ...data, password: "s3cret" },
        ui_metadata: { version: 1 }
      })
      assert.strictEqual(status, 201)
      assert.deepInclude(json.data, data)
      assert.notProperty(json.data, "password")
      assert.strictEqual(json.status, "success")
      assert.strictEqual(json.auth_token, auth)
      assert.strictEqual(json.request_id, headers["x-request-id"])
      assert.strictEqual(json.revision, `1-${json.data.id}`)
      assert.isAbove(json.metadata.created, 63_000_000_000)
      assert.notProperty(json, "page_size")
      const { json: patched } = yield* send("PATCH", `/users/${json.data.id}`, {
        data: { nickname: null, title: "CTO" }
      })
      assert.notProperty(patched.data, "nickname")
      assert.deepInclude(patched.data, { title: "CTO", caller_id: data.caller_id })
      assert.strictEqual(patched.revision, `2-${json.data.id}`)
      const { json: removed } = yield* send("DELETE", `/users/${json.data.id}`)
      assert.strictEqual(removed.metadata.deleted, true)
    }).pipe(overSocket)
  )

  it.live("a list has page_size, start_key and next_start_key", () =>
    Effect.gen(function* () {
      for (const n of [1, 2, 3]) yield* send("PUT", "/users", { data: { ...jane, username: `jane${n}` } })
      const { json: first } = yield* send("GET", "/users?page_size=2")
      assert.strictEqual(first.page_size, 2)
      assert.isString(first.start_key)
      const { json: second } = yield* send("GET", `/users?page_size=2&start_key=${first.next_start_key}`)
      assert.strictEqual(second.page_size, 1)
      assert.strictEqual(second.start_key, first.next_start_key)
      assert.notProperty(second, "next_start_key")
      const { json: all } = yield* send("GET", "/users?paginate=false")
      assert.strictEqual(all.data.length, 3)
      for (const key of ["page_size", "start_key", "next_start_key"]) assert.notProperty(all, key)
    }).pipe(overSocket)
  )

  it.live("a page has 50 items by default", () =>
    Effect.gen(function* () {
      const { auth } = yield* send("GET", "/users")
      for (let n = 0; n < 51; n++) yield* send("PUT", "/users", { data: jane }, auth)
      const { json } = yield* send("GET", "/users", undefined, auth)
      assert.strictEqual(json.page_size, 50)
      assert.isString(json.next_start_key)
    }).pipe(overSocket)
  )

  it.live("an invalid page is 404 faulty_request", () =>
    Effect.gen(function* () {
      for (const query of ["page_size=0", "start_key=elsewhere"]) {
        const { json, status } = yield* send("GET", `/users?${query}`)
        assert.strictEqual(status, 404)
        assert.deepInclude(json, { error: "404", message: "faulty_request", status: "error" })
      }
    }).pipe(overSocket)
  )

  it.live("a validation error has every field by its path", () =>
    Effect.gen(function* () {
      const { json, status } = yield* send("PUT", "/devices", { data: { sip: { username: "x" } } })
      assert.strictEqual(status, 400)
      assert.deepInclude(json, { error: "400", message: "validation error", status: "error" })
      assert.deepStrictEqual(json.data.name, { required: { message: "Field is required but missing" } })
      assert.match(JSON.stringify(json.data["sip.username"]), /"error":\{"message":"/)
      const { json: bare } = yield* send("PUT", "/devices", {})
      assert.property(bare.data, "data")
    }).pipe(overSocket)
  )

  it.live("an unknown token is 401 in an envelope", () =>
    Effect.gen(function* () {
      const { json, status } = yield* send("GET", "/users", undefined, "not-a-token")
      assert.strictEqual(status, 401)
      assert.deepInclude(json, { error: "401", message: "invalid_credentials" })
    }).pipe(overSocket)
  )

  it.live("operations of the camelCase pages have no body or no envelope", () =>
    Effect.gen(function* () {
      const { auth, json } = yield* send("POST", "/devices/sip", { name: "Desk", sipUsername: "desk" })
      assert.deepInclude(json, { type: "sip", name: "Desk" })
      const { baseUrl, accountId } = yield* EmbeddedAudian.EmbeddedAudian
      const response = yield* HttpClient.del(`${baseUrl}/v2/accounts/${accountId}/devices/sip/${json.id}`, {
        headers: { "x-auth-token": auth }
      })
      assert.strictEqual(response.status, 204)
    }).pipe(overSocket)
  )
})

describe("EmbeddedAudian.layer: account operations", () => {
  it.effect("an error has the engine's code and details", () =>
    Effect.gen(function* () {
      const missing = yield* Effect.flip(Users.remove({ user_id: "nobody" }))
      assert.strictEqual(missing.description, "bad identifier")
      assert.nestedPropertyVal(missing.body, "data.cause", "nobody")
      assert.nestedPropertyVal(missing.body, "auth_token", "<redacted>")
      yield* Users.create({ ...jane, username: "jane" })
      const taken = yield* Effect.flip(Users.create({ ...jane, username: "jane" }))
      assert.deepStrictEqual(taken.details, [
        { field: "username", rule: "unique", message: "Another one has this username" }
      ])
      assert.strictEqual(taken.outcome, "not-executed")
      assert.isTrue(AudianError.isAudianError(taken))
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("each write has a new revision, each response an id", () =>
    Effect.gen(function* () {
      const [user, created] = yield* Audian.withResponse(Users.create(jane))
      const [, patched] = yield* Audian.withResponse(Users.patch({ user_id: user.id!, title: "CTO" }))
      assert.deepStrictEqual([created?.revision, patched?.revision], [`1-${user.id}`, `2-${user.id}`])
      assert.strictEqual(created?.status, 201)
      assert.notStrictEqual(created?.requestId, patched?.requestId)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("two servers count the same ids, and share no documents", () =>
    Effect.gen(function* () {
      const run = Effect.gen(function* () {
        const first = yield* Users.create(jane)
        yield* Users.create(jane)
        assert.strictEqual((yield* Users.list()).length, 2)
        return first.id
      })
      const ids = yield* Effect.forEach([1, 2], () => Effect.provide(run, EmbeddedAudian.layer(), { local: true }))
      assert.strictEqual(ids[0], ids[1])
    })
  )

  it.effect("Fault.executed: an account operation is executed before the fault", () =>
    Effect.gen(function* () {
      const { fault } = yield* EmbeddedAudian.EmbeddedAudian
      yield* fault(Fault.status(502).pipe(Fault.on(Users.create), Fault.executed))
      const error = yield* Users.create(jane).pipe(Retry.withPolicy(Retry.none), Effect.flip)
      assert.strictEqual(error.outcome, "unknown")
      assert.strictEqual((yield* Users.list()).length, 1)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})
