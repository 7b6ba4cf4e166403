import { Conferences } from "effect-audian"
import * as Case from "../Case.ts"

const conferenceId = "conf_abc123"
const one = `/v2/conferences/${conferenceId}`
const participant = { conferenceId, participantId: "part_abc123" }
const onePart = `${one}/participants/part_abc123`
const recording = { conferenceId, recordingId: "rec_abc123" }
const oneRecording = `${one}/recordings/rec_abc123`
const status = (status: string) => ({ body: { status } })

export const cases = [
  Case.of(Conferences.create, {
    input: {
      name: "Weekly",
      scheduled_for: "2024-01-15T10:00:00Z",
      max_participants: 20,
      require_pin: true,
      pin: "1234",
      record: true,
      hold_music_id: "hm_abc123",
      mute_on_entry: true,
      allow_recording_by_participant: false,
      member_notification: true
    },
    sent: {
      method: "POST",
      path: "/v2/conferences",
      body: {
        name: "Weekly",
        scheduled_for: "2024-01-15T10:00:00Z",
        max_participants: 20,
        require_pin: true,
        pin: "1234",
        record: true,
        hold_music_id: "hm_abc123",
        mute_on_entry: true,
        allow_recording_by_participant: false,
        member_notification: true
      }
    },
    response: { status: 201, body: { id: conferenceId, name: "Weekly" } }
  }),
  Case.of(Conferences.addParticipant, {
    input: {
      conferenceId,
      phone_number: "+14155551234",
      name: "Ada",
      role: "presenter",
      muted: false,
      send_pin_via_sms: true
    },
    sent: {
      method: "POST",
      path: `${one}/participants`,
      body: { phone_number: "+14155551234", name: "Ada", role: "presenter", muted: false, send_pin_via_sms: true }
    },
    response: { status: 201, body: { id: "part_abc123" } }
  }),
  Case.of(Conferences.listParticipants, {
    input: { conferenceId },
    sent: { method: "GET", path: `${one}/participants` },
    response: { body: [{ id: "part_abc123" }] }
  }),
  Case.of(Conferences.removeParticipant, {
    input: participant,
    sent: { method: "DELETE", path: onePart },
    response: { status: 204 }
  }),
  Case.of(Conferences.muteParticipant, {
    input: participant,
    sent: { method: "POST", path: `${onePart}/mute` },
    response: status("muted")
  }),
  Case.of(Conferences.unmuteParticipant, {
    input: participant,
    sent: { method: "POST", path: `${onePart}/unmute` },
    response: status("unmuted")
  }),
  Case.of(Conferences.holdParticipant, {
    input: participant,
    sent: { method: "POST", path: `${onePart}/hold` },
    response: status("held")
  }),
  Case.of(Conferences.resumeParticipant, {
    input: participant,
    sent: { method: "POST", path: `${onePart}/resume` },
    response: status("active")
  }),
  Case.of(Conferences.disconnectParticipant, {
    input: participant,
    sent: { method: "POST", path: `${onePart}/disconnect` },
    response: status("disconnected")
  }),
  Case.of(Conferences.muteAll, {
    input: { conferenceId },
    sent: { method: "POST", path: `${one}/mute-all` },
    response: status("muted")
  }),
  Case.of(Conferences.startRecording, {
    input: { conferenceId, name: "Weekly", format: "mp3", quality: "high" },
    sent: {
      method: "POST",
      path: `${one}/recording/start`,
      body: { name: "Weekly", format: "mp3", quality: "high" }
    },
    response: status("recording")
  }),
  Case.of(Conferences.stopRecording, {
    input: { conferenceId },
    sent: { method: "POST", path: `${one}/recording/stop` },
    response: status("stopped")
  }),
  Case.of(Conferences.listRecordings, {
    input: { conferenceId },
    sent: { method: "GET", path: `${one}/recordings` },
    response: { body: [{ id: "rec_abc123" }] }
  }),
  Case.of(Conferences.getRecording, {
    input: recording,
    sent: { method: "GET", path: oneRecording },
    response: { body: { id: "rec_abc123" } }
  }),
  Case.of(Conferences.removeRecording, {
    input: recording,
    sent: { method: "DELETE", path: oneRecording },
    response: { status: 204 }
  })
]
