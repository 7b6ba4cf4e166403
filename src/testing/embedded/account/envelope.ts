/**
 * The engine's wire format: the envelopes of its responses and of its errors.
 *
 * @internal
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as HttpApiError from "effect/http-api/HttpApiError"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"
import type { AudianError, Issue } from "../../../AudianError.ts"
import { issuesOf } from "../../../internal/error/issues.ts"
import type * as Operation from "../../../Operation.ts"
import * as RequestContext from "../requestContext.ts"

/** A document with any fields. */
export interface Document {
  readonly [key: string]: Schema.Json
}

/** The `data` of a response and the extra fields of its envelope. Without `data` the response has no body. */
export interface Reply {
  readonly data?: Document | ReadonlyArray<Schema.Json> | string | undefined
  /** A response in place of the envelope, such as a file. */
  readonly response?: HttpServerResponse.HttpServerResponse | undefined
  readonly revision?: string | undefined
  readonly metadata?: Document | undefined
  readonly page_size?: number | undefined
  readonly start_key?: string | undefined
  readonly next_start_key?: string | undefined
}

/** An error of the engine. */
export interface Refusal {
  readonly status: number
  readonly message: string
  readonly data: Schema.Json
}

export type Result = Effect.Effect<Reply, Refusal>

export const reply = (data: Reply["data"]): Result => Effect.succeed({ data })

export const noContent: Result = /*@__PURE__*/ Effect.succeed({})

const refuse = (status: number, message: string, data: Schema.Json): Effect.Effect<never, Refusal> =>
  Effect.fail({ status, message, data })

/** 404: no document with that id, or one of another kind. */
export const unknownId = (id: string): Effect.Effect<never, Refusal> =>
  refuse(404, "bad_identifier", { cause: id, message: "bad identifier" })

/** 404: no record with that id. The engine's code for it is a text. */
export const unknownRecord = (message: string): Effect.Effect<never, Refusal> => refuse(404, message, { message })

/** 404: an invalid query, for which the engine uses no 400. */
export const faultyRequest = (message: string): Effect.Effect<never, Refusal> =>
  refuse(404, "faulty_request", { message })

export const unauthorized: Effect.Effect<never, Refusal> = /*@__PURE__*/ refuse(401, "invalid_credentials", {
  message: "invalid credentials"
})

export const forbidden: Effect.Effect<never, Refusal> = /*@__PURE__*/ refuse(403, "forbidden", {
  message: "forbidden"
})

/** 400: a field violates a rule. `value` is the invalid value. */
export const invalid = (
  field: string,
  rule: string,
  message: string,
  value?: Schema.Json | undefined
): Effect.Effect<never, Refusal> =>
  refuse(400, "validation error", { [field]: { [rule]: { message, ...(value !== undefined && { cause: value }) } } })

/** 402: the operation costs money and requires consent. */
export const acceptCharges = (invoice: Document): Effect.Effect<never, Refusal> =>
  refuse(402, "accept charges", [invoice])

/** An error about the state of a number. Its `data` repeats the status and the reason. */
export const numberError = (
  status: number,
  reason: string,
  message: string,
  cause: string
): Effect.Effect<never, Refusal> => refuse(status, reason, { code: status, error: reason, message, cause })

/** 500: a caller's error for which the engine has no other status. */
export const internalError = (message: string): Effect.Effect<never, Refusal> => refuse(500, message, { message })

/** Keeps the undecoded body, since the engine also stores unknown fields. */
export const readBody = (
  request: HttpServerRequest.HttpServerRequest,
  context: RequestContext.RequestContext
): Effect.Effect<void> =>
  /^multipart\//.test(request.headers["content-type"] ?? "")
    ? Effect.void
    : Effect.match(request.json, {
        onFailure: () => undefined,
        onSuccess: (json) => {
          context.body = json
        }
      })

/** The document in a body, with or without an envelope. */
export const documentOf = (body: unknown): Document => {
  const record = isDocument(body) ? body : {}
  return isDocument(record.data) ? record.data : record
}

export const isDocument = (u: unknown): u is Document => Predicate.isObject(u) && !Array.isArray(u)

/** The HTTP response for a result. */
export const respond = (
  { endpoint, traits }: Operation.Any,
  result: Result
): Effect.Effect<HttpServerResponse.HttpServerResponse> =>
  Effect.flatMap(RequestContext.RequestContext, (context) =>
    Effect.match(result, {
      onFailure: (refusal) => refusalResponse(context, refusal),
      onSuccess: ({ data, response, ...extra }) => {
        if (response !== undefined) return response
        if (data === undefined) return HttpServerResponse.empty()
        const status = statusOf(endpoint.success)
        return traits.envelope === "bare"
          ? HttpServerResponse.jsonUnsafe(data, { status })
          : HttpServerResponse.jsonUnsafe({ data, ...extra, status: "success", ...envelope(context) }, { status })
      }
    })
  )

export const statusOf = (successes: ReadonlySet<Schema.Top>): number => {
  for (const schema of successes) {
    if (!HttpApiSchema.isNoContent(schema.ast)) return Number(schema.ast.context?.annotations?.httpApiStatus ?? 200)
  }
  return 200
}

/** The fields of every envelope. They echo the request's token. */
const envelope = ({ now, requestId, token }: RequestContext.RequestContext) => ({
  auth_token: token,
  node: "embedded",
  request_id: requestId,
  timestamp: DateTime.formatIso(DateTime.makeUnsafe(now)),
  version: "5.4.32.6"
})

const refusalResponse = (context: RequestContext.RequestContext, { data, message, status }: Refusal) =>
  HttpServerResponse.jsonUnsafe(
    { data, error: String(status), message, status: "error", metadata: {}, ...envelope(context) },
    { status }
  )

/** The engine's response to an error of the routes: a bad credential, a malformed form, invalid input. */
export const errorResponse = <E>(error: E): Effect.Effect<HttpServerResponse.HttpServerResponse, E> => {
  const refusal = HttpApiError.HttpApiSchemaError.is(error)
    ? validationError(issuesOf(error.cause.issue))
    : // Other errors of the routes are API errors.
      refusalByTag[(error as AudianError)._tag]
  if (refusal === undefined) return Effect.fail(error)
  return Effect.flatMap(RequestContext.RequestContext, (context) =>
    Effect.map(Effect.flip(refusal), (refusal) => refusalResponse(context, refusal))
  )
}

/** The engine's response to a body that is larger than its limit. */
export const tooLarge = (limit: number): Effect.Effect<HttpServerResponse.HttpServerResponse> =>
  Effect.map(RequestContext.RequestContext, (context) =>
    refusalResponse(context, {
      status: 413,
      message: "validation error",
      data: { file: { maxSize: { message: `Body must not have more than ${limit} bytes`, target: limit } } }
    })
  )

const refusalByTag: { readonly [K in AudianError["_tag"]]?: Effect.Effect<never, Refusal> } = {
  Unauthorized: unauthorized,
  Forbidden: forbidden,
  BadRequest: /*@__PURE__*/ invalid("json", "invalid", "The body could not be read")
}

const validationError = (issues: ReadonlyArray<Issue>): Effect.Effect<never, Refusal> => {
  if (issues.some(({ field }) => field === "page_size")) return faultyRequest("page size must be at least 1")
  const data = issues.map(({ field, message }): [string, Schema.Json] => {
    const missing = message.startsWith("Missing key")
    return [
      // Fields are named without the envelope's `data`.
      field.replace(/^data\./, ""),
      missing ? { required: { message: "Field is required but missing" } } : { error: { message } }
    ]
  })
  return refuse(400, "validation error", Object.fromEntries(data))
}
