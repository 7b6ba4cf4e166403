/**
 * Holds any client to the contract: a stub, a proxy, the embedded server, the real API. What differs comes back as a
 * value.
 *
 * Of the operations that it is given, it calls those that read. It calls one that writes where it is permitted to, and
 * one whose `replay` is `"unsafe"` only where that very operation is permitted. What it creates it removes.
 *
 * ```ts
 * import { Numbers } from "effect-audian"
 * import { Contract, EmbeddedAudian } from "effect-audian/testing"
 *
 * export const test = Contract.verify(EmbeddedAudian.layer({ numbers: ["+14155550100"] }), {
 *   operations: [Numbers.search, Numbers.list, Numbers.getConfig]
 * })
 * ```
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import type { Audian } from "../Audian.ts"
import type * as Operation from "../Operation.ts"
import { run } from "./contract/run.ts"

/**
 * What an operation is held to.
 *
 * - `answer`: a success has the operation's shape, and comes unchanged through its schema.
 * - `error`: a failure is one of the twelve errors, names its call, and comes unchanged through
 *   `AudianError.AudianError`.
 * - `secrets`: no failure holds a secret.
 * - `invalid-input`: input that does not fit is an `InvalidRequest` that names the fields, of no attempt.
 * - `unknown-id`: an id that nothing has is `NotFound`; of a list below it, no items will do.
 * - `paging`: each page starts where none did before, no item comes twice, and there are as many as were announced.
 * - `response`: `Audian.withResponse` sees a success, of one attempt or more.
 * - `interruption`: an interrupted call ends so, and the next one is answered.
 * - `concurrency`: of many calls at once each gets the answer to its own.
 * - `lifecycle`: what is created is listed, read, updated and removed, and is `NotFound` from then on.
 *
 * @category models
 * @since 0.1.0
 */
export type Check =
  | "answer"
  | "error"
  | "secrets"
  | "invalid-input"
  | "unknown-id"
  | "paging"
  | "response"
  | "interruption"
  | "concurrency"
  | "lifecycle"

/**
 * A check that an operation has passed.
 *
 * @category models
 * @since 0.1.0
 */
export interface Passed {
  /** The operation's name. */
  readonly operation: string
  readonly check: Check
}

/**
 * Where the client is other than the contract.
 *
 * @category models
 * @since 0.1.0
 */
export interface Difference {
  /** The operation's name. */
  readonly operation: string
  readonly check: Check
  readonly expected: string
  /** What there was instead; never a value that a server sent. */
  readonly found: string
}

/**
 * A check that could not be made.
 *
 * @category models
 * @since 0.1.0
 */
export interface Skipped {
  /** The operation's name. */
  readonly operation: string
  readonly check: Check
  readonly reason: string
}

/**
 * What came of it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Report {
  readonly passed: ReadonlyArray<Passed>
  readonly differences: ReadonlyArray<Difference>
  readonly skipped: ReadonlyArray<Skipped>
}

/**
 * Input for an operation.
 *
 * @category models
 * @since 0.1.0
 */
export interface Sample {
  readonly operation: Operation.Any
  readonly input: Readonly<Record<string, unknown>>
}

/**
 * Options of {@link check}.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options {
  /** What to check: of a partial stub, what it answers. Default every operation. */
  readonly operations?: ReadonlyArray<Operation.Any> | undefined
  /** Input for operations that need some, made by {@link sample}. Ids that are left out are taken from what is listed. */
  readonly samples?: ReadonlyArray<Sample> | undefined
  /**
   * Whether operations that change something may be called, those with `replay: "unsafe"` apart. They are called with a
   * sample, and on what the check has created itself. Default false.
   */
  readonly writes?: boolean | undefined
  /** The operations with `replay: "unsafe"` that may be called: what they do costs money, or rings a phone. Default none. */
  readonly unsafe?: ReadonlyArray<Operation.Any> | undefined
  /** What must not be in an error, beside the secrets of the samples: the key, for example. */
  readonly secrets?: ReadonlyArray<string | Redacted.Redacted> | undefined
  /** Checks to leave out. Default none. */
  readonly without?: ReadonlyArray<Check> | undefined
  /** How many pages of a list to read at the most. Default 20. */
  readonly maxPages?: number | undefined
  /** How long to wait for an answer, in real time. Default 1 minute. */
  readonly deadline?: Duration.Input | undefined
}

/**
 * Input for an operation, typed by it. Ids that are left out are taken from what is listed or created.
 *
 * @category constructors
 * @since 0.1.0
 */
export const sample = <Input, Success>(
  operation: Operation.Operation<Input, Success>,
  input: Partial<NoInfer<Input>>
): Sample => ({ operation, input: { ...input } })

/**
 * Holds a client to the contract, and says what differs. Fails only where the layer does.
 *
 * It runs on real time, whatever the clock of the test is: a wait of the client is a wait.
 *
 * @category checks
 * @since 0.1.0
 */
export const check = <E = never, R = never>(
  layer: Layer.Layer<Audian, E, R>,
  options: Options = {}
): Effect.Effect<Report, E, R> => run(layer, options)

/**
 * The client differs from the contract, or nothing could be checked. Its message is the whole report.
 *
 * @category errors
 * @since 0.1.0
 */
export class Broken extends Data.TaggedError("Broken")<{ readonly report: Report }> {
  override get message(): string {
    return format(this.report)
  }
}

/**
 * The same for a test: fails with {@link Broken} where there is a difference, or where no check was made.
 *
 * @category checks
 * @since 0.1.0
 */
export const verify = <E = never, R = never>(
  layer: Layer.Layer<Audian, E, R>,
  options: Options = {}
): Effect.Effect<Report, E | Broken, R> =>
  Effect.filterOrFail(check(layer, options), isKept, (report) => new Broken({ report }))

/**
 * Whether there is no difference, and something was checked.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isKept = (report: Report): boolean => report.differences.length === 0 && report.passed.length > 0

/**
 * A report as text: the differences first, then what was skipped, by its reason.
 *
 * @category formatting
 * @since 0.1.0
 */
export const format = ({ differences, passed, skipped }: Report): string => {
  const reasons = Map.groupBy(skipped, ({ check, reason }) => `skipped ${check}: ${reason}`)
  return [
    `${passed.length} checks passed, ${differences.length} differ, ${skipped.length} skipped`,
    ...differences.map(
      ({ check, expected, found, operation }) => `${operation}: ${check}\n  expected ${expected}\n  found    ${found}`
    ),
    ...Array.from(reasons, ([reason, rows]) => `${reason}\n  ${rows.map(({ operation }) => operation).join(", ")}`)
  ].join("\n")
}
