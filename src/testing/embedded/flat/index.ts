/**
 * The operations of the flat family, and what a test can make happen that no client can.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import type * as AudianTest from "../../AudianTest.ts"
import type { EmbeddedAudian } from "../../EmbeddedAudian.ts"
import * as World from "../state.ts"
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
  /** What the account's other parties do; each dies when what it names is not there. */
  readonly others: Pick<EmbeddedAudian["Service"], "answerCall" | "hangUp" | "receiveFax" | "leaveVoicemail">
}

export const make = (world: World.World): Flat => {
  const calls = Calls.make(world)
  const fax = Fax.make(world)
  const voicemail = Voicemail.make(world)

  /** Does something at the time it is; what comes back as `undefined` could not be done. */
  const act = <A>(f: (now: number) => A | undefined, what: string): Effect.Effect<A> =>
    Effect.flatMap(World.present(world), (now) => {
      const done = f(now)
      return done === undefined ? Effect.die(new Error(`EmbeddedAudian: ${what}`)) : Effect.succeed(done)
    })

  return {
    handlers: [
      Billing.handlers(world),
      calls.handlers,
      Conferences.handlers(world),
      fax.handlers,
      Media.handlers(world),
      Numbers.handlers(world),
      Ports.handlers(world),
      Routing.handlers(world),
      voicemail.handlers
    ].flat(),
    others: {
      answerCall: (id) => act((now) => calls.answer(id, now) || undefined, `no phone rings for the call ${id}`),
      hangUp: (id) => act((now) => calls.hangUp(id, now) || undefined, `there is no call ${id}`),
      receiveFax: fax.receive,
      leaveVoicemail: (id, message) =>
        act((now) => voicemail.leave(id, message, now), `there is no box ${id} with room for a message`)
    }
  }
}
