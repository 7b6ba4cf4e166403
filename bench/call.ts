// One call: this library, the same call by hand with Effect, and a bare fetch.
import { fork } from "node:child_process"
import { type Contender, contest, message, type Result } from "./contest.ts"

const file = new URL("./client.ts", import.meta.url)

export interface Row {
  readonly title: string
  readonly results: ReadonlyMap<string, Result>
}

const titleOf = (items: number): string => (items === 1 ? "one item" : `${items} items`)

/** Over a socket: one item, twenty and two hundred, one call in flight and thirty-two. */
export const sockets = async (): Promise<ReadonlyArray<Row>> => {
  const server = fork(new URL("./server.ts", import.meta.url))
  const url = `http://127.0.0.1:${await message<number>(server)}`
  const rows: Array<Row> = []
  for (const flight of [1, 32]) {
    for (const items of [1, 20, 200]) {
      const contender = (who: string, transport: string): Contender => ({
        name: transport === "" ? who : `${who}, ${transport}`,
        file,
        args: [who, transport, String(items), String(flight), url]
      })
      const contenders = [
        contender("fetch", ""),
        contender("by hand", "undici"),
        contender("ours", "undici"),
        ...(flight === 1 ? [contender("by hand", "fetch"), contender("ours", "fetch")] : [])
      ]
      const title = `${titleOf(items)}, ${flight} in flight`
      rows.push({ title, results: await contest(contenders, items === 200 ? 128 : 256) })
    }
  }
  server.disconnect()
  return rows
}

/** In memory, without a platform's HTTP: the client alone, its error path, and its guard. */
export const memory = async (): Promise<ReadonlyArray<Row>> => {
  const contender = (who: string, transport: string, items: number): Contender => ({
    name: who,
    file,
    args: [who, transport, String(items)]
  })
  const rows: Array<Row> = []
  for (const items of [1, 20, 200]) {
    rows.push({
      title: titleOf(items),
      results: await contest([contender("by hand", "memory", items), contender("ours", "memory", items)], 600)
    })
  }
  rows.push({
    title: "limiter and breaker, one item",
    results: await contest([contender("ours", "memory", 1), contender("ours, guarded", "memory", 1)], 600)
  })
  rows.push({
    title: "a 404",
    results: await contest([contender("ours", "memory", 1), { ...contender("ours", "404", 1), name: "ours, 404" }], 600)
  })
  return rows
}

/** Each client next to itself with Effect's compiler of schemas, which a program may enable. */
export const compiled = async (): Promise<ReadonlyArray<Row>> => {
  const server = fork(new URL("./server.ts", import.meta.url))
  const url = `http://127.0.0.1:${await message<number>(server)}`
  const preload = import.meta.resolve("effect/schema/SchemaJITCompiler/enable")
  const rows: Array<Row> = []
  for (const transport of ["undici", "memory"]) {
    for (const items of [1, 20, 200]) {
      const args = [transport, String(items), "1", url]
      const contenders = ["by hand", "ours"].flatMap((who): ReadonlyArray<Contender> => {
        const contender = { name: who, file, args: [who, ...args] }
        return [contender, { ...contender, name: `${who}, compiled`, preload }]
      })
      if (transport === "undici") contenders.push({ name: "fetch", file, args: ["fetch", ...args] })
      const calls = transport === "memory" ? 600 : items === 200 ? 128 : 256
      rows.push({ title: `${titleOf(items)}, ${transport}`, results: await contest(contenders, calls) })
    }
  }
  server.disconnect()
  return rows
}

export const show = ({ results, title }: Row): void => {
  console.log(title)
  const [base] = results.keys()
  for (const { micros, name, ratio } of results.values()) {
    const [middle, low, high] = ratio(base!)
    console.log(
      `  ${name.padEnd(18)} ${micros.toFixed(1).padStart(7)} µs  ${middle.toFixed(2)} of ${base} (${low.toFixed(2)} to ${high.toFixed(2)})`
    )
  }
}

if (import.meta.main) for (const row of [...(await memory()), ...(await sockets()), ...(await compiled())]) show(row)
