/**
 * Retry policies: a `Schedule` over `AudianError`, composed from the status table.
 *
 * {@link standard} is the default of every call. Any other `Schedule` is a policy too. Under each of them lies a floor,
 * which the call applies itself:
 *
 * - an operation that spends money or rings a phone (`replay: "unsafe"`) is not sent again once the server may have
 *   executed it, unless the policy says {@link allowReplay}
 * - `Retry-After`, else the reset of a 429, is the least delay, unless the policy says {@link ignoreRetryAfter}
 * - a retry takes a token of the client's retry budget, unless the policy says {@link ignoreBudget}
 *
 * @see https://docs.audian.com/errors/http-status-codes
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import type { AudianError, Derived } from "./AudianError.ts"
import * as OptionRules from "./internal/options.ts"
import type * as RetryBudget from "./internal/resilience/retryBudget.ts"
import * as RetryContext from "./internal/resilience/retryContext.ts"
import * as RetryFloor from "./internal/resilience/retryFloor.ts"
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
 * A policy that reads only the common part of all errors, as those of this module do. Since its input is no union,
 * `Schedule.max` and `Schedule.min` of Effect accept several of them.
 *
 * @see {@link max} and {@link min} for any policies
 * @category models
 * @since 0.1.0
 */
export interface Common extends Schedule.Schedule<unknown, Derived> {}

/**
 * A retry budget for the `retryBudget` option of `Audian.layer`. `R` is the store it is shared through.
 *
 * @see `Fleet.retryBudget`
 * @category models
 * @since 0.1.0
 */
export interface Budget<out R = never> {
  /** Makes the budget of one client. */
  readonly make: (baseUrl: string) => Effect.Effect<RetryBudget.Budget, never, R>
}

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
 * **Details**
 *
 * It is the guard for retries outside of the client, as by `Effect.retry` or `Stream.retry`.
 *
 * **Gotchas**
 *
 * It sees one error. Put such a retry around a single call: an effect that makes several would run those again that
 * succeeded.
 *
 * **Example** (Retry for an hour)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Schedule from "effect/Schedule"
 * import { Numbers, Retry } from "effect-audian"
 *
 * export const bought = Effect.retry(Numbers.purchase({ number: "+14155551234" }), {
 *   schedule: Schedule.spaced("1 minute").pipe(Schedule.upTo({ duration: "1 hour" })),
 *   while: Retry.isSafe
 * })
 * ```
 *
 * @see {@link whenSafe} to keep to the server's wait as well
 * @category predicates
 * @since 0.1.0
 */
export const isSafe = (error: AudianError): boolean => error.isRetryable && RetryFloor.isReplayable(error)

/**
 * True when the status table lists the status as retryable, for any operation. False for a status without a row and
 * for a failure without a status.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isDocumented = (error: AudianError): boolean =>
  error.status !== undefined && Status.get(error.status)?.retryable === true

/**
 * A policy from options.
 *
 * **Details**
 *
 * It also works under `Effect.retry` and `Stream.retry`, but without the client's budget.
 *
 * **Gotchas**
 *
 * Throws `Audian.InvalidOptions` for an option that cannot work, and for an unknown one.
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
export const make = (options: Options = {}): Common => {
  OptionRules.check("Retry.make", options, rules())
  return fromOptions(options)
}

/** Apart from the check, which a program that makes no policy does not bundle. */
const fromOptions = (options: Options): Common => {
  const { attempts = 3, budget = true, factor = 2, jitter = true, onRetry } = options
  const maxDelay = Duration.fromInputUnsafe(options.maxDelay ?? "30 seconds")
  const maxRetryAfter = Duration.fromInputUnsafe(options.maxRetryAfter ?? RetryFloor.defaultMaxRetryAfter)
  const condition = options.while ?? isSafe
  const backoff = Schedule.exponential(options.baseDelay ?? "1 second", factor)
  const policy = (jitter ? Schedule.jittered(backoff) : backoff).pipe(
    Schedule.upTo({ times: Math.max(0, attempts - 1) }),
    Schedule.setInputType<AudianError>(),
    Schedule.while(({ input, now }) => {
      if (!condition(input)) return false
      const wait = RetryFloor.serverWait(input, now)
      return wait === undefined || Duration.isLessThanOrEqualTo(wait, maxRetryAfter)
    }),
    // `maxDelay` caps the jitter too; the server's wait is a floor under both.
    Schedule.modifyDelay(({ duration, input, now }) =>
      Effect.succeed(Duration.max(Duration.min(duration, maxDelay), RetryFloor.serverWait(input, now) ?? Duration.zero))
    ),
    Schedule.tap(({ attempt, duration, input: error }) => {
      const notify: RetryContext.OnRetry = (attempt, delay) => onRetry?.({ attempt, delay, error }) ?? Effect.void
      const updated = RetryContext.update((decision) =>
        RetryContext.merge(decision, {
          ...RetryContext.decision(),
          maxRetryAfter: Duration.toMillis(maxRetryAfter),
          ignoresBudget: !budget,
          onRetry: onRetry === undefined ? [] : [notify]
        })
      )
      // Outside of a call nothing can veto the retry.
      return Effect.flatMap(updated, (isCall) => (isCall ? Effect.void : notify(attempt + 1, duration)))
    })
  )
  return common(policy)
}

/** Every `AudianError` is one of the twelve classes, whichever type the input is declared with. */
const common = (policy: Policy): Common => policy as Common

const rules = (): OptionRules.RulesFor<Options> => ({
  attempts: OptionRules.wholeNumber(0, true),
  baseDelay: OptionRules.duration(),
  factor: OptionRules.number("a number above 0", (factor) => factor > 0 && Number.isFinite(factor)),
  maxDelay: OptionRules.duration(),
  jitter: OptionRules.boolean,
  maxRetryAfter: OptionRules.duration(),
  while: OptionRules.func,
  budget: OptionRules.boolean,
  onRetry: OptionRules.func
})

// -----------------------------------------------------------------------------
// composition
// -----------------------------------------------------------------------------

/**
 * A policy that retries while all of the policies do, after the longest of their delays.
 *
 * **Example** (The standard policy, but at least five seconds apart)
 *
 * ```ts
 * import * as Schedule from "effect/Schedule"
 * import { Retry } from "effect-audian"
 *
 * export const policy = Retry.max([Retry.make({ attempts: 10 }), Schedule.spaced("5 seconds")])
 * ```
 *
 * @category composition
 * @since 0.1.0
 */
export const max = (policies: readonly [Policy, ...ReadonlyArray<Policy>]): Policy =>
  Schedule.max(parts("Retry.max", policies))

/**
 * A policy that retries while any of the policies does, after the shortest of their delays.
 *
 * **Example** (The standard policy, and every minute after a 429)
 *
 * ```ts
 * import * as Schedule from "effect/Schedule"
 * import { type AudianError, Retry } from "effect-audian"
 *
 * const afterTooMany = Schedule.spaced("1 minute").pipe(
 *   Schedule.setInputType<AudianError.AudianError>(),
 *   Schedule.while(({ input }) => input._tag === "TooManyRequests")
 * )
 *
 * export const policy = Retry.min([Retry.standard, afterTooMany])
 * ```
 *
 * @category composition
 * @since 0.1.0
 */
export const min = (policies: readonly [Policy, ...ReadonlyArray<Policy>]): Policy =>
  Schedule.min(parts("Retry.min", policies))

const parts = (name: string, policies: readonly [Policy, ...ReadonlyArray<Policy>]): [Common, ...Array<Common>] => {
  OptionRules.check(name, { policies }, { policies: policyList })
  for (const [i, policy] of policies.entries()) checkPolicy(name, policy, `policies[${i}]`)
  const [first, ...rest] = policies
  const part = (policy: Policy): Common => common(RetryContext.isolated(policy))
  return [part(first), ...rest.map(part)]
}

/**
 * A policy that continues with another one when the first has ended.
 *
 * **Gotchas**
 *
 * No policy outlasts `timeout.total` of the client, 5 minutes by default, or its retry budget, ten retries by default.
 *
 * **Example** (The standard policy, then four slow attempts)
 *
 * ```ts
 * import * as Schedule from "effect/Schedule"
 * import { Retry } from "effect-audian"
 *
 * const slowly = Schedule.spaced("30 seconds").pipe(Schedule.upTo({ times: 4 }))
 *
 * export const policy = Retry.standard.pipe(Retry.andThen(Retry.whenSafe(slowly)))
 * ```
 *
 * @category composition
 * @since 0.1.0
 */
export const andThen: {
  (that: Policy): (self: Policy) => Policy
  (self: Policy, that: Policy): Policy
} = /*@__PURE__*/ dual(2, (self: Policy, that: Policy): Policy => {
  checkPolicy("Retry.andThen", self, "self")
  checkPolicy("Retry.andThen", that, "that")
  return Schedule.concat(RetryContext.isolated(self), RetryContext.isolated(that))
})

/**
 * A schedule that retries only errors that are {@link isSafe}, and waits for as long as the server requests.
 *
 * **Details**
 *
 * Within the client the floor does this for unsafe operations anyway. This is for retries outside of it.
 *
 * **Example** (A stream that is retried)
 *
 * ```ts
 * import * as Schedule from "effect/Schedule"
 * import * as Stream from "effect/Stream"
 * import { Numbers, Retry } from "effect-audian"
 *
 * export const numbers = Numbers.list.items().pipe(Stream.retry(Retry.whenSafe(Schedule.spaced("10 seconds"))))
 * ```
 *
 * @category composition
 * @since 0.1.0
 */
export const whenSafe = (schedule: Policy): Common => {
  checkPolicy("Retry.whenSafe", schedule, "schedule")
  return common(
    schedule.pipe(
      Schedule.while(({ input }) => isSafe(input)),
      Schedule.modifyDelay(({ duration, input, now }) =>
        Effect.succeed(Duration.max(duration, RetryFloor.serverWait(input, now) ?? Duration.zero))
      )
    )
  )
}

const checkPolicy = (name: string, policy: unknown, option = "policy"): void =>
  OptionRules.check(name, { [option]: policy }, { [option]: { ...OptionRules.policy, required: true } })

const policyList: OptionRules.Rule = {
  expected: "a list of one or more policies",
  accepts: (value) => Array.isArray(value) && value.length > 0,
  required: true
}

// -----------------------------------------------------------------------------
// exceptions from the floor
// -----------------------------------------------------------------------------

/**
 * Lets a policy retry an unsafe operation that the server may have executed already. It may buy a number twice.
 *
 * **Gotchas**
 *
 * In a composed policy it holds for the retries that this part takes.
 *
 * **Example** (A purchase that may happen twice)
 *
 * ```ts
 * import * as Schedule from "effect/Schedule"
 * import { Numbers, Retry } from "effect-audian"
 *
 * export const bought = Numbers.purchase({ number: "+14155551234" }).pipe(
 *   Retry.withPolicy(Retry.allowReplay(Schedule.recurs(3)))
 * )
 * ```
 *
 * @category exceptions
 * @since 0.1.0
 */
export const allowReplay = (policy: Policy): Common => {
  checkPolicy("Retry.allowReplay", policy)
  return common(
    RetryContext.granting(policy, (decision) => {
      decision.allowsReplay = true
    })
  )
}

/**
 * Lets a policy retry before the time that the server requested.
 *
 * @category exceptions
 * @since 0.1.0
 */
export const ignoreRetryAfter = (policy: Policy): Common => {
  checkPolicy("Retry.ignoreRetryAfter", policy)
  return common(
    RetryContext.granting(policy, (decision) => {
      decision.ignoresRetryAfter = true
    })
  )
}

/**
 * Lets a policy retry without the client's retry budget. In an outage it multiplies the traffic.
 *
 * @category exceptions
 * @since 0.1.0
 */
export const ignoreBudget = (policy: Policy): Common => {
  checkPolicy("Retry.ignoreBudget", policy)
  return common(
    RetryContext.granting(policy, (decision) => {
      decision.ignoresBudget = true
    })
  )
}

// -----------------------------------------------------------------------------
// policies
// -----------------------------------------------------------------------------

/**
 * The status table and nothing else: three attempts, 1 s then 2 s, for every retryable status of every operation, without
 * the retry budget.
 *
 * **Gotchas**
 *
 * It may buy a number twice; {@link standard} does not.
 *
 * @category policies
 * @since 0.1.0
 */
export const documented: Common = /*@__PURE__*/ allowReplay(
  /*@__PURE__*/ fromOptions({ while: isDocumented, jitter: false, budget: false })
)

/**
 * The default: three attempts, 1 s then 2 s with jitter, for errors that are {@link isSafe}.
 *
 * @category policies
 * @since 0.1.0
 */
export const standard: Common = /*@__PURE__*/ fromOptions({})

/**
 * No retries.
 *
 * @category policies
 * @since 0.1.0
 */
export const none: Schedule.Schedule<number> = /*@__PURE__*/ Schedule.recurs(0)

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
} = /*@__PURE__*/ dual(2, <A, E, R>(self: Effect.Effect<A, E, R>, policy: Policy): Effect.Effect<A, E, R> => {
  checkPolicy("Retry.withPolicy", policy)
  return Effect.provideService(self, CurrentPolicy, policy)
})

/**
 * Sets the policy of the calls that it is provided to.
 *
 * **Example** (No retries in a whole program)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Numbers, Retry } from "effect-audian"
 *
 * export const program = Numbers.list().pipe(Effect.provide(Retry.layer(Retry.none)))
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (policy: Policy): Layer.Layer<never> => {
  checkPolicy("Retry.layer", policy)
  return Layer.succeed(CurrentPolicy, policy)
}
