import * as Redacted from "effect/Redacted"
import { Account } from "effect-audian"
import * as Case from "../Case.ts"

const devices = "/v2/accounts/account_abc123/devices"
const desk = {
  id: "device_abc123",
  name: "Desk Phone",
  device_type: "sip_device",
  enabled: true,
  owner_id: "user_abc123",
  sip: { username: "user_1001", realm: "sip.audian.com" }
}
const created = {
  name: "Jane's Softphone",
  device_type: "softphone",
  owner_id: "user_abc123",
  sip: { username: "jane_soft", password: "s3cret" },
  caller_id: { internal: { number: "1001", name: "Jane" } }
}
const envelope = (data: unknown) => ({ auth_token: "jwt", data, request_id: "req_abc123", status: "success" })

/** The fields of the engine's document that accounts and users do not have. */
const document = {
  name: "Desk Phone",
  device_type: "sip_device",
  exclude_from_queues: false,
  hotdesk: { users: { "0123456789abcdef0123456789abcdef": {} } },
  mac_address: "00:15:65:00:00:01",
  mobile: { mdn: "4155551234" },
  music_on_hold: { media_id: "media_abc123", options: ["preserve-position"] },
  mwi_unsolicited_updates: true,
  outbound_flags: ["fax"],
  owner_id: "0123456789abcdef0123456789abcdef",
  provision: {
    check_sync_event: "check-sync",
    check_sync_reboot: "reboot=true",
    check_sync_reload: "reboot=false",
    combo_keys: { "0": { type: "presence", value: "1002" } },
    endpoint_brand: "yealink",
    endpoint_family: "t4x",
    endpoint_model: "t46s",
    feature_keys: { "1": { type: "parking", value: 1 } },
    id: "provision_abc123"
  },
  register_overwrite_notify: false,
  suppress_unregister_notifications: false,
  sip: {
    custom_sip_headers: { out: { "X-Flag": true } },
    custom_sip_interface: "external",
    expire_seconds: 300,
    forward: "192.0.2.2",
    ignore_completed_elsewhere: true,
    invite_format: "e164",
    ip: "192.0.2.3",
    method: "password",
    number: "+14155551234",
    password: "s3cret",
    proxy: "proxy.audian.com",
    realm: "acme.sip.audian.com",
    route: "sip:1001@192.0.2.3",
    static_invite: "1001",
    static_route: "192.0.2.4",
    transport: "tls",
    username: "user_1001"
  }
}

export const cases = [
  Case.of(Account.Devices.list, {
    input: { paginate: false },
    sent: { method: "GET", path: devices, query: { paginate: "false" } },
    response: { body: envelope([desk]) }
  }),
  Case.of(Account.Devices.list, {
    title: "the softphones, as the engine lists them",
    input: { filter_device_type: "softphone" },
    sent: { method: "GET", path: devices, query: { filter_device_type: "softphone" } },
    response: {
      body: envelope([
        {
          id: "device_softphone_123",
          name: "Softphone",
          username: "jane_soft",
          device_type: "softphone",
          enabled: true,
          mobile: null,
          call_recording: false,
          features: ["caller_id"],
          flags: []
        }
      ])
    }
  }),
  Case.of(Account.Devices.get, {
    input: { device_id: "device_abc123" },
    sent: { method: "GET", path: `${devices}/device_abc123` },
    response: { body: envelope({ ...desk, sip: { ...desk.sip, password: "pw" } }) }
  }),
  Case.of(Account.Devices.create, {
    input: created,
    sent: { method: "PUT", path: devices, body: { data: created } },
    response: {
      status: 201,
      body: {
        auth_token: "jwt",
        data: {
          id: "device_softphone_123",
          name: "Jane's Softphone",
          device_type: "softphone",
          owner_id: "user_abc123",
          enabled: true,
          sip: { username: "jane_soft", realm: "sip.audian.com" }
        },
        status: "success"
      }
    }
  }),
  Case.of(Account.Devices.create, {
    title: "accepting the charges, with a redacted password",
    input: { ...created, sip: { username: "jane_soft", password: Redacted.make("s3cret") }, accept_charges: true },
    sent: { method: "PUT", path: devices, body: { accept_charges: true, data: created } },
    response: { status: 201, body: envelope({ id: "device_softphone_123" }) }
  }),
  Case.of(Account.Devices.update, {
    input: { device_id: "device_abc123", ...document },
    sent: { method: "POST", path: `${devices}/device_abc123`, body: { data: document } },
    response: { body: envelope({ id: "device_abc123", ...document }) }
  }),
  Case.of(Account.Devices.update, {
    title: "the other forms that fields may have",
    input: {
      device_id: "device_abc123",
      name: "Desk Phone",
      outbound_flags: { static: ["fax"] },
      provision: { endpoint_model: 46 },
      media: { bypass_media: true }
    },
    sent: {
      method: "POST",
      path: `${devices}/device_abc123`,
      body: {
        data: {
          name: "Desk Phone",
          outbound_flags: { static: ["fax"] },
          provision: { endpoint_model: 46 },
          media: { bypass_media: true }
        }
      }
    },
    response: {
      body: envelope({
        ...desk,
        outbound_flags: { static: ["fax"] },
        provision: { endpoint_model: 46 },
        media: { bypass_media: true }
      })
    }
  }),
  Case.of(Account.Devices.patch, {
    title: "merges, and removes what is null, at any depth",
    input: {
      device_id: "device_abc123",
      owner_id: null,
      call_forward: { enabled: true, number: null },
      sip: { realm: null },
      accept_charges: true
    },
    sent: {
      method: "PATCH",
      path: `${devices}/device_abc123`,
      body: {
        data: { owner_id: null, call_forward: { enabled: true, number: null }, sip: { realm: null } },
        accept_charges: true
      }
    },
    response: { body: envelope(desk) }
  }),
  Case.of(Account.Devices.list, {
    title: "with the engine's filters",
    input: { filter_owner_id: "user_abc123", "filter_not_sip.method": "ip", page_size: 10 },
    sent: {
      method: "GET",
      path: devices,
      query: { filter_owner_id: "user_abc123", "filter_not_sip.method": "ip", page_size: "10" }
    },
    response: { body: envelope([]) }
  })
]
