/**
 * What the API says about its quota: the `X-RateLimit-*` headers of the documentation and the `tokens` of the
 * engine's envelope. Reading it never fails: a header that makes no sense is left out.
 *
 * And the client's own limiter, which keeps to the quota by waiting before a request rather than after a 429.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Identity } from "./internal/resilience/guard.ts"
import * as Gate from "./internal/resilience/limiter.ts"
import { Audian } from "./internal/service.ts"

export type { LimiterOptions, State } from "./internal/resilience/limiter.ts"
export { fromHeaders, RateLimit, type Tokens, tokensOf } from "./internal/schema/quota.ts"

// -----------------------------------------------------------------------------
// the limiter
// -----------------------------------------------------------------------------

/**
 * How a client limits its own rate; give it to `Audian.layer` as `rateLimit`. `R` is what it shares its count through.
 *
 * @category models
 * @since 0.1.0
 */
export interface Limiter<out R = never> {
  /** For the client that it is given to. */
  readonly make: (identity: Identity) => Effect.Effect<Gate.Gate, never, R | Scope.Scope>
}

/**
 * A limiter of this process: one line for all fibers of the client, in the order in which they came. It waits while the
 * reported quota (`X-RateLimit-*`, the engine's `tokens`) or the configured bucket has no room, and all requests pause
 * after a 429. It repeats nothing: that is up to `Retry`.
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
 * Throws a `RangeError` for a limit that is no whole number above 0, or a duration that makes no sense.
 *
 * @category constructors
 * @since 0.1.0
 */
export const limiter = (options: Gate.LimiterOptions = {}): Limiter => {
  const settings = Gate.check(options)
  return { make: () => Effect.map(Gate.own, (own) => Gate.make(settings, own)) }
}

/**
 * The state of the client's limiter; `undefined` when it has none.
 *
 * @category getters
 * @since 0.1.0
 */
export const state: Effect.Effect<Gate.State | undefined, never, Audian> = /*@__PURE__*/ Effect.flatMap(
  Audian,
  ({ rateLimit }) => rateLimit ?? Effect.undefined
)
