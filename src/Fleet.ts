/**
 * State shared by many processes of one account: a quota, a circuit, and the token exchanged for the API key. It is kept
 * in the stores of `effect/persistence`, such as Redis.
 *
 * It fails open: while a store cannot be reached, each process uses a limit, a circuit and a token of its own and logs a
 * warning.
 *
 * **Example** (A fleet on Redis)
 *
 * ```ts
 * import * as NodeRedis from "@effect/platform-node/NodeRedis"
 * import * as Layer from "effect/Layer"
 * import { Audian, Fleet } from "effect-audian"
 *
 * export const client = Audian.layer({
 *   apiKey: "sk_live_…",
 *   rateLimit: Fleet.limiter({ limit: 100, window: "10 seconds" }),
 *   circuitBreaker: Fleet.circuitBreaker(),
 *   sessions: Fleet.sessions
 * }).pipe(Layer.provide(Fleet.layerRedis(NodeRedis.layer({ url: "redis://127.0.0.1:6379" }))))
 * ```
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as EffectBreaker from "effect/persistence/CircuitBreaker"
import * as Persistence from "effect/persistence/Persistence"
import * as EffectLimiter from "effect/persistence/RateLimiter"
import * as Redis from "effect/persistence/Redis"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Scope from "effect/Scope"
import type * as CircuitBreaker from "./CircuitBreaker.ts"
import type * as Credentials from "./Credentials.ts"
import * as FailOpen from "./internal/fleet/failOpen.ts"
import * as SharedToken from "./internal/fleet/sharedToken.ts"
import * as OptionRules from "./internal/options.ts"
import * as Breaker from "./internal/resilience/breaker.ts"
import * as Limiter from "./internal/resilience/limiter.ts"
import * as RetryBudget from "./internal/resilience/retryBudget.ts"
import type * as RateLimit from "./RateLimit.ts"
import type * as Retry from "./Retry.ts"

/**
 * The shared stores.
 *
 * @category services
 * @since 0.1.0
 */
export class Fleet extends Context.Service<
  Fleet,
  {
    readonly rateLimiter: EffectLimiter.RateLimiter
    readonly circuitBreaker: EffectBreaker.CircuitBreakerStore["Service"]
    readonly sessions: Persistence.BackingPersistenceStore
  }
>()("effect-audian/Fleet") {}

/**
 * A fleet on any stores of `effect/persistence`.
 *
 * **Example** (A fleet in memory, for tests)
 *
 * ```ts
 * import * as EffectBreaker from "effect/persistence/CircuitBreaker"
 * import * as Persistence from "effect/persistence/Persistence"
 * import * as RateLimiter from "effect/persistence/RateLimiter"
 * import * as Layer from "effect/Layer"
 * import { Fleet } from "effect-audian"
 *
 * export const fleet = Fleet.layer.pipe(
 *   Layer.provide([RateLimiter.layerStoreMemory, EffectBreaker.layerStoreMemory(), Persistence.layerBackingMemory])
 * )
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<
  Fleet,
  never,
  EffectLimiter.RateLimiterStore | EffectBreaker.CircuitBreakerStore | Persistence.BackingPersistence
> = /*@__PURE__*/ Layer.suspend(() => layerNamed(defaultPrefix))

const defaultPrefix = "effect-audian:"

const layerNamed = (prefix: string) =>
  Layer.effect(
    Fleet,
    Effect.gen(function* () {
      return {
        rateLimiter: yield* EffectLimiter.make,
        circuitBreaker: yield* EffectBreaker.CircuitBreakerStore,
        sessions: yield* (yield* Persistence.BackingPersistence).make(`${prefix}sessions`)
      }
    })
  )

/**
 * A fleet on Redis.
 *
 * **Details**
 *
 * It never fails: it connects in the background, and again every five seconds until that succeeds. All processes with the
 * same `prefix` (default `effect-audian:`) on the same Redis are one fleet.
 *
 * **Example** (Two fleets on one Redis)
 *
 * ```ts
 * import * as NodeRedis from "@effect/platform-node/NodeRedis"
 * import { Fleet } from "effect-audian"
 *
 * const redis = NodeRedis.layer({ url: "redis://127.0.0.1:6379" })
 *
 * export const production = Fleet.layerRedis(redis, { prefix: "telephony:production:" })
 * export const staging = Fleet.layerRedis(redis, { prefix: "telephony:staging:" })
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerRedis = <E, R>(
  redis: Layer.Layer<Redis.Redis, E, R>,
  options: { readonly prefix?: string | undefined } = {}
): Layer.Layer<Fleet, never, R> => {
  const prefix = options.prefix ?? defaultPrefix
  return layerNamed(prefix).pipe(
    Layer.provide([
      EffectLimiter.layerStoreRedis({ prefix: `${prefix}limit:` }),
      EffectBreaker.layerStoreRedis({ prefix: `${prefix}circuit:` }),
      Persistence.layerBackingRedis
    ]),
    Layer.provide(Layer.effect(Redis.Redis, connecting(redis)))
  )
}

/**
 * Options of {@link limiter}.
 *
 * @category options
 * @since 0.1.0
 */
export interface LimiterOptions extends RateLimit.LimiterOptions {
  /** Capacity of the shared token bucket. */
  readonly limit: number
  /**
   * Name of the bucket. Default: the base URL with the `accountId`, else with a hash of the API key. When neither is
   * known beforehand, as with a key that is an `Effect`, all clients of the base URL share a bucket.
   */
  readonly key?: string | undefined
}

/**
 * A limiter whose configured bucket is shared by the fleet.
 *
 * **Gotchas**
 *
 * The quota that responses report, and the pause after a 429, stay with the process that received the response.
 *
 * **Example** (1000 requests a minute for all processes)
 *
 * ```ts
 * import { Audian, Fleet } from "effect-audian"
 *
 * export const client = Audian.layer({
 *   apiKey: "sk_live_…",
 *   rateLimit: Fleet.limiter({ limit: 1000, window: "1 minute" })
 * })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const limiter = (options: LimiterOptions): RateLimit.Limiter<Fleet> => {
  OptionRules.check("Fleet.limiter", options, limiterRules())
  const settings = Limiter.settingsOf(options)
  return {
    make: ({ accountId, baseUrl, credential }) =>
      Effect.gen(function* () {
        const fleet = yield* Fleet
        const secret = credential === undefined ? "" : Redacted.value(credential)
        const key = options.key ?? `${baseUrl} ${accountId ?? (yield* SharedToken.nameOf(secret))}`
        const own = yield* Limiter.own
        const failOpen = FailOpen.make("shared rate limiter")
        return Limiter.make(
          settings,
          (bucket) => {
            const shared = Limiter.consumeFrom(fleet.rateLimiter, key, bucket)
            const local = own(bucket)
            return (cost, urgent) => failOpen(shared(cost, urgent), local(cost, urgent))
          },
          true
        )
      })
  }
}

const limiterRules = (): OptionRules.RulesFor<LimiterOptions> => ({
  ...Limiter.rules(),
  limit: { ...OptionRules.wholeNumber(1), required: true },
  key: OptionRules.string
})

/**
 * A circuit breaker that is shared by the fleet: a circuit that one process opens is open for all.
 *
 * **Example** (One circuit for all processes)
 *
 * ```ts
 * import { Audian, Fleet } from "effect-audian"
 *
 * export const client = Audian.layer({ apiKey: "sk_live_…", circuitBreaker: Fleet.circuitBreaker() })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const circuitBreaker = (
  options: CircuitBreaker.Options & {
    /** Name of the circuit. Default: the base URL. */
    readonly key?: string | undefined
  } = {}
): CircuitBreaker.CircuitBreaker<Fleet> => {
  OptionRules.check("Fleet.circuitBreaker", options, { ...Breaker.rules(), key: OptionRules.string })
  return { make: (baseUrl) => makeBreaker(options, options.key ?? baseUrl) }
}

const makeBreaker = (options: CircuitBreaker.Options, key: string) =>
  Effect.gen(function* () {
    const { circuitBreaker: store } = yield* Fleet
    const failOpen = FailOpen.make("shared circuit breaker")
    const down = Effect.fail(
      new EffectBreaker.CircuitBreakerError({
        reason: new EffectBreaker.CircuitBreakerStoreError({ message: "The store cannot be reached" })
      })
    )
    // An open circuit is a response of the store, not a failure of it.
    const asked = <A, R>(self: Effect.Effect<A, EffectBreaker.CircuitBreakerError, R>) =>
      Effect.flatten(
        failOpen(
          Effect.matchEffect(self, {
            onSuccess: (value) => Effect.succeed<Result<A>>(Effect.succeed(value)),
            onFailure: (error) =>
              error.reason._tag === "CircuitBreakerStoreError"
                ? Effect.fail(error)
                : Effect.succeed<Result<A>>(Effect.fail(error))
          }),
          Effect.succeed<Result<A>>(down)
        )
      )
    const shared = yield* EffectBreaker.make({ ...Breaker.policyOf(options), onStoreError: "fail" }).pipe(
      Effect.provideService(EffectBreaker.CircuitBreakerStore, {
        admit: (key) => asked(store.admit(key)),
        record: (outcome) => asked(store.record(outcome)),
        state: (key) => asked(store.state(key))
      })
    )
    return yield* Breaker.make([shared, yield* Breaker.own(options)], key)
  })

/**
 * A retry budget that is shared by the fleet: an outage gets the retries of one process, not of each.
 *
 * **Details**
 *
 * A retry takes a token of the process, which successful calls earn, and one of the fleet's bucket. The bucket holds
 * `capacity` tokens (default 10) and refills by one every ten seconds.
 *
 * **Example** (One budget for all processes)
 *
 * ```ts
 * import { Audian, Fleet } from "effect-audian"
 *
 * export const client = Audian.layer({ apiKey: "sk_live_…", retryBudget: Fleet.retryBudget() })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const retryBudget = (options: RetryBudgetOptions = {}): Retry.Budget<Fleet> => {
  OptionRules.check("Fleet.retryBudget", options, retryBudgetRules())
  const settings = RetryBudget.settingsOf(options)
  return {
    make: (baseUrl) =>
      Effect.map(Fleet, ({ rateLimiter }) => {
        const failOpen = FailOpen.make("shared retry budget")
        const limit = settings.capacity
        const shared = rateLimiter.consume({
          algorithm: "token-bucket",
          onExceeded: "fail",
          key: `retry:${options.key ?? baseUrl}`,
          limit,
          window: limit * refillInterval
        })
        const granted = Effect.as(shared, true).pipe(Effect.catchIf(Limiter.isExceeded, () => Effect.succeed(false)))
        // Without the store, the budget of the process is left.
        return RetryBudget.both(RetryBudget.make(settings), failOpen(granted, Effect.succeed(true)))
      })
  }
}

/** Time in which the fleet's budget earns one retry, in milliseconds. */
const refillInterval = 10_000

/**
 * Options of {@link retryBudget}.
 *
 * @category options
 * @since 0.1.0
 */
export interface RetryBudgetOptions {
  /** Retries at the start and at most, of each process and of the fleet: a whole number. Default 10. */
  readonly capacity?: number | undefined
  /** The part of a retry that a process earns with a call that succeeds at once. Default 0.1. */
  readonly refund?: number | undefined
  /** Name of the budget. Default: the base URL. */
  readonly key?: string | undefined
}

const retryBudgetRules = (): OptionRules.RulesFor<RetryBudgetOptions> => ({
  ...RetryBudget.rules(),
  capacity: OptionRules.wholeNumber(1),
  key: OptionRules.string
})

/**
 * Shares the token exchanged for an API key: one process makes the exchange, the others use the stored token until it
 * expires. It is encrypted with a key derived from the API key.
 *
 * **Example** (One token for all processes)
 *
 * ```ts
 * import { Audian, Fleet } from "effect-audian"
 *
 * export const client = Audian.layer({ apiKey: "sk_live_…", sessions: Fleet.sessions })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const sessions: Credentials.Sessions<Fleet> = {
  make: (baseUrl) =>
    Effect.map(Fleet, ({ rateLimiter, sessions }) => SharedToken.make({ baseUrl, rateLimiter, store: sessions }))
}

type Result<A> = Effect.Effect<A, EffectBreaker.CircuitBreakerError>

/** A Redis client that connects in the background, and again until it succeeds. */
const connecting = <E, R>(
  redis: Layer.Layer<Redis.Redis, E, R>
): Effect.Effect<Redis.Redis["Service"], never, R | Scope.Scope> =>
  Effect.gen(function* () {
    let current: Redis.Redis["Service"] | undefined
    let connection: Scope.Closeable | undefined
    yield* Effect.addFinalizer((exit) => (connection === undefined ? Effect.void : disconnect(connection, exit)))
    const connect = Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(Scope.make(), (attempt) =>
        restore(Layer.buildWithScope(Layer.fresh(redis), attempt)).pipe(
          Effect.tap((context) =>
            Effect.sync(() => {
              current = Context.get(context, Redis.Redis)
              connection = attempt
            })
          ),
          Effect.onError((cause) => disconnect(attempt, Exit.failCause(cause)))
        )
      )
    )
    const connected = yield* Effect.forkScoped(Effect.retry(connect, Schedule.spaced("5 seconds")), {
      startImmediately: true
    })
    // Wait for the first connection, so that the first call shares already.
    yield* Effect.ignore(Effect.timeoutOption(Fiber.join(connected), "2 seconds"))
    const away = Effect.fail(new Redis.RedisError({ cause: new Error("Redis is not connected") }))
    return {
      send: (command, ...args) => Effect.suspend(() => current?.send(command, ...args) ?? away),
      eval:
        (script) =>
        (...params) =>
          Effect.suspend(() => current?.eval(script)(...params) ?? away),
      subscribe: () => Effect.die(new Error("Fleet subscribes to nothing")),
      reserve: away
    }
  })

/** Closes a connection, in the background when that takes longer than two seconds. */
const disconnect = (connection: Scope.Closeable, exit: Exit.Exit<unknown, unknown>): Effect.Effect<void> =>
  Effect.flatMap(Effect.forkDetach(Scope.close(connection, exit), { startImmediately: true }), (closing) =>
    Effect.asVoid(Effect.timeoutOption(Effect.interruptible(Fiber.await(closing)), "2 seconds"))
  )
