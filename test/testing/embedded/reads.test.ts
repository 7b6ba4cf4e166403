import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Account, Api, Calls, Conferences, Numbers } from "effect-audian"
import { EmbeddedAudian, Fault } from "effect-audian/testing"
import { http } from "../../support/embedded.ts"

const reads = Api.operations().filter(({ endpoint }) => endpoint.method === "GET")

/** A fault for an operation that is never called: with it, the routes of the contract serve every request. */
const routed = [Fault.status(503).pipe(Fault.on(Account.Conferences.create))]

/** Everything that a program can see of the server's reads. */
const seen = Effect.gen(function* () {
  const embedded = yield* EmbeddedAudian.EmbeddedAudian
  const client = yield* HttpClient.HttpClient
  const number = yield* Numbers.purchase({ number: "+14155551234" })
  const call = yield* Calls.create({ from: "+14155551234", to: "+14155555678" })
  const conference = yield* Conferences.create({ name: "Team" })
  const user = yield* Account.Users.create({ first_name: "J", last_name: "D" })
  const ids: Record<string, string | undefined> = {
    account_id: embedded.accountId,
    number_id: number.id,
    call_id: call.call_id,
    conference_id: conference.id,
    user_id: user.id
  }
  const send = (request: HttpClientRequest.HttpClientRequest) =>
    Effect.gen(function* () {
      const response = yield* client.execute(request)
      const { date: _, ...headers } = response.headers
      return { status: response.status, headers, body: yield* response.text }
    })
  const apiKey = Redacted.value(embedded.apiKey)
  const exchanged = yield* send(
    HttpClientRequest.put(`${embedded.baseUrl}/v2/api_auth`).pipe(
      HttpClientRequest.bodyJsonUnsafe({ data: { api_key: apiKey } })
    )
  )
  const { auth_token } = JSON.parse(exchanged.body) as { readonly auth_token: string }
  const responses = []
  for (const { endpoint, name, traits } of reads) {
    const token = traits.family === "account" ? auth_token : apiKey
    const path = endpoint.path.replace(/:(\w+)/g, (_, key: string) => ids[key] ?? "missing")
    for (const query of ["", "?limit=1&page_size=1", "?limit=x&page_size=x&from=x", "?status=active&status=all"]) {
      const request = HttpClientRequest.get(`${embedded.baseUrl}${path}${query}`)
      responses.push({
        name,
        query,
        sent: yield* send(HttpClientRequest.setHeader(request, "x-auth-token", token)),
        refused: query === "" ? yield* send(request) : undefined
      })
    }
  }
  const log = yield* embedded.requests
  return {
    responses,
    log: log.map(({ headers: { host: _, b3: _b3, traceparent: _parent, ...headers }, ...request }) => ({
      ...request,
      headers
    }))
  }
})

const on = (options: EmbeddedAudian.Options) =>
  Effect.provide(
    seen,
    Layer.provideMerge(EmbeddedAudian.client(), EmbeddedAudian.serve({ quota: false, ...options })).pipe(
      Layer.provideMerge(http)
    )
  )

describe("EmbeddedAudian.serve: a read", () => {
  it.effect("has the response and the log entry of the routes of the contract", () =>
    Effect.gen(function* () {
      const direct = yield* on({})
      const general = yield* on({ faults: routed })
      assert.deepStrictEqual(direct, general)
      const statuses = new Set(direct.responses.flatMap(({ refused, sent }) => [sent.status, refused?.status]))
      for (const status of [200, 400, 401, 404]) assert.isTrue(statuses.has(status), `${status}`)
    })
  )
})
