// Receives webhooks in a route handler of Next, which passes the `Request` unread.
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { WebhookReceiver } from "effect-audian"

// Reads AUDIAN_WEBHOOK_SECRET at the first request, not at build time.
const runtime = ManagedRuntime.make(WebhookReceiver.layerConfig())

export const POST = async (request: Request): Promise<Response> => {
  const { body, status } = await runtime.runPromise(
    WebhookReceiver.respond(request, (event) => Effect.log(event.event))
  )
  return new Response(body, { status })
}

export const GET = (): Response => new Response("ready")
