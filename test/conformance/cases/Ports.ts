import { Ports } from "effect-audian"
import * as Case from "../Case.ts"

const port = {
  id: "port_abc123",
  number: "+14155551234",
  status: "pending",
  created_at: "2024-01-01T12:00:00Z",
  estimated_completion: "2024-01-08T12:00:00Z",
  carrier_status: "pending_transfer"
}
const request = {
  number: "+14155551234",
  account_number: "123456789",
  account_pin: "1234",
  carrier_name: "Old Carrier",
  billing_phone: "+14155550000",
  end_user_name: "John Doe",
  end_user_address: { street: "123 Main St", city: "San Francisco", state: "CA", postal_code: "94105", country: "US" }
} as const

export const cases = [
  Case.of(Ports.create, {
    input: request,
    sent: { method: "POST", path: "/v2/ports", body: request },
    response: { status: 202, body: { success: true, data: port } }
  }),
  Case.of(Ports.get, {
    input: { port_id: "port_abc123" },
    sent: { method: "GET", path: "/v2/ports/port_abc123" },
    response: { body: { success: true, data: port } }
  }),
  Case.of(Ports.get, {
    title: "with the other name of its time",
    input: { port_id: "port_abc123" },
    sent: { method: "GET", path: "/v2/ports/port_abc123" },
    response: {
      body: { success: true, data: { id: "port_abc123", status: "pending", createdAt: "2024-01-01T12:00:00Z" } }
    },
    result: {
      id: "port_abc123",
      status: "pending",
      createdAt: "2024-01-01T12:00:00Z",
      created_at: "2024-01-01T12:00:00Z"
    }
  })
]
