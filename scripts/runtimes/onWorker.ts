/** The entry of workerd: a bundle in a worker, which runs its job within one request. */
import * as Effect from "effect/Effect"
import * as Program from "./program.ts"
import * as Report from "./report.ts"

const tests = "tests.js"

export default {
  fetch: async (request: Request): Promise<Response> => {
    const { searchParams } = new URL(request.url)
    const job = Object.fromEntries(searchParams) as unknown as Report.Job & { readonly version: string }
    await Report.run(job, job.version, {
      steps: (job) => Effect.runPromise(Program.run(job)),
      tests: async () => ((await import(tests)) as Report.Tests).runAll()
    })
    return new Response("done")
  }
}
