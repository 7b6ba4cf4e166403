import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Audian, CallFlows } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { number } from "../../support/embedded.ts"

const routing = [{ pattern: "*", destination: "+14155555678", destination_type: "phone_number" }]

describe("CallFlows", () => {
  it.effect("answers 201 with what was sent and an id of its own", () =>
    Effect.gen(function* () {
      const [made, { status }] = yield* Audian.withResponse(
        CallFlows.create({ name: "Main", phone_number: number, routing })
      )
      assert.strictEqual(status, 201)
      assert.deepStrictEqual<unknown>(made, {
        call_flow_id: "cf_000001",
        name: "Main",
        phone_number: number,
        routing,
        created_at: "1970-01-01T00:00:00.000Z"
      })
      assert.deepInclude(yield* CallFlows.create({ name: "Other", routing }), {
        call_flow_id: "cf_000002",
        phone_number: null
      })
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})
