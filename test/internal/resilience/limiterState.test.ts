import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as LimiterState from "../../../src/internal/resilience/limiterState.ts"

const bucket = { limit: 10, window: 1000 }
const configured = () => LimiterState.make({ bucket, maxWait: Number.POSITIVE_INFINITY })
const reporting = () => LimiterState.make({ bucket: undefined, maxWait: Number.POSITIVE_INFINITY })

const acquire = (state: LimiterState.LimiterState, cost = 1): LimiterState.Permit => {
  const permit = LimiterState.permit()
  LimiterState.acquire(state, permit, cost)
  return permit
}
const report = (fields: Partial<LimiterState.Report> = {}): LimiterState.Report => ({
  rateLimit: undefined,
  tooMany: false,
  retryAfter: undefined,
  ...fields
})
const remaining = (count: number, seconds = 60) => ({ remaining: count, reset: DateTime.makeUnsafe(seconds * 1000) })

describe("limiterState", () => {
  describe("waitTime", () => {
    it("the first request goes at once and alone, until its response shows whether there is a quota", () => {
      const state = reporting()
      assert.strictEqual(LimiterState.waitTime(state, 1, false), 0)
      const permit = acquire(state)
      assert.strictEqual(LimiterState.waitTime(state, 1, false), Number.POSITIVE_INFINITY)
      LimiterState.release(state, permit, report())
      assert.strictEqual(LimiterState.waitTime(state, 1, false), 0)
    })
    it("a configured bucket, and maxWait 0, need no first response", () => {
      for (const state of [configured(), LimiterState.make({ bucket: undefined, maxWait: 0 })]) {
        acquire(state)
        assert.strictEqual(LimiterState.waitTime(state, 1, false), 0)
      }
    })
    it("an urgent request goes before the others", () => {
      const state = configured()
      state.urgent = 1
      assert.strictEqual(LimiterState.waitTime(state, 1, false), Number.POSITIVE_INFINITY)
      assert.strictEqual(LimiterState.waitTime(state, 1, true), 0)
    })
    it("is the longest of all quotas", () => {
      const state = reporting()
      const rateLimit = { ...remaining(0), tokens: { consumed: 1, remaining: 0 } }
      LimiterState.release(state, acquire(state), report({ rateLimit }))
      assert.strictEqual(LimiterState.waitTime(state, 1, false), 60_000)
      LimiterState.advance(state, 60_000)
      assert.strictEqual(LimiterState.waitTime(state, 1, false), 0)
    })
  })

  describe("release", () => {
    it("ignores reports that arrive out of order", () => {
      const state = configured()
      const [first, second] = [acquire(state), acquire(state)]
      LimiterState.release(state, second, report({ rateLimit: remaining(0) }))
      LimiterState.release(state, first, report({ rateLimit: remaining(9) }))
      assert.strictEqual(LimiterState.waitTime(state, 1, false), 60_000)
    })
    it("forgets an exhausted window that responses no longer report", () => {
      const state = reporting()
      LimiterState.release(state, acquire(state), report({ rateLimit: { remaining: 0 } }))
      const permit = acquire(state)
      LimiterState.release(state, permit, undefined)
      assert.strictEqual(state.quotas.length, 1)
      LimiterState.release(state, acquire(state), report())
      assert.strictEqual(state.quotas.length, 0)
    })
    it("measures the margin by the first request from a full bucket", () => {
      const state = configured()
      assert.strictEqual(state.margin, 100)
      const permit = acquire(state)
      LimiterState.consumed(state, permit, { taken: true, wait: 0, resetAfter: 100 }, 0)
      LimiterState.advance(state, 30)
      LimiterState.release(state, permit, report())
      assert.strictEqual(state.margin, 30)
      const later = acquire(state)
      LimiterState.consumed(state, later, { taken: true, wait: 0, resetAfter: 170 }, 30)
      LimiterState.advance(state, 80)
      LimiterState.release(state, later, report())
      assert.strictEqual(state.margin, 30)
    })
  })

  describe("a 429", () => {
    const tooMany = (fields: Partial<LimiterState.Report>, state = reporting(), cost = 1) => {
      LimiterState.release(state, acquire(state, cost), report({ tooMany: true, ...fields }))
      return LimiterState.waitTime(state, 1, false)
    }

    it("pauses for Retry-After, else until the reset, else for a second", () => {
      const rateLimit = { reset: DateTime.makeUnsafe(5000) }
      assert.strictEqual(tooMany({ retryAfter: Duration.seconds(7), rateLimit }), 7000)
      assert.strictEqual(tooMany({ rateLimit }), 5000)
      assert.strictEqual(tooMany({}), 1000)
    })
    it("pauses for the time of its tokens and the margin, where a bucket is known", () => {
      assert.strictEqual(tooMany({}, configured()), 100 + 100)
      assert.strictEqual(tooMany({}, configured(), 5), 500 + 100)
    })
    it("pauses for an hour at most", () => {
      assert.strictEqual(tooMany({ retryAfter: Duration.days(365) }), 3_600_000)
    })
    it("with Retry-After outdates the reports of earlier requests", () => {
      const state = configured()
      const earlier = acquire(state)
      tooMany({ retryAfter: Duration.seconds(1) }, state)
      LimiterState.release(state, earlier, report({ rateLimit: remaining(0) }))
      assert.strictEqual(LimiterState.waitTime(state, 1, false), 1000)
      LimiterState.advance(state, 1000)
      assert.strictEqual(LimiterState.waitTime(state, 1, false), 0)
    })
    it("does not shorten an earlier pause", () => {
      const state = reporting()
      tooMany({ retryAfter: Duration.seconds(30) }, state)
      assert.strictEqual(tooMany({ retryAfter: Duration.seconds(1) }, state), 30_000)
    })
  })

  describe("advance", () => {
    it("shifts the deadlines when the clock moves back", () => {
      const state = configured()
      LimiterState.advance(state, 3_600_000)
      LimiterState.release(state, acquire(state), report({ tooMany: true, retryAfter: Duration.seconds(30) }))
      LimiterState.advance(state, 0)
      assert.strictEqual(LimiterState.waitTime(state, 1, false), 30_000)
    })
  })

  describe("snapshot", () => {
    it("shows the configured bucket", () => {
      const state = configured()
      assert.deepStrictEqual(LimiterState.snapshot(state), {
        limit: 10,
        remaining: 10,
        reset: undefined,
        waiting: 0
      })
      LimiterState.consumed(state, acquire(state), { taken: true, wait: 0, resetAfter: 100 }, 0)
      assert.deepInclude(LimiterState.snapshot(state), { remaining: 9, reset: DateTime.makeUnsafe(100) })
    })
    it("shows the smaller of the configured and the reported quota", () => {
      const state = configured()
      LimiterState.release(state, acquire(state), report({ rateLimit: { limit: 5, ...remaining(3) } }))
      assert.deepInclude(LimiterState.snapshot(state), { limit: 5, remaining: 3, reset: DateTime.makeUnsafe(60_000) })
    })
    it("shows nothing while nothing is known", () => {
      assert.deepStrictEqual(LimiterState.snapshot(reporting()), {
        limit: undefined,
        remaining: undefined,
        reset: undefined,
        waiting: 0
      })
    })
  })
})
