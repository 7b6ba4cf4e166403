// Handle every error. A tag that is missing does not compile, so a new one cannot be forgotten.
//
//   npm run example examples/errors-exhaustive.ts
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Match from "effect/Match"
import { type AudianError, Numbers, Retry } from "effect-audian"
import { EmbeddedAudian, Fault } from "effect-audian/testing"

/** The status of the program's own response. */
const statusOf: (error: AudianError.AudianError) => number = Match.valueTags({
  BadRequest: () => 400,
  Unauthorized: () => 500,
  PaymentRequired: () => 402,
  Forbidden: () => 403,
  NotFound: () => 404,
  Conflict: () => 409,
  UnprocessableEntity: () => 422,
  TooManyRequests: () => 503,
  InternalServerError: () => 502,
  BadGateway: () => 502,
  ServiceUnavailable: () => 503,
  AudianClientError: ({ reason }) => (reason._tag === "Timeout" ? 504 : 500)
})

const program = Effect.gen(function* () {
  const embedded = yield* EmbeddedAudian.EmbeddedAudian
  for (const status of [404, 429, 500]) {
    yield* embedded.fault(Fault.on(Fault.status(status), Numbers.list))
    const error = yield* Effect.flip(Numbers.list())
    yield* Console.log(`${error._tag} becomes ${statusOf(error)}`)
  }
}).pipe(Retry.withPolicy(Retry.none))

program.pipe(Effect.provide(EmbeddedAudian.layer()), NodeRuntime.runMain)
