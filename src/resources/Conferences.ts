/**
 * Conferences: rooms, their participants, their recordings. `Account.Conferences` are the engine's own.
 *
 * The pages show requests only. Responses have the fields of their requests, and an `id` where something is created; the
 * others are plain JSON.
 *
 * @see https://docs.audian.com/conferences/create
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as FlatOperation from "../internal/flatOperation.ts"
import * as Endpoint from "../internal/schema/endpoint.ts"
import { asOpen, inputEnum, lazy, model, openEnum, openStruct, secretLike } from "../internal/schema/schema.ts"
import * as PhoneNumber from "../PhoneNumber.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * A conference that was created. Fields other than `id` are undocumented.
 *
 * @category models
 * @since 0.1.0
 */
export class Conference extends /*@__PURE__*/ model<Conference>()(
  /*@__PURE__*/ lazy(() =>
    openStruct({
      /** Id of the conference. */
      id: Schema.String
    })
  )
) {}

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
export const Role = /*@__PURE__*/ inputEnum("presenter", "listener")

/**
 * A participant that was added. Its fields are those of the request; further ones are undocumented.
 *
 * @category models
 * @since 0.1.0
 */
export class Participant extends /*@__PURE__*/ model<Participant>()(
  /*@__PURE__*/ lazy(() =>
    openStruct({
      /** Id of the participant. */
      id: Schema.String,
      /** Number that is called. */
      phone_number: Schema.optional(PhoneNumber.PhoneNumber),
      /** Name of the participant. */
      name: Schema.optional(Schema.NullOr(Schema.String)),
      /** Role: `presenter` or `listener`. */
      role: Schema.optional(asOpen(Role)),
      /** True while the participant is muted. */
      muted: Schema.optional(Schema.Boolean)
    })
  )
) {}

/**
 * A recording of a conference. Its fields are those of the request that started it; further ones are undocumented.
 *
 * @category models
 * @since 0.1.0
 */
export class Recording extends /*@__PURE__*/ model<Recording>()(
  /*@__PURE__*/ lazy(() =>
    openStruct({
      /** Id of the recording. */
      id: Schema.optional(Schema.String),
      /** Name of the recording. */
      name: Schema.optional(Schema.String),
      /** File format: `wav` or `mp3`. Default `wav`. */
      format: Schema.optional(openEnum("wav", "mp3")),
      /** Quality: `high` or `standard`. Default `standard`. */
      quality: Schema.optional(openEnum("high", "standard"))
    })
  )
) {}

// -----------------------------------------------------------------------------
// inputs
// -----------------------------------------------------------------------------

const pin = () => secretLike(/^\d{4,6}$/, "4 to 6 digits")

const conferenceId = () =>
  ({
    /** Id of the conference. */
    conferenceId: Schema.String
  }) as const

/**
 * The input of operations that need no more than a conference's id.
 *
 * @category inputs
 * @since 0.1.0
 */
export class ConferenceKey extends /*@__PURE__*/ model<ConferenceKey>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      ...conferenceId()
    })
  )
) {}

/**
 * The input of operations on one participant.
 *
 * @category inputs
 * @since 0.1.0
 */
export class ParticipantKey extends /*@__PURE__*/ model<ParticipantKey>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      ...conferenceId(),
      /** Id of the participant. */
      participantId: Schema.String
    })
  )
) {}

/**
 * The input of operations on one recording.
 *
 * @category inputs
 * @since 0.1.0
 */
export class RecordingKey extends /*@__PURE__*/ model<RecordingKey>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      ...conferenceId(),
      /** Id of the recording. */
      recordingId: Schema.String
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
      /** Name of the conference. */
      name: Schema.String,
      /** Time at which it is to begin, ISO 8601. */
      scheduled_for: Schema.optional(Schema.String),
      /** Participants at most. Default 100. */
      max_participants: Schema.optional(Schema.Int),
      /** Asks participants for the PIN. Default false. */
      require_pin: Schema.optional(Schema.Boolean),
      /** PIN of 4 to 6 digits, plain or redacted. */
      pin: Schema.optional(pin()),
      /** Records the conference. Default false. */
      record: Schema.optional(Schema.Boolean),
      /** Id of the music that waiting participants hear. */
      hold_music_id: Schema.optional(Schema.String),
      /** Mutes participants as they come in. Default false. */
      mute_on_entry: Schema.optional(Schema.Boolean),
      /** Lets participants record. Default false. */
      allow_recording_by_participant: Schema.optional(Schema.Boolean),
      /** Notifies members. Default true. */
      member_notification: Schema.optional(Schema.Boolean)
    })
  )
) {}

/**
 * The input of {@link addParticipant}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class AddParticipantInput extends /*@__PURE__*/ model<AddParticipantInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      ...conferenceId(),
      /** Number to call. */
      phone_number: Schema.String,
      /** Name of the participant. */
      name: Schema.optional(Schema.String),
      /** Role: `presenter` or `listener`. */
      role: Schema.optional(Role),
      /** Begins muted. Default false. */
      muted: Schema.optional(Schema.Boolean),
      /** Sends the PIN as a message. */
      send_pin_via_sms: Schema.optional(Schema.Boolean)
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
      ...conferenceId(),
      /** Name of the recording. */
      name: Schema.optional(Schema.String),
      /** File format: `wav` or `mp3`. Default `wav`. */
      format: Schema.optional(inputEnum("wav", "mp3")),
      /** Quality: `high` or `standard`. Default `standard`. */
      quality: Schema.optional(inputEnum("high", "standard"))
    })
  )
) {}

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ FlatOperation.makeIn({ resource: "Conferences", family: "flat", envelope: "bare" })

/**
 * Creates a conference (`POST /v2/conferences`).
 *
 * **Example** (A room with a PIN, and a first participant)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Conferences } from "effect-audian"
 *
 * export const program = Effect.gen(function* () {
 *   const { id: conferenceId } = yield* Conferences.create({ name: "Standup", require_pin: true, pin: "4711" })
 *   const { id: participantId } = yield* Conferences.addParticipant({ conferenceId, phone_number: "+14155551234" })
 *   yield* Conferences.muteParticipant({ conferenceId, participantId })
 * })
 * ```
 *
 * @see https://docs.audian.com/conferences/create
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () =>
    Endpoint.post("create", "/v2/conferences", {
      input: CreateInput,
      success: Endpoint.status(Conference, 201)
    }),
  { replay: "unsafe" }
)

/**
 * Adds a participant to a conference (`POST /v2/conferences/{conferenceId}/participants`): a phone rings, so it is only
 * retried when it was certainly not executed. The response gives the `id` for the operations on the participant.
 *
 * **Example** (Call several people into a conference)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Conferences } from "effect-audian"
 *
 * export const callAll = (conferenceId: string, numbers: ReadonlyArray<string>) =>
 *   Effect.forEach(
 *     numbers,
 *     (phone_number) => Conferences.addParticipant({ conferenceId, phone_number, role: "listener", muted: true }),
 *     { concurrency: 5 }
 *   )
 * ```
 *
 * @see https://docs.audian.com/conferences/participants
 * @category operations
 * @since 0.1.0
 */
export const addParticipant = /*@__PURE__*/ make(
  () =>
    Endpoint.post("addParticipant", "/v2/conferences/:conferenceId/participants", {
      input: AddParticipantInput,
      success: Endpoint.status(Participant, 201)
    }),
  { replay: "unsafe" }
)

/**
 * Lists the participants of a conference (`GET /v2/conferences/{conferenceId}/participants`). The response is undocumented.
 *
 * **Example** (Count the participants)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Conferences, Page } from "effect-audian"
 *
 * // The response is undocumented: `Page.arrayIn` finds the list in it.
 * export const count = (conferenceId: string) =>
 *   Effect.map(Conferences.listParticipants({ conferenceId }), (json) => Page.arrayIn(json)?.length ?? 0)
 * ```
 *
 * @see https://docs.audian.com/conferences/participants
 * @category operations
 * @since 0.1.0
 */
export const listParticipants = /*@__PURE__*/ make(
  () =>
    Endpoint.get("listParticipants", "/v2/conferences/:conferenceId/participants", {
      input: ConferenceKey,
      success: Schema.Json
    }),
  { replay: "safe" }
)

/**
 * Removes a participant (`DELETE /v2/conferences/{conferenceId}/participants/{participantId}`). The response is undocumented.
 *
 * **Example** (Remove a participant who may have left)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Conferences } from "effect-audian"
 *
 * export const remove = (conferenceId: string, participantId: string) =>
 *   Conferences.removeParticipant({ conferenceId, participantId }).pipe(
 *     Effect.catchTag("NotFound", () => Effect.succeed(null))
 *   )
 * ```
 *
 * @see https://docs.audian.com/conferences/participants
 * @category operations
 * @since 0.1.0
 */
export const removeParticipant = /*@__PURE__*/ make(
  () =>
    Endpoint.remove("removeParticipant", "/v2/conferences/:conferenceId/participants/:participantId", {
      input: ParticipantKey,
      success: [Schema.Json, Endpoint.noContent]
    }),
  { replay: "safe" }
)

/**
 * Mutes a participant (`POST /v2/conferences/{conferenceId}/participants/{participantId}/mute`). The response is undocumented.
 *
 * **Example** (Mute a participant, unless they have left)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Conferences } from "effect-audian"
 *
 * export const mute = (conferenceId: string, participantId: string) =>
 *   Conferences.muteParticipant({ conferenceId, participantId }).pipe(
 *     Effect.catchTag("NotFound", () => Effect.logInfo("The participant has left"))
 *   )
 * ```
 *
 * @see https://docs.audian.com/conferences/controls
 * @category operations
 * @since 0.1.0
 */
export const muteParticipant = /*@__PURE__*/ make(
  () =>
    Endpoint.post("muteParticipant", "/v2/conferences/:conferenceId/participants/:participantId/mute", {
      input: ParticipantKey,
      success: Schema.Json
    }),
  { replay: "safe" }
)

/**
 * Unmutes a participant (`POST /v2/conferences/{conferenceId}/participants/{participantId}/unmute`). The response is undocumented.
 *
 * **Example** (Mute everybody but the speaker)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Conferences } from "effect-audian"
 *
 * export const onlyThis = (conferenceId: string, participantId: string) =>
 *   Conferences.muteAll({ conferenceId }).pipe(
 *     Effect.andThen(Conferences.unmuteParticipant({ conferenceId, participantId }))
 *   )
 * ```
 *
 * @see https://docs.audian.com/conferences/controls
 * @category operations
 * @since 0.1.0
 */
export const unmuteParticipant = /*@__PURE__*/ make(
  () =>
    Endpoint.post("unmuteParticipant", "/v2/conferences/:conferenceId/participants/:participantId/unmute", {
      input: ParticipantKey,
      success: Schema.Json
    }),
  { replay: "safe" }
)

/**
 * Puts a participant on hold (`POST /v2/conferences/{conferenceId}/participants/{participantId}/hold`). The response is undocumented.
 *
 * **Example** (Hold a participant while others talk)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Conferences } from "effect-audian"
 *
 * export const without = <A, E, R>(conferenceId: string, participantId: string, self: Effect.Effect<A, E, R>) =>
 *   Effect.acquireUseRelease(
 *     Conferences.holdParticipant({ conferenceId, participantId }),
 *     () => self,
 *     () => Effect.ignore(Conferences.resumeParticipant({ conferenceId, participantId }))
 *   )
 * ```
 *
 * @see https://docs.audian.com/conferences/controls
 * @category operations
 * @since 0.1.0
 */
export const holdParticipant = /*@__PURE__*/ make(
  () =>
    Endpoint.post("holdParticipant", "/v2/conferences/:conferenceId/participants/:participantId/hold", {
      input: ParticipantKey,
      success: Schema.Json
    }),
  { replay: "safe" }
)

/**
 * Takes a participant off hold (`POST /v2/conferences/{conferenceId}/participants/{participantId}/resume`). The response is undocumented.
 *
 * **Example** (Bring a participant back)
 *
 * ```ts
 * import { Conferences } from "effect-audian"
 *
 * export const program = Conferences.resumeParticipant({ conferenceId: "conf_abc123", participantId: "part_abc123" })
 * ```
 *
 * @see https://docs.audian.com/conferences/controls
 * @category operations
 * @since 0.1.0
 */
export const resumeParticipant = /*@__PURE__*/ make(
  () =>
    Endpoint.post("resumeParticipant", "/v2/conferences/:conferenceId/participants/:participantId/resume", {
      input: ParticipantKey,
      success: Schema.Json
    }),
  { replay: "safe" }
)

/**
 * Hangs up on a participant (`POST /v2/conferences/{conferenceId}/participants/{participantId}/disconnect`). The response is undocumented.
 *
 * **Example** (Hang up on a participant who may have left)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Conferences } from "effect-audian"
 *
 * export const hangUp = (conferenceId: string, participantId: string) =>
 *   Conferences.disconnectParticipant({ conferenceId, participantId }).pipe(
 *     Effect.catchTag("NotFound", () => Effect.logInfo("The participant has left"))
 *   )
 * ```
 *
 * @see https://docs.audian.com/conferences/controls
 * @category operations
 * @since 0.1.0
 */
export const disconnectParticipant = /*@__PURE__*/ make(
  () =>
    Endpoint.post("disconnectParticipant", "/v2/conferences/:conferenceId/participants/:participantId/disconnect", {
      input: ParticipantKey,
      success: Schema.Json
    }),
  { replay: "safe", destructive: true }
)

/**
 * Mutes every participant (`POST /v2/conferences/{conferenceId}/mute-all`). The response is undocumented.
 *
 * **Example** (Silence before a recording)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Conferences } from "effect-audian"
 *
 * export const program = Conferences.muteAll({ conferenceId: "conf_abc123" }).pipe(
 *   Effect.andThen(Conferences.startRecording({ conferenceId: "conf_abc123", format: "wav" }))
 * )
 * ```
 *
 * @see https://docs.audian.com/conferences/controls
 * @category operations
 * @since 0.1.0
 */
export const muteAll = /*@__PURE__*/ make(
  () =>
    Endpoint.post("muteAll", "/v2/conferences/:conferenceId/mute-all", { input: ConferenceKey, success: Schema.Json }),
  { replay: "safe" }
)

/**
 * Starts recording a conference (`POST /v2/conferences/{conferenceId}/recording/start`). A second one is a second recording,
 * so it is only retried when it was certainly not executed.
 *
 * **Example** (Record, and say so when it is not certain)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Conferences } from "effect-audian"
 *
 * export const record = (conferenceId: string) =>
 *   Conferences.startRecording({ conferenceId, name: "Standup", format: "mp3", quality: "high" }).pipe(
 *     Effect.tapError((error) =>
 *       error.outcome === "unknown" ? Effect.logWarning("It may be recording already") : Effect.void
 *     )
 *   )
 * ```
 *
 * @see https://docs.audian.com/conferences/recording
 * @category operations
 * @since 0.1.0
 */
export const startRecording = /*@__PURE__*/ make(
  () =>
    Endpoint.post("startRecording", "/v2/conferences/:conferenceId/recording/start", {
      input: StartRecordingInput,
      success: Recording
    }),
  { replay: "unsafe" }
)

/**
 * Ends the recording of a conference (`POST /v2/conferences/{conferenceId}/recording/stop`). The response is undocumented.
 *
 * **Example** (Record for ten minutes)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Conferences } from "effect-audian"
 *
 * export const program = Conferences.startRecording({ conferenceId: "conf_abc123" }).pipe(
 *   Effect.andThen(Effect.sleep("10 minutes")),
 *   Effect.andThen(Conferences.stopRecording({ conferenceId: "conf_abc123" }))
 * )
 * ```
 *
 * @see https://docs.audian.com/conferences/recording
 * @category operations
 * @since 0.1.0
 */
export const stopRecording = /*@__PURE__*/ make(
  () =>
    Endpoint.post("stopRecording", "/v2/conferences/:conferenceId/recording/stop", {
      input: ConferenceKey,
      success: Schema.Json
    }),
  { replay: "safe" }
)

/**
 * Lists the recordings of a conference (`GET /v2/conferences/{conferenceId}/recordings`). The response is undocumented.
 *
 * **Example** (The recordings of a conference)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Conferences, Page } from "effect-audian"
 *
 * export const recordings = (conferenceId: string) =>
 *   Effect.map(Conferences.listRecordings({ conferenceId }), (json) => Page.arrayIn(json) ?? [])
 * ```
 *
 * @see https://docs.audian.com/conferences/recording
 * @category operations
 * @since 0.1.0
 */
export const listRecordings = /*@__PURE__*/ make(
  () =>
    Endpoint.get("listRecordings", "/v2/conferences/:conferenceId/recordings", {
      input: ConferenceKey,
      success: Schema.Json
    }),
  { replay: "safe" }
)

/**
 * Reads a recording of a conference (`GET /v2/conferences/{conferenceId}/recordings/{recordingId}`).
 *
 * **Example** (The format of a recording)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Conferences } from "effect-audian"
 *
 * export const format = (conferenceId: string, recordingId: string) =>
 *   Effect.map(Conferences.getRecording({ conferenceId, recordingId }), ({ format }) => format)
 * ```
 *
 * @see https://docs.audian.com/conferences/recording
 * @category operations
 * @since 0.1.0
 */
export const getRecording = /*@__PURE__*/ make(
  () =>
    Endpoint.get("getRecording", "/v2/conferences/:conferenceId/recordings/:recordingId", {
      input: RecordingKey,
      success: Recording
    }),
  { replay: "safe" }
)

/**
 * Removes a recording of a conference (`DELETE /v2/conferences/{conferenceId}/recordings/{recordingId}`). The response is
 * undocumented.
 *
 * **Example** (Remove a recording that may be gone)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Conferences } from "effect-audian"
 *
 * export const remove = (conferenceId: string, recordingId: string) =>
 *   Conferences.removeRecording({ conferenceId, recordingId }).pipe(
 *     Effect.catchTag("NotFound", () => Effect.succeed(null))
 *   )
 * ```
 *
 * @see https://docs.audian.com/conferences/recording
 * @category operations
 * @since 0.1.0
 */
export const removeRecording = /*@__PURE__*/ make(
  () =>
    Endpoint.remove("removeRecording", "/v2/conferences/:conferenceId/recordings/:recordingId", {
      input: RecordingKey,
      success: [Schema.Json, Endpoint.noContent]
    }),
  { replay: "safe" }
)
