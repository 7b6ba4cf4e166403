/**
 * Faults as data: which request of the embedded server goes wrong, and how.
 *
 * ```ts
 * import { Numbers } from "effect-audian"
 * import { Fault } from "effect-audian/testing"
 *
 * export const brownout = Fault.status(503).pipe(Fault.on(Numbers.list), Fault.times(2))
 * ```
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import { dual } from "effect/Function"
import * as Pipeable from "effect/Pipeable"
import type * as Operation from "../Operation.ts"

/**
 * What happens to a request.
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
  | { readonly _tag: "Reset" }
  | { readonly _tag: "Hang" }
  | { readonly _tag: "Delay"; readonly duration: Duration.Duration }

/**
 * One rule of a fault script.
 *
 * @category models
 * @since 0.1.0
 */
export interface Fault extends Pipeable.Pipeable {
  readonly outcome: Outcome
  /** The operation it befalls; every one when there is none. */
  readonly operation: Operation.Any | undefined
  /** How many requests it lets pass first. */
  readonly skip: number
  /** How many requests it befalls. */
  readonly times: number
  /** Whether the server carries the request out before it goes wrong. */
  readonly executed: boolean
}

const make = (fields: Omit<Fault, "pipe">): Fault => Object.assign(Object.create(Pipeable.Prototype), fields)

const once = (outcome: Outcome): Fault => make({ outcome, operation: undefined, skip: 0, times: 1, executed: false })

/**
 * Answers with any status, headers and body.
 *
 * @category constructors
 * @since 0.1.0
 */
export const respond = (options: {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: string | undefined
}): Fault => once({ _tag: "Respond", status: options.status, headers: options.headers ?? {}, body: options.body ?? "" })

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
 * Breaks the connection without an answer.
 *
 * @category constructors
 * @since 0.1.0
 */
export const reset: Fault = /*@__PURE__*/ once({ _tag: "Reset" })

/**
 * Never answers.
 *
 * @category constructors
 * @since 0.1.0
 */
export const hang: Fault = /*@__PURE__*/ once({ _tag: "Hang" })

/**
 * Answers as usual, but later.
 *
 * @category constructors
 * @since 0.1.0
 */
export const delay = (duration: Duration.Input): Fault =>
  once({ _tag: "Delay", duration: Duration.fromInputUnsafe(duration) })

/**
 * Befalls one operation only.
 *
 * @category combinators
 * @since 0.1.0
 */
export const on: {
  (operation: Operation.Any): (self: Fault) => Fault
  (self: Fault, operation: Operation.Any): Fault
} = /*@__PURE__*/ dual(2, (self: Fault, operation: Operation.Any): Fault => make({ ...self, operation }))

/**
 * Befalls this many requests; `Infinity` for all. One when it is not said.
 *
 * @category combinators
 * @since 0.1.0
 */
export const times: {
  (times: number): (self: Fault) => Fault
  (self: Fault, times: number): Fault
} = /*@__PURE__*/ dual(2, (self: Fault, times: number): Fault => make({ ...self, times }))

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
 * Has the server carry the request out before it goes wrong: the number is bought, and the answer lost.
 *
 * @category combinators
 * @since 0.1.0
 */
export const executed = (self: Fault): Fault => make({ ...self, executed: true })
