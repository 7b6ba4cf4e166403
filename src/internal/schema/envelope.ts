/**
 * The envelopes around a payload, in a response and in a request body.
 *
 * @internal
 */
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import { without } from "./endpoint.ts"
import type { Merged } from "./schema.ts"

/** Responses of numbers, ports and billing: `{success, data}`. */
export const flat = <S extends Schema.Top>(data: S) =>
  Schema.Struct({ success: Schema.optional(Schema.Literal(true)), data })

/**
 * Responses of the account-scoped family: `{data, status, request_id, …}`. The other fields of the envelope are read
 * where they are used, so that an invalid one fails no response.
 */
export const account = <S extends Schema.Top>(data: S) =>
  Schema.Struct({ data, status: Schema.optional(Schema.String), request_id: Schema.optional(Schema.String) })

/** Request bodies of the account-scoped family: `{data}`. */
export const body = <S extends Schema.Top>(data: S) => Schema.Struct({ data })

/**
 * Request bodies of what may cost money: the engine responds 402 with a quote until `accept_charges`, beside `data`, is
 * true.
 */
export const billableBody = (fields: Schema.Top) =>
  Schema.Struct({
    data: Schema.make(without(fields.ast as SchemaAST.Objects, ["accept_charges"])),
    accept_charges: Schema.optional(Schema.Boolean)
  })

const chargesFields = () =>
  ({
    /** Accepts the charge that the engine quotes. Default false: `PaymentRequired` with the quote. */
    accept_charges: Schema.optional(Schema.Boolean)
  }) as const

/**
 * The consent to a charge, in inputs of billable operations.
 *
 * @category fields
 * @since 0.1.0
 */
export interface ChargesFields extends ReturnType<typeof chargesFields> {}
export const charges = (): Merged<ChargesFields> => chargesFields()
