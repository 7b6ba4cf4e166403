/**
 * Traces, metrics and logs of the client: the references that switch parts of them off, and the metrics as values.
 *
 * Nothing has to be set up. A tracer, a metrics exporter or a logger of the program, such as those of
 * `effect/observability`, sees all of it.
 *
 * **Example** (Export to a collector)
 *
 * ```ts
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 * import * as Layer from "effect/Layer"
 * import { Otlp } from "effect/observability"
 * import { Audian } from "effect-audian"
 *
 * const exporter = Otlp.layerJson({ baseUrl: "http://localhost:4318", resource: { serviceName: "phones" } }).pipe(
 *   Layer.provide(FetchHttpClient.layer)
 * )
 *
 * export const live = Audian.layerFetch({ apiKey: "sk_live_…" }).pipe(Layer.provideMerge(exporter))
 * ```
 *
 * **Example** (Without metrics, and one span a call)
 *
 * ```ts
 * import * as Layer from "effect/Layer"
 * import { Audian, Telemetry } from "effect-audian"
 *
 * const less = Layer.mergeAll(
 *   Layer.succeed(Telemetry.MetricsEnabled, false),
 *   Layer.succeed(Telemetry.ChildSpansEnabled, false)
 * )
 *
 * export const client = Audian.layerFetch({ apiKey: "sk_live_…" }).pipe(Layer.provide(less))
 * ```
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/
 * @since 0.1.0
 */
import type * as Metric from "effect/Metric"
import * as Metrics from "./internal/telemetry/metrics.ts"

// -----------------------------------------------------------------------------
// references
// -----------------------------------------------------------------------------

export {
  /**
   * Switches the spans of requests, token exchanges and waits for the rate limiter off. Default true.
   *
   * **Details**
   *
   * With them a call is an internal span, `Audian.Numbers.list`, and each request below it is an HTTP client span,
   * `GET /v2/numbers`. Without them the call itself is the HTTP client span.
   *
   * The child spans have the level `Debug`: `Tracer.MinimumTraceLevel` leaves them out too.
   *
   * @category references
   * @since 0.1.0
   */
  ChildSpansEnabled,
  /**
   * Switches all metrics of this library off. Default true.
   *
   * @category references
   * @since 0.1.0
   */
  MetricsEnabled,
  /**
   * The share of the quota below which a warning is logged, once an hour. Default 0.1; 0 logs none.
   *
   * @category references
   * @since 0.1.0
   */
  QuotaWarning
} from "./internal/telemetry/references.ts"

export {
  /**
   * Logs each request and its response at Info, without secrets. Default false.
   *
   * @see `Audian.logRequests` for the calls in an effect
   * @category references
   * @since 0.1.0
   */
  RequestLogEnabled
} from "./internal/telemetry/requestLog.ts"

// -----------------------------------------------------------------------------
// metrics
// -----------------------------------------------------------------------------

/**
 * Duration of a request in seconds, with the boundaries and attributes of OpenTelemetry's conventions:
 * `http.request.method`, `server.address`, `server.port`, `http.response.status_code`, `error.type`.
 *
 * @category metrics
 * @since 0.1.0
 */
export const requestDuration: Metric.Histogram<number> = Metrics.requestDuration.base

/**
 * Calls that ended, by `audian.operation`, `audian.outcome` and `error.type`. An interrupted call is not counted.
 *
 * @category metrics
 * @since 0.1.0
 */
export const calls: Metric.Counter<number> = Metrics.calls.base

/**
 * Requests that ended, by `audian.operation`, `audian.outcome` and `error.type`, token exchanges included.
 *
 * @category metrics
 * @since 0.1.0
 */
export const attempts: Metric.Counter<number> = Metrics.attempts.base

/**
 * Retries, by `audian.operation` and by the `error.type` that they follow.
 *
 * @category metrics
 * @since 0.1.0
 */
export const retries: Metric.Counter<number> = Metrics.retries.base

/**
 * Time that a request waited for the rate limiter, in seconds, by `audian.operation`. A request that did not wait is not
 * counted.
 *
 * @category metrics
 * @since 0.1.0
 */
export const rateLimitWait: Metric.Histogram<number> = Metrics.rateLimitWait.base

/**
 * The remaining quota that the last response reported, by `server.address` and `audian.quota`: `requests` of the
 * `X-RateLimit-*` headers, or `tokens` of the engine.
 *
 * @category metrics
 * @since 0.1.0
 */
export const quotaRemaining: Metric.Gauge<number> = Metrics.quotaRemaining.base

/**
 * The quota of a window, as the last response reported it, by `server.address` and `audian.quota`.
 *
 * @category metrics
 * @since 0.1.0
 */
export const quotaLimit: Metric.Gauge<number> = Metrics.quotaLimit.base

/**
 * State of the circuit breaker, by `server.address`: 0 closed, 1 half-open, 2 open.
 *
 * @category metrics
 * @since 0.1.0
 */
export const circuitState: Metric.Gauge<number> = Metrics.circuitState.base

/**
 * Retries that the budget of this process has left, by `server.address`.
 *
 * @category metrics
 * @since 0.1.0
 */
export const retryBudget: Metric.Gauge<number> = Metrics.retryBudget.base

/**
 * Exchanges of an API key for a token, by `server.address` and `error.type`.
 *
 * @category metrics
 * @since 0.1.0
 */
export const exchanges: Metric.Counter<number> = Metrics.exchanges.base

/**
 * Deliveries of webhooks, by `audian.webhook.result`: `Accepted`, the tag of the error that refused the delivery, or
 * `Failed` when the handler did.
 *
 * @category metrics
 * @since 0.1.0
 */
export const webhookDeliveries: Metric.Counter<number> = Metrics.webhookDeliveries.base

/**
 * Events that a full buffer of `Events.stream` dropped.
 *
 * @category metrics
 * @since 0.1.0
 */
export const eventsDropped: Metric.Counter<number> = Metrics.eventsDropped.base

/**
 * Subscriptions of `Events.stream` that were established again after a lost connection.
 *
 * @category metrics
 * @since 0.1.0
 */
export const eventsReconnects: Metric.Counter<number> = Metrics.eventsReconnects.base
