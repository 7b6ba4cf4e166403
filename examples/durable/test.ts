// Buys forty numbers while runners are killed, and compares with the server's sales. Needs DATABASE_URL.
import { createServer } from "node:net"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as ChildProcess from "effect/process/ChildProcess"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as SqlClient from "effect/sql/SqlClient"
import { Numbers, type PhoneNumber } from "effect-audian"
import { EmbeddedAudian, Fault } from "effect-audian/testing"
import { client } from "./cluster.ts"
import { Intents, Order } from "./workflows.ts"

const wanted = 40
const price = 0.99
const start = 1000

// The response to each purchase is delayed until after the sale, so a runner that dies meanwhile never receives it.
// After the first kill, four responses fail otherwise: one is lost, one is an error after a sale, one is an error without
// a sale, and one never comes.
const purchases = (fault: Fault.Fault, skip: number) => fault.pipe(Fault.on(Numbers.purchase), Fault.after(skip))
const faults = [
  purchases(Fault.executed(Fault.reset), 28),
  purchases(Fault.executed(Fault.status(502)), 29),
  purchases(Fault.status(500), 30),
  purchases(Fault.executed(Fault.hang), 31),
  purchases(Fault.executed(Fault.delay("500 millis")), 0).pipe(Fault.times(Number.POSITIVE_INFINITY))
]

const freePort = Effect.callback<number>((resume) => {
  const server = createServer()
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    server.close(() => resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0)))
  })
})

const startRunner = Effect.gen(function* () {
  const embedded = yield* EmbeddedAudian.EmbeddedAudian
  const port = yield* freePort
  return yield* ChildProcess.make(process.execPath, ["runner.ts"], {
    cwd: import.meta.dirname,
    extendEnv: true,
    stdout: "inherit",
    stderr: "inherit",
    env: {
      HOST: "127.0.0.1",
      PORT: String(port),
      AUDIAN_BASE_URL: embedded.baseUrl,
      AUDIAN_API_KEY: Redacted.value(embedded.apiKey),
      ATTEMPT_TIMEOUT: "2 seconds",
      SETTLED: "3 seconds"
    }
  })
})

/** The purchases that the server received, and the number of its sales. */
const server = Effect.gen(function* () {
  const embedded = yield* EmbeddedAudian.EmbeddedAudian
  const requests = (yield* embedded.requests).filter(({ operation }) => operation === "Numbers.purchase")
  const sold = Math.round((start - (yield* embedded.balance)) / price)
  return { requests, sold }
})

/** The number of purchases that the cluster has recorded. */
const known = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ readonly count: number }>`
    SELECT count(*)::int AS count FROM cluster_messages WHERE tag = 'activity' AND processed AND payload LIKE '%purchase%'`
  return row?.count ?? 0
})

const waitFor = <E, R>(what: string, condition: Effect.Effect<boolean, E, R>) =>
  Effect.repeat(condition, { until: (met) => met, schedule: Schedule.spaced("100 millis") }).pipe(
    Effect.timeoutOrElse({ duration: "90 seconds", orElse: () => Effect.die(new Error(`timed out: ${what}`)) })
  )
const expect = (what: string, condition: boolean) =>
  condition ? Effect.void : Effect.die(new Error(`failed: ${what}`))

const program = Effect.gen(function* () {
  const { numbers } = yield* Numbers.search({ limit: wanted })
  const notForSale: PhoneNumber.PhoneNumberInput = "+19995550100"
  const orders = Array.from({ length: 5 }, (_, i) => ({
    id: `order-${i + 1}`,
    numbers: [...numbers.slice(i * 8, i * 8 + 8).map(({ number }) => number), notForSale]
  }))

  const first = yield* startRunner
  const ids = yield* Effect.forEach(orders, (order) => Order.execute(order, { discard: true }))
  yield* waitFor(
    "half of the numbers",
    Effect.map(server, ({ sold }) => sold >= wanted / 2)
  )
  yield* first.kill({ killSignal: "SIGKILL" })
  const unrecorded = (yield* server).sold - (yield* known)
  yield* Console.log(`killed the first runner: ${(yield* server).sold} sold, ${unrecorded} of them not recorded`)
  yield* expect("the kill came between a purchase and its record", unrecorded > 0)

  const [second] = yield* Effect.all([startRunner, startRunner, startRunner])
  yield* waitFor(
    "ten more",
    Effect.map(server, ({ sold }) => sold >= (wanted * 3) / 4)
  )
  yield* second.kill({ killSignal: "SIGKILL" })
  yield* Console.log(`killed a second: ${(yield* server).sold} sold`)

  const isOver = (id: string) =>
    Effect.map(Order.poll(id), (result) => Option.isSome(result) && result.value._tag === "Complete")
  yield* waitFor(
    "the end of the orders",
    Effect.map(Effect.forEach(ids, isOver), (over) => over.every((it) => it))
  )
  const reports = yield* Effect.forEach(orders, (order) => Order.execute(order))
  const bought = reports.flatMap(({ bought }) => bought)
  const failures = reports.flatMap(({ failures }) => failures)
  const { requests, sold } = yield* server
  const mine = yield* Numbers.list({ limit: 100 })

  yield* expect(`${wanted} bought`, bought.length === wanted)
  yield* expect("distinct ids", new Set(bought.map(({ id }) => id)).size === wanted)
  yield* expect(`${wanted} sold and paid for`, sold === wanted && mine.total === wanted)
  yield* expect(
    "the numbers that were ordered",
    numbers.every(({ number }) => mine.numbers.some((one) => one.number === number))
  )
  yield* expect(
    "no purchase of a sold number",
    requests.every(({ status }) => status !== 409)
  )
  yield* expect(
    "errors arrive as errors",
    failures.length === orders.length && failures.every(({ error }) => error._tag === "NotFound")
  )
  yield* Console.log(
    `ok: ${sold} of ${wanted} numbers sold once each in ${requests.length} requests, ${unrecorded} sold but not recorded, 2 runners killed`
  )
})

program.pipe(
  Effect.scoped,
  Effect.provide([EmbeddedAudian.client(), Intents.layer]),
  Effect.provide([
    client,
    EmbeddedAudian.serve({ balance: start, quota: false, faults }),
    NodeHttpClient.layerUndici,
    NodeServices.layer
  ]),
  NodeRuntime.runMain
)
