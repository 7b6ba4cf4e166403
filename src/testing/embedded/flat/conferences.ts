/**
 * The conferences of the embedded server, their participants, and their recordings.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import type * as Operation from "../../../Operation.ts"
import * as Conferences from "../../../resources/Conferences.ts"
import * as AudianTest from "../../AudianTest.ts"
import * as State from "../state.ts"
import * as Store from "../store.ts"
import * as Recording from "./recording.ts"

interface Participant {
  readonly id: string
  readonly muted: boolean
  readonly held: boolean
  /** The input of the request that added the participant. */
  readonly fields: Schema.JsonObject
}

interface Recorded {
  readonly id: string
  readonly fields: Schema.JsonObject
  readonly recording: Recording.Recording
  /** In epoch milliseconds; `undefined` while it is recording. */
  readonly stoppedAt: number | undefined
}

interface Room {
  readonly conference: Schema.JsonObject & { readonly id: string }
  readonly maxParticipants: number
  readonly muteOnEntry: boolean
  readonly participants: Store.Store<Participant>
  readonly recordings: Store.Store<Recorded>
  /** The id of the active recording. */
  recording: string | undefined
}

export const handlers = (state: State.State): ReadonlyArray<AudianTest.Handler> => {
  const rooms = Store.make<Room>(state, { prefix: "conf", what: "conference" })
  const room = ({ conferenceId }: { readonly conferenceId: string }) => rooms.get(conferenceId)

  const record = (room: Room, { format = "wav", name, quality = "standard" }: Partial<Record<string, string>>) =>
    room.recordings.add((id, now) => {
      room.recording = id
      return {
        id,
        fields: State.json({ name, quality }),
        recording: Recording.start(id, format, now),
        stoppedAt: undefined
      }
    })

  /** The handler of an operation that changes one participant. */
  const onParticipant = (
    operation: Operation.Operation<{ readonly conferenceId: string; readonly participantId: string }, Schema.Json>,
    change: (participant: Participant) => Partial<Participant>
  ) =>
    AudianTest.handle(operation, (input) =>
      Effect.flatMap(room(input), ({ participants }) =>
        Effect.map(
          participants.update(input.participantId, (participant) => ({ ...participant, ...change(participant) })),
          describe
        )
      )
    )

  const leave = (input: { readonly conferenceId: string; readonly participantId: string }) =>
    Effect.flatMap(room(input), ({ participants }) => participants.remove(input.participantId))

  return [
    AudianTest.handle(Conferences.create, ({ pin: _, ...input }) =>
      Effect.gen(function* () {
        const { max_participants = 100, mute_on_entry = false, record: recorded = false } = input
        const added = yield* rooms.add((id, now) => ({
          conference: {
            require_pin: false,
            allow_recording_by_participant: false,
            member_notification: true,
            ...State.json(input),
            max_participants,
            mute_on_entry,
            record: recorded,
            id,
            created_at: State.iso(now)
          },
          maxParticipants: max_participants,
          muteOnEntry: mute_on_entry,
          participants: Store.make(state, { prefix: "part", what: "participant" }),
          recordings: Store.make(state, { prefix: "rec", what: "recording" }),
          recording: undefined
        }))
        if (recorded) yield* record(added, { name: input.name })
        return added.conference
      })
    ),

    AudianTest.handle(Conferences.addParticipant, (input) =>
      Effect.gen(function* () {
        const { maxParticipants, muteOnEntry, participants } = yield* room(input)
        if (participants.size() >= maxParticipants) return yield* State.unprocessable("The conference is full")
        const { conferenceId, muted = muteOnEntry, ...fields } = input
        const added = yield* participants.add((id, now) => ({
          id,
          muted,
          held: false,
          fields: { ...State.json(fields), conference_id: conferenceId, joined_at: State.iso(now) }
        }))
        return describe(added)
      })
    ),

    AudianTest.handle(Conferences.listParticipants, (input) =>
      Effect.map(room(input), ({ participants }) => participants.all().map(describe))
    ),
    AudianTest.handle(Conferences.removeParticipant, (input) => Effect.asVoid(leave(input))),
    AudianTest.handle(Conferences.disconnectParticipant, (input) =>
      Effect.map(leave(input), (participant) => ({ ...describe(participant), status: "disconnected" }))
    ),
    onParticipant(Conferences.muteParticipant, () => ({ muted: true })),
    onParticipant(Conferences.unmuteParticipant, () => ({ muted: false })),
    onParticipant(Conferences.holdParticipant, () => ({ held: true })),
    onParticipant(Conferences.resumeParticipant, () => ({ held: false })),

    AudianTest.handle(Conferences.muteAll, (input) =>
      Effect.map(room(input), ({ participants }) => {
        for (const participant of participants.all()) participants.set(participant.id, { ...participant, muted: true })
        return { conference_id: input.conferenceId, status: "muted", participants: participants.all().map(describe) }
      })
    ),

    AudianTest.handle(Conferences.startRecording, (input) =>
      Effect.gen(function* () {
        const found = yield* room(input)
        if (found.recording !== undefined) return yield* State.conflict("The conference is being recorded already")
        const { conferenceId: _, ...fields } = input
        return describeRecording(yield* record(found, fields), yield* State.now)
      })
    ),

    AudianTest.handle(Conferences.stopRecording, (input) =>
      Effect.gen(function* () {
        const found = yield* room(input)
        if (found.recording === undefined) return yield* State.conflict("The conference is not being recorded")
        const stopped = yield* found.recordings.update(found.recording, (recorded, now) => ({
          ...recorded,
          stoppedAt: now
        }))
        found.recording = undefined
        return describeRecording(stopped, yield* State.now)
      })
    ),

    AudianTest.handle(Conferences.listRecordings, (input) =>
      Effect.gen(function* () {
        const { recordings } = yield* room(input)
        const now = yield* State.now
        return recordings.all().map((recorded) => describeRecording(recorded, now))
      })
    ),

    AudianTest.handle(Conferences.getRecording, (input) =>
      Effect.gen(function* () {
        const { recordings } = yield* room(input)
        return describeRecording(yield* recordings.get(input.recordingId), yield* State.now)
      })
    ),

    AudianTest.handle(Conferences.removeRecording, (input) =>
      Effect.gen(function* () {
        const found = yield* room(input)
        yield* found.recordings.remove(input.recordingId)
        if (found.recording === input.recordingId) found.recording = undefined
      })
    )
  ]
}

const describe = ({ fields, held, id, muted }: Participant): Schema.JsonObject & { readonly id: string } => ({
  ...fields,
  id,
  muted,
  on_hold: held,
  status: held ? "held" : muted ? "muted" : "active"
})

const describeRecording = (
  { fields, id, recording, stoppedAt }: Recorded,
  now: number
): Schema.JsonObject & { readonly id: string } => ({
  ...fields,
  id,
  format: recording.format,
  status: stoppedAt === undefined ? "recording" : "stopped",
  started_at: State.iso(recording.startedAt),
  ...(stoppedAt !== undefined && { stopped_at: State.iso(stoppedAt) }),
  duration: Recording.seconds(recording, stoppedAt ?? now)
})
