/**
 * The time limits of a call: of an attempt, of the call as a whole, of the silence of a stream.
 *
 * @internal
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { AudianError } from "../../AudianError.ts"
import type * as OptionRules from "../options.ts"
import * as Timer from "./timer.ts"

export interface Limits {
  readonly attempt: Duration.Duration
  readonly total: Duration.Duration
}

export interface Options {
  readonly attempt?: Duration.Input | undefined
  readonly total?: Duration.Input | undefined
}

export const rules = (): OptionRules.RulesFor<Options> => ({ attempt: limit, total: limit })

const limit: OptionRules.Rule = {
  expected: 'a duration longer than nothing, such as "30 seconds"',
  accepts: (value) => {
    const duration = Duration.fromInput(value as Duration.Input)
    return Option.isSome(duration) && Duration.isPositive(duration.value)
  }
}

export const fromOptions = (options: Options | undefined): Limits => ({
  attempt: Duration.fromInputUnsafe(options?.attempt ?? "30 seconds"),
  total: Duration.fromInputUnsafe(options?.total ?? "5 minutes")
})

/** The limits of a client, with those that a call sets. */
export const override = (limits: Limits, { attempt, total }: Options): Limits => ({
  attempt: attempt === undefined ? limits.attempt : Duration.fromInputUnsafe(attempt),
  total: total === undefined ? limits.total : Duration.fromInputUnsafe(total)
})

/** Fails an effect that takes too long. */
export const within = <A, E>(
  self: Effect.Effect<A, E>,
  limit: Duration.Duration,
  onTimeout: () => AudianError
): Effect.Effect<A, E | AudianError> =>
  Duration.isFinite(limit) ? Timer.within<A, E | AudianError, never>(self, limit, onTimeout) : self

/** Fails a stream that brings no bytes for too long. The time its reader takes between two chunks does not count. */
export const idle = <A>(
  self: Stream.Stream<A, AudianError>,
  limit: Duration.Duration,
  onTimeout: () => AudianError
): Stream.Stream<A, AudianError> =>
  Duration.isFinite(limit) ? Stream.transformPull(self, (pull) => Effect.succeed(within(pull, limit, onTimeout))) : self

/** The limit of one step of a call: its own, or the time left for the call if that is less. */
export const stepLimit = (
  { attempt, total }: Limits,
  left: number,
  own: Duration.Duration = attempt
): { readonly limit: Duration.Duration; readonly scope: "attempt" | "total"; readonly stated: Duration.Duration } =>
  left < Duration.toMillis(own)
    ? { scope: "total", limit: Duration.millis(Math.max(0, left)), stated: total }
    : { scope: "attempt", limit: own, stated: attempt }
