/**
 * A stream of bytes that is held to a length.
 *
 * @internal
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Pull from "effect/Pull"
import * as Stream from "effect/Stream"

/** Counts the bytes of a stream, and fails it when `check` says so of what has passed, or of all there was. */
export const counted = <E, R, E2>(
  self: Stream.Stream<Uint8Array, E, R>,
  check: (bytes: number, ended: boolean) => E2 | undefined
): Stream.Stream<Uint8Array, E | E2, R> =>
  Stream.transformPull(self, (pull) =>
    Effect.sync(() => {
      let bytes = 0
      const unless = <A, E3>(ended: boolean, otherwise: Effect.Effect<A, E3>): Effect.Effect<A, E2 | E3> => {
        const error = check(bytes, ended)
        return error === undefined ? otherwise : Effect.fail(error)
      }
      return pull.pipe(
        Effect.flatMap((chunks) => {
          for (const chunk of chunks) bytes += chunk.byteLength
          return unless(false, Effect.succeed(chunks))
        }),
        Pull.catchDone(() => unless(true, Cause.done()))
      )
    })
  )
