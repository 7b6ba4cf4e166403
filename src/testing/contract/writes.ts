/**
 * The checks of operations that write: on resources that the check creates, or with the samples of the caller.
 *
 * @internal
 */

import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { Audian } from "../../Audian.ts"
import { isAudianError } from "../../AudianError.ts"
import { codecOf } from "../../internal/service.ts"
import type * as Operation from "../../Operation.ts"
import type { Paged } from "../../Page.ts"
import * as Assess from "./assess.ts"
import * as Call from "./call.ts"
import * as Plan from "./plan.ts"
import * as Reads from "./reads.ts"
import * as Report from "./report.ts"

type Checked = Effect.Effect<Report.Findings, never, Audian>

export const isCreate = (operation: Operation.Any, operations: ReadonlyArray<Operation.Any>): boolean => {
  const { get, id, list, remove } = Plan.siblingsOf(operation, operations)
  return (
    (codecOf(operation).method === "POST" || codecOf(operation).method === "PUT") &&
    (id === undefined || !Plan.idsOf(operation).includes(id)) &&
    (list ?? get ?? remove) !== undefined
  )
}

/** The updates and the removal of the resource that an operation creates. */
export const claimed = (
  create: Operation.Any,
  operations: ReadonlyArray<Operation.Any>
): ReadonlyArray<Operation.Any> => {
  const { remove, updates } = Plan.siblingsOf(create, operations)
  return remove === undefined ? updates : [...updates, remove]
}

/** The sample of an operation, or the reason why it is not called. */
const inputOf = (env: Call.Env, operation: Operation.Any): Result.Result<Plan.Fields, string> => {
  const given = env.samples.get(operation)
  const forbidden = env.forbids(operation)
  if (forbidden !== undefined) return Result.fail(forbidden)
  if (given === undefined) return Result.fail("it writes, and has no sample")
  const invalid = Plan.invalidFields(operation, given)
  return invalid.length === 0 ? Result.succeed(given) : Result.fail(`a sample must say ${invalid.join(", ")}`)
}

/** One call with the sample, and calls with invalid input. */
export const check = Effect.fnUntraced(function* (
  env: Call.Env,
  operation: Operation.Any
): Effect.fn.Return<Report.Findings, never, Audian> {
  const input = inputOf(env, operation)
  if (Result.isFailure(input)) return Report.skipped(operation, "answer", input.failure)
  const given = input.success
  const refused = env.wants("invalid-input") ? yield* Reads.invalidInput(env, operation, given) : []
  const assessed = yield* Reads.assess(env, operation, yield* Call.call(env, operation, given))
  return [...refused, ...assessed]
})

/** From creation to removal. A failed step does not stop the later ones: the resource must be removed. */
export const lifecycle = Effect.fnUntraced(function* (
  env: Call.Env,
  create: Operation.Any
): Effect.fn.Return<Report.Findings, never, Audian> {
  const input = inputOf(env, create)
  if (Result.isFailure(input)) return Report.skipped(create, "lifecycle", input.failure)
  const given = input.success
  const refused = env.wants("invalid-input") ? yield* Reads.invalidInput(env, create, given) : []
  const siblings = Plan.siblingsOf(create, env.operations)
  const name = siblings.id ?? "id"
  return yield* Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const created = yield* Call.call(env, create, given)
      const assessed = yield* Reads.assess(env, create, created)
      if (created.exit?._tag !== "Success") return [...refused, ...assessed]
      const id = Plan.idOf(created.exit.value, name)
      if (id === undefined) {
        return [
          ...refused,
          ...assessed,
          ...Report.skipped(create, "lifecycle", "the answer has no id; nothing is removed")
        ]
      }
      const above = [...Plan.idsOf(create), "account_id"].filter((key) => given[key] !== undefined)
      const parents: Plan.Fields = Object.fromEntries(above.map((key) => [key, given[key]]))
      const resource: Created = { id, name, at: { ...parents, [name]: id }, parents, given }
      const used = yield* Effect.onInterrupt(restore(checkUse(env, siblings, resource)), () =>
        mayRemove(env, siblings) ? Effect.asVoid(Call.call(env, siblings.remove!, resource.at)) : Effect.void
      )
      const removed = yield* checkRemoval(env, create, siblings, resource)
      return [...refused, ...assessed, ...Report.result(create, "lifecycle", []), ...used, ...removed]
    })
  )
})

/** A created resource. */
interface Created {
  readonly id: string
  /** The name of its id in paths. */
  readonly name: string
  /** The path fields that identify it. */
  readonly at: Plan.Fields
  /** The path fields of its list: {@link Created.at} without its own id. */
  readonly parents: Plan.Fields
  /** The input that created it. */
  readonly given: Plan.Fields
}

const checkUse = Effect.fnUntraced(function* (
  env: Call.Env,
  { get, list, updates }: Plan.Siblings,
  resource: Created
): Effect.fn.Return<Report.Findings, never, Audian> {
  const findings: Array<Report.Finding> = []
  if (list !== undefined) findings.push(...(yield* checkListed(env, list, resource)))
  if (get !== undefined) findings.push(...(yield* checkGet(env, get, resource)))
  for (const update of updates) {
    findings.push(...(yield* checkUpdate(env, update, resource)))
    if (get !== undefined) findings.push(...(yield* checkGet(env, get, resource)))
  }
  return findings
})

const checkListed = Effect.fnUntraced(function* (
  env: Call.Env,
  list: Operation.Any,
  resource: Created
): Effect.fn.Return<Report.Findings, never, Audian> {
  const found = yield* isListed(env, list, resource)
  return typeof found === "string"
    ? Report.skipped(list, "lifecycle", found)
    : Report.result(
        list,
        "lifecycle",
        found ? [] : [{ expected: "what was created among the items", found: "it is not" }]
      )
})

/** True if a resource is listed; a string is the reason why that is unknown. */
const isListed = (env: Call.Env, list: Operation.Any, { id, name, parents }: Created) => {
  const has = (items: ReadonlyArray<unknown>): boolean => items.some((item) => Plan.idOf(item, name) === id)
  if (!("pages" in list)) {
    return Effect.map(Call.call(env, list, parents), ({ exit }): boolean | string =>
      exit?._tag === "Success" ? has(Plan.itemsOf(exit.value) ?? []) : "it does not answer"
    )
  }
  const { pages } = list as unknown as Paged<Plan.Fields, unknown>
  return Effect.map(
    Call.within(env, Stream.runCollect(pages(parents, { maxPages: env.maxPages }))),
    (exit): boolean | string => {
      if (exit?._tag !== "Success") return "it does not answer"
      const all = exit.value
      if (all.some(({ items }) => has(items))) return true
      return all.at(-1)?.isLast === true ? false : `it has more than ${all.length} pages`
    }
  )
}

const checkGet = (env: Call.Env, get: Operation.Any, resource: Created): Checked =>
  Effect.flatMap(Call.call(env, get, resource.at), (called) => {
    const { exit } = called
    if (exit?._tag !== "Success") {
      const found = exit === undefined ? "no response in time" : Assess.ending(exit)
      return Effect.succeed(Report.result(get, "lifecycle", [{ expected: "what was created", found }]))
    }
    const id = Plan.idOf(exit.value, resource.name)
    const mismatches =
      id === undefined || id === resource.id ? [] : [{ expected: "what was created", found: "another one" }]
    return Effect.map(Reads.assess(env, get, called), (assessed) => [
      ...Report.result(get, "lifecycle", mismatches),
      ...assessed
    ])
  })

const checkUpdate = Effect.fnUntraced(function* (
  env: Call.Env,
  update: Operation.Any,
  resource: Created
): Effect.fn.Return<Report.Findings, never, Audian> {
  const forbidden = env.forbids(update)
  if (forbidden !== undefined) return Report.skipped(update, "lifecycle", forbidden)
  // A full update needs every required field: the creation input has them.
  const sample = env.samples.get(update)
  const input = [sample, resource.given, {}]
    .map((fields) => ({ ...fields, ...resource.at }))
    .find(
      (fields) => Plan.invalidFields(update, fields).length === 0 && Plan.missingFields(update, fields).length === 0
    )
  if (input === undefined) return Report.skipped(update, "lifecycle", "no sample fits")
  const refused = env.wants("invalid-input") ? yield* Reads.invalidInput(env, update, input) : []
  const unknown = env.wants("unknown-id") ? yield* Reads.unknownId(env, update, input) : []
  const called = yield* Call.call(env, update, input)
  const assessed = yield* Reads.assess(env, update, called)
  return [...refused, ...unknown, ...assessed, ...succeeded(update, called)]
})

const succeeded = (operation: Operation.Any, { exit }: Call.Called): Report.Findings =>
  Report.result(
    operation,
    "lifecycle",
    exit?._tag === "Success"
      ? []
      : [{ expected: "a success", found: exit === undefined ? "no response in time" : Assess.ending(exit) }]
  )

const mayRemove = (env: Call.Env, { remove }: Plan.Siblings): boolean =>
  remove !== undefined && env.forbids(remove) === undefined

const checkRemoval = Effect.fnUntraced(function* (
  env: Call.Env,
  create: Operation.Any,
  siblings: Plan.Siblings,
  resource: Created
): Effect.fn.Return<Report.Findings, never, Audian> {
  const { get, list, remove } = siblings
  if (remove === undefined || !mayRemove(env, siblings)) {
    return Report.skipped(remove ?? create, "lifecycle", "what was created is left: no removal is permitted")
  }
  const unknown = env.wants("unknown-id") ? yield* Reads.unknownId(env, remove, resource.at) : []
  const called = yield* Call.call(env, remove, resource.at)
  const assessed = [...unknown, ...(yield* Reads.assess(env, remove, called)), ...succeeded(remove, called)]
  if (called.exit?._tag !== "Success") return assessed
  if (get !== undefined && !Plan.takesAnyId(get)) {
    const { exit } = yield* Call.call(env, get, resource.at)
    const error = Call.failureOf(exit)?.failure
    const isGone = isAudianError(error) && error._tag === "NotFound"
    const found = exit === undefined ? "no response in time" : Assess.ending(exit)
    return [
      ...assessed,
      ...Report.result(get, "lifecycle", isGone ? [] : [{ expected: "NotFound once removed", found }])
    ]
  }
  if (list === undefined) return assessed
  const found = yield* isListed(env, list, resource)
  return found !== true
    ? assessed
    : [
        ...assessed,
        ...Report.result(list, "lifecycle", [{ expected: "no trace of what was removed", found: "its item" }])
      ]
})
