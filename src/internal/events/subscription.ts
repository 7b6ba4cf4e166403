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
import * as Session from "../call/session.ts"
import { noAccount } from "../credentials.ts"
import * as MakeError from "../error/makeError.ts"
import { scrubPairs, scrubText } from "../error/redact.ts"
import type { Access } from "../service.ts"
import * as Observed from "../telemetry/subscription.ts"
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
  readonly observed: Observed.Subscription
  /** Connection attempts since the last established subscription. */
  attempts: number
  /** The time at which the current connection established the subscription, by the monotonic clock. */
  establishedAt: number | undefined
  /** The time at which the last established subscription was lost, by the monotonic clock. */
  disconnectedAt: number | undefined
  /** The token of the current attempt. */
  token: Redacted.Redacted | undefined
  /** The token of the attempt before, which a server may still quote. */
  previousToken: Redacted.Redacted | undefined
  /** The time of the last renewal of the token, by the monotonic clock. */
  renewedAt: number | undefined
  /** Consecutive handshakes that failed without a reason. */
  hiddenFailures: number
  /** `unknown` until the server sends a pong, or ignores several pings. */
  pings: "unknown" | "answered" | "ignored"
}

/** Milliseconds of a clock that no adjustment of the system's time moves. */
const monotonic: Effect.Effect<number> = /*@__PURE__*/ Effect.map(
  Clock.monotonicTimeNanos,
  (nanos) => Number(nanos) / 1_000_000
)

export const stream = (
  client: Access,
  options: Events.Options,
  reconnect: Schedule.Schedule<unknown, AudianError>
): Stream.Stream<Events.Event, AudianError, Socket.WebSocketConstructor> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const bufferSize = Math.max(1, options.bufferSize || 1024)
      const observed = yield* Observed.make(client.telemetry)
      const buffer = SlidingBuffer.make<Events.Event, AudianError>(bufferSize, (count) => {
        observed.dropped(count)
        return { _tag: "Dropped", count }
      })
      const state: State = {
        access: { ...client, credentials: Session.complete(client.credentials) },
        options,
        buffer,
        observed,
        timeout: Duration.fromInputUnsafe(options.timeout ?? "30 seconds"),
        heartbeat:
          options.heartbeat === false
            ? undefined
            : Duration.max(Duration.fromInputUnsafe(options.heartbeat ?? "30 seconds"), Duration.seconds(1)),
        attempts: 0,
        establishedAt: undefined,
        disconnectedAt: undefined,
        token: undefined,
        previousToken: undefined,
        renewedAt: undefined,
        hiddenFailures: 0,
        pings: "unknown"
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
  const { buffer } = state
  let step = yield* Schedule.toStep(reconnect)
  while (true) {
    state.attempts++
    state.previousToken = state.token ?? state.previousToken
    state.token = undefined
    state.establishedAt = undefined
    const lost = yield* Effect.flip(Effect.scoped(connect(state)))
    const error = yield* reasonOf(state, lost)
    const now = yield* monotonic
    const wasEstablished = state.establishedAt !== undefined
    if (state.establishedAt !== undefined) {
      state.disconnectedAt = now
      state.attempts = 0
      if (now - state.establishedAt >= stableAfter) step = yield* Schedule.toStep(reconnect)
    }
    const renewed = yield* Effect.result(renew(state, error, now))
    if (renewed._tag === "Success") {
      // Independent of the schedule, as with a call.
      if (wasEstablished) buffer.push({ _tag: "Disconnected", error, delay: Duration.zero })
      continue
    }
    const cause = renewed.failure
    if (!cause.isRetryable) return yield* cause
    const found = yield* Pull.catchDone(
      Effect.map(step(yield* Clock.currentTimeMillis, cause), ([, delay]) => delay),
      () => Effect.undefined
    )
    if (found === undefined) return yield* cause
    const delay = cause.retryAfter === undefined ? found : Duration.max(found, cause.retryAfter)
    buffer.push({ _tag: "Disconnected", error: cause, delay })
    yield* Effect.sleep(delay)
  }
})

/** Renews a refused token, once. Fails with the error that ends the attempt: the given one, or that of the renewal. */
const renew = (state: State, error: AudianError, now: number): Effect.Effect<void, AudianError> => {
  const { access, disconnectedAt = 0, renewedAt, token } = state
  const isRefused = error._tag === "Unauthorized" || error._tag === "Forbidden"
  if (!isRefused || token === undefined) return Effect.fail(error)
  // A renewed token that was in use may have expired since, even if all connections were short.
  const wasInUse = renewedAt !== undefined && disconnectedAt > renewedAt && now - renewedAt >= stableAfter
  if (renewedAt !== undefined && !wasInUse) return Effect.fail(error)
  return Effect.flatMap(access.credentials.refuse("account", token), (isRenewable) => {
    if (!isRenewable) return Effect.fail(error)
    state.renewedAt = now
    return Effect.void
  })
}

/** The limit of the request that looks for the reason of a failed handshake. */
const reasonTimeout = Duration.seconds(5)

/**
 * The reason of a failed handshake. Browsers and Node's own WebSocket hide it: after the second failure, a plain request
 * to the same URL gets the status, or the cause of a connection that cannot be made. Any other
 * result means that the server rejects only handshakes, which is reported as 401.
 */
const reasonOf = (state: State, lost: Lost): Effect.Effect<AudianError> => {
  const { access, token } = state
  state.hiddenFailures = lost.isHidden ? state.hiddenFailures + 1 : 0
  if (state.hiddenFailures < 2 || token === undefined) return Effect.succeed(lost.error)
  const unauthorized = Effect.map(Clock.currentTimeMillis, (now) =>
    responded(state, 401, errorBody("the handshake failed repeatedly, and the platform hides its status"), now)
  )
  return Effect.matchEffect(Effect.timeoutOption(access.get(path, token, describe(state)), reasonTimeout), {
    onSuccess: () => unauthorized,
    onFailure: (error) =>
      error.isRetryable || error._tag === "Unauthorized" || error._tag === "Forbidden"
        ? Effect.succeed(error)
        : unauthorized
  })
}

/** The end of a connection. */
interface Lost {
  readonly error: AudianError
  /** True for a handshake that failed without a reason. */
  readonly isHidden: boolean
}

const visible = (error: AudianError): Lost => ({ error, isHidden: false })

interface Connection {
  readonly state: State
  readonly pull: Effect.Effect<ReadonlyArray<Uint8Array | string>, Lost>
  readonly write: (message: string) => Effect.Effect<void, Lost>
  /** The ids of subscriptions that are not acknowledged yet. */
  readonly pending: Set<string>
  /** The time of the last message, by the monotonic clock. */
  lastFrameAt: number
}

/** One connection, from the token to its end, which is always a failure. */
const connect = Effect.fnUntraced(function* (
  state: State
): Effect.fn.Return<never, Lost, Socket.WebSocketConstructor | Scope.Scope> {
  const connection = yield* Effect.timeoutOrElse(open(state), {
    duration: state.timeout,
    orElse: () => timedOut(state, state.timeout)
  })
  return yield* Effect.raceFirst(listen(connection), heartbeat(connection))
})

const open = Effect.fnUntraced(function* (
  state: State
): Effect.fn.Return<Connection, Lost, Socket.WebSocketConstructor | Scope.Scope> {
  const subscriptions = yield* Effect.mapError(subscriptionsOf(state), visible)
  const url = state.access.baseUrl.replace(/^http/, "ws") + path
  // `timeout` bounds the whole attempt, including the token.
  const socket = yield* Socket.makeWebSocket(url, { openTimeout: Duration.infinity })
  const broken = Effect.catch((error: Socket.SocketError) => failure(state, error))
  const { pull } = yield* broken(socket.reader)
  const writer = yield* socket.writer
  const write = (message: string) => broken(writer.write(message))
  yield* Effect.forEach(subscriptions, (subscription) => write(Protocol.subscribe(subscription)), { discard: true })
  const pending = new Set(subscriptions.map(({ id }) => id))
  return { state, pull: broken(pull), write, pending, lastFrameAt: yield* monotonic }
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
        ? invalid(state, "accountId", noAccount)
        : Effect.succeed({ id: `subscribe-${index + 1}`, token, accountId, bindings })
    )
  )
})

const listen = Effect.fnUntraced(function* (connection: Connection): Effect.fn.Return<never, Lost> {
  while (true) {
    const batch = yield* connection.pull
    const now = yield* monotonic
    const wall = yield* Clock.currentTimeMillis
    connection.lastFrameAt = now
    for (const frame of batch) {
      const text = typeof frame === "string" ? frame : new TextDecoder().decode(frame)
      const refusal = onFrame(connection, text, now)
      if (refusal !== undefined) {
        // The engine's replies have a text but no status.
        return yield* Effect.fail(visible(responded(connection.state, refusal.status, refusal.body, wall)))
      }
    }
  }
})

interface Refusal {
  readonly status: 400 | 401
  readonly body: string
}

/** Handles one message. The result is a refusal of the subscription or of the token. */
const onFrame = ({ pending, state }: Connection, text: string, now: number): Refusal | undefined => {
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
      // A token may expire while the subscription is established, and any reply may report it.
      if (error !== undefined && isAboutToken(error)) return { status: 401, body: error }
      if (id === pingId) {
        state.pings = "answered"
        return undefined
      }
      if (error !== undefined) {
        // An error reply that names no pending request must not end an established subscription.
        const ours = id === undefined ? state.establishedAt === undefined : pending.has(id)
        return ours ? { status: 400, body: error } : undecodable(state, text)
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
  if (disconnectedAt !== undefined) state.observed.reconnected()
  state.buffer.push(
    disconnectedAt === undefined
      ? { _tag: "Subscribed" }
      : { _tag: "Reconnected", attempts, downtime: Duration.millis(now - disconnectedAt) }
  )
}

const pingId = "ping"

/** Pings without a pong after which a connection is dropped, if the server has never sent one. */
const maxUnanswered = 3

/**
 * Assumes acceptance after `ackTimeout`, then sends pings to an idle connection.
 *
 * A server without a pong so far ignores pings, or the connection is half-open. One reconnect decides: if the pings of
 * the next connection get no pong either, a lost connection is left to TCP.
 */
const heartbeat = Effect.fnUntraced(function* (connection: Connection): Effect.fn.Return<never, Lost> {
  const { state } = connection
  yield* Effect.sleep(ackTimeout)
  establish(state, yield* monotonic)
  if (state.heartbeat === undefined) return yield* Effect.never
  const interval = Duration.toMillis(state.heartbeat)
  let unanswered = 0
  while (true) {
    const { lastFrameAt } = connection
    const idle = (yield* monotonic) - lastFrameAt
    if (idle < interval) {
      yield* Effect.sleep(Math.min(interval, interval - idle))
      continue
    }
    yield* connection.write(Protocol.ping(pingId))
    yield* Effect.sleep(interval)
    if (connection.lastFrameAt !== lastFrameAt) {
      unanswered = 0
      continue
    }
    unanswered++
    if (state.pings === "answered") return yield* timedOut(state, state.heartbeat)
    if (state.pings === "unknown" && unanswered === maxUnanswered) {
      state.pings = "ignored"
      return yield* timedOut(state, Duration.times(state.heartbeat, maxUnanswered))
    }
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

const secretsOf = ({ previousToken, token }: State): ReadonlyArray<string> =>
  [token, previousToken].filter((token) => token !== undefined).map(Redacted.value)

const invalid = (state: State, field: string, message: string): Effect.Effect<never, AudianError> =>
  Effect.fail(MakeError.invalidRequest(describe(state), [{ field, message }]))

const timedOut = (state: State, limit: Duration.Duration): Effect.Effect<never, Lost> =>
  Effect.fail(visible(MakeError.timeout(describe(state), "attempt", limit, "unknown")))

const responded = (state: State, status: number, text: string, now: number): AudianError =>
  MakeError.fromResponse(describe(state), { status, headers: Headers.empty, text, truncated: false }, now)

/** A message in a documented error envelope. */
const errorBody = (message: string): string => JSON.stringify({ error: { message } })

/** True for words about the credential. A reply may echo the field of the token, which says nothing. */
const isAboutToken = (text: string): boolean =>
  /token|auth|credential|\b40[13]\b/i.test(text.replaceAll(/"auth_token"\s*:\s*(?:"[^"]*"|null)/g, ""))

/** Policy violation, unauthorized and forbidden: the registered codes, and those derived from an HTTP status. */
const refusingCodes: ReadonlySet<number> = new Set([1008, 3000, 3003, 4001, 4003, 4401, 4403])

/** True for a close that a reconnect with the same token cannot mend. The reason counts if the code is not about the server. */
const isRefusal = (code: number, reason: string): boolean =>
  refusingCodes.has(code) ||
  ((isAboutToken(reason) || /forbidden|denied|permission|revoked|expired/i.test(reason)) && !isOfServer(code))

/** Going away, no code, broken, and errors of the server. */
const isOfServer = (code: number): boolean => [1001, 1005, 1006].includes(code) || (code >= 1011 && code < 3000)

const failure = (state: State, { reason }: Socket.SocketError): Effect.Effect<never, Lost> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) => {
    if (reason._tag === "SocketCloseError") {
      const { closeReason = "", code } = reason
      const message = `the connection closed with ${code}${closeReason === "" ? "" : ` (${closeReason})`}`
      return Effect.fail(
        visible(
          isRefusal(code, closeReason)
            ? responded(state, 401, errorBody(message), now)
            : MakeError.connection(describe(state), { message })
        )
      )
    }
    const cause = errorOf(reason.cause)
    const status = statusOf(cause)
    if (status !== undefined) return Effect.fail(visible(responded(state, status, "", now)))
    const isOpening = reason._tag === "SocketOpenError"
    const isHidden = messageOf(cause) === ""
    const message = isHidden
      ? `the ${isOpening ? "handshake failed" : "connection broke"}, and the platform hides the cause`
      : reason.message
    const error = MakeError.connection(describe(state), isHidden ? { message } : { message, cause })
    return Effect.fail({ error, isHidden: isHidden && isOpening })
  })

/** Unwraps `ErrorEvent.error`. */
const errorOf = (cause: unknown): unknown =>
  Predicate.hasProperty(cause, "error") && Predicate.isObject(cause.error) ? cause.error : cause

/** The first message of an error and its causes. */
const messageOf = (error: unknown, depth = 0): string => {
  if (!Predicate.isObject(error) || depth > 5) return ""
  const { cause, message } = error as { readonly cause?: unknown; readonly message?: unknown }
  return typeof message === "string" && message !== "" ? message : messageOf(cause, depth + 1)
}

/** The status of a refused handshake. `ws` has it in its message; browsers and undici do not expose it. */
const statusOf = (error: unknown): number | undefined => {
  const found = /^Unexpected server response: (\d{3})$/.exec(messageOf(error))
  return found === null ? undefined : Number(found[1])
}
