// One call, side by side in one run: this library, the same call by hand, and bare fetch.
// Prints medians and ratios; absolute times mean nothing on a shared machine.
import { fork } from "node:child_process"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { Audian, Numbers } from "effect-audian"
import * as HandWritten from "./handwritten.ts"

const rounds = Number(process.env.BENCH_ROUNDS ?? 60)
const calls = Number(process.env.BENCH_CALLS ?? 100)

const server = fork(new URL("./server.ts", import.meta.url), { stdio: "inherit" })
const port = await new Promise<number>((resolve) => server.once("message", (port) => resolve(Number(port))))
const baseUrl = `http://127.0.0.1:${port}`
const token = "bench"

const contender = async <R, E>(
  layer: Layer.Layer<R, E>,
  program: Effect.Effect<() => Effect.Effect<unknown, unknown>, never, R>
) => {
  const runtime = ManagedRuntime.make(layer)
  const call = await runtime.runPromise(program)
  // The loop runs within one fiber, so that starting a fiber counts for none of them.
  const loop = Effect.gen(function* () {
    for (let i = 0; i < calls; i++) yield* call()
  })
  return { run: () => runtime.runPromise(loop), dispose: () => runtime.dispose() }
}

const ours = Effect.map(
  Effect.context<Audian.Audian>(),
  (context) => () => Effect.provideContext(Numbers.list({ limit: 20, status: "active" }), context)
)
const byHand = Effect.map(HandWritten.make(baseUrl, token), (call) => () => call({ limit: 20, status: "active" }))

const contenders = {
  "fetch + json": {
    run: async () => {
      for (let i = 0; i < calls; i++) {
        const response = await fetch(`${baseUrl}/v2/numbers?limit=20&status=active`, {
          headers: { "x-auth-token": token, accept: "application/json" }
        })
        await response.json()
      }
    },
    dispose: async () => {}
  },
  "by hand, undici": await contender(NodeHttpClient.layerUndici, byHand),
  "ours, undici": await contender(
    Layer.provide(Audian.layer({ apiKey: token, baseUrl }), NodeHttpClient.layerUndici),
    ours
  ),
  "by hand, fetch": await contender(NodeHttpClient.layerFetch, byHand),
  "ours, fetch": await contender(
    Layer.provide(Audian.layer({ apiKey: token, baseUrl }), NodeHttpClient.layerFetch),
    ours
  )
}

const median = (values: ReadonlyArray<number>): number => values.toSorted((a, b) => a - b)[values.length >> 1]!

const samples: Record<string, Array<number>> = {}
for (let round = -5; round < rounds; round++) {
  for (const [name, { run }] of Object.entries(contenders)) {
    const start = process.hrtime.bigint()
    await run()
    const micros = Number(process.hrtime.bigint() - start) / 1000 / calls
    if (round >= 0) (samples[name] ??= []).push(micros)
  }
}
// Ratios are taken round by round, so that a drift of the machine's speed falls on both sides alike.
const ratio = (a: string, b: string): number => median(samples[a]!.map((value, i) => value / samples[b]![i]!))

for (const [name, values] of Object.entries(samples))
  console.log(`${name.padEnd(20)} ${median(values).toFixed(1)} µs a call`)
console.log(`\nours / by hand, undici    ${ratio("ours, undici", "by hand, undici").toFixed(3)}  (aim: at most 1.15)`)
console.log(`ours / by hand, fetch     ${ratio("ours, fetch", "by hand, fetch").toFixed(3)}`)
console.log(`ours, undici / bare fetch ${ratio("ours, undici", "fetch + json").toFixed(3)}  (aim: at most 1)`)
console.log(`ours, fetch / bare fetch  ${ratio("ours, fetch", "fetch + json").toFixed(3)}`)

for (const { dispose } of Object.values(contenders)) await dispose()
server.disconnect()
