/**
 * Temporal rules: the hours and days by which a callflow can branch.
 *
 * The API documents no fields, so a rule is any JSON object here: every key of the input but `account_id` and
 * `temporal_rule_id` is a field of the rule.
 *
 * @see https://docs.audian.com/temporal-rules
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import { accountId, listQuery } from "../internal/schema/accountParams.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import * as Operation from "../Operation.ts"
import * as Page from "../Page.ts"

const make = /*@__PURE__*/ Operation.makeIn({ resource: "Account.TemporalRules", family: "account" })

/** A rule as it is sent; a thunk, so that a bundler drops it with the operations that send it. */
const fields = () => Envelope.body(Schema.Record(Schema.String, Schema.Json))

/**
 * Lists the temporal rules of an account (`GET /v2/accounts/{account_id}/temporal_rules`).
 *
 * @see https://docs.audian.com/temporal-rules
 * @category operations
 * @since 0.1.0
 */
export const list = /*@__PURE__*/ Page.byKey(
  /*@__PURE__*/ make(
    () =>
      HttpApiEndpoint.get("list", "/v2/accounts/:account_id/temporal_rules", {
        params: accountId,
        query: listQuery(),
        success: Envelope.account(Schema.Array(Schema.Json))
      }),
    { replay: "safe" }
  )
)

/**
 * Reads a temporal rule (`GET /v2/accounts/{account_id}/temporal_rules/{temporal_rule_id}`).
 *
 * @see https://docs.audian.com/temporal-rules
 * @category operations
 * @since 0.1.0
 */
export const get = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.get("get", "/v2/accounts/:account_id/temporal_rules/:temporal_rule_id", {
      params: { ...accountId, temporal_rule_id: Schema.String },
      success: Envelope.account(Schema.Json)
    }),
  { replay: "safe" }
)

/**
 * Creates a temporal rule (`PUT /v2/accounts/{account_id}/temporal_rules`).
 *
 * @see https://docs.audian.com/temporal-rules
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.put("create", "/v2/accounts/:account_id/temporal_rules", {
      params: accountId,
      payload: fields(),
      success: Envelope.account(Schema.Json).pipe(HttpApiSchema.status(201))
    }),
  { replay: "unsafe" }
)

/**
 * Replaces a temporal rule (`POST /v2/accounts/{account_id}/temporal_rules/{temporal_rule_id}`): fields left out are
 * lost.
 *
 * @see https://docs.audian.com/temporal-rules
 * @category operations
 * @since 0.1.0
 */
export const update = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("update", "/v2/accounts/:account_id/temporal_rules/:temporal_rule_id", {
      params: { ...accountId, temporal_rule_id: Schema.String },
      payload: fields(),
      success: Envelope.account(Schema.Json)
    }),
  { replay: "safe" }
)

/**
 * Removes a temporal rule (`DELETE /v2/accounts/{account_id}/temporal_rules/{temporal_rule_id}`).
 *
 * @see https://docs.audian.com/temporal-rules
 * @category operations
 * @since 0.1.0
 */
export const remove = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.delete("remove", "/v2/accounts/:account_id/temporal_rules/:temporal_rule_id", {
      params: { ...accountId, temporal_rule_id: Schema.String },
      success: [Envelope.account(Schema.Json), HttpApiSchema.NoContent]
    }),
  { replay: "safe" }
)
