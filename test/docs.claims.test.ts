/**
 * The claims of the documents that no other test shows, by page.
 */
import { existsSync, globSync, readFileSync } from "node:fs"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import * as Effects from "effect"
import * as Cause from "effect/Cause"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Metric from "effect/Metric"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import * as Package from "effect-audian"
import {
  Account,
  Audian,
  AudianError,
  Cached,
  Calls,
  CircuitBreaker,
  Events,
  Fax,
  Files,
  Telemetry as Metrics,
  Numbers,
  RateLimit,
  Reconcile,
  Retry,
  Status
} from "effect-audian"
import * as Ai from "effect-audian/ai"
import * as Node from "effect-audian/node"
import * as Testing from "effect-audian/testing"
import { AudianTest, EmbeddedAudian, Fault, Requests } from "effect-audian/testing"
import * as Failure from "../src/bin/failure.ts"
import * as Machine from "./faults/machine.ts"
import { number, paced } from "./support/embedded.ts"
import { settle } from "./support/http.ts"
import * as Telemetry from "./support/telemetry.ts"

const embedded = (options?: Parameters<typeof EmbeddedAudian.layer>[0]) => Effect.provide(EmbeddedAudian.layer(options))

const fault = (...faults: ReadonlyArray<Fault.Data>) =>
  Effect.flatMap(EmbeddedAudian.EmbeddedAudian, (embedded) => embedded.fault(...faults))

/** A server that fails every request. */
const down = Fault.status(503).pipe(Fault.times(10_000))

const reasonOf = (error: AudianError.AudianError) =>
  error._tag === "AudianClientError" ? error.reason._tag : error._tag

/** The layer of a client, as a program that calls nothing builds it. */
const built = <E>(layer: Layer.Layer<Audian.Audian, E>) => Effect.exit(Effect.scoped(Layer.build(layer)))

const environment = (env: Readonly<Record<string, string>>) =>
  Effect.provide(ConfigProvider.layer(ConfigProvider.fromUnknown(env)))

/** The pages that are written by hand. */
const pages = globSync(["*.md", "llms.txt", "docs/*.md", "ai-docs/*.md", "examples/**/*.md"], {
  exclude: ["**/node_modules/**"]
})
  .toSorted()
  .map((file) => ({ file, text: readFileSync(file, "utf8") }))

/** The inline code of a page. */
const codeOf = (text: string) =>
  Array.from(text.replaceAll(/^```[\s\S]*?^```$/gm, "").matchAll(/`([^`\n]+)`/g), ([, code]) => code!)

describe("every page", () => {
  const namespaces: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    ...Package.Account,
    ...Package,
    ...Testing,
    ...Node,
    ...Ai
  } as never
  const sources = globSync("src/{.,resources,account,node,ai,testing}/*.ts").map((file) => readFileSync(file, "utf8"))
  // Types are no values of a module.
  const isType = (name: string) =>
    sources.some((source) => new RegExp(`export (?:type|interface) ${name}\\b|type ${name},?$`, "m").test(source))

  it("names exports that exist", () => {
    // The operation that CONTRIBUTING.md adds is not there, and its words are those of the sources.
    const missing = pages
      .filter(({ file }) => file !== "CONTRIBUTING.md")
      .flatMap(({ file, text }) =>
        codeOf(text).flatMap((code) =>
          Array.from(code.matchAll(/(?<![\w./-])([A-Z]\w+)\.(\w+)(?:\.(\w+))?/g))
            .filter(([, module = "", name = "", inner = ""]) => {
              const found = module === "Account" ? Package.Account[name as "Users"] : namespaces[module]
              const member = module === "Account" ? inner : name
              // The name of a span: `Audian.Numbers.list`.
              if (module === "Audian" && inner !== "") return false
              if (module in Effects || found === undefined) return module === "Account"
              return member !== "" && !(member in found) && !isType(member)
            })
            .map(([name]) => `${file}: ${name}`)
        )
      )
    assert.deepStrictEqual(missing, [])
  })

  it("names scripts and files that exist", () => {
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { readonly scripts: object }
    const missing = pages.flatMap(({ file, text }) =>
      [
        ...Array.from(text.matchAll(/npm run (?:-s )?([\w:]+)/g), ([, name]) => name!).filter(
          (name) => !(name in scripts)
        ),
        ...codeOf(text).filter(
          (code) => /^(?:src|test|scripts|examples|bench|docs|ai-docs)\/[\w./-]+$/.test(code) && !existsSync(code)
        )
      ].map((name) => `${file}: ${name}`)
    )
    assert.deepStrictEqual(missing, [])
  })
})

describe("README.md", () => {
  const readme = readFileSync("README.md", "utf8")

  it("has the families that it compares", () => {
    const table = readme.slice(readme.indexOf("## Which family"), readme.indexOf("An operation is a function"))
    const named = Array.from(table.matchAll(/`((?:Account\.)?[A-Z]\w+(?:\.[a-z]\w+)?)`/g), ([, name]) => name!)
    assert.isAbove(named.length, 20)
    for (const name of named) {
      let value: unknown = Package
      for (const part of name.split(".")) value = (value as Readonly<Record<string, unknown>>)[part]
      assert.isDefined(value, name)
    }
  })

  it("has the statuses in its table, and whether they are retryable", () => {
    for (const line of readme.matchAll(/`(\w+)` \| (\d{3}) \| (yes|no)/g)) {
      const error = new AudianError[line[1] as "NotFound"]({})
      assert.strictEqual(String(error.status), line[2])
      assert.strictEqual(error.isRetryable, line[3] === "yes")
    }
  })
})

describe("docs/credentials.md", () => {
  it.effect("without a credential the layer fails with a ConfigError that names the variable", () =>
    Effect.gen(function* () {
      const exit = yield* built(Audian.layerFetchConfig()).pipe(environment({}))
      assert.include(String(exit), "AUDIAN_API_KEY")
      assert.include(String(exit), "ConfigError")
    })
  )

  it.effect("a key that cannot be read is a Transport that was not executed; the next call reads again", () =>
    Effect.gen(function* () {
      const { apiKey } = yield* EmbeddedAudian.EmbeddedAudian
      let reads = 0
      const readKey = Effect.suspend(() =>
        reads++ === 0 ? Effect.fail({ url: "/secret?token=hunter2" }) : Effect.succeed(apiKey)
      )
      const program = Numbers.list().pipe(Audian.withCredentials({ apiKey: readKey }))
      const error = yield* Effect.flip(program)
      assert.strictEqual(reasonOf(error), "Transport")
      assert.deepInclude(error, { outcome: "not-executed", attempts: 0, isRetryable: false })
      assert.notInclude(JSON.stringify(error), "hunter2")
      assert.notInclude(Cause.pretty(Cause.fail(error)), "hunter2")
      yield* program
      assert.strictEqual(reads, 2)
    }).pipe(embedded())
  )

  it.effect("a read that hangs ends with timeout.total", () =>
    Effect.gen(function* () {
      const program = Numbers.list().pipe(
        Audian.withCredentials({ apiKey: Effect.never }),
        Audian.withTimeout({ total: "7 seconds" })
      )
      const [elapsed, error] = yield* Effect.timed(Effect.flip(settle(program)))
      assert.strictEqual(reasonOf(error), "Timeout")
      assert.isAtLeast(Duration.toSeconds(elapsed), 7)
    }).pipe(embedded())
  )

  it.effect("a token alone does not name its account: InvalidRequest, and nothing is sent", () =>
    Effect.gen(function* () {
      const error = yield* Account.Users.list().pipe(Audian.withCredentials({ authToken: "jwt" }), Effect.flip)
      assert.strictEqual(reasonOf(error), "InvalidRequest")
      assert.include(error.message, "accountId")
      assert.deepStrictEqual(yield* (yield* EmbeddedAudian.EmbeddedAudian).requests, [])
    }).pipe(embedded())
  )

  it.effect("the account is that of the input, else of withAccount, else of the options", () =>
    Effect.gen(function* () {
      const paths = Effect.gen(function* () {
        yield* Effect.ignore(Account.Users.list({ account_id: "input" }).pipe(Audian.withAccount("around")))
        yield* Effect.ignore(Account.Users.list().pipe(Audian.withAccount("around")))
        yield* Effect.ignore(Account.Users.list())
        const { requests } = yield* EmbeddedAudian.EmbeddedAudian
        return (yield* requests)
          .filter(({ path, repeat }) => path.endsWith("/users") && repeat === 0)
          .map(({ path }) => path)
      })
      assert.deepStrictEqual(yield* paths, [
        "/v2/accounts/input/users",
        "/v2/accounts/around/users",
        "/v2/accounts/options/users"
      ])
    }).pipe(embedded({ accountId: "options" }))
  )
})

describe("docs/credentials.md: rotation", () => {
  it.effect("a purchase is sent once more with the key that is read again", () =>
    Effect.gen(function* () {
      const { apiKey } = yield* EmbeddedAudian.EmbeddedAudian
      let reads = 0
      const readKey = Effect.sync(() => (reads++ === 0 ? Redacted.make("sk_test_deleted") : apiKey))
      const bought = yield* Numbers.purchase({ number }).pipe(
        Audian.withCredentials({ apiKey: readKey }),
        Retry.withPolicy(Retry.none)
      )
      assert.strictEqual(bought.status, "active")
      assert.deepStrictEqual(
        (yield* Requests.of(Numbers.purchase)).map(({ status }) => status),
        [401, 201]
      )
    }).pipe(embedded())
  )

  it.effect("a key that is a value cannot change", () =>
    Effect.gen(function* () {
      const error = yield* Numbers.list().pipe(
        Audian.withCredentials({ apiKey: Redacted.make("sk_test_deleted") }),
        Effect.flip
      )
      assert.deepInclude(error, { _tag: "Unauthorized", attempts: 1, outcome: "not-executed" })
    }).pipe(embedded())
  )
})

describe("docs/layers.md", () => {
  it.effect("invalid options are a defect that names the option", () =>
    Effect.gen(function* () {
      const exit = yield* built(Audian.layerFetch({ apiKey: "sk_test", maxConcurrency: 0 }))
      assert.include(String(exit), "InvalidOptions")
      assert.include(String(exit), "maxConcurrency")
    })
  )

  it.effect("the inner option wins, limit by limit and header by header", () =>
    Effect.gen(function* () {
      yield* fault(Fault.hang)
      const program = Numbers.list().pipe(
        Audian.withHeaders({ "x-a": "inner" }),
        Audian.withTimeout({ attempt: "2 seconds" }),
        Audian.withHeaders({ "x-a": "outer", "x-b": "outer" }),
        Audian.withTimeout({ attempt: "9 seconds", total: "2500 millis" }),
        Retry.withPolicy(Retry.make({ baseDelay: "1 second", jitter: false }))
      )
      const error = yield* Effect.flip(settle(program))
      assert.strictEqual(error.attempts, 1)
      assert.strictEqual(error._tag === "AudianClientError" && "scope" in error.reason && error.reason.scope, "attempt")
      const { headers } = yield* Requests.last(Numbers.list)
      assert.deepInclude(headers, { "x-a": "inner", "x-b": "outer" })
    }).pipe(embedded())
  )

  it.effect("headers of the credential and of the framing are InvalidRequest", () =>
    Effect.gen(function* () {
      for (const name of ["x-auth-token", "content-length"]) {
        const error = yield* Numbers.list().pipe(Audian.withHeaders({ [name]: "1" }), Effect.flip)
        assert.strictEqual(reasonOf(error), "InvalidRequest", name)
      }
    }).pipe(embedded())
  )

  it.effect("Effect.timeout around a purchase does not tell whether it was sent; withTimeout does", () =>
    Effect.gen(function* () {
      yield* fault(Fault.hang.pipe(Fault.executed, Fault.times(2)))
      const purchase = Numbers.purchase({ number })
      const lost = yield* Effect.flip(settle(Effect.timeout(purchase, "1 second")))
      assert.notProperty(lost, "outcome")
      const known = yield* Effect.flip(settle(Audian.withTimeout(purchase, { total: "1 second" })))
      assert.propertyVal(known, "outcome", "unknown")
    }).pipe(embedded())
  )
})

describe("docs/retry.md", () => {
  const sent = (client: Audian.ClientOptions, self: Effect.Effect<unknown, unknown, Audian.Audian> = Numbers.list()) =>
    Effect.gen(function* () {
      yield* Effect.exit(settle(self, "30 minutes"))
      return yield* Requests.count(Numbers.list)
    }).pipe(embedded({ faults: [down], client, quota: false }))

  it.effect("the nearest policy applies", () =>
    Effect.gen(function* () {
      const attempts = (n: number) => Retry.make({ attempts: n })
      assert.strictEqual(yield* sent({}), 3)
      assert.strictEqual(yield* sent({ retry: attempts(2) }), 2)
      const around = Effect.provide(Numbers.list(), Retry.layer(attempts(4)))
      assert.strictEqual(yield* sent({ retry: attempts(2) }, around), 4)
      const call = Effect.provide(Retry.withPolicy(Numbers.list(), attempts(5)), Retry.layer(attempts(4)))
      assert.strictEqual(yield* sent({ retry: attempts(2) }, call), 5)
    })
  )

  it.effect("an outage costs ten requests more than there are calls", () =>
    Effect.gen(function* () {
      const page = readFileSync("docs/retry.md", "utf8")
      const row = (title: string) =>
        new RegExp(`^\\| ${title} \\| (.*) \\|$`, "m")
          .exec(page)![1]!
          .split(" | ")
          .map((cell) => cell.replace(",", ""))
      for (const [index, calls] of row("calls in a total outage").entries()) {
        const count = yield* sent(
          { retry: Retry.make({ baseDelay: 0 }) },
          Effect.forEach(Array.from({ length: Number(calls) }), () => Effect.exit(Numbers.list()))
        )
        assert.strictEqual((count / Number(calls)).toFixed(2), row("requests per call")[index], calls)
      }
    })
  )

  it.effect("3,000 calls whose attempts fail half of the time send at most 1.2 requests each", () =>
    Effect.gen(function* () {
      yield* Effect.forEach(Array.from({ length: 3000 }), () => Effect.exit(Numbers.list()))
      const { requests } = yield* EmbeddedAudian.EmbeddedAudian
      assert.isAtMost((yield* requests).length / 3000, 1.2)
    }).pipe(
      Effect.provide(
        EmbeddedAudian.layer({
          faults: [Fault.status(503).pipe(Fault.rate(0.5))],
          client: { retry: Retry.make({ baseDelay: 0 }) },
          quota: false
        })
      ),
      Random.withSeed("docs")
    )
  )

  it.effect("a delay that outlasts timeout.total fails at once", () =>
    Effect.gen(function* () {
      const patient = Retry.withPolicy(
        Numbers.list(),
        Retry.make({ baseDelay: "6 minutes", maxDelay: "6 minutes", jitter: false })
      )
      const [elapsed, error] = yield* Effect.timed(Effect.flip(patient))
      assert.strictEqual(error._tag, "ServiceUnavailable")
      assert.isTrue(Duration.isZero(elapsed))
    }).pipe(embedded({ faults: [down] }))
  )
})

describe("docs/reliability.md", () => {
  it("counts what the state machine draws from", () => {
    const page = readFileSync("docs/reliability.md", "utf8")
    const { behaviours, guards, policies } = Machine
    assert.match(
      page,
      new RegExp(
        `${behaviours.length} server behaviours × \\d+ operations × ${policies.length} policies × ${guards.length} guards`
      )
    )
  })

  it.effect("five failures open the circuit for 30 seconds; then one request probes the API", () =>
    Effect.gen(function* () {
      const list = Retry.withPolicy(Numbers.list(), Retry.none)
      for (let i = 0; i < 5; i++) yield* Effect.flip(list)
      const error = yield* Effect.flip(list)
      assert.strictEqual(reasonOf(error), "CircuitOpen")
      assert.deepStrictEqual(error.retryAfter, Duration.seconds(30))
      yield* TestClock.adjust("30 seconds")
      yield* list
      assert.propertyVal(yield* CircuitBreaker.state, "_tag", "Closed")
      yield* Requests.assertCount(Numbers.list, 6)
    }).pipe(
      embedded({ faults: [Fault.status(500).pipe(Fault.times(5))], client: { circuitBreaker: CircuitBreaker.make() } })
    )
  )

  it.effect("Reconcile.purchase looks for half a minute, and sends nothing again", () =>
    Effect.gen(function* () {
      yield* fault(Fault.reset.pipe(Fault.on(Numbers.purchase)))
      const [elapsed, verdict] = yield* Effect.timed(paced(Reconcile.purchase({ number }), "1 second"))
      assert.strictEqual(verdict._tag, "Unknown")
      assert.isAtLeast(Duration.toSeconds(elapsed), 30)
      assert.isAtMost(Duration.toSeconds(elapsed), 33)
      yield* Requests.assertCount(Numbers.purchase, 1)
    }).pipe(embedded())
  )

  it.effect("Reconcile.purchase waits for notDoneAfter, and then is certain", () =>
    Effect.gen(function* () {
      yield* fault(Fault.reset.pipe(Fault.on(Numbers.purchase)))
      const reconciled = Reconcile.purchase({ number }, { notDoneAfter: "10 minutes" })
      const [elapsed, verdict] = yield* Effect.timed(paced(reconciled, "1 second"))
      assert.strictEqual(verdict._tag, "NotDone")
      assert.isAtLeast(Duration.toMinutes(elapsed), 10)
    }).pipe(embedded())
  )

  it.effect("Reconcile.purchase after an unknown outcome buys again, and look does not", () =>
    Effect.gen(function* () {
      yield* fault(Fault.reset.pipe(Fault.on(Numbers.purchase)))
      yield* Effect.flip(Numbers.purchase({ number }))
      assert.strictEqual((yield* paced(Reconcile.purchase.look({ number }), "1 second"))._tag, "Unknown")
      yield* Requests.assertCount(Numbers.purchase, 1)
      yield* Reconcile.purchase({ number })
      yield* Requests.assertCount(Numbers.purchase, 2)
    }).pipe(embedded())
  )

  it.effect("Reconcile.purchase: an error that is not executed stays an error", () =>
    Effect.gen(function* () {
      yield* (yield* EmbeddedAudian.EmbeddedAudian).setBalance(0)
      assert.strictEqual((yield* Effect.flip(Reconcile.purchase({ number })))._tag, "PaymentRequired")
    }).pipe(embedded())
  )

  it.effect("a 429 without a wait pauses all requests for a second", () =>
    Effect.gen(function* () {
      yield* fault(Fault.status(429, { "x-ratelimit-reset": "", "x-ratelimit-remaining": "", "x-ratelimit-limit": "" }))
      yield* Effect.flip(Retry.withPolicy(Numbers.list(), Retry.none))
      const [elapsed] = yield* Effect.timed(paced(Numbers.list()))
      assert.isAtLeast(Duration.toMillis(elapsed), 1000)
      assert.isBelow(Duration.toMillis(elapsed), 2000)
    }).pipe(embedded({ client: { rateLimit: RateLimit.limiter() } }))
  )
})

describe("docs/files.md", () => {
  it.effect("a wait has the interval and the bound of the table", () =>
    Effect.gen(function* () {
      const { id: faxId } = yield* Fax.send({ to: number, file: Files.fromBytes(new Uint8Array(8), { name: "a.pdf" }) })
      const [elapsed, error] = yield* Effect.timed(Effect.flip(paced(Fax.awaitDelivery({ faxId }), "5 seconds")))
      assert.strictEqual(error._tag, "StillPending")
      assert.strictEqual(Duration.toMinutes(elapsed), 5)
      yield* Requests.assertCount(Fax.getStatus, 60)
    }).pipe(embedded({ faxDuration: "1 hour" }))
  )

  it.effect("a file that is larger than its limit is refused before anything is sent", () =>
    Effect.gen(function* () {
      const file = Files.within(Files.fromBytes(new Uint8Array(9), { name: "a.pdf" }), { maxSize: 8 })
      const error = yield* Effect.flip(Fax.send({ to: number, file }))
      assert.strictEqual(reasonOf(error), "InvalidRequest")
      yield* Requests.assertNone(Fax.send)
    }).pipe(embedded())
  )

  it.effect("a path that does not exist is InvalidRequest that names the field", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        Effect.flatMap(Files.fromPath("none.pdf"), (file) => Fax.send({ to: number, file }))
      )
      assert.propertyVal(error, "outcome", "not-executed")
      assert.include(
        (error as AudianError.AudianError).details.map(({ field }) => field),
        "file"
      )
    }).pipe(Effect.provide([EmbeddedAudian.layer(), NodeServices.layer]))
  )
})

describe("docs/programs.md", () => {
  it.effect("a call after dispose dies", () =>
    Effect.gen(function* () {
      const runtime = ManagedRuntime.make(EmbeddedAudian.layer())
      yield* Effect.promise(() => runtime.dispose())
      const error = yield* Effect.promise(() => runtime.runPromise(Numbers.list()).then(String, String))
      assert.include(error, "ManagedRuntime disposed")
    })
  )

  it.live("a layer around each call exchanges a token for each call", () =>
    Effect.gen(function* () {
      const { apiKey, baseUrl, requests } = yield* EmbeddedAudian.EmbeddedAudian
      const client = Audian.layerFetch({ apiKey, baseUrl })
      const list = Effect.provide(Account.Users.list(), client)
      yield* list
      yield* list
      const exchanges = Effect.map(requests, (all) => all.filter(({ path }) => path === "/v2/api_auth").length)
      assert.strictEqual(yield* exchanges, 2)
      yield* Effect.provide(Effect.andThen(Account.Users.list(), Account.Users.list()), client)
      assert.strictEqual(yield* exchanges, 3)
    }).pipe(Effect.provide(EmbeddedAudian.serve()))
  )

  it.effect("options of a call apply to the calls within a service", () =>
    Effect.gen(function* () {
      const client = yield* Audian.Audian
      const buy = Effect.provideService(Numbers.purchase({ number }), Audian.Audian, client)
      yield* fault(Fault.hang)
      assert.strictEqual(
        reasonOf(yield* Effect.flip(settle(Audian.withTimeout(buy, { total: "1 second" })))),
        "Timeout"
      )
    }).pipe(embedded())
  )

  it.effect("of two layers, the inner one wins", () =>
    Effect.gen(function* () {
      const stub = AudianTest.layer(AudianTest.handle(Numbers.list, () => Effect.succeed({ numbers: [], total: 42 })))
      assert.strictEqual((yield* Numbers.list().pipe(Effect.provide(stub))).total, 42)
    }).pipe(embedded())
  )
})

describe("docs/paging.md", () => {
  it.effect("a stream sends a request when a page is pulled, and none after it is abandoned", () =>
    Effect.gen(function* () {
      yield* Numbers.search.items({ location: "US-CA", limit: 20 }).pipe(Stream.take(25), Stream.runDrain)
      yield* Requests.assertCount(Numbers.search, 2)
    }).pipe(embedded())
  )

  it.effect("resume of an End is empty, and of anything else InvalidRequest", () =>
    Effect.gen(function* () {
      const [page] = yield* Stream.runCollect(Numbers.list.pages())
      assert.isTrue(page?.isLast)
      assert.deepStrictEqual(yield* Stream.runCollect(Numbers.list.resume(page!.next)), [])
      const error = yield* Effect.flip(Stream.runCollect(Numbers.list.resume({ none: 1 } as never)))
      assert.strictEqual(reasonOf(error), "InvalidRequest")
    }).pipe(embedded())
  )
})

describe("docs/caching.md", () => {
  it.effect("invalidateAfter runs on success, and on a failure unless nothing was executed", () =>
    Effect.gen(function* () {
      const { id: number_id } = yield* Numbers.purchase({ number })
      const getConfig = yield* Cached.make(Numbers.getConfig, { timeToLive: "1 hour", capacity: 10 })
      const reads = Effect.andThen(getConfig({ number_id }), Requests.count(Numbers.getConfig))
      const write = Numbers.updateConfig({ number_id, friendly_name: "A" }).pipe(
        Cached.invalidateAfter(getConfig.invalidate({ number_id })),
        Retry.withPolicy(Retry.none),
        Effect.exit
      )
      assert.strictEqual(yield* reads, 1)
      yield* fault(Fault.status(422).pipe(Fault.on(Numbers.updateConfig)))
      yield* write
      assert.strictEqual(yield* reads, 1)
      yield* fault(Fault.reset.pipe(Fault.on(Numbers.updateConfig)))
      yield* write
      assert.strictEqual(yield* reads, 2)
      yield* write
      assert.strictEqual(yield* reads, 3)
    }).pipe(embedded())
  )

  it.effect("withResponse has no response for a cached value", () =>
    Effect.gen(function* () {
      const list = yield* Cached.make(Numbers.list, { timeToLive: "1 hour", capacity: 10 })
      assert.isDefined((yield* Audian.withResponse(list()))[1])
      assert.isUndefined((yield* Audian.withResponse(list()))[1])
    }).pipe(embedded())
  )
})

describe("docs/observability.md", () => {
  it.effect("a request is a line at Debug", () =>
    Effect.gen(function* () {
      const { layer, lines } = Telemetry.exporter()
      yield* fault(Fault.status(503).pipe(Fault.and(Fault.delay("300 millis"))))
      yield* Numbers.list().pipe(
        Retry.withPolicy(Retry.none),
        Effect.exit,
        (self) => paced(self),
        Effect.provide(layer)
      )
      assert.deepStrictEqual(
        lines.map(({ level, message }) => [level, message]),
        [["Debug", "Numbers.list: 503 ServiceUnavailable in 300 ms"]]
      )
    }).pipe(embedded())
  )
})

describe("docs/observability.md: tables", () => {
  const page = readFileSync("docs/observability.md", "utf8")

  it("lists every metric, and no other", () => {
    const table = page.slice(page.indexOf("## Metrics"), page.indexOf("`Telemetry` exports each"))
    const listed = Array.from(table.matchAll(/^\| (`.*?) \|/gm)).flatMap(([, cell]) =>
      Array.from(cell!.matchAll(/`([\w.]+)`/g), ([, name]) => name!)
    )
    const exported = Object.values(Metrics).flatMap((value) => (Metric.isMetric(value) ? [value.id] : []))
    assert.deepStrictEqual(listed.toSorted(), exported.toSorted())
  })

  it("lists the references with their defaults", () => {
    const rows = Array.from(page.matchAll(/^\| `Telemetry\.(\w+)` \| (\S+) \|/gm))
    assert.lengthOf(rows, 4)
    for (const [, name, value] of rows) {
      assert.strictEqual(String(Context.get(Context.empty(), Metrics[name as "QuotaWarning"])), value, name)
    }
  })
})

describe("docs/errors.md", () => {
  it.effect("has the fields of an error in its table", () =>
    Effect.gen(function* () {
      const page = readFileSync("docs/errors.md", "utf8")
      const table = page.slice(page.indexOf("## What an error carries"), page.indexOf("The status alone"))
      yield* fault(Fault.reset)
      const error = yield* Effect.flip(Retry.withPolicy(Numbers.list(), Retry.none))
      for (const [, cell] of table.matchAll(/^\| (`.*?) \|/gm)) {
        for (const [, name] of cell!.matchAll(/`(\w+)`/g))
          assert.isTrue(name! in error || name! in AudianError.AudianClientError.fields, name)
      }
    }).pipe(embedded())
  )

  it.effect("a truncated response is unknown, and executed after a 201", () =>
    Effect.gen(function* () {
      yield* fault(
        Fault.cutOff.pipe(Fault.on(Numbers.list), Fault.times(3)),
        Fault.cutOff.pipe(Fault.on(Numbers.purchase))
      )
      const list = yield* Effect.flip(paced(Numbers.list()))
      assert.deepInclude(list, { outcome: "unknown", attempts: 3 })
      const purchase = yield* Effect.flip(paced(Numbers.purchase({ number })))
      assert.deepInclude(purchase, { outcome: "executed", attempts: 1 })
    }).pipe(embedded())
  )

  it.effect("a body is kept within its bounds", () =>
    Effect.gen(function* () {
      const body = JSON.stringify({
        error: { code: "x", message: "m" },
        list: Array.from({ length: 200 }, () => "v".repeat(9000))
      })
      const headers = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`x-h-${i}`, "h".repeat(5000)]))
      yield* fault(Fault.respond({ status: 400, headers: { ...headers, "content-type": "application/json" }, body }))
      const error = yield* Effect.flip(Numbers.list())
      const kept = (error.body as { readonly list: ReadonlyArray<string> }).list
      assert.isAtMost(kept.length, 101)
      assert.isAtMost(kept[0]!.length, 8200)
      assert.isAtMost(JSON.stringify(error.body).length, 70_000)
      assert.lengthOf(Object.keys(error.headers!), 64)
      assert.isTrue(Object.values(error.headers!).every((value) => value.length <= 4100))
    }).pipe(embedded())
  )
})

describe("docs/upgrading.md", () => {
  it("names what Effect 4 has", () => {
    assert.isFunction(Effect.catch)
    assert.isFunction(Effect.forkChild)
    assert.isFunction(Context.Service)
    assert.notProperty(Effect, "catchAll")
    assert.notProperty(Effect, "fork")
    assert.notProperty(Context, "Tag")
  })
})

describe("docs/command.md", () => {
  it.effect("has the exit code of every error", () =>
    Effect.gen(function* () {
      const page = readFileSync("docs/command.md", "utf8")
      const rows = Array.from(page.matchAll(/^\| (\d+) \| (.*) \|$/gm), ([, code, text]) => ({
        code: Number(code),
        text: text!
      }))
      for (const { code: status, tag } of Status.errors) {
        const { code } = Failure.ofAudian(new AudianError[tag]({}))
        assert.include(rows.find((row) => row.code === code)!.text, String(status), tag)
      }
      const { code } = Failure.ofAudian(yield* Effect.flip(Numbers.search({ limit: -1 } as never)))
      assert.include(rows.find((row) => row.code === code)!.text, "nothing was sent")
      assert.deepStrictEqual(
        rows.map(({ code }) => code).filter((code) => code > 0 && code < 100),
        Object.values(Failure.Code)
      )
    }).pipe(embedded())
  )
})

describe("docs/events.md", () => {
  it.effect("no binding is InvalidRequest, and a token that is refused is Unauthorized", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Stream.runCollect(Events.stream({ bindings: [] as never })))
      assert.strictEqual(reasonOf(error), "InvalidRequest")
    }).pipe(embedded())
  )
})

describe("docs/documents.md", () => {
  it.effect("a field that is a slip away from a documented one has the message of the page", () =>
    Effect.gen(function* () {
      const page = readFileSync("docs/documents.md", "utf8")
      const slip = { sip: { passwrod: "secret12" } } as object
      const error = yield* Effect.flip(Account.Devices.create({ name: "Desk", ...slip }))
      for (const line of /^ {4}(Account\.Devices\.create: .*\n.*)$/m.exec(page)![1]!.split("\n")) {
        assert.include(error.message, line.trim())
      }
    }).pipe(embedded())
  )

  it.effect("the text of a redacted secret is refused", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Account.Devices.create({ name: "Desk", sip: { password: "<redacted>" } }))
      assert.strictEqual(reasonOf(error), "InvalidRequest")
    }).pipe(embedded())
  )
})

describe("docs/README.md, llms.txt", () => {
  it("list every guide", () => {
    const names = globSync("docs/*.md").map((file) => file.replace("docs/", ""))
    const index = readFileSync("docs/README.md", "utf8")
    const list = readFileSync("llms.txt", "utf8")
    // Measurements and reasons are not in the package.
    const local = ["README.md", "performance.md"]
    assert.deepStrictEqual(
      names.filter((name) => name !== "README.md" && !index.includes(`](${name})`)),
      []
    )
    assert.deepStrictEqual(
      names.filter((name) => !local.includes(name) && !list.includes(`](docs/${name})`)),
      []
    )
    const programs = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    assert.include(list, `${programs[globSync("ai-docs/*.ts").length]} programs`)
  })
})

describe("docs/testing.md: faults", () => {
  it("names the faults and the scenarios that there are", () => {
    const page = readFileSync("docs/testing.md", "utf8")
    const table = page.slice(page.indexOf("| in place of the response |"), page.indexOf("A fault applies to one"))
    const named = Array.from(table.matchAll(/`(\w+)(?:\([\w, ]*\))?`/g), ([, name]) => name!)
    assert.isAbove(named.length, 25)
    assert.deepStrictEqual(
      named.filter((name) => !(name in Fault)),
      []
    )
    const scenarios = /^`Scenario` has lists .*?: (.*?)\. /m.exec(page)![1]!
    assert.deepStrictEqual(
      Array.from(scenarios.matchAll(/`(\w+)`/g), ([, name]) => name!).toSorted(),
      Object.keys(Testing.Scenario).toSorted()
    )
  })
})

describe("docs/testing.md: what goes wrong", () => {
  it.effect("a call that does not come from a number of the account is UnprocessableEntity", () =>
    Effect.gen(function* () {
      const call = Calls.create({ from: number, to: "+14155555678" })
      assert.strictEqual((yield* Effect.flip(call))._tag, "UnprocessableEntity")
      yield* Numbers.purchase({ number })
      yield* call
    }).pipe(embedded())
  )

  it.effect("a fault without an operation may hit the exchange of the key", () =>
    Effect.gen(function* () {
      yield* fault(Fault.status(403))
      const error = yield* Effect.flip(Account.Users.list())
      assert.strictEqual(error.status, 403)
      const { requests } = yield* EmbeddedAudian.EmbeddedAudian
      assert.deepStrictEqual(
        (yield* requests).map(({ fault, operation }) => [operation, fault]),
        [["AccessTokens.exchange", "Respond"]]
      )
    }).pipe(embedded())
  )
})

describe("docs/embedded.md, docs/testing.md", () => {
  it.effect("an operation without a stub dies with its name, and no catch hides it", () =>
    Effect.gen(function* () {
      const exit = yield* Numbers.list().pipe(
        Effect.catch(() => Effect.void),
        Effect.exit
      )
      assert.isTrue(Exit.hasDies(exit))
      assert.include(String(exit), "Numbers.list")
    }).pipe(Effect.provide(AudianTest.layer()))
  )

  it.effect("a body beyond 8,000,000 bytes is 413", () =>
    Effect.gen(function* () {
      const file = Files.fromBytes(new Uint8Array(8_000_001), { name: "a.pdf" })
      const error = yield* Effect.flip(Fax.send({ to: number, file }))
      assert.strictEqual(error.status, 413)
    }).pipe(embedded())
  )
})
