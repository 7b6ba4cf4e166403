import { Fax } from "effect-audian"
import * as Case from "../Case.ts"

const faxId = "fax_abc123def"

export const cases = [
  Case.of(Fax.send, {
    input: { to: "+14155551234", file: new File(["%PDF-1.7"], "offer.pdf", { type: "application/pdf" }) },
    sent: {
      method: "POST",
      path: "/v2/fax/send",
      form: { to: "+14155551234", file: { name: "offer.pdf", type: "application/pdf", text: "%PDF-1.7" } }
    },
    response: { status: 202, body: { id: faxId } }
  }),
  Case.of(Fax.send, {
    title: "to several, with every option",
    input: {
      to: ["+14155551234", "+14155555678"],
      file: new Blob(["%PDF-1.7"], { type: "application/pdf" }),
      sender_name: "Acme Corp",
      sender_number: "+14155550100",
      subject: "Offer",
      quality: "high",
      cover_page: true,
      cover_message: "As agreed",
      retry_on_failure: false,
      max_retries: 3
    },
    sent: {
      method: "POST",
      path: "/v2/fax/send",
      form: {
        to: ["+14155551234", "+14155555678"],
        file: { name: "blob", type: "application/pdf", text: "%PDF-1.7" },
        sender_name: "Acme Corp",
        sender_number: "+14155550100",
        subject: "Offer",
        quality: "high",
        cover_page: "true",
        cover_message: "As agreed",
        retry_on_failure: "false",
        max_retries: "3"
      }
    },
    response: { status: 202, body: { id: faxId } }
  }),
  Case.of(Fax.listReceived, {
    input: {
      limit: 20,
      offset: 0,
      from_date: "2024-01-01T00:00:00Z",
      to_date: "2024-02-01T00:00:00Z",
      status: "received"
    },
    sent: {
      method: "GET",
      path: "/v2/fax/received",
      query: {
        limit: "20",
        offset: "0",
        from_date: "2024-01-01T00:00:00Z",
        to_date: "2024-02-01T00:00:00Z",
        status: "received"
      }
    },
    response: { body: [{ id: faxId, status: "received" }] }
  }),
  Case.of(Fax.getReceived, {
    input: { faxId },
    sent: { method: "GET", path: `/v2/fax/received/${faxId}` },
    response: { body: { id: faxId, status: "received" } }
  }),
  Case.of(Fax.downloadReceived, {
    input: { faxId },
    sent: { method: "GET", path: `/v2/fax/received/${faxId}/download`, accept: "*/*" },
    response: { bytes: "%PDF-1.7" }
  }),
  Case.of(Fax.createWebhook, {
    input: { url: "https://example.com/fax" },
    sent: { method: "POST", path: "/v2/fax/webhooks", body: { url: "https://example.com/fax" } },
    response: { status: 201, body: { id: "wh_abc123" } }
  }),
  Case.of(Fax.getStatus, {
    input: { faxId },
    sent: { method: "GET", path: `/v2/fax/${faxId}/status` },
    response: { body: { id: faxId, status: "sent" } }
  }),
  Case.of(Fax.getStatus, {
    title: "of a fax that failed",
    input: { faxId },
    sent: { method: "GET", path: `/v2/fax/${faxId}/status` },
    response: { body: { id: faxId, status: "failed", error: "No answer", attempts: 3 } }
  }),
  Case.of(Fax.listHistory, {
    input: {},
    sent: { method: "GET", path: "/v2/fax/history" },
    response: { body: [{ id: faxId }] }
  }),
  Case.of(Fax.get, {
    input: { faxId },
    sent: { method: "GET", path: `/v2/fax/${faxId}` },
    response: { body: { id: faxId } }
  })
]
