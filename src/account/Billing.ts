/**
 * The money of an account: its transactions, its balance, its plans, its credits.
 *
 * @see https://docs.audian.com/billing
 * @see https://docs.audian.com/balance
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import * as AccountOperation from "../internal/accountOperation.ts"
import { account, listInput } from "../internal/schema/accountParams.ts"
import * as Endpoint from "../internal/schema/endpoint.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import * as ExtraFields from "../internal/schema/extraFields.ts"
import { lazy, merge, model, openEnum, openStruct } from "../internal/schema/schema.ts"
import * as Page from "../Page.ts"
import * as Timestamp from "../Timestamp.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * A transaction.
 *
 * @category models
 * @since 0.1.0
 */
export class Transaction extends /*@__PURE__*/ model<Transaction>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Id of the transaction. */
      id: Schema.optional(Schema.String),
      /** Kind: `debit`, `credit`, `recurring`. */
      type: Schema.optional(openEnum("debit", "credit", "recurring")),
      /** Amount, in the currency of the balance. */
      amount: Schema.optional(Schema.Finite),
      /** Text for people. */
      description: Schema.optional(Schema.String),
      /** Time of the transaction: ISO text, or seconds since the year 0. */
      created: Schema.optional(Timestamp.IsoOrGregorian),
      /** Reason, as the engine names it. */
      reason: Schema.optional(Schema.String),
      /** Number of the reason. */
      code: Schema.optional(Schema.Int),
      /** Version of the engine's format. */
      version: Schema.optional(Schema.Int),
      /** The balance, where the API sends it in place of transactions. */
      balance: Schema.optional(Schema.Finite),
      /** Currency code of the balance, such as `USD`. */
      currency: Schema.optional(Schema.String)
    })
  )
) {}

/**
 * The balance of an account.
 *
 * @category models
 * @since 0.1.0
 */
export class Balance extends /*@__PURE__*/ model<Balance>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Amount that is left, in `currency`. */
      balance: Schema.Finite,
      /** Currency code, such as `USD`. */
      currency: Schema.optional(Schema.String)
    })
  )
) {}

/**
 * A credit that was added. Further fields are undocumented.
 *
 * @category models
 * @since 0.1.0
 */
export class Credit extends /*@__PURE__*/ model<Credit>()(
  /*@__PURE__*/ lazy(() =>
    openStruct({
      /** Id of the transaction. */
      id: Schema.optional(Schema.String),
      /** Amount that was added. */
      amount: Schema.optional(Schema.Finite),
      /** Text for people. */
      description: Schema.optional(Schema.String),
      /** Id of the order. */
      order_id: Schema.optional(Schema.String)
    })
  )
) {}

/** A list or, as another page shows it, the balance: then a list of one row that holds it. */
const transactions = () =>
  Schema.Union([Schema.Array(Transaction), Balance]).pipe(
    Schema.decodeTo(Schema.Array(Schema.toType(Transaction)), {
      decode: SchemaGetter.transform(listOf),
      encode: SchemaGetter.transform((list: ReadonlyArray<Transaction>): Wire => list)
    }),
    ExtraFields.reshaped(listOf)
  )

const listOf = (wire: Wire): ReadonlyArray<Transaction> => (isList(wire) ? wire : [wire])

type Wire = ReadonlyArray<Transaction> | Balance

const isList = (wire: Wire): wire is ReadonlyArray<Transaction> => Array.isArray(wire)

// -----------------------------------------------------------------------------
// inputs
// -----------------------------------------------------------------------------

/**
 * The input of operations that need no more than an account.
 *
 * @category inputs
 * @since 0.1.0
 */
export class AccountKey extends /*@__PURE__*/ model<AccountKey>()(/*@__PURE__*/ lazy(() => Schema.Struct(account()))) {}

/**
 * The input of {@link listTransactions}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class ListTransactionsInput extends /*@__PURE__*/ model<ListTransactionsInput>()(
  /*@__PURE__*/ lazy(() => listInput({}))
) {}

/**
 * The input of {@link listServicePlans}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class ListServicePlansInput extends /*@__PURE__*/ model<ListServicePlansInput>()(
  /*@__PURE__*/ lazy(() => listInput({}))
) {}

/**
 * The input of {@link addCredits}. The page does not show its fields; `amount` is the engine's.
 *
 * @category inputs
 * @since 0.1.0
 */
export class AddCreditsInput extends /*@__PURE__*/ model<AddCreditsInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct(
      merge(account(), {
        /** Amount to add, in the currency of the balance. */
        amount: Schema.Finite
      })
    )
  )
) {}

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ AccountOperation.makeIn({ resource: "Account.Billing", family: "account" })

/**
 * Lists the transactions of an account (`GET /v2/accounts/{account_id}/transactions`).
 *
 * **Details**
 *
 * `created_from` and `created_to` are the engine's, in seconds since the year 0 (`Timestamp.toGregorian`); the page does not
 * show them. Where the API sends the balance instead, the list has one row with `balance` and `currency`.
 *
 * **Example** (Sum up the debits of the last 90 days)
 *
 * ```ts
 * import * as DateTime from "effect/DateTime"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 * import { Account, Timestamp } from "effect-audian"
 *
 * export const debited = Effect.gen(function* () {
 *   const since = DateTime.subtract(yield* DateTime.now, { days: 90 })
 *   return yield* Account.Billing.listTransactions.items({ created_from: Timestamp.toGregorian(since) }).pipe(
 *     Stream.filter(({ type }) => type === "debit"),
 *     Stream.runFold(() => 0, (sum, { amount = 0 }) => sum + amount)
 *   )
 * })
 * ```
 *
 * @see https://docs.audian.com/billing
 * @see https://docs.audian.com/balance
 * @category operations
 * @since 0.1.0
 */
export const listTransactions = /*@__PURE__*/ Page.byTime(
  /*@__PURE__*/ make(
    () =>
      Endpoint.get("listTransactions", "/v2/accounts/:account_id/transactions", {
        input: ListTransactionsInput,
        success: Envelope.account(transactions())
      }),
    { replay: "safe" }
  )
)

/**
 * Reads the balance of an account (`GET /v2/accounts/{account_id}/balance`).
 *
 * **Example** (Warn when the balance is low)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account } from "effect-audian"
 *
 * export const program = Effect.flatMap(Account.Billing.getBalance(), ({ balance, currency }) =>
 *   balance < 20 ? Effect.logWarning(`Only ${balance} ${currency ?? ""} left`) : Effect.void
 * )
 * ```
 *
 * @see https://docs.audian.com/billing
 * @category operations
 * @since 0.1.0
 */
export const getBalance = /*@__PURE__*/ make(
  () =>
    Endpoint.get("getBalance", "/v2/accounts/:account_id/balance", {
      input: AccountKey,
      success: Envelope.account(Balance)
    }),
  { replay: "safe" }
)

/**
 * Reads the current balance of an account (`GET /v2/accounts/{account_id}/transactions/current_balance`), as the page of the
 * balance has it; {@link getBalance} is that of the billing page.
 *
 * **Example** (The balance of a sub-account)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account } from "effect-audian"
 *
 * export const balanceOf = (account_id: string) =>
 *   Effect.map(Account.Billing.getCurrentBalance({ account_id }), ({ balance }) => balance)
 * ```
 *
 * @see https://docs.audian.com/balance
 * @category operations
 * @since 0.1.0
 */
export const getCurrentBalance = /*@__PURE__*/ make(
  () =>
    Endpoint.get("getCurrentBalance", "/v2/accounts/:account_id/transactions/current_balance", {
      input: AccountKey,
      success: Envelope.account(Balance)
    }),
  { replay: "safe" }
)

/**
 * Lists the subscriptions of an account (`GET /v2/accounts/{account_id}/transactions/subscriptions`). The response is
 * undocumented.
 *
 * **Example** (Count the subscriptions)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account, Page } from "effect-audian"
 *
 * // The response is undocumented: `Page.arrayIn` finds the list in it.
 * export const count = Effect.map(Account.Billing.listSubscriptions(), (json) => Page.arrayIn(json)?.length ?? 0)
 * ```
 *
 * @see https://docs.audian.com/balance
 * @category operations
 * @since 0.1.0
 */
export const listSubscriptions = /*@__PURE__*/ make(
  () =>
    Endpoint.get("listSubscriptions", "/v2/accounts/:account_id/transactions/subscriptions", {
      input: AccountKey,
      success: Envelope.account(Schema.Json)
    }),
  { replay: "safe" }
)

/**
 * Lists the monthly charges of an account (`GET /v2/accounts/{account_id}/transactions/monthly_recurring`). The response is
 * undocumented.
 *
 * **Example** (Keep the charges as they came)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account } from "effect-audian"
 *
 * export const json = Effect.map(Account.Billing.listMonthlyRecurring(), (charges) => JSON.stringify(charges))
 * ```
 *
 * @see https://docs.audian.com/balance
 * @category operations
 * @since 0.1.0
 */
export const listMonthlyRecurring = /*@__PURE__*/ make(
  () =>
    Endpoint.get("listMonthlyRecurring", "/v2/accounts/:account_id/transactions/monthly_recurring", {
      input: AccountKey,
      success: Envelope.account(Schema.Json)
    }),
  { replay: "safe" }
)

/**
 * Adds credit to an account (`PUT /v2/accounts/{account_id}/braintree/credits`): money is charged, so it is only retried
 * when it was certainly not executed.
 *
 * **Example** (Add credit, and look before it is added again)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account, AudianError } from "effect-audian"
 *
 * export const topUp = Account.Billing.addCredits({ amount: 25 }).pipe(
 *   Effect.catchIf(AudianError.isOutcomeUnknown, (error) =>
 *     Effect.flatMap(Account.Billing.getBalance(), ({ balance }) =>
 *       Effect.logError(`It may have been charged, the balance is ${balance}`, error)
 *     )
 *   )
 * )
 * ```
 *
 * @see https://docs.audian.com/balance
 * @category operations
 * @since 0.1.0
 */
export const addCredits = /*@__PURE__*/ make(
  () =>
    Endpoint.put("addCredits", "/v2/accounts/:account_id/braintree/credits", {
      input: AddCreditsInput,
      body: Envelope.body,
      success: Endpoint.status(Envelope.account(Credit), 201)
    }),
  { replay: "unsafe" }
)

/**
 * Lists the plans that an account is billed by (`GET /v2/accounts/{account_id}/service_plans`). The response is
 * undocumented.
 *
 * **Example** (The plans of an account)
 *
 * ```ts
 * import * as Stream from "effect/Stream"
 * import { Account } from "effect-audian"
 *
 * export const plans = Stream.runCollect(Account.Billing.listServicePlans.items())
 * ```
 *
 * @see https://docs.audian.com/billing
 * @category operations
 * @since 0.1.0
 */
export const listServicePlans = /*@__PURE__*/ Page.byKey(
  /*@__PURE__*/ make(
    () =>
      Endpoint.get("listServicePlans", "/v2/accounts/:account_id/service_plans", {
        input: ListServicePlansInput,
        success: Envelope.account(Schema.Json)
      }),
    { replay: "safe" }
  ),
  Page.arrayIn
)
