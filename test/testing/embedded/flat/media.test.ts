import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Media } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { notFound, refusal } from "../../../support/embedded.ts"

describe("EmbeddedAudian: Media", () => {
  it.effect("getAudio: returns synthesized speech; an unknown id is 404", () =>
    Effect.gen(function* () {
      const spoken = yield* Media.createTextToSpeech({ text: "Welcome", speed: 1.5 })
      assert.deepInclude(spoken, { text: "Welcome", voice: "en-US-neural-1", language: "en-US", speed: 1.5, pitch: 0 })
      assert.deepStrictEqual<unknown>(yield* Media.getAudio({ audio_id: spoken.id }), spoken)
      assert.deepStrictEqual(yield* refusal(Media.getAudio({ audio_id: "audio_none" })), notFound)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("createHoldMusic and createPrompt: respond with the input and defaults", () =>
    Effect.gen(function* () {
      assert.deepInclude(yield* Media.createHoldMusic({ name: "Waiting", media_id: "audio_1", volume: 20 }), {
        id: "hm_000001",
        name: "Waiting",
        media_id: "audio_1",
        loop: true,
        volume: 20,
        announcement_interval: 30
      })
      assert.deepInclude(yield* Media.createPrompt({ name: "Menu", media_id: "Press 1", max_digits: 2 }), {
        id: "prompt_000001",
        media_id: "Press 1",
        timeout: 5,
        max_digits: 2,
        retry_attempts: 3
      })
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})
