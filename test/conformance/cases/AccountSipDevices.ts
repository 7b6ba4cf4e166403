import { Account } from "effect-audian"
import * as Case from "../Case.ts"

const sip = "/v2/accounts/account_abc123/devices/sip"
const fields = {
  name: "Reception",
  model: "SIP-T46S",
  manufacturer: "Yealink",
  macAddress: "00:15:65:00:00:01",
  sipUsername: "user_1001",
  displayName: "Reception",
  assignedUser: "user_abc123"
}
const device = {
  id: "dev_sip_123456",
  accountId: "account_abc123",
  type: "sip",
  ...fields,
  sipDomain: "sip.audian.com",
  status: "active",
  registrationStatus: "pending"
}
const credentials = { sipUsername: "user_1001", sipPassword: "s3cret" }

export const cases = [
  Case.of(Account.SipDevices.create, {
    input: fields,
    sent: { method: "POST", path: sip, body: fields },
    response: { status: 201, body: device }
  }),
  Case.of(Account.SipDevices.get, {
    input: { device_id: "dev_sip_123456" },
    sent: { method: "GET", path: `${sip}/dev_sip_123456` },
    response: { body: device }
  }),
  Case.of(Account.SipDevices.patch, {
    input: { device_id: "dev_sip_123456", displayName: "Lobby" },
    sent: { method: "PATCH", path: `${sip}/dev_sip_123456`, body: { displayName: "Lobby" } },
    response: { body: { ...device, displayName: "Lobby" } }
  }),
  Case.of(Account.SipDevices.remove, {
    input: { device_id: "dev_sip_123456" },
    sent: { method: "DELETE", path: `${sip}/dev_sip_123456` },
    response: { status: 204 },
    result: undefined
  }),
  Case.of(Account.SipDevices.getCredentials, {
    input: { device_id: "dev_sip_123456" },
    sent: { method: "GET", path: `${sip}/dev_sip_123456/credentials` },
    response: { body: credentials }
  }),
  Case.of(Account.SipDevices.resetPassword, {
    input: { device_id: "dev_sip_123456" },
    sent: { method: "POST", path: `${sip}/dev_sip_123456/reset-password` },
    response: { body: credentials }
  })
]
