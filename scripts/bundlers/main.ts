// The program that each bundler bundles, and each package manager installs: a stub, the server in memory, and calls over
// the loopback interface.
import * as Effect from "effect/Effect"
import { Account, Audian, Numbers, WebhookReceiver } from "effect-audian"
import { AudianTest, EmbeddedAudian, WebhookTest } from "effect-audian/testing"

const stub = Numbers.list().pipe(
  Effect.provide(AudianTest.layer(AudianTest.handle(Numbers.list, () => Effect.succeed({ numbers: [], total: 3 })))),
  Effect.map(({ total }) => `stub ${total}`)
)

const buy = Effect.gen(function* () {
  const bought = yield* Numbers.purchase({ number: "+14155551234" })
  const again = yield* Effect.flip(Numbers.purchase({ number: "+14155551234" }))
  const users = yield* Account.Users.list()
  return `${bought.status} ${again._tag} ${users.length}`
})

const received = Effect.gen(function* () {
  const delivery = yield* WebhookTest.delivery({ event: "call.ringing", data: {} }, { secret: "whsec_test" })
  const request = new Request("http://127.0.0.1/", { method: "POST", ...delivery })
  return (yield* WebhookReceiver.fromRequest(request)).event
}).pipe(Effect.provide(WebhookReceiver.layer({ secret: "whsec_test" })))

/** The results, as one line. */
export const run = (baseUrl: string): Promise<string> =>
  Effect.runPromise(
    Effect.all([
      stub,
      Effect.provide(buy, EmbeddedAudian.layer()),
      Effect.provide(buy, Audian.layerFetch({ apiKey: "sk_test_embedded", baseUrl })),
      received
    ])
  ).then((lines) => lines.join(", "))
