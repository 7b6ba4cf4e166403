/**
 * The retry budget of one client: what keeps repeats from multiplying the traffic of an outage.
 *
 * It starts full. A repeat costs one token, a success gives some back, so a service that mostly works can be retried
 * for ever, and one that is down gets `capacity` repeats and then only first attempts.
 *
 * @internal
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

export interface Budget {
  /** Takes a token; `false` when there is none. */
  readonly withdraw: () => boolean
  /** A call succeeded, after this many repeats. */
  readonly deposit: (repeats: number) => void
}

export const make = (capacity: number, refund: number): Budget => {
  let tokens = capacity
  return {
    withdraw: () => tokens >= 1 && (tokens -= 1) >= 0,
    deposit: (repeats) => {
      tokens = Math.min(capacity, tokens + Math.max(repeats, refund))
    }
  }
}

export const unlimited: Budget = { withdraw: () => true, deposit: () => {} }

export const Current = /*@__PURE__*/ Context.Reference<Budget>("effect-audian/Retry/Budget", {
  defaultValue: () => unlimited
})

export const withdraw: Effect.Effect<boolean> = /*@__PURE__*/ Effect.withFiber((fiber) =>
  Effect.succeed(fiber.getRef(Current).withdraw())
)
