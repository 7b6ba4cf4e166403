/**
 * Media: music on hold, prompts, text to speech.
 *
 * The pages show requests only. A response has the fields of its request and an `id`; further ones are undocumented.
 *
 * @see https://docs.audian.com/media/hold-music
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as FlatOperation from "../internal/flatOperation.ts"
import * as Endpoint from "../internal/schema/endpoint.ts"
import { asOpen, inputEnum, lazy, model, openEnum, openStruct } from "../internal/schema/schema.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * The purpose of a prompt.
 *
 * @category models
 * @since 0.1.0
 */
export type PromptType = typeof PromptType.Type
/**
 * @category schemas
 * @since 0.1.0
 */
export const PromptType = /*@__PURE__*/ inputEnum("collect", "menu", "announce")

/**
 * A voice for text to speech.
 *
 * @category models
 * @since 0.1.0
 */
export type Voice = typeof Voice.Type
/**
 * @category schemas
 * @since 0.1.0
 */
export const Voice = /*@__PURE__*/ openEnum(
  "en-US-neural-1",
  "en-US-neural-2",
  "en-US-neural-3",
  "en-US-neural-4",
  "en-GB-neural-1",
  "en-GB-neural-2",
  "es-ES-neural-1",
  "es-ES-neural-2",
  "fr-FR-neural-1",
  "fr-FR-neural-2",
  "de-DE-neural-1",
  "de-DE-neural-2"
)

/**
 * Music on hold that was created. Its fields are those of the request; further ones are undocumented.
 *
 * @category models
 * @since 0.1.0
 */
export class HoldMusic extends /*@__PURE__*/ model<HoldMusic>()(
  /*@__PURE__*/ lazy(() =>
    openStruct({
      /** Id of the music. */
      id: Schema.String,
      /** Name of the music. */
      name: Schema.optional(Schema.String),
      /** Id of the media file that is played. */
      media_id: Schema.optional(Schema.String)
    })
  )
) {}

/**
 * A prompt that was created. Its fields are those of the request; further ones are undocumented.
 *
 * @category models
 * @since 0.1.0
 */
export class Prompt extends /*@__PURE__*/ model<Prompt>()(
  /*@__PURE__*/ lazy(() =>
    openStruct({
      /** Id of the prompt. */
      id: Schema.String,
      /** Name of the prompt. */
      name: Schema.optional(Schema.String),
      /** Id of the media file that is played, or the text that is spoken. */
      media_id: Schema.optional(Schema.String),
      /** Purpose: `collect`, `menu` or `announce`. */
      type: Schema.optional(asOpen(PromptType))
    })
  )
) {}

/**
 * Speech that was created of a text. Its fields are those of the request; further ones are undocumented.
 *
 * @category models
 * @since 0.1.0
 */
export class Speech extends /*@__PURE__*/ model<Speech>()(
  /*@__PURE__*/ lazy(() =>
    openStruct({
      /** Id of the speech. */
      id: Schema.String,
      /** Name of the speech. */
      name: Schema.optional(Schema.NullOr(Schema.String))
    })
  )
) {}

// -----------------------------------------------------------------------------
// inputs
// -----------------------------------------------------------------------------

/**
 * The input of {@link createHoldMusic}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class CreateHoldMusicInput extends /*@__PURE__*/ model<CreateHoldMusicInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Name of the music. */
      name: Schema.String,
      /** Id of the media file to play. */
      media_id: Schema.String,
      /** Begins again at its end. Default true. */
      loop: Schema.optional(Schema.Boolean),
      /** Volume, 0 to 100. Default 80. */
      volume: Schema.optional(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 100 }))),
      /** Announcements in between. Their fields are undocumented. */
      announcements: Schema.optional(Schema.Array(Schema.Json)),
      /** Time between announcements, in seconds. Default 30. */
      announcement_interval: Schema.optional(Schema.Finite)
    })
  )
) {}

/**
 * The input of {@link createPrompt}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class CreatePromptInput extends /*@__PURE__*/ model<CreatePromptInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Name of the prompt. */
      name: Schema.String,
      /** Id of the media file to play, or the text to speak. */
      media_id: Schema.String,
      /** Purpose: `collect`, `menu` or `announce`. */
      type: Schema.optional(PromptType),
      /** Action of each digit. */
      options: Schema.optional(Schema.JsonObject),
      /** Time to wait for a digit. Default 5; its unit is undocumented. */
      timeout: Schema.optional(Schema.Finite),
      /** Digits at most. Default 1. */
      max_digits: Schema.optional(Schema.Int),
      /** How often the prompt is repeated. Default 3. */
      retry_attempts: Schema.optional(Schema.Int)
    })
  )
) {}

/**
 * The input of {@link createTextToSpeech}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class CreateTextToSpeechInput extends /*@__PURE__*/ model<CreateTextToSpeechInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Text to speak, at most 5000 characters. */
      text: Schema.String.check(Schema.isMaxLength(5000)),
      /** Voice that speaks. Default `en-US-neural-1`. */
      voice: Schema.optional(Voice),
      /** Language of the text. Default `en-US`. */
      language: Schema.optional(Schema.String),
      /** Speed, 0.5 to 2. Default 1. */
      speed: Schema.optional(Schema.Finite.check(Schema.isBetween({ minimum: 0.5, maximum: 2 }))),
      /** Pitch, -20 to 20. Default 0. */
      pitch: Schema.optional(Schema.Finite.check(Schema.isBetween({ minimum: -20, maximum: 20 }))),
      /** Name of the speech. */
      name: Schema.optional(Schema.String)
    })
  )
) {}

/**
 * The input of {@link getAudio}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class AudioKey extends /*@__PURE__*/ model<AudioKey>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Id of the audio file. */
      audio_id: Schema.String
    })
  )
) {}

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ FlatOperation.makeIn({ resource: "Media", family: "flat", envelope: "bare" })

/**
 * Creates music on hold of a media file (`POST /v2/media/hold-music`).
 *
 * **Example** (Music on hold, not too loud)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Media } from "effect-audian"
 *
 * export const program = Effect.map(
 *   Media.createHoldMusic({ name: "Piano", media_id: "media_abc123", volume: 40 }),
 *   ({ id }) => id
 * )
 * ```
 *
 * @see https://docs.audian.com/media/hold-music
 * @category operations
 * @since 0.1.0
 */
export const createHoldMusic = /*@__PURE__*/ make(
  () =>
    Endpoint.post("createHoldMusic", "/v2/media/hold-music", {
      input: CreateHoldMusicInput,
      success: Endpoint.status(HoldMusic, 201)
    }),
  { replay: "unsafe" }
)

/**
 * Creates a prompt of a media file or of a text (`POST /v2/media/prompts`).
 *
 * **Example** (A prompt that collects four digits)
 *
 * ```ts
 * import { Media } from "effect-audian"
 *
 * export const program = Media.createPrompt({
 *   name: "PIN",
 *   media_id: "Please enter your PIN.",
 *   type: "collect",
 *   max_digits: 4,
 *   retry_attempts: 2
 * })
 * ```
 *
 * @see https://docs.audian.com/media/prompts
 * @category operations
 * @since 0.1.0
 */
export const createPrompt = /*@__PURE__*/ make(
  () =>
    Endpoint.post("createPrompt", "/v2/media/prompts", {
      input: CreatePromptInput,
      success: Endpoint.status(Prompt, 201)
    }),
  { replay: "unsafe" }
)

/**
 * Creates speech from a text (`POST /v2/media/text-to-speech`).
 *
 * **Example** (Speak a text slowly)
 *
 * ```ts
 * import { Media } from "effect-audian"
 *
 * export const program = Media.createTextToSpeech({
 *   text: "Our office is closed today.",
 *   voice: "en-US-neural-1",
 *   speed: 0.8
 * })
 * ```
 *
 * @see https://docs.audian.com/media/text-to-speech
 * @category operations
 * @since 0.1.0
 */
export const createTextToSpeech = /*@__PURE__*/ make(
  () =>
    Endpoint.post("createTextToSpeech", "/v2/media/text-to-speech", {
      input: CreateTextToSpeechInput,
      success: Endpoint.status(Speech, 201)
    }),
  { replay: "unsafe" }
)

/**
 * Reads an audio file's data (`GET /v2/audio/{audio_id}`). The page only shows it as a use of an access token; the response
 * is undocumented.
 *
 * **Example** (Read an audio file with a token for it)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 * import { Audian, Media } from "effect-audian"
 *
 * // A token of `AccessTokens.create` allows this one file and nothing else.
 * export const audio = (audio_id: string, token: Redacted.Redacted) =>
 *   Media.getAudio({ audio_id }).pipe(Effect.provide(Audian.layerFetch({ apiKey: token })))
 * ```
 *
 * @see https://docs.audian.com/authentication/tokens
 * @category operations
 * @since 0.1.0
 */
export const getAudio = /*@__PURE__*/ make(
  () => Endpoint.get("getAudio", "/v2/audio/:audio_id", { input: AudioKey, success: Schema.Json }),
  { replay: "safe" }
)
