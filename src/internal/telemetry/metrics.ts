/**
 * The metrics of the library: `http.client.request.duration` by OpenTelemetry's conventions, the others under `audian.*`.
 *
 * A family makes the metric of each set of attributes once, so that an update costs a few lookups.
 *
 * @internal
 */
import * as Context from "effect/Context"
import * as Metric from "effect/Metric"

type Attributes = Readonly<Record<string, string>>

/** The metrics of one name, by their attributes. */
interface Family<Input, State> {
  /** The metric without attributes: its name, type and description. */
  readonly base: Metric.Metric<Input, State>
  /** Updates the metric of a key, which the values of its attributes determine. */
  readonly update: (context: Context.Context<never>, value: Input, key: string, attributes: () => Attributes) => void
}

/** Series are few; the bound is for servers with an unlimited number of statuses. */
const maxCached = 5000

const family = <Input, State>(
  make: (attributes: Attributes | undefined) => Metric.Metric<Input, State>
): Family<Input, State> => {
  const cache = new Map<string, Metric.Metric<Input, State>>()
  return {
    base: make(undefined),
    update: (context, value, key, attributes) => {
      let metric = cache.get(key)
      if (metric === undefined) {
        if (cache.size >= maxCached) cache.clear()
        metric = make(attributes())
        cache.set(key, metric)
      }
      metric.updateUnsafe(value, context)
    }
  }
}

/** The contexts of updates, made from those of fibers. */
export interface Contexts {
  readonly of: (context: Context.Context<never>) => Context.Context<never>
}

/**
 * An update reads two references. In the context of a fiber, the lookup of one that is not set visits several ancestors,
 * so all updates of a call share a small context with both.
 */
export const contexts = (): Contexts => {
  let registry: Metric.MetricRegistry | undefined
  let attributes: Metric.Metric.AttributeSet | undefined
  let last = Context.empty()
  return {
    of: (context) => {
      const nextRegistry = Context.get(context, Metric.MetricRegistry)
      const nextAttributes = Context.get(context, Metric.CurrentMetricAttributes)
      if (nextRegistry !== registry || nextAttributes !== attributes) {
        registry = nextRegistry
        attributes = nextAttributes
        last = Context.empty().pipe(
          Context.add(Metric.MetricRegistry, nextRegistry),
          Context.add(Metric.CurrentMetricAttributes, nextAttributes)
        )
      }
      return last
    }
  }
}

const counter = (id: string, unit: string, description: string) =>
  family((attributes) => Metric.counter(id, { description, incremental: true, attributes: { ...attributes, unit } }))

const gauge = (id: string, unit: string, description: string) =>
  family((attributes) => Metric.gauge(id, { description, attributes: { ...attributes, unit } }))

const histogram = (id: string, description: string, boundaries: ReadonlyArray<number>) =>
  family((attributes) => Metric.histogram(id, { description, boundaries, attributes: { ...attributes, unit: "s" } }))

/** The boundaries of the convention, in seconds. */
const durationBoundaries: ReadonlyArray<number> = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10
]

/** Waits for a quota last longer than requests, in seconds. */
const waitBoundaries: ReadonlyArray<number> = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]

export const requestDuration = /*@__PURE__*/ histogram(
  "http.client.request.duration",
  "Duration of HTTP client requests.",
  durationBoundaries
)

export const calls = /*@__PURE__*/ counter(
  "audian.client.calls",
  "{call}",
  "Calls that ended, by operation and outcome."
)

export const attempts = /*@__PURE__*/ counter(
  "audian.client.attempts",
  "{attempt}",
  "Requests that ended, by operation and outcome."
)

export const retries = /*@__PURE__*/ counter(
  "audian.client.retries",
  "{retry}",
  "Retries, by operation and by the error that they follow."
)

export const rateLimitWait = /*@__PURE__*/ histogram(
  "audian.client.rate_limit.wait",
  "Time that requests waited for the rate limiter. A request that did not wait is not counted.",
  waitBoundaries
)

export const quotaRemaining = /*@__PURE__*/ gauge(
  "audian.client.quota.remaining",
  "{request}",
  "What is left of the quota, as the last response reported it."
)

export const quotaLimit = /*@__PURE__*/ gauge(
  "audian.client.quota.limit",
  "{request}",
  "The quota of a window, as the last response reported it."
)

export const circuitState = /*@__PURE__*/ gauge(
  "audian.client.circuit_breaker.state",
  "{state}",
  "State of the circuit: 0 closed, 1 half-open, 2 open."
)

export const retryBudget = /*@__PURE__*/ gauge(
  "audian.client.retry_budget.remaining",
  "{retry}",
  "Retries that the budget of this process has left."
)

export const exchanges = /*@__PURE__*/ counter(
  "audian.client.token_exchanges",
  "{exchange}",
  "Exchanges of an API key for a token."
)

export const webhookDeliveries = /*@__PURE__*/ counter(
  "audian.webhook.deliveries",
  "{delivery}",
  "Deliveries of webhooks, by result."
)

export const eventsDropped = /*@__PURE__*/ counter(
  "audian.events.dropped",
  "{event}",
  "Events that a full buffer dropped."
)

export const eventsReconnects = /*@__PURE__*/ counter(
  "audian.events.reconnects",
  "{reconnect}",
  "Subscriptions that were established again after a lost connection."
)
