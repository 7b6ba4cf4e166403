// Fail at once while the API is down, and recover automatically once it is up again.
//
//   npm run example examples/circuit-breaker.ts
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { Audian, CircuitBreaker, Numbers, Retry } from "effect-audian"
import { EmbeddedAudian, Fault } from "effect-audian/testing"

const circuitBreaker = CircuitBreaker.make({
  tripPolicy: CircuitBreaker.consecutive(3),
  openDuration: Schedule.spaced("200 millis")
})

const call = Numbers.list().pipe(
  Retry.withPolicy(Retry.none),
  Effect.match({
    onSuccess: () => "a list",
    onFailure: (error) => (error._tag === "AudianClientError" ? error.reason._tag : error._tag)
  })
)

const program = Effect.gen(function* () {
  const embedded = yield* EmbeddedAudian.EmbeddedAudian
  const { apiKey, baseUrl } = embedded
  yield* embedded.fault(Fault.status(503).pipe(Fault.times(3)))
  yield* Effect.gen(function* () {
    for (let i = 0; i < 5; i++) yield* Console.log(yield* call)
    yield* Effect.sleep("300 millis")
    yield* Console.log(`after the pause: ${yield* call}`)
  }).pipe(Effect.provide(Audian.layerFetch({ apiKey, baseUrl, circuitBreaker })))
  yield* Console.log(`6 calls, ${(yield* embedded.requests).length} requests`)
})

program.pipe(Effect.provide(EmbeddedAudian.serve()), NodeRuntime.runMain)
