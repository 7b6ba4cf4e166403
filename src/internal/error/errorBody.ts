/**
 * Reads the body of an error answer. Never fails: the status has already decided the tag, the body only adds detail.
 *
 * Understood are the documented envelopes (`{error:{code,message,param,type}}`, with or without `success:false`; the
 * engine's `{error:"401",message,data,…}` with its validation map), `application/problem+json`, and any text.
 *
 * @internal
 */
import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"
import type { Issue } from "../../AudianError.ts"
import { type Tokens, tokensOf } from "../schema/quota.ts"
import { isSecretName, scrub, scrubPairs, scrubText } from "./redact.ts"

export interface Answer {
  readonly code?: string | undefined
  readonly type?: string | undefined
  readonly param?: string | undefined
  readonly description: string
  readonly details: ReadonlyArray<Issue>
  readonly requestId?: string | undefined
  readonly tokens?: Tokens | undefined
  readonly body?: Schema.Json
  /** Whether it is one of the API's own error bodies, rather than a proxy's. */
  readonly isDocumented: boolean
}

interface Bag {
  readonly [key: string]: unknown
}

const bag = (u: unknown): Bag | undefined => (Predicate.isObject(u) && !Array.isArray(u) ? (u as Bag) : undefined)

const text = (u: unknown): string | undefined => {
  if (typeof u === "number") return String(u)
  return typeof u === "string" && u.trim() !== "" ? u.trim() : undefined
}

export const read = (received: string, secrets: ReadonlyArray<string>): Answer => {
  const body = scrubText(received, secrets)
  if (body.trim() === "") return { description: "", details: [], isDocumented: false }
  const json = parseJson(body)
  if (json === undefined) {
    const text = scrubPairs(body.slice(0, 8192))
    return { description: plainText(text).slice(0, 300), details: [], body: scrub(text, []), isDocumented: false }
  }
  const answer = readJson(json)
  return {
    ...answer,
    code: cut(answer.code, 200),
    type: cut(answer.type, 200),
    param: cut(answer.param, 200),
    requestId: cut(answer.requestId, 200),
    description: scrubPairs(answer.description.slice(0, 2000)),
    details: answer.details.slice(0, maxIssues).map(({ field, message, rule }) => ({
      field: field.slice(0, 200),
      ...(rule !== undefined && { rule: rule.slice(0, 200) }),
      message: scrubPairs(message.slice(0, 500))
    })),
    body: scrub(json, [])
  }
}

/** How many issues an error keeps. */
export const maxIssues = 100

const cut = (text: string | undefined, length: number): string | undefined => text?.slice(0, length)

const parseJson = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

// A proxy's page: its title says what went wrong, the markup nothing.
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

const readJson = (json: unknown): Answer => {
  const envelope = bag(json)
  if (envelope === undefined) return { description: text(json) ?? "", details: [], isDocumented: false }
  const requestId = text(envelope.request_id)
  const tokens = tokensOf(envelope.tokens)
  const answer =
    bag(envelope.error) !== undefined
      ? readErrorObject(bag(envelope.error)!)
      : "error" in envelope || "data" in envelope
        ? readEngine(envelope)
        : readProblem(envelope)
  return { ...answer, requestId, tokens }
}

// {error: {code, message, param?, type?}}
const readErrorObject = (error: Bag): Answer => {
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
    // Others write the status here, as a number.
    isDocumented: typeof error.code === "string" && code !== undefined
  }
}

// {error: "401", message: "invalid_credentials", data: {message: …} | {"a.b": {"required": {message}}} | […] | "…"}
const readEngine = (envelope: Bag): Answer => {
  const reason = text(envelope.message)
  const code = reason !== undefined && /^[A-Za-z][\w ]{0,60}$/.test(reason) ? reason.replaceAll(" ", "_") : undefined
  const data = bag(envelope.data)
  const details = data === undefined ? [] : readValidationMap(data)
  const param = details[0]?.field
  return {
    code,
    param,
    description: text(data?.message) ?? text(envelope.data) ?? reason ?? text(envelope.error) ?? "",
    details,
    // Others write the name of the status here.
    isDocumented: reason !== undefined && /^\d{3}$/.test(text(envelope.error) ?? "")
  }
}

// One key per field, its path joined by dots (a dot within a name is written %2E), one entry per broken rule.
const readValidationMap = (data: Bag): ReadonlyArray<Issue> =>
  Object.entries(data)
    .slice(0, maxIssues)
    .flatMap(([field, rules]) =>
      Object.entries(bag(rules) ?? {}).flatMap(([rule, value]) => {
        // A rule is a word; a value under the name of a secret is none.
        const message = isSecretName(rule) ? undefined : (text(value) ?? text(bag(value)?.message))
        return message === undefined ? [] : [{ field: field.replaceAll(/%2E/gi, "."), rule, message }]
      })
    )

// application/problem+json, or any object with a message.
const readProblem = (problem: Bag): Answer => {
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
