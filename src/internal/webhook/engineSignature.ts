/**
 * The authentication of engine hooks: a header with a shared secret, or the signature of version 2.
 *
 * @internal
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { isGregorian, offset } from "../schema/gregorian.ts"
import * as Canonical from "./canonical.ts"
import { isVersion2, type Payload, secondsOf } from "./enginePayload.ts"
import * as Errors from "./errors.ts"
import * as Hmac from "./hmac.ts"
import { type Incoming, singleHeader } from "./incoming.ts"
import { checkTolerance } from "./receiver.ts"

/** Compares HMACs under a random key, so that the time of the comparison reveals nothing about the value. */
export const headerCheck = Effect.fnUntraced(function* (header: string, accepted: ReadonlyArray<Redacted.Redacted>) {
  const name = header.toLowerCase()
  const key = yield* Hmac.randomKey
  const expected = yield* Effect.forEach(accepted, (value) => Hmac.sign(key, Hmac.utf8(Redacted.value(value))))
  return Effect.fnUntraced(function* (incoming: Incoming): Effect.fn.Return<void, Errors.ReceiveError> {
    const values = incoming.header(name)
    // The whole value is compared, since it may contain a comma.
    const given = Hmac.utf8(values[0] ?? "")
    for (const signature of expected) {
      if (values.length === 1 && (yield* Hmac.verify([key], signature, given))) return
    }
    yield* singleHeader(incoming, name)
    return yield* new Errors.InvalidSignature({ part: name, description: "it does not hold what it should" })
  })
})

export const authenticate = Effect.fnUntraced(function* (
  keys: ReadonlyArray<CryptoKey>,
  { json, value }: Payload,
  tolerance: Duration.Duration
): Effect.fn.Return<Hmac.Bytes, Errors.ReceiveError> {
  if (json === undefined || !isVersion2(value)) {
    return yield* malformed("body", 'expected a delivery with format "json" and version "v2", which alone is signed')
  }
  const { data, hmac, timestamp } = value
  if (typeof hmac !== "string") return yield* malformed("hmac", "it is missing")
  const seconds = secondsOf(timestamp)
  if (seconds === undefined) return yield* malformed("timestamp", "expected whole seconds")
  const invalid = (description: string) => new Errors.InvalidSignature({ part: "hmac", description })
  const signature = Result.getOrUndefined(Base64.decode(hmac))
  if (signature?.length !== Hmac.length) return yield* invalid("expected an HMAC-SHA256 in base64")
  const bytes = new Uint8Array(signature)
  // The source text keeps numbers and escapes; the rewritten text restores an order that a proxy may have changed.
  const texts = new Set([Canonical.textUnder(json, "data") ?? "", Canonical.write(data)])
  for (const text of texts) {
    // The engine reads its clock once for the payload and again for the signature.
    for (const second of [seconds, seconds + 1]) {
      if (yield* Hmac.verify(keys, bytes, Hmac.utf8(`${second}${text}`))) {
        yield* checkTolerance(isGregorian(seconds) ? seconds - offset : seconds, tolerance)
        return bytes
      }
    }
  }
  return yield* invalid("no secret of this receiver made it for this data")
})

const malformed = (part: string, description: string) => new Errors.Malformed({ part, description })
