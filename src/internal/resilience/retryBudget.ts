/**
 * The retry budget of one client: it keeps retries from multiplying the traffic of an outage.
 *
 * It starts full. A retry costs one token and a success gives some back, so a service that mostly works can be retried
 * indefinitely, and one that is down gets `capacity` retries and then only first attempts.
 *
 * @internal
 */
export interface Budget {
  /** Takes a token; `false` when there is none. */
  readonly withdraw: () => boolean
  /** Records a call that succeeded: the tokens that it took come back, or else a part of one. */
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
