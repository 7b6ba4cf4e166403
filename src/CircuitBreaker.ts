/**
 * A circuit breaker: while the API is down, calls fail at once instead of each finding out by itself.
 *
 * It counts requests, not calls: server errors (5xx) and requests that got no answer are failures, any other answer of
 * the API is a success or says nothing. It is Effect's own breaker, one circuit for each base URL.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Breaker from "./internal/resilience/breaker.ts"
import { Audian } from "./internal/service.ts"

export type { Options, State } from "./internal/resilience/breaker.ts"

/**
 * How a client breaks the circuit; give it to `Audian.layer` as `circuitBreaker`. `R` is what it shares its state through.
 *
 * @category models
 * @since 0.1.0
 */
export interface CircuitBreaker<out R = never> {
  /** For the client that it is given to. */
  readonly make: (key: string) => Effect.Effect<Breaker.Breaker, never, R | Scope.Scope>
}

/**
 * A breaker of this process. A call that it refuses fails with the reason `CircuitOpen`, with `retryAfter` saying when
 * the next request is let through; where a repeat is refused, the call fails with what the attempt before it did.
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
export const make = (options: Breaker.Options = {}): CircuitBreaker => ({
  make: (key) => Effect.flatMap(Breaker.own(options), (breaker) => Breaker.make([breaker], key))
})

export {
  /**
   * Opens after this many failures in a row.
   *
   * @category policies
   * @since 0.1.0
   */
  consecutive,
  /**
   * Opens when the part of failures among the last `size` requests (default 100) reaches `threshold` (0 to 1, default
   * 0.5), once there have been `minimumCalls` (default `size`).
   *
   * @category policies
   * @since 0.1.0
   */
  rate
} from "effect/persistence/CircuitBreaker"

/**
 * The state of the client's circuit; `undefined` when it has no breaker.
 *
 * @category getters
 * @since 0.1.0
 */
export const state: Effect.Effect<Breaker.State | undefined, never, Audian> = /*@__PURE__*/ Effect.flatMap(
  Audian,
  ({ circuitBreaker }) => circuitBreaker ?? Effect.undefined
)
