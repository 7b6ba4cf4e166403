/**
 * The errors of the command: a message and an exit code.
 *
 * @internal
 */
import * as Data from "effect/Data"
import * as Runtime from "effect/Runtime"
import type * as AudianError from "../AudianError.ts"
import * as Failure from "../ai/failure.ts"

/** The exit codes. `docs/command.md` lists them. */
export const Code = {
  failure: 1,
  usage: 2,
  credentials: 3,
  notFound: 4,
  conflict: 5,
  payment: 6,
  invalid: 7,
  limited: 8,
  server: 9,
  noResponse: 10,
  notConfirmed: 11
} as const

export interface Report {
  readonly tag: string
  readonly message: string
  readonly advice?: string | undefined
  readonly [key: string]: unknown
}

export class CommandError extends Data.TaggedError("CommandError")<{
  readonly code: number
  readonly report: Report
}> {
  override get message(): string {
    return this.report.message
  }
  /** `print` reports it. */
  override readonly [Runtime.errorReported] = false
  override get [Runtime.errorExitCode](): number {
    return this.code
  }
}

export const make = (code: number, tag: string, message: string, advice?: string): CommandError =>
  new CommandError({ code, report: { tag, message, ...(advice !== undefined && { advice }) } })

export const usage = (message: string, advice?: string): CommandError =>
  make(Code.usage, "InvalidCommand", message, advice)

export const ofAudian = (error: AudianError.AudianError): CommandError =>
  new CommandError({ code: codeOf(error), report: Failure.of(error) })

const codeOf = (error: AudianError.AudianError): number => {
  switch (error._tag) {
    case "Unauthorized":
    case "Forbidden":
      return Code.credentials
    case "NotFound":
      return Code.notFound
    case "Conflict":
      return Code.conflict
    case "PaymentRequired":
      return Code.payment
    case "BadRequest":
    case "UnprocessableEntity":
      return Code.invalid
    case "TooManyRequests":
      return Code.limited
    case "InternalServerError":
    case "BadGateway":
    case "ServiceUnavailable":
      return Code.server
    case "AudianClientError":
      switch (error.reason._tag) {
        case "InvalidRequest":
          return Code.usage
        case "RateLimited":
        case "CircuitOpen":
          return Code.limited
        case "Transport":
        case "Timeout":
          return Code.noResponse
        case "InvalidResponse":
        case "UnexpectedStatus":
          return Code.server
      }
  }
}

/** A report as text: the message, and the advice below it. */
export const text = ({ advice, message }: Report): string => (advice === undefined ? message : `${message}\n${advice}`)

export const json = (report: Report): string => JSON.stringify({ error: report }, null, 2)
