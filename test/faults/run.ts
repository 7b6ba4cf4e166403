/**
 * Runs a call over real sockets, on undici, fetch and node:http, under `TestClock`, and checks that no socket and no fiber
 * is left behind.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import type * as Scope from "effect/Scope"
import { TestClock } from "effect/testing"
import { Audian, type AudianError, Numbers, Retry } from "effect-audian"
import { maxResponseSize } from "./limits.ts"
import type * as Server from "./server.ts"

const clients: Readonly<Record<"undici" | "fetch" | "node:http", Layer.Layer<HttpClient.HttpClient>>> = {
  undici: NodeHttpClient.layerUndici,
  fetch: FetchHttpClient.layer,
  "node:http": NodeHttpClient.layerNodeHttpOptions({ keepAlive: true })
}
export type Client = keyof typeof clients
export const names = ["undici", "fetch", "node:http"] as const

export const apiKey = "sk_test_faults"
export const attempt = 1000
export const total = 10_000
// The standard policy without delays.
export const retry = Retry.make({ baseDelay: 0 })

export const list = Effect.asVoid(Numbers.list())
export const purchase = Effect.asVoid(Numbers.purchase({ number: "+14155551234" }))

/** Time limit of a test that hangs, in milliseconds of real time. */
export const guard = 60_000

export const audian = (client: Client, baseUrl: string, options?: Audian.ClientOptions) =>
  Audian.layer({ apiKey, baseUrl, maxResponseSize, retry, timeout: { attempt, total }, ...options }).pipe(
    Layer.provide(clients[client])
  )

/** Gives the sockets real time to proceed. */
export const pause = Effect.promise(() => new Promise<void>((resolve) => setTimeout(resolve, 2)))

export const until = (condition: () => boolean): Effect.Effect<void> =>
  Effect.suspend(() => (condition() ? Effect.void : Effect.andThen(pause, until(condition))))

/** Counts the fibers that run within an effect. */
export const counted = () => {
  let running = 0
  const service: Metric.FiberRuntimeMetricsService = {
    recordFiberStart: () => void running++,
    recordFiberEnd: () => void running--
  }
  return { within: Effect.provideService(Metric.FiberRuntimeMetrics, service), running: () => running }
}

/** The observed result of one call. */
interface Seen {
  readonly error: AudianError.AudianError | undefined
  readonly attempts: number
  /** When the call ended, by `TestClock`. */
  readonly at: number
}

/**
 * Runs a call to its end. `TestClock` advances by `timeout.attempt` whenever the server stalls, so that exactly the
 * stalled request times out.
 */
export const run = (
  server: Server.Raw,
  call: Effect.Effect<void, AudianError.AudianError, Audian.Audian>,
  lingers = false
): Effect.Effect<Seen, never, Audian.Audian> =>
  Effect.gen(function* () {
    const fibers = counted()
    const outcome = Effect.match(Audian.withResponse(call), {
      onFailure: (error) => ({ error, attempts: error.attempts }),
      onSuccess: ([, response]) => ({ error: undefined, attempts: response?.attempts ?? 0 })
    })
    const fiber = yield* fibers.within(Effect.forkChild(outcome))
    let passed = 0
    while (fiber.pollUnsafe() === undefined) {
      yield* pause
      if (server.stalls() > passed) {
        if (!lingers) passed++
        yield* TestClock.adjust(attempt)
      }
    }
    const seen = yield* Fiber.join(fiber)
    const at = yield* Clock.currentTimeMillis
    // No fiber and no socket is left, though the client lives on.
    yield* until(() => fibers.running() === 0)
    if (lingers) server.drop()
    yield* until(() => server.open() === 0)
    return { ...seen, at }
  }).pipe(Effect.provide(TestClock.layer()))

export const nameOf = (error: AudianError.AudianError | undefined): string | undefined =>
  error?._tag === "AudianClientError" ? error.reason._tag : error?._tag

/** Runs a test on each client. */
export const onEach = <E>(title: string, test: (client: Client) => Effect.Effect<void, E, Scope.Scope>): void => {
  for (const client of names) it.live(`${title}, on ${client}`, () => Effect.scoped(test(client)), guard)
}

export const urlOf = ({ port }: Server.Raw): string => `http://127.0.0.1:${port}`

/** Waits until the process has no socket, no server and no DNS lookup left. */
export const drained = (): Promise<void> =>
  Effect.runPromise(
    until(() => !process.getActiveResourcesInfo().some((name) => /^(?:TCP|TLS|Pipe\w*Connect|GetAddrInfo)/.test(name)))
  )
