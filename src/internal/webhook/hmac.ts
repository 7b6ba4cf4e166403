/**
 * HMAC-SHA256 by Web Crypto: available in every runtime, and `verify` compares in constant time.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as Hex from "effect/encoding/Hex"
import * as Redacted from "effect/Redacted"
import { joinBytes } from "../joinBytes.ts"

export type Bytes = Uint8Array<ArrayBuffer>

/** The length of an HMAC-SHA256 in bytes. */
export const length = 32

export const utf8 = (text: string): Bytes => new TextEncoder().encode(text)

/** Imports a secret as a key that cannot be extracted. */
export const importKey = (secret: Redacted.Redacted): Effect.Effect<CryptoKey> =>
  Effect.promise(() =>
    globalThis.crypto.subtle.importKey("raw", utf8(Redacted.value(secret)), { name: "HMAC", hash: "SHA-256" }, false, [
      "sign",
      "verify"
    ])
  )

/** A random key. */
export const randomKey: Effect.Effect<CryptoKey> = /*@__PURE__*/ Effect.promise(() =>
  globalThis.crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"])
)

export const sign = (key: CryptoKey, message: Bytes): Effect.Effect<Bytes> =>
  Effect.promise(() => globalThis.crypto.subtle.sign("HMAC", key, message).then((buffer) => new Uint8Array(buffer)))

/** True if one of the keys made the signature. */
export const verify = Effect.fnUntraced(function* (keys: ReadonlyArray<CryptoKey>, signature: Bytes, message: Bytes) {
  for (const key of keys) {
    if (yield* Effect.promise(() => globalThis.crypto.subtle.verify("HMAC", key, signature, message))) return true
  }
  return false
})

/** A hash that identifies a signature in a store and cannot be used as one. */
export const fingerprint = (signature: Bytes): Effect.Effect<string> =>
  Effect.promise(() =>
    globalThis.crypto.subtle.digest("SHA-256", signature).then((buffer) => Hex.encode(new Uint8Array(buffer)))
  )

/** The bytes of a prefix followed by a body. */
export const concat = (prefix: string, body: Bytes): Bytes => {
  const head = utf8(prefix)
  return joinBytes([head, body], head.length + body.length)
}
