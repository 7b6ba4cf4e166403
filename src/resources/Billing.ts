/**
 * Billing: spending limits, usage, invoices, transactions. Every amount is in USD. `Account.Billing` is the engine's own.
 *
 * @see https://docs.audian.com/billing/usage
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as FlatOperation from "../internal/flatOperation.ts"
import { clearable } from "../internal/schema/clearable.ts"
import * as Endpoint from "../internal/schema/endpoint.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import {
  inputEnum,
  lazy,
  merge,
  model,
  openEnum,
  openStruct,
  pageFields,
  pageQuery,
  serverOnly
} from "../internal/schema/schema.ts"
import * as Page from "../Page.ts"
import * as Timestamp from "../Timestamp.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * The action taken when a limit is reached.
 *
 * @category models
 * @since 0.1.0
 */
export type LimitAction = typeof LimitAction.Type
/**
 * @category schemas
 * @since 0.1.0
 */
export const LimitAction = /*@__PURE__*/ openEnum("alert", "block")

/**
 * A channel for notifications about a limit.
 *
 * @category models
 * @since 0.1.0
 */
export type LimitNotification = typeof LimitNotification.Type
/**
 * @category schemas
 * @since 0.1.0
 */
export const LimitNotification = /*@__PURE__*/ openEnum("email", "sms")

/**
 * A spending limit, and how much of it is used.
 *
 * @category models
 * @since 0.1.0
 */
export class Limit extends /*@__PURE__*/ model<Limit>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Id of the limit. */
      id: Schema.optional(Schema.String),
      /** Kind of the limit: `monthly`, `daily` or `sms`. */
      type: openEnum("monthly", "daily", "sms").pipe(Schema.annotateKey({ readOnly: true })),
      /** Amount that may be spent, in USD. */
      amount: Schema.Finite,
      /** Action taken when it is reached: `alert` or `block`. */
      action: Schema.optional(LimitAction),
      /** Amount spent so far, in USD. */
      current_usage: serverOnly(Schema.Finite),
      /** Amount left, in USD. */
      remaining: serverOnly(Schema.Finite),
      /** Share that is spent, in percent. */
      percentage_used: serverOnly(Schema.Finite),
      /** State: `active`. */
      status: serverOnly(openEnum("active")),
      /** Channels of its notifications: `email`, `sms`. */
      notifications: Schema.optional(Schema.Array(LimitNotification)),
      /** Time of its creation. */
      created_at: serverOnly(Timestamp.Iso)
    })
  )
) {}

/**
 * The response of {@link listLimits}.
 *
 * @category models
 * @since 0.1.0
 */
export class LimitList extends /*@__PURE__*/ model<LimitList>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Every limit. */
      limits: Schema.Array(Limit)
    })
  )
) {}

const metered = () =>
  Schema.Struct({
    /** Units used. */
    count: Schema.optional(Schema.Finite),
    /** Price of a unit, in USD. */
    unit_cost: Schema.optional(Schema.Finite),
    /** Price of all units, in USD. */
    cost: Schema.optional(Schema.Finite)
  })

/**
 * The usage of a billing period and its costs.
 *
 * @category models
 * @since 0.1.0
 */
export class Usage extends /*@__PURE__*/ model<Usage>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Period that is reported. */
      billing_period: Schema.optional(
        Schema.Struct({
          /** Start of the period. */
          start: Schema.optional(Timestamp.Iso),
          /** End of the period. */
          end: Schema.optional(Timestamp.Iso)
        })
      ),
      /** Usage by metric. */
      usage: Schema.Struct({
        /** Calls of the API. */
        api_calls: Schema.optional(
          Schema.Struct({
            /** Calls made. */
            count: Schema.optional(Schema.Finite),
            /** Calls that are included. */
            limit: Schema.optional(Schema.NullOr(Schema.Finite)),
            /** Share of `limit` that is used, in percent. */
            percentage: Schema.optional(Schema.NullOr(Schema.Finite)),
            /** Price of the calls, in USD. */
            cost: Schema.optional(Schema.Finite)
          })
        ),
        /** Messages sent. */
        sms_messages: Schema.optional(metered()),
        /** Minutes of calls. */
        voice_minutes: Schema.optional(metered()),
        /** Numbers rented. */
        phone_numbers: Schema.optional(
          Schema.Struct({
            /** Numbers. */
            count: Schema.optional(Schema.Finite),
            /** Rental of one number for a month, in USD. */
            unit_cost: Schema.optional(Schema.Finite),
            /** Rental of all numbers for a month, in USD. */
            monthly_cost: Schema.optional(Schema.Finite)
          })
        )
      }),
      /** Charges so far, in USD. */
      total_charges: Schema.optional(Schema.Finite),
      /** Estimate for the whole period, in USD. */
      estimated_final_charge: Schema.optional(Schema.Finite)
    })
  )
) {}

/**
 * The state of an invoice.
 *
 * @category models
 * @since 0.1.0
 */
export type InvoiceStatus = typeof InvoiceStatus.Type
/**
 * @category schemas
 * @since 0.1.0
 */
export const InvoiceStatus = /*@__PURE__*/ openEnum("draft", "issued", "paid", "overdue")

const invoiceFields = () =>
  ({
    /** Id of the invoice. */
    id: Schema.String,
    /** Number of the invoice, such as `2024-001`. */
    invoice_number: Schema.optional(Schema.String),
    /** Date of issue. */
    issue_date: Schema.optional(Schema.NullOr(Timestamp.Iso)),
    /** Date by which it must be paid. */
    due_date: Schema.optional(Schema.NullOr(Timestamp.Iso)),
    /** Start of the period it covers. */
    period_start: Schema.optional(Timestamp.Iso),
    /** End of the period it covers. */
    period_end: Schema.optional(Timestamp.Iso),
    /** State: `draft`, `issued`, `paid` or `overdue`. */
    status: Schema.optional(InvoiceStatus),
    /** Time of the payment. */
    paid_at: Schema.optional(Schema.NullOr(Timestamp.Iso))
  }) as const

/**
 * An invoice in a list.
 *
 * @category models
 * @since 0.1.0
 */
export class InvoiceSummary extends /*@__PURE__*/ model<InvoiceSummary>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      ...invoiceFields(),
      /** Total, in `currency`. */
      amount: Schema.optional(Schema.Finite),
      /** Currency code, such as `USD`. */
      currency: Schema.optional(Schema.String)
    })
  )
) {}

/**
 * The response of {@link listInvoices}: one page of invoices, and how many there are in all.
 *
 * @category models
 * @since 0.1.0
 */
export class InvoiceList extends /*@__PURE__*/ model<InvoiceList>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct(
      merge(
        {
          /** Invoices of this page. */
          invoices: Schema.Array(InvoiceSummary)
        },
        pageFields()
      )
    )
  )
) {}

/**
 * An invoice. Further fields are undocumented, and kept as they come.
 *
 * @category models
 * @since 0.1.0
 */
export class Invoice extends /*@__PURE__*/ model<Invoice>()(
  /*@__PURE__*/ lazy(() =>
    openStruct({
      ...invoiceFields(),
      /** Customer that it is for. */
      customer: Schema.optional(
        openStruct({
          /** Id of the customer. */
          id: Schema.optional(Schema.String),
          /** Name of the customer. */
          name: Schema.optional(Schema.String),
          /** Email address of the customer. */
          email: Schema.optional(Schema.NullOr(Schema.String))
        })
      )
    })
  )
) {}

/**
 * The kind of a transaction.
 *
 * @category models
 * @since 0.1.0
 */
export type TransactionType = typeof TransactionType.Type
/**
 * @category schemas
 * @since 0.1.0
 */
export const TransactionType = /*@__PURE__*/ openEnum("charge", "payment", "credit", "refund", "adjustment", "fee")

/**
 * The state of a transaction.
 *
 * @category models
 * @since 0.1.0
 */
export type TransactionStatus = typeof TransactionStatus.Type
/**
 * @category schemas
 * @since 0.1.0
 */
export const TransactionStatus = /*@__PURE__*/ openEnum("pending", "completed", "failed", "cancelled", "reversed")

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
      id: Schema.String,
      /** Kind: `charge`, `payment`, `credit`, `refund`, `adjustment` or `fee`. */
      type: Schema.optional(TransactionType),
      /** Text for people. */
      description: Schema.optional(Schema.NullOr(Schema.String)),
      /** Amount in `currency`, with two decimals. */
      amount: Schema.optional(Schema.Finite),
      /** Currency code, such as `USD`. */
      currency: Schema.optional(Schema.String),
      /** State: `pending`, `completed`, `failed`, `cancelled` or `reversed`. */
      status: Schema.optional(TransactionStatus),
      /** Time of the transaction. */
      created_at: Schema.optional(Timestamp.Iso),
      /** The invoice or the promotion it belongs to. */
      reference: Schema.optional(Schema.NullOr(Schema.String)),
      /** Payment method, masked, such as `visa_****1234`; for a payment. */
      payment_method: Schema.optional(Schema.NullOr(Schema.String))
    })
  )
) {}

/**
 * The response of {@link listTransactions}: one page of transactions, and how many there are in all.
 *
 * @category models
 * @since 0.1.0
 */
export class TransactionList extends /*@__PURE__*/ model<TransactionList>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct(
      merge(
        {
          /** Transactions of this page. */
          transactions: Schema.Array(Transaction)
        },
        pageFields()
      )
    )
  )
) {}

// -----------------------------------------------------------------------------
// inputs
// -----------------------------------------------------------------------------

/**
 * The input of {@link updateMonthlyLimit}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class UpdateMonthlyLimitInput extends /*@__PURE__*/ model<UpdateMonthlyLimitInput>()(
  /*@__PURE__*/ lazy(() =>
    clearable(
      Schema.Struct({
        /** Amount that may be spent in a month, in USD. */
        amount: Schema.Finite,
        /** Action when it is reached: `alert` or `block`. */
        action: Schema.optional(LimitAction),
        /** Channels of notifications: `email`, `sms`. */
        notifications: Schema.optional(Schema.Array(LimitNotification))
      })
    )
  )
) {}

const dates = () =>
  ({
    /** Start of the range, ISO 8601. */
    start_date: Schema.optional(Schema.String),
    /** End of the range, ISO 8601. */
    end_date: Schema.optional(Schema.String)
  }) as const

/**
 * The input of {@link getUsage}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class UsageInput extends /*@__PURE__*/ model<UsageInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      ...dates(),
      /** Length of a period: `day`, `week` or `month`. Default `month`. */
      granularity: Schema.optional(inputEnum("day", "week", "month"))
    })
  )
) {}

/**
 * The input of {@link getUsageBreakdown}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class UsageBreakdownInput extends /*@__PURE__*/ model<UsageBreakdownInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Metric to report. Default all. */
      metric: Schema.optional(openEnum("api_calls", "sms", "voice"))
    })
  )
) {}

/**
 * The input of {@link listInvoices}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class ListInvoicesInput extends /*@__PURE__*/ model<ListInvoicesInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct(
      merge(
        {
          /** Only invoices in this state. Default all. */
          status: Schema.optional(InvoiceStatus)
        },
        pageQuery(),
        {
          ...dates()
        }
      )
    )
  )
) {}

/**
 * The input of {@link getInvoice}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class InvoiceKey extends /*@__PURE__*/ model<InvoiceKey>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Id of the invoice, as {@link listInvoices} gives it. */
      invoice_id: Schema.String
    })
  )
) {}

/**
 * The input of {@link listTransactions}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class ListTransactionsInput extends /*@__PURE__*/ model<ListTransactionsInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct(
      merge(
        {
          /** Only transactions of this kind: `charge`, `payment`, `credit` or `refund`. Default all. */
          type: Schema.optional(TransactionType),
          /** Only transactions in this state: `pending`, `completed` or `failed`. Default all. */
          status: Schema.optional(TransactionStatus)
        },
        pageQuery(),
        {
          ...dates()
        }
      )
    )
  )
) {}

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ FlatOperation.makeIn({ resource: "Billing", family: "flat" })

/**
 * Sets how much may be spent in a month (`PUT /v2/billing/limits/monthly`), in USD.
 *
 * **Example** (Stop at 500 USD a month)
 *
 * ```ts
 * import { Billing } from "effect-audian"
 *
 * export const program = Billing.updateMonthlyLimit({ amount: 500, action: "block", notifications: ["email"] })
 * ```
 *
 * @see https://docs.audian.com/billing/limits
 * @category operations
 * @since 0.1.0
 */
export const updateMonthlyLimit = /*@__PURE__*/ make(
  () =>
    Endpoint.put("updateMonthlyLimit", "/v2/billing/limits/monthly", {
      input: UpdateMonthlyLimitInput,
      success: Envelope.flat(Limit)
    }),
  { replay: "safe" }
)

/**
 * Lists the spending limits (`GET /v2/billing/limits`).
 *
 * **Example** (The limits that are nearly reached)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Billing } from "effect-audian"
 *
 * export const near = Effect.map(Billing.listLimits(), ({ limits }) =>
 *   limits.filter(({ percentage_used = 0 }) => percentage_used > 80)
 * )
 * ```
 *
 * @see https://docs.audian.com/billing/limits
 * @category operations
 * @since 0.1.0
 */
export const listLimits = /*@__PURE__*/ make(
  () => Endpoint.get("listLimits", "/v2/billing/limits", { success: Envelope.flat(LimitList) }),
  { replay: "safe" }
)

/**
 * Reads the usage and its costs (`GET /v2/billing/usage`).
 *
 * **Example** (Estimate the charge of a month)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Billing } from "effect-audian"
 *
 * export const charge = Effect.map(
 *   Billing.getUsage({ start_date: "2024-01-01", end_date: "2024-01-31", granularity: "month" }),
 *   ({ estimated_final_charge, total_charges }) => estimated_final_charge ?? total_charges
 * )
 * ```
 *
 * @see https://docs.audian.com/billing/usage
 * @category operations
 * @since 0.1.0
 */
export const getUsage = /*@__PURE__*/ make(
  () => Endpoint.get("getUsage", "/v2/billing/usage", { input: UsageInput, success: Envelope.flat(Usage) }),
  { replay: "safe" }
)

/**
 * Reads the usage in detail (`GET /v2/billing/usage/breakdown`), of one metric or of all. The response is undocumented.
 *
 * **Example** (Log the usage of voice calls)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Billing } from "effect-audian"
 *
 * export const program = Effect.tap(Billing.getUsageBreakdown({ metric: "voice" }), (json) => Effect.logInfo(json))
 * ```
 *
 * @see https://docs.audian.com/billing/usage
 * @category operations
 * @since 0.1.0
 */
export const getUsageBreakdown = /*@__PURE__*/ make(
  () =>
    Endpoint.get("getUsageBreakdown", "/v2/billing/usage/breakdown", {
      input: UsageBreakdownInput,
      success: Envelope.flat(Schema.Json)
    }),
  { replay: "safe" }
)

/**
 * Lists the invoices (`GET /v2/billing/invoices`). A page has 20 by default.
 *
 * **Example** (Sum up the overdue invoices)
 *
 * ```ts
 * import * as Stream from "effect/Stream"
 * import { Billing } from "effect-audian"
 *
 * export const overdue = Billing.listInvoices.items({ status: "overdue" }).pipe(
 *   Stream.runFold(() => 0, (sum, { amount = 0 }) => sum + amount)
 * )
 * ```
 *
 * @see https://docs.audian.com/billing/invoices
 * @category operations
 * @since 0.1.0
 */
export const listInvoices = /*@__PURE__*/ Page.byOffset(
  /*@__PURE__*/ make(
    () =>
      Endpoint.get("listInvoices", "/v2/billing/invoices", {
        input: ListInvoicesInput,
        success: Envelope.flat(InvoiceList)
      }),
    { replay: "safe" }
  ),
  "invoices"
)

/**
 * Reads an invoice (`GET /v2/billing/invoices/{invoice_id}`).
 *
 * **Example** (Check that an invoice was paid)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Billing } from "effect-audian"
 *
 * export const isPaid = (invoice_id: string) =>
 *   Effect.map(Billing.getInvoice({ invoice_id }), ({ status }) => status === "paid")
 * ```
 *
 * @see https://docs.audian.com/billing/invoices
 * @category operations
 * @since 0.1.0
 */
export const getInvoice = /*@__PURE__*/ make(
  () =>
    Endpoint.get("getInvoice", "/v2/billing/invoices/:invoice_id", {
      input: InvoiceKey,
      success: Envelope.flat(Invoice)
    }),
  { replay: "safe" }
)

/**
 * Lists the transactions (`GET /v2/billing/transactions`). A page has 20 by default.
 *
 * **Example** (Sum up the refunds of a year)
 *
 * ```ts
 * import * as Stream from "effect/Stream"
 * import { Billing } from "effect-audian"
 *
 * export const refunded = Billing.listTransactions
 *   .items({ type: "refund", start_date: "2024-01-01", end_date: "2024-12-31", limit: 100 })
 *   .pipe(Stream.runFold(() => 0, (sum, { amount = 0 }) => sum + amount))
 * ```
 *
 * @see https://docs.audian.com/billing/transactions
 * @category operations
 * @since 0.1.0
 */
export const listTransactions = /*@__PURE__*/ Page.byOffset(
  /*@__PURE__*/ make(
    () =>
      Endpoint.get("listTransactions", "/v2/billing/transactions", {
        input: ListTransactionsInput,
        success: Envelope.flat(TransactionList)
      }),
    { replay: "safe" }
  ),
  "transactions"
)
