/**
 * The webhooks of an account: which events the engine reports, and to where.
 *
 * An {@link update} replaces the full document: fields left out are lost; a {@link patch} merges into it. Deliveries are in
 * the engine's own format, not that of the webhooks of an API key.
 *
 * @see https://docs.audian.com/webhooks
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as AccountOperation from "../internal/accountOperation.ts"
import { account, listInput } from "../internal/schema/accountParams.ts"
import { clearable } from "../internal/schema/clearable.ts"
import * as Endpoint from "../internal/schema/endpoint.ts"
import * as EngineSchemas from "../internal/schema/engineSchemas.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import { lazy, merge, model, openEnum, secret, serverOnly } from "../internal/schema/schema.ts"
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

/** Fields of the engine's document, except required ones; a thunk, so that a bundler drops it with its operations. */
const fields = <Secret extends Schema.Top>(bounded: EngineSchemas.Bounded, secret: Secret) =>
  ({
    /** False switches it off. Default true. */
    enabled: Schema.optional(Schema.Boolean),
    /** Method of a delivery: `get`, `post` or `put`. Default `post`. */
    http_verb: Schema.optional(openEnum("get", "post", "put")),
    /** Body of a delivery: `form-data`, in which every value is text, or `json`. Default `form-data`. */
    format: Schema.optional(openEnum("form-data", "json")),
    /** Retries of a failed connection, 0 to 4. Default 2. */
    retries: Schema.optional(bounded(Schema.Int, Schema.isBetween({ minimum: 0, maximum: 4 }))),
    /** Version of the payload: `v1` or `v2`. Default `v1`. */
    version: Schema.optional(openEnum("v1", "v2")),
    /** Data that is merged into the payload; for `object` also its filter by `type` and `action`. */
    custom_data: Schema.optional(EngineSchemas.record),
    /** Headers that are added to a delivery. */
    custom_request_headers: Schema.optional(EngineSchemas.record),
    /** Reports internal legs too. Default true. */
    include_internal_legs: Schema.optional(Schema.Boolean),
    /** Reports events of accounts below too. */
    include_subaccounts: Schema.optional(Schema.Boolean),
    /** Group of the webhook. */
    group: Schema.optional(Schema.String),
    /** Signing of deliveries. */
    security_settings: Schema.optional(
      Schema.Struct({
        /** Key of the HMAC, for `v2` with `json`. */
        sha256_key: Schema.optional(secret)
      })
    )
  }) as const

const uri = (bounded: EngineSchemas.Bounded) => bounded(Schema.String, Schema.isMinCodePoints(1))

/**
 * A webhook.
 *
 * @category models
 * @since 0.1.0
 */
export class Webhook extends /*@__PURE__*/ model<Webhook>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Id of the webhook. */
      id: Schema.optional(Schema.String),
      /** Name of the webhook. */
      name: Schema.optional(Schema.String),
      /** URL that receives the events. */
      uri: Schema.optional(uri(EngineSchemas.received)),
      /** Event that it reports. */
      hook: Schema.optional(Hook),
      ...fields(EngineSchemas.received, EngineSchemas.secretReceived),
      /** Reason why the engine switched it off, as it does after many failures. */
      disable_reason: serverOnly(Schema.String)
    })
  )
) {}

// -----------------------------------------------------------------------------
// inputs
// -----------------------------------------------------------------------------

const webhookId = () =>
  merge(account(), {
    /** Id of the webhook. */
    webhook_id: Schema.String
  })

const sent = () =>
  merge(webhookId(), {
    /** Name of the webhook. The engine requires it. */
    name: Schema.optional(Schema.String),
    /** URL that receives the events. The engine requires it. */
    uri: Schema.optional(uri(EngineSchemas.sent)),
    /** Event that it reports. The engine requires it. */
    hook: Schema.optional(Hook),
    ...fields(EngineSchemas.sent, secret)
  })

/**
 * The input of operations that need no more than a webhook's id.
 *
 * @category inputs
 * @since 0.1.0
 */
export class WebhookKey extends /*@__PURE__*/ model<WebhookKey>()(
  /*@__PURE__*/ lazy(() => Schema.Struct(webhookId()))
) {}

/**
 * The input of {@link list}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class ListInput extends /*@__PURE__*/ model<ListInput>()(/*@__PURE__*/ lazy(() => listInput({}))) {}

/**
 * The input of {@link create}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class CreateInput extends /*@__PURE__*/ model<CreateInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct(
      merge(account(), {
        /** Name of the webhook. */
        name: Schema.String,
        /** URL that receives the events. */
        uri: uri(EngineSchemas.sent),
        /** Event that it reports; `all` for every one. */
        hook: Hook,
        ...fields(EngineSchemas.sent, secret)
      })
    )
  )
) {}

/**
 * The input of {@link update}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class UpdateInput extends /*@__PURE__*/ model<UpdateInput>()(
  /*@__PURE__*/ lazy(() => clearable(Schema.Struct(sent())))
) {}

/**
 * The input of {@link patch}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class PatchInput extends /*@__PURE__*/ model<PatchInput>()(
  /*@__PURE__*/ lazy(() => clearable(Schema.Struct(sent())))
) {}

/**
 * The input of {@link reEnable}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class ReEnableInput extends /*@__PURE__*/ model<ReEnableInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct(
      merge(account(), {
        /** True, which is the command. */
        "re-enable": Schema.Literal(true)
      })
    )
  )
) {}

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ AccountOperation.makeIn({ resource: "Account.Webhooks", family: "account" })

/**
 * Lists the webhooks of an account (`GET /v2/accounts/{account_id}/webhooks`).
 *
 * **Example** (The webhooks that the engine has disabled)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 * import { Account } from "effect-audian"
 *
 * export const disabled = Account.Webhooks.list.items().pipe(
 *   Stream.filter(({ disable_reason }) => disable_reason !== undefined),
 *   Stream.runForEach(({ name, disable_reason }) => Effect.logWarning(`${name}: ${disable_reason}`))
 * )
 * ```
 *
 * @see https://docs.audian.com/webhooks
 * @category operations
 * @since 0.1.0
 */
export const list = /*@__PURE__*/ Page.byKey(
  /*@__PURE__*/ make(
    () =>
      Endpoint.get("list", "/v2/accounts/:account_id/webhooks", {
        input: ListInput,
        success: Envelope.account(Schema.Array(Webhook))
      }),
    { replay: "safe" }
  )
)

/**
 * Creates a webhook (`PUT /v2/accounts/{account_id}/webhooks`).
 *
 * **Example** (Have every end of a call reported, signed)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const program = Account.Webhooks.create({
 *   name: "Calls",
 *   uri: "https://example.com/hooks/calls",
 *   hook: "channel_destroy",
 *   format: "json",
 *   version: "v2",
 *   security_settings: { sha256_key: "a long secret" }
 * })
 * ```
 *
 * @see https://docs.audian.com/webhooks
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () =>
    Endpoint.put("create", "/v2/accounts/:account_id/webhooks", {
      input: CreateInput,
      body: Envelope.body,
      success: Endpoint.status(Envelope.account(Webhook), 201)
    }),
  { replay: "unsafe" }
)

/**
 * Replaces a webhook (`POST /v2/accounts/{account_id}/webhooks/{webhook_id}`): the engine loses fields left out.
 *
 * **Example** (Replace a webhook)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const program = Account.Webhooks.update({
 *   webhook_id: "hook_abc123",
 *   name: "Calls",
 *   uri: "https://example.com/hooks/calls",
 *   hook: "channel_destroy"
 * })
 * ```
 *
 * @see https://docs.audian.com/webhooks
 * @category operations
 * @since 0.1.0
 */
export const update = /*@__PURE__*/ make(
  () =>
    Endpoint.post("update", "/v2/accounts/:account_id/webhooks/:webhook_id", {
      input: UpdateInput,
      body: Envelope.body,
      success: Envelope.account(Webhook)
    }),
  { replay: "safe", destructive: true }
)

/**
 * Switches on all webhooks of an account that the engine has disabled (`PATCH /v2/accounts/{account_id}/webhooks`). The
 * engine disables a webhook that fails often, by default six times in a minute; `disable_reason` in {@link list} reports it.
 *
 * **Example** (Switch on every webhook after an outage of your server)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const program = Account.Webhooks.reEnable({ "re-enable": true })
 * ```
 *
 * @see https://docs.audian.com/webhooks
 * @category operations
 * @since 0.1.0
 */
export const reEnable = /*@__PURE__*/ make(
  () =>
    Endpoint.patch("reEnable", "/v2/accounts/:account_id/webhooks", {
      input: ReEnableInput,
      body: Envelope.body,
      success: [Envelope.account(Schema.Json), Endpoint.noContent]
    }),
  { replay: "safe" }
)

/**
 * Changes a webhook (`PATCH /v2/accounts/{account_id}/webhooks/{webhook_id}`): the fields that are given, at any depth.
 * `null` removes a field. `{ enabled: true }` switches on one that the engine has disabled.
 *
 * **Example** (Change the secret that signs deliveries)
 *
 * ```ts
 * import * as Redacted from "effect/Redacted"
 * import { Account } from "effect-audian"
 *
 * export const rotate = (webhook_id: string, secret: Redacted.Redacted) =>
 *   Account.Webhooks.patch({ webhook_id, security_settings: { sha256_key: secret } })
 * ```
 *
 * @see https://docs.audian.com/api-basics
 * @category operations
 * @since 0.1.0
 */
export const patch = /*@__PURE__*/ make(
  () =>
    Endpoint.patch("patch", "/v2/accounts/:account_id/webhooks/:webhook_id", {
      input: PatchInput,
      body: Envelope.body,
      success: Envelope.account(Webhook)
    }),
  { replay: "safe" }
)

/**
 * Removes a webhook (`DELETE /v2/accounts/{account_id}/webhooks/{webhook_id}`). It gives the removed document where the API
 * sends it.
 *
 * **Example** (Remove the webhooks of an address)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 * import { Account } from "effect-audian"
 *
 * export const removeOf = (uri: string) =>
 *   Account.Webhooks.list.items().pipe(
 *     Stream.filter((webhook) => webhook.uri === uri),
 *     Stream.runForEach(({ id }) => (id === undefined ? Effect.void : Account.Webhooks.remove({ webhook_id: id })))
 *   )
 * ```
 *
 * @see https://docs.audian.com/webhooks
 * @category operations
 * @since 0.1.0
 */
export const remove = /*@__PURE__*/ make(
  () =>
    Endpoint.remove("remove", "/v2/accounts/:account_id/webhooks/:webhook_id", {
      input: WebhookKey,
      success: [Envelope.account(Webhook), Endpoint.noContent]
    }),
  { replay: "safe" }
)
