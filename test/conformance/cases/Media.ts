import { Media } from "effect-audian"
import * as Case from "../Case.ts"

export const cases = [
  Case.of(Media.createHoldMusic, {
    input: {
      name: "Waiting",
      media_id: "media_abc123",
      loop: true,
      volume: 80,
      announcements: ["media_def456"],
      announcement_interval: 30
    },
    sent: {
      method: "POST",
      path: "/v2/media/hold-music",
      body: {
        name: "Waiting",
        media_id: "media_abc123",
        loop: true,
        volume: 80,
        announcements: ["media_def456"],
        announcement_interval: 30
      }
    },
    response: { status: 201, body: { id: "hm_abc123" } }
  }),
  Case.of(Media.createPrompt, {
    input: {
      name: "Menu",
      media_id: "Press 1 for sales",
      type: "menu",
      options: { "1": "sales" },
      timeout: 5,
      max_digits: 1,
      retry_attempts: 3
    },
    sent: {
      method: "POST",
      path: "/v2/media/prompts",
      body: {
        name: "Menu",
        media_id: "Press 1 for sales",
        type: "menu",
        options: { "1": "sales" },
        timeout: 5,
        max_digits: 1,
        retry_attempts: 3
      }
    },
    response: { status: 201, body: { id: "prompt_abc123" } }
  }),
  Case.of(Media.createTextToSpeech, {
    input: { text: "Welcome", voice: "en-US-neural-1", language: "en-US", speed: 1, pitch: 0, name: "Greeting" },
    sent: {
      method: "POST",
      path: "/v2/media/text-to-speech",
      body: { text: "Welcome", voice: "en-US-neural-1", language: "en-US", speed: 1, pitch: 0, name: "Greeting" }
    },
    response: { status: 201, body: { id: "media_abc123" } }
  }),
  Case.of(Media.getAudio, {
    input: { audio_id: "audio_abc123" },
    sent: { method: "GET", path: "/v2/audio/audio_abc123" },
    response: { body: { id: "audio_abc123" } }
  })
]
