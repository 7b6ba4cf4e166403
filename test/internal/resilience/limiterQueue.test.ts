import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as LimiterQueue from "../../../src/internal/resilience/limiterQueue.ts"

const priorities = ["low", "normal", "high"] as const

/** Sends the head of the queue, and gives its priority. */
const send = (queue: LimiterQueue.Queue): LimiterQueue.Priority => {
  const place = queue.head!
  LimiterQueue.giveWay(queue, place)
  const head = queue.head!
  LimiterQueue.leave(queue, head, true)
  return head.priority
}

const sizes = (queue: LimiterQueue.Queue) => priorities.map((priority) => queue.lanes[priority].places.size)

describe("limiterQueue", () => {
  it("the first request is the head at once", () => {
    const queue = LimiterQueue.make()
    const place = LimiterQueue.enter(queue, "low")
    assert.strictEqual(queue.head, place)
    assert.isTrue(Deferred.isDoneUnsafe(place.isHead))
    LimiterQueue.giveWay(queue, place)
    assert.isTrue(Deferred.isDoneUnsafe(place.isHead))
  })

  it("higher priorities go first, and each is FIFO", () => {
    const queue = LimiterQueue.make()
    const places = ([...priorities, ...priorities] as const).map((priority) => LimiterQueue.enter(queue, priority))
    const sent = places.map(() => {
      LimiterQueue.giveWay(queue, queue.head!)
      const head = queue.head!
      LimiterQueue.leave(queue, head, true)
      return places.indexOf(head)
    })
    assert.deepStrictEqual(sent, [2, 5, 1, 4, 0, 3])
    assert.isUndefined(queue.head)
  })

  it("a head that gives way waits for its turn again", () => {
    const queue = LimiterQueue.make()
    const low = LimiterQueue.enter(queue, "low")
    const high = LimiterQueue.enter(queue, "high")
    assert.strictEqual(queue.head, low)
    LimiterQueue.giveWay(queue, low)
    assert.strictEqual(queue.head, high)
    assert.isFalse(Deferred.isDoneUnsafe(low.isHead))
    LimiterQueue.leave(queue, high, true)
    assert.strictEqual(queue.head, low)
    assert.isTrue(Deferred.isDoneUnsafe(low.isHead))
  })

  it("none starves while requests of every higher priority keep coming", () => {
    const queue = LimiterQueue.make()
    for (const priority of priorities) LimiterQueue.enter(queue, priority)
    const sent = Array.from({ length: 1000 }, () => {
      const priority = send(queue)
      LimiterQueue.enter(queue, priority)
      return priority
    })
    const overtaken = { low: 0, normal: 0 }
    for (const priority of sent) {
      if (priority !== "low") overtaken.low++
      if (priority === "high") overtaken.normal++
      if (priority !== "high") overtaken[priority] = 0
      assert.isAtMost(overtaken.low, LimiterQueue.maxOvertaken)
      assert.isAtMost(overtaken.normal, LimiterQueue.maxOvertaken)
    }
    // The higher priorities still get most of the quota.
    assert.isAbove(sent.filter((priority) => priority === "high").length, 800)
  })

  it("a request that leaves unsent counts as no overtaking, and leaves nothing behind", () => {
    const queue = LimiterQueue.make()
    const low = LimiterQueue.enter(queue, "low")
    for (let i = 0; i < 3 * LimiterQueue.maxOvertaken; i++) {
      const high = LimiterQueue.enter(queue, "high")
      LimiterQueue.giveWay(queue, low)
      assert.strictEqual(queue.head, high)
      LimiterQueue.leave(queue, high, false)
      assert.strictEqual(queue.head, low)
    }
    LimiterQueue.leave(queue, low, false)
    assert.deepStrictEqual([sizes(queue), queue.head], [[0, 0, 0], undefined])
  })

  it("an empty priority forgets that it was overtaken", () => {
    const queue = LimiterQueue.make()
    const low = LimiterQueue.enter(queue, "low")
    for (let i = 0; i < LimiterQueue.maxOvertaken; i++) {
      LimiterQueue.enter(queue, "high")
      send(queue)
    }
    LimiterQueue.leave(queue, low, false)
    LimiterQueue.enter(queue, "high")
    LimiterQueue.enter(queue, "low")
    assert.deepStrictEqual([send(queue), send(queue)], ["high", "low"])
  })
})
