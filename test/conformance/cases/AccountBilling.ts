import { Account } from "effect-audian"
import * as Case from "../Case.ts"

const account = "/v2/accounts/account_abc123"
const ok = (data: unknown) => ({ body: { auth_token: "jwt", data, request_id: "req_1", status: "success" } })

export const cases = [
  Case.of(Account.Billing.listTransactions, {
    input: { page_size: 25, created_from: 63871286400, created_to: 63873964800 },
    sent: {
      method: "GET",
      path: `${account}/transactions`,
      query: { page_size: "25", created_from: "63871286400", created_to: "63873964800" }
    },
    answer: ok([
      {
        id: "txn_abc123",
        amount: 25,
        description: "Monthly service",
        created: "2024-01-15T10:30:00Z",
        type: "debit"
      }
    ])
  }),
  Case.of(Account.Billing.getBalance, {
    input: {},
    sent: { method: "GET", path: `${account}/balance` },
    answer: ok({ balance: 150, currency: "USD" })
  }),
  Case.of(Account.Billing.listServicePlans, {
    input: {},
    sent: { method: "GET", path: `${account}/service_plans` },
    answer: ok([{ id: "plan_abc123" }])
  })
]
