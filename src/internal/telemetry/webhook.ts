/**
 * One delivery of a webhook, seen from outside: its result, on its span and as a metric.
 *
 * @internal
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Errors from "../webhook/errors.ts"
import * as Metrics from "./metrics.ts"
import * as References from "./references.ts"

/** Records how a delivery ended. */
export const observe = <A, E, R>(self: Effect.Effect<A, E, R>, own: References.Defaults): Effect.Effect<A, E, R> =>
  Effect.onExit(self, (exit) => Effect.withFiber((fiber) => Effect.sync(() => record(fiber, exit, own))))

const record = (
  { cache, context }: Fiber.Fiber<unknown, unknown>,
  exit: Exit.Exit<unknown, unknown>,
  { metrics }: References.Defaults
): void => {
  const result = resultOf(exit)
  if (cache.span?._tag === "Span") cache.span.attribute("audian.webhook.result", result)
  if (!References.valueOf(context, References.MetricsEnabled, metrics)) return
  Metrics.webhookDeliveries.update(context, 1, result, () => ({ "audian.webhook.result": result }))
}

const resultOf = (exit: Exit.Exit<unknown, unknown>): string => {
  if (Exit.isSuccess(exit)) return "Accepted"
  if (Cause.hasInterruptsOnly(exit.cause)) return "Interrupted"
  const error = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
  return Errors.isReceiveError(error) ? error._tag : "Failed"
}
