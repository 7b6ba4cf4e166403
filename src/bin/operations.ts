/**
 * `effect-audian operations`: finds an operation by words.
 *
 * @internal
 */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Contract from "../ai/contract.ts"
import * as CommandError from "./failure.ts"
import * as Output from "./output.ts"
import { descriptions } from "./text.ts"

/** Words of a user, and those of the contract for the same. */
export const synonyms: ReadonlyArray<ReadonlyArray<string>> = [
  ["hangup", "hang", "disconnect", "terminate"],
  ["buy", "purchase", "order"],
  ["delete", "remove"],
  ["change", "edit", "modify", "update", "patch"],
  ["show", "read", "get"],
  ["add", "new", "make", "create"],
  ["phone", "device", "handset"],
  ["voicemail", "vmbox", "mailbox"],
  ["history", "cdr", "record"],
  ["dial", "call", "ring"],
  ["money", "balance", "cost", "usage", "billing"],
  ["callback", "hook", "webhook"],
  ["port", "lnp", "transfer"],
  ["emergency", "e911"],
  ["person", "people", "user", "employee"]
]

/** Words that say nothing about an operation. */
const noise = new Set(["a", "an", "the", "of", "to", "my", "i", "how", "do", "up", "on", "for", "in", "all", "me"])

interface Found {
  readonly name: string
  readonly effect: string
  readonly summary: string
  readonly method: string
  readonly path: string
}

/** The operations that match every word, the best first. */
export const search = (words: ReadonlyArray<string>): ReadonlyArray<Found> => {
  const wanted = wordsOf(words.join(" ")).filter((word) => !noise.has(word))
  return Contract.summaries()
    .map((contract) => ({ contract, score: scoreOf(contract, wanted) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .map(({ contract: { effect, method, name, path, summary } }) => ({ name, effect, summary, method, path }))
}

const scoreOf = (contract: Contract.Summary, wanted: ReadonlyArray<string>): number => {
  const places: ReadonlyArray<readonly [ReadonlyArray<string>, number]> = [
    [wordsOf(contract.name), 4],
    [wordsOf(contract.summary), 3],
    [wordsOf(`${contract.description} ${contract.path}`), 1]
  ]
  let total = 1
  for (const word of wanted) {
    const direct = Math.max(...places.map(([words, weight]) => (has(words, word) ? weight : 0)))
    const meant = synonyms.find((group) => group.some((other) => isSame(other, word))) ?? []
    const indirect = Math.max(
      0,
      ...places.map(([words, weight]) => (meant.some((other) => has(words, other)) ? weight / 2 : 0))
    )
    const score = Math.max(direct, indirect)
    if (score === 0) return 0
    total += score
  }
  return total
}

const has = (words: ReadonlyArray<string>, wanted: string): boolean => words.some((word) => isSame(word, wanted))

/** The same word, or a form of it. */
export const isSame = (word: string, wanted: string): boolean =>
  word === wanted || stem(word) === stem(wanted) || (wanted.length >= 4 && word.startsWith(wanted))

const stem = (word: string): string => (word.length > 3 ? word.replace(/(?:ings?|es|s|ed|e)$/, "") : word)

/** `createHoldMusic` is three words, and so is `hold_music_id`. */
const wordsOf = (text: string): ReadonlyArray<string> =>
  text
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "")

const flags = {
  words: Argument.variadic(
    Argument.withDescription(
      Argument.String("words"),
      "Words to search for, such as: hang up. Default: every operation"
    )
  ),
  format: Output.flag
}

export const command = Command.make("operations", flags, ({ format, words }) =>
  Effect.gen(function* () {
    const found = search(words)
    if (found.length === 0) {
      return yield* CommandError.make(
        CommandError.Code.notFound,
        "NoOperation",
        `no operation matches: ${words.join(" ")}`,
        "Use fewer or other words. Without any, it lists every operation."
      )
    }
    yield* Output.print(found, yield* Output.formatOf(format))
  })
).pipe(
  Command.withDescription(descriptions.operations),
  Command.withExamples([{ command: "effect-audian operations hang up", description: "The operations that end a call" }])
)
