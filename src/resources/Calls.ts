/**
 * Calls: making one, and what can be done to it while it lasts.
 *
 * @see https://docs.audian.com/call-control/making-calls
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import { lazy, openEnum } from "../internal/schema/schema.ts"
import * as Operation from "../Operation.ts"
import * as PhoneNumber from "../PhoneNumber.ts"
import * as Timestamp from "../Timestamp.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * The file format of a recording.
 *
 * @category models
 * @since 0.1.0
 */
export type RecordingFormat = typeof RecordingFormat.Type
/**
 * @category schemas
 * @since 0.1.0
 */
export const RecordingFormat = /*@__PURE__*/ openEnum("wav", "mp3", "opus")

/** Fields of both ways to record: from the start of a call, and in the middle of it. */
const recordingFields = () => ({
  format: Schema.optional(RecordingFormat),
  participant: Schema.optional(openEnum("all", "caller", "callee"))
})

/**
 * How a call is recorded from its start. `bitrate` is in kbit/s, `sample_rate` in Hz.
 *
 * @category models
 * @since 0.1.0
 */
export interface Recording extends Schema.Schema.Type<typeof Recording> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Recording = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    ...recordingFields(),
    enabled: Schema.optional(Schema.Boolean),
    bitrate: Schema.optional(Schema.Int),
    sample_rate: Schema.optional(Schema.Literals([8000, 16000]))
  })
)

/**
 * A call that was made. `timeout` and `max_duration` are in seconds.
 *
 * @category models
 * @since 0.1.0
 */
export interface Call extends Schema.Schema.Type<typeof Call> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Call = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    call_id: Schema.String,
    call_uuid: Schema.optional(Schema.String),
    from: Schema.optional(PhoneNumber.PhoneNumber),
    to: Schema.optional(PhoneNumber.PhoneNumber),
    status: Schema.optional(openEnum("initiated")),
    created_at: Schema.optional(Timestamp.Iso),
    timeout: Schema.optional(Schema.Int),
    max_duration: Schema.optional(Schema.Int),
    tags: Schema.optional(Schema.JsonObject),
    custom_fields: Schema.optional(Schema.JsonObject)
  })
)

/**
 * A transferred call.
 *
 * @category models
 * @since 0.1.0
 */
export interface TransferredCall extends Schema.Schema.Type<typeof TransferredCall> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const TransferredCall = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    call_id: Schema.String,
    status: Schema.optional(openEnum("transferred")),
    transfer_from: Schema.optional(Schema.String),
    transfer_to: Schema.optional(Schema.String),
    transferred_at: Schema.optional(Timestamp.Iso)
  })
)

/**
 * A call on hold.
 *
 * @category models
 * @since 0.1.0
 */
export interface HeldCall extends Schema.Schema.Type<typeof HeldCall> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const HeldCall = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    call_id: Schema.String,
    status: Schema.optional(openEnum("held")),
    held_at: Schema.optional(Timestamp.Iso)
  })
)

/**
 * A recording that has begun.
 *
 * @category models
 * @since 0.1.0
 */
export interface StartedRecording extends Schema.Schema.Type<typeof StartedRecording> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const StartedRecording = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    call_id: Schema.String,
    recording_id: Schema.String,
    status: Schema.optional(openEnum("recording")),
    started_at: Schema.optional(Timestamp.Iso),
    format: Schema.optional(RecordingFormat)
  })
)

/**
 * A recording that has ended. `duration` is in seconds.
 *
 * @category models
 * @since 0.1.0
 */
export interface StoppedRecording extends Schema.Schema.Type<typeof StoppedRecording> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const StoppedRecording = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    call_id: Schema.String,
    recording_id: Schema.String,
    status: Schema.optional(openEnum("stopped")),
    stopped_at: Schema.optional(Timestamp.Iso),
    duration: Schema.optional(Schema.Finite)
  })
)

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ Operation.makeIn({ resource: "Calls", family: "flat", envelope: "bare" })

/**
 * Calls a number from one of yours (`POST /v2/calls`), which is best given in E.164 form: a phone rings, so it is never repeated unless the server
 * certainly did not act. It rings for `timeout` seconds, 30 by default, and lasts `max_duration` seconds at most, 3600
 * by default. `call_type` is `outbound` by default; nothing is recorded unless `recording` says so. `BadRequest` with the
 * code `invalid_phone_number` for a number that cannot be called, `PaymentRequired` when the balance does not cover it.
 *
 * @see https://docs.audian.com/call-control/making-calls
 * @see https://docs.audian.com/call-control/call-recording
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("create", "/v2/calls", {
      payload: Schema.Struct({
        from: PhoneNumber.Input,
        to: Schema.String,
        call_type: Schema.optional(openEnum("outbound")),
        timeout: Schema.optional(Schema.Int),
        max_duration: Schema.optional(Schema.Int),
        tags: Schema.optional(Schema.JsonObject),
        custom_fields: Schema.optional(Schema.JsonObject),
        recording: Schema.optional(Recording),
        call_control: Schema.optional(Schema.JsonObject)
      }),
      success: Call.pipe(HttpApiSchema.status(201))
    }),
  { replay: "unsafe" }
)

/**
 * Transfers a call (`POST /v2/calls/{call_id}/transfer`): another phone rings, so it is never repeated unless the
 * server certainly did not act. `transfer_type` is `blind` by default. `NotFound` when the call is over.
 *
 * @see https://docs.audian.com/call-control/call-actions
 * @category operations
 * @since 0.1.0
 */
export const transfer = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("transfer", "/v2/calls/:call_id/transfer", {
      params: { call_id: Schema.String },
      payload: Schema.Struct({
        destination: Schema.String,
        caller_id: Schema.optional(Schema.String),
        transfer_type: Schema.optional(openEnum("blind", "attended")),
        hold_original: Schema.optional(Schema.Boolean)
      }),
      success: TransferredCall
    }),
  { replay: "unsafe" }
)

/**
 * Puts a call on hold (`POST /v2/calls/{call_id}/hold`). `hold_music` is the address of what is played meanwhile.
 *
 * @see https://docs.audian.com/call-control/call-actions
 * @category operations
 * @since 0.1.0
 */
export const hold = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("hold", "/v2/calls/:call_id/hold", {
      params: { call_id: Schema.String },
      payload: Schema.Struct({ hold_music: Schema.optional(Schema.String) }),
      success: HeldCall
    }),
  { replay: "safe" }
)

/**
 * Begins to record a call (`POST /v2/calls/{call_id}/record/start`). A second one is a second recording, so it is only
 * retried when it was certainly not executed.
 *
 * @see https://docs.audian.com/call-control/call-recording
 * @category operations
 * @since 0.1.0
 */
export const startRecording = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("startRecording", "/v2/calls/:call_id/record/start", {
      params: { call_id: Schema.String },
      payload: Schema.Struct(recordingFields()),
      success: StartedRecording
    }),
  { replay: "unsafe" }
)

/**
 * Ends the recording of a call (`POST /v2/calls/{call_id}/record/stop`).
 *
 * @see https://docs.audian.com/call-control/call-recording
 * @category operations
 * @since 0.1.0
 */
export const stopRecording = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("stopRecording", "/v2/calls/:call_id/record/stop", {
      params: { call_id: Schema.String },
      success: StoppedRecording
    }),
  { replay: "safe" }
)

/**
 * Pauses the recording of a call (`POST /v2/calls/{call_id}/record/pause`). The response is undocumented.
 *
 * @see https://docs.audian.com/call-control/call-recording
 * @category operations
 * @since 0.1.0
 */
export const pauseRecording = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("pauseRecording", "/v2/calls/:call_id/record/pause", {
      params: { call_id: Schema.String },
      success: Schema.Json
    }),
  { replay: "safe" }
)

/**
 * Resumes a paused recording (`POST /v2/calls/{call_id}/record/resume`). The response is undocumented.
 *
 * @see https://docs.audian.com/call-control/call-recording
 * @category operations
 * @since 0.1.0
 */
export const resumeRecording = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("resumeRecording", "/v2/calls/:call_id/record/resume", {
      params: { call_id: Schema.String },
      success: Schema.Json
    }),
  { replay: "safe" }
)
