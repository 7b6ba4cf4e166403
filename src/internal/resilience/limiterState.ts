/**
 * The state of a limiter and its transitions, without effects: the time is an argument, and no function waits.
 *
 * Three things decide when the next request may be sent: the pause after a 429, the quota that the last responses
 * reported, and the configured bucket. The bucket's tokens are kept elsewhere, by Effect's `RateLimiter`, since many
 * processes may share them; this state only knows when it is full again.
 *
 * @internal
 */
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import type { RateLimit } from "../schema/quota.ts"
import type { Place } from "./limiterQueue.ts"
import * as QuotaWindow from "./quotaWindow.ts"

/**
 * The limiter's view of the quota.
 *
 * - `limit`: the smaller of the configured and the reported limit
 * - `remaining`: requests or tokens left, where that is known
 * - `reset`: when all of it is available again, or when a pause ends
 * - `waiting`: number of requests in the queue
 *
 * @category models
 * @since 0.1.0
 */
export interface State {
  readonly limit: number | undefined
  readonly remaining: number | undefined
  readonly reset: DateTime.Utc | undefined
  readonly waiting: number
}

/** The part of a response that concerns the quota. */
export interface Report {
  readonly rateLimit: RateLimit | undefined
  /** True for a 429. */
  readonly tooMany: boolean
  readonly retryAfter: Duration.Duration | undefined
}

export interface Settings {
  /** The configured bucket, where there is one. */
  readonly bucket: QuotaWindow.Bucket | undefined
  /** The longest time in the queue, in milliseconds. */
  readonly maxWait: number
}

/** The result of taking tokens from the configured bucket. */
export interface Consumed {
  /** True: tokens consumed, send after `wait`. False: try again after `wait`. */
  readonly taken: boolean
  /** In milliseconds. */
  readonly wait: number
  /** Milliseconds until the bucket is full. */
  readonly resetAfter: number
}

/** One request on its way through the limiter. */
export interface Permit {
  /** It is counted as waiting. */
  waits: boolean
  /** Tokens; 0 until the permit is acquired. */
  cost: number
  /** Position among all acquired permits. */
  sequence: number
  /** True once its tokens were taken from the configured bucket. */
  consumed: boolean
  /** True for the first request that took tokens from a full bucket. */
  first: boolean
  acquiredAt: number
  /** Place in the queue; `undefined` for a request that skips it. */
  place: Place | undefined
}

export const permit = (): Permit => ({
  waits: false,
  cost: 0,
  sequence: 0,
  consumed: false,
  first: false,
  acquiredAt: 0,
  place: undefined
})

export interface LimiterState {
  readonly bucket: QuotaWindow.Bucket
  readonly isConfigured: boolean
  /** Upper bound of `margin`: the time of one token, at most a second. */
  readonly maxMargin: number
  /** How far the server's bucket may lag ours, measured by the first request from a full bucket. */
  margin: number
  /** The latest time that was seen. */
  now: number
  /** Permits acquired so far, and the sequence of the latest one that reported a quota. */
  acquired: number
  reported: number
  inFlight: QuotaWindow.InFlight
  waiting: number
  /** Urgent requests in the queue. */
  urgent: number
  pausedUntil: number
  quotas: ReadonlyArray<QuotaWindow.Quota>
  /** When the configured bucket is full again. */
  fullAt: number
  /** False until the first response shows whether the API reports a quota; until then one request goes alone. */
  isQuotaKnown: boolean
}

/** Pause after a 429 without any hint, where no bucket is known. */
const defaultPause = 1000

export const make = ({ bucket, maxWait }: Settings): LimiterState => {
  const { limit, window } = bucket ?? QuotaWindow.engineBucket
  const maxMargin = Math.min(window / limit, 1000)
  return {
    bucket: { limit, window },
    isConfigured: bucket !== undefined,
    maxMargin,
    margin: maxMargin,
    now: 0,
    acquired: 0,
    reported: 0,
    inFlight: { requests: 0, cost: 0 },
    waiting: 0,
    urgent: 0,
    pausedUntil: 0,
    quotas: [],
    fullAt: 0,
    // A request that must not wait cannot wait for the first response either.
    isQuotaKnown: bucket !== undefined || maxWait <= 0
  }
}

/** Sets the current time. If the clock moved back, shifts the stored deadlines by as much. */
export const advance = (state: LimiterState, now: number): void => {
  const back = Math.max(0, state.now - now)
  if (back > 0) {
    state.pausedUntil -= back
    state.fullAt -= back
    state.quotas = state.quotas.map((quota) => QuotaWindow.shift(quota, back))
  }
  state.now = now
  state.quotas = state.quotas.map((quota) => QuotaWindow.refill(quota, now, state.inFlight.requests))
}

/**
 * Milliseconds that a request of this cost has to wait for everything but the configured bucket; infinite when only
 * another request's response can say.
 */
export const waitTime = (state: LimiterState, cost: number, urgent: boolean): number => {
  const { inFlight, now, pausedUntil, quotas } = state
  if (now < pausedUntil) return pausedUntil - now
  if (state.urgent > 0 && !urgent) return Number.POSITIVE_INFINITY
  if (!state.isQuotaKnown && inFlight.requests > 0) return Number.POSITIVE_INFINITY
  return Math.max(0, ...quotas.map((quota) => QuotaWindow.waitTime(quota, cost, now, inFlight.requests)))
}

/** Records an attempt to take tokens from the configured bucket at `now`. */
export const consumed = (state: LimiterState, permit: Permit, { resetAfter, taken }: Consumed, now: number): void => {
  permit.first = now >= state.fullAt
  permit.consumed = taken
  state.fullAt = now + resetAfter
}

/** Counts a request as in flight. */
export const acquire = (state: LimiterState, permit: Permit, cost: number): void => {
  permit.cost = cost
  permit.acquiredAt = state.now
  permit.sequence = ++state.acquired
  state.inFlight = { requests: state.inFlight.requests + 1, cost: state.inFlight.cost + cost }
  state.quotas = state.quotas.map((quota) => QuotaWindow.spend(quota, cost))
}

/** Ends a request and applies the report of its response. */
export const release = (state: LimiterState, permit: Permit, report: Report | undefined): void => {
  state.inFlight = { requests: state.inFlight.requests - 1, cost: state.inFlight.cost - permit.cost }
  state.isQuotaKnown = true
  if (permit.first) {
    const latency = state.now - permit.acquiredAt
    state.margin = Math.min(state.maxMargin, Math.max(QuotaWindow.minMargin, latency))
  }
  if (report === undefined) return
  applyQuota(state, permit, report)
  if (report.tooMany) applyPause(state, permit, report)
}

const applyQuota = (state: LimiterState, { sequence }: Permit, { rateLimit, tooMany }: Report): void => {
  if (rateLimit === undefined) {
    // Forget an exhausted window that responses no longer report, else we wait forever.
    if (!tooMany) state.quotas = state.quotas.filter((quota) => !QuotaWindow.isStale(quota))
    return
  }
  // Ignore reports that arrive out of order.
  if (sequence <= state.reported) return
  state.reported = sequence
  state.quotas = QuotaWindow.fromReport(rateLimit, state.now, state.inFlight, state.bucket, state.quotas)
}

const applyPause = (state: LimiterState, { cost, sequence }: Permit, report: Report): void => {
  const pause = Math.min(QuotaWindow.maxPause, pauseTime(state, report, cost))
  const resumeAt = report.retryAfter === undefined ? undefined : state.now + pause
  state.quotas = state.quotas.map((quota) => QuotaWindow.exhaust(quota, resumeAt))
  // The response to an earlier request knows less of the window than this one.
  if (resumeAt !== undefined) state.reported = Math.max(state.reported, sequence)
  state.pausedUntil = Math.max(state.pausedUntil, state.now + pause)
}

/** Milliseconds to pause after a 429: `Retry-After`, else the reset, else the time of its tokens, else a second. */
const pauseTime = (state: LimiterState, { rateLimit, retryAfter }: Report, cost: number): number => {
  if (retryAfter !== undefined) return Duration.toMillis(retryAfter)
  // A reset in the past, by a clock that differs or in other units, does not end the pause at once.
  const left = QuotaWindow.timeToReset(rateLimit, state.now)
  if (left !== undefined && left > 0) return left
  const { limit, window } = state.bucket
  return state.isConfigured || rateLimit?.tokens !== undefined
    ? Math.ceil((cost * window) / limit) + state.margin
    : defaultPause
}

/** The view of the state for `RateLimit.state`. */
export const snapshot = (state: LimiterState): State => {
  const { bucket, fullAt, isConfigured, now, pausedUntil, quotas, waiting } = state
  const balances = quotas.map(({ balance }) => balance).filter(Number.isFinite)
  if (isConfigured) balances.push(bucket.limit - (Math.max(0, fullAt - now) * bucket.limit) / bucket.window)
  const limits = [...quotas.flatMap(({ limit }) => limit ?? []), ...(isConfigured ? [bucket.limit] : [])]
  const resets = [pausedUntil, fullAt, ...quotas.map(({ resetAt }) => resetAt)].filter(
    (time) => time > now && Number.isFinite(time)
  )
  return {
    limit: limits.length === 0 ? undefined : Math.min(...limits),
    remaining: balances.length === 0 ? undefined : Math.max(0, Math.floor(Math.min(...balances))),
    reset: resets.length === 0 ? undefined : DateTime.makeUnsafe(Math.max(...resets)),
    waiting
  }
}
