/**
 * Fax: sending documents, the ones received, and the delivery of those sent. `Account.Faxes` are the engine's own.
 *
 * @see https://docs.audian.com/fax/send
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import type { Audian } from "../Audian.ts"
import type { AudianError } from "../AudianError.ts"
import * as Awaiting from "../internal/awaiting.ts"
import { download, file } from "../internal/files/schema.ts"
import * as FlatOperation from "../internal/flatOperation.ts"
import * as Endpoint from "../internal/schema/endpoint.ts"
import * as PlainEndpoint from "../internal/schema/plainEndpoint.ts"
import {
  inputEnum,
  lazy,
  merge,
  model,
  openEnum,
  openRecord,
  openStruct,
  pageQuery
} from "../internal/schema/schema.ts"
import * as Page from "../Page.ts"
import type * as Wait from "../Wait.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * A fax that was taken for sending. Fields other than `id` are undocumented.
 *
 * @category models
 * @since 0.1.0
 */
export class SentFax extends /*@__PURE__*/ model<SentFax>()(
  /*@__PURE__*/ lazy(() =>
    openStruct({
      /** Id of the fax, for {@link awaitDelivery}. */
      id: Schema.String,
      /** State of the fax. */
      status: Schema.optional(Schema.String)
    })
  )
) {}

/**
 * The delivery status of a fax. Further fields are undocumented.
 *
 * @category models
 * @since 0.1.0
 */
export class FaxStatus extends /*@__PURE__*/ model<FaxStatus>()(
  /*@__PURE__*/ lazy(() =>
    openStruct({
      /** Id of the fax. */
      id: Schema.String,
      /** State: `sent` or `failed`; others while it is on its way. */
      status: openEnum("sent", "failed"),
      /** Reason of a failure. */
      error: Schema.optional(Schema.Json)
    })
  )
) {}

/**
 * A fax. Its fields are those of its status; further ones are undocumented.
 *
 * @category models
 * @since 0.1.0
 */
export class FaxDetails extends /*@__PURE__*/ model<FaxDetails>()(
  /*@__PURE__*/ lazy(() =>
    openStruct({
      /** Id of the fax. */
      id: Schema.optional(Schema.String),
      /** State: `sent` or `failed`; others while it is on its way. */
      status: Schema.optional(openEnum("sent", "failed")),
      /** Reason of a failure. */
      error: Schema.optional(Schema.Json)
    })
  )
) {}

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

/**
 * A fax that was received. Further fields are undocumented.
 *
 * @category models
 * @since 0.1.0
 */
export class ReceivedFax extends /*@__PURE__*/ model<ReceivedFax>()(
  /*@__PURE__*/ lazy(() =>
    openStruct({
      /** Id of the fax. */
      id: Schema.optional(Schema.String),
      /** State: `received`, `processed` or `archived`. */
      status: Schema.optional(ReceivedStatus)
    })
  )
) {}

/**
 * A webhook for received faxes. Fields other than `id` are undocumented.
 *
 * @category models
 * @since 0.1.0
 */
export class FaxWebhook extends /*@__PURE__*/ model<FaxWebhook>()(
  /*@__PURE__*/ lazy(() =>
    openStruct({
      /** Id of the webhook. */
      id: Schema.String
    })
  )
) {}

// -----------------------------------------------------------------------------
// inputs
// -----------------------------------------------------------------------------

const faxId = () =>
  ({
    /** Id of the fax. */
    faxId: Schema.String
  }) as const

/**
 * The input of operations that need no more than a fax's id.
 *
 * @category inputs
 * @since 0.1.0
 */
export class FaxKey extends /*@__PURE__*/ model<FaxKey>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      ...faxId()
    })
  )
) {}

/**
 * The input of {@link send}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class SendInput extends /*@__PURE__*/ model<SendInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Number to send to, or several, best in E.164 form. */
      to: Schema.Union([Schema.String, Schema.Array(Schema.String).check(Schema.isMinLength(1))]),
      /** The document: a `File`, a `Blob`, which goes without a name, or a `Files.Source`, such as `Files.fromPath`. */
      file: file(),
      /** Name of the sender. */
      sender_name: Schema.optional(Schema.String),
      /** Number of the sender. */
      sender_number: Schema.optional(Schema.String),
      /** Subject of the fax. */
      subject: Schema.optional(Schema.String),
      /** Quality: `standard` or `high`. Default `standard`. */
      quality: Schema.optional(inputEnum("standard", "high")),
      /** Sends a cover page. Default true. */
      cover_page: Schema.optional(Schema.toCodecStringTree(Schema.Boolean)),
      /** Text of the cover page. */
      cover_message: Schema.optional(Schema.String),
      /** Lets the API itself try again. Default true. */
      retry_on_failure: Schema.optional(Schema.toCodecStringTree(Schema.Boolean)),
      /** How often it tries again. Default 3. */
      max_retries: Schema.optional(Schema.toCodecStringTree(Schema.Int))
    })
  )
) {}

/**
 * The input of {@link listReceived}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class ListReceivedInput extends /*@__PURE__*/ model<ListReceivedInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct(
      merge(pageQuery(), {
        /** Start of the range, ISO 8601. */
        from_date: Schema.optional(Schema.String),
        /** End of the range, ISO 8601. */
        to_date: Schema.optional(Schema.String),
        /** Only faxes in this state. Default all. */
        status: Schema.optional(ReceivedStatus)
      })
    )
  )
) {}

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ FlatOperation.makeIn({ resource: "Fax", family: "flat", envelope: "bare" })

/**
 * Sends a fax to one number or to several (`POST /v2/fax/send`, as a form): it is only retried when it was certainly not
 * executed.
 *
 * **Details**
 *
 * {@link awaitDelivery} follows a fax by its id. Fails with `PaymentRequired` when the balance does not cover it.
 *
 * **Example** (Send a fax and wait for its delivery)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Fax, Files } from "effect-audian"
 *
 * export const program = Effect.gen(function* () {
 *   const { id: faxId } = yield* Fax.send({ to: "+14155551234", file: yield* Files.fromPath("offer.pdf") })
 *   return yield* Fax.awaitDelivery({ faxId })
 * })
 * ```
 *
 * @see https://docs.audian.com/fax/send
 * @category operations
 * @since 0.1.0
 */
export const send = /*@__PURE__*/ make(
  () =>
    Endpoint.post("send", "/v2/fax/send", {
      input: SendInput,
      body: (fields) => fields.pipe(HttpApiSchema.asMultipart()),
      success: Endpoint.status(SentFax, 202)
    }),
  { replay: "unsafe" }
)

/**
 * Lists the faxes that were received (`GET /v2/fax/received`). A page has 20 by default. The response is undocumented.
 *
 * **Example** (Page through the faxes of a month)
 *
 * ```ts
 * import * as Stream from "effect/Stream"
 * import { Fax } from "effect-audian"
 *
 * export const received = Stream.runCollect(
 *   Fax.listReceived.items({ from_date: "2024-01-01", to_date: "2024-01-31", status: "received" })
 * )
 * ```
 *
 * @see https://docs.audian.com/fax/receive
 * @category operations
 * @since 0.1.0
 */
export const listReceived = /*@__PURE__*/ Page.byOffset(
  /*@__PURE__*/ make(
    () => Endpoint.get("listReceived", "/v2/fax/received", { input: ListReceivedInput, success: Schema.Json }),
    { replay: "safe" }
  ),
  Page.arrayIn,
  { defaultLimit: 20 }
)

/**
 * Reads a fax that was received (`GET /v2/fax/received/{faxId}`).
 *
 * **Example** (Check that a fax was processed)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Fax } from "effect-audian"
 *
 * export const isProcessed = (faxId: string) =>
 *   Effect.map(Fax.getReceived({ faxId }), ({ status }) => status === "processed")
 * ```
 *
 * @see https://docs.audian.com/fax/receive
 * @category operations
 * @since 0.1.0
 */
export const getReceived = /*@__PURE__*/ make(
  () => Endpoint.get("getReceived", "/v2/fax/received/:faxId", { input: FaxKey, success: ReceivedFax }),
  { replay: "safe" }
)

/**
 * Downloads the document of a fax that was received (`GET /v2/fax/received/{faxId}/download`): a `Stream` of its bytes, to
 * be read once; `Files.save` writes it to disk.
 *
 * **Details**
 *
 * The call fails as any other. The stream fails with `AudianClientError` when the connection breaks, or when no byte has
 * come for as long as an attempt may take.
 *
 * **Example** (Save a received fax)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Fax, Files } from "effect-audian"
 *
 * export const save = (faxId: string) => Effect.flatMap(Fax.downloadReceived({ faxId }), Files.save(`${faxId}.pdf`))
 * ```
 *
 * @see https://docs.audian.com/fax/receive
 * @category operations
 * @since 0.1.0
 */
export const downloadReceived = /*@__PURE__*/ make(
  () =>
    Endpoint.get("downloadReceived", "/v2/fax/received/:faxId/download", {
      input: FaxKey,
      success: download()
    }),
  { replay: "safe" }
)

/**
 * Registers a webhook for received faxes (`POST /v2/fax/webhooks`). Its fields are undocumented: any fields are sent as
 * they are given.
 *
 * **Example** (Have received faxes reported)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Fax } from "effect-audian"
 *
 * // The fields are undocumented: use those that your vendor gives you.
 * export const program = Effect.map(Fax.createWebhook({ url: "https://example.com/hooks/fax" }), ({ id }) => id)
 * ```
 *
 * @see https://docs.audian.com/fax/receive
 * @category operations
 * @since 0.1.0
 */
export const createWebhook = /*@__PURE__*/ make(
  () =>
    PlainEndpoint.post("createWebhook", "/v2/fax/webhooks", {
      payload: openRecord,
      success: Endpoint.status(FaxWebhook, 201)
    }),
  { replay: "unsafe" }
)

/**
 * Reads the delivery status of a fax (`GET /v2/fax/{faxId}/status`). The page polls every 5 seconds, for 5 minutes at most.
 *
 * **Example** (Read the error of a failed fax)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Fax } from "effect-audian"
 *
 * export const failure = (faxId: string) =>
 *   Effect.map(Fax.getStatus({ faxId }), ({ error, status }) => (status === "failed" ? error : undefined))
 * ```
 *
 * @see https://docs.audian.com/fax/status
 * @category operations
 * @since 0.1.0
 */
export const getStatus = /*@__PURE__*/ make(
  () => Endpoint.get("getStatus", "/v2/fax/:faxId/status", { input: FaxKey, success: FaxStatus }),
  { replay: "safe" }
)

/**
 * Lists past faxes (`GET /v2/fax/history`). The response is undocumented.
 *
 * **Example** (Count the faxes)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Fax, Page } from "effect-audian"
 *
 * // The response is undocumented: `Page.arrayIn` finds the list in it.
 * export const count = Effect.map(Fax.listHistory(), (json) => Page.arrayIn(json)?.length ?? 0)
 * ```
 *
 * @see https://docs.audian.com/fax/status
 * @category operations
 * @since 0.1.0
 */
export const listHistory = /*@__PURE__*/ make(
  () => Endpoint.get("listHistory", "/v2/fax/history", { success: Schema.Json }),
  { replay: "safe" }
)

/**
 * Reads a fax (`GET /v2/fax/{faxId}`).
 *
 * **Example** (Read a fax, if there is one)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Fax } from "effect-audian"
 *
 * export const find = (faxId: string) =>
 *   Fax.get({ faxId }).pipe(Effect.catchTag("NotFound", () => Effect.undefined))
 * ```
 *
 * @see https://docs.audian.com/fax/status
 * @category operations
 * @since 0.1.0
 */
export const get = /*@__PURE__*/ make(
  () => Endpoint.get("get", "/v2/fax/:faxId", { input: FaxKey, success: FaxDetails }),
  { replay: "safe" }
)

// -----------------------------------------------------------------------------
// waiting
// -----------------------------------------------------------------------------

/**
 * True when a fax was sent or has failed.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isFinal = ({ status }: FaxStatus): boolean => status === "sent" || status === "failed"

/**
 * Polls the delivery status of a fax until it {@link isFinal}, and gives the final one: look at its `status`, which may
 * be `failed`.
 *
 * **Details**
 *
 * It polls every 5 seconds for at most 5 minutes by default, as the page does. Then it fails with `StillPending`, which
 * has the last status.
 *
 * **Example** (Wait for a delivery, and report a failure)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Fax } from "effect-audian"
 *
 * export const delivered = (faxId: string) =>
 *   Fax.awaitDelivery({ faxId }, { deadline: "10 minutes" }).pipe(
 *     Effect.tap(({ error, status }) => (status === "failed" ? Effect.logError("Not delivered", error) : Effect.void)),
 *     Effect.catchTag("StillPending", ({ last }) => Effect.logWarning(`Still ${last?.status}`))
 *   )
 * ```
 *
 * @see https://docs.audian.com/fax/status
 * @category combinators
 * @since 0.1.0
 */
export const awaitDelivery: (
  input: FaxKey,
  options?: Wait.AwaitOptions<FaxStatus>
) => Effect.Effect<FaxStatus, AudianError | Wait.StillPending<FaxStatus>, Audian> = /*@__PURE__*/ Awaiting.make(
  "Fax.awaitDelivery",
  (input: FaxKey) => getStatus(input),
  () => ({ isFinal, schedule: Schedule.spaced("5 seconds"), deadline: "5 minutes" })
)
