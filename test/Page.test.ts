import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as SchemaAST from "effect/SchemaAST"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { Account, Api, Numbers, type Page, type PhoneNumber } from "effect-audian"
import { AudianTest, EmbeddedAudian } from "effect-audian/testing"
import { flush, json, route, type Sent, settle } from "./support/http.ts"

/** A number as the server sends it. */
const number = (n: number) => ({ id: `num_${n}`, number: `+1415555${1000 + n}` })

/** A server of `total` numbers that pages by offset. */
const byOffset = (total: number, options: { readonly total?: boolean } = {}) =>
  route(({ url }) => {
    const limit = Number(url.searchParams.get("limit") ?? 20)
    const offset = Number(url.searchParams.get("offset") ?? 0)
    const numbers = Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, i) => number(offset + i))
    const data = { numbers, limit, offset, ...(options.total !== false && { total }) }
    return json(200, { success: true, data })
  })

/** An engine server with pages by key. */
const byKey = (pages: Record<string, { readonly ids: ReadonlyArray<string>; readonly next?: unknown }>) =>
  route(({ url }) => {
    const { ids, next } = pages[url.searchParams.get("start_key") ?? ""] ?? { ids: [] }
    return json(200, { data: ids.map((id) => ({ id })), next_start_key: next, status: "success" })
  })

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
          pages.map(({ items, next, total }) => [items.length, next, total]),
          [
            [20, { offset: 20 }, 40],
            [20, undefined, 40]
          ]
        )
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("ends at a short page without a total", () => {
      const http = byOffset(25, { total: false })
      return Effect.gen(function* () {
        assert.strictEqual((yield* settle(Stream.runCollect(Numbers.list.items({ limit: 10 })))).length, 25)
        assert.deepStrictEqual(offsets(http.sent), [null, "10", "20"])
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("fails at an empty page before the total", () => {
      const http = route(() => json(200, { success: true, data: { numbers: [], total: 5, limit: 20, offset: 0 } }))
      return Effect.gen(function* () {
        const error = yield* settle(Effect.flip(Stream.runDrain(Numbers.list.pages())))
        assert.isTrue(error._tag === "AudianClientError" && error.reason._tag === "InvalidResponse")
        assert.strictEqual(error.operation, "Numbers.list")
        assert.match(error.message, /starts where this one does/)
        assert.strictEqual(http.sent.length, 1)
      }).pipe(Effect.provide(http.audian()))
    })

    it.effect("starts at the input's offset, and resumes from a stored cursor", () => {
      const http = byOffset(50)
      const input = { limit: 10, offset: 15 }
      return Effect.gen(function* () {
        const [first] = yield* settle(Stream.runCollect(Numbers.list.pages(input, { maxPages: 1 })))
        const stored = JSON.parse(JSON.stringify(first?.next)) as Page.Cursor
        const rest = yield* settle(Stream.runCollect(Numbers.list.items({ ...input, ...stored })))
        assert.deepStrictEqual(
          [...(first?.items ?? []), ...rest].map(({ id }) => id),
          Array.from({ length: 35 }, (_, i) => `num_${15 + i}`)
        )
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
      }).pipe(Effect.provide(http.account()))
    })

    it.effect("returns a key that is not a string as JSON", () => {
      const http = byKey({ "": { ids: ["a"], next: ["x", 1] }, '["x",1]': { ids: ["b"] } })
      return Effect.gen(function* () {
        assert.strictEqual((yield* settle(Stream.runCollect(Account.Users.list.items()))).length, 2)
      }).pipe(Effect.provide(http.account()))
    })

    it.effect("fails at a key that does not advance", () => {
      const http = byKey({ "": { ids: ["a"], next: "k1" }, k1: { ids: ["b"], next: "k1" } })
      return Effect.gen(function* () {
        const seen: Array<string | undefined> = []
        const error = yield* settle(
          Effect.flip(Stream.runForEach(Account.Users.list.items(), ({ id }) => Effect.sync(() => void seen.push(id))))
        )
        assert.isTrue(error._tag === "AudianClientError" && error.reason._tag === "InvalidResponse")
        assert.deepStrictEqual(keys(http.sent), [null, "k1"])
        assert.deepStrictEqual(seen, ["a"])
      }).pipe(Effect.provide(http.account()))
    })

    it.effect("maxPages: ends the stream, and the last page has its cursor", () => {
      const http = byKey(three)
      return Effect.gen(function* () {
        const pages = yield* settle(Stream.runCollect(Account.Users.list.pages({}, { maxPages: 2 })))
        assert.deepStrictEqual(
          pages.map(({ next }) => next),
          [{ start_key: "k1" }, { start_key: "k2" }]
        )
        assert.strictEqual(http.sent.length, 2)
      }).pipe(Effect.provide(http.account()))
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
      }).pipe(Effect.provide(http.account()))
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
      }).pipe(Effect.provide(http.account()))
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
          }).pipe(Effect.provide(http.account()))
        }
      )
    )

    it.effect("resumes from a cursor within a range", () => {
      const http = quiet()
      const input = { created_from: 1_700_000_000, created_to: 1_710_000_000 }
      return Effect.gen(function* () {
        const [first] = yield* settle(Stream.runCollect(Account.Cdrs.list.pages(input, { maxPages: 1 })))
        yield* settle(Stream.runDrain(Account.Cdrs.list.pages({ ...input, ...first?.next })))
        const all = windows(http.sent)
        for (const [i, [, end]] of all.slice(1).entries()) assert.strictEqual(end, all[i]![0]! - 1)
        assert.strictEqual(all.at(-1)?.[0], input.created_from)
      }).pipe(Effect.provide(http.account()))
    })

    it.effect("sends no range without created_from", () => {
      const http = quiet()
      return Effect.gen(function* () {
        yield* settle(Stream.runDrain(Account.Cdrs.list.pages()))
        assert.deepStrictEqual(
          http.sent.map(({ url }) => url.search),
          [""]
        )
      }).pipe(Effect.provide(http.account()))
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
      let input: Parameters<typeof Account.Cdrs.list.pages>[0] = {
        account_id: "a",
        created_from: 1_704_067_190,
        created_to: 1_704_067_200 + 2_682_000
      }
      for (let turn = 0; turn < 3; turn++) {
        const page: Option.Option<Page.Page<unknown>> = yield* Stream.runHead(
          Account.Cdrs.list.pages(input, { maxPages: 1 })
        )
        assert.isTrue(page._tag === "Some")
        if (page._tag === "Some") input = { ...input, ...page.value.next }
      }
      assert.deepStrictEqual(
        http.sent.map(({ url }) => [url.searchParams.get("start_key"), url.searchParams.get("created_to")]),
        [
          [null, "1706749200"],
          ["K", "1706749200"],
          [null, "1704067199"]
        ]
      )
    }).pipe(Effect.provide(http.account()))
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
    }).pipe(Effect.provide(http.account()))
  })

  it("every operation with paging input has streams", () => {
    const paged = Api.operations().filter(({ codec, endpoint }) => {
      const ast = endpoint.query?.ast
      const fields = ast !== undefined && SchemaAST.isObjects(ast) ? ast.propertySignatures.map(({ name }) => name) : []
      return codec.method === "GET" && (fields.includes("start_key") || fields.includes("offset"))
    })
    assert.deepStrictEqual(
      paged.filter((operation) => !("pages" in operation)).map(({ name }) => name),
      [
        // Their responses are not documented.
        "Account.Billing.listServicePlans",
        // The engine returns as many as requested, and reports no next page.
        "Account.PhoneNumbers.search",
        // Not documented either.
        "Account.Registrations.listStatuses",
        "Fax.listReceived"
      ]
    )
  })
})
