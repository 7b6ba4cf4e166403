/**
 * Protection of a request: the rate limiter and the circuit breaker of a client, in that order. Both bring the code that
 * runs a request through them, so that a program without either does not bundle it.
 *
 * @internal
 */
import type { Clock } from "effect/Clock"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type { State as Circuit } from "effect/persistence/CircuitBreaker"
import type * as Redacted from "effect/Redacted"
import type { AudianError } from "../../AudianError.ts"
import type { DecodedResponse } from "../call/request.ts"
import type { CallInfo } from "../error/makeError.ts"
import type { Any } from "../service.ts"
import type { Observer } from "../telemetry/observer.ts"
import type { Priority } from "./limiterQueue.ts"
import type { State as LimiterState, Report } from "./limiterState.ts"

export interface Guard {
  readonly limiter: RateLimiter | undefined
  readonly breaker: Breaker | undefined
  readonly send: Send
}

/** Sends once there is room in the quota and while the circuit is closed. Fails without sending otherwise. */
export type Send = (
  guard: Guard,
  self: Effect.Effect<DecodedResponse, AudianError>,
  options: Options
) => Effect.Effect<DecodedResponse, AudianError>

/** The guard of a client that has one of both. */
export const make = (limiter: RateLimiter | undefined, breaker: Breaker | undefined): Guard | undefined => {
  const send = limiter?.send ?? breaker?.send
  return send && { limiter, breaker, send }
}

export interface RateLimiter {
  /** Runs an effect once there is room in the quota. */
  readonly run: <A>(self: Effect.Effect<A, AudianError>, options: AcquireOptions<A>) => Effect.Effect<A, AudianError>
  readonly maxWait: number
  /** The bucket is in a store. */
  readonly isShared: boolean
  readonly state: Effect.Effect<LimiterState>
  readonly send: Send
}

export interface AcquireOptions<A> {
  readonly clock: Clock
  /** Tokens that the request takes. */
  readonly cost: number
  /** True for a request that others depend on: it skips the queue. */
  readonly urgent: boolean
  readonly priority: Priority
  /** Deadline of the wait, in epoch milliseconds. */
  readonly until: number
  /** The error of a request that would wait longer; `wait` is how long, where that is known. */
  readonly onTimeout: (wait: Duration.Duration | undefined) => AudianError
  /** Checked at the head of the queue; an error ends the wait. */
  readonly abortIf: (now: number) => AudianError | undefined
  readonly wait: Wait
  /** The report in a response; `undefined` when none arrived. */
  readonly report: (exit: Exit.Exit<A, AudianError>) => Report | undefined
}

/** Notes a wait, as telemetry sees it. */
export interface Wait {
  /** Called when the request has to wait, for room or behind others. */
  readonly begin: () => void
  /** Called when the request is sent, and when it has ended. */
  readonly end: (exit: Exit.Exit<unknown, unknown>) => void
}

export interface Breaker {
  /** Time left until the circuit half-opens, as far as this process knows; `undefined` when it is not open. */
  readonly openFor: (now: number) => Duration.Duration | undefined
  /** Runs an effect while the circuit is closed, and counts its outcome. */
  readonly protect: <A>(
    self: Effect.Effect<A, AudianError>,
    onOpen: (retryAfter: Duration.Duration | undefined) => AudianError
  ) => Effect.Effect<A, AudianError>
  /** The circuit is in a store. */
  readonly isShared: boolean
  readonly state: Effect.Effect<Circuit>
  readonly send: Send
}

/** Identifies the owner of a quota. */
export interface Identity {
  readonly baseUrl: string
  readonly accountId?: string | undefined
  readonly credential?: Redacted.Redacted | undefined
}

interface Options {
  readonly clock: Clock
  readonly operation: Any
  /** True for a token exchange: it skips the queue of the limiter. */
  readonly urgent: boolean
  /** Default `normal`. */
  readonly priority?: Priority | undefined
  /** Deadline of the call, in epoch milliseconds. */
  readonly deadline: number
  readonly call: () => CallInfo
  readonly observer: Observer
}

/** True for an error of the limiter or the breaker: the request was not sent. */
export const isRefusal = (error: AudianError): boolean =>
  error._tag === "AudianClientError" && (error.reason._tag === "CircuitOpen" || error.reason._tag === "RateLimited")
