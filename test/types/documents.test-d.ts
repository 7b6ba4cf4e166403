// A result of `get` is an input of `update`.
import { Account, Numbers, type Operation, Voicemail } from "effect-audian"

type Document<Op> = Operation.SuccessOf<Op>

declare const device: Document<typeof Account.Devices.get>
declare const callflow: Document<typeof Account.Callflows.get>
declare const number: Document<typeof Account.PhoneNumbers.get>
declare const vmbox: Document<typeof Account.Vmboxes.get>
declare const conference: Document<typeof Account.Conferences.get>
declare const account: Document<typeof Account.Accounts.get>
declare const rule: Document<typeof Account.TemporalRules.get>
declare const pivot: Document<typeof Account.Pivots.get>
declare const config: Document<typeof Numbers.getConfig>
declare const callerId: Document<typeof Numbers.getCallerId>
declare const e911: Document<typeof Numbers.getE911>
declare const presence: Document<typeof Account.Presence.getUser>
declare const sipDevice: Document<typeof Account.SipDevices.get>
declare const box: Document<typeof Voicemail.get>
declare const user: Document<typeof Account.Users.list>[number]
declare const listedDevice: Document<typeof Account.Devices.list>[number]
declare const webhook: Document<typeof Account.Webhooks.list>[number]

export const calls = [
  // With and without the fields that a page requires, which are optional in a result.
  Account.Devices.update({ device_id: "d1", ...device }),
  Account.Devices.update({ device_id: "d1", ...device, name: "Desk" }),
  Account.Devices.update({ device_id: "d1", ...listedDevice }),
  Account.Devices.patch({ device_id: "d1", ...listedDevice }),
  Account.Users.update({ user_id: "u1", ...user }),
  Account.Users.patch({ user_id: "u1", ...user }),
  Account.Accounts.update(account),
  Account.Accounts.update({ ...account, name: "Acme" }),
  Account.Vmboxes.update({ vmbox_id: "v1", ...vmbox }),
  Account.Callflows.update({ callflow_id: "c1", ...callflow }),
  Account.Callflows.update({ callflow_id: "c1", ...callflow, flow: { module: "voicemail" } }),
  Account.Presence.updateUser({ user_id: "u1", ...presence }),
  Account.SipDevices.patch({ device_id: "d1", ...sipDevice }),
  Account.Webhooks.update({ webhook_id: "w1", ...webhook }),
  Numbers.updateCallerId({ number_id: "n1", ...callerId }),
  Numbers.updateE911({ number_id: "n1", ...e911 }),
  Numbers.updateE911({ number_id: "n1", ...e911, city: "Oakland" }),
  Voicemail.update({ boxId: "b1", ...box }),
  Account.PhoneNumbers.update({ ...number, number: "+14155551234" }),
  Account.Conferences.update({ conference_id: "c1", ...conference }),
  Account.TemporalRules.update({ temporal_rule_id: "r1", ...rule }),
  Account.Pivots.update({ pivot_id: "p1", ...pivot }),
  Numbers.updateConfig({ number_id: "n1", ...config }),

  Account.Devices.modify({ device_id: "d1" }, (device) => device),
  Account.Callflows.modify({ callflow_id: "c1" }, (callflow) => ({ ...callflow, name: "Menu" })),
  Account.PhoneNumbers.modify({ number: "+14155551234" }, (number) => ({ ...number, prepend: { enabled: true } })),

  // @ts-expect-error An unknown key in a literal is a mistake.
  Account.Devices.update({ device_id: "d1", name: "Desk", crm_id: "42" })
]
