/**
 * The checks of an operation that changes nothing.
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
import type * as Operation from "../../Operation.ts"
import type { Paged } from "../../Page.ts"
import type { Check } from "../Contract.ts"
import * as Judge from "./assess.ts"
import * as Ask from "./call.ts"
import * as Plan from "./plan.ts"

type Checked = Effect.Effect<Ask.Findings, never, Audian>

export const check = Effect.fnUntraced(function* (
  env: Ask.Env,
  operation: Operation.Any
): Effect.fn.Return<Ask.Findings, never, Audian> {
  const filled = yield* fill(env, operation)
  const input = Result.isSuccess(filled) ? filled.success : undefined
  const findings: Array<Ask.Finding> = []
  let asked: Ask.Asked | undefined
  if (input === undefined) {
    if (env.wants("answer")) findings.push(...Ask.skipped(operation, "answer", Result.merge(filled) as string))
  } else {
    asked = yield* Ask.ask(env, operation, input)
    findings.push(...(yield* answered(env, operation, asked)))
    // What does not answer at all does not do so a second time.
    if (asked.exit === undefined || Ask.failureOf(asked.exit)?.isDefect === true) return findings
  }
  const known = asked?.exit?._tag === "Success" ? asked : undefined
  const given = input ?? env.samples.get(operation) ?? {}
  const only = (check: Check, self: () => Checked): Checked =>
    env.wants(check) ? Effect.suspend(self) : Effect.succeed([])
  const refused = yield* only("invalid-input", () => invalidInput(env, operation, given))
  const unknown = yield* only("unknown-id", () => unknownId(env, operation, given))
  const paged = yield* only("paging", () =>
    known === undefined || !isPaged(operation) ? Effect.succeed([]) : paging(env, operation, known.input)
  )
  const safe = known?.input ?? Plan.unknown(operation, given, 0)
  const interrupted = yield* only("interruption", () =>
    safe === undefined
      ? Effect.succeed(Ask.skipped(operation, "interruption", noCall))
      : interruption(env, operation, safe)
  )
  // An error that names another call when it is alone says nothing of calls at once.
  const isOwn = env.seen.every(
    ({ failure, input, operation: failed }) =>
      failed !== operation || isInvalidRequest(failure) || isOf(operation, input, failure)
  )
  const isMissing = isOwn && unknown.some(({ _tag }) => _tag === "Passed")
  const together = yield* only("concurrency", () => concurrency(env, operation, known, isMissing ? given : undefined))
  return [...findings, ...refused, ...unknown, ...paged, ...interrupted, ...together]
})

const noCall = "there is no input for a call that succeeds"

/** The sample, with the ids that it leaves out from the nth thing that is listed; or why there is none. */
export const fill = Effect.fnUntraced(function* (
  env: Ask.Env,
  operation: Operation.Any,
  nth = 0
): Effect.fn.Return<Result.Result<Plan.Fields, string>, never, Audian> {
  let input = env.samples.get(operation) ?? {}
  for (const id of Plan.idsOf(operation)) {
    if (input[id] !== undefined) continue
    const template = Plan.collectionOf(operation, id)
    const list = env.operations.find(({ codec }) => codec.method === "GET" && codec.template === template)
    if (list === undefined) return Result.fail(`no sample has ${id}, and no operation lists it`)
    const items = env.listed.get(list) ?? (yield* itemsOf(env, list))
    const found = items.flatMap((item) => Plan.idOf(item, id) ?? [])[nth]
    if (found === undefined) return Result.fail(`${list.name} lists no ${id}`)
    input = { ...input, [id]: found }
  }
  const wrong = Plan.wrongFields(operation, input)
  return wrong.length === 0 ? Result.succeed(input) : Result.fail(`a sample must say ${wrong.join(", ")}`)
})

const itemsOf = (env: Ask.Env, list: Operation.Any): Effect.Effect<ReadonlyArray<unknown>, never, Audian> =>
  Effect.gen(function* () {
    const filled = yield* fill(env, list)
    if (Result.isFailure(filled)) return []
    const { exit } = yield* Ask.ask(env, list, filled.success)
    const items = exit?._tag === "Success" ? (Plan.itemsOf(exit.value) ?? []) : []
    env.listed.set(list, items)
    return items
  })

/** What came of a call that should succeed, and what was seen of its response. */
export const answered = Effect.fnUntraced(function* (
  env: Ask.Env,
  operation: Operation.Any,
  { exit, input, response }: Ask.Asked
): Effect.fn.Return<Ask.Findings, never, Audian> {
  const expected = "an answer that fits the contract"
  const judged = (wrong: ReadonlyArray<Judge.Wrong>) =>
    env.wants("answer") ? Ask.made(operation, "answer", wrong) : []
  if (exit === undefined) return judged([{ expected: "an answer in time", found: "none" }])
  if (exit._tag === "Failure") {
    const failed = Ask.failureOf(exit)
    // Without a sample nobody has said that it succeeds: a registration may be missing, a key may not be allowed.
    return failed !== undefined && isDocumented(failed) && !env.samples.has(operation)
      ? Ask.skipped(operation, "answer", `it was answered with ${Judge.describe(failed.failure)}`)
      : judged([{ expected, found: Judge.ending(exit) }])
  }
  const wrong =
    operation.codec.success === "bytes"
      ? yield* file(env, operation, input, exit.value)
      : Judge.answer(operation, exit.value)
  const listed = Plan.itemsOf(exit.value)
  if (listed !== undefined && !env.listed.has(operation)) env.listed.set(operation, listed)
  return [...judged(wrong), ...(env.wants("response") ? Ask.made(operation, "response", responded(response)) : [])]
})

const isDocumented = ({ failure, isDefect }: Pick<Ask.Seen, "failure" | "isDefect">): boolean =>
  !isDefect && isAudianError(failure) && failure._tag !== "AudianClientError"

const responded = (response: Ask.Asked["response"]): ReadonlyArray<Judge.Wrong> => {
  const expected = "a response with a status of a success, of one attempt or more"
  if (response === undefined) return [{ expected, found: "none: Audian.withResponse dies" }]
  const { attempts, status } = response
  return status >= 200 && status < 300 && attempts >= 1
    ? []
    : [{ expected, found: `status ${status}, ${attempts} attempts` }]
}

/** The beginning of a file. */
const file = Effect.fnUntraced(function* (
  env: Ask.Env,
  operation: Operation.Any,
  input: Plan.Fields,
  value: unknown
): Effect.fn.Return<ReadonlyArray<Judge.Wrong>, never, Audian> {
  const expected = "a stream of bytes"
  if (!Stream.isStream(value)) return [{ expected, found: `a ${typeof value}` }]
  const exit = yield* Ask.within(env, Stream.runCollect(Stream.take(value as Stream.Stream<unknown, unknown>, 1)))
  Ask.remember(env, operation, input, exit)
  if (exit === undefined) return [{ expected, found: "no byte in time" }]
  if (exit._tag === "Failure") return [{ expected, found: Judge.ending(exit) }]
  return exit.value.every((chunk) => chunk instanceof Uint8Array)
    ? []
    : [{ expected, found: "a stream of other things" }]
})

/** Input that the contract refuses must not leave the client. */
export const invalidInput = Effect.fnUntraced(function* (
  env: Ask.Env,
  operation: Operation.Any,
  given: Plan.Fields
): Effect.fn.Return<Ask.Findings, never, Audian> {
  const candidates = Plan.refused(operation, given)
  if (candidates.length === 0) return Ask.skipped(operation, "invalid-input", "the contract takes any input")
  const wrong = yield* Effect.forEach(candidates, (input) =>
    Effect.map(Ask.ask(env, operation, input), ({ exit }) => refusedFor(Plan.wrongFields(operation, input), exit))
  )
  return Ask.made(operation, "invalid-input", wrong.flat())
})

const refusedFor = (fields: ReadonlyArray<string>, exit: Ask.Asked["exit"]): ReadonlyArray<Judge.Wrong> => {
  const named = fields.map((field) => field || "the input").join(", ")
  const expected = `InvalidRequest that names ${named}`
  const error = Ask.failureOf(exit)?.failure
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
  exit === undefined ? "no answer in time" : Judge.ending(exit)

/** What nothing has is not found; a list below it may be one of nothing. */
export const unknownId = Effect.fnUntraced(function* (
  env: Ask.Env,
  operation: Operation.Any,
  given: Plan.Fields
): Effect.fn.Return<Ask.Findings, never, Audian> {
  if (Plan.idsOf(operation).length === 0) return []
  const input = Plan.unknown(operation, given, 0)
  if (input === undefined) return Ask.skipped(operation, "unknown-id", "a sample must say what it needs")
  const { exit } = yield* Ask.ask(env, operation, input)
  return Ask.made(
    operation,
    "unknown-id",
    isMissing(operation, exit) ? [] : [{ expected: "NotFound", found: endingOf(exit) }]
  )
})

const isMissing = (operation: Operation.Any, exit: Ask.Asked["exit"]): boolean => {
  const error = Ask.failureOf(exit)
  return exit?._tag === "Success"
    ? Plan.takesAnyId(operation) || Plan.itemsOf(exit.value)?.length === 0
    : isAudianError(error?.failure) && !error.isDefect && error.failure._tag === "NotFound"
}

type List = Operation.Any & Paged<Plan.Fields, unknown>

const isPaged = (operation: Operation.Any): operation is List => "pages" in operation

/** Small pages, where the operation has them, so that a short list has some. */
const small = [{ limit: 2 }, { page_size: 2 }]

const paging = Effect.fnUntraced(function* (
  env: Ask.Env,
  operation: List,
  given: Plan.Fields
): Effect.fn.Return<Ask.Findings, never, Audian> {
  const size = small.find((size) => Plan.wrongFields(operation, { ...given, ...size }).length === 0)
  const input = { ...size, ...given }
  const exit = yield* Ask.within(env, Stream.runCollect(operation.pages(input, { maxPages: env.maxPages })))
  if (exit === undefined || exit._tag === "Failure") {
    Ask.remember(env, operation, input, exit)
    const error = Ask.failureOf(exit)?.failure
    // The only words of an error that are the client's own.
    const stuck = isAudianError(error) && /^The next page starts where this one does/.test(error.description)
    const found = stuck ? "a page whose next one starts where it does" : endingOf(exit)
    return Ask.made(operation, "paging", [{ expected: "pages to the end", found }])
  }
  const pages = exit.value
  const last = pages.at(-1)
  const wrong: Array<Judge.Wrong> = []
  const cursors = pages.flatMap(({ next }) => (next === undefined ? [] : [JSON.stringify(next)]))
  if (new Set(cursors).size < cursors.length) {
    wrong.push({ expected: "pages that start where none did before", found: "a cursor that comes twice" })
  }
  const ids = pages.flatMap(({ items }) => items.flatMap((item) => Plan.idOf(item, "number") ?? []))
  if (new Set(ids).size < ids.length) {
    wrong.push({ expected: "each item once", found: "an item that comes twice" })
  }
  const count = pages.reduce((sum, { items }) => sum + items.length, 0)
  const { total } = last ?? {}
  if (
    total !== undefined &&
    given.offset === undefined &&
    (last?.next === undefined ? count !== total : count > total)
  ) {
    wrong.push({ expected: `${total} items, as announced`, found: `${count} items` })
  }
  return wrong.length === 0 && last?.next !== undefined && total === undefined
    ? Ask.skipped(operation, "paging", `it has more than ${pages.length} pages`)
    : Ask.made(operation, "paging", wrong)
})

/**
 * Interrupts calls that are under way: each must end before one that began earlier and is left alone, and the next call
 * be answered.
 */
const interruption = Effect.fnUntraced(function* (
  env: Ask.Env,
  operation: Operation.Any,
  input: Plan.Fields
): Effect.fn.Return<Ask.Findings, never, Audian> {
  const expected = "an interrupted call to end so"
  let ended = 0
  for (let steps = 0; steps < 3; steps++) {
    const order: Array<"alone" | "interrupted"> = []
    const alone = yield* Effect.forkDetach(Ask.call(operation, input), { startImmediately: true })
    alone.addObserver(() => order.push("alone"))
    const fiber = yield* Effect.forkDetach(Ask.call(operation, input), { startImmediately: true })
    fiber.addObserver(() => order.push("interrupted"))
    for (let step = 0; step < steps; step++) yield* Effect.yieldNow
    const isUnderWay = order.length === 0
    const stopped = yield* Ask.within(env, Fiber.interrupt(fiber))
    if (!isUnderWay || order[0] !== "alone") ended++
    yield* Ask.within(env, Fiber.interrupt(alone))
    if (stopped === undefined) return Ask.made(operation, "interruption", [{ expected, found: "it goes on" }])
  }
  // One that is in its last step may well finish it.
  if (ended === 0) return Ask.made(operation, "interruption", [{ expected, found: "it goes on to its own end" }])
  const { exit } = yield* Ask.ask(env, operation, input)
  const wrong = exit === undefined ? [{ expected: "an answer to the next call", found: "none in time" }] : []
  return Ask.made(operation, "interruption", wrong)
})

/** How many calls of a kind are made at once. */
const copies = 4

const concurrency = Effect.fnUntraced(function* (
  env: Ask.Env,
  operation: Operation.Any,
  known: Ask.Asked | undefined,
  given: Plan.Fields | undefined
): Effect.fn.Return<Ask.Findings, never, Audian> {
  const missing = Array.from({ length: copies }, (_, index) =>
    given === undefined ? undefined : Plan.unknown(operation, given, index)
  ).filter(Predicate.isNotUndefined)
  const alone = known === undefined ? [] : [known, ...(yield* another(env, operation, known))]
  const inputs = Array.from({ length: copies }, (_, index) => [
    ...missing.slice(index, index + 1),
    ...alone.map(({ input }) => input)
  ]).flat()
  if (inputs.length === 0) return Ask.skipped(operation, "concurrency", noCall)
  const asked = yield* Effect.forEach(inputs, (input) => Ask.ask(env, operation, input), { concurrency: "unbounded" })
  return Ask.made(
    operation,
    "concurrency",
    asked.flatMap((one) => {
      const before = alone.find(({ input }) => input === one.input)
      return before === undefined ? ofOther(operation, one) : unlike(before, one)
    })
  )
})

/** A call for another thing that is there, where there are two. */
const another = Effect.fnUntraced(function* (
  env: Ask.Env,
  operation: Operation.Any,
  { input }: Ask.Asked
): Effect.fn.Return<ReadonlyArray<Ask.Asked>, never, Audian> {
  const filled = yield* fill(env, operation, 1)
  if (Result.isFailure(filled) || Equal.equals(filled.success, input)) return []
  const asked = yield* Ask.ask(env, operation, filled.success)
  return asked.exit?._tag === "Success" ? [asked] : []
})

/** What came for an id that nothing has, and is not about that id. */
const ofOther = (operation: Operation.Any, { exit, input }: Ask.Asked): ReadonlyArray<Judge.Wrong> => {
  const error = Ask.failureOf(exit)?.failure
  if (exit?._tag === "Success" ? isMissing(operation, exit) : isOf(operation, input, error)) return []
  const found = exit?._tag === "Success" || isAudianError(error) ? "that of another" : endingOf(exit)
  return [{ expected: "the answer to each call's own id", found }]
}

const isOf = (operation: Operation.Any, input: Plan.Fields, error: unknown): boolean =>
  isAudianError(error) && Judge.pathOf(operation, input).test(error.path)

/** An answer that is not that of the same call made alone. */
const unlike = (alone: Ask.Asked, { exit }: Ask.Asked): ReadonlyArray<Judge.Wrong> => {
  const expected = "the answer to each call's own id"
  if (exit?._tag !== "Success") return [{ expected, found: endingOf(exit) }]
  const [id, before] = [exit, alone.exit].map((exit) =>
    exit?._tag === "Success" ? Plan.idOf(exit.value, "number") : undefined
  )
  return id === before ? [] : [{ expected, found: "that of another" }]
}
