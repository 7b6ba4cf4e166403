// Buy many numbers. A journal lets a second run continue where the first one stopped, and buy nothing twice.
//
//   npm run example examples/bulk.ts
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { Bulk, Journal, Numbers } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"

const program = Effect.gen(function* () {
  const embedded = yield* EmbeddedAudian.EmbeddedAudian
  const journal = yield* Journal.memory // `Journal.file("purchases.jsonl")` survives the process.
  const { numbers } = yield* Numbers.search({ location: "US-CA-415", limit: 20 })
  const buyAll = Bulk.run(numbers, {
    key: ({ number }) => number,
    run: ({ number }) => Numbers.purchase({ number }),
    concurrency: 5,
    journal
  })

  yield* embedded.setBalance(10)
  const first = yield* buyAll
  yield* Console.log(`first run:  ${first.done} bought, stopped by ${first.stoppedBy?._tag}`)

  yield* embedded.setBalance(1000)
  const second = yield* buyAll
  yield* Console.log(`second run: ${second.done} bought, ${second.skipped} skipped`)
})

program.pipe(Effect.provide(EmbeddedAudian.layer()), NodeRuntime.runMain)
