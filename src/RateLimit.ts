/**
 * What the API says about its quota: the `X-RateLimit-*` headers of the documentation and the `tokens` of the
 * engine's envelope. Reading it never fails: a header that makes no sense is left out.
 *
 * And the client's own limiter, which keeps to the quota by waiting before a request rather than after a 429.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Headers from "effect/http/Headers"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { defined } from "./internal/omitUndefined.ts"
import type { Identity } from "./internal/resilience/guard.ts"
import * as Gate from "./internal/resilience/limiter.ts"
import { define } from "./internal/schema/schema.ts"
import { Audian } from "./internal/service.ts"

/**
 * The quota as one response reported it. Every field is there only where it was sent.
 *
 * - `limit`: calls allowed in the window (`X-RateLimit-Limit`)
 * - `remaining`: calls left in it (`X-RateLimit-Remaining`)
 * - `reset`: when the window starts anew (`X-RateLimit-Reset`, unix seconds on the wire)
 * - `tokens`: the engine's token bucket: what this call cost and what is left
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
export const RateLimit = /*@__PURE__*/ define(() =>
  Schema.Struct({
    limit: Schema.optional(Schema.Finite),
    remaining: Schema.optional(Schema.Finite),
    reset: Schema.optional(Schema.DateTimeUtcFromMillis),
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
 * @category constructors
 * @since 0.1.0
 */
export const tokensOf = (u: unknown): Tokens | undefined => {
  if (!Predicate.isObject(u)) return undefined
  const { consumed, remaining } = u as { readonly consumed?: unknown; readonly remaining?: unknown }
  return Number.isFinite(consumed) && Number.isFinite(remaining) ? ({ consumed, remaining } as Tokens) : undefined
}

const count = (value: string | undefined): number | undefined =>
  value !== undefined && /^\s*\d{1,15}\s*$/.test(value) ? Number(value) : undefined

// The last second a JavaScript date can hold.
const maxSeconds = 8_640_000_000_000

/**
 * Reads the quota from response headers and, where there is one, the engine's token bucket. `undefined` when the
 * response says nothing about it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromHeaders = (headers: Headers.Headers, tokens?: Tokens | undefined): RateLimit | undefined => {
  const limit = count(headers["x-ratelimit-limit"])
  const remaining = count(headers["x-ratelimit-remaining"])
  const seconds = count(headers["x-ratelimit-reset"])
  const reset = seconds === undefined || seconds > maxSeconds ? undefined : DateTime.makeUnsafe(seconds * 1000)
  const found = defined({ limit, remaining, reset, tokens })
  return Object.keys(found).length === 0 ? undefined : found
}

// -----------------------------------------------------------------------------
// the limiter
// -----------------------------------------------------------------------------

/**
 * How a client limits its own rate; give it to `Audian.layer` as `rateLimit`. `R` is what it shares its count through.
 *
 * @category models
 * @since 0.1.0
 */
export interface Limiter<out R = never> {
  /** For the client that it is given to. */
  readonly make: (identity: Identity) => Effect.Effect<Gate.Gate, never, R | Scope.Scope>
}

/**
 * Options of {@link limiter}.
 *
 * @category models
 * @since 0.1.0
 */
export interface LimiterOptions {
  /**
   * How many tokens the bucket holds that requests are taken from; an exchange of the API key takes 35, any other
   * request one. Without it the client keeps to what the answers report, and begins with a single request to hear it.
   */
  readonly limit?: number | undefined
  /** In what time an empty bucket is full again, bit by bit. Default 10 seconds; the engine's own is 100 in 10 seconds. */
  readonly window?: Duration.Input | undefined
  /**
   * How long a request may wait for its turn; one that would wait longer fails with the reason `RateLimited`. Zero fails
   * at once. Default: until the call's `timeout.total`.
   */
  readonly maxWait?: Duration.Input | undefined
}

/**
 * A limiter of this process: one line for all fibers of the client, in the order in which they came. It waits while the
 * reported quota (`X-RateLimit-*`, the engine's `tokens`) or the configured bucket has no room, and all requests pause
 * after a 429. It repeats nothing: that is up to `Retry`.
 *
 * ```ts
 * import { Audian, RateLimit } from "effect-audian"
 *
 * export const client = Audian.layer({
 *   apiKey: "sk_live_…",
 *   rateLimit: RateLimit.limiter({ limit: 100, window: "10 seconds", maxWait: "1 minute" })
 * })
 * ```
 *
 * Throws a `RangeError` for a limit that is no whole number above 0, or a duration that makes no sense.
 *
 * @category constructors
 * @since 0.1.0
 */
export const limiter = (options: LimiterOptions = {}): Limiter => {
  const settings = Gate.check(options)
  return { make: () => Effect.map(Gate.own, (own) => Gate.make(settings, own)) }
}

/**
 * The limiter's view of the quota.
 *
 * - `limit`: the least of what is configured and what is reported
 * - `remaining`: what is left, where it is known
 * - `reset`: when there will be all of it again, or when a pause ends
 * - `waiting`: how many requests wait for their turn
 *
 * @category models
 * @since 0.1.0
 */
export interface State {
  readonly limit: number | undefined
  readonly remaining: number | undefined
  readonly reset: DateTime.Utc | undefined
  readonly waiting: number
}

/**
 * The state of the client's limiter; `undefined` when it has none.
 *
 * @category getters
 * @since 0.1.0
 */
export const state: Effect.Effect<State | undefined, never, Audian> = /*@__PURE__*/ Effect.flatMap(
  Audian,
  ({ rateLimit }) => rateLimit ?? Effect.undefined
)
