/**
 * The bounds of the engine's documents: one that is created out of bounds is not sent, a stored one is read, and written
 * back (`roundTrip.test.ts`).
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { Account, type Audian, type AudianError } from "effect-audian"
import { refused } from "../support/errors.ts"
import { json, script, text } from "../support/http.ts"

/** The result of a call for a response. */
const read = <A>(call: Effect.Effect<A, AudianError.AudianError, Audian.Audian>, data: unknown) =>
  Effect.provide(call, script(json(200, { data, status: "success" })).account())

describe("Account: requests out of bounds", () => {
  it.effect("Callflows: a callflow is not sent, however deep the fault is", () =>
    Effect.gen(function* () {
      const { fields } = yield* refused(
        Account.Callflows.create({
          numbers: ["+14155551234", "+14155551234"],
          patterns: [""],
          featurecode: { name: "", number: "1".repeat(31) },
          flow: { module: "menu", children: { "1": { module: "user", children: { _: { module: "x".repeat(65) } } } } }
        })
      )
      assert.deepStrictEqual(fields, [
        "featurecode.name",
        "featurecode.number",
        "flow.children.1.children._.module",
        "numbers",
        "patterns.0"
      ])
    })
  )

  it.effect("PhoneNumbers: a document is not sent", () =>
    Effect.gen(function* () {
      const { fields } = yield* refused(
        Account.PhoneNumbers.purchase({
          number: "+1415555ACME",
          carrier_name: "",
          cnam: { display_name: "Acme Corporation" },
          e911: {
            street_address: "123 Main St",
            locality: "San Francisco",
            region: "California",
            postal_code: "94105",
            country: "USA",
            caller_name: "Al",
            callback_cid_number: "+14155551234"
          }
        })
      )
      assert.deepStrictEqual(fields, [
        "carrier_name",
        "cnam.display_name",
        "e911.callback_cid_number",
        "e911.caller_name",
        "e911.country",
        "e911.region",
        "number"
      ])
    })
  )

  it.effect("PhoneNumbers.search: a query is not sent", () =>
    Effect.gen(function* () {
      const { fields } = yield* refused(
        Account.PhoneNumbers.search({ prefix: "41", country: "USA", quantity: 0, offset: -1 })
      )
      assert.deepStrictEqual(fields, ["country", "offset", "prefix", "quantity"])
    })
  )

  it.effect("Vmboxes and Conferences: a PIN is neither sent nor shown", () =>
    Effect.gen(function* () {
      const box = yield* refused(
        Account.Vmboxes.create({ name: "Jane", mailbox: "1001", pin: "7391468", silence_hits: 0 })
      )
      assert.deepStrictEqual(box.fields, ["pin", "silence_hits"])
      assert.notInclude(box.text, "7391468")
      const room = yield* refused(
        Account.Conferences.create({
          name: "Team",
          conference_numbers: ["+2000"],
          member_pins: ["4682", "SECRET"],
          moderator: { pins: [Redacted.make("SECRET")] },
          profile: { interval: 5 }
        })
      )
      assert.deepStrictEqual(room.fields, [
        "conference_numbers.0",
        "member_pins.1",
        "moderator.pins.0",
        "profile.interval"
      ])
      assert.notInclude(room.text, "SECRET")
    })
  )

  it.effect("Faxes.create and Webhooks.create: a document is not sent", () =>
    Effect.gen(function* () {
      const fax = yield* refused(
        Account.Faxes.create({
          from_number: "+14155551234",
          to_number: "+14155555678",
          document_url: "ftp://example.com/offer.pdf",
          retries: 5
        })
      )
      assert.deepStrictEqual(fax.fields, ["document_url", "retries"])
      const webhook = yield* refused(
        Account.Webhooks.create({ name: "Calls", hook: "channel_create", uri: "", retries: 5 })
      )
      assert.deepStrictEqual(webhook.fields, ["retries", "uri"])
    })
  )
})

describe("Account: responses in another form", () => {
  it.effect("Accounts.get: reads an account without its envelope, as its page shows it", () =>
    Effect.gen(function* () {
      const account = { id: "account_abc123", name: "Acme Corporation", status: "active" }
      for (const call of [Account.Accounts.get(), Account.Accounts.patch({ name: "Acme Corporation" })]) {
        const value = yield* Effect.provide(call, script(json(200, account)).account())
        assert.deepStrictEqual(value, account)
      }
    })
  )

  it.effect("Faxes.getAttachment: refuses a page in place of a file", () =>
    Effect.gen(function* () {
      const page = text(200, "<!doctype html><title>Sign in</title>", { "content-type": "text/html; charset=utf-8" })
      const error = yield* Effect.flip(
        Effect.provide(Account.Faxes.getAttachment({ fax_id: "fax_abc123" }), script(page).account())
      )
      assert.isTrue(error._tag === "AudianClientError" && error.reason._tag === "InvalidResponse", error.message)
      assert.include(error.message, "is the base URL that of the API?")
    })
  )

  it.effect("a response with neither an id nor data is InvalidResponse", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        Effect.provide(Account.Accounts.get(), script(json(200, { name: "Acme Corporation" })).account())
      )
      assert.isTrue(error._tag === "AudianClientError" && error.reason._tag === "InvalidResponse", error.message)
    })
  )

  it.effect.each([1_700_000_000_000_000, 8.64e15, 1e300, "99999999999999999999"])(
    "a call record with a time that is none is read: %s",
    (timestamp) =>
      Effect.gen(function* () {
        const records = yield* read(Account.Cdrs.list(), [{ id: "cdr_1", timestamp, unix_timestamp: timestamp }])
        assert.deepStrictEqual(records, [{ id: "cdr_1", timestamp: undefined, unix_timestamp: undefined }] as never)
      })
  )

  it.effect("Faxes.get: reads a fax whose numbers are the text undefined", () =>
    Effect.gen(function* () {
      const fax = yield* read(Account.Faxes.get({ fax_id: "fax_abc123" }), {
        id: "fax_abc123",
        pages: "undefined",
        retries: "undefined",
        tx_result: { success: "undefined", pages_sent: "2", time_elapsed: "undefined" }
      })
      assert.deepStrictEqual(fax, {
        id: "fax_abc123",
        pages: undefined,
        retries: undefined,
        tx_result: { success: "undefined", pages_sent: 2, time_elapsed: undefined }
      })
    })
  )
})

describe("Account: responses out of bounds", () => {
  it.effect("are read", () =>
    Effect.gen(function* () {
      const flow = { module: "", children: { _: { module: "x".repeat(65) } } }
      const callflow = yield* read(Account.Callflows.get({ callflow_id: "callflow_abc123" }), { numbers: [""], flow })
      assert.deepStrictEqual(callflow, { numbers: [""], flow })
      const box = yield* read(Account.Vmboxes.get({ vmbox_id: "vmbox_abc123" }), { pin: "1", silence_hits: 0 })
      assert.strictEqual(box.pin === undefined ? undefined : Redacted.value(box.pin), "1")
      assert.notInclude(JSON.stringify(box), '"1"')
      const webhook = yield* read(Account.Webhooks.update({ webhook_id: "webhook_abc123" }), {
        retries: 9,
        hook: "new"
      })
      assert.deepStrictEqual(webhook, { retries: 9, hook: "new" })
    })
  )
})
