/**
 * The users of an account.
 *
 * Bodies and answers are the engine's documents. An `update` replaces the whole document: fields left out are lost; a
 * `patch` merges into it.
 *
 * @see https://docs.audian.com/introduction/quickstart
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import { accountId, listQuery } from "../internal/account.ts"
import * as Envelope from "../internal/envelope.ts"
import { define, open, secret } from "../internal/schema.ts"
import * as Operation from "../Operation.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * What a user may do.
 *
 * @category models
 * @since 0.1.0
 */
export type PrivLevel = typeof PrivLevel.Type
/**
 * @category schemas
 * @since 0.1.0
 */
export const PrivLevel = /*@__PURE__*/ open("user", "admin")

/**
 * A user. The engine never gives the password back.
 *
 * @category models
 * @since 0.1.0
 */
export interface User extends Schema.Schema.Type<typeof User> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const User = /*@__PURE__*/ define(() =>
  Schema.Struct({
    id: Schema.optional(Schema.String),
    first_name: Schema.optional(Schema.String),
    last_name: Schema.optional(Schema.String),
    email: Schema.optional(Schema.String),
    username: Schema.optional(Schema.String),
    enabled: Schema.optional(Schema.Boolean),
    priv_level: Schema.optional(PrivLevel),
    timezone: Schema.optional(Schema.String),
    presence_id: Schema.optional(Schema.String),
    flags: Schema.optional(Schema.Array(Schema.String))
  })
)

/** The engine's request document; a thunk, so that a bundler drops it with the operations that send it. */
const fields = () => ({
  email: Schema.optional(Schema.String.check(Schema.isMinLength(3), Schema.isMaxLength(254))),
  username: Schema.optional(Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(256))),
  password: Schema.optional(secret),
  enabled: Schema.optional(Schema.Boolean),
  priv_level: Schema.optional(PrivLevel),
  timezone: Schema.optional(Schema.String),
  presence_id: Schema.optional(Schema.String),
  flags: Schema.optional(Schema.Array(Schema.String))
})

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

/**
 * Lists the users of an account (`GET /v2/accounts/{account_id}/users`).
 *
 * @see https://docs.audian.com/introduction/quickstart
 * @category operations
 * @since 0.1.0
 */
export const list = /*@__PURE__*/ Operation.make(
  () =>
    HttpApiEndpoint.get("list", "/v2/accounts/:account_id/users", {
      params: accountId,
      query: listQuery(),
      success: Envelope.account(Schema.Array(User))
    }),
  { resource: "Account.Users", family: "account", replay: "safe" }
)

/**
 * Creates a user (`PUT /v2/accounts/{account_id}/users`). `BadRequest` with the code `validation_error` when the
 * username is taken; `PaymentRequired` when the user costs something, until `accept_charges` is true.
 *
 * @see https://docs.audian.com/introduction/quickstart
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ Operation.make(
  () =>
    HttpApiEndpoint.put("create", "/v2/accounts/:account_id/users", {
      params: accountId,
      payload: Envelope.billableBody(
        Schema.Struct({ ...fields(), first_name: Schema.String, last_name: Schema.String })
      ),
      success: Envelope.account(User).pipe(HttpApiSchema.status(201))
    }),
  { resource: "Account.Users", family: "account", replay: "unsafe" }
)

/**
 * Removes a user (`DELETE /v2/accounts/{account_id}/users/{user_id}`).
 *
 * @see https://docs.audian.com/users/delete
 * @category operations
 * @since 0.1.0
 */
export const remove = /*@__PURE__*/ Operation.make(
  () =>
    HttpApiEndpoint.delete("remove", "/v2/accounts/:account_id/users/:user_id", {
      params: { ...accountId, user_id: Schema.String },
      query: {
        reassignDevices: Schema.optional(Schema.String),
        archiveData: Schema.optional(Schema.Boolean),
        reason: Schema.optional(Schema.String)
      },
      success: [Envelope.account(Schema.Json), HttpApiSchema.NoContent]
    }),
  { resource: "Account.Users", family: "account", replay: "safe" }
)
