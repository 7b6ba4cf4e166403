/**
 * A quota as the limiter tracks it: a window that refills all at once, or a token bucket that refills bit by bit. Values
 * and functions only; the time is an argument.
 *
 * @internal
 */
import { type RateLimit, untilReset } from "../schema/quota.ts"

export interface Bucket {
  /** Capacity, in tokens. */
  readonly limit: number
  /** Time in which an empty bucket refills, in milliseconds. */
  readonly window: number
}

export interface Quota {
  /** Tokens left at `updatedAt`; below zero when more is in flight than is left. */
  readonly balance: number
  readonly updatedAt: number
  readonly limit: number | undefined
  /** Tokens per millisecond of a bucket; 0 for a window. */
  readonly rate: number
  /** When a window resets; infinite for a bucket, and while the API has not reported it. */
  readonly resetAt: number
}

/** Requests whose response has not arrived, and their cost in tokens. */
export interface InFlight {
  readonly requests: number
  readonly cost: number
}

/** The engine's own bucket: 100 tokens, ten more each second. */
export const engineBucket: Bucket = { limit: 100, window: 10_000 }

/** The longest time that a response can hold requests back. A longer value, or one in other units, is clamped. */
export const maxPause = 3_600_000

/** Extra wait after a refill: the server's bucket lags ours by one request's latency. */
export const minMargin = 5

/** Tokens that a request takes. A window counts requests, a bucket their cost. */
export const cost = ({ limit, rate }: Quota, tokens: number): number =>
  rate > 0 ? Math.min(tokens, limit ?? tokens) : 1

/** The quota without the tokens of a request that is sent now. */
export const spend = (quota: Quota, tokens: number): Quota => ({
  ...quota,
  balance: quota.balance - cost(quota, tokens)
})

/**
 * The quota after a 429. A bucket is empty. A window with room left did not cause the 429. An exhausted
 * one resets when the server's wait ends, if that is earlier than the reported reset.
 */
export const exhaust = (quota: Quota, resumeAt: number | undefined): Quota => {
  if (resumeAt === undefined || quota.rate > 0) return { ...quota, balance: Math.min(quota.balance, 0) }
  return quota.balance > 0 ? quota : { ...quota, resetAt: Math.min(quota.resetAt, resumeAt) }
}

/** The quota after the clock was set back by `by` milliseconds. */
export const shift = (quota: Quota, by: number): Quota => ({
  ...quota,
  updatedAt: quota.updatedAt - by,
  resetAt: quota.resetAt - by
})

/** Advances a quota to `now`. Requests in flight at a reset may count in either window. */
export const refill = (quota: Quota, now: number, requestsInFlight: number): Quota => {
  const full = quota.limit ?? Number.POSITIVE_INFINITY
  if (quota.rate > 0) {
    const balance = Math.min(full, quota.balance + (now - quota.updatedAt) * quota.rate)
    return { ...quota, balance, updatedAt: now }
  }
  return now >= quota.resetAt
    ? { ...quota, balance: full - requestsInFlight, updatedAt: now, resetAt: Number.POSITIVE_INFINITY }
    : { ...quota, updatedAt: now }
}

/** Milliseconds until a refilled quota has room for a request; infinite until a response in flight reports the reset. */
export const waitTime = (quota: Quota, tokens: number, now: number, requestsInFlight: number): number => {
  const missing = cost(quota, tokens) - quota.balance
  if (missing <= 0) return 0
  if (quota.rate > 0) return Math.ceil(missing / quota.rate) + minMargin
  // With nothing in flight no response can report the next reset: send a request to learn it.
  return quota.resetAt === Number.POSITIVE_INFINITY && requestsInFlight === 0 ? 0 : quota.resetAt - now
}

/** True for an exhausted window whose reset is unknown. Waiting for one that is no longer reported would never end. */
export const isStale = ({ balance, rate, resetAt }: Quota): boolean =>
  rate === 0 && balance <= 0 && !Number.isFinite(resetAt)

/** Milliseconds until the reported window resets; negative once it has, `undefined` when it is not reported. */
export const timeToReset = (report: RateLimit | undefined, now: number): number | undefined => untilReset(report, now)

/** The quotas that a response reports. Requests in flight may not be counted in them yet. */
export const fromReport = (
  report: RateLimit,
  now: number,
  inFlight: InFlight,
  bucket: Bucket,
  previous: ReadonlyArray<Quota>
): ReadonlyArray<Quota> => [
  ...(report.remaining === undefined ? [] : [windowOf(report.remaining, report, now, inFlight)]),
  ...(report.tokens === undefined ? [] : [bucketOf(report.tokens, now, inFlight, bucket, previous)])
]

const windowOf = (remaining: number, report: RateLimit, now: number, { requests }: InFlight): Quota => {
  const left = timeToReset(report, now)
  return {
    balance: remaining - requests,
    updatedAt: now,
    limit: report.limit,
    rate: 0,
    resetAt: left === undefined ? Number.POSITIVE_INFINITY : now + Math.min(maxPause, left)
  }
}

const bucketOf = (
  tokens: NonNullable<RateLimit["tokens"]>,
  now: number,
  inFlight: InFlight,
  { limit, window }: Bucket,
  previous: ReadonlyArray<Quota>
): Quota => {
  const consumed = Math.max(0, tokens.consumed)
  const remaining = Math.max(0, tokens.remaining)
  const least = remaining - inFlight.cost
  const before = previous.find((quota) => quota.rate > 0)
  const estimate = before === undefined ? least : refill(before, now, inFlight.requests).balance
  return {
    // The server reports whole tokens; keep our fraction.
    balance: Math.min(Math.max(estimate, least), least + 1 - 1e-6),
    updatedAt: now,
    limit: Math.max(limit, remaining + consumed),
    rate: limit / window,
    resetAt: Number.POSITIVE_INFINITY
  }
}
