// Show live calls, one line for each change. The embedded server invents calls, and drops the connection once.
//
//   npm run example examples/live-calls.ts
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeSocket from "@effect/platform-node/NodeSocket"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Match from "effect/Match"
import * as Stream from "effect/Stream"
import { Events } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"

const describe = Match.type<Events.Event>().pipe(
  Match.tags({
    Subscribed: () => "-- subscribed",
    Disconnected: ({ delay }) => `-- disconnected, next attempt in ${Math.round(Duration.toMillis(delay))} ms`,
    // Events of the downtime are lost: a real program lists the channels here.
    Reconnected: () => "-- reconnected",
    Dropped: ({ count }) => `-- too slow: ${count} events are missing`,
    "call.CHANNEL_CREATE": ({ data }) => `${data.call_id}  ${data.caller_id_number}  rings`,
    "call.CHANNEL_ANSWER": ({ data }) => `${data.call_id}  ${data.caller_id_number}  talks`,
    "call.CHANNEL_DESTROY": ({ data }) => `${data.call_id}  ${data.caller_id_number}  ended: ${data.hangup_cause}`
  }),
  Match.orElse(({ _tag }) => _tag)
)

/** Invents a call every 200 ms, and drops the connection after the third. */
const makeCalls = Effect.gen(function* () {
  const { dropSockets, emit } = yield* EmbeddedAudian.EmbeddedAudian
  for (let n = 1; ; n++) {
    const data = { call_id: `call_${n}`, caller_id_number: `+1415555${2670 + n}` }
    yield* emit({ name: "call.CHANNEL_CREATE", data })
    yield* emit({ name: "call.CHANNEL_ANSWER", data })
    yield* emit({ name: "call.CHANNEL_DESTROY", data: { ...data, hangup_cause: "NORMAL_CLEARING" } })
    yield* Effect.sleep("200 millis")
    if (n === 3) yield* dropSockets
  }
})

const program = Effect.gen(function* () {
  const ended = yield* Events.stream({ bindings: ["call.*"] }).pipe(
    Stream.tap((event) => Console.log(describe(event))),
    Stream.tap(({ _tag }) => (_tag === "Subscribed" ? Effect.forkScoped(makeCalls) : Effect.void)),
    Stream.filter(({ _tag }) => _tag === "call.CHANNEL_DESTROY"),
    Stream.take(6),
    Stream.runCount
  )
  yield* Console.log(`${ended} calls ended`)
}).pipe(Effect.scoped)

const embedded = EmbeddedAudian.client().pipe(Layer.provideMerge(EmbeddedAudian.serve()))
const platform = Layer.merge(NodeHttpClient.layerUndici, NodeSocket.layerWebSocketConstructor)

program.pipe(Effect.provide(Layer.provideMerge(embedded, platform)), NodeRuntime.runMain)
