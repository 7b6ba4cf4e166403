/**
 * The inputs and results of the operations on callflows, numbers, boxes, faxes and rules.
 */
import type * as Stream from "effect/Stream"
import { Account, type AudianError, type Operation, type PhoneNumber, type Timestamp } from "effect-audian"
import type { Equal, Expect } from "../support/types.ts"

export type Results = [
  numbers: Expect<
    Equal<Operation.SuccessOf<typeof Account.PhoneNumbers.list>, ReadonlyArray<Account.PhoneNumbers.ListedNumber>>
  >,
  available: Expect<
    Equal<
      Operation.SuccessOf<typeof Account.PhoneNumbers.search>,
      ReadonlyArray<PhoneNumber.PhoneNumber | Account.PhoneNumbers.AvailableNumber>
    >
  >,
  attachment: Expect<
    Equal<Operation.SuccessOf<typeof Account.Faxes.getAttachment>, Stream.Stream<Uint8Array, AudianError.AudianError>>
  >,
  rule: Expect<Equal<Operation.SuccessOf<typeof Account.TemporalRules.get>, Account.TemporalRules.TemporalRule>>,
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
  // @ts-expect-error a region is text
  Account.PhoneNumbers.update({ number: "+14155551234", e911: { region: 1 } }),

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
  // @ts-expect-error the engine has no such field
  Account.TemporalRules.create({ since: new Date(0) }),
  // @ts-expect-error not JSON
  Account.Pivots.create({ since: new Date(0) })
]

// null clears an optional field, at any depth, in every update and patch
export const cleared = [
  Account.Accounts.patch({ phone: null, caller_id: null, address: { city: null } }),
  Account.Accounts.update({ name: "Acme", org: null, topup: { amount: null } }),
  Account.Users.patch({ user_id: "user_abc123", title: null, first_name: null, hotdesk: { pin: null } }),
  Account.Users.update({ user_id: "user_abc123", first_name: "Jane", last_name: "Doe", password: null }),
  Account.Devices.patch({ device_id: "device_abc123", name: null, sip: { password: null } }),
  Account.Devices.update({ device_id: "device_abc123", name: "Desk", call_forward: { busy: { number: null } } }),
  Account.Callflows.patch({ callflow_id: "callflow_abc123", flow: null, numbers: null }),
  Account.Callflows.update({ callflow_id: "callflow_abc123", flow: callflow.flow!, ringback: { early: null } }),
  Account.Vmboxes.patch({ vmbox_id: "vmbox_abc123", pin: null, members: [{ id: null, type: "user" }] }),
  Account.Conferences.patch({ conference_id: "conf_abc123", member: { pins: null }, bridge_password: null }),
  Account.Webhooks.patch({ webhook_id: "webhook_abc123", security_settings: { sha256_key: null } }),
  Account.PhoneNumbers.patch({ number: "+14155551234", cnam: { display_name: null }, e911: null }),
  Account.TemporalRules.patch({ temporal_rule_id: "rule_abc123", wdays: null }),
  Account.SipDevices.patch({ device_id: "dev_sip_123456", assignedUser: null }),
  Account.Presence.update({ presence_id: "pres_xyz789", message: null }),

  // @ts-expect-error a required field cannot be cleared
  Account.Devices.update({ device_id: "device_abc123", name: null }),
  // @ts-expect-error nothing is cleared while a document is created
  Account.Devices.create({ name: "Desk", owner_id: null }),
  // @ts-expect-error the consent is no field of the document
  Account.Devices.patch({ device_id: "device_abc123", accept_charges: null }),
  // @ts-expect-error the account is none either
  Account.Devices.patch({ device_id: "device_abc123", account_id: null })
]

// the engine's filters, on every list of the engine
export const filtered = [
  Account.Devices.list({ filter_owner_id: "user_abc123", filter_enabled: true, "filter_not_sip.method": "ip" }),
  Account.Users.list({ filter_any_priv_level: ["admin", "user"], has_key: "email", modified_from: 63_871_286_400 }),
  Account.Cdrs.list({ filter_direction: "inbound", created_from: 1_704_067_200 }),
  Account.PhoneNumbers.list.pages({ filter_state: "in_service", value_missing: "used_by" }),
  // @ts-expect-error a filter compares with text, numbers and booleans
  Account.Devices.list({ filter_owner_id: { id: "user_abc123" } }),
  // @ts-expect-error no filter has this name
  Account.Devices.list({ fliter_owner_id: "user_abc123" })
]
