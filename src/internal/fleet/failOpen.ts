/**
 * Uses a store that many processes share, and fails open: while the store cannot be reached, a local effect runs instead.
 *
 * @internal
 */
import * as Effect from "effect/Effect"

/** Runs `shared`, or `local` when the store fails, is too slow, or failed a moment ago. */
export type FailOpen = <A, E, R, E2, R2>(
  shared: Effect.Effect<A, E, R>,
  local: Effect.Effect<A, E2, R2>
) => Effect.Effect<A, E2, R | R2>

/** Time limit of one request to the store, in milliseconds. Generous, since a busy process reads late. */
const storeTimeout = 2000

/** Time after a failure in which the store is not asked, in milliseconds. */
const cooldown = 5000

export const make = (name: string): FailOpen => {
  let downUntil = 0
  let warned = false
  return (shared, local) =>
    Effect.clockWith((clock) => {
      if (clock.currentTimeMillisUnsafe() < downUntil) return local
      const asked = Effect.tap(shared, () => {
        if (!warned) return Effect.void
        warned = false
        return Effect.logInfo(`effect-audian: the ${name} can be reached again`)
      })
      return Effect.timeoutOption(asked, storeTimeout).pipe(
        Effect.catch(() => Effect.succeedNone),
        Effect.flatMap((result) => {
          if (result._tag === "Some") return Effect.succeed(result.value)
          downUntil = clock.currentTimeMillisUnsafe() + cooldown
          const warning = warned
            ? Effect.void
            : Effect.logWarning(`effect-audian: the ${name} cannot be reached; this process goes on without it`)
          warned = true
          return Effect.andThen(warning, local)
        })
      )
    })
}
