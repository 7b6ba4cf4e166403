// Compares one call in one run: this library, the same call written by hand, and bare fetch.
// Prints medians and ratios. Absolute times are meaningless on a shared machine.
import { fork } from "node:child_process"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { Audian, Numbers } from "effect-audian"
import * as HandWritten from "./handwritten.ts"

const rounds = Number(process.env.BENCH_ROUNDS ?? 60)
const warmup = Number(process.env.BENCH_WARMUP ?? 40)
const calls = 100

const server = fork(new URL("./server.ts", import.meta.url), { stdio: "inherit" })
const port = await new Promise<number>((resolve) => server.once("message", (port) => resolve(Number(port))))
const baseUrl = `http://127.0.0.1:${port}`
const token = "bench"

interface Contender {
  readonly run: () => Promise<unknown>
  readonly dispose: () => Promise<void>
}

type Calls = Record<"one" | "twenty", () => Effect.Effect<unknown, unknown>>

const contenders = async <R, E>(
  layer: Layer.Layer<R, E>,
  program: Effect.Effect<Calls, never, R>
): Promise<Record<keyof Calls, Contender>> => {
  const runtime = ManagedRuntime.make(layer)
  const { one, twenty } = await runtime.runPromise(program)
  // One fiber runs the loop, so that the start of a fiber is not measured.
  const loop = (call: () => Effect.Effect<unknown, unknown>): Contender => ({
    run: () =>
      runtime.runPromise(
        Effect.gen(function* () {
          for (let i = 0; i < calls; i++) yield* call()
        })
      ),
    dispose: () => runtime.dispose()
  })
  return { one: loop(one), twenty: loop(twenty) }
}

const bare = (path: string): Contender => ({
  run: async () => {
    for (let i = 0; i < calls; i++) {
      const response = await fetch(baseUrl + path, { headers: { "x-auth-token": token, accept: "application/json" } })
      await response.json()
    }
  },
  dispose: async () => {}
})

const ours = Effect.map(
  Effect.context<Audian.Audian>(),
  (context): Calls => ({
    one: () => Effect.provideContext(Numbers.getConfig({ number_id: "num_1" }), context),
    twenty: () => Effect.provideContext(Numbers.list({ limit: 20, status: "active" }), context)
  })
)
const byHand = Effect.map(
  HandWritten.make(baseUrl, token),
  ({ getConfig, list }): Calls => ({
    one: () => getConfig("num_1"),
    twenty: () => list({ limit: 20, status: "active" })
  })
)
const client = (http: typeof NodeHttpClient.layerUndici) =>
  Layer.provide(Audian.layer({ apiKey: token, baseUrl }), http)

const undici = {
  ours: await contenders(client(NodeHttpClient.layerUndici), ours),
  hand: await contenders(NodeHttpClient.layerUndici, byHand)
}
const onFetch = {
  ours: await contenders(client(NodeHttpClient.layerFetch), ours),
  hand: await contenders(NodeHttpClient.layerFetch, byHand)
}

const median = (values: ReadonlyArray<number>): number => values.toSorted((a, b) => a - b)[values.length >> 1]!

const measure = async (title: string, size: keyof Calls, path: string): Promise<void> => {
  const all = {
    fetch: bare(path),
    "by hand, undici": undici.hand[size],
    "ours, undici": undici.ours[size],
    "by hand, fetch": onFetch.hand[size],
    "ours, fetch": onFetch.ours[size]
  }
  const samples: Record<string, Array<number>> = {}
  for (let round = -warmup; round < rounds; round++) {
    for (const [name, { run }] of Object.entries(all)) {
      const start = process.hrtime.bigint()
      await run()
      if (round >= 0) (samples[name] ??= []).push(Number(process.hrtime.bigint() - start) / 1000 / calls)
    }
  }
  // Ratios are computed per round, so that changes in machine speed affect both sides equally.
  const ratio = (a: keyof typeof all, b: keyof typeof all): string =>
    median(samples[a]!.map((value, i) => value / samples[b]![i]!)).toFixed(2)

  console.log(`${title}`)
  for (const [name, values] of Object.entries(samples)) {
    console.log(`  ${name.padEnd(26)} ${median(values).toFixed(0).padStart(5)} µs a call`)
  }
  console.log(`  ours / by hand, undici     ${ratio("ours, undici", "by hand, undici")}  (aim: at most 1.15)`)
  console.log(`  ours / by hand, fetch      ${ratio("ours, fetch", "by hand, fetch")}`)
  console.log(`  ours, undici / bare fetch  ${ratio("ours, undici", "fetch")}  (aim: at most 1)`)
  console.log(`  ours, fetch / bare fetch   ${ratio("ours, fetch", "fetch")}\n`)
}

await measure("One configuration", "one", "/v2/numbers/num_1/config")
await measure("A page of twenty numbers", "twenty", "/v2/numbers?limit=20&status=active")

for (const { hand, ours } of [undici, onFetch]) await Promise.all([hand.one.dispose(), ours.one.dispose()])
server.disconnect()
