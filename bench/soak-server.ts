// Server process of the soak: the embedded server with faults in 5 % of its responses.
import * as Effect from "effect/Effect"
import { EmbeddedAudian, Fault } from "effect-audian/testing"

const send = (message: unknown) => Effect.sync(() => process.send?.(message ?? "done"))

/** Faults for 5 % of the requests, about half of them after the request was executed. */
const faults = [
  Fault.status(500).pipe(Fault.every(100)),
  Fault.status(500).pipe(Fault.every(150), Fault.executed),
  Fault.status(502).pipe(Fault.every(150), Fault.executed),
  Fault.status(503).pipe(Fault.every(100)),
  Fault.status(429).pipe(Fault.every(200)),
  Fault.reset.pipe(Fault.every(150)),
  Fault.reset.pipe(Fault.every(100), Fault.executed)
]

const heap = (): number => {
  global.gc?.()
  global.gc?.()
  return process.memoryUsage().heapUsed
}

const program = Effect.gen(function* () {
  const embedded = yield* EmbeddedAudian.EmbeddedAudian
  const commands: Record<string, Effect.Effect<unknown>> = {
    faults: embedded.fault(...faults),
    calm: embedded.clearFaults,
    heap: Effect.sync(heap)
  }
  const run = Effect.runForkWith(yield* Effect.context<never>())
  process.on("message", (message) => {
    const command = commands[String(message)]
    if (command !== undefined) run(Effect.flatMap(command, send))
  })
  yield* send(embedded.baseUrl)
  return yield* Effect.never
})

process.on("disconnect", () => process.exit(0))

Effect.runFork(Effect.provide(program, EmbeddedAudian.serve({ balance: 1_000_000, quota: false, logLimit: 100 })))
