import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Scheduler from "effect/Scheduler"
import * as Scope from "effect/Scope"
import { TestClock } from "effect/testing"
import { Account, Audian, Billing, Calls, Numbers, Ports, Retry } from "effect-audian"
import { EmbeddedAudian, Fault } from "effect-audian/testing"
import * as Connection from "../support/connection.ts"
import { portRequest, served } from "../support/embedded.ts"

describe("EmbeddedAudian", () => {
  it.effect("EmbeddedAudian.layer: a purchased number is listed, and a second purchase is a Conflict", () =>
    Effect.gen(function* () {
      const found = yield* Numbers.search({ location: "US-CA-415", limit: 3 })
      assert.strictEqual(found.numbers.length, 3)
      const { number } = found.numbers[0]!
      const [bought, response] = yield* Audian.withResponse(Numbers.purchase({ number }))
      assert.strictEqual(response?.status, 201)
      assert.strictEqual((yield* Effect.flip(Numbers.purchase({ number })))._tag, "Conflict")
      assert.deepStrictEqual((yield* Numbers.list()).numbers, [bought])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("EmbeddedAudian.layer: `numbers` adds numbers for sale", () =>
    Effect.gen(function* () {
      const found = yield* Numbers.search({ pattern: "628*" })
      assert.deepStrictEqual(
        found.numbers.map(({ number }) => number as string),
        ["+16285550100"]
      )
      yield* Numbers.purchase({ number: "+16285550100" })
      assert.strictEqual((yield* Effect.flip(Numbers.purchase({ number: "+16285550100" })))._tag, "Conflict")
      assert.strictEqual((yield* Numbers.search({ pattern: "628*" })).total, 0)
    }).pipe(Effect.provide(EmbeddedAudian.layer({ numbers: ["+16285550100"] })))
  )

  it.effect("EmbeddedAudian.layer: a port progresses with the clock until the account owns its number", () =>
    Effect.gen(function* () {
      const [port, response] = yield* Audian.withResponse(Ports.create(portRequest))
      assert.strictEqual(response?.status, 202)
      assert.strictEqual(port.status, "pending")
      yield* TestClock.adjust("5 days")
      assert.strictEqual((yield* Ports.get({ port_id: port.id })).status, "completed")
      assert.deepStrictEqual(
        (yield* Numbers.list()).numbers.map(({ number }) => number as string),
        [portRequest.number]
      )
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("EmbeddedAudian.layer: account operations use a token exchanged for the key", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* Account.Users.list(), [])
      const { requests } = yield* EmbeddedAudian.EmbeddedAudian
      assert.deepStrictEqual(
        (yield* requests).map(({ operation }) => operation),
        ["AccessTokens.exchange", "Account.Users.list"]
      )
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect(
    "EmbeddedAudian.serve: a wrong key is 401, invalid input is 400 with its field, an unknown path is 404",
    () =>
      Effect.gen(function* () {
        const embedded = yield* EmbeddedAudian.EmbeddedAudian
        const send = (path: string, token: string) =>
          Effect.gen(function* () {
            const client = yield* HttpClient.HttpClient
            const response = yield* client.get(embedded.baseUrl + path, { headers: { "x-auth-token": token } })
            return [response.status, yield* response.json] as const
          })
        const [status, refused] = yield* send("/v2/numbers", "sk_test_wrong")
        assert.strictEqual(status, 401)
        assert.deepInclude(refused, {
          error: { code: "invalid_api_key", message: "The API key provided is invalid", type: "authentication_error" }
        })
        const [bad, body] = yield* send("/v2/numbers?limit=1000", "sk_test_embedded")
        assert.strictEqual(bad, 400)
        assert.include(JSON.stringify(body), `"param":"limit"`)
        const [none] = yield* send("/v2/nowhere", "sk_test_embedded")
        assert.strictEqual(none, 404)
      }).pipe(Effect.provide([EmbeddedAudian.serve(), NodeHttpClient.layerUndici]), TestClock.withLive)
  )

  it.effect("EmbeddedAudian.setQuota: takes effect for the next request, and the window keeps its count", () =>
    Effect.gen(function* () {
      const { setQuota } = yield* EmbeddedAudian.EmbeddedAudian
      const list = Audian.withResponse(Numbers.list()).pipe(Retry.withPolicy(Retry.none))
      assert.isUndefined((yield* list)[1]?.rateLimit)
      yield* setQuota({ limit: 1, window: "1 minute" })
      assert.strictEqual((yield* list)[1]?.rateLimit?.remaining, 0)
      assert.strictEqual((yield* Effect.flip(list))._tag, "TooManyRequests")
      yield* setQuota({ limit: 5, window: "1 minute" })
      assert.strictEqual((yield* list)[1]?.rateLimit?.remaining, 2)
      yield* setQuota(false)
      assert.isUndefined((yield* list)[1]?.rateLimit)
    }).pipe(Effect.provide(EmbeddedAudian.layer({ quota: false })))
  )

  it.effect("EmbeddedAudian.layer: `quota` limits the requests of a window, and a 429 has a Retry-After", () =>
    Effect.gen(function* () {
      yield* Numbers.list()
      yield* Numbers.list()
      const error = yield* Numbers.list().pipe(Retry.withPolicy(Retry.none), Effect.flip)
      assert.strictEqual(error._tag, "TooManyRequests")
      assert.deepStrictEqual(error.retryAfter, Duration.seconds(60))
      assert.strictEqual(error.rateLimit?.remaining, 0)
      yield* TestClock.adjust("1 minute")
      yield* Numbers.list()
    }).pipe(Effect.provide(EmbeddedAudian.layer({ quota: { limit: 2, window: "1 minute" } })))
  )

  it.effect("Fault.executed: a purchase with a lost response has an unknown outcome, and is executed once", () =>
    Effect.gen(function* () {
      const embedded = yield* EmbeddedAudian.EmbeddedAudian
      yield* embedded.fault(Fault.reset.pipe(Fault.on(Numbers.purchase), Fault.executed))
      const error = yield* Effect.flip(Numbers.purchase({ number: "+14155551234" }))
      assert.isTrue(error._tag === "AudianClientError" && error.reason._tag === "Transport")
      assert.strictEqual(error.outcome, "unknown")
      assert.strictEqual((yield* Numbers.list()).numbers.length, 1)
      assert.strictEqual(yield* embedded.balance, 99.01)
      const sent = (yield* embedded.requests).filter(({ operation }) => operation === "Numbers.purchase")
      assert.strictEqual(sent.length, 1)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("Fault.executed: a delayed purchase is executed once, before the delay", () =>
    Effect.gen(function* () {
      const embedded = yield* EmbeddedAudian.EmbeddedAudian
      yield* embedded.fault(Fault.delay("1 second").pipe(Fault.on(Numbers.purchase), Fault.executed))
      const fiber = yield* Effect.forkChild(Numbers.purchase({ number: "+14155551234" }))
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* Fiber.join(fiber)).number, "+14155551234")
      assert.strictEqual((yield* Numbers.list()).numbers.length, 1)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("EmbeddedAudian.layer: a number with a port in progress is not for sale", () =>
    Effect.gen(function* () {
      yield* Ports.create({ ...portRequest, number: "+14155551234" })
      assert.strictEqual((yield* Effect.flip(Numbers.purchase({ number: "+14155551234" })))._tag, "Conflict")
      yield* TestClock.adjust("5 days")
      assert.strictEqual((yield* Numbers.list()).numbers.length, 1)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("EmbeddedAudian.layer: `logLimit` keeps the latest requests", () =>
    Effect.gen(function* () {
      const { requests } = yield* EmbeddedAudian.EmbeddedAudian
      for (let sent = 1; sent <= 250; sent++) {
        yield* Numbers.search({ limit: (sent % 100) + 1 })
        const ids = [sent - 2, sent - 1, sent].filter((n) => n > 0).map((n) => `req_${String(n).padStart(6, "0")}`)
        assert.deepStrictEqual(
          (yield* requests).map(({ requestId }) => requestId),
          ids
        )
      }
      assert.deepStrictEqual((yield* requests).at(-1)?.input, { limit: 51 })
    }).pipe(Effect.provide(EmbeddedAudian.layer({ logLimit: 3 })))
  )

  it.effect("EmbeddedAudian.layer: concurrent purchases of one number have one success", () =>
    Effect.gen(function* () {
      const number = "+14155551234"
      const tags = yield* Effect.forEach(
        Array.from({ length: 5 }),
        () => Effect.match(Numbers.purchase({ number }), { onFailure: ({ _tag }) => _tag, onSuccess: () => "bought" }),
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(tags.toSorted(), ["Conflict", "Conflict", "Conflict", "Conflict", "bought"])
      const { balance } = yield* EmbeddedAudian.EmbeddedAudian
      assert.strictEqual(yield* balance, 99.01)
    }).pipe(Effect.provide(EmbeddedAudian.layer()), Effect.provideService(Scheduler.MaxOpsBeforeYield, 10))
  )

  it.effect("EmbeddedAudian.layer: the same program has the same responses and log on each server", () =>
    Effect.gen(function* () {
      const run = Effect.gen(function* () {
        const { receiveFax, requests } = yield* EmbeddedAudian.EmbeddedAudian
        const responses = [
          yield* Numbers.purchase({ number: "+14155551234" }),
          yield* Ports.create(portRequest),
          yield* Calls.create({ from: "+14155551234", to: "+14155555678" }),
          yield* receiveFax({ from: "+14155555678", to: "+14155551234" }),
          yield* Billing.getUsage()
        ]
        return { responses, requests: yield* requests }
      }).pipe(Effect.provide(Layer.fresh(EmbeddedAudian.layer())))
      assert.deepStrictEqual(yield* run, yield* run)
    })
  )

  it.effect("EmbeddedAudian.layer: two servers side by side keep numbers, faults, quota, log, key and ids apart", () =>
    Effect.gen(function* () {
      const start = (options: Parameters<typeof EmbeddedAudian.layer>[0]) =>
        Effect.map(Layer.build(Layer.fresh(EmbeddedAudian.layer(options))), (context) => ({
          server: Context.get(context, EmbeddedAudian.EmbeddedAudian),
          run: <A, E>(self: Effect.Effect<A, E, Audian.Audian>) =>
            Effect.provideContext(self.pipe(Retry.withPolicy(Retry.none)), context)
        }))
      const one = yield* start({ apiKey: "sk_one", accountId: "account_one", quota: { limit: 3, window: "1 minute" } })
      const two = yield* start({ apiKey: "sk_two", accountId: "account_two", balance: 5 })
      const purchase = Numbers.purchase({ number: "+14155551234" })

      // Each accepts its own key, counts its own ids, and charges its own balance.
      const [bought, again] = yield* Effect.all([one.run(purchase), two.run(purchase)], { concurrency: 2 })
      assert.deepStrictEqual([bought.id, again.id], ["num_000001", "num_000001"])
      assert.deepStrictEqual([yield* one.server.balance, yield* two.server.balance], [99.01, 4.01])

      // The faults and the quota of one do not apply to the other.
      yield* one.server.fault(Fault.status(404).pipe(Fault.on(Numbers.list)))
      assert.strictEqual((yield* two.run(Numbers.list())).total, 1)
      assert.strictEqual((yield* Effect.flip(one.run(Numbers.list())))._tag, "NotFound")
      yield* one.run(Numbers.list())
      assert.strictEqual((yield* Effect.flip(one.run(Numbers.list())))._tag, "TooManyRequests")
      yield* two.run(Account.Users.list())

      const log = (server: EmbeddedAudian.EmbeddedAudian["Service"]) =>
        Effect.map(server.requests, (all) => all.map(({ operation, requestId }) => `${requestId} ${operation}`))
      assert.deepStrictEqual(yield* log(one.server), [
        "req_000001 Numbers.purchase",
        "req_000002 Numbers.list",
        "req_000003 Numbers.list",
        "req_000004 "
      ])
      assert.deepStrictEqual(yield* log(two.server), [
        "req_000001 Numbers.purchase",
        "req_000002 Numbers.list",
        "req_000003 AccessTokens.exchange",
        "req_000004 Account.Users.list"
      ])
    }).pipe(Effect.scoped)
  )

  it.effect("EmbeddedAudian.layer: the routes that all servers share go by the clock of each request", () =>
    Effect.gen(function* () {
      const at = (millis: number) =>
        Effect.gen(function* () {
          yield* TestClock.setTime(millis)
          return (yield* Numbers.purchase({ number: "+14155551234" })).purchased_at
        }).pipe(Effect.provide(Layer.fresh(Layer.provideMerge(EmbeddedAudian.layer(), TestClock.layer()))))
      assert.deepStrictEqual(
        [yield* at(86_400_000), yield* at(2 * 86_400_000)].map((time) => String(time)),
        ["1970-01-02T00:00:00.000Z", "1970-01-03T00:00:00.000Z"]
      )
    })
  )

  it.effect("EmbeddedAudian.fault: applies to the requests that `Fault.after` and `Fault.times` select", () =>
    Effect.gen(function* () {
      const embedded = yield* EmbeddedAudian.EmbeddedAudian
      yield* embedded.fault(Fault.status(404).pipe(Fault.on(Numbers.list), Fault.after(1), Fault.times(2)))
      const tags = yield* Effect.forEach([1, 2, 3, 4], () =>
        Effect.match(Numbers.list(), { onFailure: (e) => e._tag, onSuccess: () => "ok" })
      )
      assert.deepStrictEqual(tags, ["ok", "NotFound", "NotFound", "ok"])
      yield* Numbers.search()
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.live(
    "EmbeddedAudian.serve: closing the scope closes every connection, in any state",
    () =>
      Effect.gen(function* () {
        const scope = yield* Scope.make()
        const context = yield* Layer.buildWithScope(EmbeddedAudian.serve(), scope)
        const { baseUrl } = Context.get(context, EmbeddedAudian.EmbeddedAudian)
        const closed = yield* Effect.forEach(Connection.beginnings, (sent) => Connection.begin(baseUrl, sent))
        // The server has received the earlier bytes once it responds to this.
        yield* Effect.promise(() => fetch(baseUrl))
        yield* Scope.close(scope, Exit.void)
        yield* Effect.all(closed)
        assert.isTrue(Exit.isFailure(yield* Effect.exit(Effect.tryPromise(() => fetch(baseUrl)))))
      }),
    // Without the fix it waits a minute for the rest of a request.
    30_000
  )

  it.live("EmbeddedAudian.serve: Fault.reset breaks the connection before the request is executed", () =>
    Effect.gen(function* () {
      const embedded = yield* EmbeddedAudian.EmbeddedAudian
      yield* embedded.fault(Fault.reset.pipe(Fault.on(Numbers.purchase)))
      const error = yield* Effect.flip(Numbers.purchase({ number: "+14155551234" }))
      assert.isTrue(error._tag === "AudianClientError" && error.reason._tag === "Transport")
      assert.strictEqual(error.outcome, "unknown")
      assert.strictEqual((yield* Numbers.list()).numbers.length, 0)
    }).pipe(Effect.provide(served))
  )

  it.live("EmbeddedAudian.serve: `baseUrl` is the address of the listener", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* EmbeddedAudian.EmbeddedAudian
      assert.match(baseUrl, /^http:\/\/127\.0\.0\.1:\d+$/)
      assert.strictEqual(
        (yield* Numbers.search({ pattern: "415*", features: ["sms", "mms"], limit: 1 })).numbers.length,
        1
      )
    }).pipe(Effect.provide(served))
  )
})
