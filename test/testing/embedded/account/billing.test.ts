import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { Account, Numbers } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { number, refusal, ringing } from "../../../support/embedded.ts"

const { Billing } = Account

const noon = DateTime.toEpochMillis(DateTime.makeUnsafe("2024-06-15T12:00:00Z"))

describe("EmbeddedAudian: Account.Billing", () => {
  it.effect("getBalance: every account has the balance of the flat family", () =>
    Effect.gen(function* () {
      yield* Numbers.purchase({ number })
      assert.deepStrictEqual(yield* Billing.getBalance(), { balance: 49.01, currency: "USD" })
      const { id: account_id = "" } = yield* Account.Accounts.createSubAccount({ name: "West" })
      assert.strictEqual((yield* Billing.getBalance({ account_id })).balance, 49.01)
    }).pipe(Effect.provide(EmbeddedAudian.layer({ balance: 50 })))
  )

  it.effect("listTransactions: has charges and refunds, the newest first", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(noon)
      yield* Numbers.purchase({ number })
      yield* TestClock.adjust("1 minute")
      yield* ringing({ to: "+14155550000" })
      yield* TestClock.adjust("1 minute")
      const listed = yield* Billing.listTransactions()
      assert.deepStrictEqual(
        listed.map(({ amount, created, type }) => [type, amount, String(created)]),
        [
          ["credit", 0.02, "2024-06-15T12:01:00.000Z"],
          ["debit", 0.02, "2024-06-15T12:01:00.000Z"],
          ["debit", 0.99, "2024-06-15T12:00:00.000Z"]
        ]
      )
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("listTransactions: pages within a range, and fails with 400 for too wide a range", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(noon)
      const embedded = yield* EmbeddedAudian.EmbeddedAudian
      yield* embedded.seed({ transactions: [1, 2, 3, 4, 5].map((amount) => ({ amount, type: "credit" })) })
      const items = Billing.listTransactions.items({ page_size: 2 })
      const amounts = yield* Stream.runCollect(Stream.map(items, ({ amount }) => amount))
      assert.deepStrictEqual(amounts, [5, 4, 3, 2, 1])
      yield* TestClock.adjust("40 days")
      assert.deepStrictEqual(yield* Billing.listTransactions(), [])
      const wide = Billing.listTransactions({ created_from: 0 })
      assert.deepStrictEqual(yield* refusal(wide), ["BadRequest", "validation_error", "created_from"])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("addCredits: raises the balance, and is a transaction", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(noon)
      const credit = yield* Billing.addCredits({ amount: 20.5 })
      assert.deepStrictEqual(yield* Billing.getCurrentBalance(), { balance: 70.5, currency: "USD" })
      const [transaction] = yield* Billing.listTransactions()
      assert.deepInclude(transaction, { id: credit.id, type: "credit", amount: 20.5 })
      yield* TestClock.adjust("1 second")
      yield* Numbers.purchase({ number })
      assert.strictEqual((yield* Billing.getBalance()).balance, 69.51)
    }).pipe(Effect.provide(EmbeddedAudian.layer({ balance: 50 })))
  )

  it.effect("addCredits: refuses an amount that is not more than 0", () =>
    Effect.gen(function* () {
      for (const amount of [0, -1]) {
        assert.deepStrictEqual(yield* refusal(Billing.addCredits({ amount })), [
          "BadRequest",
          "validation_error",
          "amount"
        ])
      }
      assert.strictEqual((yield* Billing.getCurrentBalance()).balance, 50)
    }).pipe(Effect.provide(EmbeddedAudian.layer({ balance: 50 })))
  )

  it.effect("listMonthlyRecurring and listSubscriptions: have the rental of numbers, and nothing", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* Billing.listMonthlyRecurring(), [])
      const { id } = yield* Numbers.purchase({ number })
      assert.deepStrictEqual(yield* Billing.listMonthlyRecurring(), [
        { id, type: "recurring", amount: 0.99, description: number }
      ])
      assert.deepStrictEqual(yield* Billing.listSubscriptions(), [])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})
