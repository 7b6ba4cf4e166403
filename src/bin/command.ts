/**
 * `effect-audian`: the API on the command line.
 *
 * @internal
 */
import process from "node:process"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as CliConfig from "effect/cli/CliConfig"
import * as CliError from "effect/cli/CliError"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Runtime from "effect/Runtime"
import { version } from "../internal/version.ts"
import * as Call from "./call.ts"
import * as CommandError from "./failure.ts"
import * as Operations from "./operations.ts"
import * as Serve from "./serve.ts"

const name = "effect-audian"

const embedded = Serve.make("effect-audian-embedded", "effect-audian-embedded")

const root = (isUsed: (operation: string) => boolean) =>
  Command.make(name).pipe(
    Command.withDescription("The Audian API on the command line"),
    Command.withSubcommands([Operations.command, Call.make(isUsed), Serve.make("serve", `${name} serve`)])
  )

/** True if errors are to be JSON. */
const wantsJson = (args: ReadonlyArray<string>): boolean =>
  args.some(
    (arg, at) => /^(?:--format=)jsonl?$/.test(arg) || (arg === "--format" && /^jsonl?$/.test(args[at + 1] ?? ""))
  )

/** Prints the errors of an invalid command line, without the full help. */
const presenter = (args: ReadonlyArray<string>): CliOutput.Presenter => ({
  present: (event) => {
    if (event._tag !== "InvalidInvocation") return CliOutput.defaultPresenter.present(event)
    const path = event.commandPath.join(" ")
    const advice =
      event.errors.some(({ _tag }) => _tag === "UnknownSubcommand") && path.endsWith(" call")
        ? `See ${name} operations`
        : `See ${path} --help`
    const message = event.errors.map(({ message }) => message).join("\n")
    return report({ tag: "InvalidCommand", message, advice }, args)
  }
})

const report = (failure: CommandError.Report, args: ReadonlyArray<string>): Effect.Effect<void> =>
  Console.error(wantsJson(args) ? CommandError.json(failure) : CommandError.text(failure))

/** Exit codes: those of `CommandError`, 0 after a signal, 2 for an invalid command line. */
export const teardown: Runtime.Teardown = (exit, onExit) => {
  if (Exit.isFailure(exit)) {
    if (Cause.hasInterruptsOnly(exit.cause)) return onExit(0)
    const error = Cause.squash(exit.cause)
    if (CliError.isCliError(error) && error._tag === "ShowHelp" && error.errors.length > 0) {
      return onExit(CommandError.Code.usage)
    }
  }
  return Runtime.defaultTeardown(exit, onExit)
}

const provide =
  (args: ReadonlyArray<string>) =>
  <A, E, R>(
    self: Effect.Effect<A, E, R>
  ): Effect.Effect<A, E | CommandError.CommandError, Exclude<R, NodeServices.NodeServices>> =>
    self.pipe(
      Effect.tapError((error) =>
        error instanceof CommandError.CommandError ? report(error.report, args) : Effect.void
      ),
      Effect.provide(
        Layer.mergeAll(
          NodeServices.layer,
          CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version] }),
          CliOutput.layerPresenter(presenter(args))
        )
      )
    )

/** Runs `effect-audian` with the given arguments. */
export const run = (args: ReadonlyArray<string>) =>
  provide(args)(
    Command.runWith(
      root((operation) => args.includes(operation)),
      { version }
    )(args)
  )

/** Runs `effect-audian-embedded` with the given arguments. */
export const runEmbedded = (args: ReadonlyArray<string>) => provide(args)(Command.runWith(embedded, { version })(args))

const main = (run: (args: ReadonlyArray<string>) => Effect.Effect<void, unknown>): void => {
  // A reader that has enough, such as `head`, is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0)
    throw error
  })
  NodeRuntime.runMain(run(process.argv.slice(2)), { teardown })
}

export const mainCommand = (): void => main(run)

export const mainEmbedded = (): void => main(runEmbedded)
