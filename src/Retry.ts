/**
 * Retry policies: a `Schedule` over `AudianError`, composed from the status table.
 *
 * {@link standard} is the default of every call. It retries the errors that the table calls retryable, but an operation
 * that spends money or rings a phone (`replay: "unsafe"`) only when the server certainly did not execute it.
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
 * A retry policy: any `Schedule` whose input is an `AudianError`. Each step decides whether and when the request is sent
 * again.
 *
 * @category models
 * @since 0.1.0
 */
export type Policy = Schedule.Schedule<unknown, AudianError>

/**
 * A decision to retry, as `onRetry` gets it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Decision {
  /** Number of the next attempt: 2 for the first retry. */
  readonly attempt: number
  /** Delay before it. */
  readonly delay: Duration.Duration
  /** Error of the last attempt. */
  readonly error: AudianError
}

/**
 * Options of {@link make}.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** Maximum number of attempts, including the first. Default 3. */
  readonly attempts?: number | undefined
  /** The first delay. Default 1 second. */
  readonly baseDelay?: Duration.Input | undefined
  /** Factor between two delays. Default 2. */
  readonly factor?: number | undefined
  /** The longest delay of the backoff. It does not shorten the server's wait. Default 30 seconds. */
  readonly maxDelay?: Duration.Input | undefined
  /** Spreads the delays between 80 % and 120 %. Default true. */
  readonly jitter?: boolean | undefined
  /** The longest server's wait that is accepted, inclusive; beyond it the call fails at once. Default 1 minute. */
  readonly maxRetryAfter?: Duration.Input | undefined
  /** Selects the errors to retry. Default {@link isSafe}. */
  readonly while?: ((error: AudianError) => boolean) | undefined
  /** Draws on the client's retry budget, which is used up in an outage. Default true. */
  readonly budget?: boolean | undefined
  /** Runs before the delay of each retry. */
  readonly onRetry?: ((decision: Decision) => Effect.Effect<void>) | undefined
}

/**
 * True when a retry is useful and safe: the error is retryable, and the operation is safe to replay or was not executed.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isSafe = (error: AudianError): boolean =>
  error.isRetryable && (error.replay === "safe" || error.outcome === "not-executed")

/**
 * True when the status table lists the status as retryable, whatever the operation. False for a status without a row and
 * for a failure without a status.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isDocumented = (error: AudianError): boolean =>
  error.status !== undefined && Status.get(error.status)?.retryable === true

/** The server's wait: `Retry-After`, else, for a 429, the time until `X-RateLimit-Reset`. */
const serverWait = (error: AudianError, now: number): Duration.Duration | undefined => {
  if (error.retryAfter !== undefined) return error.retryAfter
  const reset = error._tag === "TooManyRequests" ? error.rateLimit?.reset : undefined
  return reset === undefined ? undefined : Duration.millis(Math.max(0, DateTime.toEpochMillis(reset) - now))
}

/**
 * A policy from options. Throws a `RangeError` for numbers that cannot work.
 *
 * **Example** (Five attempts, starting at 250 ms)
 *
 * ```ts
 * import { Audian, Retry } from "effect-audian"
 *
 * export const client = Audian.layer({
 *   apiKey: "sk_live_…",
 *   retry: Retry.make({ attempts: 5, baseDelay: "250 millis" })
 * })
 * ```
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
      const wait = serverWait(input, now)
      return wait === undefined || Duration.isLessThanOrEqualTo(wait, maxRetryAfter)
    }),
    // `maxDelay` caps the jitter too; the server's wait is a floor under both.
    Schedule.modifyDelay(({ duration, input, now }) =>
      Effect.succeed(Duration.max(Duration.min(duration, maxDelay), serverWait(input, now) ?? Duration.zero))
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
 * The status table and nothing else: three attempts, 1 s then 2 s, for every retryable status of every operation.
 *
 * **Gotchas**
 *
 * It may buy a number twice; {@link standard} does not.
 *
 * @category policies
 * @since 0.1.0
 */
export const documented: Policy = /*@__PURE__*/ make({ while: isDocumented, jitter: false, budget: false })

/**
 * The default: three attempts, 1 s then 2 s with jitter, for errors that are {@link isSafe}.
 *
 * @category policies
 * @since 0.1.0
 */
export const standard: Policy = /*@__PURE__*/ make()

/**
 * No retries.
 *
 * @category policies
 * @since 0.1.0
 */
export const none: Policy = /*@__PURE__*/ Schedule.recurs(0)

/**
 * The policy of the calls in a context. The client's own policy applies where it is not set.
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
 * **Example** (A call without retries)
 *
 * ```ts
 * import { Numbers, Retry } from "effect-audian"
 *
 * export const once = Numbers.list().pipe(Retry.withPolicy(Retry.none))
 * ```
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
 * Sets the policy of the calls that it is provided to.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (policy: Policy): Layer.Layer<never> => Layer.succeed(CurrentPolicy, policy)
