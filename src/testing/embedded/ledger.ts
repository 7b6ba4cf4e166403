/**
 * The usage and the charges of an embedded account, by day.
 *
 * @internal
 */

export type Metric = "api_calls" | "voice" | "numbers" | "ports" | "other"

interface Total {
  readonly count: number
  /** In USD. */
  readonly cost: number
}

export interface Ledger {
  readonly record: (now: number, metric: Metric, total: Total) => void
  /** The totals of a range of whole days. */
  readonly between: (from: number, to: number) => (metric: Metric) => Total
  /** The days of a range with records of a metric. */
  readonly days: (from: number, to: number, metric: Metric) => ReadonlyArray<Total & { readonly start: number }>
  /** The start of every day with charges, in order. */
  readonly spent: () => ReadonlyArray<number>
}

export const day = 24 * 60 * 60 * 1000

/** Rounds to cents: sums of fractions are not exact. */
export const cents = (usd: number): number => Math.round(usd * 100) / 100

const none: Total = { count: 0, cost: 0 }

const plus = (a: Total, b: Total): Total => ({ count: a.count + b.count, cost: a.cost + b.cost })

export const make = (): Ledger => {
  const byDay = new Map<number, Map<Metric, Total>>()
  const within = (from: number, to: number) => Array.from(byDay).filter(([start]) => start + day > from && start <= to)

  return {
    record: (now, metric, total) => {
      const start = Math.floor(now / day) * day
      const totals = byDay.get(start) ?? new Map<Metric, Total>()
      totals.set(metric, plus(totals.get(metric) ?? none, total))
      byDay.set(start, totals)
    },
    between: (from, to) => {
      const days = within(from, to)
      return (metric) => {
        const { cost, count } = days.map(([, totals]) => totals.get(metric) ?? none).reduce(plus, none)
        return { count, cost: cents(cost) }
      }
    },
    days: (from, to, metric) =>
      within(from, to).flatMap(([start, totals]) => {
        const total = totals.get(metric)
        return total === undefined ? [] : [{ start, count: total.count, cost: cents(total.cost) }]
      }),
    spent: () =>
      Array.from(byDay).flatMap(([start, totals]) =>
        Array.from(totals.values()).some(({ cost }) => cents(cost) !== 0) ? [start] : []
      )
  }
}
