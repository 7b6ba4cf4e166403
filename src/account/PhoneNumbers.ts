/**
 * The phone numbers of an account, as the engine keeps them: search, buy, read, change.
 *
 * An {@link update} replaces the full document: fields left out are lost. A {@link patch} merges into it.
 *
 * @see https://docs.audian.com/numbers
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import * as AccountOperation from "../internal/accountOperation.ts"
import { account, listInput } from "../internal/schema/accountParams.ts"
import { clearable } from "../internal/schema/clearable.ts"
import * as Endpoint from "../internal/schema/endpoint.ts"
import * as EngineSchemas from "../internal/schema/engineSchemas.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import * as ExtraFields from "../internal/schema/extraFields.ts"
import { lazy, merge, model, openEnum, serverOnly } from "../internal/schema/schema.ts"
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

/** Fields of a number in a list, which the engine writes. */
const summary = () =>
  ({
    /** State of the number, such as `in_service`. */
    state: serverOnly(State),
    /** Features that are switched on: `cnam`, `e911`. */
    features: serverOnly(Schema.Array(openEnum("cnam", "e911"))),
    /** Features that may be switched on. */
    features_allowed: serverOnly(EngineSchemas.list()),
    /** Features that may not. */
    features_denied: serverOnly(EngineSchemas.list()),
    /** Document that takes its calls, or the id of that. */
    assigned_to: serverOnly(
      Schema.Union([
        Schema.Struct({
          /** Type of the document: `callflow`. */
          type: Schema.optional(openEnum("callflow")),
          /** Id of the document. */
          id: Schema.optional(Schema.String)
        }),
        Schema.String
      ])
    ),
    /** Type of the document that uses it. */
    used_by: serverOnly(Schema.String),
    /** Time of its creation: seconds since the year 0, or ISO text. */
    created: serverOnly(Timestamp.IsoOrGregorian),
    /** Time of its last change: seconds since the year 0, or ISO text. */
    updated: serverOnly(Timestamp.IsoOrGregorian),
    /** Place of the number. */
    locality: serverOnly(Schema.Json)
  }) as const

/**
 * A number in a list.
 *
 * @category models
 * @since 0.1.0
 */
export class ListedNumber extends /*@__PURE__*/ model<ListedNumber>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** The number, in E.164 form. */
      number: PhoneNumber.PhoneNumber,
      ...summary()
    })
  )
) {}

/**
 * A number that {@link search} found, where the API reports more than the number.
 *
 * @category models
 * @since 0.1.0
 */
export class AvailableNumber extends /*@__PURE__*/ model<AvailableNumber>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** The number, in E.164 form. */
      number: PhoneNumber.PhoneNumber,
      /** State of the number, such as `available`. */
      state: Schema.optional(State)
    })
  )
) {}

const e911 = (bounded: EngineSchemas.Bounded) =>
  ({
    /** Second line, such as a suite. */
    extended_address: Schema.optional(Schema.String),
    /** Last four digits of a US postal code. */
    plus_four: Schema.optional(Schema.String),
    /** Country code of 2 characters. */
    country: Schema.optional(EngineSchemas.text(bounded, 2, 2)),
    /** Name of the caller, at least 3 characters. */
    caller_name: Schema.optional(bounded(Schema.String, Schema.isMinCodePoints(3))),
    /** Number that emergency services call back: 10 characters. */
    callback_cid_number: Schema.optional(EngineSchemas.text(bounded, 10, 10)),
    /** Delivery of an emergency call: `direct`, `three_way` or `security_desk`. */
    delivery_method: Schema.optional(openEnum("direct", "three_way", "security_desk")),
    /** Email addresses that are notified of emergency calls. Default none. */
    notification_contact_emails: Schema.optional(EngineSchemas.list()),
    /** Latitude as text, at most 11 characters. */
    latitude: Schema.optional(EngineSchemas.text(bounded, 0, 11)),
    /** Longitude as text, at most 11 characters. */
    longitude: Schema.optional(EngineSchemas.text(bounded, 0, 11)),
    /** Id of the location. */
    location_id: Schema.optional(Schema.String),
    /** Number of the location. */
    location_identifier: Schema.optional(Schema.Int),
    /** Address as older systems write it. */
    legacy_data: Schema.optional(
      Schema.Struct({
        /** House number. */
        house_number: Schema.optional(Schema.String),
        /** Direction before the street. */
        predirectional: Schema.optional(Schema.String),
        /** Name of the street. */
        streetname: Schema.optional(Schema.String),
        /** Suite. */
        suite: Schema.optional(Schema.String)
      })
    ),
    /** State of the address: `INVALID`, `GEOCODED`, `PROVISIONED`, `REMOVED` or `ERROR`. */
    status: Schema.optional(openEnum("INVALID", "GEOCODED", "PROVISIONED", "REMOVED", "ERROR")),
    /** Time of its activation. */
    activated_time: Schema.optional(Schema.String)
  }) as const

const region = (bounded: EngineSchemas.Bounded) => EngineSchemas.text(bounded, 2, 2)

/** An address of which any field may be missing, as a read may give it. */
const partialE911 = (bounded: EngineSchemas.Bounded) =>
  ({
    ...e911(bounded),
    /** House number and street. */
    street_address: Schema.optional(Schema.String),
    /** City. */
    locality: Schema.optional(Schema.String),
    /** State, 2 characters. */
    region: Schema.optional(region(bounded)),
    /** Postal code. */
    postal_code: Schema.optional(Schema.String)
  }) as const

/** Fields of the engine's document, except its address; a thunk, so that a bundler drops it with its operations. */
const fields = (bounded: EngineSchemas.Bounded) =>
  ({
    /** Name of the carrier: 1 to 30 characters. */
    carrier_name: Schema.optional(EngineSchemas.text(bounded, 1, 30)),
    /** Caller name. */
    cnam: Schema.optional(
      Schema.Struct({
        /** Name that called parties see: 1 to 15 characters. */
        display_name: Schema.optional(EngineSchemas.text(bounded, 1, 15)),
        /** Looks up the names of callers. */
        inbound_lookup: Schema.optional(Schema.Boolean)
      })
    ),
    /** State that the number is created in. */
    create_with_state: Schema.optional(State),
    /** Data of its port. */
    porting: Schema.optional(
      Schema.Struct({
        /** Account number with the other carrier. */
        billing_account_id: Schema.optional(Schema.String),
        /** Second line of the billing address. */
        billing_extended_address: Schema.optional(Schema.String),
        /** City of the billing address. */
        billing_locality: Schema.optional(Schema.String),
        /** Name of the billing address. */
        billing_name: Schema.optional(Schema.String),
        /** Postal code of the billing address. */
        billing_postal_code: Schema.optional(Schema.String),
        /** State of the billing address. */
        billing_region: Schema.optional(Schema.String),
        /** First line of the billing address. */
        billing_street_address: Schema.optional(Schema.String),
        /** Billing phone number. */
        billing_telephone_number: Schema.optional(Schema.String),
        /** Comments. */
        comments: Schema.optional(EngineSchemas.list()),
        /** Contact of the customer. */
        customer_contact: Schema.optional(Schema.String),
        /** Id of the port. */
        port_id: Schema.optional(Schema.String),
        /** Requested date. */
        requested_port_date: Schema.optional(Schema.String),
        /** Name of the other carrier. */
        service_provider: Schema.optional(Schema.String)
      })
    )
  }) as const

/**
 * The document of a number.
 *
 * @category models
 * @since 0.1.0
 */
export class NumberDocument extends /*@__PURE__*/ model<NumberDocument>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** The number, which is the id of its document. */
      id: serverOnly(PhoneNumber.PhoneNumber),
      ...summary(),
      ...fields(EngineSchemas.received),
      /** Address for emergency services. */
      e911: Schema.optional(Schema.Struct(partialE911(EngineSchemas.received)))
    })
  )
) {}

/** A list is keyed by number over the wire, bare or, as the engine has it, under `numbers`. */
const numbers = () => {
  const byNumber = Schema.Record(Schema.String, Schema.Struct(summary()))
  // A nested list that cannot be read is no bare list with a number called "numbers".
  const bare = byNumber.check(Schema.makeFilter((wire) => !("numbers" in wire), { expected: "numbers as keys" }))
  return Schema.Union([
    Schema.Struct({
      /** Numbers of the account: their summaries, by number. */
      numbers: byNumber
    }),
    bare
  ]).pipe(
    Schema.decodeTo(Schema.Array(Schema.toType(ListedNumber)), {
      decode: SchemaGetter.transform(listOf),
      encode: SchemaGetter.transform(
        (list: ReadonlyArray<ListedNumber>): Wire =>
          Object.fromEntries(list.map(({ number, ...item }) => [number, item]))
      )
    }),
    ExtraFields.reshaped(listOf)
  )
}

const listOf = (wire: Wire): ReadonlyArray<ListedNumber> =>
  Object.entries(isNested(wire) ? wire.numbers : wire).map(([number, item]) => ({
    number: number as PhoneNumber.PhoneNumber,
    ...item
  }))

interface ByNumber {
  readonly [number: string]: Omit<ListedNumber, "number">
}

type Wire = ByNumber | { readonly numbers: ByNumber }

// No number is called "numbers".
const isNested = (wire: Wire): wire is { readonly numbers: ByNumber } => "numbers" in wire

/**
 * The number that a search found, in either of the forms of {@link search}.
 *
 * **Example** (The numbers of a search)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account } from "effect-audian"
 *
 * export const found = Effect.map(Account.PhoneNumbers.search({ prefix: "415", quantity: 10 }), (numbers) =>
 *   numbers.map(Account.PhoneNumbers.numberOf)
 * )
 * ```
 *
 * @category conversions
 * @since 0.1.0
 */
export const numberOf = (found: PhoneNumber.PhoneNumber | AvailableNumber): PhoneNumber.PhoneNumber =>
  typeof found === "string" ? found : found.number

// -----------------------------------------------------------------------------
// inputs
// -----------------------------------------------------------------------------

const key = () =>
  merge(account(), {
    /** The number, in E.164 form. */
    number: PhoneNumber.PhoneNumberInput
  })

const sent = () =>
  merge(
    {
      ...fields(EngineSchemas.sent),
      /** Address for emergency services. One that is sent is complete. */
      e911: Schema.optional(
        Schema.Struct({
          ...e911(EngineSchemas.sent),
          /** House number and street. */
          street_address: Schema.String,
          /** City. */
          locality: Schema.String,
          /** State, 2 characters. */
          region: region(EngineSchemas.sent),
          /** Postal code. */
          postal_code: Schema.String
        })
      )
    },
    Envelope.charges()
  )

/** The fields of a change. An address that was read may be incomplete: the engine wants it complete. */
const changed = () =>
  ({
    ...fields(EngineSchemas.sent),
    /** Address for emergency services. */
    e911: Schema.optional(Schema.Struct(partialE911(EngineSchemas.sent)))
  }) as const

/**
 * The input of operations that need no more than a number.
 *
 * @category inputs
 * @since 0.1.0
 */
export class NumberKey extends /*@__PURE__*/ model<NumberKey>()(/*@__PURE__*/ lazy(() => Schema.Struct(key()))) {}

/**
 * The input of {@link list}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class ListInput extends /*@__PURE__*/ model<ListInput>()(/*@__PURE__*/ lazy(() => listInput({}))) {}

/**
 * The input of {@link search}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class SearchInput extends /*@__PURE__*/ model<SearchInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** First digits, 3 to 10, without the country code. */
      prefix: Schema.optional(EngineSchemas.text(EngineSchemas.sent, 3, 10)),
      /** City. */
      city: Schema.optional(Schema.String),
      /** State. */
      state: Schema.optional(Schema.String),
      /** Country code of 2 characters. Default `US`. */
      country: Schema.optional(EngineSchemas.text(EngineSchemas.sent, 2, 2)),
      /** Numbers to find, at least 1. Default 1. */
      quantity: Schema.optional(Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))),
      /** Numbers to skip. Default 0. */
      offset: Schema.optional(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)))
    })
  )
) {}

/**
 * The input of {@link purchase}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class PurchaseInput extends /*@__PURE__*/ model<PurchaseInput>()(
  /*@__PURE__*/ lazy(() => Schema.Struct(merge(key(), sent())))
) {}

/**
 * The input of {@link update}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class UpdateInput extends /*@__PURE__*/ model<UpdateInput>()(
  /*@__PURE__*/ lazy(() => clearable(Schema.Struct(merge(key(), changed(), Envelope.charges()))))
) {}

/**
 * The input of {@link patch}. A given `e911` is merged too, so that none of its fields is required.
 *
 * @category inputs
 * @since 0.1.0
 */
export class PatchInput extends /*@__PURE__*/ model<PatchInput>()(
  /*@__PURE__*/ lazy(() => clearable(Schema.Struct(merge(key(), changed(), Envelope.charges()))))
) {}

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ AccountOperation.makeIn({ resource: "Account.PhoneNumbers", family: "account" })

/**
 * Lists the numbers of an account (`GET /v2/accounts/{account_id}/phone_numbers`). The API responds with an object keyed by
 * number; the result is a list.
 *
 * **Example** (The numbers that nothing uses)
 *
 * ```ts
 * import * as Stream from "effect/Stream"
 * import { Account } from "effect-audian"
 *
 * export const unused = Account.PhoneNumbers.list.items().pipe(
 *   Stream.filter(({ used_by }) => used_by === undefined || used_by === ""),
 *   Stream.map(({ number }) => number),
 *   Stream.runCollect
 * )
 * ```
 *
 * @see https://docs.audian.com/numbers
 * @category operations
 * @since 0.1.0
 */
export const list = /*@__PURE__*/ Page.byKey(
  /*@__PURE__*/ make(
    () =>
      Endpoint.get("list", "/v2/accounts/:account_id/phone_numbers", {
        input: ListInput,
        success: Envelope.account(numbers())
      }),
    { replay: "safe" }
  )
)

/**
 * Finds numbers that can be bought (`GET /v2/phone_numbers`). Each comes as the number alone or as a row with its state;
 * {@link numberOf} reads both.
 *
 * **Example** (Buy the first number of an area)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account } from "effect-audian"
 *
 * export const program = Effect.gen(function* () {
 *   const [found] = yield* Account.PhoneNumbers.search({ prefix: "415" })
 *   if (found === undefined) return undefined
 *   return yield* Account.PhoneNumbers.purchase({ number: Account.PhoneNumbers.numberOf(found), accept_charges: true })
 * })
 * ```
 *
 * @see https://docs.audian.com/numbers
 * @category operations
 * @since 0.1.0
 */
export const search = /*@__PURE__*/ Page.byOffset(
  /*@__PURE__*/ make(
    () =>
      Endpoint.get("search", "/v2/phone_numbers", {
        input: SearchInput,
        success: Envelope.account(Schema.Array(Schema.Union([PhoneNumber.PhoneNumber, AvailableNumber])))
      }),
    { replay: "safe" }
  ),
  (numbers) => numbers,
  { limit: "quantity", defaultLimit: 1 }
)

/**
 * Buys a number (`PUT /v2/accounts/{account_id}/phone_numbers/{number}`): money is spent, so it is only retried when it was
 * certainly not executed.
 *
 * **Details**
 *
 * Fails with `PaymentRequired` and a quote until `accept_charges` is true, and when the balance does not cover it; with
 * `Conflict` when the number exists already.
 *
 * **Example** (Buy a number, unless it costs something)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account, AudianError } from "effect-audian"
 *
 * export const program = Account.PhoneNumbers.purchase({ number: "+14155551234" }).pipe(
 *   Effect.catchTags({
 *     PaymentRequired: (error) => Effect.logWarning("Not bought", AudianError.chargesOf(error)),
 *     Conflict: () => Effect.logWarning("Somebody has it already")
 *   })
 * )
 * ```
 *
 * @see https://docs.audian.com/numbers
 * @category operations
 * @since 0.1.0
 */
export const purchase = /*@__PURE__*/ make(
  () =>
    Endpoint.put("purchase", "/v2/accounts/:account_id/phone_numbers/:number", {
      input: PurchaseInput,
      body: Envelope.billableBody,
      success: Endpoint.status(Envelope.account(NumberDocument), 201)
    }),
  { replay: "unsafe" }
)

/**
 * Reads the document of a number (`GET /v2/accounts/{account_id}/phone_numbers/{number}`).
 *
 * **Example** (The emergency address of a number)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Account } from "effect-audian"
 *
 * export const address = Account.PhoneNumbers.get({ number: "+14155551234" }).pipe(
 *   Effect.map(({ e911 }) => e911),
 *   Effect.catchTag("NotFound", () => Effect.undefined)
 * )
 * ```
 *
 * @see https://docs.audian.com/numbers
 * @category operations
 * @since 0.1.0
 */
export const get = /*@__PURE__*/ make(
  () =>
    Endpoint.get("get", "/v2/accounts/:account_id/phone_numbers/:number", {
      input: NumberKey,
      success: Envelope.account(NumberDocument)
    }),
  { replay: "safe" }
)

/**
 * Replaces the document of a number (`POST /v2/accounts/{account_id}/phone_numbers/{number}`): fields left out are lost.
 *
 * **Details**
 *
 * Fails with `PaymentRequired` when a feature costs something, until `accept_charges` is true; with `BadRequest` and the
 * code `no_change_required` when nothing changes.
 *
 * **Example** (Replace the document of a number)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const program = Account.PhoneNumbers.update({
 *   number: "+14155551234",
 *   cnam: { display_name: "ACME", inbound_lookup: true },
 *   accept_charges: true
 * })
 * ```
 *
 * @see https://docs.audian.com/numbers
 * @category operations
 * @since 0.1.0
 */
export const update = /*@__PURE__*/ make(
  () =>
    Endpoint.post("update", "/v2/accounts/:account_id/phone_numbers/:number", {
      input: UpdateInput,
      body: Envelope.billableBody,
      success: Envelope.account(NumberDocument)
    }),
  { replay: "safe", destructive: true }
)

/**
 * Changes the document of a number by a function or an effect: reads it, and writes it back in full, undocumented fields
 * included.
 *
 * **Details**
 *
 * It writes nothing when nothing changed. It starts again from the read when the engine reports a conflict.
 *
 * **Gotchas**
 *
 * It does not lock: a change that another program makes between the read and the write is lost.
 *
 * **Example** (Look up the names of callers, everything else as it is)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const program = Account.PhoneNumbers.modify({ number: "+14155551234" }, (document) => ({
 *   ...document,
 *   cnam: { ...document.cnam, inbound_lookup: true }
 * }))
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const modify = /*@__PURE__*/ Operation.modify(get, update)

/**
 * Changes the document of a number (`PATCH /v2/accounts/{account_id}/phone_numbers/{number}`): the fields that are given, at
 * any depth. `null` removes a field.
 *
 * **Example** (Set the emergency address)
 *
 * ```ts
 * import { Account } from "effect-audian"
 *
 * export const program = Account.PhoneNumbers.patch({
 *   number: "+14155551234",
 *   e911: { street_address: "140 Geary St", locality: "San Francisco", region: "CA", postal_code: "94108" }
 * })
 * ```
 *
 * @see https://docs.audian.com/api-basics
 * @category operations
 * @since 0.1.0
 */
export const patch = /*@__PURE__*/ make(
  () =>
    Endpoint.patch("patch", "/v2/accounts/:account_id/phone_numbers/:number", {
      input: PatchInput,
      body: Envelope.billableBody,
      success: Envelope.account(NumberDocument)
    }),
  { replay: "safe" }
)
