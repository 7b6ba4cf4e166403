/**
 * Lists.
 *
 * A list that pages has streams beside the call. A page is requested when it is pulled.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Numbers } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"

export const each = Numbers.list
  .items({ status: "active", limit: 100 })
  .pipe(Stream.runForEach(({ number }) => Effect.logInfo(number)))

/** As an array, with a bound. `isComplete` is false if there are more. */
export const some = Numbers.list.collect({ limit: 100 }, { maxItems: 1000 })

export const main = Effect.gen(function* () {
  yield* Numbers.purchase({ number: "+14155551234" })
  yield* each
  const { isComplete, items } = yield* some
  yield* Effect.logInfo(`${items.length} numbers, complete: ${isComplete}`)
}).pipe(Effect.provide(EmbeddedAudian.layer()))
