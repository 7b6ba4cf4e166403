/**
 * Porting: bringing a number from another carrier. It takes three to five business days; {@link awaitCompletion}
 * follows it.
 *
 * @see https://docs.audian.com/numbers/porting
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import type { Audian } from "../Audian.ts"
import type { AudianError } from "../AudianError.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import { lazy, openEnum, secret } from "../internal/schema/schema.ts"
import * as Operation from "../Operation.ts"
import * as PhoneNumber from "../PhoneNumber.ts"
import * as Timestamp from "../Timestamp.ts"
import * as Wait from "../Wait.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

/**
 * The state of a port. The API shows `pending`; the others are the engine's.
 *
 * @category models
 * @since 0.1.0
 */
export type Status = typeof Status.Type
/**
 * @category schemas
 * @since 0.1.0
 */
export const Status = /*@__PURE__*/ openEnum(
  "pending",
  "unconfirmed",
  "submitted",
  "scheduled",
  "completed",
  "rejected",
  "canceled"
)

/**
 * A port.
 *
 * @category models
 * @since 0.1.0
 */
export interface Port extends Schema.Schema.Type<typeof Port> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Port = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    id: Schema.String,
    number: Schema.optional(PhoneNumber.PhoneNumber),
    status: Status,
    created_at: Schema.optional(Timestamp.Iso),
    estimated_completion: Schema.optional(Schema.NullOr(Timestamp.Iso)),
    carrier_status: Schema.optional(openEnum("pending_transfer"))
  })
)

/**
 * The address the number is registered to with the other carrier.
 *
 * @category models
 * @since 0.1.0
 */
export interface Address extends Schema.Schema.Type<typeof Address> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Address = /*@__PURE__*/ lazy(() =>
  Schema.Struct({
    street: Schema.String,
    city: Schema.String,
    state: Schema.String,
    postal_code: Schema.String,
    country: Schema.String
  })
)

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ Operation.makeIn({ resource: "Ports", family: "flat" })

/**
 * Requests the port of a number (`POST /v2/ports`): a fee is due, so it is never repeated unless the server certainly
 * did not act. The response is a 202 with the port still `pending`; follow it with {@link awaitCompletion}.
 * `UnprocessableEntity` when the number cannot be ported.
 *
 * @see https://docs.audian.com/numbers/porting
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.post("create", "/v2/ports", {
      payload: Schema.Struct({
        number: PhoneNumber.Input,
        account_number: Schema.String,
        account_pin: Schema.optional(secret),
        carrier_name: Schema.optional(Schema.String),
        billing_phone: Schema.String,
        end_user_name: Schema.String,
        end_user_address: Address
      }),
      success: Envelope.flat(Port).pipe(HttpApiSchema.status(202))
    }),
  { replay: "unsafe" }
)

/**
 * Reads a port (`GET /v2/ports/{port_id}`).
 *
 * @see https://docs.audian.com/numbers/porting
 * @category operations
 * @since 0.1.0
 */
export const get = /*@__PURE__*/ make(
  () =>
    HttpApiEndpoint.get("get", "/v2/ports/:port_id", {
      params: { port_id: Schema.String },
      success: Envelope.flat(Port)
    }),
  { replay: "safe" }
)

// -----------------------------------------------------------------------------
// waiting
// -----------------------------------------------------------------------------

const finalStatuses: ReadonlySet<string> = /*@__PURE__*/ new Set(["completed", "rejected", "canceled", "cancelled"])

/**
 * Whether a port has come to its end, well or not.
 *
 * @category predicates
 * @since 0.1.0
 */
export const isFinal = (port: Port): boolean => finalStatuses.has(port.status)

/**
 * Polls a port until it is {@link isFinal}, and returns the final port: look at its `status`, which may be `rejected`.
 *
 * **Details**
 *
 * The default schedule is every ten minutes, without a deadline. When a schedule ends, the last port is returned; at a
 * `deadline` the wait fails with `StillPending`. `Wait.states` streams the states.
 *
 * @category combinators
 * @since 0.1.0
 */
export const awaitCompletion: {
  (
    input: Operation.Input<typeof get>,
    options?: Wait.AwaitOptions<Port> & { readonly deadline?: undefined }
  ): Effect.Effect<Port, AudianError, Audian>
  (
    input: Operation.Input<typeof get>,
    options: Wait.AwaitOptions<Port>
  ): Effect.Effect<Port, AudianError | Wait.StillPending<Port>, Audian>
} = (input: Operation.Input<typeof get>, options?: Wait.AwaitOptions<Port>) =>
  Wait.until(get(input), {
    isFinal: options?.until ?? isFinal,
    schedule: options?.schedule ?? Schedule.spaced("10 minutes"),
    deadline: options?.deadline
    // Without a deadline, `StillPending` does not occur.
  }) as Effect.Effect<Port, AudianError, Audian>
