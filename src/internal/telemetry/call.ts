/**
 * One call, seen from outside: its span with events, its metrics, and a warning when its credential is of no use.
 *
 * @internal
 */
import { Clock } from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type * as Tracer from "effect/Tracer"
import type { AudianError } from "../../AudianError.ts"
import * as Attempt from "./attempt.ts"
import * as Metrics from "./metrics.ts"
import * as Observer from "./observer.ts"
import * as References from "./references.ts"

/**
 * Name and options of the span of a call. Where its requests have spans, they are the HTTP client spans, and the call is
 * internal. Where they have none, the call itself is the HTTP client span. The conventions allow either, not both.
 */
export const spanOptions = (
  telemetry: Observer.Telemetry,
  fiber: Fiber.Fiber<unknown, unknown>,
  target: Attempt.Target
): [name: string, options: Tracer.SpanOptionsNoTrace] => {
  const attributes = Attempt.requestAttributes(telemetry, target)
  return References.tracesChildren(fiber, telemetry.defaults.childSpans)
    ? [target.name.startsWith("Audian.") ? target.name : `Audian.${target.name}`, { kind: "internal", attributes }]
    : [Attempt.spanName(target), { kind: "client", attributes }]
}

/** Adds the URL of the first request, and the account in it. */
export const located = (span: Tracer.Span, url: string): void => {
  span.attribute("url.full", url)
  const account = /\/v2\/accounts\/([^/?]+)/.exec(url)?.[1]
  if (account !== undefined) span.attribute("audian.account_id", account)
}

/** Counts a call that succeeded. */
export const succeeded = (
  { metrics, telemetry }: Observer.Observer,
  operation: string,
  budget: number | undefined
): void => {
  if (metrics === undefined) return
  Metrics.calls.update(metrics, 1, operation, () => Attempt.outcomeAttributes(operation, "executed", undefined))
  if (budget !== undefined) setBudget(metrics, telemetry, budget)
}

const setBudget = (metrics: Observer.Observer["context"], { address }: Observer.Telemetry, remaining: number): void =>
  Metrics.retryBudget.update(metrics, remaining, address, () => ({ "server.address": address }))

/** Counts a call that failed. `credentials` are those that the call was made with. */
export const failed = (
  observer: Observer.Observer,
  span: Tracer.Span | undefined,
  operation: string,
  error: AudianError,
  credentials: object
): Effect.Effect<void> => {
  const { clock, metrics, telemetry } = observer
  const { outcome } = error
  const type = Attempt.errorType(error)
  span?.attribute("error.type", type)
  if (metrics !== undefined) {
    const key = `${operation} ${outcome} ${type}`
    Metrics.calls.update(metrics, 1, key, () => Attempt.outcomeAttributes(operation, outcome, type))
  }
  if (error._tag === "AudianClientError" && error.reason._tag === "CircuitOpen") {
    span?.event("audian.circuit_open", Observer.spanTime(observer), {
      ...(error.retryAfter !== undefined && { "audian.delay_ms": Duration.toMillis(error.retryAfter) })
    })
  }
  if (error._tag !== "Unauthorized") return Effect.void
  return telemetry.notices.isDue(credentials, "unauthorized", clock.currentTimeMillisUnsafe())
    ? Effect.logWarning(`effect-audian: the credential was rejected and could not be renewed: ${error.message}`)
    : Effect.void
}

/** Adds an event to the span of the program: a read needed no call. */
export const cacheHit = (operation: string): Effect.Effect<void> =>
  Effect.withFiber((fiber) => {
    const { span, tracer } = fiber.cache
    if (span?._tag !== "Span" || tracer === undefined) return Effect.void
    span.event("audian.cache_hit", fiber.getRef(Clock).currentTimeNanosUnsafe(), { "audian.operation": operation })
    return Effect.void
  })

/** Records a retry, and what is left of the budget. */
export const retried = (
  observer: Observer.Observer,
  span: Tracer.Span | undefined,
  operation: string,
  attempts: number,
  delay: number,
  error: AudianError,
  budget: number | undefined
): void => {
  const { metrics, telemetry } = observer
  const type = Attempt.errorType(error)
  span?.event("audian.retry", Observer.spanTime(observer), {
    "audian.attempt": attempts,
    "audian.delay_ms": delay,
    "error.type": type
  })
  if (metrics === undefined) return
  Metrics.retries.update(metrics, 1, `${operation} ${type}`, () => ({
    "audian.operation": operation,
    "error.type": type
  }))
  if (budget !== undefined) setBudget(metrics, telemetry, budget)
}
