/**
 * Values of a response in another of the engine's forms: a number or a boolean as text, a text as number, a single value
 * as a list and a list of one as a value, a time in seconds or as text, a row of a list that is null.
 *
 * It runs on a response that did not decode, so that it costs nothing on one that does.
 *
 * @internal
 */
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as SchemaAST from "effect/SchemaAST"
import type * as SchemaIssue from "effect/SchemaIssue"
import * as NullRows from "./nullRows.ts"
import { define } from "./omitUndefinedDeep.ts"
import * as TimeForms from "./timeForms.ts"

type Path = ReadonlyArray<PropertyKey>

type Decode = (json: unknown) => Result.Result<unknown, { readonly issue: SchemaIssue.Issue }>

/** Decodes a response once the values that the issue is about are converted; `undefined` where that is not enough. */
export const decodeCoerced = (
  json: unknown,
  issue: SchemaIssue.Issue,
  decode: Decode
): { readonly json: unknown; readonly value: unknown } | undefined => {
  const lists: Array<List> = []
  let coerced = withoutNullRows(json, issue, lists)
  let result = lists.length > 0 ? decode(coerced) : Result.fail({ issue })
  // A text in the place of a list of numbers is converted twice.
  for (let round = 0; round < maxRounds && Result.isFailure(result); round++) {
    const before = coerced
    for (const { ast, path } of placesOf(result.failure.issue, [])) {
      const value = convert(get(coerced, path), ast, path)
      if (value !== undefined) coerced = set(coerced, path, value)
    }
    if (coerced === before) return undefined
    result = decode(coerced)
  }
  if (Result.isFailure(result)) return undefined
  const value = result.success
  for (const { nulls, path } of lists) {
    const list = get(value, path)
    if (Array.isArray(list)) NullRows.note(list, nulls)
  }
  return { json: coerced, value }
}

const maxRounds = 3

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

// -----------------------------------------------------------------------------
// rows that are null
// -----------------------------------------------------------------------------

/** A list without its null rows. */
interface List {
  readonly path: Path
  readonly nulls: number
}

/** The response without those rows of its lists that are null where the schema takes none. Adds the lists that have some. */
const withoutNullRows = (json: unknown, issue: SchemaIssue.Issue, lists: Array<List>): unknown => {
  const rows = new Set(placesOf(issue, []).flatMap(({ path }) => (isNullRow(json, path) ? [JSON.stringify(path)] : [])))
  if (rows.size === 0) return json
  const copy = (value: unknown, from: Path, to: Path): unknown => {
    if (Array.isArray(value)) {
      const out: Array<unknown> = []
      for (const [index, item] of value.entries()) {
        const at = [...from, index]
        if (!rows.has(JSON.stringify(at))) out.push(copy(item, at, [...to, out.length]))
      }
      if (out.length < value.length) lists.push({ path: to, nulls: value.length - out.length })
      return out
    }
    if (!Predicate.isObject(value)) return value
    const out: Fields = {}
    for (const [key, item] of Object.entries(value)) define(out, key, copy(item, [...from, key], [...to, key]))
    return out
  }
  return copy(json, [], [])
}

const isNullRow = (json: unknown, path: Path): boolean =>
  get(json, path) === null && Array.isArray(get(json, path.slice(0, -1)))

// -----------------------------------------------------------------------------
// values
// -----------------------------------------------------------------------------

/** The value as one of the types that a schema takes; `undefined` where it is none. */
const convert = (value: unknown, ast: SchemaAST.AST, path: Path): unknown => {
  const members = membersOf(ast)
  const takesList = members.some(SchemaAST.isArrays)
  if (Array.isArray(value)) {
    const [item] = value
    // Erlang has one value for the empty list and the empty object. A document itself is no list.
    if (value.length === 0 && path.length > 1 && !takesList && members.some(SchemaAST.isObjects)) return {}
    return value.length === 1 && isScalar(item) && !takesList ? scalar(item, members) : undefined
  }
  if (!isScalar(value)) return undefined
  const converted = scalar(value, members)
  if (converted !== undefined) return converted === value ? undefined : converted
  // Erlang has one value for the empty text and the empty list.
  return takesList ? (value === "" ? [] : [value]) : undefined
}

type Scalar = string | number | boolean

const isScalar = (value: unknown): value is Scalar =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean"

const scalar = (value: Scalar, members: ReadonlyArray<SchemaAST.AST>): Scalar | undefined => {
  if (typeof value === "number" || typeof value === "boolean") {
    if (typeof value === "number" ? members.some(SchemaAST.isNumber) : members.some(SchemaAST.isBoolean)) return value
    if (members.some(TimeForms.isIso)) return TimeForms.isoOf(value)
    return members.some(SchemaAST.isString) ? String(value) : undefined
  }
  if (members.some(SchemaAST.isString)) return value
  if (members.some(SchemaAST.isBoolean) && (value === "true" || value === "false")) return value === "true"
  if (!members.some(SchemaAST.isNumber) || value.trim() === "") return undefined
  const number = Number(value)
  if (Number.isFinite(number)) return number
  const count = members.map(TimeForms.countOf).find(Predicate.isNotUndefined)
  return count === undefined ? undefined : TimeForms.secondsOf(value, count)
}

const membersOf = (ast: SchemaAST.AST): ReadonlyArray<SchemaAST.AST> => {
  const encoded = SchemaAST.toEncoded(ast)
  return SchemaAST.isUnion(encoded) ? encoded.types.flatMap(membersOf) : [encoded]
}

const get = (json: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (value, key) =>
      Predicate.isObjectOrArray(value) && Object.hasOwn(value, key) ? (value as Fields)[key as string] : undefined,
    json
  )

type Fields = Record<string, unknown>

/** A copy with another value at a path. */
const set = (json: unknown, [key, ...rest]: Path, value: unknown): unknown => {
  if (key === undefined) return value
  const copy = (Array.isArray(json) ? [...json] : { ...(json as Fields) }) as Fields
  define(copy, key as string, set(copy[key as string], rest, value))
  return copy
}
