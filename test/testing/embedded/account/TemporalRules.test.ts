import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Account } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { idOf, refusal } from "../../../support/embedded.ts"

const { TemporalRules } = Account

const rule = { name: "Office hours", wdays: ["monday"], lunch: { from: 43_200, to: 46_800 } }

describe("Account.TemporalRules of the embedded server", () => {
  it.effect("keeps any fields, replaces them all and knows a removed rule no more", () =>
    Effect.gen(function* () {
      const created = yield* TemporalRules.create(rule)
      const temporal_rule_id = idOf(created)
      assert.deepStrictEqual(created, { ...rule, id: temporal_rule_id })
      assert.deepStrictEqual(yield* TemporalRules.get({ temporal_rule_id }), created)
      assert.deepStrictEqual(yield* TemporalRules.list(), [created])
      const replaced = yield* TemporalRules.update({ temporal_rule_id, id: "mine", name: "Closed" })
      assert.deepStrictEqual(replaced, { id: temporal_rule_id, name: "Closed" })
      assert.deepStrictEqual(yield* TemporalRules.remove({ temporal_rule_id }), replaced)
      const gone = ["NotFound", "bad_identifier"]
      assert.deepStrictEqual(yield* refusal(TemporalRules.get({ temporal_rule_id })), gone)
      assert.deepStrictEqual(yield* refusal(TemporalRules.update({ temporal_rule_id, ...rule })), gone)
      assert.deepStrictEqual(yield* refusal(TemporalRules.remove({ temporal_rule_id })), gone)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("pages, each account through its own", () =>
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
