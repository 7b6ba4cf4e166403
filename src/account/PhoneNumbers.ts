/**
 * The phone numbers of an account, as the engine keeps them: search, buy, read, change.
 *
 * An {@link update} replaces the full document: fields left out are lost.
 *
 * @see https://docs.audian.com/numbers
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import { accountId, listQuery } from "../internal/schema/accountParams.ts"
import * as EngineSchemas from "../internal/schema/engineSchemas.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import { lazy, openEnum } from "../internal/schema/schema.ts"
import * as Operation from "../Operation.ts"
import * as Page from "../Page.ts"
import * as PhoneNumber from "../PhoneNumber.ts"
import * as Timestamp from "../Timestamp.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * The state of a number.
 *
 * @category models
 * @since 0.1.0
 */
export type State = typeof State.Type
/**
 * @category schemas
 * @since 0.1.0
 */
export const State = /*@__PURE__*/ openEnum(
  "port_in",
  "port_out",
  "discovery",
  "available",
  "reserved",
  "in_service",
  "released",
  "aging",
  "deleted",
  "not_in_service"
)

/** Fields of a number in a list. */
const summary = () => ({
  state: Schema.optional(State),
  features: Schema.optional(Schema.Array(openEnum("cnam", "e911"))),
  features_allowed: Schema.optional(EngineSchemas.list()),
  features_denied: Schema.optional(EngineSchemas.list()),
  assigned_to: Schema.optional(
    Schema.Union([
      Schema.Struct({ type: Schema.optional(openEnum("callflow")), id: Schema.optional(Schema.String) }),
      Schema.String
    ])
  ),
  used_by: Schema.optional(Schema.String),
  created: Schema.optional(Timestamp.Gregorian),
  updated: Schema.optional(Timestamp.Gregorian),
  locality: Schema.optional(Schema.Json)
})

/**
 * A number as it is listed. `assigned_to` is what answers it, or only the id of that.
 *
 * @category models
 * @since 0.1.0
 */
export interface ListedNumber extends Schema.Schema.Type<typeof ListedNumber> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const ListedNumber = /*@__PURE__*/ lazy(() => Schema.Struct({ number: PhoneNumber.PhoneNumber, ...summary() }))

/** Where help is sent to. An address that is sent is a whole one. */
const e911 = (bounded: EngineSchemas.Bounded) => ({
  extended_address: Schema.optional(Schema.String),
  plus_four: Schema.optional(Schema.String),
  country: Schema.optional(EngineSchemas.text(bounded, 2, 2)),
  caller_name: Schema.optional(bounded(Schema.String, Schema.isMinCodePoints(3))),
  callback_cid_number: Schema.optional(EngineSchemas.text(bounded, 10, 10)),
  delivery_method: Schema.optional(openEnum("direct", "three_way", "security_desk")),
  notification_contact_emails: Schema.optional(EngineSchemas.list()),
  latitude: Schema.optional(EngineSchemas.text(bounded, 0, 11)),
  longitude: Schema.optional(EngineSchemas.text(bounded, 0, 11)),
  location_id: Schema.optional(Schema.String),
  location_identifier: Schema.optional(Schema.Int),
  legacy_data: Schema.optional(
    Schema.Struct({
      house_number: Schema.optional(Schema.String),
      predirectional: Schema.optional(Schema.String),
      streetname: Schema.optional(Schema.String),
      suite: Schema.optional(Schema.String)
    })
  ),
  status: Schema.optional(openEnum("INVALID", "GEOCODED", "PROVISIONED", "REMOVED", "ERROR")),
  activated_time: Schema.optional(Schema.String)
})

const region = (bounded: EngineSchemas.Bounded) => EngineSchemas.text(bounded, 2, 2)

/** The fields of the engine's document, except its address; a thunk, so that a bundler drops it with the operations that send it. */
const fields = (bounded: EngineSchemas.Bounded) => ({
  carrier_name: Schema.optional(EngineSchemas.text(bounded, 1, 30)),
  cnam: Schema.optional(
    Schema.Struct({
      display_name: Schema.optional(EngineSchemas.text(bounded, 1, 15)),
      inbound_lookup: Schema.optional(Schema.Boolean)
    })
  ),
  create_with_state: Schema.optional(State),
  porting: Schema.optional(
    Schema.Struct({
      billing_account_id: Schema.optional(Schema.String),
      billing_extended_address: Schema.optional(Schema.String),
      billing_locality: Schema.optional(Schema.String),
      billing_name: Schema.optional(Schema.String),
      billing_postal_code: Schema.optional(Schema.String),
      billing_region: Schema.optional(Schema.String),
      billing_street_address: Schema.optional(Schema.String),
      billing_telephone_number: Schema.optional(Schema.String),
      comments: Schema.optional(EngineSchemas.list()),
      customer_contact: Schema.optional(Schema.String),
      port_id: Schema.optional(Schema.String),
      requested_port_date: Schema.optional(Schema.String),
      service_provider: Schema.optional(Schema.String)
    })
  )
})

/**
 * The document of a number. Its `id` is the number.
 *
 * @category models
 * @since 0.1.0
 */
export interface NumberDocument extends Schema.Schema.Type<typeof NumberDocument> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const NumberDocument = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    id: Schema.optional(PhoneNumber.PhoneNumber),
    ...summary(),
    ...fields(EngineSchemas.received),
    e911: Schema.optional(
      Schema.Struct({
        ...e911(EngineSchemas.received),
        street_address: Schema.optional(Schema.String),
        locality: Schema.optional(Schema.String),
        region: Schema.optional(region(EngineSchemas.received)),
        postal_code: Schema.optional(Schema.String)
      })
    )
  })
)

const sent = () =>
  Schema.Struct({
    ...fields(EngineSchemas.sent),
    e911: Schema.optional(
      Schema.Struct({
        ...e911(EngineSchemas.sent),
        street_address: Schema.String,
        locality: Schema.String,
        region: region(EngineSchemas.sent),
        postal_code: Schema.String
      })
    )
  })

/** A list is keyed by number over the wire, bare or, as the engine has it, under `numbers`. */
const numbers = () => {
  const byNumber = Schema.Record(Schema.String, Schema.Struct(summary()))
  return Schema.Union([Schema.Struct({ numbers: byNumber }), byNumber]).pipe(
    Schema.decodeTo(Schema.Array(Schema.toType(ListedNumber)), {
      decode: SchemaGetter.transform((wire) =>
        Object.entries(isNested(wire) ? wire.numbers : wire).map(([number, item]) => ({
          number: number as PhoneNumber.PhoneNumber,
          ...item
        }))
      ),
      encode: SchemaGetter.transform(
        (list: ReadonlyArray<ListedNumber>): Wire =>
          Object.fromEntries(list.map(({ number, ...item }) => [number, item]))
      )
    })
  )
}

interface ByNumber {
  readonly [number: string]: Omit<ListedNumber, "number">
}

type Wire = ByNumber | { readonly numbers: ByNumber }

// No number is called "numbers".
const isNested = (wire: Wire): wire is { readonly numbers: ByNumber } => "numbers" in wire

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ Operation.makeIn({ resource: "Account.PhoneNumbers", family: "account" })

/**
 * Lists the numbers of an account (`GET /v2/accounts/{account_id}/phone_numbers`). The API responds with an object
 * keyed by number; the result is a list.
 *
 * @see https://docs.audian.com/numbers
 * @category operations
 * @since 0.1.0
 */
export const list = /*@__PURE__*/ Page.byKey(
  /*@__PURE__*/ make(
    () =>
      HttpApiEndpoint.get("list", "/v2/accounts/:account_id/phone_numbers", {
        params: accountId,
        query: listQuery(),
        success: Envelope.account(numbers())
      }),
    { replay: "safe" }
  )
)

/**
 * Finds numbers that can be bought (`GET /v2/phone_numbers`). `prefix` is 3 to 10 digits, without the country code;
 * `country` is a code such as `US`, the default; `quantity` is 1 by default; `offset` skips that many.
 *
 * @see https://docs.audian.com/numbers
 * @category operations
 * @since 0.1.0
 */
export const search = /*@__PURE__*/ Page.byOffset(
  /*@__PURE__*/ make(
    () =>
      HttpApiEndpoint.get("search", "/v2/phone_numbers", {
        query: {
          prefix: Schema.optional(EngineSchemas.text(EngineSchemas.sent, 3, 10)),
          city: Schema.optional(Schema.String),
          state: Schema.optional(Schema.String),
          country: Schema.optional(EngineSchemas.text(EngineSchemas.sent, 2, 2)),
          quantity: Schema.optional(Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))),
          offset: Schema.optional(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)))
        },
        success: Envelope.account(Schema.Array(PhoneNumber.PhoneNumber))
      }),
    { replay: "safe" }
  ),
  (numbers) => numbers,
  { limit: "quantity", defaultLimit: 1 }
)

/**
 * Buys a number (`PUT /v2/accounts/{account_id}/phone_numbers/{number}`): money is spent, so it is never repeated
 * unless the server certainly did not act. `PaymentRequired` with a quote until `accept_charges` is true, and when
 * the balance does not cover it; `Conflict` when the number exists already.
 *
 * @see https://docs.audian.com/numbers
 * @category operations
 * @since 0.1.0
 */
export const purchase = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.put("purchase", "/v2/accounts/:account_id/phone_numbers/:number", {
      params: { ...accountId, number: PhoneNumber.Input },
      payload: Envelope.billableBody(sent()),
      success: Envelope.account(NumberDocument).pipe(HttpApiSchema.status(201))
    }),
  { replay: "unsafe" }
)

/**
 * Reads the document of a number (`GET /v2/accounts/{account_id}/phone_numbers/{number}`).
 *
 * @see https://docs.audian.com/numbers
 * @category operations
 * @since 0.1.0
 */
export const get = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.get("get", "/v2/accounts/:account_id/phone_numbers/:number", {
      params: { ...accountId, number: PhoneNumber.Input },
      success: Envelope.account(NumberDocument)
    }),
  { replay: "safe" }
)

/**
 * Replaces the document of a number (`POST /v2/accounts/{account_id}/phone_numbers/{number}`): fields left out are
 * lost. `PaymentRequired` when a feature costs something, until `accept_charges` is true; `BadRequest` with the code
 * `no_change_required` when it is as asked already.
 *
 * @see https://docs.audian.com/numbers
 * @category operations
 * @since 0.1.0
 */
export const update = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("update", "/v2/accounts/:account_id/phone_numbers/:number", {
      params: { ...accountId, number: PhoneNumber.Input },
      payload: Envelope.billableBody(sent()),
      success: Envelope.account(NumberDocument)
    }),
  { replay: "safe" }
)
