/**
 * A state machine of calls: server behaviours × operations × policies × guards, drawn from a seed. It counts the requests
 * that the application behind the server executed, and checks the promises of the client against that count.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import { Account, type Audian, type AudianError, Calls, CircuitBreaker, Numbers, RateLimit, Retry } from "effect-audian"

// -----------------------------------------------------------------------------
// the server
// -----------------------------------------------------------------------------

/** The reaction of the server to one request. It never lies: its own words for "not executed" are true. */
interface Behaviour {
  readonly name: string
  /** True when the application executes the request, with any response. */
  readonly executes: boolean
  readonly wire: "respond" | "truncate" | "reset" | "hang" | "refuse"
  readonly status?: number
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
  /** The wait that the response requests, in milliseconds. */
  readonly wait?: number
}

const error = (code: string) => JSON.stringify({ error: { code, message: "Not now", type: "server_error" } })
const html = { body: "<html><head><title>proxy</title></head></html>", headers: { "content-type": "text/html" } }
const wire = (kind: Behaviour["wire"], executes: boolean): Behaviour => ({
  name: `${kind}, ${executes ? "executed" : "not executed"}`,
  executes,
  wire: kind
})
const status = (code: number, executes: boolean, more: Partial<Behaviour> = {}): Behaviour => ({
  name: `${code}${more.body === html.body ? " HTML" : ""}, ${executes ? "executed" : "not executed"}`,
  executes,
  wire: "respond",
  status: code,
  body: error("a_code"),
  ...more
})

const success: Behaviour = { name: "success", executes: true, wire: "respond", status: 201 }

export const behaviours: ReadonlyArray<Behaviour> = [
  // One request in six succeeds.
  ...Array.from({ length: 6 }, () => success),
  { ...success, name: "truncated success", wire: "truncate" },
  { ...success, name: "200 HTML", status: 200, ...html },
  status(429, false),
  status(429, false, { headers: { "retry-after": "7" }, wait: 7000 }),
  status(503, false, { body: error("service_unavailable_error") }),
  status(503, false, {
    body: error("service_unavailable_error"),
    headers: { "retry-after": "20" },
    wait: 20_000
  }),
  ...[400, 401, 402, 404, 409, 422].map((code) => status(code, false)),
  ...[true, false].flatMap((executes) => [
    status(500, executes),
    ...[408, 499, 502, 503, 504].map((code) => status(code, executes, html)),
    status(503, executes, { body: JSON.stringify({ error: "503", message: "datastore_unreachable", data: {} }) }),
    // A gateway's own JSON, in either of the API's shapes.
    ...[408, 499, 503].flatMap((code) => [
      status(code, executes, { body: error("GatewayTimeout") }),
      status(code, executes, { body: JSON.stringify({ error: String(code), message: "upstream timed out" }) })
    ]),
    status(200, executes, {
      body: JSON.stringify({ success: false, error: { code: "a_code", message: "It failed" } })
    }),
    wire("reset", executes),
    wire("hang", executes)
  ]),
  wire("refuse", false)
]

// -----------------------------------------------------------------------------
// the client
// -----------------------------------------------------------------------------

type Call = Effect.Effect<unknown, AudianError.AudianError, Audian.Audian>

interface Operation {
  readonly name: string
  readonly isSafe: boolean
  /** The call. The id, seven digits, is in its request. */
  readonly call: (id: string) => Call
  /** The payload of a success. */
  readonly payload: (id: string) => object
}

const operations: ReadonlyArray<Operation> = [
  {
    name: "Numbers.purchase",
    isSafe: false,
    call: (id) => Numbers.purchase({ number: `+1415${id}` }),
    payload: (id) => ({ id: "num_1", number: `+1415${id}` })
  },
  {
    name: "Calls.create",
    isSafe: false,
    call: (id) => Calls.create({ from: "+14155551234", to: `+1415${id}` }),
    payload: () => ({ call_id: "call_1" })
  },
  {
    name: "Account.Webhooks.create",
    isSafe: false,
    call: (id) => Account.Webhooks.create({ name: id, uri: "https://example.com/hook", hook: "channel_create" }),
    payload: (id) => ({ id: "hook_1", name: id, uri: "https://example.com/hook", hook: "channel_create" })
  },
  {
    name: "Numbers.list",
    isSafe: true,
    call: (id) => Numbers.list({ offset: Number(id) }),
    payload: () => ({ numbers: [], total: 0 })
  },
  {
    name: "Numbers.updateConfig",
    isSafe: true,
    call: (id) => Numbers.updateConfig({ number_id: "num_1", friendly_name: id }),
    payload: (id) => ({ id: "num_1", number: "+14155551234", friendly_name: id })
  }
]

interface Policy {
  readonly name: string
  readonly policy: Retry.Policy
  /** True when it may execute an unsafe operation twice: by `allowReplay`, or as `documented`. */
  readonly replays?: boolean
  readonly ignoresWait?: boolean
}

const own = Schedule.spaced("5 seconds").pipe(Schedule.upTo({ times: 4 }))

export const policies: ReadonlyArray<Policy> = [
  { name: "Retry.standard", policy: Retry.standard },
  { name: "Retry.documented", policy: Retry.documented, replays: true },
  { name: "own schedule", policy: own },
  { name: "make, while always", policy: Retry.make({ attempts: 5, while: () => true }) },
  { name: "composed", policy: Retry.andThen(Retry.max([Retry.standard, own]), Retry.min([Retry.standard, own])) },
  { name: "ignoreRetryAfter", policy: Retry.ignoreRetryAfter(own), ignoresWait: true },
  { name: "allowReplay", policy: Retry.allowReplay(own), replays: true },
  { name: "Retry.none", policy: Retry.none }
]

/** The same decisions with hardly any delay, for runs in real time. */
export const hurried = (policy: Retry.Policy): Retry.Policy =>
  Schedule.modifyDelay(policy, ({ duration }) => Effect.succeed(Duration.times(duration, 0.001)))

interface Guard {
  readonly name: string
  readonly options: Pick<Audian.ClientOptions, "rateLimit" | "circuitBreaker">
}

export const guards: ReadonlyArray<Guard> = [
  { name: "no guard", options: {} },
  { name: "limiter", options: { rateLimit: RateLimit.limiter({ limit: 1000, window: "1 minute" }) } },
  { name: "breaker", options: { circuitBreaker: CircuitBreaker.make({ openDuration: "3 seconds" }) } },
  {
    name: "limiter and breaker",
    options: { rateLimit: RateLimit.limiter(), circuitBreaker: CircuitBreaker.make({ openDuration: "3 seconds" }) }
  }
]

// -----------------------------------------------------------------------------
// a run
// -----------------------------------------------------------------------------

/** A hash of a few integers, as a fraction: the machine's only source of chance. */
const chance = (...numbers: ReadonlyArray<number>): number => {
  let hash = 0x811c9dc5
  for (const number of numbers) {
    hash = Math.imul(hash ^ number, 0x01000193)
    hash ^= hash >>> 15
    hash = Math.imul(hash, 0x2c1b3c6d)
    hash ^= hash >>> 12
  }
  return (hash >>> 0) / 0x1_0000_0000
}

const pick = <A>(items: ReadonlyArray<A>, fraction: number): A => items[Math.floor(fraction * items.length)]!

interface Seen {
  readonly at: number
  readonly behaviour: Behaviour
}

export interface Reaction {
  readonly behaviour: Behaviour
  readonly body: string
}

/** The server's side of a run: its behaviour for each request, and its record of them. */
export const makeServer = (seed: number, available: ReadonlyArray<Behaviour> = behaviours) => {
  const seen = new Map<string, Array<Seen>>()
  return {
    seen: (id: string): ReadonlyArray<Seen> => seen.get(id) ?? [],
    /** The reaction to a request, given as text. The exchange of a key always succeeds. */
    react: (request: string, at: number): Reaction => {
      if (request.includes("/v2/api_auth")) {
        return {
          behaviour: success,
          body: JSON.stringify({ auth_token: `token-${at}`, data: { account_id: "acc" } })
        }
      }
      const id = /(?<!\d)(?:1415)?(2\d{6})(?!\d)/.exec(request.replaceAll("14155551234", ""))?.[1]
      if (id === undefined) throw new Error(`no id in ${request}`)
      const earlier = seen.get(id) ?? []
      const behaviour = pick(available, chance(seed, Number(id), earlier.length))
      seen.set(id, [...earlier, { at, behaviour }])
      const operation = operationOf(id, seed)
      const data = operation.payload(id)
      return { behaviour, body: behaviour.body ?? JSON.stringify({ success: true, data }) }
    }
  }
}

export type Server = ReturnType<typeof makeServer>

const operationOf = (id: string, seed: number): Operation => pick(operations, chance(seed, Number(id), -1))

export const idOf = (n: number): string => String(2_000_000 + n)

interface Tally {
  calls: number
  requests: number
  succeeded: number
  notExecuted: number
  unknown: number
  /** Unsafe calls that the application executed more than once. */
  twice: number
}

export const tally = (): Tally => ({ calls: 0, requests: 0, succeeded: 0, notExecuted: 0, unknown: 0, twice: 0 })

/** Jitter makes fractions of milliseconds, whose differences are not exact. */
const rounding = 1e-3

/** Runs one call and checks it. Returns the promises that were broken. */
export const runOne = (server: Server, seed: number, id: string, policy: Policy, counts: Tally) =>
  Effect.gen(function* () {
    const operation = operationOf(id, seed)
    const exit = yield* Effect.exit(Retry.withPolicy(operation.call(id), policy.policy))
    const requests = server.seen(id)
    const executed = requests.filter(({ behaviour }) => behaviour.executes).length
    const failure = Option.getOrUndefined(Exit.findErrorOption(exit))
    counts.calls++
    counts.requests += requests.length
    if (failure === undefined) counts.succeeded++
    else if (failure.outcome === "not-executed") counts.notExecuted++
    else counts.unknown++
    if (executed > 1 && !operation.isSafe) counts.twice++
    const broken: Array<string> = []
    const story = `${operation.name} ${id} under ${policy.name}: ${requests.map(({ behaviour }) => behaviour.name).join("; ")}`
    if (Exit.isFailure(exit) && failure === undefined) broken.push(`a defect: ${story}`)
    if (executed > 1 && !operation.isSafe && policy.replays !== true) broken.push(`executed twice: ${story}`)
    if (executed > 0 && failure?.outcome === "not-executed") broken.push(`"not-executed" after execution: ${story}`)
    if (executed === 0 && Exit.isSuccess(exit)) broken.push(`success without execution: ${story}`)
    // A request may be lost before it reaches the server, but none is sent that the client does not count.
    if (failure !== undefined && failure.attempts < requests.length) broken.push(`wrong attempts: ${story}`)
    for (const [i, { at, behaviour }] of requests.entries()) {
      const next = requests[i + 1]
      if (next !== undefined && policy.ignoresWait !== true && next.at - at < (behaviour.wait ?? 0) - rounding) {
        broken.push(`sent ${next.at - at} ms after the server requested ${behaviour.wait}: ${story}`)
      }
    }
    return broken
  })
