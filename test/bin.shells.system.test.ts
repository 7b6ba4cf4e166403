import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join, resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Bin from "./support/bin.ts"

const deadline = 120_000

/** A folder with a program `effect-audian` that completes, and prints any other arguments instead of using them. */
const setup = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "effect-audian-shell-"))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
  ),
  (folder) => {
    const bin = join(folder, "bin")
    mkdirSync(bin)
    writeFileSync(join(folder, "password.txt"), "hunter22")
    const entry = `"${process.execPath}" ${Bin.conditions} "${resolve(Bin.main)}"`
    writeFileSync(
      join(bin, "effect-audian"),
      `#!/bin/sh\ncase "$1" in\n  complet*) exec ${entry} "$@" ;;\n  *) printf 'RAN[%s]\\n' "$*" ;;\nesac\n`,
      { mode: 0o755 }
    )
    mkdirSync(join(folder, "config", "effect-audian"), { recursive: true })
    writeFileSync(
      join(folder, "config", "effect-audian", "profiles.json"),
      '{"current":"staging","profiles":{"staging":{"apiKey":"sk_of_a_profile"}}}',
      { mode: 0o600 }
    )
    return {
      folder,
      environment: {
        PATH: `${bin}${delimiter}${process.env.PATH}`,
        HOME: folder,
        ZDOTDIR: folder,
        XDG_CONFIG_HOME: join(folder, "config"),
        PS1: "READY> "
      }
    }
  }
)

/** Each line is typed up to the tab; the shell completes the rest. */
const lines: ReadonlyArray<readonly [typed: string, completed: string]> = [
  [
    "effect-audian ca\tNumbers.purch\t--numb\t+14155551234 --dr\t",
    "call Numbers.purchase --number +14155551234 --dry-run"
  ],
  ["effect-audian call Numbers.list --sta\tact\t", "call Numbers.list --status active"],
  ["effect-audian call Numbers.list --format=ta\t", "call Numbers.list --format=table"],
  [
    "effect-audian call Account.Devices.create --sip.pas\tpassw\t",
    "call Account.Devices.create --sip.password password.txt"
  ],
  [
    "effect-audian call Account.Devices.create --si\tpas\tpassw\t",
    "call Account.Devices.create --sip.password password.txt"
  ],
  ["effect-audian webhooks trigger call.rin\t--secret=passw\t", "webhooks trigger call.ringing --secret=password.txt"],
  ["effect-audian profiles use st\t", "profiles use staging"],
  ["effect-audian mcp --allow Numbers.updateE9\t", "mcp --allow Numbers.updateE911"]
]

const shells = {
  bash: {
    command: ["bash", "--noprofile", "--norc", "-i"],
    setup: "bind 'set enable-bracketed-paste off'; source <(effect-audian completions bash)"
  },
  zsh: {
    command: ["zsh", "-f", "-i"],
    setup: "PS1='READY> '; autoload -Uz compinit && compinit -u -D; source <(effect-audian completions zsh)"
  },
  fish: {
    command: ["fish", "--no-config", "-i"],
    setup: "function fish_prompt; echo 'READY> '; end; effect-audian completions fish | source"
  }
} as const

for (const [name, { command, setup: load }] of Object.entries(shells)) {
  const isMissing = !Bin.hasTerminal || !Bin.has(name)
  if (isMissing) console.log(`SKIPPED: completions in ${name}: ${Bin.hasTerminal ? name : "script"} is not installed`)
  describe.skipIf(isMissing)(`completions in ${name}`, () => {
    it.live(
      "completes operations, nested flags, values, files and profiles as they are typed",
      () =>
        Effect.gen(function* () {
          const { environment, folder } = yield* setup
          const typed = lines.map(([line]) => `${line}\r`)
          const { stdout } = yield* Bin.programInTerminal(
            command,
            environment,
            [
              ["", `${load}; echo LOAD""ED\r`],
              ["LOADED", typed[0]!],
              ...typed.slice(1).map((line) => ["]", line] as const),
              ["]", "exit\r"]
            ],
            folder
          )
          assert.deepStrictEqual(
            [...stdout.matchAll(/RAN\[([^\]]*)\]/g)].map(([, line]) => line!.trim()),
            lines.map(([, completed]) => completed),
            stdout
          )
          assert.notInclude(stdout, "sk_of_a_profile")
        }).pipe(Effect.scoped),
      deadline
    )
  })
}
