/**
 * A server on a loopback socket that holds one document: GET reads it, POST and PUT replace it, PATCH merges into it.
 */
import * as Http from "node:http"
import type { AddressInfo } from "node:net"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import type * as Scope from "effect/Scope"

export type Json = Readonly<Record<string, unknown>>

interface DocumentServer {
  readonly baseUrl: string
  /** The document, as the server holds it. */
  readonly document: () => Json
  /** The bodies of the writes, without their envelope. */
  readonly written: ReadonlyArray<Json>
}

/** `wrap` puts a document into the envelope of a response, `unwrap` takes it out of that of a request. */
export const serve = (options: {
  readonly document: Json
  readonly wrap: (document: Json) => unknown
  readonly unwrap: (body: Json) => Json
  /** The fields that only the server writes: a write does not change them. */
  readonly serverOnly: ReadonlyArray<string>
  /** The status of the nth write; default 200. */
  readonly status?: (nth: number) => number
}): Effect.Effect<DocumentServer, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.callback<{ readonly server: Http.Server; readonly document: () => Json; readonly written: Array<Json> }>(
        (resume) => {
          const written: Array<Json> = []
          let document = options.document
          const server = Http.createServer((request, response) => {
            const chunks: Array<Buffer> = []
            request.on("data", (chunk: Buffer) => chunks.push(chunk))
            request.on("end", () => {
              const reply = (status: number, body: unknown) =>
                response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))
              if (request.method === "GET") return reply(200, options.wrap(document))
              const body = options.unwrap(JSON.parse(Buffer.concat(chunks).toString()) as Json)
              const status = options.status?.(written.length) ?? 200
              written.push(body)
              if (status !== 200)
                return reply(status, { error: String(status), message: "datastore_conflict", data: {} })
              const kept = Object.fromEntries(
                options.serverOnly.flatMap((key) => (key in document ? [[key, document[key]]] : []))
              )
              document = { ...(request.method === "PATCH" ? merge(document, body) : body), ...kept }
              return reply(200, options.wrap(document))
            })
          })
          server.listen(0, "127.0.0.1", () => resume(Effect.succeed({ server, document: () => document, written })))
        }
      ),
      ({ server }) =>
        Effect.callback<void>((resume) => {
          server.close(() => resume(Effect.void))
          server.closeAllConnections()
        })
    ),
    ({ document, server, written }) => ({
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      document,
      written
    })
  )

/** The engine's merge: null removes a field. */
const merge = (under: Json, over: Json): Json => {
  const merged: Record<string, unknown> = { ...under }
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key]
    if (value === null) delete merged[key]
    else
      merged[key] =
        Predicate.isObject(value) && !Array.isArray(value) && Predicate.isObject(below)
          ? merge(below as Json, value as Json)
          : value
  }
  return merged
}
