import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import { Envelope, Operation } from "effect-audian"
import { AudianTest, EmbeddedAudian } from "effect-audian/testing"
import { each } from "../../support/each.ts"
import { json, script } from "../../support/http.ts"

const Pong = Schema.Struct({ pong: Schema.Boolean })
const traits = { resource: "Mine", family: "flat", replay: "safe" } as const

const ping = Operation.make(() => HttpApiEndpoint.get("ping", "/v2/ping", { success: Pong }), {
  ...traits,
  envelope: "bare"
})
const get = Operation.make(
  () =>
    HttpApiEndpoint.get("get", "/v2/accounts/:account_id/things/:id", {
      params: { account_id: Schema.String, id: Schema.String },
      success: Envelope.account(Schema.Struct({ id: Schema.String }))
    }),
  { ...traits, family: "account" }
)
const put = Operation.make(
  () =>
    HttpApiEndpoint.put("put", "/v2/things/:id", {
      params: { id: Schema.String },
      payload: Envelope.body(Schema.Struct({ name: Schema.String })),
      success: Envelope.flat(Schema.Struct({ id: Schema.String, name: Schema.String }))
    }),
  { ...traits, replay: "safe" }
)

describe("Operation.make", () => {
  // The compiler refuses these; a program in JavaScript learns it when it calls.
  each(
    [
      {
        title: "headers",
        endpoint: () =>
          HttpApiEndpoint.get("p", "/v2/p", { headers: { "x-a": Schema.String }, success: Envelope.flat(Pong) }),
        message: "Audian.withHeaders"
      },
      {
        title: "a body as text",
        endpoint: () =>
          HttpApiEndpoint.post("p", "/v2/p", {
            payload: Schema.String.pipe(HttpApiSchema.asText()),
            success: Envelope.flat(Pong)
          }),
        message: "Text"
      },
      {
        title: "a stream of events",
        endpoint: () => HttpApiEndpoint.get("p", "/v2/p", { success: HttpApiSchema.StreamNdjson({ schema: Pong }) }),
        message: "stream of events"
      },
      {
        title: "response headers",
        endpoint: () =>
          HttpApiEndpoint.get("p", "/v2/p", { success: HttpApiSchema.WithHeaders(Pong, { "x-a": Schema.String }) }),
        message: "response headers"
      }
    ],
    ({ title }) => `an operation that declares what a call does not keep to dies when it is called: ${title}`,
    ({ endpoint, message }) =>
      Effect.gen(function* () {
        const http = script(json(200, {}))
        const operation = Operation.make(endpoint as () => HttpApiEndpoint.ConstraintRequest, traits as never)
        const exit = yield* Effect.exit(Effect.provide(Operation.call(operation, {}), http.audian()))
        assert.isTrue(Exit.hasDies(exit))
        assert.include(String(exit), message)
        assert.deepStrictEqual(http.sent, [])
      })
  )

  it.effect("a bare success is the whole body", () =>
    Effect.gen(function* () {
      const http = script(json(200, { pong: true, data: 1 }))
      const found = yield* Effect.provide(ping(), http.audian())
      assert.isTrue(found.pong)
    })
  )

  it.effect("Operation.call checks its input", () =>
    Effect.gen(function* () {
      const http = script(json(200, { data: { id: "1", name: "n" } }))
      const error = yield* Effect.flip(Effect.provide(Operation.call(put, { id: 1 }), http.audian()))
      assert.deepStrictEqual(error.details.map(({ field }) => field).toSorted(), ["id", "name"])
      const found = yield* Effect.provide(Operation.call(put, { id: "1", name: "n" }), http.audian())
      assert.deepStrictEqual(found, { id: "1", name: "n" })
    })
  )
})

describe("EmbeddedAudian: handlers of operations of one's own", () => {
  const handlers = [
    AudianTest.handle(ping, () => Effect.succeed({ pong: true })),
    AudianTest.handle(put, ({ id, name }) => Effect.succeed({ id, name })),
    AudianTest.handle(get, ({ id }) => Effect.succeed({ id }))
  ]

  it.effect("are served in memory and logged, like the contract's", () =>
    Effect.gen(function* () {
      const embedded = yield* EmbeddedAudian.EmbeddedAudian
      assert.isTrue((yield* ping()).pong)
      assert.strictEqual((yield* put({ id: "1", name: "n" })).name, "n")
      assert.strictEqual((yield* get({ id: "7" })).id, "7")
      assert.deepStrictEqual(
        (yield* embedded.requests).map(({ operation, status }) => [operation, status]),
        [
          ["Mine.ping", 200],
          ["Mine.put", 200],
          ["AccessTokens.exchange", 201],
          ["Mine.get", 200]
        ]
      )
    }).pipe(Effect.provide(EmbeddedAudian.layer({ handlers })))
  )

  it.effect("are unknown to a server without them", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* Effect.flip(ping()))._tag, "NotFound")
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})
