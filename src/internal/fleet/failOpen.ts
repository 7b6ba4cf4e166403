/**
 * Uses a store that many processes share, and fails open: while the store cannot be reached, a local effect runs instead.
 *
 * A request to the store runs in a fiber of its own. A caller with little time leaves it early, and the request still
 * finds out whether the store is down.
 *
 * @internal
 */
import { Clock } from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Deadline from "../resilience/deadline.ts"

/** Runs `shared`, or `local` when the store fails, is too slow, or failed a moment ago. */
export type FailOpen = <A, E, R, E2, R2>(
  shared: Effect.Effect<A, E, R>,
  local: Effect.Effect<A, E2, R2>
) => Effect.Effect<A, E2, R | R2>

/** Time limit of one request to the store, in milliseconds. Generous, since a busy process reads late. */
const storeTimeout = 2000

/** Time after a failure in which the store is not used, in milliseconds. */
const cooldown = 5000

export const make = (name: string): FailOpen => {
  let downUntil = 0
  let warned = false
  /** Requests that a caller did not wait for. While there are any, the store is not used. */
  let late = 0

  const onResult = (isUp: boolean): Effect.Effect<void> =>
    Effect.clockWith((clock) => {
      if (!isUp) downUntil = clock.currentTimeMillisUnsafe() + cooldown
      if (isUp !== warned) return Effect.void
      warned = !isUp
      return isUp
        ? Effect.logInfo(`effect-audian: the ${name} can be reached again`)
        : Effect.logWarning(`effect-audian: the ${name} cannot be reached; this process goes on without it`)
    })

  return (shared, local) =>
    Effect.withFiber((fiber) => {
      if (late > 0 || fiber.getRef(Clock).currentTimeMillisUnsafe() < downUntil) return local
      const request = Effect.timeoutOption(shared, storeTimeout).pipe(
        Effect.catch(() => Effect.succeedNone),
        Effect.tap((result) => onResult(Option.isSome(result)))
      )
      return Effect.gen(function* () {
        const running = yield* Effect.forkDetach(request, { startImmediately: true })
        const limit = yield* Deadline.half(storeTimeout)
        const result =
          limit > 0 ? yield* Effect.timeoutOption(Effect.interruptible(Fiber.join(running)), limit) : Option.none()
        if (Option.isNone(result)) {
          late++
          running.addObserver(() => void late--)
        }
        const value = Option.flatten(result)
        return Option.isSome(value) ? value.value : yield* local
      })
    })
}
