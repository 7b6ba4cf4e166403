import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { Audian, Conferences } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { conference, idOf, idsOf, notFound, refusal } from "../../../support/embedded.ts"

const join = (conferenceId: string, phone_number: `+${string}` = "+14155555678") =>
  Effect.map(Conferences.addParticipant({ conferenceId, phone_number }), idOf)

/** The participants of a conference and their states. */
const present = (conferenceId: string) =>
  Effect.map(Conferences.listParticipants({ conferenceId }), (response) =>
    (response as ReadonlyArray<{ readonly id: string; readonly status: string }>).map(({ id, status }) => [id, status])
  )

const recordings = (conferenceId: string) => Effect.map(Conferences.listRecordings({ conferenceId }), idsOf)

describe("EmbeddedAudian: Conferences", () => {
  it.effect("create: responds with the input and defaults, without the PIN", () =>
    Effect.gen(function* () {
      const made = yield* Conferences.create({ name: "Weekly", require_pin: true, pin: "4711", max_participants: 5 })
      assert.deepInclude(made, {
        id: "conf_000001",
        name: "Weekly",
        require_pin: true,
        max_participants: 5,
        mute_on_entry: false,
        member_notification: true
      })
      assert.notInclude(JSON.stringify(made), "4711")
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("listParticipants: lists participants until they are removed or disconnected", () =>
    Effect.gen(function* () {
      const conferenceId = yield* conference
      const first = yield* join(conferenceId)
      const second = yield* join(conferenceId)
      assert.deepStrictEqual(yield* present(conferenceId), [
        [first, "active"],
        [second, "active"]
      ])
      const [, response] = yield* Audian.withResponse(
        Conferences.removeParticipant({ conferenceId, participantId: first })
      )
      assert.strictEqual(response?.status, 204)
      assert.deepInclude(yield* Conferences.disconnectParticipant({ conferenceId, participantId: second }), {
        id: second,
        status: "disconnected"
      })
      assert.deepStrictEqual(yield* present(conferenceId), [])
      const gone = Conferences.muteParticipant({ conferenceId, participantId: first })
      assert.deepStrictEqual(yield* refusal(gone), notFound)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("each participant is muted and held on its own", () =>
    Effect.gen(function* () {
      const conferenceId = yield* conference
      const one = { conferenceId, participantId: yield* join(conferenceId) }
      const other = yield* join(conferenceId)
      const seen = []
      for (const operation of [
        Conferences.muteParticipant,
        Conferences.holdParticipant,
        Conferences.resumeParticipant,
        Conferences.unmuteParticipant
      ]) {
        const response = (yield* operation(one)) as { readonly status: string }
        assert.deepStrictEqual(yield* present(conferenceId), [
          [one.participantId, response.status],
          [other, "active"]
        ])
        seen.push(response.status)
      }
      assert.deepStrictEqual(seen, ["muted", "held", "muted", "active"])
      yield* Conferences.muteAll({ conferenceId })
      assert.deepStrictEqual(
        (yield* present(conferenceId)).map(([, status]) => status),
        ["muted", "muted"]
      )
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("addParticipant: mute_on_entry is the default of `muted`", () =>
    Effect.gen(function* () {
      const { id: conferenceId } = yield* Conferences.create({ name: "Weekly", mute_on_entry: true })
      yield* join(conferenceId)
      yield* Conferences.addParticipant({ conferenceId, phone_number: "+14155555678", muted: false })
      assert.deepStrictEqual(
        (yield* present(conferenceId)).map(([, status]) => status),
        ["muted", "active"]
      )
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("addParticipant: a full conference is 422", () =>
    Effect.gen(function* () {
      const { id: conferenceId } = yield* Conferences.create({ name: "Weekly", max_participants: 1 })
      const participantId = yield* join(conferenceId)
      assert.deepStrictEqual(yield* refusal(join(conferenceId)), ["UnprocessableEntity", "validation_error"])
      yield* Conferences.removeParticipant({ conferenceId, participantId })
      yield* join(conferenceId)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("startRecording: a second recording is 409; recordings are kept until removed", () =>
    Effect.gen(function* () {
      const conferenceId = yield* conference
      const conflict = ["Conflict", "conflict_error"]
      assert.deepStrictEqual(yield* refusal(Conferences.stopRecording({ conferenceId })), conflict)
      const recordingId = idOf(yield* Conferences.startRecording({ conferenceId, format: "mp3" }))
      assert.deepStrictEqual(yield* refusal(Conferences.startRecording({ conferenceId })), conflict)
      yield* TestClock.adjust("90 seconds")
      const stopped = yield* Conferences.stopRecording({ conferenceId })
      yield* TestClock.adjust("1 minute")
      assert.deepInclude(stopped, {
        id: recordingId,
        status: "stopped",
        duration: 90,
        format: "mp3",
        quality: "standard"
      })
      assert.deepStrictEqual<unknown>(yield* Conferences.getRecording({ conferenceId, recordingId }), stopped)
      const second = idOf(yield* Conferences.startRecording({ conferenceId }))
      assert.deepStrictEqual(yield* recordings(conferenceId), [recordingId, second])
      yield* Conferences.removeRecording({ conferenceId, recordingId: second })
      assert.deepStrictEqual(yield* recordings(conferenceId), [recordingId])
      const gone = Conferences.getRecording({ conferenceId, recordingId: second })
      assert.deepStrictEqual(yield* refusal(gone), notFound)
      yield* Conferences.startRecording({ conferenceId })
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("create: `record` starts a recording", () =>
    Effect.gen(function* () {
      const { id: conferenceId } = yield* Conferences.create({ name: "Weekly", record: true })
      yield* TestClock.adjust("5 seconds")
      assert.deepInclude(yield* Conferences.stopRecording({ conferenceId }), { duration: 5 })
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("each conference has its own participants and recordings", () =>
    Effect.gen(function* () {
      const [one, other] = [yield* conference, yield* conference]
      const participantId = yield* join(one)
      yield* Conferences.startRecording({ conferenceId: one })
      assert.deepStrictEqual(yield* present(other), [])
      assert.deepStrictEqual(yield* recordings(other), [])
      const elsewhere = Conferences.holdParticipant({ conferenceId: other, participantId })
      assert.deepStrictEqual(yield* refusal(elsewhere), notFound)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("an unknown id is 404", () =>
    Effect.gen(function* () {
      const conferenceId = "conf_none"
      const participant = { conferenceId, participantId: "part_000001" }
      const recording = { conferenceId, recordingId: "rec_000001" }
      for (const refused of [
        refusal(join(conferenceId)),
        refusal(Conferences.listParticipants({ conferenceId })),
        refusal(Conferences.removeParticipant(participant)),
        refusal(Conferences.disconnectParticipant(participant)),
        refusal(Conferences.unmuteParticipant(participant)),
        refusal(Conferences.muteAll({ conferenceId })),
        refusal(Conferences.startRecording({ conferenceId })),
        refusal(Conferences.stopRecording({ conferenceId })),
        refusal(Conferences.listRecordings({ conferenceId })),
        refusal(Conferences.getRecording(recording)),
        refusal(Conferences.removeRecording(recording))
      ]) {
        assert.deepStrictEqual(yield* refused, notFound)
      }
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})
