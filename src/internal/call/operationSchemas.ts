/**
 * The input and the result of an operation as schemas.
 *
 * @internal
 */
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import { relax } from "../schema/clearable.ts"
import { type Contract, isNoContent } from "../schema/plainEndpoint.ts"
import type { Traits } from "../service.ts"

/** One flat object: the fields of the path, the query and the body. A choice of bodies is a union. */
export const inputSchema = (endpoint: Contract): Schema.Top => {
  const url = [...partsOf(endpoint.params?.ast), ...partsOf(endpoint.query?.ast)]
  const bodies = Array.from(endpoint.payload.values()).flatMap(({ schemas }) => schemas.map(({ ast }) => bodyOf(ast)))
  const objects: ReadonlyArray<Schema.Top> = (bodies.length === 0 ? [[]] : bodies).map((body) =>
    Schema.make(objectOf([...url, ...body]))
  )
  return objects.length === 1 ? objects[0]! : Schema.Union(objects)
}

/** The payload, without its envelope. */
export const resultSchema = (endpoint: Contract, { envelope }: Traits): Schema.Top => {
  const schemas = Array.from(
    endpoint.success,
    (schema): Schema.Top =>
      isNoContent(schema.ast)
        ? Schema.Undefined
        : envelope === "bare"
          ? schema
          : Schema.make<Schema.Top>(fieldOf(schema.ast, "data") ?? schema.ast)
  )
  return schemas.length === 1 ? schemas[0]! : Schema.Union(schemas)
}

type Part = SchemaAST.PropertySignature | SchemaAST.IndexSignature

const partsOf = (ast: SchemaAST.AST | undefined): ReadonlyArray<Part> =>
  ast !== undefined && SchemaAST.isObjects(ast) ? [...ast.propertySignatures, ...ast.indexSignatures] : []

/** The fields of `data`, and those of the envelope around it. */
const bodyOf = (ast: SchemaAST.AST): ReadonlyArray<Part> => {
  const data = fieldOf(ast, "data")
  if (data === undefined) return partsOf(relax(ast))
  return [...partsOf(relax(data)), ...partsOf(ast).filter((part) => !("name" in part) || part.name !== "data")]
}

const objectOf = (parts: ReadonlyArray<Part>): SchemaAST.Objects => {
  const fields = new Map<PropertyKey, SchemaAST.PropertySignature>()
  const rest: Array<SchemaAST.IndexSignature> = []
  for (const part of parts) {
    if (!("name" in part)) rest.push(part)
    // The account defaults to the credential's own.
    else if (part.name === "account_id") {
      const optional = Schema.optional(Schema.make<Schema.Top>(part.type))
      fields.set(part.name, new SchemaAST.PropertySignature(part.name, optional.ast))
    } else if (!fields.has(part.name)) fields.set(part.name, part)
  }
  return new SchemaAST.Objects([...fields.values()], rest)
}

const fieldOf = (ast: SchemaAST.AST, name: string): SchemaAST.AST | undefined =>
  SchemaAST.isObjects(ast) ? ast.propertySignatures.find((field) => field.name === name)?.type : undefined
