import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { Api, Retry } from "effect-audian"
import { EmbeddedAudian, Fault } from "effect-audian/testing"
import * as ContractOf from "../src/ai/contractOf.ts"
import * as Fields from "../src/ai/fields.ts"
import type { Ended } from "./support/bin.ts"
import * as Cli from "./support/cli.ts"

/** A folder of the test. */
const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "effect-audian-call-"))),
  (name) => Effect.sync(() => rmSync(name, { recursive: true }))
)

const key = "sk_test_embedded"

/** The command on an embedded server over a socket. */
const onServer = <A, E>(
  test: (
    run: (...args: ReadonlyArray<string>) => Effect.Effect<Ended>
  ) => Effect.Effect<A, E, EmbeddedAudian.EmbeddedAudian | Scope.Scope>,
  options: Parameters<typeof EmbeddedAudian.serve>[0] = {}
) =>
  Effect.gen(function* () {
    const { baseUrl } = yield* EmbeddedAudian.EmbeddedAudian
    return yield* test((...args) => Cli.run(args, { AUDIAN_API_KEY: key, AUDIAN_BASE_URL: baseUrl }))
  }).pipe(Effect.scoped, Effect.provide(EmbeddedAudian.serve(options)))

const errorOf = (stderr: string) => (JSON.parse(stderr) as { readonly error: Record<string, unknown> }).error

describe("effect-audian call on a server", () => {
  it.live("sends nothing if --output cannot be written, and prints a result that then cannot be saved", () =>
    onServer((run) =>
      Effect.gen(function* () {
        const { requests } = yield* EmbeddedAudian.EmbeddedAudian
        const name = yield* folder
        const buy = (output: string) =>
          run("call", "Numbers.purchase", "--number", "+14155550100", "--yes", "--output", output)
        const missing = yield* buy(join(name, "none", "number.json"))
        assert.strictEqual(missing.code, 1)
        assert.match(missing.stderr, /^cannot write .*number\.json: NotFound; nothing was sent\n/)
        const directory = yield* buy(name)
        assert.strictEqual(directory.code, 2)
        assert.include(directory.stderr, "is a folder, nothing was sent")
        assert.lengthOf(yield* requests, 0)

        // A device without room, which other systems than Linux do not have.
        if (process.platform !== "linux") return
        const { mode } = statSync("/dev/full")
        const full = yield* buy("/dev/full")
        assert.strictEqual(statSync("/dev/full").mode, mode)
        assert.strictEqual(full.code, 1)
        assert.strictEqual((JSON.parse(full.stdout) as { readonly number: string }).number, "+14155550100")
      })
    )
  )

  it.live("writes nothing but the error to stderr with --format json, also of a rejected key", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* EmbeddedAudian.EmbeddedAudian
      const environment = { AUDIAN_API_KEY: "sk_test_other", AUDIAN_BASE_URL: baseUrl }
      for (const operation of ["Numbers.list", "Account.Users.list"]) {
        const { code, stderr } = yield* Cli.run(["call", operation, "--format", "json"], environment)
        assert.strictEqual(code, 3)
        assert.strictEqual(errorOf(stderr).tag, "Unauthorized")
      }
    }).pipe(Effect.provide(EmbeddedAudian.serve()))
  )

  it.live("prints JSON, each page with --all, and lines with --format jsonl", () =>
    onServer((run) =>
      Effect.gen(function* () {
        const bought = ["+14155550100", "+14155550101", "+14155550102"]
        for (const number of bought) {
          const { code } = yield* run("call", "Numbers.purchase", "--number", number, "--yes")
          assert.strictEqual(code, 0)
        }
        const page = yield* run("call", "Numbers.list", "--limit", "2")
        assert.strictEqual((JSON.parse(page.stdout) as { readonly numbers: ReadonlyArray<unknown> }).numbers.length, 2)
        const all = yield* run("call", "Numbers.list", "--limit", "1", "--all")
        const items = JSON.parse(all.stdout) as ReadonlyArray<{ readonly number: string }>
        assert.deepStrictEqual(
          items.map(({ number }) => number),
          bought
        )
        const lines = yield* run("call", "Numbers.list", "--limit", "1", "--all", "--format", "jsonl")
        assert.deepStrictEqual(
          lines.stdout
            .trim()
            .split("\n")
            .map((line) => (JSON.parse(line) as { readonly number: string }).number),
          bought
        )
        const table = yield* run("call", "Numbers.list", "--format", "table")
        assert.match(table.stdout, /^ID +NUMBER/)
        assert.strictEqual(table.stdout.trimEnd().split("\n").length, 4)
        const empty = yield* run("call", "CallerIds.list", "--format", "table")
        assert.deepStrictEqual([empty.code, empty.stdout], [0, "No items.\n"])
      })
    )
  )

  it.live("requires --yes where there is no terminal, and sends nothing without it", () =>
    onServer((run) =>
      Effect.gen(function* () {
        const { code, stderr } = yield* run("call", "Numbers.purchase", "--number", "+14155551234")
        assert.strictEqual(code, 11)
        assert.match(stderr, /Numbers.purchase was not confirmed, nothing was sent\n.*--yes/)
        const { requests } = yield* EmbeddedAudian.EmbeddedAudian
        assert.deepStrictEqual(yield* requests, [])
        const removed = yield* run("call", "Account.Vmboxes.remove", "--vmbox_id", "v1")
        assert.strictEqual(removed.code, 11)
      })
    )
  )

  it.live.each([
    ["NotFound", 4, ["Numbers.getConfig", "--number_id", "nope"], []],
    ["TooManyRequests", 8, ["Numbers.list"], [Fault.status(429, { "retry-after": "3600" })]],
    ["PaymentRequired", 6, ["Numbers.purchase", "--number", "+14155551234", "--yes"], [Fault.status(402)]],
    [
      "InternalServerError",
      9,
      ["Calls.create", "--from", "+14155551234", "--to", "+14155555678", "--yes"],
      [Fault.status(500)]
    ],
    ["BadRequest", 7, ["Numbers.list"], [Fault.status(400)]],
    ["Conflict", 5, ["Numbers.list"], [Fault.status(409)]],
    ["Forbidden", 3, ["Numbers.list"], [Fault.status(403)]]
  ] as const)("exits with the code of %s, and prints it as JSON or text", ([tag, expected, args, faults]) =>
    onServer(
      (run) =>
        Effect.gen(function* () {
          const { code, stderr, stdout } = yield* run("call", ...args, "--format", "json")
          assert.deepStrictEqual({ code, stdout }, { code: expected, stdout: "" })
          const error = errorOf(stderr)
          assert.strictEqual(error.tag, tag)
          assert.strictEqual(error.operation, args[0])
          assert.isString(error.advice)
          if (tag === "TooManyRequests") assert.strictEqual(error.retryAfter, 3600)
          if (tag === "InternalServerError") assert.strictEqual(error.outcome, "unknown")
          if (faults.length > 0) return
          const text = yield* run("call", ...args)
          assert.strictEqual(text.code, expected)
          assert.include(text.stderr, String(error.advice))
        }),
      { faults }
    )
  )

  it.live("exits with 10 without a response, and with 3 without a key", () =>
    Effect.gen(function* () {
      const refused = yield* Cli.run(["call", "Numbers.purchase", "--number", "+14155551234", "--yes"], {
        AUDIAN_API_KEY: key,
        AUDIAN_BASE_URL: "http://127.0.0.1:9"
      }).pipe(Retry.withPolicy(Retry.none))
      assert.strictEqual(refused.code, 10, refused.stderr)
      const none = yield* Cli.run(["call", "Numbers.list"], { HOME: yield* folder })
      assert.strictEqual(none.code, 3)
      assert.match(none.stderr, /there is no API key\n.*AUDIAN_API_KEY.*effect-audian login/)
    }).pipe(Effect.scoped)
  )

  it.live("--dry-run prints a curl command without secrets, and sends nothing", () =>
    onServer((run) =>
      Effect.gen(function* () {
        const directory = yield* folder
        const password = join(directory, "password")
        writeFileSync(password, "hunter22\n")
        const device = yield* run(
          ...["call", "Account.Devices.create", "--name", "Ada's phone", "--sip.username", "ada"],
          ...["--sip.password", password, "--dry-run"]
        )
        assert.strictEqual(device.code, 0)
        assert.match(device.stdout, /^curl -X PUT "http.*\/v2\/accounts\/\$AUDIAN_ACCOUNT_ID\/devices"/)
        assert.include(device.stdout, '-H "X-Auth-Token: $AUDIAN_AUTH_TOKEN"')
        assert.include(
          device.stdout,
          `'{"data":{"name":"Ada'\\''s phone","sip":{"password":"<redacted>","username":"ada"}}}'`
        )
        const fax = join(directory, "fax.pdf")
        writeFileSync(fax, "%PDF")
        const sent = yield* run("call", "Fax.send", "--to", "+14155551234", "--file", fax, "--dry-run")
        assert.include(sent.stdout, '-H "X-Auth-Token: $AUDIAN_API_KEY"')
        assert.include(sent.stdout, `-F 'file=@${fax}'`)
        assert.notInclude(device.stdout + sent.stdout, key)
        assert.notInclude(device.stdout, "hunter22")
        const { requests } = yield* EmbeddedAudian.EmbeddedAudian
        assert.deepStrictEqual(yield* requests, [])
      })
    )
  )

  it.live("keeps secrets out of the output, and writes them to the file of --output alone", () =>
    onServer((run) =>
      Effect.gen(function* () {
        const directory = yield* folder
        const password = join(directory, "password")
        writeFileSync(password, "hunter22")
        const created = yield* run(
          ...["call", "Account.Devices.create", "--name", "Phone", "--sip.username", "ada"],
          ...["--sip.password", password, "--yes"]
        )
        assert.strictEqual(created.code, 0, created.stderr)
        assert.notInclude(created.stdout, "hunter22")
        const { id } = JSON.parse(created.stdout) as { readonly id: string }
        const output = join(directory, "device.json")
        const saved = yield* run("call", "Account.Devices.get", "--device_id", id, "--output", output)
        assert.deepStrictEqual([saved.code, saved.stdout], [0, ""])
        assert.include(readFileSync(output, "utf8"), '"password": "hunter22"')
        assert.strictEqual(statSync(output).mode & 0o777, 0o600)
      })
    )
  )

  it.live("reads --input from a file, and replaces its fields by flags", () =>
    onServer((run) =>
      Effect.gen(function* () {
        const input = join(yield* folder, "input.json")
        writeFileSync(input, '{"name":"Ada","crm":{"id":"42"},"enabled":true}')
        const { code, stdout } = yield* run(
          ...[
            "call",
            "Account.Devices.create",
            "--input",
            input,
            "--name",
            "Ben",
            "--no-enabled",
            "--set",
            "crm.level=2"
          ],
          "--yes"
        )
        assert.strictEqual(code, 0)
        const device = JSON.parse(stdout) as object
        assert.deepInclude(device, { name: "Ben", enabled: false, crm: { id: "42", level: 2 } })
      })
    )
  )
})

describe("effect-audian call --help", () => {
  it("has the meaning of each field", () => {
    const fields = Api.operations().flatMap((operation) =>
      Fields.of(ContractOf.of(operation)).map(({ description, path }) => ({
        name: `${operation.name} ${path.join(".")}`,
        description
      }))
    )
    const missing = fields.flatMap(({ description, name }) => (description === "" ? [name] : []))
    assert.isBelow(missing.length / fields.length, 0.01, missing.join("\n"))
  })

  it.live("shows the flags, what they take, and only those that the operation has a use for", () =>
    Effect.gen(function* () {
      const buy = yield* Cli.run(["call", "Numbers.purchase", "--help"])
      assert.strictEqual(buy.code, 0)
      assert.match(buy.stdout, /--number <text> +Required\. .+/)
      assert.match(buy.stdout, /POST \/v2\/numbers\/purchase/)
      assert.include(buy.stdout, "--yes ")
      assert.notInclude(buy.stdout, "--all ")
      const list = yield* Cli.run(["call", "Numbers.list", "--help"])
      assert.match(list.stdout, /--limit <integer>/)
      assert.include(list.stdout, "--all ")
      assert.notInclude(list.stdout, "--yes ")
      const device = yield* Cli.run(["call", "Account.Devices.create", "--help"])
      assert.match(device.stdout, /--sip\.password <file\|-> .*never the secret itself/)
      const record = yield* Cli.run(["call", "Calls.startRecording", "--help"])
      assert.include(record.stdout, "--field.format <text>")
    })
  )
})

describe("effect-audian operations", () => {
  it.live.each([
    ["hang up", "Conferences.disconnectParticipant"],
    ["send fax", "Fax.send"],
    ["voicemail", "Voicemail.list"],
    ["buy a number", "Numbers.purchase"],
    ["delete phone", "Account.SipDevices.remove"],
    ["balance", "Account.Billing.getBalance"]
  ] as const)("finds %j", ([words, name]) =>
    Effect.gen(function* () {
      const { code, stdout } = yield* Cli.run(["operations", ...words.split(" ")])
      assert.strictEqual(code, 0)
      const found = JSON.parse(stdout) as ReadonlyArray<{ readonly name: string }>
      assert.include(
        found.slice(0, 5).map(({ name }) => name),
        name
      )
    })
  )

  it.live("lists every operation without words, and reports when none matches", () =>
    Effect.gen(function* () {
      const all = yield* Cli.run(["operations"])
      assert.strictEqual((JSON.parse(all.stdout) as ReadonlyArray<unknown>).length, Api.operations().length)
      const none = yield* Cli.run(["operations", "teapot"])
      assert.deepStrictEqual([none.code, none.stdout], [4, ""])
      assert.match(none.stderr, /no operation matches: teapot/)
    })
  )
})
