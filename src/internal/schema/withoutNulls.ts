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
import { mapInner } from "./mapSchema.ts"

const made = /*@__PURE__*/ new WeakMap<SchemaAST.AST, SchemaAST.AST>()

/** A value that it decodes is decoded by the given schema to the same value. It does not decode null for a missing field. */
export const withoutNulls = (ast: SchemaAST.AST): SchemaAST.AST => {
  const known = made.get(ast)
  if (known !== undefined) return known
  const next = mapInner(ast, withoutNulls, field)
  made.set(ast, next)
  return next
}

const field = ({ type }: SchemaAST.PropertySignature): SchemaAST.AST => {
  if (!SchemaAST.isUnion(type) || !isOptionalOnly(type)) return withoutNulls(type)
  const given = type.types.slice(0, -1).map((member) => Schema.make(withoutNulls(member)))
  return Schema.optionalKey(given.length === 1 ? given[0]! : Schema.Union(given)).ast
}

/** True for a union as `Schema.optional` makes it: any other member goes before its `undefined`. */
const isOptionalOnly = (ast: SchemaAST.Union): boolean =>
  SchemaAST.isOptional(ast) &&
  SchemaAST.isUndefined(ast.types.at(-1)!) &&
  (ast.annotations ?? ast.checks ?? ast.encodingChecks ?? ast.options) === undefined
