/**
 * The inputs of the operations of an account: only the account itself may be left out.
 */
import type * as Schema from "effect/Schema"
import { Account, type Operation } from "effect-audian"
import type { Equal, Expect } from "../support/types.ts"

type Accounts = typeof Account.Accounts

export type Results = [
  account: Expect<Equal<Operation.SuccessOf<Accounts["get"]>, Account.Accounts.Account>>,
  children: Expect<Equal<Operation.SuccessOf<Accounts["listChildren"]>, Account.Accounts.ChildList>>,
  created: Expect<Equal<Operation.SuccessOf<Accounts["create"]>, Account.Accounts.CreatedAccount>>,
  unknown: Expect<Equal<Operation.SuccessOf<Accounts["setParent"]>, Schema.Json>>,
  users: Expect<Equal<Operation.SuccessOf<typeof Account.Users.list>, ReadonlyArray<Account.Users.ListedUser>>>
]

// a part is the same type in a response and in an input
declare const account: Account.Accounts.Account
export const forward: Account.Common.CallForward = account.call_forward!

export const calls = [
  Account.Users.patch({ user_id: "user_abc123", call_forward: forward }),

  // the account is that of the credential
  Account.Accounts.get(),
  Account.Accounts.listChildren({ account_id: "acc_1234567890", limit: 20 }),
  // @ts-expect-error there is no account yet
  Account.Accounts.create({ account_id: "acc_1234567890", name: "acme", email: "admin@example.com" }),

  // @ts-expect-error the engine wants both names
  Account.Users.create({ first_name: "Jane" }),
  Account.Users.patch({ user_id: "user_abc123", first_name: "Jane" }),
  // @ts-expect-error which user
  Account.Users.patch({ first_name: "Jane" }),
  // @ts-expect-error an unknown field
  Account.Devices.create({ name: "Desk Phone", nmae: "Desk Phone" }),

  // fields that are not documented
  Account.SipDevices.patch({ device_id: "dev_sip_123456", displayName: "Lobby", lines: [1, 2] }),
  Account.Accounts.createChild({ name: "Acme West" }),
  // @ts-expect-error which device
  Account.SipDevices.patch({ displayName: "Lobby" }),
  // @ts-expect-error not JSON
  Account.SipDevices.patch({ device_id: "dev_sip_123456", since: new Date(0) })
]
