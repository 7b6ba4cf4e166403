import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as QuotaWindow from "../../../src/internal/resilience/quotaWindow.ts"

const idle: QuotaWindow.InFlight = { requests: 0, cost: 0 }
const bucket: QuotaWindow.Bucket = { limit: 100, window: 10_000 }

const windowQuota = (fields: Partial<QuotaWindow.Quota> = {}): QuotaWindow.Quota => ({
  balance: 0,
  updatedAt: 0,
  limit: 10,
  rate: 0,
  resetAt: 60_000,
  ...fields
})
const bucketQuota = (fields: Partial<QuotaWindow.Quota> = {}): QuotaWindow.Quota =>
  windowQuota({ limit: 100, rate: 0.01, resetAt: Number.POSITIVE_INFINITY, ...fields })

describe("quotaWindow", () => {
  describe("cost", () => {
    it("a window counts requests", () => {
      assert.strictEqual(QuotaWindow.cost(windowQuota(), 35), 1)
    })
    it("a bucket counts tokens, and never more than its capacity", () => {
      assert.strictEqual(QuotaWindow.cost(bucketQuota(), 35), 35)
      assert.strictEqual(QuotaWindow.cost(bucketQuota({ limit: 20 }), 35), 20)
      assert.strictEqual(QuotaWindow.cost(bucketQuota({ limit: undefined }), 35), 35)
    })
  })

  describe("refill", () => {
    it("a bucket refills by its rate, up to its capacity", () => {
      const quota = bucketQuota({ balance: 40 })
      assert.strictEqual(QuotaWindow.refill(quota, 1000, 0).balance, 50)
      assert.strictEqual(QuotaWindow.refill(quota, 1_000_000, 0).balance, 100)
    })
    it("a window refills at its reset, less the requests in flight, and its next reset is unknown", () => {
      const quota = windowQuota({ balance: 2 })
      assert.strictEqual(QuotaWindow.refill(quota, 59_999, 3).balance, 2)
      assert.deepInclude(QuotaWindow.refill(quota, 60_000, 3), { balance: 7, resetAt: Number.POSITIVE_INFINITY })
    })
    it("a window without a limit is unbounded after its reset", () => {
      const quota = windowQuota({ limit: undefined })
      assert.strictEqual(QuotaWindow.refill(quota, 60_000, 3).balance, Number.POSITIVE_INFINITY)
    })
  })

  describe("waitTime", () => {
    it("is 0 while there is room", () => {
      assert.strictEqual(QuotaWindow.waitTime(windowQuota({ balance: 1 }), 35, 0, 0), 0)
      assert.strictEqual(QuotaWindow.waitTime(bucketQuota({ balance: 35 }), 35, 0, 0), 0)
    })
    it("of a bucket is the time of the missing tokens and a margin", () => {
      assert.strictEqual(QuotaWindow.waitTime(bucketQuota({ balance: 30 }), 35, 0, 0), 500 + QuotaWindow.minMargin)
    })
    it("of a window is the time to its reset", () => {
      assert.strictEqual(QuotaWindow.waitTime(windowQuota(), 1, 20_000, 0), 40_000)
    })
    it("of a window without a reset is infinite while a response may report one, and 0 otherwise", () => {
      const quota = windowQuota({ resetAt: Number.POSITIVE_INFINITY })
      assert.strictEqual(QuotaWindow.waitTime(quota, 1, 0, 1), Number.POSITIVE_INFINITY)
      assert.strictEqual(QuotaWindow.waitTime(quota, 1, 0, 0), 0)
    })
  })

  describe("fromReport", () => {
    const reset = DateTime.makeUnsafe(60_000)

    it("is empty for a report without a count", () => {
      assert.deepStrictEqual(QuotaWindow.fromReport({ limit: 10, reset }, 0, idle, bucket, []), [])
    })
    it("a window has what remains less the requests in flight, and resets when reported", () => {
      const inFlight = { requests: 2, cost: 36 }
      const [quota] = QuotaWindow.fromReport({ limit: 10, remaining: 5, reset }, 1000, inFlight, bucket, [])
      assert.deepStrictEqual(quota, windowQuota({ balance: 3, updatedAt: 1000 }))
    })
    it("a reset in the far future is an hour away", () => {
      const far = DateTime.makeUnsafe(1_700_000_000_000)
      const [quota] = QuotaWindow.fromReport({ remaining: 0, reset: far }, 1000, idle, bucket, [])
      assert.strictEqual(quota?.resetAt, 1000 + QuotaWindow.maxPause)
    })
    it("a bucket has the remaining tokens less the cost in flight", () => {
      const inFlight = { requests: 2, cost: 36 }
      const [quota] = QuotaWindow.fromReport({ tokens: { consumed: 1, remaining: 50 } }, 0, inFlight, bucket, [])
      assert.strictEqual(quota?.balance, 14)
      assert.strictEqual(quota?.rate, 0.01)
    })
    it("the capacity of a bucket is what was there before the request, when that is more than the known limit", () => {
      const capacityOf = (consumed: number, remaining: number) =>
        QuotaWindow.fromReport({ tokens: { consumed, remaining } }, 0, idle, bucket, [])[0]?.limit
      assert.strictEqual(capacityOf(1, 199), 200)
      assert.strictEqual(capacityOf(35, 10), 100)
    })
    it("a bucket keeps the fraction of a token, which the server does not report", () => {
      const previous = [bucketQuota({ balance: 50.4 })]
      const [quota] = QuotaWindow.fromReport({ tokens: { consumed: 1, remaining: 50 } }, 0, idle, bucket, previous)
      assert.strictEqual(quota?.balance, 50.4)
      const [fewer] = QuotaWindow.fromReport({ tokens: { consumed: 1, remaining: 20 } }, 0, idle, bucket, previous)
      assert.closeTo(fewer!.balance, 21, 1e-5)
      assert.isBelow(fewer!.balance, 21)
      const [more] = QuotaWindow.fromReport({ tokens: { consumed: 1, remaining: 80 } }, 0, idle, bucket, previous)
      assert.strictEqual(more?.balance, 80)
    })
    it("negative tokens are none", () => {
      const [quota] = QuotaWindow.fromReport({ tokens: { consumed: -1, remaining: -1e15 } }, 0, idle, bucket, [])
      assert.deepInclude(quota, { balance: 0, limit: 100 })
    })
  })

  it("isStale is true for an exhausted window whose reset is unknown", () => {
    const unknown = { resetAt: Number.POSITIVE_INFINITY }
    assert.isTrue(QuotaWindow.isStale(windowQuota(unknown)))
    assert.isFalse(QuotaWindow.isStale(windowQuota()))
    assert.isFalse(QuotaWindow.isStale(windowQuota({ ...unknown, balance: 1 })))
    assert.isFalse(QuotaWindow.isStale(bucketQuota()))
  })

  describe("exhaust", () => {
    it("empties a quota", () => {
      assert.strictEqual(QuotaWindow.exhaust(windowQuota({ balance: 5 }), undefined).balance, 0)
      assert.strictEqual(QuotaWindow.exhaust(bucketQuota({ balance: 5 }), 1000).balance, 0)
      assert.strictEqual(QuotaWindow.exhaust(bucketQuota({ balance: -5 }), 1000).balance, -5)
    })
    it("resets a window that is used up when the server's wait ends, and not later than reported", () => {
      assert.strictEqual(QuotaWindow.exhaust(windowQuota(), 1000).resetAt, 1000)
      assert.strictEqual(QuotaWindow.exhaust(windowQuota(), 90_000).resetAt, 60_000)
    })
    it("keeps a window that has room left", () => {
      assert.deepStrictEqual(QuotaWindow.exhaust(windowQuota({ balance: 5 }), 1000), windowQuota({ balance: 5 }))
    })
  })

  it("shift moves a quota with a clock that was set back", () => {
    assert.deepStrictEqual(
      QuotaWindow.shift(windowQuota({ updatedAt: 5000 }), 4000),
      windowQuota({ updatedAt: 1000, resetAt: 56_000 })
    )
  })
})
