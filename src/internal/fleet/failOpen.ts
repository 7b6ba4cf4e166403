/**
 * What asks a store that many processes share, and does without it while it cannot be reached.
 *
 * @internal
 */
import * as Effect from "effect/Effect"

/** Runs the first effect, or the second where the store fails, is too slow, or was so a moment ago. */
export type Fallback = <A, E, R, E2, R2>(
  shared: Effect.Effect<A, E, R>,
  alone: Effect.Effect<A, E2, R2>
) => Effect.Effect<A, E2, R | R2>

/**
 * How long the store has to answer, and how long it is left alone when it did not; in milliseconds. A process that is
 * itself too busy to read the answer must not take the store for dead.
 */
const patience = 2000
const rest = 5000

export const make = (what: string): Fallback => {
  let downUntil = 0
  let warned = false
  return (shared, alone) =>
    Effect.clockWith((clock) => {
      if (clock.currentTimeMillisUnsafe() < downUntil) return alone
      const asked = Effect.tap(shared, () => {
        if (!warned) return Effect.void
        warned = false
        return Effect.logInfo(`effect-audian: the ${what} can be reached again`)
      })
      return Effect.timeoutOption(asked, patience).pipe(
        Effect.catch(() => Effect.succeedNone),
        Effect.flatMap((answer) => {
          if (answer._tag === "Some") return Effect.succeed(answer.value)
          downUntil = clock.currentTimeMillisUnsafe() + rest
          const warning = warned
            ? Effect.void
            : Effect.logWarning(`effect-audian: the ${what} cannot be reached; this process goes on without it`)
          warned = true
          return Effect.andThen(warning, alone)
        })
      )
    })
}
