/**
 * When a failed call is sent again: a `Schedule` over `AudianError`, composed from the status table.
 *
 * {@link standard} is what every call uses unless told otherwise. It repeats what the table calls retryable, but
 * never an operation that spends money or rings a phone (`replay: "unsafe"`) unless the server certainly did not act.
 *
 * @see https://docs.audian.com/errors/http-status-codes
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import type { AudianError } from "./AudianError.ts"
import * as RetryContext from "./internal/resilience/retryContext.ts"
import * as Status from "./Status.ts"

/**
 * A retry policy. Any `Schedule` that takes an `AudianError` will do: its steps say whether and when the request is
 * sent again.
 *
 * @category models
 * @since 0.1.0
 */
export type Policy = Schedule.Schedule<unknown, AudianError>

/**
 * One decision to send a request again.
 *
 * @category models
 * @since 0.1.0
 */
export interface Decision {
  /** The attempt that comes next: 2 for the first repeat. */
  readonly attempt: number
  /** How long to wait before it. */
  readonly delay: Duration.Duration
  /** What the last attempt failed with. */
  readonly error: AudianError
}

/**
 * Options of {@link make}.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** How often a request is sent at the most, the first time included. Default 3. */
  readonly attempts?: number | undefined
  /** The first delay. Default 1 second. */
  readonly baseDelay?: Duration.Input | undefined
  /** What each further delay is multiplied by. Default 2. */
  readonly factor?: number | undefined
  /** The longest delay of the backoff. What the server asks for is not cut by it. Default 30 seconds. */
  readonly maxDelay?: Duration.Input | undefined
  /** Whether to spread the delays between 80 % and 120 %. Default true. */
  readonly jitter?: boolean | undefined
  /** The longest wait that the server may ask for, inclusive; beyond it the call fails at once. Default 1 minute. */
  readonly maxRetryAfter?: Duration.Input | undefined
  /** Which errors to repeat. Default {@link isSafe}. */
  readonly while?: ((error: AudianError) => boolean) | undefined
  /** Whether repeats draw on the client's retry budget, which runs dry in an outage. Default true. */
  readonly budget?: boolean | undefined
  /** Called with each decision to repeat, before the wait. */
  readonly onRetry?: ((decision: Decision) => Effect.Effect<void>) | undefined
}

/**
 * Whether a repeat can neither fail for sure nor do twice what was to be done once: the error is retryable, and the
 * operation is safe to replay or was certainly not carried out.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isSafe = (error: AudianError): boolean =>
  error.isRetryable && (error.replay === "safe" || error.outcome === "not-executed")

/**
 * Whether the status table lists the status as retryable, whatever the operation. A status without a row, and a
 * failure without a status, is not.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isDocumented = (error: AudianError): boolean =>
  error.status !== undefined && Status.get(error.status)?.retryable === true

/**
 * The least time to wait that the server asked for: `Retry-After`, else, for a 429, until `X-RateLimit-Reset`.
 */
const askedFor = (error: AudianError, now: number): Duration.Duration | undefined => {
  if (error.retryAfter !== undefined) return error.retryAfter
  const reset = error._tag === "TooManyRequests" ? error.rateLimit?.reset : undefined
  return reset === undefined ? undefined : Duration.millis(Math.max(0, DateTime.toEpochMillis(reset) - now))
}

/**
 * A policy from options. Throws a `RangeError` for numbers that make no sense.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: Options = {}): Policy => {
  const { attempts = 3, factor = 2 } = options
  if (!(attempts >= 0)) throw new RangeError("attempts: expected a number, 0 or more")
  if (!(factor > 0)) throw new RangeError("factor: expected more than 0")
  const maxRetryAfter = Duration.fromInputUnsafe(options.maxRetryAfter ?? "1 minute")
  const maxDelay = Duration.fromInputUnsafe(options.maxDelay ?? "30 seconds")
  const condition = options.while ?? isSafe
  const onRetry = options.onRetry
  const backoff = Schedule.exponential(options.baseDelay ?? "1 second", factor)
  const policy = (options.jitter === false ? backoff : Schedule.jittered(backoff)).pipe(
    Schedule.upTo({ times: Math.max(0, attempts - 1) }),
    Schedule.setInputType<AudianError>(),
    Schedule.while(({ input, now }) => {
      if (!condition(input)) return false
      const asked = askedFor(input, now)
      return asked === undefined || Duration.isLessThanOrEqualTo(asked, maxRetryAfter)
    }),
    // The cap holds for the jitter too; what the server asks for is a floor under both.
    Schedule.modifyDelay(({ duration, input, now }) =>
      Effect.succeed(Duration.max(Duration.min(duration, maxDelay), askedFor(input, now) ?? Duration.zero))
    ),
    Schedule.while(({ duration }) => RetryContext.allows(duration, options.budget !== false))
  )
  return onRetry === undefined
    ? policy
    : Schedule.tap(policy, ({ attempt, duration, input }) =>
        onRetry({ attempt: attempt + 1, delay: duration, error: input })
      )
}

/**
 * The status table and nothing else: three attempts, 1 s then 2 s, every status the table calls retryable, for every
 * operation. It may buy a number twice; {@link standard} does not.
 *
 * @category policies
 * @since 0.1.0
 */
export const documented: Policy = /*@__PURE__*/ make({ while: isDocumented, jitter: false, budget: false })

/**
 * The default: three attempts, 1 s then 2 s with jitter, never longer than 30 s unless the server asks for it, and
 * never what is not {@link isSafe}.
 *
 * @category policies
 * @since 0.1.0
 */
export const standard: Policy = /*@__PURE__*/ make()

/**
 * No repeats.
 *
 * @category policies
 * @since 0.1.0
 */
export const none: Policy = /*@__PURE__*/ Schedule.recurs(0)

/**
 * The policy of the calls in a context; the layer's own where it is not set.
 *
 * @category services
 * @since 0.1.0
 */
export const CurrentPolicy = /*@__PURE__*/ Context.Reference<Policy>("effect-audian/Retry/CurrentPolicy", {
  defaultValue: () => standard
})

/**
 * Runs an effect with another policy for its calls.
 *
 * @category combinators
 * @since 0.1.0
 */
export const withPolicy: {
  (policy: Policy): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(self: Effect.Effect<A, E, R>, policy: Policy): Effect.Effect<A, E, R>
} = /*@__PURE__*/ dual(
  2,
  <A, E, R>(self: Effect.Effect<A, E, R>, policy: Policy): Effect.Effect<A, E, R> =>
    Effect.provideService(self, CurrentPolicy, policy)
)

/**
 * Sets the policy of every call below.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (policy: Policy): Layer.Layer<never> => Layer.succeed(CurrentPolicy, policy)
