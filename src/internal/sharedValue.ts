/**
 * A value that is looked up once for all who need it, and kept for a time: `effect/Cache` for one key.
 *
 * The lookup has a fiber of its own. An interruption of one who waits for it does not concern the others, and that of the
 * last one ends it. A failure is not kept.
 *
 * @internal
 */
import { Clock } from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"

export interface SharedValue<A, E> {
  readonly get: Effect.Effect<A, E>
  /** Forgets the value if it is there, or on its way, and the predicate holds. */
  readonly invalidateIf: (predicate: (value: A) => boolean) => Effect.Effect<void>
}

interface Entry<A, E> {
  readonly fiber: Fiber.Fiber<A, E>
  waiting: number
  /** True once the last one who waited for it was interrupted. */
  isAbandoned: boolean
  /** In epoch milliseconds. */
  expiresAt: number
}

/** `endOf` gives the time at which a value expires, in epoch milliseconds. */
export const make = <A, E>(
  lookup: Effect.Effect<A, E>,
  endOf: (value: A, now: number) => number,
  initial?: { readonly value: A; readonly expiresAt: number }
): SharedValue<A, E> => {
  let current: Entry<A, E> | undefined = initial && {
    fiber: Effect.runFork(Effect.succeed(initial.value)),
    waiting: 0,
    isAbandoned: false,
    expiresAt: initial.expiresAt
  }
  const forget = (entry: Entry<A, E>): void => {
    if (current === entry) current = undefined
  }

  const begin = ({ context }: Fiber.Fiber<unknown, unknown>, clock: Clock): Entry<A, E> => {
    const entry: Entry<A, E> = {
      fiber: Effect.runForkWith(context)(lookup),
      waiting: 0,
      isAbandoned: false,
      expiresAt: Number.POSITIVE_INFINITY
    }
    current = entry
    entry.fiber.addObserver((exit) => {
      if (Exit.isFailure(exit)) return forget(entry)
      entry.expiresAt = endOf(exit.value, clock.currentTimeMillisUnsafe())
    })
    return entry
  }

  const wait = (entry: Entry<A, E>, orElse: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    entry.fiber.pollUnsafe() ??
    // The wait is counted within the callback: an interruption between the two would leave it counted.
    Effect.callback<A, E>((resume) => {
      // The fiber may have yielded since it found the entry.
      if (entry.isAbandoned) return resume(orElse)
      entry.waiting++
      const remove = entry.fiber.addObserver(resume)
      return Effect.suspend(() => {
        remove()
        if (--entry.waiting > 0 || entry.fiber.pollUnsafe() !== undefined) return Effect.void
        // A new lookup must not wait for the end of this one.
        entry.isAbandoned = true
        forget(entry)
        return Fiber.interrupt(entry.fiber)
      })
    })

  const get: Effect.Effect<A, E> = Effect.withFiber((fiber) => {
    const clock = fiber.getRef(Clock)
    const isOver = current === undefined || clock.currentTimeMillisUnsafe() >= current.expiresAt
    return wait(isOver ? begin(fiber, clock) : current!, get)
  })

  return {
    get,
    invalidateIf: (predicate) =>
      Effect.suspend(() => {
        const entry = current
        if (entry === undefined) return Effect.void
        return Effect.matchCause(wait(entry, Effect.interrupt), {
          onFailure: () => {},
          onSuccess: (value) => {
            if (predicate(value)) forget(entry)
          }
        })
      })
  }
}
