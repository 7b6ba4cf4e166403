/**
 * Data of the events that `effect-audian webhooks trigger` sends.
 *
 * @internal
 */
import * as Option from "effect/Option"
import type * as Schema from "effect/Schema"

const call = { call_id: "call_sample", from: "+14155551234", to: "+14155555678" }
const at = "2026-01-01T12:00:00Z"

const channel = {
  account_id: "account_sample",
  call_direction: "inbound",
  call_id: "call_sample",
  caller_id_name: "Ada Quill",
  caller_id_number: "+14155551234",
  callee_id_number: "+14155555678",
  from: "4155551234@sip.example",
  to: "4155555678@sip.example",
  request: "4155555678@sip.example"
}

const samples: Readonly<Record<string, Schema.JsonObject>> = {
  "call.initiated": { ...call, call_type: "outbound", initiated_at: at, initiated_by: "api" },
  "call.ringing": { ...call, ringing_at: at },
  "call.answered": { ...call, answered_by: "+14155555678", answered_at: at, time_to_answer: 4 },
  "call.completed": { ...call, duration: 125, status: "completed", ended_at: at, completion_reason: "normal" },
  "call.failed": { ...call, reason: "busy" },
  "recording.completed": { call_id: call.call_id, recording_id: "recording_sample", duration: 60 },
  channel_create: { ...channel, hook_event: "channel_create" },
  channel_answer: { ...channel, hook_event: "channel_answer" },
  channel_destroy: {
    ...channel,
    hook_event: "channel_destroy",
    hangup_cause: "NORMAL_CLEARING",
    hangup_code: "sip:200",
    duration_seconds: 125,
    ringing_seconds: 4,
    billing_seconds: 121
  }
}

const names = Object.keys(samples)

export const apiEvents: ReadonlyArray<string> = names.filter((name) => name.includes("."))

export const engineHooks: ReadonlyArray<string> = names.filter((name) => !name.includes("."))

export const of = (event: string): Option.Option<Schema.JsonObject> =>
  Object.hasOwn(samples, event) ? Option.fromUndefinedOr(samples[event]) : Option.none()
