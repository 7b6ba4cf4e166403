// Receive the webhooks of the engine, which have a format and a signature of their own.
//
//   npm run example examples/engine-hooks.ts
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpRouter from "effect/http/HttpRouter"
import * as Layer from "effect/Layer"
import { EngineHookReceiver } from "effect-audian"
import { WebhookTest } from "effect-audian/testing"

const describe = (event: EngineHookReceiver.Event): string =>
  event._tag === "channel_destroy"
    ? `${event.data.call_id} ended with ${event.data.hangup_cause}`
    : `${event.hook ?? "a hook"}: ${JSON.stringify(event.data)}`

const route = EngineHookReceiver.route("/hooks", (event) => Console.log(describe(event)))

const secret = "key_example"
const server = HttpRouter.serve(route, { disableLogger: true, disableListenLog: true }).pipe(
  Layer.provide(EngineHookReceiver.layer({ secret })),
  Layer.provideMerge(NodeHttpServer.layerTest)
)

const program = Effect.gen(function* () {
  for (const [hook, data] of [
    ["channel_destroy", { call_id: "call_1", hangup_cause: "NORMAL_CLEARING" }],
    ["parking", { call_id: "call_2", slot: "101" }]
  ] as const) {
    const { body, headers } = yield* WebhookTest.engine(hook, data, { secret })
    const request = HttpClientRequest.post("/hooks", { headers }).pipe(HttpClientRequest.bodyText(body))
    const { status } = yield* HttpClient.execute(request)
    yield* Console.log(`${hook} was sent: ${status}`)
  }
})

program.pipe(Effect.provide(server), NodeRuntime.runMain)
