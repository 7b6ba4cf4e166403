import { CallFlows } from "effect-audian"
import * as Case from "../Case.ts"

const routing = [
  { pattern: "1", destination: "+14155555678", destination_type: "phone_number" },
  { pattern: "*", destination: "menu_abc123", destination_type: "ivr_menu", conditions: { time: "day" } }
]

export const cases = [
  Case.of(CallFlows.create, {
    input: { name: "Main", phone_number: "+14155551234", description: "All calls", active: true, routing },
    sent: {
      method: "POST",
      path: "/v2/call-flows",
      body: { name: "Main", phone_number: "+14155551234", description: "All calls", active: true, routing }
    },
    response: {
      status: 201,
      body: {
        call_flow_id: "cf_abc123",
        name: "Main",
        phone_number: "+14155551234",
        routing,
        created_at: "2024-01-01T12:00:00Z"
      }
    }
  })
]
