import { Billing } from "effect-audian"
import * as Case from "../Case.ts"

const limit = {
  type: "monthly",
  amount: 500,
  action: "alert",
  current_usage: 150.75,
  remaining: 349.25,
  percentage_used: 30.2
}
const invoice = {
  id: "inv_abc123",
  invoice_number: "2024-001",
  issue_date: "2024-02-01T00:00:00Z",
  due_date: "2024-03-02T00:00:00Z",
  period_start: "2024-01-01T00:00:00Z",
  period_end: "2024-01-31T23:59:59Z",
  status: "paid",
  paid_at: "2024-02-10T12:00:00Z"
}
const ok = (data: unknown) => ({ body: { success: true, data } })

export const cases = [
  Case.of(Billing.updateMonthlyLimit, {
    input: { amount: 500, action: "alert", notifications: ["email", "sms"] },
    sent: {
      method: "PUT",
      path: "/v2/billing/limits/monthly",
      body: { amount: 500, action: "alert", notifications: ["email", "sms"] }
    },
    response: ok({ ...limit, notifications: ["email", "sms"], created_at: "2024-01-01T12:00:00Z" })
  }),
  Case.of(Billing.listLimits, {
    input: {},
    sent: { method: "GET", path: "/v2/billing/limits" },
    response: ok({ limits: [{ id: "limit_abc123", ...limit, status: "active" }] })
  }),
  Case.of(Billing.getUsage, {
    input: { start_date: "2024-01-01", end_date: "2024-01-31", granularity: "month" },
    sent: {
      method: "GET",
      path: "/v2/billing/usage",
      query: { start_date: "2024-01-01", end_date: "2024-01-31", granularity: "month" }
    },
    response: ok({
      billing_period: { start: "2024-01-01T00:00:00Z", end: "2024-01-31T23:59:59Z" },
      usage: {
        api_calls: { count: 15234, limit: 100000, percentage: 15.2, cost: 0 },
        sms_messages: { count: 450, unit_cost: 0.01, cost: 4.5 },
        voice_minutes: { count: 1243, unit_cost: 0.02, cost: 24.86 },
        phone_numbers: { count: 2, unit_cost: 0.99, monthly_cost: 1.98 }
      },
      total_charges: 31.36,
      estimated_final_charge: 31.36
    })
  }),
  Case.of(Billing.getUsageBreakdown, {
    input: { metric: "sms" },
    sent: { method: "GET", path: "/v2/billing/usage/breakdown", query: { metric: "sms" } },
    response: ok({ metric: "sms", days: [] })
  }),
  Case.of(Billing.listInvoices, {
    input: { status: "paid", limit: 20, offset: 0, start_date: "2024-01-01", end_date: "2024-12-31" },
    sent: {
      method: "GET",
      path: "/v2/billing/invoices",
      query: { status: "paid", limit: "20", offset: "0", start_date: "2024-01-01", end_date: "2024-12-31" }
    },
    response: ok({ invoices: [{ ...invoice, amount: 150.75, currency: "USD" }], total: 45, limit: 20, offset: 0 })
  }),
  Case.of(Billing.getInvoice, {
    input: { invoice_id: "inv_abc123" },
    sent: { method: "GET", path: "/v2/billing/invoices/inv_abc123" },
    response: ok({
      ...invoice,
      customer: { id: "cust_abc123", name: "Acme Corporation", email: "billing@example.com", vat: "none" },
      lines: [{ amount: 150.75 }]
    })
  }),
  Case.of(Billing.listTransactions, {
    input: { type: "charge", status: "completed", limit: 20, start_date: "2024-01-01", end_date: "2024-01-31" },
    sent: {
      method: "GET",
      path: "/v2/billing/transactions",
      query: { type: "charge", status: "completed", limit: "20", start_date: "2024-01-01", end_date: "2024-01-31" }
    },
    response: ok({
      transactions: [
        {
          id: "txn_abc123",
          type: "charge",
          description: "Number rental",
          amount: 0.99,
          currency: "USD",
          status: "completed",
          created_at: "2024-01-15T10:30:00Z",
          reference: "inv_abc123"
        },
        {
          id: "txn_def456",
          type: "payment",
          amount: 50,
          currency: "USD",
          status: "completed",
          created_at: "2024-01-02T08:00:00Z",
          payment_method: "visa_****1234"
        }
      ],
      total: 247,
      limit: 20,
      offset: 0
    })
  })
]
