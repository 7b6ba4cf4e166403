/**
 * The retry budget of one client: what keeps repeats from multiplying the traffic of an outage.
 *
 * It starts full. A repeat costs one token, a success gives some back, so a service that mostly works can be retried
 * for ever, and one that is down gets `capacity` repeats and then only first attempts.
 *
 * @internal
 */
export interface Budget {
  /** Takes a token; `false` when there is none. */
  readonly withdraw: () => boolean
  /** A call succeeded, after it had taken this many tokens: they come back, or else a part of one. */
  readonly deposit: (taken: number) => void
}

export const make = (capacity: number, refund: number): Budget => {
  let tokens = capacity
  return {
    withdraw: () => tokens >= 1 && (tokens -= 1) >= 0,
    deposit: (taken) => {
      tokens = Math.min(capacity, tokens + Math.max(taken, refund))
    }
  }
}

export const unlimited: Budget = { withdraw: () => true, deposit: () => {} }
