/**
 * The WebSocket of the embedded server: subscriptions, and the events that match them.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Socket from "effect/socket/Socket"
import { path } from "../../../internal/events/subscription.ts"
import { type App, reply } from "../app.ts"
import type { Auth } from "../auth.ts"
import * as SocketPair from "./socketPair.ts"

export interface Sockets {
  /** The app with the socket at its path. */
  readonly over: (app: App) => App
  /** A constructor of sockets to this server, without a network. */
  readonly inMemory: Effect.Effect<Socket.WebSocketConstructor["Service"], never, Scope.Scope>
  /** Sends an event to the sockets with a matching binding. The routing key ends in the call's id. */
  readonly emit: (name: string, data: Schema.Json) => Effect.Effect<void>
  /** Closes every socket, as a restart of the server does. */
  readonly drop: Effect.Effect<void>
  /** The number of open sockets. */
  readonly open: Effect.Effect<number>
}

interface Session {
  readonly bindings: Set<string>
  readonly send: (message: Socket.CloseEvent | object) => Effect.Effect<void>
}

export const make = (options: {
  readonly auth: Auth
  readonly accountId: string
  /** Runs while a socket is open. */
  readonly meanwhile: Effect.Effect<never>
}): Sockets => {
  const sessions = new Set<Session>()
  const toAll = (f: (session: Session) => Effect.Effect<void>) =>
    Effect.suspend(() => Effect.forEach(Array.from(sessions), f, { discard: true }))

  /** Serves one socket until it closes. */
  const serve = (socket: Socket.Socket): Effect.Effect<void> =>
    Effect.gen(function* () {
      const { pull } = yield* socket.reader
      const writer = yield* socket.writer
      const session: Session = {
        bindings: new Set(),
        send: (message) => Effect.ignore(writer.write(Socket.isCloseEvent(message) ? message : JSON.stringify(message)))
      }
      yield* Effect.acquireRelease(
        Effect.sync(() => sessions.add(session)),
        () => Effect.sync(() => sessions.delete(session))
      )
      yield* Effect.forkScoped(options.meanwhile)
      while (true) {
        for (const frame of yield* pull) yield* onFrame(options, session, frame)
      }
    }).pipe(Effect.scoped, Effect.ignore)

  return {
    over: (app) => (request) => {
      const { headers, url } = request
      if (headers.upgrade?.toLowerCase() !== "websocket" || url.split("?")[0] !== path) return app(request)
      if (headers["sec-websocket-protocol"] !== undefined) {
        return Effect.succeed(badRequest)
      }
      // Reading `upgrade` makes an error with its stack, whatever the request: only a WebSocket pays for it.
      return Effect.matchEffect(request.upgrade, {
        onFailure: () => Effect.succeed(badRequest),
        onSuccess: (socket) => Effect.as(serve(socket), reply(HttpServerResponse.empty()))
      })
    },
    inMemory: Effect.gen(function* () {
      const context = yield* Effect.context<Scope.Scope>()
      const scope = yield* Effect.scope
      return () => {
        const [near, far] = SocketPair.make()
        const closing = Effect.acquireRelease(Effect.succeed(far), () => Effect.sync(() => far.close(1001)))
        const served = Effect.flatMap(Socket.fromWebSocket(closing), serve)
        Fiber.runIn(Effect.runForkWith(context)(served), scope)
        return near
      }
    }),
    emit: (name, data) => {
      const callId = Predicate.hasProperty(data, "call_id") ? data.call_id : undefined
      const key = `${name}${typeof callId === "string" ? `.${callId}` : ""}`
      return toAll(({ bindings, send }) => {
        const binding = Array.from(bindings).find((binding) => matches(binding, key))
        return binding === undefined
          ? Effect.void
          : send({ action: "event", subscribed_key: binding, subscription_key: binding, name, routing_key: key, data })
      })
    },
    drop: toAll(({ send }) => send(new Socket.CloseEvent(1012))),
    open: Effect.sync(() => sessions.size)
  }
}

const badRequest = /*@__PURE__*/ reply(/*@__PURE__*/ HttpServerResponse.empty({ status: 400 }))

/** True if each segment of a binding equals that of the key, or is `*`. Further segments of the key match. */
const matches = (binding: string, key: string): boolean => {
  const segments = key.split(".")
  return binding.split(".").every((pattern, index) => pattern === "*" || pattern === segments[index])
}

const onFrame = (
  { accountId, auth }: { readonly auth: Auth; readonly accountId: string },
  { bindings, send }: Session,
  frame: string | Uint8Array
): Effect.Effect<void> => {
  const message = parse(typeof frame === "string" ? frame : new TextDecoder().decode(frame))
  const { action, auth_token, request_id = "" } = message
  const reply = (status: "success" | "error", data: object) => send({ action: "reply", request_id, status, data })
  const refuse = (error: string) => reply("error", { errors: [error] })
  // The documentation has the account and the bindings next to the action, the engine in `data`.
  const data = { ...message, ...(Predicate.isObject(message.data) ? message.data : undefined) }
  const requested = (Array.isArray(data.bindings) ? data.bindings : [data.binding]).filter(Predicate.isString)
  switch (action) {
    case "ping":
      return reply("success", { response: "pong" })
    case "subscribe":
      return Effect.matchEffect(auth.check("account", Predicate.isString(auth_token) ? auth_token : undefined, "GET"), {
        onFailure: () => refuse(`failed to authenticate token ${textOf(auth_token)}`),
        onSuccess: () => {
          if (data.account_id !== accountId) return refuse(`unauthorized to account id ${textOf(data.account_id)}`)
          const malformed = requested.find((binding) => !/^[a-z_]+(?:\.[^.\s]+)+$/.test(binding))
          if (malformed !== undefined) return refuse(`invalid format for subscription : ${malformed}`)
          if (requested.length === 0) return refuse("no binding")
          for (const binding of requested) bindings.add(binding)
          return reply("success", { subscribed: requested, subscriptions: Array.from(bindings) })
        }
      })
    case "unsubscribe":
      for (const binding of requested.length === 0 ? Array.from(bindings) : requested) bindings.delete(binding)
      return reply("success", { unsubscribed: requested, subscriptions: Array.from(bindings) })
    default:
      return refuse("invalid action")
  }
}

/** A value as text for an error message. */
const textOf = (u: unknown): string => (Predicate.isString(u) ? u : (JSON.stringify(u) ?? "undefined"))

const parse = (text: string): Record<string, unknown> => {
  try {
    const json: unknown = JSON.parse(text)
    return Predicate.isObject(json) ? (json as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
