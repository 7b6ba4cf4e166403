/**
 * Reads that are kept for a while, and shared while they are in flight, over Effect's `Cache`.
 *
 * **Example** (The configuration of a number, kept for five minutes)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Cached, Numbers } from "effect-audian"
 *
 * export const program = Effect.gen(function* () {
 *   const getConfig = yield* Cached.make(Numbers.getConfig, { timeToLive: "5 minutes", capacity: 1000 })
 *   const config = yield* getConfig({ number_id: "num_1" })
 *   yield* Numbers.updateConfig({ number_id: "num_1", friendly_name: "Front desk" }).pipe(
 *     Cached.invalidateAfter(getConfig.invalidate({ number_id: "num_1" }))
 *   )
 *   return config
 * })
 * ```
 *
 * @since 0.1.0
 */

import * as Cache from "effect/Cache"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Exit from "effect/Exit"
import { dual } from "effect/Function"
import * as Hash from "effect/Hash"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Audian from "./Audian.ts"
import { type AudianError, isAudianError } from "./AudianError.ts"
import * as CallOptions from "./internal/call/callOptions.ts"
import * as CurrentOptions from "./internal/call/currentOptions.ts"
import { notModified } from "./internal/call/request.ts"
import * as CallSite from "./internal/error/callSite.ts"
import * as Located from "./internal/error/located.ts"
import * as OptionRules from "./internal/options.ts"
import { call, codecOf } from "./internal/service.ts"
import { cacheHit as hit } from "./internal/telemetry/call.ts"
import type * as Operation from "./Operation.ts"

/**
 * Options of {@link make}.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options {
  /** The time for which a value is returned without a request. */
  readonly timeToLive: Duration.Input
  /** The largest number of values that are kept. The one that was read longest ago goes first. */
  readonly capacity: number
}

/**
 * A read that is cached: called like its operation.
 *
 * @category models
 * @since 0.1.0
 */
export interface Cached<Input, Success> {
  (...input: Arguments<Input>): Effect.Effect<Success, AudianError, Audian.Audian>
  /** Forgets the value of an input, for the client, credential and account of the context. */
  readonly invalidate: (...input: Arguments<Input>) => Effect.Effect<void, never, Audian.Audian>
  /** Forgets all values. */
  readonly invalidateAll: Effect.Effect<void>
}

type Arguments<Input> = {} extends Input ? [input?: Input] : [input: Input]

/**
 * Makes a cached read from an operation.
 *
 * **Details**
 *
 * - A value is kept for one request: the client, the credential (`Audian.withCredentials`), the account, the headers, and
 *   the encoded input.
 * - Equal reads at the same time share one request. It is interrupted when the last of them is.
 * - A failure is not kept: the next read sends a request.
 * - A value with an ETag is revalidated by `If-None-Match` once it has expired. A 304 renews it.
 *
 * Only a GET that is safe to retry and gives a value can be cached; any other operation does not compile.
 *
 * **Gotchas**
 *
 * Readers share one value: do not change it. Reads that share a request share its limits and its retry policy, those of the
 * first. `Audian.withResponse` gives `undefined` for a value that was kept.
 *
 * **Example** (Read the account at most once a minute)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account, Cached } from "effect-audian"
 *
 * export const program = Effect.gen(function* () {
 *   const account = yield* Cached.make(Account.Accounts.get, { timeToLive: "1 minute", capacity: 10 })
 *   const { name } = yield* account()
 *   return name
 * })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <Input, Success>(
  operation: Operation.Operation<Input, Success, "read">,
  options: Options
): Effect.Effect<Cached<Input, Success>> =>
  Effect.suspend(() => {
    OptionRules.check("Cached.make", options, rules())
    return of(operation, Duration.fromInputUnsafe(options.timeToLive), options.capacity)
  })

/**
 * Makes a read that keeps nothing: equal reads at the same time share one request.
 *
 * **Example** (One request for many readers)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account, Cached } from "effect-audian"
 *
 * export const program = Effect.gen(function* () {
 *   const get = yield* Cached.dedupe(Account.Devices.get)
 *   return yield* Effect.all([get({ device_id: "d1" }), get({ device_id: "d1" })], { concurrency: "unbounded" })
 * })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const dedupe = <Input, Success>(
  operation: Operation.Operation<Input, Success, "read">
): Effect.Effect<Cached<Input, Success>> => of(operation, Duration.zero, Number.POSITIVE_INFINITY)

/**
 * Invalidates cached reads once a write has ended, unless its request was certainly not executed.
 *
 * **Example** (A write that invalidates two reads)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Cached, Numbers } from "effect-audian"
 *
 * export const program = Effect.gen(function* () {
 *   const list = yield* Cached.make(Numbers.list, { timeToLive: "1 minute", capacity: 10 })
 *   const getConfig = yield* Cached.make(Numbers.getConfig, { timeToLive: "1 hour", capacity: 1000 })
 *   yield* Numbers.updateConfig({ number_id: "num_1", friendly_name: "Front desk" }).pipe(
 *     Cached.invalidateAfter(Effect.andThen(getConfig.invalidate({ number_id: "num_1" }), list.invalidateAll))
 *   )
 * })
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const invalidateAfter: {
  <R2>(
    invalidate: Effect.Effect<void, never, R2>
  ): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R | R2>
  <A, E, R, R2>(self: Effect.Effect<A, E, R>, invalidate: Effect.Effect<void, never, R2>): Effect.Effect<A, E, R | R2>
} = /*@__PURE__*/ dual(
  2,
  <A, E, R, R2>(
    self: Effect.Effect<A, E, R>,
    invalidate: Effect.Effect<void, never, R2>
  ): Effect.Effect<A, E, R | R2> =>
    Effect.onExit(self, (exit) => {
      const error = Option.getOrUndefined(Exit.findErrorOption(exit))
      return isAudianError(error) && error.outcome === "not-executed" ? Effect.void : invalidate
    })
)

// -----------------------------------------------------------------------------
// internal
// -----------------------------------------------------------------------------

const rules = (): OptionRules.RulesFor<Options> => ({
  timeToLive: { ...OptionRules.duration(), required: true },
  capacity: { ...OptionRules.wholeNumber(1, true), required: true }
})

interface Entry<Success> {
  readonly value: Success
  readonly etag: string | undefined
  /** The time at which the value expires, in epoch milliseconds. */
  readonly staleAt: number
  /** A read has begun to renew the value. */
  renewing: boolean
}

class Key<Input, Success> implements Equal.Equal {
  readonly id: string
  readonly input: Input
  /** The value to renew. */
  readonly stale: Entry<Success> | undefined
  constructor(id: string, input: Input, stale: Entry<Success> | undefined) {
    this.id = id
    this.input = input
    this.stale = stale
  }
  [Equal.symbol](that: unknown): boolean {
    return that instanceof Key && that.id === this.id
  }
  [Hash.symbol](): number {
    return Hash.string(this.id)
  }
}

const of = Effect.fnUntraced(function* <Input, Success>(
  operation: Operation.Operation<Input, Success, "read">,
  timeToLive: Duration.Duration,
  capacity: number
): Effect.fn.Return<Cached<Input, Success>> {
  const { name, traits } = operation
  const codec = codecOf(operation)
  if (codec.method !== "GET" || traits.replay !== "safe" || codec.readFile !== undefined) {
    return yield* Effect.die(new OptionRules.InvalidOptions(`Cached: ${name} is no read; expected a GET of a value`))
  }
  const keeps = !Duration.isZero(timeToLive)
  const millis = Duration.toMillis(timeToLive)

  const fetch = ({ input, stale }: Key<Input, Success>) =>
    Effect.gen(function* () {
      const read = Audian.withResponse(call(operation)(input))
      const [value, response] = yield* stale?.etag === undefined
        ? read
        : Effect.updateService(read, CurrentOptions.Current, (outer) =>
            CallOptions.within(outer, {}, { ifNoneMatch: stale.etag })
          )
      const now = yield* Clock.currentTimeMillis
      const isSame = stale !== undefined && (value as unknown) === notModified
      const etag = keeps ? response?.headers.etag : undefined
      const entry: Entry<Success> = {
        value: isSame ? stale.value : value,
        etag: isSame ? (etag ?? stale.etag) : etag,
        staleAt: now + millis,
        renewing: false
      }
      return entry
    })

  const cache = yield* Cache.makeWith(fetch, {
    capacity,
    // The client of each call, not one of now.
    requireServicesAt: "lookup",
    // A value with an ETag is kept beyond its time, to be renewed.
    timeToLive: (exit) =>
      Exit.isFailure(exit) ? Duration.zero : exit.value.etag === undefined ? timeToLive : Duration.infinity
  })

  const withKey = <A, E, R>(input: Input, then: (id: string | undefined) => Effect.Effect<A, E, R>) =>
    Effect.contextWith((context: Context.Context<Audian.Audian>) => then(idOf(operation, input, context)))

  const read = (input: Input) => Located.effect(keyed(input), CallSite.capture())

  const keyed = (input: Input) =>
    withKey(input, (id) => {
      // The call reports the mistake.
      if (id === undefined) return call(operation)(input)
      const key = new Key<Input, Success>(id, input, undefined)
      return Effect.flatMap(Effect.zip(Cache.getSuccess(cache, key), Cache.get(cache, key)), ([kept, entry]) =>
        Effect.flatMap(Clock.currentTimeMillis, (now) => {
          if (entry.etag === undefined || now < entry.staleAt) {
            return Option.isSome(kept) && kept.value === entry
              ? Effect.as(hit(name), entry.value)
              : Effect.succeed(entry.value)
          }
          const key = new Key(id, input, entry)
          const isFirst = !entry.renewing
          entry.renewing = true
          return Effect.map(
            Effect.andThen(isFirst ? Cache.invalidate(cache, key) : Effect.void, Cache.get(cache, key)),
            ({ value }) => value
          )
        })
      )
    })

  const invalidate = (input: Input) =>
    withKey(input, (id) =>
      id === undefined ? Effect.void : Cache.invalidate(cache, new Key<Input, Success>(id, input, undefined))
    )

  return Object.assign(read, { invalidate, invalidateAll: Cache.invalidateAll(cache) }) as Cached<Input, Success>
})

let clients = 0
const clientIds = /*@__PURE__*/ new WeakMap<object, number>()

const clientIdOf = (client: object): number => {
  const id = clientIds.get(client) ?? ++clients
  clientIds.set(client, id)
  return id
}

/** Key of a request: equal for calls that send the same. `undefined` for one that cannot be sent. */
const idOf = (
  operation: Operation.Properties,
  input: unknown,
  context: Context.Context<Audian.Audian>
): string | undefined => {
  const options = Context.get(context, CurrentOptions.Current)
  if (options !== undefined && options.issues.length > 0) return undefined
  // Without an account, that of the credential.
  const defaults = codecOf(operation).ofAccount ? { account_id: options?.accountId ?? "~" } : undefined
  const encoded = codecOf(operation).encode(input, defaults)
  if (Result.isFailure(encoded)) return undefined
  const { path, query } = encoded.success
  const client = clientIdOf(Context.get(context, Audian.Audian))
  return JSON.stringify([client, options?.credentials?.key, options?.headers ?? {}, path, query])
}
