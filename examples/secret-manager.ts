// Read the API key from a secret manager: at the first call, shared by all fibers, and again after a 401.
//
//   npm run example examples/secret-manager.ts
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { Audian, Numbers } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"

const program = Effect.gen(function* () {
  const { apiKey, baseUrl } = yield* EmbeddedAudian.EmbeddedAudian

  // The key was rotated: the manager gives the old one first, the new one from then on.
  let reads = 0
  const fromVault = Effect.suspend(() => {
    reads++
    return Effect.as(Console.log(`reads the secret, version ${reads}`), reads === 1 ? Redacted.make("sk_old") : apiKey)
  })

  const client = Audian.layerFetch({ apiKey: fromVault, baseUrl })
  yield* Effect.gen(function* () {
    yield* Effect.all([Numbers.list(), Numbers.list(), Numbers.list()], { concurrency: "unbounded" })
    yield* Console.log(`3 calls succeeded with ${reads} reads`)
  }).pipe(Effect.provide(client))
})

program.pipe(Effect.provide(EmbeddedAudian.serve()), NodeRuntime.runMain)
