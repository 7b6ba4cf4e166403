/**
 * What the tests of the embedded server begin with.
 */
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import { type AudianError, Calls, Conferences, Numbers, Voicemail } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"

/** A number of the embedded catalogue. */
export const number = "+14155551234"

/** The id of what was answered. */
export const idOf = (answer: Schema.Json): string => (answer as { readonly id: string }).id

/** The status, code and parameter that a call is refused with. */
export const refusal = <A, R>(self: Effect.Effect<A, AudianError.AudianError, R>) =>
  Effect.map(Effect.flip(self), ({ _tag, code, param }) => (param === undefined ? [_tag, code] : [_tag, code, param]))

/** A call from a number that is bought for it. */
export const ringing = (input?: Partial<Parameters<typeof Calls.create>[0]>) =>
  Effect.andThen(
    Effect.ignore(Numbers.purchase({ number })),
    Calls.create({ from: number, to: "+14155555678", ...input })
  )

/** The same, answered; the result is its id. */
export const talking = Effect.gen(function* () {
  const { answerCall } = yield* EmbeddedAudian.EmbeddedAudian
  const { call_id } = yield* ringing()
  yield* answerCall(call_id)
  return call_id
})

export const conference = Effect.map(Conferences.create({ name: "Weekly" }), ({ id }) => id)

export const box = Effect.map(Voicemail.create({ name: "Support" }), idOf)
