// Receives webhooks on a local server, and sends it some: signed, forged, replayed, expired, and the engine's own.
//
//   npm run example examples/webhooks.ts
import { createServer } from "node:http"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Match from "effect/Match"
import * as Queue from "effect/Queue"
import { EngineHookReceiver, WebhookReceiver } from "effect-audian"
import { WebhookTest } from "effect-audian/testing"

const secret = "whsec_example"
const sha256Key = "key_example"

// -----------------------------------------------------------------------------
// the server: deliveries are added to a queue, a worker takes them out
// -----------------------------------------------------------------------------

class Jobs extends Context.Service<
  Jobs,
  { readonly events: Queue.Queue<WebhookReceiver.Event>; readonly hooks: Queue.Queue<EngineHookReceiver.Event> }
>()("example/Jobs") {
  static readonly layer = Layer.effect(
    Jobs,
    Effect.all({
      events: Queue.bounded<WebhookReceiver.Event>(1000),
      hooks: Queue.bounded<EngineHookReceiver.Event>(1000)
    })
  )
}

const describe = Match.type<WebhookReceiver.Event>().pipe(
  Match.tagsExhaustive({
    "call.initiated": ({ data }) => `${data.from} calls ${data.to}`,
    "call.ringing": ({ data }) => `${data.call_id} rings`,
    "call.answered": ({ data }) => `${data.call_id} was answered after ${data.time_to_answer} s`,
    "call.completed": ({ data }) => `${data.call_id} took ${data.duration} s`,
    "call.failed": ({ data }) => `a call failed: ${JSON.stringify(data)}`,
    "recording.completed": ({ data }) => `a recording is ready: ${JSON.stringify(data)}`,
    Unknown: ({ data, event }) => `${event} is unknown to this program: ${JSON.stringify(data)}`
  })
)

const describeHook = (event: EngineHookReceiver.Event): string =>
  event._tag === "channel_destroy"
    ? `${event.data.call_id} ended with ${event.data.hangup_cause}`
    : `${event.hook ?? "a hook"}: ${JSON.stringify(event.data)}`

const work = Effect.gen(function* () {
  const { events, hooks } = yield* Jobs
  const text = yield* Effect.raceFirst(
    Effect.map(Queue.take(events), describe),
    Effect.map(Queue.take(hooks), describeHook)
  )
  yield* Console.log(`      event    ${text}`)
})

const routes = Layer.unwrap(
  Effect.map(Jobs, ({ events, hooks }) =>
    Layer.mergeAll(
      WebhookReceiver.route("/webhooks", WebhookReceiver.offer(events)),
      EngineHookReceiver.route("/hooks", EngineHookReceiver.offer(hooks))
    )
  )
)

// In production, `WebhookReceiver.layerConfig()` reads the secret from the environment.
const server = HttpRouter.serve(routes, { disableLogger: true, disableListenLog: true }).pipe(
  Layer.provide(WebhookReceiver.layer({ secret: [secret, "whsec_before"] })),
  Layer.provide(EngineHookReceiver.layer({ secret: sha256Key })),
  Layer.provideMerge(Jobs.layer),
  Layer.provideMerge(NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" }))
)

// -----------------------------------------------------------------------------
// the sender
// -----------------------------------------------------------------------------

const program = Effect.gen(function* () {
  const { address } = yield* HttpServer.HttpServer
  const client = yield* HttpClient.HttpClient
  const baseUrl = `http://127.0.0.1:${"port" in address ? address.port : 0}`
  yield* Console.log(`A server for webhooks at ${baseUrl}\n`)

  /** Sends a delivery, and dies if the status is not as expected. */
  const send = Effect.fnUntraced(function* (
    what: string,
    path: string,
    delivery: WebhookTest.Delivery,
    expected: number
  ) {
    const request = HttpClientRequest.post(baseUrl + path).pipe(
      HttpClientRequest.bodyText(delivery.body, "application/json"),
      HttpClientRequest.setHeaders(delivery.headers)
    )
    const response = yield* client.execute(request)
    const tag = yield* response.text
    yield* Console.log(`${String(response.status)}   ${what}${tag === "" ? "" : ` (${tag})`}`)
    if (response.status !== expected) return yield* Effect.die(`expected ${expected}`)
  })

  const call = { call_id: "call_1", from: "+14155551234", to: "+13035550142" }
  for (const event of [
    { event: "call.initiated", data: call },
    { event: "call.answered", data: { ...call, time_to_answer: 4 } },
    { event: "call.transcribed", data: { ...call, words: 212 } }
  ]) {
    yield* send(event.event, "/webhooks", yield* WebhookTest.delivery(event, { secret }), 200)
    yield* work
  }

  const completed = yield* WebhookTest.delivery(
    { event: "call.completed", data: { ...call, duration: 125 } },
    { secret: "whsec_before", prefix: true }
  )
  yield* send("call.completed, signed with the secret before this one", "/webhooks", completed, 200)
  yield* work
  yield* send("the same again: acknowledged, and not handled", "/webhooks", completed, 200)

  const hook = yield* WebhookTest.engine(
    "channel_destroy",
    { call_id: "call_1", hangup_cause: "NORMAL_CLEARING" },
    { secret: sha256Key }
  )
  yield* send("channel_destroy, of the engine", "/hooks", hook, 200)
  yield* work

  yield* Console.log("")
  const forged = { ...completed, body: completed.body.replace("125", "1") }
  yield* send("a delivery with another duration", "/webhooks", forged, 401)
  const stranger = yield* WebhookTest.delivery({ event: "call.ringing", data: call }, { secret: "whsec_guessed" })
  yield* send("one that a stranger signed", "/webhooks", stranger, 401)
  const late = yield* WebhookTest.delivery({ event: "call.ringing", data: call }, { secret, timestamp: 1_704_110_400 })
  yield* send("one from years ago", "/webhooks", late, 401)
  const large = yield* WebhookTest.delivery("x".repeat(2_000_000), { secret })
  yield* send("one of two megabytes", "/webhooks", large, 413)

  const { events, hooks } = yield* Jobs
  const left = (yield* Queue.size(events)) + (yield* Queue.size(hooks))
  yield* Console.log(`\n${left} events are left in the queue: refused deliveries were not added.`)
  if (left !== 0) return yield* Effect.die("expected none")
})

program.pipe(
  Effect.provide(Layer.merge(server, NodeHttpClient.layerUndici)),
  Effect.tapError((error) => Console.error(`failed: ${error.message}`)),
  Effect.tapDefect(Console.error),
  NodeRuntime.runMain({ disableErrorReporting: true })
)
