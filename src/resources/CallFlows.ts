/**
 * Call flows: where an incoming call goes, by the first rule that fits. `Account.Callflows` are the engine's own.
 *
 * @see https://docs.audian.com/call-control/call-flows
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import { lazy, openEnum } from "../internal/schema/schema.ts"
import * as Operation from "../Operation.ts"
import * as PhoneNumber from "../PhoneNumber.ts"
import * as Timestamp from "../Timestamp.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * A rule. The pattern is `*` for any call, or the keys that are pressed, such as `1`, `[1-3]`, `1[0-9]`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Route extends Schema.Schema.Type<typeof Route> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Route = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    pattern: Schema.String,
    destination: Schema.String,
    destination_type: openEnum("phone_number", "ivr_menu"),
    conditions: Schema.optional(Schema.Json)
  })
)

/**
 * A call flow.
 *
 * @category models
 * @since 0.1.0
 */
export interface CallFlow extends Schema.Schema.Type<typeof CallFlow> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const CallFlow = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    call_flow_id: Schema.String,
    name: Schema.optional(Schema.String),
    phone_number: Schema.optional(Schema.NullOr(PhoneNumber.PhoneNumber)),
    routing: Schema.optional(Schema.Array(Route.mapFields(Struct.map(Schema.optional)))),
    created_at: Schema.optional(Timestamp.Iso)
  })
)

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ Operation.makeIn({ resource: "CallFlows", family: "flat", envelope: "bare" })

/**
 * Creates a call flow (`POST /v2/call-flows`). The first rule of `routing` that fits takes the call; `active` is true by
 * default.
 *
 * @see https://docs.audian.com/call-control/receiving-calls
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("create", "/v2/call-flows", {
      payload: Schema.Struct({
        name: Schema.String,
        routing: Schema.Array(Route),
        phone_number: Schema.optional(PhoneNumber.Input),
        description: Schema.optional(Schema.String),
        active: Schema.optional(Schema.Boolean)
      }),
      success: CallFlow.pipe(HttpApiSchema.status(201))
    }),
  { replay: "unsafe" }
)
