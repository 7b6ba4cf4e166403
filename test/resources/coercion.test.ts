/**
 * Numbers, booleans and texts in the engine's other forms.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { AccessTokens, Account, Billing, Numbers, Ports } from "effect-audian"
import { json, route, script } from "../support/http.ts"

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

  it.effect("has a phone number as a number, in the form that the engine has as text", () =>
    Effect.gen(function* () {
      const { numbers } = yield* Numbers.list()
      assert.deepStrictEqual<unknown>(numbers, [
        { id: "1", number: "14155551234" },
        { id: "2", number: "+14155551235" }
      ])
    }).pipe(
      Effect.provide(
        flat({
          numbers: [
            { id: "1", number: 14155551234 },
            { id: "2", number: "+14155551235" }
          ]
        })
      )
    )
  )

  it.effect("has no time as a number that is none", () =>
    Effect.gen(function* () {
      const list = Effect.provide(Numbers.list(), flat({ numbers: [{ id: 1, number: 14155551234, purchased_at: 1 }] }))
      const error = yield* Effect.flip(list)
      assert.include(
        error.details.map(({ field }) => field),
        "data.numbers.0.purchased_at"
      )
    })
  )

  it.effect(
    "has a time in seconds or milliseconds where a page shows text, and text where the engine has seconds",
    () =>
      Effect.gen(function* () {
        const iso = "2023-11-14T22:13:20.000Z"
        for (const created_at of [1_700_000_000, 63_867_219_200, 1_700_000_000_000, iso]) {
          const port = yield* Effect.provide(
            Ports.get({ port_id: "1" }),
            flat({ id: "1", status: "pending", created_at })
          )
          assert.strictEqual(port.created_at, iso)
        }
        const numbers = flat({ numbers: [{ id: "1", number: null, purchased_at: 1_700_000_000, expires_at: null }] })
        const [number] = (yield* Effect.provide(Numbers.list(), numbers)).numbers
        assert.strictEqual(number?.purchased_at, iso)
        const rule = yield* Effect.provide(
          Account.TemporalRules.get({ temporal_rule_id: "r" }),
          engine({ id: "r", start_date: iso, end_date: "63867219200" })
        )
        assert.deepStrictEqual<unknown>([rule.start_date, rule.end_date], [63_867_219_200, 63_867_219_200])
      })
  )

  it.effect("has a time in the other spelling of its name", () =>
    Effect.gen(function* () {
      const iso = "2023-11-14T22:13:20.000Z"
      for (const time of [{ createdAt: iso }, { createdAt: 1_700_000_000 }, { created_at: iso, createdAt: "other" }]) {
        const port = yield* Effect.provide(Ports.get({ port_id: "1" }), flat({ id: "1", status: "pending", ...time }))
        assert.strictEqual(port.created_at, iso)
        assert.strictEqual(
          port.createdAt as string | undefined,
          time.createdAt === 1_700_000_000 ? iso : time.createdAt
        )
      }
      const token = yield* Effect.provide(
        AccessTokens.create({ resource_type: "audio", resource_id: "a", permissions: ["read"], expires_in: 3600 }),
        script(json(201, { id: "t", token: "secret", createdAt: iso, expiresAt: 1_700_000_000 })).audian()
      )
      assert.deepStrictEqual([token.created_at, token.expires_at], [iso, iso] as never)
      const { data } = yield* Effect.provide(
        Account.Accounts.listChildren(),
        script(json(200, { data: [{ id: "a", created_at: iso }] })).account()
      )
      assert.strictEqual(data[0]?.createdAt, iso)
    })
  )

  it.effect("has a single value as a list, a list of one as a value, and an empty list as an object", () =>
    Effect.gen(function* () {
      const { numbers } = yield* Effect.provide(
        Numbers.search(),
        flat({
          numbers: [
            { number: "+14155551234", features: "sms", zz: 1 },
            { number: "+14155551235", features: "" },
            { number: "+14155551236", features: ["voice"] }
          ]
        })
      )
      assert.deepStrictEqual<unknown>(numbers, [
        { number: "+14155551234", features: ["sms"], zz: 1 },
        { number: "+14155551235", features: [] },
        { number: "+14155551236", features: ["voice"] }
      ])
      const devices = yield* Effect.provide(
        Account.Devices.list(),
        engine([{ id: "d1", name: ["Desk"], flags: 7, call_forward: [], enabled: ["true"] }, { id: "d2" }])
      )
      assert.deepStrictEqual<unknown>(devices, [
        { id: "d1", name: "Desk", flags: ["7"], call_forward: {}, enabled: true },
        { id: "d2" }
      ])
    })
  )

  it.effect("has rows that are null, which are left out", () =>
    Effect.gen(function* () {
      const row = { id: "1", number: "+14155551234" }
      const { numbers } = yield* Effect.provide(Numbers.list(), flat({ numbers: [null, row, null, { ...row, id: 2 }] }))
      assert.deepStrictEqual<unknown>(numbers, [row, { ...row, id: "2" }])
      const box = yield* Effect.provide(Account.Vmboxes.get({ vmbox_id: "v" }), engine({ id: "v", flags: ["a", null] }))
      assert.deepStrictEqual<unknown>(box, { id: "v", flags: ["a"] })
    })
  )

  it.effect("counts rows that are null where a list pages, with a total and without, one after another and ahead", () =>
    Effect.gen(function* () {
      const rows = [...Array.from({ length: 25 }, (_, i) => (i % 4 === 1 ? null : { id: `n${i}`, number: null }))]
      for (const total of [undefined, rows.length]) {
        for (const concurrency of [1, 4]) {
          const http = route(({ url }) => {
            const offset = Number(url.searchParams.get("offset") ?? 0)
            return json(200, { success: true, data: { numbers: rows.slice(offset, offset + 5), total } })
          })
          const items = yield* Numbers.list
            .items({ limit: 5 }, { concurrency })
            .pipe(Stream.runCollect, Effect.provide(http.audian()))
          assert.deepStrictEqual(
            items.map(({ id }) => id),
            rows.flatMap((row) => (row === null ? [] : [row.id]))
          )
        }
      }
    })
  )

  it.effect("fails for one row that cannot be read, names it, and keeps the response", () =>
    Effect.gen(function* () {
      const rows = [
        { id: "1", number: "+14155551234" },
        { id: { a: 1 }, number: "+14155551235" }
      ]
      const error = yield* Effect.flip(Effect.provide(Numbers.list(), flat({ numbers: rows })))
      assert.deepStrictEqual(
        error.details.map(({ field }) => field),
        ["data.numbers.1.id"]
      )
      assert.deepStrictEqual<unknown>(error.body, { success: true, data: { numbers: rows } })
      assert.strictEqual(error.outcome, "executed")
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
