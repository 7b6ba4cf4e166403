/**
 * Webhooks: which events the API sends where. `Account.Webhooks` are the engine's own.
 *
 * @see https://docs.audian.com/webhooks/events
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import { lazy, openEnum } from "../internal/schema/schema.ts"
import * as Operation from "../Operation.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * An event that a webhook can receive; `*` is every event.
 *
 * @category models
 * @since 0.1.0
 */
export type Event = typeof Event.Type
/**
 * @category schemas
 * @since 0.1.0
 */
export const Event = /*@__PURE__*/ openEnum(
  "*",
  "call.initiated",
  "call.ringing",
  "call.answered",
  "call.completed",
  "call.failed",
  "recording.completed"
)

/**
 * A webhook. `signing_secret` is what its deliveries are signed with: keep it, no page shows it being read again.
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
    id: Schema.String,
    url: Schema.optional(Schema.String),
    signing_secret: Schema.RedactedFromValue(Schema.String)
  })
)

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ Operation.makeIn({ resource: "Webhooks", family: "flat", envelope: "bare" })

/**
 * Creates a webhook (`POST /v2/webhooks`), which must be HTTPS. A second one is a second delivery of each event, so it
 * is only retried when it was certainly not executed.
 *
 * @see https://docs.audian.com/webhooks/events
 * @see https://docs.audian.com/webhooks/signatures
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("create", "/v2/webhooks", {
      payload: Schema.Struct({
        url: Schema.String.check(Schema.isPattern(/^https:\/\//i, { expected: "an HTTPS URL" })),
        events: Schema.Array(Event)
      }),
      success: Webhook.pipe(HttpApiSchema.status(201))
    }),
  { replay: "unsafe" }
)
