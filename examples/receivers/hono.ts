// Receives webhooks in Hono. `c.req.raw` is the `Request`; do not read `c.req.json()` before it.
//
//   AUDIAN_WEBHOOK_SECRET=whsec_… node hono.ts
import { serve } from "@hono/node-server"
import * as Effect from "effect/Effect"
import { WebhookReceiver } from "effect-audian"
import { Hono } from "hono"

const webhook = await WebhookReceiver.toWebHandler((event) => Effect.log(event.event)).pipe(
  Effect.provide(WebhookReceiver.layerConfig()),
  Effect.runPromise
)

const app = new Hono()
app.post("/webhooks", (c) => webhook(c.req.raw))
app.get("/", (c) => c.text("ready"))

serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000) })
