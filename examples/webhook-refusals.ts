// Refuse deliveries that are forged, old or too large, and acknowledge a replayed one without handling it again.
//
//   npm run example examples/webhook-refusals.ts
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { WebhookReceiver } from "effect-audian"
import { WebhookTest } from "effect-audian/testing"

const secret = "whsec_example"
const previous = "whsec_before"
const event = { event: "call.completed", data: { call_id: "call_1", duration: 125 } }

const program = Effect.gen(function* () {
  const signed = yield* WebhookTest.delivery(event, { secret: previous })
  const deliveries = {
    "signed with the secret before this one": signed,
    "the same again": signed,
    "its duration changed": { ...signed, body: signed.body.replace("125", "1") },
    "signed by a stranger": yield* WebhookTest.delivery(event, { secret: "whsec_guessed" }),
    "from years ago": yield* WebhookTest.delivery(event, { secret, timestamp: 1_704_110_400 }),
    "two megabytes": yield* WebhookTest.delivery("x".repeat(2_000_000), { secret })
  }

  let handled = 0
  const handler = () => Effect.sync(() => void handled++)
  for (const [title, delivery] of Object.entries(deliveries)) {
    // `respond` takes the headers and the body as any framework has them.
    const { body, status } = yield* WebhookReceiver.respond(delivery, handler)
    yield* Console.log(`${status}  ${title}: ${body || "handled"}`)
  }
  yield* Console.log(`${Object.keys(deliveries).length} deliveries, ${handled} handled`)
})

// During a rotation both secrets are accepted.
program.pipe(Effect.provide(WebhookReceiver.layer({ secret: [secret, previous] })), NodeRuntime.runMain)
