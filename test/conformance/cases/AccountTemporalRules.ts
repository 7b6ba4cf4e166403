import { Account } from "effect-audian"
import * as Case from "../Case.ts"

const rules = "/v2/accounts/account_abc123/temporal_rules"
const rule = { id: "rule_abc123", name: "Office hours", wdays: ["monday"] }
const ok = (data: unknown) => ({ body: { auth_token: "jwt", data, request_id: "req_1", status: "success" } })

export const cases = [
  Case.of(Account.TemporalRules.list, {
    input: { paginate: false },
    sent: { method: "GET", path: rules, query: { paginate: "false" } },
    response: ok([])
  }),
  Case.of(Account.TemporalRules.get, {
    input: { temporal_rule_id: "rule_abc123" },
    sent: { method: "GET", path: `${rules}/rule_abc123` },
    response: ok(rule)
  }),
  Case.of(Account.TemporalRules.create, {
    input: { name: "Office hours", wdays: ["monday"] },
    sent: { method: "PUT", path: rules, body: { data: { name: "Office hours", wdays: ["monday"] } } },
    response: { status: 201, ...ok(rule) }
  }),
  Case.of(Account.TemporalRules.update, {
    title: "with the document as it was read, in another account",
    input: { temporal_rule_id: "rule_abc123", account_id: "account_def456", ...rule },
    sent: {
      method: "POST",
      path: "/v2/accounts/account_def456/temporal_rules/rule_abc123",
      body: { data: { name: rule.name, wdays: rule.wdays } }
    },
    response: ok(rule)
  }),
  Case.of(Account.TemporalRules.remove, {
    input: { temporal_rule_id: "rule_abc123" },
    sent: { method: "DELETE", path: `${rules}/rule_abc123` },
    response: ok(rule)
  }),
  Case.of(Account.TemporalRules.patch, {
    title: "merges, and removes what is null",
    input: { temporal_rule_id: "rule_abc123", time_window_start: 32_400, ordinal: null },
    sent: {
      method: "PATCH",
      path: `${rules}/rule_abc123`,
      body: { data: { time_window_start: 32_400, ordinal: null } }
    },
    response: ok({ ...rule, time_window_start: 32_400 })
  }),
  Case.of(Account.TemporalRules.list, {
    title: "with the engine's filters",
    input: {
      filter_cycle: "weekly",
      filter_not_enabled: false,
      filter_any_month: [1, 2],
      has_key: "wdays",
      value_missing: "ordinal",
      created_from: 63_871_286_400
    },
    sent: {
      method: "GET",
      path: rules,
      query: {
        filter_cycle: "weekly",
        filter_not_enabled: "false",
        filter_any_month: "[1,2]",
        has_key: "wdays",
        value_missing: "ordinal",
        created_from: "63871286400"
      }
    },
    response: ok([rule])
  })
]
