/**
 * Porting: bringing a number from another carrier. It takes three to five business days; {@link awaitCompletion}
 * follows it.
 *
 * @see https://docs.audian.com/numbers/porting
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import type { Audian } from "../Audian.ts"
import type { AudianError } from "../AudianError.ts"
import * as Awaiting from "../internal/awaiting.ts"
import * as FlatOperation from "../internal/flatOperation.ts"
import * as Endpoint from "../internal/schema/endpoint.ts"
import * as Envelope from "../internal/schema/envelope.ts"
import { lazy, model, openEnum, secret } from "../internal/schema/schema.ts"
import * as PhoneNumber from "../PhoneNumber.ts"
import * as Timestamp from "../Timestamp.ts"
import type * as Wait from "../Wait.ts"

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
export class Port extends /*@__PURE__*/ model<Port>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Id of the port. */
      id: Schema.String,
      /** Number that is ported, in E.164 form. */
      number: Schema.optional(PhoneNumber.PhoneNumber),
      /** State; `completed`, `rejected` and `canceled` are final. */
      status: Status,
      /** Time of the request. */
      created_at: Schema.optional(Timestamp.Iso),
      /** The same, as another page writes it. */
      createdAt: Schema.optional(Timestamp.Iso),
      /** Time at which it is expected to be complete. */
      estimated_completion: Schema.optional(Schema.NullOr(Timestamp.Iso)),
      /** State at the other carrier, such as `pending_transfer`. */
      carrier_status: Schema.optional(openEnum("pending_transfer"))
    })
  )
) {}

/**
 * The address that the number is registered to with the other carrier.
 *
 * @category models
 * @since 0.1.0
 */
export class Address extends /*@__PURE__*/ model<Address>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** House number and street. */
      street: Schema.String,
      /** City. */
      city: Schema.String,
      /** State, such as `NY`. */
      state: Schema.String,
      /** Postal code. */
      postal_code: Schema.String,
      /** Country code, such as `US`. */
      country: Schema.String
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
      /** Number to port, in E.164 form. */
      number: PhoneNumber.PhoneNumberInput,
      /** Account number with the other carrier. */
      account_number: Schema.String,
      /** PIN of that account, plain or redacted. */
      account_pin: Schema.optional(secret),
      /** Name of the other carrier. */
      carrier_name: Schema.optional(Schema.String),
      /** Billing phone number of that account. */
      billing_phone: Schema.String,
      /** Name that the number is registered to. */
      end_user_name: Schema.String,
      /** Address that it is registered to. */
      end_user_address: Address
    })
  )
) {}

/**
 * The input of {@link get}.
 *
 * @category inputs
 * @since 0.1.0
 */
export class PortKey extends /*@__PURE__*/ model<PortKey>()(
  /*@__PURE__*/ lazy(() =>
    Schema.Struct({
      /** Id of the port. */
      port_id: Schema.String
    })
  )
) {}

// -----------------------------------------------------------------------------
// operations
// -----------------------------------------------------------------------------

const make = /*@__PURE__*/ FlatOperation.makeIn({ resource: "Ports", family: "flat" })

/**
 * Requests the port of a number (`POST /v2/ports`): a fee is due, so it is only retried when it was certainly not executed.
 *
 * **Details**
 *
 * The response is a 202 with the port still `pending`; follow it with {@link awaitCompletion}. Fails with
 * `UnprocessableEntity` when the number cannot be ported.
 *
 * **Example** (Port a number)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Ports } from "effect-audian"
 *
 * export const program = Ports.create({
 *   number: "+14155551234",
 *   account_number: "123456",
 *   billing_phone: "+14155551234",
 *   end_user_name: "Acme",
 *   end_user_address: {
 *     street: "140 Geary St",
 *     city: "San Francisco",
 *     state: "CA",
 *     postal_code: "94108",
 *     country: "US"
 *   }
 * }).pipe(Effect.catchTag("UnprocessableEntity", ({ message }) => Effect.logError(`Not portable: ${message}`)))
 * ```
 *
 * @see https://docs.audian.com/numbers/porting
 * @category operations
 * @since 0.1.0
 */
export const create = /*@__PURE__*/ make(
  () =>
    Endpoint.post("create", "/v2/ports", {
      input: CreateInput,
      success: Endpoint.status(Envelope.flat(Port), 202)
    }),
  { replay: "unsafe" }
)

/**
 * Reads a port (`GET /v2/ports/{port_id}`).
 *
 * **Example** (Expected completion of a port)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Ports } from "effect-audian"
 *
 * export const expected = (port_id: string) =>
 *   Effect.map(Ports.get({ port_id }), ({ estimated_completion }) => estimated_completion ?? undefined)
 * ```
 *
 * @see https://docs.audian.com/numbers/porting
 * @category operations
 * @since 0.1.0
 */
export const get = /*@__PURE__*/ make(
  () => Endpoint.get("get", "/v2/ports/:port_id", { input: PortKey, success: Envelope.flat(Port) }),
  { replay: "safe" }
)

// -----------------------------------------------------------------------------
// waiting
// -----------------------------------------------------------------------------

const finalStatuses: ReadonlySet<string> = /*@__PURE__*/ new Set(["completed", "rejected", "canceled", "cancelled"])

/**
 * True when a port is completed, rejected or canceled.
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
 * **Example** (Wait for a port, and act on its end)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Ports } from "effect-audian"
 *
 * export const settled = (port_id: string) =>
 *   Effect.flatMap(Ports.awaitCompletion({ port_id }), ({ number, status }) =>
 *     status === "completed" ? Effect.logInfo(`${number} is ours`) : Effect.logError(`${number}: ${status}`)
 *   )
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const awaitCompletion: {
  (
    input: PortKey,
    options?: Wait.AwaitOptions<Port> & { readonly deadline?: undefined }
  ): Effect.Effect<Port, AudianError, Audian>
  (input: PortKey, options: Wait.AwaitOptions<Port>): Effect.Effect<Port, AudianError | Wait.StillPending<Port>, Audian>
} = /*@__PURE__*/ Awaiting.make(
  "Ports.awaitCompletion",
  (input: PortKey) => get(input),
  () => ({ isFinal, schedule: Schedule.spaced("10 minutes") })
  // Without a deadline, `StillPending` does not occur.
) as (input: PortKey) => Effect.Effect<Port, AudianError, Audian>
