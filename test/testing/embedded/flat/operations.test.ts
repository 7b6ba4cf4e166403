import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import {
  AccessTokens,
  Api,
  type Audian,
  type AudianError,
  Billing,
  Calls,
  Conferences,
  Fax,
  Media,
  Numbers,
  type Operation,
  Ports,
  Voicemail
} from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { cases } from "../../../conformance/all.ts"
import { address, box, conference, idOf, number, portRequest, talking } from "../../../support/embedded.ts"

type Given = Effect.Effect<object, AudianError.AudianError, Audian.Audian | EmbeddedAudian.EmbeddedAudian>

const owned = Effect.map(Numbers.purchase({ number }), ({ id }) => ({ number_id: id }))
const call = Effect.map(talking, (call_id) => ({ call_id }))
const recordedCall = Effect.tap(call, Calls.startRecording)
const room = Effect.map(conference, (conferenceId) => ({ conferenceId }))
const participant = Effect.flatMap(room, (room) =>
  Effect.map(Conferences.addParticipant({ ...room, phone_number: "+14155555678" }), (added) => ({
    ...room,
    participantId: idOf(added)
  }))
)
const recording = Effect.flatMap(room, (room) =>
  Effect.map(Conferences.startRecording(room), (started) => ({ ...room, recordingId: idOf(started) }))
)
const mailbox = Effect.map(box, (boxId) => ({ boxId }))
const notification = Effect.flatMap(mailbox, (box) =>
  Effect.map(Voicemail.createNotification({ ...box, type: "email", recipient: "ops@example.com" }), (added) => ({
    ...box,
    notificationId: idOf(added)
  }))
)
const fax = Effect.map(Fax.send({ to: "+14155555678", file: new Blob(["%PDF-1.7"]) }), (sent) => ({
  faxId: idOf(sent)
}))
const incoming = Effect.flatMap(EmbeddedAudian.EmbeddedAudian, ({ receiveFax }) =>
  Effect.map(receiveFax({ from: "+14155555678", to: number }), (faxId) => ({ faxId }))
)

/** The set-up of a sample; its result replaces the sample's ids. */
const given = new Map<Operation.Any, Given>([
  [AccessTokens.exchange, Effect.map(EmbeddedAudian.EmbeddedAudian, ({ apiKey }) => ({ api_key: apiKey }))],
  [
    Billing.getInvoice,
    Effect.flatMap(owned, () => Effect.map(Billing.listInvoices(), ({ invoices }) => ({ invoice_id: invoices[0]?.id })))
  ],
  [Calls.create, Effect.as(owned, {})],
  [Calls.transfer, call],
  [Calls.hold, call],
  [Calls.startRecording, call],
  [Calls.stopRecording, recordedCall],
  [Calls.pauseRecording, recordedCall],
  [Calls.resumeRecording, Effect.tap(recordedCall, Calls.pauseRecording)],
  [Conferences.addParticipant, room],
  [Conferences.listParticipants, room],
  [Conferences.removeParticipant, participant],
  [Conferences.muteParticipant, participant],
  [Conferences.unmuteParticipant, participant],
  [Conferences.holdParticipant, participant],
  [Conferences.resumeParticipant, participant],
  [Conferences.disconnectParticipant, participant],
  [Conferences.muteAll, room],
  [Conferences.startRecording, room],
  [Conferences.stopRecording, Effect.tap(room, Conferences.startRecording)],
  [Conferences.listRecordings, room],
  [Conferences.getRecording, recording],
  [Conferences.removeRecording, recording],
  [Fax.getReceived, incoming],
  [Fax.downloadReceived, incoming],
  [Fax.getStatus, fax],
  [Fax.get, fax],
  [Media.getAudio, Effect.map(Media.createTextToSpeech({ text: "Welcome" }), (audio) => ({ audio_id: idOf(audio) }))],
  [Numbers.getConfig, owned],
  [Numbers.updateConfig, owned],
  [Numbers.getCallerId, Effect.tap(owned, (id) => Numbers.updateCallerId({ ...id, ...shown }))],
  [Numbers.updateCallerId, owned],
  [Numbers.getE911, Effect.tap(owned, (id) => Numbers.updateE911({ ...id, ...address }))],
  [Numbers.updateE911, owned],
  [Ports.get, Effect.map(Ports.create(portRequest), ({ id }) => ({ port_id: id }))],
  [Voicemail.get, mailbox],
  [Voicemail.update, mailbox],
  [Voicemail.remove, mailbox],
  [Voicemail.listNotifications, mailbox],
  [Voicemail.createNotification, mailbox],
  [Voicemail.updateNotification, notification],
  [Voicemail.removeNotification, notification]
])

const shown = { caller_id_number: number, caller_id_name: "Acme Corp" } as const

const isEmbedded = ({ traits }: Operation.Any) => traits.family !== "account"

describe("EmbeddedAudian: every operation of the flat family", () => {
  for (const { input, operation, title } of cases.filter(({ operation }) => isEmbedded(operation))) {
    it.effect(`${operation.name} accepts the documented sample${title === undefined ? "" : `: ${title}`}`, () =>
      Effect.gen(function* () {
        const ids = yield* given.get(operation) ?? Effect.succeed({})
        const call = operation as Operation.Operation<unknown, unknown>
        const value = yield* call({ ...(input as object), ...ids })
        if (Stream.isStream(value)) yield* Stream.runDrain(value as Stream.Stream<Uint8Array, AudianError.AudianError>)
        const seen = (yield* (yield* EmbeddedAudian.EmbeddedAudian).requests).at(-1)
        assert.strictEqual(seen?.operation, operation.name)
        assert.oneOf(seen?.status, [200, 201, 202, 204])
      }).pipe(Effect.provide(EmbeddedAudian.layer()))
    )
  }

  it("has a sample", () => {
    const sampled = new Set(cases.map(({ operation }) => operation.name))
    const missing = Api.operations().filter((operation) => isEmbedded(operation) && !sampled.has(operation.name))
    assert.deepStrictEqual(
      missing.map(({ name }) => name),
      []
    )
  })
})
