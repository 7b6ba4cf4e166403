import { Webhooks } from "effect-audian"
import * as Case from "../Case.ts"

export const cases = [
  Case.of(Webhooks.create, {
    input: { url: "https://example.com/webhooks", events: ["call.initiated", "call.completed"] },
    sent: {
      method: "POST",
      path: "/v2/webhooks",
      body: { url: "https://example.com/webhooks", events: ["call.initiated", "call.completed"] }
    },
    response: {
      status: 201,
      body: { id: "wh_1234567890abcdef", url: "https://example.com/webhooks", signing_secret: "whsec_abc123" }
    }
  }),
  Case.of(Webhooks.create, {
    title: "for everything",
    input: { url: "https://example.com/webhooks", events: ["*"] },
    sent: { method: "POST", path: "/v2/webhooks", body: { url: "https://example.com/webhooks", events: ["*"] } },
    response: { status: 201, body: { id: "wh_1234567890abcdef", signing_secret: "whsec_abc123" } }
  })
]
