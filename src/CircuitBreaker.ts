/**
 * A circuit breaker: while the API is down, calls fail at once instead of sending requests.
 *
 * It counts requests, not calls. A 5xx and a request without a response are failures, a 4xx is a success, and a 429 counts
 * as neither. It is Effect's own breaker, with one circuit for each base URL.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as OptionRules from "./internal/options.ts"
import * as Breaker from "./internal/resilience/breaker.ts"
import type * as Guard from "./internal/resilience/guard.ts"
import { Audian } from "./internal/service.ts"

export type { Options, State } from "./internal/resilience/breaker.ts"

/**
 * A circuit breaker for the `circuitBreaker` option of `Audian.layer`. `R` is the store it is shared through.
 *
 * @see {@link make} for one process
 * @category models
 * @since 0.1.0
 */
export interface CircuitBreaker<out R = never> {
  /** Makes the breaker of one client. */
  readonly make: (key: string) => Effect.Effect<Guard.Breaker, never, R | Scope.Scope>
}

/**
 * A circuit breaker of this process.
 *
 * **Details**
 *
 * After five failures in a row nothing is sent for 30 seconds, or for as long as `Retry-After` requests. Then one request
 * probes whether the API is back. A rejected call fails with the reason `CircuitOpen`, and `retryAfter` is the time until
 * the probe.
 *
 * **Gotchas**
 *
 * When a retry is rejected, the call fails with the error of the previous attempt, which says more about the outcome.
 * Throws `Audian.InvalidOptions` for an option that cannot work, and for an unknown one.
 *
 * **Example** (Open at an error rate of 50 %)
 *
 * ```ts
 * import * as Schedule from "effect/Schedule"
 * import { Audian, CircuitBreaker } from "effect-audian"
 *
 * export const client = Audian.layer({
 *   apiKey: "sk_live_…",
 *   circuitBreaker: CircuitBreaker.make({
 *     tripPolicy: CircuitBreaker.rate({ threshold: 0.5, minimumCalls: 20, size: 50 }),
 *     openDuration: Schedule.exponential("5 seconds").pipe(Schedule.upTo({ duration: "5 minutes" }))
 *   })
 * })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: Breaker.Options = {}): CircuitBreaker => {
  OptionRules.check("CircuitBreaker.make", options, Breaker.rules())
  return {
    make: (key) =>
      Effect.flatMap(Breaker.own(options), (breaker) => Breaker.make([breaker], key, Breaker.countsStreaks(options)))
  }
}

export {
  /**
   * Opens after this many failures in a row.
   *
   * @category policies
   * @since 0.1.0
   */
  consecutive,
  /**
   * Opens when the rate of failures among the last `size` requests (default 100) reaches `threshold` (0 to 1, default
   * 0.5), after at least `minimumCalls` (default `size`).
   *
   * @category policies
   * @since 0.1.0
   */
  rate
} from "effect/persistence/CircuitBreaker"

/**
 * The state of the client's circuit; `undefined` without a breaker.
 *
 * **Example** (Skip optional work during an outage)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { CircuitBreaker } from "effect-audian"
 *
 * export const isDown = Effect.map(CircuitBreaker.state, (state) => state?._tag === "Open")
 * ```
 *
 * @category getters
 * @since 0.1.0
 */
export const state: Effect.Effect<Breaker.State | undefined, never, Audian> = /*@__PURE__*/ Effect.flatMap(
  Audian,
  ({ circuitBreaker }) => circuitBreaker ?? Effect.undefined
)
