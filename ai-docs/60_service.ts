/**
 * A service of your own.
 *
 * The service gets the client when its layer is built. Its functions need nothing and fail with its own errors, so the
 * rest of the program does not know the API.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { Audian, type AudianError, Numbers, type PhoneNumber } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"

export class OutOfMoney extends Schema.TaggedError<OutOfMoney>()("OutOfMoney", {}) {}

export class Phones extends Context.Service<
  Phones,
  {
    readonly buy: (number: PhoneNumber.PhoneNumberInput) => Effect.Effect<string, OutOfMoney | AudianError.AudianError>
  }
>()("app/Phones") {
  static readonly layer = Layer.effect(
    Phones,
    Effect.gen(function* () {
      const client = yield* Audian.Audian
      const buy = Effect.fn("Phones.buy")(function* (number: PhoneNumber.PhoneNumberInput) {
        const { id } = yield* Numbers.purchase({ number }).pipe(
          Effect.catchTag("PaymentRequired", () => Effect.fail(new OutOfMoney())),
          Effect.provideService(Audian.Audian, client)
        )
        return id
      })
      return { buy }
    })
  )
}

export const main = Effect.gen(function* () {
  const phones = yield* Phones
  yield* Effect.logInfo(yield* phones.buy("+14155551234"))
}).pipe(Effect.provide(Layer.provide(Phones.layer, EmbeddedAudian.layer())))
