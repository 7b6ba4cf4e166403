/**
 * docs/runtimes.md: written from the reports of a run, and compared with those of another one.
 */
import { isBound } from "./bound.ts"
import type { TestFiles } from "./bundle.ts"
import type { Report } from "./report.ts"
import type { TestResult } from "./vitest.ts"

type Reports = ReadonlyMap<string, Report>

// -----------------------------------------------------------------------------
// reasons
// -----------------------------------------------------------------------------

/** Why a step or a test cannot work in some runtimes. A failure without a reason is shown as it is. */
interface Reason {
  readonly runtimes: ReadonlyArray<string>
  /** The beginning of the name of a step or a test. */
  readonly of: string
  readonly reason: string
}

const browsers = ["Chromium", "Firefox"]

const reasons: ReadonlyArray<Reason> = [
  {
    runtimes: [...browsers, "workerd"],
    of: "the embedded server on a port",
    reason:
      "No program can listen on a port there. `EmbeddedAudian.serve` dies with a message that names the alternatives."
  },
  {
    runtimes: [...browsers, "workerd"],
    of: "the client of `effect-audian/node`",
    reason: "undici needs the sockets of Node.js. `Audian.layerFetch` is the client there."
  },
  {
    runtimes: browsers,
    of: "a purchase is sent once after a 421",
    reason:
      "A browser itself sends a request again after a 421, as the fetch standard requires, and a page cannot prevent it. The status says that the server did not execute the first one."
  },
  {
    runtimes: ["workerd"],
    of: "test/internal/call/timer.test.ts > Timer.within > sleeps once",
    reason: "Workers end the timers of a request with it, so each limit there has a timer of its own."
  },
  {
    runtimes: ["jsdom"],
    of: "events over a WebSocket",
    reason:
      "The WebSocket of jsdom is that of undici, which refuses the events of jsdom. The events of the server in memory need none."
  },
  {
    runtimes: ["Bun"],
    of: "the client of `effect-audian/node`",
    reason:
      "Bun has a module of its own in the place of undici, without dispatchers. The layer dies with a message that names `Audian.layerFetch`."
  }
]

const reasonOf = (runtime: string, name: string, failure: string): string =>
  reasons.find((reason) => reason.runtimes.includes(runtime) && name.startsWith(reason.of))?.reason ??
  failure.split("\n")[0]!.trim()

// -----------------------------------------------------------------------------
// reports
// -----------------------------------------------------------------------------

interface Failed extends TestResult {
  readonly failure: string
}

const failedTests = ({ tests }: Report): ReadonlyArray<Failed> =>
  tests.filter((test): test is Failed => test.failure !== undefined && !isBound(test.failure))

const passedTests = ({ tests }: Report): number =>
  tests.filter(({ failure, skipped }) => failure === undefined && !skipped).length

const stepsOf = ({ steps }: Report): string =>
  `${steps.filter(({ failure }) => failure === undefined).length} of ${steps.length}`

const testsOf = (report: Report): string =>
  `${passedTests(report)} of ${passedTests(report) + failedTests(report).length}`

export const summary = (name: string, report: Report): string =>
  `${name} ${report.version}: ${stepsOf(report)} steps, ${testsOf(report)} tests`

/** Every step, and every test that failed, for a person. */
export const details = (report: Report): string =>
  [
    ...report.steps.map(
      ({ failure, millis, step }) =>
        `${failure === undefined ? "ok  " : "FAIL"} ${step} (${millis} ms) ${failure ?? ""}`
    ),
    ...failedTests(report).map(({ failure, name }) => `FAIL ${name}\n     ${failure}`)
  ].join("\n")

// -----------------------------------------------------------------------------
// the page
// -----------------------------------------------------------------------------

const row = (cells: ReadonlyArray<string>): string => `| ${cells.join(" | ")} |`

const testLine = (runtime: string, { failure, name }: Failed): string =>
  `- ${runtime}: \`${name.replaceAll("`", "'")}\`: ${reasonOf(runtime, name, failure)}`

export const render = (reports: Reports, { bound, portable }: TestFiles): string => {
  const names = Array.from(reports.keys())
  const all = Array.from(reports.values())
  const notes: Array<string> = []
  const noteOf = (reason: string): number => {
    if (!notes.includes(reason)) notes.push(reason)
    return notes.indexOf(reason) + 1
  }
  const steps = all[0]!.steps.map(({ step }, i) =>
    row([
      step,
      ...names.map((name) => {
        const { failure } = reports.get(name)!.steps[i]!
        return failure === undefined ? "yes" : `no (${noteOf(reasonOf(name, step, failure))})`
      })
    ])
  )
  const failures = names.flatMap((name) => failedTests(reports.get(name)!).map((test) => testLine(name, test)))
  return `# Runtimes

A run of \`npm run check:runtimes -- --write\` writes this page. \`npm run check:runtimes\` starts the same runtimes, and fails if the result of a step differs from this page, or a test fails that is not on it.

Each runtime runs one program in steps against an embedded server on the loopback interface. Node.js, Bun and Deno run the installed package, jsdom does in Node.js 24 with the globals that Vitest sets up; workerd and the browsers run a bundle of it. The page in a browser has another origin than the server.

${row(["", ...names])}
${row(["", ...names].map(() => "---"))}
${row(["version", ...all.map(({ version }) => version)])}
${row(["steps", ...all.map(stepsOf)])}
${row(["tests", ...all.map(testsOf)])}
${steps.join("\n")}

${notes.map((note, i) => `${i + 1}. ${note}`).join("\n")}

A page of another origin cannot read every header of a response: [embedded.md](embedded.md#a-page-in-a-browser) lists them.

## Tests

The same bundle of unit tests runs in every runtime: ${portable.length} files of ${portable.length + bound.size}. The others, and ${all[0]!.tests.filter(({ failure }) => failure !== undefined && isBound(failure)).length} tests of these, need modules of Node.js: a server, a process, a disk.

${failures.length === 0 ? "All of them pass." : `These fail:\n\n${failures.join("\n")}`}
`
}

// -----------------------------------------------------------------------------
// comparison
// -----------------------------------------------------------------------------

const cellsOf = (line: string): ReadonlyArray<string> =>
  line
    .slice(1, -1)
    .split("|")
    .map((cell) => cell.trim())

/**
 * The results that differ from the page. The versions and the numbers of tests may, and a test that the page has as failing
 * may pass: some wait for what a busy machine does late.
 */
export const compare = (document: string, reports: Reports): ReadonlyArray<string> => {
  const [header = [], ...rows] = document
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map(cellsOf)
  const written = new Map(rows.map(([step = "", ...cells]) => [step, cells]))
  return Array.from(reports).flatMap(([name, report]) => {
    const column = header.indexOf(name) - 1
    if (column < 0) return [`${name} is not on the page`]
    const steps = report.steps.flatMap(({ failure, step }) => {
      const cell = written.get(step)?.[column] ?? "nothing"
      const actual = failure === undefined ? "yes" : "no"
      return cell.split(" ")[0] === actual ? [] : [`${name}: ${step}: ${actual}, the page has ${cell} ${failure ?? ""}`]
    })
    const listed = document.split("\n").filter((line) => line.startsWith(`- ${name}: \``))
    const titleOf = (line: string): string => /`([^`]*)`/.exec(line)?.[1] ?? ""
    const failed = failedTests(report).map((test) => testLine(name, test))
    const known = new Set(listed.map(titleOf))
    return [
      ...steps,
      ...failed.filter((line) => !known.has(titleOf(line))).map((line) => `fails, and is not on the page: ${line}`)
    ]
  })
}
