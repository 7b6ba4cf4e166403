// 100 concurrent calls against a token bucket of 10, refilled at 10 per second, without Retry-After. For each client, in
// one run: the number of successful calls, the number of requests, and the ratio to the ideal time.
import { type ChildProcess, fork, spawn } from "node:child_process"
import { availableParallelism } from "node:os"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Audian, Numbers, RateLimit } from "effect-audian"

export const calls = 100
const size = 10
const refill = 10
const ideal = ((calls - size) / refill) * 1000

interface Shape {
  readonly name: string
  readonly reports: "nothing" | "tokens"
  readonly options: Audian.ClientOptions
}

const limited = RateLimit.limiter({ limit: size, window: (size / refill) * 1000 })

const shapes: ReadonlyArray<Shape> = [
  { name: "limiter, the bucket configured", reports: "nothing", options: { rateLimit: limited } },
  { name: "limiter, the bucket configured, tokens reported", reports: "tokens", options: { rateLimit: limited } },
  {
    name: "limiter, nothing configured, tokens reported",
    reports: "tokens",
    options: { rateLimit: RateLimit.limiter() }
  },
  { name: "no limiter, Retry.standard", reports: "nothing", options: {} }
]

const message = (server: ChildProcess) => new Promise<unknown>((resolve) => server.once("message", resolve))

const measure = async ({ name, options, reports }: Shape) => {
  const server = fork(new URL("./bucket.ts", import.meta.url), [String(size), String(refill), reports], {
    stdio: "inherit"
  })
  const port = await message(server)
  const audian = Audian.layer({ apiKey: "bench", baseUrl: `http://127.0.0.1:${port}`, ...options })
  const program = Effect.gen(function* () {
    const startedAt = yield* Clock.currentTimeMillis
    const results = yield* Effect.all(
      Array.from({ length: calls }, () => Effect.result(Numbers.list())),
      { concurrency: "unbounded" }
    )
    const duration = (yield* Clock.currentTimeMillis) - startedAt
    return { succeeded: results.filter(({ _tag }) => _tag === "Success").length, duration }
  })
  const { succeeded, duration } = await Effect.runPromise(
    Effect.provide(program, Layer.provide(audian, NodeHttpClient.layerUndici))
  )
  const counted = message(server)
  server.send("count")
  const { rejected, requests } = (await counted) as { readonly requests: number; readonly rejected: number }
  server.disconnect()
  return { name, succeeded, requests, rejected, ratio: duration / ideal }
}

interface Run {
  readonly succeeded: number
  readonly requests: number
  readonly ratio: number
}

/** True for a run in which all calls succeeded, in hardly more requests and hardly more time than needed. */
export const isMet = ({ ratio, requests, succeeded }: Run): boolean =>
  succeeded === calls && requests <= 102 && ratio <= 1.05

/** Runs of the first shape, one after another, next to a busy process for each core. */
export const busyRuns = async (count: number): Promise<ReadonlyArray<Run>> => {
  const busy = availableParallelism()
  const loops = Array.from({ length: busy }, () => spawn(process.execPath, ["--eval", "while (true);"]))
  const runs: Array<Run> = []
  for (let i = 0; i < count; i++) runs.push(await measure(shapes[0]!))
  for (const loop of loops) loop.kill()
  return runs
}

if (import.meta.main) {
  const busy = process.argv.includes("--busy")
  const results = busy ? [] : await Promise.all(shapes.map(measure))
  if (busy) {
    const runs = await busyRuns(10)
    for (const { ratio, requests, succeeded } of runs) {
      console.log(`${succeeded} succeeded  ${requests} requests  ${ratio.toFixed(3)} of the ideal time`)
    }
    if (runs.filter(isMet).length < 9) process.exitCode = 1
  } else {
    console.log(
      `${calls} calls at once, a bucket of ${size} refilled at ${refill}/s, no Retry-After; ideal ${ideal} ms`
    )
    for (const { name, ratio, rejected, requests, succeeded } of results) {
      console.log(
        `${name.padEnd(46)} ${String(succeeded).padStart(3)} succeeded  ${String(requests).padStart(3)} requests  ${String(rejected).padStart(3)} rejected  ${ratio.toFixed(3)} of the ideal time`
      )
    }
    const [bar] = results
    const met = bar !== undefined && isMet(bar)
    console.log(`the bar: 100 succeeded, at most 102 requests, at most 1.05 of the ideal: ${met ? "met" : "NOT MET"}`)
    if (!met) process.exitCode = 1
  }
}
