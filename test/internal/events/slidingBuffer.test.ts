import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as SlidingBuffer from "../../../src/internal/events/slidingBuffer.ts"

const make = (capacity: number) => SlidingBuffer.make<number | string, string>(capacity, (count) => `${count} dropped`)

describe("slidingBuffer.pull", () => {
  it.effect("returns all buffered items in order, and waits for the next one", () =>
    Effect.gen(function* () {
      const { pull, push } = make(3)
      push(1)
      push(2)
      assert.deepStrictEqual(yield* pull, [1, 2])
      const next = yield* Effect.forkChild(pull, { startImmediately: true })
      assert.isUndefined(next.pollUnsafe())
      push(3)
      assert.deepStrictEqual(yield* Fiber.join(next), [3])
    })
  )

  it.effect("counts dropped items exactly, once for each pull", () =>
    Effect.gen(function* () {
      const { pull, push } = make(3)
      for (let n = 1; n <= 3; n++) push(n)
      assert.deepStrictEqual(yield* pull, [1, 2, 3])
      for (let n = 1; n <= 10; n++) push(n)
      assert.deepStrictEqual(yield* pull, ["7 dropped", 8, 9, 10])
      push(11)
      assert.deepStrictEqual(yield* pull, [11])
    })
  )

  it.effect("returns buffered items before the end", () =>
    Effect.gen(function* () {
      const { end, pull, push } = make(3)
      push(1)
      end(Effect.fail("over"))
      assert.deepStrictEqual(yield* pull, [1])
      assert.strictEqual(yield* Effect.flip(pull), "over")
      const waiting = make(3)
      const fiber = yield* Effect.forkChild(Effect.flip(waiting.pull), { startImmediately: true })
      waiting.end(Effect.fail("over"))
      assert.strictEqual(yield* Fiber.join(fiber), "over")
    })
  )
})
