/**
 * Compares a success or an error of an operation with its contract. Pure functions from values to mismatches. The text
 * of a mismatch never holds a value that a server sent.
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
import { asCodec } from "../../internal/schema/asCodec.ts"
import { codecOf } from "../../internal/service.ts"
import type * as Operation from "../../Operation.ts"
import { exchange } from "../../resources/AccessTokens.ts"
import * as Status from "../../Status.ts"
import type { Mismatch } from "./report.ts"

/** The mismatches of a success value. */
export const success = (operation: Operation.Any, value: unknown): ReadonlyArray<Mismatch> => {
  const { endpoint, traits } = operation
  const codec = codecOf(operation)
  if (value === undefined && codec.bodyless) return []
  const expected = "a response that fits the contract"
  const bare = traits.envelope === "bare"
  const schemas = Array.from(endpoint.success).filter((schema) => !HttpApiSchema.isNoContent(schema.ast))
  const encode = Schema.encodeUnknownResult(asCodec<unknown>(Schema.Union(schemas)), {
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

/** The path of the first difference between two values. An `undefined` field counts as absent. */
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

/** The mismatches of the error of a call. */
export const error = (operation: Operation.Any, input: unknown, error: unknown): ReadonlyArray<Mismatch> => {
  if (!isError(error)) return [{ expected: "one of the errors of AudianError", found: describe(error) }]
  const { name, traits } = operation
  const codec = codecOf(operation)
  // The call was never made: there was no token for it.
  if (traits.family === "account" && error.operation === exchange.name) return roundTrip(error)
  const mismatch = (field: string, expected: string, found: string): ReadonlyArray<Mismatch> =>
    expected === found
      ? []
      : [{ expected: `${field} "${expected}"`, found: `${field} "${found}" in ${describe(error)}` }]
  return [
    ...mismatch("operation", name, error.operation),
    ...mismatch("method", codec.method, error.method),
    ...mismatch("replay", traits.replay, error.replay),
    ...mismatch("outcome", outcomeOf(error), error.outcome),
    ...(pathOf(operation, input).test(error.path) || isUnencodable(error)
      ? []
      : mismatch("path", codec.template, error.path)),
    ...roundTrip(error)
  ]
}

/** An unfilled path keeps its documented template. */
const isUnencodable = (error: AudianError.AudianError): boolean =>
  error._tag === "AudianClientError" && error.reason._tag === "InvalidRequest" && error.path !== ""

/** The outcome that the status implies, if it implies one. An earlier attempt may have left it `unknown`. */
const outcomeOf = ({ attempts, outcome, status }: AudianError.AudianError): string => {
  if (attempts === 0) return "not-executed"
  if (status === undefined || Status.get(status) === undefined) return outcome
  if (status < 300) return outcome === "not-executed" ? "executed" : outcome
  if (Status.isExecutable(status)) return "unknown"
  return attempts === 1 && status < 500 ? "not-executed" : outcome
}

const roundTrip = (error: AudianError.AudianError): ReadonlyArray<Mismatch> => {
  const expected = "an error that its Schema can carry"
  const encoded = encodeError(error)
  if (Result.isFailure(encoded)) return [{ expected, found: issues(issuesOf(encoded.failure.issue)) }]
  const back = Result.flatMap(decodeError(JSON.parse(JSON.stringify(encoded.success))), encodeError)
  if (Result.isFailure(back)) return [{ expected, found: issues(issuesOf(back.failure.issue)) }]
  const changed = difference(encoded.success, back.success, [])
  return changed === undefined ? [] : [{ expected, found: `${changed} does not come back as it went out` }]
}

/** The pattern of the path that a call with these fields requests. Any account matches, unless the call names one. */
export const pathOf = (operation: Operation.Any, input: unknown): RegExp => {
  const fields: Readonly<Record<string, unknown>> = isPlain(input) ? input : {}
  const pattern = codecOf(operation).template.replace(/\{(\w+)\}|[^{]+/g, (text, name?: string) => {
    if (name === undefined) return escape(text)
    const value = fields[name]
    return value === undefined ? "[^/]+" : escape(encodeURIComponent(String(value)))
  })
  return new RegExp(`^${pattern}$`)
}

/** The secrets in an error: known ones anywhere, and any value under a secret name. */
export const secrets = (error: unknown, known: ReadonlyArray<string>): ReadonlyArray<Mismatch> => {
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

/** A short description of an error, without text that a server sent. */
export const describe = (error: unknown): string => {
  if (!isError(error)) return Predicate.hasProperty(error, "_tag") ? String(error._tag) : nameOf(error)
  if (error._tag !== "AudianClientError") return error._tag
  const status = "status" in error.reason ? ` ${error.reason.status}` : ""
  return `${error._tag} ${error.reason._tag}${status}`
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : `a ${typeof error}`)

/** A short description of how a call ended. */
export const ending = (exit: Exit.Exit<unknown, unknown>): string => {
  if (exit._tag === "Success") return "a success"
  const failed = Cause.findError(exit.cause)
  if (Result.isSuccess(failed)) return describe(failed.success)
  const died = Cause.findDefect(exit.cause)
  if (Result.isFailure(died)) return "an interruption"
  const text = died.success instanceof Error ? died.success.message : String(died.success)
  return `a defect: ${text.slice(0, 200)}`
}
