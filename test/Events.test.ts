import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { inspect } from "node:util"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeSocket from "@effect/platform-node/NodeSocket"
import * as NodeWS from "@effect/platform-node/NodeWS"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { Audian, AudianError, Credentials, Events } from "effect-audian"
import { AudianTest, EmbeddedAudian } from "effect-audian/testing"
import { each } from "./support/each.ts"
import { flush } from "./support/http.ts"
import * as Server from "./support/server.ts"
import { accept, type Connection, refuse, type Scripted, script } from "./support/socket.ts"

const tags = (events: Iterable<Events.Event>): ReadonlyArray<string> => Array.from(events, ({ _tag }) => _tag)

/** Runs a stream and takes its events one by one. */
const listen = (options: Events.Options) =>
  Effect.gen(function* () {
    const queue = yield* Queue.unbounded<Events.Event>()
    const fiber = yield* Events.stream(options).pipe(
      Stream.runForEach((event) => Queue.offer(queue, event)),
      Effect.forkScoped
    )
    return { take: Queue.take(queue), fiber }
  })

/** Polls a condition in turns of the event loop; the deadline is the test timeout. */
const until = (condition: Effect.Effect<boolean>): Effect.Effect<void> =>
  Effect.flatMap(condition, (holds) => (holds ? Effect.void : Effect.andThen(flush, until(condition))))

const calls = { bindings: ["call.*"], reconnect: Schedule.spaced("1 milli") } as const

// -----------------------------------------------------------------------------
// over real sockets of this machine
// -----------------------------------------------------------------------------

const served = EmbeddedAudian.client().pipe(
  Layer.provideMerge(EmbeddedAudian.serve()),
  Layer.provide(NodeHttpClient.layerUndici)
)

describe.each([
  ["the platform's WebSocket", Layer.merge(served, NodeSocket.layerWebSocketConstructor)],
  ["ws", Layer.merge(served, NodeWS.layerWebSocketConstructor)],
  ["no network", EmbeddedAudian.layer()]
])("Events.stream over %s", (_, layer) => {
  it.live("emits the events that its bindings match, typed by name", () =>
    Effect.gen(function* () {
      const { emit } = yield* EmbeddedAudian.EmbeddedAudian
      const { take } = yield* listen({ ...calls, bindings: ["call.CHANNEL_CREATE", "call.CHANNEL_BRIDGE.call_1"] })
      assert.deepStrictEqual(yield* take, { _tag: "Subscribed" })
      yield* emit({ name: "call.CHANNEL_ANSWER", data: { call_id: "call_1" } })
      yield* emit({ name: "call.CHANNEL_CREATE", data: { call_id: "call_1" } })
      yield* emit({ name: "call.CHANNEL_BRIDGE", data: { call_id: "call_2" } })
      yield* emit({ name: "presence.update" })
      yield* emit({ name: "call.CHANNEL_BRIDGE", data: { call_id: "call_1", other: [1, null] } })
      const created = yield* take
      assert.strictEqual(created._tag, "call.CHANNEL_CREATE")
      assert.strictEqual(Events.callId(created), "call_1")
      assert.deepStrictEqual(yield* take, {
        _tag: "Unknown",
        name: "call.CHANNEL_BRIDGE",
        data: { call_id: "call_1", other: [1, null] },
        binding: "call.CHANNEL_BRIDGE.call_1",
        routingKey: "call.CHANNEL_BRIDGE.call_1"
      })
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("reconnects after a lost connection and marks the gap", () =>
    Effect.gen(function* () {
      const { dropSockets, emit, sockets } = yield* EmbeddedAudian.EmbeddedAudian
      const { take } = yield* listen({ ...calls, bindings: ["call.*", "presence.*"] })
      assert.strictEqual((yield* take)._tag, "Subscribed")
      yield* dropSockets
      const lost = yield* take
      assert.strictEqual(lost._tag, "Disconnected")
      assert.strictEqual(lost._tag === "Disconnected" && lost.error._tag, "AudianClientError")
      assert.include(lost._tag === "Disconnected" ? lost.error.message : "", "1012")
      const again = yield* take
      assert.isTrue(Events.isGap(again) && again._tag === "Reconnected" && again.attempts === 1)
      assert.strictEqual(yield* sockets, 1)
      yield* emit({ name: "presence.update", data: { state: "confirmed" } })
      assert.strictEqual((yield* take)._tag, "presence.update")
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("closes its socket when it is interrupted or has taken enough", () =>
    Effect.gen(function* () {
      const { sockets } = yield* EmbeddedAudian.EmbeddedAudian
      const { fiber, take } = yield* listen(calls)
      yield* take
      assert.strictEqual(yield* sockets, 1)
      yield* Fiber.interrupt(fiber)
      yield* until(Effect.map(sockets, (open) => open === 0))
      yield* Stream.runDrain(Stream.take(Events.stream(calls), 1))
      yield* until(Effect.map(sockets, (open) => open === 0))
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("fails for a refused binding and for another account", () =>
    Effect.gen(function* () {
      const wrong = yield* Effect.flip(Stream.runDrain(Events.stream({ ...calls, bindings: ["call"] })))
      assert.strictEqual(wrong._tag, "BadRequest")
      assert.include(wrong.message, "invalid format")
      const other = yield* Effect.flip(Stream.runDrain(Events.stream({ ...calls, accountId: "account_other" })))
      assert.strictEqual(other._tag, "Unauthorized")
      assert.strictEqual(other.operation, "Events.stream")
    }).pipe(Effect.provide(layer))
  )
})

describe("Events.stream: options", () => {
  it("are refused where no compiler has checked them", () => {
    const mistakes: ReadonlyArray<readonly [unknown, string]> = [
      [{ bindings: "call.*" }, 'bindings: expected a list of bindings such as ["call.*"], got "call.*"'],
      [{ binding: ["call.*"] }, "binding: unknown option, did you mean bindings?"],
      [{ ...calls, reconnect: 3 }, "reconnect: expected a Schedule, got 3"],
      [{ ...calls, heartbeat: -1 }, 'heartbeat: expected a duration such as "10 seconds", or false, got -1'],
      [{ ...calls, bufferSize: "1" }, 'bufferSize: expected a whole number, 0 or more, got "1"'],
      [undefined, "options: expected an object, got undefined"]
    ]
    for (const [options, message] of mistakes) {
      assert.throws(() => Events.stream(options as Events.Options), `Events.stream: ${message}`)
    }
  })
})

describe("Events.stream: token", () => {
  const server = Layer.provideMerge(NodeHttpClient.layerUndici, EmbeddedAudian.serve())
  const client = (options: { readonly authToken: string } & ({ readonly apiKey: string } | {})) =>
    Layer.unwrap(Effect.map(EmbeddedAudian.EmbeddedAudian, ({ baseUrl }) => Audian.layer({ ...options, baseUrl })))

  it.live("renews a refused token and subscribes with the new one", () =>
    Effect.gen(function* () {
      const first = yield* Stream.runHead(Events.stream(calls))
      assert.deepStrictEqual(first._tag === "Some" && first.value, { _tag: "Subscribed" })
    }).pipe(
      Effect.provide(
        client({ apiKey: "sk_test_embedded", authToken: "token_of_yesterday" }).pipe(
          Layer.provideMerge(server),
          Layer.merge(NodeSocket.layerWebSocketConstructor)
        )
      )
    )
  )

  it.live("fails with Unauthorized if the token cannot be renewed, without showing it", () =>
    Effect.gen(function* () {
      const options = { ...calls, accountId: "account_embedded" }
      const error = yield* Effect.flip(Stream.runDrain(Events.stream(options)))
      assert.strictEqual(error._tag, "Unauthorized")
      assert.include(error.message, "failed to authenticate token")
      assert.notInclude(inspect(error, { depth: null, showHidden: true }) + error.stack, "token_of_yesterday")
    }).pipe(
      Effect.provide(
        client({ authToken: "token_of_yesterday" }).pipe(
          Layer.provideMerge(server),
          Layer.merge(NodeSocket.layerWebSocketConstructor)
        )
      )
    )
  )
})

/** A server that refuses every handshake with a status. */
const refusing = (status: number) =>
  Effect.suspend(() => {
    const server = createServer()
    server.on("upgrade", (_, socket) => socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`))
    return Server.listen(server)
  })

/** A server that shuts down after the first subscription. */
const vanishing = Effect.map(
  Effect.acquireRelease(
    Effect.callback<NodeWS.WebSocketServer>((resume) => {
      const server: NodeWS.WebSocketServer = new NodeWS.WebSocketServer({ port: 0, host: "127.0.0.1" }, () =>
        resume(Effect.succeed(server))
      )
      server.on("connection", (socket) => {
        socket.on("message", () => {
          server.close()
          socket.terminate()
        })
      })
    }),
    (server) => Effect.sync(() => server.close())
  ),
  (server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
)

it.live("Events.stream: fails with the last error when the server is gone and the schedule ends", () =>
  Effect.gen(function* () {
    const client = Audian.layer({ authToken: "t", accountId: "a", baseUrl: yield* vanishing })
    const seen: Array<Events.Event> = []
    const error = yield* Events.stream({ ...calls, reconnect: Schedule.recurs(2) }).pipe(
      Stream.runForEach((event) => Effect.sync(() => seen.push(event))),
      Effect.flip,
      Effect.provide([Layer.provide(client, NodeHttpClient.layerUndici), NodeWS.layerWebSocketConstructor])
    )
    assert.deepStrictEqual(tags(seen), ["Disconnected", "Disconnected"])
    assert.strictEqual(error._tag, "AudianClientError")
    assert.deepStrictEqual(error._tag === "AudianClientError" && error.reason, {
      _tag: "Transport",
      code: "ECONNREFUSED"
    })
    assert.strictEqual(error.attempts, 3)
    assert.strictEqual(error.outcome, "not-executed")
  }).pipe(Effect.scoped)
)

describe("Events.stream: refused handshake", () => {
  const first = (status: number, socket: typeof NodeWS.layerWebSocketConstructor) =>
    Effect.gen(function* () {
      const baseUrl = yield* refusing(status)
      const client = Audian.layer({ authToken: "t", accountId: "a", baseUrl })
      return yield* Events.stream({ ...calls, reconnect: Schedule.recurs(0) }).pipe(
        Stream.runDrain,
        Effect.flip,
        Effect.provide([Layer.provide(client, NodeHttpClient.layerUndici), socket])
      )
    }).pipe(Effect.scoped)

  it.live("fails with the tag of the status if the platform exposes it", () =>
    Effect.gen(function* () {
      const found = yield* Effect.forEach([400, 401, 403, 429, 503], (status) =>
        first(status, NodeWS.layerWebSocketConstructor)
      )
      assert.deepStrictEqual(
        found.map(({ _tag }) => _tag),
        ["BadRequest", "Unauthorized", "Forbidden", "TooManyRequests", "ServiceUnavailable"]
      )
    })
  )

  it.live("fails with Transport if the platform hides the status", () =>
    Effect.gen(function* () {
      const error = yield* first(403, NodeSocket.layerWebSocketConstructor)
      assert.strictEqual(error._tag === "AudianClientError" && error.reason._tag, "Transport")
      assert.notStrictEqual(error.description, "")
    })
  )
})

// -----------------------------------------------------------------------------
// over scripted sockets, with TestClock
// -----------------------------------------------------------------------------

interface Run {
  readonly connections: ReadonlyArray<Connection>
  readonly seen: Array<Events.Event>
  /** The refused tokens so far. */
  readonly refused: ReadonlyArray<string>
  readonly fiber: Fiber.Fiber<void, AudianError.AudianError>
  readonly advance: (duration: Duration.Input) => Effect.Effect<void>
}

/** Runs a stream over a script. The tokens are SECRET_token_1, SECRET_token_2 and so on, after the failures of `first`. */
const run = (
  options: Events.Options,
  { connections, layer }: Scripted,
  each: (event: Events.Event) => Effect.Effect<void> = () => Effect.void,
  first: Array<Effect.Effect<never, AudianError.AudianError>> = [],
  renewal: Effect.Effect<unknown, AudianError.AudianError> = Effect.void,
  http: (
    request: HttpClientRequest.HttpClientRequest
  ) => Effect.Effect<Response, HttpClientError.HttpClientError> = () => Effect.die("no request is expected")
) =>
  Effect.gen(function* () {
    const refused: Array<string> = []
    const credentials = Credentials.Credentials.of({
      token: () =>
        Effect.suspend(() => first.shift() ?? Effect.succeed(Redacted.make(`SECRET_token_${refused.length + 1}`))),
      accountId: Effect.succeed("account_1"),
      refuse: (family, token) =>
        Effect.map(renewal, (isRenewed) => {
          assert.strictEqual(family, "account")
          refused.push(Redacted.value(token))
          return isRenewed !== false
        })
    })
    const client = Audian.layerCredentials({ baseUrl: "https://api.test:8443/v2" }).pipe(
      Layer.provide(Layer.succeed(Credentials.Credentials, credentials)),
      Layer.provide(
        Layer.succeed(
          HttpClient.HttpClient,
          HttpClient.make((request) =>
            Effect.map(http(request), (response) => HttpClientResponse.fromWeb(request, response))
          )
        )
      )
    )
    const seen: Array<Events.Event> = []
    const fiber = yield* Events.stream(options).pipe(
      Stream.runForEach((event) => Effect.suspend(() => each(seen[seen.push(event) - 1]!))),
      Effect.provide([client, layer]),
      Effect.forkScoped
    )
    yield* flush
    const advance = (duration: Duration.Input) =>
      Effect.andThen(TestClock.adjust(duration), flush) as Effect.Effect<void>
    return { connections, seen, refused, fiber, advance } satisfies Run
  })

/** The error of a finished run. */
const errorOf = ({ fiber }: Run): AudianError.AudianError | undefined => {
  const exit = fiber.pollUnsafe()
  return exit?._tag === "Failure" && exit.cause.reasons[0]?._tag === "Fail" ? exit.cause.reasons[0].error : undefined
}

const destroyed = (id: string) => ({ action: "event", name: "CHANNEL_DESTROY", data: { call_id: id } })

describe("Events.stream: subscription", () => {
  it.effect("sends the fields of the page and of the engine to the documented URL", () =>
    Effect.gen(function* () {
      const { connections, seen } = yield* run({ bindings: ["call.*", "presence.*"] }, script(accept))
      assert.strictEqual(connections[0]?.url, "wss://api.test:8443/v2/websocket")
      assert.deepStrictEqual(connections[0]?.sent, [
        {
          action: "subscribe",
          auth_token: "SECRET_token_1",
          request_id: "subscribe-1",
          account_id: "account_1",
          bindings: ["call.*", "presence.*"],
          data: { account_id: "account_1", bindings: ["call.*", "presence.*"] }
        }
      ])
      assert.deepStrictEqual(tags(seen), ["Subscribed"])
    }).pipe(Effect.scoped)
  )

  it.effect("emits Subscribed once the subscriptions of all accounts are acknowledged", () =>
    Effect.gen(function* () {
      const scripted = script((connection) => {
        connection.open()
        setImmediate(() => connection.say({ action: "reply", request_id: "subscribe-1", status: "success", data: {} }))
      })
      const subscriptions = [{ bindings: ["call.*"] }, { bindings: ["presence.*"], accountId: "account_2" }]
      const { connections, seen } = yield* run({ subscriptions }, scripted)
      assert.deepStrictEqual(
        connections[0]?.sent.map(({ account_id, bindings }) => [account_id, bindings]),
        [
          ["account_1", ["call.*"]],
          ["account_2", ["presence.*"]]
        ]
      )
      assert.deepStrictEqual(seen, [])
      connections[0]?.say({ action: "reply", request_id: "subscribe-2", status: "success", data: {} })
      yield* flush
      assert.deepStrictEqual(tags(seen), ["Subscribed"])
    }).pipe(Effect.scoped)
  )

  it.effect("assumes acceptance after five seconds or with the first event", () =>
    Effect.gen(function* () {
      const quiet = yield* run(
        { bindings: ["call.*"] },
        script((connection) => connection.open())
      )
      yield* quiet.advance("4999 millis")
      assert.deepStrictEqual(quiet.seen, [])
      yield* quiet.advance("1 milli")
      assert.deepStrictEqual(tags(quiet.seen), ["Subscribed"])
      const busy = yield* run(
        { bindings: ["call.*"] },
        script((connection) => connection.open())
      )
      busy.connections[0]?.say(destroyed("1"))
      yield* flush
      assert.deepStrictEqual(tags(busy.seen), ["Subscribed", "call.CHANNEL_DESTROY"])
    }).pipe(Effect.scoped)
  )

  it.effect("fails with BadRequest for an error of any depth", () =>
    Effect.gen(function* () {
      const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`
      const refused = yield* run(
        { bindings: ["call.*"] },
        script((connection) => connection.open())
      )
      refused.connections[0]?.say(
        `{"action":"reply","request_id":"subscribe-1","status":"error","data":{"errors":[${deep}]}}`
      )
      yield* flush
      assert.strictEqual(errorOf(refused)?._tag, "BadRequest")
    }).pipe(Effect.scoped)
  )

  it.effect("fails with InvalidRequest before connecting if bindings or account are missing", () =>
    Effect.gen(function* () {
      const scripted = script(accept)
      const none = yield* run({ bindings: [] }, scripted)
      const never = yield* run({ subscriptions: [] }, scripted)
      const client = Layer.provide(Audian.layer({ authToken: "t" }), NodeHttpClient.layerUndici)
      const nobody = yield* Stream.runDrain(Events.stream(calls)).pipe(
        Effect.flip,
        Effect.provide([client, scripted.layer])
      )
      for (const error of [errorOf(none), errorOf(never), nobody]) {
        assert.strictEqual(error?._tag === "AudianClientError" && error.reason._tag, "InvalidRequest")
      }
      assert.strictEqual(nobody.param, "accountId")
      assert.strictEqual(scripted.connections.length, 0)
    }).pipe(Effect.scoped)
  )

  it.effect("renews a refused token exactly once", () =>
    Effect.gen(function* () {
      const once = yield* run(
        calls,
        script((connection, nth) =>
          nth === 0 ? refuse(connection, "failed to authenticate token SECRET_token_1") : accept(connection)
        )
      )
      assert.deepStrictEqual(once.refused, ["SECRET_token_1"])
      assert.strictEqual(once.connections[1]?.sent[0]?.auth_token, "SECRET_token_2")
      assert.deepStrictEqual(tags(once.seen), ["Subscribed"])
      const always = yield* run(
        calls,
        script((connection) => refuse(connection, `bad token ${connection.sent[0]?.auth_token}`))
      )
      assert.strictEqual(errorOf(always)?._tag, "Unauthorized")
      assert.strictEqual(always.connections.length, 2)
      const named = yield* run(
        calls,
        script((connection) => refuse(connection, "invalid_auth_token"))
      )
      assert.strictEqual(errorOf(named)?._tag, "Unauthorized")
      assert.strictEqual(named.connections.length, 2)
    }).pipe(Effect.scoped)
  )

  it.effect("renews a token again that was in use for a minute over short connections", () =>
    Effect.gen(function* () {
      const expires = [0, 4]
      const { advance, connections, fiber, refused } = yield* run(
        { ...calls, reconnect: Schedule.spaced("1 second"), heartbeat: false },
        script((connection, nth) => (expires.includes(nth) ? refuse(connection, "bad token") : accept(connection)))
      )
      for (let lost = 1; lost <= 3; lost++) {
        yield* advance("30 seconds")
        connections.at(-1)?.drop()
        yield* flush
        yield* advance("1 second")
      }
      assert.isUndefined(fiber.pollUnsafe())
      assert.deepStrictEqual(refused, ["SECRET_token_1", "SECRET_token_2"])
      assert.strictEqual(connections.length, 6)
    }).pipe(Effect.scoped)
  )

  it.effect("renews the token after a handshake refused with 401 or 403", () =>
    Effect.forEach([401, 403], (status) =>
      Effect.gen(function* () {
        const { refused, seen } = yield* run(
          calls,
          script((connection, nth) =>
            nth === 0 ? connection.fail(new Error(`Unexpected server response: ${status}`)) : accept(connection)
          )
        )
        assert.deepStrictEqual(refused, ["SECRET_token_1"])
        assert.deepStrictEqual(tags(seen), ["Subscribed"])
      }).pipe(Effect.scoped)
    )
  )

  it.effect("fails with the error of the renewal, or retries if it is retryable", () =>
    Effect.gen(function* () {
      const refusing = () => script((connection) => refuse(connection, "failed to authenticate token"))
      const locked = new AudianError.PaymentRequired({})
      const away = new AudianError.ServiceUnavailable({})
      const failed = yield* run(calls, refusing(), undefined, [], Effect.fail(locked))
      assert.strictEqual(errorOf(failed), locked)
      const waiting = yield* run(calls, refusing(), undefined, [], Effect.fail(away))
      assert.isTrue(waiting.seen[0]?._tag === "Disconnected" && waiting.seen[0].error === away)
    }).pipe(Effect.scoped)
  )

  it.effect("redacts the token in errors and events if the server echoes it", () =>
    Effect.gen(function* () {
      const refused = yield* run(
        calls,
        script((connection) => refuse(connection, "failed to authenticate token SECRET_token_2"))
      )
      const closed = yield* run(
        { ...calls, reconnect: Schedule.recurs(0) },
        script((connection) => {
          accept(connection)
          setImmediate(() => connection.say("no: auth_token=SECRET_token_1"))
          setImmediate(() => connection.drop(1008, "token SECRET_token_1 expired"))
        })
      )
      assert.include(errorOf(refused)?.message, "failed to authenticate token <redacted>")
      assert.include(errorOf(closed)?.message, "1008 (token <redacted> expired)")
      assert.deepStrictEqual(tags(closed.seen), [
        "Subscribed",
        "Undecodable",
        "Disconnected",
        "Reconnected",
        "Undecodable"
      ])
      for (const value of [errorOf(refused), errorOf(closed), closed.seen, refused.seen]) {
        const text = inspect(value, { depth: null, showHidden: true }) + JSON.stringify(value)
        assert.notInclude(text, "SECRET")
      }
    }).pipe(Effect.scoped)
  )
})

describe("Events.stream: refused tokens", () => {
  each(
    [
      { code: 1008, reason: "" },
      { code: 3000, reason: "" },
      { code: 3003, reason: "" },
      { code: 4401, reason: "revoked" },
      { code: 4403, reason: "" },
      { code: 4000, reason: "token expired" }
    ],
    ({ code, reason }) => `renews the token once after a close with ${code} ${reason}, then fails with Unauthorized`,
    ({ code, reason }) =>
      Effect.gen(function* () {
        const { connections, refused, ...rest } = yield* run(
          calls,
          script((connection) => {
            accept(connection)
            setImmediate(() => connection.drop(code, reason))
          })
        )
        yield* flush
        const error = errorOf({ connections, refused, ...rest })
        assert.strictEqual(error?._tag, "Unauthorized")
        assert.include(error?.message, `closed with ${code}${reason === "" ? "" : ` (${reason})`}`)
        assert.deepStrictEqual(refused, ["SECRET_token_1"])
        assert.deepStrictEqual(
          connections.map(({ sent }) => sent[0]?.auth_token),
          ["SECRET_token_1", "SECRET_token_2"]
        )
        assert.deepStrictEqual(tags(rest.seen), ["Subscribed", "Disconnected", "Reconnected"])
        const [, lost] = rest.seen
        assert.isTrue(
          lost?._tag === "Disconnected" && Duration.isZero(lost.delay) && lost.error._tag === "Unauthorized"
        )
      }).pipe(Effect.scoped)
  )

  it.effect("fails with Unauthorized at once if the token cannot be renewed", () =>
    Effect.gen(function* () {
      const closing = script((connection) => {
        connection.open()
        setImmediate(() => connection.drop(4401))
      })
      const failed = yield* run(calls, closing, undefined, [], Effect.succeed(false))
      yield* flush
      assert.strictEqual(errorOf(failed)?._tag, "Unauthorized")
      assert.strictEqual(failed.connections.length, 1)
    }).pipe(Effect.scoped)
  )

  each(
    [1000, 1001, 1002, 1006, 1009, 1011, 1012, 4000],
    (code) => `reconnects with the same token after a close with ${code}`,
    (code) =>
      Effect.gen(function* () {
        const { advance, connections, refused, seen } = yield* run(calls, script(accept))
        connections[0]?.drop(code, "bye")
        yield* flush
        yield* advance("1 second")
        assert.deepStrictEqual(tags(seen), ["Subscribed", "Disconnected", "Reconnected"])
        assert.include(seen[1]?._tag === "Disconnected" ? seen[1].error.message : "", `closed with ${code} (bye)`)
        assert.deepStrictEqual(refused, [])
      }).pipe(Effect.scoped)
  )

  each(
    [
      { title: "without an id", id: undefined },
      { title: "to a ping", id: "ping" },
      { title: "to an acknowledged subscription", id: "subscribe-1" }
    ],
    ({ title }) => `renews the token after a reply ${title} that reports it`,
    ({ id }) =>
      Effect.gen(function* () {
        const { connections, refused, seen } = yield* run(calls, script(accept))
        const errors = ["failed to authenticate token SECRET_token_1"]
        connections[0]?.say({ action: "reply", request_id: id, status: "error", data: { errors } })
        yield* flush
        assert.deepStrictEqual(refused, ["SECRET_token_1"])
        assert.deepStrictEqual(tags(seen), ["Subscribed", "Disconnected", "Reconnected"])
      }).pipe(Effect.scoped)
  )

  it.effect("renews a token that expired in a long outage after a short connection", () =>
    Effect.gen(function* () {
      const scripted = script((connection, nth) =>
        nth === 0 || nth === 122
          ? refuse(connection, "bad token")
          : nth === 1 || nth > 122
            ? accept(connection)
            : connection.drop()
      )
      const { advance, connections, fiber, refused } = yield* run(
        { ...calls, reconnect: Schedule.spaced("1 minute") },
        scripted
      )
      yield* advance("1 second")
      connections[1]?.drop()
      yield* flush
      for (let minute = 0; minute < 121; minute++) yield* advance("1 minute")
      yield* flush
      assert.isUndefined(fiber.pollUnsafe())
      assert.deepStrictEqual(refused, ["SECRET_token_1", "SECRET_token_2"])
    }).pipe(Effect.scoped)
  )
})

describe("Events.stream: hidden handshakes", () => {
  /** As browsers and Node's own WebSocket fail: without a word. */
  const hidden = (accepted: (nth: number) => boolean = () => false) =>
    script((connection, nth) => (accepted(nth) ? accept(connection) : connection.fail(new TypeError(""))))

  const refusing = (status: number) => () => Effect.succeed(new Response("", { status }))

  it.effect("requests the status after the second failure, with the token in a header", () =>
    Effect.gen(function* () {
      const requests: Array<HttpClientRequest.HttpClientRequest> = []
      const { advance, connections, refused, seen } = yield* run(
        { ...calls, reconnect: Schedule.spaced("1 second") },
        hidden((nth) => nth === 2),
        undefined,
        [],
        Effect.void,
        (request) => {
          requests.push(request)
          return Effect.succeed(new Response("", { status: 401 }))
        }
      )
      assert.strictEqual(requests.length, 0)
      assert.include(seen[0]?._tag === "Disconnected" ? seen[0].error.message : "", "the platform hides the cause")
      yield* advance("1 second")
      yield* flush
      assert.strictEqual(requests[0]?.url, "https://api.test:8443/v2/websocket")
      assert.strictEqual(requests[0]?.headers["x-auth-token"], "SECRET_token_1")
      assert.strictEqual(requests.length, 1)
      assert.deepStrictEqual(refused, ["SECRET_token_1"])
      assert.strictEqual(connections.length, 3)
      assert.deepStrictEqual(tags(seen), ["Disconnected", "Subscribed"])
    }).pipe(Effect.scoped)
  )

  each(
    [401, 403, 404, 426, 200],
    (status) => `renews the token once and then fails if the status is ${status}`,
    (status) =>
      Effect.gen(function* () {
        const failed = yield* run(calls, hidden(), undefined, [], Effect.void, refusing(status))
        yield* failed.advance("1 second")
        yield* flush
        assert.strictEqual(errorOf(failed)?._tag, status === 403 ? "Forbidden" : "Unauthorized")
        assert.deepStrictEqual(failed.refused, ["SECRET_token_1"])
        assert.strictEqual(failed.connections.length, 3)
      }).pipe(Effect.scoped)
  )

  it.effect("fails with Unauthorized if the request gets no response either", () =>
    Effect.gen(function* () {
      const failed = yield* run(calls, hidden(), undefined, [], Effect.succeed(false), () => Effect.never)
      yield* failed.advance("1 second")
      assert.isUndefined(failed.fiber.pollUnsafe())
      yield* failed.advance("5 seconds")
      assert.strictEqual(errorOf(failed)?._tag, "Unauthorized")
      assert.include(errorOf(failed)?.message, "the platform hides its status")
    }).pipe(Effect.scoped)
  )

  it.effect("reconnects indefinitely while the server is down, and reports the cause", () =>
    Effect.gen(function* () {
      const down = (request: HttpClientRequest.HttpClientRequest) =>
        Effect.fail(
          new HttpClientError.HttpClientError({
            reason: new HttpClientError.TransportError({
              request,
              cause: Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" })
            })
          })
        )
      const { advance, connections, fiber, refused, seen } = yield* run(
        { ...calls, reconnect: Schedule.spaced("1 second") },
        hidden((nth) => nth === 50),
        undefined,
        [],
        Effect.void,
        down
      )
      for (let nth = 0; nth < 60; nth++) yield* advance("1 second")
      assert.isUndefined(fiber.pollUnsafe())
      assert.deepStrictEqual(refused, [])
      assert.strictEqual(connections.length, 51)
      const second = seen[1]
      assert.isTrue(
        second?._tag === "Disconnected" &&
          second.error._tag === "AudianClientError" &&
          second.error.reason._tag === "Transport" &&
          second.error.reason.code === "ECONNREFUSED"
      )
      assert.strictEqual(seen.at(-1)?._tag, "Subscribed")
    }).pipe(Effect.scoped)
  )

  it.effect("reconnects while the server responds 503", () =>
    Effect.gen(function* () {
      const { advance, refused, seen } = yield* run(
        calls,
        hidden((nth) => nth === 3),
        undefined,
        [],
        Effect.void,
        refusing(503)
      )
      for (let nth = 0; nth < 4; nth++) yield* advance("1 second")
      assert.deepStrictEqual(
        seen.map((event) => (event._tag === "Disconnected" ? event.error._tag : event._tag)),
        ["AudianClientError", "ServiceUnavailable", "ServiceUnavailable", "Subscribed"]
      )
      assert.deepStrictEqual(refused, [])
    }).pipe(Effect.scoped)
  )
})

describe("Events.stream: connection", () => {
  const failing = script((connection) => connection.fail(new Error("no")))

  it.effect("reconnects after the delays of the schedule", () =>
    Effect.gen(function* () {
      const { advance, connections, seen } = yield* run(
        { bindings: ["call.*"], reconnect: Schedule.exponential("1 second") },
        failing
      )
      const delays = [1, 2, 4, 8]
      for (const [index, seconds] of delays.entries()) {
        assert.strictEqual(connections.length, index + 1)
        yield* advance(Duration.millis(seconds * 1000 - 1))
        assert.strictEqual(connections.length, index + 1)
        yield* advance("1 milli")
      }
      assert.deepStrictEqual(
        seen.slice(0, 4).map((event) => (event._tag === "Disconnected" ? Duration.toSeconds(event.delay) : undefined)),
        delays
      )
    }).pipe(Effect.scoped)
  )

  it.effect("reconnects indefinitely by default, after at most 36 seconds", () =>
    Effect.gen(function* () {
      const { advance, connections, fiber, seen } = yield* run({ bindings: ["call.*"] }, failing)
      for (let minute = 0; minute < 60; minute++) yield* advance("1 minute")
      assert.isAbove(connections.length, 60)
      assert.isUndefined(fiber.pollUnsafe())
      const delays = seen.map((event) => (event._tag === "Disconnected" ? Duration.toMillis(event.delay) : Number.NaN))
      for (const [index, delay] of delays.entries()) {
        const base = Math.min(1000 * 2 ** index, 30_000)
        assert.isAtLeast(delay, base * 0.8)
        assert.isAtMost(delay, base * 1.2)
      }
      assert.isAbove(new Set(delays.slice(10)).size, 10)
    }).pipe(Effect.scoped)
  )

  it.effect("restarts the schedule after a subscription of a minute", () =>
    Effect.gen(function* () {
      const { advance, connections, seen } = yield* run(
        { bindings: ["call.*"], reconnect: Schedule.exponential("1 second"), heartbeat: false },
        script(accept)
      )
      for (const [seconds, delay] of [
        [59, 1],
        [59, 2],
        [60, 1],
        [0, 2]
      ] as const) {
        yield* advance(Duration.seconds(seconds))
        connections.at(-1)?.drop()
        yield* flush
        const lost = seen.at(-1)
        assert.strictEqual(lost?._tag === "Disconnected" && Duration.toSeconds(lost.delay), delay)
        yield* advance(Duration.seconds(delay))
        assert.strictEqual(seen.at(-1)?._tag, "Reconnected")
      }
    }).pipe(Effect.scoped)
  )

  it.effect("reports attempts and downtime of a reconnect", () =>
    Effect.gen(function* () {
      const scripted = script((connection, nth) => (nth === 1 ? connection.fail(new Error("no")) : accept(connection)))
      const { advance, connections, seen } = yield* run(
        { bindings: ["call.*"], reconnect: Schedule.exponential("1 second") },
        scripted
      )
      yield* advance("7 seconds")
      connections[0]?.drop()
      yield* flush
      yield* advance("1 second")
      yield* advance("2 seconds")
      assert.deepStrictEqual(tags(seen), ["Subscribed", "Disconnected", "Disconnected", "Reconnected"])
      assert.deepStrictEqual(seen.at(-1), { _tag: "Reconnected", attempts: 2, downtime: Duration.seconds(3) })
    }).pipe(Effect.scoped)
  )

  it.effect("waits for retryAfter", () =>
    Effect.gen(function* () {
      const limited = new AudianError.TooManyRequests({ retryAfter: Duration.seconds(7) })
      const { advance, connections, seen } = yield* run(calls, script(accept), undefined, [Effect.fail(limited)])
      yield* advance("6999 millis")
      assert.deepStrictEqual(seen, [{ _tag: "Disconnected", error: limited, delay: Duration.seconds(7) }])
      assert.strictEqual(connections.length, 0)
      yield* advance("1 milli")
      assert.deepStrictEqual(tags(seen), ["Disconnected", "Subscribed"])
    }).pipe(Effect.scoped)
  )

  it.effect("times out while connecting and while getting the token", () =>
    Effect.gen(function* () {
      const { advance, connections, seen } = yield* run(
        { ...calls, timeout: "20 seconds" },
        script(() => {})
      )
      yield* advance("19 seconds")
      assert.deepStrictEqual(seen, [])
      yield* advance("1 second")
      const [lost] = seen
      assert.isTrue(
        lost?._tag === "Disconnected" && lost.error._tag === "AudianClientError" && lost.error.reason._tag === "Timeout"
      )
      assert.strictEqual(connections[0]?.closedWith, 1000)
      const tokenless = yield* run({ ...calls, timeout: "20 seconds" }, script(accept), undefined, [Effect.never])
      yield* tokenless.advance("20 seconds")
      assert.deepStrictEqual(tags(tokenless.seen), ["Disconnected"])
      yield* tokenless.advance("1 second")
      assert.deepStrictEqual(tags(tokenless.seen), ["Disconnected", "Subscribed"])
    }).pipe(Effect.scoped)
  )

  it.effect("closes with 1000 when interrupted at any point", () =>
    Effect.gen(function* () {
      const opening = yield* run(
        calls,
        script(() => {})
      )
      const standing = yield* run(calls, script(accept))
      const waiting = yield* run({ ...calls, reconnect: Schedule.spaced("1 hour") }, failing)
      for (const { connections, fiber } of [opening, standing, waiting]) {
        yield* Fiber.interrupt(fiber)
        assert.strictEqual(connections.at(-1)?.closedWith, 1000)
      }
      const before = waiting.connections.length
      yield* waiting.advance("2 hours")
      assert.strictEqual(waiting.connections.length, before)
      assert.strictEqual(standing.connections[0]?.sent.length, 1)
    }).pipe(Effect.scoped)
  )

  it.effect("pings an idle connection and drops it when the pongs stop", () =>
    Effect.gen(function* () {
      const { advance, connections, seen } = yield* run({ ...calls, heartbeat: "10 seconds" }, script(accept))
      const pings = () => connections[0]?.sent.filter(({ action }) => action === "ping").length
      yield* advance("9 seconds")
      connections[0]?.say(destroyed("1"))
      yield* advance("9 seconds")
      assert.strictEqual(pings(), 0)
      yield* advance("1 second")
      assert.strictEqual(pings(), 1)
      assert.notProperty(connections[0]?.sent.at(-1), "auth_token")
      connections[0]?.say({ action: "reply", request_id: "ping", status: "success", data: { response: "pong" } })
      yield* advance("10 seconds")
      assert.strictEqual(pings(), 2)
      yield* advance("9 seconds")
      assert.deepStrictEqual(tags(seen), ["Subscribed", "call.CHANNEL_DESTROY"])
      yield* advance("1 second")
      yield* advance("1 second")
      assert.deepStrictEqual(tags(seen), ["Subscribed", "call.CHANNEL_DESTROY", "Disconnected", "Reconnected"])
      assert.strictEqual(connections[0]?.closedWith, 1000)
    }).pipe(Effect.scoped)
  )

  it.effect("drops a connection without any pong once, and keeps the next one", () =>
    Effect.gen(function* () {
      const mute = yield* run({ ...calls, heartbeat: "10 seconds" }, script(accept))
      yield* mute.advance("39 seconds")
      assert.deepStrictEqual(tags(mute.seen), ["Subscribed"])
      yield* mute.advance("1 second")
      assert.deepStrictEqual(tags(mute.seen), ["Subscribed", "Disconnected"])
      const [, lost] = mute.seen
      assert.include(lost?._tag === "Disconnected" ? lost.error.message : "", "30s")
      for (let minute = 0; minute < 10; minute++) yield* mute.advance("1 minute")
      assert.deepStrictEqual(tags(mute.seen), ["Subscribed", "Disconnected", "Reconnected"])
      mute.connections[1]?.say({ action: "reply", status: "error", data: { errors: ["invalid action"] } })
      yield* flush
      assert.deepStrictEqual(tags(mute.seen).slice(3), ["Undecodable"])
      const off = yield* run({ ...calls, heartbeat: false }, script(accept))
      yield* off.advance("5 minutes")
      assert.strictEqual(off.connections[0]?.sent.length, 1)
    }).pipe(Effect.scoped)
  )
})

describe("Events.stream: a clock that jumps", () => {
  /** The clock of the test, whose wall time is off by `jump.millis`. */
  const jumping = (jump: { millis: number }) =>
    Effect.clockWith((clock) =>
      Effect.succeed(
        new Proxy(clock, {
          get: (target, key) => {
            const value = Reflect.get(target, key, target)
            if (key === "currentTimeMillisUnsafe") return () => target.currentTimeMillisUnsafe() + jump.millis
            if (key === "currentTimeMillis") return Effect.map(target.currentTimeMillis, (now) => now + jump.millis)
            return typeof value === "function" ? value.bind(target) : value
          }
        })
      )
    )

  each(
    [
      { title: "an hour back", millis: -3_600_000 },
      { title: "an hour forward", millis: 3_600_000 }
    ],
    ({ title }) => `pings in time, and reports the right downtime: ${title}`,
    ({ millis }) =>
      Effect.gen(function* () {
        const jump = { millis: 0 }
        const clock = yield* jumping(jump)
        const { advance, connections, seen } = yield* run(
          { ...calls, heartbeat: "10 seconds", reconnect: Schedule.spaced("1 second") },
          script(accept)
        ).pipe(Effect.provideService(Clock.Clock, clock))
        const pings = () => connections.at(-1)?.sent.filter(({ action }) => action === "ping").length
        yield* advance("6 seconds")
        jump.millis = millis
        yield* advance("4 seconds")
        assert.strictEqual(pings(), 1)
        connections[0]?.say({ action: "reply", request_id: "ping", status: "success", data: { response: "pong" } })
        yield* advance("10 seconds")
        assert.strictEqual(pings(), 2)
        assert.deepStrictEqual(tags(seen), ["Subscribed"])
        // No pong follows.
        yield* advance("10 seconds")
        assert.deepStrictEqual(tags(seen), ["Subscribed", "Disconnected"])
        jump.millis = 0
        yield* advance("1 second")
        assert.deepStrictEqual(seen.at(-1), { _tag: "Reconnected", attempts: 1, downtime: Duration.seconds(1) })
      }).pipe(Effect.scoped)
  )
})

describe("Events.stream: messages", () => {
  it.effect("decodes events of the page and of the engine, old and new", () =>
    Effect.gen(function* () {
      const { connections, seen } = yield* run(calls, script(accept))
      for (const message of [
        { name: "call.CHANNEL_ANSWER", data: { call_id: "1" } },
        { action: "event", name: "CHANNEL_CREATE", subscribed_key: "call.*", routing_key: "k", data: { call_id: "2" } },
        { name: "CHANNEL_DESTROY", args: { "Call-ID": "3" } },
        { action: "reply", name: "no event", status: "success" },
        { name: "update" },
        { name: "presence.update", data: "odd" },
        { name: "fax.status" }
      ]) {
        connections[0]?.say(message)
      }
      yield* flush
      assert.deepStrictEqual(seen.slice(1), [
        { _tag: "call.CHANNEL_ANSWER", data: { call_id: "1" } },
        { _tag: "call.CHANNEL_CREATE", data: { call_id: "2" }, binding: "call.*", routingKey: "k" },
        { _tag: "call.CHANNEL_DESTROY", data: { "Call-ID": "3" } },
        { _tag: "presence.update", data: {} },
        { _tag: "Unknown", name: "presence.update", data: "odd" },
        { _tag: "Unknown", name: "fax.status", data: null }
      ])
      assert.deepStrictEqual(seen.map(Events.callId), [undefined, "1", "2", "3", undefined, undefined, undefined])
    }).pipe(Effect.scoped)
  )

  it.effect("emits Undecodable for messages that are not events, and continues", () =>
    Effect.gen(function* () {
      const { connections, seen } = yield* run(calls, script(accept))
      const odd = ["<html>", "{", "[]", "null", `{"some":"thing"}`, `{"name":7}`, "x".repeat(1000)]
      for (const text of odd) connections[0]?.say(text)
      connections[0]?.say(destroyed("1"))
      yield* flush
      assert.deepStrictEqual(
        seen.slice(1, -1),
        odd.map((text) => ({ _tag: "Undecodable", text: text.slice(0, 500) }))
      )
      assert.strictEqual(seen.at(-1)?._tag, "call.CHANNEL_DESTROY")
    }).pipe(Effect.scoped)
  )

  it.effect("drops and counts the oldest events of a slow consumer", () =>
    Effect.gen(function* () {
      const { advance, connections, seen } = yield* run({ ...calls, bufferSize: 3 }, script(accept), (event) =>
        event._tag === "Subscribed" ? Effect.sleep("1 minute") : Effect.void
      )
      for (let n = 1; n <= 10; n++) connections[0]?.say(destroyed(String(n)))
      yield* flush
      yield* advance("1 minute")
      assert.deepStrictEqual(seen.slice(0, 2), [{ _tag: "Subscribed" }, { _tag: "Dropped", count: 7 }])
      assert.deepStrictEqual(seen.slice(2).map(Events.callId), ["8", "9", "10"])
      connections[0]?.say(destroyed("11"))
      yield* flush
      assert.strictEqual(Events.callId(seen.at(-1)!), "11")
    }).pipe(Effect.scoped)
  )

  it.effect("counts exactly what a burst of 10,000 events drops for a slow consumer", () =>
    Effect.gen(function* () {
      const { advance, connections, seen } = yield* run(
        { ...calls, bufferSize: 100, heartbeat: false },
        script(accept),
        () => Effect.sleep("1 second")
      )
      for (let n = 1; n <= 10_000; n++) {
        connections[0]?.say(destroyed(String(n)))
        if (n % 1000 === 0) {
          yield* flush
          yield* advance("30 seconds")
        }
      }
      for (let minute = 0; minute < 10; minute++) yield* advance("1 minute")
      const dropped = seen.map((event) => (event._tag === "Dropped" ? event.count : 0)).reduce((a, b) => a + b)
      const received = seen.filter((event) => event._tag === "call.CHANNEL_DESTROY")
      assert.strictEqual(received.length + dropped, 10_000)
      assert.isAbove(dropped, 9000)
      // Each marker is at the position of the events that it counts.
      let next = 1
      for (const event of seen.slice(1)) {
        if (event._tag === "Dropped") next += event.count
        else assert.strictEqual(Events.callId(event), String(next++))
      }
      assert.strictEqual(next, 10_001)
    }).pipe(Effect.scoped)
  )

  it.effect("Events.Event: survives JSON", () =>
    Effect.gen(function* () {
      const codec = Schema.fromJsonString(Schema.toCodecJson(Events.Event))
      const origin = { binding: "call.*", routingKey: "k" }
      const seen: ReadonlyArray<Events.Event> = [
        { _tag: "call.CHANNEL_CREATE", data: { call_id: "1", nested: [{ a: null }] }, ...origin },
        { _tag: "call.CHANNEL_ANSWER", data: {} },
        { _tag: "call.CHANNEL_DESTROY", data: {} },
        { _tag: "presence.update", data: {} },
        { _tag: "Unknown", name: "a.b", data: [1], ...origin },
        { _tag: "Subscribed" },
        { _tag: "Disconnected", error: new AudianError.ServiceUnavailable({}), delay: Duration.seconds(2) },
        { _tag: "Reconnected", attempts: 2, downtime: Duration.seconds(3) },
        { _tag: "Dropped", count: 7 },
        { _tag: "Undecodable", text: "{" }
      ]
      for (const event of seen) {
        const text = yield* Schema.encodeEffect(codec)(event)
        assert.deepStrictEqual(yield* Schema.decodeEffect(codec)(text), event)
      }
    }).pipe(Effect.scoped)
  )
})

// -----------------------------------------------------------------------------
// stubs
// -----------------------------------------------------------------------------

describe("AudianTest.events", () => {
  it.effect("stubs the stream without a socket", () =>
    Effect.gen(function* () {
      const events = yield* Stream.runCollect(Events.stream({ bindings: ["presence.*"] }))
      assert.deepStrictEqual(events, [{ _tag: "Unknown", name: "presence.*", data: null }])
    }).pipe(
      Effect.provide([
        AudianTest.layer(
          AudianTest.events(({ bindings = [] }) =>
            Stream.fromIterable(bindings.map((name) => ({ _tag: "Unknown" as const, name, data: null })))
          )
        ),
        AudianTest.layerNoWebSocket
      ])
    )
  )

  it.effect("is named by the defect when it is missing", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(Stream.runDrain(Events.stream(calls)))
      assert.include(String(Exit.isFailure(exit) ? exit.cause : ""), "AudianTest.events")
    }).pipe(Effect.provide([AudianTest.layer(), AudianTest.layerNoWebSocket]))
  )
})
