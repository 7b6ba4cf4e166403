// Receive webhooks: a route adds each event to a queue and responds at once, a worker takes them out.
//
//   npm run example examples/webhooks.ts
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpRouter from "effect/http/HttpRouter"
import * as Layer from "effect/Layer"
import * as Match from "effect/Match"
import * as Queue from "effect/Queue"
import { WebhookReceiver } from "effect-audian"
import { WebhookTest } from "effect-audian/testing"

class Jobs extends Context.Service<Jobs, Queue.Queue<WebhookReceiver.Event>>()("example/Jobs") {
  static readonly layer = Layer.effect(Jobs, Queue.bounded<WebhookReceiver.Event>(1000))
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

const route = Layer.unwrap(Effect.map(Jobs, (jobs) => WebhookReceiver.route("/webhooks", WebhookReceiver.offer(jobs))))

// In production `WebhookReceiver.layerConfig()`, which reads the secret from the environment.
const secret = "whsec_example"
const server = HttpRouter.serve(route, { disableLogger: true, disableListenLog: true }).pipe(
  Layer.provide(WebhookReceiver.layer({ secret })),
  Layer.provideMerge(Layer.merge(Jobs.layer, NodeHttpServer.layerTest))
)

const program = Effect.gen(function* () {
  const call = { call_id: "call_1", from: "+14155551234", to: "+13035550142" }
  for (const event of [
    { event: "call.initiated", data: call },
    { event: "call.completed", data: { ...call, duration: 125 } },
    { event: "call.transcribed", data: { ...call, words: 212 } }
  ]) {
    const { body, headers } = yield* WebhookTest.delivery(event, { secret })
    const request = HttpClientRequest.post("/webhooks", { headers }).pipe(HttpClientRequest.bodyText(body))
    const { status } = yield* HttpClient.execute(request)
    yield* Console.log(`${status}  ${describe(yield* Queue.take(yield* Jobs))}`)
  }
})

program.pipe(Effect.provide(server), NodeRuntime.runMain)
