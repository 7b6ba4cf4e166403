import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { Audian, CallerIds, CallFlows, IvrMenus, Numbers, Webhooks } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { number, refusal } from "../../../support/embedded.ts"

const routing = [{ pattern: "*", destination: "+14155555678", destination_type: "phone_number" }]

describe("EmbeddedAudian: CallFlows.create", () => {
  it.effect("responds with 201, the input and a new id", () =>
    Effect.gen(function* () {
      const [made, response] = yield* Audian.withResponse(
        CallFlows.create({ name: "Main", phone_number: number, routing })
      )
      assert.strictEqual(response?.status, 201)
      assert.deepStrictEqual<unknown>(made, {
        call_flow_id: "cf_000001",
        name: "Main",
        phone_number: number,
        routing,
        created_at: "1970-01-01T00:00:00.000Z"
      })
      assert.deepInclude(yield* CallFlows.create({ name: "Other", routing }), {
        call_flow_id: "cf_000002",
        phone_number: null
      })
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})

describe("EmbeddedAudian: CallerIds", () => {
  it.effect("list: a number of the account is verified, another one pending", () =>
    Effect.gen(function* () {
      yield* Numbers.purchase({ number })
      const own = yield* CallerIds.create({ number, name: "Acme Corp", note: "main" })
      yield* CallerIds.create({ number: "+12125550100" })
      const verified = {
        id: "cid_000001",
        number,
        name: "Acme Corp",
        status: "verified",
        verified_at: "1970-01-01T00:00:00.000Z"
      }
      assert.deepStrictEqual<unknown>(own, { ...verified, note: "main" })
      assert.deepStrictEqual<unknown>((yield* CallerIds.list()).caller_ids, [
        verified,
        { id: "cid_000002", number: "+12125550100", name: null, status: "pending", verified_at: null }
      ])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("create: a second caller id of a number is 409", () =>
    Effect.gen(function* () {
      yield* CallerIds.create({ number })
      assert.deepStrictEqual(yield* refusal(CallerIds.create({ number })), ["Conflict", "conflict_error"])
      assert.strictEqual((yield* CallerIds.list()).caller_ids.length, 1)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})

const menu = {
  name: "Main",
  prompt: "Press 1 for sales",
  options: [{ digit: "1", destination: "+14155555678", destination_type: "phone_number" }]
}

describe("EmbeddedAudian: IvrMenus.create", () => {
  it.effect("responds with 201, the input and a new id", () =>
    Effect.gen(function* () {
      const [made, response] = yield* Audian.withResponse(IvrMenus.create({ ...menu, max_digits: 1 }))
      assert.strictEqual(response?.status, 201)
      assert.deepStrictEqual<unknown>(made, {
        menu_id: "menu_000001",
        ...menu,
        created_at: "1970-01-01T00:00:00.000Z"
      })
      assert.strictEqual((yield* IvrMenus.create(menu)).menu_id, "menu_000002")
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})

describe("EmbeddedAudian: Webhooks.create", () => {
  it.effect("each webhook has its own signing secret", () =>
    Effect.gen(function* () {
      const url = "https://example.com/webhooks"
      const made = yield* Effect.forEach([1, 2], () => Webhooks.create({ url, events: ["*"] }))
      assert.deepStrictEqual(
        made.map(({ id, url }) => [id, url]),
        [
          ["wh_000001", url],
          ["wh_000002", url]
        ]
      )
      const secrets = made.map(({ signing_secret }) => Redacted.value(signing_secret))
      assert.strictEqual(new Set(secrets).size, 2)
      for (const secret of secrets) assert.match(secret, /^whsec_/)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})
