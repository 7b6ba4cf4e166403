import * as Net from "node:net"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { Account, Audian, type AudianError, Fax, Numbers, Retry } from "effect-audian"
import { EmbeddedAudian, Fault } from "effect-audian/testing"
import { paced } from "../support/embedded.ts"
import { settle, timed } from "../support/http.ts"

const { EmbeddedAudian: Embedded } = EmbeddedAudian

/** The standard policy without delays. */
const retry = Retry.make({ baseDelay: 0 })
const number = "+14155551234"

const transports = {
  memory: (faults: ReadonlyArray<Fault.Fault>, client: Audian.ClientOptions) =>
    EmbeddedAudian.layer({ faults, client: { retry, ...client } }),
  undici: (faults: ReadonlyArray<Fault.Fault>, client: Audian.ClientOptions) =>
    EmbeddedAudian.client({ retry, ...client }).pipe(
      Layer.provideMerge(EmbeddedAudian.serve({ faults })),
      Layer.provide(NodeHttpClient.layerUndici)
    ),
  fetch: (faults: ReadonlyArray<Fault.Fault>, client: Audian.ClientOptions) =>
    EmbeddedAudian.client({ retry, ...client }).pipe(
      Layer.provideMerge(EmbeddedAudian.serve({ faults })),
      Layer.provide(FetchHttpClient.layer)
    )
}
type Transport = keyof typeof transports

const nameOf = (error: AudianError.AudianError): string =>
  error._tag === "AudianClientError" ? error.reason._tag : error._tag

/** The result of a call: the error, its outcome, the number of attempts. */
const ending = <A>(call: Effect.Effect<A, AudianError.AudianError, Audian.Audian>) =>
  Effect.match(Audian.withResponse(call), {
    onFailure: (error) => `${nameOf(error)} ${error.outcome} ${error.attempts}`,
    onSuccess: ([, response]) => `ok ${response?.attempts}`
  })

interface Row {
  readonly what: string
  readonly fault: Fault.Fault
  /** The results of a safe call and of a purchase, and the number of purchased numbers. */
  readonly ends: readonly [safe: string, unsafe: string, bought: number]
  /** The results on a socket and with `fetch`, where they differ. */
  readonly wire?: Row["ends"]
  readonly fetch?: Row["ends"]
}

const repeated = (error: string, bought: number): Row["ends"] => [`${error} unknown 3`, `${error} unknown 1`, bought]
/** The head of a 201 arrives: the purchase was executed. */
const acknowledged = (error: string): Row["ends"] => [`${error} unknown 3`, `${error} executed 1`, 1]
const once = (error: string, bought: number): Row["ends"] => [`${error} unknown 1`, `${error} unknown 1`, bought]
const executed = (bought: number): Row["ends"] => ["InvalidResponse executed 1", "InvalidResponse executed 1", bought]
const refused = (error: string): Row["ends"] => [`${error} not-executed 3`, `${error} not-executed 3`, 0]

const rows: ReadonlyArray<Row> = [
  { what: "refuse", fault: Fault.refuse, ends: refused("Transport"), wire: repeated("Transport", 0) },
  { what: "reset", fault: Fault.reset, ends: repeated("Transport", 0) },
  { what: "reset, executed", fault: Fault.executed(Fault.reset), ends: repeated("Transport", 1) },
  { what: "hang", fault: Fault.hang, ends: repeated("Timeout", 0) },
  { what: "hang, executed", fault: Fault.executed(Fault.hang), ends: repeated("Timeout", 1) },
  { what: "stall", fault: Fault.stall, ends: acknowledged("Timeout") },
  { what: "slowBody", fault: Fault.slowBody("1 second"), ends: acknowledged("Timeout") },
  { what: "cutOff", fault: Fault.cutOff, ends: acknowledged("Transport") },
  { what: "cutOffChunks", fault: Fault.cutOffChunks, ends: acknowledged("Transport") },
  { what: "truncated", fault: Fault.truncated, ends: executed(1) },
  { what: "wrongLength, more", fault: Fault.wrongLength(10), ends: acknowledged("Transport") },
  { what: "wrongLength, fewer", fault: Fault.wrongLength(-10), ends: executed(1) },
  { what: "malformed status", fault: Fault.malformed("status"), ends: repeated("Transport", 1) },
  { what: "malformed header", fault: Fault.malformed("header"), ends: repeated("Transport", 1) },
  { what: "malformed length", fault: Fault.malformed("length"), ends: repeated("Transport", 1) },
  { what: "huge", fault: Fault.huge(50_000_000), ends: executed(0) },
  { what: "huge, an error", fault: Fault.huge(50_000_000, 500), ends: repeated("InternalServerError", 0) },
  {
    what: "junkGzip",
    fault: Fault.junkGzip,
    ends: once("InvalidResponse", 0),
    fetch: repeated("Transport", 0)
  },
  { what: "redirect", fault: Fault.redirect("http://other.example/"), ends: once("UnexpectedStatus", 0) },
  { what: "redirect, 307", fault: Fault.redirect("http://other.example/", 307), ends: once("UnexpectedStatus", 0) },
  { what: "page of 200", fault: Fault.page(200), ends: once("InvalidResponse", 0) },
  { what: "page of 502", fault: Fault.page(502), ends: repeated("BadGateway", 0) },
  { what: "page of 503", fault: Fault.page(503), ends: repeated("ServiceUnavailable", 0) },
  { what: "page of 504, executed", fault: Fault.executed(Fault.page(504)), ends: repeated("UnexpectedStatus", 1) },
  { what: "status 503", fault: Fault.status(503), ends: refused("ServiceUnavailable") },
  { what: "status 429", fault: Fault.status(429), ends: refused("TooManyRequests") },
  { what: "status 500", fault: Fault.status(500), ends: repeated("InternalServerError", 0) },
  {
    what: "a 503 of the API that stalls",
    fault: Fault.status(503).pipe(Fault.and(Fault.stall)),
    ends: repeated("ServiceUnavailable", 0)
  },
  {
    what: "a 402 that is cut off",
    fault: Fault.status(402).pipe(Fault.and(Fault.cutOff)),
    ends: ["PaymentRequired not-executed 1", "PaymentRequired not-executed 1", 0]
  },
  { what: "delay", fault: Fault.delay(1), ends: ["ok 1", "ok 1", 1] }
]

describe("Fault", () => {
  for (const { ends, fault, what, ...row } of rows) {
    const ended = (transport: Transport) => {
      const faults = [Numbers.list, Numbers.purchase].map((operation) =>
        fault.pipe(Fault.on(operation), Fault.times(Number.POSITIVE_INFINITY))
      )
      // A timeout must not end other rows first.
      const attempt = /^Timeout|stalls/.test(`${ends[0]} ${what}`) ? 1000 : "1 minute"
      return Effect.gen(function* () {
        const { clearFaults } = yield* Embedded
        const safe = yield* ending(Numbers.list())
        const unsafe = yield* ending(Numbers.purchase({ number }))
        yield* clearFaults
        // The remaining connections work.
        const { numbers } = yield* Numbers.list().pipe(Retry.withPolicy(Retry.make({ attempts: 30, baseDelay: 0 })))
        return [safe, unsafe, numbers.length] as const
      }).pipe(Effect.provide(transports[transport](faults, { timeout: { attempt } })))
    }
    it.effect(`${what}: has the same result for a client in memory and on the wire`, () =>
      Effect.gen(function* () {
        const [memory, undici, fetch] = yield* paced(
          Effect.all([ended("memory"), ended("undici"), ended("fetch")], { concurrency: "unbounded" })
        )
        assert.deepStrictEqual(
          { memory, undici, fetch },
          { memory: ends, undici: row.wire ?? ends, fetch: row.fetch ?? row.wire ?? ends }
        )
      })
    )
  }
})

describe("Fault: the bytes on the wire", () => {
  /** The head, in lower case, and the body of the response to a plain request. */
  const responseTo = Effect.fnUntraced(function* (fault: Fault.Fault) {
    const { baseUrl, fault: add } = yield* Embedded
    yield* add(fault)
    const text = yield* Effect.callback<string>((resume) => {
      let text = ""
      const socket = Net.connect(Number(new URL(baseUrl).port), "127.0.0.1")
      socket.on("data", (chunk) => {
        text += chunk.toString("latin1")
        // A complete response keeps the connection open.
        const [head = "", body = ""] = text.split("\r\n\r\n")
        const length = /content-length: (\d+)$/im.exec(head)?.[1]
        if (body.length === Number(length)) socket.end()
      })
      socket.on("error", () => {})
      socket.on("close", () => resume(Effect.succeed(text)))
      socket.write("GET /v2/numbers HTTP/1.1\r\nhost: a\r\nx-auth-token: sk_test_embedded\r\n\r\n")
    })
    const [head = "", ...body] = text.split("\r\n\r\n")
    return { head: head.toLowerCase(), body: body.join("\r\n\r\n") }
  })

  const half = (text: string): string => text.slice(0, Math.ceil(text.length / 2))
  const most = (text: string): string => text.slice(0, -Math.ceil(text.length / 10))
  const length = (bytes: number): string => `content-length: ${bytes}`

  interface Expected {
    readonly what: string
    readonly fault: Fault.Fault
    readonly head: (usual: string) => string
    readonly body: (usual: string) => string
  }
  const usually = (usual: string): string => usual
  const expected: ReadonlyArray<Expected> = [
    { what: "cutOff: half of the body", fault: Fault.cutOff, head: ({ length: n }) => length(n), body: half },
    {
      what: "cutOffChunks: no last chunk",
      fault: Fault.cutOffChunks,
      head: () => "transfer-encoding: chunked",
      body: (usual) => `${half(usual).length.toString(16)}\r\n${half(usual)}\r\n`
    },
    {
      what: "truncated: the length of the rest",
      fault: Fault.truncated,
      head: (usual) => length(most(usual).length),
      body: most
    },
    {
      what: "wrongLength: too long a length",
      fault: Fault.wrongLength(5),
      head: (usual) => length(usual.length + 5),
      body: usually
    },
    {
      what: "wrongLength: too short a length",
      fault: Fault.wrongLength(-5),
      head: (usual) => length(usual.length - 5),
      body: (usual) => usual.slice(0, usual.length)
    },
    {
      what: "malformed: the status line",
      fault: Fault.malformed("status"),
      head: () => "htp/1.1 200",
      body: usually
    },
    {
      what: "malformed: a header without a colon",
      fault: Fault.malformed("header"),
      head: () => "no colon here",
      body: usually
    },
    {
      what: "malformed: two lengths",
      fault: Fault.malformed("length"),
      head: (usual) => `${length(9)}\r\n${length(usual.length)}`,
      body: usually
    },
    {
      what: "redirect: a location",
      fault: Fault.redirect("http://b/"),
      head: () => "location: http://b/",
      body: () => ""
    },
    {
      what: "junkGzip: bytes that are not gzip",
      fault: Fault.junkGzip,
      head: () => "content-encoding: gzip",
      body: () => "this is not gzip"
    },
    {
      what: "huge: the declared length",
      fault: Fault.huge(100_000),
      head: () => length(100_000),
      body: () => " ".repeat(100_000)
    },
    {
      what: "huge and cutOff: half of a large body",
      fault: Fault.huge(8_000_000).pipe(Fault.and(Fault.cutOff)),
      head: () => length(8_000_000),
      body: () => " ".repeat(4_000_000)
    },
    { what: "slowBody: the whole body", fault: Fault.slowBody(1), head: ({ length: n }) => length(n), body: usually },
    { what: "reset: no response", fault: Fault.reset, head: () => "", body: () => "" }
  ]
  for (const { body, fault, head, what } of expected) {
    it.live(`${what}`, () =>
      Effect.gen(function* () {
        const usual = yield* responseTo(Fault.delay(0))
        assert.include(usual.body, "numbers")
        const seen = yield* responseTo(fault)
        assert.include(`\r\n${seen.head}\r\n`, `\r\n${head(usual.body)}`)
        assert.strictEqual(seen.body, body(usual.body))
      }).pipe(Effect.provide(EmbeddedAudian.serve({ quota: false })))
    )
  }
})

/** The results of a number of lists, one after another; "ok" or the tag. */
const lists = (count: number) =>
  Effect.forEach(Array.from({ length: count }), () =>
    Effect.match(Numbers.list(), { onFailure: nameOf, onSuccess: () => "ok" })
  )

const scripted = (...faults: ReadonlyArray<Fault.Data>) =>
  EmbeddedAudian.layer({ faults, quota: false, client: { retry: Retry.none } })

describe("Fault: selection of requests", () => {
  it.effect("every, after and times select each nth request, indefinitely or a number of times", () =>
    Effect.gen(function* () {
      const run = (fault: Fault.Fault) =>
        Effect.map(lists(8).pipe(Effect.provide(scripted(fault))), (all) =>
          all.map((one) => (one === "ok" ? "." : "x")).join("")
        )
      assert.strictEqual(yield* run(Fault.status(404).pipe(Fault.every(3))), "..x..x..")
      assert.strictEqual(yield* run(Fault.status(404).pipe(Fault.every(1))), "xxxxxxxx")
      assert.strictEqual(yield* run(Fault.status(404).pipe(Fault.every(3), Fault.times(1))), "..x.....")
      assert.strictEqual(yield* run(Fault.status(404).pipe(Fault.after(2), Fault.every(2))), "...x.x.x")
      assert.strictEqual(yield* run(Fault.status(404).pipe(Fault.after(5), Fault.times(2))), ".....xx.")
    })
  )

  it.effect("rate selects a random share, which Random.withSeed reproduces", () =>
    Effect.gen(function* () {
      const run = (chance: number, seed: string) =>
        lists(200).pipe(
          Effect.provide(scripted(Fault.status(404).pipe(Fault.rate(chance)))),
          Random.withSeed(seed),
          Effect.map((all) => all.map((one) => (one === "ok" ? "." : "x")).join(""))
        )
      const some = yield* run(0.25, "a")
      assert.strictEqual(yield* run(0.25, "a"), some)
      assert.notStrictEqual(yield* run(0.25, "b"), some)
      const hits = some.replaceAll(".", "").length
      assert.isTrue(hits > 25 && hits < 75, String(hits))
      // The source is that of the calling program, not that of the layer.
      const built = yield* Layer.build(scripted(Fault.status(404).pipe(Fault.rate(0.25))))
      const again = lists(200).pipe(Effect.provide(built), Random.withSeed("a"))
      assert.deepStrictEqual(yield* again, yield* again)
      assert.strictEqual(yield* run(0, "a"), ".".repeat(200))
      assert.strictEqual(yield* run(1, "a"), "x".repeat(200))
    })
  )

  it.effect("during ends after its duration from when it is added", () =>
    Effect.gen(function* () {
      const { fault } = yield* Embedded
      yield* TestClock.adjust("1 hour")
      yield* fault(Fault.status(404).pipe(Fault.during("10 seconds")))
      assert.deepStrictEqual(yield* lists(2), ["NotFound", "NotFound"])
      yield* TestClock.adjust(9999)
      assert.deepStrictEqual(yield* lists(1), ["NotFound"])
      yield* TestClock.adjust(1)
      assert.deepStrictEqual(yield* lists(1), ["ok"])
    }).pipe(Effect.provide(scripted()))
  )

  it.effect("the first matching rule applies, and the next one once it is used up", () =>
    Effect.gen(function* () {
      const { clearFaults } = yield* Embedded
      assert.deepStrictEqual(yield* lists(5), ["ok", "NotFound", "NotFound", "Forbidden", "Forbidden"])
      yield* clearFaults
      assert.deepStrictEqual(yield* lists(1), ["ok"])
    }).pipe(
      Effect.provide(
        scripted(
          Fault.status(409).pipe(Fault.on(Numbers.search)),
          Fault.status(404).pipe(Fault.after(1), Fault.times(2)),
          Fault.status(403).pipe(Fault.on(Numbers.list), Fault.after(1), Fault.times(Number.POSITIVE_INFINITY))
        )
      )
    )
  )

  it("every and rate throw a RangeError for invalid numbers", () => {
    for (const n of [0, -1, 1.5, Number.NaN]) assert.throws(() => Fault.every(Fault.reset, n), RangeError)
    for (const p of [-0.1, 1.1, Number.NaN]) assert.throws(() => Fault.rate(Fault.reset, p), RangeError)
  })

  it.effect("a fault from JSON applies as the original does", () =>
    Effect.gen(function* () {
      const fault = Fault.status(503).pipe(
        Fault.and(Fault.delay("1 second")),
        Fault.on(Numbers.list),
        Fault.after(1),
        Fault.during("1 minute"),
        Fault.times(Number.POSITIVE_INFINITY)
      )
      const read: Fault.Data = JSON.parse(JSON.stringify(fault))
      const run = (fault: Fault.Data) =>
        Effect.gen(function* () {
          const since = yield* Clock.currentTimeMillis
          const [seen, then] = yield* settle(timed(lists(3)))
          return [seen, then - since]
        }).pipe(Effect.provide(scripted(fault)))
      const expected = [["ok", "ServiceUnavailable", "ServiceUnavailable"], 2000]
      assert.deepStrictEqual(yield* run(fault), expected)
      assert.deepStrictEqual(yield* run(read), expected)
    })
  )
})

describe("Fault: time", () => {
  it.effect("slowBody and stall go by TestClock in memory", () =>
    Effect.gen(function* () {
      const { fault } = yield* Embedded
      yield* fault(Fault.slowBody("1 second"))
      const [[, response], at] = yield* settle(timed(Audian.withResponse(Numbers.list())))
      assert.strictEqual(at, (Number(response?.headers["content-length"]) - 1) * 1000)
      yield* fault(Fault.stall)
      const since = yield* Clock.currentTimeMillis
      const [error, then] = yield* settle(timed(Effect.flip(Numbers.list())))
      assert.strictEqual(nameOf(error), "Timeout")
      assert.strictEqual(then - since, 120_000)
    }).pipe(Effect.provide(EmbeddedAudian.layer({ client: { retry: Retry.none, timeout: { attempt: "2 minutes" } } })))
  )

  it.effect("delay goes by TestClock on a socket", () =>
    Effect.gen(function* () {
      const { fault } = yield* Embedded
      yield* fault(Fault.delay("1 hour"))
      const fiber = yield* Effect.forkChild(Numbers.list())
      yield* settle(Effect.void, "59 minutes")
      assert.strictEqual(fiber.pollUnsafe(), undefined)
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* Fiber.join(fiber)).total, 0)
    }).pipe(Effect.provide(transports.undici([], { timeout: { attempt: "2 hours", total: "3 hours" } })))
  )
})

describe("Fault: downloads", () => {
  for (const transport of ["memory", "undici"] as const) {
    it.effect(`cutOff and stall fail a download, ${transport === "memory" ? "in memory" : "on a socket"}`, () =>
      Effect.gen(function* () {
        const { fault, receiveFax } = yield* Embedded
        const faxId = yield* receiveFax({ from: "+14155555678", to: number, bytes: new Uint8Array(1000) })
        const read = (fallen: Fault.Fault) =>
          Effect.gen(function* () {
            yield* fault(fallen)
            let bytes = 0
            const error = yield* Stream.unwrap(Fax.downloadReceived({ faxId })).pipe(
              Stream.runForEach((chunk) => Effect.sync(() => void (bytes += chunk.byteLength))),
              Effect.flip
            )
            // A client may drop received bytes when the connection breaks.
            assert.isAtMost(bytes, 500)
            return [nameOf(error), error.outcome]
          })
        assert.deepStrictEqual(yield* paced(read(Fault.cutOff)), ["Transport", "unknown"])
        assert.deepStrictEqual(yield* paced(read(Fault.stall)), ["Timeout", "unknown"])
      }).pipe(Effect.provide(transports[transport]([], { timeout: { attempt: "2 seconds" } })))
    )
  }
})

describe("Fault.expireToken", () => {
  it.effect("the next account operation exchanges the key once, and succeeds", () =>
    Effect.gen(function* () {
      yield* Account.Users.list()
      const { fault } = yield* Embedded
      yield* fault(Fault.expireToken)
      // This operation uses the key, not a token.
      yield* Numbers.list()
      yield* Account.Users.list()
      yield* Account.Users.list()
      const { requests } = yield* Embedded
      assert.deepStrictEqual(
        (yield* requests).map(({ operation, status }) => `${operation} ${status}`),
        [
          "AccessTokens.exchange 201",
          "Account.Users.list 200",
          "Numbers.list 200",
          "Account.Users.list 401",
          "AccessTokens.exchange 201",
          "Account.Users.list 200",
          "Account.Users.list 200"
        ]
      )
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})
