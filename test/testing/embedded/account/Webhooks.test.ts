import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { Account } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { refusal } from "../../../support/embedded.ts"

const { Webhooks } = Account

const hook = { name: "Calls", uri: "https://example.com/hook", hook: "channel_create" }

describe("Account.Webhooks of the embedded server", () => {
  it.effect("creates a webhook with the engine's defaults, replaces and removes it", () =>
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

  it.effect("pages, each account through its own", () =>
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
