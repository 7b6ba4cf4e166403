import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { TestClock } from "effect/testing"
import { Account, Api, Audian, AudianError, type Operation, PhoneNumber, Timestamp } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { cases } from "../../../conformance/all.ts"
import type { Case } from "../../../conformance/Case.ts"

const operations = Api.operations().filter(({ traits }) => traits.family === "account")
const samples = cases.filter(({ operation }) => operations.includes(operation))

const now = Timestamp.toUnix(DateTime.makeUnsafe("2024-01-15T10:30:00Z"))

/** Creates the samples' resources; the result maps the samples' ids to the server's. */
const made = Effect.gen(function* () {
  const flow = { module: "menu", data: {} }
  const jane = yield* Account.Users.create({ first_name: "J", last_name: "D" })
  const john = yield* Account.Users.create({ first_name: "J", last_name: "D" })
  const device = yield* Account.Devices.create({ name: "Desk Phone" })
  const sip = yield* Account.SipDevices.create({ name: "Reception", sipUsername: "sip" })
  const callflow = yield* Account.Callflows.create({ flow })
  const conference = yield* Account.Conferences.create({ name: "Team" })
  const box = yield* Account.Vmboxes.create({ name: "Jane", mailbox: "1" })
  const hook = yield* Account.Webhooks.create({ name: "Calls", uri: "https://example.com", hook: "all" })
  const fax = yield* Account.Faxes.create({
    from_number: "+14155551234",
    to_number: "+14155555678",
    document_url: "https://example.com/offer.pdf"
  })
  const west = yield* Account.Accounts.createSubAccount({ name: "West" })
  const north = yield* Account.Accounts.createSubAccount({ name: "North" })
  const east = yield* Account.Accounts.createSubAccount({ name: "East" })
  const rule = yield* Account.TemporalRules.create({ name: "Hours" })
  const rest = yield* Account.TemporalRules.create({ account_id: String(east.id), name: "Hours" })
  const pivot = yield* Account.Pivots.create({ voice_url: "https://example.com" })
  const farPivot = yield* Account.Pivots.create({ account_id: String(east.id), voice_url: "https://example.com" })
  const embedded = yield* EmbeddedAudian.EmbeddedAudian
  yield* embedded.seed({
    cdrs: [
      { id: "202401-abc123", call_id: "call_abc123", interaction_id: "leg_abc123", timestamp: (now - 60) as typeof now }
    ],
    registrations: [{ authorizing_id: sip.id, username: "sip", expires: 300 }]
  })
  return {
    user_abc123: jane.id,
    user_def456: john.id,
    device_abc123: device.id,
    dev_sip_123456: sip.id,
    callflow_abc123: callflow.id,
    conf_abc123: conference.id,
    vmbox_abc123: box.id,
    webhook_abc123: hook.id,
    fax_abc123: fax.id,
    acc_1234567890: west.id,
    account_def456: east.id,
    "account/2": north.id,
    rule_abc123: rule.id,
    rule_east: rest.id,
    pivot_abc123: pivot.id,
    pivot_east: farPivot.id
  }
})

/** An input with the server's ids instead of the samples'. */
const renamed = (input: unknown, ids: Readonly<Record<string, unknown>>): unknown => {
  if (typeof input === "string") return ids[input] ?? input
  if (Array.isArray(input)) return input.map((item) => renamed(item, ids))
  if (Redacted.isRedacted(input) || input instanceof Blob || typeof input !== "object" || input === null) return input
  return Object.fromEntries(Object.entries(input).map(([key, value]) => [key, renamed(value, ids)]))
}

/** The input of a sample. Moves a sub-account, since the key's own account cannot move. */
const inputOf = ({ input, operation }: Case, ids: Readonly<Record<string, unknown>>): unknown => {
  const own = operation === Account.Accounts.setParent || operation === Account.Accounts.removeParent
  // A start_key is only valid for the list that returned it.
  const { start_key: _, ...given } = renamed(input, ids) as {
    readonly account_id?: unknown
    readonly start_key?: unknown
  }
  if (own) return { account_id: ids["account/2"], ...given }
  // The sample in another account uses the document of that account.
  if (given.account_id !== ids.account_def456) return given
  if (operation === Account.TemporalRules.update) return { ...given, temporal_rule_id: ids.rule_east }
  return operation === Account.Pivots.update ? { ...given, pivot_id: ids.pivot_east } : given
}

/** The operations on a number of the account. */
const ofNumber: ReadonlyArray<Operation.Any> = [
  Account.PhoneNumbers.get,
  Account.PhoneNumbers.update,
  Account.PhoneNumbers.patch
]

describe("EmbeddedAudian: every operation of the account family", () => {
  for (const one of samples) {
    const { operation, title } = one
    it.effect(`${operation.name} accepts the documented sample${title === undefined ? "" : `: ${title}`}`, () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(now * 1000)
        const ids = yield* made
        if (ofNumber.includes(operation)) {
          yield* Account.PhoneNumbers.purchase({ number: PhoneNumber.make("+14155551234"), accept_charges: true })
        }
        const call = operation as Operation.Operation<unknown, unknown>
        const input = inputOf(one, ids) as Record<string, unknown>
        if (operation === Account.PhoneNumbers.purchase && input.accept_charges !== true) {
          assert.isTrue(AudianError.asksForConsent(yield* Effect.flip(call(input))))
          return
        }
        const [, response] = yield* Audian.withResponse(call(input))
        const { requests } = yield* EmbeddedAudian.EmbeddedAudian
        const seen = (yield* requests).at(-1)!
        assert.strictEqual(seen.operation, operation.name)
        assert.strictEqual(response?.requestId, seen.requestId)
        // The engine returns a removed document, where the documentation has no body.
        const expected = one.response.status ?? 200
        assert.oneOf(response?.status, expected === 204 ? [200, 204] : [expected])
      }).pipe(Effect.provide(EmbeddedAudian.layer({ accountId: "account_abc123" })))
    )
  }

  it("has a sample", () => {
    const sampled = new Set(samples.map(({ operation }) => operation))
    assert.deepStrictEqual(
      operations.filter((operation) => !sampled.has(operation)).map(({ name }) => name),
      []
    )
  })
})
