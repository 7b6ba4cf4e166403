// A result of `get` is an input of `update`.
import { Account, Numbers, type Operation } from "effect-audian"

type Document<Op> = Operation.Success<Op>

declare const device: Document<typeof Account.Devices.get>
declare const callflow: Document<typeof Account.Callflows.get>
declare const number: Document<typeof Account.PhoneNumbers.get>
declare const vmbox: Document<typeof Account.Vmboxes.get>
declare const conference: Document<typeof Account.Conferences.get>
declare const account: Document<typeof Account.Accounts.get>
declare const rule: Document<typeof Account.TemporalRules.get>
declare const pivot: Document<typeof Account.Pivots.get>
declare const config: Document<typeof Numbers.getConfig>

export const calls = [
  // The fields that a page requires are optional in a result.
  Account.Devices.update({ device_id: "d1", ...device, name: "Desk" }),
  Account.Accounts.update({ ...account, name: "Acme" }),
  Account.Vmboxes.update({ vmbox_id: "v1", ...vmbox, name: "Box", mailbox: "100" }),
  Account.Callflows.update({ callflow_id: "c1", ...callflow, flow: { module: "voicemail" } }),
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
