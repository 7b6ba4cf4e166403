/**
 * The telemetry of a program as an exporter receives it: its spans, its log lines, and its metrics in a registry of its own.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as References from "effect/References"
import * as Tracer from "effect/Tracer"

interface Line {
  readonly level: string
  readonly message: string
  readonly annotations: Readonly<Record<string, unknown>>
}

interface Series {
  readonly id: string
  readonly type: string
  readonly attributes: Readonly<Record<string, string>>
  readonly state: Metric.Metric.Snapshot["state"]
}

export interface Telemetry {
  readonly spans: Array<Tracer.NativeSpan>
  readonly lines: Array<Line>
  /** The series of a metric. */
  readonly series: (metric: Metric.Metric<never, unknown>) => ReadonlyArray<Series>
  /** All series. */
  readonly all: () => ReadonlyArray<Series>
  readonly layer: Layer.Layer<never>
}

/** An exporter in memory. */
export const exporter = (): Telemetry => {
  const spans: Array<Tracer.NativeSpan> = []
  const lines: Array<Line> = []
  const registry: Metric.MetricRegistry = new Map()
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      spans.push(span)
      return span
    }
  })
  const logger = Logger.make(({ fiber, logLevel, message }) => {
    const text = (Array.isArray(message) ? message : [message]).map(String).join(" ")
    lines.push({ level: logLevel, message: text, annotations: fiber.getRef(References.CurrentLogAnnotations) })
  })
  const layer = Layer.mergeAll(
    Layer.succeed(Tracer.Tracer, tracer),
    Layer.succeed(Metric.MetricRegistry, registry),
    Layer.succeed(References.MinimumLogLevel, "Debug"),
    Logger.layer([logger])
  )
  const all = (): ReadonlyArray<Series> =>
    Array.from(registry.values(), ({ attributes = {}, hooks, id, type }) => ({
      id,
      type,
      attributes,
      state: hooks.get(layerless)
    }))
  return { spans, lines, all, series: (metric) => all().filter(({ id }) => id === metric.id), layer }
}

const layerless = Effect.runSync(Effect.context<never>())

/** The counts of a counter, by its attributes without the unit. */
export const counts = (series: ReadonlyArray<Series>): ReadonlyArray<readonly [object, number]> =>
  series.map(({ attributes: { unit: _, ...attributes }, state }) => [
    attributes,
    "count" in state ? Number(state.count) : "value" in state ? Number(state.value) : Number.NaN
  ])

export const attributesOf = (span: Tracer.NativeSpan): Readonly<Record<string, unknown>> =>
  Object.fromEntries(span.attributes)

export const parentOf = (span: Tracer.NativeSpan): string | undefined => Option.getOrUndefined(span.parent)?.spanId

/** True for a span that has ended, in success or failure as given. */
export const endedIn = (span: Tracer.NativeSpan, end: "Success" | "Failure"): boolean =>
  span.status._tag === "Ended" && (end === "Success") === Exit.isSuccess(span.status.exit)
