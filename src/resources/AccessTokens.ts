/**
 * Tokens: the exchange of an API key for one.
 *
 * @see https://docs.audian.com/authentication/api-keys
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import * as Operation from "../Operation.ts"

/**
 * Exchanges an API key for a token and the account it belongs to (`PUT /v2/api_auth`). The client does this by
 * itself; call it to hand a token to something else. One exchange costs 35 of the engine's rate tokens.
 *
 * @see https://docs.audian.com/authentication/api-keys
 * @category operations
 * @since 0.1.0
 */
export const exchange = /*@__PURE__*/ Operation.make(
  () =>
    HttpApiEndpoint.put("exchange", "/v2/api_auth", {
      payload: Schema.Struct({ data: Schema.Struct({ api_key: Schema.RedactedFromValue(Schema.NonEmptyString) }) }),
      success: Schema.Struct({
        auth_token: Schema.RedactedFromValue(Schema.NonEmptyString),
        data: Schema.Struct({
          account_id: Schema.optional(Schema.String),
          owner_id: Schema.optional(Schema.NullOr(Schema.String))
        })
      }).pipe(HttpApiSchema.status(201))
    }),
  { resource: "AccessTokens", family: "public", replay: "safe", envelope: "bare" }
)
