/**
 * Calls of the client under check. Each has a time limit, and every failure is recorded.
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
import type { Fields } from "./plan.ts"
import type { Check } from "./report.ts"

/** A failed call: an error or a defect. */
export interface Failed {
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
  /** True if a check is enabled. */
  readonly wants: (check: Check) => boolean
  /** The reason why an operation must not be called; `undefined` if it may be. */
  readonly forbids: (operation: Operation.Any) => string | undefined
  /** Every failure so far. */
  readonly failures: Array<Failed>
  /** The items of each list so far, a source of ids. */
  readonly listed: Map<Operation.Any, ReadonlyArray<unknown>>
}

export interface Called {
  readonly input: Fields
  /** `undefined` when the deadline passed. */
  readonly exit: Exit.Exit<unknown, unknown> | undefined
  readonly response: Response | undefined
}

/** Calls an operation within the deadline and records a failure. */
export const call = (env: Env, operation: Operation.Any, input: Fields): Effect.Effect<Called, never, Audian> =>
  Effect.suspend(() => {
    const capture: ResponseCapture.ResponseCapture = { last: undefined, outer: undefined }
    const captured = Effect.provideService(start(operation, input), ResponseCapture.Current, capture)
    return Effect.map(within(env, captured), (exit) => {
      record(env, operation, input, exit)
      return { input, exit, response: capture.last }
    })
  })

/** The call alone, without a deadline. Untyped: the client under check may return anything. */
export const start = (operation: Operation.Any, input: Fields): Effect.Effect<unknown, unknown, Audian> =>
  Effect.suspend(() => (operation as Operation.Operation<Fields, unknown>)(input))

/** The exit of an effect, or `undefined` after the deadline. An uninterruptible effect is left running. */
export const within = <A, E, R>(
  env: Env,
  self: Effect.Effect<A, E, R>
): Effect.Effect<Exit.Exit<A, E> | undefined, never, R> =>
  Effect.acquireUseRelease(
    Effect.forkDetach(self),
    (fiber) => Effect.map(Effect.timeoutOption(Fiber.await(fiber), env.deadline), Option.getOrUndefined),
    (fiber) => Effect.forkDetach(Fiber.interrupt(fiber))
  )

export const record = (
  env: Env,
  operation: Operation.Any,
  input: Fields,
  exit: Exit.Exit<unknown, unknown> | undefined
): void => {
  const failure = failureOf(exit)
  if (failure !== undefined) env.failures.push({ operation, input, ...failure })
}

export const failureOf = (
  exit: Exit.Exit<unknown, unknown> | undefined
): Pick<Failed, "failure" | "isDefect"> | undefined => {
  if (exit === undefined || exit._tag === "Success") return undefined
  const failed = Cause.findError(exit.cause)
  if (Result.isSuccess(failed)) return { failure: failed.success, isDefect: false }
  const died = Cause.findDefect(exit.cause)
  return Result.isSuccess(died) ? { failure: died.success, isDefect: true } : undefined
}
