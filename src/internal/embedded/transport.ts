/**
 * The two ways to reach an embedded server: in memory, and on a socket.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Faults from "./faults.ts"
import * as Form from "./form.ts"
import type * as Server from "./server.ts"

/** A client whose requests the server answers without a connection. */
export const inMemory = (app: Server.App): HttpClient.HttpClient =>
  HttpClient.make((request) =>
    Effect.scoped(
      Effect.provideService(
        app,
        HttpServerRequest.HttpServerRequest,
        HttpServerRequest.fromClientRequest(Form.announced(request))
      )
    ).pipe(
      Effect.map((response) => HttpServerResponse.toClientResponse(response, { request })),
      Effect.catchDefect((defect) =>
        defect instanceof Faults.Reset
          ? Effect.fail(
              new HttpClientError.HttpClientError({
                reason: new HttpClientError.TransportError({
                  request,
                  cause: Object.assign(new Error("The connection was reset"), { code: "ECONNRESET" })
                })
              })
            )
          : Effect.die(defect)
      )
    )
  )

/** What a server on a socket does of a defect: breaks the connection where the script says so. */
export const breakConnection = (defect: unknown): Server.App =>
  defect instanceof Faults.Reset
    ? Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ source }) => {
        const { socket } = source as { readonly socket?: { readonly destroy: () => void } }
        socket?.destroy()
        // Nobody waits for the rest of the request.
        return Effect.interrupt
      })
    : Effect.die(defect)
