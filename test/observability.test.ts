/**
 * The example of `docs/observability.md`: what it exports over OTLP, and the queries of its dashboard.
 */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import { Telemetry } from "effect-audian"
import * as Collector from "../examples/observability/collector.ts"
import { program } from "../examples/observability/program.ts"

const exported = Effect.gen(function* () {
  yield* program
  return yield* Collector.Collector
}).pipe(Effect.provide(Collector.layer), Effect.provideService(Metric.MetricRegistry, new Map()))

/** The metrics that `Telemetry` exports. */
const metrics = Object.values(Telemetry).filter(Metric.isMetric) as ReadonlyArray<Metric.Metric<never, unknown>>

describe("examples/observability.ts", () => {
  it.live("exports a trace, metrics and log lines that the collector receives as they are documented", () =>
    Effect.gen(function* () {
      const { logs, metrics, spans } = yield* exported
      const byId = new Map(spans.map((span) => [span.spanId, span]))
      const parentOf = ({ parentSpanId = "" }: Collector.Span) => byId.get(parentSpanId)?.name
      assert.deepStrictEqual(
        spans.map((span) => [span.name, span.kind, parentOf(span), span.status.code].join(", ")).toSorted(),
        [
          "nightly report, 1, , 1",
          "Audian.Numbers.list, 1, nightly report, 1",
          "GET /v2/numbers, 3, Audian.Numbers.list, 1",
          "Audian.Numbers.getConfig, 1, nightly report, 2",
          "Audian.rateLimit.wait, 1, Audian.Numbers.getConfig, 1",
          "GET /v2/numbers/{number_id}/config, 3, Audian.Numbers.getConfig, 2",
          "Audian.Account.Users.list, 1, nightly report, 1",
          "PUT /v2/api_auth, 3, Audian.Account.Users.list, 1",
          "GET /v2/accounts/{account_id}/users, 3, Audian.Account.Users.list, 2",
          "GET /v2/accounts/{account_id}/users, 3, Audian.Account.Users.list, 1"
        ].toSorted()
      )
      assert.strictEqual(new Set(spans.map(({ traceId }) => traceId)).size, 1)
      const missing = spans.find(({ name }) => name === "GET /v2/numbers/{number_id}/config")!
      const { "audian.request_id": requestId, ...values } = Collector.valuesOf(missing.attributes)
      const port = Number(values["server.port"])
      assert.isString(requestId)
      assert.deepStrictEqual(values, {
        "audian.operation": "Numbers.getConfig",
        "audian.attempt": 1,
        "audian.outcome": "not-executed",
        "error.type": "NotFound",
        "http.request.method": "GET",
        "http.response.status_code": 404,
        "server.address": "127.0.0.1",
        "server.port": port,
        "url.full": `http://127.0.0.1:${port}/v2/numbers/num_unknown/config`,
        "url.template": "/v2/numbers/{number_id}/config"
      })
      const retried = spans.find(({ name }) => name === "Audian.Account.Users.list")!
      assert.deepStrictEqual(
        retried.events.map(({ attributes, name }) => [name, Collector.valuesOf(attributes)]),
        [["audian.retry", { "audian.attempt": 1, "audian.delay_ms": 100, "error.type": "ServiceUnavailable" }]]
      )

      const calls = metrics.get("audian.client.calls")!
      assert.isTrue(calls.sum?.isMonotonic)
      assert.deepStrictEqual(
        calls.sum?.dataPoints.map(({ asDouble, attributes }) => [
          Collector.valuesOf(attributes)["audian.operation"],
          Collector.valuesOf(attributes)["error.type"],
          asDouble
        ]),
        [
          ["Numbers.list", undefined, 1],
          ["Numbers.getConfig", "NotFound", 1],
          ["Account.Users.list", undefined, 1]
        ]
      )
      const duration = metrics.get("http.client.request.duration")!
      assert.strictEqual(duration.unit, "s")
      assert.strictEqual(
        duration.histogram?.dataPoints.reduce((sum, { count = 0 }) => sum + count, 0),
        5
      )

      assert.deepStrictEqual(
        logs.map(({ body, severityText }) => [severityText, String(body.stringValue).replace(/ in \d+ ms$/, "")]),
        [
          ["Debug", "Numbers.list: 200"],
          ["Debug", "Numbers.getConfig: 404 NotFound"],
          ["Debug", "AccessTokens.exchange: 201"],
          ["Debug", "Account.Users.list: 503 ServiceUnavailable"],
          ["Debug", "Account.Users.list: 200"]
        ]
      )
    })
  )

  it("draws a trace as a tree over time", () => {
    const span = (name: string, parentSpanId: string | undefined, from: number, to: number): Collector.Span => ({
      traceId: "t",
      spanId: name,
      ...(parentSpanId !== undefined && { parentSpanId }),
      name,
      kind: 1,
      startTimeUnixNano: `${from}000000`,
      endTimeUnixNano: `${to}000000`,
      attributes: [],
      events: [],
      status: { code: 1 }
    })
    const root = span("root", undefined, 0, 100)
    assert.deepStrictEqual(
      Collector.draw([span("b", "root", 50, 100), root, span("a", "root", 0, 50)], root, 4).split("\n"),
      [`${"root".padEnd(40)} ████   100 ms`, `${"  a".padEnd(40)} ██      50 ms`, `${"  b".padEnd(40)}   ██    50 ms`]
    )
  })
})

describe("examples/observability/dashboard.json", () => {
  interface Dashboard {
    readonly templating: {
      readonly list: ReadonlyArray<{ readonly name: string; readonly query: string | { readonly query: string } }>
    }
    readonly panels: ReadonlyArray<{
      readonly id: number
      readonly title: string
      readonly gridPos: Readonly<Record<"h" | "w" | "x" | "y", number>>
      readonly targets: ReadonlyArray<{ readonly expr: string; readonly legendFormat: string }>
    }>
  }
  const { panels, templating }: Dashboard = JSON.parse(readFileSync("examples/observability/dashboard.json", "utf8"))

  /** A name as Prometheus stores what it receives by OTLP. */
  const prometheus = (name: string): string => name.replaceAll(".", "_")

  const suffixes = ({ attributes, type }: Metric.Metric<never, unknown>): ReadonlyArray<string> => {
    const unit = attributes?.unit === "s" ? "_seconds" : ""
    if (type === "Histogram") return ["_bucket", "_sum", "_count"].map((part) => unit + part)
    return [type === "Counter" ? `${unit}_total` : unit]
  }

  const documented = new Set(metrics.flatMap((metric) => suffixes(metric).map((end) => prometheus(metric.id) + end)))

  const targets = panels.flatMap(({ targets, title }) => targets.map((target) => ({ ...target, title })))

  /** The names of metrics in a query: each has a selector. */
  const metricsIn = (query: string): ReadonlyArray<string> =>
    Array.from(query.matchAll(/([a-z_]\w*)\{/g), ([, name]) => name!)

  const labelsIn = (query: string): ReadonlyArray<string> => [
    ...Array.from(query.matchAll(/[{,](\w+)(?:=~|!=|=)/g), ([, name]) => name!),
    ...Array.from(query.matchAll(/\b(?:by|ignoring) ?\(([^)]*)\)/g), ([, names]) => names!.split(/, ?/)).flat()
  ]

  it("queries only metrics that exist", () => {
    for (const { expr, title } of targets) {
      const names = metricsIn(expr)
      assert.isAbove(names.length, 0, title)
      for (const name of names) assert.isTrue(documented.has(name), `${title}: ${name}`)
      // No metric without a selector.
      const rest = expr.replaceAll(/\{[^}]*\}|\[[^\]]*\]|\b(?:by|ignoring) ?\([^)]*\)/g, "")
      for (const name of rest.match(/\b(?:audian_client|audian_events|http)_\w+/g) ?? []) assert.include(names, name)
    }
  })

  it("shows every metric", () => {
    const shown = new Set(targets.flatMap(({ expr }) => metricsIn(expr)))
    for (const metric of metrics) {
      assert.isTrue(
        suffixes(metric).some((suffix) => shown.has(prometheus(metric.id) + suffix)),
        metric.id
      )
    }
  })

  it.live("groups and selects by attributes that the metrics have", () =>
    Effect.gen(function* () {
      const received = (yield* exported).metrics
      for (const { expr, legendFormat, title } of targets) {
        for (const name of metricsIn(expr)) {
          const id = metrics.find((metric) => suffixes(metric).some((end) => prometheus(metric.id) + end === name))!.id
          const found = received.get(id)
          const points = (found?.sum ?? found?.gauge ?? found?.histogram)?.dataPoints ?? []
          const labels = new Set(
            points.flatMap((point) => Object.keys(Collector.valuesOf(point.attributes)).map(prometheus))
          )
          // Of metrics that the example does not record, and of errors that it does not have.
          const others = ["job", "le", "error_type", "audian_webhook_result"]
          for (const label of labelsIn(expr))
            assert.isTrue(labels.has(label) || others.includes(label), `${title}: ${label}`)
        }
        for (const [, label] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) assert.include(labelsIn(expr), label!, title)
      }
    })
  )

  it("has balanced queries, variables that exist, and panels that do not overlap", () => {
    const variables = new Set([...templating.list.map(({ name }) => name), "__rate_interval"])
    for (const { expr, title } of targets) {
      for (const [open, close] of ["()", "{}", "[]"] as const) {
        assert.strictEqual(expr.split(open!).length, expr.split(close!).length, title)
      }
      for (const [, name] of expr.matchAll(/\$(\w+)/g)) assert.isTrue(variables.has(name!), `${title}: ${name}`)
    }
    const cells = panels.flatMap(({ gridPos: { h, w, x, y } }) =>
      Array.from({ length: h * w }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`)
    )
    assert.strictEqual(new Set(cells).size, cells.length)
    assert.isTrue(panels.every(({ gridPos: { w, x } }) => x + w <= 24))
    for (const { query } of templating.list) {
      if (typeof query === "string") continue
      const [, metric] = /^label_values\((\w+), \w+\)$/.exec(query.query) ?? []
      assert.isTrue(documented.has(metric!), query.query)
    }
  })
})
