/**
 * A bulk run of 10,000 purchases. It takes seconds.
 */
import { describe, it } from "@effect/vitest"
import { buyEachOnce } from "./support/bulk.ts"

describe("Bulk.run", () => {
  it.effect("buys each of 10,000 numbers once, in spite of an interruption, lost responses and failures", () =>
    buyEachOnce(10_000)
  )
})
