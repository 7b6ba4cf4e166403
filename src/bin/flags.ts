/**
 * The flags of an operation, and the input that they make.
 *
 * @internal
 */
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type * as Path from "effect/Path"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import type * as Contract from "../ai/contract.ts"
import type * as Fields from "../ai/fields.ts"
import * as Files from "../Files.ts"
import * as CommandError from "./failure.ts"
import * as Output from "./output.ts"
import { expectedJson } from "./text.ts"

/** The flags of the command itself. A field with such a name is written as `--field.<name>`. */
const own = new Set([
  "all",
  "dry-run",
  "format",
  "help",
  "input",
  "output",
  "profile",
  "set",
  "unset",
  "version",
  "yes"
])

/** The flag of a field: its names joined by dots. */
export const nameOf = (path: ReadonlyArray<string>): string => {
  const name = path.join(".")
  return own.has(name) ? `field.${name}` : name
}

const metavars: Record<Fields.Kind, string> = {
  text: "<text>",
  integer: "<integer>",
  number: "<number>",
  boolean: "",
  json: "<json>",
  secret: "<file|->",
  file: "<file>"
}

/** The value of a flag; none when it was not given. */
type Value = Option.Option<unknown>

export const make = (fields: ReadonlyArray<Fields.Field>): Record<string, Flag.Flag<Value>> =>
  Object.fromEntries(fields.map((field) => [field.path.join("."), flagOf(field)]))

const flagOf = (field: Fields.Field): Flag.Flag<Value> => {
  const base = describe(baseOf(field), field)
  if (field.list === false) return Flag.optional(base)
  return Flag.map(Flag.atLeast(base, 0), (values) =>
    values.length === 0 ? Option.none() : Option.some(field.list === "one" && values.length === 1 ? values[0] : values)
  )
}

const booleans: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["false", false]
])

const baseOf = (field: Fields.Field): Flag.Flag<unknown> => {
  const name = nameOf(field.path)
  switch (field.kind) {
    case "integer":
      return Flag.Int(name)
    case "number":
      return Flag.Finite(name)
    case "boolean":
      return Flag.Boolean(name)
    case "json":
      return Flag.filterMap(Flag.String(name), parseJson, () => expectedJson)
    default:
      if (field.boolean) return Flag.map(Flag.String(name), (text) => booleans.get(text) ?? text)
      return field.choices === undefined ? Flag.String(name) : Flag.Literals(name, field.choices)
  }
}

const describe = (flag: Flag.Flag<unknown>, field: Fields.Field): Flag.Flag<unknown> => {
  const notes = [
    field.required ? "Required." : undefined,
    field.description === "" ? undefined : field.kind === "file" ? clauseOf(field.description) : field.description,
    field.kind === "file" ? "The path of a file." : undefined,
    field.kind === "secret" ? "A file that holds the secret, or - for stdin; never the secret itself." : undefined,
    field.list === false ? undefined : "May be given several times.",
    field.example === undefined ||
    typeof field.example === "object" ||
    field.description.includes(String(field.example))
      ? undefined
      : `Example: ${String(field.example)}`
  ].filter(Predicate.isNotUndefined)
  const described = Flag.withDescription(flag, notes.join(" "))
  return field.kind === "boolean" || field.choices !== undefined
    ? described
    : Flag.withMetavar(described, metavars[field.kind])
}

/** A file's description goes on with what the client takes. A command takes its path. */
const clauseOf = (description: string): string => description.replace(/:.*$/s, ".")

const parseJson = (text: string): Option.Option<unknown> =>
  Option.getSuccess(Result.try(() => JSON.parse(text) as unknown))

// -----------------------------------------------------------------------------
// the input
// -----------------------------------------------------------------------------

export interface Given {
  readonly fields: Readonly<Record<string, Value>>
  readonly input: Option.Option<string>
  readonly set: Readonly<Record<string, string>>
  readonly unset: ReadonlyArray<string>
}

export const input = Flag.String("input").pipe(
  Flag.withMetavar("<file.json|->"),
  Flag.withDescription("A file with the input as a JSON object, or - for stdin. Flags replace its fields."),
  Flag.optional
)

export const set = Flag.KeyValuePair("set").pipe(
  Flag.withDescription(
    "Any field by its name, such as filter_owner_id=u1 or crm.id=42, also one that the API does not document. The value is JSON, else text."
  ),
  Flag.withDefault({})
)

export const unset = Flag.String("unset").pipe(
  Flag.withMetavar("<field>"),
  Flag.withDescription("Clears a field: it is sent as null. May be given several times."),
  Flag.atLeast(0)
)

interface Json {
  [key: string]: unknown
}

/** The input of the operation: the JSON, then the flags. Files and secrets are read by their paths. */
export const inputOf = Effect.fnUntraced(function* (
  contract: Contract.Contract,
  fields: ReadonlyArray<Fields.Field>,
  given: Given
): Effect.fn.Return<
  { readonly input: Json; readonly secrets: ReadonlyArray<string>; readonly files: ReadonlyMap<unknown, string> },
  CommandError.CommandError,
  FileSystem.FileSystem | Path.Path | Stdio.Stdio
> {
  const input: Json = Option.isSome(given.input) ? yield* readInput(given.input.value) : {}
  const secretNames = new Set(fields.flatMap(({ kind, path }) => (kind === "secret" ? [path.join(".")] : [])))
  for (const [name, text] of Object.entries(given.set)) {
    if (secretNames.has(name)) {
      return yield* CommandError.usage(
        `--set: ${name} is a secret`,
        `Give a file that holds it: --${nameOf(name.split("."))} <file|->. Remove this one from the history of the shell.`
      )
    }
    assign(
      input,
      pathOf(name),
      Option.getOrElse(parseJson(text), () => text)
    )
  }
  for (const field of fields) {
    const value = given.fields[field.path.join(".")]
    if (value !== undefined && Option.isSome(value)) {
      const { value: content } = value
      assign(input, field.path, field.kind === "secret" ? yield* readSecrets(field, content) : content)
    }
  }
  for (const name of given.unset) assign(input, pathOf(name), null)

  const missing = fields.filter(({ path, required }) => required && valueAt(input, path) === undefined)
  if (missing.length > 0) {
    return yield* CommandError.usage(
      missing
        .map(({ description, kind, path }) => {
          const meaning = kind === "file" ? clauseOf(description) : description
          return `Missing --${nameOf(path)}${kind === "boolean" ? "" : ` ${metavars[kind]}`}${meaning === "" ? "" : `: ${meaning}`}`
        })
        .join("\n"),
      `Give ${missing.length === 1 ? "it" : "them"} as a flag, or in --input. See effect-audian call ${contract.name} --help`
    )
  }

  const stdio = yield* Stdio.Stdio
  const secrets: Array<string> = []
  const files = new Map<unknown, string>()
  for (const field of fields) {
    const value = valueAt(input, field.path)
    if (field.kind === "secret") secrets.push(...secretsOf(value))
    if (field.kind === "file" && typeof value === "string") {
      const file = Files.withUploadProgress(yield* Files.fromPath(value), ({ bytes, total }) =>
        Output.progress(`${bytes}${total === undefined ? "" : ` of ${total}`} bytes sent`).pipe(
          Effect.provideService(Stdio.Stdio, stdio)
        )
      )
      files.set(file, value)
      assign(input, field.path, file)
    }
  }
  return { input, secrets, files }
})

const secretsOf = (value: unknown): ReadonlyArray<string> =>
  Array.isArray(value)
    ? value.flatMap(secretsOf)
    : Redacted.isRedacted(value)
      ? [String(Redacted.value(value))]
      : typeof value === "string"
        ? [value]
        : []

const readInput = (name: string) =>
  Effect.flatMap(read(name, "--input"), (text) => {
    const value = Option.getOrUndefined(parseJson(text))
    return Predicate.isObject(value) && !Array.isArray(value)
      ? Effect.succeed(value as Json)
      : Effect.fail(CommandError.usage(`--input: ${name} is no JSON object`, 'Write the fields as {"field": value}.'))
  })

const readSecrets = (field: Fields.Field, content: unknown) => {
  const flag = `--${nameOf(field.path)}`
  const readOne = (name: unknown) =>
    Effect.map(read(String(name), flag), (text) => Redacted.make(text.replace(/\r?\n$/, "")))
  return Array.isArray(content) ? Effect.forEach(content, readOne) : readOne(content)
}

/** Reads a file, or stdin. The message omits the name: a secret may have been written in its place. */
const read = (name: string, flag: string) =>
  Effect.gen(function* () {
    if (name === "-") {
      const { stdin } = yield* Stdio.Stdio
      return yield* Stream.mkString(Stream.decodeText(stdin))
    }
    const fs = yield* FileSystem.FileSystem
    return yield* fs.readFileString(name)
  }).pipe(
    Effect.mapError((error) =>
      CommandError.usage(
        `${flag}: cannot read the file: ${"reason" in error ? error.reason._tag : "it failed"}`,
        "Give the path of a file, or - for stdin."
      )
    )
  )

/** The path of a field. The name of a filter is one name: its dots are those of the field that it looks at. */
const pathOf = (name: string): ReadonlyArray<string> => (/^filter_/.test(name) ? [name] : name.split("."))

const assign = (object: Json, path: ReadonlyArray<string>, value: unknown): void => {
  const [name = "", ...rest] = path
  if (rest.length === 0) {
    Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true })
    return
  }
  const inner = Object.hasOwn(object, name) ? object[name] : undefined
  const next: Json = Predicate.isObject(inner) && !Array.isArray(inner) ? { ...inner } : {}
  assign(next, rest, value)
  assign(object, [name], next)
}

const valueAt = (object: Json, path: ReadonlyArray<string>): unknown =>
  path.reduce<unknown>(
    (value, name) => (Predicate.isObject(value) && Object.hasOwn(value, name) ? (value as Json)[name] : undefined),
    object
  )

/** The name of the flag in place of the name of a field. */
export const rename = (message: string, names: ReadonlyArray<string>): string =>
  names.reduce((text, name) => text.replaceAll(`\n  ${name}: `, `\n  --${nameOf(name.split("."))}: `), message)
