import { Account } from "effect-audian"
import * as Case from "../Case.ts"

const numbers = "/v2/accounts/account_abc123/phone_numbers"
const one = `${numbers}/%2B14155551234`
const item = {
  features: ["cnam", "e911"],
  assigned_to: { type: "callflow", id: "callflow_abc123" },
  state: "in_service"
}
const other = { features: [], state: "in_service" }
const e911 = { street_address: "123 Main St", locality: "San Francisco", region: "CA", postal_code: "94105" }
const document = { id: "+14155551234", ...item, cnam: { display_name: "Acme Corp", inbound_lookup: true }, e911 }
const ok = (data: unknown) => ({ body: { auth_token: "jwt", data, request_id: "req_1", status: "success" } })

export const cases = [
  Case.of(Account.PhoneNumbers.list, {
    input: { paginate: false },
    sent: { method: "GET", path: numbers, query: { paginate: "false" } },
    response: ok({ "+14155551234": item, "+14155555678": other }),
    result: [
      { number: "+14155551234", ...item },
      { number: "+14155555678", ...other }
    ]
  }),
  Case.of(Account.PhoneNumbers.list, {
    title: "as the engine nests them",
    input: {},
    sent: { method: "GET", path: numbers },
    response: ok({
      cascade_quantity: 0,
      numbers: { "+14155551234": { state: "in_service", assigned_to: "account_abc123", created: 63871286400 } }
    }),
    result: [{ number: "+14155551234", state: "in_service", assigned_to: "account_abc123", created: 63871286400 }]
  }),
  Case.of(Account.PhoneNumbers.list, {
    title: "when there are none",
    input: {},
    sent: { method: "GET", path: numbers },
    response: ok({}),
    result: []
  }),
  Case.of(Account.PhoneNumbers.search, {
    input: { prefix: "415", quantity: 10 },
    sent: { method: "GET", path: "/v2/phone_numbers", query: { prefix: "415", quantity: "10" } },
    response: ok(["+14155551234", "+14155555678"])
  }),
  Case.of(Account.PhoneNumbers.search, {
    title: "by place",
    input: { city: "San Francisco", state: "CA", country: "US", quantity: 5, offset: 5 },
    sent: {
      method: "GET",
      path: "/v2/phone_numbers",
      query: { city: "San Francisco", state: "CA", country: "US", quantity: "5", offset: "5" }
    },
    response: ok([])
  }),
  Case.of(Account.PhoneNumbers.purchase, {
    input: { number: "+14155551234" },
    sent: { method: "PUT", path: one, body: { data: {} } },
    response: { status: 201, ...ok(document) }
  }),
  Case.of(Account.PhoneNumbers.purchase, {
    title: "accepting the charges",
    input: { number: "+14155551234", accept_charges: true, cnam: { display_name: "Acme Corp" } },
    sent: { method: "PUT", path: one, body: { accept_charges: true, data: { cnam: { display_name: "Acme Corp" } } } },
    response: { status: 201, ...ok(document) }
  }),
  Case.of(Account.PhoneNumbers.get, {
    input: { number: "+14155551234" },
    sent: { method: "GET", path: one },
    response: ok(document)
  }),
  Case.of(Account.PhoneNumbers.update, {
    input: { number: "+14155551234", e911, porting: { port_id: "port_abc123" } },
    sent: { method: "POST", path: one, body: { data: { e911, porting: { port_id: "port_abc123" } } } },
    response: ok(document)
  }),
  Case.of(Account.PhoneNumbers.patch, {
    title: "merges, and removes what is null, at any depth",
    input: { number: "+14155551234", cnam: { display_name: null }, e911: { caller_name: "Acme" } },
    sent: {
      method: "PATCH",
      path: one,
      body: { data: { cnam: { display_name: null }, e911: { caller_name: "Acme" } } }
    },
    response: ok({ id: "+14155551234", state: "in_service" })
  }),
  Case.of(Account.PhoneNumbers.search, {
    title: "in rows",
    input: { prefix: "415" },
    sent: { method: "GET", path: "/v2/phone_numbers", query: { prefix: "415" } },
    response: ok([{ number: "+14155551234", state: "available" }, "+14155551235"])
  })
]
