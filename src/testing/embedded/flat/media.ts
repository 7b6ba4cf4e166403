/**
 * The media of the embedded server. Only synthesized speech can be read, as audio.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import * as Media from "../../../resources/Media.ts"
import * as AudianTest from "../../AudianTest.ts"
import * as State from "../state.ts"
import * as Store from "../store.ts"

export const handlers = (state: State.State): ReadonlyArray<AudianTest.Handler> => {
  const audio = Store.make<Schema.JsonObject & { readonly id: string }>(state, { prefix: "audio", what: "audio file" })

  const made = (prefix: string, fields: Schema.JsonObject) =>
    Effect.map(State.now, (now) => ({ ...fields, id: state.nextId(prefix), created_at: State.iso(now) }))

  return [
    AudianTest.handle(Media.createHoldMusic, (input) =>
      made("hm", { loop: true, volume: 80, announcement_interval: 30, ...State.json(input) })
    ),

    AudianTest.handle(Media.createPrompt, (input) =>
      made("prompt", { timeout: 5, max_digits: 1, retry_attempts: 3, ...State.json(input) })
    ),

    AudianTest.handle(Media.createTextToSpeech, (input) =>
      audio.add((id, now) => ({
        voice: "en-US-neural-1",
        language: "en-US",
        speed: 1,
        pitch: 0,
        ...State.json(input),
        id,
        created_at: State.iso(now)
      }))
    ),

    AudianTest.handle(Media.getAudio, ({ audio_id }) => audio.get(audio_id))
  ]
}
