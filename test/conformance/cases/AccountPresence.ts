import { Account } from "effect-audian"
import * as Case from "../Case.ts"

const account = "/v2/accounts/account_abc123"
const envelope = (data: unknown) => ({ auth_token: "jwt", data, request_id: "req_abc123", status: "success" })

export const cases = [
  Case.of(Account.Presence.list, {
    input: {},
    sent: { method: "GET", path: `${account}/presence` },
    response: {
      body: envelope([
        { user_id: "user_abc123", presence_id: "pres_xyz789", status: "available", message: "At my desk" }
      ])
    }
  }),
  Case.of(Account.Presence.update, {
    input: { presence_id: "pres_xyz789", status: "busy", message: "In a meeting" },
    sent: {
      method: "POST",
      path: `${account}/presence/pres_xyz789`,
      body: { data: { status: "busy", message: "In a meeting" } }
    },
    response: { body: envelope({}) }
  }),
  Case.of(Account.Presence.getUser, {
    input: { user_id: "user_abc123" },
    sent: { method: "GET", path: `${account}/users/user_abc123/presence` },
    response: {
      body: {
        userId: "user_abc123",
        status: "available",
        customMessage: "At my desk",
        lastUpdate: "2024-01-15T10:30:00Z",
        activeCall: false,
        activeMeeting: false,
        doNotDisturb: { enabled: false, reason: null, until: null },
        callForwarding: { enabled: false, destination: null }
      }
    }
  }),
  Case.of(Account.Presence.updateUser, {
    input: { user_id: "user_abc123", status: "dnd", message: "In a meeting", duration: 3600 },
    sent: {
      method: "POST",
      path: `${account}/users/user_abc123/presence`,
      body: { status: "dnd", message: "In a meeting", duration: 3600 }
    },
    response: { body: { userId: "user_abc123", status: "dnd" } }
  }),
  Case.of(Account.Presence.listUsers, {
    input: {},
    sent: { method: "GET", path: `${account}/users/presence` },
    response: { body: { data: [] } }
  }),
  Case.of(Account.Presence.list, {
    title: "where the API sends subscriptions",
    input: {},
    sent: { method: "GET", path: "/v2/accounts/account_abc123/presence" },
    response: { body: { data: { subscriptions: { "1001": { dialog: { call_1: { expires: 1820 } } } } } } },
    result: [{ presence_id: "1001", subscription: { dialog: { call_1: { expires: 1820 } } } }]
  })
]
