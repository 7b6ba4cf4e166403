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
import { copyServerTime } from "../schema/quota.ts"
import * as CallSite from "./callSite.ts"
import * as ErrorBody from "./errorBody.ts"
import { maxIssues } from "./issues.ts"
import * as Outcome from "./outcome.ts"
import { scrubPairs, scrubStart } from "./redact.ts"

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
  /** Credential values that must not appear in the fields of the error. */
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

/** The fields that all errors have, as their Schema lists them. */
type Fields = Omit<NonNullable<ConstructorParameters<typeof AudianError.BadRequest>[0]>, "_tag" | "status">

/** The fields of an error that describe its call. */
const callFields = (call: CallInfo, outcome: Outcome.Outcome) =>
  ({
    operation: call.operation,
    method: call.method,
    path: call.path,
    replay: call.replay,
    attempts: call.attempts,
    outcome: Outcome.ofCall(call, outcome)
  }) satisfies Fields

type CallFields = ReturnType<typeof callFields>

/** The other fields, all required, so that no constructor omits one. */
type Detail = { readonly [K in Exclude<keyof Fields, keyof CallFields>]-?: Fields[K] | undefined }

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

const unchecked = { disableChecks: true }

/**
 * The one constructor of errors: the call, the outcome of its last attempt, a documented tag or a reason, and details. It
 * takes no stack: the frames are this library's, and the caller's line is added where the call was made.
 */
const make = (
  call: CallInfo,
  outcome: Outcome.Outcome,
  kind: Status.ErrorTag | AudianError.Reason,
  detail: Partial<Detail> = {},
  cause?: unknown
): AudianError.AudianError => {
  const fields = Object.assign(callFields(call, outcome), omitUndefined(detail)) as Fields
  const error = CallSite.withoutStack(() =>
    typeof kind === "string"
      ? new constructors[kind](fields, unchecked)
      : new AudianError.AudianClientError({ ...fields, reason: kind }, unchecked)
  )
  copyServerTime(detail.rateLimit, error.rateLimit)
  return withCause(error, cause)
}

const withCause = (error: AudianError.AudianError, cause: unknown): AudianError.AudianError =>
  cause === undefined
    ? error
    : Object.defineProperty(error, "cause", { value: cause, configurable: true, writable: true })

/** The error of a status that is not a success. Total: the status decides the tag, the rest only adds detail. */
export const fromResponse = (call: CallInfo, response: RawResponse, now: number): AudianError.AudianError => {
  const body = readBody(call, response)
  const detail = responseDetail(call, response, body, now)
  const row = Status.get(response.status)
  return make(
    call,
    Outcome.ofStatus(response.status, body),
    row !== undefined && "tag" in row ? row.tag : { _tag: "UnexpectedStatus", status: response.status },
    response.status === 401 && call.path.startsWith("/v2/accounts/")
      ? { ...detail, description: withUnknownAccount(body.description) }
      : detail
  )
}

const withUnknownAccount = (description: string): string =>
  `${description}${description === "" ? "" : "; "}the response to an unknown account is the same`

/** A 2xx that does not fit the contract: the server has executed the call, unless the body is not the API's. */
export const invalidResponse = (
  call: CallInfo,
  response: RawResponse,
  details: ReadonlyArray<AudianError.Issue>,
  description: string,
  now: number,
  outcome: "executed" | "unknown" = "executed"
): AudianError.AudianError => {
  const { body, headers, rateLimit, requestId } = responseDetail(call, response, readBody(call, response), now)
  return make(
    call,
    outcome,
    { _tag: "InvalidResponse", status: response.status },
    { description, details: details.slice(0, maxIssues), requestId, rateLimit, headers, body }
  )
}

/** A 2xx whose body reports a failure. How far the server got is unknown. */
export const failedResponse = (call: CallInfo, response: RawResponse, now: number): AudianError.AudianError => {
  const detail = responseDetail(call, response, readBody(call, response), now)
  const description = detail.description || "The body says that the call failed"
  return make(call, "unknown", { _tag: "InvalidResponse", status: response.status }, { ...detail, description })
}

const readBody = ({ secrets }: CallInfo, response: RawResponse): ErrorBody.ErrorBody =>
  ErrorBody.read(response, secrets)

/** The fields that a response adds to an error, at any status. */
const responseDetail = (call: CallInfo, response: RawResponse, body: ErrorBody.ErrorBody, now: number): Detail => ({
  code: body.code,
  type: body.type,
  param: body.param,
  description: body.description,
  details: body.details,
  requestId: Response.requestId(response.headers, body.json, call.secrets),
  retryAfter: Response.retryAfter(response.headers, now),
  rateLimit: Response.rateLimit(response.headers, body.json, now),
  headers: Response.safeHeaders(response.headers, call.secrets, maxHeaders),
  body: body.body
})

/** The most headers that an error keeps. */
const maxHeaders = 64

/** A list that cannot be read to its end. */
export const invalidList = (
  call: CallInfo,
  status: number,
  requestId: string | undefined,
  description: string
): AudianError.AudianError => make(call, "unknown", { _tag: "InvalidResponse", status }, { description, requestId })

/** Input that does not fit the contract: nothing was sent. */
export const invalidRequest = (call: CallInfo, details: ReadonlyArray<AudianError.Issue>): AudianError.AudianError =>
  make(call, "not-executed", { _tag: "InvalidRequest" }, { details, param: details[0]?.field })

/** A time limit passed, while a request was in flight or before one was sent. */
export const timeout = (
  call: CallInfo,
  scope: "attempt" | "total",
  limit: Duration.Duration,
  outcome: Outcome.Outcome,
  description = ""
): AudianError.AudianError => make(call, outcome, { _tag: "Timeout", scope, limit }, { description })

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
  make(call, "not-executed", reason, {
    description: retryAfter === undefined ? "" : `try again in ${Duration.format(retryAfter)}`,
    retryAfter
  })

/** No credential is available: the operation itself was never sent. */
export const noCredential = (call: CallInfo, description: string, cause?: unknown): AudianError.AudianError =>
  make(call, "not-executed", { _tag: "Transport", code: "NO_CREDENTIAL" }, { description }, cause)

/** A download that ended before all of its bytes arrived. */
export const truncatedDownload = (call: CallInfo, bytes: number, size: number): AudianError.AudianError =>
  make(
    call,
    "unknown",
    { _tag: "Transport" },
    { description: `The file is truncated: ${bytes} of ${size} bytes arrived` }
  )

/**
 * A failed transport, with the system's code where it has one and never with the request, which holds the token. A file
 * that could not be read to its end is the caller's mistake, whichever client reports it.
 */
export const transport = (
  call: CallInfo,
  { reason }: HttpClientError.HttpClientError,
  outcome?: Outcome.Outcome
): AudianError.AudianError => {
  const file = unreadable(reason)
  return file === undefined
    ? fromCause(call, reason, (system) => outcome ?? Outcome.ofTransport(reason, system))
    : invalidRequest(call, [{ field: file.field, message: scrubStart(file.message, call.secrets, 500) }])
}

/** A failed connection that carries no request of ours, such as a WebSocket. */
export const connection = (call: CallInfo, cause: unknown): AudianError.AudianError =>
  fromCause(call, cause, () => "not-executed")

const fromCause = (
  call: CallInfo,
  cause: unknown,
  outcomeOf: (system: Outcome.SystemError) => Outcome.Outcome
): AudianError.AudianError => {
  const { code: found, syscall, text } = rootCause(cause)
  // A code is the system's: a server cannot write it.
  const code = found !== undefined && /^[A-Z][A-Z\d_]{1,60}$/.test(found) ? found : undefined
  return make(
    call,
    outcomeOf({ code, syscall, text }),
    { _tag: "Transport", ...(code !== undefined && { code }) },
    { description: words(text, call.secrets) },
    // The platform's reason holds the request, and the request the token.
    safeCause(
      Predicate.hasProperty(cause, "request") ? (cause as { readonly cause?: unknown }).cause : cause,
      call.secrets
    )
  )
}

const words = (text: string, secrets: ReadonlyArray<string>): string => scrubPairs(scrubStart(text, secrets, 500))

// The innermost message describes the failure, and the innermost code is its kind.
const rootCause = (error: unknown): Outcome.SystemError => {
  let code: string | undefined
  let syscall: unknown
  let text = ""
  for (const current of chain(error)) {
    const { code: own, description, message, syscall: doing } = current
    if (typeof own === "string") {
      code = own
      syscall = doing
    }
    if (typeof description === "string" && description !== "") text = description
    else if (typeof message === "string" && message !== "") text = message
  }
  return { code, syscall, text }
}

/** An error and its causes, from the outside in. */
const chain = (error: unknown): ReadonlyArray<Record<string, unknown>> => {
  const out: Array<Record<string, unknown>> = []
  for (let current = error; Predicate.isObject(current) && out.length < 10; ) {
    out.push(current as Record<string, unknown>)
    current = (current as { readonly cause?: unknown }).cause
  }
  return out
}

/** A copy of a cause and its causes that is safe to keep: names, messages, codes and frames, without the secrets. */
const safeCause = (cause: unknown, secrets: ReadonlyArray<string>): Error | undefined =>
  chain(cause).reduceRight<Error | undefined>((inner, { code, message, name, stack }) => {
    const safe = CallSite.withoutStack(
      () =>
        new Error(
          words(typeof message === "string" ? message : "", secrets),
          inner === undefined ? undefined : { cause: inner }
        )
    )
    safe.name = typeof name === "string" ? words(name, secrets) : "Error"
    const frames = CallSite.lines({ stack: typeof stack === "string" ? stack : "" }).slice(0, 10)
    safe.stack = [`${safe.name}: ${safe.message}`, ...frames.map((line) => words(line, secrets))].join("\n")
    return typeof code === "string" ? Object.assign(safe, { code: words(code, secrets) }) : safe
  }, undefined)

const unreadable = (error: unknown): Unreadable | undefined =>
  chain(error).find((current): current is Record<string, unknown> & Unreadable => current instanceof Unreadable)

/** The same error, reported by a call that has sent attempts already. */
export const withCall = (error: AudianError.AudianError, call: CallInfo): AudianError.AudianError =>
  copy(error, callFields(call, error.outcome))

/** The error of a stub, with the call it stands for unless it names one. */
export const withCallInfo = (error: AudianError.AudianError, call: CallInfo): AudianError.AudianError =>
  error.operation !== ""
    ? error
    : copy(error, { ...callFields(call, error.outcome), attempts: error.attempts, outcome: error.outcome })

/** The same error of another call: every other field and property is kept. */
const copy = (error: AudianError.AudianError, call: CallFields): AudianError.AudianError => {
  const Class = error.constructor as new (fields: object, options: object) => AudianError.AudianError
  const copied = CallSite.withoutStack(() => new Class({ ...error, ...call }, unchecked))
  copyServerTime(error.rateLimit, copied.rateLimit)
  return withCause(CallSite.locate(copied, CallSite.ofError(error)), error.cause)
}
