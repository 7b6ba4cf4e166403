import { execFile } from "node:child_process"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"

/** The output of an example, run without the key of a real account. */
const run = (example: string) =>
  Effect.callback<string, Error>((resume) => {
    const { AUDIAN_API_KEY: _, ...env } = process.env
    const child = execFile(
      process.execPath,
      ["--conditions=effect-audian-source", `examples/${example}.ts`],
      { env },
      (error, stdout) => resume(error === null ? Effect.succeed(stdout) : Effect.fail(error))
    )
    return Effect.sync(() => child.kill())
  })

describe.concurrent("the examples", () => {
  for (const [example, last] of [
    ["quickstart", /then 200 at attempt 3$/m],
    ["port-numbers", /^9 of 10 numbers are ported$/m],
    ["send-fax", /^fax_\d+ is sent$/m],
    ["export-cdrs", /^450 calls in \d{4}-\d\d, \d+ bytes$/m],
    ["webhooks", /^0 events are left in the queue/m],
    ["live-calls", /^10 calls ended$/m],
    ["observability", /^10 spans, 10 metrics, 5 log lines were exported$/m]
  ] as const) {
    it.live(
      `${example} comes to its end`,
      () => Effect.map(run(example), (output) => assert.match(output, last)),
      60_000
    )
  }
})
