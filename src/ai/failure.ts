/**
 * An error as data, with advice: for a terminal, a program or an agent.
 *
 * @internal
 */
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import type * as AudianError from "../AudianError.ts"
import { lazy } from "../internal/schema/schema.ts"
import * as Status from "../Status.ts"

/** The Schema of an error as data. It holds no secret. */
export const Failure = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    /** The tag of the error, such as `NotFound`. `Refused` when the call was not allowed. */
    tag: Schema.String,
    /** The reason of an `AudianClientError`. */
    reason: Schema.optionalKey(Schema.String),
    operation: Schema.String,
    message: Schema.String,
    advice: Schema.String,
    outcome: Schema.Literals(["not-executed", "unknown", "executed"]),
    isRetryable: Schema.Boolean,
    /** Seconds to wait before another attempt. */
    retryAfter: Schema.optionalKey(Schema.Finite),
    status: Schema.optionalKey(Schema.Int),
    code: Schema.optionalKey(Schema.String),
    requestId: Schema.optionalKey(Schema.String),
    attempts: Schema.Int,
    details: Schema.Array(Schema.Struct({ field: Schema.String, message: Schema.String })),
    /** The charges that the server wants accepted. */
    charges: Schema.optionalKey(Schema.Json)
  })
)

export type Failure = typeof Failure.Type

export const of = (error: AudianError.AudianError): Failure => ({
  tag: error._tag,
  ...(error._tag === "AudianClientError" && { reason: error.reason._tag }),
  operation: error.operation,
  message: error.message,
  advice: adviceOf(error),
  outcome: error.outcome,
  isRetryable: error.isRetryable && (error.replay === "safe" || error.outcome === "not-executed"),
  ...(error.retryAfter !== undefined && { retryAfter: Math.ceil(Duration.toSeconds(error.retryAfter)) }),
  ...(error.status !== undefined && { status: error.status }),
  ...(error.code !== undefined && { code: error.code }),
  ...(error.requestId !== undefined && { requestId: error.requestId }),
  attempts: error.attempts,
  details: error.details.map(({ field, message }) => ({ field, message }))
})

/** A call that was refused before anything was sent. */
export const refused = (operation: string, message: string, advice: string): Failure => ({
  tag: "Refused",
  operation,
  message,
  advice,
  outcome: "not-executed",
  isRetryable: false,
  attempts: 0,
  details: []
})

const adviceOf = (error: AudianError.AudianError): string => {
  if (error.outcome === "unknown" && error.replay === "unsafe") {
    return "The server may have executed the request. Read the state before you send it again."
  }
  return error._tag === "AudianClientError" ? adviceOfReason(error.reason) : Status.advice(error._tag).actions.join(" ")
}

const adviceOfReason = (reason: AudianError.Reason): string => {
  switch (reason._tag) {
    case "Transport":
      return "Check the network, the base URL and any proxy."
    case "Timeout":
      return "Call again later, or allow more time."
    case "InvalidRequest":
      return "Correct the fields that the message names. Nothing was sent."
    case "InvalidResponse":
      return "Check the base URL. If it is right, report the request id to the vendor."
    case "UnexpectedStatus":
      return "Check the base URL and any proxy."
    case "CircuitOpen":
    case "RateLimited":
      return "Wait for the time in retryAfter, then call again. Nothing was sent."
  }
}
