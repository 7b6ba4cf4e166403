/**
 * The signature of webhooks that an API key registers.
 *
 * @internal
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Hex from "effect/encoding/Hex"
import * as Result from "effect/Result"
import type * as Timestamp from "../../Timestamp.ts"
import * as Errors from "./errors.ts"
import * as Hmac from "./hmac.ts"
import { type Incoming, singleHeader } from "./incoming.ts"
import { checkTolerance } from "./receiver.ts"

interface Authenticated {
  readonly deliveryId: string
  readonly sentAt: Timestamp.Unix
  readonly signature: Hmac.Bytes
}

const signatureHeader = "x-audian-signature"
const timestampHeader = "x-audian-timestamp"
const deliveryHeader = "x-audian-delivery-id"

/** Checks the signature before the age, so an `Expired` delivery was signed with a secret. */
export const authenticate = Effect.fnUntraced(function* (
  incoming: Incoming,
  keys: ReadonlyArray<CryptoKey>,
  tolerance: Duration.Duration
): Effect.fn.Return<Authenticated, Errors.ReceiveError> {
  const deliveryId = yield* singleHeader(incoming, deliveryHeader)
  if (!/^[\x21-\x7e]{1,200}$/.test(deliveryId)) {
    return yield* new Errors.Malformed({ part: deliveryHeader, description: "expected up to 200 visible characters" })
  }
  const timestamp = yield* singleHeader(incoming, timestampHeader)
  if (!/^\d{1,12}$/.test(timestamp)) {
    return yield* new Errors.Malformed({ part: timestampHeader, description: "expected seconds since 1970" })
  }
  const header = yield* singleHeader(incoming, signatureHeader)
  const invalid = (description: string) =>
    new Errors.InvalidSignature({ part: signatureHeader, description, deliveryId })
  // The API pages show the signature with and without a prefix.
  const signature = Result.getOrUndefined(Hex.decode(header.replace(/^sha256=/, "")))
  if (signature?.length !== Hmac.length) return yield* invalid("expected an HMAC-SHA256 in hex")
  const bytes = new Uint8Array(signature)
  if (!(yield* Hmac.verify(keys, bytes, Hmac.concat(`${timestamp}.`, incoming.body)))) {
    return yield* invalid("no secret of this receiver made it for these bytes")
  }
  const sentAt = Number(timestamp) as Timestamp.Unix
  yield* checkTolerance(sentAt, tolerance, deliveryId)
  return { deliveryId, sentAt, signature: bytes }
})
