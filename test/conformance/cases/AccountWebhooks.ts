import { Account } from "effect-audian"
import * as Case from "../Case.ts"

const webhooks = "/v2/accounts/account_abc123/webhooks"
const hook = {
  id: "webhook_abc123",
  name: "Call events",
  uri: "https://example.com/webhooks",
  hook: "channel_create",
  enabled: true
}
const engine = {
  name: "Signed",
  uri: "https://example.com/signed",
  hook: "all",
  version: "v2",
  format: "json",
  custom_data: { type: "user", action: "all" },
  custom_request_headers: { "x-team": "voice" },
  include_internal_legs: false,
  include_subaccounts: true,
  security_settings: { sha256_key: "s3cret" }
}
const ok = (data: unknown) => ({ body: { auth_token: "jwt", data, request_id: "req_1", status: "success" } })

export const cases = [
  Case.of(Account.Webhooks.list, {
    input: { paginate: false },
    sent: { method: "GET", path: webhooks, query: { paginate: "false" } },
    response: ok([hook, { ...hook, enabled: false, disable_reason: "too many failures" }])
  }),
  Case.of(Account.Webhooks.create, {
    input: { name: hook.name, uri: hook.uri, hook: hook.hook, http_verb: "post", retries: 3 },
    sent: {
      method: "PUT",
      path: webhooks,
      body: { data: { name: hook.name, uri: hook.uri, hook: hook.hook, http_verb: "post", retries: 3 } }
    },
    response: { status: 201, ...ok(hook) }
  }),
  Case.of(Account.Webhooks.create, {
    title: "with what the engine's document has",
    input: engine,
    sent: { method: "PUT", path: webhooks, body: { data: engine } },
    response: { status: 201, ...ok({ id: "webhook_def456", ...engine }) }
  }),
  Case.of(Account.Webhooks.update, {
    input: { webhook_id: "webhook_abc123", enabled: false, uri: hook.uri },
    sent: {
      method: "POST",
      path: `${webhooks}/webhook_abc123`,
      body: { data: { enabled: false, uri: hook.uri } }
    },
    response: ok({ ...hook, enabled: false })
  }),
  Case.of(Account.Webhooks.patch, {
    input: { webhook_id: "webhook_abc123", enabled: true },
    sent: { method: "PATCH", path: `${webhooks}/webhook_abc123`, body: { data: { enabled: true } } },
    response: ok(hook)
  }),
  Case.of(Account.Webhooks.reEnable, {
    input: { "re-enable": true },
    sent: { method: "PATCH", path: webhooks, body: { data: { "re-enable": true } } },
    response: ok({})
  }),
  Case.of(Account.Webhooks.remove, {
    input: { webhook_id: "webhook_abc123" },
    sent: { method: "DELETE", path: `${webhooks}/webhook_abc123` },
    response: ok(hook)
  }),
  Case.of(Account.Webhooks.patch, {
    title: "merges, and removes what is null",
    input: { webhook_id: "webhook_abc123", enabled: true, custom_data: null },
    sent: {
      method: "PATCH",
      path: "/v2/accounts/account_abc123/webhooks/webhook_abc123",
      body: { data: { enabled: true, custom_data: null } }
    },
    response: { body: { data: { id: "webhook_abc123", enabled: true }, status: "success" } }
  })
]
