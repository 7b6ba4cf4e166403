/**
 * One process of a fleet: makes calls at once, through Redis with the others, and prints how they ended.
 */
import * as NodeRedis from "@effect/platform-node/NodeRedis"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import { Account, Audian, Fleet } from "effect-audian"

const [baseUrl = "", redis = "", calls = "0"] = process.argv.slice(2)

const live = Audian.layer({
  apiKey: "sk_test_fleet",
  baseUrl,
  sessions: Fleet.sessions,
  rateLimit: Fleet.limiter({ limit: 50, window: "2500 millis" }),
  circuitBreaker: Fleet.circuitBreaker()
}).pipe(Layer.provide(Fleet.layerRedis(NodeRedis.layer({ url: redis }))), Layer.provide(FetchHttpClient.layer))

const ended = Effect.match(Account.Users.list(), {
  onFailure: (error) => error.message,
  onSuccess: () => "ok"
})

Effect.all(
  Array.from({ length: Number(calls) }, () => ended),
  { concurrency: "unbounded" }
).pipe(
  Effect.flatMap((results) => Console.log(JSON.stringify(results))),
  Effect.provide(live),
  Effect.runPromise
)
