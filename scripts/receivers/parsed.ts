// Receivers whose framework has parsed the body: the mistake that the error explains.
import { serve } from "@hono/node-server"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { WebhookReceiver } from "effect-audian"
import express from "express"
import { Hono } from "hono"

const runtime = ManagedRuntime.make(WebhookReceiver.layerConfig())
const respond = (source: WebhookReceiver.Source) =>
  runtime.runPromise(WebhookReceiver.respond(source, (event) => Effect.log(event.event)))

const hono = new Hono()
hono.post("/hono", async (c) => {
  await c.req.raw.json()
  const { body, status } = await respond(c.req.raw)
  return new Response(body, { status })
})
const other = await new Promise<number>((resolve) => {
  serve({ fetch: hono.fetch, port: 0 }, ({ port }) => resolve(port))
})

const app = express()
app.use(express.json())
app.post("/express", async (req, res) => {
  const { body, status } = await respond({ headers: req.headers, body: req.body })
  res.status(status).send(body)
})
app.post("/hono", async (req, res) => {
  const response = await fetch(`http://127.0.0.1:${other}/hono`, {
    method: "POST",
    body: JSON.stringify(req.body),
    headers: { "content-type": "application/json" }
  })
  res.status(response.status).send(await response.text())
})
app.get("/", (_req, res) => void res.send("ready"))
app.listen(Number(process.env.PORT))
