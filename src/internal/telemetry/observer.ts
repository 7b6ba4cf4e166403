/**
 * The telemetry of a client, and of one call of it: where its spans, metrics and log lines go, and which of them are on.
 *
 * @internal
 */
import { Clock } from "effect/Clock"
import * as Context from "effect/Context"
import type * as Fiber from "effect/Fiber"
import * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import { TracerSpanAnnotations, TracerTimingEnabled } from "effect/References"
import type * as Tracer from "effect/Tracer"
import * as Metrics from "./metrics.ts"
import * as Notices from "./notices.ts"
import * as References from "./references.ts"

/** The telemetry of a client. */
export interface Telemetry {
  readonly address: string
  readonly port: number
  /** Address and port, as a part of keys. */
  readonly server: string
  readonly defaults: References.Defaults
  readonly notices: Notices.Notices
  readonly metrics: Metrics.Contexts
}

/** `context` is that of the client's layer: its references are the defaults of the calls. */
export const make = (baseUrl: string, context: Context.Context<never>): Telemetry => {
  const url = new URL(baseUrl)
  const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80)
  return {
    address: url.hostname,
    port,
    server: `${url.hostname}:${port}`,
    defaults: References.defaultsOf(context),
    notices: Notices.make(),
    metrics: Metrics.contexts()
  }
}

/** The telemetry of one call. */
export interface Observer {
  readonly telemetry: Telemetry
  readonly context: Context.Context<never>
  readonly clock: Clock
  /** The context of updates of metrics; `undefined` when they are off. */
  readonly metrics: Context.Context<never> | undefined
  /** The tracer of the program; `undefined` when spans of requests and waits are not recorded. */
  readonly tracer: Tracer.Tracer | undefined
  /** The span around the requests. */
  readonly parent: Tracer.AnySpan | undefined
  /** Lines at Debug are kept. */
  readonly debug: boolean
  /** The log of requests in full; `undefined` when it is off. */
  readonly requestLog: References.RequestLog | undefined
}

export const observe = (telemetry: Telemetry, fiber: Fiber.Fiber<unknown, unknown>): Observer => {
  const { cache, context } = fiber
  const { defaults } = telemetry
  return {
    telemetry,
    context,
    clock: fiber.getRef(Clock),
    metrics: References.valueOf(context, References.MetricsEnabled, defaults.metrics)
      ? telemetry.metrics.of(context)
      : undefined,
    tracer: References.tracesChildren(fiber, defaults.childSpans) ? cache.tracer : undefined,
    parent: cache.span,
    debug: !LogLevel.isGreaterThan(cache.minimumLogLevel, "Debug"),
    requestLog: References.requestLogOf(context, defaults)
  }
}

/** Starts a span below that of the call; `undefined` when it is not recorded. The start is now, or given in nanoseconds. */
export const startSpan = (
  { clock, context, parent, tracer }: Observer,
  name: string,
  kind: Tracer.SpanKind,
  attributes: Readonly<Record<string, unknown>>,
  startTime?: bigint
): Tracer.Span | undefined => {
  if (tracer === undefined) return undefined
  const span = tracer.span({
    name,
    kind,
    parent: Option.fromUndefinedOr(parent),
    annotations: Context.empty(),
    links: [],
    startTime: isTimed(context) ? (startTime ?? clock.currentTimeNanosUnsafe()) : 0n,
    root: false,
    sampled: parent?.sampled ?? true
  })
  const annotations = Context.get(context, TracerSpanAnnotations)
  for (const key in annotations) span.attribute(key, annotations[key])
  for (const key in attributes) if (attributes[key] !== undefined) span.attribute(key, attributes[key])
  return span
}

/** The time of an end or an event of a span. */
export const spanTime = ({ clock, context }: Observer): bigint =>
  isTimed(context) ? clock.currentTimeNanosUnsafe() : 0n

const isTimed = (context: Context.Context<never>): boolean => Context.get(context, TracerTimingEnabled)
