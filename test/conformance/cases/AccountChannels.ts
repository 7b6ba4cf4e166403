import { Account } from "effect-audian"
import * as Case from "../Case.ts"

const sent = { method: "GET", path: "/v2/accounts/account_abc123/channels" }
const channel = {
  uuid: "channel_abc123",
  call_id: "call_abc123",
  caller_id_number: "+14155551234",
  callee_id_number: "+14155555678",
  direction: "inbound",
  state: "active",
  timestamp: 1704067200
}
const ok = (data: unknown) => ({ body: { auth_token: "jwt", data, status: "success" } })

export const cases = [
  Case.of(Account.Channels.list, { input: {}, sent, response: ok([channel]) }),
  Case.of(Account.Channels.list, {
    title: "whose times are ISO text or the engine's",
    input: {},
    sent,
    response: ok([
      { uuid: "a", direction: "inbound", destination: "1001", answered: true, timestamp: "2026-02-04T10:30:00Z" },
      { uuid: "b", timestamp: 63871286400, authorizing_type: "device", owner_id: "user_abc123", other_leg: "a" }
    ]),
    result: [
      { uuid: "a", direction: "inbound", destination: "1001", answered: true, timestamp: 1770201000 },
      { uuid: "b", timestamp: 1704067200, authorizing_type: "device", owner_id: "user_abc123", other_leg: "a" }
    ]
  })
]
