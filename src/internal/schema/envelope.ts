/**
 * The envelopes around a payload, in a response and in a request body.
 *
 * @internal
 */
import * as Schema from "effect/Schema"

/** Responses of numbers, ports and billing: `{success, data}`. */
export const flat = <S extends Schema.Top>(data: S) => Schema.Struct({ success: Schema.optional(Schema.Boolean), data })

/**
 * Responses of the account-scoped family: `{data, status, request_id, …}`. What else the envelope says is read off it
 * where it is wanted, so that an odd value there fails no response.
 */
export const account = <S extends Schema.Top>(data: S) =>
  Schema.Struct({ data, status: Schema.optional(Schema.String), request_id: Schema.optional(Schema.String) })

/** Bodies of the account-scoped family: `{data}`. */
export const body = <S extends Schema.Top>(data: S) => Schema.Struct({ data })

/** Bodies of what may cost money: the engine responds 402 with a quote until `accept_charges` is true. */
export const billableBody = <S extends Schema.Top>(data: S) =>
  Schema.Struct({ data, accept_charges: Schema.optional(Schema.Boolean) })
