/**
 * The circuit of a client: Effect's breaker, told what counts as a failure of the API.
 *
 * @internal
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as EffectBreaker from "effect/persistence/CircuitBreaker"
import type * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { AudianError } from "../../AudianError.ts"
import * as Status from "../../Status.ts"

/**
 * Options of `CircuitBreaker.make`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** When the circuit opens. Default after 5 failures in a row. */
  readonly tripPolicy?: EffectBreaker.TripPolicy | undefined
  /**
   * How long it is open before one request is let through to try; a schedule makes later openings longer. A
   * `Retry-After` that asks for more is honoured. Default 30 seconds.
   */
  readonly openDuration?: Duration.Input | Schedule.Schedule<unknown, number> | undefined
  /** The longest that a `Retry-After` can hold it open. Default 1 hour. */
  readonly maxOpenDuration?: Duration.Input | undefined
}

/**
 * The state of a circuit: `Closed`, `Open` with the time until it half-opens, or `HalfOpen`.
 *
 * @category models
 * @since 0.1.0
 */
export type State = EffectBreaker.State

export interface Breaker {
  /** How much longer the circuit is open at a time, as far as this process has seen; asks nobody. */
  readonly openFor: (now: number) => Duration.Duration | undefined
  /** Sends when the circuit is closed, and counts what comes of it. */
  readonly protect: <A>(
    self: Effect.Effect<A, AudianError>,
    refuse: (retryAfter: Duration.Duration | undefined) => AudianError
  ) => Effect.Effect<A, AudianError>
  readonly state: Effect.Effect<State>
}

/** How a breaker behaves when its options do not say. */
export const policyOf = ({ maxOpenDuration, openDuration, tripPolicy }: Options) => ({
  tripPolicy: tripPolicy ?? EffectBreaker.consecutive(5),
  openDuration: openDuration ?? "30 seconds",
  maxOpenDuration
})

/** A breaker of this process. */
export const own = (options: Options): Effect.Effect<EffectBreaker.CircuitBreaker, never, Scope.Scope> =>
  Effect.provide(EffectBreaker.make(policyOf(options)), EffectBreaker.layerStoreMemory())

/** A breaker, and what stands in for it while its store cannot be reached. */
export type Chain = readonly [EffectBreaker.CircuitBreaker, ...ReadonlyArray<EffectBreaker.CircuitBreaker>]

export const make = Effect.fnUntraced(function* (
  chain: Chain,
  key: string
): Effect.fn.Return<Breaker, never, Scope.Scope> {
  let openUntil = 0
  const opened = (retryAfter: Duration.Duration): Effect.Effect<void> =>
    Effect.map(Clock.currentTimeMillis, (now) => void (openUntil = now + Duration.toMillis(retryAfter)))
  // What opens the circuit here is known here before the store is asked again.
  for (const { transitions } of chain) {
    yield* Effect.forkScoped(
      Stream.runForEach(transitions, (transition) =>
        transition.to === "Open" ? opened(transition.retryAfter) : Effect.void
      ),
      { startImmediately: true }
    )
  }
  const execute = <A>(
    [breaker, ...others]: Chain,
    self: Effect.Effect<A, AudianError>,
    refuse: (retryAfter: Duration.Duration | undefined) => AudianError
  ): Effect.Effect<A, AudianError> =>
    Effect.catch(breaker.execute<A, AudianError, never>(self, { key, classify }), (error) => {
      if (error._tag !== "CircuitBreakerError") return Effect.fail(error)
      const { reason } = error
      if (reason._tag === "CircuitBreakerStoreError") {
        const [next, ...rest] = others
        // A store fails before the request is sent, never after.
        return next === undefined ? self : execute([next, ...rest], self, refuse)
      }
      const retryAfter = reason._tag === "CircuitOpen" ? reason.retryAfter : undefined
      return Effect.andThen(
        retryAfter === undefined ? Effect.void : opened(retryAfter),
        Effect.suspend(() => Effect.fail(refuse(retryAfter)))
      )
    })
  const stateOf = ([breaker, ...others]: Chain): Effect.Effect<State> =>
    Effect.catch(breaker.state(key), () => {
      const [next, ...rest] = others
      return next === undefined ? Effect.succeed({ _tag: "Closed" as const, key }) : stateOf([next, ...rest])
    })
  return {
    openFor: (now) => (now < openUntil ? Duration.millis(openUntil - now) : undefined),
    protect: (self, refuse) => execute(chain, self, refuse),
    state: stateOf(chain)
  }
})

/** Whether an error says that the API is down: it failed, or did not answer. */
export const isOutage = (error: AudianError): boolean => {
  if (error._tag !== "AudianClientError") return Status.ofTag(error._tag).class === "server"
  const { reason } = error
  return (
    reason._tag === "Transport" ||
    reason._tag === "Timeout" ||
    (reason._tag === "UnexpectedStatus" && reason.status >= 500)
  )
}

const classify = <A>(exit: Exit.Exit<A, AudianError>): EffectBreaker.Outcome => {
  if (Exit.isSuccess(exit)) return EffectBreaker.success
  const error = Option.getOrUndefined(Exit.findErrorOption(exit))
  if (error === undefined) return EffectBreaker.ignored
  if (isOutage(error)) return EffectBreaker.failure({ retryAfter: error.retryAfter })
  // An API that refuses works; one that answers what it should not, or asks to slow down, says nothing about that.
  return error._tag === "AudianClientError" || error._tag === "TooManyRequests"
    ? EffectBreaker.ignored
    : EffectBreaker.success
}
