import { Calls } from "effect-audian"
import * as Case from "../Case.ts"

const one = "/v2/calls/call_xyz789"
const call_id = "call_xyz789"

export const cases = [
  Case.of(Calls.create, {
    input: { from: "+14155551234", to: "+14155555678" },
    sent: { method: "POST", path: "/v2/calls", body: { from: "+14155551234", to: "+14155555678" } },
    response: {
      status: 201,
      body: {
        call_id,
        call_uuid: "550e8400-e29b-41d4-a716-446655440000",
        from: "+14155551234",
        to: "+14155555678",
        status: "initiated",
        created_at: "2024-01-01T12:00:00Z"
      }
    }
  }),
  Case.of(Calls.create, {
    title: "with every option",
    input: {
      from: "+14155551234",
      to: "+14155555678",
      call_type: "outbound",
      timeout: 30,
      max_duration: 3600,
      tags: { campaign: "spring" },
      custom_fields: { customer: { id: 7 } },
      recording: { enabled: true, format: "mp3", participant: "all", bitrate: 64, sample_rate: 16000 },
      call_control: {}
    },
    sent: {
      method: "POST",
      path: "/v2/calls",
      body: {
        from: "+14155551234",
        to: "+14155555678",
        call_type: "outbound",
        timeout: 30,
        max_duration: 3600,
        tags: { campaign: "spring" },
        custom_fields: { customer: { id: 7 } },
        recording: { enabled: true, format: "mp3", participant: "all", bitrate: 64, sample_rate: 16000 },
        call_control: {}
      }
    },
    response: {
      status: 201,
      body: {
        call_id,
        from: "+14155551234",
        to: "+14155555678",
        status: "initiated",
        created_at: "2024-01-01T12:00:00Z",
        timeout: 30,
        max_duration: 3600,
        tags: { campaign: "spring" },
        custom_fields: { customer: { id: 7 } }
      }
    }
  }),
  Case.of(Calls.transfer, {
    input: { call_id, destination: "+14155559999", transfer_type: "attended", hold_original: true },
    sent: {
      method: "POST",
      path: `${one}/transfer`,
      body: { destination: "+14155559999", transfer_type: "attended", hold_original: true }
    },
    response: {
      body: {
        call_id,
        status: "transferred",
        transfer_from: "+14155551234",
        transfer_to: "+14155559999",
        transferred_at: "2024-01-01T12:05:00Z"
      }
    }
  }),
  Case.of(Calls.hold, {
    input: { call_id, hold_music: "https://example.com/music.mp3" },
    sent: { method: "POST", path: `${one}/hold`, body: { hold_music: "https://example.com/music.mp3" } },
    response: { body: { call_id, status: "held", held_at: "2024-01-01T12:05:00Z" } }
  }),
  Case.of(Calls.startRecording, {
    input: { call_id, format: "mp3", participant: "all" },
    sent: { method: "POST", path: `${one}/record/start`, body: { format: "mp3", participant: "all" } },
    response: {
      body: {
        call_id,
        recording_id: "rec_abc123",
        status: "recording",
        started_at: "2024-01-01T12:00:00Z",
        format: "mp3"
      }
    }
  }),
  Case.of(Calls.stopRecording, {
    input: { call_id },
    sent: { method: "POST", path: `${one}/record/stop` },
    response: {
      body: {
        call_id,
        recording_id: "rec_abc123",
        status: "stopped",
        stopped_at: "2024-01-01T12:05:05Z",
        duration: 305
      }
    }
  }),
  Case.of(Calls.pauseRecording, {
    input: { call_id },
    sent: { method: "POST", path: `${one}/record/pause` },
    response: { body: { call_id, status: "paused" } }
  }),
  Case.of(Calls.resumeRecording, {
    input: { call_id },
    sent: { method: "POST", path: `${one}/record/resume` },
    response: { body: { call_id, status: "recording" } }
  })
]
