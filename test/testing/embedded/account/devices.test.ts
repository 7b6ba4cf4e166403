import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { AccessTokens, Account } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { refusal, served } from "../../../support/embedded.ts"

const { Devices, SipDevices } = Account

const desk = { name: "Desk", device_type: "sip_device", sip: { username: "desk", password: "s3cret" } }

describe("EmbeddedAudian: Account.Devices", () => {
  it.effect("create: adds the engine's defaults, and get returns the password", () =>
    Effect.gen(function* () {
      const created = yield* Devices.create(desk)
      assert.deepInclude(created, { name: "Desk", enabled: true, mwi_unsolicited_updates: true })
      assert.deepInclude(created.sip, { username: "desk", method: "password", expire_seconds: 300 })
      const found = yield* Devices.get({ device_id: created.id! })
      assert.strictEqual(Redacted.value(found.sip!.password!), "s3cret")
      assert.deepStrictEqual(yield* refusal(Devices.get({ device_id: "x" })), ["NotFound", "bad_identifier"])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("update: removes missing fields, the password too", () =>
    Effect.gen(function* () {
      const { id = "" } = yield* Devices.create({ ...desk, owner_id: "user_1" })
      const replaced = yield* Devices.update({ device_id: id, name: "Lobby", sip: { username: "desk" } })
      assert.deepInclude(replaced, { id, name: "Lobby" })
      assert.notProperty(replaced, "owner_id")
      assert.notProperty(replaced.sip, "password")
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("list: pages, filters by type, and has no passwords", () =>
    Effect.gen(function* () {
      const phones = yield* Effect.forEach(["a", "b", "c"], (name) =>
        Devices.create({ name, device_type: "softphone", sip: { username: `soft_${name}`, password: "s3cret" } })
      )
      yield* Devices.create(desk)
      assert.strictEqual((yield* Devices.list()).length, 4)
      const items = Devices.list.items({ filter_device_type: "softphone", page_size: 2 })
      const found = yield* Stream.runCollect(items)
      assert.deepStrictEqual(
        found.map(({ id }) => id),
        phones.map(({ id }) => id)
      )
      assert.deepInclude(found[0], { name: "a", username: "soft_a", enabled: true, sip: { username: "soft_a" } })
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("create: a MAC address or SIP username of another device is 400, in any notation", () =>
    Effect.gen(function* () {
      const first = yield* Devices.create({ ...desk, mac_address: "00:15:65:AA:BB:01" })
      const mac = Devices.create({ name: "Other", mac_address: "001565aabb01" })
      assert.deepStrictEqual(yield* refusal(mac), ["BadRequest", "validation_error", "mac_address"])
      const username = Devices.create({ name: "Other", sip: { username: "desk" } })
      assert.deepStrictEqual(yield* refusal(username), ["BadRequest", "validation_error", "sip.username"])
      yield* Devices.update({ device_id: first.id!, ...desk, mac_address: "00:15:65:aa:bb:01" })
      const west = yield* Account.Accounts.createSubAccount({ name: "West" })
      yield* Devices.create({ ...desk, account_id: west.id })
      assert.strictEqual((yield* Devices.list()).length, 1)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})

describe("EmbeddedAudian: Account.SipDevices", () => {
  const fields = {
    name: "Reception",
    sipUsername: "reception",
    macAddress: "00:15:65:00:00:01",
    model: "T46S",
    manufacturer: "Yealink",
    displayName: "Front",
    assignedUser: "user_1"
  }

  it.effect("SIP devices are devices with other names of fields", () =>
    Effect.gen(function* () {
      const created = yield* SipDevices.create(fields)
      assert.deepInclude(created, { ...fields, type: "sip", status: "active", registrationStatus: "pending" })
      const device = yield* Devices.get({ device_id: created.id })
      assert.deepInclude(device, { name: "Reception", mac_address: fields.macAddress, owner_id: "user_1" })
      assert.deepStrictEqual(device.provision, { endpoint_brand: "Yealink", endpoint_model: "T46S" })
      assert.strictEqual(device.sip?.username, "reception")
      const { id: other = "" } = yield* Devices.create(desk)
      assert.deepInclude(yield* SipDevices.get({ device_id: other }), { id: other, name: "Desk", sipUsername: "desk" })
      const { id: soft = "" } = yield* Devices.create({ name: "Soft", device_type: "softphone" })
      assert.deepStrictEqual(yield* refusal(SipDevices.get({ device_id: soft })), ["NotFound", "bad_identifier"])
      const taken = SipDevices.create({ ...fields, sipUsername: "other" })
      assert.deepStrictEqual(yield* refusal(taken), ["BadRequest", "validation_error", "mac_address"])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("patch changes the given fields; a removed device is 404", () =>
    Effect.gen(function* () {
      const { id: device_id } = yield* SipDevices.create(fields)
      const changed = yield* SipDevices.patch({ device_id, displayName: "Lobby", model: "T48S" })
      assert.deepInclude(changed, { ...fields, displayName: "Lobby", model: "T48S" })
      assert.deepStrictEqual(yield* SipDevices.get({ device_id }), changed)
      assert.isUndefined(yield* SipDevices.remove({ device_id }))
      const gone = ["NotFound", "bad_identifier"]
      assert.deepStrictEqual(yield* refusal(SipDevices.get({ device_id })), gone)
      assert.deepStrictEqual(yield* refusal(SipDevices.patch({ device_id, name: "x" })), gone)
      assert.deepStrictEqual(yield* refusal(SipDevices.remove({ device_id })), gone)
      assert.deepStrictEqual(yield* refusal(SipDevices.getCredentials({ device_id })), gone)
      assert.deepStrictEqual(yield* Devices.list(), [])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("getCredentials and resetPassword: return the password, and a new one", () =>
    Effect.gen(function* () {
      const { id: device_id } = yield* SipDevices.create(fields)
      const read = Effect.map(SipDevices.getCredentials({ device_id }), Redacted.value)
      const before = (yield* read) as Record<string, string>
      assert.strictEqual(before.sipUsername, "reception")
      const reset = Redacted.value(yield* SipDevices.resetPassword({ device_id }))
      assert.deepStrictEqual(yield* read, reset)
      assert.notStrictEqual((reset as Record<string, string>).sipPassword, before.sipPassword)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.live("create: accepts fields of any name", () =>
    Effect.gen(function* () {
      const { accountId, apiKey, baseUrl } = yield* EmbeddedAudian.EmbeddedAudian
      const { auth_token } = yield* AccessTokens.exchange({ api_key: apiKey })
      const headers = { "x-auth-token": Redacted.value(auth_token), "content-type": "application/json" }
      for (const name of ["constructor", "__proto__"]) {
        const [status, body] = yield* Effect.promise(async () => {
          const response = await fetch(`${baseUrl}/v2/accounts/${accountId}/devices/sip`, {
            method: "POST",
            headers,
            body: `{"name":"A","sipUsername":"${name}","${name}":{"a":1}}`
          })
          return [response.status, (await response.json()) as { readonly sipUsername?: string }] as const
        })
        assert.deepStrictEqual([status, body.sipUsername], [201, name])
      }
    }).pipe(Effect.provide(served))
  )
})
