/**
 * The gate of a client that limits its own rate: requests go through it one by one, in the order in which they came,
 * and the first in line waits until there is room.
 *
 * Three things say when there is: a pause after a 429; what the last answers reported of the quota; and the bucket that
 * was configured, which Effect's `RateLimiter` keeps, in this process or in a store that many share.
 *
 * @internal
 */
import type { Clock } from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as RateLimiter from "effect/persistence/RateLimiter"
import * as Semaphore from "effect/Semaphore"
import type { AudianError } from "../../AudianError.ts"
import type { RateLimit } from "../schema/quota.ts"

/**
 * Options of `RateLimit.limiter`.
 *
 * @category models
 * @since 0.1.0
 */
export interface LimiterOptions {
  /**
   * How many tokens the bucket holds that requests are taken from; an exchange of the API key takes 35, any other
   * request one. Without it the client keeps to what the answers report, and begins with a single request to hear it.
   */
  readonly limit?: number | undefined
  /** In what time an empty bucket is full again, bit by bit. Default 10 seconds; the engine's own is 100 in 10 seconds. */
  readonly window?: Duration.Input | undefined
  /**
   * How long a request may wait for its turn; one that would wait longer fails with the reason `RateLimited`. Zero fails
   * at once. Default: until the call's `timeout.total`.
   */
  readonly maxWait?: Duration.Input | undefined
}

/**
 * The limiter's view of the quota.
 *
 * - `limit`: the least of what is configured and what is reported
 * - `remaining`: what is left, where it is known
 * - `reset`: when there will be all of it again, or when a pause ends
 * - `waiting`: how many requests wait for their turn
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

/** What an answer said of the quota. */
export interface Report {
  readonly rateLimit: RateLimit | undefined
  readonly tooMany: boolean
  /** How long the answer asked to wait. */
  readonly retryAfter: Duration.Duration | undefined
}

export interface Pass<A> {
  readonly clock: Clock
  /** What the request takes of the quota. */
  readonly cost: number
  /** Goes first: others cannot go on without it. */
  readonly urgent: boolean
  /** When waiting is over, in epoch milliseconds. */
  readonly until: number
  /** The failure of a request that would wait longer; `wait` is how long, where that is known. */
  readonly refuse: (wait: Duration.Duration | undefined) => AudianError
  /** What makes waiting pointless, looked at whenever it is this request's turn. */
  readonly pointless: (now: number) => AudianError | undefined
  readonly report: (exit: Exit.Exit<A, AudianError>) => Report | undefined
}

export interface Gate {
  readonly through: <A>(self: Effect.Effect<A, AudianError>, pass: Pass<A>) => Effect.Effect<A, AudianError>
  readonly maxWait: number
  readonly state: Effect.Effect<State>
}

export interface Bucket {
  /** How many tokens it holds. */
  readonly limit: number
  /** In how many milliseconds it is full again. */
  readonly window: number
}

export interface Settings {
  /** The configured bucket, where there is one. */
  readonly bucket: Bucket | undefined
  /** How long a request may wait, in milliseconds. */
  readonly maxWait: number
}

/** The options, checked: a mistake in the program, which it throws. */
export const check = ({ limit, maxWait, window }: LimiterOptions): Settings => {
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit > 0)) {
    throw new RangeError("rateLimit.limit: expected a whole number above 0")
  }
  const millis = (name: string, input: Duration.Input, least: number): number => {
    const found = Option.map(Duration.fromInput(input), Duration.toMillis)
    if (Option.isSome(found) && found.value >= least) return found.value
    throw new RangeError(`rateLimit.${name}: expected a duration such as "10 seconds"`)
  }
  const windowMillis = millis("window", window ?? engine.window, 1)
  return {
    bucket: limit === undefined ? undefined : { limit, window: windowMillis },
    maxWait: millis("maxWait", maxWait ?? Duration.infinity, 0)
  }
}

/** Takes from the configured bucket. */
export type Consume<E = never> = (cost: number, urgent: boolean) => Effect.Effect<Consumed, E>

export interface Consumed {
  /** Whether the tokens are taken, and the request goes once it has waited; else to ask again after the wait. */
  readonly taken: boolean
  /** In milliseconds. */
  readonly wait: number
  /** In how many milliseconds the bucket is full. */
  readonly resetAfter: number
}

/** Takes from the bucket of a key. What is urgent takes its tokens at once and waits then. */
export const consumeFrom =
  (limiter: RateLimiter.RateLimiter, key: string, { limit, window }: Bucket): Consume<RateLimiter.RateLimiterError> =>
  (tokens, urgent) =>
    limiter
      .consume({ algorithm: "token-bucket", onExceeded: urgent ? "delay" : "fail", key, limit, window, tokens })
      .pipe(
        Effect.map(
          ({ delay, resetAfter }): Consumed => ({
            taken: true,
            wait: Duration.toMillis(delay),
            resetAfter: Duration.toMillis(resetAfter)
          })
        ),
        Effect.catchIf(isExceeded, ({ reason }) =>
          Effect.succeed<Consumed>({
            taken: false,
            wait: Duration.toMillis(reason.retryAfter),
            resetAfter: window
          })
        )
      )

const isExceeded = (
  error: RateLimiter.RateLimiterError
): error is RateLimiter.RateLimiterError & { readonly reason: RateLimiter.RateLimitExceeded } =>
  error.reason._tag === "RateLimitExceeded"

/** A bucket of this process, which cannot fail. */
export const own: Effect.Effect<(bucket: Bucket) => Consume> = /*@__PURE__*/ RateLimiter.make.pipe(
  Effect.provide(RateLimiter.layerStoreMemory),
  Effect.map(
    (limiter) => (bucket: Bucket) => (cost: number, urgent: boolean) =>
      Effect.orDie(consumeFrom(limiter, "own", bucket)(cost, urgent))
  )
)

// The engine's own bucket, unless it is configured otherwise: 100 tokens, ten more each second.
const engine = { limit: 100, window: 10_000 } as const

// What comes in the same instant as a token may come too early: the server's bucket runs a little behind ours, by what
// the first request took to get there.
const leastMargin = 5
const mostMargin = 1000

/** How long all requests pause after a 429 that says nothing, where no bucket is known. */
const blindPause = 1000

/** For how long an answer can hold requests back; one that means more, or means it in other units, is asked again. */
const longest = 3_600_000

/** What is left until more comes: at once, when a window begins anew, or bit by bit, as into a bucket. */
interface Quota {
  balance: number
  /** When the balance was so. */
  at: number
  readonly limit: number | undefined
  /** Tokens a millisecond. */
  readonly rate: number
  /** When the window begins anew; infinite for a bucket, and where the API has not said yet. */
  resetAt: number
}

/** A window counts requests, a bucket what they cost. */
const takenOf = (quota: Quota, cost: number): number => (quota.rate > 0 ? Math.min(cost, quota.limit ?? cost) : 1)

/** Brings a quota to a time. What is under way when a window begins anew may count to either. */
const bring = (quota: Quota, now: number, requests: number): void => {
  if (quota.rate > 0) {
    quota.balance = Math.min(quota.limit ?? Number.POSITIVE_INFINITY, quota.balance + (now - quota.at) * quota.rate)
  } else if (now >= quota.resetAt) {
    quota.balance = (quota.limit ?? Number.POSITIVE_INFINITY) - requests
    quota.resetAt = Number.POSITIVE_INFINITY
  }
  quota.at = now
}

const waitOf = (quota: Quota, cost: number, now: number, requests: number): number => {
  bring(quota, now, requests)
  const lacking = takenOf(quota, cost) - quota.balance
  if (lacking <= 0) return 0
  if (quota.rate > 0) return Math.ceil(lacking / quota.rate) + leastMargin
  // Without an answer to come, nobody would ever say when the next window begins.
  return quota.resetAt === Number.POSITIVE_INFINITY && requests === 0 ? 0 : quota.resetAt - now
}

export const make = ({ bucket, maxWait }: Settings, consume: (bucket: Bucket) => Consume): Gate => {
  const { limit, window } = bucket ?? engine
  const rate = limit / window
  const take = bucket === undefined ? undefined : consume(bucket)
  const turn = Semaphore.makeUnsafe(1)
  /** How many requests have been admitted, and how many of them when the last report was asked for. */
  let admitted = 0
  let reported = 0
  /** What is under way: how many requests, and what they cost. */
  let requests = 0
  let costs = 0
  let pausedUntil = 0
  /** When the clock was looked at last. */
  let seen = 0
  let waiting = 0
  let urgent = 0
  let quotas: ReadonlyArray<Quota> = []
  /** When the configured bucket is full again. */
  let fullAt = 0
  /** How far the server's bucket may be behind ours: no further than a token's time, until the first answer says. */
  const most = Math.min(1 / rate, mostMargin)
  let margin = most
  /** Whether the quota is known, or known not to be reported; until then one request goes first. */
  let known = bucket !== undefined || maxWait <= 0
  let changed = Deferred.makeUnsafe<void>()

  const change = (): void => {
    const before = changed
    changed = Deferred.makeUnsafe()
    Deferred.doneUnsafe(before, Exit.void)
  }

  /** The time. Where the clock was put back, what was to come in a while still does. */
  const timeOf = (clock: Clock): number => {
    const now = clock.currentTimeMillisUnsafe()
    const back = Math.max(0, seen - now)
    if (back > 0) {
      pausedUntil -= back
      fullAt -= back
      for (const quota of quotas) {
        quota.at -= back
        quota.resetAt -= back
      }
    }
    seen = now
    return now
  }

  /** How long a request has to wait for all but the configured bucket; infinite when an answer has to come first. */
  const waitFor = (cost: number, first: boolean, now: number): number => {
    if (now < pausedUntil) return pausedUntil - now
    if (urgent > 0 && !first) return Number.POSITIVE_INFINITY
    if (!known && requests > 0) return Number.POSITIVE_INFINITY
    return quotas.reduce((wait, quota) => Math.max(wait, waitOf(quota, cost, now, requests)), 0)
  }

  /** Waits, or until an answer has changed what is known. */
  const pause = (wait: number): Effect.Effect<void> => {
    const next = Deferred.await(changed)
    return Number.isFinite(wait) ? Effect.timeoutOrElse(next, { duration: wait, orElse: () => Effect.void }) : next
  }

  /** Goes on when there is room, as the first in line. */
  const enter = <A>(pass: Pass<A>, ticket: Ticket): Effect.Effect<void, AudianError> =>
    Effect.suspend(() => {
      const { clock, cost, pointless, refuse, until } = pass
      const now = timeOf(clock)
      const reason = pointless(now)
      if (reason !== undefined) return Effect.fail(reason)
      const held = (wait: number, spare = 0): Effect.Effect<void, AudianError> => {
        const known = Number.isFinite(wait)
        return (known ? now + wait > until : now >= until)
          ? Effect.fail(refuse(known ? Duration.millis(wait) : undefined))
          : Effect.andThen(pause(wait + spare), enter(pass, ticket))
      }
      const wait = waitFor(cost, pass.urgent, now)
      if (wait > 0) return held(wait)
      if (take === undefined || ticket.taken) return Effect.sync(() => admit(ticket, cost, now))
      return Effect.flatMap(take(Math.min(cost, limit), pass.urgent), (consumed) => {
        ticket.first = now >= fullAt
        fullAt = now + consumed.resetAfter
        if (!consumed.taken) return held(consumed.wait, margin)
        ticket.taken = true
        // Asking a shared bucket takes time, in which a pause may have begun.
        return Effect.andThen(consumed.wait > 0 ? Effect.sleep(consumed.wait) : Effect.void, enter(pass, ticket))
      })
    })

  const admit = (ticket: Ticket, cost: number, now: number): void => {
    ticket.cost = cost
    ticket.admitted = now
    ticket.number = ++admitted
    requests++
    costs += cost
    for (const quota of quotas) quota.balance -= takenOf(quota, cost)
  }

  const leave = (ticket: Ticket, report: Report | undefined, now: number): void => {
    if (ticket.cost === 0) return
    requests--
    costs -= ticket.cost
    known = true
    if (ticket.first) margin = Math.min(most, Math.max(leastMargin, now - ticket.admitted))
    if (report !== undefined) {
      // The answer to an earlier request knows less than the one before it.
      if (ticket.number > reported && report.rateLimit !== undefined) {
        reported = ticket.number
        quotas = read(report.rateLimit, now)
      } else if (report.rateLimit === undefined && !report.tooMany) {
        // Where answers say no more of a window that is used up, waiting for one that does would never end.
        quotas = quotas.filter(({ balance, rate, resetAt }) => rate > 0 || balance > 0 || Number.isFinite(resetAt))
      }
      if (report.tooMany) {
        for (const quota of quotas) quota.balance = Math.min(quota.balance, 0)
        pausedUntil = Math.max(pausedUntil, now + Math.min(longest, pauseOf(report, ticket.cost, now)))
      }
    }
    change()
  }

  /** The quotas of a report. What is under way may not be counted in it yet. */
  const read = (reported: RateLimit, now: number): ReadonlyArray<Quota> => {
    const found: Array<Quota> = []
    if (reported.remaining !== undefined) {
      const left = leftOf(reported, now)
      found.push({
        balance: reported.remaining - requests,
        at: now,
        limit: reported.limit,
        rate: 0,
        resetAt: left === undefined ? Number.POSITIVE_INFINITY : now + Math.min(longest, left)
      })
    }
    if (reported.tokens !== undefined) {
      const consumed = Math.max(0, reported.tokens.consumed)
      const remaining = Math.max(0, reported.tokens.remaining)
      // Whole tokens are told; the part of one that ours has is not lost.
      const least = remaining - costs
      const before = quotas.find((quota) => quota.rate > 0)
      if (before !== undefined) bring(before, now, requests)
      found.push({
        balance: Math.min(Math.max(before?.balance ?? least, least), least + 1 - Number.EPSILON),
        at: now,
        limit: Math.max(limit, remaining + consumed),
        rate,
        resetAt: Number.POSITIVE_INFINITY
      })
    }
    return found
  }

  const pauseOf = ({ rateLimit, retryAfter }: Report, cost: number, now: number): number => {
    if (retryAfter !== undefined) return Duration.toMillis(retryAfter)
    // A window that has begun anew, by a clock that differs or in other units, is no reason to go on at once.
    const left = leftOf(rateLimit, now)
    if (left !== undefined && left > 0) return left
    return bucket !== undefined || rateLimit?.tokens !== undefined ? Math.ceil(cost / rate) + margin : blindPause
  }

  const inLine = <A>(pass: Pass<A>, ticket: Ticket): Effect.Effect<void, AudianError> => {
    const { clock, refuse, until } = pass
    const left = until - clock.currentTimeMillisUnsafe()
    if (pass.urgent) {
      return Effect.acquireUseRelease(
        Effect.sync(() => void urgent++),
        () => enter(pass, ticket),
        () =>
          Effect.sync(() => {
            urgent--
            change()
          })
      )
    }
    // What must not wait goes at once or not at all, and needs no line.
    if (left <= 0) return enter(pass, ticket)
    const queued = turn.withPermit(enter(pass, ticket))
    return Number.isFinite(left)
      ? Effect.timeoutOrElse(queued, { duration: left, orElse: () => Effect.fail(refuse(undefined)) })
      : queued
  }

  return {
    maxWait,
    through: (self, pass) =>
      Effect.suspend(() => {
        const ticket: Ticket = { cost: 0, number: 0, taken: false, first: false, admitted: 0 }
        const entered = Effect.acquireUseRelease(
          Effect.sync(() => void waiting++),
          () => inLine(pass, ticket),
          () => Effect.sync(() => void waiting--)
        )
        return Effect.onExit(Effect.andThen(entered, self), (exit) =>
          Effect.sync(() => leave(ticket, pass.report(exit), timeOf(pass.clock)))
        )
      }),
    state: Effect.clockWith((clock) =>
      Effect.sync(() => {
        const now = timeOf(clock)
        for (const quota of quotas) bring(quota, now, requests)
        const balances = quotas.map(({ balance }) => balance).filter(Number.isFinite)
        if (bucket !== undefined) balances.push(limit - Math.max(0, fullAt - now) * rate)
        const limits = [...quotas.flatMap((quota) => quota.limit ?? []), ...(bucket === undefined ? [] : [limit])]
        const resets = [pausedUntil, ...quotas.map(({ resetAt }) => resetAt), fullAt].filter(
          (time) => time > now && Number.isFinite(time)
        )
        return {
          limit: limits.length === 0 ? undefined : Math.min(...limits),
          remaining: balances.length === 0 ? undefined : Math.max(0, Math.floor(Math.min(...balances))),
          reset: resets.length === 0 ? undefined : DateTime.makeUnsafe(Math.max(...resets)),
          waiting
        }
      })
    )
  }
}

/** How long until the reported window begins anew, in milliseconds; less than nothing where it has. */
const leftOf = (reported: RateLimit | undefined, now: number): number | undefined =>
  reported?.reset === undefined ? undefined : DateTime.toEpochMillis(reported.reset) - now

interface Ticket {
  /** 0 until the request is admitted. */
  cost: number
  /** Which of the admitted it is. */
  number: number
  /** Whether its tokens are taken from the configured bucket. */
  taken: boolean
  /** Whether it was the first to take from a full bucket, and when. */
  first: boolean
  admitted: number
}
