import { connect } from "node:net"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** Connects, and begins to send something; the result waits until the other side has closed the connection. */
export const begin = (baseUrl: string, sent: string): Effect.Effect<Effect.Effect<void>, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.callback<{ readonly closed: Effect.Effect<void>; readonly destroy: () => void }>((resume) => {
      const socket = connect(Number(new URL(baseUrl).port), "127.0.0.1")
      const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()))
      // However it is closed.
      socket.on("error", () => undefined)
      socket.once("connect", () =>
        socket.write(sent, () =>
          resume(Effect.succeed({ closed: Effect.promise(() => closed), destroy: () => socket.destroy() }))
        )
      )
    }),
    ({ destroy }) => Effect.sync(destroy)
  ).pipe(Effect.map(({ closed }) => closed))

/** The start of a request, without its end. */
const half = "POST /v2/numbers/purchase HTTP/1.1\r\nHost: embedded\r\nX-Auth-Token: sk_test_embedded\r\n"

/** Connections that end early: without a byte, within the head, and within the body. */
export const beginnings: ReadonlyArray<string> = ["", half, `${half}Content-Length: 99\r\n\r\n{`]
