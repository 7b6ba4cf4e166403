/**
 * Reads the windows of a range of time concurrently, in their order.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import type { AudianError } from "../../AudianError.ts"
import type { Audian } from "../service.ts"

/** Concatenates streams, of which several run at a time. Each waits for its reader after two elements. */
export const concat = <A>(
  windows: ReadonlyArray<Stream.Stream<A, AudianError, Audian>>,
  concurrency: number
): Stream.Stream<A, AudianError, Audian> =>
  Stream.unwrap(
    Effect.map(Semaphore.make(concurrency), (permits) =>
      Stream.fromIterable(windows).pipe(
        Stream.mapEffect((window) => Effect.andThen(permits.take(1), Stream.toQueue(window, { capacity: 1 }))),
        Stream.buffer({ capacity: "unbounded" }),
        Stream.flatMap((queue) => Stream.ensuring(Stream.fromQueue(queue), permits.release(1))),
        Stream.scoped
      )
    )
  )
