/**
 * A sliding buffer that counts dropped items.
 *
 * `Queue.sliding` drops silently; a stream of events must report where some are missing.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"

export interface SlidingBuffer<A, E> {
  readonly push: (item: A) => void
  /** Ends the buffer: buffered items are still delivered, then `last`. */
  readonly end: (last: Effect.Effect<never, E>) => void
  /** All buffered items; waits for the first one. */
  readonly pull: Effect.Effect<readonly [A, ...ReadonlyArray<A>], E>
}

export const make = <A, E>(capacity: number, dropped: (count: number) => A): SlidingBuffer<A, E> => {
  let items: Array<A> = []
  let count = 0
  let last: Effect.Effect<never, E> | undefined
  const ready = Latch.makeUnsafe()

  const pull: SlidingBuffer<A, E>["pull"] = Effect.suspend(() => {
    const [first, ...rest] = count === 0 ? items : [dropped(count), ...items]
    if (first === undefined) {
      ready.closeUnsafe()
      return last ?? Effect.andThen(ready.await, pull)
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
      ready.openUnsafe()
    },
    end: (exit) => {
      last = exit
      ready.openUnsafe()
    },
    pull
  }
}
