/**
 * The engine's documents: requests keep to its bounds, and no error shows a secret.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { Account } from "effect-audian"
import { refused } from "../support/errors.ts"
import { json, script } from "../support/http.ts"

const response = (data: unknown) => script(json(200, { data, status: "success" }))

describe("Account: documents", () => {
  it.effect("Accounts.createSubAccount: out of bounds, nothing is sent", () =>
    Effect.gen(function* () {
      const { fields } = yield* refused(
        Account.Accounts.createSubAccount({
          name: "",
          realm: "a b c",
          blacklists: ["list_abc123", "list_abc123"],
          addresses: { emergency: { callback_cid_number: "+14155551234", latitude: "37.78970000000" } },
          call_forward: { number: "1".repeat(36), selective: { rules: [{ number: "1".repeat(36) }] } },
          call_recording: { account: { any: { onnet: { time_limit: 4, url: "x" } } } },
          caller_id: { external: { name: "x".repeat(36) } },
          music_on_hold: { media_id: "x".repeat(2049) },
          ringtones: { external: "x".repeat(257) }
        })
      )
      assert.deepStrictEqual(fields, [
        "addresses.emergency.callback_cid_number",
        "addresses.emergency.latitude",
        "blacklists",
        "call_forward.number",
        "call_forward.selective.rules.0.number",
        "call_recording.account.any.onnet.time_limit",
        "call_recording.account.any.onnet.url",
        "caller_id.external.name",
        "music_on_hold.media_id",
        "name",
        "realm",
        "ringtones.external"
      ])
    })
  )

  it.effect("Accounts.update: at its bounds, the document is sent, with lengths counted in code points", () => {
    const http = response({ id: "account_abc123" })
    const call = Account.Accounts.update({
      name: "🙂".repeat(128),
      realm: `${"a".repeat(249)}.-_z`,
      call_recording: { account: { any: { any: { time_limit: 5 }, onnet: { time_limit: 10_800 } } } },
      caller_id: { external: { name: "x".repeat(35) } },
      music_on_hold: { media_id: "x".repeat(2048) }
    })
    return Effect.gen(function* () {
      assert.deepStrictEqual(yield* call, { id: "account_abc123" })
      assert.strictEqual(http.sent.length, 1)
    }).pipe(Effect.provide(http.account()))
  })

  it.effect("Accounts.get: a document out of bounds is read as it was stored", () => {
    const stored = { name: "", caller_id: { external: { name: "x".repeat(100) } } }
    return Effect.gen(function* () {
      assert.deepStrictEqual(yield* Account.Accounts.get(), stored)
    }).pipe(Effect.provide(response(stored).account()))
  })

  it.effect("Users.create: a PIN that is too short is refused and not shown", () =>
    Effect.gen(function* () {
      for (const pin of ["987", Redacted.make("987")]) {
        const { fields, text } = yield* refused(
          Account.Users.create({ first_name: "Jane", last_name: "Doe", username: "jane doe", hotdesk: { pin } })
        )
        assert.deepStrictEqual(fields, ["hotdesk.pin", "username"])
        assert.notInclude(text, "987")
      }
    })
  )

  it.effect("Devices.create: a password that is too long is refused and not shown", () =>
    Effect.gen(function* () {
      const password = "correct horse battery staple, again"
      for (const given of [password, Redacted.make(password)]) {
        const { fields, text } = yield* refused(
          Account.Devices.create({ name: "Desk Phone", sip: { username: "u", password: given } })
        )
        assert.deepStrictEqual(fields, ["sip.password", "sip.username"])
        assert.notInclude(text, "horse")
      }
    })
  )
})

describe("Account: secrets in responses", () => {
  it.effect("Devices.get: the password is redacted, however it is printed", () =>
    Effect.gen(function* () {
      const device = yield* Account.Devices.get({ device_id: "device_abc123" })
      assert.strictEqual(Redacted.value(device.sip!.password!), "s3cret")
      assert.notInclude(JSON.stringify(device) + String(device.sip!.password), "s3cret")
    }).pipe(Effect.provide(response({ sip: { username: "user_1001", password: "s3cret" } }).account()))
  )

  it.effect("SipDevices: an undocumented response with secrets is redacted in full", () => {
    const http = script(json(200, { sipPassword: "s3cret" }))
    return Effect.gen(function* () {
      for (const call of [Account.SipDevices.getCredentials, Account.SipDevices.resetPassword]) {
        const response = yield* call({ device_id: "dev_sip_123456" })
        assert.deepStrictEqual(Redacted.value(response), { sipPassword: "s3cret" })
        assert.notInclude(JSON.stringify(response) + String(response), "s3cret")
      }
    }).pipe(Effect.provide(http.account()))
  })
})
