// A contender: this library, the same call by hand with Effect, or a bare fetch. Arguments: who, the transport, the number
// of items (1 is a configuration), the calls in flight, the URL of the server.
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { Audian, CircuitBreaker, Numbers, RateLimit } from "effect-audian"
import * as HandWritten from "./handwritten.ts"
import * as Payloads from "./payloads.ts"
import { serve } from "./runner.ts"

const [who = "", transport = "", items = "1", flight = "1", baseUrl = "http://127.0.0.1:9"] = process.argv.slice(2)
// As long as a real one: errors are searched for it.
const token = "sk_live_5f2b8c1d9e4a7f3b6c0d8e2a1f5b9c3d"
const limit = Number(items)
const concurrency = Number(flight)
const body = limit === 1 ? Payloads.config : Payloads.list(limit)
const answer = transport === "404" ? { status: 404, text: Payloads.notFound } : { status: 200, text: body }

/** A response in memory: the measured time is the client's alone. */
const memory = Layer.succeed(
  HttpClient.HttpClient,
  HttpClient.make((request) =>
    Effect.sync(() =>
      HttpClientResponse.fromWeb(
        request,
        new Response(answer.text, {
          status: answer.status,
          headers: { ...Payloads.headers, "content-length": String(answer.text.length) }
        })
      )
    )
  )
)

const http =
  transport === "undici" ? NodeHttpClient.layerUndici : transport === "fetch" ? NodeHttpClient.layerFetch : memory

// As many fibers as there are calls in flight: the start of a fiber for each call is not measured.
const effects = <R, E>(layer: Layer.Layer<R, E>, call: Effect.Effect<unknown, unknown, R>) => {
  const runtime = ManagedRuntime.make(layer)
  const ignored = Effect.ignore(call)
  const one = transport === "404" ? ignored : call
  const loop = (calls: number) =>
    Effect.gen(function* () {
      for (let i = 0; i < calls; i++) yield* one
    })
  serve(
    (calls) =>
      runtime.runPromise(
        concurrency === 1
          ? loop(calls)
          : Effect.forEach(Array.from({ length: concurrency }), () => loop(Math.ceil(calls / concurrency)), {
              concurrency: "unbounded",
              discard: true
            })
      ),
    (calls) =>
      runtime.runPromise(
        Effect.map(
          Effect.forEach(Array.from({ length: calls }), () => Effect.exit(call), { concurrency: "unbounded" }),
          (exits) => exits.filter(Exit.isSuccess).length
        )
      )
  )
}

const path = limit === 1 ? "/v2/numbers/num_1/config" : `/v2/numbers?limit=${limit}&status=active`

if (who === "fetch") {
  const loop = async (calls: number) => {
    for (let i = 0; i < calls; i++) {
      const response = await fetch(baseUrl + path, { headers: { "x-auth-token": token, accept: "application/json" } })
      await response.json()
    }
  }
  serve((calls) => Promise.all(Array.from({ length: concurrency }, () => loop(Math.ceil(calls / concurrency)))))
} else if (who === "by hand") {
  class Hand extends Context.Service<Hand, Effect.Success<ReturnType<typeof HandWritten.make>>>()("bench/Hand") {}
  const layer = Layer.provide(Layer.effect(Hand, HandWritten.make(baseUrl, token)), http)
  effects(
    layer,
    Effect.flatMap(
      Hand,
      (hand): Effect.Effect<unknown, unknown> =>
        limit === 1 ? hand.getConfig("num_1") : hand.list({ limit, status: "active" })
    )
  )
} else {
  const options =
    who === "ours, guarded"
      ? { rateLimit: RateLimit.limiter({ limit: 1e9, window: "1 second" }), circuitBreaker: CircuitBreaker.make() }
      : who === "ours, limiter"
        ? { rateLimit: RateLimit.limiter({ limit: 10, window: "1 second" }) }
        : {}
  const layer = Layer.provide(Audian.layer({ apiKey: token, baseUrl, ...options }), http)
  // The caller's line is captured for each call.
  effects(
    layer,
    Effect.suspend(
      (): Effect.Effect<unknown, unknown, Audian.Audian> =>
        limit === 1
          ? Numbers.getConfig({ number_id: "num_1" })
          : Numbers.list({ limit: Math.min(limit, 100), status: "active" })
    )
  )
}
