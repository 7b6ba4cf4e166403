import * as Http from "node:http"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { TestClock } from "effect/testing"
import { Audian, Cached, Numbers, type Operation, Retry } from "effect-audian"
import { NodeAudian } from "effect-audian/node"
import { each } from "./support/each.ts"
import { reasonOf } from "./support/errors.ts"
import { failed, flush, hanging, json, later, listed, type Responder, route, script, settle } from "./support/http.ts"
import { getAccount } from "./support/operations.ts"
import { listen } from "./support/server.ts"

const config = (name: string, headers: Record<string, string> = {}): Responder =>
  json(200, { data: { number_id: "n1", friendly_name: name } }, headers)

const input = { number_id: "n1" }
const minute = { timeToLive: "1 minute", capacity: 100 } as const
const once = { retry: Retry.none }

const nameOf = (config: object): unknown => (config as { readonly friendly_name?: unknown }).friendly_name

describe("Cached.make", () => {
  it.effect("keeps a value for its time, then reads it again", () => {
    const http = script(config("a"), config("b"))
    return Effect.gen(function* () {
      const get = yield* Cached.make(Numbers.getConfig, minute)
      assert.strictEqual(nameOf(yield* get(input)), "a")
      yield* TestClock.adjust("59 seconds")
      assert.strictEqual(nameOf(yield* get({ ...input })), "a")
      assert.strictEqual(http.sent.length, 1)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(nameOf(yield* get(input)), "b")
      assert.strictEqual(http.sent.length, 2)
    }).pipe(Effect.provide(http.audian()))
  })

  it.effect("1,000 readers at once share one request", () => {
    const http = script(later("1 second", config("a")))
    return Effect.gen(function* () {
      const get = yield* Cached.make(Numbers.getConfig, minute)
      const all = yield* settle(
        Effect.forEach(Array.from({ length: 1000 }), () => get(input), { concurrency: "unbounded" })
      )
      assert.strictEqual(all.length, 1000)
      assert.strictEqual(http.sent.length, 1)
    }).pipe(Effect.provide(http.audian()))
  })

  it.live("1,000 readers at once send one request over a socket", () =>
    Effect.gen(function* () {
      let requests = 0
      const server = Http.createServer((_, response) => {
        requests++
        setImmediate(() =>
          response.writeHead(200, { "content-type": "application/json" }).end('{"data":{"number_id":"n1"}}')
        )
      })
      const baseUrl = yield* listen(server)
      yield* Effect.gen(function* () {
        const get = yield* Cached.make(Numbers.getConfig, minute)
        yield* Effect.forEach(Array.from({ length: 1000 }), () => get(input), { concurrency: "unbounded" })
      }).pipe(Effect.provide(NodeAudian.layer({ apiKey: "sk", baseUrl, proxy: false })))
      assert.strictEqual(requests, 1)
    }).pipe(Effect.scoped)
  )

  it.effect("does not keep a failure, and shares one", () => {
    const http = script(later("1 second", failed(404)), failed(404), config("a"))
    return Effect.gen(function* () {
      const get = yield* Cached.make(Numbers.getConfig, minute)
      const both = yield* settle(Effect.all([Effect.flip(get(input)), Effect.flip(get(input))], { concurrency: 2 }))
      assert.deepStrictEqual(
        both.map(({ _tag }) => _tag),
        ["NotFound", "NotFound"]
      )
      assert.strictEqual(http.sent.length, 1)
      yield* Effect.flip(get(input))
      assert.strictEqual(nameOf(yield* get(input)), "a")
    }).pipe(Effect.provide(http.audian(once)))
  })

  it.effect("a reader that is interrupted leaves the others their request; the last one takes it along", () => {
    const http = script(later("10 seconds", config("a")), hanging)
    return Effect.gen(function* () {
      const get = yield* Cached.make(Numbers.getConfig, minute)
      const first = yield* Effect.forkChild(get(input))
      const second = yield* Effect.forkChild(get(input))
      yield* flush
      yield* Fiber.interrupt(first)
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(nameOf(yield* Fiber.join(second)), "a")
      assert.strictEqual(http.sent.length, 1)
      const third = yield* Effect.forkChild(get({ number_id: "n2" }))
      yield* flush
      yield* Fiber.interrupt(third)
      assert.isTrue(http.sent[1]?.signal.aborted)
    }).pipe(Effect.provide(http.audian()))
  })

  it.effect("distinguishes inputs, accounts, credentials, headers and clients", () => {
    const http = route(() => json(200, { data: { id: "x" } }))
    const other = route(() => json(200, { data: { id: "x" } }))
    return Effect.gen(function* () {
      const get = yield* Cached.make(getAccount, minute)
      const calls = [
        get(),
        get({ account_id: "acc_1" }),
        get().pipe(Audian.withAccount("acc_2")),
        get().pipe(Audian.withCredentials({ authToken: "t1", accountId: "acc_3" })),
        get().pipe(Audian.withCredentials({ authToken: "t2", accountId: "acc_3" })),
        get({ account_id: "acc_1" }).pipe(Audian.withHeaders({ "accept-language": "de" }))
      ]
      for (const call of [...calls, ...calls]) yield* call
      assert.strictEqual(http.sent.length, calls.length)
      yield* Effect.provide(get(), other.account())
      assert.strictEqual(other.sent.length, 1)
      // One request, however it is written.
      yield* get().pipe(Audian.withAccount("acc_1"))
      yield* get().pipe(Audian.withCredentials({ authToken: "t1", accountId: "acc_3" }))
      assert.strictEqual(http.sent.length, calls.length)
    }).pipe(Effect.provide(http.account()))
  })

  it.effect("forgets the value that was read longest ago when there are too many", () => {
    const http = script(config("a"))
    return Effect.gen(function* () {
      const get = yield* Cached.make(Numbers.getConfig, { ...minute, capacity: 2 })
      for (const number_id of ["n1", "n2", "n1", "n3", "n1", "n2"]) yield* get({ number_id })
      assert.deepStrictEqual(
        http.sent.map(({ url }) => url.pathname.split("/")[3]),
        ["n1", "n2", "n3", "n2"]
      )
    }).pipe(Effect.provide(http.audian()))
  })

  it.effect("revalidates a value with an ETag by If-None-Match; a 304 renews it", () => {
    const seen: Array<string | undefined> = []
    const responses = [
      config("a", { etag: '"v1"' }),
      json(304, undefined),
      config("b", { etag: 'W/"v2"' }),
      failed(500),
      config("c")
    ]
    const http = route(({ headers }, nth) => {
      seen.push(headers["if-none-match"])
      return responses[nth]!
    })
    return Effect.gen(function* () {
      const get = yield* Cached.make(Numbers.getConfig, minute)
      const many = Effect.map(
        Effect.forEach(Array.from({ length: 10 }), () => get(input), { concurrency: "unbounded" }),
        (all) => [...new Set(all.map(nameOf))]
      )
      assert.deepStrictEqual(yield* many, ["a"])
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(yield* many, ["a"])
      yield* TestClock.adjust("30 seconds")
      assert.deepStrictEqual(yield* many, ["a"])
      yield* TestClock.adjust("30 seconds")
      assert.deepStrictEqual(yield* many, ["b"])
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* Effect.flip(many))._tag, "InternalServerError")
      assert.deepStrictEqual(yield* many, ["c"])
      assert.deepStrictEqual(seen, [undefined, '"v1"', '"v1"', 'W/"v2"', undefined])
    }).pipe(Effect.provide(http.audian(once)))
  })

  it.effect("a 304 to a request without If-None-Match is an error of the call", () => {
    const http = script(json(304, undefined))
    return Effect.gen(function* () {
      const get = yield* Cached.make(Numbers.getConfig, minute)
      const plain = yield* Effect.flip(get(input))
      assert.strictEqual(reasonOf(plain), "UnexpectedStatus")
      const own = yield* Effect.flip(get(input).pipe(Audian.withHeaders({ "if-none-match": '"mine"' })))
      assert.strictEqual(reasonOf(own), "UnexpectedStatus")
    }).pipe(Effect.provide(http.audian()))
  })

  it.effect("reports an invalid input or option of the call", () => {
    const http = script(listed)
    return Effect.gen(function* () {
      const get = yield* Cached.make(Numbers.getConfig, minute)
      const wrong = yield* Effect.flip(get({ number_id: 7 as unknown as string }))
      assert.strictEqual(reasonOf(wrong), "InvalidRequest")
      const options = yield* Effect.flip(get(input).pipe(Audian.withTimeout({ total: 0 })))
      assert.strictEqual(reasonOf(options), "InvalidRequest")
      assert.deepStrictEqual(http.sent, [])
    }).pipe(Effect.provide(http.audian()))
  })

  it.effect("Audian.withResponse has no response for a value that was kept", () => {
    const http = script(config("a"))
    return Effect.gen(function* () {
      const get = yield* Cached.make(Numbers.getConfig, minute)
      assert.strictEqual((yield* Audian.withResponse(get(input)))[1]?.status, 200)
      assert.isUndefined((yield* Audian.withResponse(get(input)))[1])
    }).pipe(Effect.provide(http.audian()))
  })

  each(
    [
      [{ capacity: 1 }, "timeToLive"],
      [{ timeToLive: "1 minute" }, "capacity"],
      [{ timeToLive: "soon", capacity: 1 }, "timeToLive"],
      [{ timeToLive: "1 minute", capacity: 0 }, "capacity"],
      [{ timeToLive: "1 minute", capacity: 1, ttl: 1 }, "ttl"]
    ] as const,
    ([options]) => `dies with InvalidOptions: ${JSON.stringify(options)}`,
    ([options, name]) =>
      Effect.gen(function* () {
        const exit = yield* Effect.exit(Cached.make(Numbers.getConfig, options as unknown as Cached.Options))
        assert.isTrue(Exit.hasDies(exit))
        assert.include(String(exit), name)
      })
  )

  each(
    [Numbers.purchase, Numbers.updateConfig] as unknown as ReadonlyArray<Operation.Operation<object, object, "read">>,
    ({ name }) => `dies for ${name}, which is no read`,
    (operation) =>
      Effect.gen(function* () {
        assert.isTrue(Exit.hasDies(yield* Effect.exit(Cached.make(operation, minute))))
      })
  )
})

describe("Cached.dedupe", () => {
  it.effect("shares a request in flight and keeps nothing", () => {
    const http = script(later("1 second", config("a", { etag: '"v1"' })))
    return Effect.gen(function* () {
      const get = yield* Cached.dedupe(Numbers.getConfig)
      yield* settle(Effect.all([get(input), get(input)], { concurrency: 2 }))
      assert.strictEqual(http.sent.length, 1)
      yield* settle(get(input))
      assert.strictEqual(http.sent.length, 2)
      assert.isUndefined(http.sent[1]?.headers["if-none-match"])
    }).pipe(Effect.provide(http.audian()))
  })
})

describe("Cached: invalidation", () => {
  it.effect("invalidate forgets one value, invalidateAll every one", () => {
    const http = script(config("a"))
    return Effect.gen(function* () {
      const get = yield* Cached.make(Numbers.getConfig, minute)
      const both = Effect.andThen(get(input), get({ number_id: "n2" }))
      yield* both
      yield* get.invalidate(input)
      yield* both
      assert.strictEqual(http.sent.length, 3)
      yield* get.invalidateAll
      yield* both
      assert.strictEqual(http.sent.length, 5)
    }).pipe(Effect.provide(http.audian()))
  })

  each(
    [
      { title: "that succeeded", response: config("b"), reads: 2 },
      { title: "whose outcome is unknown", response: failed(500), reads: 2 },
      { title: "that was not executed", response: failed(422), reads: 1 }
    ],
    ({ reads, title }) => `invalidateAfter ${reads === 2 ? "forgets" : "keeps"} the value after a write ${title}`,
    ({ response, reads }) => {
      const http = route(({ method }) => (method === "GET" ? config("a") : response))
      return Effect.gen(function* () {
        const get = yield* Cached.make(Numbers.getConfig, minute)
        yield* get(input)
        yield* Effect.exit(
          Numbers.updateConfig({ ...input, friendly_name: "b" }).pipe(Cached.invalidateAfter(get.invalidate(input)))
        )
        yield* get(input)
        assert.strictEqual(http.sent.filter(({ method }) => method === "GET").length, reads)
      }).pipe(Effect.provide(http.audian(once)))
    }
  )
})
