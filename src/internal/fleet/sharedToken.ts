/**
 * One token for many processes: who needs it first exchanges the key, and the others read what that one stored.
 *
 * What is stored can only be read by who has the API key: it is encrypted with a key made from it.
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
import * as Fallback from "./failOpen.ts"

export interface SharedSessions {
  /**
   * The session of an API key: a stored one, unless it is the `refused`, or else a new one. Many that need a new one at
   * once make one exchange.
   */
  readonly get: (
    apiKey: Redacted.Redacted,
    refused: Redacted.Redacted | undefined,
    exchange: Effect.Effect<Session, AudianError>
  ) => Effect.Effect<Session, AudianError>
}

/** For how long the others wait for the one that exchanges, and how often they look, in milliseconds. */
const turn = 10_000
const interval = 200

export const make = ({
  baseUrl,
  rateLimiter,
  store
}: {
  readonly baseUrl: string
  readonly rateLimiter: RateLimiter.RateLimiter
  readonly store: BackingPersistenceStore
}): SharedSessions => {
  const fallback = Fallback.make("shared token store")

  /** The stored session; none where there is none, or none that can be read. */
  const read = (id: string, key: Aead.Key, refused: Redacted.Redacted | undefined) =>
    fallback(
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
      yield* fallback(store.set(id, sealed, Duration.isFinite(life) ? life : undefined), Effect.void)
    })

  /** Whether it is this process's turn to exchange; else how long that of another lasts. */
  const claim = (id: string) =>
    fallback(
      rateLimiter.consume({ key: `exchange:${id}`, limit: 1, window: turn, onExceeded: "fail" }).pipe(
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
        // After a token was refused, those that had it make one exchange more.
        const round = refused === undefined ? id : `${id}:${yield* hex(Redacted.value(refused))}`
        let last = 0
        while (true) {
          const found = yield* read(id, key, refused)
          if (Option.isSome(found)) return found.value
          const now = yield* Clock.currentTimeMillis
          if (now >= last) {
            const wait = yield* claim(round)
            if (wait === 0) break
            last = now + wait
          }
          yield* Effect.sleep(interval)
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

/** Names something after a secret, without giving it away. */
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
