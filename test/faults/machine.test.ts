/** The state machine in memory. `MACHINE_CALLS=30000 vitest run test/faults/machine` is the longer run. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Audian } from "effect-audian"
import { broken, hanging, interrupted, route, settle, text } from "../support/http.ts"
import * as Machine from "./machine.ts"

const total = Number(process.env.MACHINE_CALLS ?? 1600)
const seed = Number(process.env.MACHINE_SEED ?? 1)

const responseOf = ({ behaviour, body }: Machine.Reaction) => {
  switch (behaviour.wire) {
    case "reset":
      return interrupted("ECONNRESET", "request")
    case "truncate":
      return interrupted("ECONNRESET", "body")
    case "hang":
      return hanging
    case "refuse":
      return broken("ECONNREFUSED")
    case "respond":
      return text(behaviour.status!, body, { "content-type": "application/json", ...behaviour.headers })
  }
}

describe("the state machine, in memory", () => {
  const each = Math.ceil(total / (Machine.policies.length * Machine.guards.length * 2))
  let first = 0
  for (const policy of Machine.policies) {
    const counts = Machine.tally()
    for (const guard of Machine.guards) {
      for (const retryBudget of [undefined, false] as const) {
        const ids = Array.from({ length: each }, () => Machine.idOf(first++))
        it.effect(`${policy.name}, ${guard.name}, ${retryBudget === false ? "no" : "a"} budget: ${each} calls`, () => {
          const server = Machine.makeServer(seed)
          const http = route((sent) => responseOf(server.react(`${sent.url} ${sent.body}`, sent.at)))
          let key = 0
          const client = Audian.layer({
            apiKey: Effect.sync(() => Redacted.make(`sk_${key++}`)),
            timeout: { attempt: "10 seconds", total: "10 minutes" },
            retryBudget,
            ...guard.options
          })
          return Effect.gen(function* () {
            const run = Effect.forEach(ids, (id) => Machine.runOne(server, seed, id, policy, counts), {
              concurrency: 8
            })
            const violations = yield* settle(run, "30 days")
            assert.deepStrictEqual(violations.flat(), [])
          }).pipe(Effect.provide(Layer.provide(client, http.layer)))
        })
      }
    }
    it(`${policy.name}: the figures`, () => {
      if (process.env.MACHINE_CALLS !== undefined) console.log(policy.name, JSON.stringify(counts))
      assert.strictEqual(counts.calls, each * Machine.guards.length * 2)
      // The machine detects replays: a policy that may replay does so.
      assert.strictEqual(counts.twice > 0, policy.replays === true)
    })
  }
})
