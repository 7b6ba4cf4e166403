/**
 * Inputs whose optional fields may be null, which clears them.
 *
 * @internal
 */
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import type * as Types from "effect/Types"
import { mapFields, mapInner } from "./mapSchema.ts"

/** Fields of a call that are none of the document. */
type Control = "account_id" | "accept_charges"

/** Fields that are replaced as a whole, since their schema contains itself. */
type Atomic = "flow"

/** The same, at any depth, where each optional field of the document may be null. A record's keys are left alone. */
export type Clearable<A> = A extends string | number | boolean | null | undefined | Redacted.Redacted
  ? A
  : A extends ReadonlyArray<infer Item>
    ? string extends Item
      ? A
      : ReadonlyArray<Clearable<Item>>
    : string extends keyof A
      ? A
      : {
          readonly [K in keyof A]: K extends Control
            ? A[K]
            : (K extends Atomic ? A[K] : Clearable<A[K]>) | (undefined extends A[K] ? null : never)
        }

/**
 * The schema of an input whose optional fields may be null. It names the schema that it is made of, so that declarations
 * keep the comments of its fields.
 *
 * @category schemas
 * @since 0.1.0
 */
export interface ClearableSchema<S extends Schema.Top> extends Schema.Codec<Clearable<S["Type"]>, S["Encoded"]> {}

/** Lets each optional field of a struct, and of the structs in it, be null. */
export const clearable = <S extends Schema.Top>(schema: S): ClearableSchema<S> => Schema.make(clearableAST(schema.ast))

/** The same with some fields that may be missing. */
export type Lenient<A, Fields extends PropertyKey> = {
  readonly [K in keyof A as K extends Fields ? never : K]: A[K]
} & { readonly [K in keyof A as K extends Fields ? K : never]?: A[K] | undefined }

/** A schema of such an input. */
export interface LenientSchema<S extends Schema.Top, Fields extends PropertyKey>
  extends Schema.Codec<Types.Simplify<Lenient<S["Type"], Fields>>, S["Encoded"]> {}

/**
 * Marks fields that the API requires and that are optional in what it gives. The document says that they are required. A
 * call sends an input without them: what was read can be written, and the API checks it.
 */
export const lenient = <S extends Schema.Top, const Fields extends keyof S["Type"]>(
  schema: S,
  ...fields: ReadonlyArray<Fields>
): LenientSchema<S, Fields> =>
  Schema.make(
    mapFields(schema.ast as SchemaAST.Objects, ({ name, type }) =>
      fields.includes(name as Fields)
        ? Schema.annotateKey({ [lenientAnnotation]: true })(Schema.make<Schema.Top>(type)).ast
        : type
    )
  )

const lenientAnnotation = "~effect-audian/lenient"

/** An object of which those fields may be missing. */
export const relax = (ast: SchemaAST.AST): SchemaAST.AST =>
  SchemaAST.isObjects(ast) && ast.propertySignatures.some(isLenient)
    ? mapFields(ast, (field) => (isLenient(field) ? Schema.optionalKey(Schema.make(field.type)).ast : field.type))
    : ast

const isLenient = ({ type }: SchemaAST.PropertySignature): boolean =>
  type.context?.annotations?.[lenientAnnotation] === true

const control: ReadonlySet<PropertyKey> = /*@__PURE__*/ new Set<Control>(["account_id", "accept_charges"])
const atomic: ReadonlySet<PropertyKey> = /*@__PURE__*/ new Set<Atomic>(["flow"])

const clearableAST = (ast: SchemaAST.AST): SchemaAST.AST =>
  mapInner(ast, clearableAST, ({ name, type }) => field(name, type))

const field = (name: PropertyKey, type: SchemaAST.AST): SchemaAST.AST => {
  if (control.has(name)) return type
  const inside = atomic.has(name) ? (ast: SchemaAST.AST) => ast : clearableAST
  if (!SchemaAST.isOptional(type)) return inside(type)
  const members: ReadonlyArray<SchemaAST.AST> = SchemaAST.isUnion(type) ? type.types : [type]
  const given = members.filter((member) => !SchemaAST.isUndefined(member)).map((member) => Schema.make(inside(member)))
  return Schema.optional(Schema.NullOr(given.length === 1 ? given[0]! : Schema.Union(given))).ast
}
