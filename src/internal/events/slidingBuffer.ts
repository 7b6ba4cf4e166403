/**
 * What waits for a consumer: up to a number of items, beyond which the oldest go and are counted.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"

export interface Lag<A, E> {
  readonly push: (item: A) => void
  /** Ends it: what waits is still handed out, then this. */
  readonly end: (last: Effect.Effect<never, E>) => void
  /** All that waits, once there is something. */
  readonly pull: Effect.Effect<readonly [A, ...ReadonlyArray<A>], E>
}

export const make = <A, E>(capacity: number, dropped: (count: number) => A): Lag<A, E> => {
  let items: Array<A> = []
  let count = 0
  let last: Effect.Effect<never, E> | undefined
  const some = Latch.makeUnsafe()

  const pull: Lag<A, E>["pull"] = Effect.suspend(() => {
    const [first, ...rest] = count === 0 ? items : [dropped(count), ...items]
    if (first === undefined) {
      some.closeUnsafe()
      return last ?? Effect.andThen(some.await, pull)
    }
    items = []
    count = 0
    return Effect.succeed([first, ...rest] as const)
  })
  return {
    push: (item) => {
      items.push(item)
      if (items.length > capacity) {
        items.shift()
        count++
      }
      some.openUnsafe()
    },
    end: (exit) => {
      last = exit
      some.openUnsafe()
    },
    pull
  }
}
