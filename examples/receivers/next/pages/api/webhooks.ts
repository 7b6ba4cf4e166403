// Receives webhooks in an API route of Next's pages router, whose body parser is off for it.
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { WebhookReceiver } from "effect-audian"
import type { NextApiRequest, NextApiResponse } from "next"

export const config = { api: { bodyParser: false } }

const runtime = ManagedRuntime.make(WebhookReceiver.layerConfig())

const handler = async (req: NextApiRequest, res: NextApiResponse): Promise<void> => {
  const { body, status } = await runtime.runPromise(
    WebhookReceiver.respond({ headers: req.headers, body: req }, (event) => Effect.log(event.event))
  )
  res.status(status).send(body)
}

export default handler
