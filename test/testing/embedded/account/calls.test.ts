import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { Account, Timestamp } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { refusal, ringing, talking } from "../../../support/embedded.ts"

const { Cdrs, Channels } = Account

const day = 86_400
const widest = 2_682_000
const now = Timestamp.toUnix(DateTime.makeUnsafe("2024-06-15T12:00:00Z"))
const ago = (seconds: number) => (now - seconds) as Timestamp.Unix

/** Records of calls that started the given seconds ago. */
const seed = (...starts: ReadonlyArray<number>) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(now * 1000)
    const embedded = yield* EmbeddedAudian.EmbeddedAudian
    yield* embedded.seed({ cdrs: starts.map((start) => ({ call_id: `call_${start}`, timestamp: ago(start) })) })
  })

const calls = Effect.map((records: ReadonlyArray<Account.Cdrs.Cdr>) => records.map(({ call_id }) => call_id))

describe("EmbeddedAudian: Account.Cdrs", () => {
  it.effect("list: has rows, the newest first, with empty strings for unknown values", () =>
    Effect.gen(function* () {
      yield* seed(60, 3600, 5)
      const [first] = yield* Cdrs.list()
      assert.deepInclude(first, { call_id: "call_5", caller_id_name: "", timestamp: ago(5), unix_timestamp: ago(5) })
      assert.isUndefined(first?.duration_seconds)
      assert.match(first?.id ?? "", /^202406-[\da-f]{32}$/)
      assert.strictEqual(first?.iso_8601_combined, "2024-06-15T11:59:55")
      assert.deepStrictEqual(yield* calls(Cdrs.list()), ["call_5", "call_60", "call_3600"])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("list: both bounds are included, in Unix or Gregorian seconds", () =>
    Effect.gen(function* () {
      yield* seed(1, 100, 200, 201)
      const range = { created_from: ago(200), created_to: ago(100) }
      assert.deepStrictEqual(yield* calls(Cdrs.list(range)), ["call_100", "call_200"])
      const gregorian = (unix: Timestamp.Unix) => Timestamp.toGregorian(Timestamp.fromUnix(unix))
      const since = { created_from: gregorian(ago(200)), created_to: gregorian(ago(100)) }
      assert.deepStrictEqual(yield* calls(Cdrs.list(since)), ["call_100", "call_200"])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("list: the default and longest range is 31 days and an hour; a reversed one is 400", () =>
    Effect.gen(function* () {
      yield* seed(widest, widest + 1)
      const within = [`call_${widest}`]
      assert.deepStrictEqual(yield* calls(Cdrs.list()), within)
      assert.deepStrictEqual(yield* calls(Cdrs.list({ created_from: ago(widest) })), within)
      const error = yield* Effect.flip(Cdrs.list({ created_from: ago(widest + 1) }))
      assert.strictEqual(error._tag, "BadRequest")
      assert.deepInclude(error.details[0], { field: "created_from", rule: "date_range" })
      const reversed = Cdrs.list({ created_from: now, created_to: ago(1) })
      assert.deepStrictEqual(yield* refusal(reversed), ["BadRequest", "validation_error", "created_from"])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("list: windows and pages over months have each record once", () =>
    Effect.gen(function* () {
      const starts = Array.from({ length: 40 }, (_, i) => i * 3 * day)
      yield* seed(...starts, 200 * day)
      const items = Cdrs.list.items({ created_from: ago(150 * day), created_to: now, page_size: 4 })
      const found = yield* Stream.runCollect(Stream.map(items, ({ call_id }) => call_id))
      assert.deepStrictEqual(
        found,
        starts.map((start) => `call_${start}`)
      )
    }).pipe(Effect.provide(EmbeddedAudian.layer({ quota: false })))
  )

  it.effect("list: pages have each record of one second once", () =>
    Effect.gen(function* () {
      yield* seed(7, 7, 7, 7, 7)
      const found = yield* Stream.runCollect(Stream.map(Cdrs.list.items({ page_size: 2 }), ({ id }) => id))
      assert.strictEqual(new Set(found).size, 5)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("get, listLegs and getSummary: return a record, the legs of its call, and totals", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now * 1000)
      const { seed } = yield* EmbeddedAudian.EmbeddedAudian
      const leg = { interaction_id: "i_1", duration_seconds: 30, billing_seconds: 20, timestamp: ago(9) }
      yield* seed({
        cdrs: [
          { ...leg, id: "202406-a", call_direction: "inbound", ringing_seconds: 10 },
          { ...leg, id: "202406-b", call_direction: "outbound" },
          { ...leg, id: "202406-c", call_direction: "inbound", interaction_id: "i_2" }
        ]
      })
      const record = yield* Cdrs.get({ cdr_id: "202406-a" })
      assert.deepInclude(record, { ...leg, id: "202406-a", ringing_seconds: 10 })
      for (const leg_id of ["i_1", "202406-a", "202406-b"]) {
        const legs = yield* Cdrs.listLegs({ leg_id })
        assert.deepStrictEqual(legs.map(({ id }) => id).sort(), ["202406-a", "202406-b"])
      }
      assert.deepStrictEqual(yield* Cdrs.getSummary(), {
        inbound: { count: 2, duration_seconds: 60, billing_seconds: 40 },
        outbound: { count: 1, duration_seconds: 30, billing_seconds: 20 }
      })
      const missing = (of: string) => ["NotFound", `could_not_find_${of}_with_supplied_id`]
      assert.deepStrictEqual(yield* refusal(Cdrs.get({ cdr_id: "x" })), missing("cdr"))
      const legs = yield* refusal(Cdrs.listLegs({ leg_id: "x" }))
      assert.deepStrictEqual(legs, ["NotFound", "could_not_find_legs_for_supplied_id"])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("`records` seeds the records of one account", () =>
    Effect.gen(function* () {
      const { accountId, seed } = yield* EmbeddedAudian.EmbeddedAudian
      const { id: west = "" } = yield* Account.Accounts.createSubAccount({ name: "West" })
      yield* seed({ accountId: west, cdrs: [{ call_id: "there" }] })
      assert.deepStrictEqual(yield* calls(Cdrs.list({ account_id: west })), ["there"])
      assert.deepStrictEqual(yield* calls(Cdrs.list({ account_id: accountId })), ["here"])
      assert.strictEqual((yield* Effect.exit(seed({ accountId: "nobody" })))._tag, "Failure")
    }).pipe(Effect.provide(EmbeddedAudian.layer({ records: { cdrs: [{ call_id: "here" }] } })))
  )
})

describe("EmbeddedAudian: Account.Channels", () => {
  it.effect("list: has seeded channels, in their account only", () =>
    Effect.gen(function* () {
      const { seed } = yield* EmbeddedAudian.EmbeddedAudian
      yield* seed({ channels: [{ uuid: "channel_1", direction: "inbound", answered: true }] })
      assert.deepStrictEqual(yield* Channels.list(), [{ uuid: "channel_1", direction: "inbound", answered: true }])
      const { id: west = "" } = yield* Account.Accounts.createSubAccount({ name: "West" })
      assert.deepStrictEqual(yield* Channels.list({ account_id: west }), [])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("an active call of the flat family is a channel, an ended one a record", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now * 1000)
      const { hangUp } = yield* EmbeddedAudian.EmbeddedAudian
      const call_id = yield* talking
      const party = { call_id, caller_id_number: "+14155551234", callee_id_number: "+14155555678" }
      assert.deepInclude((yield* Channels.list())[0], { ...party, answered: true, timestamp: now })
      assert.deepStrictEqual(yield* Cdrs.list(), [])
      yield* TestClock.adjust("90 seconds")
      yield* hangUp(call_id)
      assert.deepStrictEqual(yield* Channels.list(), [])
      const [record] = yield* Cdrs.list()
      const times = { duration_seconds: 90, billing_seconds: 90, hangup_cause: "NORMAL_CLEARING", timestamp: now }
      assert.deepInclude(record, { ...party, ...times })
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("unanswered calls and calls that end automatically have records", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now * 1000)
      yield* ringing({ to: "+14155550000", timeout: 20 })
      assert.deepInclude((yield* Channels.list())[0], { answered: false })
      yield* TestClock.adjust("1 minute")
      yield* ringing()
      yield* TestClock.adjust("1 hour")
      const records = yield* Cdrs.list()
      assert.deepStrictEqual(
        records.map(({ billing_seconds, duration_seconds, hangup_cause }) => [
          hangup_cause,
          duration_seconds,
          billing_seconds
        ]),
        [
          ["NORMAL_CLEARING", 603, 600],
          ["NO_ANSWER", 20, 0]
        ]
      )
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})
