/**
 * The envelopes around a payload, in an answer and in a body.
 *
 * @internal
 */
import * as Schema from "effect/Schema"

/** Answers of numbers, ports and billing: `{success, data}`. */
export const flat = <S extends Schema.Top>(data: S) => Schema.Struct({ success: Schema.optional(Schema.Boolean), data })

/**
 * Answers of the account-scoped family: `{data, status, request_id, …}`. What else the envelope says is read off it
 * where it is wanted, so that an odd value there costs no answer.
 */
export const account = <S extends Schema.Top>(data: S) =>
  Schema.Struct({ data, status: Schema.optional(Schema.String), request_id: Schema.optional(Schema.String) })

/** Bodies of the account-scoped family: `{data}`. */
export const body = <S extends Schema.Top>(data: S) => Schema.Struct({ data })

/** Bodies of what may cost money: the engine answers 402 with a quote until `accept_charges` is true. */
export const billableBody = <S extends Schema.Top>(data: S) =>
  Schema.Struct({ data, accept_charges: Schema.optional(Schema.Boolean) })
