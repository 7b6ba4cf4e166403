/**
 * The kinds of document without behaviour: vmboxes, temporal rules, webhooks, conference rooms.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as Conferences from "../../../account/Conferences.ts"
import * as TemporalRules from "../../../account/TemporalRules.ts"
import * as Vmboxes from "../../../account/Vmboxes.ts"
import * as Webhooks from "../../../account/Webhooks.ts"
import type * as AudianTest from "../../AudianTest.ts"
import * as Accounts from "./accounts.ts"
import type * as Envelope from "./envelope.ts"
import * as StoredDocuments from "./storedDocuments.ts"

const vmboxes: StoredDocuments.Kind = {
  name: "vmboxes",
  id: "vmbox_id",
  defaults: {
    after_forward_action: "save",
    aliases: [],
    announcement_only: false,
    check_if_owner: true,
    delete_after_notify: false,
    envelope_type: "default",
    include_message_on_notify: true,
    include_transcription_on_notify: true,
    is_setup: false,
    is_voicemail_ff_rw_enabled: false,
    media: {},
    media_extension: "mp3",
    not_configurable: false,
    notify_email_addresses: [],
    oldest_message_first: false,
    require_pin: false,
    save_after_notify: false,
    seek_duration_ms: 10_000,
    shared_vmbox: false,
    shared_vmbox_notify_owner_email: false,
    skip_envelope: false,
    skip_greeting: false,
    skip_instructions: false,
    transcribe: false,
    vm_message_forward_type: "only_forward"
  },
  summary: (data) => ({ ...StoredDocuments.pick(data, "name", "mailbox", "owner_id", "flags"), messages: 0 }),
  check: StoredDocuments.unique({ name: "vmboxes" }, "mailbox", ({ mailbox }) => mailbox)
}

const temporalRules: StoredDocuments.Kind = { name: "temporal_rules", id: "temporal_rule_id" }

const webhooks: StoredDocuments.Kind = {
  name: "webhooks",
  id: "webhook_id",
  defaults: {
    enabled: true,
    format: "form-data",
    http_verb: "post",
    include_internal_legs: true,
    retries: 2,
    version: "v1"
  },
  summary: (data) => StoredDocuments.pick(data, "hook", "name", "uri", "group", "enabled", "disable_reason")
}

const conferences: StoredDocuments.Kind = {
  name: "conferences",
  id: "conference_id",
  defaults: {
    allow_shareable_link: false,
    conference_numbers: [],
    member: { join_deaf: false, join_muted: true, numbers: [], pins: [] },
    moderator: { join_deaf: false, join_muted: false, numbers: [], pins: [] },
    play_name: false
  },
  summary: (data) =>
    StoredDocuments.pick(data, "name", "owner_id", "member", "moderator", "ui_flags", "conference_numbers", "flags")
}

/** The state of a conference without participants. */
const idle = { _read_only: { duration: 0, is_locked: false, members: 0, moderators: 0, participants: [] } }

export const handlers = (accounts: Accounts.Accounts): ReadonlyArray<AudianTest.Handler> => [
  ...StoredDocuments.crud(accounts, vmboxes, Vmboxes),
  ...StoredDocuments.crud(accounts, temporalRules, TemporalRules),
  ...StoredDocuments.crud(accounts, webhooks, Webhooks),
  Accounts.handle(accounts, Webhooks.reEnable, ({ account }) => {
    const store = account.store(webhooks.name)
    for (const stored of store.all()) {
      const { disable_reason: _, ...data } = stored.data
      store.set(stored.id, { ...stored, data: { ...data, enabled: true } })
    }
    return Effect.succeed<Envelope.Reply>({ data: {} })
  }),
  ...StoredDocuments.crud(accounts, conferences, Conferences),
  Accounts.handle(accounts, Conferences.get, ({ account, input: { conference_id } }) =>
    Effect.match(StoredDocuments.find(conferences, account, conference_id), {
      // An unknown id is an ad hoc room.
      onFailure: (): Envelope.Reply => ({ data: { id: conference_id, ...idle } }),
      onSuccess: (stored): Envelope.Reply => {
        const reply = StoredDocuments.reply(conferences, stored)
        return { ...reply, data: { ...reply.data, ...idle } }
      }
    })
  )
]
