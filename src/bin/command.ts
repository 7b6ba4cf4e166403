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
import * as Argument from "effect/cli/Argument"
import * as CliConfig from "effect/cli/CliConfig"
import * as CliError from "effect/cli/CliError"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as Completions from "effect/cli/Completions"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Runtime from "effect/Runtime"
import type * as Stdio from "effect/Stdio"
import { version } from "../internal/version.ts"
import * as Call from "./call.ts"
import * as Doctor from "./doctor.ts"
import * as CommandError from "./failure.ts"
import * as Listen from "./listen.ts"
import * as Login from "./login.ts"
import * as Mcp from "./mcp.ts"
import * as Operations from "./operations.ts"
import * as Serve from "./serve.ts"
import * as Webhooks from "./webhooks.ts"

const name = "effect-audian"

const embedded = Serve.make("effect-audian-embedded", "effect-audian-embedded")

const root = (isUsed: (operation: string) => boolean) =>
  Command.make(name).pipe(
    Command.withDescription("The Audian API on the command line"),
    Command.withSubcommands([
      Operations.command,
      Call.make(isUsed),
      Doctor.command,
      Login.login,
      Login.profiles,
      Listen.command,
      Webhooks.command,
      Mcp.command,
      Serve.make("serve", `${name} serve`),
      completions
    ])
  )

/** The commands with the flags of every operation. Its type is stated: the command that completes is one of them. */
const complete: () => Command.Command.Any = () => root(() => true)

const completions = Command.make(
  "completions",
  {
    shell: Argument.Literals("shell", ["bash", "zsh", "fish"]).pipe(Argument.withDescription("The shell"))
  },
  ({ shell }) => Console.log(Completions.generate(name, shell, describe(complete())))
).pipe(
  Command.withDescription("Prints a script that completes commands, operations and flags in a shell"),
  Command.withExamples([
    { command: `source <(${name} completions bash)`, description: "For this session of bash" },
    { command: `${name} completions zsh > "\${fpath[1]}/_${name}"`, description: "For zsh" },
    { command: `${name} completions fish > ~/.config/fish/completions/${name}.fish`, description: "For fish" }
  ])
)

/** The commands as a script completes them. A flag within an object is left out: there are thousands. */
const describe = (command: Command.Command.Any): Completions.CommandDescriptor => {
  const shorten = (self: Completions.CommandDescriptor): Completions.CommandDescriptor => ({
    ...self,
    flags: self.flags.filter(({ name }) => !name.includes(".") || name.startsWith("field.")),
    subcommands: self.subcommands.map(shorten)
  })
  return shorten(Completions.fromCommand(command))
}

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

/** A signal is the way to end these: it is no error. */
const runsUntilStopped = ([name, subcommand]: ReadonlyArray<string>): boolean =>
  name === "serve" || name === "listen" || name === "mcp" || (name === "webhooks" && subcommand === "forward")

/** Exit codes: those of `CommandError`, and 2 for an invalid command line. */
const teardownWith =
  (signalCode: number): Runtime.Teardown =>
  (exit, onExit) => {
    if (Exit.isFailure(exit)) {
      if (Cause.hasInterruptsOnly(exit.cause)) return onExit(signalCode)
      const error = Cause.squash(exit.cause)
      if (CliError.isCliError(error) && error._tag === "ShowHelp" && error.errors.length > 0) {
        return onExit(CommandError.Code.usage)
      }
    }
    return Runtime.defaultTeardown(exit, onExit)
  }

export const teardown = (args: ReadonlyArray<string>): Runtime.Teardown =>
  teardownWith(runsUntilStopped(args) ? 0 : 130)

export const teardownEmbedded: Runtime.Teardown = teardownWith(0)

const provide =
  (args: ReadonlyArray<string>, stdio: Layer.Layer<never> | Layer.Layer<Stdio.Stdio> = Layer.empty) =>
  <A, E, R>(
    self: Effect.Effect<A, E, R>
  ): Effect.Effect<A, E | CommandError.CommandError, Exclude<R, NodeServices.NodeServices>> =>
    self.pipe(
      Effect.tapError((error) =>
        error instanceof CommandError.CommandError ? report(error.report, args) : Effect.void
      ),
      Effect.provide(
        Layer.mergeAll(
          Layer.provideMerge(stdio, NodeServices.layer),
          CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version] }),
          CliOutput.layerPresenter(presenter(args)),
          // stdout belongs to the results.
          Logger.layer([Logger.withConsoleError(Logger.formatLogFmt)])
        )
      )
    )

/** Runs `effect-audian` with the given arguments; `stdio` replaces that of the process. */
export const run = (args: ReadonlyArray<string>, stdio?: Layer.Layer<Stdio.Stdio>) =>
  provide(
    args,
    stdio
  )(
    Command.runWith(
      root((operation) => args.includes(operation)),
      { version }
    )(args)
  )

/** Runs `effect-audian-embedded` with the given arguments. */
export const runEmbedded = (args: ReadonlyArray<string>, stdio?: Layer.Layer<Stdio.Stdio>) =>
  provide(args, stdio)(Command.runWith(embedded, { version })(args))

const main = (effect: Effect.Effect<void, unknown>, teardown: Runtime.Teardown): void => {
  // A reader that has enough, such as `head`, is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0)
    throw error
  })
  NodeRuntime.runMain(effect, { teardown })
}

const argv = (): ReadonlyArray<string> => process.argv.slice(2)

export const mainCommand = (): void => main(run(argv()), teardown(argv()))

export const mainEmbedded = (): void => main(runEmbedded(argv()), teardownEmbedded)
