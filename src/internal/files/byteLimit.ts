/**
 * A stream of bytes that fails when its length is not the expected one.
 *
 * @internal
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Pull from "effect/Pull"
import * as Stream from "effect/Stream"

/** Counts the bytes of a stream. The stream fails with the error that `check` returns, after each chunk and at the end. */
export const byteLimit = <E, R, E2>(
  self: Stream.Stream<Uint8Array, E, R>,
  check: (bytes: number, ended: boolean) => E2 | undefined
): Stream.Stream<Uint8Array, E | E2, R> =>
  Stream.transformPull(self, (pull) =>
    Effect.sync(() => {
      let bytes = 0
      const checked = <A, E3>(ended: boolean, result: Effect.Effect<A, E3>): Effect.Effect<A, E2 | E3> => {
        const error = check(bytes, ended)
        return error === undefined ? result : Effect.fail(error)
      }
      return pull.pipe(
        Effect.flatMap((chunks) => {
          for (const chunk of chunks) bytes += chunk.byteLength
          return checked(false, Effect.succeed(chunks))
        }),
        Pull.catchDone(() => checked(true, Cause.done()))
      )
    })
  )
