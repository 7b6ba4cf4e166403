/**
 * The references that switch parts of the telemetry off or on: around a call, around a program, or underneath a layer.
 *
 * @internal
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type * as Headers from "effect/http/Headers"
import type * as HttpClient from "effect/http/HttpClient"
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

const RequestLogEnabled = /*@__PURE__*/ Context.Reference<boolean>("effect-audian/Telemetry/RequestLogEnabled", {
  defaultValue: () => false
})

/** The log of requests and responses in full. */
export interface RequestLog {
  /** A client that logs each request before it sends it. `url` has no secrets. */
  readonly withLog: (
    client: HttpClient.HttpClient,
    operation: string,
    url: string,
    secrets: ReadonlyArray<string>
  ) => HttpClient.HttpClient
  /** The line of a response, or of a request that got none. */
  readonly response: (
    operation: string,
    result: string,
    received: { readonly headers: Headers.Headers; readonly json: unknown } | undefined,
    secrets: ReadonlyArray<string>
  ) => Effect.Effect<void>
}

let requestLog: RequestLog | undefined

/** The reference that switches a log on, which brings the log: a program that cannot switch it on does not bundle it. */
export const requestLogEnabled = (log: RequestLog): Context.Reference<boolean> => {
  requestLog = log
  return RequestLogEnabled
}

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

/** The log of the requests of a call; `undefined` when it is off. */
export const requestLogOf = (context: Context.Context<never>, { requestLog: own }: Defaults): RequestLog | undefined =>
  valueOf(context, RequestLogEnabled, own) ? requestLog : undefined

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
