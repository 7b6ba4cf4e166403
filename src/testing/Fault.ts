/**
 * Faults as data: rules for the requests of the embedded server that go wrong, and how. A server on a port breaks the
 * connection on the wire; in memory the client gets the result that it would have on the wire.
 *
 * **Example** (Two failures in a row, and an unsteady connection)
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
 * The outcome of a request in place of the server's own response. `ExpireToken` only invalidates the request's token,
 * and leaves the response to the server.
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
  | { readonly _tag: "Refuse" }
  | { readonly _tag: "Reset" }
  | { readonly _tag: "Hang" }
  | { readonly _tag: "ExpireToken" }

/**
 * A fault of the transport, on the response's way to the client.
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
 * A fault of an attempt to deliver a webhook.
 *
 * @category models
 * @since 0.1.0
 */
export type Webhook =
  | { readonly _tag: "Delay"; readonly millis: number }
  | { readonly _tag: "Repeat"; readonly times: number }
  | { readonly _tag: "Forge" }

/**
 * One rule of a fault script, as plain data that survives JSON. Every {@link Fault} is one.
 *
 * **Details**
 *
 * A missing field does not apply. A request gets the fault of the first rule that matches.
 *
 * @category models
 * @since 0.1.0
 */
export interface Data {
  /** The outcome in place of the server's own response. */
  readonly outcome?: Outcome | undefined
  /** The fault of the transport, also for the server's own response. */
  readonly delivery?: Delivery | undefined
  /** The fault of a webhook. The rule applies to attempts to deliver webhooks, and to no requests. */
  readonly webhook?: Webhook | undefined
  /** The name of the event or hook to apply a webhook's fault to; all events if missing. */
  readonly event?: string | undefined
  /** The delay of the response, in milliseconds. */
  readonly delay?: number | undefined
  /** True to execute the request before `delay` and `outcome`. */
  readonly executed?: boolean | undefined
  /** The name of the operation to apply to; all operations if missing. */
  readonly operation?: string | undefined
  /** The number of requests to let pass first. */
  readonly skip?: number | undefined
  /** Apply to each nth request only. */
  readonly every?: number | undefined
  /** The probability to apply to a request, from 0 to 1. */
  readonly rate?: number | undefined
  /** The lifetime of the rule from when it is added, in milliseconds. */
  readonly during?: number | undefined
  /** The number of requests to apply to; unlimited if missing. */
  readonly times?: number | undefined
}

/**
 * One rule of a fault script, with `pipe`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Fault extends Data, Pipeable.Pipeable {}

const make = (fields: Data): Fault => Object.assign(Object.create(Pipeable.Prototype), fields)

const once = (fields: Data): Fault => make({ ...fields, times: 1 })

const millisOf = (duration: Duration.Input): number => Duration.toMillis(Duration.fromInputUnsafe(duration))

// -----------------------------------------------------------------------------
// in place of the server's response
// -----------------------------------------------------------------------------

/**
 * Responds with any status, headers and body. The server adds an `x-request-id`, and no quota headers.
 *
 * **Example** (A response that the API does not document)
 *
 * ```ts
 * import { Fault } from "effect-audian/testing"
 *
 * export const teapot = Fault.respond({ status: 418, headers: { "content-type": "text/plain" }, body: "I'm a teapot" })
 * ```
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
 * Responds with a status and its documented error body. `headers` are added.
 *
 * **Example** (A 429 with a Retry-After)
 *
 * ```ts
 * import { Fault } from "effect-audian/testing"
 *
 * export const limited = Fault.status(429, { "retry-after": "2" })
 * ```
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
 * Responds with an HTML page, as a proxy in front of the API does: with 502, 503 or 504, or with 200 for a login page.
 *
 * **Example** (A proxy in front of the API fails)
 *
 * ```ts
 * import { Fault } from "effect-audian/testing"
 *
 * export const gateway = Fault.page(502).pipe(Fault.times(2))
 * ```
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
 * Responds with a redirect. The default status is 302.
 *
 * **Example** (A login page in the way)
 *
 * ```ts
 * import { Fault } from "effect-audian/testing"
 *
 * export const login = Fault.redirect("https://login.example.com/")
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const redirect = (url: string, status = 302): Fault => respond({ status, headers: { location: url } })

/**
 * Responds with 200 and bytes that are declared as gzip and are not.
 *
 * **Details**
 *
 * A client that decompresses, as `fetch` does, fails. One that does not, as undici and the client in memory, passes the
 * bytes on.
 *
 * **Example** (A response that cannot be read)
 *
 * ```ts
 * import { Numbers } from "effect-audian"
 * import { Fault } from "effect-audian/testing"
 *
 * export const unreadable = Fault.junkGzip.pipe(Fault.on(Numbers.list))
 * ```
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
 * Responds with a body of the given size in bytes, and declares its length. The default status is 200.
 *
 * **Example** (A response beyond the limit of 16 MiB)
 *
 * ```ts
 * import { Fault } from "effect-audian/testing"
 *
 * export const huge = Fault.huge(17 * 1024 * 1024)
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const huge = (bytes: number, status = 200): Fault => once({ outcome: { _tag: "Huge", status, bytes } })

/**
 * Refuses the connection, so that no request is sent.
 *
 * **Gotchas**
 *
 * A server on a port resets the connection instead, since a request implies a connection. The log contains the request
 * in both cases.
 *
 * **Example** (A purchase that is certainly not executed)
 *
 * ```ts
 * import { Numbers } from "effect-audian"
 * import { Fault } from "effect-audian/testing"
 *
 * export const refused = Fault.refuse.pipe(Fault.on(Numbers.purchase))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const refuse: Fault = /*@__PURE__*/ once({ outcome: { _tag: "Refuse" } })

/**
 * Resets the connection without a response.
 *
 * **Example** (A purchase without a response)
 *
 * ```ts
 * import { Numbers } from "effect-audian"
 * import { Fault } from "effect-audian/testing"
 *
 * export const lost = Fault.reset.pipe(Fault.on(Numbers.purchase))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const reset: Fault = /*@__PURE__*/ once({ outcome: { _tag: "Reset" } })

/**
 * Never responds.
 *
 * **Example** (A call that runs into its time limit)
 *
 * ```ts
 * import { Calls } from "effect-audian"
 * import { Fault } from "effect-audian/testing"
 *
 * export const silent = Fault.hang.pipe(Fault.on(Calls.create))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const hang: Fault = /*@__PURE__*/ once({ outcome: { _tag: "Hang" } })

/**
 * Expires the request's token: the server responds to it with 401 until the client exchanges the key again. Applies
 * only to operations of the account family, which carry such a token.
 *
 * **Example** (A token that expires between two calls)
 *
 * ```ts
 * import { Account } from "effect-audian"
 * import { Fault } from "effect-audian/testing"
 *
 * export const expired = Fault.expireToken.pipe(Fault.on(Account.Devices.list), Fault.after(1))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const expireToken: Fault = /*@__PURE__*/ once({ outcome: { _tag: "ExpireToken" } })

// -----------------------------------------------------------------------------
// of the server's own response: the request is executed
// -----------------------------------------------------------------------------

/**
 * Delays the server's own response. The request is executed after the delay, or before it with {@link executed}.
 *
 * **Example** (A slow list)
 *
 * ```ts
 * import { Numbers } from "effect-audian"
 * import { Fault } from "effect-audian/testing"
 *
 * export const slow = Fault.delay("3 seconds").pipe(Fault.on(Numbers.list), Fault.times(Infinity))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const delay = (duration: Duration.Input): Fault => once({ delay: millisOf(duration) })

/**
 * Breaks the connection within the body. A response without a body does not arrive at all.
 *
 * **Example** (A download that breaks off)
 *
 * ```ts
 * import { Fax } from "effect-audian"
 * import { Fault } from "effect-audian/testing"
 *
 * export const broken = Fault.cutOff.pipe(Fault.on(Fax.downloadReceived))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const cutOff: Fault = /*@__PURE__*/ once({ delivery: { _tag: "CutOff", chunked: false } })

/**
 * Breaks the connection between the chunks of a response without a declared length.
 *
 * **Example** (A download without a length breaks off)
 *
 * ```ts
 * import { Account } from "effect-audian"
 * import { Fault } from "effect-audian/testing"
 *
 * export const broken = Fault.cutOffChunks.pipe(Fault.on(Account.Faxes.getAttachment))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const cutOffChunks: Fault = /*@__PURE__*/ once({ delivery: { _tag: "CutOff", chunked: true } })

/**
 * Truncates the body, and declares the length of the rest: incomplete JSON.
 *
 * **Example** (A purchase whose response cannot be read)
 *
 * ```ts
 * import { Numbers } from "effect-audian"
 * import { Fault } from "effect-audian/testing"
 *
 * export const unreadable = Fault.truncated.pipe(Fault.on(Numbers.purchase))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const truncated: Fault = /*@__PURE__*/ once({ delivery: { _tag: "Truncated" } })

/**
 * Declares a length that differs by so many bytes from that of the body, too long or, below 0, too short. Then closes
 * the connection.
 *
 * **Example** (A body ten bytes shorter than declared)
 *
 * ```ts
 * import { Numbers } from "effect-audian"
 * import { Fault } from "effect-audian/testing"
 *
 * export const short = Fault.wrongLength(10).pipe(Fault.on(Numbers.list))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const wrongLength = (by: number): Fault => once({ delivery: { _tag: "WrongLength", by } })

/**
 * Responds with a malformed head: its status line, a header without a colon, or two different lengths.
 *
 * **Example** (A head that no HTTP client accepts)
 *
 * ```ts
 * import { Fault } from "effect-audian/testing"
 *
 * export const broken = Fault.malformed("status")
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const malformed = (part: "status" | "header" | "length"): Fault =>
  once({ delivery: { _tag: "Malformed", part } })

/**
 * Sends half of the body, and then nothing more.
 *
 * **Example** (A download that stops halfway)
 *
 * ```ts
 * import { Fax } from "effect-audian"
 * import { Fault } from "effect-audian/testing"
 *
 * export const stalled = Fault.stall.pipe(Fault.on(Fax.downloadReceived))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const stall: Fault = /*@__PURE__*/ once({ delivery: { _tag: "Stall" } })

/**
 * Sends the body byte by byte: the first at once, then one each interval.
 *
 * **Example** (A body that trickles in)
 *
 * ```ts
 * import { Numbers } from "effect-audian"
 * import { Fault } from "effect-audian/testing"
 *
 * export const slow = Fault.slowBody("50 millis").pipe(Fault.on(Numbers.list))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const slowBody = (interval: Duration.Input): Fault =>
  once({ delivery: { _tag: "SlowBody", millis: millisOf(interval) } })

// -----------------------------------------------------------------------------
// of webhooks
// -----------------------------------------------------------------------------

/**
 * Delays an attempt to deliver a webhook. Later events overtake it. Its signature has the time at which it is sent.
 *
 * **Example** (A late event)
 *
 * ```ts
 * import { Fault } from "effect-audian/testing"
 *
 * export const late = Fault.delayWebhook("1 minute").pipe(Fault.onEvent("call.answered"))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const delayWebhook = (duration: Duration.Input): Fault =>
  once({ webhook: { _tag: "Delay", millis: millisOf(duration) } })

/**
 * Sends an attempt to deliver a webhook this many times more, with the same signature and the same delivery id.
 *
 * **Example** (Two deliveries of one event)
 *
 * ```ts
 * import { Fault } from "effect-audian/testing"
 *
 * export const twice = Fault.repeatWebhook().pipe(Fault.onEvent("call.completed"))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const repeatWebhook = (times = 1): Fault => once({ webhook: { _tag: "Repeat", times } })

/**
 * Signs an attempt to deliver a webhook with a wrong secret.
 *
 * **Details**
 *
 * The engine signs only some webhooks. For the others, the headers that the webhook was registered with have a wrong
 * value.
 *
 * **Example** (A delivery with a wrong signature)
 *
 * ```ts
 * import { Fault } from "effect-audian/testing"
 *
 * export const forged = Fault.forgeWebhook.pipe(Fault.onEvent("call.completed"))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const forgeWebhook: Fault = /*@__PURE__*/ once({ webhook: { _tag: "Forge" } })

// -----------------------------------------------------------------------------
// combinators
// -----------------------------------------------------------------------------

/**
 * Applies a fault to one operation only.
 *
 * **Example** (Only purchases fail)
 *
 * ```ts
 * import { Numbers } from "effect-audian"
 * import { Fault } from "effect-audian/testing"
 *
 * export const noPurchases = Fault.status(503).pipe(Fault.on(Numbers.purchase))
 * ```
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
 * Applies a fault of webhooks to one event only: `call.completed`, or a hook of the engine, `channel_destroy`.
 *
 * **Example** (Only the end of a call comes late)
 *
 * ```ts
 * import { Fault } from "effect-audian/testing"
 *
 * export const late = Fault.delayWebhook("1 minute").pipe(Fault.onEvent("channel_destroy"))
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const onEvent: {
  (event: string): (self: Fault) => Fault
  (self: Fault, event: string): Fault
} = /*@__PURE__*/ dual(2, (self: Fault, event: string): Fault => make({ ...self, event }))

/**
 * Applies a fault to this many requests; `Infinity` for all. Constructors apply theirs once.
 *
 * **Example** (The first three requests fail)
 *
 * ```ts
 * import { Fault } from "effect-audian/testing"
 *
 * export const thrice = Fault.status(503).pipe(Fault.times(3))
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const times: {
  (times: number): (self: Fault) => Fault
  (self: Fault, times: number): Fault
} = /*@__PURE__*/ dual(
  2,
  // JSON has no infinity.
  (self: Fault, times: number): Fault => make({ ...self, times: Number.isFinite(times) ? times : undefined })
)

/**
 * Lets this many requests pass first.
 *
 * **Example** (The second page of a list fails)
 *
 * ```ts
 * import { Numbers } from "effect-audian"
 * import { Fault } from "effect-audian/testing"
 *
 * export const secondPage = Fault.status(500).pipe(Fault.on(Numbers.list), Fault.after(1))
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const after: {
  (requests: number): (self: Fault) => Fault
  (self: Fault, requests: number): Fault
} = /*@__PURE__*/ dual(2, (self: Fault, skip: number): Fault => make({ ...self, skip }))

/**
 * Applies a fault to each nth request, indefinitely unless `times` follows. Throws a `RangeError` unless `n` is an
 * integer from 1.
 *
 * **Example** (Each tenth request fails)
 *
 * ```ts
 * import { Fault } from "effect-audian/testing"
 *
 * export const tenth = Fault.status(502).pipe(Fault.every(10))
 * ```
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
 * Applies a fault to a random share of requests, from 0 for none to 1 for all, indefinitely unless `times` follows.
 * Throws a `RangeError` for any other number.
 *
 * **Details**
 *
 * The source is Effect's `Random`: in memory that of the calling program, on a port that of the layer.
 * `Random.withSeed` makes it reproducible.
 *
 * **Example** (One request of twenty loses its connection)
 *
 * ```ts
 * import { Fault } from "effect-audian/testing"
 *
 * export const unsteady = Fault.reset.pipe(Fault.rate(0.05))
 * ```
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
 * Applies a fault for a duration from when it is added, by Effect's `Clock`, to all requests unless `times` follows.
 *
 * **Example** (An outage of ten seconds)
 *
 * ```ts
 * import { Fault } from "effect-audian/testing"
 *
 * export const outage = Fault.status(503).pipe(Fault.during("10 seconds"))
 * ```
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
 * Executes the request before the fault: the number is bought, and the response lost.
 *
 * **Example** (A purchase without a response)
 *
 * ```ts
 * import { Numbers } from "effect-audian"
 * import { Fault } from "effect-audian/testing"
 *
 * export const lost = Fault.reset.pipe(Fault.on(Numbers.purchase), Fault.executed)
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const executed = (self: Fault): Fault => make({ ...self, executed: true })

/**
 * Combines the outcome of a fault with the delivery and the delay of another: a 503 that is late, a 402 that is cut
 * off. The first fault selects the requests.
 *
 * **Example** (A late 503)
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
