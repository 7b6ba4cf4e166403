/**
 * The faxes of an account, sent and received.
 *
 * @see https://docs.audian.com/fax
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import { file } from "../internal/files/schema.ts"
import { accountId, listQuery } from "../internal/schema/accountParams.ts"
import * as EngineSchemas from "../internal/schema/engineSchemas.ts"
import { quantity, timeRange } from "../internal/schema/engineValues.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import { lazy, openEnum } from "../internal/schema/schema.ts"
import * as Operation from "../Operation.ts"
import * as Page from "../Page.ts"
import * as PhoneNumber from "../PhoneNumber.ts"
import * as Timestamp from "../Timestamp.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/** The fields of the engine's document, except what it must have; a thunk, so that a bundler drops it with what sends it. */
const fields = () => ({
  from_name: Schema.optional(Schema.String),
  to_name: Schema.optional(Schema.String),
  subject: Schema.optional(Schema.String),
  notifications: Schema.optional(
    Schema.Struct({ email: Schema.optional(recipients()), sms: Schema.optional(recipients()) })
  )
})

/** The number of attempts. */
const tries = () => Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4 }))

const recipients = () =>
  Schema.Struct({ send_to: Schema.optional(Schema.Union([Schema.String, EngineSchemas.list()])) })

const url = (bounded: EngineSchemas.Bounded) =>
  bounded(Schema.String, Schema.isMinCodePoints(7), Schema.isPattern(/^https?:\/\//u))

/** Where the engine gets the pages from, and how. */
const source = (bounded: EngineSchemas.Bounded) => ({
  content: Schema.optional(EngineSchemas.text(bounded, 0, 256)),
  content_type: Schema.optional(Schema.String),
  host: Schema.optional(Schema.String),
  method: Schema.optional(openEnum("get", "post")),
  referer: Schema.optional(Schema.String)
})

/** True or false, or the text `undefined` for what the engine does not know. */
const yesOrNo = /*@__PURE__*/ lazy(() => Schema.Union([Schema.Boolean, Schema.String]))

/**
 * The result of a transmission. `fax_speed` and `time_elapsed` are as the engine counts them.
 *
 * @category models
 * @since 0.1.0
 */
export interface Transmission extends Schema.Schema.Type<typeof Transmission> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Transmission = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    success: Schema.optional(yesOrNo),
    error_message: Schema.optional(Schema.String),
    pages_sent: Schema.optional(quantity),
    time_elapsed: Schema.optional(quantity),
    fax_speed: Schema.optional(quantity),
    fax_bad_rows: Schema.optional(quantity),
    fax_error_correction: Schema.optional(yesOrNo),
    fax_receiver_id: Schema.optional(Schema.String)
  })
)

/**
 * A fax. A text that the engine does not know is the text `undefined`; a number that it does not know is none.
 *
 * @category models
 * @since 0.1.0
 */
export interface Fax extends Schema.Schema.Type<typeof Fax> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Fax = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    id: Schema.optional(Schema.String),
    direction: Schema.optional(openEnum("inbound", "outbound")),
    status: Schema.optional(openEnum("sent")),
    pages: Schema.optional(quantity),
    timestamp: Schema.optional(Timestamp.Iso),
    from_number: Schema.optional(PhoneNumber.PhoneNumber),
    to_number: Schema.optional(PhoneNumber.PhoneNumber),
    document_url: Schema.optional(Schema.String),
    document: Schema.optional(
      Schema.Struct({ ...source(EngineSchemas.received), url: Schema.optional(url(EngineSchemas.received)) })
    ),
    ...fields(),
    attempts: Schema.optional(quantity),
    retries: Schema.optional(quantity),
    tx_result: Schema.optional(Transmission),
    folder: Schema.optional(openEnum("inbox", "incoming", "outbox", "outgoing")),
    from: Schema.optional(Schema.String),
    to: Schema.optional(Schema.String),
    created: Schema.optional(Timestamp.Gregorian)
  })
)

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ Operation.makeIn({ resource: "Account.Faxes", family: "account" })

/**
 * Lists the faxes of an account (`GET /v2/accounts/{account_id}/faxes`). `created_from` and `created_to` are the
 * engine's, in seconds since the year 0 (`Timestamp.toGregorian`); the page does not show them.
 *
 * @see https://docs.audian.com/fax
 * @category operations
 * @since 0.1.0
 */
export const list = /*@__PURE__*/ Page.byTime(
  /*@__PURE__*/ make(
    () =>
      HttpApiEndpoint.get("list", "/v2/accounts/:account_id/faxes", {
        params: accountId,
        query: { ...listQuery(), ...timeRange() },
        success: Envelope.account(Schema.Array(Fax))
      }),
    { replay: "safe" }
  )
)

/**
 * Sends a fax (`PUT /v2/accounts/{account_id}/faxes`): it is only retried when it was certainly not executed.
 *
 * The pages are those at `document_url`; or at the `url` of `document`, which is the engine's way; or, sent along as a
 * form, a `document` that is a `File`, a `Blob` or a `Files.Source`, such as `Files.fromPath`. It succeeds once the
 * fax is queued: {@link get} gives its status. The engine tries `retries` more times, 1 by default, 4 at most.
 *
 * @see https://docs.audian.com/fax
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.put("create", "/v2/accounts/:account_id/faxes", {
      params: accountId,
      payload: [
        Envelope.body(
          Schema.Struct({
            from_number: PhoneNumber.Input,
            to_number: PhoneNumber.Input,
            document_url: Schema.optional(url(EngineSchemas.sent)),
            document: Schema.optional(Schema.Struct({ ...source(EngineSchemas.sent), url: url(EngineSchemas.sent) })),
            ...fields(),
            attempts: Schema.optional(tries()),
            retries: Schema.optional(tries())
          })
        ),
        Schema.Struct({ from_number: PhoneNumber.Input, to_number: PhoneNumber.Input, document: file() }).pipe(
          HttpApiSchema.asMultipart()
        )
      ],
      success: Envelope.account(Fax).pipe(HttpApiSchema.status(202))
    }),
  { replay: "unsafe" }
)

/**
 * Reads a fax (`GET /v2/accounts/{account_id}/faxes/{fax_id}`).
 *
 * @see https://docs.audian.com/fax
 * @category operations
 * @since 0.1.0
 */
export const get = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.get("get", "/v2/accounts/:account_id/faxes/:fax_id", {
      params: { ...accountId, fax_id: Schema.String },
      success: Envelope.account(Fax)
    }),
  { replay: "safe" }
)

/**
 * Downloads the pages of a fax (`GET /v2/accounts/{account_id}/faxes/{fax_id}/attachment`): a `Stream` of the bytes of
 * a PDF, to be read once; `Files.save` writes it to disk. The call fails as any other; the stream fails with
 * `AudianClientError` when the connection breaks, or when no byte has come for as long as an attempt may take.
 *
 * @see https://docs.audian.com/fax
 * @category operations
 * @since 0.1.0
 */
export const getAttachment = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.get("getAttachment", "/v2/accounts/:account_id/faxes/:fax_id/attachment", {
      params: { ...accountId, fax_id: Schema.String },
      success: HttpApiSchema.StreamUint8Array({ contentType: "application/pdf" })
    }),
  { replay: "safe" }
)

/**
 * Removes a fax (`DELETE /v2/accounts/{account_id}/faxes/{fax_id}`).
 *
 * @see https://docs.audian.com/fax
 * @category operations
 * @since 0.1.0
 */
export const remove = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.delete("remove", "/v2/accounts/:account_id/faxes/:fax_id", {
      params: { ...accountId, fax_id: Schema.String },
      success: [Envelope.account(Schema.Json), HttpApiSchema.NoContent]
    }),
  { replay: "safe" }
)
