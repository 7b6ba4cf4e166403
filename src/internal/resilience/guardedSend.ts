/**
 * One request through the limiter and the breaker of a client.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type { AudianError } from "../../AudianError.ts"
import type { DecodedResponse } from "../call/request.ts"
import * as MakeError from "../error/makeError.ts"
import * as Response from "../response.ts"
import * as Wait from "../telemetry/wait.ts"
import * as Deadline from "./deadline.ts"
import type { Send } from "./guard.ts"
import type { Report } from "./limiterState.ts"

export const send: Send = (
  { breaker, limiter },
  self,
  { call, clock, deadline, observer, operation, priority = "normal", urgent }
) =>
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
        : limiter.run(guarded, {
            clock,
            cost: operation.traits.cost ?? 1,
            urgent,
            priority,
            until: Math.min(deadline, urgent ? Number.POSITIVE_INFINITY : now + limiter.maxWait),
            abortIf: isOpen,
            wait: Wait.observe(observer, operation.name),
            onTimeout: (wait) => MakeError.rateLimited(call(), wait),
            report: (exit) => report(exit, clock.currentTimeMillisUnsafe())
          })
    // Only a store has to know how much time it has.
    return limiter?.isShared || breaker?.isShared ? Deadline.within(acquired, deadline) : acquired
  })

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
