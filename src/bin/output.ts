/**
 * The output of a result: JSON for programs, a table for a person.
 *
 * @internal
 */

import * as Console from "effect/Console"
import * as CliOutput from "effect/cli/CliOutput"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as Terminal from "effect/Terminal"

export type Format = "json" | "jsonl" | "table"

export const flag = Flag.Literals("format", ["json", "jsonl", "table"]).pipe(
  Flag.withDescription(
    "json, jsonl (one line an item) or table. Default: a table for a list in a terminal, else JSON. With json or jsonl, an error is JSON too."
  ),
  Flag.optional
)

/** Secrets of a result are redacted: `Redacted` writes itself so. */
export const json = (value: unknown): string => JSON.stringify(value === undefined ? null : value, null, 2)

/** True if a person reads the output. */
export const isInteractive: Effect.Effect<boolean, never, Stdio.Stdio> = Effect.flatMap(
  Stdio.Stdio,
  ({ stdinIsTerminal, stdoutIsTerminal }) =>
    Effect.map(Effect.all([stdinIsTerminal, stdoutIsTerminal]), ([input, output]) => input && output)
)

export const formatOf = (given: Option.Option<Format>): Effect.Effect<Format, never, Stdio.Stdio> =>
  Option.match(given, {
    onNone: () =>
      Effect.flatMap(Stdio.Stdio, ({ stdoutIsTerminal }) =>
        Effect.map(stdoutIsTerminal, (terminal): Format => (terminal ? "table" : "json"))
      ),
    onSome: Effect.succeed
  })

/** The items of a list: the value itself, or its only field that is a list. */
const itemsOf = (value: unknown): ReadonlyArray<unknown> | undefined => {
  if (Array.isArray(value)) return value
  if (!Predicate.isObject(value)) return undefined
  const lists = Object.values(value).filter((field) => Array.isArray(field))
  const others = Object.values(value).filter((field) => Predicate.isObject(field))
  return lists.length === 1 && others.length === 0 ? (lists[0] as ReadonlyArray<unknown>) : undefined
}

/** Prints a value. */
export const print = (value: unknown, format: Format): Effect.Effect<void, never, Terminal.Terminal> =>
  Effect.gen(function* () {
    const items = format === "json" ? undefined : itemsOf(value)
    if (items === undefined) return yield* Console.log(format === "jsonl" ? line(value) : json(value))
    if (format === "jsonl") return yield* Effect.forEach(items, (item) => Console.log(line(item)), { discard: true })
    const { columns } = yield* Terminal.Terminal
    yield* Console.log(table(items, (yield* columns) || 80))
  })

const line = (value: unknown): string => JSON.stringify(value === undefined ? null : value)

/** Prints a stream of items as they come; a table once all are known. */
export const printAll = <E, R>(
  items: Stream.Stream<unknown, E, R>,
  format: Format
): Effect.Effect<void, E, R | Terminal.Terminal | Stdio.Stdio> =>
  Effect.gen(function* () {
    let count = 0
    const counted = Stream.tap(items, () => {
      count++
      return count % 100 === 0 ? progress(`${count} items`) : Effect.void
    })
    if (format === "table") {
      const all = yield* Effect.ensuring(Stream.runCollect(counted), progress(""))
      return yield* print(all, format)
    }
    if (format === "jsonl") return yield* Stream.runForEach(counted, (item) => Console.log(line(item)))
    const indent = (item: unknown): string => json(item).replace(/^/gm, "  ")
    yield* Console.log("[")
    // The comma follows once there is another item.
    const last = yield* Stream.runFoldEffect(
      counted,
      (): Option.Option<string> => Option.none(),
      (previous, item) =>
        Effect.as(Option.isSome(previous) ? Console.log(`${previous.value},`) : Effect.void, Option.some(indent(item)))
    )
    if (Option.isSome(last)) yield* Console.log(last.value)
    yield* Console.log("]")
  }).pipe(Effect.ensuring(progress("")))

/** Replaces the line of progress on a terminal's stderr; an empty text removes it. */
export const progress = (text: string): Effect.Effect<void, never, Stdio.Stdio> =>
  Effect.flatMap(Stdio.Stdio, ({ stderr, stderrIsTerminal }) =>
    Effect.flatMap(stderrIsTerminal, (terminal) =>
      terminal ? Effect.ignore(Stream.run(Stream.make(`\r\u001b[K${text}`), stderr({ endOnDone: false }))) : Effect.void
    )
  )

const preferred = ["id", "name", "number", "friendly_name", "status", "state", "enabled"]

/** A table of the fields that hold plain values, as many columns as fit. */
export const table = (items: ReadonlyArray<unknown>, width: number): string => {
  if (items.length === 0) return "No items."
  const rows = items.map((item) =>
    Predicate.isObject(item) && !Array.isArray(item) ? item : { value: item }
  ) as ReadonlyArray<Record<string, unknown>>
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) =>
    rows.some((row) => row[name] !== undefined && row[name] !== null && isPlain(row[name]))
  )
  const ordered = [
    ...preferred.filter((name) => names.includes(name)),
    ...names.filter((name) => !preferred.includes(name))
  ]
  const columns: Array<{ readonly name: string; readonly size: number }> = []
  let used = 0
  for (const name of ordered) {
    const longest = Math.max(...[name, ...rows.map((row) => cell(row[name]))].map(CliOutput.displayWidth))
    const size = Math.min(longest, 40)
    if (columns.length > 0 && used + size + 2 > width) continue
    columns.push({ name, size })
    used += size + 2
  }
  const write = (cells: ReadonlyArray<string>): string =>
    cells
      .map((text, at) => {
        const { size } = columns[at]!
        const cut = CliOutput.displayWidth(text) > size ? `${text.slice(0, size - 1)}…` : text
        return cut + " ".repeat(Math.max(0, size - CliOutput.displayWidth(cut)))
      })
      .join("  ")
      .trimEnd()
  return [
    write(columns.map(({ name }) => name.toUpperCase())),
    ...rows.map((row) => write(columns.map(({ name }) => cell(row[name]))))
  ].join("\n")
}

const isPlain = (value: unknown): boolean => !Predicate.isObjectOrArray(value) || isTexts(value)

const isTexts = (value: unknown): value is ReadonlyArray<string> =>
  Array.isArray(value) && value.every((item) => typeof item === "string")

/** A cell on one line, without characters that a terminal would act on. */
const cell = (value: unknown): string => {
  if (value === undefined || value === null) return ""
  const text = isTexts(value) ? value.join(", ") : Predicate.isObject(value) ? JSON.stringify(value) : String(value)
  return text.replace(/\p{Cc}/gu, " ")
}
