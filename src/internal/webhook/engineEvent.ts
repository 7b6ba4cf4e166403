/**
 * The events of the engine's hooks, and their decoder.
 *
 * @internal
 */
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { omitUndefined } from "../omitUndefined.ts"
import { asCodec } from "../schema/asCodec.ts"
import { lazy, openEnum, openStruct, pure } from "../schema/schema.ts"
import { coercion, type Fields } from "./coerce.ts"
import { isFields, isVersion2, type Payload, secondsOf } from "./enginePayload.ts"
import type { Incoming } from "./incoming.ts"

const text = /*@__PURE__*/ lazy(() => Schema.optional(Schema.String))

const number = /*@__PURE__*/ lazy(() => Schema.optional(Schema.Finite))

const hook = <const Name extends string, Data extends Schema.Constraint>(name: Name, data: Data) =>
  Schema.TaggedStruct(name, { ...about(), hook: Schema.Literal(name), data })

const about = () => ({
  /** `X-Hook-ID`: the id of the webhook. No signature covers it. */
  hook_id: text,
  /** `X-Account-ID`. No signature covers it. */
  account_id: text,
  version: Schema.Literals(["v1", "v2"]),
  /** The time of a version 2 delivery, in seconds since the year 0. */
  timestamp: number
})

/** The fields of a channel, all optional. */
const channel = () => ({
  account_id: text,
  authorizing_id: text,
  authorizing_type: text,
  call_direction: text,
  call_id: text,
  callee_id_name: text,
  callee_id_number: text,
  caller_id_name: text,
  caller_id_number: text,
  from: text,
  other_leg_call_id: text,
  owner_id: text,
  request: text,
  reseller_id: text,
  timestamp: number,
  to: text
})

const channelEvent = <const Name extends string>(name: Name) =>
  hook(name, openStruct({ ...channel(), hook_event: text }))

/**
 * A channel was created.
 *
 * @category events
 * @since 0.1.0
 */
export interface ChannelCreate extends Schema.Schema.Type<typeof ChannelCreate> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const ChannelCreate = /*@__PURE__*/ lazy(() => channelEvent("channel_create"))

/**
 * A channel was answered.
 *
 * @category events
 * @since 0.1.0
 */
export interface ChannelAnswer extends Schema.Schema.Type<typeof ChannelAnswer> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const ChannelAnswer = /*@__PURE__*/ lazy(() => channelEvent("channel_answer"))

/**
 * A channel was put on hold.
 *
 * @category events
 * @since 0.1.0
 */
export interface ChannelHold extends Schema.Schema.Type<typeof ChannelHold> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const ChannelHold = /*@__PURE__*/ lazy(() => channelEvent("channel_hold"))

/**
 * A channel was taken off hold.
 *
 * @category events
 * @since 0.1.0
 */
export interface ChannelUnhold extends Schema.Schema.Type<typeof ChannelUnhold> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const ChannelUnhold = /*@__PURE__*/ lazy(() => channelEvent("channel_unhold"))

/**
 * Two channels were connected.
 *
 * @category events
 * @since 0.1.0
 */
export interface ChannelBridge extends Schema.Schema.Type<typeof ChannelBridge> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const ChannelBridge = /*@__PURE__*/ lazy(() =>
  hook("channel_bridge", openStruct({ ...channel(), original_number: text, other_leg_destination_number: text }))
)

/**
 * A channel ended. `hangup_code` has the form `sip:200`.
 *
 * @category events
 * @since 0.1.0
 */
export interface ChannelDestroy extends Schema.Schema.Type<typeof ChannelDestroy> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const ChannelDestroy = /*@__PURE__*/ lazy(() =>
  hook(
    "channel_destroy",
    openStruct({
      ...channel(),
      hangup_cause: text,
      hangup_code: text,
      duration_seconds: number,
      ringing_seconds: number,
      billing_seconds: number
    })
  )
)

/**
 * A call record was written.
 *
 * **Gotchas**
 *
 * A version 1 delivery has the fields of `channel_destroy`; only its name distinguishes them: see {@link Event}.
 *
 * @category events
 * @since 0.1.0
 */
export interface Cdr extends Schema.Schema.Type<typeof Cdr> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Cdr = /*@__PURE__*/ lazy(() => hook("cdr", openStruct(channel())))

/**
 * A document was created, changed or deleted. Other fields depend on its `type`.
 *
 * @category events
 * @since 0.1.0
 */
export interface ObjectChanged extends Schema.Schema.Type<typeof ObjectChanged> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const ObjectChanged = /*@__PURE__*/ lazy(() =>
  hook(
    "object",
    openStruct({
      id: text,
      account_id: text,
      action: Schema.optional(openEnum("doc_created", "doc_edited", "doc_deleted")),
      type: Schema.optional(
        openEnum(
          "account",
          "callflow",
          "device",
          "faxbox",
          "media",
          "user",
          "vmbox",
          "fax",
          "mailbox_message",
          "call_recording"
        )
      )
    })
  )
)

/**
 * A notification, for example of a voicemail, a fax, a missed call, a port or a balance. Other fields depend on
 * `event_name`.
 *
 * @category events
 * @since 0.1.0
 */
export interface Notification extends Schema.Schema.Type<typeof Notification> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Notification = /*@__PURE__*/ lazy(() =>
  hook(
    "notifications",
    openStruct({
      app_name: text,
      app_version: text,
      event_category: text,
      event_name: Schema.optional(
        openEnum(
          "missed_call",
          "voicemail_new",
          "voicemail_saved",
          "voicemail_full",
          "inbound_fax",
          "outbound_fax",
          "outbound_fax_error",
          "new_user",
          "new_account",
          "ported",
          "low_balance",
          "topup",
          "transaction",
          "register",
          "deregister",
          "password_recovery",
          "cnam_request",
          "denied_emergency_bridge",
          "webhook"
        )
      ),
      msg_id: text,
      node: text,
      server_id: text,
      system_log_id: text
    })
  )
)

/**
 * A call was parked, retrieved or abandoned.
 *
 * @category events
 * @since 0.1.0
 */
export interface Parking extends Schema.Schema.Type<typeof Parking> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Parking = /*@__PURE__*/ lazy(() =>
  hook(
    "parking",
    openStruct({ event_name: Schema.optional(openEnum("PARK_PARKED", "PARK_RETRIEVED", "PARK_ABANDONED")) })
  )
)

const message = () =>
  openStruct({ id: text, account_id: text, type: text, from: text, to: text, body: Schema.optional(Schema.Json) })

/**
 * A text message was received.
 *
 * @category events
 * @since 0.1.0
 */
export interface Sms extends Schema.Schema.Type<typeof Sms> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Sms = /*@__PURE__*/ lazy(() => hook("sms", message()))

/**
 * A message with media was received.
 *
 * @category events
 * @since 0.1.0
 */
export interface Mms extends Schema.Schema.Type<typeof Mms> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Mms = /*@__PURE__*/ lazy(() => hook("mms", message()))

/**
 * An audio stream of a call started or stopped.
 *
 * @category events
 * @since 0.1.0
 */
export interface StreamChanged extends Schema.Schema.Type<typeof StreamChanged> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const StreamChanged = /*@__PURE__*/ lazy(() =>
  hook(
    "stream",
    openStruct({
      event_name: Schema.optional(openEnum("stream_start", "stream_stop")),
      account_id: text,
      call_id: text,
      stream_id: text,
      stream_name: text,
      reason: text,
      error_message: text,
      timestamp: number
    })
  )
)

/**
 * An unknown hook, a delivery without a name, or data of another shape. `hook` is the name, if there is one.
 *
 * @category events
 * @since 0.1.0
 */
export interface UnknownHook extends Schema.Schema.Type<typeof UnknownHook> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const UnknownHook = /*@__PURE__*/ lazy(() =>
  Schema.TaggedStruct("Unknown", {
    ...about(),
    hook: text,
    data: Schema.JsonObject,
    /** The payload, if it is not an object: other JSON, or the text of a body that is not JSON. `data` is empty then. */
    value: Schema.optional(Schema.Json),
    /** The body in Base64, if it is not UTF-8. `data` is empty then. */
    bytes: text
  })
)

const known = /*@__PURE__*/ pure(() => [
  ChannelCreate,
  ChannelAnswer,
  ChannelHold,
  ChannelUnhold,
  ChannelBridge,
  ChannelDestroy,
  Cdr,
  ObjectChanged,
  Notification,
  Parking,
  Sms,
  Mms,
  StreamChanged
])

/**
 * The events of the engine's hooks. `_tag` is the name of the hook, or `Unknown`.
 *
 * **Gotchas**
 *
 * A version 2 delivery names its hook. In version 1 only some do; the others are recognized by fields that only they
 * have. To be certain, register the webhook with `custom_data: { hook: "cdr" }`: the engine adds it to each delivery, and
 * the receiver reads it first.
 *
 * @category events
 * @since 0.1.0
 */
export type Event =
  | ChannelCreate
  | ChannelAnswer
  | ChannelHold
  | ChannelUnhold
  | ChannelBridge
  | ChannelDestroy
  | Cdr
  | ObjectChanged
  | Notification
  | Parking
  | Sms
  | Mms
  | StreamChanged
  | UnknownHook

/**
 * The Schema of the union, to send an event through a queue or to keep it in a store.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Event: Schema.Codec<Event, Schema.Json> = /*@__PURE__*/ lazy(() =>
  asCodec<Event, Schema.Json>(Schema.Union([...known, UnknownHook]))
)

// -----------------------------------------------------------------------------
// decoding
// -----------------------------------------------------------------------------

/** Makes a decoder of payloads. It compiles the schemas, so a receiver makes one. */
export const decoder = (): ((incoming: Incoming, payload: Payload) => Event) => {
  const members = new Map(known.map((schema) => [schema.fields.hook.literal as string, memberDecoder(schema)]))
  return (incoming, { bytes, value }) => {
    const envelope = isVersion2(value) ? value : undefined
    const payload = envelope === undefined ? value : envelope.data
    const data = isFields(payload) ? payload : {}
    const about = omitUndefined({
      hook_id: incoming.header("x-hook-id")[0],
      account_id: incoming.header("x-account-id")[0],
      timestamp: envelope && secondsOf(envelope.timestamp),
      version: envelope === undefined ? ("v1" as const) : ("v2" as const),
      data
    })
    // `custom_data` is merged into the payload. Whether into `data` or next to it is not documented for version 2.
    const names = [data.hook, envelope?.hook, envelope?.name, data.hook_event].filter(Predicate.isString)
    const hook = names.map((name) => name.toLowerCase()).find((name) => members.has(name)) ?? guess(data)
    const member =
      hook === undefined || payload !== data ? undefined : members.get(hook)?.({ ...about, hook, _tag: hook })
    if (member !== undefined) return member
    const other = payload === data || bytes !== undefined ? undefined : payload
    return { ...about, ...omitUndefined({ hook: hook ?? names[0], value: other, bytes }), _tag: "Unknown" }
  }
}

/** `undefined` if the fields do not fit the schema. */
const memberDecoder = (schema: (typeof known)[number]): ((fields: Fields) => Event | undefined) => {
  const coerceData = coercion(schema.fields.data.schema.fields)
  // Each schema is a member of the union.
  const decode = Schema.decodeUnknownOption(asCodec<Event>(schema))
  return (fields) =>
    isFields(fields.data) ? Option.getOrUndefined(decode({ ...fields, data: coerceData(fields.data) })) : undefined
}

/** Recognizes the hook of a payload without a name by fields that only this hook has. */
const guess = (data: Schema.JsonObject): string | undefined => {
  const { action, event_name, type } = data
  const has = (key: string): boolean => Object.hasOwn(data, key)
  if (typeof action === "string" && action.startsWith("doc_")) return "object"
  if (typeof event_name === "string") {
    if (event_name.startsWith("PARK_")) return "parking"
    if (event_name.startsWith("stream_")) return "stream"
    if (has("event_category")) return "notifications"
  }
  if (has("hangup_cause") || has("hangup_code")) return "channel_destroy"
  if (has("original_number") || has("other_leg_destination_number")) return "channel_bridge"
  return has("body") && (type === "sms" || type === "mms") ? type : undefined
}
