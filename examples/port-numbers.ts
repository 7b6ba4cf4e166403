// Port ten numbers, and follow each one until it is completed or refused.
//
//   npm run example examples/port-numbers.ts
//
// Runs against the embedded server on a local socket, where a port takes a second instead of four days.
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { type PhoneNumber, Ports, Wait } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"

// The last number cannot be ported.
const numbers = [...Array.from({ length: 9 }, (_, i) => `+1303555014${i}` as const), "+13035550000"] as const

const owner = {
  account_number: "A-1029",
  billing_phone: "+13035550100",
  end_user_name: "Acme Corporation",
  end_user_address: { street: "1 Main St", city: "Denver", state: "CO", postal_code: "80202", country: "US" }
} as const

/** Requests a port, and follows it to its end. A real program would poll every hour for a week. */
const port = Effect.fn("port")(
  function* (number: PhoneNumber.PhoneNumberInput) {
    const { id } = yield* Ports.create({ ...owner, number })
    const states = yield* Ports.get({ port_id: id }).pipe(
      Wait.states({ isFinal: Ports.isFinal, schedule: Schedule.spaced("100 millis"), deadline: "30 seconds" }),
      Stream.map(({ status }) => status),
      Stream.runCollect
    )
    yield* Console.log(`${number}  ${states.join(" → ")}`)
    return states.at(-1)
  },
  (self, number) =>
    Effect.catchTags(self, {
      UnprocessableEntity: (error) => Effect.as(Console.log(`${number}  ${error.description}`), "refused"),
      StillPending: ({ last, message }) => Effect.as(Console.log(`${number}  ${last?.status}: ${message}`), "pending")
    })
)

const program = Effect.gen(function* () {
  const outcomes = yield* Effect.forEach(numbers, port, { concurrency: 5 })
  const completed = outcomes.filter((outcome) => outcome === "completed").length
  yield* Console.log(`\n${completed} of ${numbers.length} numbers are ported`)
})

const embedded = EmbeddedAudian.client().pipe(
  Layer.provide(EmbeddedAudian.serve({ portDuration: "1 second", balance: 1000 })),
  Layer.provide(NodeHttpClient.layerUndici)
)

program.pipe(Effect.provide(embedded), NodeRuntime.runMain)
