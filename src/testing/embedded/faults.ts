/**
 * The scripted faults of an embedded server: which request meets which, and what comes of it.
 *
 * @internal
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Stream from "effect/Stream"
import type { Family } from "../../Credentials.ts"
import type * as Fault from "../Fault.ts"

/** A fault, and what it has come to. */
export interface Rule {
  readonly fault: Fault.Data
  /** When it is over, in epoch milliseconds. */
  readonly until: number
  /** How many requests have met it. */
  matched: number
  /** How many of them it befell. */
  applied: number
}

export const rule = (fault: Fault.Data, now: number): Rule => ({
  fault,
  until: now + (fault.during ?? Number.POSITIVE_INFINITY),
  matched: 0,
  applied: 0
})

/**
 * The fault that befalls the next request of an operation: of the first rule that applies. Rules that are used up are
 * taken out.
 */
export const next = (
  rules: Array<Rule>,
  request: { readonly operation: string; readonly family: Family; readonly now: number; readonly chance: () => number }
): Fault.Data | undefined => {
  for (let index = 0; index < rules.length; index++) {
    const rule = rules[index]!
    const { every = 1, operation, outcome, rate, skip = 0, times = Number.POSITIVE_INFINITY } = rule.fault
    if (rule.applied >= times || request.now >= rule.until) {
      rules.splice(index--, 1)
      continue
    }
    if (operation !== undefined && operation !== request.operation) continue
    if (outcome?._tag === "ExpireToken" && request.family !== "account") continue
    const nth = ++rule.matched - skip
    if (nth < 1 || nth % every !== 0) continue
    if (rate !== undefined && request.chance() >= rate) continue
    rule.applied++
    return rule.fault
  }
  return undefined
}

/** What a log says of a fault. */
export const label = ({ delay, delivery, outcome }: Fault.Data): string =>
  [outcome?._tag, delay === undefined ? undefined : "Delay", delivery?._tag]
    .filter((tag) => tag !== undefined)
    .join("+")

/** Whether the answer is another than the server's own. */
export const replacesResponse = ({ outcome }: Fault.Data): boolean =>
  outcome !== undefined && outcome._tag !== "ExpireToken"

/** An answer as it is on the wire, where it is not what HTTP allows. */
export interface RawResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly bytes: Uint8Array
  /** The length that is announced; `undefined` for chunks, of which the last is missing. */
  readonly length: number | undefined
  /** What is wrong with the head. */
  readonly malformed?: (Fault.Delivery & { readonly _tag: "Malformed" })["part"]
}

/** The connection is to break, after an answer or without one; whoever serves the app sees to it. */
export class BrokenConnection extends Error {
  override readonly name = "BrokenConnection"
  /** What comes before it breaks; `"refused"` when it is not to be made at all. */
  readonly response: RawResponse | "refused" | undefined
  constructor(response?: RawResponse | "refused") {
    super("The connection breaks")
    this.response = response
  }
}

type Response = HttpServerResponse.HttpServerResponse

/** What comes of a request: the fault's outcome, in its time, in the place of what `self` would answer. */
export const apply = <E, R>(
  { delay, executed, outcome }: Fault.Data,
  self: Effect.Effect<Response, E, R>,
  expire: Effect.Effect<unknown>
): Effect.Effect<Response, E, R> => {
  const delayed = <A, R>(response: Effect.Effect<A, E, R>) =>
    delay === undefined ? response : Effect.delay(response, Duration.millis(delay))
  return executed === true
    ? // What a fault covers up is carried out, whatever comes of it.
      Effect.flatMap(Effect.exit(self), (exit) => delayed(applyOutcome(outcome, exit, expire)))
    : delayed(applyOutcome(outcome, self, expire))
}

const applyOutcome = <E, R>(
  outcome: Fault.Outcome | undefined,
  self: Effect.Effect<Response, E, R>,
  expire: Effect.Effect<unknown>
): Effect.Effect<Response, E, R> => {
  switch (outcome?._tag) {
    case undefined:
      return self
    case "Respond":
      return Effect.succeed(
        HttpServerResponse.text(outcome.body, {
          status: outcome.status,
          headers: outcome.headers,
          contentType: outcome.headers["content-type"] ?? "text/plain"
        })
      )
    case "Huge":
      return Effect.succeed(
        HttpServerResponse.stream(padding(outcome.bytes), {
          status: outcome.status,
          contentType: "application/json",
          contentLength: outcome.bytes
        })
      )
    case "Refuse":
      return Effect.die(new BrokenConnection("refused"))
    case "Reset":
      return Effect.die(new BrokenConnection())
    case "Hang":
      return Effect.never
    case "ExpireToken":
      return Effect.andThen(expire, self)
  }
}

/** So many spaces, a piece at a time. */
const padding = (bytes: number): Stream.Stream<Uint8Array> => {
  const chunk = new Uint8Array(65_536).fill(32)
  return Stream.unfold(bytes, (left) =>
    Effect.succeed(
      left <= 0 ? undefined : ([chunk.subarray(0, Math.min(left, chunk.length)), left - chunk.length] as const)
    )
  )
}

/** What becomes of an answer on its way; it dies with what HTTP does not allow. */
export const deliver = (delivery: Fault.Delivery, response: Response): Effect.Effect<Response> =>
  Effect.flatMap(Effect.orDie(HttpServerResponse.toClientResponse(response).arrayBuffer), (buffer) => {
    const bytes = new Uint8Array(buffer)
    const { "content-length": _, ...headers } = response.headers
    const half = bytes.subarray(0, Math.ceil(bytes.length / 2))
    const { status } = response
    const full = { status, headers, bytes, length: bytes.length }
    const stream = (body: Stream.Stream<Uint8Array>) =>
      Effect.succeed(
        HttpServerResponse.stream(body, {
          status,
          headers,
          contentType: headers["content-type"],
          contentLength: bytes.length
        })
      )
    const broken = (raw?: RawResponse) => Effect.die(new BrokenConnection(raw))
    if (delivery._tag === "Malformed") return broken({ ...full, malformed: delivery.part })
    const isEmpty = bytes.length === 0
    switch (delivery._tag) {
      case "CutOff":
        return broken(isEmpty ? undefined : { ...full, bytes: half, ...(delivery.chunked && { length: undefined }) })
      case "WrongLength":
        return broken(isEmpty ? undefined : { ...full, length: Math.max(0, bytes.length + delivery.by) })
      case "Truncated":
        return Effect.succeed(
          isEmpty
            ? response
            : HttpServerResponse.uint8Array(bytes.subarray(0, -Math.ceil(bytes.length / 10)), {
                status,
                headers,
                contentType: headers["content-type"]
              })
        )
      case "Stall":
        return isEmpty ? Effect.never : stream(Stream.concat(Stream.succeed(half), Stream.never))
      case "SlowBody":
        return isEmpty
          ? Effect.succeed(response)
          : stream(
              Stream.mapEffect(Stream.fromIterable(bytes), (byte) =>
                Effect.delay(Effect.succeed(Uint8Array.of(byte)), Duration.millis(delivery.millis))
              )
            )
    }
  })
