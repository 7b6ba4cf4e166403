// The report, the errors and the services of a bulk run.
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { type Audian, type AudianError, Bulk, type Journal, Numbers } from "effect-audian"
import type { Equal, Expect } from "../support/types.ts"

type Number = `+${string}`

const options = {
  key: (number: Number) => number,
  run: (number: Number) => Effect.catchTag(Numbers.purchase({ number }), "Conflict", () => Effect.void)
}

export const ofList = Bulk.run(["+14155551234"], options)
export const ofStream = Bulk.run(Stream.fail("gone" as const) as Stream.Stream<Number, "gone", "Source">, {
  ...options,
  reconcile: () => Effect.succeed("done") as Effect.Effect<"done", never, "Looking">,
  onProgress: () => Effect.void as Effect.Effect<void, never, "Telling">
})

type Report = Effect.Success<typeof ofList>
type Failures = Report["failures"]

export type Checks = [
  Expect<Equal<Effect.Error<typeof ofList>, Journal.JournalError>>,
  Expect<Equal<Effect.Services<typeof ofList>, Audian.Audian>>,
  Expect<Equal<Effect.Error<typeof ofStream>, Journal.JournalError | "gone">>,
  Expect<Equal<Effect.Services<typeof ofStream>, Audian.Audian | "Source" | "Looking" | "Telling">>,
  // A tag that was handled is none that an item can fail with.
  Expect<Equal<"Conflict" extends keyof Failures ? true : false, false>>,
  Expect<Equal<NonNullable<Failures["NotFound"]>[number], Bulk.Failure<Number, AudianError.NotFound>>>,
  Expect<Equal<Report["unknown"][number]["item"], Number>>
]

export const wrong = [
  // Without a key nothing can be taken up again.
  // @ts-expect-error
  Bulk.run([1], { run: () => Effect.void })
]
