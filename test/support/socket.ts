/**
 * WebSockets without a network: each connection follows a script, and records the messages of the client.
 */
import * as Layer from "effect/Layer"
import * as Socket from "effect/socket/Socket"

type Listener = (event: Socket.WebSocketEvent) => void

export interface Connection {
  readonly url: string
  /** Messages of the client, parsed. */
  readonly sent: ReadonlyArray<Readonly<Record<string, unknown>>>
  /** The code the client closed with. */
  readonly closedWith: number | undefined
  readonly open: () => void
  /** Sends a message: a text unchanged, anything else as JSON. */
  readonly say: (message: unknown) => void
  /** Ends the connection, as the server or the network does. */
  readonly drop: (code?: number, reason?: string) => void
  /** Emits an error, as `ws` does. */
  readonly fail: (error: Error) => void
}

export interface Scripted {
  readonly connections: ReadonlyArray<Connection>
  readonly layer: Layer.Layer<Socket.WebSocketConstructor>
}

/** A constructor whose connections run a script once they are listened to, the first with 0. */
export const script = (run: (connection: Connection, nth: number) => void): Scripted => {
  const connections: Array<Connection> = []
  const make = (url: string): Socket.WebSocketLike => {
    const listeners = new Map<string, Set<Listener>>()
    const tell = (name: string, event: Socket.WebSocketEvent): void => {
      for (const listener of Array.from(listeners.get(name) ?? [])) listener(event)
    }
    const sent: Array<Record<string, unknown>> = []
    const self = {
      readyState: 0,
      closedWith: undefined as number | undefined,
      addEventListener: (name: string, listener: Listener) =>
        void listeners.set(name, (listeners.get(name) ?? new Set()).add(listener)),
      removeEventListener: (name: string, listener: Listener) => void listeners.get(name)?.delete(listener),
      send: (data: string | Uint8Array) => void sent.push(JSON.parse(String(data))),
      close: (code?: number) => {
        self.closedWith = code
        self.readyState = 3
      }
    }
    const connection: Connection = {
      url,
      sent,
      get closedWith() {
        return self.closedWith
      },
      open: () => {
        self.readyState = 1
        tell("open", {})
      },
      say: (message) => tell("message", { data: typeof message === "string" ? message : JSON.stringify(message) }),
      drop: (code = 1006, reason = "") => {
        self.readyState = 3
        tell("close", { code, reason })
      },
      fail: (error) => tell("error", { type: "error", error } as Socket.WebSocketEvent)
    }
    const nth = connections.push(connection) - 1
    queueMicrotask(() => run(connection, nth))
    return self
  }
  return { connections, layer: Layer.succeed(Socket.WebSocketConstructor, make) }
}

/** Opens, and acknowledges the subscription once it has been sent. */
export const accept = (connection: Connection): void => {
  connection.open()
  // The subscription follows in a turn of its own.
  setImmediate(() => {
    for (const { action, request_id } of connection.sent) {
      if (action === "subscribe") connection.say({ action: "reply", request_id, status: "success", data: {} })
    }
  })
}

export const refuse = (connection: Connection, ...errors: ReadonlyArray<string>): void => {
  connection.open()
  setImmediate(() =>
    connection.say({
      action: "reply",
      request_id: connection.sent[0]?.request_id,
      status: "error",
      data: { errors }
    })
  )
}
