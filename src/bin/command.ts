/**
 * `effect-audian`: the API on the command line.
 *
 * A command is loaded when it is used: the help of the others is in this module.
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
import * as Logger from "effect/Logger"
import * as Runtime from "effect/Runtime"
import type * as Stdio from "effect/Stdio"
import { version } from "../internal/version.ts"
import * as CommandError from "./failure.ts"
import * as Invalid from "./invalid.ts"
import * as Serve from "./serve.ts"
import { descriptions, name } from "./text.ts"

type Args = ReadonlyArray<string>

const load = <Module, A>(module: () => Promise<Module>, command: (module: Module) => A): Effect.Effect<A> =>
  Effect.map(Effect.promise(module), command)

/** The commands by name. */
const commands = {
  operations: () =>
    load(
      () => import("./operations.ts"),
      ({ command }) => command
    ),
  call: (args: Args) =>
    Effect.flatten(
      load(
        () => import("./call.ts"),
        ({ make }) => make(args)
      )
    ),
  doctor: () =>
    load(
      () => import("./doctor.ts"),
      ({ command }) => command
    ),
  login: () =>
    load(
      () => import("./login.ts"),
      ({ login }) => login
    ),
  profiles: () =>
    load(
      () => import("./login.ts"),
      ({ profiles }) => profiles
    ),
  listen: () =>
    load(
      () => import("./listen.ts"),
      ({ command }) => command
    ),
  webhooks: () =>
    load(
      () => import("./webhooks.ts"),
      ({ command }) => command
    ),
  mcp: () =>
    load(
      () => import("./mcp.ts"),
      ({ command }) => command
    ),
  serve: () => Effect.succeed(Serve.make("serve", `${name} serve`)),
  completions: () =>
    load(
      () => import("./completions.ts"),
      ({ command }) => command
    ),
  complete: () =>
    load(
      () => import("./complete.ts"),
      ({ make }) => make(tree)
    )
}

type Loaded = Effect.Success<ReturnType<(typeof commands)[keyof typeof commands]>>

/** A command that is not called: only its name and its help are loaded. */
const unused = (name: keyof typeof descriptions) => Command.withDescription(Command.make(name), descriptions[name])

/** The command of these arguments, with the others by their names. */
const root = (args: Args) =>
  Effect.gen(function* () {
    const used = args.find((arg) => Object.hasOwn(commands, arg)) as keyof typeof commands | undefined
    const loaded = used === undefined ? undefined : yield* commands[used](args) as Effect.Effect<Loaded>
    const names = Object.keys(descriptions) as ReadonlyArray<keyof typeof descriptions>
    return Command.make(name).pipe(
      Command.withDescription("The Audian API on the command line"),
      Command.withSubcommands([
        ...names.map((name) => (loaded !== undefined && name === used ? loaded : unused(name))),
        ...(loaded !== undefined && used === "complete" ? [loaded] : [])
      ])
    )
  })

/** The command that completes is itself in the tree of commands: the type ends the circle. */
const tree: (args: Args) => Effect.Effect<Command.Command.Any> = (args) => root(args)

/** True if errors are to be JSON. */
const wantsJson = (args: Args): boolean =>
  args.some(
    (arg, at) => /^(?:--format=)jsonl?$/.test(arg) || (arg === "--format" && /^jsonl?$/.test(args[at + 1] ?? ""))
  )

/** Prints the errors of an invalid command line, without the full help. */
const presenter = (args: Args): CliOutput.Presenter => ({
  present: (event) =>
    event._tag === "InvalidInvocation"
      ? Effect.flatMap(Invalid.report(event, args), (failure) => report(failure, args))
      : CliOutput.defaultPresenter.present(event)
})

const report = (failure: CommandError.Report, args: Args): Effect.Effect<void> =>
  Console.error(wantsJson(args) ? CommandError.json(failure) : CommandError.text(failure))

/** A signal is the way to end these: it is no error. */
const runsUntilStopped = ([name, subcommand]: Args): boolean =>
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

export const teardown = (args: Args): Runtime.Teardown => teardownWith(runsUntilStopped(args) ? 0 : 130)

export const teardownEmbedded: Runtime.Teardown = teardownWith(0)

const provide =
  (args: Args, stdio: Layer.Layer<never> | Layer.Layer<Stdio.Stdio> = Layer.empty) =>
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
          // stdout belongs to the results, and stderr to an error in JSON.
          Logger.layer(wantsJson(args) ? [] : [Logger.withConsoleError(Logger.formatLogFmt)])
        )
      )
    )

/** The arguments with `help` and `version` as flags, where they stand as words: `help call`, `serve help`. */
const withFlags = (args: Args): Args => {
  if (args[0] === "version" && args.length === 1) return ["--version"]
  if (args[0] === "help") return [...args.slice(1), "--help"]
  const [name = "", subcommand] = args
  const isWord = name === "operations" || (name === "profiles" && args.length > 2)
  return args.at(-1) === "help" &&
    Object.hasOwn(descriptions, name) &&
    !isWord &&
    !subcommand?.startsWith("-") &&
    args.length <= 3
    ? [...args.slice(0, -1), "--help"]
    : args
}

/** Runs `effect-audian` with the given arguments; `stdio` replaces that of the process. */
export const run = (given: Args, stdio?: Layer.Layer<Stdio.Stdio>) => {
  const args = withFlags(given)
  return provide(args, stdio)(Effect.flatMap(root(args), (command) => Command.runWith(command, { version })(args)))
}

/** Runs `effect-audian-embedded` with the given arguments. */
export const runEmbedded = (args: Args, stdio?: Layer.Layer<Stdio.Stdio>) =>
  provide(
    args,
    stdio
  )(Command.runWith(Serve.make("effect-audian-embedded", "effect-audian-embedded"), { version })(args))

const main = (effect: Effect.Effect<void, unknown>, teardown: Runtime.Teardown): void => {
  // A reader that has enough, such as `head`, is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0)
    throw error
  })
  NodeRuntime.runMain(effect, { teardown })
}

const argv = (): Args => process.argv.slice(2)

export const mainCommand = (): void => main(run(argv()), teardown(argv()))

export const mainEmbedded = (): void => main(runEmbedded(argv()), teardownEmbedded)
