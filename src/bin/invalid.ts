/**
 * The report of an invalid command line: the error, and how to correct it. It repeats no value that may be a secret.
 *
 * @internal
 */
import type * as CliError from "effect/cli/CliError"
import type * as CliOutput from "effect/cli/CliOutput"
import type * as HelpDoc from "effect/cli/HelpDoc"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as CommandError from "./failure.ts"
import { expectedJson, name } from "./text.ts"

export const report = (
  event: CliOutput.Presenter.InvalidInvocation,
  args: ReadonlyArray<string>
): Effect.Effect<CommandError.Report> =>
  Effect.gen(function* () {
    const path = event.commandPath.join(" ")
    const reports = event.errors.map((error) => reportOf(error, event, args))
    const isOfField = event.errors.find((error) => error._tag === "InvalidValue" && error.kind === "flag")
    const field =
      isOfField?._tag === "InvalidValue" ? yield* fieldAdvice(event.commandPath, isOfField.option) : undefined
    const advice = [...new Set([...reports.map(({ advice }) => advice), field])].filter((text) => text !== undefined)
    return {
      tag: "InvalidCommand",
      message: reports.map(({ message }) => message).join("\n"),
      advice: advice.length === 0 ? `See ${path} --help` : advice.join("\n")
    }
  })

interface Part {
  readonly message: string
  readonly advice?: string | undefined
}

const reportOf = (
  error: CliError.NonShowHelpErrors,
  { commandPath, helpDoc }: CliOutput.Presenter.InvalidInvocation,
  args: ReadonlyArray<string>
): Part => {
  const path = commandPath.join(" ")
  const isCall = commandPath.at(-1) === "call"
  switch (error._tag) {
    case "UnknownSubcommand":
      return isCall
        ? unknownOperation(error, helpDoc)
        : {
            message: `There is no command ${error.subcommand}.${meant(error.suggestions)}`,
            ...(/^[A-Z]/.test(error.subcommand) && { advice: `Operations are called by: ${name} call <Operation>` })
          }
    case "UnrecognizedOption":
      return {
        message: `${path} has no flag ${error.option}.${meant(error.suggestions)}`,
        advice: isCredential(error.option)
          ? credentialAdvice
          : / call /.test(path) && error.option.startsWith("--") && error.suggestions.length === 0
            ? `A field without a flag, such as a filter: --set ${error.option.slice(2)}=<value>. See ${path} --help`
            : undefined
      }
    case "MissingOption": {
      const flag = helpDoc.flags.find(({ name }) => name === error.option)
      return { message: `Missing --${error.option}${flag === undefined ? "" : ` ${flag.type}${of(flag.description)}`}` }
    }
    case "MissingArgument": {
      const argument = helpDoc.args?.find(({ name }) => name === error.argument)
      return { message: `Missing <${error.argument}>${argument === undefined ? "" : of(argument.description)}` }
    }
    case "UnexpectedArgument":
      return unexpected(error.arguments, path, args)
    case "InvalidValue":
      return invalidValue(error, helpDoc)
    default:
      return { message: error.message }
  }
}

/** A resource or a verb alone names the operations that have it. */
const unknownOperation = (
  { subcommand, suggestions }: CliError.UnknownSubcommand,
  { subcommands = [] }: HelpDoc.HelpDoc
): Part => {
  const word = subcommand.toLowerCase()
  const names = subcommands.flatMap(({ commands }) => commands.map(({ name }) => name))
  const withWord = names.filter((name) => name.toLowerCase().split(".").includes(word))
  const isMany = withWord.length > 10
  return {
    message: `There is no operation ${subcommand}.${meant(suggestions)}`,
    advice: [
      ...(suggestions.length > 0 || withWord.length === 0
        ? []
        : [`These have the word: ${withWord.slice(0, 10).join(", ")}${isMany ? ", …" : ""}`]),
      `Find it by words: ${name} operations <words>`
    ].join("\n")
  }
}

const meant = (suggestions: ReadonlyArray<string>): string =>
  suggestions.length === 0 ? "" : ` Did you mean ${suggestions.join(" or ")}?`

const of = (description: Option.Option<string>): string =>
  Option.match(description, { onNone: () => "", onSome: (text) => `: ${text}` })

const isCredential = (flag: string): boolean =>
  /^-+(?:api-?|auth-?|access-?)?(?:key|token|secret|password)$/i.test(flag)

const credentialAdvice = [
  "A credential is no flag: other users see the arguments of a process, and a shell keeps them in its history.",
  `Set AUDIAN_API_KEY, or run: ${name} login < key.txt. Remove this one from the history of the shell.`
].join("\n")

const unexpected = (values: ReadonlyArray<string>, path: string, args: ReadonlyArray<string>): Part => {
  // The key itself may stand in its place.
  if (/ (?:login|doctor)$/.test(path)) return { message: `${path} takes no argument.`, advice: credentialAdvice }
  const before = args[args.indexOf(values[0] ?? "") - 1]
  return {
    message: `${path} does not take ${values.map((value) => JSON.stringify(value)).join(", ")}.`,
    advice:
      before?.startsWith("--") === true && !before.includes("=")
        ? `${before} takes no value: give ${before} for true, --no-${before.slice(2)} for false.`
        : `A value stands behind its flag: --name value. See ${path} --help`
  }
}

const invalidValue = ({ expected, kind, option, value }: CliError.InvalidValue, { flags }: HelpDoc.HelpDoc): Part => {
  const flag = kind === "flag" ? `--${option}` : `<${option}>`
  // The message leaves out the value: JSON may hold a secret.
  if (expected === expectedJson)
    return { message: `${flag}: ${expected}`, advice: `Such as --${option} '{"name":"a"}'` }
  if (expected.includes("key=value")) {
    return { message: `${flag}: Expected name=value`, advice: "Such as --set crm.id=42. An empty text is name='\"\"'." }
  }
  const type = flags.find(({ name }) => name === option)?.type
  if (kind === "flag" && value === "" && expected === type) return { message: `${flag} needs a value: ${type}` }
  const corrected = expected.includes("finite number") ? (type === "<integer>" ? "an integer" : "a number") : expected
  return { message: `${flag}: ${JSON.stringify(value)}. ${corrected.replace(/^(?:Expected:? )?/, "Expected ")}` }
}

/** A field with the name of a flag of the command has a flag of another name. */
const fieldAdvice = ([, command, operation]: ReadonlyArray<string>, option: string) =>
  command !== "call" || operation === undefined
    ? Effect.void
    : Effect.map(
        Effect.promise(() => Promise.all([import("../ai/contract.ts"), import("./flags.ts")])),
        ([{ find }, { nameOf }]) => {
          const flag = nameOf([option])
          return flag !== option && Object.hasOwn(find(operation)?.input.properties ?? {}, option)
            ? `The field ${option} of ${operation} is --${flag}`
            : undefined
        }
      )
