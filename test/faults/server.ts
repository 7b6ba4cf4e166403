/**
 * A raw TCP server on loopback: it reads requests as bytes and responds with the bytes of a script, so that it can break
 * every rule of HTTP. It uses neither the library nor `node:http`.
 */
import * as Net from "node:net"
import * as Tls from "node:tls"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** One connection, as a script sees it. */
interface Connection {
  readonly socket: Net.Socket
  /** Runs with each request, once it has been read to its end. */
  readonly onRequest: (run: (request: string) => void) => void
  /** Reports that the script only waits for the client to give up. */
  readonly stall: () => void
}

export type Script = (connection: Connection) => void

/** The requests and connections so far. */
export interface Raw {
  readonly port: number
  /** The complete requests, as text. */
  readonly requests: ReadonlyArray<string>
  /** Connections made. */
  readonly connections: () => number
  /** Connections open. */
  readonly open: () => number
  /** Connections that have stalled. */
  readonly stalls: () => number
  /** Bytes written. */
  readonly written: () => number
  /** Breaks every connection. */
  readonly drop: () => void
}

/** A server on 127.0.0.1, on a free port, closed with the scope; with TLS when a certificate is given. */
export const serve = (
  script: Script,
  tls?: { readonly key: string; readonly cert: string }
): Effect.Effect<Raw, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.callback<{ readonly server: Net.Server; readonly raw: Raw }>((resume) => {
        const sockets = new Set<Net.Socket>()
        const requests: Array<string> = []
        let connections = 0
        let stalls = 0
        let closed = 0
        const track = (socket: Net.Socket): void => {
          connections++
          sockets.add(socket)
          socket.on("error", () => {})
          socket.on("close", () => {
            closed += socket.bytesWritten
            sockets.delete(socket)
          })
        }
        const talk = (socket: Net.Socket): void => {
          socket.on("error", () => {})
          script({ socket, onRequest: (run) => read(socket, requests, run), stall: () => void stalls++ })
        }
        const server = tls === undefined ? Net.createServer(talk) : Tls.createServer({ ...tls }, talk)
        server.on("connection", track)
        server.on("tlsClientError", () => {})
        server.listen(0, "127.0.0.1", () => {
          const raw: Raw = {
            port: (server.address() as Net.AddressInfo).port,
            requests,
            connections: () => connections,
            open: () => sockets.size,
            stalls: () => stalls,
            drop: () => sockets.forEach((socket) => void socket.destroy()),
            written: () => Array.from(sockets).reduce((sum, { bytesWritten }) => sum + bytesWritten, closed)
          }
          resume(Effect.succeed({ server, raw }))
        })
      }),
      ({ raw, server }) =>
        Effect.callback<void>((resume) => {
          server.close(() => resume(Effect.void))
          raw.drop()
        })
    ),
    ({ raw }) => raw
  )

/** Reads requests: a head, and a body of the length in the head. */
const read = (socket: Net.Socket, requests: Array<string>, run: (request: string) => void): void => {
  let pending = Buffer.alloc(0)
  socket.on("data", (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk])
    while (true) {
      const head = pending.indexOf("\r\n\r\n")
      if (head < 0) return
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(pending.toString("latin1", 0, head + 2))?.[1] ?? 0)
      const end = head + 4 + length
      if (pending.length < end) return
      const request = pending.toString("utf8", 0, end)
      pending = pending.subarray(end)
      requests.push(request)
      run(request)
    }
  })
}

// -----------------------------------------------------------------------------
// scripts
// -----------------------------------------------------------------------------

/** Responds to each request with bytes, and closes the connection. */
export const respond = (bytes: string | Uint8Array | ((request: string) => string)): Script =>
  after(({ socket }, request) => socket.end(typeof bytes === "function" ? bytes(request) : bytes))

/** Runs once a request has been read. */
export const after =
  (run: (connection: Connection, request: string) => void): Script =>
  (connection) =>
    connection.onRequest((request) => run(connection, request))

/** Never responds. */
export const silence: Script = after(({ stall }) => stall())

/** Breaks the connection with a RST. */
export const reset = (socket: Net.Socket): void => void socket.resetAndDestroy()

/**
 * Breaks the connection with a RST, once the other side has read what was written: a RST discards what it has not
 * read, and makes a failed connect of a connection that it does not know of yet. Both sides are in this process, and
 * each turn of its event loop reads what has come.
 */
export const resetSoon = (socket: Net.Socket, bytes = ""): void => {
  const after = (turns: number): void =>
    void (turns === 0 ? socket.resetAndDestroy() : setImmediate(() => after(turns - 1)))
  socket.write(bytes, () => after(50))
}

/** Sends some bytes, then `next` repeatedly, indefinitely. */
export const drip = (begin: string | ((request: string) => string), next: string): Script =>
  after(({ socket, stall }, request) => {
    socket.write(typeof begin === "string" ? begin : begin(request))
    let count = 0
    const timer = setInterval(() => {
      socket.write(next)
      if (++count === 3) stall()
    }, 10)
    socket.on("close", () => clearInterval(timer))
  })

/** Sends a head, then a piece up to `times` times, as fast as the client reads. */
export const flood = (head: string, piece: Buffer, times: number): Script =>
  after(({ socket }) => {
    socket.write(head)
    let left = times
    const more = (): void => {
      while (left-- > 0) if (!socket.write(piece)) return void socket.once("drain", more)
      socket.end()
    }
    more()
  })

/** A response with its content-length. */
export const http = (
  status: string,
  body: string,
  headers: ReadonlyArray<string> = ["content-type: application/json"]
): string =>
  [`HTTP/1.1 ${status}`, ...headers, `content-length: ${Buffer.byteLength(body)}`, "connection: close", "", body].join(
    "\r\n"
  )
