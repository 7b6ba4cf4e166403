import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { Webhooks } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"

describe("Webhooks", () => {
  it.effect("has a signing secret, another for each", () =>
    Effect.gen(function* () {
      const url = "https://example.com/webhooks"
      const made = yield* Effect.forEach([1, 2], () => Webhooks.create({ url, events: ["*"] }))
      assert.deepStrictEqual(
        made.map(({ id, url }) => [id, url]),
        [
          ["wh_000001", url],
          ["wh_000002", url]
        ]
      )
      const secrets = made.map(({ signing_secret }) => Redacted.value(signing_secret))
      assert.strictEqual(new Set(secrets).size, 2)
      for (const secret of secrets) assert.match(secret, /^whsec_/)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})
