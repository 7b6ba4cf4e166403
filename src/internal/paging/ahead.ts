/**
 * Fetches the pages of an offset list concurrently, ahead of the page that is read.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"

/** The distance between two pages, and the offset at which there is nothing left to fetch. */
export interface Range {
  readonly step: number
  readonly end: number
}

export interface Ahead<A, E, R> {
  /** Returns the page at an offset, and starts the following ones. Pages that were predicted wrongly are interrupted. */
  readonly get: (offset: number, range: Range) => Effect.Effect<A, E, R>
}

export const make = <A, E, R>(
  scope: Scope.Scope,
  concurrency: number,
  fetch: (offset: number) => Effect.Effect<A, E, R>
): Ahead<A, E, R> => {
  const inFlight = new Map<number, Fiber.Fiber<A, E>>()
  return {
    get: Effect.fnUntraced(function* (offset, { end, step }) {
      if (!inFlight.has(offset)) {
        yield* Fiber.interruptAll(inFlight.values())
        inFlight.clear()
      }
      for (let i = 0, at = offset; i < concurrency && (i === 0 || at < end); i++, at += step) {
        if (!inFlight.has(at)) inFlight.set(at, yield* Effect.forkIn(fetch(at), scope))
      }
      const fiber = inFlight.get(offset)!
      inFlight.delete(offset)
      return yield* Fiber.join(fiber)
    })
  }
}
