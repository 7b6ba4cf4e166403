import * as Redacted from "effect/Redacted"
import { Account } from "effect-audian"
import * as Case from "../Case.ts"

const vmboxes = "/v2/accounts/account_abc123/vmboxes"
const box = {
  id: "vmbox_abc123",
  name: "Jane's voicemail",
  mailbox: "1001",
  owner_id: "user_abc123",
  timezone: "America/New_York",
  pin: "1234",
  require_pin: true
}
const { id: _, ...fields } = box
const ok = (data: unknown) => ({ body: { auth_token: "jwt", data, request_id: "req_1", status: "success" } })

export const cases = [
  Case.of(Account.Vmboxes.list, {
    input: { paginate: false },
    sent: { method: "GET", path: vmboxes, query: { paginate: "false" } },
    response: ok([box, { id: "vmbox_def456", messages: 3 }, { id: "vmbox_ghi789", messages: { new: 1, saved: 2 } }])
  }),
  Case.of(Account.Vmboxes.create, {
    input: { ...fields, skip_greeting: false, skip_instructions: true },
    sent: {
      method: "PUT",
      path: vmboxes,
      body: { data: { ...fields, skip_greeting: false, skip_instructions: true } }
    },
    response: { status: 201, ...ok(box) }
  }),
  Case.of(Account.Vmboxes.create, {
    title: "with what the engine's document has",
    input: {
      name: "Sales",
      mailbox: "1002",
      aliases: ["1003"],
      operator_number: 1000,
      seek_duration_ms: 10_000,
      media: { unavailable: "media_abc123" },
      members: [{ id: "user_abc123", type: "user" }],
      notify: { callback: { number: "+14155551234", attempts: 3, interval_s: 300, schedule: [300, 600] } },
      notify_email_addresses: ["sales@example.com"]
    },
    sent: {
      method: "PUT",
      path: vmboxes,
      body: {
        data: {
          name: "Sales",
          mailbox: "1002",
          aliases: ["1003"],
          operator_number: 1000,
          seek_duration_ms: 10_000,
          media: { unavailable: "media_abc123" },
          members: [{ id: "user_abc123", type: "user" }],
          notify: { callback: { number: "+14155551234", attempts: 3, interval_s: 300, schedule: [300, 600] } },
          notify_email_addresses: ["sales@example.com"]
        }
      }
    },
    response: { status: 201, ...ok({ id: "vmbox_def456", name: "Sales", media_extension: "mp3" }) }
  }),
  Case.of(Account.Vmboxes.get, {
    input: { vmbox_id: "vmbox_abc123" },
    sent: { method: "GET", path: `${vmboxes}/vmbox_abc123` },
    response: ok(box)
  }),
  Case.of(Account.Vmboxes.update, {
    input: { vmbox_id: "vmbox_abc123", name: "Jane", pin: Redacted.make("5678") },
    sent: { method: "POST", path: `${vmboxes}/vmbox_abc123`, body: { data: { name: "Jane", pin: "5678" } } },
    response: ok({ ...box, name: "Jane", pin: "5678" })
  }),
  Case.of(Account.Vmboxes.remove, {
    input: { vmbox_id: "vmbox_abc123" },
    sent: { method: "DELETE", path: `${vmboxes}/vmbox_abc123` },
    response: { status: 204 },
    result: undefined
  }),
  Case.of(Account.Vmboxes.patch, {
    title: "merges, and removes what is null",
    input: { vmbox_id: "vmbox_abc123", pin: null, notify: { callback: null } },
    sent: {
      method: "PATCH",
      path: "/v2/accounts/account_abc123/vmboxes/vmbox_abc123",
      body: { data: { pin: null, notify: { callback: null } } }
    },
    response: { body: { data: { id: "vmbox_abc123", name: "Jane" }, status: "success" } }
  })
]
