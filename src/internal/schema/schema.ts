/**
 * Schemas that several resources share.
 *
 * @internal
 */
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import * as SchemaGetter from "effect/SchemaGetter"
import * as Struct from "effect/Struct"

/**
 * Evaluates a definition at once. Within a thunk, and called as pure, a bundler can drop the whole of it, which it
 * cannot with nested calls.
 */
export const pure = <A>(definition: () => A): A => definition()

/**
 * A schema that is made when one of its properties is first read: a program uses few of the schemas that it imports.
 * Bundlers drop it when it is unused, as they do with {@link pure}.
 */
export const lazy = <S extends Schema.Top>(definition: () => S): S => {
  // A function like any schema, so that a class can extend it. It inherits from the schema once that is made.
  function Lazy() {}
  const made = (): S => {
    const schema = definition()
    Object.setPrototypeOf(Lazy, schema)
    return schema
  }
  return Object.setPrototypeOf(
    Lazy,
    new Proxy(
      {},
      {
        get: (_, key, receiver) => Reflect.get(made(), key, receiver),
        has: (_, key) => Reflect.has(made(), key)
      }
    )
  )
}

/**
 * A string with known values that may grow: the known ones complete in an editor, any other passes.
 *
 * @category models
 * @since 0.1.0
 */
export type OpenEnum<Known extends string> = Known | (string & {})

export const openEnum = <const Known extends string>(
  ...known: ReadonlyArray<Known>
): Schema.Codec<OpenEnum<Known>, string> =>
  // The known values are a matter of types and documentation; every string is valid on both sides.
  Schema.String.annotate({ description: `One of ${known.join(", ")}; open to new values`, examples: known })

/**
 * The values of an input field that its page lists in full. Only the type is closed: a wrong literal does not compile,
 * and a value that the API has added since is sent by a cast.
 */
export const inputEnum = <const Known extends string>(...known: ReadonlyArray<Known>): Schema.Codec<Known, string> =>
  // Every string is valid, as for an open enum.
  openEnum(...known) as Schema.Codec<unknown, string> as Schema.Codec<Known, string>

/** The values of an {@link inputEnum} in a response, where others pass. */
export const asOpen = <Known extends string>(
  schema: Schema.Codec<Known, string>
): Schema.Codec<OpenEnum<Known>, string> =>
  schema as Schema.Codec<unknown, string> as Schema.Codec<OpenEnum<Known>, string>

/**
 * The schema that a class of a model or an input is made of: a struct whose type is the class.
 *
 * **Details**
 *
 * It is `Schema.Opaque` of a struct, stated by its fields. The compiler writes the fields once into a declaration, and
 * resolves no more of the struct than a program uses.
 *
 * @category models
 * @since 0.1.0
 */
export interface Model<Self, Fields extends Schema.Struct.Fields>
  extends Schema.BottomLazyWithoutNew<SchemaAST.Objects, Schema.Struct<Fields>> {
  readonly Type: Self
  readonly Encoded: Schema.Struct.Encoded<Fields>
  readonly DecodingServices: Schema.Struct.DecodingServices<Fields>
  readonly EncodingServices: Schema.Struct.EncodingServices<Fields>
  readonly "~type.make.in": Schema.Struct.MakeIn<Fields>
  readonly "~type.make": Schema.Struct.MakeIn<Fields>
  readonly Iso: Schema.Struct.Iso<Fields>
  readonly fields: Fields
  readonly mapFields: Schema.Struct<Fields>["mapFields"]
  new (_: never): Schema.Struct.Type<Fields>
}

/** The class of a model or an input. */
export const model = <Self>(): {
  <Fields extends Schema.Struct.Fields>(schema: Schema.Struct<Fields>): Model<Self, Fields>
  <S extends Schema.Top>(schema: S): Schema.Opaque<Self, S, {}>
  // `Model` names the members of `Opaque` by the fields, which the compiler cannot compare for a generic.
} => Schema.Opaque<Self>() as never

/**
 * The fields of several structs, as those of one. Declarations name the parts of other modules, and so keep their comments.
 *
 * @category utility types
 * @since 0.1.0
 */
export type Merged<Fields> = { readonly [K in keyof Fields]: Fields[K] }

/**
 * A field that only the server writes. An update accepts it, so that what was read can be written back, and does not send
 * it.
 */
export const serverOnly = <S extends Schema.Top>(schema: S): Schema.optional<S> =>
  Schema.optional(schema).pipe(Schema.annotateKey({ readOnly: true }))

type All<Parts> = Parts extends readonly [infer Head, ...infer Tail] ? Head & All<Tail> : {}

/** The fields of several structs. A spread would resolve the names of their types. */
export const merge = <const Parts extends ReadonlyArray<object>>(...parts: Parts): Merged<All<Parts>> =>
  Object.assign({}, ...parts)

/** Fields without some of them. Unlike `Struct.omit` it keeps the name of the type, and so the comments. */
export const omit = <Fields extends object, const Name extends keyof Fields>(
  fields: Fields,
  names: ReadonlyArray<Name>
): Omit<Fields, Name> => Struct.omit(fields, names)

const pageQueryFields = () =>
  ({
    /** Items of a page, 1 to 100. */
    limit: Schema.optional(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100 }))),
    /** Items to skip. Default 0. */
    offset: Schema.optional(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)))
  }) as const

/**
 * The page to request from a list of the flat family.
 *
 * @category fields
 * @since 0.1.0
 */
export interface PageQuery extends ReturnType<typeof pageQueryFields> {}
export const pageQuery = (): Merged<PageQuery> => pageQueryFields()

const pageResultFields = () =>
  ({
    /** Items in all pages together. */
    total: Schema.optional(Schema.Int),
    /** Items of a page, as the API took it. */
    limit: Schema.optional(Schema.Int),
    /** Items skipped before this page. */
    offset: Schema.optional(Schema.Int)
  }) as const

/**
 * The page that a list of the flat family gives, besides its items.
 *
 * @category fields
 * @since 0.1.0
 */
export interface PageFields extends ReturnType<typeof pageResultFields> {}
export const pageFields = (): Merged<PageFields> => pageResultFields()

/** A schema whose type carries a brand that no check at run time makes. */
export const branded = <A>(schema: Schema.Codec<string> | Schema.Codec<number>) =>
  schema as Schema.Codec<unknown, string | number> as Schema.Codec<A, A extends number ? number : string>

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

/**
 * A secret in a request whose text must fit a pattern. The OpenAPI document has the pattern as a description, since the
 * check sees no plain text.
 */
export const secretLike = (pattern: RegExp, expected: string) =>
  secretOf(Schema.String.annotate({ format: "password", description: expected })).check(
    Schema.makeFilter((value) => pattern.test(typeof value === "string" ? value : Redacted.value(value)), { expected })
  )

// Of interfaces, so that declarations name it: spelt out, it has no end, and the compiler would write `any`.
/**
 * JSON whose fields may be undefined: the type of the fields that an open object keeps beside its known ones. A field that
 * is named like a secret comes redacted.
 *
 * @category models
 * @since 0.1.0
 */
export type Rest =
  | null
  | number
  | boolean
  | string
  | undefined
  | Redacted.Redacted<string | number>
  | RestArray
  | RestObject

/**
 * An array of {@link Rest}.
 *
 * @category models
 * @since 0.1.0
 */
export interface RestArray extends ReadonlyArray<Rest> {}

/**
 * An object whose fields are {@link Rest}.
 *
 * @category models
 * @since 0.1.0
 */
export interface RestObject {
  readonly [key: string]: Rest
}

/** An object whose fields are undocumented. */
export const openRecord = /*@__PURE__*/ lazy(
  // `Rest` is JSON with `undefined`, which the call leaves out before it encodes.
  () => Schema.JsonObject as unknown as Schema.$Record<Schema.String, Schema.Codec<Rest>>
)

/** An object with some known fields; the others are kept, secrets redacted. */
export const openStruct = <const Fields extends Schema.Struct.Fields>(fields: Fields) =>
  Schema.StructWithRest(Schema.Struct(fields), [openRecord])

/** The same for an input: the call sends what no field takes, and secrets in it too. */
export const openInput = <const Fields extends Schema.Struct.Fields>(fields: Fields) =>
  // The record is missing on purpose: it would drop secrets, which the walk of extra fields keeps.
  Schema.Struct(fields) as unknown as ReturnType<typeof openStruct<Fields>>
