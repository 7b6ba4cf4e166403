import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Api } from "effect-audian"
import * as ContractOf from "../src/ai/contractOf.ts"
import * as Fields from "../src/ai/fields.ts"
import * as Flags from "../src/bin/flags.ts"
import * as Cli from "./support/cli.ts"

/** The candidates for the last of the words. */
const complete = (words: ReadonlyArray<string>, environment: Readonly<Record<string, string>> = {}) =>
  Effect.map(Cli.run(["complete"], environment, `${words.join("\n")}\n`), ({ code, stderr, stdout }) => {
    assert.deepStrictEqual([code, stderr], [0, ""])
    return stdout.split("\n").flatMap((line) => (line === "" ? [] : [line.split("\t")[0]!]))
  })

describe("effect-audian complete", () => {
  it.live.each([
    [["ca"], ["call"]],
    [
      ["completions", ""],
      ["bash", "zsh", "fish"]
    ],
    [
      ["webhooks", ""],
      ["trigger", "forward"]
    ],
    [
      ["webhooks", "trigger", "channel_"],
      ["channel_create", "channel_answer", "channel_destroy"]
    ],
    [["webhooks", "trigger", "call.ringing", "--secret", ""], [":files"]],
    [
      ["serve", "--seed", ""],
      ["empty", "demo"]
    ],
    [["listen", "--binding", "p"], ["presence.*"]],
    [["mcp", "--allow", "Numbers.p"], ["Numbers.purchase"]],
    [["mcp", "--only", "Numbers.getE"], ["Numbers.getE911"]],
    [["call", "Numbers.pu"], ["Numbers.purchase"]],
    [
      ["call", "Account."],
      ["Account.Accounts.", "Account.Billing."]
    ],
    [["call", "Numbers.list", "--l"], ["--limit"]],
    [
      ["call", "Numbers.list", "--status", ""],
      ["active", "suspended"]
    ],
    [
      ["call", "Numbers.list", "--format", "j"],
      ["json", "jsonl"]
    ],
    [["call", "Numbers.list", "--format=t"], ["--format=table"]],
    [["call", "Numbers.list", "--limit", "1", "--limit"], []],
    [["call", "Numbers.list", "--unset", "off"], ["offset"]],
    [["call", "Numbers.list", "--set", "off"], ["offset="]],
    [["call", "Numbers.list", "--input", ""], [":files"]],
    [
      ["call", "Account.Devices.create", "--s"],
      ["--set", "--suppress_unregister_notifications", "--sip."]
    ],
    [["call", "Account.Devices.create", "--sip.us"], ["--sip.username"]],
    [["call", "Account.Devices.create", "--sip.password", ""], [":files"]],
    [["call", "Account.Devices.create", "--no-ena"], ["--no-enabled"]],
    [["call", "Fax.send", "--file", "a"], [":files"]],
    [["call", "Fax.send", "--to", "+1", "--to"], ["--to"]],
    [["call", "Nothing.here", "--"], ["--help"]],
    [["nothing", ""], []]
  ] as const)("%j: %j", ([words, expected]) =>
    Effect.gen(function* () {
      const candidates = yield* complete(words)
      if (words[1] === "Account.") assert.includeMembers(candidates, [...expected])
      else assert.sameMembers(candidates, [...expected])
    })
  )

  it.live("has each flag of each operation below its prefix", () =>
    Effect.gen(function* () {
      for (const operation of Api.operations()) {
        const fields = Fields.of(ContractOf.of(operation)).map(({ path }) => `--${Flags.nameOf(path)}`)
        const deep = fields.find((flag) => flag.includes("."))
        const flag = deep ?? fields[0]
        if (flag === undefined) continue
        assert.include(yield* complete(["call", operation.name, flag]), flag, operation.name)
      }
    })
  )

  it.live("has the names of profiles, and no key", () =>
    Effect.gen(function* () {
      const home = yield* Effect.acquireRelease(
        Effect.sync(() => mkdtempSync(join(tmpdir(), "effect-audian-complete-"))),
        (name) => Effect.sync(() => rmSync(name, { recursive: true }))
      )
      const environment = { XDG_CONFIG_HOME: home }
      assert.deepStrictEqual(yield* complete(["profiles", "use", ""], environment), [])
      mkdirSync(join(home, "effect-audian"))
      const profiles = { current: "a", profiles: { a: { apiKey: "sk_a" }, b: { apiKey: "sk_b" } } }
      writeFileSync(join(home, "effect-audian", "profiles.json"), JSON.stringify(profiles), { mode: 0o600 })
      assert.deepStrictEqual(yield* complete(["profiles", "use", ""], environment), ["a", "b"])
      assert.deepStrictEqual(yield* complete(["doctor", "--profile", "b"], environment), ["b"])
    }).pipe(Effect.scoped)
  )
})

describe("effect-audian completions", () => {
  it.live.each(["bash", "zsh", "fish"])("prints a script for %s, and is no candidate itself", (shell) =>
    Effect.gen(function* () {
      const { code, stdout } = yield* Cli.run(["completions", shell])
      assert.strictEqual(code, 0)
      assert.match(stdout, /\bcomplete 2>\/dev\/null/)
      assert.notInclude(yield* complete(["com"]), "complete")
    })
  )
})
