import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { Account } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { refusal } from "../../../support/embedded.ts"

const { Devices, Registrations, SipDevices } = Account

/** A device that has registered for 5 minutes; the result is its id. */
const registered = Effect.gen(function* () {
  const { seed } = yield* EmbeddedAudian.EmbeddedAudian
  const { id = "" } = yield* Devices.create({ name: "Desk", device_type: "sip_device" })
  yield* seed({
    registrations: [
      {
        authorizing_id: id,
        username: "desk",
        expires: 300,
        contact: "sip:desk@192.0.2.1",
        source_ip: "192.0.2.1",
        source_port: 5060,
        user_agent: "Phone"
      }
    ]
  })
  return id
})

describe("EmbeddedAudian: Account.Registrations", () => {
  it.effect("get: has the address of a registration until it expires", () =>
    Effect.gen(function* () {
      const device_id = yield* registered
      const found = yield* Registrations.get({ device_id })
      assert.deepInclude(found, { status: "registered", registrationExpiry: 300, ipAddress: "192.0.2.1", port: 5060 })
      assert.deepInclude(found, { userAgent: "Phone", contactUri: "sip:desk@192.0.2.1", callsActive: 0 })
      assert.strictEqual<string | undefined>(found.expiresAt, "1970-01-01T00:05:00.000Z")
      assert.deepInclude((yield* Registrations.list())[0], { username: "desk", authorizing_id: device_id })
      assert.deepInclude(yield* SipDevices.get({ device_id }), { registrationStatus: "registered" })
      yield* TestClock.adjust("299 seconds")
      assert.strictEqual((yield* Registrations.list()).length, 1)
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* Registrations.get({ device_id })).status, "expired")
      assert.deepStrictEqual(yield* Registrations.list(), [])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("renew: extends an unexpired registration", () =>
    Effect.gen(function* () {
      const device_id = yield* registered
      yield* TestClock.adjust("200 seconds")
      assert.deepInclude(yield* Registrations.renew({ device_id }), { deviceId: device_id, status: "registered" })
      yield* TestClock.adjust("299 seconds")
      assert.strictEqual((yield* Registrations.get({ device_id })).status, "registered")
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* refusal(Registrations.renew({ device_id })), ["NotFound", "bad_identifier"])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("remove: removes the registration, not the device", () =>
    Effect.gen(function* () {
      const device_id = yield* registered
      yield* Registrations.remove({ device_id })
      assert.deepStrictEqual(yield* Registrations.get({ device_id }), { deviceId: device_id, status: "unregistered" })
      assert.deepStrictEqual(yield* refusal(Registrations.remove({ device_id })), ["NotFound", "bad_identifier"])
      const unknown = Registrations.get({ device_id: "x" })
      assert.deepStrictEqual(yield* refusal(unknown), ["NotFound", "bad_identifier"])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("listStatuses: pages by offset, and filters by status and type", () =>
    Effect.gen(function* () {
      const first = yield* registered
      const { id: second } = yield* Devices.create({ name: "Other", device_type: "softphone" })
      const statuses = (input: Parameters<typeof Registrations.listStatuses>[0]) =>
        Effect.map(Registrations.listStatuses(input), (response) =>
          (response as { readonly data: ReadonlyArray<{ readonly deviceId: string }> }).data.map(
            ({ deviceId }) => deviceId
          )
        )
      assert.deepStrictEqual(yield* statuses({}), [first, second])
      assert.deepStrictEqual(yield* statuses({ status: "registered" }), [first])
      assert.deepStrictEqual(yield* statuses({ status: "unregistered" }), [second])
      assert.deepStrictEqual(yield* statuses({ type: "sip" }), [first])
      assert.deepStrictEqual(yield* statuses({ offset: 1, limit: 1 }), [second])
      const west = yield* Account.Accounts.createSubAccount({ name: "West" })
      assert.deepStrictEqual(yield* statuses({ account_id: west.id }), [])
      assert.deepStrictEqual(yield* Registrations.list({ account_id: west.id }), [])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})
