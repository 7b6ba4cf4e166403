/**
 * Schemas with other parts.
 *
 * @internal
 */
import * as SchemaAST from "effect/SchemaAST"

/** An object with other types of its fields. */
export const mapFields = (
  { annotations, checks, context, encodingChecks, indexSignatures, propertySignatures }: SchemaAST.Objects,
  f: (field: SchemaAST.PropertySignature) => SchemaAST.AST
): SchemaAST.Objects =>
  new SchemaAST.Objects(
    propertySignatures.map((field) => new SchemaAST.PropertySignature(field.name, f(field))),
    indexSignatures,
    annotations,
    checks,
    undefined,
    context,
    encodingChecks
  )

/** A schema with other types of its fields, and with other items or members. One that is transformed as a whole stays. */
export const mapInner = (
  ast: SchemaAST.AST,
  inner: (ast: SchemaAST.AST) => SchemaAST.AST,
  field: (field: SchemaAST.PropertySignature) => SchemaAST.AST
): SchemaAST.AST => {
  if (ast.encoding !== undefined) return ast
  if (SchemaAST.isObjects(ast)) return mapFields(ast, field)
  const { annotations, checks, context } = ast
  if (SchemaAST.isArrays(ast)) {
    const [elements, rest] = [ast.elements, ast.rest].map((items) => items.map(inner))
    const { encodingChecks, isMutable } = ast
    return new SchemaAST.Arrays(isMutable, elements!, rest!, annotations, checks, undefined, context, encodingChecks)
  }
  return SchemaAST.isUnion(ast)
    ? new SchemaAST.Union(
        ast.types.map(inner),
        ast.options,
        annotations,
        checks,
        undefined,
        context,
        ast.encodingChecks
      )
    : ast
}
