/**
 * The time at which the limit of the current call ends. A shared store is waited for only while that leaves the call time
 * to go on without it.
 *
 * @internal
 */
import { Clock } from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

/** In epoch milliseconds. */
export const Current = /*@__PURE__*/ Context.Reference<number>("effect-audian/Deadline", {
  defaultValue: () => Number.POSITIVE_INFINITY
})

/** Runs an effect with a deadline; an earlier one stays. */
export const within = <A, E, R>(self: Effect.Effect<A, E, R>, deadline: number): Effect.Effect<A, E, R> =>
  Effect.withFiber((fiber) => {
    const outer = fiber.getRef(Current)
    return deadline < outer ? Effect.provideService(self, Current, deadline) : self
  })

/** Half of the milliseconds left, at most `max`: the other half is for going on alone. */
export const half = (max: number): Effect.Effect<number> =>
  Effect.withFiber((fiber) => {
    const left = fiber.getRef(Current) - fiber.getRef(Clock).currentTimeMillisUnsafe()
    return Effect.succeed(Math.min(max, Math.max(0, left / 2)))
  })
