import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { Account, Api, Audian, type AudianError, Fax, Numbers, type Page, type PhoneNumber } from "effect-audian"
import { AudianTest, EmbeddedAudian } from "effect-audian/testing"
import * as Visited from "../src/internal/paging/visited.ts"
import { codecOf } from "../src/internal/service.ts"
import { failed, flush, json, route, type Sent, settle } from "./support/http.ts"

/** A number as the server sends it. */
const number = (n: number) => ({ id: `num_${n}`, number: `+1415555${1000 + n}` })

/** A server of `total` numbers that pages by offset. */
const byOffset = (total: number, options: { readonly reported?: number | undefined } = { reported: total }) =>
  route(({ url }) => {
    const limit = Number(url.searchParams.get("limit") ?? 20)
    const offset = Number(url.searchParams.get("offset") ?? 0)
    const numbers = Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, i) => number(offset + i))
    const data = { numbers, limit, offset, ...(options.reported !== undefined && { total: options.reported }) }
    return json(200, { success: true, data })
  })

/** An engine server with pages by key. */
const byKey = (pages: Record<string, { readonly ids: ReadonlyArray<string>; readonly next?: unknown }>) =>
  route(({ url }) => {
    const { ids, next } = pages[url.searchParams.get("start_key") ?? ""] ?? { ids: [] }
    return json(200, { data: ids.map((id) => ({ id })), next_start_key: next, status: "success" })
  })

const engine = (http: ReturnType<typeof byKey>) =>
  Layer.provide(Audian.layer({ authToken: "jwt", accountId: "a" }), http.layer)

const offsets = (sent: ReadonlyArray<Sent>) => sent.map(({ url }) => url.searchParams.get("offset"))
const keys = (sent: ReadonlyArray<Sent>) => sent.map(({ url }) => url.searchParams.get("start_key"))

describe("Page", () => {
  describe("Page.byOffset", () => {
    it.effect("streams every item once, in order, and requests no page beyond the total", () => {
      const http = byOffset(45)
      return Effect.gen(function* () {
        const ids = yield* settle(Stream.runCollect(Stream.map(Numbers.list.items({ limit: 20 }), ({ id }) => id)))
        assert.deepStrictEqual(
          ids,
          Array.from({ length: 45 }, (_, i) => `num_${i}`)
        )
        assert.deepStrictEqual(offsets(http.sent), [null, "20", "40"])
        for (const { url } of http.sent) assert.strictEqual(url.searchParams.get("limit"), "20")
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("ends at the total even when the last page is full, and has the total on each page", () => {
      const http = byOffset(40)
      return Effect.gen(function* () {
        const pages = yield* settle(Stream.runCollect(Numbers.list.pages()))
        assert.deepStrictEqual(
          pages.map(({ isLast, items, next, total }) => [items.length, next, isLast, total]),
          [
            [20, { _tag: "Next", operation: "Numbers.list", input: { offset: 20 } }, false, 40],
            [20, { _tag: "End", operation: "Numbers.list" }, true, 40]
          ]
        )
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("ends at a short page without a total", () => {
      const http = byOffset(25, {})
      return Effect.gen(function* () {
        assert.strictEqual((yield* settle(Stream.runCollect(Numbers.list.items({ limit: 10 })))).length, 25)
        assert.deepStrictEqual(offsets(http.sent), [null, "10", "20"])
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("ends at an empty page, whatever the total", () => {
      const http = byOffset(4, { reported: 5 })
      return Effect.gen(function* () {
        const ids = yield* settle(Stream.runCollect(Stream.map(Numbers.list.items({ limit: 4 }), ({ id }) => id)))
        assert.deepStrictEqual(ids, ["num_0", "num_1", "num_2", "num_3"])
        assert.deepStrictEqual(offsets(http.sent), [null, "4"])
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("reads on when the total is smaller than the number of items", () => {
      const http = byOffset(25, { reported: 3 })
      return Effect.gen(function* () {
        assert.strictEqual((yield* settle(Stream.runCollect(Numbers.list.items({ limit: 10 })))).length, 25)
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("fails with the cursor when the server ignores the offset", () => {
      const http = route(() => json(200, { success: true, data: { numbers: [number(1), number(2)], limit: 2 } }))
      return Effect.gen(function* () {
        const seen: Array<string> = []
        const error = yield* settle(
          Effect.flip(
            Stream.runForEach(Numbers.list.items({ limit: 2 }), ({ id }) => Effect.sync(() => void seen.push(id)))
          )
        )
        assert.isTrue(error._tag === "AudianClientError" && error.reason._tag === "InvalidResponse")
        assert.strictEqual(error.operation, "Numbers.list")
        assert.include(error.message, '{"offset":2}')
        assert.deepStrictEqual(seen, ["num_1", "num_2"])
        assert.strictEqual(http.sent.length, 2)
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect.each([
      ["id", { id: "num_1", number: "+14155551001" }],
      ["number", { number: "+14155551001" }]
    ] as const)("ignores fields that change at each read: %s", ([, item]) => {
      let reads = 0
      const http = route(() => json(200, { success: true, data: { faxes: [{ ...item, seen_at: reads++ }], limit: 1 } }))
      return Effect.gen(function* () {
        const error = yield* Effect.flip(Stream.runDrain(Stream.take(Fax.listReceived.items({ limit: 1 }), 5)))
        assert.include(error.message, "The server ignores the offset")
        assert.strictEqual(http.sent.length, 2)
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("ends when the server returns the whole list for every page", () => {
      const numbers = Array.from({ length: 25 }, (_, i) => number(i))
      const http = route(() => json(200, { success: true, data: { numbers } }))
      return Effect.gen(function* () {
        assert.strictEqual((yield* settle(Stream.runCollect(Numbers.list.items()))).length, 25)
        assert.strictEqual(http.sent.length, 2)
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("drops the items that a clamped offset repeats", () =>
      Effect.forEach(
        [
          // The last item alone, for any offset beyond the end.
          { total: 5, limit: 5, clamp: (offset: number) => Math.min(offset, 4) },
          // The last full page.
          { total: 45, limit: 20, clamp: (offset: number) => Math.min(offset, 25) }
        ],
        ({ clamp, limit, total }) => {
          const http = route(({ url }) => {
            const offset = clamp(Number(url.searchParams.get("offset") ?? 0))
            const numbers = Array.from({ length: Math.min(limit, total - offset) }, (_, i) => number(offset + i))
            return json(200, { success: true, data: { numbers, limit, offset } })
          })
          return Effect.gen(function* () {
            const ids = yield* settle(Stream.runCollect(Stream.map(Numbers.list.items({ limit }), ({ id }) => id)))
            assert.deepStrictEqual(
              ids,
              Array.from({ length: total }, (_, i) => `num_${i}`)
            )
          }).pipe(Effect.provide(http.audian()))
        }
      )
    )

    it.effect("fails at a gap before the offset of the response", () => {
      const http = route(({ url }) => {
        const offset = Number(url.searchParams.get("offset") ?? 0)
        return json(200, {
          success: true,
          data: { numbers: [number(offset)], limit: 1, offset: offset + (offset && 1) }
        })
      })
      return Effect.gen(function* () {
        const error = yield* settle(Effect.flip(Stream.runDrain(Numbers.list.items({ limit: 1 }))))
        assert.match(error.message, /starts at offset 2, so items are missing, at \{"offset":1\}/)
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("concurrency: keeps the order, and the number of requests in flight", () => {
      let inFlight = 0
      let most = 0
      const http = byOffset(200)
      const client = HttpClient.mapRequestEffect(http.client, (request) =>
        Effect.gen(function* () {
          most = Math.max(most, ++inFlight)
          // The first requests take the longest.
          yield* Effect.sleep(`${20 - http.sent.length} seconds`)
          inFlight--
          return request
        })
      )
      return Effect.gen(function* () {
        const pages = yield* settle(Stream.runCollect(Numbers.list.pages({ limit: 10 }, { concurrency: 4 })))
        const ids = pages.flatMap(({ items }) => items.map(({ id }) => id))
        assert.deepStrictEqual(
          ids,
          Array.from({ length: 200 }, (_, i) => `num_${i}`)
        )
        assert.strictEqual(most, 4)
        assert.strictEqual(http.sent.length, 20)
      }).pipe(
        Effect.provide(Layer.provide(Audian.layer({ apiKey: "k" }), Layer.succeed(HttpClient.HttpClient, client)))
      )
    })

    it.effect("concurrency: reads every item once when a page is shorter than predicted", () => {
      const http = route(({ url }) => {
        const offset = Number(url.searchParams.get("offset") ?? 0)
        const length = Math.min(offset === 20 ? 7 : 10, 95 - offset)
        const numbers = Array.from({ length }, (_, i) => number(offset + i))
        return json(200, { success: true, data: { numbers, limit: 10, offset, total: 95 } })
      })
      return Effect.gen(function* () {
        const ids = yield* settle(
          Stream.runCollect(Stream.map(Numbers.list.items({ limit: 10 }, { concurrency: 3 }), ({ id }) => id))
        )
        assert.deepStrictEqual(
          ids,
          Array.from({ length: 95 }, (_, i) => `num_${i}`)
        )
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("concurrency: requests no page beyond maxPages", () => {
      const http = byOffset(1000)
      return Effect.gen(function* () {
        const options = { concurrency: 8, maxPages: 3 }
        yield* settle(Stream.runDrain(Numbers.list.pages({ limit: 10 }, options)))
        assert.strictEqual(http.sent.length, 3)
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("starts at the input's offset, and resumes from a stored cursor", () => {
      const http = byOffset(50)
      const input = { limit: 10, offset: 15, status: "active" }
      return Effect.gen(function* () {
        const [first] = yield* settle(Stream.runCollect(Numbers.list.pages(input, { maxPages: 1 })))
        const stored = JSON.parse(JSON.stringify(first?.next)) as Page.Cursor
        const rest = yield* settle(Stream.runCollect(Numbers.list.resume(stored)))
        assert.deepStrictEqual(
          [first, ...rest].flatMap((page) => page?.items.map(({ id }) => id)),
          Array.from({ length: 35 }, (_, i) => `num_${15 + i}`)
        )
        for (const { url } of http.sent) assert.strictEqual(url.searchParams.get("status"), "active")
      }).pipe(Effect.provide(http.audian()))
    })
  })

  describe("Page.byKey", () => {
    const three = { "": { ids: ["a", "b"], next: "k1" }, k1: { ids: [], next: "k2" }, k2: { ids: ["c"] } }

    it.effect("follows the key of an empty page", () => {
      const http = byKey(three)
      return Effect.gen(function* () {
        const items = yield* settle(Stream.runCollect(Account.Users.list.items({ page_size: 2 })))
        assert.deepStrictEqual(
          items.map(({ id }) => id),
          ["a", "b", "c"]
        )
        assert.deepStrictEqual(keys(http.sent), [null, "k1", "k2"])
      }).pipe(Effect.provide(engine(http)))
    })

    it.effect("returns a key that is not a string as JSON", () => {
      const http = byKey({ "": { ids: ["a"], next: ["x", 1] }, '["x",1]': { ids: ["b"] } })
      return Effect.gen(function* () {
        assert.strictEqual((yield* settle(Stream.runCollect(Account.Users.list.items()))).length, 2)
      }).pipe(Effect.provide(engine(http)))
    })

    it.effect("fails at a key that does not advance", () => {
      const http = byKey({ "": { ids: ["a"], next: "k1" }, k1: { ids: ["b"], next: "k1" } })
      return Effect.gen(function* () {
        const seen: Array<string | undefined> = []
        const error = yield* settle(
          Effect.flip(Stream.runForEach(Account.Users.list.items(), ({ id }) => Effect.sync(() => void seen.push(id))))
        )
        assert.isTrue(error._tag === "AudianClientError" && error.reason._tag === "InvalidResponse")
        assert.include(error.message, '{"start_key":"k1"}')
        assert.deepStrictEqual(keys(http.sent), [null, "k1"])
        assert.deepStrictEqual(seen, ["a", "b"])
      }).pipe(Effect.provide(engine(http)))
    })

    it.effect("fails with the cursor at a cycle of any length", () =>
      Effect.forEach([1, 2, 3, 50], (length) => {
        const http = route(({ url }) => {
          const at = Number(url.searchParams.get("start_key") ?? 0)
          return json(200, { data: [{ id: `u${at}` }], next_start_key: String((at % length) + 1) })
        })
        return Effect.gen(function* () {
          const error = yield* settle(Effect.flip(Stream.runDrain(Account.Users.list.items())))
          assert.isTrue(error._tag === "AudianClientError" && error.reason._tag === "InvalidResponse")
          assert.include(error.message, '{"start_key":"1"}')
          assert.strictEqual(http.sent.length, length + 1)
        }).pipe(Effect.provide(engine(http)))
      })
    )

    it.effect("maxPages: ends the stream, and the last page has its cursor", () => {
      const http = byKey(three)
      return Effect.gen(function* () {
        const pages = yield* settle(Stream.runCollect(Account.Users.list.pages({}, { maxPages: 2 })))
        assert.deepStrictEqual(
          pages.map(({ next }) => next._tag === "Next" && next.input.start_key),
          ["k1", "k2"]
        )
        assert.strictEqual(http.sent.length, 2)
      }).pipe(Effect.provide(engine(http)))
    })
  })

  it.effect("prefetch: an abandoned stream requests further pages only with prefetch", () =>
    Effect.forEach([false, true], (prefetch) => {
      const http = byOffset(100)
      return Effect.gen(function* () {
        const gate = yield* Deferred.make<void>()
        const taken = yield* Effect.forkChild(
          Stream.runDrain(Stream.tap(Stream.take(Numbers.list.pages({}, { prefetch }), 1), () => Deferred.await(gate)))
        )
        yield* flush
        assert.strictEqual(http.sent.length, prefetch ? 3 : 1)
        yield* Deferred.succeed(gate, undefined)
        yield* flush
        assert.isDefined(taken.pollUnsafe())
        assert.isAtMost(http.sent.length, prefetch ? 3 : 1)
      }).pipe(Effect.provide(http.audian()))
    })
  )

  describe("Page.byTime", () => {
    const widest = 31 * 86_400 + 3600
    const windows = (sent: ReadonlyArray<Sent>) =>
      sent.map(({ url }) => [Number(url.searchParams.get("created_from")), Number(url.searchParams.get("created_to"))])
    const quiet = () => route(() => json(200, { data: [], status: "success" }))

    it.effect("splits a long range into adjacent windows, the latest first", () => {
      const http = quiet()
      const [from, to] = [1_700_000_000, 1_710_000_000]
      return Effect.gen(function* () {
        yield* settle(Stream.runDrain(Account.Cdrs.list.pages({ created_from: from, created_to: to })))
        const sent = windows(http.sent)
        assert.strictEqual(sent[0]?.[1], to)
        assert.strictEqual(sent.at(-1)?.[0], from)
        sent.forEach(([start, end], i) => {
          assert.isAtMost(end! - start!, widest)
          if (i > 0) assert.strictEqual(end, sent[i - 1]![0]! - 1)
        })
        assert.strictEqual(sent.length, Math.ceil((to - from + 1) / (widest + 1)))
      }).pipe(Effect.provide(engine(http)))
    })

    it.effect("follows the keys of a window before the next window", () => {
      const [from, to] = [1_700_000_000, 1_704_000_000]
      const http = route(({ url }) => {
        const key = url.searchParams.get("start_key")
        return json(200, { data: [{ id: key ?? "first" }], next_start_key: key === null ? "second" : undefined })
      })
      return Effect.gen(function* () {
        const items = yield* settle(Stream.runCollect(Account.Cdrs.list.items({ created_from: from, created_to: to })))
        assert.deepStrictEqual(
          items.map(({ id }) => id),
          ["first", "second", "first", "second"]
        )
        assert.deepStrictEqual(keys(http.sent), [null, "second", null, "second"])
        assert.deepStrictEqual(windows(http.sent), [
          [to - widest, to],
          [to - widest, to],
          [from, to - widest - 1],
          [from, to - widest - 1]
        ])
      }).pipe(Effect.provide(engine(http)))
    })

    it.effect("created_to defaults to now, in the epoch of created_from", () =>
      Effect.forEach(
        [
          { from: 86_400, now: 86_400 * 10 },
          { from: 62_167_219_200 + 86_400, now: 62_167_219_200 + 86_400 * 10 }
        ],
        ({ from, now }) => {
          const http = quiet()
          return Effect.gen(function* () {
            yield* TestClock.setTime(86_400_000 * 10)
            yield* Stream.runDrain(Account.Cdrs.list.pages({ created_from: from }))
            assert.deepStrictEqual(windows(http.sent), [[from, now]])
          }).pipe(Effect.provide(engine(http)))
        }
      )
    )

    it.effect("resumes from a cursor within a range", () => {
      const http = quiet()
      const input = { created_from: 1_700_000_000, created_to: 1_710_000_000 }
      return Effect.gen(function* () {
        const [first] = yield* settle(Stream.runCollect(Account.Cdrs.list.pages(input, { maxPages: 1 })))
        yield* settle(Stream.runDrain(Account.Cdrs.list.resume(first!.next)))
        const all = windows(http.sent)
        for (const [i, [, end]] of all.slice(1).entries()) assert.strictEqual(end, all[i]![0]! - 1)
        assert.strictEqual(all.at(-1)?.[0], input.created_from)
      }).pipe(Effect.provide(engine(http)))
    })

    it.effect("concurrency: reads windows at a time, and keeps the order of their pages", () => {
      const [from, to] = [1_700_000_000, 1_720_000_000]
      let inFlight = 0
      let most = 0
      const http = route(({ url }) => {
        const window = url.searchParams.get("created_to") ?? ""
        const key = url.searchParams.get("start_key")
        return json(200, { data: [{ id: `${window}/${key ?? "0"}` }], next_start_key: key === null ? "1" : undefined })
      })
      const client = HttpClient.mapRequestEffect(http.client, (request) =>
        Effect.gen(function* () {
          most = Math.max(most, ++inFlight)
          // The first requests take the longest.
          yield* Effect.sleep(`${20 - http.sent.length} seconds`)
          inFlight--
          return request
        })
      )
      const audian = Layer.provide(
        Audian.layer({ authToken: "jwt", accountId: "a" }),
        Layer.succeed(HttpClient.HttpClient, client)
      )
      return Effect.gen(function* () {
        const range = { created_from: from, created_to: to }
        const ids = (options: Page.Options) =>
          Effect.map(settle(Stream.runCollect(Account.Cdrs.list.pages(range, options))), (pages) => ({
            ids: pages.flatMap(({ items }) => items.map(({ id }) => id)),
            last: pages.at(-1)?.isLast,
            cursors: pages.map(({ next }) => next)
          }))
        const sequential = yield* ids({})
        assert.strictEqual(most, 1)
        const concurrent = yield* ids({ concurrency: 3 })
        assert.strictEqual(most, 3)
        assert.deepStrictEqual(concurrent, sequential)
        assert.strictEqual(sequential.ids.length, 2 * Math.ceil((to - from + 1) / (widest + 1)))
        assert.isTrue(sequential.last)
      }).pipe(Effect.provide(audian))
    })

    it.effect("sends no range without created_from", () => {
      const http = quiet()
      return Effect.gen(function* () {
        yield* settle(Stream.runDrain(Account.Cdrs.list.pages()))
        assert.deepStrictEqual(
          http.sent.map(({ url }) => url.search),
          [""]
        )
      }).pipe(Effect.provide(engine(http)))
    })
  })

  it.effect("streams from the embedded server and from a stub", () =>
    Effect.gen(function* () {
      const found = yield* Stream.runCollect(Numbers.search.items({ location: "US-CA", limit: 20 }))
      assert.strictEqual(found.length, 51)
      assert.strictEqual(new Set(found.map(({ number }) => number)).size, 51)
      const one: Numbers.PurchasedNumber = { id: "num_1", number: "+14155551234" as PhoneNumber.PhoneNumber }
      const stubbed = yield* Stream.runCollect(Numbers.list.items()).pipe(
        Effect.provide(AudianTest.layer(AudianTest.handle(Numbers.list, () => Effect.succeed({ numbers: [one] }))))
      )
      assert.deepStrictEqual(stubbed, [one])
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("byOffset: continues when the server applies a lower limit and reports no total", () => {
    const all = Array.from({ length: 120 }, (_, i) => ({ id: `num_${i}`, number: "+14155551234" }))
    const http = route(({ url }) => {
      const offset = Number(url.searchParams.get("offset") ?? 0)
      return json(200, { data: { numbers: all.slice(offset, offset + 50), limit: 50, offset } })
    })
    return Effect.gen(function* () {
      const found = yield* Stream.runCollect(Numbers.list.items({ limit: 100 }))
      assert.strictEqual(found.length, 120)
      assert.strictEqual(http.sent.length, 3)
    }).pipe(Effect.provide(http.audian()))
  })

  it.effect("byTime: a cursor of the next window has no start_key", () => {
    const http = route(({ url }) =>
      json(200, { data: [], ...(!url.searchParams.has("start_key") && { next_start_key: "K" }) })
    )
    return Effect.gen(function* () {
      const input = { account_id: "a", created_from: 1_704_067_190, created_to: 1_704_067_200 + 2_682_000 }
      let pages = Account.Cdrs.list.pages(input, { maxPages: 1 })
      for (let turn = 0; turn < 3; turn++) {
        const page = yield* Stream.runHead(pages)
        if (page._tag === "Some") pages = Account.Cdrs.list.resume(page.value.next, { maxPages: 1 })
      }
      assert.deepStrictEqual(
        http.sent.map(({ url }) => [url.searchParams.get("start_key"), url.searchParams.get("created_to")]),
        [
          [null, "1706749200"],
          ["K", "1706749200"],
          [null, "1704067199"]
        ]
      )
    }).pipe(Effect.provide(Layer.provide(Audian.layer({ authToken: "jwt", accountId: "a" }), http.layer)))
  })

  it.effect("byTime: converts both bounds to one epoch", () => {
    const http = route(() => json(200, { data: [] }))
    return Effect.gen(function* () {
      yield* Stream.runDrain(
        Account.Cdrs.list.items({ created_from: 1_704_067_200, created_to: 1_704_067_300 + 62_167_219_200 })
      )
      assert.deepStrictEqual(
        http.sent.map(({ url }) => url.searchParams.get("created_to")),
        ["1704067300"]
      )
    }).pipe(Effect.provide(Layer.provide(Audian.layer({ authToken: "jwt", accountId: "a" }), http.layer)))
  })

  it("every operation with paging input has streams", () => {
    const paged = Api.operations().filter((operation) => {
      const ast = operation.endpoint.query?.ast
      const fields = ast !== undefined && SchemaAST.isObjects(ast) ? ast.propertySignatures.map(({ name }) => name) : []
      return codecOf(operation).method === "GET" && (fields.includes("start_key") || fields.includes("offset"))
    })
    assert.isAbove(paged.length, 20)
    assert.deepStrictEqual(
      paged.filter((operation) => !("pages" in operation)).map(({ name }) => name),
      []
    )
  })
})

describe("Page.Paged", () => {
  const refusal = (error: AudianError.AudianError) => [
    error._tag === "AudianClientError" && error.reason._tag,
    error.param,
    error.attempts
  ]

  it.effect("resume: an End is an empty stream; any other value is refused, and nothing is sent", () => {
    const http = byOffset(30)
    return Effect.gen(function* () {
      const [page] = yield* settle(Stream.runCollect(Numbers.list.pages({ limit: 100 })))
      assert.isTrue(page?.isLast)
      assert.deepStrictEqual(yield* Stream.runCollect(Numbers.list.resume(page!.next)), [])
      const users: Page.Cursor = { _tag: "Next", operation: "Account.Users.list", input: {} }
      for (const wrong of [undefined, null, {}, { offset: 20 }, "End", users]) {
        const error = yield* Effect.flip(Stream.runDrain(Numbers.list.resume(wrong as Page.Cursor)))
        assert.deepStrictEqual(refusal(error), ["InvalidRequest", "cursor", 0])
      }
      // A cursor that is merged into an input does not start the list again.
      const merged = { limit: 100, ...page?.next }
      assert.deepStrictEqual(refusal(yield* Effect.flip(Stream.runDrain(Numbers.list.pages(merged)))), [
        "InvalidRequest",
        "_tag",
        0
      ])
      assert.strictEqual(http.sent.length, 1)
    }).pipe(Effect.provide(http.audian()))
  })

  it.effect("collect: returns items up to its bound, and whether these are all", () => {
    const http = byOffset(45)
    return Effect.gen(function* () {
      const collect = (maxItems: number) =>
        Effect.map(settle(Numbers.list.collect({ limit: 20 }, { maxItems })), ({ isComplete, items }) => [
          items.length,
          isComplete
        ])
      assert.deepStrictEqual(yield* collect(30), [30, false])
      assert.strictEqual(http.sent.length, 2)
      assert.deepStrictEqual(yield* collect(45), [45, true])
      assert.deepStrictEqual(yield* collect(1000), [45, true])
    }).pipe(Effect.provide(http.audian()))
  })

  it.effect("refuses options that are not positive numbers", () => {
    const http = byOffset(45)
    return Effect.gen(function* () {
      for (const [name, value] of [
        ["maxPages", 0],
        ["maxItems", Number.NaN],
        ["concurrency", "4"]
      ] as const) {
        const options = { maxItems: 10, [name]: value as number }
        const error = yield* Effect.flip(Numbers.list.collect({}, options))
        assert.deepStrictEqual(refusal(error), ["InvalidRequest", name, 0])
      }
    }).pipe(Effect.provide(http.audian()))
  })

  it.effect("streams four lists whose responses are not documented, or are the list itself", () =>
    Effect.gen(function* () {
      const shapes = [
        [{ id: "a" }, { id: "b" }],
        { faxes: [{ id: "a" }, { id: "b" }], total: 2 },
        { success: true, data: { faxes: [{ id: "a" }, { id: "b" }], total: 2 } },
        { data: [{ id: "a" }, { id: "b" }], pagination: { limit: 10, offset: 0, total: 2 } }
      ]
      for (const shape of shapes) {
        const { audian } = route(() => json(200, shape))
        const faxes = yield* Effect.provide(Stream.runCollect(Fax.listReceived.items()), audian())
        const statuses = yield* Effect.provide(
          Stream.runCollect(Account.Registrations.listStatuses.items({ account_id: "a" })),
          audian({ apiKey: "k", authToken: "jwt" } as Audian.ClientOptions)
        )
        assert.deepStrictEqual(faxes, [{ id: "a" }, { id: "b" }])
        assert.deepStrictEqual(statuses, faxes)
      }
      const { audian } = route(() => json(200, { ok: true }))
      const error = yield* Effect.flip(Effect.provide(Stream.runDrain(Fax.listReceived.items()), audian()))
      assert.include(error.message, "The response has no list")

      const plans = byKey({ "": { ids: ["p1"], next: "k" }, k: { ids: ["p2"] } })
      assert.deepStrictEqual(
        yield* Effect.provide(Stream.runCollect(Account.Billing.listServicePlans.items()), engine(plans)),
        [{ id: "p1" }, { id: "p2" }]
      )

      const all = Array.from({ length: 7 }, (_, i) => `+1415555000${i}`)
      const numbers = route(({ url }) => {
        const offset = Number(url.searchParams.get("offset") ?? 0)
        return json(200, { data: all.slice(offset, offset + Number(url.searchParams.get("quantity") ?? 1)) })
      })
      for (const input of [{}, { quantity: 3 }, { quantity: 7 }]) {
        assert.deepStrictEqual<ReadonlyArray<unknown>>(
          yield* Effect.provide(Stream.runCollect(Account.PhoneNumbers.search.items(input)), engine(numbers)),
          all
        )
      }
    })
  )

  /** A page of a server that may do anything. */
  interface PageResponse {
    readonly ids: ReadonlyArray<number>
    readonly total?: number | undefined
    readonly offset?: number | undefined
    readonly limit?: number | undefined
    readonly key?: string | undefined
    /** A field of the items differs at each read. */
    readonly changes: boolean
  }
  const response = Schema.Struct({
    ids: Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3 }))).check(Schema.isMaxLength(4)),
    total: Schema.optional(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 }))),
    offset: Schema.optional(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 30 }))),
    limit: Schema.optional(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 5 }))),
    key: Schema.optional(Schema.Literals(["a", "b", "c", "d"])),
    changes: Schema.Boolean
  })
  const behaviour = Schema.Array(response).check(Schema.isMinLength(1), Schema.isMaxLength(12))
  const bounded = (responses: ReadonlyArray<PageResponse>) => {
    let requests = 0
    return route(({ url }) => {
      // A list that would not end is stopped, and fails the test.
      if (++requests > 500) return failed(404)
      const at = url.searchParams.get("start_key") ?? url.searchParams.get("offset") ?? "0"
      const { changes, ids, key, limit, offset, total } = responses[Visited.hash(at) % responses.length]!
      const seen = changes && { seen_at: requests }
      return url.pathname.endsWith("/numbers")
        ? json(200, {
            success: true,
            data: { numbers: ids.map((id) => ({ ...number(id), ...seen })), limit, offset, total }
          })
        : json(200, { data: ids.map((id) => ({ id: `u${id}`, ...seen })), next_start_key: key })
    })
  }

  it.effect.prop("ends whatever the server does", [behaviour], ([responses]) =>
    Effect.gen(function* () {
      const ends = <A>(
        stream: Stream.Stream<A, AudianError.AudianError, Audian.Audian>,
        audian: Layer.Layer<Audian.Audian>
      ) =>
        Effect.match(Effect.provide(Stream.runDrain(stream), audian), {
          onSuccess: () => true,
          onFailure: (error) => error._tag === "AudianClientError" && error.reason._tag === "InvalidResponse"
        })
      for (const concurrency of [1, 3]) {
        assert.isTrue(yield* ends(Numbers.list.pages({ limit: 3 }, { concurrency }), bounded(responses).audian()))
        assert.isTrue(yield* ends(Fax.listReceived.pages({}, { concurrency }), bounded(responses).audian()))
      }
      assert.isTrue(yield* ends(Account.Users.list.pages(), engine(bounded(responses))))
      const range = { created_from: 1_700_000_000, created_to: 1_710_000_000 }
      assert.isTrue(yield* ends(Account.Cdrs.list.pages(range), engine(bounded(responses))))
      assert.isTrue(yield* ends(Account.Cdrs.list.pages(range, { concurrency: 3 }), engine(bounded(responses))))
    })
  )
})
