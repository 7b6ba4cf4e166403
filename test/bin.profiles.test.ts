import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Numbers } from "effect-audian"
import { EmbeddedAudian, Fault } from "effect-audian/testing"
import * as Cli from "./support/cli.ts"

const key = "sk_test_embedded"

const home = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "effect-audian-home-"))),
  (name) => Effect.sync(() => rmSync(name, { recursive: true }))
)

const fileOf = (environment: { readonly XDG_CONFIG_HOME: string }) =>
  join(environment.XDG_CONFIG_HOME, "effect-audian", "profiles.json")

/** An embedded server over a socket, and an environment that has a folder for profiles and no key. */
const setup = Effect.gen(function* () {
  const { baseUrl } = yield* EmbeddedAudian.EmbeddedAudian
  return { baseUrl, environment: { XDG_CONFIG_HOME: yield* home } }
})

describe("effect-audian login", () => {
  it.live("keeps a checked key in a file of mode 0600, and prints no key", () =>
    Effect.gen(function* () {
      const { baseUrl, environment } = yield* setup
      const login = yield* Cli.run(["login", "--base-url", baseUrl], environment, `${key}\n`)
      assert.deepStrictEqual([login.code, login.stdout], [0, ""])
      const file = fileOf(environment)
      assert.include(login.stderr, file)
      assert.strictEqual(statSync(file).mode & 0o777, 0o600)
      assert.strictEqual(statSync(join(file, "..")).mode & 0o777, 0o700)
      assert.include(readFileSync(file, "utf8"), key)

      const listed = yield* Cli.run(["profiles"], environment)
      assert.deepStrictEqual(JSON.parse(listed.stdout), [
        { name: "default", current: true, account_id: null, base_url: baseUrl }
      ])
      const called = yield* Cli.run(["call", "Numbers.list"], environment)
      assert.strictEqual(called.code, 0, called.stderr)
      const doctor = yield* Cli.run(["doctor"], environment)
      assert.strictEqual(doctor.code, 0)
      for (const { stderr, stdout } of [login, listed, called, doctor]) assert.notInclude(stdout + stderr, key)
    }).pipe(Effect.scoped, Effect.provide(EmbeddedAudian.serve()))
  )

  it.live("checks and keeps a key with the URL of AUDIAN_BASE_URL, unless --base-url names one", () =>
    Effect.gen(function* () {
      const { baseUrl, environment } = yield* setup
      const login = yield* Cli.run(["login"], { ...environment, AUDIAN_BASE_URL: baseUrl }, key)
      assert.strictEqual(login.code, 0, login.stderr)
      const elsewhere = { ...environment, AUDIAN_BASE_URL: "http://127.0.0.1:9" }
      yield* Cli.run(["login", "--profile", "named", "--base-url", baseUrl], elsewhere, key)
      const { stdout } = yield* Cli.run(["profiles"], environment)
      const profiles = JSON.parse(stdout) as ReadonlyArray<{ readonly base_url: string | null }>
      assert.deepStrictEqual(
        profiles.map(({ base_url }) => base_url),
        [baseUrl, baseUrl]
      )
    }).pipe(Effect.scoped, Effect.provide(EmbeddedAudian.serve()))
  )

  it.live("does not keep a key that is refused, nor an empty one", () =>
    Effect.gen(function* () {
      const { baseUrl, environment } = yield* setup
      const refused = yield* Cli.run(["login", "--base-url", baseUrl], environment, "sk_live_secret_of_mine")
      assert.strictEqual(refused.code, 3)
      assert.notInclude(refused.stderr, "sk_live_secret_of_mine")
      const empty = yield* Cli.run(["login", "--base-url", baseUrl], environment, " \n")
      assert.strictEqual(empty.code, 2)
      assert.isUndefined(statSync(fileOf(environment), { throwIfNoEntry: false }))
    }).pipe(Effect.scoped, Effect.provide(EmbeddedAudian.serve()))
  )

  it.live("prefers the environment, and takes a profile by name", () =>
    Effect.gen(function* () {
      const { baseUrl, environment } = yield* setup
      yield* Cli.run(["login", "--no-check", "--profile", "old", "--base-url", baseUrl], environment, "sk_old")
      yield* Cli.run(["login", "--profile", "new", "--base-url", baseUrl], environment, key)
      const list = ["call", "Numbers.list"]
      assert.strictEqual((yield* Cli.run(list, environment)).code, 0)
      assert.strictEqual((yield* Cli.run([...list, "--profile", "old"], environment)).code, 3)
      assert.strictEqual((yield* Cli.run(list, { ...environment, AUDIAN_PROFILE: "old" })).code, 3)
      const own = { ...environment, AUDIAN_API_KEY: key, AUDIAN_BASE_URL: baseUrl, AUDIAN_PROFILE: "old" }
      assert.strictEqual((yield* Cli.run(list, own)).code, 0)
      const missing = yield* Cli.run([...list, "--profile", "nope"], environment)
      assert.strictEqual(missing.code, 3)
      assert.match(missing.stderr, /no profile nope\n.*login --profile nope/)

      assert.strictEqual((yield* Cli.run(["profiles", "use", "old"], environment)).code, 0)
      assert.strictEqual((yield* Cli.run(list, environment)).code, 3)
      assert.strictEqual((yield* Cli.run(["profiles", "remove", "old"], environment)).code, 0)
      assert.notInclude(readFileSync(fileOf(environment), "utf8"), "sk_old")
      const unknown = yield* Cli.run(["profiles", "use", "old"], environment)
      assert.strictEqual(unknown.code, 4)
      assert.match(unknown.stderr, /Profiles: new/)
    }).pipe(Effect.scoped, Effect.provide(EmbeddedAudian.serve()))
  )

  it.live("refuses a file that others can read", () =>
    Effect.gen(function* () {
      const { baseUrl, environment } = yield* setup
      yield* Cli.run(["login", "--base-url", baseUrl], environment, key)
      chmodSync(fileOf(environment), 0o644)
      const { code, stderr } = yield* Cli.run(["call", "Numbers.list"], environment)
      assert.strictEqual(code, 3)
      assert.match(stderr, /can be read by other users\nRun: chmod 600 /)
    }).pipe(Effect.scoped, Effect.provide(EmbeddedAudian.serve()))
  )
})

interface Check {
  readonly check: string
  readonly status: string
  readonly message: string
  readonly advice?: string
}

const doctor = (environment: Readonly<Record<string, string>>) =>
  Effect.map(Cli.run(["doctor"], environment), ({ code, stdout }) => ({
    code,
    checks: new Map((JSON.parse(stdout) as ReadonlyArray<Check>).map((check) => [check.check, check] as const))
  }))

describe("effect-audian doctor", () => {
  it.live("reports what works", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* EmbeddedAudian.EmbeddedAudian
      const { checks, code } = yield* doctor({ AUDIAN_API_KEY: key, AUDIAN_BASE_URL: baseUrl })
      assert.strictEqual(code, 0)
      for (const check of ["runtime", "credential", "base URL", "key", "account", "clock", "quota"]) {
        assert.strictEqual(checks.get(check)?.status, "ok", check)
      }
      assert.include(checks.get("account")?.message, "account_embedded")
    }).pipe(Effect.provide(EmbeddedAudian.serve()))
  )

  it.live("reports a wrong key, a closed port, a wrong URL, a clock that is off and a quota that is used up", () =>
    Effect.gen(function* () {
      const { baseUrl, fault } = yield* EmbeddedAudian.EmbeddedAudian
      const wrong = yield* doctor({ AUDIAN_API_KEY: "sk_wrong", AUDIAN_BASE_URL: baseUrl })
      assert.strictEqual(wrong.code, 3)
      assert.strictEqual(wrong.checks.get("key")?.status, "failed")
      assert.match(String(wrong.checks.get("key")?.advice), /key/)
      const closed = yield* doctor({ AUDIAN_API_KEY: key, AUDIAN_BASE_URL: "http://127.0.0.1:9" })
      assert.strictEqual(closed.code, 10)
      assert.strictEqual(closed.checks.get("base URL")?.status, "failed")
      const invalid = yield* doctor({ AUDIAN_API_KEY: key, AUDIAN_BASE_URL: "ftp://audian" })
      assert.strictEqual(invalid.code, 2)
      assert.strictEqual(invalid.checks.get("base URL")?.status, "failed")
      const none = yield* doctor({ XDG_CONFIG_HOME: yield* home })
      assert.strictEqual(none.code, 3)
      assert.match(String(none.checks.get("credential")?.advice), /effect-audian login/)

      yield* fault(
        Fault.respond({
          status: 200,
          headers: {
            "content-type": "application/json",
            date: "Thu, 01 Jan 2026 00:00:00 GMT",
            "x-ratelimit-limit": "1000",
            "x-ratelimit-remaining": "5"
          },
          body: '{"success":true,"data":{"numbers":[],"total":0,"limit":1,"offset":0}}'
        }).pipe(Fault.on(Numbers.list))
      )
      const { checks, code } = yield* doctor({ AUDIAN_API_KEY: key, AUDIAN_BASE_URL: baseUrl })
      assert.strictEqual(code, 0)
      assert.strictEqual(checks.get("clock")?.status, "warning")
      assert.match(String(checks.get("clock")?.message), /s (?:ahead of|behind) the server's/)
      assert.strictEqual(checks.get("quota")?.status, "warning")
    }).pipe(Effect.scoped, Effect.provide(EmbeddedAudian.serve()))
  )
})
