import { Numbers } from "effect-audian"
import * as Case from "../Case.ts"

const purchased = {
  id: "num_abc123",
  number: "+14155551234",
  friendly_name: "Main Line",
  status: "active",
  purchased_at: "2024-01-01T12:00:00Z",
  expires_at: "2025-01-01T12:00:00Z",
  billing: { monthly_cost: 0.99, next_charge: "2024-02-01T12:00:00Z" }
}
const config = {
  id: "num_abc123",
  number: "+14155551234",
  friendly_name: "Support",
  call_forwarding: { enabled: true, forward_to: "+14155555678", when_unavailable: true, rings_before_forward: 3 },
  voicemail: { enabled: true, transcription: true, delete_after_days: 30 }
}
const callerId = {
  number: "+14155551234",
  caller_id_number: "+14155551234",
  caller_id_name: "Acme Corp",
  status: "active",
  verified: true
}
const e911 = {
  number: "+14155551234",
  e911_address: {
    address_line_1: "123 Main St",
    address_line_2: "Suite 100",
    city: "San Francisco",
    state: "CA",
    postal_code: "94105",
    country: "US"
  },
  customer_name: "Acme Corporation",
  status: "active",
  validated_at: "2024-01-01T12:00:00Z"
}
const ok = (data: unknown) => ({ body: { success: true, data } })
const one = "/v2/numbers/num_abc123"

export const cases = [
  Case.of(Numbers.search, {
    input: { location: "US-CA-415", pattern: "415*", features: ["sms", "mms"], limit: 10, offset: 0 },
    sent: {
      method: "GET",
      path: "/v2/numbers/search",
      query: { location: "US-CA-415", pattern: "415*", features: ["sms", "mms"], limit: "10", offset: "0" }
    },
    response: ok({
      numbers: [
        {
          number: "+14155551234",
          location: "San Francisco, CA",
          available: true,
          price: { monthly: 0.99, setup: 0 },
          features: ["voice", "sms", "mms"]
        }
      ],
      total: 50,
      limit: 10,
      offset: 0
    })
  }),
  Case.of(Numbers.purchase, {
    input: { number: "+14155551234", friendly_name: "Main Line" },
    sent: {
      method: "POST",
      path: "/v2/numbers/purchase",
      body: { number: "+14155551234", friendly_name: "Main Line" }
    },
    response: { status: 201, ...ok(purchased) }
  }),
  Case.of(Numbers.list, {
    input: { status: "active", limit: 20 },
    sent: { method: "GET", path: "/v2/numbers", query: { status: "active", limit: "20" } },
    response: ok({ numbers: [purchased], total: 1, limit: 20, offset: 0 })
  }),
  Case.of(Numbers.getConfig, {
    input: { number_id: "num_abc123" },
    sent: { method: "GET", path: `${one}/config` },
    response: ok(config)
  }),
  Case.of(Numbers.updateConfig, {
    input: {
      number_id: "num_abc123",
      friendly_name: "Support",
      call_forwarding: { enabled: true, forward_to: "+14155555678", when_unavailable: true, rings_before_forward: 3 },
      voicemail: { enabled: true, transcription: true },
      sms_webhook: "https://example.com/sms"
    },
    sent: {
      method: "PUT",
      path: `${one}/config`,
      body: {
        friendly_name: "Support",
        call_forwarding: { enabled: true, forward_to: "+14155555678", when_unavailable: true, rings_before_forward: 3 },
        voicemail: { enabled: true, transcription: true },
        sms_webhook: "https://example.com/sms"
      }
    },
    response: ok(config)
  }),
  Case.of(Numbers.getCallerId, {
    input: { number_id: "num_abc123" },
    sent: { method: "GET", path: `${one}/caller-id` },
    response: ok(callerId)
  }),
  Case.of(Numbers.updateCallerId, {
    input: { number_id: "num_abc123", caller_id_number: "+14155551234", caller_id_name: "Acme Corp" },
    sent: {
      method: "PUT",
      path: `${one}/caller-id`,
      body: { caller_id_number: "+14155551234", caller_id_name: "Acme Corp" }
    },
    response: ok(callerId)
  }),
  Case.of(Numbers.getE911, {
    input: { number_id: "num_abc123" },
    sent: { method: "GET", path: `${one}/e911` },
    response: ok(e911)
  }),
  Case.of(Numbers.updateE911, {
    input: { number_id: "num_abc123", ...e911.e911_address, customer_name: e911.customer_name },
    sent: {
      method: "PUT",
      path: `${one}/e911`,
      body: { ...e911.e911_address, customer_name: e911.customer_name }
    },
    response: ok(e911)
  }),
  Case.of(Numbers.updateConfig, {
    title: "with null for what is cleared",
    input: { number_id: "num_abc123", friendly_name: null, voicemail: null, call_forwarding: { forward_to: null } },
    sent: {
      method: "PUT",
      path: `${one}/config`,
      body: { friendly_name: null, voicemail: null, call_forwarding: { forward_to: null } }
    },
    response: ok({ id: "num_abc123", number: "+14155551234", friendly_name: null, voicemail: null })
  }),
  Case.of(Numbers.list, {
    title: "with a row that has no number",
    input: {},
    sent: { method: "GET", path: "/v2/numbers" },
    response: ok({ numbers: [{ id: "num_def456", number: null }, purchased], total: 2 })
  })
]
