/**
 * An embedded server as a function: one request in, one response out. The transports serve it.
 *
 * @internal
 */
import type * as Effect from "effect/Effect"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type { RequestContext } from "./requestContext.ts"

export type Response = HttpServerResponse.HttpServerResponse

/** A response and headers of the server, which do not replace its own. To join them takes as long as a small response. */
export interface Reply {
  readonly response: Response
  readonly headers: Readonly<Record<string, string>>
}

export type App = (request: HttpServerRequest.HttpServerRequest) => Effect.Effect<Reply>

/** A response as it is. */
export const reply = (response: Response): Reply => ({ response, headers: {} })

export const toResponse = ({ headers, response }: Reply): Response =>
  HttpServerResponse.setHeaders(response, { ...headers, ...response.headers })

/** The response to a request of a server. Fails with `RouteNotFound` for an unknown path. */
export type Routes = (
  request: HttpServerRequest.HttpServerRequest,
  context: RequestContext
) => Effect.Effect<Response, unknown>
