import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Account } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { refusal } from "../../../support/embedded.ts"

const { Pivots } = Account

describe("EmbeddedAudian: Account.Pivots", () => {
  it.effect("create, get, update and remove: keep any fields; a removed pivot is 404", () =>
    Effect.gen(function* () {
      const { id: pivot_id } = yield* Pivots.create({ voice_url: "https://example.com/route", retries: 2 })
      assert.deepStrictEqual<unknown>(yield* Pivots.get({ pivot_id }), {
        id: pivot_id,
        voice_url: "https://example.com/route",
        retries: 2
      })
      yield* Pivots.update({ pivot_id, voice_url: "https://example.com/other" })
      assert.deepStrictEqual<unknown>(yield* Pivots.get({ pivot_id }), {
        id: pivot_id,
        voice_url: "https://example.com/other"
      })
      yield* Pivots.modify({ pivot_id }, (pivot) => ({ ...pivot, method: "post" }))
      const modified = { id: pivot_id, voice_url: "https://example.com/other", method: "post" }
      assert.deepStrictEqual<unknown>(yield* Pivots.remove({ pivot_id }), modified)
      assert.deepStrictEqual(yield* refusal(Pivots.get({ pivot_id })), ["NotFound", "bad_identifier"])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("list: pages", () =>
    Effect.gen(function* () {
      const made = yield* Effect.forEach(["a", "b", "c"], (name) => Pivots.create({ name }))
      const found = yield* Stream.runCollect(Pivots.list.items({ page_size: 2 }))
      assert.deepStrictEqual(
        found.map(({ id }) => id),
        made.map(({ id }) => id)
      )
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("debug: is no pivot of that id, and has nothing", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* Pivots.debug(), [])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})
