/**
 * Numbers, booleans and texts in the engine's other forms.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Account, Billing, Numbers, Ports } from "effect-audian"
import { json, script } from "../support/http.ts"

const flat = (data: unknown) => script(json(200, { success: true, data })).audian()
const engine = (data: unknown) => script(json(200, { data, status: "success" })).account()

describe("a response", () => {
  it.effect("has a number as text, and a text as number, at any depth", () =>
    Effect.gen(function* () {
      const { billing, id } = yield* Numbers.purchase({ number: "+14155551234" })
      assert.strictEqual(id, "9001")
      assert.strictEqual(billing?.monthly_cost, 0.99)
    }).pipe(Effect.provide(flat({ id: 9001, number: "+14155551234", billing: { monthly_cost: " 0.99" } })))
  )

  it.effect("has them in one row of a list: the others are read too", () =>
    Effect.gen(function* () {
      const { numbers, total } = yield* Numbers.list()
      assert.deepStrictEqual<unknown>(numbers, [
        { id: "17", number: null },
        { id: "num_1", number: "+14155551234", billing: { monthly_cost: 0.99 } }
      ])
      assert.strictEqual(total, 2)
    }).pipe(
      Effect.provide(
        flat({
          numbers: [
            { id: 17, number: null },
            { id: "num_1", number: "+14155551234", billing: { monthly_cost: "0.99" } }
          ],
          total: "2"
        })
      )
    )
  )

  it.effect("has a boolean as text", () =>
    Effect.gen(function* () {
      const { enabled, call_forward } = yield* Account.Devices.get({ device_id: "device_abc123" })
      assert.isFalse(enabled)
      assert.isTrue(call_forward?.enabled)
    }).pipe(Effect.provide(engine({ enabled: "false", call_forward: { enabled: "true" } })))
  )

  it.effect("keeps its other fields where a value is converted", () =>
    Effect.gen(function* () {
      const port = yield* Ports.get({ port_id: "1" })
      assert.deepStrictEqual<unknown>(port, { id: "1", status: "pending", crm: { id: 7 } })
    }).pipe(Effect.provide(flat({ id: 1, status: "pending", crm: { id: 7 } })))
  )

  it.effect("leaves a text a text where a field takes both", () =>
    Effect.gen(function* () {
      const { play_entry_tone } = yield* Account.Conferences.get({ conference_id: "c" })
      assert.strictEqual(play_entry_tone, "true")
    }).pipe(Effect.provide(engine({ id: 5, play_entry_tone: "true" })))
  )

  it.effect("has no phone number and no time as a number, which would be of another form", () =>
    Effect.gen(function* () {
      const list = Effect.provide(Numbers.list(), flat({ numbers: [{ id: 1, number: 14155551234, purchased_at: 1 }] }))
      const error = yield* Effect.flip(list)
      assert.includeMembers(
        error.details.map(({ field }) => field),
        ["data.numbers.0.number", "data.numbers.0.purchased_at"]
      )
    })
  )

  it.effect("that is none of these is still an InvalidResponse that names the field", () =>
    Effect.gen(function* () {
      for (const amount of ["12 USD", "", "NaN", "Infinity", true, [], {}]) {
        const error = yield* Effect.flip(
          Effect.provide(Billing.listLimits(), flat({ limits: [{ type: "monthly", amount }] }))
        )
        assert.isTrue(error._tag === "AudianClientError" && error.reason._tag === "InvalidResponse")
        assert.deepStrictEqual(
          error.details.map(({ field }) => field),
          ["data.limits.0.amount"]
        )
      }
    })
  )
})
