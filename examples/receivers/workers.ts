// Receives webhooks in Cloudflare Workers. The secret is a binding: `wrangler secret put AUDIAN_WEBHOOK_SECRET`.
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { WebhookReceiver } from "effect-audian"

interface Env {
  readonly AUDIAN_WEBHOOK_SECRET: string
}

let webhook: Promise<(request: Request) => Promise<Response>> | undefined

export default {
  fetch: async (request: Request, env: Env): Promise<Response> => {
    if (request.method !== "POST") return new Response("ready")
    // Made by the first request: bindings are not available outside of a request.
    webhook ??= WebhookReceiver.toWebHandler((event) => Effect.log(event.event)).pipe(
      Effect.provide(WebhookReceiver.layer({ secret: Redacted.make(env.AUDIAN_WEBHOOK_SECRET) })),
      Effect.runPromise
    )
    return (await webhook)(request)
  }
}
