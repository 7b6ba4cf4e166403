import { Account } from "effect-audian"
import * as Case from "../Case.ts"

const callflows = "/v2/accounts/account_abc123/callflows"
const main = {
  id: "callflow_abc123",
  name: "Main Menu",
  numbers: ["+14155551234"],
  flow: { module: "menu", data: {} }
}
const flow: Account.Callflows.Flow = {
  module: "menu",
  data: { id: "menu_abc123" },
  children: {
    "1": {
      module: "ring_group",
      data: {
        endpoints: [
          { endpoint_type: "device", id: "device_abc123" },
          { endpoint_type: "user", id: "user_abc123" }
        ],
        strategy: "simultaneous",
        timeout: 30
      },
      children: { _: { module: "voicemail", data: { id: "vmbox_abc123" }, children: {} } }
    }
  }
}
const ok = (data: unknown) => ({ body: { auth_token: "jwt", data, request_id: "req_1", status: "success" } })

export const cases = [
  Case.of(Account.Callflows.list, {
    input: { paginate: false },
    sent: { method: "GET", path: callflows, query: { paginate: "false" } },
    response: ok([main])
  }),
  Case.of(Account.Callflows.list, {
    title: "as the engine sums them up",
    input: { page_size: 2, start_key: "g2wAAAAB" },
    sent: { method: "GET", path: callflows, query: { page_size: "2", start_key: "g2wAAAAB" } },
    response: ok([
      { id: "a", numbers: ["1001"], patterns: [], modules: ["user", "voicemail"], featurecode: false, flags: [] },
      { id: "b", patterns: ["^\\*3([0-9]*)$"], featurecode: { name: "park_and_retrieve", number: "3" } }
    ])
  }),
  Case.of(Account.Callflows.create, {
    input: {
      name: "Sales",
      numbers: ["+14155551234", "1001"],
      flow,
      ringback: { early: "us-ring" },
      featurecode: { name: "sales", number: "77" },
      flags: ["office"]
    },
    sent: {
      method: "PUT",
      path: callflows,
      body: {
        data: {
          name: "Sales",
          numbers: ["+14155551234", "1001"],
          flow,
          ringback: { early: "us-ring" },
          featurecode: { name: "sales", number: "77" },
          flags: ["office"]
        }
      }
    },
    response: { status: 201, ...ok({ id: "callflow_def456", name: "Sales", flow }) }
  }),
  Case.of(Account.Callflows.get, {
    input: { callflow_id: "callflow_abc123" },
    sent: { method: "GET", path: `${callflows}/callflow_abc123` },
    response: ok({ ...main, flow })
  }),
  Case.of(Account.Callflows.update, {
    input: { callflow_id: "callflow_abc123", name: "Main Menu", flow: { module: "menu", data: {} } },
    sent: {
      method: "POST",
      path: `${callflows}/callflow_abc123`,
      body: { data: { name: "Main Menu", flow: { module: "menu", data: {} } } }
    },
    response: ok(main)
  }),
  Case.of(Account.Callflows.remove, {
    input: { callflow_id: "callflow_abc123" },
    sent: { method: "DELETE", path: `${callflows}/callflow_abc123` },
    response: ok(main)
  }),
  Case.of(Account.Callflows.patch, {
    title: "merges, and removes what is null",
    input: { callflow_id: "callflow_abc123", owner_id: null, ringback: { early: null } },
    sent: {
      method: "PATCH",
      path: `${callflows}/callflow_abc123`,
      body: { data: { owner_id: null, ringback: { early: null } } }
    },
    response: ok(main)
  })
]
