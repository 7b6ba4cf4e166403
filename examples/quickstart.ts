// Search, buy and list numbers, and handle two failures.
//
//   npm start                               against the embedded server, on a socket of this machine
//   AUDIAN_API_KEY=sk_live_… npm start      against the real API, where it only reads and spends nothing
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { Audian, Numbers } from "effect-audian"
import { EmbeddedAudian, Fault } from "effect-audian/testing"

const say = (what: string, outcome: string) => Console.log(`${what.padEnd(22)} ${outcome}`)

/** Only reads: safe with any key. */
const look = Effect.gen(function* () {
  const { numbers, total } = yield* Numbers.search({ location: "US-CA-415", limit: 3 })
  yield* say("search", `${total ?? "?"} numbers in US-CA-415, such as ${numbers.map((n) => n.number).join(", ")}`)
  const mine = yield* Numbers.list({ limit: 5 })
  yield* say("list", `${mine.numbers.length} numbers are mine`)
  return numbers
})

/** Spends money: for the embedded server only. */
const buy = Effect.gen(function* () {
  const embedded = yield* EmbeddedAudian.EmbeddedAudian
  const [first] = yield* look
  if (first === undefined) return yield* say("search", "nothing to buy")

  const bought = yield* Numbers.purchase({ number: first.number, friendly_name: "Front desk" })
  yield* say("purchase", `${bought.number} is ${bought.id}, ${bought.status}`)

  // Every way to fail is in the type, and is handled by its tag.
  yield* Numbers.purchase({ number: first.number }).pipe(
    Effect.catchTag("Conflict", (error) => say("409 Conflict", `${error.description}: nothing to do`))
  )

  // A read is retried after an outage, with a growing delay.
  yield* embedded.fault(Fault.status(503).pipe(Fault.on(Numbers.list), Fault.times(2)))
  const [mine, response] = yield* Audian.withResponse(Numbers.list())
  yield* say("503 twice", `then ${response?.status} at attempt ${response?.attempts}`)
  yield* say("list", mine.numbers.map((n) => `${n.number} (${n.friendly_name})`).join(", "))
})

const embedded = EmbeddedAudian.client().pipe(Layer.provideMerge(EmbeddedAudian.serve()))

const program = Effect.gen(function* () {
  const apiKey = yield* Config.option(Config.Redacted("AUDIAN_API_KEY"))
  if (Option.isSome(apiKey)) return yield* Effect.asVoid(Effect.provide(look, Audian.layerConfig()))
  yield* Console.log("No AUDIAN_API_KEY is set: against the embedded server, on a socket of this machine.\n")
  yield* Effect.provide(buy, embedded)
})

program.pipe(Effect.provide(NodeHttpClient.layerUndici), NodeRuntime.runMain)
