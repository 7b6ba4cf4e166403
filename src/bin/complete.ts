/**
 * `effect-audian complete`: the candidates for the last of the words on stdin. The scripts of `effect-audian completions`
 * call it.
 *
 * @internal
 */
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Completions from "effect/cli/Completions"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as Path from "effect/Path"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as Contract from "../ai/contract.ts"
import * as Fields from "../ai/fields.ts"
import * as Flags from "./flags.ts"
import * as Profiles from "./profiles.ts"
import * as Samples from "./samples.ts"

interface Candidate {
  readonly word: string
  readonly description?: string | undefined
}

/** The names of files, which the shell knows. */
type Candidates = ReadonlyArray<Candidate> | "files"

export const make = (tree: (args: ReadonlyArray<string>) => Effect.Effect<Command.Command.Any>) =>
  Command.unlisted(
    Command.make("complete", {}, () =>
      Effect.gen(function* () {
        const { stdin } = yield* Stdio.Stdio
        const lines = yield* Effect.orDie(Stream.mkString(Stream.decodeText(stdin)))
        const words = lines.replace(/\n$/, "").split("\n")
        const before = words.slice(0, -1)
        const candidates = yield* complete(
          positionOf(Completions.fromCommand(yield* tree(before)), before),
          words.at(-1) ?? ""
        )
        const text = candidates === "files" ? ":files" : candidates.map(lineOf).join("\n")
        if (text !== "") yield* Console.log(text)
      })
    )
  )

const lineOf = ({ description, word }: Candidate): string => {
  const [first = ""] = (description ?? "").replace(/\s+/g, " ").split(/(?<=\.) /)
  return first === "" ? word : `${word}\t${first}`
}

// -----------------------------------------------------------------------------
// the position in the line
// -----------------------------------------------------------------------------

interface Position {
  readonly command: Completions.CommandDescriptor
  /** The names of the commands below the root. */
  readonly path: ReadonlyArray<string>
  /** The names of the flags that were given. */
  readonly given: ReadonlySet<string>
  /** The flag that takes the current word. */
  readonly flag: Completions.FlagDescriptor | undefined
  /** The number of arguments before the current word. */
  readonly count: number
}

const positionOf = (root: Completions.CommandDescriptor, words: ReadonlyArray<string>): Position => {
  const given = new Set<string>()
  const path: Array<string> = []
  let command = root
  let flag: Position["flag"]
  let count = 0
  for (const word of words) {
    const below = command.subcommands.find(({ name }) => name === word)
    if (flag !== undefined) flag = undefined
    else if (word.startsWith("-")) {
      const name = word.replace(/^--?/, "").replace(/=.*$/s, "")
      const found = command.flags.find((flag) => flag.name === name)
      given.add(name).add(name.replace(/^no-/, ""))
      if (found !== undefined && found.type._tag !== "Boolean" && !word.includes("=")) flag = found
    } else if (below === undefined) count++
    else {
      command = below
      path.push(word)
      count = 0
    }
  }
  return { command, path, given, flag, count }
}

// -----------------------------------------------------------------------------
// the candidates
// -----------------------------------------------------------------------------

const complete = (
  position: Position,
  word: string
): Effect.Effect<Candidates, never, FileSystem.FileSystem | Path.Path> => {
  const { command, flag } = position
  if (flag !== undefined) return Effect.map(valuesOf(position, flag), startingWith(word))
  const [, prefix, name] = /^(--([^=]+)=)/.exec(word) ?? []
  const assigned = command.flags.find((flag) => flag.name === name)
  if (assigned !== undefined && prefix !== undefined) {
    return Effect.map(valuesOf(position, assigned), (values) =>
      values === "files"
        ? values
        : startingWith(word)(values.map((value) => ({ ...value, word: `${prefix}${value.word}` })))
    )
  }
  if (word.startsWith("-")) return Effect.succeed(flagsOf(position, word))
  const subcommands =
    position.count > 0 ? [] : command.subcommands.map(({ description, name }) => ({ word: name, description }))
  return Effect.map(argumentsOf(position), (values) => byLevel([...subcommands, ...values], word))
}

const startingWith =
  (word: string) =>
  (values: Candidates): Candidates =>
    values === "files" ? values : values.filter((value) => value.word.startsWith(word))

/** The flags that are not given yet. */
const flagsOf = ({ command, given, path }: Position, word: string): ReadonlyArray<Candidate> => {
  const lists = new Set(fieldsOf(path).flatMap(({ list, path }) => (list === false ? [] : [Flags.nameOf(path)])))
  const flags = command.flags
    .filter(({ name }) => !given.has(name) || lists.has(name) || repeated.has(name))
    .flatMap(({ description, name, type }): ReadonlyArray<Candidate> => {
      const positive = { word: `--${name}`, description: description?.replace(/^Required\. /, "") }
      return type._tag === "Boolean" && word.startsWith("--no")
        ? [positive, { word: `--no-${name}`, description }]
        : [positive]
    })
  return byLevel([...flags, { word: "--help", description: "Shows the help" }], word)
}

/** Flags of the command, besides those of fields, that may be given several times. */
const repeated = new Set(["allow", "binding", "only", "set", "unset"])

/** The words up to the next dot: `--sip.` stands for all flags of `sip`. A group of one is completed to its end. */
const byLevel = (candidates: ReadonlyArray<Candidate>, word: string): ReadonlyArray<Candidate> => {
  const groups = Map.groupBy(
    candidates.filter((candidate) => candidate.word.startsWith(word)),
    (candidate) => {
      const dot = candidate.word.indexOf(".", word.length)
      return dot === -1 ? candidate.word : candidate.word.slice(0, dot + 1)
    }
  )
  return [...groups].flatMap(([group, members]) =>
    members.length === 1 || !group.endsWith(".")
      ? members
      : [{ word: group, description: `${members.length} of these` }]
  )
}

const valuesOf = (
  { path }: Position,
  flag: Completions.FlagDescriptor
): Effect.Effect<Candidates, never, FileSystem.FileSystem | Path.Path> => {
  if (flag.type._tag === "Choice") return Effect.succeed(flag.type.values.map((word) => ({ word })))
  const fields = fieldsOf(path)
  const field = fields.find(({ path }) => Flags.nameOf(path) === flag.name)
  if (field !== undefined) {
    if (field.kind === "file" || field.kind === "secret") return Effect.succeed("files")
    const words = field.boolean ? ["true", "false"] : field.suggestions
    return Effect.succeed(words.map((word) => ({ word })))
  }
  switch (flag.name) {
    case "input":
    case "output":
    case "secret":
      return Effect.succeed("files")
    case "profile":
      return profileNames
    case "allow":
      return Effect.succeed(operations(({ effect }) => effect !== "read"))
    case "only":
      return Effect.succeed(operations(({ effect }) => effect === "read"))
    case "binding":
      return Effect.succeed(["call.*", "presence.*"].map((word) => ({ word })))
    case "set":
      return Effect.succeed(named(fields, "="))
    case "unset":
      return Effect.succeed(named(fields, ""))
    default:
      return Effect.succeed([])
  }
}

const argumentsOf = ({
  command,
  count,
  path
}: Position): Effect.Effect<ReadonlyArray<Candidate>, never, FileSystem.FileSystem | Path.Path> => {
  if (count > 0) return Effect.succeed([])
  const [argument] = command.arguments
  if (argument?.type._tag === "Choice") return Effect.succeed(argument.type.values.map((word) => ({ word })))
  switch (path.join(" ")) {
    case "webhooks trigger":
      return Effect.succeed([...Samples.apiEvents, ...Samples.engineHooks].map((word) => ({ word })))
    case "profiles use":
    case "profiles remove":
      return profileNames
    default:
      return Effect.succeed([])
  }
}

const fieldsOf = ([command, operation]: ReadonlyArray<string>): ReadonlyArray<Fields.Field> => {
  const contract = command === "call" && operation !== undefined ? Contract.find(operation) : undefined
  return contract === undefined ? [] : Fields.of(contract)
}

const named = (fields: ReadonlyArray<Fields.Field>, end: string): ReadonlyArray<Candidate> =>
  fields.map(({ description, path }) => ({ word: `${path.join(".")}${end}`, description }))

const operations = (isWanted: (contract: Contract.Summary) => boolean): ReadonlyArray<Candidate> =>
  Contract.summaries()
    .filter(isWanted)
    .map(({ name, summary }) => ({ word: name, description: summary }))

/** An empty list: an error would be printed into the line that a user types. */
const profileNames = Effect.map(
  Effect.orElseSucceed(Profiles.read, () => ({ profiles: {} })),
  ({ profiles }) => Object.keys(profiles).map((word) => ({ word }))
)
