/**
 * The events of webhooks that an API key registers, and their decoder.
 *
 * @internal
 */
import * as Base64 from "effect/encoding/Base64"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as PhoneNumber from "../../PhoneNumber.ts"
import * as Timestamp from "../../Timestamp.ts"
import * as ExactJson from "../exactJson.ts"
import { omitUndefined } from "../omitUndefined.ts"
import { asCodec } from "../schema/asCodec.ts"
import { lazy, openEnum, openStruct, pure } from "../schema/schema.ts"
import { coercion, type Fields } from "./coerce.ts"
import type * as Hmac from "./hmac.ts"
import { textOf } from "./incoming.ts"

const event = <const Name extends string, Data extends Schema.Constraint>(name: Name, data: Data) =>
  Schema.TaggedStruct(name, {
    /** The id of the event, the same in each delivery of it. */
    id: Schema.String,
    event: Schema.Literal(name),
    timestamp: Timestamp.Iso,
    version: Schema.optional(Schema.String),
    data
  })

/**
 * A call was initiated.
 *
 * @category events
 * @since 0.1.0
 */
export interface CallInitiated extends Schema.Schema.Type<typeof CallInitiated> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const CallInitiated = /*@__PURE__*/ lazy(() =>
  event(
    "call.initiated",
    openStruct({
      call_id: Schema.String,
      call_uuid: Schema.optional(Schema.String),
      call_type: Schema.optional(Schema.String),
      from: Schema.optional(PhoneNumber.PhoneNumber),
      from_name: Schema.optional(Schema.String),
      to: Schema.optional(PhoneNumber.PhoneNumber),
      initiated_at: Schema.optional(Timestamp.Iso),
      initiated_by: Schema.optional(openEnum("api")),
      tags: Schema.optional(Schema.JsonObject)
    })
  )
)

/**
 * The other end of a call rings.
 *
 * @category events
 * @since 0.1.0
 */
export interface CallRinging extends Schema.Schema.Type<typeof CallRinging> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const CallRinging = /*@__PURE__*/ lazy(() =>
  event("call.ringing", openStruct({ call_id: Schema.String, ringing_at: Schema.optional(Timestamp.Iso) }))
)

/**
 * A call was answered.
 *
 * @category events
 * @since 0.1.0
 */
export interface CallAnswered extends Schema.Schema.Type<typeof CallAnswered> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const CallAnswered = /*@__PURE__*/ lazy(() =>
  event(
    "call.answered",
    openStruct({
      call_id: Schema.String,
      call_uuid: Schema.optional(Schema.String),
      answered_by: Schema.optional(Schema.String),
      answered_at: Schema.optional(Timestamp.Iso),
      time_to_answer: Schema.optional(Schema.Finite)
    })
  )
)

/**
 * A call ended.
 *
 * @category events
 * @since 0.1.0
 */
export interface CallCompleted extends Schema.Schema.Type<typeof CallCompleted> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const CallCompleted = /*@__PURE__*/ lazy(() =>
  event(
    "call.completed",
    openStruct({
      call_id: Schema.String,
      duration: Schema.optional(Schema.Finite),
      status: Schema.optional(openEnum("completed")),
      from: Schema.optional(PhoneNumber.PhoneNumber),
      to: Schema.optional(PhoneNumber.PhoneNumber),
      ended_at: Schema.optional(Timestamp.Iso),
      completion_reason: Schema.optional(openEnum("normal"))
    })
  )
)

/**
 * A call failed. The fields of `data` are not documented.
 *
 * @category events
 * @since 0.1.0
 */
export interface CallFailed extends Schema.Schema.Type<typeof CallFailed> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const CallFailed = /*@__PURE__*/ lazy(() => event("call.failed", Schema.Json))

/**
 * A recording is available. The fields of `data` are not documented.
 *
 * @category events
 * @since 0.1.0
 */
export interface RecordingCompleted extends Schema.Schema.Type<typeof RecordingCompleted> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const RecordingCompleted = /*@__PURE__*/ lazy(() => event("recording.completed", Schema.Json))

/**
 * An event with an undocumented name or shape: everything else that the sender signed.
 *
 * **Details**
 *
 * Fields of the envelope are present if the body has them. `data` is the event's data, or the whole body if it is not an
 * envelope: an array of events, an object without `data`, other JSON, or text that is not JSON.
 *
 * @category events
 * @since 0.1.0
 */
export interface UnknownEvent extends Schema.Schema.Type<typeof UnknownEvent> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const UnknownEvent = /*@__PURE__*/ lazy(() =>
  Schema.TaggedStruct("Unknown", {
    id: Schema.optional(Schema.String),
    event: Schema.optional(Schema.String),
    timestamp: Schema.optional(Timestamp.Iso),
    version: Schema.optional(Schema.String),
    data: Schema.Json,
    /** The body in Base64, if it is not UTF-8. */
    bytes: Schema.optional(Schema.String)
  })
)

const known = /*@__PURE__*/ pure(() => [
  CallInitiated,
  CallRinging,
  CallAnswered,
  CallCompleted,
  CallFailed,
  RecordingCompleted
])

/**
 * The events of webhooks. `_tag` is the documented name of the event, or `Unknown`.
 *
 * @see https://docs.audian.com/webhooks/events
 * @category events
 * @since 0.1.0
 */
export type Event =
  | CallInitiated
  | CallRinging
  | CallAnswered
  | CallCompleted
  | CallFailed
  | RecordingCompleted
  | UnknownEvent

/**
 * The Schema of the union, to send an event through a queue or to keep it in a store.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Event: Schema.Codec<Event, Schema.Json> = /*@__PURE__*/ lazy(() =>
  asCodec<Event, Schema.Json>(Schema.Union([...known, UnknownEvent]))
)

/**
 * Makes a decoder of bodies. It compiles the schemas, so a receiver makes one.
 *
 * Total: the sender signed these bytes and does not retry after a 400.
 */
export const decoder = (): ((body: Hmac.Bytes) => Event) => {
  const { _tag: _, bytes: __, data: ___, ...fields } = UnknownEvent.fields
  const envelopeOf = coercion(fields)
  const isEnvelope = Schema.is(Schema.Struct(fields))
  const members = new Map(known.map((schema) => [schema.fields.event.literal as string, memberDecoder(schema)]))
  return (body) => {
    const text = textOf(body)
    if (text === undefined) return { _tag: "Unknown", data: null, bytes: Base64.encode(body) }
    const json = ExactJson.parse(text) as Schema.Json | undefined
    if (!isObject(json)) return { _tag: "Unknown", data: json === undefined ? text : json }
    const { data, event, id, timestamp, version } = envelopeOf(json)
    const envelope = omitUndefined({ id, event, timestamp, version })
    // `data` holds the whole body if that is the only place for all of it.
    if (!isEnvelope(envelope)) return { _tag: "Unknown", data: json }
    if (!Object.hasOwn(json, "data")) return { _tag: "Unknown", ...envelope, data: json }
    const member = members.get(envelope.event ?? "")?.({ ...envelope, data, _tag: event })
    // The body was parsed from JSON.
    return member ?? { _tag: "Unknown", ...envelope, data: data as Schema.Json }
  }
}

/** `undefined` if the fields do not fit the schema. */
const memberDecoder = (schema: (typeof known)[number]): ((fields: Fields) => Event | undefined) => {
  // Each schema is a member of the union.
  const decode = Schema.decodeUnknownOption(asCodec<Event>(schema))
  const { data } = schema.fields
  const coerceData = "schema" in data ? coercion(data.schema.fields) : undefined
  return (fields) => {
    const data = coerceData !== undefined && isObject(fields.data) ? coerceData(fields.data) : fields.data
    return Option.getOrUndefined(decode({ ...fields, data }))
  }
}

const isObject = (json: unknown): json is Schema.JsonObject => Predicate.isObject(json) && !Array.isArray(json)
