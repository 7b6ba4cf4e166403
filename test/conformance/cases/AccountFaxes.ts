import { Account } from "effect-audian"
import * as Case from "../Case.ts"

const faxes = "/v2/accounts/account_abc123/faxes"
const fax = {
  id: "fax_abc123",
  direction: "outbound",
  from_number: "+14155551234",
  to_number: "+14155555678",
  status: "sent",
  pages: 3,
  timestamp: "2024-01-15T10:30:00Z"
}
const parties = { from_number: "+14155551234", to_number: "+14155555678" } as const
const job = {
  ...parties,
  from_name: "Acme Corp",
  to_name: "Jane Doe",
  subject: "Offer",
  retries: 2,
  document: { url: "https://example.com/offer.pdf", method: "get", content_type: "application/pdf" },
  notifications: { email: { send_to: ["jane@example.com"] }, sms: { send_to: "+14155551234" } }
}
const ok = (data: unknown) => ({ body: { auth_token: "jwt", data, request_id: "req_1", status: "success" } })

export const cases = [
  Case.of(Account.Faxes.list, {
    input: { paginate: false },
    sent: { method: "GET", path: faxes, query: { paginate: "false" } },
    response: ok([
      fax,
      { id: "202401-abc123", folder: "inbox", from: "+14155551234", to: "undefined", created: 63871286400 }
    ])
  }),
  Case.of(Account.Faxes.create, {
    input: { ...parties, document_url: "https://example.com/offer.pdf" },
    sent: {
      method: "PUT",
      path: faxes,
      body: { data: { ...parties, document_url: "https://example.com/offer.pdf" } }
    },
    response: { status: 202, ...ok({ ...fax, status: "pending" }) }
  }),
  Case.of(Account.Faxes.create, {
    title: "with what the engine's document has",
    input: job,
    sent: { method: "PUT", path: faxes, body: { data: job } },
    response: { status: 202, ...ok({ id: "202401-abc123", ...job, tx_result: { success: false, pages_sent: 0 } }) }
  }),
  Case.of(Account.Faxes.create, {
    title: "with a file, as a form",
    input: { ...parties, document: new File(["%PDF-1.7"], "offer.pdf", { type: "application/pdf" }) },
    sent: {
      method: "PUT",
      path: faxes,
      form: { ...parties, document: { name: "offer.pdf", type: "application/pdf", text: "%PDF-1.7" } }
    },
    response: { status: 202, ...ok({ ...fax, status: "pending" }) }
  }),
  Case.of(Account.Faxes.get, {
    input: { fax_id: "fax_abc123" },
    sent: { method: "GET", path: `${faxes}/fax_abc123` },
    response: ok(fax)
  }),
  Case.of(Account.Faxes.getAttachment, {
    input: { fax_id: "fax_abc123" },
    sent: { method: "GET", path: `${faxes}/fax_abc123/attachment`, accept: "application/pdf" },
    response: { bytes: "%PDF-1.7" }
  }),
  Case.of(Account.Faxes.remove, {
    input: { fax_id: "fax_abc123" },
    sent: { method: "DELETE", path: `${faxes}/fax_abc123` },
    response: { status: 204 },
    result: undefined
  }),
  Case.of(Account.Faxes.create, {
    title: "from a number without a plus",
    input: { from_number: "18884732963", to_number: "18884732964", document: { url: "https://example.com/offer.pdf" } },
    sent: {
      method: "PUT",
      path: "/v2/accounts/account_abc123/faxes",
      body: {
        data: {
          from_number: "18884732963",
          to_number: "18884732964",
          document: { url: "https://example.com/offer.pdf" }
        }
      }
    },
    response: { status: 202, body: { data: { id: "202401-fax_abc123", created: 63_871_286_400 } } }
  })
]
