/**
 * A raw HTTP server on a loopback socket, and the documented samples it serves. Nothing of the library is in it.
 */
import { readFileSync } from "node:fs"
import type * as Http from "node:http"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Raw from "../support/server.ts"

/** The response to every request. */
export interface ServedResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  /** Announce more than is sent, then destroy the socket. */
  readonly cut?: boolean | undefined
}

/** A request that the server has seen. */
export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: Http.IncomingHttpHeaders
  readonly body: string
}

export interface Server {
  readonly baseUrl: string
  readonly seen: ReadonlyArray<Seen>
}

/** A server on 127.0.0.1, on any free port, closed with the scope. */
export const serve = (served: ServedResponse): Effect.Effect<Server, never, Scope.Scope> =>
  Effect.map(
    Raw.serve((response) => reply(response, served)),
    ({ baseUrl, complete }) => ({
      baseUrl,
      get seen() {
        return complete.map((request) => ({ ...request, body: request.body.toString() }))
      }
    })
  )

const reply = (response: Http.ServerResponse, { body, cut, headers, status }: ServedResponse): void => {
  // The client measures waits against it, and tests have a clock of their own.
  response.sendDate = false
  if (cut !== true) {
    response.writeHead(status, headers).end(body)
    return
  }
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) + 1000 })
  response.write(body, () => response.socket?.destroy())
}

/** A recorded response: status line, headers, an empty line, and the body as the documentation prints it. */
export const fixture = (status: number): ServedResponse & { readonly body: string } => {
  const text = readFileSync(new URL(`fixtures/${status}.http`, import.meta.url), "utf8")
  const end = text.indexOf("\n\n")
  const [line = "", ...headers] = text.slice(0, end).split("\n")
  return {
    status: Number(line.split(" ")[1]),
    headers: Object.fromEntries(
      headers.map((header) => {
        const colon = header.indexOf(":")
        return [header.slice(0, colon), header.slice(colon + 1).trim()]
      })
    ),
    body: text.slice(end + 2)
  }
}
