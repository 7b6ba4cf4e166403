/**
 * The checks of an operation that reads.
 *
 * @internal
 */

import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import type * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { Audian } from "../../Audian.ts"
import { type AudianError, isAudianError } from "../../AudianError.ts"
import { codecOf } from "../../internal/service.ts"
import type * as Operation from "../../Operation.ts"
import type { Paged } from "../../Page.ts"
import * as Assess from "./assess.ts"
import * as Call from "./call.ts"
import * as Plan from "./plan.ts"
import * as Report from "./report.ts"

type Checked = Effect.Effect<Report.Findings, never, Audian>

export const check = Effect.fnUntraced(function* (
  env: Call.Env,
  operation: Operation.Any
): Effect.fn.Return<Report.Findings, never, Audian> {
  const filled = yield* fill(env, operation)
  const input = Result.isSuccess(filled) ? filled.success : undefined
  const findings: Array<Report.Finding> = []
  let called: Call.Called | undefined
  if (input === undefined) {
    if (env.wants("answer")) findings.push(...Report.skipped(operation, "answer", Result.merge(filled) as string))
  } else {
    called = yield* Call.call(env, operation, input)
    findings.push(...(yield* assess(env, operation, called)))
    // Without any response, each further check would also time out.
    if (called.exit === undefined || Call.failureOf(called.exit)?.isDefect === true) return findings
  }
  const known = called?.exit?._tag === "Success" ? called : undefined
  const given = input ?? env.samples.get(operation) ?? {}
  const only = (check: Report.Check, self: () => Checked): Checked =>
    env.wants(check) ? Effect.suspend(self) : Effect.succeed([])
  const refused = yield* only("invalid-input", () => invalidInput(env, operation, given))
  const unknown = yield* only("unknown-id", () => unknownId(env, operation, given))
  const paged = yield* only("paging", () =>
    known === undefined || !isPaged(operation) ? Effect.succeed([]) : paging(env, operation, known.input)
  )
  const safe = known?.input ?? Plan.unknownInput(operation, given, 0)
  const interrupted = yield* only("interruption", () =>
    safe === undefined
      ? Effect.succeed(Report.skipped(operation, "interruption", noCall))
      : interruption(env, operation, safe)
  )
  // If errors of single calls already name other calls, the concurrency check proves nothing.
  const errorsAreOwn = env.failures.every(
    ({ failure, input, operation: failed }) =>
      failed !== operation || isInvalidRequest(failure) || isOwn(operation, input, failure)
  )
  const isMissing = errorsAreOwn && unknown.some(({ _tag }) => _tag === "Passed")
  const together = yield* only("concurrency", () => concurrency(env, operation, known, isMissing ? given : undefined))
  return [...findings, ...refused, ...unknown, ...paged, ...interrupted, ...together]
})

const noCall = "there is no input for a call that succeeds"

/** The sample, completed with the ids of the nth listed item; or the reason why that is impossible. */
const fill = Effect.fnUntraced(function* (
  env: Call.Env,
  operation: Operation.Any,
  nth = 0
): Effect.fn.Return<Result.Result<Plan.Fields, string>, never, Audian> {
  let input = env.samples.get(operation) ?? {}
  for (const id of Plan.idsOf(operation)) {
    if (input[id] !== undefined) continue
    const template = Plan.collectionOf(operation, id)
    const list = env.operations.find(
      (operation) => codecOf(operation).method === "GET" && codecOf(operation).template === template
    )
    if (list === undefined) return Result.fail(`no sample has ${id}, and no operation lists it`)
    const items = env.listed.get(list) ?? (yield* itemsOf(env, list))
    const found = items.flatMap((item) => Plan.idOf(item, id) ?? [])[nth]
    if (found === undefined) return Result.fail(`${list.name} lists no ${id}`)
    input = { ...input, [id]: found }
  }
  const invalid = Plan.invalidFields(operation, input)
  return invalid.length === 0 ? Result.succeed(input) : Result.fail(`a sample must say ${invalid.join(", ")}`)
})

const itemsOf = (env: Call.Env, list: Operation.Any): Effect.Effect<ReadonlyArray<unknown>, never, Audian> =>
  Effect.gen(function* () {
    const filled = yield* fill(env, list)
    if (Result.isFailure(filled)) return []
    const { exit } = yield* Call.call(env, list, filled.success)
    const items = exit?._tag === "Success" ? (Plan.itemsOf(exit.value) ?? []) : []
    env.listed.set(list, items)
    return items
  })

/** The findings of a call that should succeed, and of its response. */
export const assess = Effect.fnUntraced(function* (
  env: Call.Env,
  operation: Operation.Any,
  { exit, input, response }: Call.Called
): Effect.fn.Return<Report.Findings, never, Audian> {
  const expected = "a response that fits the contract"
  const assessed = (mismatches: ReadonlyArray<Report.Mismatch>) =>
    env.wants("answer") ? Report.result(operation, "answer", mismatches) : []
  if (exit === undefined) return assessed([{ expected: "a response in time", found: "none" }])
  if (exit._tag === "Failure") {
    const failed = Call.failureOf(exit)
    // A documented error without a sample is no difference: a registration may be missing, or the key lacks permission.
    return failed !== undefined && isDocumented(failed) && !env.samples.has(operation)
      ? Report.skipped(operation, "answer", `it was answered with ${Assess.describe(failed.failure)}`)
      : assessed([{ expected, found: Assess.ending(exit) }])
  }
  const mismatches =
    codecOf(operation).readFile !== undefined
      ? yield* file(env, operation, input, exit.value)
      : Assess.success(operation, exit.value)
  const listed = Plan.itemsOf(exit.value)
  if (listed !== undefined && !env.listed.has(operation)) env.listed.set(operation, listed)
  return [
    ...assessed(mismatches),
    ...(env.wants("response") ? Report.result(operation, "response", responseMismatches(response)) : [])
  ]
})

const isDocumented = ({ failure, isDefect }: Pick<Call.Failed, "failure" | "isDefect">): boolean =>
  !isDefect && isAudianError(failure) && failure._tag !== "AudianClientError"

const responseMismatches = (response: Call.Called["response"]): ReadonlyArray<Report.Mismatch> => {
  const expected = "a response with a status of a success, of one attempt or more"
  if (response === undefined) return [{ expected, found: "none: Audian.withResponse has undefined" }]
  const { attempts, status } = response
  return status >= 200 && status < 300 && attempts >= 1
    ? []
    : [{ expected, found: `status ${status}, ${attempts} attempts` }]
}

/** Reads the first chunk of a file. */
const file = Effect.fnUntraced(function* (
  env: Call.Env,
  operation: Operation.Any,
  input: Plan.Fields,
  value: unknown
): Effect.fn.Return<ReadonlyArray<Report.Mismatch>, never, Audian> {
  const expected = "a stream of bytes"
  if (!Stream.isStream(value)) return [{ expected, found: `a ${typeof value}` }]
  const exit = yield* Call.within(env, Stream.runCollect(Stream.take(value as Stream.Stream<unknown, unknown>, 1)))
  Call.record(env, operation, input, exit)
  if (exit === undefined) return [{ expected, found: "no byte in time" }]
  if (exit._tag === "Failure") return [{ expected, found: Assess.ending(exit) }]
  // In jsdom they are of another realm.
  return exit.value.every((chunk) => ArrayBuffer.isView(chunk)) ? [] : [{ expected, found: "a stream of other things" }]
})

/** Invalid input must fail before anything is sent. */
export const invalidInput = Effect.fnUntraced(function* (
  env: Call.Env,
  operation: Operation.Any,
  given: Plan.Fields
): Effect.fn.Return<Report.Findings, never, Audian> {
  const candidates = Plan.invalidInputs(operation, given)
  if (candidates.length === 0) return Report.skipped(operation, "invalid-input", "the contract takes any input")
  const mismatches = yield* Effect.forEach(candidates, (input) =>
    Effect.map(Call.call(env, operation, input), ({ exit }) =>
      invalidInputMismatches(Plan.invalidFields(operation, input), exit)
    )
  )
  return Report.result(operation, "invalid-input", mismatches.flat())
})

const invalidInputMismatches = (
  fields: ReadonlyArray<string>,
  exit: Call.Called["exit"]
): ReadonlyArray<Report.Mismatch> => {
  const named = fields.map((field) => field || "the input").join(", ")
  const expected = `InvalidRequest that names ${named}`
  const error = Call.failureOf(exit)?.failure
  if (!isInvalidRequest(error)) return [{ expected, found: endingOf(exit) }]
  const missing = fields.filter((field) => !error.details.some((issue) => issue.field === field))
  return [
    ...(missing.length === 0 ? [] : [{ expected, found: `InvalidRequest without ${missing.join(", ")}` }]),
    ...(error.attempts === 0 ? [] : [{ expected: "no attempt", found: `${error.attempts} attempts` }])
  ]
}

const isInvalidRequest = (error: unknown): error is AudianError =>
  isAudianError(error) && error._tag === "AudianClientError" && error.reason._tag === "InvalidRequest"

const endingOf = (exit: Exit.Exit<unknown, unknown> | undefined): string =>
  exit === undefined ? "no response in time" : Assess.ending(exit)

/** An unknown id must fail with `NotFound`; a list below it may be empty instead. */
export const unknownId = Effect.fnUntraced(function* (
  env: Call.Env,
  operation: Operation.Any,
  given: Plan.Fields
): Effect.fn.Return<Report.Findings, never, Audian> {
  if (Plan.idsOf(operation).length === 0) return []
  const input = Plan.unknownInput(operation, given, 0)
  if (input === undefined) return Report.skipped(operation, "unknown-id", "a sample must say what it needs")
  const { exit } = yield* Call.call(env, operation, input)
  return Report.result(
    operation,
    "unknown-id",
    isNotFound(operation, exit) ? [] : [{ expected: "NotFound", found: endingOf(exit) }]
  )
})

const isNotFound = (operation: Operation.Any, exit: Call.Called["exit"]): boolean => {
  const error = Call.failureOf(exit)
  return exit?._tag === "Success"
    ? Plan.takesAnyId(operation) || Plan.itemsOf(exit.value)?.length === 0
    : isAudianError(error?.failure) && !error.isDefect && error.failure._tag === "NotFound"
}

type List = Operation.Any & Paged<Plan.Fields, unknown>

const isPaged = (operation: Operation.Any): operation is List => "pages" in operation

/** Small page sizes, so that a short list has several pages. */
const pageSizes = [{ limit: 2 }, { page_size: 2 }]

const paging = Effect.fnUntraced(function* (
  env: Call.Env,
  operation: List,
  given: Plan.Fields
): Effect.fn.Return<Report.Findings, never, Audian> {
  const size = pageSizes.find((size) => Plan.invalidFields(operation, { ...given, ...size }).length === 0)
  const input = { ...size, ...given }
  const exit = yield* Call.within(env, Stream.runCollect(operation.pages(input, { maxPages: env.maxPages })))
  if (exit === undefined || exit._tag === "Failure") {
    Call.record(env, operation, input, exit)
    const error = Call.failureOf(exit)?.failure
    // This description is the only one that the client writes itself.
    const stuck =
      isAudianError(error) && /^The (?:list repeats a cursor|server ignores the offset)/.test(error.description)
    const found = stuck ? "a page that came before" : endingOf(exit)
    return Report.result(operation, "paging", [{ expected: "pages to the end", found }])
  }
  const pages = exit.value
  const last = pages.at(-1)
  const mismatches: Array<Report.Mismatch> = []
  const ids = pages.flatMap(({ items }) => items.flatMap((item) => Plan.idOf(item, "number") ?? []))
  if (new Set(ids).size < ids.length) {
    mismatches.push({ expected: "each item once", found: "an item that comes twice" })
  }
  const count = pages.reduce((sum, { items }) => sum + items.length, 0)
  const { total } = last ?? {}
  if (total !== undefined && given.offset === undefined && (last?.isLast === true ? count !== total : count > total)) {
    mismatches.push({ expected: `${total} items, as announced`, found: `${count} items` })
  }
  return mismatches.length === 0 && last?.isLast === false && total === undefined
    ? Report.skipped(operation, "paging", `it has more than ${pages.length} pages`)
    : Report.result(operation, "paging", mismatches)
})

/**
 * Interrupts calls in flight. Each must end before an earlier call that is not interrupted, and the next call must get a
 * response.
 */
const interruption = Effect.fnUntraced(function* (
  env: Call.Env,
  operation: Operation.Any,
  input: Plan.Fields
): Effect.fn.Return<Report.Findings, never, Audian> {
  const expected = "an interrupted call to end so"
  let ended = 0
  for (let steps = 0; steps < 3; steps++) {
    const order: Array<"alone" | "interrupted"> = []
    const alone = yield* Effect.forkDetach(Call.start(operation, input), { startImmediately: true })
    alone.addObserver(() => order.push("alone"))
    const fiber = yield* Effect.forkDetach(Call.start(operation, input), { startImmediately: true })
    fiber.addObserver(() => order.push("interrupted"))
    for (let step = 0; step < steps; step++) yield* Effect.yieldNow
    const isInFlight = order.length === 0
    const interrupted = yield* Call.within(env, Fiber.interrupt(fiber))
    if (!isInFlight || order[0] !== "alone") ended++
    yield* Call.within(env, Fiber.interrupt(alone))
    if (interrupted === undefined) return Report.result(operation, "interruption", [{ expected, found: "it goes on" }])
  }
  // A call in its last step may complete.
  if (ended === 0) return Report.result(operation, "interruption", [{ expected, found: "it goes on to its own end" }])
  const { exit } = yield* Call.call(env, operation, input)
  const mismatches = exit === undefined ? [{ expected: "a response to the next call", found: "none in time" }] : []
  return Report.result(operation, "interruption", mismatches)
})

/** The number of concurrent calls per input. */
const callsPerInput = 4

const concurrency = Effect.fnUntraced(function* (
  env: Call.Env,
  operation: Operation.Any,
  known: Call.Called | undefined,
  given: Plan.Fields | undefined
): Effect.fn.Return<Report.Findings, never, Audian> {
  const missing = Array.from({ length: callsPerInput }, (_, index) =>
    given === undefined ? undefined : Plan.unknownInput(operation, given, index)
  ).filter(Predicate.isNotUndefined)
  const alone = known === undefined ? [] : [known, ...(yield* another(env, operation, known))]
  const inputs = Array.from({ length: callsPerInput }, (_, index) => [
    ...missing.slice(index, index + 1),
    ...alone.map(({ input }) => input)
  ]).flat()
  if (inputs.length === 0) return Report.skipped(operation, "concurrency", noCall)
  const called = yield* Effect.forEach(inputs, (input) => Call.call(env, operation, input), {
    concurrency: "unbounded"
  })
  return Report.result(
    operation,
    "concurrency",
    called.flatMap((one) => {
      const before = alone.find(({ input }) => input === one.input)
      return before === undefined ? unknownMismatches(operation, one) : knownMismatches(before, one)
    })
  )
})

/** A call for a second listed item, if there is one. */
const another = Effect.fnUntraced(function* (
  env: Call.Env,
  operation: Operation.Any,
  { input }: Call.Called
): Effect.fn.Return<ReadonlyArray<Call.Called>, never, Audian> {
  const filled = yield* fill(env, operation, 1)
  if (Result.isFailure(filled) || Equal.equals(filled.success, input)) return []
  const called = yield* Call.call(env, operation, filled.success)
  return called.exit?._tag === "Success" ? [called] : []
})

/** The mismatches of a call with an unknown id: its error must name that id. */
const unknownMismatches = (operation: Operation.Any, { exit, input }: Call.Called): ReadonlyArray<Report.Mismatch> => {
  const error = Call.failureOf(exit)?.failure
  if (exit?._tag === "Success" ? isNotFound(operation, exit) : isOwn(operation, input, error)) return []
  const found = exit?._tag === "Success" || isAudianError(error) ? "that of another" : endingOf(exit)
  return [{ expected: "the answer to each call's own id", found }]
}

const isOwn = (operation: Operation.Any, input: Plan.Fields, error: unknown): boolean =>
  isAudianError(error) && Assess.pathOf(operation, input).test(error.path)

/** The mismatches between a concurrent call and the same call made alone. */
const knownMismatches = (alone: Call.Called, { exit }: Call.Called): ReadonlyArray<Report.Mismatch> => {
  const expected = "the answer to each call's own id"
  if (exit?._tag !== "Success") return [{ expected, found: endingOf(exit) }]
  const [id, before] = [exit, alone.exit].map((exit) =>
    exit?._tag === "Success" ? Plan.idOf(exit.value, "number") : undefined
  )
  return id === before ? [] : [{ expected, found: "that of another" }]
}
