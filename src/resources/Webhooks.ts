/**
 * Webhooks: which events the API sends where. `Account.Webhooks` are the engine's own.
 *
 * @see https://docs.audian.com/webhooks/events
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as FlatOperation from "../internal/flatOperation.ts"
import * as Endpoint from "../internal/schema/endpoint.ts"
import { inputEnum, lazy, model } from "../internal/schema/schema.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * An event that a webhook receives; `*` is every event.
 *
 * @category models
 * @since 0.1.0
 */
export type Event = typeof Event.Type
/**
 * @category schemas
 * @since 0.1.0
 */
export const Event = /*@__PURE__*/ inputEnum(
  "*",
  "call.initiated",
  "call.ringing",
  "call.answered",
  "call.completed",
  "call.failed",
  "recording.completed"
)

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
      id: Schema.String,
      /** URL that receives the events. */
      url: Schema.optional(Schema.String),
      /** Secret that deliveries are signed with, redacted. Keep it: no page shows it being read again. */
      signing_secret: Schema.RedactedFromValue(Schema.String)
    })
  )
) {}

// -----------------------------------------------------------------------------
// inputs
// -----------------------------------------------------------------------------

/**
 * The input of {@link create}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class CreateInput extends /*@__PURE__*/ model<CreateInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** URL that receives the events. It must be HTTPS. */
      url: Schema.String.check(Schema.isPattern(/^https:\/\//i, { expected: "an HTTPS URL" })),
      /** Events to receive; `*` is every event. */
      events: Schema.Array(Event)
    })
  )
) {}

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ FlatOperation.makeIn({ resource: "Webhooks", family: "flat", envelope: "bare" })

/**
 * Creates a webhook (`POST /v2/webhooks`). A second one is a second delivery of each event, so it is only retried when it
 * was certainly not executed.
 *
 * **Example** (Register a webhook, and keep its secret)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 * import { Webhooks } from "effect-audian"
 *
 * export const register = (keep: (secret: Redacted.Redacted) => Effect.Effect<void>) =>
 *   Webhooks.create({ url: "https://example.com/hooks", events: ["call.completed", "recording.completed"] }).pipe(
 *     Effect.tap(({ signing_secret }) => keep(signing_secret))
 *   )
 * ```
 *
 * @see https://docs.audian.com/webhooks/events
 * @see https://docs.audian.com/webhooks/signatures
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () => Endpoint.post("create", "/v2/webhooks", { input: CreateInput, success: Endpoint.status(Webhook, 201) }),
  { replay: "unsafe" }
)
