/**
 * Scenarios of failure, as lists of faults for the embedded server.
 *
 * **Example** (An outage from the start, and one of a single operation)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Numbers } from "effect-audian"
 * import { EmbeddedAudian, Fault, Scenario } from "effect-audian/testing"
 *
 * export const down = EmbeddedAudian.layer({ faults: Scenario.outage("10 seconds") })
 *
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
 * Every request fails for a duration from when the scenario is added: with 503, or with another fault, such as
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
 * A random share of the requests has problems. Of the `share`, 0.3 by default, a third is rejected with 503, a third
 * executed after `delay`, 2 seconds by default, and a third executed but reported as 504 by a gateway.
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
 * Every request exceeds the quota for a duration from when the scenario is added. With `retryAfter`, in whole seconds,
 * the responses have a Retry-After.
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
 * The token of a request of the account family expires, this many times, one by default. The server responds with 401
 * until the client exchanges the key again.
 *
 * @category scenarios
 * @since 0.1.0
 */
export const tokenExpiry = (times = 1): ReadonlyArray<Fault.Fault> => [Fault.times(Fault.expireToken, times)]

/**
 * Every request is delayed by a duration.
 *
 * @category scenarios
 * @since 0.1.0
 */
export const slowNetwork = (delay: Duration.Input): ReadonlyArray<Fault.Fault> => [
  Fault.delay(delay).pipe(Fault.times(Number.POSITIVE_INFINITY))
]

/**
 * Connections break at random. Of the `share`, 0.3 by default, a third breaks before the request is executed, a third
 * after it, and a third within the response.
 *
 * @category scenarios
 * @since 0.1.0
 */
export const flakyNetwork = (options: { readonly share?: number | undefined } = {}): ReadonlyArray<Fault.Fault> =>
  inTurn(options.share ?? 0.3, Fault.reset, Fault.executed(Fault.reset), Fault.cutOff)

/** Faults that each apply to an equal part of a share of the requests. A fault sees the requests that earlier ones pass. */
const inTurn = (share: number, ...faults: ReadonlyArray<Fault.Fault>): ReadonlyArray<Fault.Fault> =>
  faults.map((fault, index) => {
    const part = share / faults.length
    return Fault.rate(fault, part / (1 - index * part))
  })
