// Takes the pictures of docs/observability.md again: the trace of the example, and the panels of the dashboard over a
// scenario of a minute and a half. A real Prometheus evaluates the queries of the dashboard; a query that finds nothing is
// an error. Needs `prometheus` (or PROMETHEUS) and `chromium` (or CHROMIUM).
//
//   node --conditions=effect-audian-source scripts/observability-pictures.ts
import { strict as assert } from "node:assert"
import { execFile, spawn } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeSocket from "@effect/platform-node/NodeSocket"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { Account, CircuitBreaker, Events, Numbers, RateLimit, Retry, WebhookReceiver } from "effect-audian"
import { EmbeddedAudian, Fault, WebhookTest } from "effect-audian/testing"
import * as Collector from "../examples/observability/collector.ts"
import { program } from "../examples/observability/program.ts"

const seconds = Number(process.env.PICTURE_SECONDS ?? 90)

// -----------------------------------------------------------------------------
// a scenario
// -----------------------------------------------------------------------------

const secret = "whsec_0123456789abcdef"

const client = EmbeddedAudian.client({
  rateLimit: RateLimit.limiter({ limit: 50, window: "2 seconds" }),
  circuitBreaker: CircuitBreaker.make({ openDuration: "3 seconds" }),
  retry: Retry.make({ baseDelay: "100 millis" })
}).pipe(Layer.provide(NodeHttpClient.layerUndici))

const calls = Effect.forEach(
  [Numbers.list(), Account.Users.list(), Numbers.getConfig({ number_id: "num_unknown" })] as ReadonlyArray<
    Effect.Effect<unknown, unknown, Effect.Services<ReturnType<typeof Numbers.list>>>
  >,
  Effect.exit,
  { concurrency: "unbounded", discard: true }
).pipe(Effect.repeat(Schedule.spaced("60 millis")))

const webhooks = Effect.gen(function* () {
  const now = Math.floor((yield* Clock.currentTimeMillis) / 1000)
  const body = JSON.stringify({ id: `evt_${now}`, event: "call.ringing", timestamp: new Date(now * 1000), data: {} })
  const signature = yield* WebhookTest.sign({ secret, timestamp: String(now), body })
  const deliver = (signature: string) =>
    Effect.exit(
      WebhookReceiver.handle(
        {
          body,
          headers: {
            "x-audian-delivery-id": `delv_${now}`,
            "x-audian-timestamp": String(now),
            "x-audian-signature": signature
          }
        },
        () => Effect.void
      )
    )
  yield* deliver(signature)
  if (now % 4 === 0) yield* deliver("sha256=00")
}).pipe(Effect.repeat(Schedule.spaced("300 millis")), Effect.provide(WebhookReceiver.layer({ secret })))

const events = Events.stream({
  bindings: ["call.*"],
  accountId: "account_embedded",
  bufferSize: 2,
  reconnect: Schedule.spaced("100 millis")
}).pipe(
  Stream.runForEach(() => Effect.sleep("400 millis")),
  Effect.provide(NodeSocket.layerWebSocketConstructor)
)

const scenario = Effect.gen(function* () {
  const embedded = yield* EmbeddedAudian.EmbeddedAudian
  const emit = embedded
    .emit({ name: "call.CHANNEL_CREATE", data: {} })
    .pipe(Effect.repeat(Schedule.spaced("100 millis")))
  const drops = Effect.repeat(embedded.dropSockets, Schedule.spaced("7 seconds"))
  // In the middle, some of the responses are errors, and then all of them.
  const outage = Effect.sleep(`${seconds / 3} seconds`).pipe(
    Effect.andThen(embedded.fault(Fault.status(503).pipe(Fault.times(60), Fault.rate(0.2)))),
    Effect.andThen(Effect.sleep(`${seconds / 6} seconds`)),
    Effect.andThen(embedded.fault(Fault.status(503).pipe(Fault.times(8))))
  )
  yield* Effect.all([calls, webhooks, events, emit, drops, outage], { concurrency: "unbounded", discard: true })
}).pipe(Effect.provide(client), Effect.timeoutOption(`${seconds} seconds`), Effect.provide(EmbeddedAudian.serve()))

// -----------------------------------------------------------------------------
// Prometheus
// -----------------------------------------------------------------------------

const labels = (attributes: Readonly<Record<string, string>>, more: Readonly<Record<string, string>> = {}): string =>
  `{${Object.entries({ ...attributes, ...more })
    .map(([name, value]) => `${name.replaceAll(".", "_")}=${JSON.stringify(value)}`)
    .join(",")}}`

/** The metrics under the names that Prometheus gives to those received by OTLP. */
const exposition = (snapshots: ReadonlyArray<Metric.Metric.Snapshot>): string =>
  snapshots
    .flatMap((snapshot) => {
      const { unit, ...attributes } = { ...(snapshot.attributes as Record<string, string>) }
      const name = snapshot.id.replaceAll(".", "_") + (unit === "s" ? "_seconds" : "")
      if (snapshot.type === "Counter") return [`${name}_total${labels(attributes)} ${snapshot.state.count}`]
      if (snapshot.type === "Gauge") return [`${name}${labels(attributes)} ${snapshot.state.value}`]
      if (snapshot.type !== "Histogram") return []
      const { buckets, count, sum } = snapshot.state
      return [
        ...buckets.map(([le, value]) => `${name}_bucket${labels(attributes, { le: String(le) })} ${value}`),
        `${name}_bucket${labels(attributes, { le: "+Inf" })} ${count}`,
        `${name}_sum${labels(attributes)} ${sum}`,
        `${name}_count${labels(attributes)} ${count}`
      ]
    })
    .join("\n")
    .concat("\n")

const listen = (handler: () => string) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly port: number; readonly close: () => void }>((resume) => {
      const server = createServer((_, response) => response.end(handler())).listen(0, "127.0.0.1", () => {
        const address = server.address()
        assert(typeof address === "object" && address !== null)
        resume(Effect.succeed({ port: address.port, close: () => void server.close() }))
      })
    }),
    ({ close }) => Effect.sync(close)
  )

const prometheus = Effect.fnUntraced(function* (folder: string, target: number) {
  const free = yield* Effect.scoped(
    Effect.map(
      listen(() => ""),
      ({ port }) => port
    )
  )
  const config = `global: { scrape_interval: 1s }
scrape_configs:
  - job_name: phones
    static_configs: [{ targets: ["127.0.0.1:${target}"] }]
`
  writeFileSync(join(folder, "prometheus.yml"), config)
  yield* Effect.acquireRelease(
    Effect.sync(() =>
      spawn(
        process.env.PROMETHEUS ?? "prometheus",
        [
          `--config.file=${join(folder, "prometheus.yml")}`,
          `--storage.tsdb.path=${join(folder, "data")}`,
          `--web.listen-address=127.0.0.1:${free}`
        ],
        { stdio: "ignore" }
      )
    ),
    (child) => Effect.sync(() => void child.kill())
  )
  return `http://127.0.0.1:${free}`
})

interface Line {
  readonly metric: Readonly<Record<string, string>>
  readonly values: ReadonlyArray<readonly [time: number, value: string]>
}

const query = (url: string, expr: string, start: number, end: number) =>
  Effect.promise(async () => {
    const params = new URLSearchParams({ query: expr, start: String(start), end: String(end), step: "1" })
    const response = await fetch(`${url}/api/v1/query_range?${params}`)
    const { data, error } = (await response.json()) as {
      readonly data?: { readonly result: ReadonlyArray<Line> }
      readonly error?: string
    }
    assert(data !== undefined, `${expr}: ${error}`)
    return data.result
  })

// -----------------------------------------------------------------------------
// pictures
// -----------------------------------------------------------------------------

interface Panel {
  readonly title: string
  readonly type: string
  readonly gridPos: Readonly<Record<"h" | "w" | "x" | "y", number>>
  readonly fieldConfig: {
    readonly defaults: {
      readonly unit: string
      readonly mappings?: ReadonlyArray<{ readonly options: Readonly<Record<string, { readonly text: string }>> }>
    }
  }
  readonly targets: ReadonlyArray<{ readonly expr: string; readonly legendFormat: string }>
}

const colors = ["#73bf69", "#f2cc0c", "#5794f2", "#ff780a", "#f2495c", "#b877d9", "#8ab8ff"]

const format = (value: number, unit: string): string =>
  unit === "percentunit"
    ? `${(value * 100).toFixed(0)} %`
    : unit === "s"
      ? `${(value * 1000).toFixed(0)} ms`
      : `${value.toFixed(value < 10 ? 1 : 0)}${unit === "none" ? "" : "/s"}`

const drawPanel = (
  panel: Panel,
  lines: ReadonlyArray<Line & { readonly legend: string }>,
  start: number,
  end: number
) => {
  const { fieldConfig, gridPos, title, type } = panel
  const { mappings, unit } = fieldConfig.defaults
  const style = `grid-column:${gridPos.x + 1}/span ${gridPos.w};grid-row:${gridPos.y + 1}/span ${gridPos.h}`
  const numbers = lines.map(({ values }) => values.map(([time, value]) => [time, Number(value)] as const))
  const top = Math.max(...numbers.flat().map(([, value]) => (Number.isFinite(value) ? value : 0)), 1e-9) * 1.1
  if (type === "stat") {
    const last = numbers[0]?.at(-1)?.[1] ?? Number.NaN
    const text = mappings?.[0]?.options[String(last)]?.text ?? format(last, unit)
    return `<div style="${style}"><h2>${title}</h2><b>${text}</b></div>`
  }
  const paths = numbers.map((points, i) => {
    const drawn = points.filter(([, value]) => Number.isFinite(value))
    const d = drawn.map(([time, value], n) => {
      const x = ((time - start) / (end - start)) * 400
      return `${n === 0 ? "M" : "L"}${x.toFixed(1)} ${(130 - (value / top) * 126).toFixed(1)}`
    })
    return `<path d="${d.join("")}" stroke="${colors[i % colors.length]}" fill="none" stroke-width="1.4"/>`
  })
  const legend = lines.map(
    ({ legend }, i) => `<i style="color:${colors[i % colors.length]}">${legend || "success"}</i>`
  )
  return `<div style="${style}"><h2>${title} <small>max ${format(top / 1.1, unit)}</small></h2>
<svg viewBox="0 0 400 132" preserveAspectRatio="none">${paths.join("")}</svg><p>${legend.join("")}</p></div>`
}

const page = (body: string): string => `<!doctype html><meta charset="utf-8"><style>
body{margin:0;padding:12px;background:#111217;color:#ccccdc;font:13px sans-serif}
main{display:grid;grid-template-columns:repeat(24,1fr);grid-auto-rows:24px;gap:4px 6px}
div{background:#181b1f;border:1px solid #24272d;padding:6px 8px;overflow:hidden;display:flex;flex-direction:column}
h2{font-size:13px;font-weight:500;margin:0 0 4px}small{color:#8e8e99;font-weight:400}svg{flex:1;min-height:0;width:100%}
p{margin:2px 0 0}i{font-style:normal;margin-right:12px;font-size:11px}b{font-size:34px;margin:auto;color:#73bf69}
pre{font:13px/1.45 monospace;background:#181b1f;padding:12px;margin:0;color:#9fd39a}</style>${body}`

const screenshot = (folder: string, name: string, body: string, width: number, height: number) =>
  Effect.callback<void>((resume) => {
    const file = join(folder, `${name}.html`)
    writeFileSync(file, page(body))
    const args = [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--hide-scrollbars",
      `--window-size=${width},${height}`
    ]
    const picture = `--screenshot=${resolve(`docs/${name}.png`)}`
    execFile(process.env.CHROMIUM ?? "chromium", [...args, picture, `file://${file}`], (error) =>
      resume(error === null ? Effect.void : Effect.die(error))
    )
  })

const main = Effect.gen(function* () {
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "observability-"))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  )

  yield* Effect.provideService(program, Metric.MetricRegistry, new Map())
  const { spans } = yield* Collector.Collector
  const trace = Collector.draw(spans, spans.find(({ name }) => name === "nightly report")!, 60)
  yield* screenshot(folder, "trace", `<pre>${trace}</pre>`, 1280, 270)

  const context = yield* Effect.context<never>()
  const { port } = yield* listen(() => exposition(Metric.snapshotUnsafe(context)))
  const url = yield* prometheus(folder, port)
  const start = (yield* Clock.currentTimeMillis) / 1000
  yield* scenario
  const end = (yield* Clock.currentTimeMillis) / 1000

  const { panels } = JSON.parse(readFileSync("examples/observability/dashboard.json", "utf8")) as {
    readonly panels: ReadonlyArray<Panel>
  }
  const drawn = yield* Effect.forEach(panels, (panel) =>
    Effect.gen(function* () {
      const results = yield* Effect.forEach(panel.targets, ({ expr, legendFormat }) => {
        const concrete = expr.replaceAll("$__rate_interval", "10s").replaceAll(/\$\w+/g, ".*")
        return Effect.map(query(url, concrete, start, end), (lines) =>
          lines.map((line) => ({
            ...line,
            legend: legendFormat.replaceAll(/\{\{(\w+)\}\}/g, (_, label: string) => line.metric[label] ?? "")
          }))
        )
      })
      const lines = results.flat()
      yield* Console.log(`${lines.length === 0 ? "nothing" : `${lines.length} lines`}: ${panel.title}`)
      return { lines, drawn: drawPanel(panel, lines, start, end), title: panel.title }
    })
  )
  // The embedded server has no token bucket of the engine.
  const empty = drawn.filter(({ lines }) => lines.length === 0).map(({ title }) => title)
  assert.deepEqual(
    empty.filter((title) => title !== "Engine tokens left"),
    []
  )
  yield* screenshot(folder, "dashboard", `<main>${drawn.map(({ drawn }) => drawn).join("")}</main>`, 1280, 1150)
}).pipe(Effect.scoped, Effect.provide(Collector.layer))

NodeRuntime.runMain(main)
