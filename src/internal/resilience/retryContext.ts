/**
 * Lets the call veto a retry (deadline, budget) before `onRetry` runs.
 *
 * @internal
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

export interface RetryContext {
  /** True when an attempt after this delay is before the deadline and while the circuit is closed. */
  readonly inTime: (delay: Duration.Duration) => boolean
  /** Takes a token of the retry budget; `false` when there is none. */
  readonly withdraw: () => boolean
}

export const Current = /*@__PURE__*/ Context.Reference<RetryContext>("effect-audian/Retry/RetryContext", {
  defaultValue: () => ({ inTime: () => true, withdraw: () => true })
})

/** True when the current call allows a retry after the delay. */
export const allows = (delay: Duration.Duration, budget: boolean): Effect.Effect<boolean> =>
  Effect.withFiber((fiber) => {
    const context = fiber.getRef(Current)
    return Effect.succeed(context.inTime(delay) && (!budget || context.withdraw()))
  })
