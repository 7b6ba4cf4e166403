// Receives webhooks in the real Express, Fastify, Hono, Next and Workers: packs the library, installs it with the
// frameworks of examples/receivers into a temporary folder, compiles the examples, starts each server, and sends it
// deliveries over a socket that OpenSSL signed. Prints SKIPPED with the reason if npm or openssl are not available.
import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"

const root = join(import.meta.dirname, "..")
const secret = "whsec_0123456789abcdef"
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
// deliveries
// -----------------------------------------------------------------------------

let deliveries = 0

interface Sent {
  readonly body: string | Buffer
  readonly signature?: string
  readonly deliveryId?: string
}

/** The signature that OpenSSL makes. */
const sign = (timestamp: string, body: string | Buffer): string =>
  run(
    "openssl",
    ["dgst", "-sha256", "-hmac", secret],
    root,
    Buffer.concat([Buffer.from(`${timestamp}.`), Buffer.from(body)])
  )
    .trim()
    .replace(/^.* /, "")

const send = async (url: string, { body, deliveryId = `delv_${++deliveries}`, signature }: Sent): Promise<string> => {
  const timestamp = String(Math.floor(Date.now() / 1000))
  const response = await fetch(url, {
    method: "POST",
    body: new Uint8Array(Buffer.from(body)),
    headers: {
      "content-type": "application/json",
      "user-agent": "AudianWebhook/1.0",
      "x-audian-timestamp": timestamp,
      "x-audian-signature": signature ?? sign(timestamp, body),
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
  ["signed by OpenSSL", { body: event, deliveryId: "delv_first" }, "200"],
  ["the same again", { body: event, deliveryId: "delv_first" }, "200 Replayed"],
  ["forged", { body: event, signature: "0".repeat(64) }, "401 InvalidSignature"],
  ["signed bytes that are no event", { body: Buffer.from([0x22, 0xff, 0x00]) }, "200"],
  ["signed, and empty", { body: "" }, "200"]
]

// -----------------------------------------------------------------------------
// servers
// -----------------------------------------------------------------------------

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })

interface Server {
  readonly url: string
  readonly output: () => string
  readonly stop: () => Promise<void>
}

const start = async (args: ReadonlyArray<string>, cwd: string): Promise<Server> => {
  const port = await freePort()
  const env = { ...process.env, PORT: String(port), AUDIAN_WEBHOOK_SECRET: secret, NEXT_TELEMETRY_DISABLED: "1" }
  const child: ChildProcess = spawn(process.execPath, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] })
  let output = ""
  child.stdout?.on("data", (data) => (output += data))
  child.stderr?.on("data", (data) => (output += data))
  const url = `http://127.0.0.1:${port}`
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
    if (ready) return { url, output: () => output, stop }
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

const check = async (name: string, server: Server, path: string): Promise<void> => {
  for (const [title, sent, expected] of cases) {
    const deliveryId = sent.deliveryId === undefined ? undefined : `${sent.deliveryId}_${name.replace(/\W/g, "_")}`
    const actual = await send(server.url + path, { ...sent, ...(deliveryId !== undefined && { deliveryId }) })
    expect(`${name}: ${title}`, actual, expected)
  }
  const handled = server.output().split("call.completed").length - 1
  if (handled !== 1) throw new Error(`${name}: the handler ran ${handled} times, expected once:\n${server.output()}`)
  console.log(`${name}: ${cases.length} deliveries`)
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

  const servers: ReadonlyArray<readonly [name: string, args: ReadonlyArray<string>, paths: ReadonlyArray<string>]> = [
    ["express", ["express.ts"], ["/webhooks"]],
    ["fastify", ["fastify.ts"], ["/webhooks"]],
    ["hono", ["hono.ts"], ["/webhooks"]],
    ["workers", ["serveWorker.ts"], ["/webhooks"]]
  ]
  for (const [name, args, paths] of servers) {
    const server = await start(args, app)
    try {
      for (const path of paths) await check(name, server, path)
    } finally {
      await server.stop()
    }
  }

  run(join(app, "node_modules/.bin/next"), ["build"], join(app, "next"))
  for (const [name, path] of [
    ["next, app router", "/webhooks"],
    ["next, pages router", "/api/webhooks"]
  ] as const) {
    const server = await start([join(app, "node_modules/next/dist/bin/next"), "start"], join(app, "next"))
    try {
      await check(name, server, path)
    } finally {
      await server.stop()
    }
  }

  const parsed = await start(["parsed.ts"], app)
  try {
    for (const path of ["/express", "/hono"]) {
      expect(`parsed body: ${path}`, await send(parsed.url + path, { body: event }), "503 Unavailable")
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
