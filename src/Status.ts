/**
 * The status table of the API, one row per documented status code.
 *
 * **Details**
 *
 * Only this table defines which statuses are retryable. The tags of `AudianError`, the retry policies of
 * `Retry` and the error responses of the contract are derived from it.
 *
 * **Example** (The row of an error)
 *
 * ```ts
 * import { Status } from "effect-audian"
 *
 * export const { code, retryable } = Status.ofTag("TooManyRequests") // 429, true
 * ```
 *
 * @see https://docs.audian.com/errors/http-status-codes
 * @since 0.1.0
 */

/**
 * The class of a status: success, an error of the request, or an error of the server.
 *
 * @category models
 * @since 0.1.0
 */
export type Class = "success" | "client" | "server"

/**
 * One row of the status table. `tag` names the member of `AudianError` that carries the status; a success has none.
 *
 * @category models
 * @since 0.1.0
 */
export interface Row {
  readonly code: number
  readonly name: string
  readonly tag?: string
  readonly class: Class
  readonly retryable: boolean
}

/**
 * The documented status table.
 *
 * @category table
 * @since 0.1.0
 */
export const table = [
  { code: 200, name: "OK", class: "success", retryable: false },
  { code: 201, name: "Created", class: "success", retryable: false },
  { code: 202, name: "Accepted", class: "success", retryable: false },
  { code: 400, name: "Bad Request", tag: "BadRequest", class: "client", retryable: false },
  { code: 401, name: "Unauthorized", tag: "Unauthorized", class: "client", retryable: false },
  { code: 402, name: "Payment Required", tag: "PaymentRequired", class: "client", retryable: false },
  { code: 403, name: "Forbidden", tag: "Forbidden", class: "client", retryable: false },
  { code: 404, name: "Not Found", tag: "NotFound", class: "client", retryable: false },
  { code: 409, name: "Conflict", tag: "Conflict", class: "client", retryable: false },
  { code: 422, name: "Unprocessable Entity", tag: "UnprocessableEntity", class: "client", retryable: false },
  { code: 429, name: "Too Many Requests", tag: "TooManyRequests", class: "client", retryable: true },
  { code: 500, name: "Internal Server Error", tag: "InternalServerError", class: "server", retryable: true },
  { code: 502, name: "Bad Gateway", tag: "BadGateway", class: "server", retryable: true },
  { code: 503, name: "Service Unavailable", tag: "ServiceUnavailable", class: "server", retryable: true }
] as const satisfies ReadonlyArray<Row>

/**
 * A row of {@link table}, with its literal types.
 *
 * @category models
 * @since 0.1.0
 */
export type Documented = (typeof table)[number]

/**
 * A row of {@link table} that stands for an error.
 *
 * @category models
 * @since 0.1.0
 */
export type DocumentedError = Extract<Documented, { readonly tag: string }>

/**
 * The name of a documented error, such as `"PaymentRequired"`.
 *
 * @category models
 * @since 0.1.0
 */
export type ErrorTag = DocumentedError["tag"]

/**
 * The row of one error, by its tag.
 *
 * @category models
 * @since 0.1.0
 */
export type OfTag<Tag extends ErrorTag> = Extract<DocumentedError, { readonly tag: Tag }>

/**
 * The row of a status code, or `undefined` where the API does not document the code.
 *
 * @category getters
 * @since 0.1.0
 */
export const get = (code: number): Documented | undefined => table.find((row) => row.code === code)

/**
 * The row of a documented error.
 *
 * @category getters
 * @since 0.1.0
 */
export const ofTag = <const Tag extends ErrorTag>(tag: Tag): OfTag<Tag> =>
  errors.find((row) => row.tag === tag) as OfTag<Tag>

/**
 * The rows that stand for errors.
 *
 * @category table
 * @since 0.1.0
 */
export const errors: ReadonlyArray<DocumentedError> = /*@__PURE__*/ table.filter(
  (row): row is DocumentedError => "tag" in row
)

/**
 * Checks if the table calls a status retryable.
 *
 * **Details**
 *
 * A code without a row counts as the x00 code of its class, as RFC 9110 (15) requires of a client: 504 as 500, 418 as 400.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isRetryable = (code: number): boolean =>
  (get(code) ?? get(Math.floor(code / 100) * 100))?.retryable === true

/**
 * Checks if the server may have executed the request when it responds with this status: a 4xx is decided before, and
 * so is a 503.
 *
 * **Gotchas**
 *
 * This holds for the API's own responses. A proxy may respond with 408, 499 or 503 after it has forwarded the request:
 * the `outcome` of an error takes that into account.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isExecutable = (code: number): boolean => !((code >= 400 && code < 500) || code === 503)

/**
 * Advice on an error: its usual causes and what to do about it, in the order in which to try it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Advice {
  readonly causes: readonly [string, ...ReadonlyArray<string>]
  readonly actions: readonly [string, ...ReadonlyArray<string>]
}

/**
 * The advice on an error of `AudianError`, by its tag.
 *
 * **Example** (An alert that says what to do)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Numbers, Status } from "effect-audian"
 *
 * export const list = Numbers.list().pipe(
 *   Effect.tapError((error) =>
 *     Effect.logError(error.message, { actions: Status.advice(error._tag).actions, docs: error.docsUrl })
 *   )
 * )
 * ```
 *
 * @category getters
 * @since 0.1.0
 */
export const advice = (tag: ErrorTag | "AudianClientError"): Advice => advices()[tag]

// A function, so that bundlers drop it when unused.
const advices = (): Readonly<Record<ErrorTag | "AudianClientError", Advice>> => ({
  BadRequest: {
    causes: [
      "A required field is missing.",
      "A field has the wrong format.",
      "The JSON or the query is invalid.",
      "The engine's schema rejects a value."
    ],
    actions: ["Correct the fields that `details` names.", "Do not retry: the same request fails again."]
  },
  Unauthorized: {
    causes: [
      "The API key is missing, wrong, expired or revoked.",
      "The key is of the other environment: `sk_test_` against `sk_live_`.",
      "The account in the path does not exist, or its id is mistyped.",
      "The account is locked (`account_is_locked`)."
    ],
    actions: [
      "Refresh the key: read it again from the secret manager. The client has renewed an exchanged token once already.",
      "Check the account id.",
      "If the key is compromised, make a new one in the dashboard.",
      "If the account is locked, ask support. Another exchange of the key does not unlock it."
    ]
  },
  PaymentRequired: {
    causes: [
      "The balance does not cover the operation.",
      "The card was declined, or the subscription has expired.",
      "The engine asks for consent to charges (`accept_charges`)."
    ],
    actions: [
      "Look at the balance and top it up, or update the payment method.",
      "If somebody agrees to `AudianError.chargesOf(error)`, send the call again with `accept_charges: true`."
    ]
  },
  Forbidden: {
    causes: [
      "The key has no permission for this.",
      "The account is restricted.",
      "The resource belongs to somebody else."
    ],
    actions: ["Use a key with the permission.", "Check whose resource it is.", "Ask support to lift a restriction."]
  },
  NotFound: {
    causes: [
      "The id is wrong, or that of another kind of resource.",
      "The resource has been deleted.",
      "It belongs to another account.",
      "The engine rejects a query parameter (`faulty_request`)."
    ],
    actions: [
      "Check the id and the account.",
      "Read the list again.",
      "If the code is `faulty_request`, check the query."
    ]
  },
  Conflict: {
    causes: [
      "The resource exists already.",
      "The request is a duplicate of an earlier one.",
      "The state of the resource does not allow the change.",
      "Another writer changed the document first (`AudianError.isDatastoreConflict`)."
    ],
    actions: [
      "Read the resource: it may exist already.",
      "After a datastore conflict, read again, apply the change again and write."
    ]
  },
  UnprocessableEntity: {
    causes: [
      "The request is well-formed, but a business rule forbids it.",
      "The resource is in a state that does not allow it."
    ],
    actions: ["Read `description` and the state of the resource.", "Correct the request. Do not retry it as it is."]
  },
  TooManyRequests: {
    causes: ["Too many requests in a short time.", "The quota of the account or of the address is used up."],
    actions: [
      "Wait for `retryAfter`, else until `rateLimit.reset`. `Retry.standard` does.",
      "Back off, with jitter.",
      "Keep below the limit with `RateLimit.limiter`, or for many processes with `Fleet.limiter`.",
      "Cache what is read often.",
      "Ask support for a larger quota."
    ]
  },
  InternalServerError: {
    causes: ["The server failed, temporarily or permanently.", "The engine responds so to some invalid requests."],
    actions: [
      "Before an unsafe call is sent again, look for its effect, for example with `Reconcile.purchase.look`.",
      "Back off and retry what is safe. `Retry.standard` does.",
      "Look at the status page.",
      "If the error persists, give support the `requestId`."
    ]
  },
  BadGateway: {
    causes: [
      "A server behind the gateway failed.",
      "The network between the two failed.",
      "A service is misconfigured."
    ],
    actions: [
      "Before an unsafe call is sent again, look for its effect, for example with `Reconcile.purchase.look`.",
      "Back off and retry what is safe. `Retry.standard` does.",
      "Look at the status page.",
      "If the error persists, give support the `requestId`."
    ]
  },
  ServiceUnavailable: {
    causes: [
      "The server is in maintenance.",
      "The server is overloaded.",
      "A proxy gave up on a request it had passed on."
    ],
    actions: [
      "Wait for `retryAfter`, else back off.",
      "With a `CircuitBreaker`, calls fail at once during an outage.",
      'If the `outcome` of an unsafe call is `"unknown"`, look for its effect before it is sent again.',
      "Look at the status page.",
      "If the error persists, give support the `requestId`."
    ]
  },
  AudianClientError: {
    causes: [
      "`Transport`: no complete response, or no credential (`NO_CREDENTIAL`).",
      "`Timeout`: the time limit of an attempt or of the call has passed.",
      "`InvalidRequest`: the input does not fit the contract.",
      "`InvalidResponse`: a 2xx that cannot be read, or whose body says that the call failed.",
      "`UnexpectedStatus`: a status that the API does not document, such as a redirect.",
      "`CircuitOpen`, `RateLimited`: the client did not send the request."
    ],
    actions: [
      'Look at `outcome` first: an unsafe call that is not `"not-executed"` may have been executed.',
      "Correct the fields that `details` names.",
      "Check the base URL, the proxy and the network. `cause` has the system's error.",
      "Wait for `retryAfter`, if the error has it.",
      "Give support the `requestId`, if the error has one."
    ]
  }
})
