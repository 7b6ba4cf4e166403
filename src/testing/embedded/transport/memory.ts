/**
 * The in-memory transport: an `HttpClient` that calls an embedded server without a connection.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Stream from "effect/Stream"
import { type App, toResponse } from "../app.ts"
import * as Faults from "../faults.ts"
import * as Forms from "./forms.ts"

/** An `HttpClient` that runs the app for each request. */
export const client = (app: App): HttpClient.HttpClient =>
  HttpClient.make((request) =>
    app(HttpServerRequest.fromClientRequest(Forms.withContentType(request))).pipe(
      Effect.map((reply) => HttpServerResponse.toClientResponse(toResponse(reply), { request })),
      Effect.catchDefect((defect) =>
        defect instanceof Faults.BrokenConnection ? fromBroken(defect.response, request) : Effect.die(defect)
      )
    )
  )

/** The result of a client for a response that HTTP does not allow. */
const fromBroken = (
  response: Faults.BrokenConnection["response"],
  request: HttpClientRequest.HttpClientRequest
): Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError> => {
  const failed = (cause: Error) =>
    Effect.fail(new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) }))
  if (response === undefined) return failed(connectionReset())
  if (response === "refused") return failed(coded("The connection was refused", "ECONNREFUSED"))
  const { bytes, headers, length, malformed, status } = response
  if (malformed !== undefined) {
    return failed(coded("The response does not match the HTTP/1.1 protocol", parserCodes[malformed]))
  }
  const body = length === undefined ? bytes : bytes.subarray(0, length)
  const isComplete = length !== undefined && length <= bytes.length
  return Effect.succeed(
    HttpServerResponse.toClientResponse(
      HttpServerResponse.stream(
        isComplete
          ? Stream.succeed(body)
          : Stream.concat(
              Stream.succeed(body),
              Stream.suspend(() => Stream.fail(connectionReset()))
            ),
        { status, headers, contentType: headers["content-type"], contentLength: length }
      ),
      { request }
    )
  )
}

const coded = (message: string, code: string): Error => Object.assign(new Error(message), { code })

const connectionReset = () => coded("The connection was reset", "ECONNRESET")

// The codes of Node.js.
const parserCodes = {
  status: "HPE_INVALID_CONSTANT",
  header: "HPE_INVALID_HEADER_TOKEN",
  length: "HPE_UNEXPECTED_CONTENT_LENGTH"
}
