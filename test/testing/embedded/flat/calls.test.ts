import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { Billing, Calls, Numbers } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { balance, notFound, number, refusal, ringing, talking } from "../../../support/embedded.ts"

/** The state of a call, read from the response to a hold. */
const hold = (call_id: string) =>
  Effect.match(Calls.hold({ call_id }), { onFailure: ({ _tag }) => _tag, onSuccess: ({ status }) => status })

describe("EmbeddedAudian: Calls", () => {
  it.effect("a call rings, is answered and ends as the clock advances", () =>
    Effect.gen(function* () {
      const { call_id, status } = yield* ringing()
      assert.strictEqual(status, "initiated")
      const seen = []
      for (const wait of ["0 seconds", "2 seconds", "1 second", "9 minutes", "1 minute"] as const) {
        yield* TestClock.adjust(wait)
        seen.push(yield* hold(call_id))
      }
      assert.deepStrictEqual(seen, ["Conflict", "Conflict", "held", "held", "NotFound"])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("create: a shorter max_duration ends the call", () =>
    Effect.gen(function* () {
      const { call_id } = yield* ringing({ max_duration: 30 })
      yield* TestClock.adjust("32 seconds")
      assert.strictEqual(yield* hold(call_id), "held")
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* hold(call_id), "NotFound")
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("create: responds with the input and defaults", () =>
    Effect.gen(function* () {
      const call = yield* ringing({ tags: { campaign: "spring" } })
      assert.deepStrictEqual<unknown>(call, {
        call_id: "call_000001",
        call_uuid: "00000000-0000-4000-8000-000000000001",
        from: number,
        to: "+14155555678",
        status: "initiated",
        created_at: "1970-01-01T00:00:00.000Z",
        timeout: 30,
        max_duration: 3600,
        tags: { campaign: "spring" },
        custom_fields: {}
      })
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("create: an invalid `to` is 400, a `from` of another account is 422", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* refusal(ringing({ to: "nobody" })), ["BadRequest", "invalid_phone_number", "to"])
      yield* ringing({ to: "(415) 555-5678" })
      assert.deepStrictEqual(yield* refusal(ringing({ from: "+12125550100" })), [
        "UnprocessableEntity",
        "validation_error"
      ])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("create: a balance below one minute is 402", () =>
    Effect.gen(function* () {
      const { setBalance } = yield* EmbeddedAudian.EmbeddedAudian
      yield* ringing()
      yield* setBalance(0.03)
      yield* ringing()
      assert.deepStrictEqual(yield* refusal(ringing()), ["PaymentRequired", "insufficient_funds"])
      assert.strictEqual(yield* balance, 0.01)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("each started minute is charged, and the call ends when the balance is too low", () =>
    Effect.gen(function* () {
      const { setBalance } = yield* EmbeddedAudian.EmbeddedAudian
      const call_id = yield* talking
      yield* setBalance(0.05)
      yield* TestClock.adjust("59 seconds")
      assert.strictEqual(yield* balance, 0.05)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* balance, 0.03)
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(yield* hold(call_id), "held")
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(yield* hold(call_id), "NotFound")
      assert.strictEqual(yield* balance, 0.01)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("a call that ends on a full minute is not charged for the next", () =>
    Effect.gen(function* () {
      const call_id = yield* talking
      const before = yield* balance
      yield* TestClock.adjust("10 minutes")
      assert.strictEqual(yield* hold(call_id), "NotFound")
      assert.strictEqual(Math.round((before - (yield* balance)) * 100), 9 * 2)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("an unanswered call ends after its timeout, and is refunded", () =>
    Effect.gen(function* () {
      yield* Numbers.purchase({ number })
      const before = yield* balance
      const { call_id } = yield* ringing({ to: "+14155550000", timeout: 20 })
      assert.isBelow(yield* balance, before)
      yield* TestClock.adjust("19 seconds")
      assert.strictEqual(yield* hold(call_id), "Conflict")
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* hold(call_id), "NotFound")
      assert.strictEqual(yield* balance, before)
      assert.deepInclude((yield* Billing.getUsage()).usage.voice_minutes, { count: 0, cost: 0 })
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("many calls each end at their own time", () =>
    Effect.gen(function* () {
      const timeouts = Array.from({ length: 20 }, (_, i) => 1 + ((i * 7) % 20))
      yield* Numbers.purchase({ number })
      yield* Effect.forEach(timeouts, (timeout) => ringing({ to: "+14155550000", timeout }))
      for (let passed = 1; passed <= 20; passed++) {
        yield* TestClock.adjust("1 second")
        assert.strictEqual(Math.round((yield* balance) * 100), 9901 - 2 * (20 - passed))
      }
      yield* Effect.forEach(timeouts, () => ringing({ max_duration: 60 }))
      yield* TestClock.adjust("5 minutes")
      assert.strictEqual(yield* balance, 98.61)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("the options set the time to answer, the duration and the reachable numbers", () =>
    Effect.gen(function* () {
      const { call_id } = yield* ringing({ to: "+14155550000" })
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(yield* hold(call_id), "held")
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual(yield* hold(call_id), "NotFound")
    }).pipe(
      Effect.provide(
        EmbeddedAudian.layer({ answerAfter: "10 seconds", callDuration: "5 seconds", isReachable: () => true })
      )
    )
  )

  it.effect("answerCall and hangUp act as the other party", () =>
    Effect.gen(function* () {
      const { answerCall, hangUp } = yield* EmbeddedAudian.EmbeddedAudian
      const { call_id } = yield* ringing({ to: "+14155550000" })
      yield* answerCall(call_id)
      assert.strictEqual(yield* hold(call_id), "held")
      yield* TestClock.adjust("30 seconds")
      assert.strictEqual(yield* hold(call_id), "held")
      yield* hangUp(call_id)
      assert.strictEqual(yield* hold(call_id), "NotFound")
      for (const act of [answerCall, hangUp]) {
        assert.strictEqual((yield* Effect.exit(act(call_id)))._tag, "Failure")
      }
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("transfer and hold need an answered call; a second hold keeps the time of the first", () =>
    Effect.gen(function* () {
      const { call_id } = yield* ringing()
      const transfer = Calls.transfer({ call_id, destination: "+14155559999" })
      assert.deepStrictEqual(yield* refusal(transfer), ["Conflict", "conflict_error"])
      yield* TestClock.adjust("3 seconds")
      const held = yield* Calls.hold({ call_id })
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* Calls.hold({ call_id }), held)
      assert.deepStrictEqual<unknown>(yield* transfer, {
        call_id,
        status: "transferred",
        transfer_from: number,
        transfer_to: "+14155559999",
        transferred_at: "1970-01-01T00:00:04.000Z"
      })
      assert.notDeepEqual(yield* Calls.hold({ call_id }), held)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("a recording has the duration without its pauses", () =>
    Effect.gen(function* () {
      const call_id = yield* talking
      const started = yield* Calls.startRecording({ call_id, format: "mp3" })
      assert.strictEqual(started.format, "mp3")
      yield* TestClock.adjust("10 seconds")
      yield* Calls.pauseRecording({ call_id })
      yield* TestClock.adjust("1 minute")
      yield* Calls.resumeRecording({ call_id })
      yield* TestClock.adjust("5 seconds")
      const stopped = yield* Calls.stopRecording({ call_id })
      assert.deepInclude(stopped, { recording_id: started.recording_id, status: "stopped", duration: 15 })
      assert.notStrictEqual((yield* Calls.startRecording({ call_id })).recording_id, started.recording_id)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("recording operations in the wrong state are 409", () =>
    Effect.gen(function* () {
      const conflict = ["Conflict", "conflict_error"]
      const call_id = yield* talking
      for (const operation of [Calls.stopRecording, Calls.pauseRecording, Calls.resumeRecording]) {
        assert.deepStrictEqual(yield* refusal(operation({ call_id })), conflict)
      }
      yield* Calls.startRecording({ call_id })
      for (const operation of [Calls.startRecording, Calls.resumeRecording]) {
        assert.deepStrictEqual(yield* refusal(operation({ call_id })), conflict)
      }
      yield* Calls.pauseRecording({ call_id })
      for (const operation of [Calls.startRecording, Calls.pauseRecording]) {
        assert.deepStrictEqual(yield* refusal(operation({ call_id })), conflict)
      }
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual((yield* Calls.stopRecording({ call_id })).duration, 0)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("create: `recording` starts with the answer", () =>
    Effect.gen(function* () {
      const { call_id } = yield* ringing({ recording: { enabled: true } })
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual((yield* Calls.stopRecording({ call_id })).duration, 7)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("an unknown id is 404", () =>
    Effect.gen(function* () {
      const call_id = "call_none"
      for (const refused of [
        refusal(Calls.hold({ call_id })),
        refusal(Calls.transfer({ call_id, destination: number })),
        refusal(Calls.startRecording({ call_id })),
        refusal(Calls.stopRecording({ call_id })),
        refusal(Calls.pauseRecording({ call_id })),
        refusal(Calls.resumeRecording({ call_id }))
      ]) {
        assert.deepStrictEqual(yield* refused, notFound)
      }
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})
