/**
 * Fields that inputs of account-scoped operations share: the account, the page of a list, and the engine's filters.
 *
 * @internal
 */
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import { lazy, type Merged } from "./schema.ts"

const accountFields = () =>
  ({
    /** The account that the call is about. Default the credential's own. */
    account_id: Schema.optional(Schema.String)
  }) as const

/**
 * The account of a call.
 *
 * @category fields
 * @since 0.1.0
 */
export interface AccountFields extends ReturnType<typeof accountFields> {}
export const account = (): Merged<AccountFields> => accountFields()

/** The account in a path that is written without an input of its own. */
export const accountId = { account_id: Schema.String } as const

/** The page of a list. */
const listQuery = () =>
  ({
    /** Items of a page, at least 1. Default 50. A page may hold fewer where a filter drops some. */
    page_size: Schema.optional(Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))),
    /** Start of the page: the `next_start_key` of the page before. Default the first page. */
    start_key: Schema.optional(Schema.String),
    /** `false` gives every item at once. Default true. */
    paginate: Schema.optional(Schema.Boolean)
  }) as const

/** A value that a filter compares with, as text; a list is sent as JSON and matches any of its values. */
type FilterValue = string | number | boolean | ReadonlyArray<string | number | boolean>

const filterValue: Schema.Codec<FilterValue | undefined, string> = /*@__PURE__*/ lazy(() => {
  const scalar = Schema.Union([Schema.String, Schema.Finite, Schema.Boolean])
  return Schema.String.pipe(
    Schema.decodeTo(Schema.UndefinedOr(Schema.Union([scalar, Schema.Array(scalar)])), {
      decode: SchemaGetter.transform((text: string): FilterValue => text),
      encode: SchemaGetter.transform((value: FilterValue | undefined) =>
        typeof value === "string" ? value : (JSON.stringify(value) ?? "")
      )
    })
  )
})

/** The engine's filters that have a name of their own. */
const filters = () =>
  ({
    /** Only documents that have this field, with any value. A dot separates the levels of an object. */
    has_key: Schema.optional(Schema.String),
    /** Only documents that do not have this field. */
    key_missing: Schema.optional(Schema.String),
    /** Only documents whose field of this name is not empty. */
    has_value: Schema.optional(Schema.String),
    /** Only documents whose field of this name is missing or empty. */
    value_missing: Schema.optional(Schema.String),
    /** Only documents created at or after this time, in seconds since the year 0 (`Timestamp.toGregorian`). */
    created_from: Schema.optional(Schema.Int),
    /** Only documents created at or before this time, in seconds since the year 0. */
    created_to: Schema.optional(Schema.Int),
    /** Only documents modified at or after this time, in seconds since the year 0. */
    modified_from: Schema.optional(Schema.Int),
    /** Only documents modified at or before this time, in seconds since the year 0. */
    modified_to: Schema.optional(Schema.Int)
  }) as const

type Shared = ReturnType<typeof account> & ReturnType<typeof listQuery> & ReturnType<typeof filters>

type FilterName = Schema.TemplateLiteral<readonly ["filter_", Schema.String]>

/**
 * The schema of the input of a list. It names its fields, so that declarations keep their comments.
 *
 * @category schemas
 * @since 0.1.0
 */
export interface ListSchema<Fields extends Schema.Struct.Fields>
  extends Schema.StructWithRest<
    Schema.Struct<Omit<Shared, keyof Fields> & Fields>,
    readonly [Schema.$Record<FilterName, typeof filterValue>]
  > {}

/**
 * The input of a list of the engine. `filter_KEY` keeps documents whose field equals the value, `filter_not_KEY` those
 * whose field does not; `filter_any_KEY`, `filter_none_KEY` and `filter_array_intersect_{all,any,none}_KEY` take lists.
 */
export const listInput = <const Fields extends Schema.Struct.Fields>(fields: Fields): ListSchema<Fields> =>
  // The spread of a generic does not show which fields win.
  Schema.StructWithRest(Schema.Struct({ ...account(), ...listQuery(), ...filters(), ...fields }), [
    Schema.Record(Schema.TemplateLiteral(["filter_", Schema.String]), filterValue)
  ]) as unknown as ListSchema<Fields>
