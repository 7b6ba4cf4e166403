// A receiver and a caller on plain node:http.
import { createServer } from "node:http"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { WebhookReceiver } from "effect-audian"
import { run } from "../main.ts"

const runtime = ManagedRuntime.make(WebhookReceiver.layerConfig())

createServer(async (request, response) => {
  if (request.method === "POST") {
    const { body, status } = await runtime.runPromise(
      WebhookReceiver.respond(request, (event) => Effect.log(event.event))
    )
    response.writeHead(status).end(body)
  } else if (request.url !== "/") {
    response.writeHead(404).end()
  } else {
    response.end(await run(process.env.AUDIAN_BASE_URL ?? ""))
  }
}).listen(Number(process.env.PORT), "127.0.0.1")
