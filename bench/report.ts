// Measures everything, and writes docs/performance.md with its pictures. `npm run bench` builds the package first.
import { readFileSync, writeFileSync } from "node:fs"
import { cpus } from "node:os"
import * as Bundle from "./bundle.ts"
import * as Call from "./call.ts"
import { type Result, rounds } from "./contest.ts"
import * as Embedded from "./embedded.ts"
import * as Load from "./load.ts"
import * as Peers from "./peers.ts"
import { type Bar, bars } from "./picture.ts"
import * as Startup from "./startup.ts"

const docs = new URL("../docs/", import.meta.url)
const versionOf = (name: string): string =>
  JSON.parse(readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), "utf8")).version

const step = async <A>(name: string, run: () => A | Promise<A>): Promise<A> => {
  const start = performance.now()
  const result = await run()
  console.log(`${name}: ${((performance.now() - start) / 1000).toFixed(0)} s`)
  return result
}

const memory = await step("calls in memory", Call.memory)
const sockets = await step("calls over a socket", Call.sockets)
const compiled = await step("calls with compiled schemas", Call.compiled)
const sizes = await step("bundles", Bundle.measure)
const imports = await step("imports", Startup.measure)
const embedded = await step("embedded server", Embedded.measure)
const bursts = await step("bursts next to a busy loop", () => Load.busyRuns(10))
const peers = await step("other clients", Peers.cost)
const quota = await step("other clients, 429", Peers.quota)
const outage = await step("other clients, 503", Peers.outage)

// -----------------------------------------------------------------------------
// tables
// -----------------------------------------------------------------------------

const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n")

const ratio = (results: ReadonlyMap<string, Result>, name: string, base: string): string => {
  const result = results.get(name)
  if (result === undefined) return ""
  const [middle, low, high] = result.ratio(base)
  return `${middle.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`
}

const socketRows = sockets.map(({ results, title }) => [
  title,
  ratio(results, "ours, undici", "by hand, undici"),
  ratio(results, "ours, undici", "fetch"),
  ratio(results, "by hand, undici", "fetch"),
  ratio(results, "ours, fetch", "by hand, fetch")
])

const memoryRows = memory.map(({ results, title }) => {
  const [base, other] = [...results.keys()]
  return [title, `${other} / ${base}`, ratio(results, other!, base!)]
})

const compiledRows = compiled.map(({ results, title }) => [
  title,
  ratio(results, "ours, compiled", "ours"),
  ratio(results, "by hand, compiled", "by hand"),
  ratio(results, "ours, compiled", "by hand, compiled"),
  results.has("fetch") ? ratio(results, "ours, compiled", "fetch") : ""
])

const peerNames = [...peers[0]!.results.keys()]
const requestsOf = (rows: ReadonlyArray<Peers.Burst>, name: string): string => {
  const row = rows.find((row) => row.name === name)
  return row === undefined ? "" : `${row.succeeded} of ${Peers.calls}, ${(row.requests / Peers.calls).toFixed(2)}`
}

const [oneItem, twentyItems] = sockets
const isMet = (value: number, most: number): string => (value <= most ? "met" : "not met")
const valueOf = (results: ReadonlyMap<string, Result>, name: string, base: string): number =>
  results.get(name)!.ratio(base)[0]
const worstByHand = Math.max(...sockets.map(({ results }) => valueOf(results, "ours, undici", "by hand, undici")))
const slower = peerNames.filter(
  (name) => name !== "ours" && name !== "fetch" && peers.some(({ results }) => valueOf(results, "ours", name) > 1)
)
const size = (program: string, bundler: string): number =>
  sizes.find((row) => row.program === program && row.bundler === bundler)!.over / 1024
const importRatio = (name: string): number => imports.find((row) => row.name === name)!.ratio
const goodBursts = bursts.filter(Load.isMet).length

const aims: ReadonlyArray<readonly [aim: string, most: string, value: string, met: string]> = [
  ...(
    [
      ["CPU of one item on undici / bare fetch", 1, valueOf(oneItem!.results, "ours, undici", "fetch")],
      ["CPU of twenty items on undici / bare fetch", 1.15, valueOf(twentyItems!.results, "ours, undici", "fetch")],
      ["CPU / by hand, the worst size", 1.05, worstByHand],
      ["one operation with esbuild, KB over by hand", 20, size("one operation, deep", "esbuild")],
      ["a list through the barrel with esbuild, KB over by hand", 20, size("a list with its pages, barrel", "esbuild")],
      ["one operation with rolldown, KB over by hand", 20, size("one operation, deep", "rolldown")],
      ["importing the barrel / by hand", 1.4, importRatio("the barrel")],
      ["importing Numbers and Audian / by hand", 1.15, importRatio("Numbers and Audian")]
    ] as const
  ).map(([aim, most, value]) => [aim, `≤ ${most}`, value.toFixed(2), isMet(value, most)] as const),
  [
    "a burst of 100 next to a busy loop: 100 of 100 in ≤ 102 requests and ≤ 1.05 of the ideal time",
    "9 of 10",
    `${goodBursts} of ${bursts.length}`,
    goodBursts >= 9 ? "met" : "not met"
  ],
  [
    "less CPU than each SDK, one and twenty items",
    "all",
    slower.length === 0 ? "all" : `all but ${slower.join(", ")}`,
    slower.length === 0 ? "met" : "not met"
  ]
]

// -----------------------------------------------------------------------------
// pictures
// -----------------------------------------------------------------------------

const picture = (name: string, content: string): string => {
  writeFileSync(new URL(name, docs), content)
  return name
}

const callBars = sockets
  .filter(({ title }) => title.endsWith(" 1 in flight"))
  .flatMap(({ results, title }) =>
    ["by hand, undici", "ours, undici"].map(
      (name): Bar => ({
        label: `${title.replace(", 1 in flight", "")}: ${name.replace(", undici", "")}`,
        value: valueOf(results, name, "fetch"),
        ours: name.startsWith("ours")
      })
    )
  )
const peerBars = peerNames.map(
  (name): Bar => ({ label: name, value: valueOf(peers[1]!.results, name, "fetch"), ours: name === "ours" })
)
const sizeBars = sizes.map(
  ({ bundler, program, size }): Bar => ({
    label: `${program.replace("a list with its pages", "a list")}, ${bundler}`,
    value: size / 1024,
    ours: program !== "by hand"
  })
)

const pictures = {
  calls: picture("performance-calls.svg", bars("CPU of a call on undici; bare fetch is 1", callBars, 1)),
  peers: picture("performance-peers.svg", bars("CPU of a call of twenty items; bare fetch is 1", peerBars, 1)),
  sizes: picture(
    "performance-sizes.svg",
    bars("Bundle, KB gzipped; the line is by hand with esbuild", sizeBars, sizes[0]!.size / 1024, 1)
  )
}

// -----------------------------------------------------------------------------
// the page
// -----------------------------------------------------------------------------

/** The part between the tables is written by a person, and stays. */
const page = new URL("performance.md", docs)
const begin = "<!-- why: written by hand -->"
const end = "<!-- /why -->"
const before = ((): string => {
  try {
    return readFileSync(page, "utf8")
  } catch {
    return ""
  }
})()
const why = before.includes(begin) ? before.slice(before.indexOf(begin) + begin.length, before.indexOf(end)).trim() : ""

writeFileSync(
  page,
  `# Performance

\`npm run bench\` measures and writes this page. What counts are ratios within one run: each contender has a process of its own, they take turns, and CPU time counts (user and system, all threads, garbage collection included). A value is the median of ${rounds} rounds, with the tenth and ninetieth percentile.

Measured with Node ${process.versions.node}, effect ${versionOf("effect")}, undici ${process.versions.undici}, esbuild ${versionOf("esbuild")}, rolldown ${versionOf("rolldown")}, on ${cpus().length} cores (${cpus()[0]?.model.trim() ?? "unknown"}).

${table(["aim", "at", "measured", ""], aims)}

## Behind the aims

${begin}
${why}
${end}

## A call

![CPU of a call](${pictures.calls})

"By hand" is the same call with Effect's \`HttpClient\`, \`Schema\`, a timeout and a retry (\`bench/handwritten.ts\`). A bare \`fetch\` parses JSON, checks no shape, and has no time limit, retry, span or metric.

${table(["", "ours / by hand, undici", "ours, undici / bare fetch", "by hand, undici / bare fetch", "ours / by hand, fetch"], socketRows)}

In memory, without any HTTP:

${table(["", "ratio", "measured"], memoryRows)}

### With compiled schemas

A program may enable Effect's compiler of schemas: [compiled schemas](programs.md#compiled-schemas). The rest of this page, its aims included, is measured without it.

${table(["", "ours, compiled / ours", "by hand, compiled / by hand", "ours / by hand, both compiled", "ours, compiled / bare fetch"], compiledRows)}

## Other clients

![CPU of other clients](${pictures.peers})

CPU of a call on the same server, against a bare \`fetch\`. The last columns are ${Peers.calls} calls at once, each client with its own retries: how many succeeded, and requests per call, behind a token bucket of 10 that refills at 10 a second without \`Retry-After\`, and against a server that is down. "ours, limiter" knows the bucket.

${table(
  ["", "one item", "twenty items", "429: succeeded, requests", "503: succeeded, requests"],
  ["ours, limiter", ...peerNames].map((name) => [
    name,
    ...peers.map(({ results }) => ratio(results, name, "fetch")),
    requestsOf(quota, name),
    requestsOf(outage, name)
  ])
)}

## Size

![Bundles](${pictures.sizes})

Minified and gzipped, for the browser. \`npm run check:size\` fails when one of them grows by more than 2 % over \`bench/budget.json\`, or when it has a file of a feature that its program does not use: limiter, breaker, caches, options of a call, tenants, events, files, webhooks, the account family.

${table(
  ["program", "bundler", "KB", "over by hand"],
  sizes.map(({ bundler, over, program, size }) => [
    program,
    bundler,
    (size / 1024).toFixed(1),
    `+${(over / 1024).toFixed(1)}`
  ])
)}

## Import

${table(
  ["", "CPU / by hand", "files"],
  imports.map(({ files, name, ratio }) => [name, ratio.toFixed(2), String(files)])
)}

## The embedded server

A test with a layer of its own and five calls takes ${embedded.test.toFixed(1)} ms of CPU. On a socket, a second of the server's CPU serves ${embedded.callsPerSecond.toFixed(0)} calls.

## A burst

${Load.calls} calls at once against a bucket of 10 that refills at 10 a second, next to a process that is busy on every core:

${table(
  ["run", "succeeded", "requests", "of the ideal time"],
  bursts.map(({ ratio, requests, succeeded }, i) => [
    String(i + 1),
    String(succeeded),
    String(requests),
    ratio.toFixed(3)
  ])
)}
`
)
console.log(
  `docs/performance.md is written: ${aims.filter(([, , , met]) => met === "met").length} of ${aims.length} aims are met`
)
process.exit(0)
