/**
 * The short way of a read: a GET that the routes would accept goes to its handler without them, and a success to the
 * client. Everything else is theirs: faults, refusals and errors.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FindMyWay from "effect/http/FindMyWay"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Api from "../../Api.ts"
import { asCodec } from "../../internal/schema/asCodec.ts"
import { isFile, isNoContent } from "../../internal/schema/plainEndpoint.ts"
import type * as Operation from "../../Operation.ts"
import * as Envelope from "./account/envelope.ts"
import type { Routes } from "./app.ts"
import { handle } from "./handle.ts"
import type { RequestContext } from "./requestContext.ts"

/** A read of the contract. */
interface Read {
  readonly operation: Operation.Any
  readonly decodeParams: Decode
  readonly decodeQuery: Decode
  /** `undefined` for a result that does not fit the contract. */
  readonly respond: (result: unknown) => HttpServerResponse.HttpServerResponse | undefined
}

type Decode = (value: unknown) => Result.Result<object | undefined, unknown>

/** The routes, and the short way before them. */
export const before =
  (routes: Routes): Routes =>
  (request, context) => {
    const { server, token } = context
    const found = request.method === "GET" && server.faults.length === 0 ? reads().find("GET", request.url) : undefined
    if (found === undefined) return routes(request, context)
    const { decodeParams, decodeQuery, operation, respond } = found.handler()
    const params = decodeParams(found.params)
    const query = decodeQuery(found.searchParams)
    if (
      Result.isFailure(params) ||
      Result.isFailure(query) ||
      server.auth.refusal(operation.traits.family, token, "GET") !== undefined
    ) {
      return routes(request, context)
    }
    context.operation = operation.name
    const decoded = { request, params: params.success, query: query.success }
    return Effect.matchCauseEffect(Effect.interruptible(handle(operation.name, context, decoded)), {
      onFailure: (cause) => routes(request, withResult(context, Exit.failCause(cause))),
      onSuccess: (result) => {
        const response = HttpServerResponse.isHttpServerResponse(result) ? result : respond(result)
        return response === undefined
          ? routes(request, withResult(context, Exit.succeed(result)))
          : Effect.succeed(response)
      }
    })
  }

/** Keeps the routes from running the handler again. */
const withResult = (context: RequestContext, result: RequestContext["result"]): RequestContext => {
  context.result = result
  return context
}

let shared: FindMyWay.Router<() => Read> | undefined

/** The reads of the contract with one kind of response, compiled one by one as they are used. */
const reads = (): FindMyWay.Router<() => Read> => {
  if (shared !== undefined) return shared
  shared = FindMyWay.make()
  for (const operation of Api.operations()) {
    const { method, path, payload, success } = operation.endpoint
    const [schema, ...others] = success
    if (method !== "GET" || payload.size > 0 || schema === undefined || others.length > 0) continue
    if (isFile(schema) || isNoContent(schema.ast)) continue
    let read: Read | undefined
    shared.on("GET", path as FindMyWay.PathInput, () => (read ??= compile(operation, schema)))
  }
  return shared
}

const compile = (operation: Operation.Any, success: Schema.Top): Read => {
  const { params, query } = operation.endpoint
  const encode = Schema.encodeUnknownResult(asCodec(success))
  const status = Envelope.statusOf(operation.endpoint.success)
  return {
    operation,
    decodeParams: decoderOf(params),
    decodeQuery: decoderOf(query && Schema.toCodecArrayFromSingle(query)),
    respond: (result) => {
      const encoded = encode(result)
      return Result.isSuccess(encoded) ? HttpServerResponse.jsonUnsafe(encoded.success, { status }) : undefined
    }
  }
}

const decoderOf = (schema: Schema.Constraint | undefined): Decode =>
  schema === undefined ? () => nothing : Schema.decodeUnknownResult(asCodec<object>(schema))

const nothing = /*@__PURE__*/ Result.succeed(undefined)
