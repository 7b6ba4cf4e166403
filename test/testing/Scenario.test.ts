import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import { TestClock } from "effect/testing"
import { AccessTokens, Account, type Audian, Numbers, Retry } from "effect-audian"
import { EmbeddedAudian, Fault, Requests, Scenario } from "effect-audian/testing"
import { number, paced } from "../support/embedded.ts"
import { settle, timed } from "../support/http.ts"

const { EmbeddedAudian: Embedded } = EmbeddedAudian

/** The standard policy, to the millisecond: three attempts, after 1 s and 2 s. */
const retry = Retry.make({ jitter: false })

const embedded = (faults: ReadonlyArray<Fault.Fault>, client?: Audian.ClientOptions) =>
  EmbeddedAudian.layer({ faults, quota: false, balance: 1000, client: { retry, ...client } })

const owned = Effect.map(Numbers.list({ limit: 100 }), ({ numbers }) => numbers.map(({ number }) => String(number)))

describe("Scenario.outage", () => {
  it.effect("retries survive a short one, also for a purchase", () =>
    Effect.gen(function* () {
      const [bought, at] = yield* settle(timed(Numbers.purchase({ number })))
      assert.deepStrictEqual([String(bought.number), at], [number, 3000])
      yield* Requests.assertCount(Numbers.purchase, 3)
      assert.deepStrictEqual(yield* owned, [number])
    }).pipe(Effect.provide(embedded(Scenario.outage("3 seconds"))))
  )

  it.effect("a long one is ServiceUnavailable with outcome not-executed, until its end", () =>
    Effect.gen(function* () {
      const error = yield* settle(Effect.flip(Numbers.purchase({ number })), "5 seconds")
      assert.deepStrictEqual([error._tag, error.outcome, error.attempts], ["ServiceUnavailable", "not-executed", 3])
      yield* TestClock.adjust("5 seconds")
      assert.deepStrictEqual(yield* owned, [])
      yield* Numbers.purchase({ number })
    }).pipe(Effect.provide(embedded(Scenario.outage("10 seconds"))))
  )

  it.effect("with Fault.reset, only idempotent operations are retried", () =>
    Effect.gen(function* () {
      const { fault } = yield* Embedded
      yield* fault(...Scenario.outage("3 seconds", Fault.reset))
      const error = yield* Effect.flip(Numbers.purchase({ number }))
      assert.deepStrictEqual([error.outcome, error.attempts], ["unknown", 1])
      assert.deepStrictEqual(yield* settle(owned), [])
      yield* Requests.assertCount(Numbers.list, 3)
    }).pipe(Effect.provide(embedded([])))
  )

  it.effect("with Fault.refuse, a purchase is retried too", () =>
    Effect.gen(function* () {
      yield* settle(Numbers.purchase({ number }))
      yield* Requests.assertCount(Numbers.purchase, 3)
    }).pipe(Effect.provide(embedded(Scenario.outage("3 seconds", Fault.refuse))))
  )

  it.effect("ends by TestClock on a socket", () =>
    Effect.gen(function* () {
      const [bought, at] = yield* paced(timed(Numbers.purchase({ number })))
      assert.strictEqual(String(bought.number), number)
      assert.isAtLeast(at, 3000)
      yield* Requests.assertCount(Numbers.purchase, 3)
    }).pipe(
      Effect.provide(
        EmbeddedAudian.client({ retry }).pipe(
          Layer.provideMerge(EmbeddedAudian.serve({ faults: Scenario.outage("3 seconds") })),
          Layer.provide(NodeHttpClient.layerUndici)
        )
      )
    )
  )

  it.effect("with Fault.on, other operations succeed", () =>
    Effect.gen(function* () {
      yield* Numbers.search()
      assert.strictEqual((yield* Effect.flip(Numbers.list()))._tag, "ServiceUnavailable")
    }).pipe(Effect.provide(embedded(Scenario.outage("1 minute").map(Fault.on(Numbers.list)), { retry: Retry.none })))
  )
})

/**
 * Buys many numbers, each once, and checks each outcome: bought after a success, not bought after `not-executed`. The
 * result is the tags of the errors.
 */
const shopping = Effect.gen(function* () {
  const tags: Array<string> = []
  const numbers = (yield* Numbers.search({ limit: 40 })).numbers.map(({ number }) => number)
  const said = new Map<string, "bought" | "not-executed" | "unknown">()
  for (const number of numbers) {
    said.set(
      number,
      yield* Effect.match(Numbers.purchase({ number }), {
        onFailure: (error) => {
          tags.push(error._tag)
          return error.outcome === "executed" ? "bought" : error.outcome
        },
        onSuccess: () => "bought" as const
      })
    )
  }
  const { clearFaults } = yield* Embedded
  yield* clearFaults
  const have = yield* owned
  for (const [number, outcome] of said) {
    if (outcome === "bought") assert.include(have, number)
    if (outcome === "not-executed") assert.notInclude(have, number)
  }
  const { balance } = yield* Embedded
  assert.strictEqual(Math.round((1000 - (yield* balance)) / 0.99), have.length)
  return tags
})

const shopped = (faults: ReadonlyArray<Fault.Fault>, policy: Retry.Policy, seed: number) =>
  settle(shopping, "1 day").pipe(
    // A response after 2 seconds exceeds the timeout.
    Effect.provide(
      embedded(faults.map(Fault.on(Numbers.purchase)), { retry: policy, timeout: { attempt: "1 second" } })
    ),
    Random.withSeed(seed)
  )

const seeds = Array.from({ length: 10 }, (_, seed) => seed)

for (const [what, faults] of [
  ["Scenario.brownout", Scenario.brownout({ share: 0.6 })],
  ["Scenario.flakyNetwork", Scenario.flakyNetwork({ share: 0.6 })]
] as const) {
  describe(what, () => {
    it.effect("under Retry.standard no number is bought twice, and each outcome is true", () =>
      Effect.gen(function* () {
        const tags = (yield* Effect.forEach(seeds, (seed) => shopped(faults, Retry.standard, seed))).flat()
        // A second purchase would be a conflict.
        assert.notInclude(tags, "Conflict")
        assert.include(tags, "AudianClientError")
      })
    )

    it.effect("under a policy that allows replay, purchases are retried", () =>
      Effect.gen(function* () {
        const policy = Retry.allowReplay(Retry.make({ while: ({ isRetryable }) => isRetryable, budget: false }))
        const tags = (yield* Effect.forEach(seeds, (seed) => shopped(faults, policy, seed))).flat()
        assert.include(tags, "Conflict")
      })
    )

    it.effect("applies each fault to an equal part of the share", () =>
      Effect.gen(function* () {
        const { requests } = yield* Embedded
        yield* settle(
          Effect.forEach(Array.from({ length: 900 }), () => Effect.ignore(Numbers.list())),
          "2 hours"
        )
        const counts = new Map<string, number>()
        for (const { fault = "none", status } of yield* requests) {
          const key = `${fault} ${status}`
          counts.set(key, (counts.get(key) ?? 0) + 1)
        }
        const parts = Array.from(counts.values(), (count) => count / 900).toSorted((a, b) => a - b)
        // The two resets of a flaky network look the same: one before and one after the request is executed.
        const expected = what === "Scenario.brownout" ? [0.2, 0.2, 0.2, 0.4] : [0.2, 0.4, 0.4]
        assert.strictEqual(parts.length, expected.length)
        parts.forEach((part, index) => void assert.closeTo(part, expected[index]!, 0.05))
      }).pipe(Effect.provide(embedded(faults, { retry: Retry.none })), Random.withSeed("share"))
    )
  })
}

describe("Scenario.rateLimitStorm", () => {
  it.effect("retries wait for the Retry-After", () =>
    Effect.gen(function* () {
      const [, at] = yield* settle(timed(Numbers.purchase({ number })))
      assert.strictEqual(at, 4000)
      yield* Requests.assertCount(Numbers.purchase, 3)
    }).pipe(Effect.provide(embedded(Scenario.rateLimitStorm("3 seconds", { retryAfter: "2 seconds" }))))
  )

  it.effect("retries wait for the policy's delays without a Retry-After", () =>
    Effect.gen(function* () {
      const [, at] = yield* settle(timed(Numbers.purchase({ number })))
      assert.strictEqual(at, 3000)
    }).pipe(Effect.provide(embedded(Scenario.rateLimitStorm("3 seconds"))))
  )

  it.effect("too long a Retry-After fails at once with retryAfter", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Numbers.list())
      assert.deepStrictEqual([error._tag, error.attempts], ["TooManyRequests", 1])
      assert.deepStrictEqual(error.retryAfter, Duration.minutes(2))
      // A scripted 429 reports no quota.
      assert.isUndefined(error.rateLimit)
    }).pipe(
      Effect.provide(
        EmbeddedAudian.layer({ faults: Scenario.rateLimitStorm("1 minute", { retryAfter: Duration.millis(119_001) }) })
      )
    )
  )
})

describe("Scenario.tokenExpiry", () => {
  it.effect("concurrent calls succeed and share one exchange", () =>
    Effect.gen(function* () {
      yield* Account.Users.list()
      const { fault } = yield* Embedded
      yield* fault(...Scenario.tokenExpiry())
      yield* Effect.forEach([1, 2, 3, 4, 5], () => Account.Users.list(), { concurrency: "unbounded" })
      yield* Requests.assertCount(AccessTokens.exchange, 2)
    }).pipe(Effect.provide(embedded([])))
  )

  it.effect("a second expiry in a row fails with Unauthorized after one exchange", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Account.Users.list())
      assert.deepStrictEqual([error._tag, error.attempts], ["Unauthorized", 2])
      yield* Requests.assertCount(AccessTokens.exchange, 2)
      yield* Account.Users.list()
    }).pipe(Effect.provide(embedded(Scenario.tokenExpiry(2))))
  )
})

describe("Scenario.slowNetwork", () => {
  it.effect("delays every call", () =>
    Effect.gen(function* () {
      const [, at] = yield* settle(timed(Effect.andThen(Numbers.list(), Numbers.purchase({ number }))))
      assert.strictEqual(at, 6000)
    }).pipe(Effect.provide(embedded(Scenario.slowNetwork("3 seconds"))))
  )

  it.effect("a delay over the attempt timeout leaves a purchase unknown, after one attempt", () =>
    Effect.gen(function* () {
      const error = yield* settle(Effect.flip(Numbers.purchase({ number })))
      assert.deepStrictEqual([error.outcome, error.attempts], ["unknown", 1])
      yield* Requests.assertCount(Numbers.purchase, 1)
    }).pipe(Effect.provide(embedded(Scenario.slowNetwork("3 seconds"), { timeout: { attempt: "2 seconds" } })))
  )
})
