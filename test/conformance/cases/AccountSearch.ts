import { Account } from "effect-audian"
import * as Case from "../Case.ts"

const search = "/v2/accounts/account_abc123/search"
const found = { body: { data: [{ id: "callflow_abc123", name: "Main Menu" }], status: "success" } }

export const cases = [
  Case.of(Account.Search.search, {
    input: { t: "callflow", q: "number", v: "5551234567" },
    sent: { method: "GET", path: search, query: { t: "callflow", q: "number", v: "5551234567" } },
    response: found
  }),
  Case.of(Account.Search.search, {
    title: "by number and name",
    input: { t: "callflow", q: "name_and_number", v: "main" },
    sent: { method: "GET", path: search, query: { t: "callflow", q: "name_and_number", v: "main" } },
    response: found
  })
]
