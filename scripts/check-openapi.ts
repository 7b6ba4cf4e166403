// Checks openapi.json with independent tools: two linters, two generators of clients whose results must compile, and a
// mock server that is generated from it and called by our client. All are installed from npm, at the versions below, into
// temporary folders.
import { type ExecFileSyncOptions, execFileSync, spawn } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { isDeepStrictEqual } from "node:util"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import { Api, Audian, type AudianError, type Operation, Retry, Status } from "effect-audian"
import { codecOf } from "../src/internal/service.ts"
import { cases } from "../test/conformance/all.ts"
import { type Case, plain } from "../test/conformance/Case.ts"
import { install } from "./npm.ts"
import { sampleName } from "./openapi.ts"

const tools = {
  redocly: { package: "@redocly/cli", version: "2.77.0" },
  spectral: { package: "@stoplight/spectral-cli", version: "6.16.3" },
  "openapi-typescript": { package: "openapi-typescript", version: "7.13.0" },
  orval: { package: "orval", version: "8.38.0" },
  prism: { package: "@stoplight/prism-cli", version: "5.16.0" }
} as const

const accountId = "account_abc123"

/** The path of a tool's executable. */
const programOf = (name: keyof typeof tools): string => {
  const { package: id, version } = tools[name]
  return join(install(id, version), "node_modules", ".bin", name)
}

const lint = Effect.sync(() => {
  execFileSync(programOf("redocly"), ["lint", "--config", "scripts/redocly.yaml", "openapi.json"], {
    stdio: "inherit",
    env: { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" }
  })
  execFileSync(
    programOf("spectral"),
    ["lint", "--ruleset", "scripts/spectral.yaml", "--fail-severity", "hint", "openapi.json"],
    { stdio: "inherit" }
  )
})

/** Generates a client with each generator and compiles both. */
const generate = Effect.acquireUseRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "effect-audian-clients-"))),
  (folder) =>
    Effect.sync(() => {
      const input = resolve("openapi.json")
      const [types, client] = [join(folder, "types.ts"), join(folder, "client.ts")]
      const config = join(folder, "orval.config.mjs")
      const options = { audian: { input, output: { target: client, client: "fetch", mode: "single" } } }
      writeFileSync(config, `export default ${JSON.stringify(options)}\n`)
      const quiet: ExecFileSyncOptions = { stdio: ["ignore", "ignore", "inherit"], cwd: folder }
      execFileSync(programOf("openapi-typescript"), [input, "--output", types], quiet)
      execFileSync(programOf("orval"), ["--config", config], quiet)
      const flags = "--noEmit --strict --skipLibCheck --target ES2024 --lib ES2024,DOM,DOM.Iterable --module ESNext"
      const args = [...flags.split(" "), "--moduleResolution", "Bundler", "--ignoreConfig", types, client]
      execFileSync("node", [resolve("node_modules/typescript/bin/tsc"), ...args], { stdio: "inherit", cwd: folder })
      console.log("generated clients: openapi-typescript and orval compile")
    }),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
)

/** The document for the mock server, which reads a part that occurs once as a text, and not as a list of one. */
const forMock = (u: unknown, isForm = false): unknown => {
  if (Array.isArray(u)) return u.map((item) => forMock(item, isForm))
  if (!Predicate.isObject(u)) return u
  const record = u as Readonly<Record<string, unknown>>
  if (isForm && record.type === "array") return { anyOf: [record, record.items] }
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key, forMock(value, isForm || key === "multipart/form-data")])
  )
}

/** The mock server on a free loopback port, stopped with the scope. */
const mock: Effect.Effect<string, never, Scope.Scope> = Effect.acquireRelease(
  Effect.sync(() => {
    const folder = mkdtempSync(join(tmpdir(), "effect-audian-mock-"))
    const file = join(folder, "openapi.json")
    writeFileSync(file, JSON.stringify(forMock(JSON.parse(readFileSync("openapi.json", "utf8")))))
    const args = ["mock", "--host", "127.0.0.1", "--port", "0", "--errors", "--seed", "1", file]
    return { child: spawn(programOf("prism"), args, { stdio: ["ignore", "pipe", "inherit"] }), folder }
  }),
  ({ child, folder }) =>
    Effect.sync(() => {
      child.kill()
      rmSync(folder, { recursive: true })
    })
).pipe(
  Effect.flatMap(({ child }) =>
    Effect.callback<string>((resume) => {
      let log = ""
      child.stdout.on("data", (chunk: Buffer) => {
        log += chunk.toString()
        const baseUrl = /listening on (http:\S+)/.exec(log)?.[1]
        if (baseUrl !== undefined) resume(Effect.succeed(baseUrl))
      })
      child.on("exit", (code) => resume(Effect.die(new Error(`The mock server exited with ${code}: ${log}`))))
    })
  ),
  Effect.timeout(Duration.minutes(1)),
  Effect.orDie
)

/** A client of the mock server that requests one of the documented responses. */
const client = (
  baseUrl: string,
  { traits }: Operation.Any,
  prefer: string,
  onViolation: (violations: string | undefined) => void
) =>
  Layer.provide(
    Audian.layer({
      ...(traits.family === "account" ? { authToken: "jwt" } : { apiKey: "sk_test" }),
      accountId,
      baseUrl,
      retry: Retry.none,
      transformClient: (client) =>
        client.pipe(
          HttpClient.mapRequest(HttpClientRequest.setHeader("prefer", prefer)),
          HttpClient.tap(({ headers }) => Effect.sync(() => onViolation(headers["sl-violations"])))
        )
    }),
    NodeHttpClient.layerUndici
  )

/** Calls an operation. Returns its result, and the violations if the request does not fit the document. */
const call = (baseUrl: string, { input, operation }: Case, prefer: string) =>
  Effect.suspend(() => {
    let violations: string | undefined
    return (operation as Operation.Operation<unknown, unknown>)(input).pipe(
      Effect.flatMap(plain),
      Effect.provide(client(baseUrl, operation, prefer, (found) => (violations = found))),
      Effect.result,
      Effect.map((result) => ({ result, violations }))
    )
  })

const named = ({ operation, title }: Case): string => operation.name + (title === undefined ? "" : ` (${title})`)

const explain = (u: unknown): string => {
  const error = u as AudianError.AudianError
  return `${error.message}${error.body === undefined ? "" : ` ${JSON.stringify(error.body)}`}`
}

/** Requests the sample of every case. The result must equal that of the case. */
const samples = (baseUrl: string) =>
  Effect.forEach(
    cases,
    Effect.fnUntraced(function* (sample) {
      const { result, violations } = yield* call(
        baseUrl,
        sample,
        `code=${sample.response.status ?? 200}, example=${sampleName(sample)}`
      )
      if (violations !== undefined) return [`${named(sample)}: ${violations}`]
      if (Result.isFailure(result)) return [`${named(sample)}: ${explain(result.failure)}`]
      // The mock server has no bytes for a file.
      return sample.response.bytes !== undefined || isDeepStrictEqual(result.success, sample.result)
        ? []
        : [`${named(sample)}: gave ${JSON.stringify(result.success)}`]
    }),
    { concurrency: 4 }
  )

// The mock server truncates generated responses of recursive schemas, and then reports them as invalid.
const recursive = new Set(
  ["create", "get", "list", "patch", "remove", "update"].map((key) => `Account.Callflows.${key}`)
)

/** Requests a response generated from the schemas for every case. */
const dynamic = (baseUrl: string) =>
  Effect.forEach(
    cases.filter(({ operation }) => !recursive.has(operation.name)),
    Effect.fnUntraced(function* (sample) {
      const { result } = yield* call(baseUrl, sample, `code=${sample.response.status ?? 200}, dynamic=true`)
      return Result.isFailure(result) ? [`${named(sample)}: ${explain(result.failure)}`] : []
    }),
    { concurrency: 4 }
  )

const firstOfEach = Api.operations()
  // The mock server returns a PDF with any status if the client accepts nothing else.
  .filter((operation) => codecOf(operation).accept !== "application/pdf")
  .map(({ name }) => cases.find(({ operation }) => operation.name === name)!)

/** Requests every documented error of every operation. Each must fail with its tag. */
const errors = (baseUrl: string) =>
  Effect.forEach(
    firstOfEach.flatMap((sample) => Status.errors.map((row) => ({ sample, row }))),
    Effect.fnUntraced(function* ({ sample, row }) {
      const { result } = yield* call(baseUrl, sample, `code=${row.code}`)
      if (Result.isSuccess(result)) return [`${named(sample)}: succeeded instead of ${row.code}`]
      const error = result.failure as AudianError.AudianError
      const hasRetryAfter = row.tag !== "TooManyRequests" || Duration.toSeconds(error.retryAfter ?? 0) === 60
      return error._tag === row.tag && hasRetryAfter ? [] : [`${named(sample)}: ${row.code} gave ${explain(error)}`]
    }),
    { concurrency: 4 }
  )

const report = (
  title: string,
  run: Effect.Effect<ReadonlyArray<ReadonlyArray<string>>>
): Effect.Effect<ReadonlyArray<string>> =>
  Effect.map(run, (results) => {
    const failures = results.flat()
    console.log(`${title}: ${results.length} calls, ${failures.length} failed`)
    for (const failure of failures) console.log(`  ${failure}`)
    return failures
  })

const program = Effect.gen(function* () {
  yield* lint
  yield* generate
  const baseUrl = yield* mock
  const failures = [
    ...(yield* report("documented responses", samples(baseUrl))),
    ...(yield* report("generated responses", dynamic(baseUrl))),
    ...(yield* report("documented errors", errors(baseUrl)))
  ]
  process.exitCode = failures.length > 0 ? 1 : 0
}).pipe(Effect.scoped)

NodeRuntime.runMain(program)
