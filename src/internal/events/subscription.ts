/**
 * One subscription over the connections that it takes: dials, subscribes, listens, and dials again.
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
import * as Message from "./protocol.ts"
import * as Lag from "./slidingBuffer.ts"

export const path = "/v2/websocket"

/** How long a connection must have lasted for the schedule to start over. */
const lasted = 60_000

/** How long an acknowledgement is waited for. The page shows none. */
const grace = Duration.seconds(5)

/** What outlives a connection. */
interface State {
  readonly access: Access
  readonly options: Events.Options
  readonly lag: Lag.Lag<Events.Event, AudianError>
  readonly timeout: Duration.Duration
  readonly heartbeat: Duration.Duration | undefined
  /** Attempts since the subscription last stood. */
  attempts: number
  /** When the subscription came to stand over the present connection, in epoch milliseconds. */
  stoodAt: number | undefined
  /** When the last one that stood was lost. */
  lostAt: number | undefined
  /** What the present attempt subscribes with. */
  token: Redacted.Redacted | undefined
  /** Whether this server answers pings. */
  pongs: boolean
}

export const stream = (
  access: Access,
  options: Events.Options,
  reconnect: Schedule.Schedule<unknown, AudianError>
): Stream.Stream<Events.Event, AudianError, Socket.WebSocketConstructor> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const lag = Lag.make<Events.Event, AudianError>(Math.max(1, options.bufferSize ?? 1024), (count) => ({
        _tag: "Dropped",
        count
      }))
      const state: State = {
        access,
        options,
        lag,
        timeout: Duration.fromInputUnsafe(options.timeout ?? "30 seconds"),
        heartbeat:
          options.heartbeat === false
            ? undefined
            : Duration.max(Duration.fromInputUnsafe(options.heartbeat ?? "30 seconds"), Duration.seconds(1)),
        attempts: 0,
        stoodAt: undefined,
        lostAt: undefined,
        token: undefined,
        pongs: false
      }
      yield* supervise(state, reconnect).pipe(
        Effect.onExit((exit) => Effect.sync(() => lag.end(exit))),
        Effect.forkScoped
      )
      return Stream.fromPull(Effect.succeed(lag.pull))
    })
  )

const supervise = Effect.fnUntraced(function* (
  state: State,
  reconnect: Schedule.Schedule<unknown, AudianError>
): Effect.fn.Return<never, AudianError, Socket.WebSocketConstructor> {
  const { access, lag } = state
  let step = yield* Schedule.toStep(reconnect)
  let renewedAt: number | undefined
  while (true) {
    state.attempts++
    state.token = undefined
    state.stoodAt = undefined
    let error = yield* Effect.flip(Effect.scoped(connect(state)))
    const now = yield* Clock.currentTimeMillis
    if (state.stoodAt !== undefined) {
      state.lostAt = now
      state.attempts = 0
      if (now - state.stoodAt >= lasted) step = yield* Schedule.toStep(reconnect)
      // The token may serve for many connections, none of which lasts.
      if (renewedAt !== undefined && now - renewedAt >= lasted) renewedAt = undefined
    }
    // As with a call, a refused credential is replaced once, which is not a matter of the schedule.
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
    lag.push({ _tag: "Disconnected", error, delay })
    yield* Effect.sleep(delay)
  }
})

interface Connection {
  readonly state: State
  readonly pull: Effect.Effect<ReadonlyArray<Uint8Array | string>, AudianError>
  readonly write: (message: string) => Effect.Effect<void, AudianError>
  /** The subscriptions that have not been acknowledged. */
  readonly awaited: Set<string>
  /** When the last message came, in epoch milliseconds. */
  lastHeard: number
}

/** One connection, from the credential to its end, which is always an error. */
const connect = Effect.fnUntraced(function* (
  state: State
): Effect.fn.Return<never, AudianError, Socket.WebSocketConstructor | Scope.Scope> {
  const connection = yield* Effect.timeoutOrElse(open(state), {
    duration: state.timeout,
    orElse: () => silent(state, state.timeout)
  })
  return yield* Effect.raceFirst(listen(connection), watch(connection))
})

const open = Effect.fnUntraced(function* (
  state: State
): Effect.fn.Return<Connection, AudianError, Socket.WebSocketConstructor | Scope.Scope> {
  const subscriptions = yield* subscriptionsOf(state)
  const url = state.access.baseUrl.replace(/^http/, "ws") + path
  // The attempt as a whole is bounded, the token included.
  const socket = yield* Socket.makeWebSocket(url, { openTimeout: Duration.infinity })
  const broken = Effect.catch((error: Socket.SocketError) => failure(state, error))
  const { pull } = yield* broken(socket.reader)
  const writer = yield* socket.writer
  const write = (message: string) => broken(writer.write(message))
  yield* Effect.forEach(subscriptions, (subscription) => write(Message.subscribe(subscription)), { discard: true })
  const awaited = new Set(subscriptions.map(({ id }) => id))
  return { state, pull: broken(pull), write, awaited, lastHeard: yield* Clock.currentTimeMillis }
})

const subscriptionsOf = Effect.fnUntraced(function* (
  state: State
): Effect.fn.Return<ReadonlyArray<Message.Subscribe>, AudianError> {
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
    connection.lastHeard = now
    for (const frame of batch) {
      const error = hear(connection, typeof frame === "string" ? frame : new TextDecoder().decode(frame), now)
      if (error !== undefined) return yield* error
    }
  }
})

/** What follows from one message; an error when it refuses the subscription. */
const hear = ({ awaited, state }: Connection, text: string, now: number): AudianError | undefined => {
  const message = Message.read(text)
  switch (message._tag) {
    case "Event":
      stand(state, now)
      state.lag.push(message.event)
      return undefined
    case "Undecodable":
      return undecodable(state, text)
    case "Reply": {
      const { error, id } = message
      if (id === pingId) {
        state.pongs = true
        return undefined
      }
      if (error !== undefined) {
        // What comes later and says of nothing of ours that it is wrong is no reason to give the subscription up.
        const ours = id === undefined ? state.stoodAt === undefined : awaited.has(id)
        return ours ? refusal(state, error, now) : undecodable(state, text)
      }
      if (id !== undefined) awaited.delete(id)
      if (id === undefined || awaited.size === 0) stand(state, now)
      return undefined
    }
  }
}

const undecodable = (state: State, text: string): undefined => {
  state.lag.push({ _tag: "Undecodable", text: scrubPairs(scrubText(text, secretsOf(state))).slice(0, 500) })
}

const stand = (state: State, now: number): void => {
  if (state.stoodAt !== undefined) return
  state.stoodAt = now
  const { attempts, lostAt } = state
  state.lag.push(
    lostAt === undefined
      ? { _tag: "Subscribed" }
      : { _tag: "Reconnected", attempts, downtime: Duration.millis(now - lostAt) }
  )
}

const pingId = "ping"

/** Takes the subscription to stand when nobody says so, then keeps an eye on the connection. */
const watch = Effect.fnUntraced(function* (connection: Connection): Effect.fn.Return<never, AudianError> {
  const { state } = connection
  const { heartbeat } = state
  yield* Effect.sleep(grace)
  stand(state, yield* Clock.currentTimeMillis)
  if (heartbeat === undefined) return yield* Effect.never
  const interval = Duration.toMillis(heartbeat)
  while (true) {
    const { lastHeard } = connection
    const left = lastHeard + interval - (yield* Clock.currentTimeMillis)
    if (left > 0) {
      yield* Effect.sleep(left)
      continue
    }
    yield* connection.write(Message.ping(pingId))
    yield* Effect.sleep(interval)
    if (state.pongs && connection.lastHeard === lastHeard) return yield* silent(state, heartbeat)
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

const silent = (state: State, limit: Duration.Duration): Effect.Effect<never, AudianError> =>
  Effect.fail(MakeError.timeout(describe(state), "attempt", limit, true))

const answered = (state: State, status: number, text: string, now: number): AudianError =>
  MakeError.fromResponse(describe(state), { status, headers: Headers.empty, text, truncated: false }, now)

// The engine's replies have words and no status.
const refusal = (state: State, text: string, now: number): AudianError =>
  answered(state, /token|auth|credential/i.test(text) ? 401 : 400, text, now)

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
    : Effect.flatMap(Clock.currentTimeMillis, (now) => Effect.fail(answered(state, status, "", now)))
}

/** An event of the platform's holds the error that it tells of. */
const errorOf = (cause: unknown): unknown =>
  Predicate.hasProperty(cause, "error") && Predicate.isObject(cause.error) ? cause.error : cause

/** The status of a refused handshake: `ws` has it in words, browsers and undici keep it to themselves. */
const statusOf = (error: unknown): number | undefined => {
  const message = Predicate.hasProperty(error, "message") ? String(error.message) : ""
  const found = /^Unexpected server response: (\d{3})$/.exec(message)
  return found === null ? undefined : Number(found[1])
}
