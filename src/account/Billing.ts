/**
 * The money of an account: its transactions, its balance, its plans.
 *
 * @see https://docs.audian.com/billing
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as Schema from "effect/Schema"
import { accountId, listQuery } from "../internal/schema/accountParams.ts"
import { timeRange } from "../internal/schema/engineValues.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import { lazy, openEnum } from "../internal/schema/schema.ts"
import * as Operation from "../Operation.ts"
import * as Page from "../Page.ts"
import * as Timestamp from "../Timestamp.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * A transaction. `amount` is in the currency of the balance.
 *
 * @category models
 * @since 0.1.0
 */
export interface Transaction extends Schema.Schema.Type<typeof Transaction> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Transaction = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    id: Schema.optional(Schema.String),
    type: Schema.optional(openEnum("debit", "credit", "recurring")),
    amount: Schema.optional(Schema.Finite),
    description: Schema.optional(Schema.String),
    created: Schema.optional(Timestamp.Iso)
  })
)

/**
 * The balance of an account. `currency` is a code such as `USD`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Balance extends Schema.Schema.Type<typeof Balance> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Balance = /*@__PURE__*/ lazy(() =>
  Schema.Struct({ balance: Schema.Finite, currency: Schema.optional(Schema.String) })
)

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ Operation.makeIn({ resource: "Account.Billing", family: "account" })

/**
 * Lists the transactions of an account (`GET /v2/accounts/{account_id}/transactions`). `created_from` and
 * `created_to` are the engine's, in seconds since the year 0 (`Timestamp.toGregorian`); the page does not show them.
 *
 * @see https://docs.audian.com/billing
 * @category operations
 * @since 0.1.0
 */
export const listTransactions = /*@__PURE__*/ Page.byTime(
  /*@__PURE__*/ make(
    () =>
      HttpApiEndpoint.get("listTransactions", "/v2/accounts/:account_id/transactions", {
        params: accountId,
        query: { ...listQuery(), ...timeRange() },
        success: Envelope.account(Schema.Array(Transaction))
      }),
    { replay: "safe" }
  )
)

/**
 * Reads the balance of an account (`GET /v2/accounts/{account_id}/balance`).
 *
 * @see https://docs.audian.com/billing
 * @category operations
 * @since 0.1.0
 */
export const getBalance = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.get("getBalance", "/v2/accounts/:account_id/balance", {
      params: accountId,
      success: Envelope.account(Balance)
    }),
  { replay: "safe" }
)

/**
 * Lists the plans that an account is billed by (`GET /v2/accounts/{account_id}/service_plans`). The response is
 * undocumented.
 *
 * @see https://docs.audian.com/billing
 * @category operations
 * @since 0.1.0
 */
export const listServicePlans = /*@__PURE__*/ Page.byKey(
  /*@__PURE__*/ make(
    () =>
      HttpApiEndpoint.get("listServicePlans", "/v2/accounts/:account_id/service_plans", {
        params: accountId,
        query: listQuery(),
        success: Envelope.account(Schema.Json)
      }),
    { replay: "safe" }
  ),
  Page.arrayIn
)
