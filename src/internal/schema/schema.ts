/**
 * Schemas that several resources share.
 *
 * @internal
 */
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"

/**
 * Evaluates a definition at once. Within a thunk, and called as pure, a bundler can drop the whole of it, which it
 * cannot with the calls that a Schema is nested of.
 */
export const lazy = <A>(definition: () => A): A => definition()

/**
 * A string with known values that may grow: the known ones complete in an editor, any other passes.
 */
export type OpenEnum<Known extends string> = Known | (string & {})

export const openEnum = <const Known extends string>(
  ...known: ReadonlyArray<Known>
): Schema.Codec<OpenEnum<Known>, string> =>
  // The known values are a matter of types and documentation; every string is valid on both sides.
  Schema.String.annotate({ description: `One of ${known.join(", ")}; open to new values`, examples: known })

/** The page that a list of the flat family is asked for: at most 100 items, after the first `offset`. */
export const pageQuery = () => ({
  limit: Schema.optional(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100 }))),
  offset: Schema.optional(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)))
})

/** The page that a list of the flat family gives, beside its items. */
export const pageFields = () => ({
  total: Schema.optional(Schema.Int),
  limit: Schema.optional(Schema.Int),
  offset: Schema.optional(Schema.Int)
})

/** A schema whose type carries a brand that no check at run time makes. */
export const branded = <A>(schema: Schema.Codec<string> | Schema.Codec<number>) =>
  schema as unknown as Schema.Codec<A, A extends number ? number : string>

const secretOf = (text: Schema.Codec<string>): Schema.Codec<string | Redacted.Redacted, string> =>
  text.pipe(
    Schema.decodeTo(Schema.Union([Schema.String, Schema.Redacted(Schema.String)]), {
      decode: SchemaGetter.transform((text: string): string | Redacted.Redacted => Redacted.make(text)),
      encode: SchemaGetter.transform((value: string | Redacted.Redacted) =>
        typeof value === "string" ? value : Redacted.value(value)
      )
    })
  )

/** A secret in a request: plain or redacted, sent plain; redacted when it is read. */
export const secret = /*@__PURE__*/ lazy(() => secretOf(Schema.String.annotate({ format: "password" })))

/** A secret in a request whose text must fit a pattern. The document says so in words: the check sees no bare text. */
export const secretLike = (pattern: RegExp, expected: string) =>
  secretOf(Schema.String.annotate({ format: "password", description: expected })).check(
    Schema.makeFilter((value) => pattern.test(typeof value === "string" ? value : Redacted.value(value)), { expected })
  )

/**
 * JSON whose fields may be undefined, as those that are optional are to the compiler. Exported, and of interfaces, so that
 * declarations name it: spelt out, it has no end, and the compiler would write `any`.
 */
export type Rest = null | number | boolean | string | undefined | RestArray | RestObject
export interface RestArray extends ReadonlyArray<Rest> {}
export interface RestObject {
  readonly [key: string]: Rest
}

/** An object of which some fields are known, and the others are kept as they are. */
export const openStruct = <const Fields extends Schema.Struct.Fields>(fields: Fields) =>
  Schema.StructWithRest(Schema.Struct(fields), [
    Schema.JsonObject as unknown as Schema.$Record<Schema.String, Schema.Codec<Rest>>
  ])
