/**
 * What happens on an account, as it happens: the WebSocket of the API as a `Stream`.
 *
 * `Events.stream({ bindings: ["call.*"] })` subscribes, and stays subscribed: a connection that is lost is made again.
 * What the API promises is no more than that, so whatever may have been missed shows in the stream as a marker.
 *
 * @see https://docs.audian.com/websockets
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Schedule from "effect/Schedule"
import type * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { WebSocketConstructor } from "effect/socket/Socket"
import type { AudianError } from "./AudianError.ts"
import type { Dropped, Event, Marker, Options, Reconnected } from "./internal/events/event.ts"
import * as Live from "./internal/events/subscription.ts"
import { lazy } from "./internal/schema/schema.ts"
import { Audian } from "./internal/service.ts"

export {
  type Binding,
  ChannelAnswer,
  ChannelCreate,
  ChannelDestroy,
  Disconnected,
  Dropped,
  Event,
  type Marker,
  type Options,
  PresenceUpdate,
  Reconnected,
  type Settings,
  Subscribed,
  type Subscription,
  Undecodable,
  Unknown
} from "./internal/events/event.ts"

/**
 * Whether the stream itself says so.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isMarker = (event: Event): event is Marker => !("data" in event)

/**
 * Whether events may be missing before this one: after a {@link Reconnected}, and at a {@link Dropped}.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isGap = (event: Event): event is Reconnected | Dropped =>
  event._tag === "Reconnected" || event._tag === "Dropped"

/**
 * The id of the call that an event is about: `call_id`, as the engine writes it, or `Call-ID`, as it used to.
 *
 * @category getters
 * @since 0.1.0
 */
export const callId = (event: Event): string | undefined => {
  if (isMarker(event) || !Predicate.isObject(event.data)) return undefined
  const { "Call-ID": old, call_id = old } = event.data as Schema.JsonObject
  return typeof call_id === "string" ? call_id : undefined
}

// -----------------------------------------------------------------------------
// the stream
// -----------------------------------------------------------------------------

/**
 * The default way to connect again: after 1 s, then 2 s, 4 s and so on up to 30 s, each ±20 %, for ever.
 *
 * @category policies
 * @since 0.1.0
 */
export const reconnect: Schedule.Schedule<unknown, AudianError> = /*@__PURE__*/ lazy(() =>
  Schedule.exponential("1 second").pipe(
    Schedule.modifyDelay(({ duration }) => Effect.succeed(Duration.min(duration, Duration.seconds(30)))),
    Schedule.jittered
  )
)

/**
 * The events of an account, and the markers that say where some may be missing.
 *
 * It fails with what cannot be mended by waiting: a token that is refused twice in a row, a binding that is refused,
 * no account to subscribe to; and with the last error when `reconnect` ends. Interrupting it closes the connection.
 *
 * ```ts
 * import * as Console from "effect/Console"
 * import * as Stream from "effect/Stream"
 * import { Events } from "effect-audian"
 *
 * export const answered = Events.stream({ bindings: ["call.*"] }).pipe(
 *   Stream.filter((event) => event._tag === "call.CHANNEL_ANSWER"),
 *   Stream.runForEach((event) => Console.log(Events.callId(event)))
 * )
 * ```
 *
 * @see https://docs.audian.com/websockets
 * @category constructors
 * @since 0.1.0
 */
export const stream = (options: Options): Stream.Stream<Event, AudianError, Audian | WebSocketConstructor> =>
  Stream.unwrap(
    Effect.map(Audian, (audian) =>
      audian.subscribe(options, (access) => Live.stream(access, options, options.reconnect ?? reconnect))
    )
  )
