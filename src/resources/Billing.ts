/**
 * Billing: spending limits, usage, invoices. Every amount is in USD. `Account.Billing` is the engine's own.
 *
 * @see https://docs.audian.com/billing/usage
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as Schema from "effect/Schema"
import * as Envelope from "../internal/schema/envelope.ts"
import { lazy, openEnum, openStruct, pageFields, pageQuery } from "../internal/schema/schema.ts"
import * as Operation from "../Operation.ts"
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
export interface Limit extends Schema.Schema.Type<typeof Limit> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Limit = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    id: Schema.optional(Schema.String),
    type: openEnum("monthly", "daily", "sms"),
    amount: Schema.Finite,
    action: Schema.optional(LimitAction),
    current_usage: Schema.optional(Schema.Finite),
    remaining: Schema.optional(Schema.Finite),
    percentage_used: Schema.optional(Schema.Finite),
    status: Schema.optional(openEnum("active")),
    notifications: Schema.optional(Schema.Array(LimitNotification)),
    created_at: Schema.optional(Timestamp.Iso)
  })
)

/**
 * The response of {@link listLimits}.
 *
 * @category models
 * @since 0.1.0
 */
export interface LimitList extends Schema.Schema.Type<typeof LimitList> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const LimitList = /*@__PURE__*/ lazy(() => Schema.Struct({ limits: Schema.Array(Limit) }))

const metered = () =>
  Schema.optional(
    Schema.Struct({
      count: Schema.optional(Schema.Finite),
      unit_cost: Schema.optional(Schema.Finite),
      cost: Schema.optional(Schema.Finite)
    })
  )

/**
 * The usage of a billing period and its costs. `percentage` is of `limit`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Usage extends Schema.Schema.Type<typeof Usage> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Usage = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    billing_period: Schema.optional(
      Schema.Struct({ start: Schema.optional(Timestamp.Iso), end: Schema.optional(Timestamp.Iso) })
    ),
    usage: Schema.Struct({
      api_calls: Schema.optional(
        Schema.Struct({
          count: Schema.optional(Schema.Finite),
          limit: Schema.optional(Schema.NullOr(Schema.Finite)),
          percentage: Schema.optional(Schema.NullOr(Schema.Finite)),
          cost: Schema.optional(Schema.Finite)
        })
      ),
      sms_messages: metered(),
      voice_minutes: metered(),
      phone_numbers: Schema.optional(
        Schema.Struct({
          count: Schema.optional(Schema.Finite),
          unit_cost: Schema.optional(Schema.Finite),
          monthly_cost: Schema.optional(Schema.Finite)
        })
      )
    }),
    total_charges: Schema.optional(Schema.Finite),
    estimated_final_charge: Schema.optional(Schema.Finite)
  })
)

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

const invoiceFields = () => ({
  id: Schema.String,
  invoice_number: Schema.optional(Schema.String),
  issue_date: Schema.optional(Schema.NullOr(Timestamp.Iso)),
  due_date: Schema.optional(Schema.NullOr(Timestamp.Iso)),
  period_start: Schema.optional(Timestamp.Iso),
  period_end: Schema.optional(Timestamp.Iso),
  status: Schema.optional(InvoiceStatus),
  paid_at: Schema.optional(Schema.NullOr(Timestamp.Iso))
})

/**
 * An invoice as it is listed.
 *
 * @category models
 * @since 0.1.0
 */
export interface InvoiceSummary extends Schema.Schema.Type<typeof InvoiceSummary> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const InvoiceSummary = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    ...invoiceFields(),
    amount: Schema.optional(Schema.Finite),
    currency: Schema.optional(Schema.String)
  })
)

/**
 * The response of {@link listInvoices}: one page of invoices, and how many there are in all.
 *
 * @category models
 * @since 0.1.0
 */
export interface InvoiceList extends Schema.Schema.Type<typeof InvoiceList> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const InvoiceList = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    invoices: Schema.Array(InvoiceSummary),
    ...pageFields()
  })
)

/**
 * An invoice. Only the fields named here are documented; the others are kept as they come.
 *
 * @category models
 * @since 0.1.0
 */
export type Invoice = typeof Invoice.Type
/**
 * @category schemas
 * @since 0.1.0
 */
export const Invoice = /*@__PURE__*/ lazy(() =>
  openStruct({
    ...invoiceFields(),
    customer: Schema.optional(
      openStruct({
        id: Schema.optional(Schema.String),
        name: Schema.optional(Schema.String),
        email: Schema.optional(Schema.NullOr(Schema.String))
      })
    )
  })
)

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ Operation.makeIn({ resource: "Billing", family: "flat" })

/**
 * Sets how much may be spent in a month (`PUT /v2/billing/limits/monthly`), in USD.
 *
 * @see https://docs.audian.com/billing/limits
 * @category operations
 * @since 0.1.0
 */
export const updateMonthlyLimit = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.put("updateMonthlyLimit", "/v2/billing/limits/monthly", {
      payload: Schema.Struct({
        amount: Schema.Finite,
        action: Schema.optional(LimitAction),
        notifications: Schema.optional(Schema.Array(LimitNotification))
      }),
      success: Envelope.flat(Limit)
    }),
  { replay: "safe" }
)

/**
 * Lists the spending limits (`GET /v2/billing/limits`).
 *
 * @see https://docs.audian.com/billing/limits
 * @category operations
 * @since 0.1.0
 */
export const listLimits = /*@__PURE__*/ make(
  () => HttpApiEndpoint.get("listLimits", "/v2/billing/limits", { success: Envelope.flat(LimitList) }),
  { replay: "safe" }
)

/**
 * Reads what was used and what it costs (`GET /v2/billing/usage`). `start_date` and `end_date` are ISO 8601;
 * `granularity` is `month` by default.
 *
 * @see https://docs.audian.com/billing/usage
 * @category operations
 * @since 0.1.0
 */
export const getUsage = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.get("getUsage", "/v2/billing/usage", {
      query: {
        start_date: Schema.optional(Schema.String),
        end_date: Schema.optional(Schema.String),
        granularity: Schema.optional(openEnum("day", "week", "month"))
      },
      success: Envelope.flat(Usage)
    }),
  { replay: "safe" }
)

/**
 * Reads the usage in detail (`GET /v2/billing/usage/breakdown`), of one metric or of all. The response is
 * undocumented.
 *
 * @see https://docs.audian.com/billing/usage
 * @category operations
 * @since 0.1.0
 */
export const getUsageBreakdown = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.get("getUsageBreakdown", "/v2/billing/usage/breakdown", {
      query: { metric: Schema.optional(openEnum("api_calls", "sms", "voice")) },
      success: Envelope.flat(Schema.Json)
    }),
  { replay: "safe" }
)

/**
 * Lists the invoices (`GET /v2/billing/invoices`). `limit` is 1 to 100, 20 by default; `offset` starts at 0;
 * `start_date` and `end_date` are ISO 8601.
 *
 * @see https://docs.audian.com/billing/invoices
 * @category operations
 * @since 0.1.0
 */
export const listInvoices = /*@__PURE__*/ Page.byOffset(
  /*@__PURE__*/ make(
    () =>
      HttpApiEndpoint.get("listInvoices", "/v2/billing/invoices", {
        query: {
          status: Schema.optional(InvoiceStatus),
          ...pageQuery(),
          start_date: Schema.optional(Schema.String),
          end_date: Schema.optional(Schema.String)
        },
        success: Envelope.flat(InvoiceList)
      }),
    { replay: "safe" }
  ),
  "invoices"
)

/**
 * Reads an invoice (`GET /v2/billing/invoices/{invoice_id}`).
 *
 * @see https://docs.audian.com/billing/invoices
 * @category operations
 * @since 0.1.0
 */
export const getInvoice = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.get("getInvoice", "/v2/billing/invoices/:invoice_id", {
      params: { invoice_id: Schema.String },
      success: Envelope.flat(Invoice)
    }),
  { replay: "safe" }
)
