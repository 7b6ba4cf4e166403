/**
 * Media: music on hold, prompts, speech made of text.
 *
 * The pages show requests only: every response is plain JSON.
 *
 * @see https://docs.audian.com/media/hold-music
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import { openEnum } from "../internal/schema/schema.ts"
import * as Operation from "../Operation.ts"

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
export const PromptType = /*@__PURE__*/ openEnum("collect", "menu", "announce")

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

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ Operation.makeIn({ resource: "Media", family: "flat", envelope: "bare" })

/**
 * Makes music on hold of a media file (`POST /v2/media/hold-music`). `loop` is true by default. `volume` is 0 to 100, 80
 * by default. `announcement_interval` is in seconds, 30 by default.
 *
 * @see https://docs.audian.com/media/hold-music
 * @category operations
 * @since 0.1.0
 */
export const createHoldMusic = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("createHoldMusic", "/v2/media/hold-music", {
      payload: Schema.Struct({
        name: Schema.String,
        media_id: Schema.String,
        loop: Schema.optional(Schema.Boolean),
        volume: Schema.optional(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 100 }))),
        announcements: Schema.optional(Schema.Array(Schema.Json)),
        announcement_interval: Schema.optional(Schema.Finite)
      }),
      success: Schema.Json.pipe(HttpApiSchema.status(201))
    }),
  { replay: "unsafe" }
)

/**
 * Makes a prompt of a media file or of a text (`POST /v2/media/prompts`): `media_id` is the id of the one, or the other
 * itself. `options` says what each digit does. `timeout` is 5, `max_digits` 1 and `retry_attempts` 3 by default.
 *
 * @see https://docs.audian.com/media/prompts
 * @category operations
 * @since 0.1.0
 */
export const createPrompt = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("createPrompt", "/v2/media/prompts", {
      payload: Schema.Struct({
        name: Schema.String,
        media_id: Schema.String,
        type: Schema.optional(PromptType),
        options: Schema.optional(Schema.JsonObject),
        timeout: Schema.optional(Schema.Finite),
        max_digits: Schema.optional(Schema.Int),
        retry_attempts: Schema.optional(Schema.Int)
      }),
      success: Schema.Json.pipe(HttpApiSchema.status(201))
    }),
  { replay: "unsafe" }
)

/**
 * Creates speech from a text (`POST /v2/media/text-to-speech`). `text` has at most 5000 characters. `voice` is
 * `en-US-neural-1` and `language` is `en-US` by default; `speed` is 0.5 to 2, 1 by default; `pitch` is -20 to 20, 0 by
 * default.
 *
 * @see https://docs.audian.com/media/text-to-speech
 * @category operations
 * @since 0.1.0
 */
export const createTextToSpeech = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("createTextToSpeech", "/v2/media/text-to-speech", {
      payload: Schema.Struct({
        text: Schema.String.check(Schema.isMaxLength(5000)),
        voice: Schema.optional(Voice),
        language: Schema.optional(Schema.String),
        speed: Schema.optional(Schema.Finite.check(Schema.isBetween({ minimum: 0.5, maximum: 2 }))),
        pitch: Schema.optional(Schema.Finite.check(Schema.isBetween({ minimum: -20, maximum: 20 }))),
        name: Schema.optional(Schema.String)
      }),
      success: Schema.Json.pipe(HttpApiSchema.status(201))
    }),
  { replay: "unsafe" }
)

/**
 * Reads what there is about an audio file (`GET /v2/audio/{audio_id}`). The page only shows it as a use of an access
 * token.
 *
 * @see https://docs.audian.com/authentication/tokens
 * @category operations
 * @since 0.1.0
 */
export const getAudio = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.get("getAudio", "/v2/audio/:audio_id", {
      params: { audio_id: Schema.String },
      success: Schema.Json
    }),
  { replay: "safe" }
)
