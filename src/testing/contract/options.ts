/**
 * The options of a contract check.
 *
 * @internal
 */
import type * as Duration from "effect/Duration"
import type * as Redacted from "effect/Redacted"
import type * as Operation from "../../Operation.ts"
import type { Check } from "./report.ts"

/**
 * Input for an operation. Made by `Contract.sample`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Sample {
  readonly operation: Operation.Any
  readonly input: Readonly<Record<string, unknown>>
}

/**
 * Options of `Contract.check` and `Contract.verify`.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options {
  /** The operations to check, for example those of a partial stub. Default every operation. */
  readonly operations?: ReadonlyArray<Operation.Any> | undefined
  /** Input for operations, made by `Contract.sample`. Ids that a sample leaves out are taken from lists. */
  readonly samples?: ReadonlyArray<Sample> | undefined
  /**
   * Permits calls of operations that write, except those with `replay: "unsafe"`. They are called with a sample, or on
   * resources that the check created itself. Default false.
   */
  readonly writes?: boolean | undefined
  /**
   * The operations with `replay: "unsafe"` that may be called. They may cost money or make a phone ring. Default none.
   */
  readonly unsafe?: ReadonlyArray<Operation.Any> | undefined
  /** Secrets that no error may hold, such as the API key. The secrets in the samples are always included. */
  readonly secrets?: ReadonlyArray<string | Redacted.Redacted> | undefined
  /** Checks to leave out. Default none. */
  readonly without?: ReadonlyArray<Check> | undefined
  /** The maximum number of pages read per list. Default 20. */
  readonly maxPages?: number | undefined
  /** The time limit of each call, in real time. Default 1 minute. */
  readonly deadline?: Duration.Input | undefined
}
