/**
 * The money of an account. The accounts below the key's own are paid by it: they have their own transactions, and its
 * balance.
 *
 * @internal
 */
import * as Billing from "../../../account/Billing.ts"
import type * as AudianTest from "../../AudianTest.ts"
import * as World from "../state.ts"
import * as Tree from "./accounts.ts"
import * as Engine from "./envelope.ts"
import * as Documents from "./storedDocuments.ts"
import * as Records from "./storedRecords.ts"

const transactions = "transactions"

/** What the transactions say of a payment. */
const describe = { api_calls: "API calls", voice: "Calls", numbers: "Numbers", ports: "Ports", other: "Other" }

/** Has every payment be a transaction of the account that it is for. */
const keep = (tree: Tree.Tree): void => {
  tree.world.onPayment.push(({ accountId, amount, at, metric }) => {
    const account = tree.accounts.find(accountId)
    const type = amount < 0 ? "credit" : "debit"
    const data = { type, amount: Math.abs(amount), description: describe[metric] }
    if (account !== undefined) Records.add(tree, account, transactions, data, at)
  })
}

export const handlers = (tree: Tree.Tree): ReadonlyArray<AudianTest.Handler> => {
  keep(tree)
  return [
    Tree.handle(tree, Billing.getBalance, () => Engine.reply({ balance: tree.world.balance, currency: "USD" })),

    Tree.handle(tree, Billing.listTransactions, ({ account, input, now }) =>
      Records.list(account, transactions, input, now, ({ created, data, id }) => ({
        created: World.iso(created),
        ...data,
        id
      }))
    ),

    Tree.handle(tree, Billing.listServicePlans, ({ account }) =>
      Engine.reply(Object.values(Documents.pick(account.document.data, "plan")).map((id) => ({ id })))
    )
  ]
}
