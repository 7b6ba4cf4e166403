/**
 * A WebSocket server over a raw socket, whose bytes the test writes: for faults that no library sends.
 */
import { createHash } from "node:crypto"
import type { AddressInfo } from "node:net"
import { createServer, type Server, type Socket } from "node:net"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** The behaviour of a connection: instead of the handshake, with its end, or after the first messages. */
export type Behaviour =
  | { readonly handshake: (socket: Socket) => void }
  | { readonly opened: (socket: Socket) => void }
  | { readonly established: (socket: Socket, texts: ReadonlyArray<string>) => void }

interface RawServer {
  readonly baseUrl: string
  /** The number of connections so far. */
  readonly connections: () => number
}

/** A server whose connections behave as listed; the last behaviour repeats. */
export const rawServer = (...behaviours: ReadonlyArray<Behaviour>): Effect.Effect<RawServer, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.callback<{ server: Server; sockets: Set<Socket>; count: () => number }>((resume) => {
        const sockets = new Set<Socket>()
        let count = 0
        const server = createServer((socket) => {
          sockets.add(socket)
          socket.on("close", () => sockets.delete(socket))
          // Faults break connections.
          socket.on("error", () => undefined)
          const behaviour = behaviours[Math.min(count, behaviours.length - 1)]!
          count++
          serve(socket, behaviour)
        })
        server.listen(0, "127.0.0.1", () => resume(Effect.succeed({ server, sockets, count: () => count })))
      }),
      ({ server, sockets }) =>
        Effect.callback<void>((resume) => {
          for (const socket of sockets) socket.destroy()
          server.close(() => resume(Effect.void))
        })
    ),
    ({ count, server }) => ({
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      connections: count
    })
  )

const serve = (socket: Socket, behaviour: Behaviour): void => {
  let received = Buffer.alloc(0)
  let isOpen = false
  socket.on("data", (data) => {
    received = Buffer.concat([received, data])
    if (!isOpen) {
      const end = received.indexOf("\r\n\r\n")
      if (end < 0) return
      const head = received.subarray(0, end).toString()
      received = received.subarray(end + 4)
      if ("handshake" in behaviour) return behaviour.handshake(socket)
      isOpen = true
      socket.write(accepting(/sec-websocket-key: (.*)/i.exec(head)?.[1]?.trim() ?? ""))
      if ("opened" in behaviour) return behaviour.opened(socket)
    }
    const texts = unmask(received)
    received = Buffer.alloc(0)
    if ("established" in behaviour && texts.length > 0) behaviour.established(socket, texts)
  })
}

const accepting = (key: string): string => {
  const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64")
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`
}

/** The texts of a client's frames, which are whole here: they are short, and sent at once. */
const unmask = (bytes: Buffer): ReadonlyArray<string> => {
  const texts: Array<string> = []
  let at = 0
  while (at + 2 <= bytes.length) {
    const opcode = bytes[at]! & 0x0f
    let length = bytes[at + 1]! & 0x7f
    at += 2
    if (length === 126) {
      length = bytes.readUInt16BE(at)
      at += 2
    }
    const mask = bytes.subarray(at, at + 4)
    const payload = bytes.subarray(at + 4, at + 4 + length).map((byte, index) => byte ^ mask[index % 4]!)
    at += 4 + length
    if (opcode === 1) texts.push(Buffer.from(payload).toString())
  }
  return texts
}

/** A frame of the server. `first` is its first byte: FIN, reserved bits and opcode. */
export const frame = (first: number, payload: Uint8Array | string): Buffer => {
  const bytes = Buffer.from(payload)
  const length =
    bytes.length < 126
      ? [bytes.length]
      : bytes.length < 65_536
        ? [126, bytes.length >> 8, bytes.length & 0xff]
        : [
            127,
            0,
            0,
            0,
            0,
            (bytes.length >> 24) & 0xff,
            (bytes.length >> 16) & 0xff,
            (bytes.length >> 8) & 0xff,
            bytes.length & 0xff
          ]
  return Buffer.concat([Buffer.from([first, ...length]), bytes])
}

export const text = (message: unknown): Buffer => frame(0x81, JSON.stringify(message))

export const close = (code: number, reason = ""): Buffer =>
  frame(0x88, Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]))

/** The acknowledgements of the subscriptions in a client's messages. */
export const acknowledge = (texts: ReadonlyArray<string>): Buffer =>
  Buffer.concat(
    texts
      .map((message) => JSON.parse(message) as { action: string; request_id: string })
      .filter(({ action }) => action === "subscribe")
      .map(({ request_id }) => text({ action: "reply", request_id, status: "success", data: {} }))
  )
