/** The entry of browsers: a bundle on a page of another origin than the API. */
import * as Effect from "effect/Effect"
import * as Program from "./program.ts"
import * as Report from "./report.ts"

const job = Object.fromEntries(new URLSearchParams(location.search)) as unknown as Report.Job
const version = /(?:Firefox|Chrome)\/([\d.]+)/.exec(navigator.userAgent)?.[1] ?? ""
/** The tests in a frame: their Effect has globals of its own, such as a scheduler. */
const framed = (): Promise<Report.Tests> =>
  new Promise((resolve) => {
    Object.assign(globalThis, { onTests: resolve })
    const frame = document.createElement("iframe")
    frame.src = "/frame"
    document.body.append(frame)
  })

await Report.run(job, version, {
  steps: (job) => Effect.runPromise(Program.run(job)),
  tests: async () => (await framed()).runAll()
})
