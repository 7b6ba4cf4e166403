/**
 * An embedded server as a function: one request in, one response out. The transports serve it.
 *
 * @internal
 */
import type * as Effect from "effect/Effect"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import type * as HttpServerResponse from "effect/http/HttpServerResponse"
import type { RequestContext } from "./requestContext.ts"

export type Response = HttpServerResponse.HttpServerResponse

export type App = (request: HttpServerRequest.HttpServerRequest) => Effect.Effect<Response>

/** The response to a request of a server. Fails with `RouteNotFound` for an unknown path. */
export type Routes = (
  request: HttpServerRequest.HttpServerRequest,
  context: RequestContext
) => Effect.Effect<Response, unknown>
