import * as Redacted from "effect/Redacted"
import { Account } from "effect-audian"
import * as Case from "../Case.ts"

const conferences = "/v2/accounts/account_abc123/conferences"
const room = {
  id: "conf_abc123",
  name: "Team Meeting",
  member_pins: ["1234"],
  moderator_pins: ["5678"],
  max_members: 100,
  profile: "default"
}
const { id: _, ...fields } = room
const engine = {
  name: "Board",
  conference_numbers: ["2000"],
  member: { join_muted: true, pins: ["1234"], numbers: ["2001"], play_entry_prompt: true },
  moderator: { join_muted: false, pins: ["5678"] },
  profile: { "max-members": 10, rate: 16000, "auto-record": true, "enter-sound": "tone_stream://%(200,0,500,600)" },
  play_entry_tone: "tone_stream://%(200,0,500,600)",
  play_exit_tone: false,
  controls: {},
  bridge_username: "bridge",
  bridge_password: "s3cret"
}
const ok = (data: unknown) => ({ body: { auth_token: "jwt", data, request_id: "req_1", status: "success" } })

export const cases = [
  Case.of(Account.Conferences.list, {
    input: { paginate: false },
    sent: { method: "GET", path: conferences, query: { paginate: "false" } },
    response: ok([room])
  }),
  Case.of(Account.Conferences.create, {
    input: fields,
    sent: { method: "PUT", path: conferences, body: { data: fields } },
    response: { status: 201, ...ok(room) }
  }),
  Case.of(Account.Conferences.create, {
    title: "with what the engine's document has",
    input: { ...engine, bridge_password: Redacted.make("s3cret") },
    sent: { method: "PUT", path: conferences, body: { data: engine } },
    response: { status: 201, ...ok({ id: "conf_def456", ...engine }) }
  }),
  Case.of(Account.Conferences.get, {
    input: { conference_id: "conf_abc123" },
    sent: { method: "GET", path: `${conferences}/conf_abc123` },
    response: ok({ ...room, _read_only: { members: 2, moderators: 1, duration: 60, is_locked: false } })
  }),
  Case.of(Account.Conferences.update, {
    input: { conference_id: "conf_abc123", name: "Team Meeting", max_members: 50 },
    sent: {
      method: "POST",
      path: `${conferences}/conf_abc123`,
      body: { data: { name: "Team Meeting", max_members: 50 } }
    },
    response: ok({ ...room, max_members: 50 })
  }),
  Case.of(Account.Conferences.remove, {
    input: { conference_id: "conf_abc123" },
    sent: { method: "DELETE", path: `${conferences}/conf_abc123` },
    response: ok(room)
  }),
  Case.of(Account.Conferences.patch, {
    title: "merges, and removes what is null, at any depth",
    input: { conference_id: "conf_abc123", owner_id: null, member: { pins: null } },
    sent: {
      method: "PATCH",
      path: "/v2/accounts/account_abc123/conferences/conf_abc123",
      body: { data: { owner_id: null, member: { pins: null } } }
    },
    response: { body: { data: { id: "conf_abc123", name: "Standup" }, status: "success" } }
  })
]
