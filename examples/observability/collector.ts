// An OpenTelemetry collector of a few lines: it takes OTLP as JSON over HTTP and keeps it. A real one is Jaeger, Tempo,
// Prometheus or the OpenTelemetry Collector.
import { createServer } from "node:http"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"

interface KeyValue {
  readonly key: string
  readonly value: Readonly<Record<string, unknown>>
}

/** A span as it was exported. */
export interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  /** 1 internal, 3 client. */
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: ReadonlyArray<KeyValue>
  readonly events: ReadonlyArray<{ readonly name: string; readonly attributes: ReadonlyArray<KeyValue> }>
  readonly status: { readonly code: number }
}

export interface DataPoint {
  readonly attributes: ReadonlyArray<KeyValue>
  readonly asDouble?: number
  readonly asInt?: number
  readonly count?: number
  readonly sum?: number
}

/** A metric as it was exported last. */
export interface Metric {
  readonly name: string
  readonly unit: string
  readonly sum?: { readonly isMonotonic: boolean; readonly dataPoints: ReadonlyArray<DataPoint> }
  readonly gauge?: { readonly dataPoints: ReadonlyArray<DataPoint> }
  readonly histogram?: { readonly dataPoints: ReadonlyArray<DataPoint> }
}

export interface LogRecord {
  readonly severityText: string
  readonly body: { readonly stringValue?: string }
}

export class Collector extends Context.Service<
  Collector,
  {
    readonly url: string
    readonly spans: Array<Span>
    /** By name. */
    readonly metrics: Map<string, Metric>
    readonly logs: Array<LogRecord>
  }
>()("examples/Collector") {}

/** The values of attributes, by name. */
export const valuesOf = (attributes: ReadonlyArray<KeyValue>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))

/** A collector on a free port of this machine. */
export const layer: Layer.Layer<Collector> = Layer.effect(
  Collector,
  Effect.gen(function* () {
    const collected = {
      spans: [] as Array<Span>,
      metrics: new Map<string, Metric>(),
      logs: [] as Array<LogRecord>
    }
    const server = yield* HttpServer.HttpServer
    yield* server.serve(
      Effect.gen(function* () {
        const request = yield* HttpServerRequest.HttpServerRequest
        // The parts of OTLP that this collector knows.
        const body = (yield* Effect.orDie(request.json)) as {
          readonly resourceSpans?: ReadonlyArray<{ scopeSpans: ReadonlyArray<{ spans: ReadonlyArray<Span> }> }>
          readonly resourceMetrics?: ReadonlyArray<{ scopeMetrics: ReadonlyArray<{ metrics: ReadonlyArray<Metric> }> }>
          readonly resourceLogs?: ReadonlyArray<{ scopeLogs: ReadonlyArray<{ logRecords: ReadonlyArray<LogRecord> }> }>
        }
        for (const { scopeSpans } of body.resourceSpans ?? []) {
          for (const { spans } of scopeSpans) collected.spans.push(...spans)
        }
        for (const { scopeMetrics } of body.resourceMetrics ?? []) {
          for (const { metrics } of scopeMetrics) {
            for (const metric of metrics) collected.metrics.set(metric.name, metric)
          }
        }
        for (const { scopeLogs } of body.resourceLogs ?? []) {
          for (const { logRecords } of scopeLogs) collected.logs.push(...logRecords)
        }
        return HttpServerResponse.jsonUnsafe({})
      })
    )
    return { url: HttpServer.formatAddress(server.address), ...collected }
  })
).pipe(Layer.provide(NodeHttpServer.layer(() => createServer(), { port: 0, host: "127.0.0.1" })), Layer.orDie)

const nanos = ({ endTimeUnixNano, startTimeUnixNano }: Span): readonly [start: number, end: number] => [
  Number(startTimeUnixNano) / 1e6,
  Number(endTimeUnixNano) / 1e6
]

/** The spans of a trace as a tree over time, as trace viewers draw it. */
export const draw = (spans: ReadonlyArray<Span>, root: Span, width = 32): string => {
  const [from, to] = nanos(root)
  const at = (time: number): number => Math.round(((time - from) / Math.max(to - from, 1e-3)) * width)
  const line = (span: Span, depth: number): ReadonlyArray<string> => {
    const [start, end] = nanos(span)
    const bar = `${" ".repeat(Math.min(at(start), width - 1))}${"█".repeat(Math.max(at(end) - at(start), 1))}`
      .slice(0, width)
      .padEnd(width)
    const values = valuesOf(span.attributes)
    const result = [values["http.response.status_code"], values["error.type"]].filter((part) => part !== undefined)
    const title = `${"  ".repeat(depth)}${span.name}`.padEnd(40)
    const children = spans
      .filter(({ parentSpanId }) => parentSpanId === span.spanId)
      .toSorted((a, b) => nanos(a)[0] - nanos(b)[0])
    return [
      `${title} ${bar} ${(end - start).toFixed(0).padStart(5)} ms  ${result.join(" ")}`.trimEnd(),
      ...span.events
        .filter(({ name }) => name !== "exception")
        .map(({ attributes, name }) => `${"  ".repeat(depth + 1)}· ${name} ${JSON.stringify(valuesOf(attributes))}`),
      ...children.flatMap((child) => line(child, depth + 1))
    ]
  }
  return line(root, 0).join("\n")
}
