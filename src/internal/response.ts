/**
 * Reads the headers and the envelope of a response, success and failure alike. Never fails: a value that cannot be read
 * is left out.
 *
 * @internal
 */
import * as Duration from "effect/Duration"
import * as Headers from "effect/http/Headers"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { isSecretName, scrub, scrubPairs, scrubStart, scrubText } from "./error/redact.ts"
import { define } from "./schema/omitUndefinedDeep.ts"
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
const text = (u: unknown): string | undefined =>
  Predicate.isNullish(u) || u === "" ? undefined : typeof u === "string" ? u : JSON.stringify(u)

/** The id that finds the request in the vendor's logs. */
export const requestId = (
  headers: Headers.Headers,
  json: unknown,
  secrets: ReadonlyArray<string>
): string | undefined => {
  const found = text(single(headers["x-request-id"])) ?? text(envelopeOf(json)?.request_id)
  return found === undefined ? undefined : scrubStart(found, secrets, maxLength)
}

/** The quota: from the headers, and from the engine's token bucket in the envelope. `now` is this machine's time. */
export const rateLimit = (headers: Headers.Headers, json: unknown, now: number): Quota.RateLimit | undefined => {
  const quota = Quota.fromHeaders(headers, Quota.tokensOf(envelopeOf(json)?.tokens))
  const server = date(headers)
  if (quota?.reset !== undefined && server !== undefined) Quota.setServerTime(quota, server - now)
  return quota
}

/**
 * The wait that the server requests. A date is measured against the response's own `Date`, where it has one: this
 * machine's clock may be wrong. Of a header that came twice, the longer wait counts.
 */
export const retryAfter = (headers: Headers.Headers, now: number): Duration.Duration | undefined => {
  const value = headers["retry-after"]?.slice(0, maxLength)
  if (value === undefined) return undefined
  const from = date(headers) ?? now
  let longest: Duration.Duration | undefined
  for (const part of value.match(httpDates) ?? value.split(",")) {
    const parsed = Headers.parseRetryAfter(part)
    const delay = Result.isSuccess(parsed) ? Headers.retryAfterDelay(parsed.success, from) : undefined
    if (delay !== undefined && (longest === undefined || Duration.isGreaterThan(delay, longest))) longest = delay
  }
  return longest
}

/** Dates of HTTP, which have a comma of their own. */
const httpDates = /[A-Za-z]{3,9},? \d{2}[ -][A-Za-z]{3}[ -]\d{2,4} \d{2}:\d{2}:\d{2} GMT/g

/** The server's time when it sent the response, in epoch milliseconds. */
const date = (headers: Headers.Headers): number | undefined => {
  const found = headers.date?.slice(0, maxLength).match(httpDates)?.[0]
  const parsed = found === undefined ? undefined : Headers.parseRetryAfter(found)
  return parsed !== undefined && Result.isSuccess(parsed)
    ? Duration.toMillis(Headers.retryAfterDelay(parsed.success, 0))
    : undefined
}

/** The value of a header that may have come more than once with the same value. */
const single = (value: string | undefined): string | undefined => {
  const parts = value?.split(",").map((part) => part.trim())
  return parts === undefined || parts.some((part) => part !== parts[0]) ? value?.trim() : parts[0]
}

/** The engine's revision of the document. */
export const revision = (json: unknown, secrets: ReadonlyArray<string>): string | undefined =>
  clean(envelopeOf(json)?.revision, secrets)

/** The fields beside `data`, without credentials. A response without an envelope has none. */
export const envelope = (json: unknown, secrets: ReadonlyArray<string>): Schema.JsonObject => {
  if (!Predicate.hasProperty(json, "data")) return {}
  const { auth_token: _, data: __, ...rest } = json as { readonly auth_token?: unknown; readonly data: unknown }
  return scrub(rest, secrets) as Schema.JsonObject
}

/** The cursor of the next page. */
export const nextStartKey = (json: unknown, secrets: ReadonlyArray<string>): string | undefined =>
  clean(envelopeOf(json)?.next_start_key, secrets)

const clean = (u: unknown, secrets: ReadonlyArray<string>): string | undefined => {
  const found = text(u)
  return found === undefined ? undefined : scrubText(found, secrets)
}

/** The headers without those that carry credentials, and without secrets in the others. */
export const safeHeaders = (
  headers: Headers.Headers,
  secrets: ReadonlyArray<string>,
  max = Number.POSITIVE_INFINITY
): Readonly<Record<string, string>> => {
  const safe: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers).slice(0, max)) {
    if (isSecretName(name) || name === "set-cookie" || name === "cookie") continue
    define(safe, scrubStart(name, secrets, maxLength), scrubPairs(scrubStart(value, secrets, maxHeader)))
  }
  return safe
}

/** The longest value of a header that is kept. */
const maxHeader = 4096
