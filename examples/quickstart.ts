// Search, buy and list numbers, port one, and meet four failures on the way.
//
//   npm start                               against the embedded server, on a real socket of this machine
//   AUDIAN_API_KEY=sk_live_… npm start      against the real API, where it only reads and spends nothing
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { Audian, Numbers, Ports, Retry } from "effect-audian"
import { EmbeddedAudian, Fault } from "effect-audian/testing"

const say = (what: string, outcome: string) => Console.log(`${what.padEnd(22)} ${outcome}`)

/** Only reads: safe with any key. */
const look = Effect.gen(function* () {
  const { numbers, total } = yield* Numbers.search({ location: "US-CA-415", limit: 3 })
  yield* say("search", `${total ?? "?"} numbers in US-CA-415, such as ${numbers.map((n) => n.number).join(", ")}`)

  const [mine, response] = yield* Audian.withResponse(Numbers.list({ limit: 5 }))
  yield* say("list", `${mine.numbers.length} numbers are mine`)
  yield* say(
    "rate limit",
    `${response?.rateLimit?.remaining ?? "?"} of ${response?.rateLimit?.limit ?? "?"} calls left`
  )
  return numbers
})

/** Spends money: for the embedded server only. */
const buy = Effect.gen(function* () {
  const embedded = yield* EmbeddedAudian.EmbeddedAudian
  const [first, second] = yield* look
  if (first === undefined || second === undefined) return yield* say("search", "nothing to buy")

  const bought = yield* Numbers.purchase({ number: first.number, friendly_name: "Front desk" })
  yield* say("purchase", `${bought.number} is ${bought.id}, ${bought.status}`)
  const mine = yield* Numbers.list({ status: "active" })
  yield* say("list", mine.numbers.map((n) => `${n.number} (${n.friendly_name})`).join(", "))

  const [port, created] = yield* Audian.withResponse(
    Ports.create({
      number: "+13035550142",
      account_number: "A-1029",
      billing_phone: "+13035550100",
      end_user_name: "Acme Corporation",
      end_user_address: { street: "1 Main St", city: "Denver", state: "CO", postal_code: "80202", country: "US" }
    })
  )
  yield* say("port", `${port.id} is ${port.status} (${created?.status}), expected ${port.estimated_completion}`)

  yield* Console.log("\nWhat can go wrong is in the type, and is handled by its tag:\n")

  yield* Numbers.purchase({ number: first.number }).pipe(
    Effect.catchTag("Conflict", (error) => say("409 Conflict", `${error.description}: nothing to do`))
  )

  yield* embedded.setBalance(0)
  yield* Numbers.purchase({ number: second.number }).pipe(
    Effect.catchTag("PaymentRequired", (error) => say("402 PaymentRequired", `${error.description} (${error.code})`))
  )

  yield* embedded.fault(Fault.on(Fault.status(429, { "retry-after": "2" }), Numbers.list))
  const [, limited] = yield* Audian.withResponse(Numbers.list()).pipe(Retry.withPolicy(telling("429 TooManyRequests")))
  yield* say("", `then ${limited?.status} at attempt ${limited?.attempts}`)

  yield* embedded.fault(Fault.status(503).pipe(Fault.on(Numbers.list), Fault.times(2)))
  const [, healed] = yield* Audian.withResponse(Numbers.list()).pipe(Retry.withPolicy(telling("503 ServiceUnavail.")))
  yield* say("", `then ${healed?.status} at attempt ${healed?.attempts}`)
})

/** The standard policy, with a line for each retry. */
const telling = (what: string) =>
  Retry.make({
    onRetry: ({ attempt, delay }) =>
      say(what, `attempt ${attempt} in ${(Duration.toMillis(delay) / 1000).toFixed(1)} s`)
  })

const live = Layer.provide(Audian.layerConfig(), NodeHttpClient.layerUndici)

const embedded = EmbeddedAudian.client().pipe(
  Layer.provideMerge(EmbeddedAudian.serve()),
  Layer.provide(NodeHttpClient.layerUndici)
)

const program = Effect.gen(function* () {
  const apiKey = yield* Config.option(Config.Redacted("AUDIAN_API_KEY"))
  if (Option.isSome(apiKey)) {
    yield* Console.log("Against the API, only reading:\n")
    return yield* look.pipe(Effect.provide(live), Effect.asVoid)
  }
  yield* Console.log("No AUDIAN_API_KEY is set: against the embedded server, on a socket of this machine.\n")
  return yield* Effect.provide(buy, embedded)
})

program.pipe(
  Effect.tapError((error) => Console.error(`failed: ${error.message}`)),
  Effect.tapDefect(Console.error),
  NodeRuntime.runMain({ disableErrorReporting: true })
)
