/**
 * The events of webhooks that an API key registers, and their decoder.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as PhoneNumber from "../../PhoneNumber.ts"
import * as Timestamp from "../../Timestamp.ts"
import { lazy, openEnum, openStruct } from "../schema/schema.ts"
import * as Errors from "./errors.ts"
import type * as Hmac from "./hmac.ts"
import { jsonOf, textOf } from "./incoming.ts"

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
 * An event with an undocumented name, or with data of an undocumented shape.
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
    id: Schema.String,
    event: Schema.String,
    timestamp: Timestamp.Iso,
    version: Schema.optional(Schema.String),
    data: Schema.Json
  })
)

const known = /*@__PURE__*/ lazy(() => [
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
export const Event: Schema.Codec<Event, Schema.Json> = /*@__PURE__*/ lazy(
  () => Schema.Union([...known, UnknownEvent]) as unknown as Schema.Codec<Event, Schema.Json>
)

/** Makes a decoder of bodies. It compiles the schemas, so a receiver makes one. */
export const decoder = (): ((body: Hmac.Bytes) => Effect.Effect<Event, Errors.Malformed>) => {
  const { _tag: _, ...fields } = UnknownEvent.fields
  const envelope = Schema.decodeUnknownOption(Schema.Struct(fields))
  const typed = new Map(
    known.map((schema) => [
      schema.fields.event.literal as string,
      // Each schema is a member of the union.
      Schema.decodeUnknownOption(schema as unknown as Schema.Codec<Event>)
    ])
  )
  return (body) =>
    Effect.flatMap(Effect.flatMap(textOf(body), jsonOf), (json) =>
      Option.match(envelope(json), {
        onNone: () =>
          Effect.fail(
            new Errors.Malformed({ part: "body", description: "expected an event with id, event, timestamp and data" })
          ),
        onSome: (value) =>
          Effect.succeed(
            Option.getOrElse(
              typed.get(value.event)?.({ ...value, _tag: value.event }) ?? Option.none(),
              (): Event => ({ ...value, _tag: "Unknown" })
            )
          )
      })
    )
}
