import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import { Audian, Numbers } from "effect-audian"
import * as Bin from "./support/bin.ts"

const deadline = 60_000
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
          effect: "write",
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
