/**
 * The quota of the API: its report in the `X-RateLimit-*` headers and in the `tokens` of the engine's envelope, and a
 * rate limiter that keeps to it by waiting before a request instead of running into a 429.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as OptionRules from "./internal/options.ts"
import type { Identity } from "./internal/resilience/guard.ts"
import { type LimiterOptions, make, own, type RateLimiter, rules, settingsOf } from "./internal/resilience/limiter.ts"
import type { State } from "./internal/resilience/limiterState.ts"
import { Audian } from "./internal/service.ts"

export { fromHeaders, RateLimit, type Tokens, tokensOf } from "./internal/schema/quota.ts"
export type { LimiterOptions, State }

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
 * A rate limiter of this process: one FIFO queue for all fibers of the client.
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
 * @see {@link state} for the state of a client's limiter
 * @category constructors
 * @since 0.1.0
 */
export const limiter = (options: LimiterOptions = {}): Limiter => {
  OptionRules.check("RateLimit.limiter", options, rules())
  const settings = settingsOf(options)
  return { make: () => Effect.map(own, (own) => make(settings, own)) }
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
