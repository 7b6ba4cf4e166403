/**
 * Runs the snippets of the documents that are only fenced as `ts`: those that show a part of a program, and so neither
 * provide their client nor call their functions. A snippet fenced as `ts run` is run by `docs.test.ts`.
 */

import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import * as tls from "node:tls"
import { pathToFileURL } from "node:url"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { LanguageModel } from "effect/ai"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpRouter from "effect/http/HttpRouter"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"
import * as Redis from "effect/persistence/Redis"
import type * as Scope from "effect/Scope"
import * as Sink from "effect/Sink"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import type { WebSocketConstructor } from "effect/socket/Socket"
import { TestClock, TestConsole } from "effect/testing"
import {
  Account,
  Audian,
  AudianError,
  type Bulk,
  CircuitBreaker,
  Fax,
  Telemetry as Metrics,
  Numbers,
  Ports,
  RateLimit,
  Retry,
  WebhookReceiver
} from "effect-audian"
import { EmbeddedAudian, Fault, Requests, WebhookTest } from "effect-audian/testing"
import { fencesOf } from "../scripts/fences.ts"
import { version } from "../src/internal/version.ts"
import { number, paced, portRequest } from "./support/embedded.ts"
import * as Telemetry from "./support/telemetry.ts"

/** The snippets that are not run, each with the reason. */
const notRun: Readonly<Record<string, string>> = {
  "docs/embedded.md 1": "It listens on port 8443 until it is killed. `test/bin.system.test.ts` starts the same server.",
  "docs/programs.md 6":
    "It enables a compiler for the whole process. `test/compiledSchemas.system.test.ts` compares a process that has it.",
  "docs/reliability.md 5": "It needs a Redis. `test/fleet/redis.system.test.ts` runs a fleet on one."
}

type Exports = Readonly<Record<string, unknown>>

type Services =
  | Audian.Audian
  | EmbeddedAudian.EmbeddedAudian
  | WebSocketConstructor
  | FileSystem.FileSystem
  | Path.Path
  | Scope.Scope

type Program = Effect.Effect<unknown, unknown, Services>

interface Run {
  readonly server?: Parameters<typeof EmbeddedAudian.layer>[0]
  readonly test: (exports: Exports) => Program
}

// The compiler has checked the types of a snippet. Here its exports are values of a module that was just written.
const effect = (u: unknown) => u as Program
const layer = <A = Audian.Audian, R = never>(u: unknown) => u as Layer.Layer<A, unknown, R>
const stream = (u: unknown) => u as Stream.Stream<unknown, unknown, Services>
const call = <A = Program>(u: unknown, ...args: ReadonlyArray<unknown>) =>
  (u as (...args: ReadonlyArray<unknown>) => A)(...args)

// -----------------------------------------------------------------------------
// stand-ins
// -----------------------------------------------------------------------------

const key = "sk_test_embedded"

/** The code of a snippet, with values in the place of those that its reader would write. */
const filled = (code: string): string =>
  code
    .replaceAll("sk_live_…", key)
    .replaceAll("whsec_…", "whsec_test")
    .replaceAll('secret: "…"', 'secret: "hook_key"')
    .replaceAll("fax_abc123", "fax_000001")
    .replaceAll("port_abc123", "port_000001")
    // The test runs the program.
    .replace(/^Effect\.runPromise\(/m, "export const main = (")

/** A file system whose relative paths are those of a folder of its own. */
const folder = Layer.effectContext(
  Effect.gen(function* () {
    const context = yield* Layer.build(NodeServices.layer)
    const fs = Context.get(context, FileSystem.FileSystem)
    const root = yield* fs.makeTempDirectoryScoped()
    const within = (u: unknown) => (typeof u === "string" && !u.startsWith("/") ? join(root, u) : u)
    const own = new Proxy(fs, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name)
        return typeof value !== "function"
          ? value
          : (...args: ReadonlyArray<unknown>) => Reflect.apply(value, target, args.map(within))
      }
    })
    yield* own.writeFile("offer.pdf", new TextEncoder().encode("%PDF-1.7"))
    return Context.add(context, FileSystem.FileSystem, own)
  })
)

/** A `fetch` that sends to the embedded server what is for the API, and keeps what is for another host. */
const fetchTo = (baseUrl: string) => {
  const others: Array<string> = []
  const stub: typeof fetch = async (input, init) => {
    const url = String(input instanceof Request ? input.url : input)
    const own = url.replace("https://api.audian.com:8443", baseUrl)
    if (own.startsWith(baseUrl)) return fetch(own, init)
    others.push(`${url} ${await new Response(init?.body).text()}`)
    return new Response("{}", { headers: { "content-type": "application/json" } })
  }
  return { stub, others }
}

/** Runs a program over the sockets of an embedded server, which is where the API would be. */
const atTheApi = <A, E, R>(run: (others: ReadonlyArray<string>) => Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const { baseUrl } = yield* EmbeddedAudian.EmbeddedAudian
    const { others, stub } = fetchTo(baseUrl)
    return yield* paced(run(others)).pipe(
      Effect.provide(FetchHttpClient.layer),
      Effect.provideService(FetchHttpClient.Fetch, stub)
    )
  }).pipe(Effect.provide(EmbeddedAudian.serve()))

/** Calls the API with each of the clients. */
const clients = (...layers: ReadonlyArray<unknown>) =>
  atTheApi(() =>
    Effect.forEach(layers, (one) =>
      Effect.gen(function* () {
        const { total } = yield* Numbers.list().pipe(Effect.provide(layer<Audian.Audian, never>(one)))
        assert.strictEqual(total, 0)
      })
    )
  )

const build = (...layers: ReadonlyArray<unknown>) => Effect.forEach(layers, (one) => Layer.build(layer(one)))

/** The environment variables of a program. */
const env = (variables: Readonly<Record<string, string>>) => ConfigProvider.layer(ConfigProvider.fromUnknown(variables))

const fault = (...faults: ReadonlyArray<Fault.Data>) =>
  Effect.flatMap(EmbeddedAudian.EmbeddedAudian, (embedded) => embedded.fault(...faults))

/** Runs the effects of a snippet one after the other. */
const all = (...effects: ReadonlyArray<unknown>): Program => paced(Effect.forEach(effects, effect))

const isOwned = (expected: boolean) =>
  Effect.map(Numbers.list(), ({ total }) => assert.strictEqual(total, expected ? 1 : 0))

/** A purchase that is executed, and whose response never comes. */
const silent = Fault.hang.pipe(Fault.executed, Fault.on(Numbers.purchase))

// -----------------------------------------------------------------------------
// the snippets
// -----------------------------------------------------------------------------

const crm = { id: "crm-42", since: "2026-01-02T00:00:00.000Z" }

/** A device with fields of one's own under any id, after a second. */
const device = Fault.respond({
  status: 200,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ data: { id: "d1", name: "Desk", crm }, metadata: {} })
}).pipe(Fault.and(Fault.delay("1 second")), Fault.on(Account.Devices.get), Fault.times(9))

/** A client for files of a disk, for which the clock of a test does not wait. */
const patient = { client: { timeout: { attempt: "10 days", total: "10 days" } } } as const

const event = { event: "call.completed", data: { call_id: "call_1", duration: 125 } }

/** Sends a delivery to the routes of a snippet. */
const deliver = (app: unknown, request: Effect.Effect<Request>, secret: Readonly<Record<string, string>> = {}) =>
  Effect.gen(function* () {
    const { dispose, handler } = HttpRouter.toWebHandler(
      Layer.provide(layer<never, HttpRouter.HttpRouter>(app), env(secret)) as Layer.Layer<
        never,
        unknown,
        HttpRouter.HttpRouter
      >,
      { disableLogger: true }
    )
    yield* Effect.addFinalizer(() => Effect.promise(dispose))
    const made = yield* TestClock.withLive(request)
    return (yield* Effect.promise(() => handler(made))).status
  })

const received = (receiver: unknown, secret: string) =>
  Effect.gen(function* () {
    const delivery = yield* WebhookTest.delivery(event, { secret })
    const { event: name } = yield* Effect.provide(
      WebhookReceiver.fromRequest(delivery),
      layer<WebhookReceiver.WebhookReceiver>(receiver)
    )
    assert.strictEqual(name, "call.completed")
  })

const runs: Readonly<Record<string, Run>> = {
  "README.md 1": {
    test: ({ main }) =>
      atTheApi(() =>
        Effect.gen(function* () {
          yield* effect(main)
          // The number is mine already.
          yield* effect(main)
          yield* Requests.assertCount(Numbers.purchase, 2)
        })
      )
  },
  "README.md 3": {
    server: { faults: [Fault.status(500).pipe(Fault.times(5))] },
    test: ({ tolerant }) =>
      Effect.gen(function* () {
        assert.isUndefined(yield* paced(effect(tolerant)))
        yield* Requests.assertCount(Numbers.list, 5)
        yield* fault(Fault.hang.pipe(Fault.times(5)))
        assert.isUndefined(yield* paced(effect(tolerant), "10 seconds"))
        assert.deepInclude(yield* effect(tolerant), { total: 0 })
      })
  },
  "docs/agents.md 1": {
    test: ({ program }) =>
      Effect.gen(function* () {
        const model = yield* LanguageModel.make({
          generateText: ({ tools }) =>
            Effect.succeed([
              { type: "tool-call", id: "call_1", name: tools[0]!.name, params: { status: "suspended" } },
              { type: "finish", reason: "tool-calls", usage: { inputTokens: {}, outputTokens: {} } }
            ] as never),
          streamText: () => Stream.empty
        })
        yield* Effect.provideService(effect(program), LanguageModel.LanguageModel, model)
        yield* Requests.assertCount(Numbers.list, 1, { status: "suspended" })
      })
  },
  "docs/agents.md 2": {
    test: ({ audian }) =>
      Effect.gen(function* () {
        const { layer, toolkit } = audian as {
          readonly layer: Layer.Layer<never, never, Audian.Audian>
          readonly toolkit: Effect.Effect<{
            readonly handle: (tool: string, input: object) => Effect.Effect<Stream.Stream<unknown, unknown, Services>>
          }>
        }
        const questions: Array<string> = []
        Object.assign(globalThis, { ask: (question: string) => Effect.sync(() => questions.push(question) > 1) })
        yield* Effect.addFinalizer(() => Effect.sync(() => Reflect.deleteProperty(globalThis, "ask")))
        const { handle } = yield* Effect.provide(toolkit, layer)
        const buy = handle("Numbers_purchase", { number }).pipe(
          Effect.flatMap(Stream.runCollect),
          Effect.provide(layer)
        )
        yield* effect(buy)
        yield* isOwned(false)
        yield* effect(buy)
        yield* isOwned(true)
        assert.match(questions[0]!, /^Buys a number.*\+14155551234.* Cost: /)
      })
  },
  "docs/agents.md 3": {
    test: ({ server }) =>
      Effect.gen(function* () {
        const message = JSON.stringify({
          jsonrpc: "2.0",
          id: 1,
          method: "initialize",
          params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1" } }
        })
        const written = yield* Deferred.make<string>()
        const stdio = Stdio.layerTest({
          stdin: Stream.concat(Stream.succeed(new TextEncoder().encode(`${message}\n`)), Stream.never),
          // biome-ignore lint/suspicious/useIterableCallbackReturn: it returns an Effect.
          stdout: () => Sink.forEach((part) => Deferred.succeed(written, String(part)))
        })
        yield* Layer.launch(layer<never, Stdio.Stdio | Audian.Audian>(server)).pipe(
          Effect.provide(stdio),
          Effect.forkScoped
        )
        assert.include(yield* Deferred.await(written), '"name":"numbers"')
      })
  },
  "docs/bulk.md 1": {
    server: { numbers: ["+14155559999"] },
    test: ({ buyAll }) =>
      Effect.gen(function* () {
        const path = join(mkdtempSync(join(tmpdir(), "effect-audian-bulk-")), "purchases.jsonl")
        const buy = call<Effect.Effect<Bulk.Report<string, AudianError.AudianError>, unknown, Audian.Audian>>(
          buyAll,
          [number, "+14155559999"],
          path
        )
        yield* fault(Fault.hang.pipe(Fault.on(Numbers.purchase)))
        const first = yield* paced(buy, "1 second")
        assert.deepInclude(first, { done: 1 })
        assert.strictEqual(first.unknown.length, 1)
        // A second run at once leaves it open, and buys nothing.
        assert.strictEqual((yield* buy).unknown.length, 1)
        yield* Requests.assertCount(Numbers.purchase, 2)
        yield* TestClock.adjust("11 minutes")
        assert.deepInclude(yield* buy, { done: 1, skipped: 1, unknown: [] })
      })
  },
  "docs/caching.md 2": {
    server: { faults: [device] },
    test: ({ program }) =>
      Effect.gen(function* () {
        assert.lengthOf((yield* paced(effect(program))) as ReadonlyArray<unknown>, 3)
        yield* Requests.assertCount(Account.Devices.get, 2)
      })
  },
  "docs/documents.md 2": {
    test: ({ rename }) =>
      Effect.gen(function* () {
        const { id } = yield* Account.Devices.create({ name: "Desk" })
        assert.propertyVal(yield* call(rename, id, "Front desk"), "name", "Front desk")
      })
  },
  "docs/documents.md 3": {
    server: { faults: [device] },
    test: ({ modify, since }) =>
      Effect.gen(function* () {
        assert.strictEqual(DateTime.formatIso((yield* paced(effect(since))) as DateTime.Utc), crm.since)
        const { clearFaults } = yield* EmbeddedAudian.EmbeddedAudian
        yield* clearFaults
        const { id } = yield* Account.Devices.create({ name: "Desk", ...{ crm } })
        yield* call(modify, { device_id: id }, (device: object) => ({ ...device, name: "Front desk" }))
        assert.deepInclude(yield* Account.Devices.get({ device_id: id! }), { name: "Front desk", ...{ crm } })
      })
  },
  "docs/documents.md 4": {
    server: { faults: [device] },
    test: ({ created }) => Effect.map(paced(effect(created)), (metadata) => assert.deepStrictEqual(metadata, {}))
  },
  "docs/errors.md 1": {
    test: ({ count }) =>
      Effect.gen(function* () {
        yield* fault(Fault.status(502).pipe(Fault.times(3)))
        assert.strictEqual(yield* paced(effect(count)), 0)
        yield* fault(Fault.status(403))
        assert.strictEqual(yield* effect(count), 0)
        yield* Numbers.purchase({ number })
        assert.strictEqual(yield* effect(count), 1)
        yield* fault(Fault.status(401))
        assert.include(String(yield* Effect.exit(effect(count))), "Refresh the key")
      })
  },
  "docs/errors.md 2": {
    test: ({ careful }) =>
      Effect.gen(function* () {
        yield* fault(Fault.status(503).pipe(Fault.times(3), Fault.on(Numbers.purchase)))
        assert.isUndefined(yield* paced(effect(careful)))
        yield* fault(Fault.reset.pipe(Fault.executed, Fault.on(Numbers.purchase)))
        assert.isUndefined(yield* effect(careful))
        yield* isOwned(true)
      })
  },
  "docs/errors.md 3": {
    test: ({ purchase }) =>
      Effect.gen(function* () {
        yield* effect(purchase)
        yield* Requests.assertCount(Account.PhoneNumbers.purchase, 2)
      })
  },
  "docs/errors.md 4": {
    test: ({ fromJson, toJson }) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(Numbers.getConfig({ number_id: "num_unknown" }))
        const json = JSON.stringify(call<unknown>(toJson, error))
        const copy = call<AudianError.AudianError>(fromJson, JSON.parse(json))
        assert.isTrue(copy instanceof AudianError.NotFound)
        assert.deepInclude(copy, { _tag: "NotFound", outcome: error.outcome, requestId: error.requestId })
      })
  },
  "docs/events.md 1": {
    test: ({ program }) =>
      Effect.gen(function* () {
        const { baseUrl, emit, sockets } = yield* EmbeddedAudian.EmbeddedAudian
        const variables = env({ AUDIAN_API_KEY: key, AUDIAN_BASE_URL: baseUrl })
        const until = <E, R>(self: Effect.Effect<boolean, E, R>) => paced(Effect.repeat(self, { until: (is) => is }))
        yield* Effect.forkScoped(Effect.provide(effect(program), variables))
        yield* until(Effect.map(sockets, (open) => open === 1))
        yield* emit({ name: "call.CHANNEL_CREATE", data: { call_id: "call_1" } })
        yield* until(Effect.map(TestConsole.logLines, (lines) => lines.flat().join(" ").includes("ringing call_1")))
      }).pipe(Effect.provide([EmbeddedAudian.serve(), TestConsole.layer]))
  },
  "docs/files.md 1": {
    server: patient,
    test: ({ forward, fromDisk, fromMemory }) =>
      Effect.gen(function* () {
        const { receiveFax } = yield* EmbeddedAudian.EmbeddedAudian
        const id = yield* receiveFax({ from: "+12125550100", to: number })
        yield* all(fromDisk, call(fromMemory, new TextEncoder().encode("%PDF-1.7")), call(forward, id))
        const sent = (yield* Requests.of(Fax.send)).map(({ input }) => input?.file)
        assert.deepStrictEqual(
          sent.map((file) => (file as { readonly name: string }).name),
          ["offer.pdf", "offer.pdf", "fax.pdf"]
        )
      })
  },
  "docs/files.md 2": {
    server: patient,
    test: ({ retried, saved }) =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const { receiveFax } = yield* EmbeddedAudian.EmbeddedAudian
        yield* receiveFax({ from: "+12125550100", to: number, bytes: new Uint8Array(300_000) })
        yield* all(saved)
        assert.strictEqual((yield* fs.readFile("fax.pdf")).byteLength, 300_000)
        // The stream fails after the call has succeeded.
        yield* fault(Fault.cutOff.pipe(Fault.on(Fax.downloadReceived)))
        yield* all(retried)
        yield* Requests.assertCount(Fax.downloadReceived, 3)
      })
  },
  "docs/files.md 3": {
    server: patient,
    test: ({ download, upload }) =>
      Effect.gen(function* () {
        const { receiveFax } = yield* EmbeddedAudian.EmbeddedAudian
        yield* receiveFax({ from: "+12125550100", to: number, bytes: new Uint8Array(2000) })
        yield* all(download, upload)
        const lines = (yield* TestConsole.logLines).map(String)
        assert.include(lines, "2000 of 2000")
        assert.include(lines, "8 of 8")
      }).pipe(Effect.provide(TestConsole.layer))
  },
  "docs/files.md 4": {
    server: patient,
    test: ({ fax, port }) =>
      Effect.gen(function* () {
        assert.propertyVal(yield* paced(effect(fax), "5 seconds"), "status", "sent")
        yield* Ports.create(portRequest)
        yield* paced(effect(port), "1 hour")
        assert.strictEqual((yield* TestConsole.logLines).at(-1), "completed")
      }).pipe(Effect.provide(TestConsole.layer))
  },
  "docs/layers.md 3": {
    server: { faults: [silent] },
    test: ({ bought }) =>
      Effect.gen(function* () {
        assert.propertyVal(yield* paced(effect(bought), "1 second"), "_tag", "Done")
        yield* Requests.assertCount(Numbers.purchase, 1)
      })
  },
  "docs/layers.md 6": { test: ({ program }) => atTheApi(() => effect(program)) },
  "docs/observability.md 1": {
    test: ({ live }) =>
      atTheApi((others) =>
        Effect.gen(function* () {
          yield* Effect.provide(Numbers.list(), layer(live))
          assert.include(others.join(), "http://localhost:4318/v1/traces")
          assert.include(others.join(), "Audian.Numbers.list")
        })
      )
  },
  "docs/observability.md 2": {
    test: ({ ofTenant }) =>
      Effect.gen(function* () {
        const telemetry = Telemetry.exporter()
        yield* Effect.provide(effect(ofTenant), telemetry.layer)
        const [series] = telemetry.series(Metrics.calls)
        assert.propertyVal(series?.attributes, "tenant", "north")
      })
  },
  "docs/observability.md 3": {
    test: ({ program }) =>
      atTheApi(() =>
        Effect.gen(function* () {
          const telemetry = Telemetry.exporter()
          yield* Effect.provide(effect(program), [telemetry.layer, Audian.layerFetch({ apiKey: key })])
          const page = readFileSync("docs/observability.md", "utf8")
          const shown = /^```\n(Numbers\.list: sends [\s\S]*?)\n```$/m.exec(page)?.[1]
          assert.include(
            telemetry.lines.map(({ message }) => message.replaceAll(`/${version}`, "/0.1.0")),
            shown
          )
        })
      )
  },
  "docs/observability.md 5": {
    test: ({ quiet }) =>
      atTheApi(() =>
        Effect.gen(function* () {
          const { layer: exporter, spans } = Telemetry.exporter()
          yield* Effect.provide(Numbers.list(), [layer(quiet), exporter])
          assert.deepStrictEqual(
            spans.filter(({ name }) => name.includes("umbers")).map(({ name }) => name),
            ["GET /v2/numbers"]
          )
        })
      )
  },
  "docs/paging.md 1": {
    test: ({ active, fast, fastYear, some, year }) =>
      Effect.gen(function* () {
        yield* TestClock.setTime(Date.UTC(2025, 0, 1))
        yield* Numbers.purchase({ number })
        yield* effect(active)
        assert.deepInclude(yield* effect(some), { isComplete: true })
        for (const all of [fast, fastYear, year]) yield* Stream.runCollect(stream(all))
        // A year of windows of 31 days and an hour, each of them once and once more.
        yield* Requests.assertCount(Account.Cdrs.list, 24)
      })
  },
  "docs/paging.md 3": {
    test: ({ phones }) =>
      Effect.gen(function* () {
        const fields = { owner_id: "user_abc123", sip: { method: "password" as const } }
        yield* Account.Devices.create({
          name: "A",
          ...fields,
          device_type: "softphone",
          mac_address: "00:11:22:33:44:55"
        })
        yield* Account.Devices.create({ name: "B", ...fields, device_type: "softphone" })
        yield* Account.Devices.create({ name: "C", ...fields, device_type: "fax", mac_address: "00:11:22:33:44:56" })
        const found = (yield* effect(phones)) as ReadonlyArray<{ readonly name: string }>
        assert.deepStrictEqual(
          found.map(({ name }) => name),
          ["A"]
        )
      })
  },
  "docs/proxies.md 2": { test: ({ direct, throughProxy }) => build(direct, throughProxy) },
  "docs/proxies.md 3": {
    test: ({ live }) =>
      Effect.provide(
        build(live),
        env({ AUDIAN_API_KEY: key, CA_PEM: tls.rootCertificates[0]!, CERT_PEM: "cert", KEY_PEM: "key" })
      )
  },
  "docs/reliability.md 1": { test: ({ client }) => clients(client) },
  "docs/reliability.md 2": {
    server: {
      quota: { limit: 1, window: "1 minute" },
      client: { rateLimit: RateLimit.limiter({ maxWait: "10 seconds" }) }
    },
    test: ({ client, look, numbers }) =>
      Effect.gen(function* () {
        yield* effect(numbers)
        const error = yield* Effect.flip(effect(numbers))
        assert.deepInclude(error, { _tag: "AudianClientError", outcome: "not-executed" })
        yield* Requests.assertCount(Numbers.list, 1)
        yield* effect(look)
        yield* clients(client)
      })
  },
  "docs/reliability.md 4": {
    server: {
      faults: [Fault.status(500).pipe(Fault.times(5))],
      client: { circuitBreaker: CircuitBreaker.make() }
    },
    test: ({ client, look, numbers }) =>
      Effect.gen(function* () {
        const { layer, lines } = Telemetry.exporter()
        // Three attempts, then two: the breaker opens, and the call keeps the error of the server.
        for (let i = 0; i < 2; i++) {
          assert.propertyVal(yield* Effect.flip(paced(effect(numbers))), "_tag", "InternalServerError")
        }
        assert.deepStrictEqual(yield* paced(effect(numbers)), { numbers: [] })
        yield* Effect.provide(effect(look), layer)
        assert.strictEqual(lines.at(-1)?.message, "Open")
        yield* clients(client)
      })
  },
  "docs/reliability.md 6": {
    server: { faults: [silent] },
    test: ({ buy }) =>
      Effect.gen(function* () {
        const { layer, lines } = Telemetry.exporter()
        yield* Effect.provide(paced(effect(buy), "1 second"), layer)
        assert.match(lines.at(-1)!.message, /^bought as num_/)
        yield* Requests.assertCount(Numbers.purchase, 1)
      })
  },
  "docs/reliability.md 7": {
    test: ({ down, lost }) =>
      Effect.gen(function* () {
        yield* effect(lost)
        const error = yield* Numbers.list().pipe(Retry.withPolicy(Retry.none), Effect.flip, Effect.provide(layer(down)))
        assert.strictEqual((error as AudianError.AudianError)._tag, "ServiceUnavailable")
      })
  },
  "docs/retry.md 1": {
    test: ({ client, patient }) =>
      Effect.gen(function* () {
        yield* fault(Fault.status(503).pipe(Fault.times(10)))
        yield* paced(effect(patient), "1 second")
        yield* Requests.assertCount(Numbers.list, 11)
        yield* clients(client)
      })
  },
  "docs/retry.md 2": {
    server: { faults: [Fault.status(500).pipe(Fault.times(3))] },
    test: ({ bought }) =>
      Effect.gen(function* () {
        yield* effect(bought)
        yield* Requests.assertCount(Numbers.purchase, 4)
      })
  },
  "docs/retry.md 3": {
    server: { faults: [Fault.status(503).pipe(Fault.times(1000))] },
    test: ({ numbers, spaced }) =>
      Effect.gen(function* () {
        const elapsed = (self: Program) =>
          Effect.map(Effect.timed(Effect.flip(paced(self, "1 second"))), ([time]) => time)
        const ofTen = yield* elapsed(Retry.withPolicy(Numbers.list(), spaced as Retry.Policy))
        assert.isAtLeast(Duration.toSeconds(ofTen), 45)
        yield* Requests.assertCount(Numbers.list, 10)
        const ofAnHour = yield* elapsed(effect(numbers))
        assert.isAtLeast(Duration.toMinutes(ofAnHour), 60)
      })
  },
  "docs/retry.md 4": {
    test: ({ bought, numbers }) =>
      Effect.gen(function* () {
        yield* fault(Fault.status(503).pipe(Fault.times(10)))
        yield* paced(effect(bought), "10 seconds")
        yield* fault(Fault.status(503).pipe(Fault.times(10)))
        assert.lengthOf((yield* paced(Stream.runCollect(stream(numbers)), "1 second")) as ReadonlyArray<unknown>, 1)
      })
  },
  "docs/webhooks.md 1": {
    test: ({ app }) =>
      Effect.gen(function* () {
        const request = WebhookTest.request(event, { secret: "whsec_test" })
        assert.strictEqual(yield* deliver(app, request, { AUDIAN_WEBHOOK_SECRET: "whsec_test" }), 200)
        const forged = WebhookTest.request(event, { secret: "whsec_wrong" })
        assert.strictEqual(yield* deliver(app, forged, { AUDIAN_WEBHOOK_SECRET: "whsec_test" }), 401)
      })
  },
  "docs/webhooks.md 2": {
    test: ({ byHand, check, handler, one, reply }) =>
      Effect.gen(function* () {
        const request = WebhookTest.request(event, { secret: "whsec_test" })
        const handle = (yield* effect(handler)) as (request: Request) => Promise<Response>
        const made = yield* request
        assert.strictEqual((yield* Effect.promise(() => handle(made))).status, 200)
        assert.propertyVal(yield* call(one, yield* request), "event", "call.completed")
        for (const f of [byHand, check, reply]) {
          const { body, headers } = yield* WebhookTest.delivery(event, { secret: "whsec_test" })
          const result = yield* call(f, headers, body)
          if (f === reply) assert.propertyVal(result, "status", 200)
        }
      }).pipe(Effect.provide(WebhookReceiver.layer({ secret: "whsec_test" })))
  },
  "docs/webhooks.md 3": {
    test: ({ receiver }) => Effect.andThen(received(receiver, "whsec_first"), received(receiver, "whsec_second"))
  },
  "docs/webhooks.md 4": {
    test: ({ receiver }) => Effect.andThen(received(receiver, "whsec_new"), received(receiver, "whsec_old"))
  },
  "docs/webhooks.md 5": {
    test: ({ receiver }) =>
      Effect.gen(function* () {
        const sent: Array<string> = []
        // The store uses only `send` of the service.
        const send = (...command: ReadonlyArray<string>) =>
          Effect.sync(() => (sent.push(command.join(" ")) > 0 ? "OK" : ""))
        yield* Effect.provideService(received(receiver, "whsec_test"), Redis.Redis, { send } as never)
        assert.include(sent.join("\n"), "SET webhooks:")
      })
  },
  "docs/webhooks.md 6": {
    test: ({ app, register }) =>
      Effect.gen(function* () {
        yield* call(register, "hook_key")
        const request = Effect.map(
          WebhookTest.engine("channel_destroy", { call_id: "call_1" }, { secret: "hook_key" }),
          (delivery) => new Request("https://localhost/hooks", { method: "POST", ...delivery })
        )
        assert.strictEqual(yield* deliver(app, request), 200)
      })
  }
}

// -----------------------------------------------------------------------------
// the run
// -----------------------------------------------------------------------------

const out = ".snippets-run-parts"
rmSync(out, { recursive: true, force: true })
mkdirSync(out)

const snippets = globSync(["*.md", "docs/*.md"])
  .toSorted()
  .flatMap((file) => {
    const parts = fencesOf(file).flatMap(({ code, isRun }, index) => (isRun ? [] : [{ code, index: index + 1 }]))
    return parts.map(({ code, index }) => {
      const path = resolve(out, `${file.replace(/\W/g, "-")}-${index}.ts`)
      return { name: `${file} ${index}`, code, path }
    })
  })
for (const { code, path } of snippets) writeFileSync(path, filled(code))

describe("the snippets that show a part", () => {
  for (const { name, path } of snippets) {
    const run = runs[name]
    if (run === undefined) continue
    it.effect(name, () =>
      Effect.gen(function* () {
        const exports = (yield* Effect.promise(() => import(/* @vite-ignore */ pathToFileURL(path).href))) as Exports
        yield* run.test(exports)
      }).pipe(Effect.provide([EmbeddedAudian.layer(run.server), folder]), Effect.scoped)
    )
  }

  it("each is run, or has a reason", () => {
    const known = [...Object.keys(runs), ...Object.keys(notRun)].toSorted()
    assert.deepStrictEqual(snippets.map(({ name }) => name).toSorted(), known)
    console.log(`snippets: ${Object.keys(runs).length} parts are run, ${Object.keys(notRun).length} are not`)
  })
})
