// A receiver and a caller in a route handler of Next, for either of its runtimes.
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { WebhookReceiver } from "effect-audian"
import { run } from "../../main"

const live = ManagedRuntime.make(WebhookReceiver.layerConfig())

export const POST = async (request: Request): Promise<Response> => {
  const { body, status } = await live.runPromise(WebhookReceiver.respond(request, (event) => Effect.log(event.event)))
  return new Response(body, { status })
}

export const GET = async (): Promise<Response> => new Response(await run(process.env.AUDIAN_BASE_URL ?? ""))
