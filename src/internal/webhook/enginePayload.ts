/**
 * The payload of an engine hook: a form, a query or JSON.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Errors from "./errors.ts"
import { type Incoming, jsonOf, textOf } from "./incoming.ts"

export type Payload = { readonly [key: string]: unknown }

/** A payload, and its text if it is JSON. */
interface Sent {
  readonly json: string | undefined
  readonly payload: Payload
}

export const payloadOf = (incoming: Incoming): Effect.Effect<Sent, Errors.Malformed> => {
  // A router may pass anything before the query, not necessarily a valid URL.
  if (incoming.method === "GET") return formOf("query", new URLSearchParams(/\?[^#]*/.exec(incoming.url)?.[0]))
  return Effect.flatMap(textOf(incoming.body), (text) => {
    const [type = ""] = incoming.header("content-type")
    const isJson = /json/i.test(type) || (!/form/i.test(type) && /^\s*\{/.test(text))
    return isJson ? objectOf(text) : formOf("body", new URLSearchParams(text))
  })
}

const objectOf = (json: string): Effect.Effect<Sent, Errors.Malformed> =>
  Effect.flatMap(jsonOf(json), (value) =>
    Predicate.isObject(value) && !Array.isArray(value)
      ? Effect.succeed({ json, payload: value as Payload })
      : Effect.fail(malformed("body", "expected an object"))
  )

const formOf = (part: string, fields: URLSearchParams): Effect.Effect<Sent, Errors.Malformed> => {
  const payload = Object.fromEntries(fields)
  return Object.keys(payload).length === 0
    ? Effect.fail(malformed(part, "it has no fields"))
    : Effect.succeed({ json: undefined, payload })
}

/** True for a delivery of version 2, which wraps `data`. */
export const isVersion2 = (payload: Payload): boolean =>
  payload.action === "event" && typeof payload.name === "string" && Predicate.isObject(payload.data)

const malformed = (part: string, description: string) => new Errors.Malformed({ part, description })
