/**
 * The media of the embedded server. What is spoken of a text can be read as audio; no operation reads the others.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import * as Media from "../../../resources/Media.ts"
import * as AudianTest from "../../AudianTest.ts"
import * as World from "../state.ts"
import * as Collection from "../store.ts"

export const handlers = (world: World.World): ReadonlyArray<AudianTest.Handler> => {
  const audio = Collection.make<Schema.JsonObject>(world, { prefix: "audio", what: "audio file" })

  const made = (prefix: string, fields: Schema.JsonObject) =>
    Effect.map(World.now, (now) => ({ ...fields, id: world.nextId(prefix), created_at: World.iso(now) }))

  return [
    AudianTest.handle(Media.createHoldMusic, (input) =>
      made("hm", { loop: true, volume: 80, announcement_interval: 30, ...World.json(input) })
    ),

    AudianTest.handle(Media.createPrompt, (input) =>
      made("prompt", { timeout: 5, max_digits: 1, retry_attempts: 3, ...World.json(input) })
    ),

    AudianTest.handle(Media.createTextToSpeech, (input) =>
      audio.add((id, now) => ({
        voice: "en-US-neural-1",
        language: "en-US",
        speed: 1,
        pitch: 0,
        ...World.json(input),
        id,
        created_at: World.iso(now)
      }))
    ),

    AudianTest.handle(Media.getAudio, ({ audio_id }) => audio.get(audio_id))
  ]
}
