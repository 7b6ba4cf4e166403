import * as Redacted from "effect/Redacted"
import { Account } from "effect-audian"
import * as Case from "../Case.ts"

const users = "/v2/accounts/account_abc123/users"
const jane = { id: "user_abc123", first_name: "Jane", last_name: "Doe", email: "jane@example.com", username: "jane" }
const { id: _, ...fields } = jane
const envelope = (data: unknown) => ({ auth_token: "jwt", data, request_id: "req_abc123", status: "success" })

/** The fields of the engine's document that accounts do not have. */
const document = {
  ...fields,
  addresses: { vcard: [{ address: "1 Main St", types: ["work"] }] },
  allowed_proxy_ips: ["192.0.2.1"],
  call_recording: { inbound: { offnet: { enabled: true, record_min_sec: 3, record_sample_rate: 8000 } } },
  contact_list: { exclude: true },
  directories: { directory_abc123: "callflow_abc123" },
  feature_level: "standard",
  hotdesk: { enabled: true, id: "1001", keep_logged_in_elsewhere: false, pin: "1234", require_pin: true },
  media: {
    audio: { codecs: ["OPUS", "PCMU"] },
    video: { codecs: ["VP8"] },
    bypass_media: "auto",
    encryption: { enforce_security: true, methods: ["srtp"] },
    fax_option: false,
    ignore_early_media: false,
    progress_timeout: 6,
    webrtc: true
  },
  music_on_hold: { media_id: "media_abc123" },
  presence_id: "1001",
  priv_level: "admin",
  profile: {
    addresses: [{ address: "1 Main St", types: ["work", "pref"] }],
    assistant: "John",
    birthday: "1990-01-01",
    nicknames: ["JD"],
    note: "-",
    role: "Sales",
    "sort-string": "Doe",
    title: "Manager"
  },
  pronounced_name: { media_id: "media_def456" },
  require_password_update: false,
  scope_restrictions: ["calls"],
  verified: true,
  vm_to_email_enabled: true,
  voicemail: { notify: { callback: { number: "1001" } } }
}

export const cases = [
  Case.of(Account.Users.list, {
    input: { paginate: false },
    sent: { method: "GET", path: users, query: { paginate: "false" } },
    response: { body: { auth_token: "jwt", data: [jane], status: "success" } }
  }),
  Case.of(Account.Users.list, {
    title: "a page of the engine's",
    input: { page_size: 25, start_key: "g2wAAAABbQAAAANqYW4" },
    sent: { method: "GET", path: users, query: { page_size: "25", start_key: "g2wAAAABbQAAAANqYW4" } },
    response: {
      body: {
        ...envelope([{ ...jane, features: ["vm_to_email"], priv_level: "user", call_recording: false, flags: [] }]),
        page_size: 1
      }
    }
  }),
  Case.of(Account.Users.create, {
    input: fields,
    sent: { method: "PUT", path: users, body: { data: fields } },
    response: { status: 201, body: { auth_token: "jwt", data: { ...jane, id: "user_def456" }, status: "success" } }
  }),
  Case.of(Account.Users.create, {
    title: "accepting the charges, with a password, in another account",
    input: { ...fields, password: "s3cret", accept_charges: true, account_id: "account/2" },
    sent: {
      method: "PUT",
      path: "/v2/accounts/account%2F2/users",
      body: { accept_charges: true, data: { ...fields, password: "s3cret" } }
    },
    response: { status: 201, body: { data: jane, status: "success" } }
  }),
  Case.of(Account.Users.invite, {
    input: {
      firstName: "Jane",
      lastName: "Doe",
      email: "jane@example.com",
      username: "jane",
      extension: "1001",
      role: "operator",
      phone: "+1-555-0101",
      title: "Manager",
      department: "Sales",
      manager: "user_abc123",
      timezone: "America/New_York",
      language: "en-US",
      sendInvitation: false,
      metadata: { crm: 7 }
    },
    sent: {
      method: "POST",
      path: users,
      body: {
        firstName: "Jane",
        lastName: "Doe",
        email: "jane@example.com",
        username: "jane",
        extension: "1001",
        role: "operator",
        phone: "+1-555-0101",
        title: "Manager",
        department: "Sales",
        manager: "user_abc123",
        timezone: "America/New_York",
        language: "en-US",
        sendInvitation: false,
        metadata: { crm: 7 }
      }
    },
    response: { status: 201, body: { id: "user_def456", firstName: "Jane" } }
  }),
  Case.of(Account.Users.update, {
    input: { user_id: "user_abc123", ...document },
    sent: { method: "POST", path: `${users}/user_abc123`, body: { data: document } },
    response: { body: envelope({ id: "user_abc123", ...document }) }
  }),
  Case.of(Account.Users.update, {
    title: "with redacted secrets",
    input: {
      user_id: "user_abc123",
      first_name: "Jane",
      last_name: "Doe",
      password: Redacted.make("s3cret"),
      hotdesk: { pin: Redacted.make("1234") }
    },
    sent: {
      method: "POST",
      path: `${users}/user_abc123`,
      body: { data: { first_name: "Jane", last_name: "Doe", password: "s3cret", hotdesk: { pin: "1234" } } }
    },
    response: { body: envelope({ ...jane, hotdesk: { pin: "1" } }) }
  }),
  Case.of(Account.Users.patch, {
    input: {
      user_id: "user_abc123",
      firstName: "Jane",
      lastName: "Roe",
      phone: "+1-555-0101",
      title: "Director",
      department: "Sales",
      manager: "user_def456",
      language: "en-US",
      role: "admin",
      status: "active",
      extension: "1001",
      settings: {
        callWaiting: true,
        voicemail: { enabled: true, greetingType: "custom" },
        callForwarding: { enabled: true, destination: "+1-555-9999" }
      }
    },
    sent: {
      method: "PATCH",
      path: `${users}/user_abc123`,
      body: {
        data: {
          firstName: "Jane",
          lastName: "Roe",
          phone: "+1-555-0101",
          title: "Director",
          department: "Sales",
          manager: "user_def456",
          language: "en-US",
          role: "admin",
          status: "active",
          extension: "1001",
          settings: {
            callWaiting: true,
            voicemail: { enabled: true, greetingType: "custom" },
            callForwarding: { enabled: true, destination: "+1-555-9999" }
          }
        }
      }
    },
    response: { body: envelope({ ...jane, title: "Director", settings: { callWaiting: true } }) }
  }),
  Case.of(Account.Users.patch, {
    title: "a field of the engine's document",
    input: { user_id: "user_abc123", do_not_disturb: { enabled: true } },
    sent: { method: "PATCH", path: `${users}/user_abc123`, body: { data: { do_not_disturb: { enabled: true } } } },
    response: { body: envelope({ ...jane, do_not_disturb: { enabled: true } }) }
  }),
  Case.of(Account.Users.remove, {
    input: { user_id: "user_abc123", reassignDevices: "user_def456", archiveData: true, reason: "left" },
    sent: {
      method: "DELETE",
      path: `${users}/user_abc123`,
      query: { reassignDevices: "user_def456", archiveData: "true", reason: "left" }
    },
    response: { status: 204 },
    result: undefined
  }),
  Case.of(Account.Users.patch, {
    title: "with null for what is cleared, at any depth",
    input: { user_id: "user_abc123", title: null, caller_id: null, hotdesk: { pin: null } },
    sent: {
      method: "PATCH",
      path: "/v2/accounts/account_abc123/users/user_abc123",
      body: { data: { title: null, caller_id: null, hotdesk: { pin: null } } }
    },
    response: { body: { data: { id: "user_abc123" }, status: "success" } }
  })
]
