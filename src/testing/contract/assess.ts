/**
 * What is wrong with an answer or an error of an operation, as its contract has it. Pure: values in, words out, and no
 * value of an answer in the words.
 *
 * @internal
 */
import * as Cause from "effect/Cause"
import * as Equal from "effect/Equal"
import type * as Exit from "effect/Exit"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as AudianError from "../../AudianError.ts"
import { issuesOf } from "../../internal/error/issues.ts"
import { escape, isSecretName, redacted, scrubPairs, scrubText } from "../../internal/error/redact.ts"
import type * as Operation from "../../Operation.ts"
import { exchange } from "../../resources/AccessTokens.ts"
import * as Status from "../../Status.ts"

/** One thing that is other than it should be. */
export interface Wrong {
  readonly expected: string
  readonly found: string
}

/** Why a value is no answer of the operation, if it is none. */
export const answer = (operation: Operation.Any, value: unknown): ReadonlyArray<Wrong> => {
  const { codec, endpoint, traits } = operation
  if (value === undefined && codec.bodyless) return []
  const expected = "an answer that fits the contract"
  const bare = traits.envelope === "bare"
  const schemas = Array.from(endpoint.success).filter((schema) => !HttpApiSchema.isNoContent(schema.ast))
  const encode = Schema.encodeUnknownResult(Schema.Union(schemas) as unknown as Schema.ConstraintEncoder<unknown>, {
    errors: "all"
  })
  const encoded = encode(bare ? value : { data: value })
  if (Result.isFailure(encoded)) return [{ expected, found: issues(issuesOf(encoded.failure.issue)) }]
  const decoded = codec.decode(JSON.parse(JSON.stringify(encoded.success)))
  if (Result.isFailure(decoded)) return [{ expected, found: issues(decoded.failure) }]
  const back = bare ? decoded.success : (decoded.success as { readonly data: unknown }).data
  const changed = difference(value, back, [])
  return changed === undefined ? [] : [{ expected, found: `${changed} does not come through the contract unchanged` }]
}

const issues = (found: ReadonlyArray<AudianError.Issue>): string =>
  found
    .slice(0, 5)
    .map(({ field, message }) => {
      const name = field.replace(/^data\.?/, "")
      return `${name === "" ? "the answer" : name}: ${message}`
    })
    .join("; ")

/** Where two values part; what is `undefined` is not there. */
const difference = (a: unknown, b: unknown, path: ReadonlyArray<string>): string | undefined => {
  if (isPlain(a) && isPlain(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      const found = difference(a[key], b[key], [...path, key])
      if (found !== undefined) return found
    }
    return undefined
  }
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) {
    for (const [index, item] of a.entries()) {
      const found = difference(item, b[index], [...path, String(index)])
      if (found !== undefined) return found
    }
    return undefined
  }
  return Equal.equals(a, b) ? undefined : path.join(".") || "the answer"
}

const isPlain = (u: unknown): u is Readonly<Record<string, unknown>> =>
  typeof u === "object" && u !== null && Object.getPrototypeOf(u) === Object.prototype

const isError = /*@__PURE__*/ Schema.is(AudianError.AudianError)
const encodeError = /*@__PURE__*/ Schema.encodeUnknownResult(AudianError.AudianError)
const decodeError = /*@__PURE__*/ Schema.decodeUnknownResult(AudianError.AudianError)

/** What is wrong with the error of a call, whatever made it fail. */
export const error = (operation: Operation.Any, input: unknown, error: unknown): ReadonlyArray<Wrong> => {
  if (!isError(error)) return [{ expected: "one of the errors of AudianError", found: describe(error) }]
  const { codec, name, traits } = operation
  // The call was never made: there was no token for it.
  if (traits.family === "account" && error.operation === exchange.name) return roundTrip(error)
  const wrong = (field: string, expected: string, found: string): ReadonlyArray<Wrong> =>
    expected === found
      ? []
      : [{ expected: `${field} "${expected}"`, found: `${field} "${found}" in ${describe(error)}` }]
  return [
    ...wrong("operation", name, error.operation),
    ...wrong("method", codec.method, error.method),
    ...wrong("replay", traits.replay, error.replay),
    ...wrong("outcome", outcomeOf(error), error.outcome),
    ...(pathOf(operation, input).test(error.path) || isUnencodable(error)
      ? []
      : wrong("path", codec.template, error.path)),
    ...roundTrip(error)
  ]
}

/** A path that could not be filled stays as it is documented. */
const isUnencodable = (error: AudianError.AudianError): boolean =>
  error._tag === "AudianClientError" && error.reason._tag === "InvalidRequest" && error.path !== ""

/** What the status says of the outcome, where it says something. An attempt before the last may be what is uncertain. */
const outcomeOf = ({ attempts, outcome, status }: AudianError.AudianError): string => {
  if (attempts === 0) return "not-executed"
  if (status === undefined || Status.get(status) === undefined) return outcome
  if (Status.isExecutable(status)) return "unknown"
  return attempts === 1 && status < 500 ? "not-executed" : outcome
}

const roundTrip = (error: AudianError.AudianError): ReadonlyArray<Wrong> => {
  const expected = "an error that its Schema can carry"
  const encoded = encodeError(error)
  if (Result.isFailure(encoded)) return [{ expected, found: issues(issuesOf(encoded.failure.issue)) }]
  const back = Result.flatMap(decodeError(JSON.parse(JSON.stringify(encoded.success))), encodeError)
  if (Result.isFailure(back)) return [{ expected, found: issues(issuesOf(back.failure.issue)) }]
  const changed = difference(encoded.success, back.success, [])
  return changed === undefined ? [] : [{ expected, found: `${changed} does not come back as it went out` }]
}

/** The paths that a call of these fields may have; the account may be any, unless the call names one. */
export const pathOf = ({ codec }: Operation.Any, input: unknown): RegExp => {
  const fields: Readonly<Record<string, unknown>> = isPlain(input) ? input : {}
  const pattern = codec.template.replace(/\{(\w+)\}|[^{]+/g, (text, name?: string) => {
    if (name === undefined) return escape(text)
    const value = fields[name]
    return value === undefined ? "[^/]+" : escape(encodeURIComponent(String(value)))
  })
  return new RegExp(`^${pattern}$`)
}

/** What of an error is a secret: a known one anywhere, or anything under a name that means one. */
export const secrets = (error: unknown, known: ReadonlyArray<string>): ReadonlyArray<Wrong> => {
  const expected = "no secret in an error"
  const encoded = encodeError(error)
  const fields = Result.isSuccess(encoded) ? Object.entries(encoded.success as object) : []
  const named = fields.flatMap(([name, value]) =>
    hasSecret(value, known) || scrubPairs(String(value)) !== String(value) ? [name] : []
  )
  if (named.length > 0) return [{ expected, found: `a secret in ${named.join(", ")}` }]
  return scrubText(textOf(error), known) === textOf(error) ? [] : [{ expected, found: "a secret in its text" }]
}

const hasSecret = (value: unknown, known: ReadonlyArray<string>): boolean => {
  if (typeof value === "string") return scrubText(value, known) !== value
  if (Array.isArray(value)) return value.some((item) => hasSecret(item, known))
  if (!Predicate.isObject(value)) return false
  return Object.entries(value).some(
    ([key, item]) =>
      (isSecretName(key) && typeof item === "string" && item !== "" && item !== redacted) || hasSecret(item, known)
  )
}

const textOf = (error: unknown): string =>
  error instanceof Error ? `${error.message}\n${error.stack ?? ""}` : String(error)

/** An error in a few words, without any that a server wrote. */
export const describe = (error: unknown): string => {
  if (!isError(error)) return Predicate.hasProperty(error, "_tag") ? String(error._tag) : nameOf(error)
  if (error._tag !== "AudianClientError") return error._tag
  const status = "status" in error.reason ? ` ${error.reason.status}` : ""
  return `${error._tag} ${error.reason._tag}${status}`
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : `a ${typeof error}`)

/** How a call ended, in a few words. */
export const ending = (exit: Exit.Exit<unknown, unknown>): string => {
  if (exit._tag === "Success") return "a success"
  const failed = Cause.findError(exit.cause)
  if (Result.isSuccess(failed)) return describe(failed.success)
  const died = Cause.findDefect(exit.cause)
  if (Result.isFailure(died)) return "an interruption"
  const text = died.success instanceof Error ? died.success.message : String(died.success)
  return `a defect: ${text.slice(0, 200)}`
}
