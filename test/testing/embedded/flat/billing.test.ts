import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { Billing, Calls, Fax, Numbers, Ports } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { balance, notFound, number, portRequest, refusal, talking } from "../../../support/embedded.ts"

const port = Ports.create(portRequest)

/** Spends on a number, a call of two minutes and a fax: 1.05 USD. */
const spend = Effect.gen(function* () {
  const { hangUp } = yield* EmbeddedAudian.EmbeddedAudian
  const call_id = yield* talking
  yield* TestClock.adjust("90 seconds")
  yield* hangUp(call_id)
  yield* Fax.send({ to: "+14155555678", file: new Blob(["%PDF-1.7"]) })
  yield* TestClock.adjust("1 minute")
})

describe("EmbeddedAudian: Billing", () => {
  it.effect("getUsage: the charges equal what the balance has paid", () =>
    Effect.gen(function* () {
      yield* spend
      const { billing_period, total_charges, usage } = yield* Billing.getUsage()
      assert.strictEqual(yield* balance, 98.95)
      assert.strictEqual(total_charges, 1.05)
      assert.deepStrictEqual<unknown>(billing_period, {
        start: "1970-01-01T00:00:00.000Z",
        end: "1970-01-31T23:59:59.000Z"
      })
      assert.deepStrictEqual(usage.voice_minutes, { count: 3, unit_cost: 0.02, cost: 0.06 })
      assert.deepStrictEqual(usage.phone_numbers, { count: 1, unit_cost: 0.99, monthly_cost: 0.99 })
      // The number, the call, the fax, and this request.
      assert.strictEqual(usage.api_calls?.count, 4)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("getUsage: includes the price of a port", () =>
    Effect.gen(function* () {
      yield* port
      assert.strictEqual(yield* balance, 75)
      assert.strictEqual((yield* Billing.getUsage()).total_charges, 25)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("getUsage: both dates are included", () =>
    Effect.gen(function* () {
      yield* Numbers.purchase({ number })
      yield* TestClock.adjust("1 day")
      yield* port
      const charges = (start_date?: string, end_date?: string) =>
        Effect.map(Billing.getUsage({ start_date, end_date }), ({ total_charges }) => total_charges)
      assert.strictEqual(yield* charges(), 25.99)
      assert.strictEqual(yield* charges("1970-01-01", "1970-01-01"), 0.99)
      assert.strictEqual(yield* charges("1970-01-02"), 25)
      assert.strictEqual(yield* charges("1970-01-01", "1970-01-02"), 25.99)
      assert.strictEqual(yield* charges("1970-02-01"), 0)
      assert.deepStrictEqual<unknown>((yield* Billing.getUsage({ start_date: "1970-02-10" })).billing_period, {
        start: "1970-02-10T00:00:00.000Z",
        end: "1970-02-28T23:59:59.000Z"
      })
      assert.deepStrictEqual(yield* refusal(charges("never")), ["BadRequest", "invalid_request_error", "start_date"])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("getUsageBreakdown: has the usage by day", () =>
    Effect.gen(function* () {
      yield* spend
      assert.deepStrictEqual(yield* Billing.getUsageBreakdown({ metric: "voice" }), {
        metric: "voice",
        days: [{ date: "1970-01-01", count: 3, cost: 0.06 }]
      })
      assert.deepStrictEqual(yield* Billing.getUsageBreakdown({ metric: "sms" }), { metric: "sms", days: [] })
      const { metrics } = (yield* Billing.getUsageBreakdown()) as { readonly metrics: ReadonlyArray<unknown> }
      assert.strictEqual(metrics.length, 3)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("updateMonthlyLimit: reports the usage of the month", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* Billing.listLimits()).limits, [])
      yield* spend
      const limit = yield* Billing.updateMonthlyLimit({ amount: 4.2, notifications: ["email"] })
      assert.deepInclude(limit, {
        type: "monthly",
        amount: 4.2,
        action: "alert",
        current_usage: 1.05,
        remaining: 3.15,
        percentage_used: 25
      })
      assert.deepStrictEqual((yield* Billing.listLimits()).limits, [limit])
      assert.deepInclude(yield* Billing.updateMonthlyLimit({ amount: 1 }), { remaining: 0, percentage_used: 105 })
      yield* TestClock.adjust("1 minute")
      const raised = yield* Billing.updateMonthlyLimit({ amount: 10, action: "block" })
      assert.deepStrictEqual((yield* Billing.listLimits()).limits, [raised])
      assert.deepInclude(raised, { id: limit.id, created_at: limit.created_at, action: "block", percentage_used: 10.5 })
      yield* TestClock.adjust("31 days")
      assert.deepInclude((yield* Billing.listLimits()).limits[0], { current_usage: 0, remaining: 10 })
      yield* Billing.updateMonthlyLimit({ amount: 0 })
      assert.deepInclude((yield* Billing.listLimits()).limits[0], { remaining: 0, percentage_used: 100 })
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("listInvoices: the month's invoice is a draft until the month ends, then paid", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* Billing.listInvoices()).invoices, [])
      yield* spend
      const [draft] = (yield* Billing.listInvoices({ status: "draft" })).invoices
      assert.deepStrictEqual((yield* Billing.listInvoices({ status: "paid" })).invoices, [])
      assert.deepInclude(draft, { invoice_number: "1970-001", amount: 1.05, issue_date: null, paid_at: null })
      yield* TestClock.adjust("31 days")
      yield* Numbers.purchase({ number: "+14155550100" })
      const { invoices, total } = yield* Billing.listInvoices()
      assert.strictEqual(total, 2)
      assert.deepStrictEqual(
        invoices.map(({ amount, invoice_number, status }) => [invoice_number, status, amount]),
        [
          ["1970-002", "draft", 0.99],
          ["1970-001", "paid", 1.05]
        ]
      )
      const invoice = yield* Billing.getInvoice({ invoice_id: draft!.id })
      assert.deepInclude<unknown>(invoice, {
        status: "paid",
        period_start: "1970-01-01T00:00:00.000Z",
        period_end: "1970-01-31T23:59:59.000Z",
        issue_date: "1970-02-01T00:00:00.000Z",
        due_date: "1970-03-03T00:00:00.000Z",
        paid_at: "1970-02-01T00:00:00.000Z",
        customer: { id: "account_embedded", name: "account_embedded" },
        lines: [
          { description: "voice", count: 3, amount: 0.06 },
          { description: "numbers", count: 1, amount: 0.99 }
        ]
      })
      assert.strictEqual(yield* balance, 97.96)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("listInvoices: pages, and filters by date", () =>
    Effect.gen(function* () {
      for (let month = 0; month < 14; month++) {
        yield* Numbers.purchase({ number: `+1415555${String(100 + month).padStart(4, "0")}` })
        yield* TestClock.adjust("31 days")
      }
      const numbers = yield* Billing.listInvoices.items({ limit: 5 }).pipe(
        Stream.map(({ invoice_number }) => invoice_number),
        Stream.runCollect
      )
      assert.strictEqual(numbers.length, 14)
      assert.deepStrictEqual([numbers.at(0), numbers.at(2), numbers.at(-1)], ["1971-002", "1970-012", "1970-001"])
      const { invoices } = yield* Billing.listInvoices({ start_date: "1970-02-01", end_date: "1970-03-01" })
      assert.deepStrictEqual(
        invoices.map(({ invoice_number }) => invoice_number),
        ["1970-003", "1970-002"]
      )
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("getInvoice: an unknown id is 404; refunds are not charged", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* refusal(Billing.getInvoice({ invoice_id: "inv_none" })), notFound)
      yield* Numbers.purchase({ number })
      yield* TestClock.adjust("31 days")
      yield* Calls.create({ from: number, to: "+14155550000" })
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* Billing.listInvoices()).invoices.length, 1)
      assert.strictEqual(yield* balance, 99.01)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("listTransactions: has the charges, the newest first, by page, kind and date", () =>
    Effect.gen(function* () {
      yield* spend
      const { total, transactions } = yield* Billing.listTransactions({ limit: 2 })
      // The number, the first minute of the call, the rest of it, the fax.
      assert.strictEqual(total, 4)
      assert.deepStrictEqual(
        transactions.map(({ description, type }) => [type, description]),
        [
          ["charge", "voice"],
          ["charge", "voice"]
        ]
      )
      const all = yield* Stream.runCollect(Billing.listTransactions.items({ limit: 1 }))
      assert.deepInclude(all.at(-1), { description: "numbers", amount: 0.99, currency: "USD", status: "completed" })
      assert.strictEqual(new Set(all.map(({ id }) => id)).size, 4)
      assert.strictEqual((yield* Billing.listTransactions({ type: "refund" })).total, 0)
      assert.strictEqual((yield* Billing.listTransactions({ status: "pending" })).total, 0)
      assert.strictEqual((yield* Billing.listTransactions({ start_date: "1970-01-02" })).total, 0)
      assert.strictEqual((yield* Billing.listTransactions({ end_date: "1970-01-01" })).total, 4)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})
