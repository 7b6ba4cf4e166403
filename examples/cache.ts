// Keep the values of a read that is called often. A write forgets what it changed.
//
//   npm run example examples/cache.ts
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { Cached, Numbers } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"

const program = Effect.gen(function* () {
  const embedded = yield* EmbeddedAudian.EmbeddedAudian
  const { id: number_id } = yield* Numbers.purchase({ number: "+14155551234" })

  // Made once, where the program starts; called like the operation.
  const getConfig = yield* Cached.make(Numbers.getConfig, { timeToLive: "5 minutes", capacity: 1000 })
  yield* Effect.replicateEffect(getConfig({ number_id }), 100, { concurrency: "unbounded" })

  yield* Numbers.updateConfig({ number_id, friendly_name: "Front desk" }).pipe(
    Cached.invalidateAfter(getConfig.invalidate({ number_id }))
  )
  const { friendly_name } = yield* getConfig({ number_id })

  const reads = (yield* embedded.requests).filter(({ operation }) => operation === "Numbers.getConfig").length
  yield* Console.log(`${friendly_name}: 101 reads, ${reads} requests`)
})

program.pipe(Effect.provide(EmbeddedAudian.layer()), NodeRuntime.runMain)
