// 100 calls at once against a bucket of 10 that is refilled at 10 a second and says no Retry-After. For each client, side
// by side in one run: how many calls succeeded, how many requests they took, and the time over the ideal.
import { type ChildProcess, fork } from "node:child_process"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Audian, Numbers, RateLimit } from "effect-audian"

const calls = 100
const size = 10
const refill = 10
const ideal = ((calls - size) / refill) * 1000

interface Shape {
  readonly name: string
  readonly says: "nothing" | "tokens"
  readonly options: Audian.ClientOptions
}

const limited = RateLimit.limiter({ limit: size, window: (size / refill) * 1000 })

const shapes: ReadonlyArray<Shape> = [
  { name: "limiter, the bucket configured", says: "nothing", options: { rateLimit: limited } },
  { name: "limiter, the bucket configured, tokens told", says: "tokens", options: { rateLimit: limited } },
  { name: "limiter, nothing configured, tokens told", says: "tokens", options: { rateLimit: RateLimit.limiter() } },
  { name: "no limiter, Retry.standard", says: "nothing", options: {} }
]

const message = (server: ChildProcess) => new Promise<unknown>((resolve) => server.once("message", resolve))

const measure = async ({ name, options, says }: Shape) => {
  const server = fork(new URL("./bucket.ts", import.meta.url), [String(size), String(refill), says], {
    stdio: "inherit"
  })
  const port = await message(server)
  const audian = Audian.layer({ apiKey: "bench", baseUrl: `http://127.0.0.1:${port}`, ...options })
  const program = Effect.gen(function* () {
    const begun = yield* Clock.currentTimeMillis
    const results = yield* Effect.all(
      Array.from({ length: calls }, () => Effect.result(Numbers.list())),
      { concurrency: "unbounded" }
    )
    const took = (yield* Clock.currentTimeMillis) - begun
    return { succeeded: results.filter(({ _tag }) => _tag === "Success").length, took }
  })
  const { succeeded, took } = await Effect.runPromise(
    Effect.provide(program, Layer.provide(audian, NodeHttpClient.layerUndici))
  )
  const counted = message(server)
  server.send("count")
  const { refused, requests } = (await counted) as { readonly requests: number; readonly refused: number }
  server.disconnect()
  return { name, succeeded, requests, refused, ratio: took / ideal }
}

const results = await Promise.all(shapes.map(measure))
console.log(`${calls} calls at once, a bucket of ${size} refilled at ${refill}/s, no Retry-After; ideal ${ideal} ms`)
for (const { name, ratio, refused, requests, succeeded } of results) {
  console.log(
    `${name.padEnd(46)} ${String(succeeded).padStart(3)} succeeded  ${String(requests).padStart(3)} requests  ${String(refused).padStart(3)} refused  ${ratio.toFixed(3)} of the ideal time`
  )
}
const [bar] = results
const met = bar !== undefined && bar.succeeded === calls && bar.requests <= 102 && bar.ratio <= 1.05
console.log(`the bar: 100 succeeded, at most 102 requests, at most 1.05 of the ideal: ${met ? "met" : "NOT MET"}`)
if (!met) process.exitCode = 1
