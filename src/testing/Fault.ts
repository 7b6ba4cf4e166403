/**
 * Faults as data: which requests of the embedded server go wrong, and how. What is served on a socket goes wrong on the
 * wire; in memory a client is given what it would make of that.
 *
 * ```ts
 * import { Numbers } from "effect-audian"
 * import { Fault } from "effect-audian/testing"
 *
 * export const twice = Fault.status(503).pipe(Fault.on(Numbers.list), Fault.times(2))
 * export const unsteady = Fault.cutOff.pipe(Fault.rate(0.1))
 * ```
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import { dual } from "effect/Function"
import * as Pipeable from "effect/Pipeable"
import type * as Operation from "../Operation.ts"

/**
 * What a request meets with in the place of its answer; `ExpireToken` leaves it to the server, without the token.
 *
 * @category models
 * @since 0.1.0
 */
export type Outcome =
  | {
      readonly _tag: "Respond"
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
      readonly body: string
    }
  | { readonly _tag: "Huge"; readonly status: number; readonly bytes: number }
  | { readonly _tag: "Reset" }
  | { readonly _tag: "Hang" }
  | { readonly _tag: "ExpireToken" }

/**
 * What becomes of an answer on its way.
 *
 * @category models
 * @since 0.1.0
 */
export type Delivery =
  | { readonly _tag: "CutOff"; readonly chunked: boolean }
  | { readonly _tag: "Truncated" }
  | { readonly _tag: "WrongLength"; readonly by: number }
  | { readonly _tag: "Malformed"; readonly part: "status" | "header" | "length" }
  | { readonly _tag: "Stall" }
  | { readonly _tag: "SlowBody"; readonly millis: number }

/**
 * One rule of a fault script, as plain data: what `JSON` makes of a {@link Fault} and reads back. What is left out does
 * not apply. Of several rules the first that applies to a request befalls it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Data {
  /** What comes in the place of the server's own answer. */
  readonly outcome?: Outcome | undefined
  /** What becomes of the answer, be it the server's own. */
  readonly delivery?: Delivery | undefined
  /** How long it takes, in milliseconds. */
  readonly delay?: number | undefined
  /** Whether the server carries the request out before `delay` and `outcome`. */
  readonly executed?: boolean | undefined
  /** The name of the operation that it befalls; every one when there is none. */
  readonly operation?: string | undefined
  /** How many requests it lets pass first. */
  readonly skip?: number | undefined
  /** It befalls each nth of the requests only. */
  readonly every?: number | undefined
  /** The chance that it befalls a request, from 0 to 1. */
  readonly rate?: number | undefined
  /** How long from when it is added it befalls any, in milliseconds. */
  readonly during?: number | undefined
  /** How many requests it befalls; no end of them when it is not said. */
  readonly times?: number | undefined
}

/**
 * One rule of a fault script, to be piped.
 *
 * @category models
 * @since 0.1.0
 */
export interface Fault extends Data, Pipeable.Pipeable {}

const make = (fields: Data): Fault => Object.assign(Object.create(Pipeable.Prototype), fields)

const once = (fields: Data): Fault => make({ ...fields, times: 1 })

const millisOf = (duration: Duration.Input): number => Duration.toMillis(Duration.fromInputUnsafe(duration))

// -----------------------------------------------------------------------------
// in the place of the answer
// -----------------------------------------------------------------------------

/**
 * Answers with any status, headers and body. An `x-request-id` is added, and nothing of the server's quota.
 *
 * @category constructors
 * @since 0.1.0
 */
export const respond = (options: {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: string | undefined
}): Fault =>
  once({
    outcome: { _tag: "Respond", status: options.status, headers: options.headers ?? {}, body: options.body ?? "" }
  })

/**
 * Answers with a status as the API documents it: its error body, and the headers given.
 *
 * @category constructors
 * @since 0.1.0
 */
export const status = (status: number, headers?: Readonly<Record<string, string>> | undefined): Fault =>
  respond({
    status,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ error: samples[status] ?? { code: "error", message: `Status ${status}`, type: "error" } })
  })

const samples: Record<number, object> = {
  400: { code: "invalid_request_error", message: "A parameter is invalid", type: "invalid_request_error" },
  401: { code: "invalid_api_key", message: "This API key is not valid", type: "authentication_error" },
  402: { code: "insufficient_funds", message: "The balance is too low", type: "insufficient_funds_error" },
  403: { code: "forbidden_error", message: "This key may not do that", type: "forbidden_error" },
  404: { code: "not_found_error", message: "There is no such resource", type: "not_found_error" },
  409: { code: "conflict_error", message: "The resource is in another state", type: "conflict_error" },
  422: { code: "validation_error", message: "This cannot be done now", type: "validation_error" },
  429: { code: "rate_limit_error", message: "Too many requests", type: "rate_limit_error" },
  500: { code: "internal_server_error", message: "Something went wrong", type: "server_error" },
  502: { code: "bad_gateway", message: "No answer from upstream", type: "server_error" },
  503: { code: "service_unavailable_error", message: "Down for maintenance", type: "server_error" }
}

/**
 * Answers with an HTML page, as a proxy between client and API does: of 502, 503 or 504, or of 200, as one does that
 * wants a login.
 *
 * @category constructors
 * @since 0.1.0
 */
export const page = (status: number): Fault =>
  respond({
    status,
    headers: { "content-type": "text/html", server: "proxy" },
    body: `<html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>`
  })

/**
 * Sends the client elsewhere. The status is 302 by default.
 *
 * @category constructors
 * @since 0.1.0
 */
export const redirect = (url: string, status = 302): Fault => respond({ status, headers: { location: url } })

/**
 * Answers 200 with bytes that call themselves gzip and are not. A client that decompresses, as `fetch` does, fails; one
 * that does not, as undici, hands them on, and so does the one in memory.
 *
 * @category constructors
 * @since 0.1.0
 */
export const junkGzip: Fault = /*@__PURE__*/ respond({
  status: 200,
  headers: { "content-type": "application/json", "content-encoding": "gzip" },
  body: "this is not gzip"
})

/**
 * Answers with so many bytes, and announces them. The status is 200 by default.
 *
 * @category constructors
 * @since 0.1.0
 */
export const huge = (bytes: number, status = 200): Fault => once({ outcome: { _tag: "Huge", status, bytes } })

/**
 * Breaks the connection without an answer.
 *
 * @category constructors
 * @since 0.1.0
 */
export const reset: Fault = /*@__PURE__*/ once({ outcome: { _tag: "Reset" } })

/**
 * Never answers.
 *
 * @category constructors
 * @since 0.1.0
 */
export const hang: Fault = /*@__PURE__*/ once({ outcome: { _tag: "Hang" } })

/**
 * Ends the token that the request carries before its time: the server refuses it from then on, until another one has
 * been exchanged. Befalls only the operations of an account, which carry such a token.
 *
 * @category constructors
 * @since 0.1.0
 */
export const expireToken: Fault = /*@__PURE__*/ once({ outcome: { _tag: "ExpireToken" } })

// -----------------------------------------------------------------------------
// the server's own answer, which something becomes of: the request is carried out
// -----------------------------------------------------------------------------

/**
 * Answers as usual, but later; the request is carried out after the delay, with `executed` before it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const delay = (duration: Duration.Input): Fault => once({ delay: millisOf(duration) })

/**
 * Breaks the connection within the body of the answer. An answer without a body does not come at all.
 *
 * @category constructors
 * @since 0.1.0
 */
export const cutOff: Fault = /*@__PURE__*/ once({ delivery: { _tag: "CutOff", chunked: false } })

/**
 * Breaks the connection between the chunks of an answer that does not announce its length.
 *
 * @category constructors
 * @since 0.1.0
 */
export const cutOffChunks: Fault = /*@__PURE__*/ once({ delivery: { _tag: "CutOff", chunked: true } })

/**
 * Leaves the end of the body away, and announces the length of what is left: JSON that breaks off.
 *
 * @category constructors
 * @since 0.1.0
 */
export const truncated: Fault = /*@__PURE__*/ once({ delivery: { _tag: "Truncated" } })

/**
 * Announces a length that is wrong by so many bytes: more than come, or, below 0, fewer. Then closes the connection.
 *
 * @category constructors
 * @since 0.1.0
 */
export const wrongLength = (by: number): Fault => once({ delivery: { _tag: "WrongLength", by } })

/**
 * Answers with a head that is no HTTP: its status line, a header without a colon, or two lengths that differ.
 *
 * @category constructors
 * @since 0.1.0
 */
export const malformed = (part: "status" | "header" | "length"): Fault =>
  once({ delivery: { _tag: "Malformed", part } })

/**
 * Begins its body, and brings no more of it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const stall: Fault = /*@__PURE__*/ once({ delivery: { _tag: "Stall" } })

/**
 * Brings its body byte by byte, one each interval.
 *
 * @category constructors
 * @since 0.1.0
 */
export const slowBody = (interval: Duration.Input): Fault =>
  once({ delivery: { _tag: "SlowBody", millis: millisOf(interval) } })

// -----------------------------------------------------------------------------
// combinators
// -----------------------------------------------------------------------------

/**
 * Befalls one operation only.
 *
 * @category combinators
 * @since 0.1.0
 */
export const on: {
  (operation: Operation.Any): (self: Fault) => Fault
  (self: Fault, operation: Operation.Any): Fault
} = /*@__PURE__*/ dual(
  2,
  (self: Fault, operation: Operation.Any): Fault => make({ ...self, operation: operation.name })
)

/**
 * Befalls this many requests; `Infinity` for all. One when it is not said.
 *
 * @category combinators
 * @since 0.1.0
 */
export const times: {
  (times: number): (self: Fault) => Fault
  (self: Fault, times: number): Fault
} = /*@__PURE__*/ dual(
  2,
  // JSON knows no infinity.
  (self: Fault, times: number): Fault => make({ ...self, times: Number.isFinite(times) ? times : undefined })
)

/**
 * Lets this many requests pass first.
 *
 * @category combinators
 * @since 0.1.0
 */
export const after: {
  (requests: number): (self: Fault) => Fault
  (self: Fault, requests: number): Fault
} = /*@__PURE__*/ dual(2, (self: Fault, skip: number): Fault => make({ ...self, skip }))

/**
 * Befalls each nth request, for ever unless `times` follows. Throws a `RangeError` unless it is a whole number from 1.
 *
 * @category combinators
 * @since 0.1.0
 */
export const every: {
  (n: number): (self: Fault) => Fault
  (self: Fault, n: number): Fault
} = /*@__PURE__*/ dual(2, (self: Fault, n: number): Fault => {
  if (!Number.isInteger(n) || n < 1) throw new RangeError("every: expected a whole number, 1 or more")
  return make({ ...self, every: n, times: undefined })
})

/**
 * Befalls requests by chance, from 0 for none to 1 for each, for ever unless `times` follows. Chance is Effect's
 * `Random`: in memory that of the program that makes the call, on a socket that of the layer; `Random.withSeed` repeats
 * it. Throws a `RangeError` for what is no chance.
 *
 * @category combinators
 * @since 0.1.0
 */
export const rate: {
  (chance: number): (self: Fault) => Fault
  (self: Fault, chance: number): Fault
} = /*@__PURE__*/ dual(2, (self: Fault, chance: number): Fault => {
  if (!(chance >= 0 && chance <= 1)) throw new RangeError("rate: expected a number from 0 to 1")
  return make({ ...self, rate: chance, times: undefined })
})

/**
 * Befalls requests for so long from when it is added, by Effect's `Clock`, and all of them unless `times` follows.
 *
 * @category combinators
 * @since 0.1.0
 */
export const during: {
  (duration: Duration.Input): (self: Fault) => Fault
  (self: Fault, duration: Duration.Input): Fault
} = /*@__PURE__*/ dual(
  2,
  (self: Fault, duration: Duration.Input): Fault => make({ ...self, during: millisOf(duration), times: undefined })
)

/**
 * Has the server carry the request out before it goes wrong: the number is bought, and the answer lost.
 *
 * @category combinators
 * @since 0.1.0
 */
export const executed = (self: Fault): Fault => make({ ...self, executed: true })

/**
 * The answer of this fault as another one delivers it: a 503 that comes late, a 402 that breaks off. Which requests it
 * befalls is for this one to say.
 *
 * ```ts
 * import { Fault } from "effect-audian/testing"
 *
 * export const late = Fault.status(503).pipe(Fault.and(Fault.delay("2 seconds")))
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const and: {
  (that: Fault): (self: Fault) => Fault
  (self: Fault, that: Fault): Fault
} = /*@__PURE__*/ dual(
  2,
  (self: Fault, that: Fault): Fault =>
    make({
      ...self,
      outcome: self.outcome ?? that.outcome,
      delivery: that.delivery ?? self.delivery,
      delay: self.delay === undefined && that.delay === undefined ? undefined : (self.delay ?? 0) + (that.delay ?? 0)
    })
)
