// Traces, metrics and logs by OTLP: some calls, a collector in this process, and what it received.
//
//   npm run example examples/observability.ts
//
// With a collector of your own, `baseUrl: "http://localhost:4318"` in `examples/observability/program.ts` is all there is
// to change. `examples/observability/dashboard.json` is a Grafana dashboard of these metrics.
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Collector from "./observability/collector.ts"
import { program } from "./observability/program.ts"

const pointsOf = ({ gauge, histogram, sum }: Collector.Metric): ReadonlyArray<Collector.DataPoint> =>
  (gauge ?? histogram ?? sum)?.dataPoints ?? []

const shown = ({ asDouble, asInt, count, sum }: Collector.DataPoint): string =>
  count === undefined ? String(asDouble ?? asInt) : `${count} in ${sum?.toFixed(3)} s`

const report = Effect.gen(function* () {
  yield* program
  const { logs, metrics, spans } = yield* Collector.Collector
  const root = spans.find(({ name }) => name === "nightly report")!
  yield* Console.log(Collector.draw(spans, root))
  for (const metric of [...metrics.values()].toSorted((a, b) => a.name.localeCompare(b.name))) {
    yield* Console.log(`\n${metric.name} [${metric.unit}]`)
    for (const point of pointsOf(metric)) {
      const { unit: _, ...attributes } = Collector.valuesOf(point.attributes)
      yield* Console.log(`  ${shown(point).padEnd(14)} ${JSON.stringify(attributes)}`)
    }
  }
  yield* Console.log(`\n${spans.length} spans, ${metrics.size} metrics, ${logs.length} log lines were exported`)
})

NodeRuntime.runMain(Effect.provide(report, Collector.layer))
