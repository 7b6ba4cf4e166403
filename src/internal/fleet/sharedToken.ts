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
import * as Exit from "effect/Exit"
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
import * as Deadline from "../resilience/deadline.ts"
import { lazy, pure } from "../schema/schema.ts"
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

  /** The stored value as text; empty when there is none. A value that is no JSON is a value too. */
  const read = (id: string) =>
    failOpen(
      store.get(id).pipe(
        Effect.map((stored) => (stored === undefined ? "" : JSON.stringify(stored))),
        Effect.catchIf(isUnreadable, (error) => Effect.succeed(`unreadable: ${String(error.cause)}`))
      ),
      Effect.succeed("")
    )

  const write = (id: string, key: Aead.Key, session: Session) =>
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const life = lifeOf(session, now)
      const sealed = yield* seal(key, session, now + Duration.toMillis(life))
      yield* failOpen(store.set(id, sealed, Duration.isFinite(life) ? life : undefined), Effect.void)
    })

  /** 0 if we hold the exchange lock, else ms until it expires. */
  const acquireLock = (lock: string) =>
    failOpen(
      rateLimiter.consume({ key: `exchange:${lock}`, limit: 1, window: lockTtl, onExceeded: "fail" }).pipe(
        Effect.as(0),
        Effect.catch(({ reason }) =>
          reason._tag === "RateLimitExceeded"
            ? Effect.succeed(Duration.toMillis(reason.retryAfter))
            : Effect.fail(reason)
        )
      ),
      Effect.succeed(0)
    )

  /** Releases the lock. It is named after the stored value, so another value makes another lock. */
  const release = (id: string) =>
    Effect.gen(function* () {
      const bytes = yield* (yield* SecureRandom.SecureRandom).randomBytes(12)
      yield* failOpen(store.set(id, { released: Base64.encode(bytes) }, Duration.millis(lockTtl)), Effect.void)
    })

  /** Waits until this process holds the lock, or another one has stored a session. */
  const sessionOrLock = (id: string, key: Aead.Key, refused: Redacted.Redacted | undefined) =>
    Effect.gen(function* () {
      // A caller that cannot wait for the lock to expire makes the exchange itself.
      const giveUpAt = (yield* Clock.currentTimeMillis) + (yield* Deadline.half(Number.POSITIVE_INFINITY))
      let tried = ""
      let lockedUntil = 0
      while (true) {
        const stored = yield* read(id)
        const found = yield* open(key, stored, refused)
        if (Option.isSome(found)) return found
        const now = yield* Clock.currentTimeMillis
        const lock = yield* hex(`${id}\n${stored}`)
        if (now >= lockedUntil || lock !== tried) {
          const wait = yield* acquireLock(lock)
          if (wait === 0) return Option.none()
          tried = lock
          lockedUntil = now + wait
        }
        if (now >= giveUpAt) return Option.none()
        yield* Effect.sleep(Math.min(pollInterval, giveUpAt - now))
      }
    })

  return {
    get: (apiKey, refused, exchange) =>
      Effect.gen(function* () {
        const secret = Redacted.value(apiKey)
        const id = yield* hex(`${baseUrl}\n${secret}`)
        const key = yield* keyOf(secret)
        const found = yield* sessionOrLock(id, key, refused)
        if (Option.isSome(found)) return found.value
        const started = yield* Clock.currentTimeMillis
        const session = yield* Effect.onExit(exchange, (exit) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) =>
            // A lock that has expired may be another's by now.
            Exit.isSuccess(exit) || now - started >= lockTtl
              ? Effect.void
              : Effect.asVoid(Effect.forkDetach(release(id), { startImmediately: true }))
          )
        )
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

/** True when the store has responded, with a value that is no JSON or no string. */
const isUnreadable = (error: { readonly cause?: unknown }): boolean => {
  for (let current: unknown = error, depth = 0; Predicate.isObject(current) && depth < 5; depth++) {
    if (current instanceof SyntaxError) return true
    const { cause, message } = current as { readonly cause?: unknown; readonly message?: unknown }
    if (typeof message === "string" && message.startsWith("WRONGTYPE")) return true
    current = cause
  }
  return false
}

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

/** The session in a stored value, when it can be read, has not expired and is not the refused one. */
const open = (key: Aead.Key, stored: string, refused: Redacted.Redacted | undefined) =>
  Effect.gen(function* () {
    const { nonce, sealed } = yield* decodeSealed(stored)
    const decrypted = (yield* Aead.Aead).decrypt(key, yield* decode(sealed), { nonce: yield* decode(nonce) })
    const { accountId, renewAt, token } = yield* decodeSession(new TextDecoder().decode(yield* decrypted))
    const isFresh = renewAt > (yield* Clock.currentTimeMillis)
    const isRefused = refused !== undefined && Redacted.value(token) === Redacted.value(refused)
    return isFresh && !isRefused ? Option.some<Session>({ accountId, renewAt, token }) : Option.none()
  }).pipe(Effect.catch(() => Effect.succeedNone))

const decode = (text: string) => Effect.fromResult(Base64.decode(text))

const Sealed = /*@__PURE__*/ lazy(() =>
  Schema.fromJsonString(Schema.Struct({ nonce: Schema.String, sealed: Schema.String }))
)
const decodeSealed = /*@__PURE__*/ pure(() => Schema.decodeUnknownEffect(Sealed))

const Stored = /*@__PURE__*/ lazy(() =>
  Schema.fromJsonString(
    Schema.Struct({
      token: Schema.RedactedFromValue(Schema.NonEmptyString, { label: "effect-audian" }),
      accountId: Schema.optional(Schema.String),
      renewAt: Schema.Finite
    })
  )
)
const decodeSession = /*@__PURE__*/ pure(() => Schema.decodeUnknownEffect(Stored))
