/**
 * Caller ids: the numbers that the account may show to the called party.
 *
 * @see https://docs.audian.com/numbers/caller-id
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import * as Envelope from "../internal/schema/envelope.ts"
import { lazy, openEnum, openStruct } from "../internal/schema/schema.ts"
import * as Operation from "../Operation.ts"
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
export interface CallerId extends Schema.Schema.Type<typeof CallerId> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const CallerId = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    id: Schema.String,
    number: PhoneNumber.PhoneNumber,
    name: Schema.optional(Schema.NullOr(Schema.String)),
    status: Schema.optional(Status),
    verified_at: Schema.optional(Schema.NullOr(Timestamp.Iso))
  })
)

/**
 * The response of {@link list}.
 *
 * @category models
 * @since 0.1.0
 */
export interface CallerIdList extends Schema.Schema.Type<typeof CallerIdList> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const CallerIdList = /*@__PURE__*/ lazy(() => Schema.Struct({ caller_ids: Schema.Array(CallerId) }))

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ Operation.makeIn({ resource: "CallerIds", family: "flat" })

/**
 * Lists the caller ids (`GET /v2/caller-ids`).
 *
 * @see https://docs.audian.com/numbers/caller-id
 * @category operations
 * @since 0.1.0
 */
export const list = /*@__PURE__*/ make(
  () => HttpApiEndpoint.get("list", "/v2/caller-ids", { success: Envelope.flat(CallerIdList) }),
  { replay: "safe" }
)

/**
 * Adds a caller id (`POST /v2/caller-ids`). The page may name more fields than `number`: others are sent as they are
 * given. The response is undocumented.
 *
 * @see https://docs.audian.com/numbers/caller-id
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("create", "/v2/caller-ids", {
      payload: openStruct({ number: PhoneNumber.Input }),
      success: Envelope.flat(Schema.Json).pipe(HttpApiSchema.status(201))
    }),
  { replay: "unsafe" }
)
