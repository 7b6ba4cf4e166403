/**
 * What a policy asks before it decides on a repeat, so that `onRetry` hears of real ones only: is there time left for
 * the wait, and a token left in the budget? The call that steps the policy answers.
 *
 * @internal
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

export interface Permit {
  readonly inTime: (delay: Duration.Duration) => boolean
  readonly withdraw: () => boolean
}

export const Current = /*@__PURE__*/ Context.Reference<Permit>("effect-audian/Retry/Permit", {
  defaultValue: () => ({ inTime: () => true, withdraw: () => true })
})

export const ask = (delay: Duration.Duration, budget: boolean): Effect.Effect<boolean> =>
  Effect.withFiber((fiber) => {
    const permit = fiber.getRef(Current)
    return Effect.succeed(permit.inTime(delay) && (!budget || permit.withdraw()))
  })
