/**
 * The contract of the exchange of an API key for a token: of `AccessTokens.exchange`, and of the client's own.
 *
 * @internal
 */
import * as Schema from "effect/Schema"
import * as Endpoint from "./endpoint.ts"
import * as Envelope from "./envelope.ts"
import { lazy, model, secretLike } from "./schema.ts"

/**
 * The input of {@link exchange}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class ExchangeInput extends /*@__PURE__*/ model<ExchangeInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** The API key, plain or redacted. */
      api_key: secretLike(/\S/, "a key that is not empty")
    })
  )
) {}

export const endpoint = () =>
  Endpoint.put("exchange", "/v2/api_auth", {
    input: ExchangeInput,
    body: Envelope.body,
    success: Endpoint.status(
      Schema.Struct({
        /** The token, redacted. */
        auth_token: Schema.RedactedFromValue(Schema.NonEmptyString),
        data: Schema.Struct({
          /** Account that the key belongs to. */
          account_id: Schema.optional(Schema.String),
          /** User that the key belongs to. */
          owner_id: Schema.optional(Schema.NullOr(Schema.String))
        })
      }),
      201
    )
  })

export const traits = {
  resource: "AccessTokens",
  envelope: "bare",
  family: "public",
  replay: "safe",
  cost: 35
} as const
