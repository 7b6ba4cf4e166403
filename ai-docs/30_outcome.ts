/**
 * A lost response.
 *
 * An operation that costs money is not sent again when the server may have executed it. The error then has
 * `outcome: "unknown"`. `Reconcile` looks for the result before anything is sent.
 */
import * as Effect from "effect/Effect"
import { Numbers, Reconcile } from "effect-audian"
import { EmbeddedAudian, Fault } from "effect-audian/testing"

export const buyOnce = Reconcile.purchase({ number: "+14155551234" }).pipe(
  Effect.map(
    Reconcile.Verdict.$match({
      Done: () => "bought",
      NotDone: () => "not bought",
      Unknown: () => "look again later"
    })
  )
)

export const main = Effect.gen(function* () {
  const embedded = yield* EmbeddedAudian.EmbeddedAudian
  // The server executes the purchase, and the connection breaks before the response.
  yield* embedded.fault(Fault.reset.pipe(Fault.executed, Fault.on(Numbers.purchase)))
  yield* Effect.logInfo(yield* buyOnce)
}).pipe(Effect.provide(EmbeddedAudian.layer()))
