import * as Redacted from "effect/Redacted"
import { AccessTokens } from "effect-audian"
import * as Case from "../Case.ts"

export const cases = [
  Case.of(AccessTokens.exchange, {
    input: { api_key: Redacted.make("sk_test_key") },
    sent: { method: "PUT", path: "/v2/api_auth", body: { data: { api_key: "sk_test_key" } } },
    response: {
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
    }
  }),
  Case.of(AccessTokens.create, {
    input: { resource_type: "audio", resource_id: "audio_abc123", permissions: ["read"], expires_in: 3600 },
    sent: {
      method: "POST",
      path: "/v2/access-tokens",
      body: { resource_type: "audio", resource_id: "audio_abc123", permissions: ["read"], expires_in: 3600 }
    },
    response: {
      status: 201,
      body: {
        id: "token_abc123",
        token: "at_secret",
        resource_type: "audio",
        resource_id: "audio_abc123",
        permissions: ["read"],
        created_at: "2024-01-01T12:00:00Z",
        expires_at: "2024-01-01T13:00:00Z"
      }
    }
  })
]
