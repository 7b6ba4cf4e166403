/**
 * The command `effect-audian` in this process, without the entry that checks the version of Node.js.
 */
import * as ConfigProvider from "effect/ConfigProvider"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as Command from "../../src/bin/command.ts"
import type { Ended } from "./bin.ts"

/** Standard input with a text, and no terminal. */
const stdio = (stdin: string) => Stdio.layerTest({ stdin: Stream.encodeText(Stream.make(stdin)) })

type Environment = Readonly<Record<string, string>>

const runWith =
  (run: typeof Command.run, teardown: typeof Command.teardown) =>
  (args: ReadonlyArray<string>, environment: Environment = {}, stdin = ""): Effect.Effect<Ended> =>
    Effect.gen(function* () {
      const out = { stdout: "", stderr: "" }
      const console: Console.Console = Object.assign(Object.create(globalThis.console), {
        log: (line: string) => (out.stdout += `${line}\n`),
        error: (line: string) => (out.stderr += `${line}\n`)
      })
      const exit = yield* run(args, stdio(stdin)).pipe(
        Effect.provideService(Console.Console, console),
        Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromUnknown(environment)),
        Effect.exit
      )
      const code = yield* Effect.callback<number>((resume) =>
        teardown(args)(exit, (code) => resume(Effect.succeed(code)))
      )
      return { code, ...out }
    })

export const run = runWith(Command.run, Command.teardown)

export const runEmbedded = runWith(Command.runEmbedded, () => Command.teardownEmbedded)
