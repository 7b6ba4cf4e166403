/**
 * Errors.
 *
 * Every operation fails with the same closed union. A tag that is handled leaves the type.
 */
import * as Effect from "effect/Effect"
import * as Match from "effect/Match"
import { AudianError, Numbers, type PhoneNumber } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"

/** By tag: the others stay in the type. */
export const buy = Effect.fn("buy")(function* (number: PhoneNumber.PhoneNumberInput) {
  return yield* Numbers.purchase({ number }).pipe(
    Effect.as("bought"),
    Effect.catchTags({
      Conflict: () => Effect.succeed("it is mine already"),
      PaymentRequired: (error) => Effect.succeed(error.description ?? "the balance is too low")
    })
  )
})

/** By class: every documented 5xx. */
export const tolerant = Numbers.list().pipe(
  Effect.map(({ numbers }) => numbers),
  Effect.catchTag(AudianError.serverTags, () => Effect.succeed([]))
)

/** Completely: a new tag would not compile. */
export const explain = Match.type<AudianError.AudianError>().pipe(
  Match.tag("Unauthorized", "Forbidden", () => "check the key"),
  Match.tag("TooManyRequests", "ServiceUnavailable", "InternalServerError", "BadGateway", () => "try again later"),
  Match.tag("PaymentRequired", () => "top up the account"),
  Match.tag("BadRequest", "NotFound", "Conflict", "UnprocessableEntity", (error) => error.message),
  // Anything that the API does not document. The reason says what: Timeout, Transport, InvalidRequest, …
  Match.tag("AudianClientError", (error) => error.reason._tag),
  Match.exhaustive
)

export const main = Effect.gen(function* () {
  const embedded = yield* EmbeddedAudian.EmbeddedAudian
  yield* embedded.setBalance(0)
  yield* Effect.logInfo(yield* buy("+14155551234"))
  yield* Effect.logInfo(yield* tolerant)
  const error = yield* Effect.flip(Numbers.getConfig({ number_id: "num_unknown" }))
  yield* Effect.logInfo(explain(error))
}).pipe(Effect.provide(EmbeddedAudian.layer()))
