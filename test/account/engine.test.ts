import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { Account, Audian, AudianError, Conferences, Numbers, Retry } from "effect-audian"
import { type ServedResponse, serve } from "../conformance/server.ts"

/** A client of a server that gives every request the same response. */
const against = (response: Partial<ServedResponse> & { readonly status: number }) =>
  Layer.unwrap(
    Effect.map(serve({ headers: { "content-type": "application/json" }, body: "", ...response }), ({ baseUrl }) =>
      Audian.layer({ authToken: "jwt", accountId: "account_abc123", baseUrl, retry: Retry.none })
    )
  ).pipe(Layer.provide(NodeHttpClient.layerUndici))

const engine = (status: number, message: string, data: unknown) =>
  against({ status, body: JSON.stringify({ data, error: String(status), message, status: "error", request_id: "r1" }) })

const invoice = [
  {
    activation_charges: [],
    items: [{ category: "phone_numbers", item: "did_us", quantity: 1, rate: 2, total: 2 }],
    summary: { today: 2, recurring: 2 },
    plan: {}
  }
]

describe("Account: the engine", () => {
  it.effect("402: gives a quote, and takes the consent outside the document", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Account.PhoneNumbers.purchase({ number: "+14155551234" }))
      assert.isTrue(AudianError.asksForConsent(error))
      assert.isTrue(AudianError.asksForConsent(error) && Option.isSome(AudianError.chargesOf(error)))
      assert.deepStrictEqual(
        AudianError.asksForConsent(error) ? Option.getOrUndefined(AudianError.chargesOf(error)) : undefined,
        invoice
      )
      assert.strictEqual(error.outcome, "not-executed")
    }).pipe(Effect.provide(engine(402, "accept charges", invoice)))
  )

  it.effect("402: any other has no quote", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Account.PhoneNumbers.purchase({ number: "+14155551234", accept_charges: true }))
      assert.isFalse(AudianError.asksForConsent(error))
      assert.isTrue(error._tag === "PaymentRequired" && Option.isNone(AudianError.chargesOf(error)))
      assert.strictEqual(error.code, "no_credit")
    }).pipe(Effect.provide(engine(402, "no_credit", { message: "no credit" })))
  )

  it.effect.each([
    { message: "datastore_conflict", meeting: true },
    { message: "conflicting documents", meeting: true },
    { message: "number_exists", meeting: false }
  ])("tells a 409 $message from others", ({ meeting, message }) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Account.Users.remove({ user_id: "u" }))
      assert.strictEqual(error._tag, "Conflict")
      assert.strictEqual(AudianError.isDatastoreConflict(error), meeting)
    }).pipe(Effect.provide(engine(409, message, { message })))
  )

  it.effect("401: the message names an unknown account", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Account.Users.list({ account_id: "account_typo" }))
      assert.strictEqual(error._tag, "Unauthorized")
      assert.match(error.message, /invalid credentials; the response to an unknown account is the same/)
    }).pipe(Effect.provide(engine(401, "invalid_credentials", { message: "invalid credentials" })))
  )

  it.effect("401: in the flat family the message names no account", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Numbers.list())
      assert.notMatch(error.message, /unknown account/)
    }).pipe(Effect.provide(engine(401, "invalid_credentials", { message: "invalid credentials" })))
  )

  it.effect("a banner with status 200 from a wrong base URL is InvalidResponse, and kept", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Account.Users.list())
      assert.isTrue(error._tag === "AudianClientError" && error.reason._tag === "InvalidResponse")
      assert.match(error.message, /base URL/)
      assert.strictEqual(error.body, "Kazoo API server")
      assert.strictEqual(error.outcome, "unknown")
    }).pipe(
      Effect.provide(against({ status: 200, headers: { "content-type": "text/plain" }, body: "Kazoo API server" }))
    )
  )

  it.effect("204 in place of a list is InvalidResponse, not an empty list", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Account.Cdrs.list())
      assert.isTrue(error._tag === "AudianClientError" && error.reason._tag === "InvalidResponse")
      assert.match(error.message, /no body/)
    }).pipe(Effect.provide(against({ status: 204 })))
  )

  it.effect("an empty body of an undocumented response is null", () =>
    Effect.gen(function* () {
      assert.isNull(yield* Conferences.muteAll({ conferenceId: "conf_abc123" }))
      assert.isNull(yield* Account.Presence.update({ presence_id: "p", status: "busy" }))
    }).pipe(Effect.provide(against({ status: 204 })))
  )

  it.effect("a command responds with text as its data, and with the tokens that are left", () =>
    Effect.gen(function* () {
      const [value, response] = yield* Audian.withResponse(
        Account.Presence.update({ presence_id: "p", status: "busy" })
      )
      assert.strictEqual(value, "processing request")
      assert.strictEqual(response?.status, 202)
      assert.deepStrictEqual(response?.rateLimit, { tokens: { consumed: 1, remaining: 99 } })
      assert.strictEqual(response?.requestId, "r1")
      assert.strictEqual(response?.revision, "2-abc")
    }).pipe(
      Effect.provide(
        against({
          status: 202,
          body: JSON.stringify({
            data: "processing request",
            tokens: { consumed: 1, remaining: 99 },
            request_id: "r1",
            revision: "2-abc",
            status: "success"
          })
        })
      )
    )
  )

  it.effect.each([
    { key: "g2wAAAAC", expected: "g2wAAAAC" },
    { key: ["a", 1], expected: '["a",1]' },
    { key: 62, expected: "62" },
    { key: "", expected: undefined },
    { key: undefined, expected: undefined }
  ])("gives the cursor $key of the next page as text", ({ expected, key }) =>
    Effect.gen(function* () {
      const [, response] = yield* Audian.withResponse(Account.Users.list())
      assert.strictEqual(response?.nextStartKey, expected)
    }).pipe(
      Effect.provide(
        against({ status: 200, body: JSON.stringify({ data: [], next_start_key: key, status: "success" }) })
      )
    )
  )
})
