import { Account } from "effect-audian"
import * as Case from "../Case.ts"

const account = "/v2/accounts/account_abc123"
const registration = {
  username: "user_1001",
  realm: "example.audian.com",
  contact: "sip:user@192.168.1.100:5060",
  user_agent: "Polycom VVX 450",
  expires: 300
}

export const cases = [
  Case.of(Account.Registrations.list, {
    input: {},
    sent: { method: "GET", path: `${account}/registrations` },
    response: { body: { auth_token: "jwt", data: [registration], request_id: "req_abc123", status: "success" } }
  }),
  Case.of(Account.Registrations.list, {
    title: "with all that the engine knows",
    input: { paginate: false },
    sent: { method: "GET", path: `${account}/registrations`, query: { paginate: "false" } },
    response: {
      body: {
        data: [
          {
            ...registration,
            account_name: "Acme Corporation",
            account_realm: "example.audian.com",
            authorizing_id: "device_abc123",
            authorizing_type: "device",
            bridge_ruri: "sip:user@192.168.1.100",
            call_id: "call_abc123",
            contact_ip: "192.168.1.100",
            contact_port: 5060,
            event_timestamp: 63873550200,
            first_registration: false,
            from_host: "example.audian.com",
            from_user: "user_1001",
            initial_registration: 63873550000,
            last_registration: 63873550200,
            original_contact: "sip:user@192.168.1.100:5060",
            presence_id: "1001@example.audian.com",
            proxy_ip: "192.0.2.1",
            proxy_path: "sip:192.0.2.1",
            proxy_port: 5060,
            proxy_protocol: "udp",
            register_overwrite_notify: false,
            registrar_node: "kamailio@node1",
            source_ip: "192.0.2.9",
            source_port: 52415,
            suppress_unregister_notify: true,
            to_host: "example.audian.com",
            to_user: "user_1001"
          }
        ]
      }
    }
  }),
  Case.of(Account.Registrations.get, {
    input: { device_id: "dev_sip_123456" },
    sent: { method: "GET", path: `${account}/devices/dev_sip_123456/registration` },
    response: {
      body: {
        deviceId: "dev_sip_123456",
        status: "registered",
        registeredAt: "2024-01-15T10:30:00Z",
        expiresAt: "2024-01-15T12:30:00Z",
        registrationExpiry: 7200,
        ipAddress: "192.168.1.100",
        port: 52415,
        transportProtocol: "UDP",
        userAgent: "Polycom VVX 450",
        contactUri: "sip:user@192.168.1.100:52415",
        lastActivity: "2024-01-15T10:45:00Z",
        callsActive: 0,
        callsQueued: 0
      }
    }
  }),
  Case.of(Account.Registrations.listStatuses, {
    input: { status: "registered", type: "sip", limit: 20, offset: 40 },
    sent: {
      method: "GET",
      path: `${account}/devices/registration/status`,
      query: { status: "registered", type: "sip", limit: "20", offset: "40" }
    },
    response: { body: { data: [] } }
  }),
  Case.of(Account.Registrations.renew, {
    input: { device_id: "dev_sip_123456" },
    sent: { method: "POST", path: `${account}/devices/dev_sip_123456/registration/renew` },
    response: { body: { deviceId: "dev_sip_123456" } }
  }),
  Case.of(Account.Registrations.remove, {
    input: { device_id: "dev_sip_123456" },
    sent: { method: "DELETE", path: `${account}/devices/dev_sip_123456/registration` },
    response: { status: 204 },
    result: undefined
  })
]
