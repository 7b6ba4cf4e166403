/**
 * Makes the errors of a call: from an answer, from a transport that failed, from input that does not fit.
 *
 * @internal
 */
import * as Duration from "effect/Duration"
import * as Headers from "effect/http/Headers"
import type * as HttpClientError from "effect/http/HttpClientError"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as SchemaIssue from "effect/SchemaIssue"
import * as AudianError from "../../AudianError.ts"
import * as Status from "../../Status.ts"
import { Unreadable } from "../files/source.ts"
import { omitUndefined } from "../omitUndefined.ts"
import * as Quota from "../schema/quota.ts"
import * as Answer from "./errorBody.ts"
import { scrubPairs, scrubText } from "./redact.ts"

/** What is known of a call when one of its attempts fails. */
export interface Call {
  readonly operation: string
  readonly method: string
  readonly path: string
  readonly replay: "safe" | "unsafe"
  /** Attempts sent so far, this one included. */
  readonly attempts: number
  /** Whether an earlier attempt of the call may have been carried out. */
  readonly uncertain: boolean
  /** What is known of the outcome whatever the answer says: a failed token exchange never carries out the call itself. */
  readonly outcome?: Outcome
  /** Credential values that must not appear in what the error keeps. */
  readonly secrets: ReadonlyArray<string>
}

/** The part of a response that an error is made from. */
export interface Received {
  readonly status: number
  readonly headers: Headers.Headers
  readonly text: string
  /** Whether the text is only the beginning of the body. */
  readonly cut: boolean
}

type Outcome = AudianError.AudianError["outcome"]

const base = (call: Call, outcome: Outcome) => ({
  operation: call.operation,
  method: call.method,
  path: call.path,
  replay: call.replay,
  attempts: call.attempts,
  outcome: call.uncertain ? ("unknown" as const) : (call.outcome ?? outcome)
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

/** The body of an answer. Where it was cut, it may have been cut within a secret. */
const read = ({ secrets }: Call, { cut, text }: Received): Answer.Answer =>
  Answer.read(cut ? text.slice(0, -Math.max(1, ...secrets.map(({ length }) => length))) : text, secrets)

/** The fields that an answer adds to an error, whatever its status. */
const answered = (call: Call, received: Received, answer: Answer.Answer, now: number) => {
  const { body, code, description, details, param, requestId, tokens, type } = answer
  const id = header(received.headers, "x-request-id", call.secrets) ?? requestId
  return omitUndefined({
    code,
    type,
    param,
    description,
    details,
    requestId: id,
    retryAfter: readRetryAfter(received.headers, now),
    rateLimit: Quota.fromHeaders(received.headers, tokens),
    body
  })
}

/** The error of a status that is not a success. Total: the status decides the tag, the rest only adds detail. */
export const fromAnswer = (call: Call, received: Received, now: number): AudianError.AudianError => {
  const answer = read(call, received)
  const fields = answered(call, received, answer, now)
  const row = Status.get(received.status)
  const description =
    received.status === 401 && call.path.startsWith("/v2/accounts/")
      ? `${fields.description}${fields.description === "" ? "" : "; "}an unknown account is answered so too`
      : fields.description
  const common = { ...base(call, outcomeOf(received.status, answer)), ...fields, description }
  if (row !== undefined && "tag" in row) {
    return new constructors[row.tag](common, unchecked)
  }
  return new AudianError.AudianClientError(
    { ...common, reason: { _tag: "UnexpectedStatus", status: received.status } },
    unchecked
  )
}

const outcomeOf = (status: number, { code, isDocumented }: Answer.Answer): Outcome =>
  Status.isExecutable(status) || (givesUp.includes(status) && (!isDocumented || isDatastore(code)))
    ? "unknown"
    : "not-executed"

// With these a proxy may give up on a request that it has passed on. It does so in other words than the API's.
const givesUp: ReadonlyArray<number> = [408, 499, 503]

// The engine says so when its datastore went away, which comes after it had begun.
const isDatastore = (code: string | undefined): boolean => code !== undefined && /^data(?:store|_collection)/.test(code)

/** A 2xx that does not fit the contract. The server has acted. */
export const invalidResponse = (
  call: Call,
  received: Received,
  details: ReadonlyArray<AudianError.Issue>,
  description: string,
  now: number
): AudianError.AudianError => {
  const { body, rateLimit, requestId } = answered(call, received, read(call, received), now)
  return new AudianError.AudianClientError(
    omitUndefined({
      ...base(call, "unknown"),
      reason: { _tag: "InvalidResponse" as const, status: received.status },
      description,
      details: details.slice(0, Answer.maxIssues),
      requestId,
      rateLimit,
      body
    }),
    unchecked
  )
}

/** Input that does not fit the contract: nothing was sent. */
export const invalidRequest = (call: Call, details: ReadonlyArray<AudianError.Issue>): AudianError.AudianError =>
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

/** Time ran out: while a request was under way, or before one was sent. */
export const timeout = (
  call: Call,
  scope: "attempt" | "total",
  limit: Duration.Duration,
  sent: boolean,
  description = ""
): AudianError.AudianError =>
  new AudianError.AudianClientError(
    {
      ...base(call, sent ? "unknown" : "not-executed"),
      reason: { _tag: "Timeout", scope, limit },
      description,
      details: []
    },
    unchecked
  )

/**
 * A transport that failed: with the system's code where it has one, never with the request, which holds the token. A
 * file that could not be read to its end is the caller's, and no transport's, whichever client says so.
 */
export const transport = (call: Call, { reason }: HttpClientError.HttpClientError): AudianError.AudianError => {
  const file = unreadable(reason)
  return file === undefined
    ? broken(call, reason, (code, syscall) => (isBeforeSending(reason, code, syscall) ? "not-executed" : "unknown"))
    : invalidRequest(call, [{ field: file.field, message: scrubText(file.message, call.secrets) }])
}

/** A connection that carries no request of ours, and could not be made or broke. */
export const connection = (call: Call, cause: unknown): AudianError.AudianError =>
  broken(call, cause, () => "not-executed")

const broken = (
  call: Call,
  cause: unknown,
  outcomeOf: (code: string | undefined, syscall: unknown) => Outcome
): AudianError.AudianError => {
  const { code: found, syscall, text } = rootCause(cause)
  // A code is a name of the system's, nothing that a server wrote.
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
export const circuitOpen = (call: Call, retryAfter: Duration.Duration | undefined): AudianError.AudianError =>
  refused(call, { _tag: "CircuitOpen" }, retryAfter)

/** The rate limiter has no room in time: this attempt was not sent. */
export const rateLimited = (call: Call, retryAfter: Duration.Duration | undefined): AudianError.AudianError =>
  refused(call, { _tag: "RateLimited" }, retryAfter)

const refused = (
  call: Call,
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

/** The credential could not be had: the operation itself was never sent. */
export const noCredential = (call: Call, description: string): AudianError.AudianError =>
  new AudianError.AudianClientError(
    { ...base(call, "not-executed"), reason: { _tag: "Transport" }, description, details: [] },
    unchecked
  )

/** A file that ended before all of it had come. */
export const brokenOff = (call: Call, bytes: number, size: number): AudianError.AudianError =>
  new AudianError.AudianClientError(
    {
      ...base(call, "unknown"),
      reason: { _tag: "Transport" },
      description: `The file broke off: ${bytes} of ${size} bytes came`,
      details: []
    },
    unchecked
  )

// The innermost message says what happened, the innermost code which kind of thing it was.
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

// Only what cannot come later: a TLS record may break, and a host become unreachable, after the request has arrived.
const beforeSending =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_\w+|UND_ERR_CONNECT_TIMEOUT|UND_ERR_INVALID_ARG|CERT_\w+|ERR_TLS_CERT_\w+|ERR_TLS_HANDSHAKE_TIMEOUT|ERR_INVALID_(?:CHAR|URL|PROTOCOL|ARG_\w+)|\w*SELF_SIGNED\w*|UNABLE_TO_\w+)$/

const isBeforeSending = (
  { _tag }: HttpClientError.HttpClientError["reason"],
  code: string | undefined,
  syscall: unknown
): boolean =>
  _tag === "EncodeError" ||
  _tag === "InvalidUrlError" ||
  // Whatever breaks the reading of an answer, the request had arrived.
  (_tag === "TransportError" && code !== undefined && (beforeSending.test(code) || syscall === "connect"))

const header = (headers: Headers.Headers, name: string, secrets: ReadonlyArray<string>): string | undefined => {
  const value = headers[name]?.trim()
  return value === undefined || value === "" ? undefined : scrubText(value, secrets).slice(0, 200)
}

const readRetryAfter = (headers: Headers.Headers, now: number): Duration.Duration | undefined => {
  const value = header(headers, "retry-after", [])
  if (value === undefined) return undefined
  const parsed = Headers.parseRetryAfter(value)
  return Result.isSuccess(parsed) ? Headers.retryAfterDelay(parsed.success, now) : undefined
}

const formatIssues = /*@__PURE__*/ SchemaIssue.makeFormatterStandardSchemaV1()

/** The issues of a Schema as fields and expectations. The values themselves stay out: they may be secrets. */
export const issuesOf = (issue: SchemaIssue.Issue): ReadonlyArray<AudianError.Issue> =>
  formatIssues(issue).issues.map(({ message, path }) => ({
    field: (path ?? []).map((segment) => String(Predicate.isObject(segment) ? segment.key : segment)).join("."),
    // That a field may be left out says nothing of what it should be.
    message: message.replace(/ \| undefined$/, "")
  }))

/** The same error, as that of a call which was sent before. */
export const ofCall = (error: AudianError.AudianError, call: Call): AudianError.AudianError => {
  const { attempts, method, operation, path, replay, uncertain } = call
  return copy(error, { attempts, method, operation, path, replay, ...(uncertain && { outcome: "unknown" }) })
}

/** An error that a stub made, with the call it stands for where it did not say. */
export const located = (error: AudianError.AudianError, call: Call): AudianError.AudianError => {
  if (error.operation !== "") return error
  const { method, operation, path, replay } = call
  return copy(error, { method, operation, path, replay })
}

const copy = (error: AudianError.AudianError, changes: object): AudianError.AudianError => {
  const Class = error.constructor as new (fields: object, options: object) => AudianError.AudianError
  return new Class({ ...error, ...changes }, unchecked)
}
