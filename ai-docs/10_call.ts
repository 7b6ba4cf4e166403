/**
 * A call.
 *
 * An operation is a function of one flat input. Path, query and body fields stand side by side, with the names that the
 * API documents. The result is the payload without its envelope.
 */
import * as Effect from "effect/Effect"
import { Account, Audian, Numbers } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"

export const program = Effect.gen(function* () {
  // The flat family: the API key as it is.
  const { numbers, total } = yield* Numbers.list({ status: "active", limit: 20 })

  // One account: the client exchanges the key for a token and knows the account.
  const users = yield* Account.Users.list()

  yield* Effect.logInfo(`${numbers.length} of ${total} numbers, ${users.length} users`)
})

/** The API. Options are checked when the layer is built. */
export const live = Audian.layerFetch({ apiKey: "sk_live_…" })

/** The same program against the embedded server. */
export const main = Effect.provide(program, EmbeddedAudian.layer())
