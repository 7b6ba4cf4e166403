/**
 * The quota of the API: its report in the `X-RateLimit-*` headers and in the `tokens` of the engine's envelope, and a
 * rate limiter that keeps to it by waiting before a request instead of running into a 429.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import type * as Scope from "effect/Scope"
import * as CallOptions from "./internal/call/callOptions.ts"
import * as CurrentOptions from "./internal/call/currentOptions.ts"
import * as OptionRules from "./internal/options.ts"
import type { Identity, RateLimiter } from "./internal/resilience/guard.ts"
import { type LimiterOptions, make, own, rules, settingsOf } from "./internal/resilience/limiter.ts"
import type { Priority } from "./internal/resilience/limiterQueue.ts"
import type { State } from "./internal/resilience/limiterState.ts"
import { Audian } from "./internal/service.ts"

export { fromHeaders, RateLimit, type Tokens, tokensOf } from "./internal/schema/quota.ts"
export type { LimiterOptions, Priority, State }

// -----------------------------------------------------------------------------
// the limiter
// -----------------------------------------------------------------------------

/**
 * A rate limiter for the `rateLimit` option of `Audian.layer`. `R` is the store it is shared through.
 *
 * @see {@link limiter} for one process
 * @category models
 * @since 0.1.0
 */
export interface Limiter<out R = never> {
  /** Makes the limiter of one client. */
  readonly make: (identity: Identity) => Effect.Effect<RateLimiter, never, R | Scope.Scope>
}

/**
 * A rate limiter of this process: one queue for all fibers of the client, first in, first out within a priority.
 *
 * **Details**
 *
 * Requests wait while the reported quota (`X-RateLimit-*`, the engine's `tokens`) or the configured bucket is used up.
 * After a 429 all requests pause for `Retry-After`, else until the reported reset, else for a second; an hour at most.
 *
 * **Gotchas**
 *
 * It never retries: that is up to `Retry`. A request that would wait for longer than `maxWait` fails with the reason
 * `RateLimited`; nothing was sent. Throws `Audian.InvalidOptions` for an option that cannot work, and for an unknown one.
 *
 * **Example** (A bucket of 100 requests in 10 seconds)
 *
 * ```ts
 * import { Audian, RateLimit } from "effect-audian"
 *
 * export const client = Audian.layer({
 *   apiKey: "sk_live_…",
 *   rateLimit: RateLimit.limiter({ limit: 100, window: "10 seconds", maxWait: "1 minute" })
 * })
 * ```
 *
 * @see {@link withPriority} for calls that go first or last
 * @see {@link state} for the state of a client's limiter
 * @category constructors
 * @since 0.1.0
 */
export const limiter = (options: LimiterOptions = {}): Limiter => {
  OptionRules.check("RateLimit.limiter", options, rules())
  const settings = settingsOf(options)
  return { make: () => Effect.map(own, (own) => make(settings, own, false)) }
}

/**
 * The state of the client's limiter; `undefined` without one.
 *
 * **Example** (Log the remaining quota)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { RateLimit } from "effect-audian"
 *
 * export const logQuota = Effect.flatMap(RateLimit.state, (state) => Effect.logInfo("quota", state?.remaining))
 * ```
 *
 * @category getters
 * @since 0.1.0
 */
export const state: Effect.Effect<State | undefined, never, Audian> = /*@__PURE__*/ Effect.flatMap(
  Audian,
  ({ rateLimit }) => rateLimit ?? Effect.undefined
)

/**
 * Sets the priority of the calls in an effect, in the queue of the client's limiter. The default is `"normal"`.
 *
 * **Details**
 *
 * When there is room in the quota, the first waiting request of the highest priority is sent. None starves: the first
 * waiting request of a lower priority is sent after at most ten of higher ones. A request that waits at the head of the
 * queue for room is overtaken too. Each attempt of a call has the
 * priority of the call; an exchange of the API key goes before all of them.
 *
 * **Gotchas**
 *
 * It orders the requests that wait for the quota, and has no effect without a limiter, on the wait of `maxConcurrency`,
 * or in other processes. `maxWait` holds whatever the priority: a `"low"` request that waits for longer fails with the
 * reason `RateLimited`. An unknown priority is `InvalidRequest`: nothing is sent.
 *
 * **Example** (Call control before a report)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account, Calls, RateLimit } from "effect-audian"
 *
 * const hold = Calls.hold({ call_id: "call_1" }).pipe(RateLimit.withPriority("high"))
 * const report = Account.Cdrs.list().pipe(RateLimit.withPriority("low"))
 *
 * export const program = Effect.all([report, hold], { concurrency: 2 })
 * ```
 *
 * @see `Audian.layerCallOptions` for streams, and for all calls of a client
 * @category combinators
 * @since 0.1.0
 */
export const withPriority: {
  (priority: Priority): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(self: Effect.Effect<A, E, R>, priority: Priority): Effect.Effect<A, E, R>
} = /*@__PURE__*/ dual(
  2,
  <A, E, R>(self: Effect.Effect<A, E, R>, priority: Priority): Effect.Effect<A, E, R> =>
    Effect.updateService(self, CurrentOptions.Current, (outer) => CallOptions.within(outer, { priority }))
)
