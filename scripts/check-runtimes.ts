// Runs one program and the portable tests in every runtime: Node.js, Bun, Deno, workerd, Chromium and Firefox. The package
// is packed and installed; workerd and the browsers get bundles of it. Results that differ from docs/runtimes.md are a
// failure. A runtime that cannot be had is SKIPPED, with the reason.
//
//   npm run check:runtimes
//   npm run check:runtimes -- --write           writes docs/runtimes.md
//   npm run check:runtimes -- --only Firefox    runs one of them, and prints how it went
import { execFileSync } from "node:child_process"
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Bundle from "./runtimes/bundle.ts"
import * as Document from "./runtimes/document.ts"
import * as Host from "./runtimes/host.ts"
import type { Report } from "./runtimes/report.ts"
import * as Runtimes from "./runtimes/runtimes.ts"

const root = join(import.meta.dirname, "..")
const work = mkdtempSync(join(tmpdir(), "effect-audian-runtimes-"))
const folders: Runtimes.Folders = { app: join(work, "app"), bundles: join(work, "bundles") }
const document = join(root, "docs/runtimes.md")
const { argv } = process
const only = argv.includes("--only") ? argv[argv.indexOf("--only") + 1] : undefined

/** The longest time that a runtime may take for its report. */
const limit = 400_000

const run = (command: string, args: ReadonlyArray<string>, cwd: string): string =>
  execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] })

/** Installs the packed package as a user does, with the entries beside it. */
const prepare = async (): Promise<Bundle.TestFiles> => {
  mkdirSync(folders.app)
  mkdirSync(folders.bundles)
  run("npm", ["run", "-s", "build"], root)
  run("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", work], root)
  const tarball = readdirSync(work).find((file) => file.endsWith(".tgz"))
  const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
  const dependencies = {
    "effect-audian": `file:../${tarball}`,
    effect: devDependencies.effect,
    "@effect/platform-node": devDependencies["@effect/platform-node"],
    ...Runtimes.dependencies
  }
  writeFileSync(join(folders.app, "package.json"), JSON.stringify({ private: true, type: "module", dependencies }))
  run("npm", ["install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"], folders.app)
  for (const file of ["program.ts", "report.ts", "onNode.ts", "jsdom.ts", "onPage.ts", "onWorker.ts"]) {
    copyFileSync(join(root, "scripts/runtimes", file), join(folders.app, file))
  }
  await Bundle.bundleEntry(folders.app, "onPage.ts", join(folders.bundles, "page.js"))
  await Bundle.bundleEntry(folders.app, "onWorker.ts", join(folders.bundles, "worker.js"), [
    "workerd",
    "worker",
    "browser"
  ])
  const files = await Bundle.testFiles()
  await Bundle.bundleTests(files.portable, join(folders.bundles, "tests.js"))
  return files
}

/** The report of a runtime, or why there is none. */
const reportOf = async ({ name, start }: Runtimes.Runtime): Promise<Report | string> => {
  const host = await Host.start(folders.bundles)
  try {
    const { baseUrl, control, reportUrl } = host
    const child = await start({ baseUrl, control, reportUrl }, host.url, folders)
    if (typeof child === "string") return child
    let output = ""
    child.stdout?.on("data", (data) => (output += data))
    child.stderr?.on("data", (data) => (output += data))
    let timer: NodeJS.Timeout | undefined
    try {
      return await Promise.race([
        host.report,
        new Promise<never>((_, reject) => {
          const fail = (reason: string) => reject(new Error(`${name}: ${reason}\n${output.slice(-4000)}`))
          child.once("error", (error) => fail(error.message))
          // A report that was sent before arrives first.
          child.once("exit", (code) => setTimeout(() => fail(`ended with ${code} and no report`), 5000))
          timer = setTimeout(() => fail(`no report within ${limit / 1000} seconds`), limit)
        })
      ])
    } finally {
      clearTimeout(timer)
      await Runtimes.stop(child)
    }
  } finally {
    await host.close()
  }
}

/** Runs a job in a runtime, and prints how it went. */
const check = async (runtime: Runtimes.Runtime): Promise<Report | undefined> => {
  const from = performance.now()
  const report = await reportOf(runtime)
  if (typeof report === "string") {
    console.log(`SKIPPED: ${runtime.name}: ${report}`)
    return undefined
  }
  if (report.error !== undefined) throw new Error(`${runtime.name}: ${report.error}`)
  if (report.steps.length === 0 || report.tests.length === 0) throw new Error(`${runtime.name}: nothing was run`)
  console.log(`${Document.summary(runtime.name, report)} in ${((performance.now() - from) / 1000).toFixed(0)} s`)
  if (only !== undefined) console.log(Document.details(report))
  return report
}

const main = async (): Promise<void> => {
  const chosen = Runtimes.runtimes.filter(({ name }) => only === undefined || name === only)
  if (chosen.length === 0)
    throw new Error(`no runtime ${only}: ${Runtimes.runtimes.map(({ name }) => name).join(", ")}`)
  const files = await prepare()
  const found = new Map<string, Report>()
  const errors: Array<unknown> = []
  const queue = [...chosen]
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      try {
        const report = await check(next)
        if (report !== undefined) found.set(next.name, report)
      } catch (error) {
        console.log(`FAILED: ${next.name}`)
        errors.push(error)
      }
    }
  }
  await Promise.all([work(), work()])
  if (errors.length > 0) throw new AggregateError(errors, "a runtime did not report")
  const reports = new Map(chosen.flatMap(({ name }) => (found.has(name) ? [[name, found.get(name)!] as const] : [])))
  if (only !== undefined) return
  if (argv.includes("--write")) {
    const missing = Runtimes.runtimes.filter(({ name }) => !reports.has(name))
    if (missing.length > 0) throw new Error(`docs/runtimes.md needs ${missing.map(({ name }) => name).join(", ")}`)
    writeFileSync(document, Document.render(reports, files))
    return
  }
  const written = readFileSync(document, "utf8")
  // A busy machine may stop a runtime for longer than a test waits: what differs is run once more, alone.
  for (const [name, report] of reports) {
    const differences = Document.compare(written, new Map([[name, report]]))
    if (differences.length === 0) continue
    console.log(`once more: ${differences.join("\n")}`)
    const again = await check(chosen.find((runtime) => runtime.name === name)!)
    if (again !== undefined) reports.set(name, again)
  }
  const differences = Document.compare(written, reports)
  if (differences.length > 0) {
    throw new Error(`results that differ from docs/runtimes.md (--write writes it):\n${differences.join("\n")}`)
  }
}

try {
  await main()
} finally {
  rmSync(work, { recursive: true, force: true })
}
process.exit(0)
