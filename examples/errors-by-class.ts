// Handle errors by their class: what a retry may heal, what the caller did wrong, what may have been executed.
//
//   npm run example examples/errors-by-class.ts
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { AudianError, Numbers, Retry } from "effect-audian"
import { EmbeddedAudian, Fault } from "effect-audian/testing"

const purchase = Numbers.purchase({ number: "+14155551234" }).pipe(
  Effect.map(({ id }) => `bought as ${id}`),
  // Order matters: a lost response of a purchase may be a purchase.
  Effect.catchIf(AudianError.isOutcomeUnknown, ({ _tag }) => Effect.succeed(`${_tag}: look before buying again`)),
  Effect.catchIf(AudianError.isServerError, ({ _tag }) => Effect.succeed(`${_tag}: try again later`)),
  Effect.catchIf(AudianError.isClientError, ({ _tag }) => Effect.succeed(`${_tag}: change the request`))
)

const program = Effect.gen(function* () {
  const embedded = yield* EmbeddedAudian.EmbeddedAudian
  for (const fault of [Fault.status(503), Fault.status(403), Fault.reset]) {
    yield* embedded.fault(Fault.on(fault, Numbers.purchase))
    yield* Console.log(yield* purchase)
  }
}).pipe(Retry.withPolicy(Retry.none))

program.pipe(Effect.provide(EmbeddedAudian.layer()), NodeRuntime.runMain)
