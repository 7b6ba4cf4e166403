// Receives webhooks in Express. `express.raw` keeps the bytes that the signature covers; `express.json()` would not.
//
//   AUDIAN_WEBHOOK_SECRET=whsec_… node express.ts
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { WebhookReceiver } from "effect-audian"
import express from "express"

const runtime = ManagedRuntime.make(WebhookReceiver.layerConfig())
const app = express()

app.post("/webhooks", express.raw({ type: "*/*" }), async (req, res) => {
  const { body, status } = await runtime.runPromise(
    WebhookReceiver.respond({ headers: req.headers, body: req.body }, (event) => Effect.log(event.event))
  )
  res.status(status).send(body)
})

// Other routes parse JSON as usual.
app.use(express.json())
app.get("/", (_req, res) => void res.send("ready"))

app.listen(Number(process.env.PORT ?? 3000))
