import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { Account } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { idOf, refusal } from "../../../support/embedded.ts"

const { Conferences, TemporalRules, Vmboxes, Webhooks } = Account

describe("EmbeddedAudian: Account.Vmboxes", () => {
  it.effect("create, get, update and remove: a removed box is 404", () =>
    Effect.gen(function* () {
      const box = yield* Vmboxes.create({ name: "Jane", mailbox: "1001", pin: "1234", timezone: "UTC" })
      assert.deepInclude(box, { mailbox: "1001", media_extension: "mp3", seek_duration_ms: 10_000, require_pin: false })
      const vmbox_id = box.id!
      assert.strictEqual(Redacted.value((yield* Vmboxes.get({ vmbox_id })).pin!), "1234")
      const replaced = yield* Vmboxes.update({ vmbox_id, name: "Jane", mailbox: "1001", pin: "5678" })
      assert.notProperty(replaced, "timezone")
      assert.strictEqual(Redacted.value(replaced.pin!), "5678")
      assert.deepInclude(yield* Vmboxes.remove({ vmbox_id }), { id: vmbox_id })
      const gone = ["NotFound", "bad_identifier"]
      assert.deepStrictEqual(yield* refusal(Vmboxes.get({ vmbox_id })), gone)
      assert.deepStrictEqual(yield* refusal(Vmboxes.update({ vmbox_id, name: "x" })), gone)
      assert.deepStrictEqual(yield* refusal(Vmboxes.remove({ vmbox_id })), gone)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("list: pages, without PINs", () =>
    Effect.gen(function* () {
      for (const mailbox of ["1", "2", "3"]) yield* Vmboxes.create({ name: "Box", mailbox, pin: "1234" })
      const listed = yield* Stream.runCollect(Vmboxes.list.items({ page_size: 2 }))
      assert.deepStrictEqual(
        listed.map(({ id: _, ...box }) => box),
        ["1", "2", "3"].map((mailbox) => ({ name: "Box", mailbox, messages: 0 }))
      )
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("create and update: a mailbox of another box of the account is 400", () =>
    Effect.gen(function* () {
      const taken = ["BadRequest", "validation_error", "mailbox"]
      const { id: vmbox_id = "" } = yield* Vmboxes.create({ name: "Jane", mailbox: "1001" })
      const other = yield* Vmboxes.create({ name: "John", mailbox: "1002" })
      assert.deepStrictEqual(yield* refusal(Vmboxes.create({ name: "Joe", mailbox: "1001" })), taken)
      assert.deepStrictEqual(yield* refusal(Vmboxes.update({ vmbox_id: other.id!, mailbox: "1001" })), taken)
      yield* Vmboxes.update({ vmbox_id, name: "Jane", mailbox: "1001" })
      const west = yield* Account.Accounts.createSubAccount({ name: "West" })
      yield* Vmboxes.create({ account_id: west.id, name: "Jane", mailbox: "1001" })
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})

const rule = { name: "Office hours", wdays: ["monday"], lunch: { from: 43_200, to: 46_800 } }

describe("EmbeddedAudian: Account.TemporalRules", () => {
  it.effect("create, update and remove: keep unknown fields; a removed rule is 404", () =>
    Effect.gen(function* () {
      const created = yield* TemporalRules.create(rule)
      const temporal_rule_id = idOf(created)
      assert.deepStrictEqual(created, { ...rule, id: temporal_rule_id })
      assert.deepStrictEqual(yield* TemporalRules.get({ temporal_rule_id }), created)
      assert.deepStrictEqual(yield* TemporalRules.list(), [created])
      const replaced = yield* TemporalRules.update({ temporal_rule_id, ...{ id: "mine" }, name: "Closed" })
      assert.deepStrictEqual(replaced, { id: temporal_rule_id, name: "Closed" })
      assert.deepStrictEqual(yield* TemporalRules.remove({ temporal_rule_id }), replaced)
      const gone = ["NotFound", "bad_identifier"]
      assert.deepStrictEqual(yield* refusal(TemporalRules.get({ temporal_rule_id })), gone)
      assert.deepStrictEqual(yield* refusal(TemporalRules.update({ temporal_rule_id, ...rule })), gone)
      assert.deepStrictEqual(yield* refusal(TemporalRules.remove({ temporal_rule_id })), gone)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("list: pages, each account has its own", () =>
    Effect.gen(function* () {
      const ids = yield* Effect.forEach(["a", "b", "c"], (name) => Effect.map(TemporalRules.create({ name }), idOf))
      const found = yield* Stream.runCollect(Stream.map(TemporalRules.list.items({ page_size: 2 }), idOf))
      assert.deepStrictEqual(found, ids)
      const { id: account_id = "" } = yield* Account.Accounts.createSubAccount({ name: "West" })
      const there = TemporalRules.get({ account_id, temporal_rule_id: ids[0]! })
      assert.deepStrictEqual(yield* refusal(there), ["NotFound", "bad_identifier"])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})

const hook = { name: "Calls", uri: "https://example.com/hook", hook: "channel_create" }

describe("EmbeddedAudian: Account.Webhooks", () => {
  it.effect("patch: merges; reEnable: switches on what is disabled", () =>
    Effect.gen(function* () {
      const hook = { name: "calls", uri: "https://example.com/hooks", hook: "channel_create" } as const
      const first = yield* Webhooks.create({ ...hook, enabled: false })
      const second = yield* Webhooks.create({ ...hook, enabled: false, retries: 4 })
      const patched = yield* Webhooks.patch({ webhook_id: second.id!, enabled: true })
      assert.deepInclude({ ...patched }, { ...hook, enabled: true, retries: 4 })
      yield* Webhooks.reEnable({ "re-enable": true })
      const listed = yield* Webhooks.list()
      assert.deepStrictEqual(
        listed.map(({ enabled, id }) => [id, enabled]),
        [
          [first.id, true],
          [second.id, true]
        ]
      )
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("create: adds the engine's defaults; update replaces; a removed webhook is 404", () =>
    Effect.gen(function* () {
      const data = { custom_data: { team: { id: 7 } }, security_settings: { sha256_key: Redacted.make("k3y") } }
      const created = yield* Webhooks.create({ ...hook, ...data })
      assert.deepInclude(created, { ...hook, enabled: true, format: "form-data", retries: 2, version: "v1" })
      assert.deepStrictEqual(created.custom_data, { team: { id: 7 } })
      assert.strictEqual(Redacted.value(created.security_settings!.sha256_key!), "k3y")
      const webhook_id = created.id!
      const replaced = yield* Webhooks.update({ webhook_id, ...hook, enabled: false, retries: 4 })
      assert.deepInclude(replaced, { enabled: false, retries: 4, http_verb: "post" })
      assert.notProperty(replaced, "custom_data")
      assert.deepStrictEqual(yield* Webhooks.list(), [{ id: webhook_id, ...hook, enabled: false }])
      yield* Webhooks.remove({ webhook_id })
      const gone = ["NotFound", "bad_identifier"]
      assert.deepStrictEqual(yield* refusal(Webhooks.update({ webhook_id, ...hook })), gone)
      assert.deepStrictEqual(yield* refusal(Webhooks.remove({ webhook_id })), gone)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("list: pages, each account has its own", () =>
    Effect.gen(function* () {
      const names = ["a", "b", "c", "d"]
      for (const name of names) yield* Webhooks.create({ ...hook, name })
      const west = yield* Account.Accounts.createSubAccount({ name: "West" })
      const read = (account_id?: string) =>
        Stream.runCollect(Stream.map(Webhooks.list.items({ page_size: 2, account_id }), ({ name }) => name))
      assert.deepStrictEqual(yield* read(), names)
      assert.deepStrictEqual(yield* read(west.id), [])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})

describe("EmbeddedAudian: Account.Conferences", () => {
  it.effect("create: adds the engine's defaults; update replaces; list has a summary", () =>
    Effect.gen(function* () {
      const room = yield* Conferences.create({ name: "Team", member: { pins: ["1234"] }, max_members: 10 })
      assert.deepInclude(room.member, { join_muted: true, join_deaf: false })
      assert.deepStrictEqual(room.member?.pins?.map(Redacted.value), ["1234"])
      const found = yield* Conferences.get({ conference_id: room.id! })
      assert.deepInclude(found, { name: "Team", max_members: 10 })
      assert.deepInclude(found._read_only, { members: 0, is_locked: false })
      const replaced = yield* Conferences.update({ conference_id: room.id!, name: "Board" })
      assert.notProperty(replaced, "max_members")
      const [listed] = yield* Conferences.list()
      assert.deepInclude(listed, { id: room.id, name: "Board", conference_numbers: [] })
      assert.notProperty(listed, "play_name")
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("get: an unknown id is an ad hoc room, which cannot be changed", () =>
    Effect.gen(function* () {
      const { id: conference_id = "" } = yield* Conferences.create({ name: "Team" })
      assert.deepInclude(yield* Conferences.remove({ conference_id }), { name: "Team" })
      const found = yield* Conferences.get({ conference_id })
      assert.strictEqual(found.id, conference_id)
      assert.notProperty(found, "name")
      const gone = ["NotFound", "bad_identifier"]
      assert.deepStrictEqual(yield* refusal(Conferences.update({ conference_id, name: "x" })), gone)
      assert.deepStrictEqual(yield* refusal(Conferences.remove({ conference_id })), gone)
      assert.deepStrictEqual(yield* Conferences.list(), [])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("list: pages, each account has its own", () =>
    Effect.gen(function* () {
      const names = ["a", "b", "c"]
      for (const name of names) yield* Conferences.create({ name })
      const west = yield* Account.Accounts.createSubAccount({ name: "West" })
      yield* Conferences.create({ name: "west", account_id: west.id })
      const read = (account_id?: string) =>
        Stream.runCollect(Stream.map(Conferences.list.items({ page_size: 2, account_id }), ({ name }) => name))
      assert.deepStrictEqual(yield* read(), names)
      assert.deepStrictEqual(yield* read(west.id), ["west"])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})
