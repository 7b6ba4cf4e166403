/**
 * Voicemail: boxes and their notifications. `Account.Vmboxes` are the engine's own.
 *
 * The pages show requests only. A response has the fields of its request and an `id`; further ones are undocumented.
 *
 * @see https://docs.audian.com/voicemails/boxes
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as FlatOperation from "../internal/flatOperation.ts"
import { clearable } from "../internal/schema/clearable.ts"
import * as Endpoint from "../internal/schema/endpoint.ts"
import { lazy, model, openEnum, openStruct, secretLike, serverOnly } from "../internal/schema/schema.ts"

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

/**
 * A voicemail box. Its fields are those of the request; further ones are undocumented.
 *
 * @category models
 * @since 0.1.0
 */
export class Box extends /*@__PURE__*/ model<Box>()(
  /*@__PURE__*/ lazy(() =>
    openStruct({
      /** Id of the box. */
      id: Schema.String,
      /** Name of the box. */
      name: Schema.optional(Schema.NullOr(Schema.String)),
      /** Email address or id of the owner. */
      owner: Schema.optional(Schema.NullOr(Schema.String)),
      /** Longest message, in seconds. */
      max_message_length: Schema.optional(Schema.NullOr(Schema.Finite)),
      /** Messages at most. */
      max_messages: Schema.optional(Schema.NullOr(Schema.Int)),
      /** Shows the caller id. */
      allow_caller_id: Schema.optional(Schema.NullOr(Schema.Boolean)),
      /** Asks for the PIN. */
      require_login_pin: Schema.optional(Schema.NullOr(Schema.Boolean)),
      /** PIN of the box, redacted. */
      login_pin: Schema.optional(Schema.NullOr(Schema.RedactedFromValue(Schema.String))),
      /** Messages in it. Their shape is undocumented. */
      messages: serverOnly(Schema.Json)
    })
  )
) {}

/**
 * A notification of a box. Its fields are those of the request; further ones are undocumented.
 *
 * @category models
 * @since 0.1.0
 */
export class Notification extends /*@__PURE__*/ model<Notification>()(
  /*@__PURE__*/ lazy(() =>
    openStruct({
      /** Id of the notification. */
      id: Schema.String,
      /** Channel: `email`, `sms` or `webhook`. */
      type: Schema.optional(NotificationType),
      /** Email address, phone number or URL. */
      recipient: Schema.optional(Schema.NullOr(Schema.String)),
      /** Events: `new_message`, `message_deleted`, `box_full`. */
      notify_on: Schema.optional(Schema.NullOr(Schema.Array(NotifyOn))),
      /** Includes the transcript. */
      include_transcript: Schema.optional(Schema.NullOr(Schema.Boolean)),
      /** Includes the audio. */
      include_audio: Schema.optional(Schema.NullOr(Schema.Boolean)),
      /** Sends notifications. */
      enabled: Schema.optional(Schema.NullOr(Schema.Boolean))
    })
  )
) {}

// -----------------------------------------------------------------------------
// inputs
// -----------------------------------------------------------------------------

const pin = () => secretLike(/^\d{4,6}$/, "4 to 6 digits")

const boxId = () =>
  ({
    /** Id of the box. */
    boxId: Schema.String
  }) as const

const boxFields = () =>
  ({
    /** Email address or id of the owner. */
    owner: Schema.optional(Schema.String),
    /** Longest message, in seconds. Default 600. */
    max_message_length: Schema.optional(Schema.Finite),
    /** Messages at most. Default 100. */
    max_messages: Schema.optional(Schema.Int),
    /** Shows the caller id. Default true. */
    allow_caller_id: Schema.optional(Schema.Boolean),
    /** Asks for the PIN. Default false. */
    require_login_pin: Schema.optional(Schema.Boolean),
    /** PIN of 4 to 6 digits, plain or redacted. */
    login_pin: Schema.optional(pin())
  }) as const

const notificationFields = () =>
  ({
    /** Events: `new_message`, `message_deleted`, `box_full`. */
    notify_on: Schema.optional(Schema.Array(NotifyOn)),
    /** Includes the transcript. Default false. */
    include_transcript: Schema.optional(Schema.Boolean),
    /** Includes the audio. Default false. */
    include_audio: Schema.optional(Schema.Boolean),
    /** Sends notifications. Default true. */
    enabled: Schema.optional(Schema.Boolean)
  }) as const

/**
 * The input of operations that need no more than a box's id.
 *
 * @category inputs
 * @since 0.1.0
 */
export class BoxKey extends /*@__PURE__*/ model<BoxKey>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      ...boxId()
    })
  )
) {}

/**
 * The input of {@link create}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class CreateInput extends /*@__PURE__*/ model<CreateInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Name of the box. */
      name: Schema.String,
      ...boxFields()
    })
  )
) {}

/**
 * The input of {@link update}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class UpdateInput extends /*@__PURE__*/ model<UpdateInput>()(
  /*@__PURE__*/ lazy(() =>
    clearable(
      Schema.Struct({
        ...boxId(),
        /** Name of the box. */
        name: Schema.optional(Schema.String),
        ...boxFields()
      })
    )
  )
) {}

/**
 * The input of {@link createNotification}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class CreateNotificationInput extends /*@__PURE__*/ model<CreateNotificationInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      ...boxId(),
      /** Channel: `email`, `sms` or `webhook`. */
      type: NotificationType,
      /** The email address, phone number or URL that the `type` needs. */
      recipient: Schema.String,
      ...notificationFields()
    })
  )
) {}

/**
 * The input of {@link updateNotification}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class UpdateNotificationInput extends /*@__PURE__*/ model<UpdateNotificationInput>()(
  /*@__PURE__*/ lazy(() =>
    clearable(
      Schema.Struct({
        ...boxId(),
        /** Id of the notification. */
        notificationId: Schema.String,
        /** Channel: `email`, `sms` or `webhook`. */
        type: Schema.optional(NotificationType),
        /** The email address, phone number or URL that the `type` needs. */
        recipient: Schema.optional(Schema.String),
        ...notificationFields()
      })
    )
  )
) {}

/**
 * The input of {@link removeNotification}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class NotificationKey extends /*@__PURE__*/ model<NotificationKey>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      ...boxId(),
      /** Id of the notification. */
      notificationId: Schema.String
    })
  )
) {}

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ FlatOperation.makeIn({ resource: "Voicemail", family: "flat", envelope: "bare" })

/**
 * Lists the boxes (`GET /v2/voicemail/boxes`). The response is undocumented.
 *
 * **Example** (Count the boxes)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Page, Voicemail } from "effect-audian"
 *
 * // The response is undocumented: `Page.arrayIn` finds the list in it.
 * export const count = Effect.map(Voicemail.list(), (json) => Page.arrayIn(json)?.length ?? 0)
 * ```
 *
 * @see https://docs.audian.com/voicemails/boxes
 * @category operations
 * @since 0.1.0
 */
export const list = /*@__PURE__*/ make(() => Endpoint.get("list", "/v2/voicemail/boxes", { success: Schema.Json }), {
  replay: "safe"
})

/**
 * Creates a box (`POST /v2/voicemail/boxes`).
 *
 * **Example** (A box that writes to its owner)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Voicemail } from "effect-audian"
 *
 * export const program = Effect.gen(function* () {
 *   const { id: boxId } = yield* Voicemail.create({ name: "Support", owner: "support@example.com", login_pin: "4711" })
 *   yield* Voicemail.createNotification({
 *     boxId,
 *     type: "email",
 *     recipient: "support@example.com",
 *     notify_on: ["new_message"]
 *   })
 *   return yield* Voicemail.get({ boxId })
 * })
 * ```
 *
 * @see https://docs.audian.com/voicemails/boxes
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () =>
    Endpoint.post("create", "/v2/voicemail/boxes", {
      input: CreateInput,
      success: Endpoint.status(Box, 201)
    }),
  { replay: "unsafe" }
)

/**
 * Reads a box (`GET /v2/voicemail/boxes/{boxId}`).
 *
 * **Example** (Check that a box asks for its PIN)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Voicemail } from "effect-audian"
 *
 * export const isProtected = (boxId: string) =>
 *   Effect.map(Voicemail.get({ boxId }), ({ require_login_pin }) => require_login_pin === true)
 * ```
 *
 * @see https://docs.audian.com/voicemails/boxes
 * @category operations
 * @since 0.1.0
 */
export const get = /*@__PURE__*/ make(
  () => Endpoint.get("get", "/v2/voicemail/boxes/:boxId", { input: BoxKey, success: Box }),
  { replay: "safe" }
)

/**
 * Changes a box (`PUT /v2/voicemail/boxes/{boxId}`). `null` clears a field. The page does not say what becomes of fields
 * that are left out.
 *
 * **Example** (Ask for a new PIN, and allow longer messages)
 *
 * ```ts
 * import { Voicemail } from "effect-audian"
 *
 * export const program = Voicemail.update({
 *   boxId: "box_abc123",
 *   require_login_pin: true,
 *   login_pin: "4712",
 *   max_message_length: 900
 * })
 * ```
 *
 * @see https://docs.audian.com/voicemails/boxes
 * @category operations
 * @since 0.1.0
 */
export const update = /*@__PURE__*/ make(
  () => Endpoint.put("update", "/v2/voicemail/boxes/:boxId", { input: UpdateInput, success: Box }),
  { replay: "safe" }
)

/**
 * Removes a box (`DELETE /v2/voicemail/boxes/{boxId}`). The response is undocumented.
 *
 * **Example** (Remove a box that may be gone)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Voicemail } from "effect-audian"
 *
 * export const remove = (boxId: string) =>
 *   Voicemail.remove({ boxId }).pipe(Effect.catchTag("NotFound", () => Effect.succeed(null)))
 * ```
 *
 * @see https://docs.audian.com/voicemails/boxes
 * @category operations
 * @since 0.1.0
 */
export const remove = /*@__PURE__*/ make(
  () =>
    Endpoint.remove("remove", "/v2/voicemail/boxes/:boxId", {
      input: BoxKey,
      success: [Schema.Json, Endpoint.noContent]
    }),
  { replay: "safe" }
)

/**
 * Lists the notifications of a box (`GET /v2/voicemail/boxes/{boxId}/notifications`). The response is undocumented.
 *
 * **Example** (Check that a box notifies somebody)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Page, Voicemail } from "effect-audian"
 *
 * export const notifies = (boxId: string) =>
 *   Effect.map(Voicemail.listNotifications({ boxId }), (json) => (Page.arrayIn(json)?.length ?? 0) > 0)
 * ```
 *
 * @see https://docs.audian.com/voicemails/notifications
 * @category operations
 * @since 0.1.0
 */
export const listNotifications = /*@__PURE__*/ make(
  () =>
    Endpoint.get("listNotifications", "/v2/voicemail/boxes/:boxId/notifications", {
      input: BoxKey,
      success: Schema.Json
    }),
  { replay: "safe" }
)

/**
 * Adds a notification to a box (`POST /v2/voicemail/boxes/{boxId}/notifications`).
 *
 * **Example** (Send new messages to a webhook, with the transcript)
 *
 * ```ts
 * import { Voicemail } from "effect-audian"
 *
 * export const program = Voicemail.createNotification({
 *   boxId: "box_abc123",
 *   type: "webhook",
 *   recipient: "https://example.com/hooks/voicemail",
 *   notify_on: ["new_message"],
 *   include_transcript: true
 * })
 * ```
 *
 * @see https://docs.audian.com/voicemails/notifications
 * @category operations
 * @since 0.1.0
 */
export const createNotification = /*@__PURE__*/ make(
  () =>
    Endpoint.post("createNotification", "/v2/voicemail/boxes/:boxId/notifications", {
      input: CreateNotificationInput,
      success: Endpoint.status(Notification, 201)
    }),
  { replay: "unsafe" }
)

/**
 * Changes a notification (`PUT /v2/voicemail/boxes/{boxId}/notifications/{notificationId}`). `null` clears a field. The page
 * does not say what becomes of fields that are left out.
 *
 * **Example** (Pause a notification)
 *
 * ```ts
 * import { Voicemail } from "effect-audian"
 *
 * export const pause = (boxId: string, notificationId: string) =>
 *   Voicemail.updateNotification({ boxId, notificationId, enabled: false })
 * ```
 *
 * @see https://docs.audian.com/voicemails/notifications
 * @category operations
 * @since 0.1.0
 */
export const updateNotification = /*@__PURE__*/ make(
  () =>
    Endpoint.put("updateNotification", "/v2/voicemail/boxes/:boxId/notifications/:notificationId", {
      input: UpdateNotificationInput,
      success: Notification
    }),
  { replay: "safe" }
)

/**
 * Removes a notification (`DELETE /v2/voicemail/boxes/{boxId}/notifications/{notificationId}`). The response is undocumented.
 *
 * **Example** (Remove a notification that may be gone)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Voicemail } from "effect-audian"
 *
 * export const remove = (boxId: string, notificationId: string) =>
 *   Voicemail.removeNotification({ boxId, notificationId }).pipe(
 *     Effect.catchTag("NotFound", () => Effect.succeed(null))
 *   )
 * ```
 *
 * @see https://docs.audian.com/voicemails/notifications
 * @category operations
 * @since 0.1.0
 */
export const removeNotification = /*@__PURE__*/ make(
  () =>
    Endpoint.remove("removeNotification", "/v2/voicemail/boxes/:boxId/notifications/:notificationId", {
      input: NotificationKey,
      success: [Schema.Json, Endpoint.noContent]
    }),
  { replay: "safe" }
)
