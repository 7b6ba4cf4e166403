/**
 * The engine's own ways over the wire: its envelope around what it answers, and the one around what it refuses.
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

/** A document as the engine stores it: any keys. */
export interface Document {
  readonly [key: string]: Schema.Json
}

/** What an operation answers, and what its envelope says beside `data`. No `data` is an answer without a body. */
export interface Reply {
  readonly data?: Document | ReadonlyArray<Schema.Json> | string | undefined
  /** A file, in the place of all that. */
  readonly response?: HttpServerResponse.HttpServerResponse | undefined
  readonly revision?: string | undefined
  readonly metadata?: Document | undefined
  readonly page_size?: number | undefined
  readonly start_key?: string | undefined
  readonly next_start_key?: string | undefined
}

/** Why the engine does not do something. */
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

/** No document of that id, or of another type. */
export const unknownId = (id: string): Effect.Effect<never, Refusal> =>
  refuse(404, "bad_identifier", { cause: id, message: "bad identifier" })

/** No record of that id: the engine has no code for it but a text. */
export const unknownRecord = (message: string): Effect.Effect<never, Refusal> => refuse(404, message, { message })

/** A query that cannot be read is not found rather than bad. */
export const faultyRequest = (message: string): Effect.Effect<never, Refusal> =>
  refuse(404, "faulty_request", { message })

export const unauthorized: Effect.Effect<never, Refusal> = /*@__PURE__*/ refuse(401, "invalid_credentials", {
  message: "invalid credentials"
})

export const forbidden: Effect.Effect<never, Refusal> = /*@__PURE__*/ refuse(403, "forbidden", {
  message: "forbidden"
})

/** The rule that a field breaks; `value` is what broke it. */
export const invalid = (
  field: string,
  rule: string,
  message: string,
  value?: Schema.Json | undefined
): Effect.Effect<never, Refusal> =>
  refuse(400, "validation error", { [field]: { [rule]: { message, ...(value !== undefined && { cause: value }) } } })

/** Costs money: the engine wants consent first, and says to what. */
export const acceptCharges = (invoice: Document): Effect.Effect<never, Refusal> =>
  refuse(402, "accept charges", [invoice])

/** A number that is not in the state for it: the code again, and the engine's name of the reason. */
export const numberError = (
  status: number,
  reason: string,
  message: string,
  cause: string
): Effect.Effect<never, Refusal> => refuse(status, reason, { code: status, error: reason, message, cause })

/** What every caller error without a status of its own is. */
export const internalError = (message: string): Effect.Effect<never, Refusal> => refuse(500, message, { message })

/** Keeps the body as it was sent: the engine stores what the contract does not know too. */
export const readBody = (request: HttpServerRequest.HttpServerRequest): Effect.Effect<void> =>
  Effect.flatMap(RequestContext.RequestContext, (context) =>
    /^multipart\//.test(request.headers["content-type"] ?? "") || request.method === "GET"
      ? Effect.void
      : Effect.match(request.json, {
          onFailure: () => undefined,
          onSuccess: (json) => {
            context.body = json
          }
        })
  )

/** The document that a body has: in its envelope, or bare. */
export const documentOf = (body: unknown): Document => {
  const record = isDocument(body) ? body : {}
  return isDocument(record.data) ? record.data : record
}

export const isDocument = (u: unknown): u is Document => Predicate.isObject(u) && !Array.isArray(u)

/** The answer over the wire. */
export const respond = (
  { endpoint, traits }: Operation.Any,
  answer: Result
): Effect.Effect<HttpServerResponse.HttpServerResponse> =>
  Effect.flatMap(RequestContext.RequestContext, (context) =>
    Effect.match(answer, {
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

const statusOf = (successes: ReadonlySet<Schema.Top>): number => {
  for (const schema of successes) {
    if (!HttpApiSchema.isNoContent(schema.ast)) return Number(schema.ast.context?.annotations?.httpApiStatus ?? 200)
  }
  return 200
}

/** What every envelope says, whatever it is around; the token that was sent is among it. */
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

/** An error of the routes as the engine puts it: a bad credential, a form that is none, input that does not fit. */
export const errorResponse = <E>(error: E): Effect.Effect<HttpServerResponse.HttpServerResponse, E> => {
  const refusal = HttpApiError.HttpApiSchemaError.is(error)
    ? validationError(issuesOf(error.cause.issue))
    : // What the routes fail with beside that is an error of the API.
      refusalByTag[(error as unknown as AudianError)._tag]
  if (refusal === undefined) return Effect.fail(error)
  return Effect.flatMap(RequestContext.RequestContext, (context) =>
    Effect.map(Effect.flip(refusal), (refusal) => refusalResponse(context, refusal))
  )
}

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
      // The envelope is the engine's `data.data`; its fields go by their own names.
      field.replace(/^data\./, ""),
      missing ? { required: { message: "Field is required but missing" } } : { error: { message } }
    ]
  })
  return refuse(400, "validation error", Object.fromEntries(data))
}
