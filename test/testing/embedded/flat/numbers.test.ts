import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { Account, Audian, Numbers, PhoneNumber, Ports } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { address, balance, notFound, number, portRequest, refusal } from "../../../support/embedded.ts"

const conflict = ["Conflict", "conflict_error"]

const purchased = Effect.map(Numbers.purchase({ number, friendly_name: "Main" }), ({ id }) => ({ number_id: id }))

describe("EmbeddedAudian: Numbers.search", () => {
  it.effect("filters by location, features and pattern", () =>
    Effect.gen(function* () {
      const total = (input?: Parameters<typeof Numbers.search>[0]) =>
        Effect.map(Numbers.search(input), ({ total }) => total)
      assert.strictEqual(yield* total(), 201)
      assert.strictEqual(yield* total({ location: "US-CA" }), 51)
      assert.strictEqual(yield* total({ location: "US-NY-212" }), 50)
      assert.strictEqual(yield* total({ location: "US-NY-415" }), 0)
      assert.strictEqual(yield* total({ pattern: "415555010*" }), 10)
      assert.strictEqual(yield* total({ pattern: "+1 (415) 555-12*" }), 1)
      const all = yield* Numbers.search({ location: "US-TX", limit: 100 })
      const mms = yield* Numbers.search({ location: "US-TX", features: ["sms", "mms"], limit: 100 })
      assert.deepStrictEqual(
        mms.numbers,
        all.numbers.filter(({ features }) => features?.includes("mms"))
      )
      assert.deepStrictEqual([all.total, mms.total], [50, 34])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("pages by limit and offset, and shows the price of each number", () =>
    Effect.gen(function* () {
      const first = yield* Numbers.search({ location: "US-CO" })
      assert.deepInclude(first, { total: 50, limit: 10, offset: 0 })
      const [sixth] = (yield* Numbers.search({ location: "US-CO", limit: 1, offset: 5 })).numbers
      assert.deepStrictEqual(sixth, first.numbers[5])
      assert.deepInclude(sixth, { available: true, location: "Denver, CO", price: { monthly: 0.99, setup: 0 } })
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("fails with 400 for an unknown location", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* refusal(Numbers.search({ location: "DE" })), [
        "BadRequest",
        "INVALID_LOCATION",
        "location"
      ])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("accepts a pattern of many wildcards", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* Numbers.search({ pattern: `${"*".repeat(40)}7` })).total, 20)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("leaves out numbers of the account and of the accounts below it", () =>
    Effect.gen(function* () {
      yield* purchased
      const west = yield* Account.Accounts.createSubAccount({ name: "West" })
      const other = PhoneNumber.make("+14155550100")
      yield* Account.PhoneNumbers.purchase({ account_id: west.id, number: other, accept_charges: true })
      const { numbers } = yield* Numbers.search({ location: "US-CA", limit: 100 })
      assert.strictEqual(numbers.length, 49)
      for (const owned of [number, other]) {
        assert.isFalse(numbers.some(({ number }) => String(number) === owned))
      }
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("includes the numbers of the options, with the location of their area code", () =>
    Effect.gen(function* () {
      const { numbers } = yield* Numbers.search({ location: "US-CA-415", pattern: "41562*" })
      assert.deepStrictEqual(
        numbers.map(({ location, number }) => [String(number), location]),
        [["+14156285555", "San Francisco, CA"]]
      )
    }).pipe(Effect.provide(EmbeddedAudian.layer({ numbers: ["+14156285555"] })))
  )
})

describe("EmbeddedAudian: Numbers.purchase", () => {
  it.effect("adds the number to the account, dated by the clock, and charges its price", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(86_400_000)
      const [bought, response] = yield* Audian.withResponse(Numbers.purchase({ number, friendly_name: "Main" }))
      assert.strictEqual(response?.status, 201)
      assert.deepStrictEqual<unknown>(bought, {
        id: "num_000001",
        number,
        friendly_name: "Main",
        status: "active",
        purchased_at: "1970-01-02T00:00:00.000Z",
        expires_at: "1971-01-02T00:00:00.000Z",
        billing: { monthly_cost: 0.99, next_charge: "1970-02-01T00:00:00.000Z" }
      })
      assert.deepStrictEqual((yield* Numbers.list()).numbers, [bought])
      assert.strictEqual(yield* balance, 99.01)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("fails with 409 for an owned number and for one with a port in progress", () =>
    Effect.gen(function* () {
      yield* purchased
      assert.deepStrictEqual(yield* refusal(Numbers.purchase({ number })), conflict)
      yield* Ports.create({ ...portRequest, number: "+12125550110" })
      assert.deepStrictEqual(yield* refusal(Numbers.purchase({ number: "+12125550110" })), conflict)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("fails with 404 for a number that is not for sale, and with 402 for too low a balance", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* refusal(Numbers.purchase({ number: "+19995550100" })), notFound)
      assert.deepStrictEqual(yield* refusal(Numbers.purchase({ number })), ["PaymentRequired", "insufficient_funds"])
      assert.strictEqual((yield* Numbers.list()).total, 0)
      assert.strictEqual(yield* balance, 0.98)
    }).pipe(Effect.provide(EmbeddedAudian.layer({ balance: 0.98 })))
  )
})

describe("EmbeddedAudian: Numbers.list", () => {
  it.effect("pages by limit and offset, and filters by status", () =>
    Effect.gen(function* () {
      const numbers = ["+14155550100", "+14155550101", "+14155550102"]
      for (const number of numbers) yield* Numbers.purchase({ number: PhoneNumber.make(number) })
      const page = yield* Numbers.list({ limit: 2, offset: 1 })
      assert.deepInclude(page, { total: 3, limit: 2, offset: 1 })
      assert.deepStrictEqual(
        page.numbers.map(({ number }) => String(number)),
        numbers.slice(1)
      )
      assert.strictEqual((yield* Numbers.list({ status: "active" })).total, 3)
      assert.strictEqual((yield* Numbers.list({ status: "inactive" })).total, 0)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})

describe("EmbeddedAudian: Numbers.updateConfig", () => {
  it.effect("changes the given fields only, and the name of the number with its own", () =>
    Effect.gen(function* () {
      const id = yield* purchased
      assert.deepStrictEqual<unknown>(yield* Numbers.getConfig(id), {
        id: id.number_id,
        number,
        friendly_name: "Main"
      })
      yield* Numbers.updateConfig({ ...id, call_forwarding: { enabled: true, forward_to: "+14155555678" } })
      yield* Numbers.updateConfig({ ...id, friendly_name: "Sales", call_forwarding: { enabled: false } })
      const config = yield* Numbers.getConfig(id)
      assert.strictEqual(config.friendly_name, "Sales")
      assert.deepStrictEqual<unknown>(config.call_forwarding, { enabled: false, forward_to: "+14155555678" })
      assert.strictEqual((yield* Numbers.list()).numbers[0]?.friendly_name, "Sales")
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})

describe("EmbeddedAudian: Numbers.updateCallerId", () => {
  it.effect("verifies a number of the account, and no other", () =>
    Effect.gen(function* () {
      const id = yield* purchased
      assert.deepStrictEqual(yield* refusal(Numbers.getCallerId(id)), notFound)
      const own = yield* Numbers.updateCallerId({ ...id, caller_id_number: number, caller_id_name: "Acme" })
      assert.deepInclude(own, { verified: true, caller_id_name: "Acme" })
      const other = yield* Numbers.updateCallerId({ ...id, caller_id_number: "+14155555678", caller_id_name: "Acme" })
      assert.strictEqual(other.verified, false)
      assert.deepStrictEqual(yield* Numbers.getCallerId(id), other)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})

describe("EmbeddedAudian: Numbers.updateE911", () => {
  it.effect("keeps the address and the customer, dated by the clock", () =>
    Effect.gen(function* () {
      const id = yield* purchased
      assert.deepStrictEqual(yield* refusal(Numbers.getE911(id)), notFound)
      const { customer_name, ...place } = address
      const e911 = yield* Numbers.updateE911({ ...id, ...address })
      assert.deepInclude(e911, { customer_name, status: "active" })
      assert.deepStrictEqual<unknown>(e911.e911_address, place)
      assert.strictEqual(String(e911.validated_at), "1970-01-01T00:00:00.000Z")
      assert.deepStrictEqual(yield* Numbers.getE911(id), e911)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})

describe("EmbeddedAudian: Numbers", () => {
  it.effect("every operation on a number fails with 404 for an unknown id", () =>
    Effect.gen(function* () {
      const id = { number_id: "num_none" }
      for (const call of [
        Numbers.getConfig(id),
        Numbers.updateConfig({ ...id, friendly_name: "Sales" }),
        Numbers.getCallerId(id),
        Numbers.updateCallerId({ ...id, caller_id_number: number, caller_id_name: "Acme" }),
        Numbers.getE911(id),
        Numbers.updateE911({ ...id, ...address })
      ]) {
        assert.deepStrictEqual(yield* refusal(call), notFound)
      }
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})
