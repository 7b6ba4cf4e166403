/**
 * Calls of the client under check: bounded, and each failure remembered.
 *
 * @internal
 */
import * as Cause from "effect/Cause"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { Audian, Response } from "../../Audian.ts"
import * as ResponseCapture from "../../internal/call/responseCapture.ts"
import type * as Operation from "../../Operation.ts"
import type { Check, Difference, Passed, Skipped } from "../Contract.ts"
import type { Wrong } from "./assess.ts"
import type { Fields } from "./plan.ts"

/** A failure that a call has come to: an error or a defect. */
export interface Seen {
  readonly operation: Operation.Any
  readonly input: Fields
  readonly failure: unknown
  readonly isDefect: boolean
}

export interface Env {
  readonly operations: ReadonlyArray<Operation.Any>
  readonly samples: ReadonlyMap<Operation.Any, Fields>
  readonly deadline: Duration.Duration
  readonly maxPages: number
  /** Whether a check is to be made. */
  readonly wants: (check: Check) => boolean
  /** Why an operation must not be called, if it must not. */
  readonly forbids: (operation: Operation.Any) => string | undefined
  /** Every failure so far. */
  readonly seen: Array<Seen>
  /** What lists have answered, to take ids from. */
  readonly listed: Map<Operation.Any, ReadonlyArray<unknown>>
}

export type Finding =
  | (Passed & { readonly _tag: "Passed" })
  | (Difference & { readonly _tag: "Difference" })
  | (Skipped & { readonly _tag: "Skipped" })

export type Findings = ReadonlyArray<Finding>

export const skipped = ({ name }: Operation.Any, check: Check, reason: string): Findings => [
  { _tag: "Skipped", operation: name, check, reason }
]

/** A check made: passed where nothing is wrong. */
export const made = ({ name }: Operation.Any, check: Check, wrong: ReadonlyArray<Wrong>): Findings => {
  const distinct = new Map(wrong.map((one) => [`${one.expected}\n${one.found}`, one]))
  return distinct.size === 0
    ? [{ _tag: "Passed", operation: name, check }]
    : Array.from(distinct.values(), (one) => ({ _tag: "Difference", operation: name, check, ...one }))
}

/** How an effect ended; `undefined` where it did not in time. One that cannot be interrupted is left behind. */
export const within = <A, E, R>(
  env: Env,
  self: Effect.Effect<A, E, R>
): Effect.Effect<Exit.Exit<A, E> | undefined, never, R> =>
  Effect.acquireUseRelease(
    Effect.forkDetach(self),
    (fiber) => Effect.map(Effect.timeoutOption(Fiber.await(fiber), env.deadline), Option.getOrUndefined),
    (fiber) => Effect.forkDetach(Fiber.interrupt(fiber))
  )

export interface Asked {
  readonly input: Fields
  /** `undefined` when there was no answer in time. */
  readonly exit: Exit.Exit<unknown, unknown> | undefined
  readonly response: Response | undefined
}

/** The call itself; what comes back need not be what the types say. */
export const call = (operation: Operation.Any, input: Fields): Effect.Effect<unknown, unknown, Audian> =>
  Effect.suspend(() => (operation as Operation.Operation<Fields, unknown>)(input))

export const ask = (env: Env, operation: Operation.Any, input: Fields): Effect.Effect<Asked, never, Audian> =>
  Effect.suspend(() => {
    const sink: ResponseCapture.ResponseCapture = { last: undefined, outer: undefined }
    return Effect.map(
      within(env, Effect.provideService(call(operation, input), ResponseCapture.Current, sink)),
      (exit) => {
        remember(env, operation, input, exit)
        return { input, exit, response: sink.last }
      }
    )
  })

export const remember = (
  env: Env,
  operation: Operation.Any,
  input: Fields,
  exit: Exit.Exit<unknown, unknown> | undefined
): void => {
  const failure = failureOf(exit)
  if (failure !== undefined) env.seen.push({ operation, input, ...failure })
}

export const failureOf = (
  exit: Exit.Exit<unknown, unknown> | undefined
): Pick<Seen, "failure" | "isDefect"> | undefined => {
  if (exit === undefined || exit._tag === "Success") return undefined
  const failed = Cause.findError(exit.cause)
  if (Result.isSuccess(failed)) return { failure: failed.success, isDefect: false }
  const died = Cause.findDefect(exit.cause)
  return Result.isSuccess(died) ? { failure: died.success, isDefect: true } : undefined
}
