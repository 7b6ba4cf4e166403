/**
 * A pair of connected WebSockets, without a network.
 *
 * @internal
 */
import type { WebSocketEvent, WebSocketLike } from "effect/socket/Socket"

type Name = "open" | "message" | "error" | "close"
type Listener = (event: WebSocketEvent) => void

interface Side extends WebSocketLike {
  readyState: number
  readonly dispatch: (name: Name, event: WebSocketEvent) => void
}

/** Two open sockets. Each dispatches the other's messages in a microtask, asynchronously as real sockets do. */
export const make = (): readonly [WebSocketLike, WebSocketLike] => {
  const near: Side = side(() => far)
  const far: Side = side(() => near)
  return [near, far]
}

const side = (other: () => Side): Side => {
  const listeners = new Map<Name, Set<Listener>>()
  const listenersOf = (name: Name) => listeners.get(name) ?? new Set()
  const self: Side = {
    readyState: 1,
    dispatch: (name, event) => {
      if (name === "close") self.readyState = 3
      for (const listener of listenersOf(name)) listener(event)
    },
    addEventListener: (name, listener) => void listeners.set(name, listenersOf(name).add(listener)),
    removeEventListener: (name, listener) => void listenersOf(name).delete(listener),
    send: (data) => {
      if (self.readyState === 1) queueMicrotask(() => other().dispatch("message", { data }))
    },
    close: (code = 1000, reason = "") => {
      if (self.readyState !== 1) return
      self.readyState = 2
      queueMicrotask(() => {
        for (const end of [other(), self]) if (end.readyState !== 3) end.dispatch("close", { code, reason })
      })
    }
  }
  return self
}
