// Choose how failed calls are retried: for a call, for a program, not at all. A purchase is never repeated blindly.
//
//   npm run example examples/retry-policies.ts
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { Numbers, Retry } from "effect-audian"
import { EmbeddedAudian, Fault } from "effect-audian/testing"

const patient = Retry.make({ attempts: 5, baseDelay: "20 millis" })
const ownSchedule = Retry.whenSafe(Schedule.spaced("10 millis").pipe(Schedule.upTo({ times: 2 })))

const list = Effect.match(Numbers.list(), {
  onSuccess: () => "succeeds",
  onFailure: ({ _tag, attempts }) => `${_tag} after ${attempts} attempts`
})

const purchase = Effect.match(Numbers.purchase({ number: "+14155551234" }), {
  onSuccess: () => "succeeds",
  onFailure: ({ attempts, outcome }) => `fails after ${attempts} attempt, outcome ${outcome}`
})

const program = Effect.gen(function* () {
  const embedded = yield* EmbeddedAudian.EmbeddedAudian
  for (const [title, call] of [
    ["none", Retry.withPolicy(list, Retry.none)],
    ["five attempts", Retry.withPolicy(list, patient)],
    ["a schedule", Retry.withPolicy(list, ownSchedule)],
    ["a purchase", Retry.withPolicy(purchase, patient)]
  ] as const) {
    yield* embedded.clearFaults
    yield* embedded.fault(Fault.status(500).pipe(Fault.times(3)))
    yield* Console.log(`${title}: ${yield* call}`)
  }
})

program.pipe(Effect.provide(EmbeddedAudian.layer()), NodeRuntime.runMain)
