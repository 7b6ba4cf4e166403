// Watch the quota that the API reports, and wait for it instead of running into a 429.
//
//   npm run example examples/quota-watch.ts
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { Audian, Numbers, RateLimit } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"

const watch = Effect.flatMap(RateLimit.state, (state) =>
  Console.log(`  ${state?.remaining ?? "?"} requests left`)
).pipe(Effect.repeat(Schedule.spaced("500 millis")))

const program = Effect.gen(function* () {
  const embedded = yield* EmbeddedAudian.EmbeddedAudian
  const { apiKey, baseUrl } = embedded
  yield* Effect.gen(function* () {
    yield* Effect.forkChild(watch)
    yield* Effect.forEach(Array.from({ length: 12 }), () => Numbers.list())
  }).pipe(Effect.provide(Audian.layerFetch({ apiKey, baseUrl, rateLimit: RateLimit.limiter() })))

  const refused = (yield* embedded.requests).filter(({ status }) => status === 429).length
  yield* Console.log(`12 calls in windows of 5, ${refused} refused`)
})

program.pipe(Effect.provide(EmbeddedAudian.serve({ quota: { limit: 5, window: "1 second" } })), NodeRuntime.runMain)
