/**
 * What goes into the operations on callflows, numbers, boxes, faxes and rules, and what comes out of them.
 */
import type * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import { Account, type AudianError, type Operation, type PhoneNumber, type Timestamp } from "effect-audian"
import type { Equal, Expect } from "../support/types.ts"

export type Results = [
  numbers: Expect<
    Equal<Operation.Success<typeof Account.PhoneNumbers.list>, ReadonlyArray<Account.PhoneNumbers.ListedNumber>>
  >,
  available: Expect<
    Equal<Operation.Success<typeof Account.PhoneNumbers.search>, ReadonlyArray<PhoneNumber.PhoneNumber>>
  >,
  attachment: Expect<
    Equal<Operation.Success<typeof Account.Faxes.getAttachment>, Stream.Stream<Uint8Array, AudianError.AudianError>>
  >,
  rule: Expect<Equal<Operation.Success<typeof Account.TemporalRules.get>, Schema.Json>>,
  time: Expect<Equal<Account.Cdrs.Cdr["timestamp"], Timestamp.Unix | undefined>>
]

// a callflow that was read can be sent
declare const callflow: Account.Callflows.Callflow
declare const file: File
const parties = { from_number: "+14155551234", to_number: "+14155555678" } as const

export const calls = [
  Account.Callflows.update({ callflow_id: "callflow_abc123", flow: callflow.flow! }),
  // @ts-expect-error a callflow has a flow
  Account.Callflows.create({ name: "Main" }),
  // @ts-expect-error a step has a module
  Account.Callflows.create({ flow: { module: "menu", children: { "1": { data: {} } } } }),

  Account.PhoneNumbers.purchase({ number: "+14155551234", accept_charges: true }),
  // @ts-expect-error which number
  Account.PhoneNumbers.purchase({ accept_charges: true }),
  // @ts-expect-error an address is a whole one
  Account.PhoneNumbers.update({ number: "+14155551234", e911: { region: "CA" } }),

  // @ts-expect-error a box has a number of its own
  Account.Vmboxes.create({ name: "Jane" }),
  Account.Vmboxes.update({ vmbox_id: "vmbox_abc123", name: "Jane" }),

  Account.Faxes.create({ ...parties, document_url: "https://example.com/offer.pdf" }),
  Account.Faxes.create({ ...parties, document: { url: "https://example.com/offer.pdf" } }),
  Account.Faxes.create({ ...parties, document: file }),
  // @ts-expect-error a document is not its text
  Account.Faxes.create({ ...parties, document: "%PDF-1.7" }),

  Account.TemporalRules.create({ name: "Office hours", wdays: ["monday"], enabled: true }),
  Account.TemporalRules.update({ temporal_rule_id: "rule_abc123", account_id: "account_def456", name: "Lunch" }),
  // @ts-expect-error which rule
  Account.TemporalRules.update({ name: "Lunch" }),
  // @ts-expect-error not JSON
  Account.TemporalRules.create({ since: new Date(0) })
]
