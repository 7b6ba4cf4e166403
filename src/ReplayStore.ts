/**
 * Stores which webhook deliveries were accepted, so that each is handled once.
 *
 * A key is claimed before the handler runs, accepted if it succeeds, and released if it fails. The claim must be atomic:
 * there is a store in memory and one on Redis, but none on a `KeyValueStore`, which has no "set if absent".
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redis from "effect/persistence/Redis"
import * as Schema from "effect/Schema"

/**
 * The result of a claim: the key was free and is now `claimed`, it is `pending` as another claim, or its delivery was
 * `accepted`.
 *
 * @category models
 * @since 0.1.0
 */
export type Claim = "claimed" | "pending" | "accepted"

/**
 * A store of claims.
 *
 * **Details**
 *
 * It can be implemented on any database with an atomic "set if absent" and expiring keys.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReplayStore {
  /** Claims a free key for `lease`. Of any number of concurrent claims, exactly one returns `claimed`. */
  readonly claim: (key: string, lease: Duration.Duration) => Effect.Effect<Claim, ReplayStoreError>
  /** Marks a claimed key as accepted for `life`. */
  readonly accept: (key: string, life: Duration.Duration) => Effect.Effect<void, ReplayStoreError>
  /** Releases a claimed key. */
  readonly release: (key: string) => Effect.Effect<void, ReplayStoreError>
}

/**
 * The store failed or could not be reached.
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
 * Makes a store in the memory of this process.
 *
 * **Gotchas**
 *
 * Above `capacity` keys, 100,000 by default, the oldest is dropped, and a replay of its delivery is accepted. Only signed
 * deliveries add keys, so nobody else can fill the store.
 *
 * **Example** (Two receivers that share their accepted deliveries)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { ReplayStore, WebhookReceiver } from "effect-audian"
 *
 * export const receivers = Effect.gen(function* () {
 *   const replayStore = yield* ReplayStore.memory({ capacity: 10_000 })
 *   return {
 *     calls: yield* WebhookReceiver.make({ secret: "whsec_calls", replayStore }),
 *     faxes: yield* WebhookReceiver.make({ secret: "whsec_faxes", replayStore })
 *   }
 * })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const memory = (
  options: { readonly capacity?: number | undefined } = {}
): Effect.Effect<ReplayStore & { readonly size: Effect.Effect<number> }> =>
  Effect.sync(() => {
    const capacity = options.capacity ?? 100_000
    // A Map iterates in insertion order, the oldest first.
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
 * Makes a store on Effect's `Redis` service, shared by several processes.
 *
 * **Gotchas**
 *
 * Keys start with `prefix`, by default `effect-audian:webhook:`. Give each receiver its own prefix.
 *
 * **Example** (Sharing accepted deliveries)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import { ReplayStore, WebhookReceiver } from "effect-audian"
 *
 * // Layer<WebhookReceiver, never, Redis>
 * export const receiver = Layer.unwrap(
 *   Effect.map(ReplayStore.redis({ prefix: "webhooks:" }), (replayStore) =>
 *     WebhookReceiver.layer({ secret: "whsec_…", replayStore })
 *   )
 * )
 * ```
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
                  // A claim that expired between the two commands was pending.
                  (state): Claim => (state === "accepted" ? "accepted" : "pending")
                )
          )
        ),
      accept: (key, life) => failing(Effect.asVoid(send("SET", prefix + key, "accepted", "PX", millis(life)))),
      release: (key) => failing(Effect.asVoid(send("DEL", prefix + key)))
    }
  })
