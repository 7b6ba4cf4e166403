// Runs the faults of test/faults on the fetch of workerd, the runtime of Cloudflare Workers: the portable part of the
// library is bundled into a Worker, which calls raw servers on loopback sockets. Prints the result of every fault. A result
// that differs from that of Node's fetch without a stated reason is a failure. SKIPPED, with the reason, if workerd cannot
// be had.
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { build } from "esbuild"
import * as Certificates from "../test/faults/certificates.ts"
import { type Ending, endingOf, type Fault, faults, ok } from "../test/faults/faults.ts"
import * as Server from "../test/faults/server.ts"
import type { Result, Task } from "./faults/worker.ts"
import { freePort } from "./freePort.ts"
import { install } from "./npm.ts"
import { config } from "./workerd.ts"

const version = "1.20261117.1"

const skip = (reason: string): never => {
  console.log(`SKIPPED: faults in workerd: ${reason}`)
  process.exit(0)
}

// -----------------------------------------------------------------------------
// workerd
// -----------------------------------------------------------------------------

const isLinux = process.platform === "linux" && process.arch === "x64"

interface Workerd {
  readonly run: (task: Task) => Promise<Result>
  readonly stop: () => void
}

const start = async (certificates: Certificates.Certificates | string): Promise<Workerd | string> => {
  const id = "@cloudflare/workerd-linux-64"
  if (!isLinux) return `${id} is a package for Linux on x64`
  let binary: string
  try {
    binary = join(install(id, version), "node_modules", id, "bin/workerd")
  } catch {
    return `npm could not install ${id}`
  }
  const folder = mkdtempSync(join(tmpdir(), "effect-audian-faults-"))
  await build({
    entryPoints: [join(import.meta.dirname, "faults/worker.ts")],
    outfile: join(folder, "worker.js"),
    bundle: true,
    format: "esm",
    platform: "browser",
    conditions: ["effect-audian-source", "workerd", "worker", "browser"]
  })
  const trusted = typeof certificates === "string" ? [] : [certificates.trusted.cert, certificates["other-name"].cert]
  const port = await freePort()
  writeFileSync(
    join(folder, "workerd.capnp"),
    config({
      port,
      modules: ["worker.js"],
      network: `allow = ["private", "public"], tlsOptions = (trustedCertificates = ${JSON.stringify(trusted)})`
    })
  )
  // workerd reports each failed connection of a Worker: that is what is tested.
  const child = spawn(binary, ["serve", "workerd.capnp"], { cwd: folder, stdio: "ignore" })
  const stop = (): void => {
    child.kill("SIGKILL")
    rmSync(folder, { recursive: true, force: true })
  }
  const run = async (task: Task): Promise<Result> => {
    const response = await fetch(`http://127.0.0.1:${port}`, { method: "POST", body: JSON.stringify(task) })
    if (!response.ok) throw new Error(`the Worker failed: ${response.status} ${await response.text()}`)
    return (await response.json()) as Result
  }
  for (let attempts = 0; attempts < 100 && child.exitCode === null; attempts++) {
    const isReady = await fetch(`http://127.0.0.1:${port}`).then(
      () => true,
      () => false
    )
    if (isReady) return { run, stop }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  stop()
  return "it does not start"
}

// -----------------------------------------------------------------------------
// one fault
// -----------------------------------------------------------------------------

const uncertain: Ending = { error: "Transport", outcome: "unknown", safe: 3, unsafe: 1 }
const noCode = "workerd gives no code, so the purchase is not sent again"

/** The faults that end differently on workerd than on Node's fetch, with the reason. */
const differences: Readonly<Record<string, { readonly ending: Ending; readonly reason: string }>> = {
  "the connection is refused": { ending: uncertain, reason: noCode },
  "the host's name is not found": { ending: uncertain, reason: noCode },
  "TLS: a self-signed certificate": { ending: uncertain, reason: noCode },
  "TLS: a certificate for another name": { ending: uncertain, reason: noCode },
  "a content-length beside chunks": {
    ending: { error: "InvalidResponse", outcome: "executed", safe: 1, unsafe: 1 },
    reason: "workerd reads the chunks"
  },
  "100 Continue before the response, unsolicited": {
    ending: { error: undefined, outcome: undefined, safe: 1, unsafe: 1 },
    reason: "workerd skips it"
  }
}

/** Serves a fault, calls it from the Worker, and checks what arrived. */
const observe = (
  workerd: Workerd,
  fault: Fault,
  call: Task["call"],
  certificates: Certificates.Certificates | string
): Effect.Effect<Result & { readonly requests: number }, never, Scope.Scope> =>
  Effect.gen(function* () {
    const other = yield* Server.serve(Server.respond(ok))
    const location = `location: http://127.0.0.1:${other.port}/v2/numbers`
    const certificate =
      fault.certificate === undefined || typeof certificates === "string" ? undefined : certificates[fault.certificate]
    const server = yield* Server.serve(
      fault.redirect === undefined ? fault.script : Server.respond(Server.http(fault.redirect, "", [location])),
      certificate
    )
    const scheme = fault.tls === true || certificate !== undefined ? "https" : "http"
    const task: Task = { baseUrl: fault.baseUrl ?? `${scheme}://127.0.0.1:${server.port}`, call }
    const result = yield* Effect.promise(() => workerd.run(task))
    if (other.connections() > 0) throw new Error(`${fault.what}: a redirect was followed`)
    return { ...result, requests: server.requests.length }
  })

const show = ({ acknowledged, error, outcome, safe, unsafe }: Ending): string => {
  const outcomes = acknowledged === true ? `${outcome} and executed` : outcome
  return `${error ?? "success"}${outcomes === undefined ? "" : `, ${outcomes}`}, sent ${safe} and ${unsafe} times`
}

const certificates = Certificates.make()
const started = await start(certificates)
const workerd = typeof started === "string" ? skip(started) : started
process.on("exit", workerd.stop)

let ran = 0
const failed: Array<string> = []
for (const fault of faults()) {
  if (fault.certificate !== undefined && typeof certificates === "string") {
    console.log(`SKIPPED: ${fault.what}: ${certificates}`)
    continue
  }
  const [safe, unsafe] = await Effect.runPromise(
    Effect.scoped(
      Effect.all([observe(workerd, fault, "safe", certificates), observe(workerd, fault, "unsafe", certificates)])
    )
  )
  ran++
  const seen = endingOf(safe, unsafe)
  const fetch = "undici" in fault.ending ? fault.ending.fetch : fault.ending
  const expected = differences[fault.what]
  const text = typeof seen === "string" ? seen : show(seen)
  const problems: Array<string> = []
  if (text !== show(expected?.ending ?? fetch)) problems.push(`expected ${show(expected?.ending ?? fetch)}`)
  // A call reports its requests truthfully, and a purchase that may have been executed is sent once.
  if (unsafe.outcome !== "not-executed" && unsafe.requests > 1) problems.push(`bought ${unsafe.requests} times`)
  for (const { attempts, requests } of [safe, unsafe]) {
    if (requests > attempts || (fault.reaches === undefined && requests < attempts)) {
      problems.push(`${attempts} attempts, ${requests} requests arrived`)
    }
  }
  const because = expected === undefined ? "" : ` (fetch of Node.js: ${show(fetch)}; ${expected.reason})`
  console.log(`${problems.length === 0 ? "ok" : "FAILED"}: ${fault.what}: ${text}${because}`)
  for (const problem of problems) {
    console.log(`  ${problem}; ${safe.message}`)
    failed.push(fault.what)
  }
}

// -----------------------------------------------------------------------------
// content codings
// -----------------------------------------------------------------------------

const compress: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  identity: (bytes) => bytes,
  gzip: gzipSync,
  "x-gzip": gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
  zstd: zstdCompressSync,
  "gzip, identity": gzipSync,
  "br, identity": brotliCompressSync,
  "deflate, gzip": (bytes) => gzipSync(deflateSync(bytes)),
  "gzip, br": (bytes) => brotliCompressSync(gzipSync(bytes)),
  "br, gzip": (bytes) => gzipSync(brotliCompressSync(bytes))
}

const pdf = `%PDF-1.7 ${"a page of a fax ".repeat(5000)}`

for (const [coding, encode] of Object.entries(compress)) {
  const respond = (text: string, type: string) => {
    const bytes = Buffer.from(encode(Buffer.from(text)))
    const head = ["HTTP/1.1 200 OK", `content-type: ${type}`, `content-encoding: ${coding}`, "connection: close"]
    return Server.respond(
      Buffer.concat([Buffer.from(`${[...head, `content-length: ${bytes.length}`].join("\r\n")}\r\n\r\n`), bytes])
    )
  }
  const observed = (script: Server.Script, call: Task["call"]) =>
    Effect.flatMap(Server.serve(script), ({ port }) =>
      Effect.promise(() => workerd.run({ baseUrl: `http://127.0.0.1:${port}`, call }))
    )
  const [list, file, error] = await Effect.runPromise(
    Effect.scoped(
      Effect.all([
        observed(respond('{"data":{"numbers":[]}}', "application/json"), "safe"),
        observed(respond(pdf, "application/pdf"), "file"),
        observed(respond('{"success":false,"error":{"code":"not_found_error"}}', "application/pdf"), "file")
      ])
    )
  )
  ran++
  const isRefused = list.error === "InvalidResponse" && file.error === "InvalidResponse"
  const isDecoded = list.error === undefined && file.file === pdf
  const isRight = (isDecoded || isRefused) && error.error === "InvalidResponse"
  console.log(`${isRight ? "ok" : "FAILED"}: content-encoding ${coding}: ${isDecoded ? "decoded" : list.message}`)
  if (!isRight) failed.push(coding)
}

console.log(`workerd: ${ran} faults ran, ${new Set(failed).size} failed`)
process.exit(failed.length === 0 ? 0 : 1)
