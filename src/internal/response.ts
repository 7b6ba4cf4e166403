/**
 * Reads the headers and the envelope of a response, success and failure alike. Never fails: a value that cannot be read
 * is left out.
 *
 * @internal
 */
import type * as Duration from "effect/Duration"
import * as Headers from "effect/http/Headers"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { scrub, scrubText } from "./error/redact.ts"
import * as Quota from "./schema/quota.ts"

/** The fields that an envelope has beside its payload. */
interface Envelope {
  readonly request_id?: unknown
  readonly tokens?: unknown
  readonly revision?: unknown
  readonly next_start_key?: unknown
}

const envelopeOf = (json: unknown): Envelope | undefined => (Predicate.isObject(json) ? (json as Envelope) : undefined)

const maxLength = 200

/** A cursor may be a list or a number: it is kept as JSON. */
const text = (u: unknown, secrets: ReadonlyArray<string>): string | undefined =>
  Predicate.isNullish(u) || u === "" ? undefined : scrubText(typeof u === "string" ? u : JSON.stringify(u), secrets)

/** The id that finds the request in the vendor's logs. */
export const requestId = (
  headers: Headers.Headers,
  json: unknown,
  secrets: ReadonlyArray<string>
): string | undefined => {
  const own = headers["x-request-id"]?.trim()
  return (text(own, secrets) ?? text(envelopeOf(json)?.request_id, secrets))?.slice(0, maxLength)
}

/** The quota: from the headers, and from the engine's token bucket in the envelope. */
export const rateLimit = (headers: Headers.Headers, json: unknown): Quota.RateLimit | undefined =>
  Quota.fromHeaders(headers, Quota.tokensOf(envelopeOf(json)?.tokens))

/** The wait that the server asks for. */
export const retryAfter = (headers: Headers.Headers, now: number): Duration.Duration | undefined => {
  const value = headers["retry-after"]?.trim()
  if (value === undefined || value === "") return undefined
  const parsed = Headers.parseRetryAfter(value.slice(0, maxLength))
  return Result.isSuccess(parsed) ? Headers.retryAfterDelay(parsed.success, now) : undefined
}

/** The engine's revision of the document. */
export const revision = (json: unknown, secrets: ReadonlyArray<string>): string | undefined =>
  text(envelopeOf(json)?.revision, secrets)

/** The fields beside `data`, without credentials. A response without an envelope has none. */
export const envelope = (json: unknown, secrets: ReadonlyArray<string>): Schema.JsonObject => {
  if (!Predicate.hasProperty(json, "data")) return {}
  const { auth_token: _, data: __, ...rest } = json as { readonly auth_token?: unknown; readonly data: unknown }
  return scrub(rest, secrets) as Schema.JsonObject
}

/** The cursor of the next page. */
export const nextStartKey = (json: unknown, secrets: ReadonlyArray<string>): string | undefined =>
  text(envelopeOf(json)?.next_start_key, secrets)
