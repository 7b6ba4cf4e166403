/**
 * The encoder of one part of a request, and the fields of its schema.
 *
 * @internal
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import type * as SchemaIssue from "effect/SchemaIssue"
import type { Issue } from "../../AudianError.ts"
import { issuesOf } from "../error/issues.ts"
import { asCodec } from "./asCodec.ts"

export type Issues = ReadonlyArray<Issue>
export type Fields = Record<string, unknown>

/** The first error is enough to know that there is one, and leaves Effect on its fast path. Then all of them are found. */
export const allErrors: SchemaAST.ParseOptions = { errors: "all" }

export type Encode<A> = (input: Fields) => Result.Result<A, Issues>

/** Gives the result for a value that does not fit the schema. */
type OnIssue = (issue: SchemaIssue.Issue, value: Fields) => Result.Result<unknown, Issues>

export const compileEncoder = (
  schema: Schema.Top,
  onIssue: OnIssue = (issue) => Result.fail(issuesOf(issue))
): Encode<unknown> => {
  const encoder = asCodec<unknown>(schema)
  const encode = Schema.encodeUnknownResult(encoder)
  const encodeAll = Schema.encodeUnknownResult(encoder, allErrors)
  return (value) => {
    const encoded = encode(value)
    if (Result.isSuccess(encoded)) return Result.succeed(encoded.success)
    return Result.orElse(encodeAll(value), ({ issue }) => onIssue(issue, value))
  }
}

/** The named fields of an object schema, and of the objects of a union. */
export const namesOf = (ast: SchemaAST.AST | undefined): ReadonlyArray<string> => {
  if (ast === undefined) return []
  if (SchemaAST.isUnion(ast)) return ast.types.flatMap(namesOf)
  return SchemaAST.isObjects(ast) ? ast.propertySignatures.map(({ name }) => String(name)) : []
}

/** The schema of one field. */
export const fieldOf = (ast: SchemaAST.AST | undefined, name: string): SchemaAST.AST | undefined =>
  ast !== undefined && SchemaAST.isObjects(ast)
    ? ast.propertySignatures.find((field) => field.name === name)?.type
    : undefined
