// Receives webhooks in Fastify. The parser of this plugin keeps the bytes that the signature covers.
//
//   AUDIAN_WEBHOOK_SECRET=whsec_… node fastify.ts
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { WebhookReceiver } from "effect-audian"
import { fastify } from "fastify"

const runtime = ManagedRuntime.make(WebhookReceiver.layerConfig())
const app = fastify()

app.register(async (webhooks) => {
  webhooks.addContentTypeParser<Buffer>("application/json", { parseAs: "buffer" }, (_request, body, done) => {
    done(null, body)
  })
  webhooks.post<{ Body: Buffer }>("/webhooks", async (request, reply) => {
    const { body, status } = await runtime.runPromise(
      WebhookReceiver.respond({ headers: request.headers, body: request.body }, (event) => Effect.log(event.event))
    )
    return reply.code(status).send(body)
  })
})

// Other routes parse JSON as usual.
app.get("/", async () => "ready")

await app.listen({ port: Number(process.env.PORT ?? 3000) })
