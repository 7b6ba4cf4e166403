import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import { Account, Calls, EngineHookReceiver, Fax, Numbers, Ports, WebhookReceiver, Webhooks } from "effect-audian"
import { Deliveries, EmbeddedAudian, Fault } from "effect-audian/testing"
import * as Embedded from "../support/embedded.ts"

const url = "https://receiver.example/webhooks"

/** A receiver with the secret of a new webhook, as a service of the rest of the test. */
const registered = (events: ReadonlyArray<Webhooks.Event> = ["*"]) =>
  Effect.map(Webhooks.create({ url, events }), ({ signing_secret }) =>
    WebhookReceiver.layer({ secret: Redacted.value(signing_secret) })
  )

/** Delivers to a handler of events; the result holds the events. */
const receiving = (layer: Layer.Layer<WebhookReceiver.WebhookReceiver>, fail: () => boolean = () => false) =>
  Effect.gen(function* () {
    const { deliverTo } = yield* EmbeddedAudian.EmbeddedAudian
    const context = yield* Layer.build(layer)
    const events: Array<WebhookReceiver.Event> = []
    const handler = (event: WebhookReceiver.Event) =>
      fail() ? Effect.fail("not now") : Effect.sync(() => void events.push(event))
    yield* deliverTo(
      yield* Deliveries.receiver((request) => Effect.provideContext(WebhookReceiver.respond(request, handler), context))
    )
    return events
  })

const awaitDeliveries = Effect.flatMap(EmbeddedAudian.EmbeddedAudian, ({ awaitDeliveries }) => awaitDeliveries)

/** Each attempt with its event, number, result and status. */
const outcomes = (deliveries: ReadonlyArray<EmbeddedAudian.WebhookDelivery>) =>
  deliveries.map(({ attempt, event, result, status }) => [event, attempt, result, status])

const call = Effect.andThen(
  Effect.ignore(Numbers.purchase({ number: Embedded.number })),
  Calls.create({ from: Embedded.number, to: "+14155555678" })
)

describe("Deliveries: the webhooks of an API key", () => {
  it.effect("a call is reported as it progresses, without another request", () =>
    Effect.gen(function* () {
      const events = yield* receiving(yield* registered())
      const { call_id } = yield* call
      yield* Deliveries.adjust("20 minutes")
      assert.deepStrictEqual(
        events.map(({ _tag }) => _tag),
        ["call.initiated", "call.ringing", "call.answered", "call.completed"]
      )
      const completed = events[3]!
      assert.strictEqual(completed._tag, "call.completed")
      if (completed._tag === "call.completed") {
        assert.strictEqual(completed.data.call_id, call_id)
        assert.strictEqual(completed.data.duration, 600)
        assert.strictEqual(completed.timestamp as string, "1970-01-01T00:10:03.000Z")
      }
      assert.strictEqual(new Set(events.map(({ id }) => id)).size, 4)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("fromRequest verifies a delivery in memory, and its error is the response", () =>
    Effect.gen(function* () {
      const { deliverTo } = yield* EmbeddedAudian.EmbeddedAudian
      const receiver = yield* registered(["call.initiated"])
      const context = yield* Layer.build(receiver)
      const seen: Array<string> = []
      yield* deliverTo(
        yield* Deliveries.receiver((request) =>
          WebhookReceiver.fromRequest(request).pipe(
            Effect.tap(({ _tag }) => Effect.sync(() => seen.push(_tag))),
            Effect.provideContext(context)
          )
        )
      )
      yield* call
      assert.deepStrictEqual(outcomes(yield* awaitDeliveries), [["call.initiated", 1, "accepted", 200]])
      yield* (yield* EmbeddedAudian.EmbeddedAudian).fault(Fault.forgeWebhook)
      yield* call
      assert.deepStrictEqual(outcomes(yield* awaitDeliveries).slice(1), [["call.initiated", 1, "failed", 401]])
      assert.deepStrictEqual(seen, ["call.initiated"])
    }).pipe(Effect.scoped, Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("a webhook receives only its own events", () =>
    Effect.gen(function* () {
      const events = yield* receiving(yield* registered(["call.completed", "call.failed"]))
      yield* call
      const { hangUp } = yield* EmbeddedAudian.EmbeddedAudian
      yield* hangUp((yield* call).call_id)
      yield* Deliveries.adjust("20 minutes")
      assert.deepStrictEqual(
        events.map(({ _tag }) => _tag),
        ["call.failed", "call.completed"]
      )
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("recordings and received faxes are reported", () =>
    Effect.gen(function* () {
      const events = yield* receiving(yield* registered(["recording.completed"]))
      const call_id = yield* Embedded.talking
      yield* Calls.startRecording({ call_id })
      yield* TestClock.adjust("5 seconds")
      yield* Calls.stopRecording({ call_id })
      yield* awaitDeliveries
      assert.deepInclude(events[0]?.data, { call_id, duration: 5 })
      yield* Fax.createWebhook({ url: "https://receiver.example/fax" })
      yield* (yield* EmbeddedAudian.EmbeddedAudian).receiveFax({ from: "+14155550001", to: Embedded.number })
      const fax = (yield* awaitDeliveries).at(-1)!
      assert.strictEqual(fax.url, "https://receiver.example/fax")
      assert.deepNestedInclude(JSON.parse(fax.body), { event: "fax.received", "data.from": "+14155550001" })
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("a receiver that fails gets five attempts by the schedule, each with a new signature", () =>
    Effect.gen(function* () {
      const events = yield* receiving(yield* registered(["call.initiated"]), () => true)
      yield* call
      yield* awaitDeliveries
      const deliveries = yield* Deliveries.adjust("2 hours")
      assert.deepStrictEqual(
        deliveries.map(({ attempt, status }) => [attempt, status]),
        [1, 2, 3, 4, 5].map((attempt) => [attempt, 503])
      )
      const times = deliveries.map(({ at }) => DateTime.toEpochMillis(at) / 60_000)
      for (const [index, minutes] of [1, 5, 15, 30].entries()) {
        const waited = times[index + 1]! - times[index]!
        assert.isTrue(waited >= minutes && waited <= minutes + 1, `${waited}`)
      }
      assert.strictEqual(new Set(deliveries.map(({ deliveryId }) => deliveryId)).size, 1)
      assert.strictEqual(new Set(deliveries.map(({ headers }) => headers["x-audian-signature"])).size, 5)
      assert.strictEqual(new Set(deliveries.map(({ body }) => body)).size, 1)
      assert.isUndefined(deliveries[4]?.retryAt)
      assert.deepStrictEqual(events, [])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("a receiver that recovers gets the event once", () =>
    Effect.gen(function* () {
      let left = 2
      const events = yield* receiving(yield* registered(["call.initiated"]), () => left-- > 0)
      yield* call
      yield* awaitDeliveries
      assert.deepStrictEqual(outcomes(yield* Deliveries.adjust("2 hours")), [
        ["call.initiated", 1, "failed", 503],
        ["call.initiated", 2, "failed", 503],
        ["call.initiated", 3, "accepted", 200]
      ])
      assert.strictEqual(events.length, 1)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("a response of 404 is final, one of 500 or none is not", () =>
    Effect.gen(function* () {
      const { deliverTo } = yield* EmbeddedAudian.EmbeddedAudian
      yield* registered(["call.initiated"])
      const attempts = (respond: Effect.Effect<{ readonly status: number }, string>) =>
        Effect.gen(function* () {
          const before = (yield* awaitDeliveries).length
          yield* deliverTo(yield* Deliveries.receiver(() => respond))
          yield* call
          yield* awaitDeliveries
          return (yield* Deliveries.adjust("2 hours")).slice(before)
        })
      assert.strictEqual((yield* attempts(Effect.succeed({ status: 404 }))).length, 1)
      assert.strictEqual((yield* attempts(Effect.succeed({ status: 500 }))).length, 5)
      assert.strictEqual((yield* attempts(Effect.succeed({ status: 202 }))).length, 1)
      const broken = yield* attempts(Effect.fail("broken"))
      assert.strictEqual(broken.length, 5)
      assert.isUndefined(broken[0]?.status)
      const died = yield* attempts(Effect.die(new Error("bug")))
      assert.include(died[0]?.reason, "bug")
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  const status = Arbitrary.schema(
    // 0 is a connection that breaks.
    Schema.Literals([0, 200, 201, 202, 203, 204, 301, 400, 401, 403, 404, 409, 410, 422, 429, 500, 503])
  )
  it.effect.prop(
    "attempts end with a success, a final status or the fifth, whatever a receiver responds",
    [Arbitrary.all([status, status, status, status, status])],
    ([statuses]) =>
      Effect.gen(function* () {
        const { deliverTo } = yield* EmbeddedAudian.EmbeddedAudian
        yield* registered(["call.initiated"])
        let next = 0
        const respond = Effect.suspend(() => {
          const status = statuses[next++] ?? 200
          return status === 0 ? Effect.fail("broken") : Effect.succeed({ status })
        })
        yield* deliverTo(yield* Deliveries.receiver(() => respond))
        yield* call
        const deliveries = yield* Deliveries.adjust("2 hours")
        const last = [200, 201, 202, 204, 400, 401, 403, 404, 410, 422]
        const end = statuses.findIndex((status) => last.includes(status))
        assert.strictEqual(deliveries.length, end === -1 ? 5 : end + 1)
        const final = deliveries.at(-1)!
        assert.strictEqual(
          final.result,
          final.status !== undefined && final.status < 205 && final.status !== 203 ? "accepted" : "failed"
        )
        assert.isUndefined(final.retryAt)
        assert.isTrue(deliveries.slice(0, -1).every(({ retryAt }) => retryAt !== undefined))
      }).pipe(Effect.provide(EmbeddedAudian.layer())),
    { arbitrary: { runs: 40 } }
  )

  it.effect("a receiver that does not respond has failed after 30 seconds, and holds up no other delivery", () =>
    Effect.gen(function* () {
      const { deliverTo, deliveries } = yield* EmbeddedAudian.EmbeddedAudian
      yield* registered(["call.initiated", "call.ringing"])
      let first = true
      yield* deliverTo(
        yield* Deliveries.receiver(() =>
          Effect.suspend(() => {
            if (!first) return Effect.succeed({ status: 200 })
            first = false
            return Effect.never
          })
        )
      )
      yield* call
      const settled = yield* Effect.forkChild(awaitDeliveries)
      yield* Effect.yieldNow
      while ((yield* deliveries).length === 0) yield* Effect.promise(() => new Promise(setImmediate))
      yield* TestClock.adjust("2 seconds")
      while ((yield* deliveries).length < 2) yield* Effect.promise(() => new Promise(setImmediate))
      assert.strictEqual((yield* deliveries)[0]?.result, "pending")
      yield* TestClock.adjust("30 seconds")
      const [hung, rang] = yield* Fiber.join(settled)
      assert.deepInclude(hung, { result: "failed", reason: "no response within 30 seconds" })
      assert.strictEqual(rang?.result, "accepted")
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("without a receiver, deliveries are logged and skipped", () =>
    Effect.gen(function* () {
      yield* registered(["call.initiated"])
      yield* call
      const [delivery] = yield* awaitDeliveries
      assert.deepInclude(delivery, { result: "skipped", reason: "there is no receiver", url })
      assert.include(Deliveries.show([delivery!]), "call.initiated  delv_000001  attempt 1  +0 ms")
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})

describe("Fault: webhooks", () => {
  it.effect("repeatWebhook: the receiver accepts the event once", () =>
    Effect.gen(function* () {
      const events = yield* receiving(yield* registered(["call.initiated"]))
      yield* call
      const [first, second, ...more] = yield* awaitDeliveries
      assert.deepStrictEqual(second?.headers, first?.headers)
      assert.deepStrictEqual([first?.status, second?.status, more.length], [200, 200, 0])
      assert.strictEqual(events.length, 1)
      yield* call
      assert.strictEqual((yield* awaitDeliveries).length, 3)
    }).pipe(Effect.provide(EmbeddedAudian.layer({ faults: [Fault.repeatWebhook()] })))
  )

  it.effect("delayWebhook: later events overtake a delayed one", () =>
    Effect.gen(function* () {
      const events = yield* receiving(yield* registered(["call.initiated", "call.ringing"]))
      yield* call
      const deliveries = yield* Deliveries.adjust("10 minutes")
      assert.deepStrictEqual(
        events.map(({ _tag }) => _tag),
        ["call.ringing", "call.initiated"]
      )
      assert.strictEqual(deliveries[1]?.fault, "Delay")
      // A late signature is a fresh one: the receiver's tolerance of 5 minutes holds.
      assert.strictEqual(deliveries[1]?.headers["x-audian-timestamp"], "360")
    }).pipe(
      Effect.provide(
        EmbeddedAudian.layer({ faults: [Fault.delayWebhook("6 minutes").pipe(Fault.onEvent("call.initiated"))] })
      )
    )
  )

  it.effect("forgeWebhook: the receiver refuses, and the sender gives up", () =>
    Effect.gen(function* () {
      const events = yield* receiving(yield* registered(["call.initiated", "call.ringing"]))
      yield* call
      yield* awaitDeliveries
      assert.deepStrictEqual(outcomes(yield* Deliveries.adjust("1 hour")), [
        ["call.initiated", 1, "accepted", 200],
        ["call.ringing", 1, "failed", 401]
      ])
      assert.strictEqual(events.length, 1)
    }).pipe(Effect.provide(EmbeddedAudian.layer({ faults: [Fault.forgeWebhook.pipe(Fault.onEvent("call.ringing"))] })))
  )

  it.effect("a fault of webhooks applies to no request, and other faults to no webhook", () =>
    Effect.gen(function* () {
      const { fault } = yield* EmbeddedAudian.EmbeddedAudian
      yield* receiving(yield* registered(["call.initiated"]))
      yield* fault(Fault.forgeWebhook.pipe(Fault.during("1 hour")))
      yield* Numbers.list()
      yield* call
      assert.deepStrictEqual(outcomes(yield* awaitDeliveries), [["call.initiated", 1, "failed", 401]])
      const parsed = JSON.parse(JSON.stringify(Fault.delayWebhook("1 second"))) as Fault.Data
      assert.deepStrictEqual(parsed, { webhook: { _tag: "Delay", millis: 1000 }, times: 1 })
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})

describe("Deliveries: the engine's hooks", () => {
  const uri = "http://receiver.example/hooks"

  const received = (
    options: EngineHookReceiver.Options,
    fields: Omit<Parameters<typeof Account.Webhooks.create>[0], "uri" | "name">
  ) =>
    Effect.gen(function* () {
      const { deliverTo } = yield* EmbeddedAudian.EmbeddedAudian
      const { id } = yield* Account.Webhooks.create({ name: "a", uri, ...fields })
      const context = yield* Layer.build(EngineHookReceiver.layer(options))
      const events: Array<EngineHookReceiver.Event> = []
      yield* deliverTo(
        yield* Deliveries.receiver((request) =>
          EngineHookReceiver.respond(request, (event) => Effect.sync(() => void events.push(event))).pipe(
            Effect.provideContext(context)
          )
        )
      )
      return { events, webhook_id: id ?? "" }
    })

  const header = { name: "X-Hook-Token", value: "t0ken" }

  for (const [what, options, fields] of [
    ["a form", { unsigned: true }, {}],
    ["a form by PUT", { unsigned: true }, { http_verb: "put" }],
    ["a query", { unsigned: true }, { http_verb: "get" }],
    ["JSON with a header", { header }, { format: "json", custom_request_headers: { "X-Hook-Token": "t0ken" } }],
    [
      "signed JSON of version 2",
      { secret: "k3y" },
      { format: "json", version: "v2", security_settings: { sha256_key: Redacted.make("k3y") } }
    ]
  ] as const) {
    it.effect(`a receiver accepts the hooks of a call as ${what}`, () =>
      Effect.gen(function* () {
        const { events } = yield* received(options, { hook: "all", custom_data: { tenant: "t1" }, ...fields })
        const { call_id } = yield* call
        const deliveries = yield* Deliveries.adjust("20 minutes")
        assert.isTrue(deliveries.every(({ result }) => result === "accepted"))
        assert.includeMembers(
          events.map(({ _tag }) => _tag),
          ["channel_create", "channel_answer", "channel_destroy"]
        )
        const destroyed = events.find(({ _tag }) => _tag === "channel_destroy")!
        assert.deepInclude(destroyed.data, { call_id, billing_seconds: 600, tenant: "t1" })
        assert.notInclude(JSON.stringify(deliveries), "t0ken")
      }).pipe(Effect.scoped, Effect.provide(EmbeddedAudian.layer()))
    )
  }

  it.effect("forgeWebhook: a wrong signature, and a wrong value of a header, are refused", () =>
    Effect.gen(function* () {
      const { events } = yield* received(
        { secret: "k3y" },
        {
          hook: "channel_create",
          format: "json",
          version: "v2",
          security_settings: { sha256_key: Redacted.make("k3y") }
        }
      )
      yield* call
      yield* awaitDeliveries
      const withHeader = yield* received(
        { header },
        { hook: "channel_answer", custom_request_headers: { "X-Hook-Token": "t0ken" } }
      )
      const deliveries = yield* Deliveries.adjust("10 seconds")
      assert.deepStrictEqual(
        deliveries.map(({ event, status }) => [event, status]),
        [
          ["channel_create", 401],
          ["channel_answer", 401]
        ]
      )
      assert.deepStrictEqual([events, withHeader.events], [[], []])
    }).pipe(Effect.scoped, Effect.provide(EmbeddedAudian.layer({ faults: [Fault.forgeWebhook.pipe(Fault.times(2))] })))
  )

  it.effect("documents, ports, voicemail and faxes are reported", () =>
    Effect.gen(function* () {
      const { events } = yield* received({ unsigned: true }, { hook: "all", format: "json" })
      const embedded = yield* EmbeddedAudian.EmbeddedAudian
      const { id = "" } = yield* Account.Users.create({ first_name: "Ada", last_name: "Lovelace" })
      yield* Account.Users.patch({ user_id: id, first_name: "A." })
      yield* Account.Users.remove({ user_id: id })
      yield* awaitDeliveries
      assert.deepStrictEqual(
        events.map(({ data }) => (data as { readonly action?: string }).action),
        ["doc_created", "doc_edited", "doc_deleted"]
      )
      assert.deepInclude(events[0]?.data, { id, type: "user" })
      yield* embedded.leaveVoicemail(yield* Embedded.box, { from: "+14155550001" })
      yield* embedded.receiveFax({ from: "+14155550001", to: Embedded.number })
      yield* Account.Faxes.create({
        from_number: Embedded.number,
        to_number: "+14155550000",
        document_url: "https://a.example/a.pdf"
      })
      yield* Ports.create(Embedded.portRequest)
      yield* Deliveries.adjust("5 days")
      assert.sameMembers(
        events.flatMap((event) => (event._tag === "notifications" ? [event.data.event_name as string] : [])),
        ["voicemail_new", "inbound_fax", "outbound_fax_error", "ported"]
      )
    }).pipe(Effect.scoped, Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("`custom_data` of an object hook filters, and `include_subaccounts` adds accounts below", () =>
    Effect.gen(function* () {
      const { events } = yield* received(
        { unsigned: true },
        { hook: "object", custom_data: { type: "user", action: "doc_created" }, include_subaccounts: true }
      )
      const below = yield* Account.Accounts.createSubAccount({ name: "Below" })
      yield* Account.Vmboxes.create({ name: "Box", mailbox: "1" })
      yield* Account.Users.create({ account_id: below.id ?? "", first_name: "Ada", last_name: "Lovelace" })
      yield* awaitDeliveries
      assert.deepStrictEqual(
        events.map(({ data }) => (data as { readonly account_id?: string }).account_id),
        [below.id]
      )
    }).pipe(Effect.scoped, Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("a response other than 200 is final, a failed connection is retried after 2 seconds", () =>
    Effect.gen(function* () {
      const { deliverTo } = yield* EmbeddedAudian.EmbeddedAudian
      yield* received({ unsigned: true }, { hook: "channel_create", retries: 3 })
      yield* deliverTo(yield* Deliveries.receiver(() => Effect.succeed({ status: 202 })))
      yield* call
      assert.deepStrictEqual(outcomes(yield* Deliveries.adjust("1 minute")), [["channel_create", 1, "failed", 202]])
      yield* deliverTo(yield* Deliveries.receiver(() => Effect.fail("broken")))
      yield* call
      yield* awaitDeliveries
      const attempts = (yield* Deliveries.adjust("1 minute")).slice(1)
      assert.deepStrictEqual(
        attempts.map(({ attempt, at }) => [attempt, DateTime.toEpochMillis(at)]),
        [
          [1, 60_000],
          [2, 62_000],
          [3, 64_000],
          [4, 66_000]
        ]
      )
    }).pipe(Effect.scoped, Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("six failures within a minute disable a webhook, until it is enabled again", () =>
    Effect.gen(function* () {
      const { deliverTo } = yield* EmbeddedAudian.EmbeddedAudian
      const { webhook_id } = yield* received({ unsigned: true }, { hook: "channel_create" })
      yield* deliverTo(yield* Deliveries.receiver(() => Effect.succeed({ status: 500 })))
      const find = Effect.map(Account.Webhooks.list(), (all) => all.find(({ id }) => id === webhook_id))
      for (let count = 0; count < 6; count++) {
        assert.isTrue((yield* find)?.enabled)
        yield* call
        yield* awaitDeliveries
      }
      yield* Deliveries.adjust("15 seconds")
      const disabled = yield* find
      assert.isFalse(disabled?.enabled)
      assert.include(disabled?.disable_reason, "6 failures")
      const before = (yield* awaitDeliveries).length
      yield* call
      assert.strictEqual((yield* awaitDeliveries).length, before)
      yield* Account.Webhooks.reEnable({ "re-enable": true })
      yield* call
      assert.strictEqual((yield* awaitDeliveries).length, before + 1)
    }).pipe(Effect.scoped, Effect.provide(EmbeddedAudian.layer()))
  )
})
