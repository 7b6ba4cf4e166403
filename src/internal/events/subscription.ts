/**
 * One subscription over any number of connections: connects, subscribes, listens, and reconnects.
 *
 * @internal
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Headers from "effect/http/Headers"
import * as Predicate from "effect/Predicate"
import * as Pull from "effect/Pull"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Socket from "effect/socket/Socket"
import type { AudianError } from "../../AudianError.ts"
import * as MakeError from "../error/makeError.ts"
import { scrubPairs, scrubText } from "../error/redact.ts"
import type { Access } from "../service.ts"
import type * as Events from "./event.ts"
import * as Protocol from "./protocol.ts"
import * as SlidingBuffer from "./slidingBuffer.ts"

export const path = "/v2/websocket"

/** A subscription established for this long restarts the schedule, in milliseconds. */
const stableAfter = 60_000

/** The wait for an acknowledgement, which the API page does not show. */
const ackTimeout = Duration.seconds(5)

/** The state that outlives a connection. */
interface State {
  readonly access: Access
  readonly options: Events.Options
  readonly buffer: SlidingBuffer.SlidingBuffer<Events.Event, AudianError>
  readonly timeout: Duration.Duration
  readonly heartbeat: Duration.Duration | undefined
  /** Connection attempts since the last established subscription. */
  attempts: number
  /** The time at which the current connection established the subscription, in epoch milliseconds. */
  establishedAt: number | undefined
  /** The time at which the last established subscription was lost, in epoch milliseconds. */
  disconnectedAt: number | undefined
  /** The token of the current attempt. */
  token: Redacted.Redacted | undefined
  /** The server has answered a ping before. */
  answersPings: boolean
}

export const stream = (
  access: Access,
  options: Events.Options,
  reconnect: Schedule.Schedule<unknown, AudianError>
): Stream.Stream<Events.Event, AudianError, Socket.WebSocketConstructor> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const bufferSize = Math.max(1, options.bufferSize ?? 1024)
      const buffer = SlidingBuffer.make<Events.Event, AudianError>(bufferSize, (count) => ({ _tag: "Dropped", count }))
      const state: State = {
        access,
        options,
        buffer,
        timeout: Duration.fromInputUnsafe(options.timeout ?? "30 seconds"),
        heartbeat:
          options.heartbeat === false
            ? undefined
            : Duration.max(Duration.fromInputUnsafe(options.heartbeat ?? "30 seconds"), Duration.seconds(1)),
        attempts: 0,
        establishedAt: undefined,
        disconnectedAt: undefined,
        token: undefined,
        answersPings: false
      }
      yield* supervise(state, reconnect).pipe(
        Effect.onExit((exit) => Effect.sync(() => buffer.end(exit))),
        Effect.forkScoped
      )
      return Stream.fromPull(Effect.succeed(buffer.pull))
    })
  )

const supervise = Effect.fnUntraced(function* (
  state: State,
  reconnect: Schedule.Schedule<unknown, AudianError>
): Effect.fn.Return<never, AudianError, Socket.WebSocketConstructor> {
  const { access, buffer } = state
  let step = yield* Schedule.toStep(reconnect)
  let renewedAt: number | undefined
  while (true) {
    state.attempts++
    state.token = undefined
    state.establishedAt = undefined
    let error = yield* Effect.flip(Effect.scoped(connect(state)))
    const now = yield* Clock.currentTimeMillis
    if (state.establishedAt !== undefined) {
      state.disconnectedAt = now
      state.attempts = 0
      if (now - state.establishedAt >= stableAfter) step = yield* Schedule.toStep(reconnect)
      // A token may expire after many connections that were each short.
      if (renewedAt !== undefined && now - renewedAt >= stableAfter) renewedAt = undefined
    }
    // A refused token is renewed once, independent of the schedule, as with a call.
    const refused = error._tag === "Unauthorized" || error._tag === "Forbidden" ? state.token : undefined
    if (refused !== undefined && renewedAt === undefined) {
      const renewable = yield* Effect.result(access.credentials.refuse("account", refused))
      if (renewable._tag === "Failure") error = renewable.failure
      else if (renewable.success) {
        renewedAt = now
        continue
      }
    }
    if (!error.isRetryable) return yield* error
    const found = yield* Pull.catchDone(
      Effect.map(step(now, error), ([, delay]) => delay),
      () => Effect.undefined
    )
    if (found === undefined) return yield* error
    const delay = error.retryAfter === undefined ? found : Duration.max(found, error.retryAfter)
    buffer.push({ _tag: "Disconnected", error, delay })
    yield* Effect.sleep(delay)
  }
})

interface Connection {
  readonly state: State
  readonly pull: Effect.Effect<ReadonlyArray<Uint8Array | string>, AudianError>
  readonly write: (message: string) => Effect.Effect<void, AudianError>
  /** The ids of subscriptions that are not acknowledged yet. */
  readonly pending: Set<string>
  /** The time of the last message, in epoch milliseconds. */
  lastFrameAt: number
}

/** One connection, from the token to its end, which is always an error. */
const connect = Effect.fnUntraced(function* (
  state: State
): Effect.fn.Return<never, AudianError, Socket.WebSocketConstructor | Scope.Scope> {
  const connection = yield* Effect.timeoutOrElse(open(state), {
    duration: state.timeout,
    orElse: () => timedOut(state, state.timeout)
  })
  return yield* Effect.raceFirst(listen(connection), heartbeat(connection))
})

const open = Effect.fnUntraced(function* (
  state: State
): Effect.fn.Return<Connection, AudianError, Socket.WebSocketConstructor | Scope.Scope> {
  const subscriptions = yield* subscriptionsOf(state)
  const url = state.access.baseUrl.replace(/^http/, "ws") + path
  // `timeout` bounds the whole attempt, including the token.
  const socket = yield* Socket.makeWebSocket(url, { openTimeout: Duration.infinity })
  const broken = Effect.catch((error: Socket.SocketError) => failure(state, error))
  const { pull } = yield* broken(socket.reader)
  const writer = yield* socket.writer
  const write = (message: string) => broken(writer.write(message))
  yield* Effect.forEach(subscriptions, (subscription) => write(Protocol.subscribe(subscription)), { discard: true })
  const pending = new Set(subscriptions.map(({ id }) => id))
  return { state, pull: broken(pull), write, pending, lastFrameAt: yield* Clock.currentTimeMillis }
})

const subscriptionsOf = Effect.fnUntraced(function* (
  state: State
): Effect.fn.Return<ReadonlyArray<Protocol.Subscribe>, AudianError> {
  const { access, options } = state
  const wanted = options.subscriptions ?? [options]
  if (wanted.length === 0) return yield* invalid(state, "subscriptions", "Expected at least one subscription")
  if (wanted.some(({ bindings }) => bindings.length === 0)) {
    return yield* invalid(state, "bindings", "Expected at least one binding")
  }
  const token = yield* access.credentials.token("account")
  state.token = token
  return yield* Effect.forEach(wanted, ({ accountId: given, bindings }, index) =>
    Effect.flatMap(given === undefined ? access.credentials.accountId : Effect.succeed(given), (accountId) =>
      accountId === undefined
        ? invalid(state, "accountId", "Expected an account, since the credential does not say whose it is")
        : Effect.succeed({ id: `subscribe-${index + 1}`, token, accountId, bindings })
    )
  )
})

const listen = Effect.fnUntraced(function* (connection: Connection): Effect.fn.Return<never, AudianError> {
  while (true) {
    const batch = yield* connection.pull
    const now = yield* Clock.currentTimeMillis
    connection.lastFrameAt = now
    for (const frame of batch) {
      const error = onFrame(connection, typeof frame === "string" ? frame : new TextDecoder().decode(frame), now)
      if (error !== undefined) return yield* error
    }
  }
})

/** Handles one message. The result is an error if the message refuses the subscription. */
const onFrame = ({ pending, state }: Connection, text: string, now: number): AudianError | undefined => {
  const message = Protocol.read(text)
  switch (message._tag) {
    case "Event":
      establish(state, now)
      state.buffer.push(message.event)
      return undefined
    case "Undecodable":
      return undecodable(state, text)
    case "Reply": {
      const { error, id } = message
      if (id === pingId) {
        state.answersPings = true
        return undefined
      }
      if (error !== undefined) {
        // An error reply that names no pending request must not end an established subscription.
        const ours = id === undefined ? state.establishedAt === undefined : pending.has(id)
        return ours ? refusal(state, error, now) : undecodable(state, text)
      }
      if (id !== undefined) pending.delete(id)
      if (id === undefined || pending.size === 0) establish(state, now)
      return undefined
    }
  }
}

const undecodable = (state: State, text: string): undefined => {
  state.buffer.push({ _tag: "Undecodable", text: scrubPairs(scrubText(text, secretsOf(state))).slice(0, 500) })
}

const establish = (state: State, now: number): void => {
  if (state.establishedAt !== undefined) return
  state.establishedAt = now
  const { attempts, disconnectedAt } = state
  state.buffer.push(
    disconnectedAt === undefined
      ? { _tag: "Subscribed" }
      : { _tag: "Reconnected", attempts, downtime: Duration.millis(now - disconnectedAt) }
  )
}

const pingId = "ping"

/** Assumes acceptance after `ackTimeout`, then sends pings. */
const heartbeat = Effect.fnUntraced(function* (connection: Connection): Effect.fn.Return<never, AudianError> {
  const { state } = connection
  yield* Effect.sleep(ackTimeout)
  establish(state, yield* Clock.currentTimeMillis)
  if (state.heartbeat === undefined) return yield* Effect.never
  const interval = Duration.toMillis(state.heartbeat)
  while (true) {
    const { lastFrameAt } = connection
    const left = lastFrameAt + interval - (yield* Clock.currentTimeMillis)
    if (left > 0) {
      yield* Effect.sleep(left)
      continue
    }
    yield* connection.write(Protocol.ping(pingId))
    yield* Effect.sleep(interval)
    if (state.answersPings && connection.lastFrameAt === lastFrameAt) return yield* timedOut(state, state.heartbeat)
  }
})

// -----------------------------------------------------------------------------
// errors
// -----------------------------------------------------------------------------

const describe = (state: State): MakeError.CallInfo => ({
  operation: "Events.stream",
  method: "GET",
  path,
  replay: "safe",
  attempts: state.attempts,
  uncertain: false,
  outcome: "not-executed",
  secrets: secretsOf(state)
})

const secretsOf = ({ token }: State): ReadonlyArray<string> => (token === undefined ? [] : [Redacted.value(token)])

const invalid = (state: State, field: string, message: string): Effect.Effect<never, AudianError> =>
  Effect.fail(MakeError.invalidRequest(describe(state), [{ field, message }]))

const timedOut = (state: State, limit: Duration.Duration): Effect.Effect<never, AudianError> =>
  Effect.fail(MakeError.timeout(describe(state), "attempt", limit, true))

const responded = (state: State, status: number, text: string, now: number): AudianError =>
  MakeError.fromResponse(describe(state), { status, headers: Headers.empty, text, truncated: false }, now)

// The engine's replies have a text but no status.
const refusal = (state: State, text: string, now: number): AudianError =>
  responded(state, /token|auth|credential/i.test(text) ? 401 : 400, text, now)

const failure = (state: State, { reason }: Socket.SocketError): Effect.Effect<never, AudianError> => {
  if (reason._tag === "SocketCloseError") {
    const { closeReason, code } = reason
    const message = `the connection closed with ${code}${closeReason ? ` (${closeReason})` : ""}`
    return Effect.fail(MakeError.connection(describe(state), { message }))
  }
  const cause = errorOf(reason.cause)
  const status = statusOf(cause)
  return status === undefined
    ? Effect.fail(MakeError.connection(describe(state), { message: reason.message, cause }))
    : Effect.flatMap(Clock.currentTimeMillis, (now) => Effect.fail(responded(state, status, "", now)))
}

/** Unwraps `ErrorEvent.error`. */
const errorOf = (cause: unknown): unknown =>
  Predicate.hasProperty(cause, "error") && Predicate.isObject(cause.error) ? cause.error : cause

/** The status of a refused handshake. `ws` has it in its message; browsers and undici do not expose it. */
const statusOf = (error: unknown): number | undefined => {
  const message = Predicate.hasProperty(error, "message") ? String(error.message) : ""
  const found = /^Unexpected server response: (\d{3})$/.exec(message)
  return found === null ? undefined : Number(found[1])
}
