// A program of somebody who installed the package: compiled against its declarations, and run.
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeRedis from "@effect/platform-node/NodeRedis"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Everything from "effect-audian"
import { Account, Audian, CircuitBreaker, Fleet, Numbers, RateLimit } from "effect-audian"
import * as Deep from "effect-audian/account/Users"
import * as Testing from "effect-audian/testing"

export const all = [Everything, Testing, Deep]

const options = { apiKey: "sk_test_embedded", rateLimit: RateLimit.limiter(), circuitBreaker: CircuitBreaker.make() }
export const own: Layer.Layer<Audian.Audian, never, HttpClient.HttpClient> = Audian.layer(options)

const shared = Audian.layer({
  apiKey: "sk_test_embedded",
  rateLimit: Fleet.limiter({ limit: 10 }),
  circuitBreaker: Fleet.circuitBreaker(),
  sessions: Fleet.sessions
})
// @ts-expect-error the shared store has to be provided
export const lonely: Layer.Layer<Audian.Audian, never, HttpClient.HttpClient> = shared
export const together: Layer.Layer<Audian.Audian> = shared.pipe(
  Layer.provide(Fleet.layerRedis(NodeRedis.layer({ url: "redis://127.0.0.1:1" }))),
  Layer.provide(NodeHttpClient.layerUndici)
)

const program = Effect.gen(function* () {
  const { number } = yield* Numbers.purchase({ number: "+14155551234" })
  const users = yield* Account.Users.list()
  yield* Console.log(`${number}, ${users.length} users`)
})

await Effect.runPromise(Effect.provide(program, Testing.EmbeddedAudian.layer()))
