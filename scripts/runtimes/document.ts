/**
 * docs/runtimes.md: written from the reports of a run, and compared with those of another one.
 */
import { isBound } from "./bound.ts"
import type { TestFiles } from "./bundle.ts"
import type { Report } from "./report.ts"

/** Why a step or a test cannot work in a runtime. A failure without a reason is shown as it is. */
interface Reason {
  readonly runtime: RegExp
  /** The beginning of the name of a step or a test. */
  readonly of: string
  readonly reason: string
}

const reasons: ReadonlyArray<Reason> = []

const reasonOf = (runtime: string, name: string, failure: string): string =>
  reasons.find((one) => one.runtime.test(runtime) && name.startsWith(one.of))?.reason ?? failure.split("\n")[0]!

const failed = ({ tests }: Report) =>
  tests.flatMap(({ failure, name }) => (failure === undefined || isBound(failure) ? [] : [{ name, failure }]))

const passed = ({ tests }: Report): number =>
  tests.filter(({ failure, skipped }) => failure === undefined && !skipped).length

export const summary = (name: string, report: Report): string => {
  const steps = report.steps.filter(({ failure }) => failure === undefined).length
  const all = failed(report).length + passed(report)
  return `${name} ${report.version}: ${steps} of ${report.steps.length} steps, ${passed(report)} of ${all} tests`
}

export const failures = (report: Report): string =>
  [
    ...report.steps.map(
      ({ failure, millis, step }) => `${failure === undefined ? "ok  " : "FAIL"} ${millis} ms ${step} ${failure ?? ""}`
    ),
    ...failed(report).map(({ failure, name }) => `FAIL ${name}\n     ${failure}`)
  ].join("\n")

export const render = (reports: ReadonlyMap<string, Report>, files: TestFiles): string => ""

export const compare = (document: string, reports: ReadonlyMap<string, Report>): ReadonlyArray<string> => []
void reasonOf
