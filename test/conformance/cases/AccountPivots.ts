import { Account } from "effect-audian"
import * as Case from "../Case.ts"

const pivots = "/v2/accounts/account_abc123/pivot"
const pivot = { id: "pivot_abc123", voice_url: "https://example.com/route", method: "post" }
const fields = { voice_url: pivot.voice_url, method: pivot.method }
const ok = (data: unknown) => ({ body: { auth_token: "jwt", data, request_id: "req_1", status: "success" } })

export const cases = [
  Case.of(Account.Pivots.list, {
    input: { page_size: 10 },
    sent: { method: "GET", path: pivots, query: { page_size: "10" } },
    response: ok([])
  }),
  Case.of(Account.Pivots.get, {
    input: { pivot_id: "pivot_abc123" },
    sent: { method: "GET", path: `${pivots}/pivot_abc123` },
    response: ok(pivot)
  }),
  Case.of(Account.Pivots.create, {
    input: fields,
    sent: { method: "PUT", path: pivots, body: { data: fields } },
    response: { status: 201, ...ok(pivot) }
  }),
  Case.of(Account.Pivots.update, {
    input: { pivot_id: "pivot_abc123", account_id: "account_def456", ...fields },
    sent: { method: "POST", path: "/v2/accounts/account_def456/pivot/pivot_abc123", body: { data: fields } },
    response: ok(pivot)
  }),
  Case.of(Account.Pivots.remove, {
    input: { pivot_id: "pivot_abc123" },
    sent: { method: "DELETE", path: `${pivots}/pivot_abc123` },
    response: ok(pivot)
  }),
  Case.of(Account.Pivots.debug, {
    input: {},
    sent: { method: "GET", path: `${pivots}/debug` },
    response: ok([])
  })
]
