/**
 * The schema of documents in which no optional field came as null, which decodes in less time.
 *
 * The codec of JSON reads null as absent: an optional field is a union with an encoded `undefined`, and Effect's parser
 * looks for the member of a union at each value. Most documents have no such null.
 *
 * @internal
 */
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import { mapFields } from "./clearable.ts"

const made = /*@__PURE__*/ new WeakMap<SchemaAST.AST, SchemaAST.AST>()

/** A value that it decodes is decoded by the given schema to the same value. It does not decode null for a missing field. */
export const withoutNulls = (ast: SchemaAST.AST): SchemaAST.AST => {
  const known = made.get(ast)
  if (known !== undefined) return known
  const next = make(ast)
  made.set(ast, next)
  return next
}

const make = (ast: SchemaAST.AST): SchemaAST.AST => {
  if (ast.encoding !== undefined) return ast
  const { annotations, checks, context } = ast
  if (SchemaAST.isObjects(ast) && ast.encodingChecks === undefined) return mapFields(ast, ({ type }) => field(type))
  if (SchemaAST.isArrays(ast) && ast.encodingChecks === undefined) {
    const rest = ast.rest.map(withoutNulls)
    return new SchemaAST.Arrays(ast.isMutable, ast.elements, rest, annotations, checks, undefined, context)
  }
  return SchemaAST.isUnion(ast) && ast.encodingChecks === undefined
    ? new SchemaAST.Union(ast.types.map(withoutNulls), ast.options, annotations, checks, undefined, context)
    : ast
}

const field = (type: SchemaAST.AST): SchemaAST.AST => {
  if (!SchemaAST.isUnion(type) || !isOptionalOnly(type)) return withoutNulls(type)
  const given = type.types.slice(0, -1).map((member) => Schema.make(withoutNulls(member)))
  return Schema.optionalKey(given.length === 1 ? given[0]! : Schema.Union(given)).ast
}

/** True for a union as `Schema.optional` makes it: any other member goes before its `undefined`. */
const isOptionalOnly = ({ annotations, checks, context, encodingChecks, options, types }: SchemaAST.Union): boolean =>
  context?.isOptional === true &&
  SchemaAST.isUndefined(types.at(-1)!) &&
  annotations === undefined &&
  checks === undefined &&
  encodingChecks === undefined &&
  options?.mode !== "oneOf"
