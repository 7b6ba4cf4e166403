/**
 * Caller ids: the numbers that the account may show to the called party.
 *
 * @see https://docs.audian.com/numbers/caller-id
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as FlatOperation from "../internal/flatOperation.ts"
import * as Endpoint from "../internal/schema/endpoint.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import { lazy, model, openEnum, openStruct } from "../internal/schema/schema.ts"
import * as PhoneNumber from "../PhoneNumber.ts"
import * as Timestamp from "../Timestamp.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * The verification state of a caller id.
 *
 * @category models
 * @since 0.1.0
 */
export type Status = typeof Status.Type
/**
 * @category schemas
 * @since 0.1.0
 */
export const Status = /*@__PURE__*/ openEnum("verified")

/**
 * A caller id.
 *
 * @category models
 * @since 0.1.0
 */
export class CallerId extends /*@__PURE__*/ model<CallerId>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Id of the caller id. */
      id: Schema.String,
      /** The number, in E.164 form. */
      number: PhoneNumber.PhoneNumber,
      /** Name that is shown with it. */
      name: Schema.optional(Schema.NullOr(Schema.String)),
      /** Verification state: `verified`. */
      status: Schema.optional(Status),
      /** Time of its verification. */
      verified_at: Schema.optional(Schema.NullOr(Timestamp.Iso))
    })
  )
) {}

/**
 * The response of {@link list}.
 *
 * @category models
 * @since 0.1.0
 */
export class CallerIdList extends /*@__PURE__*/ model<CallerIdList>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Every caller id. */
      caller_ids: Schema.Array(CallerId)
    })
  )
) {}

/**
 * A caller id that was added. Its fields are those of the list; further ones are undocumented.
 *
 * @category models
 * @since 0.1.0
 */
export class CreatedCallerId extends /*@__PURE__*/ model<CreatedCallerId>()(
  /*@__PURE__*/ lazy(() =>
    openStruct({
      /** Id of the caller id. */
      id: Schema.String,
      /** The number, in E.164 form. */
      number: Schema.optional(PhoneNumber.PhoneNumber),
      /** Name that is shown with it. */
      name: Schema.optional(Schema.NullOr(Schema.String)),
      /** Verification state. */
      status: Schema.optional(Status),
      /** Time of its verification. */
      verified_at: Schema.optional(Schema.NullOr(Timestamp.Iso))
    })
  )
) {}

// -----------------------------------------------------------------------------
// inputs
// -----------------------------------------------------------------------------

/**
 * The input of {@link create}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class CreateInput extends /*@__PURE__*/ model<CreateInput>()(
  /*@__PURE__*/ lazy(() =>
    openStruct({
      /** The number, in E.164 form. */
      number: PhoneNumber.PhoneNumberInput
    })
  )
) {}

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ FlatOperation.makeIn({ resource: "CallerIds", family: "flat" })

/**
 * Lists the caller ids (`GET /v2/caller-ids`).
 *
 * **Example** (The numbers that may be shown)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { CallerIds } from "effect-audian"
 *
 * export const verified = Effect.map(CallerIds.list(), ({ caller_ids }) =>
 *   caller_ids.filter(({ status }) => status === "verified").map(({ number }) => number)
 * )
 * ```
 *
 * @see https://docs.audian.com/numbers/caller-id
 * @category operations
 * @since 0.1.0
 */
export const list = /*@__PURE__*/ make(
  () => Endpoint.get("list", "/v2/caller-ids", { success: Envelope.flat(CallerIdList) }),
  { replay: "safe" }
)

/**
 * Adds a caller id (`POST /v2/caller-ids`). The page may name more fields than `number`: others are sent as they are
 * given. The response is undocumented but for its `id`.
 *
 * **Example** (Add a caller id, unless it is there)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { CallerIds } from "effect-audian"
 *
 * export const program = CallerIds.create({ number: "+14155551234" }).pipe(
 *   Effect.catchTag("Conflict", () => Effect.logInfo("It is there already"))
 * )
 * ```
 *
 * @see https://docs.audian.com/numbers/caller-id
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () =>
    Endpoint.post("create", "/v2/caller-ids", {
      input: CreateInput,
      success: Endpoint.status(Envelope.flat(CreatedCallerId), 201)
    }),
  { replay: "unsafe" }
)
