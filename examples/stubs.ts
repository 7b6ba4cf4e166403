// Test a program with stubs of the operations that it calls. A stub is typed by its operation, and needs no server.
//
//   npm run example examples/stubs.ts
import { strict as assert } from "node:assert"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { Numbers } from "effect-audian"
import { AudianTest } from "effect-audian/testing"

/** The program under test. */
const numbersByState = Effect.map(Numbers.list({ limit: 100 }), ({ numbers }) =>
  Object.groupBy(numbers, ({ status }) => status ?? "unknown")
)

const stubs = AudianTest.layer(
  AudianTest.handle(Numbers.list, (input) => {
    assert.equal(input?.limit, 100)
    return Effect.succeed({
      numbers: [
        { id: "num_1", number: null, status: "active" },
        { id: "num_2", number: null, status: "suspended" }
      ]
    })
  })
)

const test = Effect.gen(function* () {
  const { active, suspended } = yield* numbersByState
  assert.equal(active?.length, 1)
  assert.equal(suspended?.length, 1)
  yield* Console.log("the program groups numbers by their state")
})

test.pipe(Effect.provide(stubs), NodeRuntime.runMain)
