import { assert, describe, it } from "@effect/vitest"
import * as Visited from "../../../src/internal/paging/visited.ts"

/** The number of texts of a cycle that are added before one is found again. */
const found = (tail: number, length: number, limit: number): number => {
  const visited = Visited.make()
  for (let i = 0; i < limit; i++) {
    if (!visited.add(String(i < tail ? i : tail + ((i - tail) % length)))) return i
  }
  return limit
}

describe("Visited", () => {
  it("add: finds the first repetition at any distance that is kept", () => {
    for (const [tail, length] of [
      [0, 1],
      [0, 2],
      [3, 7],
      [1000, 50_000]
    ] as const) {
      assert.strictEqual(found(tail, length, 200_000), tail + length)
    }
  })

  it("add: finds a cycle that is longer than the memory", () => {
    const length = 100_000
    assert.isAtMost(found(10, length, 1_000_000), 10 + 4 * length)
  })

  it("add: accepts distinct texts", () => {
    assert.strictEqual(found(300_000, 1, 300_000), 300_000)
  })

  it("hash: differs for similar texts", () => {
    const hashes = new Set(Array.from({ length: 100_000 }, (_, i) => Visited.hash(`{"start_key":"${i}"}`)))
    assert.strictEqual(hashes.size, 100_000)
  })
})
