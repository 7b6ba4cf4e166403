// Some calls against the embedded server, exported by Effect's own OTLP exporter.
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import { Otlp } from "effect/observability"
import * as References from "effect/References"
import { Account, CircuitBreaker, Numbers, RateLimit, Retry } from "effect-audian"
import { EmbeddedAudian, Fault } from "effect-audian/testing"
import { Collector } from "./collector.ts"

/** Exports to the collector. What is left is sent when the layer is released. */
const exporter = Layer.unwrap(
  Effect.map(Collector, ({ url }) =>
    Otlp.layerJson({
      baseUrl: url,
      resource: { serviceName: "phones", serviceVersion: "1.0.0" },
      loggerMergeWithExisting: false
    })
  )
).pipe(Layer.provide(FetchHttpClient.layer), Layer.merge(Layer.succeed(References.MinimumLogLevel, "Debug")))

const client = EmbeddedAudian.client({
  rateLimit: RateLimit.limiter(),
  circuitBreaker: CircuitBreaker.make({}),
  retry: Retry.make({ baseDelay: "100 millis", jitter: false })
}).pipe(Layer.provide(NodeHttpClient.layerUndici))

const calls = Effect.gen(function* () {
  // The limiter sends one request to learn the quota; the other one waits, and finds no such number.
  yield* Effect.all([Numbers.list(), Effect.ignore(Numbers.getConfig({ number_id: "num_unknown" }))], {
    concurrency: 2
  })
  // The first call for an account exchanges the API key. Its first attempt fails.
  yield* Account.Users.list()
}).pipe(Effect.withSpan("nightly report"))

/** Makes the calls and exports what is seen of them. */
export const program = Effect.gen(function* () {
  const embedded = yield* EmbeddedAudian.EmbeddedAudian
  yield* embedded.fault(Fault.status(503).pipe(Fault.on(Account.Users.list), Fault.times(1)))
  yield* embedded.fault(Fault.delay("200 millis").pipe(Fault.on(Numbers.list)))
  yield* Effect.provide(calls, Layer.provideMerge(client, exporter))
}).pipe(Effect.provide(EmbeddedAudian.serve()))
