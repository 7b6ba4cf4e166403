/**
 * Who is available: the presence of an account's users, by presence id and by user.
 *
 * @see https://docs.audian.com/presence
 * @see https://docs.audian.com/users/presence
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as Schema from "effect/Schema"
import { accountId, listQuery } from "../internal/schema/accountParams.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import { lazy, openEnum } from "../internal/schema/schema.ts"
import * as Operation from "../Operation.ts"
import * as Page from "../Page.ts"
import * as Timestamp from "../Timestamp.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * The availability of a user.
 *
 * @category models
 * @since 0.1.0
 */
export type Status = typeof Status.Type
/**
 * @category schemas
 * @since 0.1.0
 */
export const Status = /*@__PURE__*/ openEnum("available", "busy", "away", "dnd", "offline", "invisible")

/**
 * A presence of the account.
 *
 * @category models
 * @since 0.1.0
 */
export interface Presence extends Schema.Schema.Type<typeof Presence> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Presence = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    user_id: Schema.optional(Schema.String),
    presence_id: Schema.optional(Schema.String),
    status: Schema.optional(Status),
    message: Schema.optional(Schema.String)
  })
)

/**
 * The presence of a user. `doNotDisturb.reason` and `doNotDisturb.until` were only seen null.
 *
 * @category models
 * @since 0.1.0
 */
export interface UserPresence extends Schema.Schema.Type<typeof UserPresence> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const UserPresence = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    userId: Schema.optional(Schema.String),
    status: Schema.optional(Status),
    customMessage: Schema.optional(Schema.NullOr(Schema.String)),
    lastUpdate: Schema.optional(Timestamp.Iso),
    activeCall: Schema.optional(Schema.Boolean),
    activeMeeting: Schema.optional(Schema.Boolean),
    doNotDisturb: Schema.optional(
      Schema.Struct({
        enabled: Schema.optional(Schema.Boolean),
        reason: Schema.optional(Schema.Json),
        until: Schema.optional(Schema.Json)
      })
    ),
    callForwarding: Schema.optional(
      Schema.Struct({
        enabled: Schema.optional(Schema.Boolean),
        destination: Schema.optional(Schema.NullOr(Schema.String))
      })
    )
  })
)

const userId = () => ({ ...accountId, user_id: Schema.String })

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ Operation.makeIn({ resource: "Account.Presence", family: "account" })

/**
 * Lists the presences of an account (`GET /v2/accounts/{account_id}/presence`).
 *
 * @see https://docs.audian.com/presence
 * @category operations
 * @since 0.1.0
 */
export const list = /*@__PURE__*/ Page.byKey(
  /*@__PURE__*/ make(
    () =>
      HttpApiEndpoint.get("list", "/v2/accounts/:account_id/presence", {
        params: accountId,
        query: listQuery(),
        success: Envelope.account(Schema.Array(Presence))
      }),
    { replay: "safe" }
  )
)

/**
 * Sets a presence (`POST /v2/accounts/{account_id}/presence/{presence_id}`). The response is undocumented.
 *
 * @see https://docs.audian.com/presence
 * @category operations
 * @since 0.1.0
 */
export const update = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("update", "/v2/accounts/:account_id/presence/:presence_id", {
      params: { ...accountId, presence_id: Schema.String },
      payload: Envelope.body(
        Schema.Struct({ status: Schema.optional(Status), message: Schema.optional(Schema.String) })
      ),
      success: Envelope.account(Schema.Json)
    }),
  { replay: "safe" }
)

/**
 * Reads the presence of a user (`GET /v2/accounts/{account_id}/users/{user_id}/presence`).
 *
 * @see https://docs.audian.com/users/presence
 * @category operations
 * @since 0.1.0
 */
export const getUser = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.get("getUser", "/v2/accounts/:account_id/users/:user_id/presence", {
      params: userId(),
      success: UserPresence
    }),
  { replay: "safe", envelope: "bare" }
)

/**
 * Sets the presence of a user (`POST /v2/accounts/{account_id}/users/{user_id}/presence`), for `duration` seconds. The
 * response is undocumented.
 *
 * @see https://docs.audian.com/users/presence
 * @category operations
 * @since 0.1.0
 */
export const updateUser = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("updateUser", "/v2/accounts/:account_id/users/:user_id/presence", {
      params: userId(),
      payload: Schema.Struct({
        status: Status,
        message: Schema.optional(Schema.String),
        duration: Schema.optional(Schema.Int)
      }),
      success: Schema.Json
    }),
  { replay: "safe", envelope: "bare" }
)

/**
 * Lists the presence of all users of an account (`GET /v2/accounts/{account_id}/users/presence`). The response is
 * undocumented.
 *
 * @see https://docs.audian.com/users/presence
 * @category operations
 * @since 0.1.0
 */
export const listUsers = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.get("listUsers", "/v2/accounts/:account_id/users/presence", {
      params: accountId,
      success: Schema.Json
    }),
  { replay: "safe", envelope: "bare" }
)
