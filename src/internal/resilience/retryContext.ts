/**
 * The decision that a retry policy takes part in. The call provides one to each step of the policy, so that a policy can
 * grant what a plain schedule cannot: it survives every combinator of `Schedule`.
 *
 * Outside of a call, as under `Effect.retry`, there is none.
 *
 * @internal
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type { AudianError } from "../../AudianError.ts"

/** Runs before the delay of a retry that the call has accepted. */
export type OnRetry = (attempt: number, delay: Duration.Duration) => Effect.Effect<void>

export interface RetryDecision {
  /** An unsafe operation may be retried though its outcome is unknown. */
  allowsReplay: boolean
  /** The server's wait is not a floor. */
  ignoresRetryAfter: boolean
  /** The retry does not draw on the budget. */
  ignoresBudget: boolean
  /** The longest server's wait that the policy accepts, in milliseconds; `undefined` for the default. */
  maxRetryAfter: number | undefined
  onRetry: ReadonlyArray<OnRetry>
}

export const decision = (): RetryDecision => ({
  allowsReplay: false,
  ignoresRetryAfter: false,
  ignoresBudget: false,
  maxRetryAfter: undefined,
  onRetry: []
})

export const Current = /*@__PURE__*/ Context.Reference<RetryDecision | undefined>("effect-audian/Retry/Decision", {
  defaultValue: () => undefined
})

/** Changes the decision at hand, if there is one. True when there is. */
export const update = (f: (decision: RetryDecision) => void): Effect.Effect<boolean> =>
  Effect.withFiber((fiber) => {
    const current = fiber.getRef(Current)
    if (current !== undefined) f(current)
    return Effect.succeed(current !== undefined)
  })

type Policy = Schedule.Schedule<unknown, AudianError>

/** Changes the decision of every retry that the policy takes. */
export const granting = (policy: Policy, grant: (decision: RetryDecision) => void): Policy =>
  Schedule.tap(isolated(policy), () => update(grant))

/** A part of a composed policy. It changes the decision only when it takes the retry itself. */
export const isolated = (policy: Policy): Policy =>
  Schedule.fromStep(
    Effect.map(
      Schedule.toStep(policy),
      (step) => (now: number, input: AudianError) =>
        Effect.withFiber((fiber) => {
          const outer = fiber.getRef(Current)
          if (outer === undefined) return step(now, input)
          const own = decision()
          return Effect.tap(Effect.provideService(step(now, input), Current, own), () =>
            Effect.sync(() => merge(outer, own))
          )
        })
    )
  )

/** Adds the grants of a part of the policy to a decision. */
export const merge = (outer: RetryDecision, own: RetryDecision): void => {
  outer.allowsReplay ||= own.allowsReplay
  outer.ignoresRetryAfter ||= own.ignoresRetryAfter
  outer.ignoresBudget ||= own.ignoresBudget
  if (own.maxRetryAfter !== undefined) outer.maxRetryAfter = Math.max(outer.maxRetryAfter ?? 0, own.maxRetryAfter)
  outer.onRetry = [...outer.onRetry, ...own.onRetry]
}
