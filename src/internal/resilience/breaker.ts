/**
 * The circuit breaker of a client: Effect's own, with a classification of what counts as a failure of the API.
 *
 * @internal
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as EffectBreaker from "effect/persistence/CircuitBreaker"
import type * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { AudianError } from "../../AudianError.ts"
import * as Status from "../../Status.ts"
import * as OptionRules from "../options.ts"
import * as Circuit from "../telemetry/circuit.ts"
import type { Breaker } from "./guard.ts"
import { send } from "./guardedSend.ts"

/**
 * Options of `CircuitBreaker.make`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** The condition that opens the circuit. Default: 5 failures in a row. */
  readonly tripPolicy?: EffectBreaker.TripPolicy | undefined
  /**
   * Time before an open circuit lets one request through; a schedule makes later openings longer. A longer
   * `Retry-After` is honoured. Default 30 seconds.
   */
  readonly openDuration?: Duration.Input | Schedule.Schedule<unknown, number> | undefined
  /** The longest time that a `Retry-After` keeps the circuit open. Default 1 hour. */
  readonly maxOpenDuration?: Duration.Input | undefined
}

/**
 * The state of a circuit: `Closed`, `Open` with the time until it half-opens, or `HalfOpen`.
 *
 * @category models
 * @since 0.1.0
 */
export type State = EffectBreaker.State

/** The rules of the options. */
export const rules = (): OptionRules.RulesFor<Options> => ({
  tripPolicy: {
    expected: "CircuitBreaker.consecutive(5) or CircuitBreaker.rate({ … })",
    accepts: (value) => Predicate.isObject(value) && "_tag" in value
  },
  openDuration: OptionRules.either(OptionRules.duration(1), OptionRules.schedule()),
  maxOpenDuration: OptionRules.duration(1)
})

/** The options with their defaults. */
export const policyOf = ({ maxOpenDuration, openDuration, tripPolicy }: Options) => ({
  tripPolicy: tripPolicy ?? EffectBreaker.consecutive(5),
  openDuration: openDuration ?? "30 seconds",
  maxOpenDuration
})

/** A breaker in this process. */
export const own = (options: Options): Effect.Effect<EffectBreaker.CircuitBreaker, never, Scope.Scope> =>
  Effect.provide(EffectBreaker.make(policyOf(options)), EffectBreaker.layerStoreMemory())

/** True for a policy under which a success after a success changes nothing. */
export const countsStreaks = (options: Options): boolean => policyOf(options).tripPolicy._tag === "Consecutive"

/** A breaker, and its substitutes while its store cannot be reached. */
type Chain = readonly [EffectBreaker.CircuitBreaker, ...ReadonlyArray<EffectBreaker.CircuitBreaker>]

/** With `skipsSuccesses`, a success is recorded only after a failure. */
export const make = Effect.fnUntraced(function* (
  chain: Chain,
  key: string,
  skipsSuccesses = false
): Effect.fn.Return<Breaker, never, Scope.Scope> {
  const circuit = yield* Circuit.make(key)
  let openUntil = 0
  let hasOpened = false
  const opened = (retryAfter: Duration.Duration): Effect.Effect<void> =>
    Effect.map(Clock.currentTimeMillis, (now) => void (openUntil = now + Duration.toMillis(retryAfter)))
  // Remember openings locally, so that calls fail without a request to the store.
  for (const { transitions } of chain) {
    yield* Effect.forkScoped(
      Stream.runForEach(transitions, (transition) =>
        Effect.suspend(() => {
          hasOpened = true
          return Effect.andThen(
            transition.to === "Open" ? opened(transition.retryAfter) : Effect.void,
            circuit.changed(transition.from, transition.to)
          )
        })
      ),
      { startImmediately: true }
    )
  }
  const execute = <A>(
    [breaker, ...others]: Chain,
    self: Effect.Effect<A, AudianError>,
    onOpen: (retryAfter: Duration.Duration | undefined) => AudianError
  ): Effect.Effect<A, AudianError> =>
    Effect.catch(breaker.execute<A, AudianError, never>(self, { key, classify }), (error) => {
      if (error._tag !== "CircuitBreakerError") return Effect.fail(error)
      const { reason } = error
      if (reason._tag === "CircuitBreakerStoreError") {
        const [next, ...rest] = others
        // The store fails before the request is sent, never after.
        return next === undefined ? self : execute([next, ...rest], self, onOpen)
      }
      const retryAfter = reason._tag === "CircuitOpen" ? reason.retryAfter : undefined
      return Effect.andThen(
        retryAfter === undefined ? Effect.void : opened(retryAfter),
        Effect.suspend(() => Effect.fail(onOpen(retryAfter)))
      )
    })
  const record: Breaker["protect"] = (self, onOpen) => execute(chain, self, onOpen)
  const stateOf = ([breaker, ...others]: Chain): Effect.Effect<State> =>
    Effect.catch(breaker.state(key), () => {
      const [next, ...rest] = others
      return next === undefined ? Effect.succeed({ _tag: "Closed" as const, key }) : stateOf([next, ...rest])
    })
  return {
    send,
    openFor: (now) => (now < openUntil ? Duration.millis(openUntil - now) : undefined),
    protect: skipsSuccesses ? untilOpened(record, () => hasOpened) : record,
    isShared: chain.length > 1,
    state: stateOf(chain)
  }
})

/**
 * Records the outcomes that change something. Until the circuit first opens, a success does only after a failure, and any
 * outcome can be recorded once the request has ended.
 */
const untilOpened = (record: Breaker["protect"], hasOpened: () => boolean): Breaker["protect"] => {
  let failures = 0
  // The failures before the last success. A failure counts before and after it is recorded: no success in between hides it.
  let forgiven = 0
  const counted: Breaker["protect"] = (self, onOpen) =>
    Effect.suspend(() => {
      const before = failures
      return Effect.onExit(record(self, onOpen), (exit) => {
        const { _tag } = classify(exit)
        if (_tag === "Failure") failures++
        if (_tag === "Success" && failures === before) forgiven = failures
        return Effect.void
      })
    })
  return (self, onOpen) =>
    Effect.suspend(() => {
      if (hasOpened() || failures !== forgiven) return counted(self, onOpen)
      return Effect.onExit(self, (exit) => {
        const { _tag } = classify(exit)
        // An opening has made the outcome obsolete.
        if (hasOpened() || _tag === "Ignored" || (_tag === "Success" && failures === forgiven)) return Effect.void
        if (_tag === "Failure") failures++
        return Effect.ignore(counted(exit, onOpen))
      })
    })
}

/** True for a 5xx and for a request without a response. */
const isOutage = (error: AudianError): boolean => {
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
  // A 4xx proves that the API works. A 429, and a response that does not fit the contract, prove nothing.
  return error._tag === "AudianClientError" || error._tag === "TooManyRequests"
    ? EffectBreaker.ignored
    : EffectBreaker.success
}
