/**
 * The messages of the socket: encodes ours, decodes those of the server.
 *
 * @internal
 */
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import type * as Schema from "effect/Schema"
import * as ExactJson from "../exactJson.ts"
import type * as Events from "./event.ts"

export interface Subscribe {
  readonly id: string
  readonly token: Redacted.Redacted
  readonly accountId: string
  readonly bindings: ReadonlyArray<string>
}

/** The API page shows account and bindings next to `action`, the engine reads them in `data`. Both places are filled. */
export const subscribe = ({ accountId, bindings, id, token }: Subscribe): string => {
  const data = { account_id: accountId, bindings }
  return JSON.stringify({
    action: "subscribe",
    auth_token: Redacted.value(token),
    request_id: id,
    ...data,
    data
  })
}

export const ping = (id: string): string => JSON.stringify({ action: "ping", request_id: id })

type Message =
  | { readonly _tag: "Event"; readonly event: Events.Event }
  /** `error` is the body of an error response, present if the server refused. */
  | { readonly _tag: "Reply"; readonly id: string | undefined; readonly error: string | undefined }
  | { readonly _tag: "Undecodable" }

const undecodable: Message = { _tag: "Undecodable" }

export const read = (text: string): Message => {
  const message = parse(text)
  if (message === undefined) return undecodable
  const { action, name, status } = message
  if (typeof name === "string" && name !== "" && action !== "reply")
    return { _tag: "Event", event: event(name, message) }
  const refused = status === "error" || Predicate.isNotNullish(message.error)
  if (action !== "reply" && !refused) return undecodable
  return {
    _tag: "Reply",
    id: stringOf(message.request_id),
    error: refused ? (errors(message) ?? text) : undefined
  }
}

interface Parsed extends Schema.JsonObject {}

const parse = (text: string): Parsed | undefined => {
  const json = ExactJson.parse(text)
  return Predicate.isObject(json) ? (json as Parsed) : undefined
}

const names = ["call.CHANNEL_CREATE", "call.CHANNEL_ANSWER", "call.CHANNEL_DESTROY", "presence.update"] as const

const event = (name: string, message: Parsed): Events.Event => {
  // Older versions of the engine send `args`.
  const data = message.data ?? message.args
  const binding = stringOf(message.subscribed_key)
  const routingKey = stringOf(message.routing_key)
  const origin = { ...(binding !== undefined && { binding }), ...(routingKey !== undefined && { routingKey }) }
  // The API page writes names with their module, the engine without it.
  const known = names.find((known) => known === name || known.slice(known.indexOf(".") + 1) === name)
  return known !== undefined && (data === undefined || isObject(data))
    ? { _tag: known, data: data ?? {}, ...origin }
    : { _tag: "Unknown", name, data: data ?? null, ...origin }
}

const isObject = (json: Schema.Json): json is Schema.JsonObject => Predicate.isObject(json)

const stringOf = (u: unknown): string | undefined => (typeof u === "string" && u !== "" ? u : undefined)

/** The engine's list of errors, in a documented error envelope. */
const errors = ({ data }: Parsed): string | undefined => {
  const list = Predicate.isObject(data) ? data.errors : undefined
  if (!Array.isArray(list) || list.length === 0) return undefined
  try {
    const message = list.map((item) => (typeof item === "string" ? item : JSON.stringify(item))).join("; ")
    return JSON.stringify({ error: { message } })
  } catch {
    // Deep nesting can be parsed but overflows the stack of `JSON.stringify`.
    return undefined
  }
}
