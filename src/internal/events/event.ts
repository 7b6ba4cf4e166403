/**
 * The options of a subscription, and the events and markers of its stream.
 *
 * @internal
 */
import type * as Duration from "effect/Duration"
import type * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { AudianError } from "../../AudianError.ts"
import * as Millis from "../schema/millis.ts"
import { lazy, type OpenEnum, pure } from "../schema/schema.ts"

/**
 * A pattern of events to subscribe to: a documented one, or any other of the engine's, such as `conference.event.*.*`.
 *
 * @category models
 * @since 0.1.0
 */
export type Binding = OpenEnum<
  "call.*" | "call.CHANNEL_CREATE" | "call.CHANNEL_ANSWER" | "call.CHANNEL_DESTROY" | "presence.*" | "presence.update"
>

/**
 * The bindings to subscribe to on one account.
 *
 * @category options
 * @since 0.1.0
 */
export interface Subscription {
  readonly bindings: ReadonlyArray<Binding>
  /** The account that the events belong to. Default: the account of the credential. */
  readonly accountId?: string | undefined
}

/**
 * Options of `Events.stream` for the connection and the buffer.
 *
 * @category options
 * @since 0.1.0
 */
export interface Settings {
  /**
   * The wait before each reconnect. The stream fails when the schedule ends. The schedule restarts after a subscription
   * that was established for a minute. Default `Events.reconnect`.
   */
  readonly reconnect?: Schedule.Schedule<unknown, AudianError> | undefined
  /** The limit of each connection attempt, including the token exchange. Default 30 seconds. */
  readonly timeout?: Duration.Input | undefined
  /**
   * The idle time after which a ping is sent. Once a server has sent a pong, a ping without one ends the connection
   * after the same time. Before that, three pings without a pong end one connection, since it may be half-open. `false`
   * sends no pings. Default 30 seconds, at least 1.
   */
  readonly heartbeat?: Duration.Input | false | undefined
  /** The number of events kept for a slow consumer; beyond it the oldest are dropped. Default 1024. */
  readonly bufferSize?: number | undefined
}

/**
 * Options of `Events.stream`: one subscription, or several over one connection.
 *
 * @category options
 * @since 0.1.0
 */
export type Options = Settings &
  (
    | (Subscription & { readonly subscriptions?: undefined })
    | { readonly subscriptions: ReadonlyArray<Subscription>; readonly bindings?: undefined }
  )

// -----------------------------------------------------------------------------
// events
// -----------------------------------------------------------------------------

const origin = {
  /** The subscribed binding that matched the event, if the server reports it. */
  binding: Schema.optional(Schema.String),
  /** The engine's routing key, if the server reports it. */
  routingKey: Schema.optional(Schema.String)
}

const known = <const Tag extends string>(tag: Tag) =>
  Schema.TaggedStruct(tag, {
    /** The payload. Its fields are not documented; see `Events.callId`. */
    data: Schema.JsonObject,
    ...origin
  })

/**
 * A call started.
 *
 * @category events
 * @since 0.1.0
 */
export interface ChannelCreate extends Schema.Schema.Type<typeof ChannelCreate> {}
/**
 * @category events
 * @since 0.1.0
 */
export const ChannelCreate = /*@__PURE__*/ lazy(() => known("call.CHANNEL_CREATE"))

/**
 * A call was answered.
 *
 * @category events
 * @since 0.1.0
 */
export interface ChannelAnswer extends Schema.Schema.Type<typeof ChannelAnswer> {}
/**
 * @category events
 * @since 0.1.0
 */
export const ChannelAnswer = /*@__PURE__*/ lazy(() => known("call.CHANNEL_ANSWER"))

/**
 * A call ended.
 *
 * @category events
 * @since 0.1.0
 */
export interface ChannelDestroy extends Schema.Schema.Type<typeof ChannelDestroy> {}
/**
 * @category events
 * @since 0.1.0
 */
export const ChannelDestroy = /*@__PURE__*/ lazy(() => known("call.CHANNEL_DESTROY"))

/**
 * The presence of a user or device changed.
 *
 * @category events
 * @since 0.1.0
 */
export interface PresenceUpdate extends Schema.Schema.Type<typeof PresenceUpdate> {}
/**
 * @category events
 * @since 0.1.0
 */
export const PresenceUpdate = /*@__PURE__*/ lazy(() => known("presence.update"))

/**
 * An event with an undocumented name, or with data that is not an object.
 *
 * @category events
 * @since 0.1.0
 */
export interface Unknown extends Schema.Schema.Type<typeof Unknown> {}
/**
 * @category events
 * @since 0.1.0
 */
export const Unknown = /*@__PURE__*/ lazy(() =>
  Schema.TaggedStruct("Unknown", { name: Schema.String, data: Schema.Json, ...origin })
)

// -----------------------------------------------------------------------------
// markers
// -----------------------------------------------------------------------------

/**
 * The subscription is established for the first time.
 *
 * **Details**
 *
 * Read the current state now; later events change it.
 *
 * @category markers
 * @since 0.1.0
 */
export interface Subscribed extends Schema.Schema.Type<typeof Subscribed> {}
/**
 * @category markers
 * @since 0.1.0
 */
export const Subscribed = /*@__PURE__*/ lazy(() => Schema.TaggedStruct("Subscribed", {}))

/**
 * The connection was lost, or an attempt to connect failed. The next attempt follows after `delay`.
 *
 * @category markers
 * @since 0.1.0
 */
export interface Disconnected extends Schema.Schema.Type<typeof Disconnected> {}
/**
 * @category markers
 * @since 0.1.0
 */
export const Disconnected = /*@__PURE__*/ lazy(() =>
  Schema.TaggedStruct("Disconnected", { error: AudianError, delay: Millis.duration })
)

/**
 * The subscription is established again.
 *
 * **Gotchas**
 *
 * Events of the `downtime` are lost. Read the current state again.
 *
 * @category markers
 * @since 0.1.0
 */
export interface Reconnected extends Schema.Schema.Type<typeof Reconnected> {}
/**
 * @category markers
 * @since 0.1.0
 */
export const Reconnected = /*@__PURE__*/ lazy(() =>
  Schema.TaggedStruct("Reconnected", {
    /** The number of connection attempts. */
    attempts: Schema.Int,
    /** The time since the connection was lost. */
    downtime: Millis.duration
  })
)

/**
 * The consumer was too slow: `count` events and markers were dropped at this position.
 *
 * @category markers
 * @since 0.1.0
 */
export interface Dropped extends Schema.Schema.Type<typeof Dropped> {}
/**
 * @category markers
 * @since 0.1.0
 */
export const Dropped = /*@__PURE__*/ lazy(() => Schema.TaggedStruct("Dropped", { count: Schema.Int }))

/**
 * A message that is not an event: not JSON, or JSON without a name. `text` holds its first 500 characters.
 *
 * @category markers
 * @since 0.1.0
 */
export interface Undecodable extends Schema.Schema.Type<typeof Undecodable> {}
/**
 * @category markers
 * @since 0.1.0
 */
export const Undecodable = /*@__PURE__*/ lazy(() => Schema.TaggedStruct("Undecodable", { text: Schema.String }))

// -----------------------------------------------------------------------------
// the union
// -----------------------------------------------------------------------------

/**
 * A message of the stream itself, as opposed to an event of the account.
 *
 * @see `Events.isMarker`
 * @category models
 * @since 0.1.0
 */
export type Marker = Subscribed | Disconnected | Reconnected | Dropped | Undecodable

const markers = /*@__PURE__*/ pure(
  () => [Subscribed, Disconnected, Reconnected, Dropped, Undecodable] as const satisfies ReadonlyArray<{ Type: Marker }>
)

/**
 * The elements of `Events.stream`: events of the account, and the stream's own markers.
 *
 * @see `Events.isMarker`
 * @category models
 * @since 0.1.0
 */
export type Event = ChannelCreate | ChannelAnswer | ChannelDestroy | PresenceUpdate | Unknown | Marker

/**
 * The Schema of the union, to send an event through a queue or to another process.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Event = /*@__PURE__*/ lazy(() =>
  Schema.Union([ChannelCreate, ChannelAnswer, ChannelDestroy, PresenceUpdate, Unknown, ...markers])
)
