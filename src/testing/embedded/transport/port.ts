/**
 * The transport on a port of Node.js: listening, closing, and responses that HTTP does not allow.
 *
 * @internal
 */
import type { RequestListener } from "node:http"
import * as Effect from "effect/Effect"
import type * as HttpServerError from "effect/http/HttpServerError"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as Scope from "effect/Scope"
import { type App, toResponse } from "../app.ts"
import * as Faults from "../faults.ts"
import * as Direct from "./direct.ts"

interface Listener {
  readonly baseUrl: string
  /** Responds to requests with an app. */
  readonly serve: (app: App) => Effect.Effect<void>
}

/** Listens until the scope closes; then runs `close` and destroys every connection. */
export const listen = (
  { host, port }: { readonly host: string; readonly port: number },
  close: Effect.Effect<void>
): Effect.Effect<Listener, HttpServerError.ServeError, Scope.Scope> =>
  Effect.gen(function* () {
    const [{ createServer }, NodeHttpServer] = yield* Effect.promise(() =>
      Promise.all([import("node:http"), importNodeHttpServer()])
    )
    const listener = createServer()
    const connections = new Set<{ readonly destroy: () => void }>()
    listener.on("connection", (connection) => {
      connections.add(connection)
      connection.once("close", () => connections.delete(connection))
    })
    // The finalizers of the server wait for the other side of each WebSocket: they run after ours.
    const scope = yield* Scope.fork(yield* Effect.scope)
    const server = yield* NodeHttpServer.make(() => listener, { port, host, disablePreemptiveShutdown: true }).pipe(
      Scope.provide(scope)
    )
    // An unfinished request or an open socket would keep the server from closing.
    yield* Effect.addFinalizer(() =>
      Effect.andThen(
        close,
        Effect.sync(() => {
          listener.close()
          for (const connection of connections) connection.destroy()
        })
      )
    )
    const boundPort = "port" in server.address ? server.address.port : 0
    return {
      baseUrl: `http://${reachableHost(host)}:${boundPort}`,
      serve: (app) =>
        Effect.gen(function* () {
          const direct = Direct.make(app, yield* Effect.context())
          const served = Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) =>
            Effect.catchDefect(Effect.map(direct.orElse(request), toResponse), (defect) =>
              breakConnection(defect, request)
            )
          )
          yield* Scope.provide(server.serve(served), scope)
          const [serveRequest] = listener.listeners("request") as [RequestListener]
          listener.removeAllListeners("request").on("request", (request, response) => {
            if (!direct.serve(request, response)) serveRequest(request, response)
          })
        })
    }
  })

// A bundler reports an optional package as missing unless its absence is handled: esbuild by `catch` of the promise,
// webpack by `try`.
const importNodeHttpServer = () => {
  try {
    return import("@effect/platform-node/NodeHttpServer").catch(notLoaded)
  } catch (cause) {
    return notLoaded(cause)
  }
}

const notLoaded = (cause: unknown): never => {
  throw new Error("EmbeddedAudian.serve: @effect/platform-node could not be loaded", { cause })
}

/** A host as a URL has it; for the wildcard addresses, the loopback address. */
const reachableHost = (host: string): string => {
  if (host === "0.0.0.0") return "127.0.0.1"
  if (host === "::") return "[::1]"
  return host.includes(":") ? `[${host}]` : host
}

/** The part of a socket of Node.js that is used here. */
interface Connection {
  readonly destroy: () => void
  /** Closes it once everything is written. */
  readonly destroySoon: () => void
  readonly write: (bytes: Uint8Array | string) => void
  readonly once: (event: "close", listener: () => void) => void
}

/** Breaks the connection for a `BrokenConnection`, and dies with any other defect. */
const breakConnection = (defect: unknown, { source }: HttpServerRequest.HttpServerRequest): Effect.Effect<never> =>
  defect instanceof Faults.BrokenConnection
    ? Effect.suspend(() => {
        const { socket } = source as { readonly socket?: Connection }
        const { response } = defect
        if (response === undefined || response === "refused") {
          socket?.destroy()
          // The connection is closed: there is no response to send.
          return Effect.interrupt
        }
        return Effect.callback<never>((resume) => {
          socket?.once("close", () => resume(Effect.interrupt))
          for (const chunk of toWire(response)) socket?.write(chunk)
          socket?.destroySoon()
        })
      })
    : Effect.die(defect)

/** The bytes of a response on the wire. */
const toWire = ({
  bytes,
  headers,
  length,
  malformed,
  status
}: Faults.RawResponse): ReadonlyArray<Uint8Array | string> => {
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
