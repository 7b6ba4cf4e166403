/**
 * Values of a response in another of the engine's forms: a number or a boolean as text, a text as number.
 *
 * It runs on a response that did not decode, so that it costs nothing on one that does.
 *
 * @internal
 */
import * as Predicate from "effect/Predicate"
import * as SchemaAST from "effect/SchemaAST"
import type * as SchemaIssue from "effect/SchemaIssue"
import { define } from "./omitUndefinedDeep.ts"
import { brandAnnotation } from "./schema.ts"

type Path = ReadonlyArray<PropertyKey>

/** The response with those values converted that the issue is about; `undefined` where there are none. */
export const coerce = (issue: SchemaIssue.Issue, json: unknown): unknown => {
  let coerced = json
  for (const { ast, path } of placesOf(issue, [])) {
    const value = convert(get(coerced, path), ast)
    if (value !== undefined) coerced = set(coerced, path, value)
  }
  return coerced === json ? undefined : coerced
}

interface Place {
  readonly path: Path
  /** The schema that is expected there. */
  readonly ast: SchemaAST.AST
}

/** The places that an issue is about. */
const placesOf = (issue: SchemaIssue.Issue, path: Path): ReadonlyArray<Place> => {
  switch (issue._tag) {
    case "Pointer":
      return placesOf(issue.issue, [...path, ...issue.path])
    case "InvalidType":
      return [{ path, ast: issue.ast }]
    case "AnyOf":
      return [{ path, ast: issue.ast }, ...issue.issues.flatMap((issue) => placesOf(issue, path))]
    case "Composite":
      return issue.issues.flatMap((issue) => placesOf(issue, path))
    case "Encoding":
    case "Filter":
      return placesOf(issue.issue, path)
    default:
      return []
  }
}

/** The value as one of the types that a schema takes; `undefined` where it is none. */
const convert = (value: unknown, ast: SchemaAST.AST): unknown => {
  const members = membersOf(ast)
  if (typeof value === "number" || typeof value === "boolean") {
    return members.some(isPlainText) ? String(value) : undefined
  }
  if (typeof value !== "string") return undefined
  if (members.some(SchemaAST.isBoolean) && (value === "true" || value === "false")) return value === "true"
  if (!members.some(SchemaAST.isNumber) || value.trim() === "") return undefined
  const number = Number(value)
  return Number.isFinite(number) ? number : undefined
}

const isPlainText = (ast: SchemaAST.AST): boolean =>
  SchemaAST.isString(ast) && SchemaAST.resolveAt<boolean>(brandAnnotation)(ast) !== true

const membersOf = (ast: SchemaAST.AST): ReadonlyArray<SchemaAST.AST> => {
  const encoded = SchemaAST.toEncoded(ast)
  return SchemaAST.isUnion(encoded) ? encoded.types.flatMap(membersOf) : [encoded]
}

const get = (json: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (value, key) =>
      Predicate.isObjectOrArray(value) && Object.hasOwn(value, key) ? (value as Fields)[key] : undefined,
    json
  )

type Fields = Record<PropertyKey, unknown>

/** A copy with another value at a path. */
const set = (json: unknown, [key, ...rest]: Path, value: unknown): unknown => {
  if (key === undefined) return value
  const copy = (Array.isArray(json) ? [...json] : { ...(json as Fields) }) as Record<string, unknown>
  define(copy, key as string, set(copy[key as string], rest, value))
  return copy
}
