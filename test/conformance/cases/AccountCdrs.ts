import { Account } from "effect-audian"
import * as Case from "../Case.ts"

const cdrs = "/v2/accounts/account_abc123/cdrs"
const cdr = {
  id: "cdr_abc123",
  call_id: "call_abc123",
  caller_id_number: "+14155551234",
  callee_id_number: "+14155555678",
  duration_seconds: 120,
  billing_seconds: 115,
  timestamp: 1704067200,
  hangup_cause: "NORMAL_CLEARING"
}
const document = {
  id: "202401-abc123",
  call_id: "call_abc123",
  call_direction: "inbound",
  duration_seconds: 120,
  ringing_seconds: 5,
  hangup_code: "sip:200",
  custom_channel_vars: { account_id: "account_abc123", bridge_id: "bridge_abc123" }
}
const ok = (data: unknown) => ({ body: { auth_token: "jwt", data, request_id: "req_1", status: "success" } })

export const cases = [
  Case.of(Account.Cdrs.list, {
    input: { created_from: 1704067200, created_to: 1706745600, page_size: 25 },
    sent: {
      method: "GET",
      path: cdrs,
      query: { created_from: "1704067200", created_to: "1706745600", page_size: "25" }
    },
    response: ok([cdr])
  }),
  Case.of(Account.Cdrs.list, {
    title: "of the engine's rows of text",
    input: {},
    sent: { method: "GET", path: cdrs },
    response: ok([
      {
        id: "202401-abc123",
        caller_id_name: "",
        duration_seconds: 120,
        billing_seconds: "",
        timestamp: "63871286400",
        unix_timestamp: "1704067200",
        unix_timestamp_micro: "1704067200000000",
        iso_8601: "2024-01-01",
        cost: "0.02",
        rate: "",
        media_recordings: ["202401-rec"],
        call_priority: ""
      },
      { id: "202401-def456", timestamp: "", media_recordings: "" }
    ]),
    result: [
      {
        id: "202401-abc123",
        caller_id_name: "",
        duration_seconds: 120,
        billing_seconds: undefined,
        timestamp: 1704067200,
        unix_timestamp: 1704067200,
        unix_timestamp_micro: 1704067200000000,
        iso_8601: "2024-01-01",
        cost: 0.02,
        rate: undefined,
        media_recordings: ["202401-rec"],
        call_priority: ""
      },
      { id: "202401-def456", timestamp: undefined, media_recordings: "" }
    ]
  }),
  Case.of(Account.Cdrs.get, {
    input: { cdr_id: "202401-abc123" },
    sent: { method: "GET", path: `${cdrs}/202401-abc123` },
    response: ok({ ...document, timestamp: 63871286400 }),
    result: { ...document, timestamp: 1704067200 }
  }),
  Case.of(Account.Cdrs.getSummary, {
    input: {},
    sent: { method: "GET", path: `${cdrs}/summary` },
    response: ok({ inbound: { count: 2 } })
  }),
  Case.of(Account.Cdrs.listLegs, {
    input: { leg_id: "leg_abc123" },
    sent: { method: "GET", path: `${cdrs}/legs/leg_abc123` },
    response: ok([cdr])
  })
]
