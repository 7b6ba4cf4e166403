/**
 * The webhooks of an account: which events the engine reports, and to where.
 *
 * An {@link update} replaces the full document: fields left out are lost. What arrives is the engine's own format, not
 * that of the webhooks of an API key.
 *
 * @see https://docs.audian.com/webhooks
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import { accountId, listQuery } from "../internal/schema/accountParams.ts"
import * as EngineSchemas from "../internal/schema/engineSchemas.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import { lazy, openEnum, secret } from "../internal/schema/schema.ts"
import * as Operation from "../Operation.ts"
import * as Page from "../Page.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * The event that a webhook reports; `all` for every one.
 *
 * @category models
 * @since 0.1.0
 */
export type Hook = typeof Hook.Type
/**
 * @category schemas
 * @since 0.1.0
 */
export const Hook = /*@__PURE__*/ openEnum(
  "all",
  "channel_create",
  "channel_answer",
  "channel_bridge",
  "channel_hold",
  "channel_unhold",
  "channel_destroy",
  "cdr",
  "object",
  "notifications",
  "parking",
  "sms",
  "mms",
  "stream"
)

/** The fields of the engine's document, except what it must have; a thunk, so that a bundler drops it with what sends it. */
const fields = <Secret extends Schema.Top>(bounded: EngineSchemas.Bounded, secret: Secret) => ({
  enabled: Schema.optional(Schema.Boolean),
  http_verb: Schema.optional(openEnum("get", "post", "put")),
  format: Schema.optional(openEnum("form-data", "json")),
  retries: Schema.optional(bounded(Schema.Int, Schema.isBetween({ minimum: 0, maximum: 4 }))),
  version: Schema.optional(openEnum("v1", "v2")),
  custom_data: Schema.optional(EngineSchemas.record),
  custom_request_headers: Schema.optional(EngineSchemas.record),
  include_internal_legs: Schema.optional(Schema.Boolean),
  include_subaccounts: Schema.optional(Schema.Boolean),
  security_settings: Schema.optional(Schema.Struct({ sha256_key: Schema.optional(secret) }))
})

const uri = (bounded: EngineSchemas.Bounded) => bounded(Schema.String, Schema.isMinCodePoints(1))

/**
 * A webhook. `disable_reason` says why the engine switched it off, as it does after many failures.
 *
 * @category models
 * @since 0.1.0
 */
export interface Webhook extends Schema.Schema.Type<typeof Webhook> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Webhook = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    id: Schema.optional(Schema.String),
    name: Schema.optional(Schema.String),
    uri: Schema.optional(uri(EngineSchemas.received)),
    hook: Schema.optional(Hook),
    ...fields(EngineSchemas.received, EngineSchemas.secretReceived),
    group: Schema.optional(Schema.String),
    disable_reason: Schema.optional(Schema.String)
  })
)

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ Operation.makeIn({ resource: "Account.Webhooks", family: "account" })

/**
 * Lists the webhooks of an account (`GET /v2/accounts/{account_id}/webhooks`).
 *
 * @see https://docs.audian.com/webhooks
 * @category operations
 * @since 0.1.0
 */
export const list = /*@__PURE__*/ Page.byKey(
  /*@__PURE__*/ make(
    () =>
      HttpApiEndpoint.get("list", "/v2/accounts/:account_id/webhooks", {
        params: accountId,
        query: listQuery(),
        success: Envelope.account(Schema.Array(Webhook))
      }),
    { replay: "safe" }
  )
)

/**
 * Creates a webhook (`PUT /v2/accounts/{account_id}/webhooks`). By default it is enabled, posts form data in which
 * every value is text (`format: "json"` for JSON), and tries a failed connection 2 more times; `retries` is 0 to 4.
 *
 * @see https://docs.audian.com/webhooks
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.put("create", "/v2/accounts/:account_id/webhooks", {
      params: accountId,
      payload: Envelope.body(
        Schema.Struct({
          ...fields(EngineSchemas.sent, secret),
          name: Schema.String,
          uri: uri(EngineSchemas.sent),
          hook: Hook
        })
      ),
      success: Envelope.account(Webhook).pipe(HttpApiSchema.status(201))
    }),
  { replay: "unsafe" }
)

/**
 * Replaces a webhook (`POST /v2/accounts/{account_id}/webhooks/{webhook_id}`): the engine loses fields left out.
 *
 * @see https://docs.audian.com/webhooks
 * @category operations
 * @since 0.1.0
 */
export const update = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("update", "/v2/accounts/:account_id/webhooks/:webhook_id", {
      params: { ...accountId, webhook_id: Schema.String },
      payload: Envelope.body(
        Schema.Struct({
          ...fields(EngineSchemas.sent, secret),
          name: Schema.optional(Schema.String),
          uri: Schema.optional(uri(EngineSchemas.sent)),
          hook: Schema.optional(Hook)
        })
      ),
      success: Envelope.account(Webhook)
    }),
  { replay: "safe" }
)

/**
 * Merges into a webhook (`PATCH /v2/accounts/{account_id}/webhooks/{webhook_id}`): `{ enabled: true }` switches on one that
 * the engine has disabled.
 *
 * @see https://docs.audian.com/webhooks
 * @category operations
 * @since 0.1.0
 */
export const patch = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.patch("patch", "/v2/accounts/:account_id/webhooks/:webhook_id", {
      params: { ...accountId, webhook_id: Schema.String },
      payload: Envelope.body(
        Schema.Struct({
          ...fields(EngineSchemas.sent, secret),
          name: Schema.optional(Schema.String),
          uri: Schema.optional(uri(EngineSchemas.sent)),
          hook: Schema.optional(Hook)
        })
      ),
      success: Envelope.account(Webhook)
    }),
  { replay: "safe" }
)

/**
 * Switches on all webhooks of an account that the engine has disabled (`PATCH /v2/accounts/{account_id}/webhooks`). The
 * engine disables a webhook that fails often, by default six times in a minute; `disable_reason` in {@link list} says so.
 *
 * @see https://docs.audian.com/webhooks
 * @category operations
 * @since 0.1.0
 */
export const reEnable = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.patch("reEnable", "/v2/accounts/:account_id/webhooks", {
      params: accountId,
      payload: Envelope.body(Schema.Struct({ "re-enable": Schema.Literal(true) })),
      success: [Envelope.account(Schema.Json), HttpApiSchema.NoContent]
    }),
  { replay: "safe" }
)

/**
 * Removes a webhook (`DELETE /v2/accounts/{account_id}/webhooks/{webhook_id}`).
 *
 * @see https://docs.audian.com/webhooks
 * @category operations
 * @since 0.1.0
 */
export const remove = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.delete("remove", "/v2/accounts/:account_id/webhooks/:webhook_id", {
      params: { ...accountId, webhook_id: Schema.String },
      success: [Envelope.account(Schema.Json), HttpApiSchema.NoContent]
    }),
  { replay: "safe" }
)
