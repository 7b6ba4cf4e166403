/**
 * The status table of the API, one row per documented status code.
 *
 * **Details**
 *
 * The table is the only place that says which statuses are retryable. The tags of `AudianError`, the retry policies of
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
 * A code without a row counts as the x00 code of its class, as RFC 9110 (15) asks of a client: 504 as 500, 418 as 400.
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
