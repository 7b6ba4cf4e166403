/** The entry of Node.js, Bun and Deno: the installed package, as it is. */
import * as Effect from "effect/Effect"
import { NodeAudian } from "effect-audian/node"
import * as Program from "./program.ts"
import * as Report from "./report.ts"

const job = JSON.parse(process.argv[2] ?? "") as Report.Job & { readonly tests: string }
const { bun, deno, node } = process.versions as Record<string, string | undefined>

const jsdom = /jsdom\/([\d.]+)/.exec(navigator.userAgent)?.[1]

await Report.run(job, jsdom ?? bun ?? deno ?? node ?? "", {
  steps: (job) => Effect.runPromise(Program.run({ ...job, undici: (options) => NodeAudian.layer(options) })),
  tests: async () => ((await import(job.tests)) as Report.Tests).runAll()
})
process.exit(0)
