import { createServer } from "node:http"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Account, Calls, EngineHookReceiver, Numbers, WebhookReceiver, Webhooks } from "effect-audian"
import { Deliveries, EmbeddedAudian, Fault } from "effect-audian/testing"
import * as Embedded from "../../support/embedded.ts"

/** Serves the routes of a receiver on a port, and returns its address without the scheme. */
const serve = <E, R>(routes: Layer.Layer<never, E, HttpRouter.HttpRouter | R>) =>
  Effect.gen(function* () {
    const server = HttpRouter.serve(routes, { disableLogger: true }).pipe(
      Layer.provideMerge(NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" }))
    )
    const context = yield* Layer.build(server)
    const { address } = yield* Effect.provideContext(HttpServer.HttpServer, context)
    return `127.0.0.1:${"port" in address ? address.port : 0}`
  })

const call = Effect.andThen(
  Effect.ignore(Numbers.purchase({ number: Embedded.number })),
  Calls.create({ from: Embedded.number, to: "+14155555678" })
)

describe("EmbeddedAudian.serve: webhooks", () => {
  it.effect("a receiver on a socket is reached, accepts a duplicate delivery once, and gets the retries of a 503", () =>
    Effect.gen(function* () {
      const { fault } = yield* EmbeddedAudian.EmbeddedAudian
      const events: Array<string> = []
      let failures = 1
      const address = yield* serve(
        WebhookReceiver.route("/webhooks", (event) =>
          failures-- > 0 ? Effect.fail("not now") : Effect.sync(() => void events.push(event._tag))
        ).pipe(Layer.provide(WebhookReceiver.layer({ secret: "whsec_000001" })))
      )
      const created = yield* Webhooks.create({ url: `https://${address}/webhooks`, events: ["call.initiated"] })
      assert.strictEqual(Redacted.value(created.signing_secret), "whsec_000001")
      yield* call
      const [failed, accepted] = yield* Deliveries.adjust("3 minutes")
      assert.deepInclude(failed, { attempt: 1, status: 503, result: "failed" })
      assert.deepInclude(accepted, { attempt: 2, status: 200, result: "accepted" })
      yield* fault(Fault.repeatWebhook(2))
      yield* call
      const { length } = yield* Deliveries.adjust("1 second")
      assert.strictEqual(length, 5)
      assert.deepStrictEqual(events, ["call.initiated", "call.initiated"])
    }).pipe(Effect.scoped, Effect.provide(Embedded.served))
  )

  it.effect("the engine's hooks reach a receiver on a socket by POST and GET", () =>
    Effect.gen(function* () {
      const events: Array<EngineHookReceiver.Event> = []
      const address = yield* serve(
        EngineHookReceiver.route("/hooks", (event) => Effect.sync(() => void events.push(event))).pipe(
          Layer.provide(EngineHookReceiver.layer({ unsigned: true }))
        )
      )
      const hook = { name: "a", uri: `http://${address}/hooks?a=1`, hook: "channel_create" } as const
      yield* Account.Webhooks.create(hook)
      yield* Account.Webhooks.create({ ...hook, http_verb: "get" })
      const { call_id } = yield* call
      const deliveries = yield* Deliveries.adjust("1 second")
      assert.deepStrictEqual(
        deliveries.map(({ method, status }) => [method, status]),
        [
          ["POST", 200],
          ["GET", 200]
        ]
      )
      for (const { _tag, data } of events) {
        assert.strictEqual(_tag, "channel_create")
        assert.deepInclude(data, { call_id, from: Embedded.number })
      }
      assert.strictEqual(events.length, 2)
    }).pipe(Effect.scoped, Effect.provide(Embedded.served))
  )

  it.effect("a webhook of another machine is skipped, unless `receivers` names it", () =>
    Effect.gen(function* () {
      const outcome = (receivers: ReadonlyArray<string>) =>
        Effect.gen(function* () {
          // No loopback address by its name, and a closed port of this machine by its effect.
          yield* Webhooks.create({ url: "https://0.0.0.0:1/webhooks", events: ["*"] })
          yield* call
          const [delivery] = yield* Deliveries.adjust("0 seconds")
          return delivery
        }).pipe(
          Effect.provide(
            EmbeddedAudian.client().pipe(
              Layer.provideMerge(EmbeddedAudian.serve({ receivers })),
              Layer.provide(Embedded.http)
            )
          )
        )
      assert.strictEqual((yield* outcome([]))?.result, "skipped")
      assert.strictEqual((yield* outcome(["https://0.0.0.0:1"]))?.result, "failed")
    })
  )
})
