/**
 * What goes wrong in the life of an API, as lists of faults for the embedded server.
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Numbers } from "effect-audian"
 * import { EmbeddedAudian, Fault, Scenario } from "effect-audian/testing"
 *
 * export const down = EmbeddedAudian.layer({ faults: Scenario.outage("10 seconds") })
 *
 * // From here on, and for one operation.
 * export const listsAreDown = Effect.flatMap(EmbeddedAudian.EmbeddedAudian, ({ fault }) =>
 *   fault(...Scenario.outage("10 seconds").map(Fault.on(Numbers.list)))
 * )
 * ```
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Fault from "./Fault.ts"

/**
 * Everything fails for so long from when it is added, then all is well: with 503, or with another fault, such as
 * `Fault.refuse`.
 *
 * @category scenarios
 * @since 0.1.0
 */
export const outage = (
  duration: Duration.Input,
  fault: Fault.Fault = Fault.status(503)
): ReadonlyArray<Fault.Fault> => [Fault.during(fault, duration)]

/**
 * Part of the requests have a hard time, by chance: of the `share`, 0.3 by default, a third is refused with 503, a
 * third carried out `delay` late, 2 seconds by default, and a third carried out and given up by a gateway with 504.
 *
 * @category scenarios
 * @since 0.1.0
 */
export const brownout = (
  options: { readonly share?: number | undefined; readonly delay?: Duration.Input | undefined } = {}
): ReadonlyArray<Fault.Fault> =>
  inTurn(
    options.share ?? 0.3,
    Fault.status(503),
    Fault.delay(options.delay ?? "2 seconds"),
    Fault.executed(Fault.page(504))
  )

/**
 * Every request is over the quota for so long from when it is added. With `retryAfter`, in whole seconds, the server
 * says when to come back; else it does not.
 *
 * @category scenarios
 * @since 0.1.0
 */
export const rateLimitStorm = (
  duration: Duration.Input,
  options: { readonly retryAfter?: Duration.Input | undefined } = {}
): ReadonlyArray<Fault.Fault> => {
  const { retryAfter } = options
  const headers =
    retryAfter === undefined
      ? undefined
      : { "retry-after": String(Math.ceil(Duration.toSeconds(Duration.fromInputUnsafe(retryAfter)))) }
  return [Fault.status(429, headers).pipe(Fault.during(duration))]
}

/**
 * The token of a request of the account family is good no longer, so many times, one by default: the server refuses it
 * until another one is exchanged.
 *
 * @category scenarios
 * @since 0.1.0
 */
export const tokenExpiry = (times = 1): ReadonlyArray<Fault.Fault> => [Fault.times(Fault.expireToken, times)]

/**
 * Every request takes so much longer to arrive.
 *
 * @category scenarios
 * @since 0.1.0
 */
export const slowNetwork = (delay: Duration.Input): ReadonlyArray<Fault.Fault> => [
  Fault.delay(delay).pipe(Fault.times(Number.POSITIVE_INFINITY))
]

/**
 * Connections break, by chance: of the `share`, 0.3 by default, a third before the request is carried out, a third
 * after it, and a third within the answer.
 *
 * @category scenarios
 * @since 0.1.0
 */
export const flakyNetwork = (options: { readonly share?: number | undefined } = {}): ReadonlyArray<Fault.Fault> =>
  inTurn(options.share ?? 0.3, Fault.reset, Fault.executed(Fault.reset), Fault.cutOff)

/** Faults that befall an equal part of a share of the requests each: one is asked for what those before it let pass. */
const inTurn = (share: number, ...faults: ReadonlyArray<Fault.Fault>): ReadonlyArray<Fault.Fault> =>
  faults.map((fault, index) => {
    const part = share / faults.length
    return Fault.rate(fault, part / (1 - index * part))
  })
