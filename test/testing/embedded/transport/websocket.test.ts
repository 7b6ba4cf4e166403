import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeSocket from "@effect/platform-node/NodeSocket"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Socket from "effect/socket/Socket"
import { TestClock } from "effect/testing"
import { AccessTokens, Calls, Events, Numbers } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { flush } from "../../../support/http.ts"

const served = EmbeddedAudian.client().pipe(
  Layer.provideMerge(EmbeddedAudian.serve()),
  Layer.provideMerge(NodeHttpClient.layerUndici),
  Layer.merge(NodeSocket.layerWebSocketConstructor)
)

/** A raw client: sends messages unchanged, and reads the next one. */
const connect = (protocols?: string) =>
  Effect.gen(function* () {
    const { baseUrl } = yield* EmbeddedAudian.EmbeddedAudian
    const socket = yield* Socket.makeWebSocket(`${baseUrl.replace("http", "ws")}/v2/websocket`, { protocols })
    const { pull } = yield* socket.reader
    const { write } = yield* socket.writer
    const ask = (message: unknown) =>
      Effect.map(
        Effect.andThen(write(typeof message === "string" ? message : JSON.stringify(message)), pull),
        (frames): unknown => JSON.parse(String(frames[0]))
      )
    return { ask, pull }
  })

describe.each([
  ["on a port", served],
  ["in memory", EmbeddedAudian.layer()]
])("EmbeddedAudian: the WebSocket, %s", (_, layer) => {
  it.live("subscribes, sends matching events, and unsubscribes", () =>
    Effect.gen(function* () {
      const { accountId, apiKey, emit } = yield* EmbeddedAudian.EmbeddedAudian
      const { auth_token } = yield* AccessTokens.exchange({ api_key: apiKey })
      const { ask, pull } = yield* connect()
      const subscribed = yield* ask({
        action: "subscribe",
        auth_token: Redacted.value(auth_token),
        request_id: "r1",
        data: { account_id: accountId, binding: "call.*" }
      })
      assert.deepStrictEqual(subscribed, {
        action: "reply",
        request_id: "r1",
        status: "success",
        data: { subscribed: ["call.*"], subscriptions: ["call.*"] }
      })
      yield* emit({ name: "presence.update" })
      yield* emit({ name: "call.CHANNEL_CREATE" })
      assert.deepStrictEqual(JSON.parse(String((yield* pull)[0])), {
        action: "event",
        subscribed_key: "call.*",
        subscription_key: "call.*",
        name: "call.CHANNEL_CREATE",
        routing_key: "call.CHANNEL_CREATE",
        data: {}
      })
      assert.deepInclude(yield* ask({ action: "unsubscribe" }), { data: { unsubscribed: [], subscriptions: [] } })
      yield* emit({ name: "call.CHANNEL_CREATE" })
      assert.deepInclude(yield* ask({ action: "ping", request_id: "p" }), {
        request_id: "p",
        data: { response: "pong" }
      })
    }).pipe(Effect.scoped, Effect.provide(layer))
  )

  it.live("replies with an error to an invalid message, and stays open", () =>
    Effect.gen(function* () {
      const { apiKey } = yield* EmbeddedAudian.EmbeddedAudian
      const { auth_token } = yield* AccessTokens.exchange({ api_key: apiKey })
      const { ask } = yield* connect()
      for (const [message, error] of [
        ["{", "invalid action"],
        [{ action: "dance" }, "invalid action"],
        [{ action: "subscribe", bindings: ["call.*"] }, "failed to authenticate token undefined"],
        [{ action: "subscribe", auth_token: "sk_test_embedded" }, "failed to authenticate token sk_test_embedded"],
        [{ action: "subscribe", auth_token: { toString: 1 } }, 'failed to authenticate token {"toString":1}'],
        [
          { action: "subscribe", auth_token: Redacted.value(auth_token), account_id: { toString: 1 } },
          'unauthorized to account id {"toString":1}'
        ]
      ] as const) {
        assert.deepInclude(yield* ask(message), { status: "error", data: { errors: [error] } })
      }
    }).pipe(Effect.scoped, Effect.provide(layer))
  )
})

describe("EmbeddedAudian.serve: the WebSocket's path", () => {
  it.live("rejects sub-protocols, and responds to a plain GET with 404", () =>
    Effect.gen(function* () {
      const refused = yield* Effect.flip(Effect.scoped(connect("chat")))
      assert.strictEqual(refused.reason._tag, "SocketOpenError")
      const { baseUrl, sockets } = yield* EmbeddedAudian.EmbeddedAudian
      assert.strictEqual(yield* sockets, 0)
      const client = yield* HttpClient.HttpClient
      assert.strictEqual((yield* client.get(`${baseUrl}/v2/websocket`)).status, 404)
    }).pipe(Effect.provide(served))
  )
})

describe("EmbeddedAudian.serve: closing", () => {
  it.live("closes open sockets without waiting for them", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const context = yield* Layer.buildWithScope(EmbeddedAudian.serve(), scope)
      const { pull } = yield* Effect.provideContext(connect(), context)
      yield* Scope.close(scope, Exit.void)
      assert.isTrue(Exit.isFailure(yield* Effect.exit(pull)))
    }).pipe(Effect.scoped, Effect.provide(NodeSocket.layerWebSocketConstructor))
  )
})

describe("EmbeddedAudian: events of calls", () => {
  it.effect("are sent when a call is created, answered and ended, at that time", () =>
    Effect.gen(function* () {
      const seen: Array<readonly [name: string, call: string | undefined, seconds: number]> = []
      yield* Events.stream({ bindings: ["call.*"] }).pipe(
        Stream.filter((event) => !Events.isMarker(event)),
        Stream.runForEach((event) =>
          Effect.map(Clock.currentTimeMillis, (now) => {
            seen.push([event._tag, Events.callId(event), now / 1000])
          })
        ),
        Effect.forkScoped
      )
      const wait = (seconds: number) => Effect.andThen(TestClock.adjust(seconds * 1000), flush)
      yield* wait(1)
      yield* Numbers.purchase({ number: "+14155551234" })
      const { call_id } = yield* Calls.create({ from: "+14155551234", to: "+14155559999" })
      const call = String(call_id)
      yield* wait(2)
      yield* wait(2)
      // No request advances the state in between.
      yield* wait(700)
      assert.deepStrictEqual(
        seen.map(([name, id]) => [name, id]),
        [
          ["call.CHANNEL_CREATE", call],
          ["call.CHANNEL_ANSWER", call],
          ["call.CHANNEL_DESTROY", call]
        ]
      )
      const [created, answered, ended] = seen.map(([, , seconds]) => seconds)
      assert.isTrue(created! < 3, `began at ${created}`)
      assert.isTrue(answered! >= 3 && answered! <= 6, `was answered at ${answered}`)
      assert.isTrue(ended! >= 600, `ended at ${ended}`)
    }).pipe(Effect.scoped, Effect.provide(EmbeddedAudian.layer()))
  )
})
