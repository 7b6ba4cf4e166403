/**
 * HMAC-SHA256 by Web Crypto, which every runtime has, and whose `verify` takes the same time wherever two signatures
 * differ.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as Hex from "effect/encoding/Hex"
import * as Redacted from "effect/Redacted"

export type Bytes = Uint8Array<ArrayBuffer>

/** An HMAC-SHA256 has 32 bytes. */
export const length = 32

export const utf8 = (text: string): Bytes => new TextEncoder().encode(text)

/** A secret as a key, which the platform keeps and does not give back. */
export const importKey = (secret: Redacted.Redacted): Effect.Effect<CryptoKey> =>
  Effect.promise(() =>
    globalThis.crypto.subtle.importKey("raw", utf8(Redacted.value(secret)), { name: "HMAC", hash: "SHA-256" }, false, [
      "sign",
      "verify"
    ])
  )

/** A key that nobody else has. */
export const randomKey: Effect.Effect<CryptoKey> = /*@__PURE__*/ Effect.promise(() =>
  globalThis.crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"])
)

export const sign = (key: CryptoKey, message: Bytes): Effect.Effect<Bytes> =>
  Effect.promise(() => globalThis.crypto.subtle.sign("HMAC", key, message).then((buffer) => new Uint8Array(buffer)))

/** Whether one of the keys made the signature. */
export const verify = Effect.fnUntraced(function* (keys: ReadonlyArray<CryptoKey>, signature: Bytes, message: Bytes) {
  for (const key of keys) {
    if (yield* Effect.promise(() => globalThis.crypto.subtle.verify("HMAC", key, signature, message))) return true
  }
  return false
})

/** What stands for a signature where it is remembered, and cannot be used as one. */
export const fingerprint = (signature: Bytes): Effect.Effect<string> =>
  Effect.promise(() =>
    globalThis.crypto.subtle.digest("SHA-256", signature).then((buffer) => Hex.encode(new Uint8Array(buffer)))
  )

/** One text after the other, as bytes. */
export const concat = (prefix: string, body: Bytes): Bytes => {
  const head = utf8(prefix)
  const out = new Uint8Array(head.length + body.length)
  out.set(head)
  out.set(body, head.length)
  return out
}
