/**
 * Conferences: rooms, who is in them, their recordings. `Account.Conferences` are the engine's own.
 *
 * The pages show requests only: every response is plain JSON, but for the id of a new conference.
 *
 * @see https://docs.audian.com/conferences/create
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import { lazy, openEnum, openStruct, secretLike } from "../internal/schema/schema.ts"
import * as Operation from "../Operation.ts"
import * as PhoneNumber from "../PhoneNumber.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * A conference that was created; only its `id` is documented.
 *
 * @category models
 * @since 0.1.0
 */
export interface Conference extends Schema.Schema.Type<typeof Conference> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Conference = /*@__PURE__*/ lazy(() => openStruct({ id: Schema.String }))

/**
 * The role of a participant.
 *
 * @category models
 * @since 0.1.0
 */
export type Role = typeof Role.Type
/**
 * @category schemas
 * @since 0.1.0
 */
export const Role = /*@__PURE__*/ openEnum("presenter", "listener")

const pin = () => secretLike(/^\d{4,6}$/, "4 to 6 digits")

const conference = () => ({ conferenceId: Schema.String })
const participant = () => ({ ...conference(), participantId: Schema.String })
const recording = () => ({ ...conference(), recordingId: Schema.String })

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ Operation.makeIn({ resource: "Conferences", family: "flat", envelope: "bare" })

/**
 * Creates a conference (`POST /v2/conferences`). `scheduled_for` is ISO 8601. `max_participants` is 100 by default; `pin`
 * has 4 to 6 digits. `member_notification` is true, every other flag false by default.
 *
 * @see https://docs.audian.com/conferences/create
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("create", "/v2/conferences", {
      payload: Schema.Struct({
        name: Schema.String,
        scheduled_for: Schema.optional(Schema.String),
        max_participants: Schema.optional(Schema.Int),
        require_pin: Schema.optional(Schema.Boolean),
        pin: Schema.optional(pin()),
        record: Schema.optional(Schema.Boolean),
        hold_music_id: Schema.optional(Schema.String),
        mute_on_entry: Schema.optional(Schema.Boolean),
        allow_recording_by_participant: Schema.optional(Schema.Boolean),
        member_notification: Schema.optional(Schema.Boolean)
      }),
      success: Conference.pipe(HttpApiSchema.status(201))
    }),
  { replay: "unsafe" }
)

/**
 * Adds a participant to a conference (`POST /v2/conferences/{conferenceId}/participants`): a phone rings, so it is
 * only retried when it was certainly not executed. `muted` is false by default.
 *
 * @see https://docs.audian.com/conferences/participants
 * @category operations
 * @since 0.1.0
 */
export const addParticipant = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("addParticipant", "/v2/conferences/:conferenceId/participants", {
      params: conference(),
      payload: Schema.Struct({
        phone_number: PhoneNumber.Input,
        name: Schema.optional(Schema.String),
        role: Schema.optional(Role),
        muted: Schema.optional(Schema.Boolean),
        send_pin_via_sms: Schema.optional(Schema.Boolean)
      }),
      success: Schema.Json.pipe(HttpApiSchema.status(201))
    }),
  { replay: "unsafe" }
)

/**
 * Lists who is in a conference (`GET /v2/conferences/{conferenceId}/participants`).
 *
 * @see https://docs.audian.com/conferences/participants
 * @category operations
 * @since 0.1.0
 */
export const listParticipants = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.get("listParticipants", "/v2/conferences/:conferenceId/participants", {
      params: conference(),
      success: Schema.Json
    }),
  { replay: "safe" }
)

/**
 * Removes a participant (`DELETE /v2/conferences/{conferenceId}/participants/{participantId}`).
 *
 * @see https://docs.audian.com/conferences/participants
 * @category operations
 * @since 0.1.0
 */
export const removeParticipant = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.delete("removeParticipant", "/v2/conferences/:conferenceId/participants/:participantId", {
      params: participant(),
      success: [Schema.Json, HttpApiSchema.NoContent]
    }),
  { replay: "safe" }
)

/**
 * Silences a participant (`POST /v2/conferences/{conferenceId}/participants/{participantId}/mute`).
 *
 * @see https://docs.audian.com/conferences/controls
 * @category operations
 * @since 0.1.0
 */
export const muteParticipant = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("muteParticipant", "/v2/conferences/:conferenceId/participants/:participantId/mute", {
      params: participant(),
      success: Schema.Json
    }),
  { replay: "safe" }
)

/**
 * Lets a participant be heard again (`POST /v2/conferences/{conferenceId}/participants/{participantId}/unmute`).
 *
 * @see https://docs.audian.com/conferences/controls
 * @category operations
 * @since 0.1.0
 */
export const unmuteParticipant = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("unmuteParticipant", "/v2/conferences/:conferenceId/participants/:participantId/unmute", {
      params: participant(),
      success: Schema.Json
    }),
  { replay: "safe" }
)

/**
 * Puts a participant on hold (`POST /v2/conferences/{conferenceId}/participants/{participantId}/hold`).
 *
 * @see https://docs.audian.com/conferences/controls
 * @category operations
 * @since 0.1.0
 */
export const holdParticipant = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("holdParticipant", "/v2/conferences/:conferenceId/participants/:participantId/hold", {
      params: participant(),
      success: Schema.Json
    }),
  { replay: "safe" }
)

/**
 * Takes a participant off hold (`POST /v2/conferences/{conferenceId}/participants/{participantId}/resume`).
 *
 * @see https://docs.audian.com/conferences/controls
 * @category operations
 * @since 0.1.0
 */
export const resumeParticipant = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("resumeParticipant", "/v2/conferences/:conferenceId/participants/:participantId/resume", {
      params: participant(),
      success: Schema.Json
    }),
  { replay: "safe" }
)

/**
 * Hangs up on a participant (`POST /v2/conferences/{conferenceId}/participants/{participantId}/disconnect`).
 *
 * @see https://docs.audian.com/conferences/controls
 * @category operations
 * @since 0.1.0
 */
export const disconnectParticipant = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post(
      "disconnectParticipant",
      "/v2/conferences/:conferenceId/participants/:participantId/disconnect",
      {
        params: participant(),
        success: Schema.Json
      }
    ),
  { replay: "safe" }
)

/**
 * Silences every participant (`POST /v2/conferences/{conferenceId}/mute-all`).
 *
 * @see https://docs.audian.com/conferences/controls
 * @category operations
 * @since 0.1.0
 */
export const muteAll = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("muteAll", "/v2/conferences/:conferenceId/mute-all", {
      params: conference(),
      success: Schema.Json
    }),
  { replay: "safe" }
)

/**
 * Begins to record a conference (`POST /v2/conferences/{conferenceId}/recording/start`). `format` is `wav` and `quality`
 * is `standard` by default. A second one is a second recording, so it is never repeated unless the server certainly did
 * not act.
 *
 * @see https://docs.audian.com/conferences/recording
 * @category operations
 * @since 0.1.0
 */
export const startRecording = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("startRecording", "/v2/conferences/:conferenceId/recording/start", {
      params: conference(),
      payload: Schema.Struct({
        name: Schema.optional(Schema.String),
        format: Schema.optional(openEnum("wav", "mp3")),
        quality: Schema.optional(openEnum("high", "standard"))
      }),
      success: Schema.Json
    }),
  { replay: "unsafe" }
)

/**
 * Ends the recording of a conference (`POST /v2/conferences/{conferenceId}/recording/stop`).
 *
 * @see https://docs.audian.com/conferences/recording
 * @category operations
 * @since 0.1.0
 */
export const stopRecording = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("stopRecording", "/v2/conferences/:conferenceId/recording/stop", {
      params: conference(),
      success: Schema.Json
    }),
  { replay: "safe" }
)

/**
 * Lists the recordings of a conference (`GET /v2/conferences/{conferenceId}/recordings`).
 *
 * @see https://docs.audian.com/conferences/recording
 * @category operations
 * @since 0.1.0
 */
export const listRecordings = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.get("listRecordings", "/v2/conferences/:conferenceId/recordings", {
      params: conference(),
      success: Schema.Json
    }),
  { replay: "safe" }
)

/**
 * Reads a recording of a conference (`GET /v2/conferences/{conferenceId}/recordings/{recordingId}`).
 *
 * @see https://docs.audian.com/conferences/recording
 * @category operations
 * @since 0.1.0
 */
export const getRecording = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.get("getRecording", "/v2/conferences/:conferenceId/recordings/:recordingId", {
      params: recording(),
      success: Schema.Json
    }),
  { replay: "safe" }
)

/**
 * Removes a recording of a conference (`DELETE /v2/conferences/{conferenceId}/recordings/{recordingId}`).
 *
 * @see https://docs.audian.com/conferences/recording
 * @category operations
 * @since 0.1.0
 */
export const removeRecording = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.delete("removeRecording", "/v2/conferences/:conferenceId/recordings/:recordingId", {
      params: recording(),
      success: [Schema.Json, HttpApiSchema.NoContent]
    }),
  { replay: "safe" }
)
