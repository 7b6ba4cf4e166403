/**
 * The references that switch parts of the telemetry off or on: around a call, around a program, or underneath a layer.
 *
 * @internal
 */
import * as Context from "effect/Context"
import type * as Fiber from "effect/Fiber"
import * as LogLevel from "effect/LogLevel"
import * as Tracer from "effect/Tracer"

/** Default true. False: no metric of this library is updated. */
export const MetricsEnabled = /*@__PURE__*/ Context.Reference<boolean>("effect-audian/Telemetry/MetricsEnabled", {
  defaultValue: () => true
})

/** Default true. False: a call is one span, without spans for its requests and waits. */
export const ChildSpansEnabled = /*@__PURE__*/ Context.Reference<boolean>("effect-audian/Telemetry/ChildSpansEnabled", {
  defaultValue: () => true
})

/** Default false. True: each request and its response are logged at Info, as `Audian.logRequests` does. */
export const RequestLogEnabled = /*@__PURE__*/ Context.Reference<boolean>("effect-audian/Telemetry/RequestLogEnabled", {
  defaultValue: () => false
})

/** The share of the quota below which a warning is logged. Default 0.1; 0 logs none. */
export const QuotaWarning = /*@__PURE__*/ Context.Reference<number>("effect-audian/Telemetry/QuotaWarning", {
  defaultValue: () => 0.1
})

/** The values of the references that a layer was built with: the defaults of its calls. */
export interface Defaults {
  readonly metrics: boolean
  readonly childSpans: boolean
  readonly requestLog: boolean
  readonly quotaWarning: number
}

export const defaultsOf = (context: Context.Context<never>): Defaults => ({
  metrics: Context.get(context, MetricsEnabled),
  childSpans: Context.get(context, ChildSpansEnabled),
  requestLog: Context.get(context, RequestLogEnabled),
  quotaWarning: Context.get(context, QuotaWarning)
})

/** The value that the context of a call sets, else that of its client. */
export const valueOf = <A>(context: Context.Context<never>, reference: Context.Reference<A>, own: A): A =>
  Context.getOrUndefined(context, reference) ?? own

/** Level of the spans of requests and waits. Calls have the level of the program's spans, by default `Info`. */
const childLevel = "Debug"

/** True when a tracer of the program sees the spans of requests and waits. */
export const tracesChildren = (fiber: Fiber.Fiber<unknown, unknown>, own: boolean): boolean => {
  const { span, tracer, tracerEnabled } = fiber.cache
  if (tracer === undefined || !tracerEnabled || span?.sampled === false) return false
  return (
    valueOf(fiber.context, ChildSpansEnabled, own) &&
    !LogLevel.isGreaterThan(fiber.getRef(Tracer.MinimumTraceLevel), childLevel)
  )
}
