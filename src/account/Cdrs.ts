/**
 * Call detail records: one for each leg of a call that is over.
 *
 * @see https://docs.audian.com/cdrs
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as Schema from "effect/Schema"
import { accountId, listQuery } from "../internal/schema/accountParams.ts"
import { quantity, seconds, timeRange } from "../internal/schema/engineValues.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import { lazy, openEnum } from "../internal/schema/schema.ts"
import * as Operation from "../Operation.ts"
import * as Page from "../Page.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** Fields of a list row and of the full record. */
const shared = () => ({
  id: Schema.optional(Schema.String),
  call_id: Schema.optional(Schema.String),
  caller_id_name: Schema.optional(Schema.String),
  caller_id_number: Schema.optional(Schema.String),
  callee_id_name: Schema.optional(Schema.String),
  callee_id_number: Schema.optional(Schema.String),
  duration_seconds: Schema.optional(quantity),
  billing_seconds: Schema.optional(quantity),
  timestamp: Schema.optional(seconds),
  hangup_cause: Schema.optional(Schema.String),
  interaction_id: Schema.optional(Schema.String),
  other_leg_call_id: Schema.optional(Schema.String),
  from: Schema.optional(Schema.String),
  to: Schema.optional(Schema.String),
  request: Schema.optional(Schema.String),
  media_server: Schema.optional(Schema.String)
})

/**
 * A row of a list: the record as the engine exports it. Texts that are not known are empty, numbers and times are
 * undefined. Times are in seconds since 1970, whichever form they were sent in; `unix_timestamp_micro` in
 * microseconds.
 *
 * @category models
 * @since 0.1.0
 */
export interface Cdr extends Schema.Schema.Type<typeof Cdr> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Cdr = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    ...shared(),
    direction: Schema.optional(openEnum("inbound", "outbound")),
    owner_id: Schema.optional(Schema.String),
    authorizing_id: Schema.optional(Schema.String),
    dialed_number: Schema.optional(Schema.String),
    calling_from: Schema.optional(Schema.String),
    datetime: Schema.optional(Schema.String),
    unix_timestamp: Schema.optional(seconds),
    unix_timestamp_micro: Schema.optional(quantity),
    rfc_1036: Schema.optional(Schema.String),
    iso_8601: Schema.optional(Schema.String),
    iso_8601_combined: Schema.optional(Schema.String),
    call_type: Schema.optional(Schema.String),
    call_priority: Schema.optional(Schema.Json),
    cost: Schema.optional(quantity),
    rate: Schema.optional(quantity),
    rate_name: Schema.optional(Schema.String),
    reseller_cost: Schema.optional(quantity),
    reseller_call_type: Schema.optional(Schema.String),
    bridge_id: Schema.optional(Schema.String),
    recording_url: Schema.optional(Schema.String),
    media_recordings: Schema.optional(Schema.Union([Schema.Array(Schema.String), Schema.String]))
  })
)

/**
 * A record as it is stored, with what the switch knew of the call. `timestamp` is in seconds since 1970, whichever
 * form it was sent in.
 *
 * @category models
 * @since 0.1.0
 */
export interface CdrDocument extends Schema.Schema.Type<typeof CdrDocument> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const CdrDocument = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    ...shared(),
    app_name: Schema.optional(Schema.String),
    app_version: Schema.optional(Schema.String),
    call_direction: Schema.optional(openEnum("inbound", "outbound")),
    channel_call_state: Schema.optional(Schema.String),
    channel_created_time: Schema.optional(quantity),
    channel_name: Schema.optional(Schema.String),
    channel_state: Schema.optional(Schema.String),
    custom_application_vars: Schema.optional(Schema.Json),
    custom_channel_vars: Schema.optional(Schema.Json),
    custom_sip_headers: Schema.optional(Schema.Json),
    digits_dialed: Schema.optional(Schema.String),
    disposition: Schema.optional(Schema.String),
    event_category: Schema.optional(Schema.String),
    event_name: Schema.optional(Schema.String),
    fax_bad_rows: Schema.optional(Schema.String),
    fax_ecm_used: Schema.optional(Schema.String),
    fax_result_code: Schema.optional(Schema.String),
    fax_result_text: Schema.optional(Schema.String),
    fax_success: Schema.optional(Schema.String),
    fax_total_pages: Schema.optional(Schema.String),
    fax_transfer_rate: Schema.optional(Schema.String),
    fax_transferred_pages: Schema.optional(Schema.String),
    from_tag: Schema.optional(Schema.String),
    from_uri: Schema.optional(Schema.String),
    hangup_code: Schema.optional(Schema.String),
    interaction_key: Schema.optional(Schema.String),
    interaction_time: Schema.optional(quantity),
    local_sdp: Schema.optional(Schema.String),
    msg_id: Schema.optional(Schema.String),
    node: Schema.optional(Schema.String),
    other_leg_caller_id_name: Schema.optional(Schema.String),
    other_leg_caller_id_number: Schema.optional(Schema.String),
    other_leg_destination_number: Schema.optional(Schema.String),
    other_leg_direction: Schema.optional(Schema.String),
    presence_id: Schema.optional(Schema.String),
    remote_sdp: Schema.optional(Schema.String),
    ringing_seconds: Schema.optional(quantity),
    switch_hostname: Schema.optional(Schema.String),
    switch_nodename: Schema.optional(Schema.String),
    switch_uri: Schema.optional(Schema.String),
    switch_url: Schema.optional(Schema.String),
    to_tag: Schema.optional(Schema.String),
    to_uri: Schema.optional(Schema.String),
    user_agent: Schema.optional(Schema.String)
  })
)

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ Operation.makeIn({ resource: "Account.Cdrs", family: "account" })

/**
 * Lists the call records of an account (`GET /v2/accounts/{account_id}/cdrs`) made between `created_from` and
 * `created_to`: by default the last 31 days. The widest range is 31 days and an hour; a wider or reversed one is a
 * `BadRequest` about `created_from`.
 *
 * Both are whole seconds and are sent as given. The page counts them from 1970 (`Timestamp.toUnix`), the engine's own
 * documentation from the year 0 (`Timestamp.toGregorian`).
 *
 * @see https://docs.audian.com/cdrs
 * @category operations
 * @since 0.1.0
 */
export const list = /*@__PURE__*/ Page.byTime(
  /*@__PURE__*/ make(
    () =>
      HttpApiEndpoint.get("list", "/v2/accounts/:account_id/cdrs", {
        params: accountId,
        query: { ...listQuery(), ...timeRange() },
        success: Envelope.account(Schema.Array(Cdr))
      }),
    { replay: "safe" }
  )
)

/**
 * Reads a call record (`GET /v2/accounts/{account_id}/cdrs/{cdr_id}`). The engine's ids begin with year and month
 * (`202602-…`); any other is `NotFound`.
 *
 * @see https://docs.audian.com/cdrs
 * @category operations
 * @since 0.1.0
 */
export const get = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.get("get", "/v2/accounts/:account_id/cdrs/:cdr_id", {
      params: { ...accountId, cdr_id: Schema.String },
      success: Envelope.account(CdrDocument)
    }),
  { replay: "safe" }
)

/**
 * Reads the aggregate of the call records (`GET /v2/accounts/{account_id}/cdrs/summary`), whose fields are not
 * documented.
 *
 * @see https://docs.audian.com/cdrs
 * @category operations
 * @since 0.1.0
 */
export const getSummary = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.get("getSummary", "/v2/accounts/:account_id/cdrs/summary", {
      params: accountId,
      success: Envelope.account(Schema.Json)
    }),
  { replay: "safe" }
)

/**
 * Lists all legs of a call (`GET /v2/accounts/{account_id}/cdrs/legs/{leg_id}`). `leg_id` is the `interaction_id` of
 * the call or the id of the record of any of its legs.
 *
 * @see https://docs.audian.com/cdrs
 * @category operations
 * @since 0.1.0
 */
export const listLegs = /*@__PURE__*/ Page.byKey(
  /*@__PURE__*/ make(
    () =>
      HttpApiEndpoint.get("listLegs", "/v2/accounts/:account_id/cdrs/legs/:leg_id", {
        params: { ...accountId, leg_id: Schema.String },
        query: listQuery(),
        success: Envelope.account(Schema.Array(Cdr))
      }),
    { replay: "safe" }
  )
)
