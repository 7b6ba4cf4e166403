import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import { Audian, Numbers, Timestamp } from "effect-audian"
import { EmbeddedAudian, Fault } from "effect-audian/testing"
import * as Bin from "./support/bin.ts"
import * as Server from "./support/server.ts"

const deadline = 120_000
const number = "+14155550100"

const start = Effect.map(Bin.start("--port", "0"), ({ baseUrl }) => {
  const environment = { AUDIAN_API_KEY: "sk_test_embedded", AUDIAN_BASE_URL: baseUrl }
  return {
    environment,
    numbers: Numbers.list().pipe(
      Effect.map(({ numbers }) => numbers.map(({ number }) => String(number))),
      Effect.provide(Layer.provide(Audian.layer({ apiKey: "sk_test_embedded", baseUrl }), FetchHttpClient.layer))
    )
  }
})

describe.skipIf(!Bin.hasTerminal)("effect-audian in a terminal", () => {
  it.live(
    "asks before a purchase with its cost, and sends nothing when the answer is no",
    () =>
      Effect.gen(function* () {
        const { environment, numbers } = yield* start
        const args = ["call", "Numbers.purchase", "--number", number]
        const refused = yield* Bin.inTerminal(args, environment, [["Send it?", "n"]])
        assert.strictEqual(refused.code, 11)
        assert.match(refused.stdout, /Buys a number \(Numbers\.purchase\)/)
        assert.match(refused.stdout, /Cost: .*monthly/)
        assert.match(refused.stdout, /nothing was sent/)
        assert.deepStrictEqual(yield* numbers, [])
        const stopped = yield* Bin.inTerminal(args, environment, [["Send it?", "\u0003"]])
        assert.strictEqual(stopped.code, 130)
        assert.deepStrictEqual(yield* numbers, [])
        const agreed = yield* Bin.inTerminal(args, environment, [["Send it?", "y"]])
        assert.strictEqual(agreed.code, 0, agreed.stdout)
        assert.deepStrictEqual(yield* numbers, [number])
      }),
    deadline
  )

  it.live(
    "shows a list as a table",
    () =>
      Effect.gen(function* () {
        const { environment } = yield* start
        yield* Bin.inTerminal(["call", "Numbers.purchase", "--number", number, "--yes"], environment, [])
        const { code, stdout } = yield* Bin.inTerminal(["call", "Numbers.list"], environment, [])
        assert.strictEqual(code, 0)
        assert.match(stdout, /ID +NUMBER/)
        assert.include(stdout, number)
      }),
    deadline
  )
})

describe.skipIf(!Bin.hasTerminal)("effect-audian login in a terminal", () => {
  it.live(
    "asks for the key without showing it, then confirms the charges of the engine with the profile",
    () =>
      Effect.gen(function* () {
        const { environment } = yield* start
        const home = yield* Effect.acquireRelease(
          Effect.sync(() => mkdtempSync(join(tmpdir(), "effect-audian-terminal-"))),
          (name) => Effect.sync(() => rmSync(name, { recursive: true }))
        )
        const own = { XDG_CONFIG_HOME: home }
        const login = yield* Bin.inTerminal(["login", "--base-url", environment.AUDIAN_BASE_URL], own, [
          ["API key", `${environment.AUDIAN_API_KEY}\r`]
        ])
        assert.strictEqual(login.code, 0, login.stdout)
        assert.notInclude(login.stdout, environment.AUDIAN_API_KEY)
        const args = ["call", "Account.PhoneNumbers.purchase", "--number", number]
        const charged = yield* Bin.inTerminal(args, own, [
          ["Send it?", "y"],
          ["Accept the charges?", "y"]
        ])
        assert.strictEqual(charged.code, 0, charged.stdout)
        assert.match(charged.stdout, /Cost: /)
      }).pipe(Effect.scoped),
    deadline
  )
})

/** An embedded server in this process, and the command in a terminal of its own. */
const onServer = <A, E>(
  test: (
    run: (args: ReadonlyArray<string>, answers?: Parameters<typeof Bin.inTerminal>[2]) => Effect.Effect<Bin.Ended>
  ) => Effect.Effect<A, E, EmbeddedAudian.EmbeddedAudian | Scope.Scope>
) =>
  Effect.gen(function* () {
    const { baseUrl } = yield* EmbeddedAudian.EmbeddedAudian
    const environment = {
      AUDIAN_API_KEY: "sk_test_embedded",
      AUDIAN_BASE_URL: baseUrl,
      AUDIAN_WEBHOOK_SECRET: "whsec_of_this_test"
    }
    return yield* test((args, answers = []) => Bin.inTerminal(args, environment, answers))
  }).pipe(Effect.scoped, Effect.provide(EmbeddedAudian.serve()))

const interrupt = "\u0003"

describe.skipIf(!Bin.hasTerminal)("effect-audian call in a terminal", () => {
  it.live(
    "asks before a call that rings a phone or hangs up, with its cost or that it is not documented",
    () =>
      onServer((run) =>
        Effect.gen(function* () {
          const { requests } = yield* EmbeddedAudian.EmbeddedAudian
          const no = [["Send it?", "n"]] as const
          const call = yield* run(["call", "Calls.create", "--from", number, "--to", number], no)
          assert.match(call.stdout, /Cost: 0\.02 USD per minute \(Billing\.getUsage\)\./)
          const port = ["--account_number", "1", "--billing_phone", number, "--end_user_name", "a"]
          const address = ["street", "city", "state", "postal_code", "country"].flatMap((name) => [
            `--end_user_address.${name}`,
            "CA"
          ])
          const ports = yield* run(["call", "Ports.create", "--number", number, ...port, ...address], no)
          assert.match(ports.stdout, /Cost: 25 USD per number \(documented tariff\)\./)
          const menu = yield* run(["call", "CallerIds.create", "--number", number], no)
          assert.include(menu.stdout, "Cost not documented.")
          const participant = ["--conferenceId", "c", "--participantId", "p"]
          const ended = yield* run(["call", "Conferences.disconnectParticipant", ...participant], no)
          assert.match(ended.stdout, /Hangs up on a participant/)
          assert.notInclude(ended.stdout, "ost")
          const update = ["--user_id", "u", "--first_name", "a", "--last_name", "b"]
          const replaced = yield* run(["call", "Account.Users.update", ...update], no)
          for (const { code, stdout } of [call, ports, menu, ended, replaced]) assert.strictEqual(code, 11, stdout)
          assert.deepStrictEqual(
            new Set((yield* requests).map(({ operation }) => operation)),
            new Set(["Billing.getUsage"])
          )
        })
      ),
    deadline
  )

  it.live(
    "shows the progress of an upload, and the wait before another attempt",
    () =>
      onServer((run) =>
        Effect.gen(function* () {
          const { fault } = yield* EmbeddedAudian.EmbeddedAudian
          const sent = yield* run(["call", "Fax.send", "--to", number, "--file", "package.json", "--yes"])
          assert.strictEqual(sent.code, 0, sent.stdout)
          assert.match(sent.stdout, /\d+ of \d+ bytes sent/)
          yield* fault(Fault.status(503, { "retry-after": "1" }).pipe(Fault.times(1)))
          const listed = yield* run(["call", "Numbers.list"])
          assert.strictEqual(listed.code, 0, listed.stdout)
          assert.match(listed.stdout, /503, attempt 2 in 1s/)
        })
      ),
    deadline
  )

  it.live(
    "shows the progress of a long list",
    () =>
      onServer((run) =>
        Effect.gen(function* () {
          const { seed } = yield* EmbeddedAudian.EmbeddedAudian
          const now = yield* DateTime.now
          yield* seed({
            cdrs: Array.from({ length: 120 }, (_, at) => ({
              id: `cdr_${at}`,
              call_id: `call_${at}`,
              call_direction: "inbound",
              duration_seconds: 60,
              timestamp: Timestamp.toUnix(DateTime.subtract(now, { seconds: 60 + at }))
            }))
          })
          const { code, stdout } = yield* run(["call", "Account.Cdrs.list", "--all"])
          assert.strictEqual(code, 0, stdout)
          assert.include(stdout, "\u001b[K100 items")
        })
      ),
    deadline
  )
})

describe.skipIf(!Bin.hasTerminal)("other commands in a terminal", () => {
  it.live(
    "listen and webhooks forward print a line an event, and end with 0 on Ctrl+C",
    () =>
      onServer((run) =>
        Effect.gen(function* () {
          const receiver = yield* Server.serve((response) => response.writeHead(204).end())
          const { emit } = yield* EmbeddedAudian.EmbeddedAudian
          yield* Effect.forkScoped(
            Effect.repeat(
              emit({ name: "call.CHANNEL_ANSWER", data: { call_id: "call_7", call_direction: "inbound" } }),
              Schedule.spaced("50 millis")
            )
          )
          const listen = yield* run(["listen"], [["CHANNEL_ANSWER", interrupt]])
          assert.strictEqual(listen.code, 0, listen.stdout)
          assert.match(listen.stdout, /\d\d:\d\d:\d\d call\.CHANNEL_ANSWER +call_id=call_7 call_direction=inbound/)
          const forward = yield* run(["webhooks", "forward", "--to", receiver.baseUrl], [["204", interrupt]])
          assert.strictEqual(forward.code, 0, forward.stdout)
          assert.match(forward.stdout, /"event":"channel_answer","status":204/)
          const trigger = yield* run(["webhooks", "trigger", "call.ringing", "--to", receiver.baseUrl])
          assert.strictEqual(trigger.code, 0, trigger.stdout)
          assert.include(receiver.complete.at(-1)!.body.toString(), "call.ringing")
        })
      ),
    deadline
  )

  it.live(
    "doctor, operations and profiles are for a person to read, and serve ends with 0 on Ctrl+C",
    () =>
      onServer((run) =>
        Effect.gen(function* () {
          const doctor = yield* run(["doctor"])
          assert.strictEqual(doctor.code, 0, doctor.stdout)
          assert.match(doctor.stdout, /ok +key +it is accepted\r?\n/)
          const operations = yield* run(["operations", "hang", "up"])
          assert.match(operations.stdout, /NAME +EFFECT +[\s\S]*Conferences\.disconnectParticipant +unsafe/)
          const profiles = yield* run(["profiles"])
          assert.strictEqual(profiles.code, 0, profiles.stdout)
          const wrong = yield* run(["call", "Numbers.list", "--limit", "many"])
          assert.deepStrictEqual([wrong.code, wrong.stdout.includes('"error"')], [2, false])
          const serve = yield* run(["serve", "--port", "0"], [["Ctrl+C", interrupt]])
          assert.strictEqual(serve.code, 0, serve.stdout)
        })
      ),
    deadline
  )
})

describe("effect-audian as a process", () => {
  it.live(
    "prints JSON to a pipe, and serves the embedded server",
    () =>
      Effect.gen(function* () {
        const { baseUrl, end } = yield* Bin.startEntry(Bin.main, {}, ["serve", "--port", "0", "--seed", "demo"])
        const response = yield* Effect.promise(() =>
          fetch(`${baseUrl}/v2/numbers`, { headers: { "x-auth-token": "sk_test_embedded" } })
        )
        assert.strictEqual(response.status, 200)
        assert.deepInclude(yield* end("SIGINT"), { code: 0, stderr: "" })
        const found = yield* Bin.run(["operations", "hang", "up"], { entry: Bin.main })
        assert.strictEqual(found.code, 0)
        assert.deepInclude(JSON.parse(found.stdout) as ReadonlyArray<object>, {
          effect: "unsafe",
          method: "POST",
          name: "Conferences.disconnectParticipant",
          path: "/v2/conferences/{conferenceId}/participants/{participantId}/disconnect",
          summary: "Hangs up on a participant"
        })
      }),
    deadline
  )

  it.live(
    "ends without an error when its reader has enough",
    () =>
      Effect.gen(function* () {
        const command = `'${process.execPath}' ${Bin.conditions} ${Bin.main} operations --format jsonl | head -n 1`
        const { status, stderr, stdout } = spawnSync("bash", ["-o", "pipefail", "-c", command], { encoding: "utf8" })
        assert.deepStrictEqual([status, stderr], [0, ""])
        assert.strictEqual(stdout.trim().split("\n").length, 1)
      }),
    deadline
  )
})
