// The embedded server: what a layer costs a test of five calls, and the calls a second of CPU time that a socket takes.
import { fork } from "node:child_process"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { Numbers } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { median, message } from "./contest.ts"

export interface Result {
  /** CPU time of a test with a layer of its own and five calls, in milliseconds. */
  readonly test: number
  /** Calls of one client, by the CPU time of the server alone. */
  readonly callsPerSecond: number
}

const test = Effect.provide(
  Effect.gen(function* () {
    for (let i = 0; i < 5; i++) yield* Numbers.list({ limit: 20 })
  }),
  EmbeddedAudian.layer()
)

const calls = 300

export const measure = async (): Promise<Result> => {
  const tests: Array<number> = []
  for (let i = 0; i < 60; i++) {
    const before = process.cpuUsage()
    await Effect.runPromise(test)
    const { system, user } = process.cpuUsage(before)
    if (i >= 20) tests.push((user + system) / 1000)
  }
  const server = fork(new URL(import.meta.url), ["serve"], { execArgv: ["--conditions=effect-audian-source"] })
  const { apiKey, url } = await message<{ readonly url: string; readonly apiKey: string }>(server)
  const seconds: Array<number> = []
  for (let round = 0; round < 12; round++) {
    server.send("reset")
    await message(server)
    for (let i = 0; i < calls; i++) {
      const response = await fetch(`${url}/v2/numbers?limit=20`, { headers: { "x-auth-token": apiKey } })
      if (response.status !== 200) throw new Error(`The server responded ${response.status}`)
      await response.arrayBuffer()
    }
    const used = message<number>(server)
    server.send("used")
    const micros = await used
    if (round >= 4) seconds.push(calls / (micros / 1e6))
  }
  server.disconnect()
  return { test: median(tests), callsPerSecond: median(seconds) }
}

if (process.argv[2] === "serve") {
  process.on("disconnect", () => process.exit())
  const program = Effect.gen(function* () {
    const { apiKey, baseUrl: url } = yield* EmbeddedAudian.EmbeddedAudian
    let before = process.cpuUsage()
    process.on("message", (what) => {
      const { system, user } = process.cpuUsage(before)
      if (what === "reset") before = process.cpuUsage()
      process.send?.(what === "reset" ? 0 : user + system)
    })
    process.send?.({ url, apiKey: Redacted.isRedacted(apiKey) ? Redacted.value(apiKey) : apiKey })
    return yield* Effect.never
  })
  await Effect.runPromise(Effect.provide(program, EmbeddedAudian.serve({ quota: false })))
} else if (import.meta.main) console.log(await measure())
