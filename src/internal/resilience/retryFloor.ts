/**
 * The floor under every retry policy: the rules that hold for any schedule.
 *
 * 1. An unsafe operation that the server may have executed is not sent again.
 * 2. The server's wait is waited for, or the call fails.
 * 3. The wait ends before the call does, while the circuit is closed.
 * 4. A retry takes a token of the budget.
 *
 * @internal
 */
import * as Duration from "effect/Duration"
import type { AudianError } from "../../AudianError.ts"
import { untilReset } from "../schema/quota.ts"
import type { RetryDecision } from "./retryContext.ts"

/** The longest server's wait that is accepted by default: one minute. */
export const defaultMaxRetryAfter = 60_000

/** The server's wait: `Retry-After`, else, for a 429, the time until `X-RateLimit-Reset`. */
export const serverWait = (error: AudianError, now: number): Duration.Duration | undefined => {
  if (error.retryAfter !== undefined) return error.retryAfter
  const left = error._tag === "TooManyRequests" ? untilReset(error.rateLimit, now) : undefined
  return left === undefined ? undefined : Duration.millis(Math.max(0, left))
}

/** True when sending the request again cannot execute an unsafe operation twice. */
export const isReplayable = ({ outcome, replay }: Pick<AudianError, "outcome" | "replay">): boolean =>
  replay === "safe" || outcome === "not-executed"

/** The delay that the floor makes of a policy's; `undefined` when there must be no retry. */
export const delayOf = (
  error: AudianError,
  decision: RetryDecision,
  delay: Duration.Duration,
  now: number
): Duration.Duration | undefined => {
  if (!decision.allowsReplay && !isReplayable(error)) return undefined
  const wait = decision.ignoresRetryAfter ? undefined : serverWait(error, now)
  if (wait === undefined) return delay
  const accepted = Duration.toMillis(wait) <= (decision.maxRetryAfter ?? defaultMaxRetryAfter)
  return accepted ? Duration.max(delay, wait) : undefined
}
