/**
 * One token for many processes: the first that needs it exchanges the API key, and the others read the stored token.
 *
 * The stored token is encrypted with a key derived from the API key, so only a holder of the API key can read it.
 *
 * @internal
 */
import * as Clock from "effect/Clock"
import * as Aead from "effect/crypto/Aead"
import * as Digest from "effect/crypto/Digest"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type { BackingPersistenceStore } from "effect/persistence/Persistence"
import type * as RateLimiter from "effect/persistence/RateLimiter"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { AudianError } from "../../AudianError.ts"
import { lifeOf, type Session } from "../credentials.ts"
import { lazy } from "../schema/schema.ts"
import * as FailOpen from "./failOpen.ts"

export interface SharedSessions {
  /**
   * The session of an API key: the stored one, unless its token is `refused`, else a new one. Concurrent callers in all
   * processes make one exchange.
   */
  readonly get: (
    apiKey: Redacted.Redacted,
    refused: Redacted.Redacted | undefined,
    exchange: Effect.Effect<Session, AudianError>
  ) => Effect.Effect<Session, AudianError>
}

/** Lifetime of the lock on an exchange, in milliseconds. */
const lockTtl = 10_000

/** How often the processes without the lock look for the stored token, in milliseconds. */
const pollInterval = 200

export const make = ({
  baseUrl,
  rateLimiter,
  store
}: {
  readonly baseUrl: string
  readonly rateLimiter: RateLimiter.RateLimiter
  readonly store: BackingPersistenceStore
}): SharedSessions => {
  const failOpen = FailOpen.make("shared token store")

  /** The stored session, when it can be read, has not expired and is not the refused one. */
  const read = (id: string, key: Aead.Key, refused: Redacted.Redacted | undefined) =>
    failOpen(
      Effect.flatMap(store.get(id), (stored) =>
        Predicate.isObject(stored) ? Effect.option(open(key, stored)) : Effect.succeedNone
      ),
      Effect.succeedNone
    ).pipe(
      Effect.zipWith(Clock.currentTimeMillis, (found, now) =>
        Option.filter(
          found,
          ({ renewAt, token }) =>
            renewAt > now && (refused === undefined || Redacted.value(token) !== Redacted.value(refused))
        )
      )
    )

  const write = (id: string, key: Aead.Key, session: Session) =>
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const life = lifeOf(session, now)
      const sealed = yield* seal(key, session, now + Duration.toMillis(life))
      yield* failOpen(store.set(id, sealed, Duration.isFinite(life) ? life : undefined), Effect.void)
    })

  /** 0 if we hold the exchange lock, else ms until it expires. */
  const acquireLock = (id: string) =>
    failOpen(
      rateLimiter.consume({ key: `exchange:${id}`, limit: 1, window: lockTtl, onExceeded: "fail" }).pipe(
        Effect.as(0),
        Effect.catch(({ reason }) =>
          reason._tag === "RateLimitExceeded"
            ? Effect.succeed(Duration.toMillis(reason.retryAfter))
            : Effect.fail(reason)
        )
      ),
      Effect.succeed(0)
    )

  return {
    get: (apiKey, refused, exchange) =>
      Effect.gen(function* () {
        const secret = Redacted.value(apiKey)
        const id = yield* hex(`${baseUrl}\n${secret}`)
        const key = yield* keyOf(secret)
        // A refused token needs another exchange, under a lock of its own.
        const lock = refused === undefined ? id : `${id}:${yield* hex(Redacted.value(refused))}`
        let lockedUntil = 0
        while (true) {
          const found = yield* read(id, key, refused)
          if (Option.isSome(found)) return found.value
          const now = yield* Clock.currentTimeMillis
          if (now >= lockedUntil) {
            const wait = yield* acquireLock(lock)
            if (wait === 0) break
            lockedUntil = now + wait
          }
          yield* Effect.sleep(pollInterval)
        }
        const session = yield* exchange
        yield* write(id, key, session)
        return session
      }).pipe(Effect.provide(crypto))
  }
}

const crypto = /*@__PURE__*/ Layer.mergeAll(
  Digest.layerWebCrypto,
  /*@__PURE__*/ Layer.provideMerge(Aead.layerWebCrypto, SecureRandom.layerWebCrypto)
)

/** A name derived from a secret, which does not reveal it. */
export const nameOf = (secret: string): Effect.Effect<string> => Effect.provide(hex(secret), Digest.layerWebCrypto)

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

const hex = (text: string) => Effect.flatMap(Digest.Digest, (digest) => digest.digestHex(Digest.sha256, bytes(text)))

const keyOf = (secret: string) =>
  Effect.flatMap(Digest.Digest, (digest) =>
    digest.digest(Digest.sha256, bytes(`effect-audian/session\n${secret}`))
  ).pipe(
    Effect.flatMap((digest) => Aead.key(Aead.aes256Gcm, digest)),
    Effect.orDie
  )

const seal = (key: Aead.Key, { accountId, token }: Session, renewAt: number) =>
  Effect.gen(function* () {
    const nonce = yield* (yield* SecureRandom.SecureRandom).randomBytes(12)
    const plain = bytes(JSON.stringify({ token: Redacted.value(token), accountId, renewAt }))
    const sealed = yield* Effect.orDie((yield* Aead.Aead).encrypt(key, plain, { nonce }))
    return { nonce: Base64.encode(nonce), sealed: Base64.encode(sealed) }
  })

const open = (key: Aead.Key, stored: object) =>
  Effect.gen(function* () {
    const { nonce, sealed } = stored as { readonly nonce?: unknown; readonly sealed?: unknown }
    const plain = yield* (yield* Aead.Aead).decrypt(key, yield* decode(sealed), { nonce: yield* decode(nonce) })
    const { accountId, renewAt, token } = yield* decodeSession(new TextDecoder().decode(plain))
    return { accountId, renewAt, token } satisfies Session
  })

const Stored = /*@__PURE__*/ lazy(() =>
  Schema.fromJsonString(
    Schema.Struct({
      token: Schema.RedactedFromValue(Schema.NonEmptyString, { label: "effect-audian" }),
      accountId: Schema.optional(Schema.String),
      renewAt: Schema.Finite
    })
  )
)
const decodeSession = /*@__PURE__*/ lazy(() => Schema.decodeUnknownEffect(Stored))

const decode = (text: unknown) =>
  Predicate.isString(text) ? Effect.fromResult(Base64.decode(text)) : Effect.fail("not a text")
