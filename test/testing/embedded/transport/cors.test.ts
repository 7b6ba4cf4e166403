import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Account, Fax, Numbers } from "effect-audian"
import { EmbeddedAudian, Fault } from "effect-audian/testing"
import { served } from "../../../support/embedded.ts"

/** A request of a page from another origin. */
const send = (path: string, init: RequestInit = {}) =>
  Effect.flatMap(EmbeddedAudian.EmbeddedAudian, ({ baseUrl }) =>
    Effect.promise((signal) =>
      fetch(`${baseUrl}${path}`, { signal, ...init, headers: { origin: "http://localhost:5173", ...init.headers } })
    )
  )

const credentials = { headers: { "x-auth-token": "sk_test_embedded" } }

describe("EmbeddedAudian.serve: a page of another origin", () => {
  it.live("a preflight needs no credentials, and permits what the client sends", () =>
    Effect.gen(function* () {
      const response = yield* send("/v2/accounts/account_embedded/users", {
        method: "OPTIONS",
        headers: { "access-control-request-method": "PUT", "access-control-request-headers": "x-auth-token" }
      })
      assert.strictEqual(response.status, 200)
      assert.strictEqual(response.headers.get("access-control-allow-origin"), "*")
      const listOf = (name: string) => (response.headers.get(`access-control-allow-${name}`) ?? "").split(", ")
      assert.includeMembers(listOf("methods"), ["GET", "PUT", "POST", "PATCH", "DELETE"])
      assert.includeMembers(listOf("headers"), ["x-auth-token", "content-type", "cache-control"])
    }).pipe(Effect.provide(EmbeddedAudian.serve()))
  )

  it.live("a preflight permits every header that the client sends", () =>
    Effect.gen(function* () {
      const { requests } = yield* EmbeddedAudian.EmbeddedAudian
      yield* Numbers.purchase({ number: "+14155551234" })
      yield* Fax.send({ to: "+14155551234", file: new File(["%PDF"], "a.pdf") })
      yield* Account.Vmboxes.list()
      const { id: vmbox_id = "" } = yield* Account.Vmboxes.create({ name: "Box", mailbox: "1" })
      yield* Account.Vmboxes.modify({ vmbox_id }, (box) => ({ ...box, name: "Other" }))
      const preflight = yield* send("/v2/numbers", { method: "OPTIONS" })
      const permitted = new Set((preflight.headers.get("access-control-allow-headers") ?? "").split(", "))
      // A browser sets these itself, and drops those of a program.
      const own = ["accept-encoding", "connection", "content-length", "host", "transfer-encoding"]
      const sent = (yield* requests).flatMap(({ headers }) => Object.keys(headers))
      assert.deepStrictEqual(
        sent.filter((name) => !permitted.has(name) && !own.includes(name)),
        []
      )
      assert.include(sent, "x-auth-token")
    }).pipe(Effect.provide(served))
  )

  it.live("preflights count in no quota and are in no log", () =>
    Effect.gen(function* () {
      for (let count = 0; count < 3; count++) yield* send("/v2/numbers", { method: "OPTIONS" })
      assert.strictEqual((yield* send("/v2/numbers", credentials)).status, 200)
      assert.strictEqual((yield* (yield* EmbeddedAudian.EmbeddedAudian).requests).length, 1)
    }).pipe(Effect.provide(EmbeddedAudian.serve({ quota: { limit: 1, window: "1 minute" } })))
  )

  it.live("every response has the headers, errors too, and quota headers are not exposed", () =>
    Effect.gen(function* () {
      const embedded = yield* EmbeddedAudian.EmbeddedAudian
      const check = (status: number, path: string, init?: RequestInit) =>
        Effect.map(send(path, init), (response) => {
          assert.strictEqual(response.status, status)
          assert.strictEqual(response.headers.get("access-control-allow-origin"), "*")
          const exposed = response.headers.get("access-control-expose-headers") ?? ""
          assert.include(exposed, "x-request-id")
          assert.notInclude(exposed, "x-ratelimit-limit")
        })
      yield* check(200, "/v2/numbers", credentials)
      yield* check(401, "/v2/numbers")
      yield* check(401, "/v2/accounts/account_embedded/users")
      yield* check(404, "/v2/nowhere", credentials)
      yield* check(413, "/v2/numbers/purchase", { method: "POST", body: " ".repeat(101), ...credentials })
      yield* embedded.fault(Fault.status(503), Fault.truncated)
      yield* check(503, "/v2/numbers", credentials)
      yield* check(200, "/v2/numbers", credentials)
      yield* embedded.setQuota({ limit: 0, window: "1 minute" })
      yield* check(429, "/v2/numbers", credentials)
    }).pipe(Effect.provide(EmbeddedAudian.serve({ maxBodySize: 100 })))
  )
})
