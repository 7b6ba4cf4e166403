import { CallerIds } from "effect-audian"
import * as Case from "../Case.ts"

export const cases = [
  Case.of(CallerIds.list, {
    input: {},
    sent: { method: "GET", path: "/v2/caller-ids" },
    response: {
      body: {
        success: true,
        data: {
          caller_ids: [
            {
              id: "cid_abc123",
              number: "+14155551234",
              name: "Acme Corp",
              status: "verified",
              verified_at: "2024-01-01T12:00:00Z"
            }
          ]
        }
      }
    }
  }),
  Case.of(CallerIds.create, {
    input: { number: "+14155551234" },
    sent: { method: "POST", path: "/v2/caller-ids", body: { number: "+14155551234" } },
    response: { status: 201, body: { success: true, data: { id: "cid_abc123", number: "+14155551234" } } }
  }),
  Case.of(CallerIds.create, {
    title: "with a field that is not known",
    input: { number: "+14155551234", name: "Acme Corp" },
    sent: { method: "POST", path: "/v2/caller-ids", body: { number: "+14155551234", name: "Acme Corp" } },
    response: { status: 201, body: { success: true, data: { id: "cid_abc123" } } }
  })
]
