import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { Account, AudianError, Numbers, PhoneNumber } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { number, refusal } from "../../../support/embedded.ts"

const { Billing, Callflows, PhoneNumbers } = Account

const buy = (number: PhoneNumber.PhoneNumberInput, fields: { readonly account_id?: string } = {}) =>
  PhoneNumbers.purchase({ number, accept_charges: true, ...fields })

const west = Effect.map(Account.Accounts.createSubAccount({ name: "West" }), ({ id = "" }) => id)

const address = { street_address: "123 Main St", locality: "San Francisco", region: "CA", postal_code: "94105" }

describe("EmbeddedAudian: Account.PhoneNumbers", () => {
  it.effect("purchase: is 402 with a quote, without a charge, until it accepts the charges", () =>
    Effect.gen(function* () {
      const embedded = yield* EmbeddedAudian.EmbeddedAudian
      const error = yield* Effect.flip(PhoneNumbers.purchase({ number }))
      assert.isTrue(AudianError.asksForConsent(error))
      const charges = AudianError.asksForConsent(error) ? AudianError.chargesOf(error) : Option.none()
      assert.nestedPropertyVal(Option.getOrThrow(charges), "[0].summary.today", 0.99)
      assert.deepStrictEqual(yield* PhoneNumbers.list(), [])
      assert.strictEqual(yield* embedded.balance, 100)
      yield* buy(number)
      assert.strictEqual(yield* embedded.balance, 99.01)
      assert.strictEqual((yield* Billing.getBalance()).balance, 99.01)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("list: the key's own account shares its numbers with the flat family", () =>
    Effect.gen(function* () {
      yield* Numbers.purchase({ number })
      yield* buy("+12125550100")
      assert.sameMembers(
        (yield* Numbers.list()).numbers.map(({ number }) => String(number)),
        [number, "+12125550100"]
      )
      assert.deepStrictEqual(
        (yield* PhoneNumbers.list()).map(({ number, state }) => [String(number), state]),
        [
          ["+12125550100", "in_service"],
          [number, "in_service"]
        ]
      )
      assert.deepStrictEqual(yield* refusal(buy(number)), ["Conflict", "number_exists"])
      assert.strictEqual((yield* Effect.flip(Numbers.purchase({ number: "+12125550100" })))._tag, "Conflict")
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("a number of an account is 403 and not for sale in another one", () =>
    Effect.gen(function* () {
      const account_id = yield* west
      yield* buy(number, { account_id })
      assert.deepStrictEqual(yield* PhoneNumbers.list(), [])
      assert.strictEqual((yield* PhoneNumbers.list({ account_id })).length, 1)
      assert.deepStrictEqual(yield* refusal(PhoneNumbers.get({ number })), ["Forbidden", "forbidden"])
      assert.deepStrictEqual(yield* refusal(buy(number)), ["Conflict", "number_exists"])
      assert.strictEqual((yield* Effect.flip(Numbers.purchase({ number })))._tag, "NotFound")
      assert.strictEqual((yield* Numbers.search({ pattern: "4155551234" })).total, 0)
      assert.deepStrictEqual(yield* PhoneNumbers.search({ prefix: "4155551234" }), [])
      const paid = yield* Billing.listTransactions({ account_id })
      assert.deepStrictEqual(
        paid.map(({ amount }) => amount),
        [0.99]
      )
      assert.deepStrictEqual(yield* Billing.listTransactions(), [])
      yield* Account.Accounts.remove({ account_id })
      yield* buy(number)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("purchase: fails for an unknown number, one with a port in progress, and too low a balance", () =>
    Effect.gen(function* () {
      const embedded = yield* EmbeddedAudian.EmbeddedAudian
      assert.deepStrictEqual(yield* refusal(buy("+14155559999")), ["NotFound", "not_found"])
      assert.deepStrictEqual(yield* refusal(PhoneNumbers.get({ number })), ["NotFound", "not_found"])
      yield* embedded.setBalance(0.98)
      const error = yield* Effect.flip(buy(number))
      assert.strictEqual(error.code, "not_enough_credit")
      assert.isFalse(AudianError.asksForConsent(error))
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("update: replaces the document and its features", () =>
    Effect.gen(function* () {
      const bought = yield* buy(number)
      assert.deepInclude(bought, { id: PhoneNumber.make(number), state: "in_service", features: [] })
      yield* TestClock.adjust("1 hour")
      const cnam = { display_name: "Acme" }
      const both = yield* PhoneNumbers.update({ number, cnam, e911: address })
      assert.deepInclude(both, { cnam, features: ["cnam", "e911"], created: bought.created })
      assert.strictEqual(Number(both.updated) - Number(bought.updated), 3600)
      const same = PhoneNumbers.update({ number, e911: address, cnam })
      assert.deepStrictEqual(yield* refusal(same), ["BadRequest", "no_change_required"])
      const one = yield* PhoneNumbers.update({ number, cnam })
      assert.notProperty(one, "e911")
      assert.deepStrictEqual(yield* PhoneNumbers.get({ number }), one)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("both families share the E911 address of a number", () =>
    Effect.gen(function* () {
      yield* buy(number)
      const number_id = (yield* Numbers.list()).numbers[0]!.id
      yield* PhoneNumbers.update({ number, e911: address })
      assert.deepStrictEqual((yield* PhoneNumbers.get({ number })).e911, address)
      const flat = yield* Numbers.getE911({ number_id })
      assert.deepInclude(flat.e911_address, { address_line_1: "123 Main St", city: "San Francisco" })
      yield* Numbers.updateE911({
        number_id,
        address_line_1: "1 Market St",
        city: "San Francisco",
        state: "CA",
        postal_code: "94105",
        country: "US",
        customer_name: "Acme"
      })
      assert.deepInclude((yield* PhoneNumbers.get({ number })).e911, {
        street_address: "1 Market St",
        caller_name: "Acme"
      })
      // Equal to the engine's last write, but a change since the flat family's.
      yield* PhoneNumbers.update({ number, e911: address })
      assert.deepInclude((yield* Numbers.getE911({ number_id })).e911_address, { address_line_1: "123 Main St" })
      yield* PhoneNumbers.update({ number, cnam: { display_name: "Acme" } })
      assert.strictEqual((yield* Effect.flip(Numbers.getE911({ number_id })))._tag, "NotFound")
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("get: reports the callflow of a number", () =>
    Effect.gen(function* () {
      yield* buy(number)
      const { id } = yield* Callflows.create({ numbers: [number], flow: { module: "menu" } })
      const [listed] = yield* PhoneNumbers.list()
      assert.deepInclude(listed, { assigned_to: { type: "callflow", id }, used_by: "callflow" })
      yield* Callflows.remove({ callflow_id: id! })
      assert.notProperty(yield* PhoneNumbers.get({ number }), "assigned_to")
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("search: filters by prefix and place; the default quantity is 1", () =>
    Effect.gen(function* () {
      const one = yield* PhoneNumbers.search({ prefix: "212" })
      assert.strictEqual(one.length, 1)
      const three = yield* PhoneNumbers.search({ prefix: "212", quantity: 3 })
      const two = yield* PhoneNumbers.search({ prefix: "212", quantity: 2, offset: 1 })
      assert.deepStrictEqual(two, three.slice(1))
      const york = yield* PhoneNumbers.search({ city: "New York", state: "NY", quantity: 200 })
      assert.isTrue(york.length === 50 && york.every((found) => PhoneNumbers.numberOf(found).startsWith("+1212")))
      assert.deepStrictEqual(yield* PhoneNumbers.search({ city: "New York", state: "CA", quantity: 200 }), [])
      assert.deepStrictEqual(yield* PhoneNumbers.search({ country: "GB", quantity: 200 }), [])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("list: pages in the order of numbers", () =>
    Effect.gen(function* () {
      const numbers = yield* PhoneNumbers.search({ prefix: "512", quantity: 5 })
      yield* Effect.forEach(numbers, (found) => buy(PhoneNumbers.numberOf(found)))
      const found = yield* Stream.runCollect(PhoneNumbers.list.items({ page_size: 2 }))
      assert.deepStrictEqual(
        found.map(({ number }) => number),
        numbers
      )
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})
