/**
 * The envelopes around a payload.
 *
 * @internal
 */
import * as Schema from "effect/Schema"

/** `{success, data}`: numbers, ports, billing. */
export const flat = <S extends Schema.Top>(data: S) => Schema.Struct({ success: Schema.optional(Schema.Boolean), data })
