import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { Account, PhoneNumber } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { refusal } from "../../../support/embedded.ts"

const { Faxes } = Account

const parties = { from_number: "+14155551234", to_number: "+14155555678" } as const
const received = {
  from_number: PhoneNumber.make(parties.from_number),
  to_number: PhoneNumber.make(parties.to_number)
}
const now = DateTime.toEpochMillis(DateTime.makeUnsafe("2024-06-15T12:00:00Z"))

const textOf = (fax_id: string) =>
  Effect.flatMap(Faxes.getAttachment({ fax_id }), (bytes) => Stream.mkString(Stream.decodeText(bytes)))

describe("EmbeddedAudian: Account.Faxes", () => {
  it.effect("create: a fax is pending, then sent, or failed for an unreachable number", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now)
      const fax = yield* Faxes.create({ ...parties, document: { url: "https://example.com/a.pdf" }, subject: "Offer" })
      assert.match(fax.id ?? "", /^202406-[\da-f]{32}$/)
      assert.deepInclude(fax, { ...received, status: "pending", folder: "outgoing", subject: "Offer", retries: 1 })
      const lost = yield* Faxes.create({ ...parties, to_number: "+14155550000", document_url: "https://example.com/" })
      yield* TestClock.adjust("19 seconds")
      assert.strictEqual((yield* Faxes.get({ fax_id: fax.id! })).status, "pending")
      yield* TestClock.adjust("1 second")
      const sent = yield* Faxes.get({ fax_id: fax.id! })
      assert.deepInclude(sent, { status: "sent", folder: "outbox", pages: 1, direction: "outbound" })
      assert.deepInclude(sent.tx_result, { success: true, pages_sent: 1 })
      const failed = yield* Faxes.get({ fax_id: lost.id! })
      assert.deepInclude(failed, { status: "failed", pages: 0 })
      assert.deepInclude(failed.tx_result, { success: false, time_elapsed: 20 })
    }).pipe(Effect.provide(EmbeddedAudian.layer({ faxDuration: "20 seconds" })))
  )

  it.effect("getAttachment: returns an uploaded file", () =>
    Effect.gen(function* () {
      const document = new File(["%PDF-1.7 pages"], "offer.pdf", { type: "application/pdf" })
      const { id = "" } = yield* Faxes.create({ ...parties, document })
      assert.strictEqual(yield* textOf(id), "%PDF-1.7 pages")
      const linked = yield* Faxes.create({ ...parties, document_url: "https://example.com/a.pdf" })
      assert.match(yield* textOf(linked.id!), /^%PDF/)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("create: a fax without a document is 400", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* refusal(Faxes.create(parties)), ["BadRequest", "validation_error", "document"])
      assert.deepStrictEqual(yield* Faxes.list(), [])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("list: pages through sent and seeded faxes, the newest first, within 31 days", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now)
      const { seed } = yield* EmbeddedAudian.EmbeddedAudian
      yield* seed({ faxes: [{ id: "202406-in", direction: "inbound", folder: "inbox", ...received }] })
      yield* TestClock.adjust("1 second")
      const { id } = yield* Faxes.create({ ...parties, document_url: "https://example.com/a.pdf" })
      const listed = yield* Stream.runCollect(Faxes.list.items({ page_size: 1 }))
      assert.deepStrictEqual(
        listed.map(({ direction, id }) => [id, direction]),
        [
          [id, "outbound"],
          ["202406-in", "inbound"]
        ]
      )
      assert.deepInclude(listed[1], { folder: "inbox", from: parties.from_number })
      const west = yield* Account.Accounts.createSubAccount({ name: "West" })
      assert.deepStrictEqual(yield* Faxes.list({ account_id: west.id }), [])
      yield* TestClock.adjust("32 days")
      assert.deepStrictEqual(yield* Faxes.list(), [])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("remove: removes a fax and its attachment", () =>
    Effect.gen(function* () {
      const { id: fax_id = "" } = yield* Faxes.create({ ...parties, document_url: "https://example.com/a.pdf" })
      yield* Faxes.remove({ fax_id })
      const gone = ["NotFound", "bad_identifier"]
      assert.deepStrictEqual(yield* refusal(Faxes.get({ fax_id })), gone)
      assert.deepStrictEqual(yield* refusal(Faxes.getAttachment({ fax_id })), gone)
      assert.deepStrictEqual(yield* refusal(Faxes.remove({ fax_id })), gone)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})
