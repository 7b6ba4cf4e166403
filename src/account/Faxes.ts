/**
 * The faxes of an account, sent and received.
 *
 * @see https://docs.audian.com/fax
 * @since 0.1.0
 */
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import * as AccountOperation from "../internal/accountOperation.ts"
import { download, file } from "../internal/files/schema.ts"
import { account, listInput } from "../internal/schema/accountParams.ts"
import * as Endpoint from "../internal/schema/endpoint.ts"
import * as EngineSchemas from "../internal/schema/engineSchemas.ts"
import { quantity } from "../internal/schema/engineValues.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import { lazy, merge, model, openEnum } from "../internal/schema/schema.ts"
import * as Page from "../Page.ts"
import * as PhoneNumber from "../PhoneNumber.ts"
import * as Timestamp from "../Timestamp.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

const recipients = () =>
  Schema.Struct({
    /** One recipient or several. */
    send_to: Schema.optional(Schema.Union([Schema.String, EngineSchemas.list()]))
  })

/** Fields of the engine's document, except required ones; a thunk, so that a bundler drops it with its operations. */
const fields = () =>
  ({
    /** Name of the sender. */
    from_name: Schema.optional(Schema.String),
    /** Name of the recipient. */
    to_name: Schema.optional(Schema.String),
    /** Subject of the fax. */
    subject: Schema.optional(Schema.String),
    /** Notifications of the result. */
    notifications: Schema.optional(
      Schema.Struct({
        /** By email. */
        email: Schema.optional(recipients()),
        /** By message. */
        sms: Schema.optional(recipients())
      })
    )
  }) as const

/** The number of attempts. */
const tries = () => Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4 }))

const url = (bounded: EngineSchemas.Bounded) =>
  bounded(Schema.String, Schema.isMinCodePoints(7), Schema.isPattern(/^https?:\/\//u))

const source = (bounded: EngineSchemas.Bounded) =>
  ({
    /** Body of a `post`, at most 256 characters. */
    content: Schema.optional(EngineSchemas.text(bounded, 0, 256)),
    /** Media type of that body. */
    content_type: Schema.optional(Schema.String),
    /** Host header of the request. */
    host: Schema.optional(Schema.String),
    /** Method: `get` or `post`. Default `get`. */
    method: Schema.optional(openEnum("get", "post")),
    /** Referer header of the request. */
    referer: Schema.optional(Schema.String)
  }) as const

/** True or false, or the text `undefined` if the engine does not know. */
const yesOrNo = /*@__PURE__*/ lazy(() => Schema.Union([Schema.Boolean, Schema.String]))

/**
 * The result of a transmission.
 *
 * @category models
 * @since 0.1.0
 */
export class Transmission extends /*@__PURE__*/ model<Transmission>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** True when it succeeded; the text `undefined` where the engine does not know. */
      success: Schema.optional(yesOrNo),
      /** Reason of a failure. */
      error_message: Schema.optional(Schema.String),
      /** Pages that were sent. */
      pages_sent: Schema.optional(quantity),
      /** Time that it took, as the engine counts it. */
      time_elapsed: Schema.optional(quantity),
      /** Speed, as the engine counts it. */
      fax_speed: Schema.optional(quantity),
      /** Rows that could not be read. */
      fax_bad_rows: Schema.optional(quantity),
      /** True with error correction. */
      fax_error_correction: Schema.optional(yesOrNo),
      /** Id of the receiver. */
      fax_receiver_id: Schema.optional(Schema.String)
    })
  )
) {}

/**
 * A fax. A text that the engine does not know is the text `undefined`; a number that it does not know is undefined.
 *
 * @category models
 * @since 0.1.0
 */
export class Fax extends /*@__PURE__*/ model<Fax>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Id of the fax. */
      id: Schema.optional(Schema.String),
      /** Direction: `inbound` or `outbound`. */
      direction: Schema.optional(openEnum("inbound", "outbound")),
      /** State, such as `sent`. */
      status: Schema.optional(openEnum("sent")),
      /** Pages of the fax. */
      pages: Schema.optional(quantity),
      /** Time of the fax: ISO text, or seconds since the year 0. */
      timestamp: Schema.optional(Timestamp.IsoOrGregorian),
      /** Number of the sender. */
      from_number: Schema.optional(PhoneNumber.PhoneNumber),
      /** Number of the recipient. */
      to_number: Schema.optional(PhoneNumber.PhoneNumber),
      /** URL of the pages. */
      document_url: Schema.optional(Schema.String),
      /** Source of the pages. */
      document: Schema.optional(
        Schema.Struct({
          ...source(EngineSchemas.received),
          /** URL of the pages. */
          url: Schema.optional(url(EngineSchemas.received))
        })
      ),
      ...fields(),
      /** Attempts so far. */
      attempts: Schema.optional(quantity),
      /** Further attempts after a failure. */
      retries: Schema.optional(quantity),
      /** Result of the transmission. */
      tx_result: Schema.optional(Transmission),
      /** Folder: `inbox` and `outbox` are done, `incoming` and `outgoing` in progress. */
      folder: Schema.optional(openEnum("inbox", "incoming", "outbox", "outgoing")),
      /** Sender, in a list. */
      from: Schema.optional(Schema.String),
      /** Recipient, in a list. */
      to: Schema.optional(Schema.String),
      /** Time of its creation: seconds since the year 0, or ISO text. */
      created: Schema.optional(Timestamp.IsoOrGregorian)
    })
  )
) {}

// -----------------------------------------------------------------------------
// inputs
// -----------------------------------------------------------------------------

/**
 * The input of operations that need no more than a fax's id.
 *
 * @category inputs
 * @since 0.1.0
 */
export class FaxKey extends /*@__PURE__*/ model<FaxKey>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct(
      merge(account(), {
        /** Id of the fax. */
        fax_id: Schema.String
      })
    )
  )
) {}

const numbers = () =>
  ({
    /** Number of the sender, in any form that the engine takes. */
    from_number: Schema.String,
    /** Number of the recipient, in any form that the engine takes. */
    to_number: Schema.String
  }) as const

/**
 * The input of {@link create} with the pages at a URL: `document_url`, or the `url` of `document`.
 *
 * @category inputs
 * @since 0.1.0
 */
export class CreateInput extends /*@__PURE__*/ model<CreateInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct(
      merge(account(), numbers(), {
        /** URL of the pages: `http` or `https`. */
        document_url: Schema.optional(url(EngineSchemas.sent)),
        /** The pages. */
        document: Schema.optional(
          Schema.Struct({
            ...source(EngineSchemas.sent),
            /** URL of the pages: `http` or `https`. */
            url: url(EngineSchemas.sent)
          })
        ),
        ...fields(),
        /** Attempts so far, 0 to 4. Default 0. */
        attempts: Schema.optional(tries()),
        /** Further attempts after a failure, 0 to 4. Default 1. */
        retries: Schema.optional(tries())
      })
    )
  )
) {}

/**
 * The input of {@link create} with the pages in a file, sent as a form.
 *
 * @category inputs
 * @since 0.1.0
 */
export class CreateFromFileInput extends /*@__PURE__*/ model<CreateFromFileInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct(
      merge(account(), numbers(), {
        /** The pages. */
        document: file()
      })
    )
  )
) {}

/**
 * The input of {@link list}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class ListInput extends /*@__PURE__*/ model<ListInput>()(/*@__PURE__*/ lazy(() => listInput({}))) {}

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ AccountOperation.makeIn({ resource: "Account.Faxes", family: "account" })

/**
 * Lists the faxes of an account (`GET /v2/accounts/{account_id}/faxes`). `created_from` and `created_to` are the engine's,
 * in seconds since the year 0 (`Timestamp.toGregorian`); the page does not show them.
 *
 * **Example** (The faxes that failed today)
 *
 * ```ts
 * import * as DateTime from "effect/DateTime"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 * import { Account, Timestamp } from "effect-audian"
 *
 * export const failed = Effect.gen(function* () {
 *   const since = DateTime.subtract(yield* DateTime.now, { days: 1 })
 *   return yield* Account.Faxes.list.items({ created_from: Timestamp.toGregorian(since) }).pipe(
 *     Stream.filter(({ tx_result }) => tx_result?.success === false),
 *     Stream.runCollect
 *   )
 * })
 * ```
 *
 * @see https://docs.audian.com/fax
 * @category operations
 * @since 0.1.0
 */
export const list = /*@__PURE__*/ Page.byTime(
  /*@__PURE__*/ make(
    () =>
      Endpoint.get("list", "/v2/accounts/:account_id/faxes", {
        input: ListInput,
        success: Envelope.account(Schema.Array(Fax))
      }),
    { replay: "safe" }
  )
)

/**
 * Sends a fax (`PUT /v2/accounts/{account_id}/faxes`): it is only retried when it was certainly not executed.
 *
 * **Details**
 *
 * The pages are those at `document_url`; or at the `url` of `document`, which is the engine's way; or, sent along as a
 * form, a `document` that is a `File`, a `Blob` or a `Files.Source`, such as `Files.fromPath`. It succeeds once the fax is
 * queued: {@link get} gives its status. The engine tries `retries` more times, 1 by default, 4 at most.
 *
 * **Example** (Send a file)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account, Files } from "effect-audian"
 *
 * export const program = Effect.flatMap(Files.fromPath("offer.pdf"), (document) =>
 *   Account.Faxes.create({ from_number: "+14155551234", to_number: "+14155555678", document })
 * )
 * ```
 *
 * @see https://docs.audian.com/fax
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () =>
    Endpoint.put("create", "/v2/accounts/:account_id/faxes", {
      input: CreateInput,
      body: Envelope.body,
      alternative: { input: CreateFromFileInput, body: (fields) => fields.pipe(HttpApiSchema.asMultipart()) },
      success: Endpoint.status(Envelope.account(Fax), 202)
    }),
  { replay: "unsafe" }
)

/**
 * Reads a fax (`GET /v2/accounts/{account_id}/faxes/{fax_id}`).
 *
 * **Example** (Wait until a fax was sent or has failed)
 *
 * ```ts
 * import * as Schedule from "effect/Schedule"
 * import { Account, Wait } from "effect-audian"
 *
 * export const result = (fax_id: string) =>
 *   Wait.until(Account.Faxes.get({ fax_id }), {
 *     isFinal: ({ tx_result }) => tx_result?.success !== undefined,
 *     schedule: Schedule.spaced("5 seconds"),
 *     deadline: "10 minutes"
 *   })
 * ```
 *
 * @see https://docs.audian.com/fax
 * @category operations
 * @since 0.1.0
 */
export const get = /*@__PURE__*/ make(
  () =>
    Endpoint.get("get", "/v2/accounts/:account_id/faxes/:fax_id", { input: FaxKey, success: Envelope.account(Fax) }),
  { replay: "safe" }
)

/**
 * Downloads the pages of a fax (`GET /v2/accounts/{account_id}/faxes/{fax_id}/attachment`): a `Stream` of the bytes of
 * a PDF, to be read once; `Files.save` writes it to disk.
 *
 * **Details**
 *
 * The call fails as any other. The stream fails with `AudianClientError` when the connection breaks, or when no byte has
 * come for as long as an attempt may take.
 *
 * **Example** (Save the pages of a fax)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account, Files } from "effect-audian"
 *
 * export const save = (fax_id: string) =>
 *   Effect.flatMap(Account.Faxes.getAttachment({ fax_id }), Files.save(`${fax_id}.pdf`))
 * ```
 *
 * @see https://docs.audian.com/fax
 * @category operations
 * @since 0.1.0
 */
export const getAttachment = /*@__PURE__*/ make(
  () =>
    Endpoint.get("getAttachment", "/v2/accounts/:account_id/faxes/:fax_id/attachment", {
      input: FaxKey,
      success: download({ contentType: "application/pdf" })
    }),
  { replay: "safe" }
)

/**
 * Removes a fax (`DELETE /v2/accounts/{account_id}/faxes/{fax_id}`). It gives the removed document where the API sends it.
 *
 * **Example** (Remove a fax that may be gone)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account } from "effect-audian"
 *
 * export const remove = (fax_id: string) =>
 *   Account.Faxes.remove({ fax_id }).pipe(Effect.catchTag("NotFound", () => Effect.void))
 * ```
 *
 * @see https://docs.audian.com/fax
 * @category operations
 * @since 0.1.0
 */
export const remove = /*@__PURE__*/ make(
  () =>
    Endpoint.remove("remove", "/v2/accounts/:account_id/faxes/:fax_id", {
      input: FaxKey,
      success: [Envelope.account(Fax), Endpoint.noContent]
    }),
  { replay: "safe" }
)
