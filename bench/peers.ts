// Other clients on the same server: CPU time a call, and how many requests a burst and an outage cost. They are installed
// into bench/peers.
import { execFileSync, fork } from "node:child_process"
import { existsSync } from "node:fs"
import { type Contender, contest, message, type Result } from "./contest.ts"

const folder = new URL("./peers/", import.meta.url)
const file = new URL("peer.mjs", folder)
const names = ["fetch", "openapi-fetch", "ky", "axios", "telnyx", "openai", "stripe", "twilio", "octokit", "aws-sdk"]

const install = (): void => {
  if (!existsSync(new URL("node_modules", folder))) {
    execFileSync("npm", ["install", "--no-audit", "--no-fund", "--silent"], { cwd: folder, stdio: "inherit" })
  }
}

const contender = (name: string, items: number, url: string): Contender =>
  name.startsWith("ours")
    ? {
        name,
        file: new URL("./client.ts", import.meta.url),
        args: [
          name === "ours, fetch" ? "ours" : name,
          name === "ours, fetch" ? "fetch" : "undici",
          String(items),
          "1",
          url
        ]
      }
    : { name, file, args: [name, String(items), url] }

/** CPU time a call, for one item and for twenty. */
export const cost = async (): Promise<
  ReadonlyArray<{ readonly items: number; readonly results: ReadonlyMap<string, Result> }>
> => {
  install()
  const server = fork(new URL("./server.ts", import.meta.url))
  const url = `http://127.0.0.1:${await message<number>(server)}`
  const rows = []
  for (const items of [1, 20]) {
    const all = ["ours", ...names].map((name) => contender(name, items, url))
    rows.push({ items, results: await contest(all, 96) })
  }
  server.disconnect()
  return rows
}

export interface Burst {
  readonly name: string
  readonly succeeded: number
  readonly requests: number
}

export const calls = 100

/** Calls at once, against a server that is one process for each client. */
const burst = async (serverFile: string, args: ReadonlyArray<string>, all: ReadonlyArray<string>) =>
  Promise.all(
    all.map(async (name): Promise<Burst> => {
      const server = fork(new URL(serverFile, import.meta.url), args)
      const url = `http://127.0.0.1:${await message<number>(server)}`
      const { args: given, file } = contender(name, 20, url)
      const child = fork(file, given, { execArgv: ["--conditions=effect-audian-source"] })
      await message(child)
      const answer = message<number>(child)
      child.send({ atOnce: calls })
      const succeeded = await answer
      const counted = message<number | { readonly requests: number }>(server)
      server.send("count")
      const count = await counted
      child.disconnect()
      server.disconnect()
      return { name, succeeded, requests: typeof count === "number" ? count : count.requests }
    })
  )

/** A bucket of ten that refills at ten a second. */
export const quota = () => {
  install()
  return burst("./bucket.ts", ["10", "10"], ["ours, limiter", "ours", ...names])
}

/** A server that responds 503 to everything. */
export const outage = () => {
  install()
  return burst("./server.ts", ["down"], ["ours", ...names])
}

if (import.meta.main) {
  for (const { items, results } of await cost()) {
    console.log(`${items} items`)
    for (const { micros, name, ratio } of results.values()) {
      console.log(
        `  ${name.padEnd(14)} ${micros.toFixed(0).padStart(6)} µs  ${ratio("fetch")[0].toFixed(2)} of a bare fetch`
      )
    }
  }
  for (const [title, rows] of [
    ["429", await quota()],
    ["503", await outage()]
  ] as const) {
    console.log(`${calls} calls at once, ${title}`)
    for (const { name, requests, succeeded } of rows) {
      console.log(`  ${name.padEnd(14)} ${succeeded} succeeded, ${(requests / calls).toFixed(2)} requests a call`)
    }
  }
}
