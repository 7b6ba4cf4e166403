import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { Audian, Numbers, Ports } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"

const portRequest = {
  number: "+12125550199",
  account_number: "1",
  account_pin: "9999",
  billing_phone: "+12125550100",
  end_user_name: "A",
  end_user_address: { street: "s", city: "c", state: "NY", postal_code: "1", country: "US" }
} as const

describe("EmbeddedAudian", () => {
  it.effect("lists a number that was bought, and refuses to sell it twice", () =>
    Effect.gen(function* () {
      const found = yield* Numbers.search({ location: "US-CA-415", limit: 3 })
      assert.strictEqual(found.numbers.length, 3)
      const { number } = found.numbers[0]!
      const [bought, response] = yield* Audian.withResponse(Numbers.purchase({ number }))
      assert.strictEqual(response.status, 201)
      assert.strictEqual((yield* Effect.flip(Numbers.purchase({ number })))._tag, "Conflict")
      assert.deepStrictEqual((yield* Numbers.list()).numbers, [bought])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("moves a port on with the clock until its number is the account's", () =>
    Effect.gen(function* () {
      const [port, response] = yield* Audian.withResponse(Ports.create(portRequest))
      assert.strictEqual(response.status, 202)
      assert.strictEqual(port.status, "pending")
      yield* TestClock.adjust("5 days")
      assert.strictEqual((yield* Ports.get({ port_id: port.id })).status, "completed")
      assert.deepStrictEqual(
        (yield* Numbers.list()).numbers.map(({ number }) => number as string),
        [portRequest.number]
      )
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.live("answers on a socket as it does in memory", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* EmbeddedAudian.EmbeddedAudian
      assert.match(baseUrl, /^http:\/\/127\.0\.0\.1:\d+$/)
      assert.strictEqual(
        (yield* Numbers.search({ pattern: "415*", features: ["sms", "mms"], limit: 1 })).numbers.length,
        1
      )
    }).pipe(
      Effect.provide(
        EmbeddedAudian.client().pipe(
          Layer.provideMerge(EmbeddedAudian.serve()),
          Layer.provide(NodeHttpClient.layerUndici)
        )
      )
    )
  )
})
