import type { Socket } from "node:net"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeSocket from "@effect/platform-node/NodeSocket"
import * as NodeWS from "@effect/platform-node/NodeWS"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { Audian, Credentials, Events } from "effect-audian"
import { acknowledge, type Behaviour, close, frame, rawServer, text } from "../../support/rawWebSocket.ts"

const call = (id: number) => ({ action: "event", name: "CHANNEL_DESTROY", data: { call_id: String(id) } })

/** A connection that works: it acknowledges the subscription and sends an event. */
const good: Behaviour = {
  established: (socket, texts) => void socket.write(Buffer.concat([acknowledge(texts), text(call(1))]))
}

/** A connection that acknowledges the subscription, and then does something. */
const then = (run: (socket: Socket) => void): Behaviour => ({
  established: (socket, texts) => socket.write(acknowledge(texts), () => run(socket))
})

const sends = (...bytes: ReadonlyArray<Uint8Array>): Behaviour =>
  then((socket) => void socket.write(Buffer.concat(bytes)))

/** Sends a close frame and ends the connection, as a server does. */
const closes = (bytes: Uint8Array): Behaviour => then((socket) => void socket.end(bytes))

const responds = (head: string): Behaviour => ({ handshake: (socket) => void socket.end(head) })

const options = { bindings: ["call.*"], reconnect: Schedule.spaced("1 milli"), heartbeat: false } as const

const platforms = [
  ["Node's WebSocket", NodeSocket.layerWebSocketConstructor],
  ["ws", NodeWS.layerWebSocketConstructor]
] as const

const withClient =
  (baseUrl: string, socket: (typeof platforms)[number][1]) =>
  <A, E>(self: Effect.Effect<A, E, Audian.Audian | Layer.Success<typeof socket>>) =>
    Effect.provide(self, [
      Layer.provide(Audian.layer({ authToken: "token", accountId: "account", baseUrl }), NodeHttpClient.layerUndici),
      socket
    ])

/** Faults of a connection, after each of which the stream reconnects. */
const faults: ReadonlyArray<readonly [title: string, fault: Behaviour]> = [
  ["a handshake that is closed", { handshake: (socket) => void socket.end() }],
  ["a handshake that is reset", { handshake: (socket) => void socket.resetAndDestroy() }],
  ["a handshake of another protocol", responds("SSH-2.0-OpenSSH_9.6\r\n")],
  [
    "a handshake with a wrong accept header",
    responds(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: no\r\n\r\n"
    )
  ],
  ["a handshake with status 503", responds("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")],
  ["a handshake with status 429", responds("HTTP/1.1 429 Slow\r\nContent-Length: 0\r\n\r\n")],
  ["a connection that ends without a close frame", then((socket) => void socket.end())],
  ["a connection that is reset", then((socket) => void socket.resetAndDestroy())],
  ["a normal close", closes(close(1000))],
  ["a server going away", closes(close(1001, "bye"))],
  ["an internal error", closes(close(1011))],
  ["a service restart", closes(close(1012))],
  ["a close frame without a code", closes(frame(0x88, ""))],
  ["a close frame of one byte", closes(frame(0x88, "x"))],
  ["invalid UTF-8", sends(frame(0x81, Uint8Array.of(0xff)))],
  ["a masked frame", sends(Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0x61]))],
  ["an unknown opcode", sends(frame(0x83, ""))],
  ["a reserved bit", sends(frame(0xc1, "x"))],
  ["a fragmented ping", sends(frame(0x09, "x"))],
  ["a continuation without a start", sends(frame(0x80, "x"))],
  ["a length beyond all bounds", sends(Buffer.from([0x81, 127, 0x7f, 255, 255, 255, 255, 255, 255, 255]))],
  ["half a frame", then((socket) => socket.end(text(call(9)).subarray(0, 20)))]
]

describe.each(platforms)("Events.stream: faults over %s", (_, socket) => {
  it.live.each(faults)("reconnects after %s, and reports a cause", ([, fault]) =>
    Effect.gen(function* () {
      const server = yield* rawServer(fault, good)
      const seen: Array<Events.Event> = []
      yield* Events.stream(options).pipe(
        Stream.takeUntil((event) => event._tag === "call.CHANNEL_DESTROY"),
        Stream.runForEach((event) => Effect.sync(() => seen.push(event))),
        withClient(server.baseUrl, socket)
      )
      const tags = seen.map(({ _tag }) => _tag).filter((tag) => tag !== "Subscribed")
      assert.deepStrictEqual(
        tags.filter((tag) => tag !== "Reconnected"),
        ["Disconnected", "call.CHANNEL_DESTROY"]
      )
      const lost = seen.find((event) => event._tag === "Disconnected")
      assert.isTrue(lost?._tag === "Disconnected" && (lost.error.description !== "" || lost.error.status !== undefined))
      assert.strictEqual(server.connections(), 2)
    }).pipe(Effect.scoped)
  )

  it.live("reports a status of the handshake that the platform hides, and ends with Unauthorized", () =>
    Effect.gen(function* () {
      const server = yield* rawServer(responds("HTTP/1.1 401 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
      const error = yield* Effect.flip(Stream.runDrain(Events.stream(options))).pipe(withClient(server.baseUrl, socket))
      assert.strictEqual(error._tag, "Unauthorized")
    }).pipe(Effect.scoped)
  )

  const refusals: ReadonlyArray<readonly [code: number, reason: string]> = [
    [1008, "revoked"],
    [1008, "invalid_auth_token"],
    [3000, ""],
    [4001, ""],
    [4003, ""],
    [4401, ""],
    [4403, ""],
    [4000, "invalid_auth_token"],
    [4999, "session forbidden"],
    [1000, "token expired"],
    [1002, "access denied"]
  ]

  const moments: Readonly<Record<string, (bytes: Uint8Array) => Behaviour>> = {
    "with its handshake": (bytes) => ({ opened: (socket) => void socket.end(bytes) }),
    "at its first message": (bytes) => ({ established: (socket) => void socket.end(bytes) }),
    "after its acknowledgement": closes
  }

  for (const [moment, behaviour] of Object.entries(moments)) {
    it.live.each(refusals)(
      `renews the token once, then ends with Unauthorized: a close ${moment} by %s %s`,
      ([code, reason]) =>
        Effect.gen(function* () {
          const server = yield* rawServer(behaviour(close(code, reason)))
          let renewals = 0
          const credentials = Credentials.Credentials.of({
            token: () => Effect.sync(() => Redacted.make(`token_${renewals + 1}`)),
            accountId: Effect.succeed("account"),
            refuse: () => Effect.sync(() => ++renewals > 0)
          })
          const client = Audian.layerCredentials({ baseUrl: server.baseUrl }).pipe(
            Layer.provide([Layer.succeed(Credentials.Credentials, credentials), NodeHttpClient.layerUndici])
          )
          const error = yield* Effect.flip(Stream.runDrain(Events.stream(options))).pipe(
            Effect.provide([client, socket])
          )
          assert.strictEqual(error._tag, "Unauthorized")
          assert.include(error.message, reason === "" ? String(code) : `${code} (${reason})`)
          assert.strictEqual(server.connections(), 2)
          assert.strictEqual(renewals, 1)
        }).pipe(Effect.scoped)
    )
  }

  it.live.each([
    [1001, "auth server restarts"],
    [1011, "token store down"],
    [1012, ""],
    [1013, "auth busy"],
    [4500, ""]
  ] as const)("reconnects with the same token after a close by %s %s", ([code, reason]) =>
    Effect.gen(function* () {
      const server = yield* rawServer(closes(close(code, reason)), good)
      const seen = yield* Events.stream(options).pipe(
        Stream.takeUntil((event) => event._tag === "call.CHANNEL_DESTROY"),
        Stream.runCollect,
        withClient(server.baseUrl, socket)
      )
      assert.include(
        seen.map(({ _tag }) => _tag),
        "Reconnected"
      )
      assert.strictEqual(server.connections(), 2)
    }).pipe(Effect.scoped)
  )

  it.live("keeps reconnecting while the server is down", () =>
    Effect.gen(function* () {
      const down = yield* Effect.scoped(Effect.map(rawServer(good), ({ baseUrl }) => baseUrl))
      const seen = yield* Events.stream(options).pipe(Stream.take(5), Stream.runCollect, withClient(down, socket))
      const codes = seen.map((event) =>
        event._tag === "Disconnected" &&
        event.error._tag === "AudianClientError" &&
        event.error.reason._tag === "Transport"
          ? event.error.reason.code
          : event._tag
      )
      assert.deepStrictEqual(codes.slice(1), Array(4).fill("ECONNREFUSED"))
    })
  )

  it.live("drops a server that never responds to the handshake", () =>
    Effect.gen(function* () {
      const server = yield* rawServer({ handshake: () => undefined }, good)
      const seen = yield* Events.stream({ ...options, timeout: "50 millis" }).pipe(
        Stream.take(2),
        Stream.runCollect,
        withClient(server.baseUrl, socket)
      )
      const [lost, established] = seen
      assert.isTrue(
        lost?._tag === "Disconnected" && lost.error._tag === "AudianClientError" && lost.error.reason._tag === "Timeout"
      )
      assert.strictEqual(established?._tag, "Subscribed")
    }).pipe(Effect.scoped)
  )

  it.live("reads fragments, pings, binary frames and messages cut by the network", () =>
    Effect.gen(function* () {
      const whole = Buffer.from(JSON.stringify(call(3)))
      const server = yield* rawServer(
        then((socket) => {
          socket.write(
            Buffer.concat([
              text(call(1)),
              frame(0x89, "ping"),
              frame(0x82, JSON.stringify(call(2))),
              frame(0x01, whole.subarray(0, 9)),
              frame(0x8a, "pong"),
              frame(0x00, ""),
              frame(0x80, whole.subarray(9))
            ])
          )
          const last = text({ ...call(4), pad: "é".repeat(70_000) })
          socket.write(last.subarray(0, 5))
          setImmediate(() => socket.write(last.subarray(5)))
        })
      )
      const seen = yield* Events.stream(options).pipe(
        Stream.take(5),
        Stream.runCollect,
        withClient(server.baseUrl, socket)
      )
      assert.deepStrictEqual(seen.map(Events.callId), [undefined, "1", "2", "3", "4"])
    }).pipe(Effect.scoped)
  )

  it.live("counts exactly what a burst of 10,000 events drops for a slow consumer", () =>
    Effect.gen(function* () {
      const events = Array.from({ length: 10_000 }, (_, n) => text(call(n + 1)))
      const done = text({ name: "done" })
      const server = yield* rawServer(then((socket) => void socket.write(Buffer.concat([...events, done]))))
      const queue = yield* Queue.unbounded<Events.Event>()
      yield* Events.stream({ ...options, bufferSize: 64 }).pipe(
        Stream.takeUntil((event) => event._tag === "Unknown"),
        Stream.runForEach((event) => Effect.andThen(Effect.sleep("1 milli"), Queue.offer(queue, event))),
        withClient(server.baseUrl, socket)
      )
      const seen = yield* Queue.takeAll(queue)
      const dropped = seen.map((event) => (event._tag === "Dropped" ? event.count : 0)).reduce((a, b) => a + b)
      const received = seen.filter((event) => event._tag !== "Dropped").length
      assert.strictEqual(received + dropped, 10_002)
      assert.isAbove(dropped, 0)
    }).pipe(Effect.scoped)
  )
})
