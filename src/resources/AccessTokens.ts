/**
 * Tokens: the exchange of an API key for one, and tokens for a single resource.
 *
 * @see https://docs.audian.com/authentication/api-keys
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as FlatOperation from "../internal/flatOperation.ts"
import * as Endpoint from "../internal/schema/endpoint.ts"
import * as Exchange from "../internal/schema/exchange.ts"
import { asOpen, inputEnum, lazy, model } from "../internal/schema/schema.ts"
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
export const Permission = /*@__PURE__*/ inputEnum("read", "write", "delete")

/**
 * A token for a single resource.
 *
 * @category models
 * @since 0.1.0
 */
export class AccessToken extends /*@__PURE__*/ model<AccessToken>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Id of the token. */
      id: Schema.optional(Schema.String),
      /** The token itself, redacted. */
      token: Schema.RedactedFromValue(Schema.String),
      /** Type of the resource that it is for. */
      resource_type: Schema.optional(Schema.String),
      /** Id of the resource that it is for. */
      resource_id: Schema.optional(Schema.String),
      /** Permissions: `read`, `write`, `delete`. */
      permissions: Schema.optional(Schema.Array(asOpen(Permission))),
      /** Time of its creation. */
      created_at: Schema.optional(Timestamp.Iso),
      /** Time of its expiry. */
      expires_at: Schema.optional(Timestamp.Iso)
    })
  )
) {}

// -----------------------------------------------------------------------------
// inputs
// -----------------------------------------------------------------------------

export { ExchangeInput } from "../internal/schema/exchange.ts"

/**
 * The input of {@link create}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class CreateInput extends /*@__PURE__*/ model<CreateInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Type of the resource. */
      resource_type: Schema.String,
      /** Id of the resource. */
      resource_id: Schema.String,
      /** Permissions to give: `read`, `write`, `delete`. */
      permissions: Schema.Array(Permission),
      /** Lifetime in seconds: 900 (15 minutes) to 86400 (24 hours). */
      expires_in: Schema.Int.check(Schema.isBetween({ minimum: 900, maximum: 86_400 }))
    })
  )
) {}

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ FlatOperation.makeIn({ resource: "AccessTokens", family: "flat", envelope: "bare" })

/**
 * Exchanges an API key for a token and the account it belongs to (`PUT /v2/api_auth`). The client does this
 * automatically; call it to hand a token to something else. One exchange costs 35 of the engine's rate tokens.
 *
 * **Example** (Hand a token to another program)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 * import { AccessTokens } from "effect-audian"
 *
 * export const token = (api_key: Redacted.Redacted) =>
 *   AccessTokens.exchange({ api_key }).pipe(
 *     Effect.map(({ auth_token }) => auth_token),
 *     Effect.catchTag("Unauthorized", () => Effect.die("The key was revoked"))
 *   )
 * ```
 *
 * @see https://docs.audian.com/authentication/api-keys
 * @category operations
 * @since 0.1.0
 */
export const exchange = /*@__PURE__*/ make(Exchange.endpoint, Exchange.traits)

/**
 * Creates a token that allows something with one resource for a while (`POST /v2/access-tokens`), to be given to someone
 * who must not have the API key. To use one, make a client of it: the layer's `authToken` for account-scoped operations,
 * its `apiKey` for the others.
 *
 * **Example** (Let a browser play one recording for 15 minutes)
 *
 * ```ts
 * import { AccessTokens } from "effect-audian"
 *
 * export const program = AccessTokens.create({
 *   resource_type: "audio",
 *   resource_id: "audio_abc123",
 *   permissions: ["read"],
 *   expires_in: 900
 * })
 * ```
 *
 * @see https://docs.audian.com/authentication/tokens
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () =>
    Endpoint.post("create", "/v2/access-tokens", {
      input: CreateInput,
      success: Endpoint.status(AccessToken, 201)
    }),
  { replay: "unsafe" }
)
