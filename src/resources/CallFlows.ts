/**
 * Call flows: where an incoming call goes, by the first rule that matches. `Account.Callflows` are the engine's own.
 *
 * @see https://docs.audian.com/call-control/call-flows
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import * as FlatOperation from "../internal/flatOperation.ts"
import * as Endpoint from "../internal/schema/endpoint.ts"
import { lazy, model, openEnum } from "../internal/schema/schema.ts"
import * as PhoneNumber from "../PhoneNumber.ts"
import * as Timestamp from "../Timestamp.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * A rule of a call flow.
 *
 * @category models
 * @since 0.1.0
 */
export class Route extends /*@__PURE__*/ model<Route>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** `*` for any call, or the keys that are pressed, such as `1`, `[1-3]`, `1[0-9]`. */
      pattern: Schema.String,
      /** Destination of the call: a phone number, or the id of an IVR menu. */
      destination: Schema.String,
      /** Kind of the destination: `phone_number` or `ivr_menu`. */
      destination_type: openEnum("phone_number", "ivr_menu"),
      /** Further conditions. They are undocumented. */
      conditions: Schema.optional(Schema.Json)
    })
  )
) {}

/**
 * A call flow.
 *
 * @category models
 * @since 0.1.0
 */
export class CallFlow extends /*@__PURE__*/ model<CallFlow>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Id of the call flow. */
      call_flow_id: Schema.String,
      /** Name of the call flow. */
      name: Schema.optional(Schema.String),
      /** Number whose calls it takes, in E.164 form. */
      phone_number: Schema.optional(Schema.NullOr(PhoneNumber.PhoneNumber)),
      /** Rules, the first that matches takes the call. */
      routing: Schema.optional(Schema.Array(Route.mapFields(Struct.map(Schema.optional)))),
      /** Time of its creation. */
      created_at: Schema.optional(Timestamp.Iso)
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
    Schema.Struct({
      /** Name of the call flow. */
      name: Schema.String,
      /** Rules, the first that matches takes the call. */
      routing: Schema.Array(Route),
      /** Number whose calls it takes, in E.164 form. */
      phone_number: Schema.optional(PhoneNumber.PhoneNumberInput),
      /** Text for people. */
      description: Schema.optional(Schema.String),
      /** Takes calls. Default true. */
      active: Schema.optional(Schema.Boolean)
    })
  )
) {}

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ FlatOperation.makeIn({ resource: "CallFlows", family: "flat", envelope: "bare" })

/**
 * Creates a call flow (`POST /v2/call-flows`).
 *
 * **Example** (Send every call to one number)
 *
 * ```ts
 * import { CallFlows } from "effect-audian"
 *
 * export const program = CallFlows.create({
 *   name: "Main line",
 *   phone_number: "+14155551234",
 *   routing: [{ pattern: "*", destination: "+14155555678", destination_type: "phone_number" }]
 * })
 * ```
 *
 * @see https://docs.audian.com/call-control/receiving-calls
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () =>
    Endpoint.post("create", "/v2/call-flows", {
      input: CreateInput,
      success: Endpoint.status(CallFlow, 201)
    }),
  { replay: "unsafe" }
)
