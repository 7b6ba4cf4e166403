/**
 * The short way of a response: straight from the app to a connection of Node.js. It takes what most requests are, a GET
 * whose response is ready at once, and leaves everything else to the server of Effect.
 *
 * @internal
 */
import type { IncomingMessage, ServerResponse } from "node:http"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Headers from "effect/http/Headers"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Scheduler from "effect/Scheduler"
import * as Tracer from "effect/Tracer"
import type { App, Reply } from "../app.ts"

interface Direct {
  /** Sends the response to a request. `false` leaves the request to the server of Effect. */
  readonly serve: (request: IncomingMessage, response: ServerResponse) => boolean
  /** The app for the server of Effect. It continues a request that `serve` started. */
  readonly orElse: App
}

export const make = (app: App, services: Context.Context<never>): Direct => {
  // A handler runs without a pause: here, everything does.
  const run = Effect.runForkWith(Context.add(services, Scheduler.PreventSchedulerYield, true))
  // The server of Effect makes the spans.
  const isTraced = Context.get(services, Tracer.Tracer) !== Tracer.nativeTracer
  const started = new WeakMap<object, Fiber.Fiber<Reply>>()
  return {
    serve: (request, response) => {
      const { headers, method, url = "" } = request
      if (isTraced || method !== "GET" || !url.startsWith("/") || hasBody(request)) return false
      const sent = get.modify({ url, headers: Headers.fromInput(headers) })
      const fiber = run(app(sent))
      const exit = fiber.pollUnsafe()
      if (exit !== undefined && Exit.isSuccess(exit) && write(exit.value, response)) return true
      started.set(request, fiber)
      return false
    },
    orElse: (request) => {
      const fiber = started.get(request.source)
      if (fiber === undefined) return app(request)
      return Effect.onInterrupt(Effect.interruptible(Fiber.join(fiber)), () => Fiber.interrupt(fiber))
    }
  }
}

/** Every GET has the same parts except for its URL and its headers. */
const get = /*@__PURE__*/ HttpServerRequest.fromClientRequest(/*@__PURE__*/ HttpClientRequest.get("/"))

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || headers["content-length"] !== undefined

/** Writes a short text in one piece with its head. `false` for other bodies, and for a head that Node.js refuses. */
const write = ({ headers, response }: Reply, connection: ServerResponse): boolean => {
  const { body, status } = response
  if (body._tag !== "Uint8Array" || body.text === undefined || body.contentLength > 1_000_000) return false
  if (status < 200 || HttpServerResponse.omitsBody(response)) return false
  try {
    connection.writeHead(status, { ...headers, ...response.headers })
  } catch {
    return false
  }
  connection.end(body.text)
  return true
}
