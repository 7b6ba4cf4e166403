/**
 * The errors of a call, as one closed union: the eleven documented statuses, each with its own tag, and
 * `AudianClientError` for what the API does not document, with a tagged `reason`.
 *
 * **Details**
 *
 * All twelve carry the same fields, survive a trip through JSON ({@link AudianError} is their Schema), and never
 * hold a secret.
 *
 * **Example** (Handling by tag)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Numbers } from "effect-audian"
 *
 * export const purchase = Numbers.purchase({ number: "+14155551234" }).pipe(
 *   Effect.asVoid,
 *   Effect.catchTags({
 *     Conflict: () => Effect.logInfo("the number is ours already"),
 *     PaymentRequired: (error) => Effect.logError(`no funds, request ${error.requestId}`)
 *   })
 * )
 * ```
 *
 * **Example** (Matching every tag)
 *
 * ```ts
 * import * as Match from "effect/Match"
 * import { AudianError } from "effect-audian"
 *
 * // Does not compile when a tag is left out.
 * export const advice = (error: AudianError.AudianError): string =>
 *   Match.value(error).pipe(
 *     Match.tag(...AudianError.serverTags, () => "try again later"),
 *     Match.tag("TooManyRequests", () => "slow down"),
 *     Match.tag("Unauthorized", "Forbidden", () => "check the key"),
 *     Match.tag("PaymentRequired", () => "add funds"),
 *     Match.tag("NotFound", "Conflict", () => "read it again"),
 *     Match.tag("BadRequest", "UnprocessableEntity", () => "correct the input"),
 *     Match.tag("AudianClientError", ({ reason }) => `${reason._tag}: see the logs`),
 *     Match.exhaustive
 *   )
 * ```
 *
 * @see https://docs.audian.com/errors/http-status-codes
 * @since 0.1.0
 */
import type * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as ErrorReporter from "effect/ErrorReporter"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as CallSite from "./internal/error/callSite.ts"
import { omitUndefined } from "./internal/omitUndefined.ts"
import * as Millis from "./internal/schema/millis.ts"
import { RateLimit } from "./internal/schema/quota.ts"
import { lazy, openEnum } from "./internal/schema/schema.ts"
import * as Status from "./Status.ts"

const TypeId = "~effect-audian/AudianError"

/**
 * A documented error code, or one of the engine's reasons (`bad_identifier`, `datastore_conflict`, …) with its spaces
 * turned into underscores.
 *
 * @see https://docs.audian.com/errors/error-codes
 * @category models
 * @since 0.1.0
 */
export type Code = typeof Code.Type

const Code = /*@__PURE__*/ openEnum(
  "invalid_request_error",
  "invalid_phone_number",
  "invalid_api_key",
  "missing_authentication",
  "insufficient_funds",
  "forbidden_error",
  "not_found_error",
  "conflict_error",
  "validation_error",
  "rate_limit_error",
  "internal_server_error",
  "service_unavailable_error"
)

/**
 * A documented error type.
 *
 * @category models
 * @since 0.1.0
 */
export type Type = typeof Type.Type

const Type = /*@__PURE__*/ openEnum(
  "invalid_request_error",
  "authentication_error",
  "insufficient_funds_error",
  "forbidden_error",
  "not_found_error",
  "conflict_error",
  "validation_error",
  "rate_limit_error",
  "server_error"
)

/**
 * One validation issue of one field: its path joined by dots, the rule it broke where the server names one, and the
 * expectation.
 *
 * @category models
 * @since 0.1.0
 */
export interface Issue extends Schema.Schema.Type<typeof Issue> {}

/**
 * The Schema of a validation issue.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Issue = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    field: Schema.String,
    rule: Schema.optional(Schema.String),
    message: Schema.String
  })
)

/**
 * The server's execution of a failed call.
 *
 * - `"not-executed"`: it certainly executed none of them
 * - `"executed"`: it executed one; its result could not be read
 * - `"unknown"`: it may have executed one
 *
 * @category models
 * @since 0.1.0
 */
export type Outcome = typeof Outcome.Type

const Outcome = /*@__PURE__*/ lazy(() => Schema.Literals(["not-executed", "unknown", "executed"]))

// The one list of the fields that all errors have. A call fills in all of them; the defaults are for the errors of tests
// and stubs.
const makeFields = (outcome: Outcome) => ({
  /** The operation that failed, such as `Numbers.purchase`. */
  operation: Schema.String.pipe(Schema.withConstructorDefault(Effect.succeed(""))),
  /** The HTTP method. */
  method: Schema.String.pipe(Schema.withConstructorDefault(Effect.succeed(""))),
  /** The path that was called, without the query. */
  path: Schema.String.pipe(Schema.withConstructorDefault(Effect.succeed(""))),
  /** `"safe"` if the operation is idempotent: it may be sent again after any outcome. */
  replay: Schema.Literals(["safe", "unsafe"]).pipe(Schema.withConstructorDefault(Effect.succeed("safe" as const))),
  /** The server's execution of this call: see {@link Outcome}. */
  outcome: Outcome.pipe(Schema.withConstructorDefault(Effect.succeed(outcome))),
  /** The number of times the request was sent; 0 when it never was. */
  attempts: Schema.Int.pipe(Schema.withConstructorDefault(Effect.succeed(1))),
  /** The machine-readable code of the response. */
  code: Schema.optional(Code),
  /** The error type of the response. */
  type: Schema.optional(Type),
  /** The invalid parameter, where the response names one. */
  param: Schema.optional(Schema.String),
  /** A description: the server's if it sent one. */
  description: Schema.String.pipe(Schema.withConstructorDefault(Effect.succeed(""))),
  /** All validation issues of the input; nothing else. */
  details: Schema.Array(Issue).pipe(Schema.withConstructorDefault(Effect.succeed([]))),
  /** The id that finds this request in the vendor's logs. */
  requestId: Schema.optional(Schema.String),
  /** The wait that the server requests (`Retry-After`). */
  retryAfter: Schema.optional(Millis.duration),
  /** The quota as this response reported it. */
  rateLimit: Schema.optional(RateLimit),
  /** The headers of the response, without the secrets: up to 64 of them, each up to 4096 characters. */
  headers: Schema.optional(Schema.Record(Schema.String, Schema.String)),
  /**
   * The response body without the secrets. Of JSON: 12 levels, 100 items of a list or an object, 1000 values, 8192
   * characters of a text and 65,536 in all; `…` stands for the rest. Of a text: the first 8192 characters.
   */
  body: Schema.optional(Schema.Json)
})

type Fields = ReturnType<typeof makeFields>

const fieldsByOutcome = /*@__PURE__*/ new Map<Outcome, Fields>()

// Classes with the same default share the schemas: making them is most of what importing this module costs.
const fieldsOf = (outcome: Outcome): Fields => {
  const found = fieldsByOutcome.get(outcome) ?? makeFields(outcome)
  fieldsByOutcome.set(outcome, found)
  return found
}

/**
 * The properties that all twelve errors derive from their fields.
 *
 * @category models
 * @since 0.1.0
 */
export interface Derived {
  readonly [TypeId]: typeof TypeId
  /**
   * `true` when a retry may succeed: for each status that the status table lists as retryable, a failed transport and a
   * timed-out attempt. `replay` and `outcome` tell whether a retry is safe.
   */
  readonly isRetryable: boolean
  /** The vendor's page on this error. `Status.advice` has what to do about it. */
  readonly docsUrl: string
}

const describe = (
  self: {
    readonly operation: string
    readonly attempts: number
    readonly code?: string | undefined
    readonly requestId?: string | undefined
    readonly description: string
    readonly details: ReadonlyArray<Issue>
  },
  summary: string
): string => {
  const notes = [
    self.code,
    self.requestId === undefined ? undefined : `request ${self.requestId}`,
    self.attempts > 1 ? `${self.attempts} attempts` : undefined
  ].filter(Predicate.isNotUndefined)
  const issues = self.details
    .filter((issue) => issue.message !== self.description)
    .map((issue) => `\n  ${issue.field}: ${issue.message}`)
  return `${self.operation}: ${summary}${self.description === "" ? "" : `: ${self.description}`}${
    notes.length === 0 ? "" : ` (${notes.join(", ")})`
  }${issues.join("")}`
}

type Described = Parameters<typeof describe>[0] & {
  readonly name: string
}

/**
 * Adds the printed form of an error. `message` and `stack` are properties of its own, and no getters of its class:
 * only those survive `structuredClone`.
 */
const finish = (error: Described & object, summary: string, made: CallSite.Frames | undefined): void => {
  if (made !== undefined) constructed.set(error, made)
  Object.defineProperty(error, "message", { value: describe(error, summary), configurable: true, writable: true })
  Object.defineProperty(error, "stack", stack)
}

/** The frames above the constructors of errors that no call made. */
const constructed = /*@__PURE__*/ new WeakMap<object, CallSite.Frames>()

/** The same accessor for all errors: functions of their own would cost more than the rest of an error. */
const stack: PropertyDescriptor & ThisType<Described & Error> = {
  configurable: true,
  get() {
    const called = CallSite.caller(CallSite.ofError(this)).map((line) => callLine(this.operation, line))
    return [`${this.name}: ${this.message}`, ...called, ...CallSite.lines(constructed.get(this))].join("\n")
  },
  set(value: unknown) {
    Object.defineProperty(this, "stack", { value, configurable: true, writable: true })
  }
}

/** The line of a caller, named after the operation that it called. */
const callLine = (operation: string, line: string): string =>
  operation === "" ? line : `    at ${operation} (${line.replace(/^\s+at (?:.* \((.*)\)|(?:async )?(.*))$/, "$1$2")})`

const NodeInspect = Symbol.for("nodejs.util.inspect.custom")

type Inspect = (value: unknown, options: unknown) => string

const methods = (severity: "Warn" | "Error") => ({
  [TypeId]: { value: TypeId },
  /** Message, caller and fields, as `console.log` shows them. */
  [NodeInspect]: {
    value(this: Described & Error, _: number, options: unknown, inspect: Inspect | undefined) {
      const { cause } = this
      const fields = omitUndefined({ ...this, ...(cause !== undefined && { cause }) })
      return inspect === undefined ? fields : `${this.stack} ${inspect(fields, options)}`
    }
  },
  ["~effect/ErrorReporter/severity" satisfies ErrorReporter.severity]: { value: severity },
  ["~effect/ErrorReporter/attributes" satisfies ErrorReporter.attributes]: {
    get(this: AudianError) {
      return omitUndefined({
        "error.type": this._tag === "AudianClientError" ? this.reason._tag : this._tag,
        "audian.operation": this.operation,
        "audian.outcome": this.outcome,
        "audian.attempts": this.attempts,
        "audian.code": this.code,
        "audian.request_id": this.requestId,
        "http.request.method": this.method,
        "http.response.status_code": this.status,
        "url.path": this.path
      })
    }
  }
})

// biome-ignore lint/suspicious/noExplicitAny: the constructor that TypeScript asks of a mixin
type Constructor = new (...args: any[]) => object

/** Completes a class of errors: its message, its stack, and how it is shown and reported. */
const completed = <Class extends Constructor>(
  Base: Class,
  summaryOf: (self: Described & { readonly reason: Reason }) => string,
  severity: "Warn" | "Error"
): Class => {
  const Complete = class extends Base {
    // biome-ignore lint/suspicious/noExplicitAny: as above
    constructor(...args: any[]) {
      super(...args)
      // The class of a mixin has the fields of its schema, which its base does not name.
      const self = this as unknown as Described & { readonly reason: Reason }
      finish(self, summaryOf(self), CallSite.above(Complete))
    }
  }
  Object.defineProperties(Complete.prototype, methods(severity))
  return Complete
}

// Getters shared by the eleven documented errors; `Schema.TaggedError` has no common base class to put them on.
const documented =
  <Self>() =>
  <const Tag extends Status.ErrorTag>(tag: Tag): Documented<Self, Tag> => {
    const { class: kind, code, name } = Status.ofTag(tag)
    const Base = completed(
      Schema.TaggedError<DocumentedBase, Derived>(`effect-audian/${tag}`)(
        tag,
        {
          status: Schema.tag(code),
          ...fieldsOf(Status.isExecutable(code) ? "unknown" : "not-executed")
        },
        { httpApiStatus: code }
      ),
      () => `${code} ${name}`,
      kind === "client" ? "Warn" : "Error"
    )
    Object.defineProperties(Base.prototype, {
      isRetryable: { get: () => Status.isRetryable(code) },
      docsUrl: { get: () => "https://docs.audian.com/errors/http-status-codes" }
    })
    // The one cast: `Self` is known only to the class that extends this.
    return Base as Documented<Self, Tag>
  }

interface DocumentedBase extends Schema.Struct.Type<Fields> {}

type Documented<Self, Tag extends Status.ErrorTag> = Schema.Class<
  Self,
  Schema.TaggedStruct<Tag, { readonly status: Schema.tag<Status.OfTag<Tag>["code"]> } & Fields>,
  Cause.YieldableError & Derived & { readonly isRetryable: Status.OfTag<Tag>["retryable"] }
>

/**
 * 400: the request is malformed or has invalid parameters; `details` names them.
 *
 * @category errors
 * @since 0.1.0
 */
export class BadRequest extends documented<BadRequest>()("BadRequest") {}

/**
 * 401: the credential is missing, wrong, expired or revoked. The engine responds with it for an unknown account too.
 *
 * @category errors
 * @since 0.1.0
 */
export class Unauthorized extends documented<Unauthorized>()("Unauthorized") {}

/**
 * 402: the balance, the card or the subscription does not cover the operation.
 *
 * @category errors
 * @since 0.1.0
 */
export class PaymentRequired extends documented<PaymentRequired>()("PaymentRequired") {}

/**
 * 403: the credential is valid and may not do this.
 *
 * @category errors
 * @since 0.1.0
 */
export class Forbidden extends documented<Forbidden>()("Forbidden") {}

/**
 * 404: no such resource in this account.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotFound extends documented<NotFound>()("NotFound") {}

/**
 * 409: the resource exists already, the request is a duplicate, or the state does not allow it.
 *
 * @category errors
 * @since 0.1.0
 */
export class Conflict extends documented<Conflict>()("Conflict") {}

/**
 * 422: the request is well-formed and the server cannot do it.
 *
 * @category errors
 * @since 0.1.0
 */
export class UnprocessableEntity extends documented<UnprocessableEntity>()("UnprocessableEntity") {}

/**
 * 429: too many requests; `retryAfter` and `rateLimit` give the time of the next try.
 *
 * @category errors
 * @since 0.1.0
 */
export class TooManyRequests extends documented<TooManyRequests>()("TooManyRequests") {}

/**
 * 500: the server failed. It may have executed the request before.
 *
 * @category errors
 * @since 0.1.0
 */
export class InternalServerError extends documented<InternalServerError>()("InternalServerError") {}

/**
 * 502: a server behind the gateway failed. It may have executed the request before.
 *
 * @category errors
 * @since 0.1.0
 */
export class BadGateway extends documented<BadGateway>()("BadGateway") {}

/**
 * 503: the server is in maintenance or overloaded.
 *
 * **Gotchas**
 *
 * A body without the API's own code may come from a proxy that has passed the request on: the `outcome` is `"unknown"`.
 *
 * @category errors
 * @since 0.1.0
 */
export class ServiceUnavailable extends documented<ServiceUnavailable>()("ServiceUnavailable") {}

/**
 * No complete response: the connection was refused, reset or closed too early. `code` is the system's own, such as
 * `ECONNREFUSED`, where it has one; `cause` of the error is the failure, redacted.
 *
 * **Details**
 *
 * The code `NO_CREDENTIAL` stands for a call whose credential could not be read. It is not retried.
 *
 * @category reasons
 * @since 0.1.0
 */
export interface Transport extends Schema.Schema.Type<typeof Transport> {}
/**
 * The Schema of a failed transport, and its constructor: `Transport.make(…)`.
 *
 * @category reasons
 * @since 0.1.0
 */
export const Transport = /*@__PURE__*/ lazy(() =>
  Schema.TaggedStruct("Transport", {
    code: Schema.optional(Schema.String)
  })
)

/**
 * A time limit passed: of one attempt (its response included) or of the call as a whole (its waits and retries included).
 * The stream of a file fails with it when no byte has arrived for an attempt's limit.
 *
 * @category reasons
 * @since 0.1.0
 */
export interface Timeout extends Schema.Schema.Type<typeof Timeout> {}
/**
 * The Schema of a passed time limit, and its constructor: `Timeout.make(…)`.
 *
 * @category reasons
 * @since 0.1.0
 */
export const Timeout = /*@__PURE__*/ lazy(() =>
  Schema.TaggedStruct("Timeout", {
    scope: Schema.Literals(["attempt", "total"]),
    limit: Millis.duration
  })
)

/**
 * The input does not fit the contract; `details` of the error names each field. Nothing was sent, or, where a file could
 * not be read to its end, a part of a request that was never complete.
 *
 * @category reasons
 * @since 0.1.0
 */
export interface InvalidRequest extends Schema.Schema.Type<typeof InvalidRequest> {}
/**
 * The Schema of invalid input, and its constructor: `InvalidRequest.make(…)`.
 *
 * @category reasons
 * @since 0.1.0
 */
export const InvalidRequest = /*@__PURE__*/ lazy(() => Schema.TaggedStruct("InvalidRequest", {}))

/**
 * A 2xx whose body does not fit the contract, or is larger than the client reads. `body` of the error keeps it.
 *
 * @category reasons
 * @since 0.1.0
 */
export interface InvalidResponse extends Schema.Schema.Type<typeof InvalidResponse> {}
/**
 * The Schema of an invalid response, and its constructor: `InvalidResponse.make(…)`.
 *
 * @category reasons
 * @since 0.1.0
 */
export const InvalidResponse = /*@__PURE__*/ lazy(() => Schema.TaggedStruct("InvalidResponse", { status: Schema.Int }))

/**
 * A status that the API does not document.
 *
 * @category reasons
 * @since 0.1.0
 */
export interface UnexpectedStatus extends Schema.Schema.Type<typeof UnexpectedStatus> {}
/**
 * The Schema of an undocumented status, and its constructor: `UnexpectedStatus.make(…)`.
 *
 * @category reasons
 * @since 0.1.0
 */
export const UnexpectedStatus = /*@__PURE__*/ lazy(() =>
  Schema.TaggedStruct("UnexpectedStatus", { status: Schema.Int })
)

/**
 * The circuit breaker is open: nothing was sent. `retryAfter` of the error is the time until it lets a request through.
 *
 * @category reasons
 * @since 0.1.0
 */
export interface CircuitOpen extends Schema.Schema.Type<typeof CircuitOpen> {}
/**
 * The Schema of an open circuit breaker, and its constructor: `CircuitOpen.make(…)`.
 *
 * @category reasons
 * @since 0.1.0
 */
export const CircuitOpen = /*@__PURE__*/ lazy(() => Schema.TaggedStruct("CircuitOpen", {}))

/**
 * The client's own rate limiter would delay the request for longer than it may: nothing was sent. `retryAfter` of the
 * error is the time until there is room, where that is known.
 *
 * @category reasons
 * @since 0.1.0
 */
export interface RateLimited extends Schema.Schema.Type<typeof RateLimited> {}
/**
 * The Schema of a full rate limiter, and its constructor: `RateLimited.make(…)`.
 *
 * @category reasons
 * @since 0.1.0
 */
export const RateLimited = /*@__PURE__*/ lazy(() => Schema.TaggedStruct("RateLimited", {}))

/**
 * The reasons of {@link AudianClientError}.
 *
 * @category reasons
 * @since 0.1.0
 */
export type Reason =
  | Transport
  | Timeout
  | InvalidRequest
  | InvalidResponse
  | UnexpectedStatus
  | CircuitOpen
  | RateLimited

/**
 * The Schema of the reasons.
 *
 * @category reasons
 * @since 0.1.0
 */
export const Reason = /*@__PURE__*/ lazy(() =>
  Schema.Union([Transport, Timeout, InvalidRequest, InvalidResponse, UnexpectedStatus, CircuitOpen, RateLimited])
)

/** The code of a call that has no credential: a retry reads none either. */
const noCredential = "NO_CREDENTIAL"

/** `fetch` in a browser shows a redirect as the status 0. */
const isRedirect = (status: number): boolean => [0, 301, 302, 303, 307, 308].includes(status)

const describeReason = (reason: Reason): string => {
  switch (reason._tag) {
    case "Transport":
      if (reason.code === noCredential) return "no credential, nothing was sent"
      return reason.code === undefined ? "no response" : `no response (${reason.code})`
    case "Timeout":
      return `no response within ${Duration.format(reason.limit)}${reason.scope === "total" ? " in total" : ""}`
    case "InvalidRequest":
      return "invalid input, nothing was sent"
    case "InvalidResponse":
      return `${reason.status} with a response that does not fit the contract`
    case "UnexpectedStatus":
      return isRedirect(reason.status)
        ? `${reason.status === 0 ? "" : `${reason.status}, `}a redirect, which is not followed`
        : `${reason.status}, which the API does not document`
    case "CircuitOpen":
      return "the circuit breaker is open, nothing was sent"
    case "RateLimited":
      return "the rate limiter has no room in time, nothing was sent"
  }
}

/**
 * A failure that the API does not document, with a tagged `reason`.
 *
 * **Example** (Handling one reason)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Numbers } from "effect-audian"
 *
 * export const list = Numbers.list().pipe(
 *   Effect.asSome,
 *   Effect.catchReason("AudianClientError", "Timeout", () => Effect.succeedNone)
 * )
 * ```
 *
 * @category errors
 * @since 0.1.0
 */
export class AudianClientError extends completed(
  Schema.TaggedError<AudianClientError>("effect-audian/AudianClientError")("AudianClientError", {
    reason: Reason,
    ...fieldsOf("unknown")
  }),
  ({ reason }) => describeReason(reason),
  "Error"
) {
  declare readonly [TypeId]: typeof TypeId

  /**
   * The HTTP status, where there was a response.
   *
   * @since 0.1.0
   */
  get status(): number | undefined {
    return "status" in this.reason ? this.reason.status : undefined
  }

  /**
   * See {@link Derived}.
   *
   * @since 0.1.0
   */
  get isRetryable(): boolean {
    switch (this.reason._tag) {
      case "Transport":
        return this.reason.code !== noCredential
      case "Timeout":
        return this.reason.scope === "attempt"
      case "UnexpectedStatus":
        return Status.isRetryable(this.reason.status)
      default:
        return false
    }
  }

  /**
   * See {@link Derived}.
   *
   * @since 0.1.0
   */
  get docsUrl(): string {
    return "https://docs.audian.com/errors/troubleshooting"
  }
}

/**
 * The Schema of the union: errors can cross a queue, a workflow or an RPC boundary and come out as they went in.
 *
 * **Example** (To JSON and back)
 *
 * ```ts
 * import * as Schema from "effect/Schema"
 * import { AudianError } from "effect-audian"
 *
 * export const toJson = Schema.encodeSync(AudianError.AudianError)
 * export const fromJson = Schema.decodeUnknownSync(AudianError.AudianError)
 * ```
 *
 * @category schemas
 * @since 0.1.0
 */
export const AudianError = /*@__PURE__*/ lazy(() =>
  Schema.Union([
    BadRequest,
    Unauthorized,
    PaymentRequired,
    Forbidden,
    NotFound,
    Conflict,
    UnprocessableEntity,
    TooManyRequests,
    InternalServerError,
    BadGateway,
    ServiceUnavailable,
    AudianClientError
  ])
)

/**
 * The error of a call: one of the twelve.
 *
 * @category errors
 * @since 0.1.0
 */
export type AudianError =
  | BadRequest
  | Unauthorized
  | PaymentRequired
  | Forbidden
  | NotFound
  | Conflict
  | UnprocessableEntity
  | TooManyRequests
  | InternalServerError
  | BadGateway
  | ServiceUnavailable
  | AudianClientError

/**
 * Checks if a value is one of the twelve errors.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isAudianError = (u: unknown): u is AudianError => Predicate.hasProperty(u, TypeId)

type TagOf<Condition> = Extract<Status.DocumentedError, Condition>["tag"]
type WithTag<Tag extends string> = Extract<AudianError, { readonly _tag: Tag }>

/**
 * The members of an error type that a guard finds. Any error type will do: one that other handlers have narrowed, or one
 * with errors of the program's own.
 *
 * @category utility types
 * @since 0.1.0
 */
export type Narrow<E, Found> = unknown extends E ? Found : Extract<E, Found>

const isTagged =
  <Tag extends string>(tags: ReadonlyArray<string>) =>
  <E>(error: E): error is E & Narrow<E, WithTag<Tag>> =>
    isAudianError(error) && tags.includes(error._tag)

/**
 * Checks for one of the documented 4xx, and narrows to them.
 *
 * **Example** (Classes of errors, in any order)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { AudianError, Numbers } from "effect-audian"
 *
 * export const list = Numbers.list().pipe(
 *   Effect.asSome,
 *   Effect.catchTags({ Unauthorized: () => Effect.die("the key is wrong") }),
 *   Effect.catchIf(AudianError.isServerError, () => Effect.succeedNone),
 *   // Of the 4xx, Unauthorized is handled: the error here is one of the other seven.
 *   Effect.catchIf(AudianError.isClientError, (error) => Effect.die(error.details))
 * )
 * ```
 *
 * @category predicates
 * @since 0.1.0
 */
export const isClientError: <E>(error: E) => error is E & Narrow<E, WithTag<TagOf<{ readonly class: "client" }>>> = (
  error
) => isClient(error)

/**
 * Checks for one of the documented 5xx, and narrows to them.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isServerError: <E>(error: E) => error is E & Narrow<E, WithTag<TagOf<{ readonly class: "server" }>>> = (
  error
) => isServer(error)

/**
 * Checks if a retry of the failed call may succeed; see {@link Derived}.
 *
 * **Details**
 *
 * Handling it leaves out of the error type the tags that the status table calls retryable. `AudianClientError` stays: only
 * some of its reasons are.
 *
 * **Gotchas**
 *
 * It does not say that a retry is safe: the failed purchase may have been executed. `Retry.isSafe` is the guard of an
 * `Effect.retry`.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isRetryable = <E>(error: E): error is E & Narrow<E, AudianError> & { readonly isRetryable: true } =>
  isAudianError(error) && error.isRetryable

/**
 * Checks if the server may have executed the call, without a word about it: look for its effect before it is sent again.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isOutcomeUnknown = <E>(error: E): error is E & Narrow<E, AudianError> & { readonly outcome: "unknown" } =>
  isAudianError(error) && error.outcome === "unknown"

/**
 * Checks if the server has certainly not executed the call.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isNotExecuted = <E>(
  error: E
): error is E & Narrow<E, AudianError> & { readonly outcome: "not-executed" } =>
  isAudianError(error) && error.outcome === "not-executed"

/**
 * Checks if the server has executed the call, though its result could not be read.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isExecuted = <E>(error: E): error is E & Narrow<E, AudianError> & { readonly outcome: "executed" } =>
  isAudianError(error) && error.outcome === "executed"

/**
 * Checks if an error is the engine's question for consent: the operation costs something, nothing was executed, and
 * the same call with `accept_charges: true` goes through.
 *
 * @category predicates
 * @since 0.1.0
 */
export const asksForConsent = <E>(
  error: E
): error is E & Narrow<E, PaymentRequired> & { readonly code: "accept_charges" } =>
  isAudianError(error) && error._tag === "PaymentRequired" && error.code === "accept_charges"

/**
 * The engine's quote of the charges: in its current version a list of invoices with `items` and a `summary` of `today`
 * and `recurring`, in older ones an object of categories. None for any other 402.
 *
 * @category getters
 * @since 0.1.0
 */
export const chargesOf = (error: PaymentRequired): Option.Option<Schema.Json> =>
  asksForConsent(error) && Predicate.hasProperty(error.body, "data")
    ? Option.some(error.body.data as Schema.Json)
    : Option.none()

/**
 * Checks if a conflict is two writers of one document, rather than something that exists already: reading the document
 * again and retrying the change helps.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isDatastoreConflict = <E>(
  error: E
): error is E & Narrow<E, Conflict> & { readonly code: "datastore_conflict" | "conflicting_documents" } =>
  isAudianError(error) &&
  error._tag === "Conflict" &&
  (error.code === "datastore_conflict" || error.code === "conflicting_documents")

type NonEmpty<A> = readonly [A, ...ReadonlyArray<A>]
type TagWhere<Condition> = Extract<Status.DocumentedError, Condition>["tag"]

const tagsWhere = <Condition>(predicate: (row: Status.DocumentedError) => boolean) =>
  // The table has rows of each kind.
  Status.errors.flatMap((row) => (predicate(row) ? [row.tag as TagWhere<Condition>] : [])) as ReadonlyArray<
    TagWhere<Condition>
  > as NonEmpty<TagWhere<Condition>>

/**
 * The tags that the status table calls retryable.
 *
 * **Example** (Handling them at once)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { AudianError, Numbers } from "effect-audian"
 *
 * // The other eight tags stay in the error type.
 * export const list = Numbers.list().pipe(
 *   Effect.asSome,
 *   Effect.catchTag(AudianError.retryableTags, () => Effect.succeedNone)
 * )
 * ```
 *
 * @category tags
 * @since 0.1.0
 */
export const retryableTags = /*@__PURE__*/ tagsWhere<{ readonly retryable: true }>((row) => row.retryable)

/**
 * The tags of the documented 4xx.
 *
 * @category tags
 * @since 0.1.0
 */
export const clientTags = /*@__PURE__*/ tagsWhere<{ readonly class: "client" }>((row) => row.class === "client")

/**
 * The tags of the documented 5xx.
 *
 * @category tags
 * @since 0.1.0
 */
export const serverTags = /*@__PURE__*/ tagsWhere<{ readonly class: "server" }>((row) => row.class === "server")

const isClient = /*@__PURE__*/ isTagged<TagOf<{ readonly class: "client" }>>(clientTags)
const isServer = /*@__PURE__*/ isTagged<TagOf<{ readonly class: "server" }>>(serverTags)
