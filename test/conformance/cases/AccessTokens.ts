import * as Redacted from "effect/Redacted"
import { AccessTokens } from "effect-audian"
import * as Case from "../Case.ts"

export const cases = [
  Case.of(AccessTokens.exchange, {
    input: { api_key: Redacted.make("sk_test_key") },
    sent: { method: "PUT", path: "/v2/api_auth", body: { data: { api_key: "sk_test_key" } } },
    answer: {
      status: 201,
      body: {
        page_size: 1,
        version: "5.4.32.6",
        auth_token: "header.claims.signature",
        tokens: { consumed: 0, remaining: 100 },
        data: { account_id: "account_abc123", owner_id: "user_abc123" },
        revision: "automatic",
        status: "success"
      }
    },
    result: { auth_token: "header.claims.signature", data: { account_id: "account_abc123", owner_id: "user_abc123" } }
  })
]
