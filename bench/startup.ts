// The cost of an import in CPU time and files: the built package against the imports of a client by hand.
// Needs `npm run build`.
import { execFileSync } from "node:child_process"
import { median, rounds } from "./contest.ts"

const root = new URL("..", import.meta.url)

const imports = {
  "by hand": ["Effect", "http/HttpClient", "http/HttpClientRequest", "http/HttpClientResponse", "Schedule", "Schema"]
    .concat("http/FetchHttpClient", "Layer")
    .map((name) => `effect/${name}`),
  "Numbers and Audian": ["dist/Audian.js", "dist/resources/Numbers.js"],
  "the barrel": ["dist/index.js"]
} satisfies Record<string, ReadonlyArray<string>>

type Name = keyof typeof imports

const urlOf = (specifier: string): string =>
  specifier.startsWith("dist/") ? new URL(specifier, root).href : import.meta.resolve(specifier)

const program = (name: Name): string =>
  imports[name]
    .concat("effect/Effect", "effect/http/FetchHttpClient", "effect/Layer")
    .map((specifier) => `await import(${JSON.stringify(urlOf(specifier))})`)
    .join("\n")

const run = (code: string): string =>
  execFileSync(process.execPath, ["--input-type=module", "--eval", code], { encoding: "utf8" })

/** CPU time from the start of the process, in milliseconds. */
const cpu = (code: string): number =>
  Number(run(`${code}\nconst { user, system } = process.cpuUsage()\nconsole.log((user + system) / 1000)`))

const countFiles = (name: Name): number =>
  Number(
    run(`import { registerHooks } from "node:module"
let files = 0
registerHooks({ load: (url, context, next) => { if (url.startsWith("file:")) files++; return next(url, context) } })
${program(name)}
console.log(files)`)
  )

export interface Row {
  readonly name: Name
  readonly files: number
  /** CPU time of the import, without that of an empty program, in milliseconds. */
  readonly millis: number
  /** The ratio to the imports by hand. */
  readonly ratio: number
}

export const measure = (): ReadonlyArray<Row> => {
  const names = Object.keys(imports) as ReadonlyArray<Name>
  const samples = new Map<Name, Array<number>>(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    const empty = cpu("")
    for (const name of names) samples.get(name)!.push(cpu(program(name)) - empty)
  }
  const base = samples.get("by hand")!
  return names.map((name) => ({
    name,
    files: countFiles(name),
    millis: median(samples.get(name)!),
    ratio: median(samples.get(name)!.map((value, i) => value / base[i]!))
  }))
}

export const show = ({ files, millis, name, ratio }: Row): void =>
  console.log(`${name.padEnd(20)} ${millis.toFixed(0).padStart(4)} ms  ${ratio.toFixed(2)}  ${files} files`)

if (import.meta.main) for (const row of measure()) show(row)
