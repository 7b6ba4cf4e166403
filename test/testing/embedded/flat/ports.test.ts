import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { Account, Audian, Numbers, PhoneNumber, Ports } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { balance, notFound, number, portRequest, refusal } from "../../../support/embedded.ts"

const conflict = ["Conflict", "conflict_error"]

describe("EmbeddedAudian: Ports.create", () => {
  it.effect("accepts a port, estimates its completion, and charges its price", () =>
    Effect.gen(function* () {
      const [port, response] = yield* Audian.withResponse(Ports.create(portRequest))
      assert.strictEqual(response?.status, 202)
      assert.deepStrictEqual<unknown>(port, {
        id: "port_000001",
        number: portRequest.number,
        status: "pending",
        created_at: "1970-01-01T00:00:00.000Z",
        estimated_completion: "1970-01-05T00:00:00.000Z",
        carrier_status: "pending_transfer"
      })
      assert.deepStrictEqual(yield* Ports.get({ port_id: port.id }), port)
      assert.strictEqual(yield* balance, 75)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("fails with 409 for a second port of a number, an owned number, and one of an account below", () =>
    Effect.gen(function* () {
      yield* Ports.create(portRequest)
      assert.deepStrictEqual(yield* refusal(Ports.create(portRequest)), conflict)
      yield* Numbers.purchase({ number })
      assert.deepStrictEqual(yield* refusal(Ports.create({ ...portRequest, number })), conflict)
      const west = yield* Account.Accounts.createSubAccount({ name: "West" })
      const other = PhoneNumber.make("+14155550100")
      yield* Account.PhoneNumbers.purchase({ account_id: west.id, number: other, accept_charges: true })
      assert.deepStrictEqual(yield* refusal(Ports.create({ ...portRequest, number: other })), conflict)
      assert.strictEqual(yield* balance, 73.02)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("fails with 422 for a number that is not portable, by default one that ends in 0000", () =>
    Effect.gen(function* () {
      const unportable = ["UnprocessableEntity", "validation_error"]
      const create = (number: string) => Ports.create({ ...portRequest, number: PhoneNumber.make(number) })
      assert.deepStrictEqual(yield* refusal(create("+12125550000")), unportable)
      assert.strictEqual(yield* balance, 100)
      const isPortable = (number: string) => number.startsWith("+1212")
      yield* Effect.gen(function* () {
        yield* create("+12125550000")
        assert.deepStrictEqual(yield* refusal(create("+14155550100")), unportable)
      }).pipe(Effect.provide(EmbeddedAudian.layer({ isPortable })))
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("fails with 402 for too low a balance", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* refusal(Ports.create(portRequest)), ["PaymentRequired", "insufficient_funds"])
      assert.strictEqual(yield* balance, 24.99)
    }).pipe(Effect.provide(EmbeddedAudian.layer({ balance: 24.99 })))
  )
})

describe("EmbeddedAudian: Ports.get", () => {
  it.effect("reports each state as the clock reaches it; a completed port adds its number to the account", () =>
    Effect.gen(function* () {
      const { id: port_id } = yield* Ports.create(portRequest)
      const status = Effect.map(Ports.get({ port_id }), ({ status }) => status)
      for (const expected of ["pending", "submitted", "scheduled", "scheduled"]) {
        assert.strictEqual(yield* status, expected)
        assert.strictEqual((yield* Numbers.list()).total, 0)
        yield* TestClock.adjust("1 hour")
      }
      const port = yield* Ports.get({ port_id })
      assert.strictEqual(port.status, "completed")
      assert.notProperty(port, "carrier_status")
      const { numbers } = yield* Numbers.list()
      assert.deepStrictEqual(
        numbers.map(({ number, purchased_at }) => [String(number), String(purchased_at)]),
        [[portRequest.number, "1970-01-01T04:00:00.000Z"]]
      )
      assert.deepStrictEqual(yield* refusal(Ports.create(portRequest)), conflict)
    }).pipe(Effect.provide(EmbeddedAudian.layer({ portDuration: "4 hours" })))
  )

  it.effect("catches up with every port however far the clock jumps", () =>
    Effect.gen(function* () {
      const first = yield* Ports.create(portRequest)
      yield* TestClock.adjust("1 day")
      const second = yield* Ports.create({ ...portRequest, number: "+12125550198" })
      yield* TestClock.adjust("1000 days")
      for (const { id: port_id } of [first, second]) {
        assert.strictEqual((yield* Ports.get({ port_id })).status, "completed")
      }
      assert.deepStrictEqual(
        (yield* Numbers.list()).numbers.map(({ purchased_at }) => String(purchased_at)),
        ["1970-01-05T00:00:00.000Z", "1970-01-06T00:00:00.000Z"]
      )
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("fails with 404 for an unknown id", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* refusal(Ports.get({ port_id: "port_none" })), notFound)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})
