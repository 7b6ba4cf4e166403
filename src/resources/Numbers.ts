/**
 * Phone numbers: search, buy, list, configure; their caller id and their E911 address.
 *
 * @see https://docs.audian.com/numbers
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import * as Envelope from "../internal/schema/envelope.ts"
import { lazy, openEnum, pageFields, pageQuery } from "../internal/schema/schema.ts"
import * as Operation from "../Operation.ts"
import * as Page from "../Page.ts"
import * as PhoneNumber from "../PhoneNumber.ts"
import * as Timestamp from "../Timestamp.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * A capability of a number.
 *
 * @category models
 * @since 0.1.0
 */
export type Feature = typeof Feature.Type
/**
 * @category schemas
 * @since 0.1.0
 */
export const Feature = /*@__PURE__*/ openEnum("voice", "sms", "mms")

/**
 * A number that can be bought. Prices are in USD.
 *
 * @category models
 * @since 0.1.0
 */
export interface AvailableNumber extends Schema.Schema.Type<typeof AvailableNumber> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const AvailableNumber = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    number: PhoneNumber.PhoneNumber,
    location: Schema.optional(Schema.String),
    available: Schema.optional(Schema.Boolean),
    price: Schema.optional(
      Schema.Struct({ monthly: Schema.optional(Schema.Finite), setup: Schema.optional(Schema.Finite) })
    ),
    features: Schema.optional(Schema.Array(Feature))
  })
)

/**
 * The response of {@link search}: one page of numbers, and how many there are in all.
 *
 * @category models
 * @since 0.1.0
 */
export interface SearchResult extends Schema.Schema.Type<typeof SearchResult> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const SearchResult = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    numbers: Schema.Array(AvailableNumber),
    ...pageFields()
  })
)

/**
 * The state of a number of yours.
 *
 * @category models
 * @since 0.1.0
 */
export type Status = typeof Status.Type
/**
 * @category schemas
 * @since 0.1.0
 */
export const Status = /*@__PURE__*/ openEnum("active", "suspended")

/**
 * A number of yours. `monthly_cost` is in USD.
 *
 * @category models
 * @since 0.1.0
 */
export interface PurchasedNumber extends Schema.Schema.Type<typeof PurchasedNumber> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const PurchasedNumber = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    id: Schema.String,
    number: PhoneNumber.PhoneNumber,
    friendly_name: Schema.optional(Schema.NullOr(Schema.String)),
    status: Schema.optional(Status),
    purchased_at: Schema.optional(Timestamp.Iso),
    expires_at: Schema.optional(Schema.NullOr(Timestamp.Iso)),
    billing: Schema.optional(
      Schema.Struct({
        monthly_cost: Schema.optional(Schema.Finite),
        next_charge: Schema.optional(Schema.NullOr(Timestamp.Iso))
      })
    )
  })
)

/**
 * The response of {@link list}: one page of your numbers.
 *
 * @category models
 * @since 0.1.0
 */
export interface NumberList extends Schema.Schema.Type<typeof NumberList> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const NumberList = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    numbers: Schema.Array(PurchasedNumber),
    ...pageFields()
  })
)

/**
 * The call forwarding of a number.
 *
 * @category models
 * @since 0.1.0
 */
export interface CallForwarding extends Schema.Schema.Type<typeof CallForwarding> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const CallForwarding = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    enabled: Schema.optional(Schema.Boolean),
    forward_to: Schema.optional(PhoneNumber.Input),
    when_unavailable: Schema.optional(Schema.Boolean),
    rings_before_forward: Schema.optional(Schema.Int)
  })
)

/**
 * The voicemail of a number. `delete_after_days` comes back as 30 where it was left out.
 *
 * @category models
 * @since 0.1.0
 */
export interface Voicemail extends Schema.Schema.Type<typeof Voicemail> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Voicemail = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    enabled: Schema.optional(Schema.Boolean),
    transcription: Schema.optional(Schema.Boolean),
    delete_after_days: Schema.optional(Schema.Int)
  })
)

/**
 * The configuration of a number.
 *
 * @category models
 * @since 0.1.0
 */
export interface NumberConfig extends Schema.Schema.Type<typeof NumberConfig> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const NumberConfig = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    id: Schema.optional(Schema.String),
    number: Schema.optional(PhoneNumber.PhoneNumber),
    friendly_name: Schema.optional(Schema.NullOr(Schema.String)),
    call_forwarding: Schema.optional(
      Schema.NullOr(
        CallForwarding.mapFields((fields) => ({
          ...fields,
          forward_to: Schema.optional(Schema.NullOr(PhoneNumber.PhoneNumber))
        }))
      )
    ),
    voicemail: Schema.optional(Schema.NullOr(Voicemail))
  })
)

/**
 * The caller id shown to the called party.
 *
 * @category models
 * @since 0.1.0
 */
export interface CallerId extends Schema.Schema.Type<typeof CallerId> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const CallerId = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    number: Schema.optional(PhoneNumber.PhoneNumber),
    caller_id_number: Schema.optional(PhoneNumber.PhoneNumber),
    caller_id_name: Schema.optional(Schema.String),
    status: Schema.optional(openEnum("active")),
    verified: Schema.optional(Schema.Boolean)
  })
)

/**
 * The address that emergency services are sent to.
 *
 * @category models
 * @since 0.1.0
 */
export interface E911 extends Schema.Schema.Type<typeof E911> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const E911 = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    number: Schema.optional(PhoneNumber.PhoneNumber),
    e911_address: Schema.optional(
      Schema.Struct({
        address_line_1: Schema.optional(Schema.String),
        address_line_2: Schema.optional(Schema.NullOr(Schema.String)),
        city: Schema.optional(Schema.String),
        state: Schema.optional(Schema.String),
        postal_code: Schema.optional(Schema.String),
        country: Schema.optional(Schema.String)
      })
    ),
    customer_name: Schema.optional(Schema.String),
    status: Schema.optional(openEnum("active")),
    validated_at: Schema.optional(Schema.NullOr(Timestamp.Iso))
  })
)

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ Operation.makeIn({ resource: "Numbers", family: "flat" })

/**
 * Finds numbers that can be bought (`GET /v2/numbers/search`). `limit` is 1 to 100, 10 by default; `offset` starts
 * at 0. A `location` such as `US-CA-415` that the API does not know is a `BadRequest` with the code
 * `INVALID_LOCATION`.
 *
 * @see https://docs.audian.com/numbers/search
 * @category operations
 * @since 0.1.0
 */
export const search = /*@__PURE__*/ Page.byOffset(
  /*@__PURE__*/ make(
    () =>
      HttpApiEndpoint.get("search", "/v2/numbers/search", {
        query: {
          location: Schema.optional(Schema.String),
          pattern: Schema.optional(Schema.String),
          features: Schema.optional(Schema.Array(Feature)),
          ...pageQuery()
        },
        success: Envelope.flat(SearchResult)
      }),
    { replay: "safe" }
  ),
  "numbers"
)

/**
 * Buys a number (`POST /v2/numbers/purchase`): money is spent, so it is never repeated unless the server certainly did
 * not act. `PaymentRequired` when the balance does not cover it, `Conflict` when the number is yours already.
 *
 * @see https://docs.audian.com/numbers/purchase
 * @category operations
 * @since 0.1.0
 */
export const purchase = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("purchase", "/v2/numbers/purchase", {
      payload: Schema.Struct({
        number: PhoneNumber.Input,
        friendly_name: Schema.optional(Schema.String)
      }),
      success: Envelope.flat(PurchasedNumber).pipe(HttpApiSchema.status(201))
    }),
  { replay: "unsafe" }
)

/**
 * Lists your numbers (`GET /v2/numbers`). `limit` is 1 to 100, 20 by default; `offset` starts at 0.
 *
 * @see https://docs.audian.com/numbers/purchase
 * @category operations
 * @since 0.1.0
 */
export const list = /*@__PURE__*/ Page.byOffset(
  /*@__PURE__*/ make(
    () =>
      HttpApiEndpoint.get("list", "/v2/numbers", {
        query: {
          ...pageQuery(),
          status: Schema.optional(Status)
        },
        success: Envelope.flat(NumberList)
      }),
    { replay: "safe" }
  ),
  "numbers"
)

/**
 * Reads the configuration of a number (`GET /v2/numbers/{number_id}/config`).
 *
 * @see https://docs.audian.com/numbers/configuration
 * @category operations
 * @since 0.1.0
 */
export const getConfig = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.get("getConfig", "/v2/numbers/:number_id/config", {
      params: { number_id: Schema.String },
      success: Envelope.flat(NumberConfig)
    }),
  { replay: "safe" }
)

/**
 * Changes the configuration of a number (`PUT /v2/numbers/{number_id}/config`): the fields that are given.
 *
 * @see https://docs.audian.com/numbers/configuration
 * @category operations
 * @since 0.1.0
 */
export const updateConfig = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.put("updateConfig", "/v2/numbers/:number_id/config", {
      params: { number_id: Schema.String },
      payload: Schema.Struct({
        friendly_name: Schema.optional(Schema.String),
        call_forwarding: Schema.optional(CallForwarding),
        voicemail: Schema.optional(Voicemail),
        sms_webhook: Schema.optional(Schema.String),
        voice_webhook: Schema.optional(Schema.String)
      }),
      success: Envelope.flat(NumberConfig)
    }),
  { replay: "safe" }
)

/**
 * Reads the caller id of a number (`GET /v2/numbers/{number_id}/caller-id`).
 *
 * @see https://docs.audian.com/numbers/caller-id
 * @category operations
 * @since 0.1.0
 */
export const getCallerId = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.get("getCallerId", "/v2/numbers/:number_id/caller-id", {
      params: { number_id: Schema.String },
      success: Envelope.flat(CallerId)
    }),
  { replay: "safe" }
)

/**
 * Sets the caller id of a number (`PUT /v2/numbers/{number_id}/caller-id`). The name has at most 15 characters.
 *
 * @see https://docs.audian.com/numbers/caller-id
 * @category operations
 * @since 0.1.0
 */
export const updateCallerId = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.put("updateCallerId", "/v2/numbers/:number_id/caller-id", {
      params: { number_id: Schema.String },
      payload: Schema.Struct({
        caller_id_number: PhoneNumber.Input,
        caller_id_name: Schema.String.check(Schema.isMaxLength(15))
      }),
      success: Envelope.flat(CallerId)
    }),
  { replay: "safe" }
)

/**
 * Reads the E911 address of a number (`GET /v2/numbers/{number_id}/e911`).
 *
 * @see https://docs.audian.com/numbers/e911
 * @category operations
 * @since 0.1.0
 */
export const getE911 = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.get("getE911", "/v2/numbers/:number_id/e911", {
      params: { number_id: Schema.String },
      success: Envelope.flat(E911)
    }),
  { replay: "safe" }
)

/**
 * Sets the E911 address of a number (`PUT /v2/numbers/{number_id}/e911`). Address lines have at most 100 characters,
 * `customer_name` at most 50; `country` is a code such as `US`.
 *
 * @see https://docs.audian.com/numbers/e911
 * @category operations
 * @since 0.1.0
 */
export const updateE911 = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.put("updateE911", "/v2/numbers/:number_id/e911", {
      params: { number_id: Schema.String },
      payload: Schema.Struct({
        address_line_1: Schema.String.check(Schema.isMaxLength(100)),
        address_line_2: Schema.optional(Schema.String.check(Schema.isMaxLength(100))),
        city: Schema.String,
        state: Schema.String,
        postal_code: Schema.String,
        country: Schema.String,
        customer_name: Schema.String.check(Schema.isMaxLength(50)),
        customer_phone: Schema.optional(Schema.String)
      }),
      success: Envelope.flat(E911)
    }),
  { replay: "safe" }
)
