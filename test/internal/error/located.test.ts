/**
 * The caller's line on the errors of functions that make several calls, or none of their own.
 */
import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import * as Socket from "effect/socket/Socket"
import { Account, Audian, Cached, Events, Fax, Numbers, Operation, Ports, Reconcile, Retry } from "effect-audian"
import { each } from "../../support/each.ts"
import { failed, json, type Scripted, script } from "../../support/http.ts"

/** The line of this file that calls it. */
const here = (): string => /located\.test\.ts:\d+/.exec(new Error().stack!.split("\n")[2]!)![0]

type Program = Effect.Effect<unknown, unknown, Audian.Audian | Socket.WebSocketConstructor>

const drain = <E, R>(stream: Stream.Stream<unknown, E, R>) => Stream.runDrain(stream)
const device_id = "d1"
const cursor = { _tag: "Next", operation: "Numbers.list", input: { offset: 10 } } as const
const now = { schedule: Schedule.recurs(1) }
const renamed = (device: object) => Effect.succeed({ ...device, name: "new" } as never)
const reconciled = Reconcile.make(Numbers.purchase, { look: () => Effect.succeedNone, absence: "unknown" })
const cached = Effect.runSync(Cached.dedupe(Numbers.list))
const events = { bindings: [] }
const parked = { path: "/v2/parked" }

/** Each call stands on the line that its error must name. */
const calls: Readonly<Record<string, () => readonly [Program, string]>> = {
  "an operation": () => [Numbers.list(), here()],
  "Operation.call": () => [Operation.call(Numbers.list, {}), here()],
  ".items": () => [drain(Numbers.list.items()), here()],
  ".items of a generator": () => [drain(Stream.take(Account.Users.list.items(), 2)), here()],
  ".pages": () => [drain(Numbers.list.pages({ limit: 10 })), here()],
  ".pages, ahead": () => [drain(Numbers.list.pages({}, { concurrency: 3 })), here()],
  ".pages, by time": () => [drain(Account.Cdrs.list.pages({ created_from: 1, created_to: 9 })), here()],
  ".pages, of a wrong option": () => [drain(Numbers.list.pages({}, { maxPages: 0 })), here()],
  ".collect": () => [Numbers.list.collect({}, { maxItems: 10 }), here()],
  ".resume": () => [drain(Numbers.list.resume(cursor)), here()],
  ".resume, of another list": () => [drain(Account.Users.list.resume(cursor)), here()],
  "Fax.awaitDelivery": () => [Fax.awaitDelivery({ faxId: "f1" }, now), here()],
  "Ports.awaitCompletion": () => [Ports.awaitCompletion({ port_id: "p1" }, now), here()],
  "Account.Channels.awaitHangup": () => [Account.Channels.awaitHangup({ call_id: "c1" }, now), here()],
  modify: () => [Account.Devices.modify({ device_id }, renamed), here()],
  "Audian.request": () => [Audian.request(parked), here()],
  "Events.stream": () => [drain(Events.stream(events)), here()],
  "Reconcile.make": () => [reconciled({ number: "+14155551234" }), here()],
  "Cached.make": () => [cached({}), here()],
  "Cached.make, of a wrong input": () => [cached({ limit: -1 }), here()]
}

const notFound = script(failed(404))
const clientOf = (http: Scripted) =>
  Layer.provide(Audian.layer({ accountId: "account_1", authToken: "jwt", retry: Retry.none }), http.layer)
const client = clientOf(notFound)
const provided = <A, E>(program: Effect.Effect<A, E, Audian.Audian | Socket.WebSocketConstructor>) =>
  Effect.provide(
    program,
    Layer.merge(
      client,
      Layer.succeed(Socket.WebSocketConstructor, () => assert.fail("no socket"))
    )
  )

const linesOf = (text: string) => text.split("\n").filter((line) => /^\s+at /.test(line))

describe("error.stack", () => {
  each(
    Object.entries(calls),
    ([title]) => `has the line of the caller, and no other: ${title}`,
    ([, make]) =>
      Effect.gen(function* () {
        const [program, line] = make()
        const error = yield* Effect.flip(provided(program))
        assert.instanceOf(error, Error)
        // As console.log shows it, and alone.
        for (const text of [(error as Error).stack!, inspect(error)]) {
          const lines = linesOf(text)
          assert.strictEqual(lines.length, 1, text)
          assert.include(lines[0], `${line}:`)
          assert.notInclude(lines[0], "/src/")
        }
      })
  )

  it.effect("of the write of modify has the line of the caller", () =>
    Effect.gen(function* () {
      const http = script(json(200, { data: { id: device_id, name: "old" } }), failed(404))
      const [program, line] = [Account.Devices.modify({ device_id }, renamed), here()]
      const error = yield* Effect.flip(program).pipe(Effect.provide(http.account({ retry: Retry.none })))
      assert.include(error.stack, line)
      assert.strictEqual(http.sent.length, 2)
    })
  )

  it.effect("of the caller's own change keeps its own line", () =>
    Effect.gen(function* () {
      const http = script(json(200, { data: { id: device_id, name: "old" } }), failed(404))
      let line = ""
      const change = () => {
        const [call, at] = [Numbers.list(), here()]
        line = at
        return Effect.as(call, { name: "new" } as never)
      }
      const error = yield* Effect.flip(Account.Devices.modify({ device_id }, change)).pipe(
        Effect.provide(clientOf(http))
      )
      assert.include((error as Error).stack, line)
    })
  )

  it.effect("of StillPending has the line of the caller", () =>
    Effect.gen(function* () {
      const pending = script(json(200, { data: { id: "f1", status: "queued" } }))
      const [program, line] = [Fax.awaitDelivery({ faxId: "f1" }, { deadline: 0 }), here()]
      const error = yield* Effect.flip(program).pipe(Effect.provide(pending.audian()))
      assert.strictEqual(error._tag, "StillPending")
      assert.strictEqual(error.stack!.split("\n").length, 2)
      assert.include(error.stack, line)
      assert.include(error.stack, "Still pending after")
    })
  )

  it.effect("of an error that is none of ours is left alone", () =>
    Effect.gen(function* () {
      const mine = new Error("mine")
      const { stack } = mine
      const http = script(json(200, { data: { id: device_id, name: "old" } }))
      const error = yield* Effect.flip(Account.Devices.modify({ device_id }, () => Effect.fail(mine))).pipe(
        Effect.provide(http.account())
      )
      assert.strictEqual(error, mine)
      assert.strictEqual(mine.stack, stack)
    })
  )
})
