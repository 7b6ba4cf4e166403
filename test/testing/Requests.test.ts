import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Random from "effect/Random"
import { TestClock } from "effect/testing"
import { AccessTokens, Account, CallerIds, Numbers, Retry } from "effect-audian"
import { EmbeddedAudian, Fault, Requests, Scenario } from "effect-audian/testing"
import { number, served } from "../support/embedded.ts"
import { settle } from "../support/http.ts"

const { EmbeddedAudian: Embedded } = EmbeddedAudian

const withWrongKey = HttpClient.mapRequest(HttpClientRequest.setHeader("x-auth-token", "sk_wrong"))

/** The message that an assertion dies with. */
const complaint = <A, R>(self: Effect.Effect<A, never, R>) =>
  Effect.map(Effect.exit(self), (exit) => {
    assert.isTrue(Exit.isFailure(exit))
    return Exit.isFailure(exit) ? String((Cause.squash(exit.cause) as Error).message) : ""
  })

describe("EmbeddedAudian.requests", () => {
  it.effect("has the input, the fault and the repeat count of each request", () =>
    Effect.gen(function* () {
      yield* settle(Effect.ignore(Numbers.purchase({ number })))
      yield* settle(Numbers.purchase({ number: "+14155551235" }))
      yield* Effect.ignore(Numbers.purchase({ number }))
      const sent = yield* Requests.of(Numbers.purchase)
      assert.deepStrictEqual(
        sent.map(({ fault, input, repeat, status }) => [input?.number as string | undefined, status, fault, repeat]),
        [
          [number, 503, "Respond", 0],
          [number, undefined, "Reset", 1],
          ["+14155551235", 201, "Delay+SlowBody", 0],
          [number, 201, undefined, 2]
        ]
      )
    }).pipe(
      Effect.provide(
        EmbeddedAudian.layer({
          numbers: ["+14155551235"],
          client: { retry: Retry.make({ while: () => true, attempts: 2, jitter: false }) },
          faults: [
            Fault.status(503),
            Fault.reset,
            Fault.delay(1).pipe(Fault.and(Fault.slowBody(1)), Fault.on(Numbers.purchase))
          ]
        })
      )
    )
  )

  it.live("is the same on a port", () =>
    Effect.gen(function* () {
      const { fault } = yield* Embedded
      yield* fault(Fault.cutOff.pipe(Fault.on(Numbers.purchase)), Fault.page(502).pipe(Fault.on(Numbers.purchase)))
      yield* Effect.ignore(Numbers.purchase({ number }))
      yield* Effect.ignore(Numbers.purchase({ number }))
      const sent = yield* Requests.of(Numbers.purchase)
      assert.deepStrictEqual(
        sent.map(({ fault, input, repeat, status }) => [input?.number as string | undefined, status, fault, repeat]),
        [
          [number, 201, "CutOff", 0],
          [number, 502, "Respond", 1]
        ]
      )
      const { baseUrl, requests } = yield* Embedded
      for (const path of ["/a", "/a", "/a?b=1"]) yield* HttpClient.get(baseUrl + path)
      assert.deepStrictEqual(
        (yield* requests).slice(-3).map(({ repeat }) => repeat),
        [0, 1, 0]
      )
    }).pipe(Effect.provide(served))
  )

  it.effect("includes a request in flight", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(Numbers.purchase({ number }))
      yield* TestClock.adjust("1 second")
      const { fault, input, status } = yield* Requests.last(Numbers.purchase)
      assert.deepStrictEqual([fault, input, status], ["Hang", { number }, undefined])
      yield* Fiber.interrupt(fiber)
      assert.strictEqual((yield* Requests.last(Numbers.purchase)).status, undefined)
    }).pipe(Effect.provide(EmbeddedAudian.layer({ faults: [Fault.hang] })))
  )

  it.effect("redacts cookies, keys and tokens", () =>
    Effect.gen(function* () {
      yield* Account.Users.list()
      yield* Numbers.list()
      const { requests } = yield* Embedded
      const text = JSON.stringify(yield* requests)
      assert.notInclude(text, "sk_test_embedded")
      assert.notInclude(text, "a=secret")
      assert.notInclude(text, ".embedded")
      assert.include(text, `"cookie":"<redacted>"`)
      assert.include(text, `"x-auth-token":"<redacted>"`)
      assert.include(text, `"authorization":"<redacted>"`)
      assert.notInclude(Requests.show(yield* requests), "sk_test")
    }).pipe(
      Effect.provide(
        EmbeddedAudian.layer({
          client: {
            transformClient: HttpClient.mapRequest(
              HttpClientRequest.setHeaders({ cookie: "a=secret", authorization: "Bearer sk_test_embedded" })
            )
          }
        })
      )
    )
  )

  it.effect("is equal for two runs of a program with the same seed and clock", () =>
    Effect.gen(function* () {
      const program = Effect.gen(function* () {
        yield* Numbers.search({ limit: 3 })
        for (let n = 0; n < 20; n++) {
          yield* Effect.ignore(Numbers.purchase({ number: `+141555512${n + 10}` }))
          yield* Effect.ignore(Account.Users.list())
          yield* Effect.ignore(Effect.forEach([1, 2, 3], (limit) => Numbers.list({ limit }), { concurrency: 3 }))
        }
        const { requests } = yield* Embedded
        return JSON.stringify(yield* requests)
      }).pipe(
        Effect.provide(
          EmbeddedAudian.layer({
            faults: [...Scenario.tokenExpiry(3), ...Scenario.flakyNetwork(), ...Scenario.brownout({ share: 0.5 })]
          })
        )
      )
      const run = (seed: string) =>
        settle(program, "1 day").pipe(Random.withSeed(seed), Effect.provide(TestClock.layer()))
      const once = yield* run("a")
      assert.isTrue(once.length > 10_000)
      assert.include(once, `"fault":"Delay"`)
      assert.include(once, `"fault":"CutOff"`)
      assert.strictEqual(yield* run("a"), once)
      assert.notStrictEqual(yield* run("b"), once)
    })
  )
})

describe("Requests", () => {
  it.effect("of, count and last select by operation and by fields of the input, the oldest first", () =>
    Effect.gen(function* () {
      yield* Numbers.search({ limit: 1 })
      yield* Numbers.search({ limit: 2, features: ["sms"] })
      yield* Numbers.search({ limit: 2 })
      yield* Numbers.list({ limit: 2 })
      const found = yield* Requests.of(Numbers.search)
      assert.deepStrictEqual(
        found.map(({ input }) => input?.limit),
        [1, 2, 2]
      )
      assert.strictEqual(yield* Requests.count(Numbers.search), 3)
      assert.strictEqual(yield* Requests.count(Numbers.search, { limit: 2 }), 2)
      assert.strictEqual(yield* Requests.count(Numbers.search, { limit: 2, features: ["sms"] }), 1)
      assert.strictEqual(yield* Requests.count(Numbers.search, { limit: 2, features: undefined }), 2)
      assert.strictEqual((yield* Requests.last(Numbers.search, { limit: 2 })).requestId, "req_000003")
      yield* Requests.assertCount(Numbers.search, 3)
      yield* Requests.assertNone(Numbers.search, { limit: 3 })
      yield* Requests.assertNone(CallerIds.list)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("assertCount, assertNone and last die with the expectation and the log", () =>
    Effect.gen(function* () {
      const { fault } = yield* Embedded
      assert.strictEqual(
        yield* complaint(Requests.last(Numbers.list)),
        "Requests: expected a request of Numbers.list, there were 0\n\n(no requests)"
      )
      yield* fault(Fault.status(503))
      yield* settle(Numbers.purchase({ number }), "1500 millis")
      const message = yield* complaint(Requests.assertCount(Numbers.purchase, 1, { number }))
      assert.deepStrictEqual(message.split("\n"), [
        `Requests: expected 1 request of Numbers.purchase with {"number":"${number}"}, there were 2`,
        "",
        `req_000001  +0 ms  Numbers.purchase  {"number":"${number}"}  503  fault Respond`,
        `req_000002  +1000 ms  Numbers.purchase  {"number":"${number}"}  201  repeat 1`
      ])
      assert.match(
        yield* complaint(Requests.assertNone(Numbers.purchase)),
        /^Requests: expected 0 requests of Numbers\.purchase, there were 2\n/
      )
    }).pipe(
      Effect.provide(EmbeddedAudian.layer({ client: { retry: Retry.make({ jitter: false }) } })),
      Random.withSeed("a")
    )
  )

  it.effect("of: the input is null if the server did not decode it", () =>
    Effect.gen(function* () {
      const { fault } = yield* Embedded
      yield* fault(Fault.status(500))
      yield* Effect.ignore(Numbers.purchase({ number }).pipe(Retry.withPolicy(Retry.none)))
      const { input, status } = yield* Requests.last(Numbers.purchase)
      assert.deepStrictEqual([input, status], [null, 500])
      assert.strictEqual(yield* Requests.count(Numbers.purchase, { number }), 0)
    }).pipe(Effect.provide(EmbeddedAudian.layer({ client: { transformClient: withWrongKey } })))
  )

  it.effect("of: secrets in the input are redacted", () =>
    Effect.gen(function* () {
      yield* Account.Users.list()
      const { input } = yield* Requests.last(AccessTokens.exchange)
      assert.strictEqual(JSON.stringify(input), `{"api_key":"<redacted>"}`)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})
