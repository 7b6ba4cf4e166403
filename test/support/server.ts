/**
 * A raw HTTP server on a loopback socket. Nothing of the library is in it.
 */
import * as Http from "node:http"
import type { AddressInfo } from "node:net"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** One request, read to its end. */
export interface Request {
  readonly method: string
  readonly url: string
  readonly headers: Http.IncomingHttpHeaders
  readonly body: Buffer
}

export interface Server {
  readonly baseUrl: string
  /** The requests whose body was complete, the oldest first. */
  readonly complete: ReadonlyArray<Request>
  /** The number of requests so far. */
  readonly begun: () => number
}

export type Respond = (response: Http.ServerResponse, nth: number) => void

export interface Options {
  /** Reads the body of a request before it responds. Default every request. */
  readonly reads?: (nth: number) => boolean
  /** Receives the chunks of a body, which is then not kept. */
  readonly onData?: (chunk: Buffer) => void
}

/** Lets a server listen on a free port, and gives its URL. It is closed with the scope, and its connections with it. */
export const listen = (server: Http.Server): Effect.Effect<string, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.callback<string>((resume) => {
      server.listen(0, "127.0.0.1", () =>
        resume(Effect.succeed(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
      )
    }),
    () =>
      Effect.callback<void>((resume) => {
        server.close(() => resume(Effect.void))
        server.closeAllConnections()
      })
  )

export const serve = (respond: Respond, options: Options = {}): Effect.Effect<Server, never, Scope.Scope> =>
  Effect.suspend(() => {
    const complete: Array<Request> = []
    let begun = 0
    const server = Http.createServer((request, response) => {
      const nth = begun++
      if (options.reads?.(nth) === false) return respond(response, nth)
      const chunks: Array<Buffer> = []
      request.on("data", options.onData ?? ((chunk: Buffer) => chunks.push(chunk)))
      request.on("error", () => {})
      request.on("end", () => {
        const { headers, method = "", url = "" } = request
        complete.push({ method, url, headers, body: Buffer.concat(chunks) })
        respond(response, nth)
      })
    })
    return Effect.map(listen(server), (baseUrl) => ({ baseUrl, complete, begun: () => begun }))
  })

export const json = (status: number, body: unknown): Respond => {
  return (response) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))
}
