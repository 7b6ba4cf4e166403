/**
 * The stream of events, as the compiler sees it.
 */
import type * as Duration from "effect/Duration"
import * as Schedule from "effect/Schedule"
import type * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { WebSocketConstructor } from "effect/socket/Socket"
import { type Audian, type AudianError, Events } from "effect-audian"
import { AudianTest } from "effect-audian/testing"
import type { Equal, Expect } from "../support/types.ts"

export const one = Events.stream({ bindings: ["call.*", "conference.event.*.*"], accountId: "a" })
export const several = Events.stream({ subscriptions: [{ bindings: ["call.*"] }], reconnect: Schedule.recurs(3) })

export type Streams = [
  one: Expect<
    Equal<typeof one, Stream.Stream<Events.Event, AudianError.AudianError, Audian.Audian | WebSocketConstructor>>
  >,
  several: Expect<Equal<typeof several, typeof one>>,
  schema: Expect<Equal<Schema.Schema.Type<typeof Events.Event>, Events.Event>>
]

// @ts-expect-error: a subscription has bindings
export const nothing = Events.stream({})

// @ts-expect-error: one subscription, or several
export const both = Events.stream({ bindings: ["call.*"], subscriptions: [] })

// @ts-expect-error: a schedule sees nothing but an AudianError
export const odd = Events.stream({ bindings: [], reconnect: Schedule.recurs(2).pipe(Schedule.setInputType<number>()) })

/** Every tag can be matched, and there are no others. */
export const describe = (event: Events.Event): Schema.Json | Duration.Duration => {
  switch (event._tag) {
    case "call.CHANNEL_CREATE":
    case "call.CHANNEL_ANSWER":
    case "call.CHANNEL_DESTROY":
    case "presence.update":
      return event.data.call_id ?? null
    case "Unknown":
      return event.data
    case "Subscribed":
      return null
    case "Disconnected":
      return event.delay
    case "Reconnected":
      return event.downtime
    case "Dropped":
      return event.count
    case "Undecodable":
      return event.text
  }
}

export const stub = AudianTest.layer(
  AudianTest.events(({ bindings }) => Stream.succeed({ _tag: "Unknown", name: String(bindings), data: null }))
)

// @ts-expect-error: an event has a known tag
export const wrong = AudianTest.events(() => Stream.succeed({ _tag: "Nope" }))
