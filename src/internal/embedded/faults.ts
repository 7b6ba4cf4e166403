/**
 * The scripted faults of an embedded server: which request meets which, and what comes of it.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type * as Operation from "../../Operation.ts"
import type * as Fault from "../../testing/Fault.ts"

/** A fault, and how many requests have met it. */
export interface Rule {
  readonly fault: Fault.Fault
  met: number
}

/** The connection is to break without an answer; whoever serves the app sees to it. */
export class Reset extends Error {
  override readonly name = "Reset"
}

export const befall = <E, R>(
  outcome: Fault.Outcome,
  self: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>
): Effect.Effect<HttpServerResponse.HttpServerResponse, E, R> => {
  switch (outcome._tag) {
    case "Respond":
      return Effect.succeed(
        HttpServerResponse.text(outcome.body, {
          status: outcome.status,
          headers: outcome.headers,
          contentType: outcome.headers["content-type"] ?? "text/plain"
        })
      )
    case "Reset":
      return Effect.die(new Reset())
    case "Hang":
      return Effect.never
    case "Delay":
      return Effect.delay(self, outcome.duration)
  }
}

/** The fault that befalls the next request of an operation: the first rule with something left. */
export const next = (rules: ReadonlyArray<Rule>, operation: Operation.Any): Fault.Fault | undefined => {
  for (const rule of rules) {
    const { fault } = rule
    if (fault.operation !== undefined && fault.operation !== operation) continue
    if (rule.met >= fault.skip + fault.times) continue
    rule.met++
    if (rule.met > fault.skip) return fault
  }
  return undefined
}
