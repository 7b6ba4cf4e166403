/**
 * The two ways to reach an embedded server: in memory, and on a socket.
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
import * as Faults from "../faults.ts"
import type * as Server from "../server.ts"
import * as Form from "./forms.ts"

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
        defect instanceof Faults.Broken ? received(defect.answer, request) : Effect.die(defect)
      )
    )
  )

/** What a client makes of an answer that HTTP does not allow. */
const received = (
  answer: Faults.Broken["answer"],
  request: HttpClientRequest.HttpClientRequest
): Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError> => {
  const failed = (cause: Error) =>
    Effect.fail(new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) }))
  if (answer === undefined) return failed(connectionReset())
  if (answer === "refused") return failed(coded("The connection was refused", "ECONNREFUSED"))
  const { bytes, headers, length, malformed, status } = answer
  if (malformed !== undefined) {
    return failed(coded("The answer does not match the HTTP/1.1 protocol", parserCodes[malformed]))
  }
  const body = length === undefined ? bytes : bytes.subarray(0, length)
  const isWhole = length !== undefined && length <= bytes.length
  return Effect.succeed(
    HttpServerResponse.toClientResponse(
      HttpServerResponse.stream(
        isWhole
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

// As Node.js names them.
const parserCodes = {
  status: "HPE_INVALID_CONSTANT",
  header: "HPE_INVALID_HEADER_TOKEN",
  length: "HPE_UNEXPECTED_CONTENT_LENGTH"
}

/** What is used of a socket of Node.js. */
interface Connection {
  readonly destroy: () => void
  /** Closes it once all has been written. */
  readonly destroySoon: () => void
  readonly write: (bytes: Uint8Array | string) => void
  readonly once: (event: "close", listener: () => void) => void
}

/** What a server on a socket does of a defect: breaks the connection where the script says so. */
export const breakConnection = (defect: unknown): Server.App =>
  defect instanceof Faults.Broken
    ? Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ source }) => {
        const { socket } = source as { readonly socket?: Connection }
        const { answer } = defect
        if (answer === undefined || answer === "refused") {
          socket?.destroy()
          // Nobody waits for the rest of the request.
          return Effect.interrupt
        }
        return Effect.callback<never>((resume) => {
          socket?.once("close", () => resume(Effect.interrupt))
          for (const piece of written(answer)) socket?.write(piece)
          socket?.destroySoon()
        })
      })
    : Effect.die(defect)

/** An answer as the bytes that it is on the wire. */
const written = ({ bytes, headers, length, malformed, status }: Faults.Raw): ReadonlyArray<Uint8Array | string> => {
  const head = [
    `${malformed === "status" ? "HTP" : "HTTP"}/1.1 ${status} `,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(malformed === "header" ? ["no colon here"] : []),
    ...(malformed === "length" ? ["content-length: 9"] : []),
    length === undefined ? "transfer-encoding: chunked" : `content-length: ${length}`,
    "",
    length === undefined ? `${bytes.length.toString(16)}\r\n` : ""
  ]
  return [head.join("\r\n"), bytes, ...(length === undefined ? ["\r\n"] : [])]
}
