import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs"
import { type AddressInfo, createServer, type Server } from "node:net"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import { Account, Audian, Numbers, Retry, Voicemail } from "effect-audian"
import * as Bin from "./support/bin.ts"
import * as Cli from "./support/cli.ts"
import * as Connection from "./support/connection.ts"

const key = "sk_test_embedded"
const deadline = 60_000

const json = (url: string, init?: RequestInit) =>
  Effect.promise(async () => {
    const response = await fetch(url, init)
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  })

const withKey = (value: string): RequestInit => ({ headers: { "x-auth-token": value } })

const client = (baseUrl: string, apiKey = key) =>
  Layer.provide(Audian.layer({ apiKey, baseUrl, retry: Retry.none }), FetchHttpClient.layer)

/** The port of a server that another program runs. */
const listening = Effect.acquireRelease(
  Effect.callback<Server>((resume) => {
    const server = createServer().listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
  }),
  (server) => Effect.sync(() => server.close())
).pipe(Effect.map((server) => (server.address() as AddressInfo).port))

const run = Cli.runEmbedded

describe("effect-audian-embedded", () => {
  it.live(
    "serves the requests of the printed curl commands",
    () =>
      Effect.gen(function* () {
        const { baseUrl, greeting } = yield* Bin.start("--port", "0")
        assert.include(greeting, key)
        assert.include(greeting, `${baseUrl}/docs`)

        const [, header, url] = /curl -H "([^"]+)" (\S+)/.exec(greeting)!
        const [name, value] = header!.split(": ")
        assert.deepStrictEqual(yield* json(url!, { headers: { [name!]: value! } }), {
          status: 200,
          body: { success: true, data: { numbers: [], total: 0, limit: 20, offset: 0 } }
        })
        assert.strictEqual((yield* json(url!)).status, 401)

        const [, type, data, exchange] = /curl -X PUT -H "Content-Type: ([^"]+)" -d "(.+)" (\S+)/.exec(greeting)!
        const token = yield* json(exchange!, {
          method: "PUT",
          headers: { "content-type": type! },
          body: data!.replaceAll("\\", "")
        })
        const users = `${baseUrl}/v2/accounts/account_embedded/users`
        assert.strictEqual((yield* json(users, withKey(String(token.body.auth_token)))).status, 200)
      }),
    deadline
  )

  it.live(
    "--seed demo fills the account without using the quota",
    () =>
      Effect.gen(function* () {
        const { baseUrl } = yield* Bin.start("--port", "0", "--seed", "demo", "--quota", "7")
        yield* Effect.gen(function* () {
          assert.deepStrictEqual(
            (yield* Numbers.list()).numbers.map(({ friendly_name }) => friendly_name),
            ["Front desk", "Sales", "Support"]
          )
          assert.strictEqual(((yield* Voicemail.list()) as ReadonlyArray<unknown>).length, 1)
          const users = yield* Account.Users.list()
          const devices = yield* Account.Devices.list()
          assert.deepStrictEqual(
            users.map(({ id }) => id),
            devices.map(({ owner_id }) => owner_id)
          )
          assert.strictEqual((yield* Account.Registrations.list()).length, users.length)
          assert.strictEqual((yield* Account.Cdrs.list()).length, 3)
          assert.strictEqual((yield* Effect.flip(Numbers.list()))._tag, "TooManyRequests")
        }).pipe(Effect.provide(client(baseUrl)))
      }),
    deadline
  )

  it.live(
    "--api-key and --account-id set the account, and the key is not printed",
    () =>
      Effect.gen(function* () {
        const own = "sk_test_of_my_own"
        const { baseUrl, end, greeting } = yield* Bin.start("--port", "0", "--api-key", own, "--account-id", "acme")
        assert.notInclude(greeting, own)
        assert.include(greeting, "acme")
        assert.strictEqual((yield* json(`${baseUrl}/v2/numbers`, withKey(key))).status, 401)
        assert.strictEqual((yield* json(`${baseUrl}/v2/numbers`, withKey(own))).status, 200)
        assert.strictEqual((yield* Effect.provide(Account.Accounts.get(), client(baseUrl, own))).id, "acme")
        assert.notInclude(yield* Effect.promise(() => fetch(`${baseUrl}/docs`).then((page) => page.text())), own)
        const { stderr } = yield* end("SIGINT")
        assert.match(stderr, /^--api-key: others can see the arguments.*AUDIAN_EMBEDDED_API_KEY/)
        assert.notInclude(stderr, own)
      }),
    deadline
  )

  it.live(
    "takes the key of AUDIAN_EMBEDDED_API_KEY, which no list of processes shows",
    () =>
      Effect.gen(function* () {
        const own = "sk_test_of_a_variable"
        const { baseUrl, greeting } = yield* Bin.startWith({ AUDIAN_EMBEDDED_API_KEY: own }, "--port", "0")
        assert.notInclude(greeting, own)
        assert.strictEqual((yield* json(`${baseUrl}/v2/numbers`, withKey(key))).status, 401)
        assert.strictEqual((yield* json(`${baseUrl}/v2/numbers`, withKey(own))).status, 200)
      }),
    deadline
  )

  it.live.each(["SIGINT", "SIGTERM"] as const)(
    "exits with 0 on %s despite open connections",
    (signal) =>
      Effect.gen(function* () {
        const { baseUrl, end } = yield* Bin.start("--port", "0")
        const others = yield* Effect.forEach(Connection.beginnings, (sent) => Connection.begin(baseUrl, sent))
        // This response proves that the server has received the earlier bytes. Its connection stays open too.
        yield* json(`${baseUrl}/v2/numbers`, withKey(key))
        const { code, stderr } = yield* end(signal)
        assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
        yield* Effect.all(others)
        assert.isTrue((yield* Effect.exit(Effect.tryPromise(() => fetch(baseUrl))))._tag === "Failure")
      }),
    // Without a forced close it would wait a minute for the incomplete request.
    30_000
  )

  it.live.each([
    [["--port", "70000"], /--port: "70000".* from 0 to 65535/],
    [["--port", "http"], /--port: "http"/],
    [["--seed", "everything"], /--seed: "everything".*"empty" \| "demo"/],
    [["--quota", "-1"], /--quota: "-1"/],
    [["--api-key="], /--api-key/],
    [["--host"], /--host/],
    [["--colour"], /--colour/],
    [["8443"], /8443/]
  ] as const)(
    "reports the error of %j and exits with 2",
    ([args, message]) =>
      Effect.gen(function* () {
        const { code, stderr, stdout } = yield* run(args)
        assert.deepStrictEqual({ code, stdout }, { code: 2, stdout: "" })
        assert.match(stderr, message)
        assert.match(stderr, /--help/)
      }),
    deadline
  )

  it.live(
    "exits with the code and the output of the command",
    () =>
      Effect.gen(function* () {
        const args = ["--port", "70000"]
        const inProcess = yield* run(args)
        assert.deepStrictEqual(yield* Bin.run(args), inProcess)
      }),
    deadline
  )

  it.live(
    "reports a port in use and exits with 1",
    () =>
      Effect.gen(function* () {
        const port = yield* listening
        const { code, stderr, stdout } = yield* run(["--port", String(port)])
        assert.deepStrictEqual({ code, stdout }, { code: 1, stdout: "" })
        assert.match(stderr, new RegExp(`127\\.0\\.0\\.1:${port}: the port is in use`))
      }),
    deadline
  )

  it.live(
    "--version and --help print the version and the flags",
    () =>
      Effect.gen(function* () {
        const version = yield* run(["--version"])
        assert.deepStrictEqual([version.code, version.stderr], [0, ""])
        assert.match(version.stdout, /0\.1\.0/)
        const help = yield* run(["--help"])
        assert.strictEqual(help.code, 0)
        for (const flag of ["port", "host", "seed", "api-key", "account-id", "quota"]) {
          assert.include(help.stdout, `--${flag}`)
        }
      }),
    deadline
  )

  it.live(
    "reports the required Node.js version on an older one",
    () =>
      Effect.gen(function* () {
        const old = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '22.18.0' } })"
        const { code, stderr } = yield* Bin.run([], { node: ["--import", `data:text/javascript,${encodeURI(old)}`] })
        assert.strictEqual(code, 1)
        assert.strictEqual(stderr, "effect-audian-embedded: Node.js 22.19 or later is needed; this is 22.18.0\n")
      }),
    deadline
  )

  it.live(
    "names @effect/platform-node when it is not installed",
    () =>
      Effect.gen(function* () {
        const cwd = yield* Effect.acquireRelease(
          Effect.sync(() => mkdtempSync(join(tmpdir(), "effect-audian-bin-"))),
          (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
        )
        cpSync("src", join(cwd, "src"), { recursive: true })
        cpSync("package.json", join(cwd, "package.json"))
        mkdirSync(join(cwd, "node_modules"))
        symlinkSync(resolve("node_modules/effect"), join(cwd, "node_modules/effect"))
        const { code, stderr } = yield* Bin.run([], { cwd })
        assert.strictEqual(code, 1)
        assert.match(stderr, /^effect-audian-embedded: @effect\/platform-node is needed.* npm install .*\n$/)
      }),
    deadline
  )
})
