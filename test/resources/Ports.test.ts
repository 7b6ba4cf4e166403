import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schedule from "effect/Schedule"
import { TestClock } from "effect/testing"
import { Ports } from "effect-audian"
import { EmbeddedAudian } from "effect-audian/testing"
import { portRequest as request } from "../support/operations.ts"

const reads = Effect.gen(function* () {
  const { requests } = yield* EmbeddedAudian.EmbeddedAudian
  return (yield* requests).filter(({ operation }) => operation === "Ports.get").length
})

describe("Ports.awaitCompletion", () => {
  it.effect("polls every ten minutes until the port is completed", () =>
    Effect.gen(function* () {
      const { id } = yield* Ports.create(request)
      const fiber = yield* Effect.forkChild(Ports.awaitCompletion({ port_id: id }))
      yield* TestClock.adjust("59 minutes")
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust("1 minute")
      const port = yield* Fiber.join(fiber)
      assert.strictEqual(port.status, "completed")
      assert.isTrue(Ports.isFinal(port))
      assert.strictEqual(yield* reads, 7)
      yield* TestClock.adjust("1 day")
      assert.strictEqual(yield* reads, 7)
    }).pipe(Effect.provide(EmbeddedAudian.layer({ portDuration: "1 hour" })))
  )

  it.effect("ends at once for a port in a final state", () =>
    Effect.gen(function* () {
      const { id } = yield* Ports.create(request)
      yield* TestClock.adjust("2 hours")
      assert.strictEqual((yield* Ports.awaitCompletion({ port_id: id })).status, "completed")
      assert.strictEqual(yield* reads, 1)
    }).pipe(Effect.provide(EmbeddedAudian.layer({ portDuration: "1 hour" })))
  )

  it.effect("gives the last port when the schedule ends first", () =>
    Effect.gen(function* () {
      const { id } = yield* Ports.create(request)
      const schedule = Schedule.spaced("1 minute").pipe(Schedule.upTo({ times: 2 }))
      const fiber = yield* Effect.forkChild(Ports.awaitCompletion({ port_id: id }, { schedule }))
      yield* TestClock.adjust("1 hour")
      assert.strictEqual((yield* Fiber.join(fiber)).status, "pending")
      assert.strictEqual(yield* reads, 3)
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("until: replaces the final states", () =>
    Effect.gen(function* () {
      const { id } = yield* Ports.create(request)
      const fiber = yield* Effect.forkChild(
        Ports.awaitCompletion({ port_id: id }, { until: (port) => port.status !== "pending" })
      )
      yield* TestClock.adjust("2 days")
      assert.strictEqual((yield* Fiber.join(fiber)).status, "submitted")
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )

  it.effect("fails with the error of the read", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Ports.awaitCompletion({ port_id: "port_none" }))
      assert.strictEqual(error._tag, "NotFound")
    }).pipe(Effect.provide(EmbeddedAudian.layer()))
  )
})
