import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { Account, Audian, Fax, Ports, Wait } from "effect-audian"
import { json, script, settle, timed } from "./support/http.ts"

interface Job {
  readonly status: string
}

/** A job with a status per read, and the times of the reads in milliseconds. */
const job = (...states: readonly [string, ...ReadonlyArray<string>]) => {
  const at: Array<number> = []
  const read = Effect.map(Clock.currentTimeMillis, (now): Job => {
    const status = states[Math.min(at.push(now), states.length) - 1]!
    return { status }
  })
  return { at, read }
}

const isFinal = ({ status }: Job) => status === "done"
const schedule = Schedule.spaced("10 seconds")

describe("Wait.until", () => {
  it.effect("reads immediately, then by the schedule, and returns the first final value", () =>
    Effect.gen(function* () {
      const { at, read } = job("new", "new", "running", "done")
      assert.deepStrictEqual(yield* settle(Wait.until(read, { isFinal, schedule })), { status: "done" })
      assert.deepStrictEqual(at, [0, 10_000, 20_000, 30_000])
    })
  )

  it.effect("reads a final value once, with and without a deadline", () =>
    Effect.gen(function* () {
      const { at, read } = job("done")
      yield* Wait.until(read, { isFinal, schedule })
      yield* read.pipe(Wait.until({ isFinal, schedule, deadline: "1 minute" }))
      assert.deepStrictEqual(at, [0, 0])
    })
  )

  it.effect("returns the last value when the schedule ends", () =>
    Effect.gen(function* () {
      const { at, read } = job("new", "running")
      const twice = schedule.pipe(Schedule.upTo({ times: 2 }))
      const last = yield* settle(Wait.until(read, { isFinal, schedule: twice, deadline: "1 hour" }))
      assert.deepStrictEqual(last, { status: "running" })
      assert.deepStrictEqual(at, [0, 10_000, 20_000])
    })
  )

  it.effect("fails at the deadline with the last value", () =>
    Effect.gen(function* () {
      const { at, read } = job("new", "running")
      const fiber = yield* Effect.forkChild(
        timed(Effect.flip(Wait.until(read, { isFinal, schedule, deadline: "25 seconds" })))
      )
      yield* TestClock.adjust("24999 millis")
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust("1 milli")
      const [error, when] = yield* Fiber.join(fiber)
      assert.strictEqual(error._tag, "StillPending")
      assert.deepStrictEqual(error.last, { status: "running" })
      assert.strictEqual(Duration.toMillis(error.deadline), 25_000)
      assert.strictEqual(error.message, "Still pending after 25s")
      assert.strictEqual(when, 25_000)
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(at, [0, 10_000, 20_000])
    })
  )

  it.effect("interrupts a read at the deadline; the last value is then undefined", () =>
    Effect.gen(function* () {
      let stopped = false
      const read = Effect.never.pipe(
        Effect.as<Job>({ status: "done" }),
        Effect.onInterrupt(() => Effect.sync(() => void (stopped = true)))
      )
      const error = yield* settle(Effect.flip(Wait.until(read, { isFinal, schedule, deadline: "1 minute" })))
      assert.isUndefined(error.last)
      assert.isTrue(stopped)
    })
  )

  it.effect("starts again each time it runs", () =>
    Effect.gen(function* () {
      const { read } = job("new")
      const wait = Effect.flip(Wait.until(read, { isFinal, schedule, deadline: "15 seconds" }))
      yield* settle(wait, "15 seconds")
      const [, when] = yield* settle(timed(wait), "15 seconds")
      assert.strictEqual(when, 30_000)
    })
  )

  it.effect("an interruption ends the reads", () =>
    Effect.gen(function* () {
      const { at, read } = job("new")
      const fiber = yield* Effect.forkChild(Wait.until(read, { isFinal, schedule, deadline: "1 hour" }))
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.interrupt(fiber)
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(at, [0, 10_000])
    })
  )

  it.effect("fails with the error of a read; retries of the call are no reads", () =>
    Effect.gen(function* () {
      const pending = json(200, { success: true, data: { id: "port_1", status: "pending" } })
      const { audian, gaps, sent } = script(pending, json(503, {}), pending, json(404, {}))
      const error = yield* Ports.get({ port_id: "port_1" }).pipe(
        Wait.until({ isFinal: Ports.isFinal, schedule: Schedule.spaced("1 minute"), deadline: "1 hour" }),
        Effect.flip,
        settle,
        Effect.provide(audian())
      )
      assert.strictEqual(error._tag, "NotFound")
      assert.strictEqual(sent.length, 4)
      const [first = 0, repeat = 0, second = 0] = gaps()
      assert.strictEqual(first, 60_000)
      assert.isBelow(repeat, 2_000)
      // The delay starts after the retry.
      assert.strictEqual(Math.round(second), 60_000)
    })
  )
})

describe("Wait.states", () => {
  it.effect("emits each state once, and ends with the final one", () =>
    Effect.gen(function* () {
      const { at, read } = job("new", "new", "running", "running", "new", "done", "never")
      const states = yield* settle(Stream.runCollect(Wait.states(read, { isFinal, schedule, deadline: "1 hour" })))
      assert.deepStrictEqual(
        states.map(({ status }) => status),
        ["new", "running", "new", "done"]
      )
      assert.strictEqual(at.length, 6)
    })
  )

  it.effect("emits a state when it is read", () =>
    Effect.gen(function* () {
      const seen: Array<readonly [string, number]> = []
      const { read } = job("new", "running", "done")
      yield* read.pipe(
        Wait.states({ isFinal, schedule }),
        Stream.runForEach(({ status }) =>
          Effect.map(Clock.currentTimeMillis, (now) => void seen.push([status, now] as const))
        ),
        settle
      )
      assert.deepStrictEqual(seen, [
        ["new", 0],
        ["running", 10_000],
        ["done", 20_000]
      ])
    })
  )

  it.effect("fails at the deadline with the last value, after the states before it", () =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      const { at, read } = job("new", "running")
      const [error, when] = yield* Wait.states(read, { isFinal, schedule, deadline: "25 seconds" }).pipe(
        Stream.runForEach(({ status }) => Effect.sync(() => seen.push(status))),
        Effect.flip,
        timed,
        settle
      )
      assert.deepStrictEqual(error.last, { status: "running" })
      assert.strictEqual(when, 25_000)
      assert.deepStrictEqual(seen, ["new", "running"])
      assert.strictEqual(at.length, 3)
    })
  )

  it.effect("a slow consumer gets a final state that was read before the deadline", () =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      const busy = ({ status }: Job) =>
        Effect.andThen(
          Effect.sleep("1 minute"),
          Effect.sync(() => seen.push(status))
        )
      const follow = (...states: readonly [string, ...ReadonlyArray<string>]) =>
        Wait.states(job(...states).read, { isFinal, schedule, deadline: "30 seconds" }).pipe(
          Stream.runForEach(busy),
          settle
        )
      yield* follow("done")
      yield* follow("new", "done")
      assert.deepStrictEqual(seen, ["done", "new", "done"])
    })
  )

  it.effect("an abandoned stream ends the reads", () =>
    Effect.gen(function* () {
      const { at, read } = job("new", "running", "done")
      yield* settle(Stream.runDrain(Stream.take(Wait.states(read, { isFinal, schedule, deadline: "1 hour" }), 2)))
      assert.strictEqual(at.length, 2)
    })
  )
})

describe("Fax.awaitDelivery", () => {
  const status = (status: string) => json(200, { id: "fax_1", status })

  it.effect("reads the status every five seconds until it is final", () =>
    Effect.gen(function* () {
      const { audian, gaps } = script(status("queued"), status("sending"), status("failed"))
      const fax = yield* settle(Fax.awaitDelivery({ faxId: "fax_1" })).pipe(Effect.provide(audian()))
      assert.strictEqual(fax.status, "failed")
      assert.deepStrictEqual(gaps(), [5_000, 5_000])
    })
  )

  it.effect("fails after five minutes with the last status", () =>
    Effect.gen(function* () {
      const { audian, sent } = script(status("sending"))
      const [error, when] = yield* Fax.awaitDelivery({ faxId: "fax_1" }).pipe(
        Effect.flip,
        timed,
        settle,
        Effect.provide(audian())
      )
      assert.isTrue(error._tag === "StillPending" && error.last?.status === "sending")
      assert.strictEqual(when, 300_000)
      assert.strictEqual(sent.length, 60)
    })
  )

  it.effect("accepts a schedule, a deadline and a final status", () =>
    Effect.gen(function* () {
      const { audian, gaps } = script(status("queued"), status("sent"), status("archived"))
      const options = {
        schedule: Schedule.spaced("1 minute"),
        deadline: "1 hour",
        until: ({ status }: Fax.FaxStatus) => status === "archived"
      } as const
      const fax = yield* settle(Fax.awaitDelivery({ faxId: "fax_1" }, options)).pipe(Effect.provide(audian()))
      assert.strictEqual(fax.status, "archived")
      assert.deepStrictEqual(gaps(), [60_000, 60_000])
    })
  )
})

describe("Ports.awaitCompletion", () => {
  const port = (status: string) => json(200, { success: true, data: { id: "port_1", status } })

  it.effect("accepts the options of Fax.awaitDelivery, with a deadline", () =>
    Effect.gen(function* () {
      const { audian, gaps } = script(port("pending"))
      const options = { schedule: Schedule.spaced("1 minute"), deadline: "150 seconds", until: Ports.isFinal } as const
      const error = yield* Ports.awaitCompletion({ port_id: "port_1" }, options).pipe(
        Effect.flip,
        settle,
        Effect.provide(audian())
      )
      assert.isTrue(error._tag === "StillPending" && error.last?.status === "pending")
      assert.deepStrictEqual(gaps(), [60_000, 60_000])
    })
  )
})

describe("Account.Channels.awaitHangup", () => {
  const channels = (...calls: ReadonlyArray<readonly [call: string, answered: boolean]>) =>
    json(200, { data: calls.map(([call_id, answered], i) => ({ uuid: `u${i}`, call_id, answered })) })

  it.effect("reads the channels every five seconds until the call has none", () =>
    Effect.gen(function* () {
      const { account, gaps } = script(
        channels(["a", true], ["b", true]),
        channels(["b", true], ["a", true]),
        channels(["b", true])
      )
      const last = yield* settle(Account.Channels.awaitHangup({ call_id: "a" })).pipe(Effect.provide(account()))
      assert.deepStrictEqual(last, [])
      assert.deepStrictEqual(gaps(), [5_000, 5_000])
    })
  )

  it.effect("accepts the options of the other waits", () =>
    Effect.gen(function* () {
      const { account, gaps } = script(channels(["a", false]), channels(["a", true]))
      const options = {
        schedule: Schedule.spaced("1 second"),
        deadline: "1 minute",
        until: (channels: ReadonlyArray<Account.Channels.Channel>) => channels.some(({ answered }) => answered === true)
      } as const
      const wait = Account.Channels.awaitHangup({ call_id: "a" }, options)
      const last = yield* settle(wait).pipe(Effect.provide(account()))
      assert.strictEqual(last[0]?.answered, true)
      assert.deepStrictEqual(gaps(), [1_000])
      const error = yield* Account.Channels.awaitHangup({ call_id: "a" }, { deadline: "12 seconds" }).pipe(
        Effect.flip,
        settle,
        Effect.provide(account())
      )
      assert.isTrue(error._tag === "StillPending" && error.last?.length === 1)
    })
  )
})

describe("Wait: caches", () => {
  it.effect("reads that poll bypass caches, and no other call does", () =>
    Effect.gen(function* () {
      const { audian, sent } = script(json(200, { id: "fax_1", status: "sent" }))
      yield* Effect.gen(function* () {
        yield* Fax.awaitDelivery({ faxId: "fax_1" })
        yield* Stream.runDrain(Wait.states(Fax.getStatus({ faxId: "fax_1" }), { isFinal: Fax.isFinal, schedule }))
        yield* Fax.getStatus({ faxId: "fax_1" })
      }).pipe(Effect.provide(audian()))
      assert.deepStrictEqual(
        sent.map(({ headers }) => headers["cache-control"]),
        ["no-cache", "no-cache", undefined]
      )
    })
  )

  it.effect("a fetch that caches requests the response from the server", () =>
    Effect.gen(function* () {
      // Caches every GET without a cache option, as the fetch of some frameworks does.
      const statuses = ["queued", "sending", "sent"]
      const cache = new Map<string, string>()
      let requests = 0
      const caching: typeof fetch = (input, init) => {
        const url = String(input)
        const cached = init?.cache === "no-store" ? undefined : cache.get(url)
        const body = cached ?? JSON.stringify({ id: "fax_1", status: statuses[Math.min(requests++, 2)] })
        cache.set(url, body)
        return Promise.resolve(new Response(body, { headers: { "content-type": "application/json" } }))
      }
      const fax = yield* settle(Fax.awaitDelivery({ faxId: "fax_1" })).pipe(
        Effect.provide(Layer.provide(Audian.layer({ apiKey: "k" }), FetchHttpClient.layer)),
        Effect.provideService(FetchHttpClient.Fetch, caching)
      )
      assert.strictEqual(fax.status, "sent")
      assert.strictEqual(requests, 3)
    })
  )
})

describe("options that cannot work", () => {
  const { read } = job("new")
  const port = { port_id: "p" }
  const given = (options: unknown) => options as never
  it.effect.each([
    ["Wait.until", Wait.until(read, given({ isFinal, schedule: 3 })), "schedule: expected a Schedule, got 3"],
    ["Wait.until", Wait.until(read, given({ schedule })), "isFinal: expected a function, got undefined"],
    [
      "Wait.until",
      Wait.until(given({ isFinal, schedule, deadlin: 1 }))(read),
      "deadlin: unknown option, did you mean deadline?"
    ],
    [
      "Wait.states",
      Stream.runDrain(Wait.states(read, given({ isFinal }))),
      "schedule: expected a Schedule, got undefined"
    ],
    [
      "Ports.awaitCompletion",
      Ports.awaitCompletion(port, given({ deadline: "soon" })),
      'deadline: expected a duration such as "10 seconds", got "soon"'
    ],
    [
      "Ports.awaitCompletion",
      Ports.awaitCompletion(port, given({ deadlin: "1 day" })),
      "deadlin: unknown option, did you mean deadline?"
    ],
    [
      "Fax.awaitDelivery",
      Fax.awaitDelivery({ faxId: "f" }, given({ until: true })),
      "until: expected a function, got true"
    ],
    [
      "Channels.awaitHangup",
      Account.Channels.awaitHangup({ call_id: "c" }, given({ schedule: 3 })),
      "schedule: expected a Schedule, got 3"
    ]
  ] as const)("%s dies with InvalidOptions, and sends nothing %#", ([name, wait, message]) => {
    const http = script(json(200, {}))
    return Effect.gen(function* () {
      const running: Effect.Effect<unknown, unknown, Audian.Audian> = wait
      const exit = yield* Effect.exit(
        Effect.provide(
          running,
          Layer.provide(Audian.layer({ apiKey: "k", authToken: "t", accountId: "a" }), http.layer)
        )
      )
      const defect = Exit.isFailure(exit) ? Cause.squash(exit.cause) : undefined
      assert.instanceOf(defect, Audian.InvalidOptions)
      assert.strictEqual(defect.message, `${name}: ${message}`)
      assert.strictEqual(http.sent.length, 0)
    })
  })
})
