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
    response: ok([
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
    response: ok({ balance: 150, currency: "USD" })
  }),
  Case.of(Account.Billing.listServicePlans, {
    input: {},
    sent: { method: "GET", path: `${account}/service_plans` },
    response: ok([{ id: "plan_abc123" }])
  }),
  Case.of(Account.Billing.listTransactions, {
    title: "in the engine's seconds",
    input: {},
    sent: { method: "GET", path: `${account}/transactions` },
    response: ok([{ id: "txn_abc123", amount: 10.18, created: 63_598_331_974, reason: "database_rollup", code: 9999 }])
  }),
  Case.of(Account.Billing.listTransactions, {
    title: "where the API sends the balance instead",
    input: {},
    sent: { method: "GET", path: `${account}/transactions` },
    response: ok({ balance: 100, currency: "USD" }),
    result: [{ balance: 100, currency: "USD" }]
  }),
  Case.of(Account.Billing.getCurrentBalance, {
    input: {},
    sent: { method: "GET", path: `${account}/transactions/current_balance` },
    response: ok({ balance: 9.18 })
  }),
  Case.of(Account.Billing.listSubscriptions, {
    input: {},
    sent: { method: "GET", path: `${account}/transactions/subscriptions` },
    response: ok([])
  }),
  Case.of(Account.Billing.listMonthlyRecurring, {
    input: { account_id: "account_def456" },
    sent: { method: "GET", path: "/v2/accounts/account_def456/transactions/monthly_recurring" },
    response: ok([{ id: "num_abc123", amount: 0.99 }])
  }),
  Case.of(Account.Billing.addCredits, {
    input: { amount: 20 },
    sent: { method: "PUT", path: `${account}/braintree/credits`, body: { data: { amount: 20 } } },
    response: { status: 201, ...ok({ id: "txn_def456", amount: 20, description: "credit", order_id: "order_1" }) }
  })
]
