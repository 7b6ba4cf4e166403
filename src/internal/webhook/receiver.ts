/**
 * The part that all receivers share: limits, the age of a signature, and claims around the handler.
 *
 * @internal
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { Claim, ReplayStore, ReplayStoreError } from "../../ReplayStore.ts"
import * as Store from "../../ReplayStore.ts"
import * as OptionRules from "../options.ts"
import * as References from "../telemetry/references.ts"
import * as Delivery from "../telemetry/webhook.ts"
import * as Errors from "./errors.ts"
import { type Incoming, read, type Source } from "./incoming.ts"

/** A receiver of events. */
export interface Receiver<A> {
  readonly handle: <B, E, R>(
    source: Source,
    handler: (event: A) => Effect.Effect<B, E, R>
  ) => Effect.Effect<B, E | Errors.ReceiveError, R>
}

/** A delivery with a valid signature. */
export interface Verified<A> {
  readonly event: A
  readonly deliveryId: string | undefined
  /** The keys of the replay store. */
  readonly keys: ReadonlyArray<string>
}

// -----------------------------------------------------------------------------
// options
// -----------------------------------------------------------------------------

interface Limits {
  readonly tolerance?: Duration.Input | undefined
  readonly maxBodySize?: number | undefined
  readonly timeout?: Duration.Input | undefined
  readonly replayStore?: ReplayStore | false | undefined
  readonly rememberFor?: Duration.Input | undefined
}

export type Secrets = string | Redacted.Redacted | ReadonlyArray<string | Redacted.Redacted>

/** Secrets without the white space that a file or a variable adds. A string is the reason why they are invalid. */
export const secretsOf = (name: string, secrets: Secrets): ReadonlyArray<Redacted.Redacted> | string => {
  const mistake = OptionRules.mistake({ [name]: secrets }, { [name]: secretRule })
  if (mistake !== undefined) return mistake
  const out = listOf(secrets).map((secret) =>
    Redacted.make(String(typeof secret === "string" ? secret : Redacted.value(secret)).trim(), {
      label: "effect-audian"
    })
  )
  if (out.length === 0) return `${name}: expected at least one secret`
  return out.some((secret) => Redacted.value(secret) === "") ? `${name}: a secret is empty` : out
}

const isSecret = (value: unknown): boolean =>
  typeof value === "string" || (Redacted.isRedacted(value) && typeof Redacted.value(value) === "string")

const secretRule: OptionRules.Rule = {
  expected: "a string, a Redacted, or a list of these",
  accepts: (value) => (Array.isArray(value) ? value.every(isSecret) : isSecret(value)),
  required: true,
  secret: true
}

const listOf = (secrets: Secrets): ReadonlyArray<string | Redacted.Redacted> =>
  typeof secrets === "string" || Redacted.isRedacted(secrets) ? [secrets] : secrets

/** The reason why limits are invalid. */
export const invalidLimitsReason = (limits: Limits): string | undefined => {
  const { maxBodySize, rememberFor, timeout, tolerance } = limits
  if (tolerance !== undefined && !isPositive(tolerance)) return "tolerance: expected a duration longer than nothing"
  if (timeout !== undefined && !isPositive(timeout)) return "timeout: expected a duration longer than nothing"
  if (rememberFor !== undefined && !isPositive(rememberFor))
    return "rememberFor: expected a duration longer than nothing"
  if (maxBodySize !== undefined && !(Number.isSafeInteger(maxBodySize) && maxBodySize > 0)) {
    return "maxBodySize: expected a number of bytes"
  }
  return undefined
}

const isPositive = (input: Duration.Input): boolean => {
  const duration = Duration.fromInput(input)
  return Option.isSome(duration) && Duration.isPositive(duration.value) && Duration.isFinite(duration.value)
}

export const invalidOptions = (message: string): Effect.Effect<never> =>
  Effect.die(new OptionRules.InvalidOptions(message))

export const toleranceOf = ({ tolerance }: Limits): Duration.Duration =>
  Duration.fromInputUnsafe(tolerance ?? "5 minutes")

export const maxBodySizeOf = ({ maxBodySize }: Limits): number => maxBodySize ?? 1_048_576

/** Fails if a time, in seconds since 1970, differs from now by more than the tolerance. */
export const checkTolerance = (
  seconds: number,
  tolerance: Duration.Duration,
  deliveryId?: string
): Effect.Effect<void, Errors.Expired> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const age = now / 1000 - seconds
    return Math.abs(age) * 1000 <= Duration.toMillis(tolerance)
      ? Effect.void
      : Effect.fail(new Errors.Expired({ deliveryId, age, tolerance }))
  })

// -----------------------------------------------------------------------------
// claims
// -----------------------------------------------------------------------------

/** A receiver of the deliveries that `verify` accepts. */
export const make = Effect.fnUntraced(function* <A>(
  options: Limits,
  verify: (incoming: Incoming) => Effect.Effect<Verified<A>, Errors.ReceiveError>
): Effect.fn.Return<Receiver<A>> {
  const limit = maxBodySizeOf(options)
  const timeout = Duration.fromInputUnsafe(options.timeout ?? "20 seconds")
  // The lease outlasts the handler, so that no other process claims a delivery that is in progress.
  const lease = Duration.sum(timeout, Duration.seconds(10))
  // A signature is valid from one tolerance before its time to one tolerance after it.
  const life = Duration.max(Duration.fromInputUnsafe(options.rememberFor ?? 0), Duration.times(toleranceOf(options), 2))
  const store = options.replayStore === false ? undefined : (options.replayStore ?? (yield* Store.memory()))

  const defaults = References.defaultsOf(yield* Effect.context<never>())

  const run = <B, E, R>(
    { deliveryId, event, keys }: Verified<A>,
    handler: (event: A) => Effect.Effect<B, E, R>
  ): Effect.Effect<B, E | Errors.ReceiveError, R> =>
    store === undefined
      ? Effect.suspend(() => handler(event))
      : Effect.uninterruptibleMask((restore) =>
          Effect.flatMap(restore(claimAll(store, keys, lease, deliveryId)), () =>
            Effect.onExit(restore(Effect.suspend(() => handler(event))), (exit) =>
              Exit.isSuccess(exit)
                ? forEachKey(keys, (key) => store.accept(key, life))
                : forEachKey(keys, (key) => store.release(key))
            )
          )
        )

  return {
    handle: (source, handler) =>
      read(source, limit).pipe(
        Effect.flatMap(verify),
        Effect.flatMap((verified) => run(verified, handler)),
        Effect.timeoutOrElse({
          duration: timeout,
          orElse: () => Effect.fail(new Errors.Unavailable({ reason: "TimedOut" }))
        }),
        (self) => Delivery.observe(self, defaults),
        Effect.withSpan("WebhookReceiver.handle")
      )
  }
})

/** Claims all of the keys or none. A failure or interruption releases the keys claimed so far. */
const claimAll = (
  store: ReplayStore,
  keys: ReadonlyArray<string>,
  lease: Duration.Duration,
  deliveryId: string | undefined
): Effect.Effect<void, Errors.ReceiveError> =>
  Effect.suspend(() => {
    const claimed: Array<string> = []
    const claim = (key: string) =>
      Effect.flatMap(Effect.catchTag(store.claim(key, lease), "ReplayStoreError", storeFailed), (found: Claim) =>
        found === "claimed"
          ? Effect.sync(() => void claimed.push(key))
          : Effect.fail(new Errors.Replayed({ deliveryId, inProgress: found === "pending" }))
      )
    return Effect.onExit(Effect.forEach(keys, claim, { discard: true }), (exit) =>
      Exit.isSuccess(exit) ? Effect.void : forEachKey(claimed, (key) => store.release(key))
    )
  })

/** Best effort: the result is decided and a leftover claim expires. Uninterruptible, hence bounded. */
const forEachKey = (
  keys: ReadonlyArray<string>,
  f: (key: string) => Effect.Effect<void, ReplayStoreError>
): Effect.Effect<void> =>
  Effect.forEach(
    keys,
    (key) => Effect.ignore(Effect.catchTag(Effect.interruptible(f(key)), "ReplayStoreError", storeFailed)),
    { discard: true }
  ).pipe(
    Effect.timeoutOrElse({
      duration: "5 seconds",
      orElse: () => Effect.logWarning("The replay store does not respond")
    })
  )

const storeFailed = (error: ReplayStoreError): Effect.Effect<never, Errors.Unavailable> =>
  Effect.andThen(
    Effect.logWarning(error.message, Cause.fail(error)),
    Effect.fail(new Errors.Unavailable({ reason: "StoreFailed" }))
  )
