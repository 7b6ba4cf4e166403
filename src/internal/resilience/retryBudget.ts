/**
 * The retry budget: it keeps retries from multiplying the traffic of an outage.
 *
 * It starts full. A retry takes one token. A call that succeeds after retries gives back the tokens that it took, and one
 * that succeeds at once earns a part of a token. So a service that mostly works can be retried indefinitely, and one that
 * is down gets `capacity` retries and then only first attempts.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as OptionRules from "../options.ts"

export interface Budget {
  /** Takes a token; false when there is none. */
  readonly withdraw: Effect.Effect<boolean>
  /** Records a call that succeeded after taking this many tokens. */
  readonly deposit: (taken: number) => void
  /** Tokens of this process; none where the budget has no limit. */
  readonly remaining?: () => number
}

interface Settings {
  readonly capacity: number
  readonly refund: number
}

export const settingsOf = ({
  capacity = 10,
  refund = 0.1
}: {
  readonly capacity?: number | undefined
  readonly refund?: number | undefined
} = {}): Settings => ({
  capacity,
  refund
})

/** The rules of its options. */
export const rules = () => ({
  capacity: OptionRules.number("a number of retries, 0 or more", (capacity) => capacity >= 0),
  refund: OptionRules.number("a number, 0 or more", (refund) => refund >= 0)
})

/** A budget of this process. */
export const make = ({ capacity, refund }: Settings): Budget => {
  let tokens = capacity
  return {
    withdraw: Effect.sync(() => {
      // Ten tenths are a token, in spite of rounding errors.
      if (tokens < 1 - 1e-9) return false
      tokens = Math.max(0, tokens - 1)
      return true
    }),
    deposit: (taken) => {
      tokens = Math.min(capacity, tokens + Math.max(taken, refund))
    },
    remaining: () => tokens
  }
}

/** Two budgets that both must have a token. The second one is used only for a retry that the first allows. */
export const both = (local: Budget, shared: Effect.Effect<boolean>): Budget => ({
  withdraw: Effect.flatMap(local.withdraw, (isLocal) =>
    isLocal
      ? Effect.tap(shared, (isShared) => {
          if (!isShared) local.deposit(1)
          return Effect.void
        })
      : Effect.succeed(false)
  ),
  deposit: local.deposit,
  ...(local.remaining !== undefined && { remaining: local.remaining })
})

export const unlimited: Budget = { withdraw: Effect.succeed(true), deposit: () => {} }
