/**
 * `effect-audian call`: every operation of the contract, with flags of its fields.
 *
 * @internal
 */

import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Prompt from "effect/cli/Prompt"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import type * as Schema from "effect/Schema"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as Audian from "../Audian.ts"
import * as AudianError from "../AudianError.ts"
import * as Contract from "../ai/contract.ts"
import * as Cost from "../ai/cost.ts"
import * as Fields from "../ai/fields.ts"
import * as Preview from "../ai/preview.ts"
import * as Files from "../Files.ts"
import type * as Operation from "../Operation.ts"
import type * as Page from "../Page.ts"
import * as Retry from "../Retry.ts"
import * as Curl from "./curl.ts"
import * as CommandError from "./failure.ts"
import * as Flags from "./flags.ts"
import { load } from "./loadOperation.ts"
import * as Output from "./output.ts"
import * as Profiles from "./profiles.ts"
import { descriptions } from "./text.ts"

type Call = Operation.Operation<unknown, unknown>

const own = {
  input: Flags.input,
  set: Flags.set,
  unset: Flags.unset,
  all: Flag.Boolean("all").pipe(Flag.withDescription("Fetches every page of a list"), Flag.withDefault(false)),
  format: Output.flag,
  output: Flag.String("output").pipe(
    Flag.withMetavar("<file>"),
    Flag.withDescription(
      "Writes the result to a file that only its owner can read. A JSON result has its secrets there; on the terminal they are redacted."
    ),
    Flag.optional
  ),
  yes: Flag.Boolean("yes").pipe(
    Flag.withDescription(
      "Does not ask before a call that costs money, rings a phone, creates, replaces, ends or removes something"
    ),
    Flag.withDefault(false)
  ),
  dryRun: Flag.Boolean("dry-run").pipe(
    Flag.withDescription("Prints the request as a curl command, with placeholders for secrets, and sends nothing"),
    Flag.withDefault(false)
  ),
  profile: Profiles.flag
}

type Own = Command.Command.Config.Infer<typeof own>

/** The command, with the flags of the operation that the arguments name. The others have their summaries alone. */
export const make = (args: ReadonlyArray<string>) => {
  const all = Contract.summaries()
  const used = all.find(({ name }) => args.includes(name))
  return Effect.map(used === undefined ? Effect.void : ofOperation(used.name), (loaded) =>
    Command.make("call").pipe(
      Command.withDescription(descriptions.call),
      Command.withExamples([
        { command: "effect-audian call Numbers.list --status active --all", description: "Every active number" },
        {
          command: "effect-audian call Numbers.purchase --number +14155551234 --dry-run",
          description: "The request of a purchase"
        }
      ]),
      Command.withSubcommands(
        all.map((summary) =>
          loaded !== undefined && summary === used
            ? loaded
            : Command.withDescription(Command.make(summary.name), summary.summary)
        )
      )
    )
  )
}

const ofOperation = (name: string) =>
  Effect.map(load(name), (operation) => {
    const contract = Contract.find(name)!
    const fields = Fields.of(contract)
    // A flag that an operation does not support is hidden in its help, and rejected with the reason.
    const shown = {
      ...own,
      all: isPaged(operation as Call) ? own.all : Flag.withHidden(own.all),
      yes: contract.effect === "unsafe" ? own.yes : Flag.withHidden(own.yes)
    }
    return Command.make(name, { fields: Flags.make(fields), ...shown }, (given) =>
      run(operation as Call, contract, fields, given)
    ).pipe(
      Command.withShortDescription(contract.summary),
      Command.withDescription(
        [
          `${contract.description}\n`,
          `${contract.method} ${contract.path}`,
          ...(contract.effect === "unsafe" ? ["It asks before it is sent; --yes does not ask."] : []),
          ...(contract.url === undefined ? [] : [contract.url])
        ].join("\n")
      )
    )
  })

const run = Effect.fnUntraced(function* (
  operation: Call,
  contract: Contract.Contract,
  fields: ReadonlyArray<Fields.Field>,
  given: Own & { readonly fields: Flags.Given["fields"] }
) {
  if (given.all && !isPaged(operation)) {
    return yield* CommandError.usage(`${operation.name} has no pages`, "Leave out --all.")
  }
  const { files, input, secrets } = yield* Flags.inputOf(contract, fields, given)
  const settings = yield* Profiles.settings(given.profile)
  if (given.dryRun) {
    const curl = yield* Effect.mapError(Curl.of(operation, input, { settings, secrets, files }), ofError)
    return yield* Console.log(curl)
  }
  const format = yield* Output.formatOf(given.format)
  yield* checkOutput(given.output)
  return yield* Effect.gen(function* () {
    if (contract.effect === "unsafe" && !given.yes) {
      // Report an invalid input before the prompt.
      yield* Effect.mapError(Preview.of(operation, input, settings), ofError)
      yield* confirm(contract, input, [JSON.stringify(Curl.redact(plain(input, files), secrets))])
    }
    if (given.all && isPaged(operation)) {
      const items = Stream.mapError(operation.items(input), ofError)
      return yield* Option.isSome(given.output)
        ? Effect.flatMap(Stream.runCollect(items), (all) => save(given.output, all))
        : Output.printAll(items, format)
    }
    const value = yield* Effect.ensuring(execute(operation, contract, input), Output.progress(""))
    if (Stream.isStream(value))
      return yield* download(value as Stream.Stream<Uint8Array, AudianError.AudianError>, given.output)
    if (Option.isNone(given.output)) return yield* Output.print(value, format)
    // A result that cannot be written, such as on a full disk, may be of a call that cannot be repeated.
    return yield* Effect.tapError(save(given.output, value), () => Output.print(value, format))
  }).pipe(Retry.withPolicy(yield* policy), Effect.provide(yield* client(settings)))
})

/** The client, loaded for a call: a dry run needs none. */
const client = (settings: Profiles.Settings) =>
  Effect.map(
    Effect.promise(() => import("./client.ts")),
    ({ fromSettings }) => fromSettings(settings)
  )

/** The policy of the client. A terminal shows its waits. */
const policy = Effect.gen(function* () {
  const current = yield* Retry.CurrentPolicy
  const stdio = yield* Stdio.Stdio
  if (current !== Retry.standard) return current
  return Retry.make({
    onRetry: ({ attempt, delay, error }) =>
      Output.progress(`${error.status ?? "no response"}, attempt ${attempt} in ${Duration.format(delay)}`).pipe(
        Effect.provideService(Stdio.Stdio, stdio)
      )
  })
})

/** The input without what JSON cannot show. */
const plain = (input: Readonly<Record<string, unknown>>, files: ReadonlyMap<unknown, string>): unknown =>
  Object.fromEntries(Object.entries(input).map(([name, value]) => [name, files.get(value) ?? value]))

const isPaged = (operation: Call): operation is Call & Page.Paged<unknown, unknown> => "items" in operation

const ofError = (error: AudianError.AudianError): CommandError.CommandError => {
  const failure = CommandError.ofAudian(error)
  const names = error.details.map(({ field }) => field)
  const message = Flags.rename(failure.report.message, names)
  return new CommandError.CommandError({ code: failure.code, report: { ...failure.report, message } })
}

/** Calls the operation. When the engine wants charges accepted, prompts at a terminal. */
const execute = (operation: Call, contract: Contract.Contract, input: Readonly<Record<string, unknown>>) => {
  const call = (input: unknown) => Effect.flatMap(Audian.Audian, (audian) => audian.execute(operation, input))
  return call(input).pipe(
    Effect.catch((error) =>
      Effect.gen(function* () {
        if (!AudianError.asksForConsent(error) || input.accept_charges !== undefined) return yield* ofError(error)
        const charges = AudianError.chargesOf(error)
        if (!(yield* Output.isInteractive)) return yield* withCharges(error, charges)
        const agreed = yield* ask(`${contract.summary}. ${Cost.ofCharges(charges).note}\nAccept the charges?`)
        if (!agreed) return yield* notConfirmed(contract)
        return yield* Effect.mapError(call({ ...input, accept_charges: true }), ofError)
      })
    )
  )
}

const withCharges = (error: AudianError.AudianError, charges: Option.Option<Schema.Json>) => {
  const { code, report } = ofError(error)
  return new CommandError.CommandError({
    code,
    report: {
      ...report,
      message: `${report.message}\n${Cost.ofCharges(charges).note}`,
      advice: "Call again with --accept_charges to accept the charges.",
      ...(Option.isSome(charges) && { charges: charges.value })
    }
  })
}

const notConfirmed = (contract: Contract.Contract, advice?: string) =>
  CommandError.make(
    CommandError.Code.notConfirmed,
    "NotConfirmed",
    `${contract.name} was not confirmed, nothing was sent`,
    advice
  )

const confirm = Effect.fnUntraced(function* (
  contract: Contract.Contract,
  input: Readonly<Record<string, unknown>>,
  shown: ReadonlyArray<string>
) {
  if (!(yield* Output.isInteractive)) {
    return yield* notConfirmed(contract, `${contract.summary}: give --yes, or run it in a terminal to be asked.`)
  }
  const { note } = yield* Cost.of(contract, input)
  const costs = note === undefined ? [] : [note]
  const agreed = yield* ask([`${contract.summary} (${contract.name})`, ...shown, ...costs, "Send it?"].join("\n"))
  if (!agreed) return yield* notConfirmed(contract)
})

const ask = (message: string) => Prompt.run(Prompt.Confirm({ message, initial: false }))

// -----------------------------------------------------------------------------
// files
// -----------------------------------------------------------------------------

/** Fails before anything is sent, rather than lose the result of a purchase. */
const checkOutput = Effect.fnUntraced(function* (output: Option.Option<string>) {
  if (Option.isNone(output)) return
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const name = output.value
  const info = yield* Effect.option(fs.stat(name))
  if (Option.isSome(info) && info.value.type === "Directory") {
    return yield* CommandError.usage(`--output: ${name} is a folder, nothing was sent`, "Give the name of a file.")
  }
  yield* Effect.mapError(fs.access(Option.isSome(info) ? name : path.dirname(name), { writable: true }), ({ reason }) =>
    CommandError.make(
      CommandError.Code.failure,
      "NotWritten",
      `cannot write ${name}: ${reason._tag}; nothing was sent`,
      "Correct --output."
    )
  )
})

const save = Effect.fnUntraced(function* (output: Option.Option<string>, value: unknown) {
  if (Option.isNone(output)) return
  const fs = yield* FileSystem.FileSystem
  // The mode of a new file; an existing one keeps its own until it is changed. A device, such as /dev/null, is of others too.
  const info = yield* Effect.option(fs.stat(output.value))
  if (Option.isSome(info) && info.value.type === "File") yield* Effect.ignore(fs.chmod(output.value, 0o600))
  yield* Effect.mapError(
    fs.writeFileString(output.value, `${Output.json(reveal(value))}\n`, { mode: 0o600 }),
    cannotWrite(output.value)
  )
})

/** The value with its secrets. */
const reveal = (value: unknown): unknown => {
  if (Redacted.isRedacted(value)) return Redacted.value(value)
  if (Array.isArray(value)) return value.map(reveal)
  return Predicate.isObject(value)
    ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, reveal(inner)]))
    : value
}

const cannotWrite = (name: string) => (error: { readonly message: string }) =>
  CommandError.make(CommandError.Code.failure, "NotWritten", `cannot write ${name}: ${error.message}`)

const download = Effect.fnUntraced(function* (
  bytes: Stream.Stream<Uint8Array, AudianError.AudianError>,
  output: Option.Option<string>
) {
  const stdio = yield* Stdio.Stdio
  let size = 0
  const counted = Stream.tap(bytes, (chunk) => Output.progress(`${(size += chunk.length)} bytes`))
  if (Option.isSome(output)) {
    yield* Files.save(counted, output.value).pipe(
      Effect.mapError((error) =>
        AudianError.isAudianError(error) ? ofError(error) : cannotWrite(output.value)(error)
      ),
      Effect.ensuring(Output.progress(""))
    )
    return
  }
  if (yield* stdio.stdoutIsTerminal) {
    return yield* CommandError.usage("the result is a file", "Give --output <file>, or redirect the output.")
  }
  yield* Stream.run(bytes, stdio.stdout({ endOnDone: false })).pipe(
    Effect.mapError((error) => (AudianError.isAudianError(error) ? ofError(error) : cannotWrite("stdout")(error)))
  )
})
