/** The state machine over real sockets. `MACHINE_CALLS=30000 vitest run test/faults/machine` is the longer run. */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Audian } from "effect-audian"
import * as Machine from "./machine.ts"
import * as Server from "./server.ts"

const total = process.env.MACHINE_CALLS === undefined ? 480 : Math.ceil(Number(process.env.MACHINE_CALLS) / 10)
const seed = Number(process.env.MACHINE_SEED ?? 1)

const clients = {
  undici: NodeHttpClient.layerUndici,
  fetch: FetchHttpClient.layer,
  "node:http": NodeHttpClient.layerNodeHttp
}

// A real server cannot refuse a single request; the waits would take too long in real time.
const behaviours = Machine.behaviours.filter(({ wait, wire }) => wire !== "refuse" && wait === undefined)

const react =
  (machine: Machine.Server): Server.Script =>
  (connection) =>
    connection.onRequest((request) => {
      const { socket } = connection
      const { behaviour, body } = machine.react(request, performance.now())
      if (behaviour.wire === "hang") return
      if (behaviour.wire === "reset") return void socket.resetAndDestroy()
      const headers = Object.entries({ "content-type": "application/json", ...behaviour.headers })
      const response = Server.http(
        `${behaviour.status ?? 200} Status`,
        body,
        headers.map(([name, value]) => `${name}: ${value}`)
      )
      socket.end(behaviour.wire === "truncate" ? response.slice(0, -5) : response)
    })

describe("the state machine, over sockets", () => {
  const names = ["undici", "fetch", "node:http"] as const
  const each = Math.ceil(total / (Machine.policies.length * names.length))
  let first = 0
  for (const name of names) {
    for (const policy of Machine.policies) {
      const ids = Array.from({ length: each }, () => Machine.idOf(first++))
      it.live(`${policy.name}, on ${name}: ${each} calls`, () =>
        Effect.gen(function* () {
          const machine = Machine.makeServer(seed, behaviours)
          const server = yield* Server.serve(react(machine))
          const client = Audian.layer({
            apiKey: Redacted.make("sk_test_machine"),
            baseUrl: `http://127.0.0.1:${server.port}`,
            timeout: { attempt: 200, total: "1 minute" },
            retryBudget: false
          })
          const counts = Machine.tally()
          const violations = yield* Effect.forEach(
            ids,
            (id) => Machine.runOne(machine, seed, id, { ...policy, policy: Machine.hurried(policy.policy) }, counts),
            { concurrency: 8 }
          ).pipe(Effect.provide(Layer.provide(client, clients[name])))
          assert.deepStrictEqual(violations.flat(), [])
          assert.strictEqual(counts.calls, each)
          if (process.env.MACHINE_CALLS !== undefined) console.log(name, policy.name, JSON.stringify(counts))
        }).pipe(Effect.scoped)
      )
    }
  }
})
