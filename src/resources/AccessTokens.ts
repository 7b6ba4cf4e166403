/**
 * Tokens: the exchange of an API key for one, and tokens for a single resource.
 *
 * @see https://docs.audian.com/authentication/api-keys
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import { lazy, openEnum, secretLike } from "../internal/schema/schema.ts"
import * as Operation from "../Operation.ts"
import * as Timestamp from "../Timestamp.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * A permission of a token.
 *
 * @category models
 * @since 0.1.0
 */
export type Permission = typeof Permission.Type
/**
 * @category schemas
 * @since 0.1.0
 */
export const Permission = /*@__PURE__*/ openEnum("read", "write", "delete")

/**
 * A token for a single resource.
 *
 * @category models
 * @since 0.1.0
 */
export interface AccessToken extends Schema.Schema.Type<typeof AccessToken> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const AccessToken = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    id: Schema.optional(Schema.String),
    token: Schema.RedactedFromValue(Schema.String),
    resource_type: Schema.optional(Schema.String),
    resource_id: Schema.optional(Schema.String),
    permissions: Schema.optional(Schema.Array(Permission)),
    created_at: Schema.optional(Timestamp.Iso),
    expires_at: Schema.optional(Timestamp.Iso)
  })
)

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ Operation.makeIn({ resource: "AccessTokens", family: "flat", envelope: "bare" })

/**
 * Exchanges an API key for a token and the account it belongs to (`PUT /v2/api_auth`). The client does this by
 * itself; call it to hand a token to something else. One exchange costs 35 of the engine's rate tokens.
 *
 * @see https://docs.audian.com/authentication/api-keys
 * @category operations
 * @since 0.1.0
 */
export const exchange = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.put("exchange", "/v2/api_auth", {
      payload: Schema.Struct({ data: Schema.Struct({ api_key: secretLike(/\S/, "a key that is not empty") }) }),
      success: Schema.Struct({
        auth_token: Schema.RedactedFromValue(Schema.NonEmptyString),
        data: Schema.Struct({
          account_id: Schema.optional(Schema.String),
          owner_id: Schema.optional(Schema.NullOr(Schema.String))
        })
      }).pipe(HttpApiSchema.status(201))
    }),
  { family: "public", replay: "safe", cost: 35 }
)

/**
 * Creates a token that allows something with one resource for a while (`POST /v2/access-tokens`), to be given to someone
 * who must not have the API key. `expires_in` is in seconds, 900 (15 minutes) to 86400 (24 hours). To use one, make a
 * client of it: the layer's `authToken` for account-scoped operations, its `apiKey` for the others.
 *
 * @see https://docs.audian.com/authentication/tokens
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("create", "/v2/access-tokens", {
      payload: Schema.Struct({
        resource_type: Schema.String,
        resource_id: Schema.String,
        permissions: Schema.Array(Permission),
        expires_in: Schema.Int.check(Schema.isBetween({ minimum: 900, maximum: 86_400 }))
      }),
      success: AccessToken.pipe(HttpApiSchema.status(201))
    }),
  { replay: "unsafe" }
)
