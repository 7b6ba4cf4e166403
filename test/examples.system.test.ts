import { execFile, spawnSync } from "node:child_process"
import { globSync, readFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { basename } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { EmbeddedAudian } from "effect-audian/testing"
import { build } from "esbuild"
import worker from "../examples/worker.ts"

/** The output of a program, run without the key of a real account. */
const run = (command: string, ...args: ReadonlyArray<string>) =>
  Effect.callback<string, Error>((resume) => {
    const { AUDIAN_API_KEY: _, ...env } = process.env
    const child = execFile(command, args, { env }, (error, stdout) =>
      resume(error === null ? Effect.succeed(stdout) : Effect.fail(error))
    )
    return Effect.sync(() => child.kill())
  })

const runExample = (name: string) => run(process.execPath, "--conditions=effect-audian-source", `examples/${name}.ts`)

/** The examples that are programs, with lines of their output. */
const programs: Readonly<Record<string, ReadonlyArray<RegExp>>> = {
  bulk: [/^first run: {2}10 bought, stopped by PaymentRequired$/m, /^second run: 10 bought, 10 skipped$/m],
  cache: [/^Front desk: 101 reads, 2 requests$/m],
  "circuit-breaker": [/^CircuitOpen$/m, /^after the pause: a list$/m, /^6 calls, 4 requests$/m],
  config: [/^0 numbers$/m, /^no credential is configured$/m],
  "embedded-faults": [/^no response in time: a list at attempt 2$/m, /^a lost purchase: Done$/m],
  "errors-by-class": [/^ServiceUnavailable: try again/m, /^Forbidden: change/m, /^AudianClientError: look/m],
  "errors-by-tag": [/^first: {2}bought as num_\d+$/m, /^again: {2}mine already$/m, /^second: not bought: /m],
  "errors-exhaustive": [/^NotFound becomes 404$/m, /^TooManyRequests becomes 503$/m],
  "export-cdrs": [/^450 calls in \d{4}-\d\d, \d+ bytes$/m],
  "engine-hooks": [
    /^call_1 ended with NORMAL_CLEARING$/m,
    /^channel_destroy was sent: 200$/m,
    /^parking was sent: 200$/m
  ],
  "http-service": [/^200 \[\]$/m, /^closed$/m],
  "live-calls": [/^-- disconnected/m, /^-- reconnected$/m, /^6 calls ended$/m],
  observability: [/^10 spans, 10 metrics, 5 log lines were exported$/m],
  "port-numbers": [/^9 of 10 numbers are ported$/m],
  promises: [/^\+14155551234 is num_\d+$/m, /^Conflict: Numbers\.purchase: 409/m],
  quickstart: [
    /^purchase +\+1415\d+ is num_\d+, active$/m,
    /^409 Conflict /m,
    /then 200 at attempt 3$/m,
    /\(Front desk\)$/m
  ],
  "quota-watch": [/^ {2}\d requests left$/m, /^12 calls in windows of 5, 0 refused$/m],
  "retry-policies": [
    /^none: InternalServerError after 1 attempts$/m,
    /^five attempts: succeeds$/m,
    /^a schedule: InternalServerError after 3 attempts$/m,
    /^a purchase: fails after 1 attempt, outcome unknown$/m
  ],
  "secret-manager": [/^3 calls succeeded with 2 reads$/m],
  "send-fax": [/^fax_\d+ is sent$/m],
  stubs: [/^the program groups numbers by their state$/m],
  webhooks: [
    /^200 {2}\+14155551234 calls \+13035550142$/m,
    /^200 {2}call_1 took 125 s$/m,
    /^200 {2}call\.transcribed is unknown/m
  ],
  "webhook-refusals": [
    /^200 {2}signed with/m,
    /^200 {2}the same again/m,
    /^401 {2}its duration/m,
    /^401 {2}signed by a stranger/m,
    /^401 {2}from years ago/m,
    /^413 {2}two megabytes/m,
    /^6 deliveries, 1 handled$/m
  ]
}

const chromium = ["chromium", "chromium-browser", "google-chrome"].find(
  (name) => spawnSync(name, ["--version"]).status === 0
)

describe.concurrent("the examples", () => {
  it("are all run here and listed in examples/README.md", () => {
    const names = globSync("examples/*.ts").map((file) => basename(file, ".ts"))
    assert.deepStrictEqual(names.toSorted(), [...Object.keys(programs), "worker"].toSorted())
    const listed = Array.from(
      readFileSync("examples/README.md", "utf8").matchAll(/\]\((\w[\w-]*)\.ts\)/g),
      ([, name]) => name
    )
    assert.deepStrictEqual(listed.toSorted(), names.toSorted())
  })

  it("have fewer than sixty lines each", () => {
    const lengths = globSync("examples/*.ts").map(
      (file) => [file, readFileSync(file, "utf8").split("\n").length - 1] as const
    )
    assert.deepStrictEqual(
      lengths.filter(([, lines]) => lines >= 60),
      []
    )
  })

  for (const [name, lines] of Object.entries(programs)) {
    it.live(
      `${name} comes to its end`,
      () =>
        Effect.map(runExample(name), (output) => {
          for (const line of lines) assert.match(output, line)
        }),
      60_000
    )
  }

  it.live("worker responds to a request, and bundles without modules of Node.js", () =>
    Effect.gen(function* () {
      const { apiKey, baseUrl } = yield* EmbeddedAudian.EmbeddedAudian
      const env = { AUDIAN_API_KEY: Redacted.value(apiKey), AUDIAN_BASE_URL: baseUrl }
      const response = yield* Effect.promise(() => worker.fetch(new Request("http://localhost/"), env))
      assert.deepStrictEqual([response.status, yield* Effect.promise(() => response.json())], [200, []])
      assert.isAbove((yield* bundle("examples/worker.ts")).length, 0)
    }).pipe(Effect.provide(EmbeddedAudian.serve()))
  )

  it.live.skipIf(chromium === undefined)(
    "browser/index.html lists numbers in a browser",
    () =>
      Effect.gen(function* () {
        const url = yield* serve({
          "/index.html": ["text/html", readFileSync("examples/browser/index.html", "utf8")],
          "/main.js": ["text/javascript", yield* bundle("examples/browser/main.ts")]
        })
        const options = ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=20000"]
        const page = yield* run(chromium!, ...options, "--dump-dom", `${url}/index.html`)
        assert.lengthOf(page.match(/<li>\+1415\d+ for [\d.]+ USD a month<\/li>/g) ?? [], 8)
      }).pipe(Effect.scoped),
    60_000
  )
})

/** A bundle for browsers and workers. It fails on an import that only Node.js has. */
const bundle = (entry: string) =>
  Effect.map(
    Effect.promise(() =>
      build({
        entryPoints: [entry],
        bundle: true,
        write: false,
        format: "esm",
        platform: "browser",
        conditions: ["effect-audian-source", "worker", "browser"],
        // The condition of the sources has no part for browsers, as the package has.
        alias: { "effect-audian/testing": "./src/testing/portable/index.ts" }
      })
    ),
    ({ outputFiles }) => outputFiles[0]!.text
  )

/** Serves some texts on a free port. */
const serve = (files: Readonly<Record<string, readonly [type: string, text: string]>>) =>
  Effect.acquireRelease(
    Effect.callback<ReturnType<typeof createServer>>((resume) => {
      const server = createServer(({ url }, response) => {
        const [type, text] = files[url ?? ""] ?? ["text/plain", ""]
        response.writeHead(200, { "content-type": type }).end(text)
      })
      server.listen(0, () => resume(Effect.succeed(server)))
    }),
    (server) => Effect.sync(() => server.close())
  ).pipe(Effect.map((server) => `http://localhost:${(server.address() as AddressInfo).port}`))
