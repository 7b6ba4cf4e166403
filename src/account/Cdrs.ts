/**
 * Call detail records: one for each leg of a call that is over.
 *
 * @see https://docs.audian.com/cdrs
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as AccountOperation from "../internal/accountOperation.ts"
import { account, listInput } from "../internal/schema/accountParams.ts"
import * as Endpoint from "../internal/schema/endpoint.ts"
import { quantity, seconds } from "../internal/schema/engineValues.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import { lazy, merge, model, openEnum } from "../internal/schema/schema.ts"
import * as Page from "../Page.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** Fields of a list row and of the full record. */
const shared = () =>
  ({
    /** Id of the record: year and month, then the id (`202602-…`). */
    id: Schema.optional(Schema.String),
    /** Id of the call. */
    call_id: Schema.optional(Schema.String),
    /** Name of the caller. */
    caller_id_name: Schema.optional(Schema.String),
    /** Number of the caller. */
    caller_id_number: Schema.optional(Schema.String),
    /** Name of the called party. */
    callee_id_name: Schema.optional(Schema.String),
    /** Number of the called party. */
    callee_id_number: Schema.optional(Schema.String),
    /** Length of the call in seconds. */
    duration_seconds: Schema.optional(quantity),
    /** Length that is billed, in seconds. */
    billing_seconds: Schema.optional(quantity),
    /** Time of the call, in seconds since 1970, whichever form it was sent in. */
    timestamp: Schema.optional(seconds),
    /** Cause of the end, such as `NORMAL_CLEARING`. */
    hangup_cause: Schema.optional(Schema.String),
    /** Id that all legs of a call share, for {@link listLegs}. */
    interaction_id: Schema.optional(Schema.String),
    /** Id of the other leg. */
    other_leg_call_id: Schema.optional(Schema.String),
    /** SIP address of the caller. */
    from: Schema.optional(Schema.String),
    /** SIP address of the called party. */
    to: Schema.optional(Schema.String),
    /** SIP address that was requested. */
    request: Schema.optional(Schema.String),
    /** Server that carried the media. */
    media_server: Schema.optional(Schema.String)
  }) as const

/**
 * A record in a list, as the engine exports it. Unknown texts are empty; unknown numbers and times are undefined.
 *
 * @category models
 * @since 0.1.0
 */
export class Cdr extends /*@__PURE__*/ model<Cdr>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      ...shared(),
      /** Direction: `inbound` or `outbound`. */
      direction: Schema.optional(openEnum("inbound", "outbound")),
      /** Id of the user that it belongs to. */
      owner_id: Schema.optional(Schema.String),
      /** Id of the document that allowed the call, such as a device. */
      authorizing_id: Schema.optional(Schema.String),
      /** Number that was dialed. */
      dialed_number: Schema.optional(Schema.String),
      /** Number that called. */
      calling_from: Schema.optional(Schema.String),
      /** Time of the call as text. */
      datetime: Schema.optional(Schema.String),
      /** Time of the call in seconds since 1970. */
      unix_timestamp: Schema.optional(seconds),
      /** Time of the call in microseconds since 1970. */
      unix_timestamp_micro: Schema.optional(quantity),
      /** Time of the call as RFC 1036 writes it. */
      rfc_1036: Schema.optional(Schema.String),
      /** Date of the call, ISO 8601. */
      iso_8601: Schema.optional(Schema.String),
      /** Date and time of the call, ISO 8601. */
      iso_8601_combined: Schema.optional(Schema.String),
      /** Type of the call. */
      call_type: Schema.optional(Schema.String),
      /** Priority of the call. */
      call_priority: Schema.optional(Schema.Json),
      /** Cost of the call. */
      cost: Schema.optional(quantity),
      /** Rate of the call. */
      rate: Schema.optional(quantity),
      /** Name of the rate. */
      rate_name: Schema.optional(Schema.String),
      /** Cost for the reseller. */
      reseller_cost: Schema.optional(quantity),
      /** Type of the call for the reseller. */
      reseller_call_type: Schema.optional(Schema.String),
      /** Id of the bridge. */
      bridge_id: Schema.optional(Schema.String),
      /** URL of the recording. */
      recording_url: Schema.optional(Schema.String),
      /** Ids of the recordings. */
      media_recordings: Schema.optional(Schema.Union([Schema.Array(Schema.String), Schema.String]))
    })
  )
) {}

/**
 * A record as it is stored, with the switch's data of the call.
 *
 * @category models
 * @since 0.1.0
 */
export class CdrDocument extends /*@__PURE__*/ model<CdrDocument>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      ...shared(),
      /** Application that wrote the record. */
      app_name: Schema.optional(Schema.String),
      /** Version of the application. */
      app_version: Schema.optional(Schema.String),
      /** Direction: `inbound` or `outbound`. */
      call_direction: Schema.optional(openEnum("inbound", "outbound")),
      /** State of the call in the switch. */
      channel_call_state: Schema.optional(Schema.String),
      /** Time of the channel's creation. */
      channel_created_time: Schema.optional(quantity),
      /** Name of the channel. */
      channel_name: Schema.optional(Schema.String),
      /** State of the channel. */
      channel_state: Schema.optional(Schema.String),
      /** Variables of applications. */
      custom_application_vars: Schema.optional(Schema.Json),
      /** Variables of the channel. */
      custom_channel_vars: Schema.optional(Schema.Json),
      /** SIP headers of the call. */
      custom_sip_headers: Schema.optional(Schema.Json),
      /** Digits that were dialed. */
      digits_dialed: Schema.optional(Schema.String),
      /** Disposition of the call. */
      disposition: Schema.optional(Schema.String),
      /** Category of the event. */
      event_category: Schema.optional(Schema.String),
      /** Name of the event. */
      event_name: Schema.optional(Schema.String),
      /** Rows of a fax that could not be read. */
      fax_bad_rows: Schema.optional(Schema.String),
      /** Error correction of a fax. */
      fax_ecm_used: Schema.optional(Schema.String),
      /** Code of a fax's result. */
      fax_result_code: Schema.optional(Schema.String),
      /** Text of a fax's result. */
      fax_result_text: Schema.optional(Schema.String),
      /** Success of a fax. */
      fax_success: Schema.optional(Schema.String),
      /** Pages of a fax. */
      fax_total_pages: Schema.optional(Schema.String),
      /** Transfer rate of a fax. */
      fax_transfer_rate: Schema.optional(Schema.String),
      /** Pages of a fax that were transferred. */
      fax_transferred_pages: Schema.optional(Schema.String),
      /** SIP tag of the caller. */
      from_tag: Schema.optional(Schema.String),
      /** SIP URI of the caller. */
      from_uri: Schema.optional(Schema.String),
      /** SIP code of the end, such as `sip:200`. */
      hangup_code: Schema.optional(Schema.String),
      /** Key of the interaction. */
      interaction_key: Schema.optional(Schema.String),
      /** Time of the interaction. */
      interaction_time: Schema.optional(quantity),
      /** SDP of this side. */
      local_sdp: Schema.optional(Schema.String),
      /** Id of the message. */
      msg_id: Schema.optional(Schema.String),
      /** Node that wrote the record. */
      node: Schema.optional(Schema.String),
      /** Name of the caller on the other leg. */
      other_leg_caller_id_name: Schema.optional(Schema.String),
      /** Number of the caller on the other leg. */
      other_leg_caller_id_number: Schema.optional(Schema.String),
      /** Number that the other leg dialed. */
      other_leg_destination_number: Schema.optional(Schema.String),
      /** Direction of the other leg. */
      other_leg_direction: Schema.optional(Schema.String),
      /** Id of its presence. */
      presence_id: Schema.optional(Schema.String),
      /** SDP of the other side. */
      remote_sdp: Schema.optional(Schema.String),
      /** Time that it rang, in seconds. */
      ringing_seconds: Schema.optional(quantity),
      /** Host of the switch. */
      switch_hostname: Schema.optional(Schema.String),
      /** Node of the switch. */
      switch_nodename: Schema.optional(Schema.String),
      /** SIP URI of the switch. */
      switch_uri: Schema.optional(Schema.String),
      /** URL of the switch. */
      switch_url: Schema.optional(Schema.String),
      /** SIP tag of the called party. */
      to_tag: Schema.optional(Schema.String),
      /** SIP URI of the called party. */
      to_uri: Schema.optional(Schema.String),
      /** User agent of the phone. */
      user_agent: Schema.optional(Schema.String)
    })
  )
) {}

// -----------------------------------------------------------------------------
// inputs
// -----------------------------------------------------------------------------

/**
 * The input of {@link list}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class ListInput extends /*@__PURE__*/ model<ListInput>()(
  /*@__PURE__*/ lazy(() =>
    listInput({
      /** Start of the range, in seconds since 1970 (`Timestamp.toUnix`) or since the year 0 (`Timestamp.toGregorian`). Default 31 days before its end. */
      created_from: Schema.optional(Schema.Int),
      /** End of the range, in seconds of the same kind. Default now. */
      created_to: Schema.optional(Schema.Int)
    })
  )
) {}

/**
 * The input of {@link get}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class CdrKey extends /*@__PURE__*/ model<CdrKey>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct(
      merge(account(), {
        /** Id of the record. */
        cdr_id: Schema.String
      })
    )
  )
) {}

/**
 * The input of {@link getSummary}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class SummaryInput extends /*@__PURE__*/ model<SummaryInput>()(
  /*@__PURE__*/ lazy(() => Schema.Struct(account()))
) {}

/**
 * The input of {@link listLegs}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class ListLegsInput extends /*@__PURE__*/ model<ListLegsInput>()(
  /*@__PURE__*/ lazy(() =>
    listInput({
      /** The `interaction_id` of the call, or the id of the record of any of its legs. */
      leg_id: Schema.String
    })
  )
) {}

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ AccountOperation.makeIn({ resource: "Account.Cdrs", family: "account" })

/**
 * Lists the call records of an account (`GET /v2/accounts/{account_id}/cdrs`) made between `created_from` and
 * `created_to`: by default the last 31 days.
 *
 * **Details**
 *
 * Both are whole seconds and are sent as given. The page counts them from 1970, the engine's own documentation from the
 * year 0. {@link list} itself sends one range; its `pages` and `items` cut a wider one into windows.
 *
 * **Gotchas**
 *
 * The widest range is 31 days and an hour; a wider or reversed one is a `BadRequest` about `created_from`.
 *
 * **Example** (The calls of the last week that nobody answered)
 *
 * ```ts
 * import * as DateTime from "effect/DateTime"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 * import { Account, Timestamp } from "effect-audian"
 *
 * export const missed = Effect.gen(function* () {
 *   const since = DateTime.subtract(yield* DateTime.now, { days: 7 })
 *   return yield* Account.Cdrs.list.items({ created_from: Timestamp.toGregorian(since) }).pipe(
 *     Stream.filter(({ direction, billing_seconds }) => direction === "inbound" && billing_seconds === 0),
 *     Stream.runCollect
 *   )
 * })
 * ```
 *
 * @see https://docs.audian.com/cdrs
 * @category operations
 * @since 0.1.0
 */
export const list = /*@__PURE__*/ Page.byTime(
  /*@__PURE__*/ make(
    () =>
      Endpoint.get("list", "/v2/accounts/:account_id/cdrs", {
        input: ListInput,
        success: Envelope.account(Schema.Array(Cdr))
      }),
    { replay: "safe" }
  )
)

/**
 * Reads a call record (`GET /v2/accounts/{account_id}/cdrs/{cdr_id}`). The engine's ids begin with year and month
 * (`202602-…`); any other is `NotFound`.
 *
 * **Example** (Hangup cause and duration of a call)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account } from "effect-audian"
 *
 * export const causeOf = (cdr_id: string) =>
 *   Effect.map(Account.Cdrs.get({ cdr_id }), (cdr) => `${cdr.hangup_cause} after ${cdr.duration_seconds} s`)
 * ```
 *
 * @see https://docs.audian.com/cdrs
 * @category operations
 * @since 0.1.0
 */
export const get = /*@__PURE__*/ make(
  () =>
    Endpoint.get("get", "/v2/accounts/:account_id/cdrs/:cdr_id", {
      input: CdrKey,
      success: Envelope.account(CdrDocument)
    }),
  { replay: "safe" }
)

/**
 * Reads the aggregate of the call records (`GET /v2/accounts/{account_id}/cdrs/summary`). Its fields are undocumented.
 *
 * **Example** (Log the summary)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account } from "effect-audian"
 *
 * export const program = Effect.tap(Account.Cdrs.getSummary(), (summary) => Effect.logInfo(summary))
 * ```
 *
 * @see https://docs.audian.com/cdrs
 * @category operations
 * @since 0.1.0
 */
export const getSummary = /*@__PURE__*/ make(
  () =>
    Endpoint.get("getSummary", "/v2/accounts/:account_id/cdrs/summary", {
      input: SummaryInput,
      success: Envelope.account(Schema.Json)
    }),
  { replay: "safe" }
)

/**
 * Lists all legs of a call (`GET /v2/accounts/{account_id}/cdrs/legs/{leg_id}`).
 *
 * **Example** (Route of a call, leg by leg)
 *
 * ```ts
 * import * as Stream from "effect/Stream"
 * import { Account } from "effect-audian"
 *
 * export const route = (leg_id: string) =>
 *   Account.Cdrs.listLegs.items({ leg_id }).pipe(
 *     Stream.map(({ caller_id_number, callee_id_number }) => `${caller_id_number} to ${callee_id_number}`),
 *     Stream.runCollect
 *   )
 * ```
 *
 * @see https://docs.audian.com/cdrs
 * @category operations
 * @since 0.1.0
 */
export const listLegs = /*@__PURE__*/ Page.byKey(
  /*@__PURE__*/ make(
    () =>
      Endpoint.get("listLegs", "/v2/accounts/:account_id/cdrs/legs/:leg_id", {
        input: ListLegsInput,
        success: Envelope.account(Schema.Array(Cdr))
      }),
    { replay: "safe" }
  )
)
