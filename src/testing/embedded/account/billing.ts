/**
 * The billing of an account. The accounts below the key's own have their own transactions, and share its balance.
 *
 * @internal
 */
import * as Billing from "../../../account/Billing.ts"
import type * as AudianTest from "../../AudianTest.ts"
import * as Ledger from "../ledger.ts"
import * as State from "../state.ts"
import * as Accounts from "./accounts.ts"
import * as Envelope from "./envelope.ts"
import * as StoredDocuments from "./storedDocuments.ts"
import * as StoredRecords from "./storedRecords.ts"

const transactions = "transactions"

/** The description of a transaction, by metric. */
const descriptions = { api_calls: "API calls", voice: "Calls", numbers: "Numbers", ports: "Ports", other: "Other" }

/** Records every payment as a transaction of its account. */
const recordPayments = (accounts: Accounts.Accounts): void => {
  accounts.state.onPayment.push(({ accountId, amount, at, metric }) => {
    const account = accounts.byId.find(accountId)
    const type = amount < 0 ? "credit" : "debit"
    const data = { type, amount: Math.abs(amount), description: descriptions[metric] }
    if (account !== undefined) StoredRecords.add(accounts, account, transactions, data, at)
  })
}

export const handlers = (accounts: Accounts.Accounts): ReadonlyArray<AudianTest.Handler> => {
  recordPayments(accounts)
  return [
    Accounts.handle(accounts, Billing.getBalance, () =>
      Envelope.reply({ balance: accounts.state.balance, currency: "USD" })
    ),

    Accounts.handle(accounts, Billing.listTransactions, ({ account, input, now }) =>
      StoredRecords.list(account, transactions, input, now, ({ created, data, id }) => ({
        created: State.iso(created),
        ...data,
        id
      }))
    ),

    Accounts.handle(accounts, Billing.getCurrentBalance, () =>
      Envelope.reply({ balance: accounts.state.balance, currency: "USD" })
    ),

    Accounts.handle(accounts, Billing.listSubscriptions, () => Envelope.reply([])),

    // The rental of each number of the account.
    Accounts.handle(accounts, Billing.listMonthlyRecurring, ({ account }) =>
      Envelope.reply(
        account.id === accounts.ownId
          ? Array.from(accounts.state.owned.values(), ({ number }) => ({
              id: number.id,
              type: "recurring",
              amount: State.tariff.number,
              description: number.number
            }))
          : []
      )
    ),

    Accounts.handle(accounts, Billing.addCredits, ({ account, input: { amount }, now }) => {
      if (!(amount > 0)) return Envelope.invalid("amount", "minimum", "The amount must be more than 0", amount)
      accounts.state.balance = Ledger.cents(accounts.state.balance + amount)
      const description = "Credit added"
      const data = { type: "credit", amount, description }
      const { id } = StoredRecords.add(accounts, account, transactions, data, now)
      return Envelope.reply({ id, amount, description })
    }),

    Accounts.handle(accounts, Billing.listServicePlans, ({ account }) =>
      Envelope.reply(Object.values(StoredDocuments.pick(account.document.data, "plan")).map((id) => ({ id })))
    )
  ]
}
