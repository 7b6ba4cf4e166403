import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { Api } from "effect-audian"
import { EmbeddedAudian, Fault } from "effect-audian/testing"
import * as ContractOf from "../src/ai/contractOf.ts"
import * as Fields from "../src/ai/fields.ts"
import { cases } from "./conformance/all.ts"
import type { Case } from "./conformance/Case.ts"
import { serve } from "./conformance/server.ts"
import type { Ended } from "./support/bin.ts"
import * as Cli from "./support/cli.ts"

/** A folder of the test. */
const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "effect-audian-call-"))),
  (name) => Effect.sync(() => rmSync(name, { recursive: true }))
)

interface Json {
  [key: string]: unknown
}

const isRecord = (value: unknown): value is Json => Predicate.isObject(value) && !Array.isArray(value)

const textOf = (value: unknown): string =>
  Redacted.isRedacted(value) ? String(Redacted.value(value)) : typeof value === "string" ? value : JSON.stringify(value)

/** The arguments of an input: a flag for each value, `--set` and `--unset` without one; secrets and files by path. */
const argumentsOf = (operation: Case["operation"], input: unknown, folder: string) =>
  Effect.promise(async () => {
    const fields = new Map(Fields.of(ContractOf.of(operation)).map((field) => [field.path.join("."), field] as const))
    const args: Array<string> = []
    let flags = 0
    const write = (content: string | Uint8Array, name = `${args.length}.txt`): string => {
      const path = join(folder, name)
      writeFileSync(path, content)
      return path
    }
    const own = new Set(["format", "input", "profile", "version"])
    const add = async (value: unknown, path: ReadonlyArray<string>): Promise<void> => {
      const name = path.join(".")
      const field = fields.get(name)
      if (value === null) return void args.push("--unset", name)
      const hasFields = isRecord(value) && !Redacted.isRedacted(value) && !(value instanceof Blob)
      if (field === undefined || (hasFields && field.kind !== "json")) {
        if (hasFields) {
          for (const [key, inner] of Object.entries(value)) await add(inner, [...path, key])
        } else args.push("--set", `${name}=${JSON.stringify(value)}`)
        return
      }
      // A field that takes text and numbers takes its flag as text.
      // A list of one is sent as its only item.
      const isSet =
        (field.kind === "text" && typeof value === "number") ||
        (field.list === "one" && Array.isArray(value) && value.length === 1)
      if (isSet) return void args.push("--set", `${name}=${JSON.stringify(value)}`)
      flags++
      const flag = `--${own.has(name) ? `field.${name}` : name}`
      if (field.kind === "boolean") return void args.push(value === true ? flag : `--no-${flag.slice(2)}`)
      for (const item of field.list !== false && Array.isArray(value) ? value : [value]) {
        if (field.kind === "file" && item instanceof Blob) {
          const file = item as File
          args.push(flag, write(new Uint8Array(await file.arrayBuffer()), file.name ?? "blob"))
        } else if (field.kind === "secret") args.push(flag, write(`${textOf(item)}\n`))
        else args.push(flag, field.kind === "json" ? JSON.stringify(item) : textOf(item))
      }
    }
    for (const [key, value] of Object.entries((input ?? {}) as Json)) {
      if (value !== undefined) await add(value, [key])
    }
    return { args, flags }
  })

/** True if the output is the result with its secrets redacted. */
const isPrinted = (printed: unknown, expected: unknown): boolean => {
  if (printed === "<redacted>") return true
  if (Array.isArray(expected)) {
    return (
      Array.isArray(printed) &&
      printed.length === expected.length &&
      expected.every((item, at) => isPrinted(printed[at], item))
    )
  }
  if (!isRecord(expected)) return printed === (expected ?? null)
  const keys = Object.keys(expected).filter((key) => expected[key] !== undefined)
  return (
    isRecord(printed) &&
    Object.keys(printed).length === keys.length &&
    keys.every((key) => isPrinted(printed[key], expected[key]))
  )
}

const serverOf = ({ response }: Case) =>
  serve({
    status: response.status ?? 200,
    headers: { "content-type": response.bytes === undefined ? "application/json" : "application/octet-stream" },
    body: response.bytes ?? (response.body === undefined ? "" : JSON.stringify(response.body))
  })

const environment = (baseUrl: string, { traits }: Case["operation"]) => ({
  AUDIAN_BASE_URL: baseUrl,
  AUDIAN_ACCOUNT_ID: "account_abc123",
  ...(traits.family === "account" ? { AUDIAN_AUTH_TOKEN: "jwt" } : { AUDIAN_API_KEY: "sk_test" })
})

describe("effect-audian call", () => {
  it.live("calls more than a hundred operations through flags alone", () =>
    Effect.gen(function* () {
      const directory = yield* folder
      const alone = new Set<string>()
      for (const { input, operation } of cases) {
        const { args } = yield* argumentsOf(operation, input, directory)
        if (!args.includes("--set") && !args.includes("--unset")) alone.add(operation.name)
      }
      assert.isAtLeast(alone.size, 100)
    }).pipe(Effect.scoped)
  )

  it.live.each(cases.map((sample) => [`${sample.operation.name} ${sample.title ?? ""}`, sample] as const))(
    "%s: sends through flags what the operation sends",
    ([, sample]) =>
      Effect.gen(function* () {
        const { operation, sent } = sample
        const directory = yield* folder
        const { args } = yield* argumentsOf(operation, sample.input, directory)
        const server = yield* serverOf(sample)
        const output = join(directory, "result")
        const { code, stderr, stdout } = yield* Cli.run(
          [
            "call",
            operation.name,
            ...args,
            "--yes",
            ...(sample.response.bytes === undefined ? [] : ["--output", output])
          ],
          environment(server.baseUrl, operation)
        )
        assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
        const [seen] = server.seen
        const url = new URL(seen!.url, server.baseUrl)
        assert.strictEqual(`${seen!.method} ${url.pathname}`, `${sent.method} ${sent.path}`)
        for (const [key, value] of Object.entries(sent.query ?? {})) {
          assert.deepStrictEqual(url.searchParams.getAll(key), [value].flat(), key)
        }
        if (sent.form === undefined) {
          assert.deepStrictEqual(seen!.body === "" ? undefined : JSON.parse(seen!.body), sent.body)
        } else {
          for (const value of Object.values(sent.form)) {
            for (const text of typeof value === "string"
              ? [value]
              : "text" in value
                ? [value.text, value.name]
                : value) {
              assert.include(seen!.body, text)
            }
          }
        }
        if (sample.response.bytes !== undefined) return assert.strictEqual(readFileSync(output, "utf8"), sample.result)
        const printed: unknown = JSON.parse(stdout)
        assert.isTrue(isPrinted(printed, sample.result), stdout)
      }).pipe(Effect.scoped)
  )
})

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
      })
      assert.strictEqual(refused.code, 10, refused.stderr)
      const none = yield* Cli.run(["call", "Numbers.list"], { HOME: yield* folder })
      assert.strictEqual(none.code, 3)
      assert.match(none.stderr, /there is no API key\n.*AUDIAN_API_KEY.*effect-audian login/)
    }).pipe(Effect.scoped)
  )

  it.live.each([
    [["Numbers.purchase"], /^Missing --number <text>: .+\nGive it as a flag, or in --input/],
    [["Numbers.list", "--limt", "1"], /--limt.*[\s\S]*Did you mean[\s\S]*--limit/],
    [["Numbers.list", "--limit", "many"], /--limit: "many"/],
    [["Numbers.list", "--limit", "500"], /--limit: .*100/],
    [["Numbers.purchase", "--number", "12"], /--number: .*E\.164/],
    [["Numbers.lst"], /Numbers\.lst[\s\S]*Numbers\.list\n.*effect-audian operations/],
    [["IvrMenus.create", "--name", "a", "--prompt", "b", "--options", "digit=1"], /--options.*JSON/],
    [["Numbers.getConfig", "--number_id", "n", "--all"], /Numbers\.getConfig has no pages\n.*--all/],
    [
      ["Account.Devices.create", "--name", "a", "--sip.password", "hunter2"],
      /--sip\.password: cannot read the file.*\n.*path of a file/
    ]
  ] as const)("reports the fix of %j", ([args, message]) =>
    Effect.gen(function* () {
      const { code, stderr, stdout } = yield* Cli.run(["call", ...args], {
        AUDIAN_API_KEY: key,
        AUDIAN_BASE_URL: "http://127.0.0.1:9",
        HOME: yield* folder
      })
      assert.deepStrictEqual({ code, stdout }, { code: 2, stdout: "" })
      assert.match(stderr, message)
      assert.notInclude(stderr, "hunter2")
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
        const device = JSON.parse(stdout) as Json
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
