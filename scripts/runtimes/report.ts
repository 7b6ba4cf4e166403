/**
 * The report of a runtime, and the functions that make it.
 */
import type { Result } from "./program.ts"
import type { TestResult } from "./vitest.ts"

/** The job of one runtime, as its entry receives it in a URL's query. */
export interface Job {
  readonly baseUrl: string
  readonly control: string
  readonly reportUrl: string
}

export interface Report {
  /** The version of the runtime, as it reports it itself. */
  readonly version: string
  readonly steps: ReadonlyArray<Result>
  readonly tests: ReadonlyArray<TestResult>
  /** The error that ended the run. */
  readonly error?: string
}

/** Runs a job and posts its report. */
export const run = async (
  job: Job,
  version: string,
  parts: {
    readonly steps: (job: Job) => Promise<ReadonlyArray<Result>>
    readonly tests: () => Promise<ReadonlyArray<TestResult>>
  }
): Promise<void> => {
  let report: Report
  try {
    report = { version, steps: await parts.steps(job), tests: await parts.tests() }
  } catch (error) {
    report = { version, steps: [], tests: [], error: error instanceof Error ? String(error.stack) : String(error) }
  }
  const response = await fetch(job.reportUrl, { method: "POST", body: JSON.stringify(report) })
  await response.text()
}

/** The bundle of the tests. */
export interface Tests {
  readonly runAll: () => Promise<ReadonlyArray<TestResult>>
}
