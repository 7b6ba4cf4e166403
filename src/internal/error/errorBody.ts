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
import { maxIssues } from "./issues.ts"
import { isSecretName, scrub, scrubPairs, scrubText } from "./redact.ts"

export interface ErrorBody {
  readonly code?: string | undefined
  readonly type?: string | undefined
  readonly param?: string | undefined
  readonly description: string
  readonly details: ReadonlyArray<Issue>
  /** The parsed body, without the call's secrets; `undefined` when it is not JSON. */
  readonly json?: unknown
  /** The part of it that an error keeps. */
  readonly body?: Schema.Json
  /** `true` for one of the API's own error bodies, rather than a proxy's. */
  readonly isDocumented: boolean
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

export const read = (received: string, secrets: ReadonlyArray<string>): ErrorBody => {
  const body = scrubText(received, secrets)
  if (body.trim() === "") return { description: "", details: [], isDocumented: false }
  const json = parseJson(body)
  if (json === undefined) {
    const text = scrubPairs(body.slice(0, 8192))
    return { description: plainText(text).slice(0, 300), details: [], body: scrub(text, []), isDocumented: false }
  }
  const found = readJson(json)
  return {
    ...found,
    code: found.code?.slice(0, maxName),
    type: found.type?.slice(0, maxName),
    param: found.param?.slice(0, maxName),
    description: scrubPairs(found.description.slice(0, 2000)),
    details: found.details.slice(0, maxIssues).map(({ field, message, rule }) => ({
      field: field.slice(0, maxName),
      ...(rule !== undefined && { rule: rule.slice(0, maxName) }),
      message: scrubPairs(message.slice(0, 500))
    })),
    json,
    body: scrub(json, [])
  }
}

/** The longest code, field or rule that an error keeps. */
const maxName = 200

const parseJson = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

// The title of a proxy's page says what went wrong.
const plainText = (body: string): string => {
  if (!/<\w[^<>]*>/.test(body)) return body.replace(/\s+/g, " ").trim()
  const title = /<title[^<>]*>([^<]*)<\/title>/i.exec(body)?.[1]?.trim()
  return (
    title ||
    body
      .replace(/<(script|style)[^<>]*>[^<]*/gi, " ")
      .replace(/<[^<>]*>/g, " ")
      .replace(/\s+/g, " ")
      .trim()
  )
}

const readJson = (json: unknown): ErrorBody => {
  const envelope = record(json)
  if (envelope === undefined) return { description: text(json) ?? "", details: [], isDocumented: false }
  const error = record(envelope.error)
  if (error !== undefined) return readErrorObject(error)
  return "error" in envelope || "data" in envelope ? readEngine(envelope) : readProblem(envelope)
}

// {error: {code, message, param?, type?}}
const readErrorObject = (error: JsonRecord): ErrorBody => {
  const code = text(error.code)
  const type = text(error.type)
  const param = text(error.param)
  const description = text(error.message) ?? ""
  return {
    code,
    type,
    param,
    description,
    details: param === undefined ? [] : [{ field: param, message: description }],
    // Other servers write the status here, as a number.
    isDocumented: typeof error.code === "string" && code !== undefined
  }
}

// {error: "401", message: "invalid_credentials", data: {message: …} | {"a.b": {"required": {message}}} | […] | "…"}
const readEngine = (envelope: JsonRecord): ErrorBody => {
  const reason = text(envelope.message)
  const code = reason !== undefined && /^[A-Za-z][\w ]{0,60}$/.test(reason) ? reason.replaceAll(" ", "_") : undefined
  const data = record(envelope.data)
  const details = data === undefined ? [] : readValidationMap(data)
  const param = details[0]?.field
  return {
    code,
    param,
    description: text(data?.message) ?? text(envelope.data) ?? reason ?? text(envelope.error) ?? "",
    details,
    // Other servers write the name of the status here.
    isDocumented: reason !== undefined && /^\d{3}$/.test(text(envelope.error) ?? "")
  }
}

// One key per field, its path joined by dots (a dot within a name is written %2E), one entry per broken rule.
const readValidationMap = (data: JsonRecord): ReadonlyArray<Issue> =>
  Object.entries(data)
    .slice(0, maxIssues)
    .flatMap(([field, rules]) =>
      Object.entries(record(rules) ?? {}).flatMap(([rule, value]) => {
        // A key that names a secret is no rule.
        const message = isSecretName(rule) ? undefined : (text(value) ?? text(record(value)?.message))
        return message === undefined ? [] : [{ field: field.replaceAll(/%2E/gi, "."), rule, message }]
      })
    )

// application/problem+json, or any object with a message.
const readProblem = (problem: JsonRecord): ErrorBody => {
  const type = text(problem.type)
  const code = text(problem.code)
  return {
    code,
    type,
    description: text(problem.detail) ?? text(problem.message) ?? text(problem.title) ?? "",
    details: [],
    isDocumented: false
  }
}
