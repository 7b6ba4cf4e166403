/**
 * Voicemail: boxes, and their notifications. `Account.Vmboxes` are the engine's own.
 *
 * The pages show requests only: every response is plain JSON. It may hold the PIN of a box.
 *
 * @see https://docs.audian.com/voicemails/boxes
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import { openEnum, secretLike } from "../internal/schema/schema.ts"
import * as Operation from "../Operation.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * A channel for notifications.
 *
 * @category models
 * @since 0.1.0
 */
export type NotificationType = typeof NotificationType.Type
/**
 * @category schemas
 * @since 0.1.0
 */
export const NotificationType = /*@__PURE__*/ openEnum("email", "sms", "webhook")

/**
 * An event that is notified.
 *
 * @category models
 * @since 0.1.0
 */
export type NotifyOn = typeof NotifyOn.Type
/**
 * @category schemas
 * @since 0.1.0
 */
export const NotifyOn = /*@__PURE__*/ openEnum("new_message", "message_deleted", "box_full")

const pin = () => secretLike(/^\d{4,6}$/, "4 to 6 digits")

const boxFields = () => ({
  owner: Schema.optional(Schema.String),
  max_message_length: Schema.optional(Schema.Finite),
  max_messages: Schema.optional(Schema.Int),
  allow_caller_id: Schema.optional(Schema.Boolean),
  require_login_pin: Schema.optional(Schema.Boolean),
  login_pin: Schema.optional(pin())
})

const notificationFields = () => ({
  notify_on: Schema.optional(Schema.Array(NotifyOn)),
  include_transcript: Schema.optional(Schema.Boolean),
  include_audio: Schema.optional(Schema.Boolean),
  enabled: Schema.optional(Schema.Boolean)
})

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ Operation.makeIn({ resource: "Voicemail", family: "flat", envelope: "bare" })

/**
 * Lists the boxes (`GET /v2/voicemail/boxes`).
 *
 * @see https://docs.audian.com/voicemails/boxes
 * @category operations
 * @since 0.1.0
 */
export const list = /*@__PURE__*/ make(
  () => HttpApiEndpoint.get("list", "/v2/voicemail/boxes", { success: Schema.Json }),
  { replay: "safe" }
)

/**
 * Creates a box (`POST /v2/voicemail/boxes`). `owner` is an email address or an id. `max_message_length` is in seconds,
 * 600 by default; `max_messages` is 100 by default. `allow_caller_id` is true and `require_login_pin` false by default;
 * `login_pin` has 4 to 6 digits.
 *
 * @see https://docs.audian.com/voicemails/boxes
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("create", "/v2/voicemail/boxes", {
      payload: Schema.Struct({ name: Schema.String, ...boxFields() }),
      success: Schema.Json.pipe(HttpApiSchema.status(201))
    }),
  { replay: "unsafe" }
)

/**
 * Reads a box (`GET /v2/voicemail/boxes/{boxId}`).
 *
 * @see https://docs.audian.com/voicemails/boxes
 * @category operations
 * @since 0.1.0
 */
export const get = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.get("get", "/v2/voicemail/boxes/:boxId", {
      params: { boxId: Schema.String },
      success: Schema.Json
    }),
  { replay: "safe" }
)

/**
 * Changes a box (`PUT /v2/voicemail/boxes/{boxId}`), with the fields and bounds of {@link create}. The page does not say
 * what becomes of fields that are left out.
 *
 * @see https://docs.audian.com/voicemails/boxes
 * @category operations
 * @since 0.1.0
 */
export const update = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.put("update", "/v2/voicemail/boxes/:boxId", {
      params: { boxId: Schema.String },
      payload: Schema.Struct({ name: Schema.optional(Schema.String), ...boxFields() }),
      success: Schema.Json
    }),
  { replay: "safe" }
)

/**
 * Removes a box (`DELETE /v2/voicemail/boxes/{boxId}`).
 *
 * @see https://docs.audian.com/voicemails/boxes
 * @category operations
 * @since 0.1.0
 */
export const remove = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.delete("remove", "/v2/voicemail/boxes/:boxId", {
      params: { boxId: Schema.String },
      success: [Schema.Json, HttpApiSchema.NoContent]
    }),
  { replay: "safe" }
)

/**
 * Lists the notifications of a box (`GET /v2/voicemail/boxes/{boxId}/notifications`).
 *
 * @see https://docs.audian.com/voicemails/notifications
 * @category operations
 * @since 0.1.0
 */
export const listNotifications = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.get("listNotifications", "/v2/voicemail/boxes/:boxId/notifications", {
      params: { boxId: Schema.String },
      success: Schema.Json
    }),
  { replay: "safe" }
)

/**
 * Adds a notification to a box (`POST /v2/voicemail/boxes/{boxId}/notifications`). `recipient` is what the `type`
 * needs: an email address, a phone number, a URL. `include_transcript` and `include_audio` are false, `enabled` is
 * true by default.
 *
 * @see https://docs.audian.com/voicemails/notifications
 * @category operations
 * @since 0.1.0
 */
export const createNotification = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("createNotification", "/v2/voicemail/boxes/:boxId/notifications", {
      params: { boxId: Schema.String },
      payload: Schema.Struct({ type: NotificationType, recipient: Schema.String, ...notificationFields() }),
      success: Schema.Json.pipe(HttpApiSchema.status(201))
    }),
  { replay: "unsafe" }
)

/**
 * Changes a notification (`PUT /v2/voicemail/boxes/{boxId}/notifications/{notificationId}`). The page does not say what
 * becomes of fields that are left out.
 *
 * @see https://docs.audian.com/voicemails/notifications
 * @category operations
 * @since 0.1.0
 */
export const updateNotification = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.put("updateNotification", "/v2/voicemail/boxes/:boxId/notifications/:notificationId", {
      params: { boxId: Schema.String, notificationId: Schema.String },
      payload: Schema.Struct({
        type: Schema.optional(NotificationType),
        recipient: Schema.optional(Schema.String),
        ...notificationFields()
      }),
      success: Schema.Json
    }),
  { replay: "safe" }
)

/**
 * Removes a notification (`DELETE /v2/voicemail/boxes/{boxId}/notifications/{notificationId}`).
 *
 * @see https://docs.audian.com/voicemails/notifications
 * @category operations
 * @since 0.1.0
 */
export const removeNotification = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.delete("removeNotification", "/v2/voicemail/boxes/:boxId/notifications/:notificationId", {
      params: { boxId: Schema.String, notificationId: Schema.String },
      success: [Schema.Json, HttpApiSchema.NoContent]
    }),
  { replay: "safe" }
)
