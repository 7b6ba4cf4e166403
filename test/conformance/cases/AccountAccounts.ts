import { Account } from "effect-audian"
import * as Case from "../Case.ts"

const account = "/v2/accounts/account_abc123"
const acme = {
  id: "account_abc123",
  name: "Acme Corporation",
  realm: "acme.sip.audian.com",
  timezone: "America/New_York",
  enabled: true,
  created: "2024-01-15T10:30:00Z",
  language: "en-US",
  caller_id: { external: { name: "Acme", number: "+14155551234" } }
}
const envelope = (data: unknown) => ({ auth_token: "jwt", data, request_id: "req_abc123", status: "success" })
const child = {
  id: "acc_0987654321",
  name: "Acme West",
  status: "active",
  createdAt: "2024-01-15T10:30:00Z",
  userCount: 15,
  deviceCount: 8
}
const forward = {
  enabled: true,
  number: "+14155559999",
  direct_calls_only: false,
  ignore_early_media: true,
  keep_caller_id: true,
  require_keypress: false
}
const recording = { any: { any: { enabled: true, format: "mp3", time_limit: 3600, url: "https://example.com/r" } } }

/** Every field of the engine's document. */
const document = {
  name: "Acme Corporation",
  addresses: {
    emergency: {
      name: "Acme",
      house_number: 1,
      street: "Main",
      locality: "San Francisco",
      region: "CA",
      postal_code: "94105",
      country: "US",
      callback_cid_number: "4155551234",
      delivery_method: "direct",
      latitude: "37.7897",
      longitude: "-122.3942"
    }
  },
  allowed_proxy_ips: ["192.0.2.1"],
  announcement: "media_abc123",
  blacklists: ["list_abc123", "list_def456"],
  call_failover: forward,
  call_forward: {
    ...forward,
    substitute: true,
    unconditional: forward,
    busy: forward,
    no_answer: forward,
    selective: { ...forward, rules: [{ ...forward, match_list_id: "list_abc123" }] }
  },
  call_limits: { max_concurrent: 10 },
  call_recording: { account: recording, endpoint: { inbound: recording.any } },
  call_restriction: { toll_us: { action: "deny" } },
  call_waiting: { enabled: true },
  caller_id: {
    internal: { name: "Acme", number: "1001" },
    external: { name: "Acme", number: "+14155551234" },
    emergency: { name: "Acme", number: "+14155551234" },
    asserted: { name: "Acme", number: "+14155551234", realm: "acme.sip.audian.com" }
  },
  caller_id_options: {
    type: "external",
    outbound_privacy: "none",
    privacy_method: "sip",
    show_rate: false,
    ignore_completed_elsewhere: false,
    format: { all: { prefix: "+", regex: "^\\+?1?(\\d{10})$", suffix: "" } }
  },
  dial_plan: { system: ["plan_abc123"] },
  do_not_disturb: { enabled: false },
  enabled: true,
  flags: ["vip"],
  formatters: { to: { direction: "outbound", prefix: "+1" } },
  language: "en-US",
  metaflows: { binding_digit: "*", numbers: { "1": { module: "hangup", data: {} } } },
  music_on_hold: { media_id: "media_abc123", options: ["random-start"] },
  notifications: {
    first_occurrence: { sent_initial_call: true, sent_initial_registration: true },
    low_balance: { enabled: true, sent_low_balance: false, threshold: 5 },
    media_proxy: { fail_alert_enabled: true }
  },
  org: "Acme",
  preflow: { always: "callflow_abc123" },
  realm: "acme.sip.audian.com",
  ringtones: { external: "alert-external", internal: "alert-internal" },
  timezone: "America/New_York",
  topup: { amount: 50, threshold: 10 },
  voicemail: {
    notify: {
      callback: { attempts: 3, disabled: false, interval_s: 300, number: "1001", schedule: [60], timeout_s: 20 }
    }
  },
  zones: { home: "us-west" }
}
const contact = {
  displayName: "Acme Inc.",
  email: "admin@example.com",
  phone: "+1-555-0100",
  address: { street: "1 Main St", city: "San Francisco", state: "CA", postalCode: "94105", country: "US" },
  settings: {
    timezone: "America/New_York",
    language: "en-US",
    enableVoiceMail: true,
    enableRecording: true,
    recordingRetention: 30,
    smsEnabled: true
  },
  metadata: { crm: { id: 7 } }
}

export const cases = [
  Case.of(Account.Accounts.get, {
    input: { includeUsage: true, includeBilling: false, format: "json" },
    sent: {
      method: "GET",
      path: account,
      query: { includeUsage: "true", includeBilling: "false", format: "json" }
    },
    response: { body: envelope(acme) }
  }),
  Case.of(Account.Accounts.update, {
    input: { name: "Acme Corporation", timezone: "America/New_York" },
    sent: {
      method: "POST",
      path: account,
      body: { data: { name: "Acme Corporation", timezone: "America/New_York" } }
    },
    response: { body: envelope(acme) }
  }),
  Case.of(Account.Accounts.update, {
    title: "the full document",
    input: document,
    sent: { method: "POST", path: account, body: { data: document } },
    response: {
      body: envelope({
        ...document,
        notifications: { low_balance: { last_notification: 63873550200 }, media_proxy: { last_notification: 0 } }
      })
    }
  }),
  Case.of(Account.Accounts.patch, {
    input: { ...contact, status: "suspended", call_waiting: { enabled: false } },
    sent: {
      method: "PATCH",
      path: account,
      body: { data: { ...contact, status: "suspended", call_waiting: { enabled: false } } }
    },
    response: { body: envelope({ ...acme, ...contact, status: "suspended", call_waiting: { enabled: false } }) }
  }),
  Case.of(Account.Accounts.patch, {
    title: "what is stored passes, whatever the bounds of today",
    input: { enabled: false },
    sent: { method: "PATCH", path: account, body: { data: { enabled: false } } },
    response: {
      body: envelope({
        name: "",
        realm: "a b",
        enabled: false,
        blacklists: ["list_abc123", "list_abc123"],
        ringtones: { internal: "x".repeat(300) }
      })
    }
  }),
  Case.of(Account.Accounts.remove, {
    input: { force: true, reason: "closed" },
    sent: { method: "DELETE", path: account, query: { force: "true", reason: "closed" } },
    response: { status: 204 },
    result: undefined
  }),
  Case.of(Account.Accounts.remove, {
    title: "with the removed document",
    input: { account_id: "acc_1234567890" },
    sent: { method: "DELETE", path: "/v2/accounts/acc_1234567890" },
    response: { body: envelope({ name: "Acme Corporation" }) }
  }),
  Case.of(Account.Accounts.create, {
    input: { name: "acme", plan: "professional", ...contact },
    sent: { method: "POST", path: "/v2/accounts", body: { name: "acme", plan: "professional", ...contact } },
    response: { status: 201, body: { id: "acc_1234567890", name: "acme" } }
  }),
  Case.of(Account.Accounts.createSubAccount, {
    input: { name: "Acme West", timezone: "America/Los_Angeles", accept_charges: true },
    sent: {
      method: "PUT",
      path: `${account}/accounts`,
      body: { accept_charges: true, data: { name: "Acme West", timezone: "America/Los_Angeles" } }
    },
    response: { status: 201, body: envelope({ id: "account_def456", name: "Acme West" }) }
  }),
  Case.of(Account.Accounts.listSubAccounts, {
    input: { paginate: false },
    sent: { method: "GET", path: `${account}/accounts`, query: { paginate: "false" } },
    response: {
      body: envelope([
        { id: "account_def456", name: "Acme West", realm: "west.sip.audian.com", descendants_count: 2, flags: ["vip"] }
      ])
    }
  }),
  Case.of(Account.Accounts.listChildren, {
    input: { limit: 20, offset: 0, status: "active" },
    sent: { method: "GET", path: `${account}/children`, query: { limit: "20", offset: "0", status: "active" } },
    response: {
      body: { data: [child, { ...child, id: "acc_1122334455" }], pagination: { limit: 20, offset: 0, total: 2 } }
    }
  }),
  Case.of(Account.Accounts.listChildren, {
    title: "as the engine lists them",
    input: {},
    sent: { method: "GET", path: `${account}/children` },
    response: { body: envelope([{ id: "account_def456", name: "Acme West", realm: "west.sip.audian.com" }]) }
  }),
  Case.of(Account.Accounts.createChild, {
    input: { account_id: "acc_1234567890", name: "Acme West", settings: { smsEnabled: true } },
    sent: {
      method: "POST",
      path: "/v2/accounts/acc_1234567890/children",
      body: { name: "Acme West", settings: { smsEnabled: true } }
    },
    response: { status: 201, body: { id: "acc_0987654321" } }
  }),
  Case.of(Account.Accounts.setParent, {
    input: { parentId: "acc_1234567890" },
    sent: { method: "PATCH", path: `${account}/parent`, body: { parentId: "acc_1234567890" } },
    response: { body: { id: "account_abc123" } }
  }),
  Case.of(Account.Accounts.removeParent, {
    input: {},
    sent: { method: "DELETE", path: `${account}/parent` },
    response: { status: 204 },
    result: undefined
  }),
  Case.of(Account.Accounts.get, {
    title: "created in the engine's seconds",
    input: {},
    sent: { method: "GET", path: "/v2/accounts/account_abc123" },
    response: { body: { data: { id: "account_abc123", created: 63_621_662_701 }, status: "success" } }
  }),
  Case.of(Account.Accounts.patch, {
    title: "with null for what is cleared",
    input: { phone: null, caller_id: null, settings: { timezone: null } },
    sent: {
      method: "PATCH",
      path: "/v2/accounts/account_abc123",
      body: { data: { phone: null, caller_id: null, settings: { timezone: null } } }
    },
    response: { body: { data: { id: "account_abc123" }, status: "success" } }
  })
]
