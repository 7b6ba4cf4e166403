import { Account } from "effect-audian"
import * as Case from "../Case.ts"

const users = "/v2/accounts/account_abc123/users"
const jane = { id: "user_abc123", first_name: "Jane", last_name: "Doe", email: "jane@example.com", username: "jane" }
const { id: _, ...fields } = jane

export const cases = [
  Case.of(Account.Users.list, {
    input: { paginate: false },
    sent: { method: "GET", path: users, query: { paginate: "false" } },
    answer: { body: { auth_token: "jwt", data: [jane], status: "success" } }
  }),
  Case.of(Account.Users.create, {
    input: fields,
    sent: { method: "PUT", path: users, body: { data: fields } },
    answer: { status: 201, body: { auth_token: "jwt", data: { ...jane, id: "user_def456" }, status: "success" } }
  }),
  Case.of(Account.Users.create, {
    title: "accepting the charges, with a password, in another account",
    input: { ...fields, password: "s3cret", accept_charges: true, account_id: "account/2" },
    sent: {
      method: "PUT",
      path: "/v2/accounts/account%2F2/users",
      body: { accept_charges: true, data: { ...fields, password: "s3cret" } }
    },
    answer: { status: 201, body: { data: jane, status: "success" } }
  }),
  Case.of(Account.Users.remove, {
    input: { user_id: "user_abc123", reassignDevices: "user_def456", archiveData: true, reason: "left" },
    sent: {
      method: "DELETE",
      path: `${users}/user_abc123`,
      query: { reassignDevices: "user_def456", archiveData: "true", reason: "left" }
    },
    answer: { status: 204 },
    result: undefined
  })
]
