/**
 * Makes the errors of a call: from a response, from a failed transport, from input that does not fit.
 *
 * @internal
 */
import * as Duration from "effect/Duration"
import type * as Headers from "effect/http/Headers"
import type * as HttpClientError from "effect/http/HttpClientError"
import * as Predicate from "effect/Predicate"
import * as AudianError from "../../AudianError.ts"
import * as Status from "../../Status.ts"
import { Unreadable } from "../files/source.ts"
import { omitUndefined } from "../omitUndefined.ts"
import * as Response from "../response.ts"
import * as ErrorBody from "./errorBody.ts"
import { maxIssues } from "./issues.ts"
import * as Outcome from "./outcome.ts"
import { scrubPairs, scrubText } from "./redact.ts"

/** The call that an error describes. */
export interface CallInfo {
  readonly operation: string
  readonly method: string
  readonly path: string
  readonly replay: "safe" | "unsafe"
  /** Attempts sent so far, this one included. */
  readonly attempts: number
  /** An earlier attempt of the call may have been executed. */
  readonly uncertain: boolean
  /** Overrides the outcome: `not-executed` for a token exchange. */
  readonly outcome?: Outcome.Outcome | undefined
  /** Credential values that must not appear in what the error keeps. */
  readonly secrets: ReadonlyArray<string>
}

/** Describes a call. Only its operation is required: the rest is that of a safe call before its first attempt. */
export const callInfo = (fields: Pick<CallInfo, "operation"> & Partial<CallInfo>): CallInfo => ({
  method: "",
  path: "",
  replay: "safe",
  attempts: 0,
  uncertain: false,
  secrets: [],
  ...fields
})

/** The part of a response that an error is made from. */
export interface RawResponse {
  readonly status: number
  readonly headers: Headers.Headers
  readonly text: string
  /** The text is only the beginning of the body. */
  readonly truncated: boolean
}

const base = (call: CallInfo, outcome: Outcome.Outcome) => ({
  operation: call.operation,
  method: call.method,
  path: call.path,
  replay: call.replay,
  attempts: call.attempts,
  outcome: Outcome.ofCall(call, outcome)
})

const unchecked = { disableChecks: true }

const constructors = {
  BadRequest: AudianError.BadRequest,
  Unauthorized: AudianError.Unauthorized,
  PaymentRequired: AudianError.PaymentRequired,
  Forbidden: AudianError.Forbidden,
  NotFound: AudianError.NotFound,
  Conflict: AudianError.Conflict,
  UnprocessableEntity: AudianError.UnprocessableEntity,
  TooManyRequests: AudianError.TooManyRequests,
  InternalServerError: AudianError.InternalServerError,
  BadGateway: AudianError.BadGateway,
  ServiceUnavailable: AudianError.ServiceUnavailable
} satisfies Record<Status.ErrorTag, unknown>

/** Reads an error body. A truncated one may end within a secret: its end is left out. */
const read = ({ secrets }: CallInfo, { text, truncated }: RawResponse): ErrorBody.ErrorBody =>
  ErrorBody.read(truncated ? text.slice(0, -Math.max(1, ...secrets.map(({ length }) => length))) : text, secrets)

/** The fields that a response adds to an error, whatever its status. */
const responseFields = (call: CallInfo, response: RawResponse, body: ErrorBody.ErrorBody, now: number) =>
  omitUndefined({
    code: body.code,
    type: body.type,
    param: body.param,
    description: body.description,
    details: body.details,
    requestId: Response.requestId(response.headers, body.json, call.secrets),
    retryAfter: Response.retryAfter(response.headers, now),
    rateLimit: Response.rateLimit(response.headers, body.json),
    body: body.body
  })

/** The error of a status that is not a success. Total: the status decides the tag, the rest only adds detail. */
export const fromResponse = (call: CallInfo, response: RawResponse, now: number): AudianError.AudianError => {
  const body = read(call, response)
  const fields = responseFields(call, response, body, now)
  const row = Status.get(response.status)
  const description =
    response.status === 401 && call.path.startsWith("/v2/accounts/")
      ? `${fields.description}${fields.description === "" ? "" : "; "}an unknown account is answered so too`
      : fields.description
  const common = { ...base(call, Outcome.ofStatus(response.status, body)), ...fields, description }
  if (row !== undefined && "tag" in row) {
    return new constructors[row.tag](common, unchecked)
  }
  return new AudianError.AudianClientError(
    { ...common, reason: { _tag: "UnexpectedStatus", status: response.status } },
    unchecked
  )
}

/** A 2xx that does not fit the contract. The server has acted. */
export const invalidResponse = (
  call: CallInfo,
  response: RawResponse,
  details: ReadonlyArray<AudianError.Issue>,
  description: string,
  now: number
): AudianError.AudianError => {
  const { body, rateLimit, requestId } = responseFields(call, response, read(call, response), now)
  return new AudianError.AudianClientError(
    omitUndefined({
      ...base(call, "unknown"),
      reason: { _tag: "InvalidResponse" as const, status: response.status },
      description,
      details: details.slice(0, maxIssues),
      requestId,
      rateLimit,
      body
    }),
    unchecked
  )
}

/** Input that does not fit the contract: nothing was sent. */
export const invalidRequest = (call: CallInfo, details: ReadonlyArray<AudianError.Issue>): AudianError.AudianError =>
  new AudianError.AudianClientError(
    {
      ...base(call, "not-executed"),
      reason: { _tag: "InvalidRequest" },
      description: "",
      details,
      ...(details[0] !== undefined && { param: details[0].field })
    },
    unchecked
  )

/** A time limit passed, while a request was in flight or before one was sent. */
export const timeout = (
  call: CallInfo,
  scope: "attempt" | "total",
  limit: Duration.Duration,
  sent: boolean,
  description = ""
): AudianError.AudianError =>
  new AudianError.AudianClientError(
    {
      ...base(call, Outcome.ofTimeout(sent)),
      reason: { _tag: "Timeout", scope, limit },
      description,
      details: []
    },
    unchecked
  )

/**
 * A failed transport, with the system's code where it has one and never with the request, which holds the token. A file
 * that could not be read to its end is the caller's mistake, whichever client reports it.
 */
export const transport = (call: CallInfo, { reason }: HttpClientError.HttpClientError): AudianError.AudianError => {
  const file = unreadable(reason)
  return file === undefined
    ? fromCause(call, reason, (code, syscall) => Outcome.ofTransport(reason, code, syscall))
    : invalidRequest(call, [{ field: file.field, message: scrubText(file.message, call.secrets) }])
}

/** A failed connection that carries no request of ours, such as a WebSocket. */
export const connection = (call: CallInfo, cause: unknown): AudianError.AudianError =>
  fromCause(call, cause, () => "not-executed")

const fromCause = (
  call: CallInfo,
  cause: unknown,
  outcomeOf: (code: string | undefined, syscall: unknown) => Outcome.Outcome
): AudianError.AudianError => {
  const { code: found, syscall, text } = rootCause(cause)
  // A code is the system's: a server cannot write it.
  const code = found !== undefined && /^[A-Z][A-Z\d_]{1,60}$/.test(found) ? found : undefined
  return new AudianError.AudianClientError(
    {
      ...base(call, outcomeOf(code, syscall)),
      reason: { _tag: "Transport", ...(code !== undefined && { code }) },
      description: scrubPairs(scrubText(text, call.secrets)).slice(0, 500),
      details: []
    },
    unchecked
  )
}

/** The circuit is open: this attempt was not sent. */
export const circuitOpen = (call: CallInfo, retryAfter: Duration.Duration | undefined): AudianError.AudianError =>
  rejected(call, { _tag: "CircuitOpen" }, retryAfter)

/** The rate limiter has no room in time: this attempt was not sent. */
export const rateLimited = (call: CallInfo, retryAfter: Duration.Duration | undefined): AudianError.AudianError =>
  rejected(call, { _tag: "RateLimited" }, retryAfter)

const rejected = (
  call: CallInfo,
  reason: AudianError.CircuitOpen | AudianError.RateLimited,
  retryAfter: Duration.Duration | undefined
): AudianError.AudianError =>
  new AudianError.AudianClientError(
    {
      ...base(call, "not-executed"),
      reason,
      description: retryAfter === undefined ? "" : `try again in ${Duration.format(retryAfter)}`,
      details: [],
      ...(retryAfter !== undefined && { retryAfter })
    },
    unchecked
  )

/** No credential is available: the operation itself was never sent. */
export const noCredential = (call: CallInfo, description: string): AudianError.AudianError =>
  new AudianError.AudianClientError(
    { ...base(call, "not-executed"), reason: { _tag: "Transport" }, description, details: [] },
    unchecked
  )

/** A download that ended before all of its bytes arrived. */
export const truncatedDownload = (call: CallInfo, bytes: number, size: number): AudianError.AudianError =>
  new AudianError.AudianClientError(
    {
      ...base(call, "unknown"),
      reason: { _tag: "Transport" },
      description: `The file broke off: ${bytes} of ${size} bytes came`,
      details: []
    },
    unchecked
  )

// The innermost message says what happened, and the innermost code what kind of failure it is.
const rootCause = (
  error: unknown
): { readonly code: string | undefined; readonly syscall: unknown; readonly text: string } => {
  let code: string | undefined
  let syscall: unknown
  let text = ""
  for (let current = error, depth = 0; Predicate.isObject(current) && depth < 10; depth++) {
    const { cause, code: own, description, message, syscall: doing } = current as Record<string, unknown>
    if (typeof own === "string") {
      code = own
      syscall = doing
    }
    if (typeof description === "string" && description !== "") text = description
    else if (typeof message === "string" && message !== "") text = message
    current = cause as object
  }
  return { code, syscall, text }
}

const unreadable = (error: unknown): Unreadable | undefined => {
  for (let current = error, depth = 0; Predicate.isObject(current) && depth < 10; depth++) {
    if (current instanceof Unreadable) return current
    current = (current as { readonly cause?: unknown }).cause
  }
  return undefined
}

/** The same error, reported by a call that has sent attempts already. */
export const withCall = (error: AudianError.AudianError, call: CallInfo): AudianError.AudianError => {
  const { attempts, method, operation, path, replay, uncertain } = call
  return copy(error, { attempts, method, operation, path, replay, ...(uncertain && { outcome: "unknown" }) })
}

/** The error of a stub, with the call it stands for unless it names one. */
export const withCallInfo = (error: AudianError.AudianError, call: CallInfo): AudianError.AudianError => {
  if (error.operation !== "") return error
  const { method, operation, path, replay } = call
  return copy(error, { method, operation, path, replay })
}

const copy = (error: AudianError.AudianError, changes: object): AudianError.AudianError => {
  const Class = error.constructor as new (fields: object, options: object) => AudianError.AudianError
  return new Class({ ...error, ...changes }, unchecked)
}
