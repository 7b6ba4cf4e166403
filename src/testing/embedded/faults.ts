/**
 * The scripted faults of an embedded server: selection of the fault for a request, and its effect.
 *
 * @internal
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Stream from "effect/Stream"
import type { Family } from "../../Credentials.ts"
import type * as Fault from "../Fault.ts"

/** A fault and its counters. */
export interface Rule {
  readonly fault: Fault.Data
  /** Its end, in epoch milliseconds. */
  readonly until: number
  /** The number of requests that matched its operation. */
  matched: number
  /** The number of requests that it was applied to. */
  applied: number
}

export const rule = (fault: Fault.Data, now: number): Rule => ({
  fault,
  until: now + (fault.during ?? Number.POSITIVE_INFINITY),
  matched: 0,
  applied: 0
})

/**
 * The fault to apply to the next request of an operation: that of the first rule that matches.
 */
export const next = (
  rules: Array<Rule>,
  request: Chance & { readonly operation: string; readonly family: Family }
): Fault.Data | undefined =>
  select(
    rules,
    request,
    ({ operation, outcome, webhook }) =>
      webhook === undefined &&
      (operation === undefined || operation === request.operation) &&
      (outcome?._tag !== "ExpireToken" || request.family === "account")
  )

/** The fault to apply to the next attempt to deliver a webhook. */
export const nextWebhook = (
  rules: Array<Rule>,
  attempt: Chance & { readonly event: string }
): Fault.Webhook | undefined =>
  select(
    rules,
    attempt,
    ({ event, webhook }) => webhook !== undefined && (event === undefined || event === attempt.event)
  )?.webhook

interface Chance {
  /** In epoch milliseconds. */
  readonly now: number
  /** A random number from 0 up to 1, exclusive. */
  readonly chance: () => number
}

/** The fault of the first rule that matches and applies. Removes expired rules. */
const select = (
  rules: Array<Rule>,
  { chance, now }: Chance,
  matches: (fault: Fault.Data) => boolean
): Fault.Data | undefined => {
  for (let index = 0; index < rules.length; index++) {
    const rule = rules[index]!
    const { every = 1, rate, skip = 0, times = Number.POSITIVE_INFINITY } = rule.fault
    if (rule.applied >= times || now >= rule.until) {
      rules.splice(index--, 1)
      continue
    }
    if (!matches(rule.fault)) continue
    const nth = ++rule.matched - skip
    if (nth < 1 || nth % every !== 0) continue
    if (rate !== undefined && chance() >= rate) continue
    rule.applied++
    return rule.fault
  }
  return undefined
}

/** The text for a fault in the log. */
export const label = ({ delay, delivery, outcome }: Fault.Data): string =>
  [outcome?._tag, delay === undefined ? undefined : "Delay", delivery?._tag]
    .filter((tag) => tag !== undefined)
    .join("+")

/** True if the fault replaces the server's own response. */
export const replacesResponse = ({ outcome }: Fault.Data): boolean =>
  outcome !== undefined && outcome._tag !== "ExpireToken"

/** A response on the wire that HTTP does not allow. */
export interface RawResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly bytes: Uint8Array
  /** The declared length; `undefined` for chunks without the last one. */
  readonly length: number | undefined
  /** The malformed part of the head. */
  readonly malformed?: (Fault.Delivery & { readonly _tag: "Malformed" })["part"]
}

/** A defect on which the transport breaks the connection, after a response or without one. */
export class BrokenConnection extends Error {
  override readonly name = "BrokenConnection"
  /** The response before the break; `"refused"` if there is no connection at all. */
  readonly response: RawResponse | "refused" | undefined
  constructor(response?: RawResponse | "refused") {
    super("The connection breaks")
    this.response = response
  }
}

type Response = HttpServerResponse.HttpServerResponse

/** Replaces the response of `self` with the fault's outcome, after the fault's delay. */
export const apply = <E, R>(
  { delay, executed, outcome }: Fault.Data,
  self: Effect.Effect<Response, E, R>,
  expire: Effect.Effect<unknown>
): Effect.Effect<Response, E, R> => {
  const delayed = <A, R>(response: Effect.Effect<A, E, R>) =>
    delay === undefined ? response : Effect.delay(response, Duration.millis(delay))
  return executed === true
    ? // Execute the request, then replace its response.
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

/** A stream of spaces. */
const padding = (bytes: number): Stream.Stream<Uint8Array> => {
  const chunk = new Uint8Array(65_536).fill(32)
  return Stream.unfold(bytes, (left) =>
    Effect.succeed(
      left <= 0 ? undefined : ([chunk.subarray(0, Math.min(left, chunk.length)), left - chunk.length] as const)
    )
  )
}

/** Applies a transport fault. Dies with `BrokenConnection` for a response that `HttpServerResponse` cannot express. */
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
              // The first byte goes with the head: a server of Node.js holds the head back until then.
              Stream.concat(
                Stream.succeed(bytes.subarray(0, 1)),
                Stream.mapEffect(Stream.fromIterable(bytes.subarray(1)), (byte) =>
                  Effect.delay(Effect.succeed(Uint8Array.of(byte)), Duration.millis(delivery.millis))
                )
              )
            )
    }
  })
