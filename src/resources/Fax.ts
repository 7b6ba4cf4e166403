/**
 * Fax: sending documents, the ones received, and what became of those sent. `Account.Faxes` are the engine's own.
 *
 * @see https://docs.audian.com/fax/send
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import type { Audian } from "../Audian.ts"
import type { AudianError } from "../AudianError.ts"
import { file } from "../internal/files/schema.ts"
import { lazy, openEnum, openStruct, pageQuery } from "../internal/schema/schema.ts"
import * as Operation from "../Operation.ts"
import * as Page from "../Page.ts"
import * as PhoneNumber from "../PhoneNumber.ts"
import * as Wait from "../Wait.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * The delivery status of a fax. Only the fields named here are documented; `error` is there when it failed.
 *
 * @category models
 * @since 0.1.0
 */
export type FaxStatus = typeof FaxStatus.Type
/**
 * @category schemas
 * @since 0.1.0
 */
export const FaxStatus = /*@__PURE__*/ lazy(() =>
  openStruct({
    id: Schema.String,
    status: openEnum("sent", "failed"),
    error: Schema.optional(Schema.Json)
  })
)

/**
 * The state of a fax that was received.
 *
 * @category models
 * @since 0.1.0
 */
export type ReceivedStatus = typeof ReceivedStatus.Type
/**
 * @category schemas
 * @since 0.1.0
 */
export const ReceivedStatus = /*@__PURE__*/ openEnum("received", "processed", "archived")

const recipients = () => Schema.Union([PhoneNumber.Input, Schema.Array(PhoneNumber.Input).check(Schema.isMinLength(1))])

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ Operation.makeIn({ resource: "Fax", family: "flat", envelope: "bare" })

/**
 * Sends a fax to one number or to several (`POST /v2/fax/send`, as a form): it is never repeated unless the server
 * certainly did not act. `file` is a `File`, a `Blob`, which goes without a name, or a `Files.Source`, such as
 * `Files.fromPath`. `quality` is `standard` by default, and `cover_page` true; `max_retries`, 3 by default, is how
 * often the API itself tries again when `retry_on_failure`, true by default. The response is undocumented; {@link
 * awaitDelivery} follows a fax by its id. `PaymentRequired` when the balance does not cover it.
 *
 * @see https://docs.audian.com/fax/send
 * @category operations
 * @since 0.1.0
 */
export const send = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("send", "/v2/fax/send", {
      // The fields of a form are text.
      payload: Schema.Struct({
        to: recipients(),
        file: file(),
        sender_name: Schema.optional(Schema.String),
        sender_number: Schema.optional(PhoneNumber.Input),
        subject: Schema.optional(Schema.String),
        quality: Schema.optional(openEnum("standard", "high")),
        cover_page: Schema.optional(Schema.toCodecStringTree(Schema.Boolean)),
        cover_message: Schema.optional(Schema.String),
        retry_on_failure: Schema.optional(Schema.toCodecStringTree(Schema.Boolean)),
        max_retries: Schema.optional(Schema.toCodecStringTree(Schema.Int))
      }).pipe(HttpApiSchema.asMultipart()),
      success: Schema.Json.pipe(HttpApiSchema.status(202))
    }),
  { replay: "unsafe" }
)

/**
 * Lists the faxes that were received (`GET /v2/fax/received`). `limit` is 1 to 100, 20 by default; `offset` starts at
 * 0; `from_date` and `to_date` are ISO 8601. The response is undocumented.
 *
 * @see https://docs.audian.com/fax/receive
 * @category operations
 * @since 0.1.0
 */
export const listReceived = /*@__PURE__*/ Page.byOffset(
  /*@__PURE__*/ make(
    () =>
      HttpApiEndpoint.get("listReceived", "/v2/fax/received", {
        query: {
          ...pageQuery(),
          from_date: Schema.optional(Schema.String),
          to_date: Schema.optional(Schema.String),
          status: Schema.optional(ReceivedStatus)
        },
        success: Schema.Json
      }),
    { replay: "safe" }
  ),
  Page.arrayIn,
  { defaultLimit: 20 }
)

/**
 * Reads a fax that was received (`GET /v2/fax/received/{faxId}`). The response is undocumented.
 *
 * @see https://docs.audian.com/fax/receive
 * @category operations
 * @since 0.1.0
 */
export const getReceived = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.get("getReceived", "/v2/fax/received/:faxId", {
      params: { faxId: Schema.String },
      success: Schema.Json
    }),
  { replay: "safe" }
)

/**
 * Downloads the document of a fax that was received (`GET /v2/fax/received/{faxId}/download`): a `Stream` of its bytes,
 * to be read once; `Files.save` writes it to disk. The call fails as any other; the stream fails with
 * `AudianClientError` when the connection breaks, or when no byte has come for as long as an attempt may take.
 *
 * @see https://docs.audian.com/fax/receive
 * @category operations
 * @since 0.1.0
 */
export const downloadReceived = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.get("downloadReceived", "/v2/fax/received/:faxId/download", {
      params: { faxId: Schema.String },
      success: HttpApiSchema.StreamUint8Array()
    }),
  { replay: "safe" }
)

/**
 * Registers a webhook for received faxes (`POST /v2/fax/webhooks`). Neither the fields nor the response are
 * documented: what is given is sent.
 *
 * @see https://docs.audian.com/fax/receive
 * @category operations
 * @since 0.1.0
 */
export const createWebhook = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("createWebhook", "/v2/fax/webhooks", {
      payload: Schema.JsonObject,
      success: Schema.Json.pipe(HttpApiSchema.status(201))
    }),
  { replay: "unsafe" }
)

/**
 * Reads the delivery status of a fax (`GET /v2/fax/{faxId}/status`). The page asks every 5 seconds, for 5 minutes at
 * most.
 *
 * @see https://docs.audian.com/fax/status
 * @category operations
 * @since 0.1.0
 */
export const getStatus = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.get("getStatus", "/v2/fax/:faxId/status", {
      params: { faxId: Schema.String },
      success: FaxStatus
    }),
  { replay: "safe" }
)

/**
 * Lists past faxes (`GET /v2/fax/history`). The response is undocumented.
 *
 * @see https://docs.audian.com/fax/status
 * @category operations
 * @since 0.1.0
 */
export const listHistory = /*@__PURE__*/ make(
  () => HttpApiEndpoint.get("listHistory", "/v2/fax/history", { success: Schema.Json }),
  { replay: "safe" }
)

/**
 * Reads a fax (`GET /v2/fax/{faxId}`). The response is undocumented.
 *
 * @see https://docs.audian.com/fax/status
 * @category operations
 * @since 0.1.0
 */
export const get = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.get("get", "/v2/fax/:faxId", {
      params: { faxId: Schema.String },
      success: Schema.Json
    }),
  { replay: "safe" }
)

// -----------------------------------------------------------------------------
// waiting
// -----------------------------------------------------------------------------

/**
 * Whether a fax was sent or has failed.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isFinal = ({ status }: FaxStatus): boolean => status === "sent" || status === "failed"

/**
 * Reads the delivery status of a fax until it {@link isFinal}, and gives the final one: look at its `status`, which
 * may be `failed`. By default every 5 seconds and for 5 minutes at most, as the page does it; then it fails with
 * `StillPending`, which has the status last seen.
 *
 * @see https://docs.audian.com/fax/status
 * @category combinators
 * @since 0.1.0
 */
export const awaitDelivery = (
  input: Operation.Input<typeof getStatus>,
  options?: Wait.AwaitOptions<FaxStatus>
): Effect.Effect<FaxStatus, AudianError | Wait.StillPending<FaxStatus>, Audian> =>
  Wait.until(getStatus(input), {
    isFinal: options?.until ?? isFinal,
    schedule: options?.schedule ?? Schedule.spaced("5 seconds"),
    deadline: options?.deadline ?? "5 minutes"
  })
