/**
 * What a subscription takes and what its stream emits.
 *
 * @internal
 */
import type * as Duration from "effect/Duration"
import type * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { AudianError } from "../../AudianError.ts"
import { lazy, type OpenEnum } from "../schema/schema.ts"

/**
 * What to be told of: the documented patterns, or any other that the engine knows, such as `conference.event.*.*`.
 *
 * @category models
 * @since 0.1.0
 */
export type Binding = OpenEnum<
  "call.*" | "call.CHANNEL_CREATE" | "call.CHANNEL_ANSWER" | "call.CHANNEL_DESTROY" | "presence.*" | "presence.update"
>

/**
 * The bindings of one account.
 *
 * @category options
 * @since 0.1.0
 */
export interface Subscription {
  readonly bindings: ReadonlyArray<Binding>
  /** The account whose events are meant. Default: that of the credential. */
  readonly accountId?: string | undefined
}

/**
 * Options of `Events.stream` beside what to subscribe to.
 *
 * @category options
 * @since 0.1.0
 */
export interface Settings {
  /**
   * How long to wait before each attempt to connect again; the stream fails when it ends. It starts over after a
   * connection that lasted a minute. Default `Events.reconnect`.
   */
  readonly reconnect?: Schedule.Schedule<unknown, AudianError> | undefined
  /** Bounds each attempt to connect, the token exchange included. Default 30 seconds. */
  readonly timeout?: Duration.Input | undefined
  /**
   * How long a connection may be silent before it is pinged. Once a server has answered a ping, one that it leaves
   * unanswered for as long ends the connection. `false` sends no pings. Default 30 seconds, at least 1.
   */
  readonly heartbeat?: Duration.Input | false | undefined
  /** How many events wait for a slow consumer before the oldest are dropped. Default 1024. */
  readonly bufferSize?: number | undefined
}

/**
 * Options of `Events.stream`: one subscription, or several over the same connection.
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
  /** The subscribed binding that brought the event, where the server says. */
  binding: Schema.optional(Schema.String),
  /** The engine's routing key, where the server says. */
  routingKey: Schema.optional(Schema.String)
}

const known = <const Tag extends string>(tag: Tag) =>
  Schema.TaggedStruct(tag, {
    /** What the event says. Its fields are not documented; see `Events.callId`. */
    data: Schema.JsonObject,
    ...origin
  })

/**
 * A call began.
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
 * The presence of somebody changed.
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
 * An event that the page does not name, or whose data is no object.
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
 * The subscription stands, for the first time: the moment to read the state that the events then change.
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
 * There is no connection: it was lost, or an attempt to connect failed. The next attempt comes after `delay`.
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
  Schema.TaggedStruct("Disconnected", { error: AudianError, delay: Schema.DurationFromMillis })
)

/**
 * The subscription stands again. What happened in `downtime` was not told: read the state anew.
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
    /** How many attempts it took. */
    attempts: Schema.Int,
    /** From the loss of the connection to this moment. */
    downtime: Schema.DurationFromMillis
  })
)

/**
 * The consumer was too slow: `count` events and markers that stood here were dropped.
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
 * A message that is no event: not JSON, or JSON without a name. `text` is its beginning.
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
 * What `Events.stream` emits: events of the account, told apart from the stream's own markers by `Events.isMarker`.
 *
 * @category models
 * @since 0.1.0
 */
export type Event =
  | ChannelCreate
  | ChannelAnswer
  | ChannelDestroy
  | PresenceUpdate
  | Unknown
  | Subscribed
  | Disconnected
  | Reconnected
  | Dropped
  | Undecodable

/**
 * The Schema of the union, for an event that crosses a queue or a process boundary.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Event = /*@__PURE__*/ lazy(() =>
  Schema.Union([
    ChannelCreate,
    ChannelAnswer,
    ChannelDestroy,
    PresenceUpdate,
    Unknown,
    Subscribed,
    Disconnected,
    Reconnected,
    Dropped,
    Undecodable
  ])
)

/**
 * What the stream itself says, rather than the account.
 *
 * @category models
 * @since 0.1.0
 */
export type Marker = Subscribed | Disconnected | Reconnected | Dropped | Undecodable
