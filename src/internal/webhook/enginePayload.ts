/**
 * The payload of an engine hook: a form, a query or JSON.
 *
 * @internal
 */
import * as Base64 from "effect/encoding/Base64"
import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"
import * as ExactJson from "../exactJson.ts"
import { type Incoming, textOf } from "./incoming.ts"

export interface Payload {
  /** The source text of a payload that is JSON. */
  readonly json: string | undefined
  /** The JSON, the fields of a form, or the text of any other body. */
  readonly value: Schema.Json
  /** The body in Base64, if it is not UTF-8. */
  readonly bytes: string | undefined
}

export const payloadOf = (incoming: Incoming): Payload => {
  // A router may pass anything before the query, not necessarily a valid URL.
  if (incoming.method === "GET") return formOf(/\?[^#]*/.exec(incoming.url)?.[0] ?? "")
  const text = textOf(incoming.body)
  if (text === undefined) return { json: undefined, value: null, bytes: Base64.encode(incoming.body) }
  const [type = ""] = incoming.header("content-type")
  const isJson = /json/i.test(type) || (!/form/i.test(type) && /^\s*[{[]/.test(text))
  if (!isJson) return formOf(text)
  const value = ExactJson.parse(text) as Schema.Json | undefined
  return value === undefined
    ? { json: undefined, value: text, bytes: undefined }
    : { json: text, value, bytes: undefined }
}

const formOf = (text: string): Payload => ({
  json: undefined,
  value: Object.fromEntries(new URLSearchParams(text)),
  bytes: undefined
})

/** The reason why a payload cannot be one of the engine. */
export const invalidPayloadReason = ({ bytes, value }: Payload): string | undefined => {
  if (bytes !== undefined) return "it is not UTF-8"
  if (typeof value === "string") return "it is not JSON"
  if (!isFields(value)) return "expected an object"
  return Object.keys(value).length === 0 ? "it has no fields" : undefined
}

/** True for version 2, which wraps `data` in an envelope. */
export const isVersion2 = (value: Schema.Json): value is Schema.JsonObject & { readonly data: Schema.Json } =>
  isFields(value) && Object.hasOwn(value, "data") && (value.action === "event" || typeof value.hmac === "string")

export const isFields = (value: unknown): value is Schema.JsonObject =>
  Predicate.isObject(value) && !Array.isArray(value)

/** Whole seconds, as a number or as text. */
export const secondsOf = (value: unknown): number | undefined => {
  const seconds = typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value
  return Number.isSafeInteger(seconds) ? (seconds as number) : undefined
}
