/**
 * Protection of a request: the rate limiter and the circuit breaker of a client, in that order.
 *
 * @internal
 */
import type { Clock } from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import type { AudianError } from "../../AudianError.ts"
import type { DecodedResponse } from "../call/request.ts"
import * as MakeError from "../error/makeError.ts"
import * as Response from "../response.ts"
import type { Any } from "../service.ts"
import type { Observer } from "../telemetry/observer.ts"
import * as Wait from "../telemetry/wait.ts"
import type { Breaker } from "./breaker.ts"
import * as Deadline from "./deadline.ts"
import type { RateLimiter } from "./limiter.ts"
import type { Priority } from "./limiterQueue.ts"
import type { Report } from "./limiterState.ts"

export interface Guard {
  readonly limiter: RateLimiter | undefined
  readonly breaker: Breaker | undefined
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
  readonly call: () => MakeError.CallInfo
  readonly observer: Observer
}

/** Sends once there is room in the quota and while the circuit is closed. Fails without sending otherwise. */
export const send = (
  { breaker, limiter }: Guard,
  self: Effect.Effect<DecodedResponse, AudianError>,
  { call, clock, deadline, observer, operation, priority = "normal", urgent }: Options
): Effect.Effect<DecodedResponse, AudianError> =>
  Effect.suspend(() => {
    const isOpen = (now: number): AudianError | undefined => {
      const openFor = breaker?.openFor(now)
      return openFor === undefined ? undefined : MakeError.circuitOpen(call(), openFor)
    }
    const now = clock.currentTimeMillisUnsafe()
    const open = isOpen(now)
    if (open !== undefined) return Effect.fail(open)
    const guarded =
      breaker === undefined ? self : breaker.protect(self, (retryAfter) => MakeError.circuitOpen(call(), retryAfter))
    const acquired =
      limiter === undefined
        ? guarded
        : Wait.observe(observer, operation.name, guarded, (guarded, onWait) =>
            limiter.run(guarded, {
              clock,
              cost: operation.traits.cost ?? 1,
              urgent,
              priority,
              until: Math.min(deadline, urgent ? Number.POSITIVE_INFINITY : now + limiter.maxWait),
              abortIf: isOpen,
              onWait,
              onTimeout: (wait) => MakeError.rateLimited(call(), wait),
              report: (exit) => report(exit, clock.currentTimeMillisUnsafe())
            })
          )
    return Deadline.within(acquired, deadline)
  })

/** True for an error of the limiter or the breaker: the request was not sent. */
export const isRefusal = (error: AudianError): boolean =>
  error._tag === "AudianClientError" && (error.reason._tag === "CircuitOpen" || error.reason._tag === "RateLimited")

const report = (exit: Exit.Exit<DecodedResponse, AudianError>, now: number): Report | undefined => {
  if (Exit.isSuccess(exit)) {
    const { headers, json } = exit.value
    return { rateLimit: Response.rateLimit(headers, json, now), tooMany: false, retryAfter: undefined }
  }
  const error = Option.getOrUndefined(Exit.findErrorOption(exit))
  return error?.status === undefined
    ? undefined
    : { rateLimit: error.rateLimit, tooMany: error._tag === "TooManyRequests", retryAfter: error.retryAfter }
}
