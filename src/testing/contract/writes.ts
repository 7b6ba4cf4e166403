/**
 * The checks of operations that change something: on what the check itself creates, or with what the caller gives.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { Audian } from "../../Audian.ts"
import { isAudianError } from "../../AudianError.ts"
import type * as Operation from "../../Operation.ts"
import type { Paged } from "../../Page.ts"
import * as Judge from "./assess.ts"
import * as Ask from "./call.ts"
import * as Plan from "./plan.ts"
import * as Reads from "./reads.ts"

type Checked = Effect.Effect<Ask.Findings, never, Audian>

export const isCreate = (operation: Operation.Any, operations: ReadonlyArray<Operation.Any>): boolean => {
  const { get, id, list, remove } = Plan.siblingsOf(operation, operations)
  return (
    (operation.codec.method === "POST" || operation.codec.method === "PUT") &&
    (id === undefined || !Plan.idsOf(operation).includes(id)) &&
    (list ?? get ?? remove) !== undefined
  )
}

/** The updates and the removal of what an operation creates. */
export const claimed = (
  create: Operation.Any,
  operations: ReadonlyArray<Operation.Any>
): ReadonlyArray<Operation.Any> => {
  const { remove, updates } = Plan.siblingsOf(create, operations)
  return remove === undefined ? updates : [...updates, remove]
}

/** The caller's own input, or why there is to be no call. */
const inputOf = (env: Ask.Env, operation: Operation.Any): Result.Result<Plan.Fields, string> => {
  const given = env.samples.get(operation)
  const forbidden = env.forbids(operation)
  if (forbidden !== undefined) return Result.fail(forbidden)
  if (given === undefined) return Result.fail("it writes, and has no sample")
  const wrong = Plan.wrongFields(operation, given)
  return wrong.length === 0 ? Result.succeed(given) : Result.fail(`a sample must say ${wrong.join(", ")}`)
}

/** One call with the caller's own input, and calls that the contract refuses. */
export const check = Effect.fnUntraced(function* (
  env: Ask.Env,
  operation: Operation.Any
): Effect.fn.Return<Ask.Findings, never, Audian> {
  const input = inputOf(env, operation)
  if (Result.isFailure(input)) return Ask.skipped(operation, "answer", input.failure)
  const given = input.success
  const refused = env.wants("invalid-input") ? yield* Reads.invalidInput(env, operation, given) : []
  const answered = yield* Reads.answered(env, operation, yield* Ask.ask(env, operation, given))
  return [...refused, ...answered]
})

/** From a creation to a removal. The steps that follow one that went wrong are taken all the same, the removal above all. */
export const lifecycle = Effect.fnUntraced(function* (
  env: Ask.Env,
  create: Operation.Any
): Effect.fn.Return<Ask.Findings, never, Audian> {
  const input = inputOf(env, create)
  if (Result.isFailure(input)) return Ask.skipped(create, "lifecycle", input.failure)
  const given = input.success
  const refused = env.wants("invalid-input") ? yield* Reads.invalidInput(env, create, given) : []
  const siblings = Plan.siblingsOf(create, env.operations)
  const name = siblings.id ?? "id"
  return yield* Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const created = yield* Ask.ask(env, create, given)
      const answered = yield* Reads.answered(env, create, created)
      if (created.exit?._tag !== "Success") return [...refused, ...answered]
      const id = Plan.idOf(created.exit.value, name)
      if (id === undefined) {
        return [
          ...refused,
          ...answered,
          ...Ask.skipped(create, "lifecycle", "the answer has no id; nothing is removed")
        ]
      }
      const above = [...Plan.idsOf(create), "account_id"].filter((key) => given[key] !== undefined)
      const parents: Plan.Fields = Object.fromEntries(above.map((key) => [key, given[key]]))
      const thing: Thing = { id, name, at: { ...parents, [name]: id }, parents, given }
      const lived = yield* Effect.onInterrupt(restore(live(env, siblings, thing)), () =>
        mayRemove(env, siblings) ? Effect.asVoid(Ask.ask(env, siblings.remove!, thing.at)) : Effect.void
      )
      const removed = yield* end(env, create, siblings, thing)
      return [...refused, ...answered, ...Ask.made(create, "lifecycle", []), ...lived, ...removed]
    })
  )
})

/** What was created. */
interface Thing {
  readonly id: string
  /** The name that paths have for its id. */
  readonly name: string
  /** The fields of its path. */
  readonly at: Plan.Fields
  /** The same without its own id. */
  readonly parents: Plan.Fields
  /** What it was created with. */
  readonly given: Plan.Fields
}

const live = Effect.fnUntraced(function* (
  env: Ask.Env,
  { get, list, updates }: Plan.Siblings,
  thing: Thing
): Effect.fn.Return<Ask.Findings, never, Audian> {
  const findings: Array<Ask.Finding> = []
  if (list !== undefined) findings.push(...(yield* listed(env, list, thing)))
  if (get !== undefined) findings.push(...(yield* readBack(env, get, thing)))
  for (const update of updates) {
    findings.push(...(yield* updated(env, update, thing)))
    if (get !== undefined) findings.push(...(yield* readBack(env, get, thing)))
  }
  return findings
})

const listed = Effect.fnUntraced(function* (
  env: Ask.Env,
  list: Operation.Any,
  thing: Thing
): Effect.fn.Return<Ask.Findings, never, Audian> {
  const found = yield* isListed(env, list, thing)
  return typeof found === "string"
    ? Ask.skipped(list, "lifecycle", found)
    : Ask.made(list, "lifecycle", found ? [] : [{ expected: "what was created among the items", found: "it is not" }])
})

/** Whether a thing is among the items; or why that cannot be said. */
const isListed = (env: Ask.Env, list: Operation.Any, { id, name, parents }: Thing) => {
  const has = (items: ReadonlyArray<unknown>): boolean => items.some((item) => Plan.idOf(item, name) === id)
  if (!("pages" in list)) {
    return Effect.map(Ask.ask(env, list, parents), ({ exit }): boolean | string =>
      exit?._tag === "Success" ? has(Plan.itemsOf(exit.value) ?? []) : "it does not answer"
    )
  }
  const { pages } = list as unknown as Paged<Plan.Fields, unknown>
  return Effect.map(
    Ask.within(env, Stream.runCollect(pages(parents, { maxPages: env.maxPages }))),
    (exit): boolean | string => {
      if (exit?._tag !== "Success") return "it does not answer"
      const all = exit.value
      if (all.some(({ items }) => has(items))) return true
      return all.at(-1)?.next === undefined ? false : `it has more than ${all.length} pages`
    }
  )
}

const readBack = (env: Ask.Env, get: Operation.Any, thing: Thing): Checked =>
  Effect.flatMap(Ask.ask(env, get, thing.at), (asked) => {
    const { exit } = asked
    if (exit?._tag !== "Success") {
      const found = exit === undefined ? "no answer in time" : Judge.ending(exit)
      return Effect.succeed(Ask.made(get, "lifecycle", [{ expected: "what was created", found }]))
    }
    const id = Plan.idOf(exit.value, thing.name)
    const wrong = id === undefined || id === thing.id ? [] : [{ expected: "what was created", found: "another one" }]
    return Effect.map(Reads.answered(env, get, asked), (answered) => [
      ...Ask.made(get, "lifecycle", wrong),
      ...answered
    ])
  })

const updated = Effect.fnUntraced(function* (
  env: Ask.Env,
  update: Operation.Any,
  thing: Thing
): Effect.fn.Return<Ask.Findings, never, Audian> {
  const forbidden = env.forbids(update)
  if (forbidden !== undefined) return Ask.skipped(update, "lifecycle", forbidden)
  // Where the whole is sent anew, what it was created with is the whole.
  const sample = env.samples.get(update)
  const input = [sample, thing.given, {}]
    .map((fields) => ({ ...fields, ...thing.at }))
    .find((fields) => Plan.wrongFields(update, fields).length === 0)
  if (input === undefined) return Ask.skipped(update, "lifecycle", "no sample fits")
  const refused = env.wants("invalid-input") ? yield* Reads.invalidInput(env, update, input) : []
  const unknown = env.wants("unknown-id") ? yield* Reads.unknownId(env, update, input) : []
  const asked = yield* Ask.ask(env, update, input)
  const answered = yield* Reads.answered(env, update, asked)
  return [...refused, ...unknown, ...answered, ...ended(update, asked)]
})

const ended = (operation: Operation.Any, { exit }: Ask.Asked): Ask.Findings =>
  Ask.made(
    operation,
    "lifecycle",
    exit?._tag === "Success"
      ? []
      : [{ expected: "a success", found: exit === undefined ? "no answer in time" : Judge.ending(exit) }]
  )

const mayRemove = (env: Ask.Env, { remove }: Plan.Siblings): boolean =>
  remove !== undefined && env.forbids(remove) === undefined

const end = Effect.fnUntraced(function* (
  env: Ask.Env,
  create: Operation.Any,
  siblings: Plan.Siblings,
  thing: Thing
): Effect.fn.Return<Ask.Findings, never, Audian> {
  const { get, list, remove } = siblings
  if (remove === undefined || !mayRemove(env, siblings)) {
    return Ask.skipped(remove ?? create, "lifecycle", "what was created is left: no removal is permitted")
  }
  const unknown = env.wants("unknown-id") ? yield* Reads.unknownId(env, remove, thing.at) : []
  const asked = yield* Ask.ask(env, remove, thing.at)
  const answered = [...unknown, ...(yield* Reads.answered(env, remove, asked)), ...ended(remove, asked)]
  if (asked.exit?._tag !== "Success") return answered
  if (get !== undefined && !Plan.takesAnyId(get)) {
    const { exit } = yield* Ask.ask(env, get, thing.at)
    const error = Ask.failureOf(exit)?.failure
    const isGone = isAudianError(error) && error._tag === "NotFound"
    const found = exit === undefined ? "no answer in time" : Judge.ending(exit)
    return [...answered, ...Ask.made(get, "lifecycle", isGone ? [] : [{ expected: "NotFound once removed", found }])]
  }
  if (list === undefined) return answered
  const found = yield* isListed(env, list, thing)
  return found !== true
    ? answered
    : [...answered, ...Ask.made(list, "lifecycle", [{ expected: "no trace of what was removed", found: "its item" }])]
})
