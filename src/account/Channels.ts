/**
 * Channels: the calls that are up at this moment, one channel for each leg.
 *
 * @see https://docs.audian.com/channels
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as Schema from "effect/Schema"
import { accountId } from "../internal/schema/accountParams.ts"
import { seconds } from "../internal/schema/engineValues.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import { lazy, openEnum } from "../internal/schema/schema.ts"
import * as Operation from "../Operation.ts"

const make = /*@__PURE__*/ Operation.makeIn({ resource: "Account.Channels", family: "account" })

/**
 * A channel. `timestamp` is in seconds since 1970, whichever form it was sent in.
 *
 * @category models
 * @since 0.1.0
 */
export interface Channel extends Schema.Schema.Type<typeof Channel> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Channel = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    uuid: Schema.optional(Schema.String),
    call_id: Schema.optional(Schema.String),
    direction: Schema.optional(openEnum("inbound", "outbound")),
    state: Schema.optional(openEnum("active")),
    answered: Schema.optional(Schema.Boolean),
    caller_id_number: Schema.optional(Schema.String),
    callee_id_number: Schema.optional(Schema.String),
    destination: Schema.optional(Schema.String),
    timestamp: Schema.optional(seconds),
    authorizing_id: Schema.optional(Schema.String),
    authorizing_type: Schema.optional(Schema.String),
    owner_id: Schema.optional(Schema.String),
    presence_id: Schema.optional(Schema.String),
    username: Schema.optional(Schema.String),
    other_leg: Schema.optional(Schema.String)
  })
)

/**
 * Lists the channels of an account, all of them (`GET /v2/accounts/{account_id}/channels`).
 *
 * @see https://docs.audian.com/channels
 * @category operations
 * @since 0.1.0
 */
export const list = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.get("list", "/v2/accounts/:account_id/channels", {
      params: accountId,
      success: Envelope.account(Schema.Array(Channel))
    }),
  { replay: "safe" }
)
