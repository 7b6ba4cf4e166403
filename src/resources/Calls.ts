/**
 * Calls: making one, and what can be done to it while it lasts.
 *
 * @see https://docs.audian.com/call-control/making-calls
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as FlatOperation from "../internal/flatOperation.ts"
import * as Endpoint from "../internal/schema/endpoint.ts"
import { asOpen, inputEnum, lazy, model, openEnum, openStruct } from "../internal/schema/schema.ts"
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
export const RecordingFormat = /*@__PURE__*/ inputEnum("wav", "mp3", "opus")

const recordingFields = () =>
  ({
    /** File format: `wav`, `mp3` or `opus`. */
    format: Schema.optional(RecordingFormat),
    /** Party that is recorded: `all`, `caller` or `callee`. */
    participant: Schema.optional(inputEnum("all", "caller", "callee"))
  }) as const

/**
 * How a call is recorded from its start.
 *
 * @category models
 * @since 0.1.0
 */
export class Recording extends /*@__PURE__*/ model<Recording>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      ...recordingFields(),
      /** Records the call. */
      enabled: Schema.optional(Schema.Boolean),
      /** Bit rate in kbit/s. */
      bitrate: Schema.optional(Schema.Int),
      /** Sampling rate in Hz: 8000 or 16000. */
      sample_rate: Schema.optional(Schema.Literals([8000, 16000]))
    })
  )
) {}

const callId = () =>
  ({
    /** Id of the call. */
    call_id: Schema.String
  }) as const

/**
 * A call that was made.
 *
 * @category models
 * @since 0.1.0
 */
export class Call extends /*@__PURE__*/ model<Call>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      ...callId(),
      /** UUID of the call. */
      call_uuid: Schema.optional(Schema.String),
      /** Number that calls. */
      from: Schema.optional(PhoneNumber.PhoneNumber),
      /** Number that is called. */
      to: Schema.optional(PhoneNumber.PhoneNumber),
      /** State: `initiated`. */
      status: Schema.optional(openEnum("initiated")),
      /** Time at which it was made. */
      created_at: Schema.optional(Timestamp.Iso),
      /** Time that it rings, in seconds. */
      timeout: Schema.optional(Schema.Int),
      /** Longest duration, in seconds. */
      max_duration: Schema.optional(Schema.Int),
      /** Tags that you gave it. */
      tags: Schema.optional(Schema.JsonObject),
      /** Fields of your own. */
      custom_fields: Schema.optional(Schema.JsonObject)
    })
  )
) {}

/**
 * A transferred call.
 *
 * @category models
 * @since 0.1.0
 */
export class TransferredCall extends /*@__PURE__*/ model<TransferredCall>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      ...callId(),
      /** State: `transferred`. */
      status: Schema.optional(openEnum("transferred")),
      /** Party that was connected before. */
      transfer_from: Schema.optional(Schema.String),
      /** Party that is connected now. */
      transfer_to: Schema.optional(Schema.String),
      /** Time of the transfer. */
      transferred_at: Schema.optional(Timestamp.Iso)
    })
  )
) {}

/**
 * A call on hold.
 *
 * @category models
 * @since 0.1.0
 */
export class HeldCall extends /*@__PURE__*/ model<HeldCall>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      ...callId(),
      /** State: `held`. */
      status: Schema.optional(openEnum("held")),
      /** Time at which the hold began. */
      held_at: Schema.optional(Timestamp.Iso)
    })
  )
) {}

/**
 * A recording that has begun.
 *
 * @category models
 * @since 0.1.0
 */
export class StartedRecording extends /*@__PURE__*/ model<StartedRecording>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      ...callId(),
      /** Id of the recording. */
      recording_id: Schema.String,
      /** State: `recording`. */
      status: Schema.optional(openEnum("recording")),
      /** Time of its start. */
      started_at: Schema.optional(Timestamp.Iso),
      /** File format: `wav`, `mp3` or `opus`. */
      format: Schema.optional(asOpen(RecordingFormat))
    })
  )
) {}

/**
 * A recording that has ended.
 *
 * @category models
 * @since 0.1.0
 */
export class StoppedRecording extends /*@__PURE__*/ model<StoppedRecording>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      ...callId(),
      /** Id of the recording. */
      recording_id: Schema.String,
      /** State: `stopped`. */
      status: Schema.optional(openEnum("stopped")),
      /** Time of its end. */
      stopped_at: Schema.optional(Timestamp.Iso),
      /** Length in seconds. */
      duration: Schema.optional(Schema.Finite)
    })
  )
) {}

/**
 * A recording that was paused or resumed. Its fields are those of a started one; further ones are undocumented.
 *
 * @category models
 * @since 0.1.0
 */
export class RecordingState extends /*@__PURE__*/ model<RecordingState>()(
  /*@__PURE__*/ lazy(() =>
    openStruct({
      /** Id of the call. */
      call_id: Schema.optional(Schema.String),
      /** Id of the recording. */
      recording_id: Schema.optional(Schema.String),
      /** State of the recording. */
      status: Schema.optional(Schema.String)
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
      /** A number of yours, in E.164 form. */
      from: PhoneNumber.PhoneNumberInput,
      /** Number to call, best in E.164 form. */
      to: Schema.String,
      /** Kind of the call. Default `outbound`. */
      call_type: Schema.optional(openEnum("outbound")),
      /** Time that it rings, in seconds. Default 30. */
      timeout: Schema.optional(Schema.Int),
      /** Longest duration, in seconds. Default 3600. */
      max_duration: Schema.optional(Schema.Int),
      /** Tags of your own. Default none. */
      tags: Schema.optional(Schema.JsonObject),
      /** Fields of your own. Default none. */
      custom_fields: Schema.optional(Schema.JsonObject),
      /** Recording from the start. Default none. */
      recording: Schema.optional(Recording),
      /** Control of the call. Its fields are undocumented. */
      call_control: Schema.optional(Schema.JsonObject)
    })
  )
) {}

/**
 * The input of operations that need no more than a call's id.
 *
 * @category inputs
 * @since 0.1.0
 */
export class CallKey extends /*@__PURE__*/ model<CallKey>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      ...callId()
    })
  )
) {}

/**
 * The input of {@link transfer}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class TransferInput extends /*@__PURE__*/ model<TransferInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      ...callId(),
      /** Destination of the call. */
      destination: Schema.String,
      /** Caller id that the destination sees. */
      caller_id: Schema.optional(Schema.String),
      /** Kind of the transfer: `blind` or `attended`. Default `blind`. */
      transfer_type: Schema.optional(inputEnum("blind", "attended")),
      /** Puts the original party on hold meanwhile. */
      hold_original: Schema.optional(Schema.Boolean)
    })
  )
) {}

/**
 * The input of {@link hold}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class HoldInput extends /*@__PURE__*/ model<HoldInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      ...callId(),
      /** URL of the music that is played meanwhile. */
      hold_music: Schema.optional(Schema.String)
    })
  )
) {}

/**
 * The input of {@link startRecording}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class StartRecordingInput extends /*@__PURE__*/ model<StartRecordingInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      ...callId(),
      ...recordingFields()
    })
  )
) {}

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ FlatOperation.makeIn({ resource: "Calls", family: "flat", envelope: "bare" })

/**
 * Calls a number from one of yours (`POST /v2/calls`): a phone rings, so it is only retried when it was certainly not
 * executed.
 *
 * **Details**
 *
 * Fails with `BadRequest` and the code `invalid_phone_number` for a number that cannot be called, with `PaymentRequired`
 * when the balance does not cover it.
 *
 * **Example** (Call a number and record it)
 *
 * ```ts
 * import { Calls } from "effect-audian"
 *
 * export const program = Calls.create({
 *   from: "+14155551234",
 *   to: "+14155555678",
 *   timeout: 20,
 *   recording: { enabled: true, format: "mp3", participant: "all" }
 * })
 * ```
 *
 * @see https://docs.audian.com/call-control/making-calls
 * @see https://docs.audian.com/call-control/call-recording
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () => Endpoint.post("create", "/v2/calls", { input: CreateInput, success: Endpoint.status(Call, 201) }),
  { replay: "unsafe" }
)

/**
 * Transfers a call (`POST /v2/calls/{call_id}/transfer`): another phone rings, so it is only retried when it was certainly
 * not executed. `NotFound` when the call is over.
 *
 * **Example** (Transfer a call, unless it is over)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Calls } from "effect-audian"
 *
 * export const transfer = (call_id: string) =>
 *   Calls.transfer({ call_id, destination: "+14155555678", transfer_type: "attended", hold_original: true }).pipe(
 *     Effect.catchTag("NotFound", () => Effect.logInfo("The call is over"))
 *   )
 * ```
 *
 * @see https://docs.audian.com/call-control/call-actions
 * @category operations
 * @since 0.1.0
 */
export const transfer = /*@__PURE__*/ make(
  () => Endpoint.post("transfer", "/v2/calls/:call_id/transfer", { input: TransferInput, success: TransferredCall }),
  { replay: "unsafe" }
)

/**
 * Puts a call on hold (`POST /v2/calls/{call_id}/hold`).
 *
 * **Example** (Hold a call with music)
 *
 * ```ts
 * import { Calls } from "effect-audian"
 *
 * export const program = Calls.hold({ call_id: "call_xyz789", hold_music: "https://example.com/music.mp3" })
 * ```
 *
 * @see https://docs.audian.com/call-control/call-actions
 * @category operations
 * @since 0.1.0
 */
export const hold = /*@__PURE__*/ make(
  () => Endpoint.post("hold", "/v2/calls/:call_id/hold", { input: HoldInput, success: HeldCall }),
  { replay: "safe" }
)

/**
 * Starts recording a call (`POST /v2/calls/{call_id}/record/start`). A second one is a second recording, so it is only
 * retried when it was certainly not executed.
 *
 * **Example** (Record both parties from now on)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Calls } from "effect-audian"
 *
 * export const program = Effect.map(
 *   Calls.startRecording({ call_id: "call_xyz789", format: "mp3", participant: "all" }),
 *   ({ recording_id }) => recording_id
 * )
 * ```
 *
 * @see https://docs.audian.com/call-control/call-recording
 * @category operations
 * @since 0.1.0
 */
export const startRecording = /*@__PURE__*/ make(
  () =>
    Endpoint.post("startRecording", "/v2/calls/:call_id/record/start", {
      input: StartRecordingInput,
      success: StartedRecording
    }),
  { replay: "unsafe" }
)

/**
 * Ends the recording of a call (`POST /v2/calls/{call_id}/record/stop`).
 *
 * **Example** (End a recording, and log its length)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Calls } from "effect-audian"
 *
 * export const program = Effect.tap(Calls.stopRecording({ call_id: "call_xyz789" }), ({ duration, recording_id }) =>
 *   Effect.logInfo(`${recording_id}: ${duration} s`)
 * )
 * ```
 *
 * @see https://docs.audian.com/call-control/call-recording
 * @category operations
 * @since 0.1.0
 */
export const stopRecording = /*@__PURE__*/ make(
  () => Endpoint.post("stopRecording", "/v2/calls/:call_id/record/stop", { input: CallKey, success: StoppedRecording }),
  { replay: "safe" }
)

/**
 * Pauses the recording of a call (`POST /v2/calls/{call_id}/record/pause`).
 *
 * **Example** (Keep a card number out of the recording)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Calls } from "effect-audian"
 *
 * export const unrecorded = <A, E, R>(call_id: string, self: Effect.Effect<A, E, R>) =>
 *   Effect.acquireUseRelease(
 *     Calls.pauseRecording({ call_id }),
 *     () => self,
 *     () => Effect.ignore(Calls.resumeRecording({ call_id }))
 *   )
 * ```
 *
 * @see https://docs.audian.com/call-control/call-recording
 * @category operations
 * @since 0.1.0
 */
export const pauseRecording = /*@__PURE__*/ make(
  () =>
    Endpoint.post("pauseRecording", "/v2/calls/:call_id/record/pause", {
      input: CallKey,
      success: [RecordingState, Endpoint.noContent]
    }),
  { replay: "safe" }
)

/**
 * Resumes a paused recording (`POST /v2/calls/{call_id}/record/resume`).
 *
 * **Example** (Record again, unless the call is over)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Calls } from "effect-audian"
 *
 * export const program = Calls.resumeRecording({ call_id: "call_xyz789" }).pipe(
 *   Effect.catchTag("NotFound", () => Effect.logInfo("The call is over"))
 * )
 * ```
 *
 * @see https://docs.audian.com/call-control/call-recording
 * @category operations
 * @since 0.1.0
 */
export const resumeRecording = /*@__PURE__*/ make(
  () =>
    Endpoint.post("resumeRecording", "/v2/calls/:call_id/record/resume", {
      input: CallKey,
      success: [RecordingState, Endpoint.noContent]
    }),
  { replay: "safe" }
)
