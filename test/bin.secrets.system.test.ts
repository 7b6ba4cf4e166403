import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { EmbeddedAudian } from "effect-audian/testing"
import * as Bin from "./support/bin.ts"
import * as Server from "./support/server.ts"

const deadline = 240_000
const key = "sk_live_of_this_test"
const password = "hunter22hunter22"
const webhookSecret = "whsec_of_this_test"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "effect-audian-secrets-"))),
  (name) => Effect.sync(() => rmSync(name, { recursive: true }))
)

const setup = Effect.gen(function* () {
  const { baseUrl } = yield* EmbeddedAudian.EmbeddedAudian
  const home = yield* folder
  const file = (name: string, content: string): string => {
    const path = join(home, name)
    writeFileSync(path, content)
    return path
  }
  const environment = { AUDIAN_API_KEY: key, AUDIAN_BASE_URL: baseUrl, XDG_CONFIG_HOME: home, HOME: home }
  return { baseUrl, environment, file, home }
})

const assertHidden = (text: string, where: string): void => {
  for (const secret of [key, password, webhookSecret]) assert.notInclude(text, secret, where)
}

describe("a secret", () => {
  it.live.skipIf(!Bin.has("ps"))(
    "is in no output and in no list of processes",
    () =>
      Effect.gen(function* () {
        const { baseUrl, environment, file } = yield* setup
        const receiver = yield* Server.serve((response) => response.writeHead(200).end())
        const keyFile = file("key", key)
        const passwordFile = file("password", password)
        const secretFile = file("secret", webhookSecret)
        const { AUDIAN_API_KEY: _, ...keyless } = environment
        const { emit } = yield* EmbeddedAudian.EmbeddedAudian
        yield* Effect.forkScoped(
          Effect.repeat(
            emit({ name: "call.CHANNEL_CREATE", data: { call_id: "call_7" } }),
            Schedule.spaced("50 millis")
          )
        )
        const runs: ReadonlyArray<readonly [args: ReadonlyArray<string>, environment: object, stdin?: string]> = [
          [["login", "--base-url", baseUrl], keyless, `${key}\n`],
          [["profiles"], keyless],
          [["call", "Numbers.list"], keyless],
          [["call", "Numbers.list", "--dry-run"], environment],
          [["call", "AccessTokens.exchange", "--api_key", keyFile], environment],
          [
            ["call", "Account.Devices.create", "--name", "a", "--sip.username", "ada", "--sip.password", "-", "--yes"],
            environment,
            password
          ],
          [["call", "Account.Devices.create", "--name", "a", "--sip.password", passwordFile, "--dry-run"], environment],
          [["call", "Account.Devices.list", "--format", "jsonl"], environment],
          [["doctor"], environment],
          [["listen", "--count", "1"], environment],
          [["webhooks", "trigger", "call.ringing", "--to", receiver.baseUrl, "--secret", secretFile], environment],
          [
            ["webhooks", "forward", "--to", receiver.baseUrl, "--count", "1"],
            { ...environment, AUDIAN_WEBHOOK_SECRET: webhookSecret }
          ],
          [["mcp", "--only", "Numbers.*"], environment],
          [["serve", "--port", "0"], { AUDIAN_EMBEDDED_API_KEY: key }]
        ]
        for (const [args, environment, stdin] of runs) {
          const { code, commandLines, stderr, stdout } = yield* Bin.observe(args, { ...environment }, stdin ?? "")
          const name = args.join(" ")
          assert.strictEqual(code, 0, `${name}: ${stderr}`)
          assert.include(commandLines, args[0]!, name)
          assertHidden(`${stdout}${stderr}`, name)
          assertHidden(commandLines, name)
        }
        assert.isAbove(receiver.complete.length, 1)
      }).pipe(Effect.scoped, Effect.provide(EmbeddedAudian.serve({ apiKey: key }))),
    deadline
  )

  it.live.skipIf(!Bin.hasTerminal || !Bin.has("bash"))(
    "is not in the history of a shell",
    () =>
      Effect.gen(function* () {
        const { baseUrl, environment, file, home } = yield* setup
        const history = join(home, "history")
        const { AUDIAN_API_KEY: _, AUDIAN_BASE_URL: __, ...own } = environment
        const command = `'${process.execPath}' ${Bin.conditions} '${resolve(Bin.main)}'`
        const passwordFile = file("password", password)
        const { stdout } = yield* Bin.programInTerminal(
          ["bash", "--noprofile", "--norc", "-i"],
          { ...own, HISTFILE: history },
          [
            ["", `${command} login --base-url ${baseUrl}; echo LOGGED""IN\r`],
            ["API key", `${key}\r`],
            [
              "LOGGEDIN",
              `${command} call Account.Devices.create --name a --sip.password ${passwordFile} --dry-run; echo DO""NE\r`
            ],
            ["DONE", "exit\r"]
          ]
        )
        assert.include(stdout, "is kept in")
        assert.include(stdout, "<redacted>")
        const kept = readFileSync(history, "utf8")
        assert.include(kept, "login --base-url")
        assertHidden(kept, "history")
        assertHidden(stdout, "terminal")
      }).pipe(Effect.scoped, Effect.provide(EmbeddedAudian.serve({ apiKey: key }))),
    deadline
  )
})
