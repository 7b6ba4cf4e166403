// 200,000 mixed calls against the embedded server with faults in 5 % of its responses. Reports requests, retries, wrong
// outcomes, duplicates of unsafe calls, and the heap before and after. SOAK_CALLS sets the number of calls.
import { type ChildProcess, fork } from "node:child_process"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import { Account, Audian, type AudianError, Numbers, Retry } from "effect-audian"

const calls = Number(process.env.SOAK_CALLS ?? 200_000)
const concurrency = 32
const warmup = Math.min(calls, 10_000)

const server = fork(new URL("./soak-server.ts", import.meta.url), { stdio: "inherit", execArgv: [...process.execArgv] })
const request = (child: ChildProcess, message: string) =>
  Effect.promise(() => {
    const response = new Promise<unknown>((resolve) => child.once("message", resolve))
    child.send(message)
    return response
  })
const baseUrl = await new Promise<string>((resolve) => server.once("message", (url) => resolve(String(url))))

let requests = 0
let failed = 0
const wrong: Array<string> = []
/** The reported outcome of each unsafe call, by the number of the call. */
const done = new Map<number, "done" | "not-done" | "unknown">()

const heap = (): number => {
  global.gc?.()
  global.gc?.()
  return process.memoryUsage().heapUsed
}

/** Failures caused by the faults: a call may hit three in a row. */
const isInjected = (error: AudianError.AudianError): boolean =>
  error._tag === "InternalServerError" ||
  error._tag === "BadGateway" ||
  error._tag === "ServiceUnavailable" ||
  error._tag === "TooManyRequests" ||
  (error._tag === "AudianClientError" && error.reason._tag === "Transport")

const check = <A>(
  what: string,
  call: Effect.Effect<A, AudianError.AudianError, Audian.Audian>,
  isExpected: (result: Result.Result<A, AudianError.AudianError>) => boolean
) =>
  Effect.map(Effect.result(call), (result) => {
    if (isExpected(result)) return
    if (Result.isFailure(result) && isInjected(result.failure)) failed++
    else wrong.push(`${what}: ${Result.isFailure(result) ? result.failure.message : "another value than was written"}`)
  })

interface State {
  readonly numberId: string
  readonly userId: string
}

const succeeds = Result.isSuccess

const mixedCall = (i: number, { numberId, userId }: State): Effect.Effect<void, never, Audian.Audian> => {
  switch (i % 10) {
    case 0:
      return check(
        "Numbers.updateConfig",
        Numbers.updateConfig({ number_id: numberId, friendly_name: "soak" }),
        succeeds
      )
    case 1:
      return check("Account.Users.patch", Account.Users.patch({ user_id: userId, timezone: "UTC" }), succeeds)
    case 2:
      return check(
        "Account.Vmboxes.get of none",
        Account.Vmboxes.get({ vmbox_id: "0".repeat(32) }),
        (result) => Result.isFailure(result) && result.failure._tag === "NotFound"
      )
    case 3:
    case 4:
      return Effect.map(
        Effect.result(
          Account.Webhooks.create({ name: `soak-${i}`, uri: "https://example.com/hook", hook: "channel_create" })
        ),
        (result) => {
          if (Result.isFailure(result) && !isInjected(result.failure)) wrong.push(result.failure.message)
          if (Result.isFailure(result)) failed++
          done.set(
            i,
            Result.isSuccess(result) ? "done" : result.failure.outcome === "not-executed" ? "not-done" : "unknown"
          )
        }
      )
    case 5:
      return check(
        "Numbers.list",
        Numbers.list({ limit: 20 }),
        (result) => Result.isSuccess(result) && result.success.numbers.some(({ id }) => id === numberId)
      )
    case 6:
    case 7:
      return check(
        "Account.Users.list",
        Account.Users.list(),
        (result) => Result.isSuccess(result) && result.success.some(({ id }) => id === userId)
      )
    default:
      return check(
        "Numbers.getConfig",
        Numbers.getConfig({ number_id: numberId }),
        (result) => Result.isSuccess(result) && result.success.id === numberId
      )
  }
}

const run = (from: number, to: number, state: State) =>
  Stream.range(from, to - 1).pipe(
    Stream.mapEffect((i) => mixedCall(i, state), { concurrency }),
    Stream.runDrain
  )

const program = Effect.gen(function* () {
  const { id: numberId } = yield* Numbers.purchase({ number: "+14155551234" })
  const { id: userId = "" } = yield* Account.Users.create({ first_name: "So", last_name: "Ak", username: "soak" })
  const state = { numberId, userId }
  yield* request(server, "faults")
  yield* run(0, warmup, state)
  const before = { client: heap(), server: Number(yield* request(server, "heap")) }
  yield* run(warmup, calls, state)
  yield* request(server, "calm")
  const sent = requests
  const after = { client: heap(), server: Number(yield* request(server, "heap")) }

  const found = new Map<number, number>()
  yield* Stream.runForEach(Account.Webhooks.list.items({ page_size: 100 }), ({ name = "" }) =>
    Effect.sync(() => {
      const i = Number(name.replace("soak-", ""))
      found.set(i, (found.get(i) ?? 0) + 1)
    })
  )
  let duplicates = 0
  const tally = { done: 0, "not-done": 0, unknown: 0 }
  for (const [i, reported] of done) {
    const times = found.get(i) ?? 0
    tally[reported]++
    if (times > 1) duplicates++
    if ((reported === "done" && times !== 1) || (reported === "not-done" && times !== 0)) {
      wrong.push(`Account.Webhooks.create soak-${i}: reported ${reported}, found ${times} times`)
    }
  }
  return { sent, before, after, duplicates, tally }
})

const counting = (client: HttpClient.HttpClient): HttpClient.HttpClient =>
  HttpClient.tapRequest(client, () => Effect.sync(() => void requests++))

const live = Audian.layer({
  apiKey: "sk_test_embedded",
  baseUrl,
  retry: Retry.make({ baseDelay: "20 millis" }),
  transformClient: counting
}).pipe(Layer.provide(NodeHttpClient.layerUndici))

const { after, before, duplicates, sent, tally } = await Effect.runPromise(Effect.provide(program, live))
server.disconnect()

const mb = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MB`
// The soak keeps a number and a word for each unsafe call.
const own = (done.size - Math.round(warmup / 5)) * 80
const grown = after.client - before.client - own
console.log(`${calls} calls, ${sent} requests, ${sent - calls - 3} retries and exchanges`)
console.log(`${failed} calls failed for good, as the faults explain`)
console.log(`${wrong.length} wrong outcomes`)
console.log(`${done.size} unsafe calls: ${tally.done} done, ${tally["not-done"]} not done, ${tally.unknown} unknown`)
console.log(`${duplicates} duplicates of unsafe calls`)
console.log(`heap of the client ${mb(before.client)} -> ${mb(after.client)}, of which ${mb(own)} is the soak's own`)
console.log(`heap of the server ${mb(before.server)} -> ${mb(after.server)}, with ${tally.done} webhooks in it`)
for (const line of wrong.slice(0, 10)) console.error(line)
const flat = Option.exists(Option.some(grown), (bytes) => bytes < 8 * 1024 * 1024)
if (wrong.length > 0 || duplicates > 0 || !flat) {
  console.error(flat ? "NOT MET" : `NOT MET: the heap grew by ${mb(grown)}`)
  process.exitCode = 1
}
