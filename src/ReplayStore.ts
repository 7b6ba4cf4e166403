/**
 * Remembers which webhook deliveries have been taken, so that none is taken twice.
 *
 * A key is claimed before a delivery is handed over, accepted once it has been, and released when it could not be. The
 * claim must be atomic, which is why there is a store in memory and one on Redis and none on a `KeyValueStore`: that one
 * cannot set a key only where it is absent.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redis from "effect/persistence/Redis"
import * as Schema from "effect/Schema"

/**
 * What a claim finds: the key was free and is now `claimed`, it is `pending` as somebody else's claim, or what it stands
 * for has been `accepted`.
 *
 * @category models
 * @since 0.1.0
 */
export type Claim = "claimed" | "pending" | "accepted"

/**
 * A store of claims. Implement it over anything that sets a key atomically where it is absent, and forgets it after a
 * time.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReplayStore {
  /**
   * Takes a key that is free, for as long as `lease`; says what holds it otherwise. Of any number of claims at a time,
   * one is told `claimed`.
   */
  readonly claim: (key: string, lease: Duration.Duration) => Effect.Effect<Claim, ReplayStoreError>
  /** Keeps a claimed key for `life`. */
  readonly accept: (key: string, life: Duration.Duration) => Effect.Effect<void, ReplayStoreError>
  /** Gives a claimed key back. */
  readonly release: (key: string) => Effect.Effect<void, ReplayStoreError>
}

/**
 * The store could not be reached, or failed.
 *
 * @category errors
 * @since 0.1.0
 */
export class ReplayStoreError extends Schema.TaggedError<ReplayStoreError>("effect-audian/ReplayStoreError")(
  "ReplayStoreError",
  { cause: Schema.Defect() }
) {
  override get message(): string {
    return "The replay store failed"
  }
}

interface Entry {
  readonly state: "pending" | "accepted"
  /** Epoch milliseconds. */
  readonly until: number
}

/**
 * A store in the memory of this process. Beyond `capacity` keys, 100,000 by default, the oldest is forgotten, which lets
 * its delivery through once more: keys come of signed deliveries alone, so nobody else can fill it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const memory = (
  options: { readonly capacity?: number | undefined } = {}
): Effect.Effect<ReplayStore & { readonly size: Effect.Effect<number> }> =>
  Effect.sync(() => {
    const capacity = options.capacity ?? 100_000
    // A Map keeps the order of insertion, so the oldest come first.
    const entries = new Map<string, Entry>()
    const put = (key: string, entry: Entry): void => {
      entries.delete(key)
      entries.set(key, entry)
    }
    const sweep = (now: number): void => {
      for (const [key, { until }] of entries) {
        if (until > now && entries.size <= capacity) return
        entries.delete(key)
      }
    }
    return {
      claim: (key, lease) =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          const held = entries.get(key)
          if (held !== undefined && held.until > now) return held.state
          put(key, { state: "pending", until: now + Duration.toMillis(lease) })
          sweep(now)
          return "claimed"
        }),
      accept: (key, life) =>
        Effect.map(Clock.currentTimeMillis, (now) =>
          put(key, { state: "accepted", until: now + Duration.toMillis(life) })
        ),
      release: (key) => Effect.sync(() => void entries.delete(key)),
      size: Effect.sync(() => entries.size)
    }
  })

/**
 * A store that several processes share: Effect's `Redis` service, any of its clients. Keys start with `prefix`,
 * `effect-audian:webhook:` by default; give each receiver its own.
 *
 * @category constructors
 * @since 0.1.0
 */
export const redis = (
  options: { readonly prefix?: string | undefined } = {}
): Effect.Effect<ReplayStore, never, Redis.Redis> =>
  Effect.map(Redis.Redis, ({ send }) => {
    const prefix = options.prefix ?? "effect-audian:webhook:"
    const millis = (duration: Duration.Duration) => String(Math.max(1, Math.ceil(Duration.toMillis(duration))))
    const failing = <A>(effect: Effect.Effect<A, Redis.RedisError>) =>
      Effect.mapError(effect, ({ cause }) => new ReplayStoreError({ cause }))
    return {
      claim: (key, lease) =>
        failing(
          Effect.flatMap(send("SET", prefix + key, "pending", "NX", "PX", millis(lease)), (set) =>
            set === "OK"
              ? Effect.succeed<Claim>("claimed")
              : Effect.map(
                  send("GET", prefix + key),
                  // A claim that lapsed between the two commands was pending.
                  (state): Claim => (state === "accepted" ? "accepted" : "pending")
                )
          )
        ),
      accept: (key, life) => failing(Effect.asVoid(send("SET", prefix + key, "accepted", "PX", millis(life)))),
      release: (key) => failing(Effect.asVoid(send("DEL", prefix + key)))
    }
  })
