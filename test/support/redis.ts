/**
 * A `redis-server` of the test's own on a free loopback port, which it can stop and start again. Where there is none, the
 * tests that need it are skipped with a message.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { freePort } from "../../scripts/freePort.ts"

const find = (): string | undefined => {
  try {
    return execFileSync("sh", ["-c", "command -v redis-server"], { encoding: "utf8" }).trim()
  } catch {
    return undefined
  }
}

export const binary = find()

if (binary === undefined) {
  console.warn(
    "SKIPPED: no redis-server on this machine (apt-get install redis-server); the fleet is not tested on Redis"
  )
}

export interface Redis {
  readonly url: string
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
  /** Suspends the process: its connections stay open, and nothing is sent back. */
  readonly suspend: () => void
  readonly resume: () => void
  /** Runs a command, as `redis-cli` prints it. */
  readonly command: (...args: ReadonlyArray<string>) => string
  readonly port: number
  /** Stops it for good and removes its files. */
  readonly dispose: () => Promise<void>
  /** Everything it holds, as text. */
  readonly dump: () => string
}

/** A server; a read-only replica of another one where its port is given. */
export const make = async (replicaOf?: number): Promise<Redis> => {
  const port = await freePort()
  const dir = mkdtempSync(join(tmpdir(), "effect-audian-redis-"))
  let running: ChildProcess | undefined
  const cli = (...args: ReadonlyArray<string>): string =>
    execFileSync("redis-cli", ["-h", "127.0.0.1", "-p", String(port), ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"]
    })
  const responds = (): boolean => {
    try {
      return cli("ping").includes("PONG")
    } catch {
      return false
    }
  }
  const start = async (): Promise<void> => {
    const options = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", dir]
    const replica = replicaOf === undefined ? [] : ["--replicaof", "127.0.0.1", String(replicaOf)]
    running = spawn(binary!, [...options, ...replica], { stdio: "ignore" })
    for (let attempt = 0; attempt < 200 && running.exitCode === null; attempt++) {
      if (responds()) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error("redis-server did not start")
  }
  const stop = async (): Promise<void> => {
    const child = running
    running = undefined
    if (child === undefined) return
    const gone = new Promise((resolve) => child.once("exit", resolve))
    child.kill("SIGKILL")
    await gone
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    command: cli,
    suspend: () => void running?.kill("SIGSTOP"),
    resume: () => void running?.kill("SIGCONT"),
    start,
    stop,
    dispose: async () => {
      await stop()
      rmSync(dir, { recursive: true, force: true })
    },
    dump: () =>
      cli("keys", "*")
        .split("\n")
        .filter((key) => key !== "")
        .map((key) => {
          const type = cli("type", key).trim()
          const read = type === "hash" ? ["hgetall", key] : type === "list" ? ["lrange", key, "0", "-1"] : ["get", key]
          return `${key}\n${cli(...read)}`
        })
        .join("\n")
  }
}
