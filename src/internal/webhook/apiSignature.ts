/**
 * The signature of webhooks that an API key registers.
 *
 * @internal
 */
import * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Hex from "effect/encoding/Hex"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type * as Timestamp from "../../Timestamp.ts"
import * as Errors from "./errors.ts"
import * as Hmac from "./hmac.ts"
import { type Incoming, singleHeader } from "./incoming.ts"
import { checkTolerance } from "./receiver.ts"

interface Authenticated {
  readonly deliveryId: string | undefined
  readonly sentAt: Timestamp.Unix
  readonly signature: Hmac.Bytes
}

const signatureHeader = "x-audian-signature"
const timestampHeader = "x-audian-timestamp"
const deliveryHeader = "x-audian-delivery-id"

/**
 * Checks the signature before all else that a signed delivery may have in another form, so that none of it costs the
 * delivery, and so that an `Expired` delivery was signed with a secret.
 */
export const authenticate = Effect.fnUntraced(function* (
  incoming: Incoming,
  keys: ReadonlyArray<CryptoKey>,
  tolerance: Duration.Duration
): Effect.fn.Return<Authenticated, Errors.ReceiveError> {
  const deliveryId = yield* deliveryIdOf(incoming)
  const timestamp = yield* singleHeader(incoming, timestampHeader)
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
  const sentAt = secondsOf(timestamp)
  if (sentAt === undefined) {
    return yield* new Errors.Malformed({ part: timestampHeader, description: "expected seconds since 1970" })
  }
  yield* checkTolerance(sentAt, tolerance, deliveryId)
  return { deliveryId, sentAt: sentAt as Timestamp.Unix, signature: bytes }
})

/** The delivery id, if there is one that a log and a store can hold. It is not signed, so it decides nothing. */
const deliveryIdOf = (incoming: Incoming): Effect.Effect<string | undefined, Errors.Malformed> =>
  incoming.header(deliveryHeader).every((value) => value === "")
    ? Effect.undefined
    : Effect.map(singleHeader(incoming, deliveryHeader), (id) => (/^[\x21-\x7e]{1,200}$/.test(id) ? id : undefined))

/** Milliseconds since 1970 reached this bound in 2001. Seconds reach it in the year 33658. */
const leastMillis = 1_000_000_000_000

const isoPattern = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/i

/** Seconds since 1970, of a text in seconds, milliseconds or ISO 8601. The documented form is whole seconds. */
const secondsOf = (text: string): number | undefined => {
  if (/^\d{1,15}(\.\d{1,9})?$/.test(text)) {
    const value = Number(text)
    return value < leastMillis ? value : value / 1000
  }
  const iso = isoPattern.exec(text)
  if (iso === null) return undefined
  // A time without a zone is in UTC, where JavaScript would take that of this machine.
  const time = DateTime.make(iso[3] === undefined ? `${text}Z` : text)
  return Option.getOrUndefined(Option.map(time, (time) => DateTime.toEpochMillis(time) / 1000))
}
