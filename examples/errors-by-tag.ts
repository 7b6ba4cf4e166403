// Handle single errors by their tags. The type of what is left says which errors can still happen.
//
//   npm run example examples/errors-by-tag.ts
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { Numbers, type PhoneNumber } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"

const buy = (number: PhoneNumber.PhoneNumberInput) =>
  Numbers.purchase({ number }).pipe(
    Effect.map(({ id }) => `bought as ${id}`),
    Effect.catchTags({
      Conflict: () => Effect.succeed("mine already"),
      PaymentRequired: ({ description }) => Effect.succeed(`not bought: ${description}`)
    })
  )

const program = Effect.gen(function* () {
  const embedded = yield* EmbeddedAudian.EmbeddedAudian
  const { numbers } = yield* Numbers.search({ location: "US-CA-415", limit: 2 })
  const [first, second] = numbers.map(({ number }) => buy(number))
  yield* Console.log(`first:  ${yield* first!}`)
  yield* Console.log(`again:  ${yield* first!}`)
  yield* embedded.setBalance(0)
  yield* Console.log(`second: ${yield* second!}`)
})

program.pipe(Effect.provide(EmbeddedAudian.layer()), NodeRuntime.runMain)
