// Checks `effect-audian mcp` with the MCP inspector, a client that is not ours. It is installed from npm, at the version
// below, into a temporary folder.
import assert from "node:assert/strict"
import { execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Api } from "effect-audian"
import { install } from "./npm.ts"

const inspector = { package: "@modelcontextprotocol/inspector", version: "2.12.0" } as const

const installed = (): string | undefined => {
  try {
    return install(inspector.package, inspector.version)
  } catch (error) {
    console.log(`SKIPPED: the MCP inspector: npm could not install ${inspector.package}@${inspector.version}: ${error}`)
    return undefined
  }
}

const key = "sk_test_embedded"
const command = [process.execPath, "--conditions=effect-audian-source", join(import.meta.dirname, "../src/bin/main.ts")]

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

interface Called {
  readonly content: ReadonlyArray<{ readonly text: string }>
  readonly structuredContent?: Readonly<Record<string, unknown>>
  readonly isError?: boolean
}

const check = async (folder: string, home: string): Promise<void> => {
  const server = spawn(command[0]!, [...command.slice(1), "serve", "--port", "0", "--seed", "demo"], {
    stdio: ["ignore", "pipe", "inherit"]
  })
  try {
    let greeting = ""
    server.stdout.on("data", (chunk: Buffer) => (greeting += chunk.toString()))
    while (!greeting.includes("Ctrl+C")) await once(server.stdout, "data")
    const baseUrl = /http:\S+/.exec(greeting)![0]

    /** One session of the inspector: it starts `effect-audian mcp`, sends a request, and prints the response. */
    const inspect = (flags: ReadonlyArray<string>, request: ReadonlyArray<string>): Promise<Ended> =>
      new Promise((resolve) => {
        execFile(
          process.execPath,
          [
            join(folder, "node_modules/.bin/mcp-inspector"),
            "--cli",
            ...["-e", `AUDIAN_API_KEY=${key}`, "-e", `AUDIAN_BASE_URL=${baseUrl}`],
            ...command,
            "mcp",
            ...flags,
            ...request
          ],
          { env: { ...process.env, HOME: home }, maxBuffer: 64 * 1024 * 1024, timeout: 120_000 },
          (error, stdout, stderr) => {
            const code = error === null ? 0 : Number(error.code)
            assert(!stdout.includes(key) && !stderr.includes(key), "the key is in the output")
            resolve({ code, stdout, stderr })
          }
        )
      })
    const call = async (flags: ReadonlyArray<string>, tool: string, argument: string) => {
      const { code, stderr, stdout } = await inspect(flags, [
        "--method",
        "tools/call",
        "--tool-name",
        tool,
        "--tool-arg",
        argument
      ])
      return { code, stderr, called: stdout === "" ? undefined : (JSON.parse(stdout) as Called) }
    }

    // `--strict` exits with 6 for a schema that other clients cannot use.
    const listed = await inspect([], ["--method", "tools/list", "--strict"])
    assert.equal(listed.code, 0, listed.stderr)
    const { tools } = JSON.parse(listed.stdout) as { readonly tools: ReadonlyArray<{ readonly name: string }> }
    const reads = Api.operations().filter(({ endpoint }) => endpoint.method === "GET")
    assert.deepEqual(
      tools.map(({ name }) => name).toSorted(),
      reads.map(({ name }) => name.replaceAll(".", "_")).toSorted()
    )
    console.log(`the inspector lists ${tools.length} tools, and finds no schema that others cannot use`)

    const read = await call([], "Numbers_list", "limit=1")
    assert.equal(read.code, 0, read.stderr)
    assert.deepEqual(read.called?.structuredContent?.next, { limit: 1, offset: 1 })
    console.log("the inspector calls Numbers_list, and gets a page and the input of the next")

    const missing = await call([], "Numbers_getConfig", "number_id=nope")
    assert.equal(missing.called?.isError, true)
    const failure = JSON.parse(missing.called.content[0]!.text) as Readonly<Record<string, unknown>>
    assert.equal(failure.tag, "NotFound")
    assert.equal(failure.outcome, "not-executed")
    console.log("the inspector gets an error as data: NotFound, with its advice")

    const number = "number=+14155550110"
    const unlisted = await call([], "Numbers_purchase", number)
    assert.notEqual(unlisted.code, 0)
    assert.match(unlisted.stderr, /Numbers_purchase/)
    // The inspector has no user to ask.
    const unsafe = await call(["--allow", "Numbers.purchase"], "Numbers_purchase", number)
    assert.equal(unsafe.called?.isError, true)
    assert.equal((JSON.parse(unsafe.called.content[0]!.text) as Readonly<Record<string, unknown>>).tag, "Refused")
    const owned = await call([], "Numbers_list", "limit=100")
    assert.equal(owned.called?.structuredContent?.total, 3)
    console.log("the inspector is refused Numbers_purchase, unlisted and allowed, and nothing is bought")
  } finally {
    server.kill()
  }
}

const folder = installed()
if (folder !== undefined) {
  const home = mkdtempSync(join(tmpdir(), "effect-audian-inspector-"))
  try {
    await check(folder, home)
  } finally {
    rmSync(home, { recursive: true })
  }
}
