// A receiver and a caller on Effect's router.
import { createServer } from "node:http"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import { WebhookReceiver } from "effect-audian"
import { run } from "../main.ts"

const routes = Layer.mergeAll(
  WebhookReceiver.route("/", (event) => Effect.log(event.event)),
  HttpRouter.add(
    "GET",
    "/",
    Effect.map(
      Effect.promise(() => run(process.env.AUDIAN_BASE_URL ?? "")),
      (line) => HttpServerResponse.text(line)
    )
  )
)

HttpRouter.serve(routes).pipe(
  Layer.provide(WebhookReceiver.layerConfig()),
  Layer.provide(NodeHttpServer.layer(createServer, { port: Number(process.env.PORT), host: "127.0.0.1" })),
  Layer.launch,
  NodeRuntime.runMain
)
