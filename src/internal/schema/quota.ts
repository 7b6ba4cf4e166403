/**
 * The quota as a response reports it: the `X-RateLimit-*` headers of the documentation and the `tokens` of the engine's
 * envelope. Reading it never fails: a header that makes no sense is left out.
 *
 * @internal
 */
import * as DateTime from "effect/DateTime"
import type * as Headers from "effect/http/Headers"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { omitUndefined } from "../omitUndefined.ts"
import * as Millis from "./millis.ts"
import { lazy } from "./schema.ts"

/**
 * The quota as one response reported it. Every field is there only where it was sent.
 *
 * - `limit`: calls allowed in the window (`X-RateLimit-Limit`)
 * - `remaining`: calls left in it (`X-RateLimit-Remaining`)
 * - `reset`: when the window resets (`X-RateLimit-Reset`, unix seconds on the wire)
 * - `tokens`: the engine's token bucket: the cost of this call and the remaining tokens
 *
 * @see https://docs.audian.com/errors/http-status-codes
 * @category models
 * @since 0.1.0
 */
export interface RateLimit extends Schema.Schema.Type<typeof RateLimit> {}

/**
 * @category schemas
 * @since 0.1.0
 */
export const RateLimit = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    limit: Schema.optional(Schema.Finite),
    remaining: Schema.optional(Schema.Finite),
    reset: Schema.optional(Millis.dateTime),
    tokens: Schema.optional(Schema.Struct({ consumed: Schema.Finite, remaining: Schema.Finite }))
  })
)

/**
 * The token bucket of the engine's envelope.
 *
 * @category models
 * @since 0.1.0
 */
export type Tokens = NonNullable<RateLimit["tokens"]>

/**
 * The token bucket of an envelope, where it makes sense.
 *
 * **Example** (The bucket of an envelope that another client received)
 *
 * ```ts
 * import { RateLimit } from "effect-audian"
 *
 * export const tokens = RateLimit.tokensOf({ consumed: 35, remaining: 65 })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const tokensOf = (u: unknown): Tokens | undefined => {
  if (!Predicate.isObject(u)) return undefined
  const { consumed, remaining } = u as { readonly consumed?: unknown; readonly remaining?: unknown }
  return Number.isFinite(consumed) && Number.isFinite(remaining) ? ({ consumed, remaining } as Tokens) : undefined
}

/** A number that may have come more than once. */
const counts = (value: string | undefined): ReadonlyArray<number> => {
  const parts = (value ?? "").split(",")
  return parts.every((part) => /^\s*\d{1,15}\s*$/.test(part)) ? parts.map(Number) : []
}

const pick = (value: string | undefined, of: (...values: ReadonlyArray<number>) => number): number | undefined => {
  if (value === undefined) return undefined
  if (/^\d{1,15}$/.test(value)) return Number(value)
  const found = counts(value)
  return found.length === 0 ? undefined : of(...found)
}

/** The least value of a header that may have come more than once. */
export const least = (value: string | undefined): number | undefined => pick(value, Math.min)

/**
 * Reads the quota from response headers and, where there is one, the engine's token bucket. `undefined` when the
 * response reports none.
 *
 * **Example** (The quota of a response that another client received)
 *
 * ```ts
 * import * as Headers from "effect/http/Headers"
 * import { RateLimit } from "effect-audian"
 *
 * export const remaining = (response: Response) =>
 *   RateLimit.fromHeaders(Headers.fromInput(response.headers))?.remaining
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromHeaders = (headers: Headers.Headers, tokens?: Tokens | undefined): RateLimit | undefined => {
  // Of a header that came twice, the more careful value counts.
  const limit = least(headers["x-ratelimit-limit"])
  const remaining = least(headers["x-ratelimit-remaining"])
  const seconds = pick(headers["x-ratelimit-reset"], Math.max)
  const reset =
    seconds === undefined || seconds * 1000 > Millis.maxMillis ? undefined : DateTime.makeUnsafe(seconds * 1000)
  const found = omitUndefined({ limit, remaining, reset, tokens })
  return Object.keys(found).length === 0 ? undefined : found
}

/** The server's time less this machine's, in milliseconds, when a quota was reported. */
const serverTimes = /*@__PURE__*/ new WeakMap<RateLimit, number>()

/** Notes how far the server's clock was ahead of this machine's when it reported a quota. */
export const setServerTime = (quota: RateLimit, ahead: number): void => void serverTimes.set(quota, ahead)

/** Copies the clock offset of a quota to a copy of it. */
export const copyServerTime = (from: RateLimit | undefined, to: RateLimit | undefined): void => {
  const ahead = from === undefined ? undefined : serverTimes.get(from)
  if (ahead !== undefined && to !== undefined) serverTimes.set(to, ahead)
}

/**
 * Milliseconds until the window resets, by the server's clock where the response had a `Date`; negative once it has,
 * `undefined` when no reset was reported.
 */
export const untilReset = (quota: RateLimit | undefined, now: number): number | undefined =>
  quota?.reset === undefined ? undefined : DateTime.toEpochMillis(quota.reset) - (now + (serverTimes.get(quota) ?? 0))
