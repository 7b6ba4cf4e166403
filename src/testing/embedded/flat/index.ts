/**
 * The operations of the flat family, and the actions of external parties that no client can take.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import type * as AudianTest from "../../AudianTest.ts"
import type { EmbeddedAudian } from "../service.ts"
import * as State from "../state.ts"
import * as Billing from "./billing.ts"
import * as Calls from "./calls.ts"
import * as Conferences from "./conferences.ts"
import * as Fax from "./fax.ts"
import * as Media from "./media.ts"
import * as Numbers from "./numbers.ts"
import * as Ports from "./ports.ts"
import * as Routing from "./routing.ts"
import * as Voicemail from "./voicemail.ts"

export interface Flat {
  readonly handlers: ReadonlyArray<AudianTest.Handler>
  /** Actions of the account's external parties. Each dies if its call or box does not exist. */
  readonly externalParties: Pick<EmbeddedAudian["Service"], "answerCall" | "hangUp" | "receiveFax" | "leaveVoicemail">
}

export const make = (state: State.State): Flat => {
  const calls = Calls.make(state)
  const fax = Fax.make(state)
  const voicemail = Voicemail.make(state)

  /** Runs an action at the current time. Dies with the reason if it returns `undefined`. */
  const act = <A>(f: (now: number) => A | undefined, what: string): Effect.Effect<A> =>
    Effect.flatMap(State.advance(state), (now) => {
      const done = f(now)
      return done === undefined ? Effect.die(new Error(`EmbeddedAudian: ${what}`)) : Effect.succeed(done)
    })

  return {
    handlers: [
      Billing.handlers(state),
      calls.handlers,
      Conferences.handlers(state),
      fax.handlers,
      Media.handlers(state),
      Numbers.handlers(state),
      Ports.handlers(state),
      Routing.handlers(state),
      voicemail.handlers
    ].flat(),
    externalParties: {
      answerCall: (id) => act((now) => calls.answer(id, now) || undefined, `no phone rings for the call ${id}`),
      hangUp: (id) => act((now) => calls.hangUp(id, now) || undefined, `there is no call ${id}`),
      receiveFax: fax.receive,
      leaveVoicemail: (id, message) =>
        act((now) => voicemail.leave(id, message, now), `there is no box ${id} with room for a message`)
    }
  }
}
