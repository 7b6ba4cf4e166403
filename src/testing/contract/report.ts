/**
 * The report of a contract check: its parts, how findings become one, and its text.
 *
 * @internal
 */
import * as Data from "effect/Data"
import { scrubText } from "../../internal/error/redact.ts"
import type * as Operation from "../../Operation.ts"

/**
 * A rule of the contract that an operation is checked against.
 *
 * - `answer`: a success has the operation's shape, and survives a round trip through its schema.
 * - `error`: a failure is one of the twelve errors, names its call, and survives a round trip through
 *   `AudianError.AudianError`.
 * - `secrets`: no failure holds a secret.
 * - `invalid-input`: input that does not fit fails with `InvalidRequest`, names the fields, and is never sent.
 * - `unknown-id`: an unknown id fails with `NotFound`; a list below an unknown id may be empty instead.
 * - `paging`: no page starts where an earlier one did, no item comes twice, and the items add up to the announced total.
 * - `response`: `Audian.withResponse` reports a success status and at least one attempt.
 * - `interruption`: an interrupted call ends, and the next call gets a response.
 * - `concurrency`: each of many concurrent calls gets its own response.
 * - `lifecycle`: a created resource is listed, read, updated and removed, and is `NotFound` from then on.
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
 * A check that an operation passed.
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
 * A difference between the client and the contract.
 *
 * @category models
 * @since 0.1.0
 */
export interface Difference {
  /** The operation's name. */
  readonly operation: string
  readonly check: Check
  readonly expected: string
  /** The client's actual behaviour. Never holds a value that a server sent. */
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
 * The result of a contract check.
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
 * The error of `Contract.verify`: the client differs from the contract, or nothing could be checked. Its message is the
 * whole report.
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
 * True if a report has no difference and at least one passed check.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isKept = (report: Report): boolean => report.differences.length === 0 && report.passed.length > 0

/**
 * Formats a report as text: the differences first, then the skipped checks grouped by reason.
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

/** An expectation that was not met. */
export interface Mismatch {
  readonly expected: string
  readonly found: string
}

export type Finding =
  | (Passed & { readonly _tag: "Passed" })
  | (Difference & { readonly _tag: "Difference" })
  | (Skipped & { readonly _tag: "Skipped" })

export type Findings = ReadonlyArray<Finding>

/** The findings of one check: passed if there is no mismatch. */
export const result = ({ name }: Operation.Any, check: Check, mismatches: ReadonlyArray<Mismatch>): Findings => {
  const distinct = new Map(mismatches.map((mismatch) => [`${mismatch.expected}\n${mismatch.found}`, mismatch]))
  return distinct.size === 0
    ? [{ _tag: "Passed", operation: name, check }]
    : Array.from(distinct.values(), (mismatch) => ({ _tag: "Difference", operation: name, check, ...mismatch }))
}

export const skipped = ({ name }: Operation.Any, check: Check, reason: string): Findings => [
  { _tag: "Skipped", operation: name, check, reason }
]

/** Collects findings, each once, with the secrets redacted. A check with a difference has not passed. */
export const make = (findings: Findings, secrets: ReadonlyArray<string>): Report => {
  const distinct = Array.from(new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values())
  const differing = new Set(
    distinct.flatMap(({ _tag, check, operation }) => (_tag === "Difference" ? [`${operation} ${check}`] : []))
  )
  return {
    passed: distinct.flatMap((finding) =>
      finding._tag === "Passed" && !differing.has(`${finding.operation} ${finding.check}`)
        ? [{ operation: finding.operation, check: finding.check }]
        : []
    ),
    differences: distinct.flatMap((finding) =>
      finding._tag === "Difference"
        ? [
            {
              operation: finding.operation,
              check: finding.check,
              expected: scrubText(finding.expected, secrets),
              found: scrubText(finding.found, secrets)
            }
          ]
        : []
    ),
    skipped: distinct.flatMap((finding) =>
      finding._tag === "Skipped"
        ? [{ operation: finding.operation, check: finding.check, reason: scrubText(finding.reason, secrets) }]
        : []
    )
  }
}
