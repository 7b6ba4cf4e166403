/**
 * Reads the body of an error response. Never fails: the status has already decided the tag, the body only adds detail.
 *
 * It understands the documented envelopes (`{error:{code,message,param,type}}`, with or without `success:false`; the
 * engine's `{error:"401",message,data,…}` with its validation map), `application/problem+json`, and any text.
 *
 * @internal
 */
import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"
import type { Issue } from "../../AudianError.ts"
import * as ExactJson from "../exactJson.ts"
import { maxIssues } from "./issues.ts"
import { isSecretName, scrub, scrubPairs, scrubStart } from "./redact.ts"

export interface ErrorBody {
  readonly code?: string | undefined
  readonly type?: string | undefined
  readonly param?: string | undefined
  readonly description: string
  readonly details: ReadonlyArray<Issue>
  /** The parsed body, as it was sent; `undefined` when it is not JSON. */
  readonly json?: unknown
  /** The part of it that an error keeps. */
  readonly body?: Schema.Json
  /** The code proves that the API did not execute the request, at any status. */
  readonly provesRefusal: boolean
  /** The envelope reports a failure, at any status. */
  readonly saysFailed: boolean
}

interface JsonRecord {
  readonly [key: string]: unknown
}

const record = (u: unknown): JsonRecord | undefined =>
  Predicate.isObject(u) && !Array.isArray(u) ? (u as JsonRecord) : undefined

const text = (u: unknown): string | undefined => {
  if (typeof u === "number") return String(u)
  return typeof u === "string" && u.trim() !== "" ? u.trim() : undefined
}

/** The part of a response that a body is read from. */
interface Source {
  readonly status: number
  readonly text: string
  /** The text is only the beginning of the body. */
  readonly truncated: boolean
}

export const read = ({ status, text, truncated }: Source, secrets: ReadonlyArray<string>): ErrorBody => {
  if (text.trim() === "") return { ...nothing }
  const json = truncated ? undefined : ExactJson.parse(text)
  if (json === undefined) {
    const kept = scrubPairs(scrubStart(text, secrets, maxText, truncated))
    return { ...nothing, description: plainText(kept).slice(0, 300), body: scrub(kept, []) }
  }
  // Escapes are undone by now: a secret has one spelling less.
  // A 2xx that reports a failure has the status in its envelope.
  const found = readJson(json, validated.has(status < 300 ? errorStatus(json) : status))
  const name = (text: string) => scrubStart(text, secrets, maxName)
  const words = (text: string, max: number) => scrubPairs(scrubStart(text, secrets, max))
  return {
    code: found.code === undefined ? undefined : name(found.code),
    type: found.type === undefined ? undefined : name(found.type),
    param: found.param === undefined ? undefined : name(found.param),
    description: words(found.description, 2000),
    details: found.details.slice(0, maxIssues).map(({ field, message, rule }) => ({
      field: name(field),
      ...(rule !== undefined && { rule: name(rule) }),
      message: words(message, 500)
    })),
    provesRefusal: found.provesRefusal,
    saysFailed: found.saysFailed,
    json,
    body: scrub(json, secrets)
  }
}

/** The status in an envelope; `NaN` where there is none. */
const errorStatus = (json: unknown): number => Number(text(record(json)?.error) ?? Number.NaN)

const nothing: ErrorBody = { description: "", details: [], provesRefusal: false, saysFailed: false }

/** The longest text of a body that is not JSON. */
const maxText = 8192

/** The longest code, field or rule that an error keeps. */
const maxName = 200

/** The statuses whose bodies list validation issues. */
const validated: ReadonlySet<number> = new Set([400, 413, 422, 423])

// The title of a proxy's page describes the error. `<redacted>` is no tag.
const plainText = (body: string): string => {
  if (!/<(?!redacted>)\w[^<>]*>/.test(body)) return body.replace(/\s+/g, " ").trim()
  const title = /<title[^<>]*>((?:[^<]|<redacted>)*)<\/title>/i.exec(body)?.[1]?.trim()
  return (
    title ||
    body
      .replace(/<(script|style)[^<>]*>[^<]*/gi, " ")
      .replace(/<(?!redacted>)[^<>]*>/g, " ")
      .replace(/\s+/g, " ")
      .trim()
  )
}

const readJson = (json: unknown, withIssues: boolean): ErrorBody => {
  const envelope = record(json)
  if (envelope === undefined) return { ...nothing, description: text(json) ?? "" }
  const error = record(envelope.error)
  const found =
    error !== undefined
      ? readErrorObject(error, withIssues)
      : "error" in envelope || "data" in envelope
        ? readEngine(envelope, withIssues)
        : readProblem(envelope)
  return { ...found, saysFailed: saysFailed(envelope) }
}

/** True if an envelope reports a failure. A document without an envelope may have a `status` of its own. */
export const saysFailed = (json: unknown): boolean => {
  const envelope = record(json)
  if (envelope === undefined) return false
  const { error, errors, message, success } = envelope
  const status = text(envelope.status)?.toLowerCase()
  if (success === false || text(success)?.toLowerCase() === "false") return true
  const hasData = "data" in envelope
  if (hasData && (status === "failure" || status === "failed" || status === "fail")) return true
  if (status === "error" || status === "fatal") return hasData || isStatus(error) || !isDocument(envelope)
  // An error in one of the documented shapes, in the place of a payload.
  const { code, message: reason } = record(error) ?? { code: undefined, message: message }
  const isError = record(error) === undefined ? typeof error === "string" && error !== "" : error !== undefined
  if (Array.isArray(errors) && errors.length > 0 && Predicate.isNullish(envelope.data)) return !isDocument(envelope)
  return (
    isError &&
    (typeof code === "string" || typeof reason === "string") &&
    Predicate.isNullish(envelope.data) &&
    !isDocument(envelope)
  )
}

/** Checks for an id other than that of the request. */
const isDocument = (envelope: JsonRecord): boolean =>
  Object.keys(envelope).some((key) => key !== "request_id" && /(?:^i|[a-z]_i|I)d$/.test(key))

/** Checks for the engine's error: an HTTP status, as text or as a number. */
const isStatus = (error: unknown): boolean => /^\d{3}$/.test(text(error) ?? "")

// {error: {code, message, param?, type?}}
const readErrorObject = (error: JsonRecord, withIssues: boolean): ErrorBody => {
  const code = text(error.code)
  const param = text(error.param)
  const description = text(error.message) ?? ""
  return {
    ...nothing,
    code,
    type: text(error.type),
    param,
    description,
    details: param === undefined || !withIssues ? [] : [{ field: param, message: description }],
    provesRefusal: code !== undefined && refusals.has(code)
  }
}

/** The documented codes, but for that of a server that failed: it may have begun. */
const refusals: ReadonlySet<string> = new Set([
  "invalid_request_error",
  "invalid_phone_number",
  "invalid_api_key",
  "missing_authentication",
  "insufficient_funds",
  "forbidden_error",
  "not_found_error",
  "conflict_error",
  "validation_error",
  "rate_limit_error",
  "service_unavailable_error"
])

// {error: "401", message: "invalid_credentials", data: {message: …} | {"a.b": {"required": {message}}} | […] | "…"}
const readEngine = (envelope: JsonRecord, withIssues: boolean): ErrorBody => {
  const reason = text(envelope.message)
  const code = reason !== undefined && /^[A-Za-z][\w ]{0,60}$/.test(reason) ? reason.replaceAll(" ", "_") : undefined
  const data = record(envelope.data)
  const details = data === undefined || !withIssues ? [] : readValidationMap(data)
  return {
    ...nothing,
    code,
    param: details[0]?.field,
    description: text(data?.message) ?? text(envelope.data) ?? reason ?? text(envelope.error) ?? "",
    details,
    // Other servers write the name of the status as the error. The engine's `datastore_…` come after it has begun.
    provesRefusal: code === "service_unavailable" && isStatus(envelope.error)
  }
}

// One key per field, its path joined by dots (a dot within a name is written %2E), one entry per broken rule.
const readValidationMap = (data: JsonRecord): ReadonlyArray<Issue> =>
  Object.entries(data)
    .slice(0, maxIssues)
    .flatMap(([field, rules]) =>
      Object.entries(record(rules) ?? {}).flatMap(([rule, value]) => {
        // A key that names a secret is no rule; a text without a rule that the engine has may be anything.
        const message = isSecretName(rule)
          ? undefined
          : (text(record(value)?.message) ?? (engineRules.has(rule) ? text(value) : undefined))
        return message === undefined ? [] : [{ field: field.replaceAll(/%2E/gi, "."), rule, message }]
      })
    )

/** The rules of the engine's schemas, whose message may come as a bare text. */
const engineRules: ReadonlySet<string> = new Set([
  "required",
  "type",
  "enum",
  "minLength",
  "maxLength",
  "minimum",
  "maximum",
  "minItems",
  "maxItems",
  "minProperties",
  "maxProperties",
  "uniqueItems",
  "pattern",
  "patternProperties",
  "wrong_format",
  "additionalProperties",
  "additionalItems",
  "dependencies",
  "divisibleBy",
  "disallow",
  "schema",
  "not_one_schema_valid",
  "too_few_properties",
  "error",
  "unique",
  "forbidden",
  "rejected",
  "invalid",
  "superfluous",
  "not_found",
  "disabled",
  "expired",
  "insecure",
  "missmatch",
  "primary",
  "date_range",
  "maxSize",
  "encoding"
])

// application/problem+json, or any object with a message.
const readProblem = (problem: JsonRecord): ErrorBody => ({
  ...nothing,
  code: text(problem.code),
  type: text(problem.type),
  description: text(problem.detail) ?? text(problem.message) ?? text(problem.title) ?? ""
})
