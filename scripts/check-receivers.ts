// Receives webhooks in the real Express, Fastify, Hono, Next and Workers: packs the library, installs it with the
// frameworks of examples/receivers into a temporary folder, compiles the examples, and starts each server. Each gets
// deliveries over a socket: those that OpenSSL signed, and those of a call on the embedded server, where it is registered
// as a webhook. Prints SKIPPED with the reason if npm or openssl are not available.
import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import { Calls, Numbers, Webhooks } from "effect-audian"
import { Deliveries, EmbeddedAudian, Fault } from "effect-audian/testing"
import { freePort } from "./freePort.ts"

const root = join(import.meta.dirname, "..")
const work = mkdtempSync(join(tmpdir(), "effect-audian-receivers-"))
const app = join(work, "app")

const run = (command: string, args: ReadonlyArray<string>, cwd: string, input?: string | Buffer): string =>
  execFileSync(command, args, { cwd, encoding: "utf8", input, stdio: ["pipe", "pipe", "inherit"] })

const skip = (reason: string): never => {
  console.log(`SKIPPED: receivers in frameworks: ${reason}`)
  rmSync(work, { recursive: true, force: true })
  process.exit(0)
}

const attempt = (f: () => unknown): boolean => {
  try {
    f()
    return true
  } catch {
    return false
  }
}

// -----------------------------------------------------------------------------
// deliveries that OpenSSL signs
// -----------------------------------------------------------------------------

let deliveries = 0

interface Sent {
  readonly body: string | Buffer
  readonly signature?: string
  readonly deliveryId?: string
}

/** The signature that OpenSSL makes. */
const sign = (secret: string, timestamp: string, body: string | Buffer): string =>
  run(
    "openssl",
    ["dgst", "-sha256", "-hmac", secret],
    root,
    Buffer.concat([Buffer.from(`${timestamp}.`), Buffer.from(body)])
  )
    .trim()
    .replace(/^.* /, "")

const send = async (
  { secret, url }: Server,
  path: string,
  { body, deliveryId = `delv_openssl_${++deliveries}`, signature }: Sent
): Promise<string> => {
  const timestamp = String(Math.floor(Date.now() / 1000))
  const response = await fetch(url + path, {
    method: "POST",
    body: new Uint8Array(Buffer.from(body)),
    headers: {
      "content-type": "application/json",
      "user-agent": "AudianWebhook/1.0",
      "x-audian-timestamp": timestamp,
      "x-audian-signature": signature ?? sign(secret, timestamp, body),
      "x-audian-delivery-id": deliveryId
    }
  })
  return `${response.status} ${await response.text()}`.trim()
}

// Not the text that `JSON.stringify` writes: a body that was parsed and written again would not match.
const event = `{ "id": "evt_1", "event": "call.completed", "timestamp": "2024-01-01T12:00:00Z",
  "data": { "call_id": "call_\\u0031", "duration": 1.250e2 } }\n`

/** The deliveries that every receiver gets, and the expected responses. */
const cases: ReadonlyArray<readonly [title: string, sent: Sent, expected: string]> = [
  ["signed by OpenSSL", { body: event, deliveryId: "delv_openssl" }, "200"],
  ["the same again", { body: event, deliveryId: "delv_openssl" }, "200 Replayed"],
  ["forged", { body: event, signature: "0".repeat(64) }, "401 InvalidSignature"],
  ["signed bytes that are no event", { body: Buffer.from([0x22, 0xff, 0x00]) }, "200"],
  ["signed, and empty", { body: "" }, "200"]
]

// -----------------------------------------------------------------------------
// deliveries of the embedded server
// -----------------------------------------------------------------------------

const embeddedServer = EmbeddedAudian.client().pipe(
  Layer.provideMerge(EmbeddedAudian.serve()),
  Layer.provide(FetchHttpClient.layer)
)

/** Registers a receiver, and returns the secret of its deliveries. */
const subscribe = (url: string) =>
  // An API key registers only HTTPS; the delivery to this machine goes over HTTP.
  Effect.map(Webhooks.create({ url: url.replace("http:", "https:"), events: ["*"] }), ({ signing_secret }) =>
    Redacted.value(signing_secret)
  )

/** Makes a call, answers it and ends it. The first of its events is delivered twice. */
const call = Effect.gen(function* () {
  const embedded = yield* EmbeddedAudian.EmbeddedAudian
  const from = "+14155551234"
  yield* embedded.fault(Fault.repeatWebhook().pipe(Fault.onEvent("call.initiated")))
  yield* Numbers.purchase({ number: from })
  const { call_id } = yield* Calls.create({ from, to: "+14155555678" })
  yield* embedded.answerCall(call_id)
  yield* embedded.hangUp(call_id)
  return yield* embedded.awaitDeliveries
})

/** The deliveries of the call, sorted. */
const delivered = [
  "call.answered 200 accepted",
  "call.completed 200 accepted",
  "call.initiated 200 accepted",
  "call.initiated 200 accepted"
]

/** How often each event reaches the handler of a receiver: once for the call, `call.completed` from OpenSSL too. */
const handled = { "call.initiated": 1, "call.answered": 1, "call.completed": 2 }

// -----------------------------------------------------------------------------
// servers
// -----------------------------------------------------------------------------

interface Server {
  readonly url: string
  readonly secret: string
  readonly output: () => string
  readonly stop: () => Promise<void>
}

/** Starts a server. Its secret comes from `register`, which gets the URL. */
const start = async (
  args: ReadonlyArray<string>,
  cwd: string,
  register: (url: string) => Promise<string>
): Promise<Server> => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const secret = await register(url)
  const env = { ...process.env, PORT: String(port), AUDIAN_WEBHOOK_SECRET: secret, NEXT_TELEMETRY_DISABLED: "1" }
  const child: ChildProcess = spawn(process.execPath, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] })
  let output = ""
  child.stdout?.on("data", (data) => (output += data))
  child.stderr?.on("data", (data) => (output += data))
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()))
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM")
    const late = setTimeout(() => child.kill("SIGKILL"), 10_000)
    await exited
    clearTimeout(late)
  }
  for (let attempts = 0; ; attempts++) {
    const ready = await fetch(url).then(
      () => true,
      () => false
    )
    if (ready) return { url, secret, output: () => output, stop }
    if (child.exitCode !== null || attempts > 600) {
      await stop()
      throw new Error(`the server does not start:\n${output}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

const expect = (title: string, actual: string, expected: string): void => {
  if (actual !== expected) throw new Error(`${title}: expected ${expected}, got ${actual}`)
}

/** Waits until each event is in the output as often as expected; more is a failure, and so is less after 10 seconds. */
const expectHandled = async (name: string, server: Server): Promise<void> => {
  const expected = JSON.stringify(handled)
  for (let attempts = 0; ; attempts++) {
    const count = (event: string): number => server.output().split(event).length - 1
    const actual = JSON.stringify(Object.fromEntries(Object.keys(handled).map((event) => [event, count(event)])))
    if (actual === expected) return
    if (attempts > 100) throw new Error(`${name}: expected the events ${expected}, got ${actual}:\n${server.output()}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** Registers a receiver with an embedded server, starts it, and sends it all deliveries. */
const check = async (name: string, args: ReadonlyArray<string>, cwd: string, path: string): Promise<void> => {
  const embedded = ManagedRuntime.make(embeddedServer)
  try {
    const server = await start(args, cwd, (url) => embedded.runPromise(subscribe(url + path)))
    try {
      const log = await embedded.runPromise(call)
      const results = log.map(({ event, result, status }) => `${event} ${status} ${result}`).sort()
      if (results.join() !== delivered.join()) {
        throw new Error(`${name}: the deliveries of the call:\n${Deliveries.show(log)}\n${server.output()}`)
      }
      for (const [title, sent, expected] of cases) {
        expect(`${name}: ${title}`, await send(server, path, sent), expected)
      }
      await expectHandled(name, server)
      console.log(`${name}: ${cases.length} deliveries of OpenSSL, ${log.length} of the embedded server`)
    } finally {
      await server.stop()
    }
  } finally {
    await embedded.dispose()
  }
}

// -----------------------------------------------------------------------------
// the check
// -----------------------------------------------------------------------------

const main = async (): Promise<void> => {
  if (!attempt(() => run("openssl", ["version"], root))) skip("openssl is not installed")
  if (!attempt(() => execFileSync("npm", ["view", "express", "version", "--fetch-retries=0"], { stdio: "ignore" }))) {
    skip("npm cannot be reached")
  }
  run("npm", ["run", "-s", "build"], root)
  run("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", work], root)
  const [tarball] = readdirSync(work).filter((file) => file.endsWith(".tgz"))
  cpSync(join(root, "examples/receivers"), app, { recursive: true })
  cpSync(join(root, "scripts/receivers"), app, { recursive: true })
  const manifest = readFileSync(join(app, "package.json"), "utf8").replace("file:../..", `file:${work}/${tarball}`)
  writeFileSync(join(app, "package.json"), manifest)
  run("npm", ["install", "--silent", "--no-audit", "--no-fund"], app)
  run("node_modules/.bin/tsc", [], app)
  console.log("the examples compile")

  await check("express", ["express.ts"], app, "/webhooks")
  await check("fastify", ["fastify.ts"], app, "/webhooks")
  await check("hono", ["hono.ts"], app, "/webhooks")
  await check("workers", ["serveWorker.ts"], app, "/webhooks")

  const next = join(app, "node_modules/next/dist/bin/next")
  run(process.execPath, [next, "build"], join(app, "next"))
  await check("next, app router", [next, "start"], join(app, "next"), "/webhooks")
  await check("next, pages router", [next, "start"], join(app, "next"), "/api/webhooks")

  const parsed = await start(["parsed.ts"], app, async () => "whsec_0123456789abcdef")
  try {
    for (const path of ["/express", "/hono"]) {
      expect(`parsed body: ${path}`, await send(parsed, path, { body: event }), "503 Unavailable")
    }
    if (parsed.output().split("express.raw").length - 1 !== 2) throw new Error(`no advice in:\n${parsed.output()}`)
    console.log("parsed bodies: 503, with advice in the log")
  } finally {
    await parsed.stop()
  }
}

try {
  await main()
} finally {
  rmSync(work, { recursive: true, force: true })
}
