/**
 * The billing of the embedded server, computed from its ledger: usage, a spending limit, and an invoice for each
 * calendar month with charges. The balance pays at once, so that an invoice is paid when it is issued.
 *
 * @internal
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Billing from "../../../resources/Billing.ts"
import * as AudianTest from "../../AudianTest.ts"
import * as Ledger from "../ledger.ts"
import * as State from "../state.ts"
import * as Store from "../store.ts"

const paid: ReadonlyArray<Ledger.Metric> = ["voice", "numbers", "ports", "other"]

/** The ledger's metric for each metric of the breakdown. */
const metrics: Readonly<Record<string, Ledger.Metric | undefined>> = {
  api_calls: "api_calls",
  sms: undefined,
  voice: "voice"
}

interface Period {
  readonly from: number
  /** The last second of the period. */
  readonly to: number
}

const monthOf = (now: number): Period => {
  const time = DateTime.makeUnsafe(now)
  return {
    from: DateTime.toEpochMillis(DateTime.startOf(time, "month")),
    to: Math.floor(DateTime.toEpochMillis(DateTime.endOf(time, "month")) / 1000) * 1000
  }
}

export const handlers = (state: State.State): ReadonlyArray<AudianTest.Handler> => {
  const { ledger } = state
  let limit: Billing.Limit | undefined

  const chargesOf = ({ from, to }: Period): number => {
    const total = ledger.between(from, to)
    return Ledger.cents(paid.reduce((sum, metric) => sum + total(metric).cost, 0))
  }

  const measured = (limit: Billing.Limit, now: number): Billing.Limit => {
    const used = chargesOf(monthOf(now))
    return {
      ...limit,
      current_usage: used,
      remaining: Ledger.cents(Math.max(0, limit.amount - used)),
      percentage_used: limit.amount > 0 ? Math.round((used / limit.amount) * 1000) / 10 : 100
    }
  }

  /** The invoice of every month with charges, the latest first. */
  const invoices = (now: number) => {
    const months = new Map(ledger.spent().map((day) => [monthOf(day).from, monthOf(day)]))
    const numbers = new Map<number, number>()
    return Array.from(months.values())
      .sort((a, b) => a.from - b.from)
      .map((period) => {
        const year = DateTime.getPartUtc(DateTime.makeUnsafe(period.from), "year")
        const n = (numbers.get(year) ?? 0) + 1
        numbers.set(year, n)
        const number = `${year}-${String(n).padStart(3, "0")}`
        const issuedAt = period.to + 1000
        const issued = now >= issuedAt
        const invoice = {
          id: `inv_${number.replace("-", "_")}`,
          invoice_number: number,
          issue_date: issued ? State.iso(issuedAt) : null,
          due_date: issued ? State.iso(issuedAt + 30 * State.day) : null,
          period_start: State.iso(period.from),
          period_end: State.iso(period.to),
          status: issued ? "paid" : "draft",
          paid_at: issued ? State.iso(issuedAt) : null,
          amount: chargesOf(period),
          currency: "USD"
        }
        return { period, invoice }
      })
      .reverse()
  }

  /** Every payment, the latest last. */
  const payments: Array<State.Payment> = []
  state.onPayment.push((payment) => payments.push(payment))

  const transactionOf = ({ amount, at, metric }: State.Payment, index: number): Billing.Transaction => ({
    id: `txn_${String(index + 1).padStart(6, "0")}`,
    type: amount < 0 ? "refund" : "charge",
    description: metric,
    amount: Ledger.cents(Math.abs(amount)),
    currency: "USD",
    status: "completed",
    created_at: State.iso(at)
  })

  return [
    AudianTest.handle(Billing.updateMonthlyLimit, ({ action, amount, notifications }) =>
      Effect.map(State.now, (now) => {
        const changed: Billing.Limit = {
          id: limit?.id ?? state.nextId("limit"),
          type: "monthly",
          amount,
          action: action ?? "alert",
          notifications: notifications ?? [],
          status: "active",
          created_at: limit?.created_at ?? State.iso(now)
        }
        limit = changed
        return measured(changed, now)
      })
    ),

    AudianTest.handle(Billing.listLimits, () =>
      Effect.map(State.now, (now) => ({ limits: limit === undefined ? [] : [measured(limit, now)] }))
    ),

    AudianTest.handle(Billing.getUsage, (input) =>
      Effect.gen(function* () {
        const now = yield* State.now
        const { from = monthOf(now).from, to } = yield* State.range(input, "start_date", "end_date")
        const period = { from, to: to ?? monthOf(Math.max(now, from)).to }
        const total = ledger.between(period.from, period.to)
        const charges = chargesOf(period)
        const numbers = state.owned.size
        return {
          billing_period: { start: State.iso(period.from), end: State.iso(period.to) },
          usage: {
            api_calls: { count: total("api_calls").count, limit: null, percentage: null, cost: 0 },
            sms_messages: { count: 0, unit_cost: State.tariff.sms, cost: 0 },
            voice_minutes: { unit_cost: State.tariff.minute, ...total("voice") },
            phone_numbers: {
              count: numbers,
              unit_cost: State.tariff.number,
              monthly_cost: Ledger.cents(numbers * State.tariff.number)
            }
          },
          total_charges: charges,
          estimated_final_charge: charges
        }
      })
    ),

    AudianTest.handle(Billing.getUsageBreakdown, ({ metric }) =>
      Effect.map(State.now, (now) => {
        const { from, to } = monthOf(now)
        const daysOf = (name: string) => {
          const metric = metrics[name]
          const days = metric === undefined ? [] : ledger.days(from, to, metric)
          return {
            metric: name,
            days: days.map(({ start, ...total }) => ({ date: State.iso(start).slice(0, 10), ...total }))
          }
        }
        return metric === undefined ? { metrics: Object.keys(metrics).map(daysOf) } : daysOf(metric)
      })
    ),

    AudianTest.handle(Billing.listInvoices, ({ status, ...input }) =>
      Effect.gen(function* () {
        const { from = -Infinity, to = Infinity } = yield* State.range(input, "start_date", "end_date")
        const all = invoices(yield* State.now).flatMap(({ invoice, period }) =>
          (status === undefined || invoice.status === status) && period.from >= from && period.from <= to
            ? [invoice]
            : []
        )
        const { items, ...rest } = Store.page(all, input)
        return { invoices: items, ...rest }
      })
    ),

    AudianTest.handle(Billing.listTransactions, ({ status, type, ...input }) =>
      Effect.gen(function* () {
        const { from = -Infinity, to = Infinity } = yield* State.range(input, "start_date", "end_date")
        const all = payments
          .map(transactionOf)
          .filter(
            (transaction, index) =>
              (status === undefined || transaction.status === status) &&
              (type === undefined || transaction.type === type) &&
              payments[index]!.at >= from &&
              payments[index]!.at <= to
          )
        const { items, ...rest } = Store.page(all.reverse(), input)
        return { transactions: items, ...rest }
      })
    ),

    AudianTest.handle(Billing.getInvoice, ({ invoice_id }) =>
      Effect.gen(function* () {
        const found = invoices(yield* State.now).find(({ invoice }) => invoice.id === invoice_id)
        if (found === undefined) return yield* State.notFound("invoice")
        const total = ledger.between(found.period.from, found.period.to)
        return {
          ...found.invoice,
          customer: { id: state.settings.accountId, name: state.settings.accountId },
          lines: paid.flatMap((metric) => {
            const { cost, count } = total(metric)
            return count === 0 ? [] : [{ description: metric, count, amount: cost }]
          })
        }
      })
    )
  ]
}
