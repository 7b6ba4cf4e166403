/**
 * The types of a schema that was composed at run time.
 *
 * @internal
 */
import type * as Schema from "effect/Schema"

/** The schema, with types that its composition implies and Effect's types do not express. It needs no services. */
export const asCodec = <A, I = unknown>(schema: Schema.Constraint): Schema.Codec<A, I> => schema as Schema.Codec<A, I>
