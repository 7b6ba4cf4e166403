/**
 * The rate limiter of a client: a queue whose head waits until `LimiterState` and the configured bucket have room.
 * Effect's `RateLimiter` keeps the bucket, in this process or in a store that many share.
 *
 * @internal
 */
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as EffectLimiter from "effect/persistence/RateLimiter"
import type { AudianError } from "../../AudianError.ts"
import * as Timer from "../call/timer.ts"
import * as OptionRules from "../options.ts"
import * as Deadline from "./deadline.ts"
import type { AcquireOptions, RateLimiter } from "./guard.ts"
import { send } from "./guardedSend.ts"
import * as LimiterQueue from "./limiterQueue.ts"
import * as LimiterState from "./limiterState.ts"
import { type Bucket, engineBucket } from "./quotaWindow.ts"

/**
 * Options of `RateLimit.limiter`.
 *
 * @category models
 * @since 0.1.0
 */
export interface LimiterOptions {
  /**
   * Capacity of the token bucket. An exchange of the API key takes 35 tokens, any other request one. Without it the
   * client keeps to the quota that responses report, and sends a single request first to learn it.
   */
  readonly limit?: number | undefined
  /** Time in which an empty bucket refills. Default 10 seconds; the engine's own bucket is 100 in 10 seconds. */
  readonly window?: Duration.Input | undefined
  /**
   * The longest time a request may wait in the queue; one that would wait longer fails with the reason `RateLimited`.
   * Zero fails at once. Default: until the call's `timeout.total`.
   */
  readonly maxWait?: Duration.Input | undefined
}

/** The rules of the options. */
export const rules = (): OptionRules.RulesFor<LimiterOptions> => ({
  limit: OptionRules.wholeNumber(1),
  window: OptionRules.duration(1),
  maxWait: OptionRules.duration()
})

/** The settings of options that were checked. */
export const settingsOf = ({ limit, maxWait, window }: LimiterOptions): LimiterState.Settings => {
  const millis = (input: Duration.Input): number => Duration.toMillis(Duration.fromInputUnsafe(input))
  return {
    bucket: limit === undefined ? undefined : { limit, window: millis(window ?? engineBucket.window) },
    maxWait: millis(maxWait ?? Duration.infinity)
  }
}

/** Takes tokens from the configured bucket. */
type Consume<E = never> = (cost: number, urgent: boolean) => Effect.Effect<LimiterState.Consumed, E>

/** Takes tokens from the bucket of a key. An urgent request takes them at once and waits afterwards. */
export const consumeFrom =
  (
    limiter: EffectLimiter.RateLimiter,
    key: string,
    { limit, window }: Bucket
  ): Consume<EffectLimiter.RateLimiterError> =>
  (tokens, urgent) =>
    limiter
      .consume({ algorithm: "token-bucket", onExceeded: urgent ? "delay" : "fail", key, limit, window, tokens })
      .pipe(
        Effect.map(
          ({ delay, resetAfter }): LimiterState.Consumed => ({
            taken: true,
            wait: Duration.toMillis(delay),
            resetAfter: Duration.toMillis(resetAfter)
          })
        ),
        Effect.catchIf(isExceeded, ({ reason }) =>
          Effect.succeed<LimiterState.Consumed>({
            taken: false,
            wait: Duration.toMillis(reason.retryAfter),
            resetAfter: window
          })
        )
      )

/** True when the bucket has no room, rather than an error of its store. */
export const isExceeded = (
  error: EffectLimiter.RateLimiterError
): error is EffectLimiter.RateLimiterError & { readonly reason: EffectLimiter.RateLimitExceeded } =>
  error.reason._tag === "RateLimitExceeded"

/** A bucket in this process, which cannot fail. */
export const own: Effect.Effect<(bucket: Bucket) => Consume> = /*@__PURE__*/ EffectLimiter.make.pipe(
  Effect.provide(EffectLimiter.layerStoreMemory),
  Effect.map(
    (limiter) => (bucket: Bucket) => (cost: number, urgent: boolean) =>
      Effect.orDie(consumeFrom(limiter, "own", bucket)(cost, urgent))
  )
)

/** Time that a request with `maxWait: 0` gives a shared store, in milliseconds. */
const storeTimeout = 250

interface Limiter {
  readonly state: LimiterState.LimiterState
  readonly consume: Consume | undefined
  /** The bucket is in a store. */
  readonly isShared: boolean
  readonly queue: LimiterQueue.Queue
  /** Completes when a response or an urgent request changes the state. */
  changed: Deferred.Deferred<void>
}

export const make = (
  settings: LimiterState.Settings,
  consume: (bucket: Bucket) => Consume,
  isShared: boolean
): RateLimiter => {
  const limiter: Limiter = {
    state: LimiterState.make(settings),
    consume: settings.bucket === undefined ? undefined : consume(settings.bucket),
    isShared,
    queue: LimiterQueue.make(),
    changed: Deferred.makeUnsafe<void>()
  }
  return {
    send,
    maxWait: settings.maxWait,
    isShared,
    run: (self, options) => run(limiter, self, options),
    state: Effect.clockWith((clock) =>
      Effect.sync(() => {
        LimiterState.advance(limiter.state, clock.currentTimeMillisUnsafe())
        return LimiterState.snapshot(limiter.state)
      })
    )
  }
}

const run = <A>(
  limiter: Limiter,
  self: Effect.Effect<A, AudianError>,
  options: AcquireOptions<A>
): Effect.Effect<A, AudianError> =>
  Effect.suspend(() => {
    const { state } = limiter
    const permit = LimiterState.permit()
    const waited = (exit: Exit.Exit<unknown, unknown>): void => {
      if (permit.waits) state.waiting--
      permit.waits = false
      options.wait.end(exit)
    }
    const acquired = Effect.suspend(() => {
      permit.waits = true
      state.waiting++
      return Effect.flatMap(acquire(limiter, options, permit), () => {
        waited(Exit.void)
        return self
      })
    })
    return Effect.onExit(acquired, (exit) => {
      waited(exit)
      if (permit.cost > 0) {
        LimiterState.advance(state, options.clock.currentTimeMillisUnsafe())
        LimiterState.release(state, permit, options.report(exit))
        notify(limiter)
      }
      return Effect.void
    })
  })

/** Acquires the permit at once where nobody waits and there is room; else in the queue. A store takes time. */
const acquire = <A>(
  limiter: Limiter,
  options: AcquireOptions<A>,
  permit: LimiterState.Permit
): Effect.Effect<void, AudianError> => {
  const { consume, isShared, state } = limiter
  const { clock, cost, urgent } = options
  if (state.waiting > 1 || urgent || isShared) return queue(limiter, options, permit)
  const now = clock.currentTimeMillisUnsafe()
  LimiterState.advance(state, now)
  if (options.abortIf(now) !== undefined || LimiterState.waitTime(state, cost, false) > 0) {
    return queue(limiter, options, permit)
  }
  if (consume === undefined) {
    LimiterState.acquire(state, permit, cost)
    return Effect.void
  }
  return Effect.flatMap(consume(Math.min(cost, state.bucket.limit), false), (consumed) => {
    LimiterState.consumed(state, permit, consumed, now)
    // The fiber may have yielded.
    if (!consumed.taken || LimiterState.waitTime(state, cost, false) > 0) return queue(limiter, options, permit)
    LimiterState.acquire(state, permit, cost)
    return Effect.void
  })
}

/** Waits for the head of the queue, then for room. An urgent request, and one that must not wait, skips the queue. */
const queue = <A>(
  limiter: Limiter,
  options: AcquireOptions<A>,
  permit: LimiterState.Permit
): Effect.Effect<void, AudianError> => {
  const { clock, onTimeout, until, urgent } = options
  if (urgent) {
    return Effect.acquireUseRelease(
      Effect.sync(() => void limiter.state.urgent++),
      () => tryAcquire(limiter, options, permit),
      () =>
        Effect.sync(() => {
          limiter.state.urgent--
          notify(limiter)
        })
    )
  }
  if (limiter.state.waiting > 1) options.wait.begin()
  const left = until - clock.currentTimeMillisUnsafe()
  if (left <= 0) return tryAcquire(limiter, options, permit)
  const queued = Effect.acquireUseRelease(
    Effect.sync(() => {
      permit.place = LimiterQueue.enter(limiter.queue, options.priority)
      return permit.place
    }),
    () => Effect.andThen(awaitHead(limiter, permit), tryAcquire(limiter, options, permit)),
    (place, exit) => Effect.sync(() => LimiterQueue.leave(limiter.queue, place, Exit.isSuccess(exit)))
  )
  return Number.isFinite(left) ? Timer.within(queued, Duration.millis(left), () => onTimeout(undefined)) : queued
}

/** Waits for the head of the queue; the head gives way when it is overtaken. */
const awaitHead = (limiter: Limiter, { place }: LimiterState.Permit): Effect.Effect<void> =>
  Effect.suspend(() => {
    if (place === undefined) return Effect.void
    LimiterQueue.giveWay(limiter.queue, place)
    if (limiter.queue.head === place) return Effect.void
    // A completed Deferred resumes this fiber at once, and the request before it is to be sent first.
    return Effect.andThen(Deferred.await(place.isHead), Effect.yieldNow)
  })

/** Acquires the permit when there is room; else waits and tries again, or fails when the wait would be too long. */
const tryAcquire = <A>(
  limiter: Limiter,
  options: AcquireOptions<A>,
  permit: LimiterState.Permit
): Effect.Effect<void, AudianError> =>
  Effect.suspend(() => {
    const { consume, state } = limiter
    const { cost, urgent } = options
    const now = options.clock.currentTimeMillisUnsafe()
    LimiterState.advance(state, now)
    const reason = options.abortIf(now)
    if (reason !== undefined) return Effect.fail(reason)
    const wait = LimiterState.waitTime(state, cost, urgent)
    if (wait > 0) return waitAndRetry(limiter, options, permit, wait, 0)
    if (consume === undefined || permit.consumed) return Effect.sync(() => LimiterState.acquire(state, permit, cost))
    // A store must not use up the wait; a request that must not wait gives it a moment.
    const deadline = options.until > now ? options.until : now + 2 * storeTimeout
    const consumed = consume(Math.min(cost, state.bucket.limit), urgent)
    const taken = limiter.isShared ? Deadline.within(consumed, deadline) : consumed
    return Effect.flatMap(taken, (consumed) => {
      LimiterState.consumed(state, permit, consumed, now)
      if (!consumed.taken) return waitAndRetry(limiter, options, permit, consumed.wait, state.margin)
      // Asking a shared bucket takes time, in which a pause may have begun: check again.
      if (consumed.wait > 0) options.wait.begin()
      return Effect.andThen(
        consumed.wait > 0 ? Effect.sleep(consumed.wait) : Effect.void,
        tryAcquire(limiter, options, permit)
      )
    })
  })

/** Waits for `wait` plus a margin, or until the state changes, then tries again. An infinite wait needs a change. */
const waitAndRetry = <A>(
  limiter: Limiter,
  options: AcquireOptions<A>,
  permit: LimiterState.Permit,
  wait: number,
  margin: number
): Effect.Effect<void, AudianError> => {
  const { onTimeout, until } = options
  const { now } = limiter.state
  const isKnown = Number.isFinite(wait)
  if (isKnown ? now + wait > until : now >= until) {
    return Effect.fail(onTimeout(isKnown ? Duration.millis(wait) : undefined))
  }
  options.wait.begin()
  const changed = Deferred.await(limiter.changed)
  const pause = isKnown
    ? Effect.timeoutOrElse(changed, { duration: wait + margin, orElse: () => Effect.void })
    : changed
  // All wait for the same room, so it is soon enough to give way when there is some.
  return Effect.andThen(Effect.andThen(pause, awaitHead(limiter, permit)), tryAcquire(limiter, options, permit))
}

/** Wakes the head of the queue. */
const notify = (limiter: Limiter): void => {
  const { changed, state } = limiter
  if (state.waiting === 0) return
  limiter.changed = Deferred.makeUnsafe()
  Deferred.doneUnsafe(changed, Exit.void)
}
