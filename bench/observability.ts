// The cost of telemetry: the same calls in one run, with all of it and with parts of it switched off.
// The server is a response in memory, so that the differences are not lost in the noise of a socket; a second table
// relates them to a call over a socket. Prints medians of ratios and microseconds a call.
import { fork } from "node:child_process"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { MinimumLogLevel } from "effect/References"
import * as Tracer from "effect/Tracer"
import { Audian, Numbers, Telemetry } from "effect-audian"

const rounds = Number(process.env.BENCH_ROUNDS ?? 200)
const warmup = Number(process.env.BENCH_WARMUP ?? 50)
const calls = Number(process.env.BENCH_CALLS ?? 100)

const body = JSON.stringify({ success: true, data: { id: "num_1", friendly_name: "Line 1" } })
const headers = {
  "content-type": "application/json",
  "content-length": String(body.length),
  "x-request-id": "req_bench",
  "x-ratelimit-limit": "1000",
  "x-ratelimit-remaining": "999",
  "x-ratelimit-reset": "1893456000"
}
const memory = Layer.succeed(
  HttpClient.HttpClient,
  HttpClient.make((request) => Effect.sync(() => HttpClientResponse.fromWeb(request, new Response(body, { headers }))))
)

const tracer = Layer.succeed(Tracer.Tracer, Tracer.make({ span: (options) => new Tracer.NativeSpan(options) }))
const metricsOff = Layer.succeed(Telemetry.MetricsEnabled, false)
const childrenOff = Layer.succeed(Telemetry.ChildSpansEnabled, false)
const info = Layer.succeed(MinimumLogLevel, "Info")

/** Sets of references. `off` is the base of the ratios of the first group, `traced` that of the second. */
const settings = {
  off: Layer.mergeAll(info, metricsOff, childrenOff),
  metrics: Layer.mergeAll(info, childrenOff),
  traced: Layer.mergeAll(info, metricsOff, childrenOff, tracer),
  "traced, child spans": Layer.mergeAll(info, metricsOff, tracer),
  "traced, all": Layer.mergeAll(info, tracer)
}
type Name = keyof typeof settings

const median = (values: ReadonlyArray<number>): number => values.toSorted((a, b) => a - b)[values.length >> 1]!

const measure = async (title: string, http: Layer.Layer<HttpClient.HttpClient>, baseUrl: string) => {
  const runs = Object.entries(settings).map(([name, layer]) => {
    const client = Layer.provide(Audian.layer({ apiKey: "bench", baseUrl }), http)
    const runtime = ManagedRuntime.make(Layer.provideMerge(client, layer))
    const loop = Effect.gen(function* () {
      for (let i = 0; i < calls; i++) yield* Numbers.getConfig({ number_id: "num_1" })
    })
    return { name: name as Name, run: () => runtime.runPromise(loop), dispose: () => runtime.dispose() }
  })
  const samples: Record<Name, Array<number>> = {
    off: [],
    metrics: [],
    traced: [],
    "traced, child spans": [],
    "traced, all": []
  }
  for (let round = -warmup; round < rounds; round++) {
    // Another one goes first each time.
    const shift = (round + warmup) % runs.length
    for (const { name, run } of [...runs.slice(shift), ...runs.slice(0, shift)]) {
      const start = process.hrtime.bigint()
      await run()
      if (round >= 0) samples[name].push(Number(process.hrtime.bigint() - start) / 1000 / calls)
    }
  }
  for (const { dispose } of runs) await dispose()
  // Per round, so that changes in machine speed affect both sides equally.
  const compare = (name: Name, base: Name) => ({
    ratio: median(samples[name].map((value, i) => value / samples[base][i]!)),
    micros: median(samples[name].map((value, i) => value - samples[base][i]!))
  })
  console.log(title)
  console.log(`  off: ${median(samples.off).toFixed(1)} µs a call; traced: ${median(samples.traced).toFixed(1)} µs`)
  for (const [name, base] of [
    ["metrics", "off"],
    ["traced, child spans", "traced"],
    ["traced, all", "traced"]
  ] as const) {
    const { micros, ratio } = compare(name, base)
    console.log(
      `  ${name.padEnd(20)} / ${base.padEnd(7)} ${ratio.toFixed(3)}  ${micros.toFixed(2).padStart(6)} µs a call`
    )
  }
}

await measure("In memory", memory, "http://127.0.0.1:9")

const server = fork(new URL("./server.ts", import.meta.url), { stdio: "inherit" })
const port = await new Promise<number>((resolve) => server.once("message", (port) => resolve(Number(port))))
await measure(
  "Over a socket, undici (aim of metrics: at most 1.02)",
  NodeHttpClient.layerUndici,
  `http://127.0.0.1:${port}`
)
server.disconnect()
