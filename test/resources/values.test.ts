import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { Calls, Numbers, Webhooks } from "effect-audian"
import { EmbeddedAudian, Requests } from "effect-audian/testing"

describe("values of an input that its page lists in full", () => {
  it.effect("a value that the API has added is sent by a cast", () =>
    Effect.gen(function* () {
      yield* Webhooks.create({ url: "https://example.com/hooks", events: ["call.parked" as never] })
      assert.deepStrictEqual((yield* Requests.last(Webhooks.create)).input?.events, ["call.parked" as never])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("a new value in a response is no failure", () =>
    Effect.gen(function* () {
      yield* Numbers.purchase({ number: "+14155550100" })
      const { call_id } = yield* Calls.create({ from: "+14155550100", to: "+14155551234" })
      yield* TestClock.adjust("10 seconds")
      const { format } = yield* Calls.startRecording({ call_id, format: "flac" as never })
      assert.strictEqual(format, "flac")
    }).pipe(Effect.provide(EmbeddedAudian.layer({ numbers: ["+14155550100"] })))
  )
})
