/**
 * Live events of an account: the API's WebSocket as a `Stream`.
 *
 * `Events.stream({ bindings: ["call.*"] })` subscribes and reconnects after a lost connection. The API does not promise
 * delivery, so markers in the stream show each position at which events may be missing.
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
import * as CallSite from "./internal/error/callSite.ts"
import * as Located from "./internal/error/located.ts"
import type { Dropped, Event, Marker, Options, Reconnected } from "./internal/events/event.ts"
import * as Subscription from "./internal/events/subscription.ts"
import * as OptionRules from "./internal/options.ts"
import { pure } from "./internal/schema/schema.ts"
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
 * Returns `true` if the element is a marker of the stream itself, not an event of the account.
 *
 * **Example** (Keeping the events only)
 *
 * ```ts
 * import * as Stream from "effect/Stream"
 * import { Events } from "effect-audian"
 *
 * export const events = Events.stream({ bindings: ["call.*"] }).pipe(
 *   Stream.filter((event) => !Events.isMarker(event))
 * )
 * ```
 *
 * @category predicates
 * @since 0.1.0
 */
export const isMarker = (event: Event): event is Marker => !("data" in event)

/**
 * Returns `true` if events may be missing at this position: a {@link Reconnected} or a {@link Dropped}.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isGap = (event: Event): event is Reconnected | Dropped =>
  event._tag === "Reconnected" || event._tag === "Dropped"

/**
 * The id of the call that an event belongs to, if its data has one.
 *
 * **Details**
 *
 * The engine sends it as `call_id`, older versions as `Call-ID`.
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
 * The default schedule of reconnects: after 1 s, 2 s, 4 s and so on up to 30 s, each ±20 %, indefinitely.
 *
 * @category policies
 * @since 0.1.0
 */
export const reconnect: Schedule.Schedule<unknown, AudianError> = /*@__PURE__*/ pure(() =>
  Schedule.exponential("1 second").pipe(
    Schedule.modifyDelay(({ duration }) => Effect.succeed(Duration.min(duration, Duration.seconds(30)))),
    Schedule.jittered
  )
)

/**
 * Subscribes to the events of an account, and reconnects after a lost connection.
 *
 * **Details**
 *
 * The stream fails with errors that waiting cannot fix: a token that is refused again after it was renewed, a refused
 * binding, no account to subscribe to. When `reconnect` ends, it fails with the last error. Interruption closes the
 * connection.
 *
 * **Gotchas**
 *
 * Events are lost while there is no connection, and when the consumer is slower than `bufferSize` allows. Both show as
 * markers: see {@link isGap}.
 *
 * **Example** (Printing answered calls)
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
export const stream = (options: Options): Stream.Stream<Event, AudianError, Audian | WebSocketConstructor> => {
  OptionRules.check("Events.stream", options, rules())
  return Located.stream(
    Stream.unwrap(
      Effect.map(Audian, (audian) =>
        audian.subscribe(options, (access) => Subscription.stream(access, options, options.reconnect ?? reconnect))
      )
    ),
    CallSite.capture()
  )
}

/** The rules of the options. */
const rules = (): OptionRules.RulesFor<Options> => ({
  bindings: {
    expected: 'a list of bindings such as ["call.*"]',
    accepts: (value) => Array.isArray(value) && value.every(Predicate.isString)
  },
  accountId: OptionRules.string,
  subscriptions: { expected: 'a list such as [{ bindings: ["call.*"] }]', accepts: Array.isArray },
  reconnect: OptionRules.schedule(),
  timeout: OptionRules.duration(),
  heartbeat: OptionRules.either(OptionRules.duration(), OptionRules.literal(false)),
  bufferSize: OptionRules.wholeNumber(0)
})
