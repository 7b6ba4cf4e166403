/**
 * The caller's line on the errors of what a function of this library does in several steps, such as a list's stream: its
 * calls are made by the library, and would name its code.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { isAudianError } from "../../AudianError.ts"
import * as CallSite from "./callSite.ts"

/** Names a captured caller on the errors of an effect. */
export const effect = <A, E, R>(
  self: Effect.Effect<A, E, R>,
  caller: CallSite.Frames | undefined
): Effect.Effect<A, E, R> => (caller === undefined ? self : Effect.mapError(self, (error) => named(error, caller)))

/** Names a captured caller on the errors of a stream. */
export const stream = <A, E, R>(
  self: Stream.Stream<A, E, R>,
  caller: CallSite.Frames | undefined
): Stream.Stream<A, E, R> => (caller === undefined ? self : Stream.mapError(self, (error) => named(error, caller)))

const named = <E>(error: E, caller: CallSite.Frames): E =>
  isAudianError(error) ? CallSite.locate(error, caller) : error
