/** The entry of browsers: a bundle on a page of another origin than the API. */
import * as Effect from "effect/Effect"
import * as Program from "./program.ts"
import * as Report from "./report.ts"

const job = Object.fromEntries(new URLSearchParams(location.search)) as unknown as Report.Job
const version = /(?:Firefox|Chrome)\/([\d.]+)/.exec(navigator.userAgent)?.[1] ?? ""
const tests = "./tests.js"

await Report.run(job, version, {
  steps: (job) => Effect.runPromise(Program.run(job)),
  tests: async () => ((await import(tests)) as Report.Tests).runAll()
})
