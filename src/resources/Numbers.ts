/**
 * Phone numbers: search, buy, list, configure; their caller id and their E911 address.
 *
 * @see https://docs.audian.com/numbers
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import type * as Types from "effect/Types"
import * as FlatOperation from "../internal/flatOperation.ts"
import { clearable, type Lenient, lenient } from "../internal/schema/clearable.ts"
import * as Endpoint from "../internal/schema/endpoint.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import { lazy, merge, model, openEnum, pageFields, pageQuery, serverOnly } from "../internal/schema/schema.ts"
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
 * A number that can be bought.
 *
 * @category models
 * @since 0.1.0
 */
export class AvailableNumber extends /*@__PURE__*/ model<AvailableNumber>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** The number, in E.164 form. */
      number: PhoneNumber.PhoneNumber,
      /** Place of the number, such as `San Francisco, CA`. */
      location: Schema.optional(Schema.String),
      /** True while it can be bought. */
      available: Schema.optional(Schema.Boolean),
      /** Price in USD. */
      price: Schema.optional(
        Schema.Struct({
          /** Rental for a month, in USD. */
          monthly: Schema.optional(Schema.Finite),
          /** Fee of the purchase, in USD. */
          setup: Schema.optional(Schema.Finite)
        })
      ),
      /** Capabilities: `voice`, `sms`, `mms`. */
      features: Schema.optional(Schema.Array(Feature))
    })
  )
) {}

/**
 * The response of {@link search}: one page of numbers, and how many there are in all.
 *
 * @category models
 * @since 0.1.0
 */
export class SearchResult extends /*@__PURE__*/ model<SearchResult>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct(
      merge(
        {
          /** Numbers of this page. */
          numbers: Schema.Array(AvailableNumber)
        },
        pageFields()
      )
    )
  )
) {}

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

const purchased = () =>
  ({
    /** Id of the number, for the operations on it. */
    id: Schema.String,
    /** Name that you gave it. */
    friendly_name: Schema.optional(Schema.NullOr(Schema.String)),
    /** State: `active` or `suspended`. */
    status: Schema.optional(Status),
    /** Time of the purchase. */
    purchased_at: Schema.optional(Timestamp.Iso),
    /** Date of the renewal. */
    expires_at: Schema.optional(Schema.NullOr(Timestamp.Iso)),
    /** Charges of the number. */
    billing: Schema.optional(
      Schema.Struct({
        /** Rental for a month, in USD. */
        monthly_cost: Schema.optional(Schema.Finite),
        /** Time of the next charge. */
        next_charge: Schema.optional(Schema.NullOr(Timestamp.Iso))
      })
    )
  }) as const

/**
 * A number of yours.
 *
 * @category models
 * @since 0.1.0
 */
export class PurchasedNumber extends /*@__PURE__*/ model<PurchasedNumber>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      ...purchased(),
      /** The number, in E.164 form. */
      number: PhoneNumber.PhoneNumber
    })
  )
) {}

/**
 * A number of yours in a list.
 *
 * @category models
 * @since 0.1.0
 */
export class ListedNumber extends /*@__PURE__*/ model<ListedNumber>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      ...purchased(),
      /** The number, in E.164 form; null where the API does not say. */
      number: Schema.NullOr(PhoneNumber.PhoneNumber)
    })
  )
) {}

/**
 * The response of {@link list}: one page of your numbers.
 *
 * @category models
 * @since 0.1.0
 */
export class NumberList extends /*@__PURE__*/ model<NumberList>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct(
      merge(
        {
          /** Numbers of this page. */
          numbers: Schema.Array(ListedNumber)
        },
        pageFields()
      )
    )
  )
) {}

const callForwarding = () =>
  ({
    /** Forwards calls. */
    enabled: Schema.optional(Schema.Boolean),
    /** Forwards only while the number is unavailable. */
    when_unavailable: Schema.optional(Schema.Boolean),
    /** Rings before a call is forwarded. */
    rings_before_forward: Schema.optional(Schema.Int)
  }) as const

/**
 * The call forwarding of a number, as it is sent.
 *
 * @category models
 * @since 0.1.0
 */
export class CallForwarding extends /*@__PURE__*/ model<CallForwarding>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      ...callForwarding(),
      /** Number that calls are forwarded to, in E.164 form. */
      forward_to: Schema.optional(PhoneNumber.PhoneNumberInput)
    })
  )
) {}

/**
 * The voicemail of a number.
 *
 * @category models
 * @since 0.1.0
 */
export class Voicemail extends /*@__PURE__*/ model<Voicemail>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Takes voicemails. */
      enabled: Schema.optional(Schema.Boolean),
      /** Transcribes them. */
      transcription: Schema.optional(Schema.Boolean),
      /** Days after which they are deleted. Default 30. */
      delete_after_days: Schema.optional(Schema.Int)
    })
  )
) {}

/**
 * The configuration of a number.
 *
 * @category models
 * @since 0.1.0
 */
export class NumberConfig extends /*@__PURE__*/ model<NumberConfig>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Id of the number. */
      id: Schema.optional(Schema.String),
      /** The number, in E.164 form. */
      number: serverOnly(PhoneNumber.PhoneNumber),
      /** Name that you gave it. */
      friendly_name: Schema.optional(Schema.NullOr(Schema.String)),
      /** Call forwarding. */
      call_forwarding: Schema.optional(
        Schema.NullOr(
          Schema.Struct({
            ...callForwarding(),
            /** Number that calls are forwarded to, in E.164 form. */
            forward_to: Schema.optional(Schema.NullOr(PhoneNumber.PhoneNumber))
          })
        )
      ),
      /** Voicemail. */
      voicemail: Schema.optional(Schema.NullOr(Voicemail)),
      /** URL that receives messages. */
      sms_webhook: Schema.optional(Schema.NullOr(Schema.String)),
      /** URL that receives calls. */
      voice_webhook: Schema.optional(Schema.NullOr(Schema.String))
    })
  )
) {}

/**
 * The caller id that the called party sees.
 *
 * @category models
 * @since 0.1.0
 */
export class CallerId extends /*@__PURE__*/ model<CallerId>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** The number itself, in E.164 form. */
      number: serverOnly(PhoneNumber.PhoneNumber),
      /** Number that is shown, in E.164 form. */
      caller_id_number: Schema.optional(PhoneNumber.PhoneNumber),
      /** Name that is shown. */
      caller_id_name: Schema.optional(Schema.String),
      /** State: `active`. */
      status: serverOnly(openEnum("active")),
      /** True once the number that is shown has been verified. */
      verified: serverOnly(Schema.Boolean)
    })
  )
) {}

/**
 * The address that emergency services are sent to.
 *
 * @category models
 * @since 0.1.0
 */
export class E911 extends /*@__PURE__*/ model<E911>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** The number, in E.164 form. */
      number: serverOnly(PhoneNumber.PhoneNumber),
      /** The address. */
      e911_address: Schema.optional(
        Schema.Struct({
          /** First line: house number and street. */
          address_line_1: Schema.optional(Schema.String),
          /** Second line, such as a suite. */
          address_line_2: Schema.optional(Schema.NullOr(Schema.String)),
          /** City. */
          city: Schema.optional(Schema.String),
          /** State, such as `CA`. */
          state: Schema.optional(Schema.String),
          /** Postal code. */
          postal_code: Schema.optional(Schema.String),
          /** Country code, such as `US`. */
          country: Schema.optional(Schema.String)
        })
      ),
      /** Name of the customer at the address. */
      customer_name: Schema.optional(Schema.String),
      /** State: `active`. */
      status: serverOnly(openEnum("active")),
      /** Time of the address's validation. */
      validated_at: serverOnly(Schema.NullOr(Timestamp.Iso))
    })
  )
) {}

// -----------------------------------------------------------------------------
// inputs
// -----------------------------------------------------------------------------

const numberId = () =>
  ({
    /** Id of the number, as {@link list} gives it. */
    number_id: Schema.String
  }) as const

/**
 * The input of operations that need no more than a number's id.
 *
 * @category inputs
 * @since 0.1.0
 */
export class NumberKey extends /*@__PURE__*/ model<NumberKey>()(/*@__PURE__*/ lazy(() => Schema.Struct(numberId()))) {}

/**
 * The input of {@link search}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class SearchInput extends /*@__PURE__*/ model<SearchInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct(
      merge(
        {
          /** Place: country, state and area code, such as `US-CA-415`. */
          location: Schema.optional(Schema.String),
          /** Digits, with `*` for any, such as `415*`. */
          pattern: Schema.optional(Schema.String),
          /** Capabilities that a number must have: `voice`, `sms`, `mms`. */
          features: Schema.optional(Schema.Array(Feature))
        },
        pageQuery()
      )
    )
  )
) {}

/**
 * The input of {@link purchase}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class PurchaseInput extends /*@__PURE__*/ model<PurchaseInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Number to buy, in E.164 form, as {@link search} gives it. */
      number: PhoneNumber.PhoneNumberInput,
      /** Name for yourself. */
      friendly_name: Schema.optional(Schema.String)
    })
  )
) {}

/**
 * The input of {@link list}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class ListInput extends /*@__PURE__*/ model<ListInput>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct(
      merge(pageQuery(), {
        /** Only numbers in this state. Default all. */
        status: Schema.optional(Status)
      })
    )
  )
) {}

/**
 * The input of {@link updateConfig}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class UpdateConfigInput extends /*@__PURE__*/ model<UpdateConfigInput>()(
  /*@__PURE__*/ lazy(() =>
    clearable(
      Schema.Struct({
        ...numberId(),
        /** Name for yourself. */
        friendly_name: Schema.optional(Schema.String),
        /** Call forwarding. */
        call_forwarding: Schema.optional(CallForwarding),
        /** Voicemail. */
        voicemail: Schema.optional(Voicemail),
        /** URL that receives messages. */
        sms_webhook: Schema.optional(Schema.String),
        /** URL that receives calls. */
        voice_webhook: Schema.optional(Schema.String)
      })
    )
  )
) {}

/**
 * The input of {@link updateCallerId}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class UpdateCallerIdInput extends /*@__PURE__*/ model<UpdateCallerIdInput>()(
  /*@__PURE__*/ lazy(() =>
    lenient(
      Schema.Struct({
        ...numberId(),
        /** Number to show, in E.164 form. The API requires it. */
        caller_id_number: PhoneNumber.PhoneNumberInput,
        /** Name to show, at most 15 characters. The API requires it. */
        caller_id_name: Schema.String.check(Schema.isMaxLength(15))
      }),
      "caller_id_number",
      "caller_id_name"
    )
  )
) {}

/**
 * The input of {@link updateE911}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class UpdateE911Input extends /*@__PURE__*/ model<UpdateE911Input>()(
  /*@__PURE__*/ lazy(() =>
    clearable(
      Schema.Struct({
        ...numberId(),
        /** First line: house number and street. At most 100 characters. */
        address_line_1: Schema.String.check(Schema.isMaxLength(100)),
        /** Second line, such as a suite. At most 100 characters. */
        address_line_2: Schema.optional(Schema.String.check(Schema.isMaxLength(100))),
        /** City. */
        city: Schema.String,
        /** State, such as `CA`. */
        state: Schema.String,
        /** Postal code. */
        postal_code: Schema.String,
        /** Country code, such as `US`. */
        country: Schema.String,
        /** Name of the customer at the address, at most 50 characters. */
        customer_name: Schema.String.check(Schema.isMaxLength(50)),
        /** Phone number of the customer. */
        customer_phone: Schema.optional(Schema.String)
      })
    )
  )
) {}

/**
 * The result of {@link getE911} as the input of {@link updateE911}: its address is within `e911_address`. A field beside it
 * replaces that of the address.
 *
 * @category inputs
 * @since 0.1.0
 */
export interface ReadE911
  extends Types.Simplify<Lenient<UpdateE911Input, Exclude<keyof UpdateE911Input, "number_id">>> {
  /** The address. */
  readonly e911_address?: E911["e911_address"]
}

/** The address is flat in a request. */
const flatAddress = ({ e911_address, ...input }: ReadE911): object => ({ ...e911_address, ...input })

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ FlatOperation.makeIn({ resource: "Numbers", family: "flat" })

/**
 * Finds numbers that can be bought (`GET /v2/numbers/search`). A page has 10 by default.
 *
 * **Gotchas**
 *
 * A `location` that the API does not know is a `BadRequest` with the code `INVALID_LOCATION`.
 *
 * **Example** (Buy the first number of an area)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Numbers } from "effect-audian"
 *
 * export const program = Effect.gen(function* () {
 *   const { numbers } = yield* Numbers.search({ location: "US-CA-415", features: ["sms"], limit: 1 })
 *   return numbers[0] === undefined ? undefined : yield* Numbers.purchase({ number: numbers[0].number })
 * })
 * ```
 *
 * @see https://docs.audian.com/numbers/search
 * @category operations
 * @since 0.1.0
 */
export const search = /*@__PURE__*/ Page.byOffset(
  /*@__PURE__*/ make(
    () => Endpoint.get("search", "/v2/numbers/search", { input: SearchInput, success: Envelope.flat(SearchResult) }),
    { replay: "safe" }
  ),
  "numbers"
)

/**
 * Buys a number (`POST /v2/numbers/purchase`): money is spent, so it is only retried when it was certainly not executed.
 *
 * **Details**
 *
 * Fails with `PaymentRequired` when the balance does not cover it, with `Conflict` when the number is yours already.
 *
 * **Example** (Buy a number, and treat one that is yours as bought)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Numbers } from "effect-audian"
 *
 * export const program = Numbers.purchase({ number: "+14155551234", friendly_name: "Support" }).pipe(
 *   Effect.catchTag("Conflict", () => Effect.void)
 * )
 * ```
 *
 * @see https://docs.audian.com/numbers/purchase
 * @category operations
 * @since 0.1.0
 */
export const purchase = /*@__PURE__*/ make(
  () =>
    Endpoint.post("purchase", "/v2/numbers/purchase", {
      input: PurchaseInput,
      success: Endpoint.status(Envelope.flat(PurchasedNumber), 201)
    }),
  { replay: "unsafe" }
)

/**
 * Lists your numbers (`GET /v2/numbers`). A page has 20 by default.
 *
 * **Example** (All numbers, page by page)
 *
 * ```ts
 * import * as Stream from "effect/Stream"
 * import { Numbers } from "effect-audian"
 *
 * export const active = Stream.runCollect(Numbers.list.items({ status: "active", limit: 100 }))
 * ```
 *
 * @see https://docs.audian.com/numbers/purchase
 * @category operations
 * @since 0.1.0
 */
export const list = /*@__PURE__*/ Page.byOffset(
  /*@__PURE__*/ make(
    () => Endpoint.get("list", "/v2/numbers", { input: ListInput, success: Envelope.flat(NumberList) }),
    { replay: "safe" }
  ),
  "numbers"
)

/**
 * Reads the configuration of a number (`GET /v2/numbers/{number_id}/config`).
 *
 * **Example** (Target of the call forwarding)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Numbers } from "effect-audian"
 *
 * export const target = Effect.map(Numbers.getConfig({ number_id: "num_abc123" }), ({ call_forwarding }) =>
 *   call_forwarding?.enabled === true ? call_forwarding.forward_to : undefined
 * )
 * ```
 *
 * @see https://docs.audian.com/numbers/configuration
 * @category operations
 * @since 0.1.0
 */
export const getConfig = /*@__PURE__*/ make(
  () =>
    Endpoint.get("getConfig", "/v2/numbers/:number_id/config", {
      input: NumberKey,
      success: Envelope.flat(NumberConfig)
    }),
  { replay: "safe" }
)

/**
 * Changes the configuration of a number (`PUT /v2/numbers/{number_id}/config`): the fields that are given. `null` clears
 * a field.
 *
 * **Example** (Forward calls, and clear the name)
 *
 * ```ts
 * import { Numbers } from "effect-audian"
 *
 * export const program = Numbers.updateConfig({
 *   number_id: "num_abc123",
 *   friendly_name: null,
 *   call_forwarding: { enabled: true, forward_to: "+14155555678", rings_before_forward: 3 }
 * })
 * ```
 *
 * @see https://docs.audian.com/numbers/configuration
 * @category operations
 * @since 0.1.0
 */
export const updateConfig = /*@__PURE__*/ make(
  () =>
    Endpoint.put("updateConfig", "/v2/numbers/:number_id/config", {
      input: UpdateConfigInput,
      success: Envelope.flat(NumberConfig)
    }),
  { replay: "safe" }
)

/**
 * Reads the caller id of a number (`GET /v2/numbers/{number_id}/caller-id`).
 *
 * **Example** (The name that a called party sees)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Numbers } from "effect-audian"
 *
 * export const name = Effect.map(
 *   Numbers.getCallerId({ number_id: "num_abc123" }),
 *   ({ caller_id_name }) => caller_id_name
 * )
 * ```
 *
 * @see https://docs.audian.com/numbers/caller-id
 * @category operations
 * @since 0.1.0
 */
export const getCallerId = /*@__PURE__*/ make(
  () =>
    Endpoint.get("getCallerId", "/v2/numbers/:number_id/caller-id", {
      input: NumberKey,
      success: Envelope.flat(CallerId)
    }),
  { replay: "safe" }
)

/**
 * Sets the caller id of a number (`PUT /v2/numbers/{number_id}/caller-id`).
 *
 * **Example** (Show the main line, once it is verified)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Numbers } from "effect-audian"
 *
 * export const program = Numbers.updateCallerId({
 *   number_id: "num_abc123",
 *   caller_id_number: "+14155551234",
 *   caller_id_name: "Acme"
 * }).pipe(Effect.tap(({ verified }) => (verified === true ? Effect.void : Effect.logWarning("Not verified yet"))))
 * ```
 *
 * @see https://docs.audian.com/numbers/caller-id
 * @category operations
 * @since 0.1.0
 */
export const updateCallerId = /*@__PURE__*/ make(
  () =>
    Endpoint.put("updateCallerId", "/v2/numbers/:number_id/caller-id", {
      input: UpdateCallerIdInput,
      success: Envelope.flat(CallerId)
    }),
  { replay: "safe" }
)

/**
 * Reads the E911 address of a number (`GET /v2/numbers/{number_id}/e911`).
 *
 * **Example** (The numbers without an emergency address)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 * import { Numbers } from "effect-audian"
 *
 * export const missing = Numbers.list.items({ status: "active" }).pipe(
 *   Stream.filterEffect(({ id }) =>
 *     Numbers.getE911({ number_id: id }).pipe(
 *       Effect.map(({ e911_address }) => e911_address === undefined),
 *       Effect.catchTag("NotFound", () => Effect.succeed(true))
 *     )
 *   ),
 *   Stream.runCollect
 * )
 * ```
 *
 * @see https://docs.audian.com/numbers/e911
 * @category operations
 * @since 0.1.0
 */
export const getE911 = /*@__PURE__*/ make(
  () => Endpoint.get("getE911", "/v2/numbers/:number_id/e911", { input: NumberKey, success: Envelope.flat(E911) }),
  { replay: "safe" }
)

/**
 * Sets the E911 address of a number (`PUT /v2/numbers/{number_id}/e911`). It takes the result of {@link getE911} too.
 *
 * **Example** (Another city)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Numbers } from "effect-audian"
 *
 * export const move = (number_id: string, city: string) =>
 *   Effect.flatMap(Numbers.getE911({ number_id }), (e911) => Numbers.updateE911({ number_id, ...e911, city }))
 * ```
 *
 * **Example** (Set the emergency address, and log its mistakes)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Numbers } from "effect-audian"
 *
 * export const program = Numbers.updateE911({
 *   number_id: "num_abc123",
 *   address_line_1: "140 Geary St",
 *   city: "San Francisco",
 *   state: "CA",
 *   postal_code: "94108",
 *   country: "US",
 *   customer_name: "Acme"
 * }).pipe(Effect.tapErrorTag("UnprocessableEntity", ({ details }) => Effect.logError("Not valid", details)))
 * ```
 *
 * @see https://docs.audian.com/numbers/e911
 * @category operations
 * @since 0.1.0
 */
export const updateE911 = /*@__PURE__*/ make(
  () =>
    Endpoint.fromRead(
      Endpoint.put("updateE911", "/v2/numbers/:number_id/e911", {
        input: UpdateE911Input,
        success: Envelope.flat(E911)
      }),
      flatAddress
    ),
  { replay: "safe" }
)
