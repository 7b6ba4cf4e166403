import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Audian, IvrMenus } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"

const menu = {
  name: "Main",
  prompt: "Press 1 for sales",
  options: [{ digit: "1", destination: "+14155555678", destination_type: "phone_number" }]
}

describe("IvrMenus", () => {
  it.effect("answers 201 with what was sent and an id of its own", () =>
    Effect.gen(function* () {
      const [made, { status }] = yield* Audian.withResponse(IvrMenus.create({ ...menu, max_digits: 1 }))
      assert.strictEqual(status, 201)
      assert.deepStrictEqual<unknown>(made, {
        menu_id: "menu_000001",
        ...menu,
        created_at: "1970-01-01T00:00:00.000Z"
      })
      assert.strictEqual((yield* IvrMenus.create(menu)).menu_id, "menu_000002")
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})
