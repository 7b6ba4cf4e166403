/**
 * Options of a call: checked, and combined with those around it. `Audian.withTimeout`, `withHeaders`, `withAccount`,
 * `RateLimit.withPriority`.
 *
 * @internal
 */
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import type { Issue } from "../../AudianError.ts"
import * as OptionRules from "../options.ts"
import type { Priority } from "../resilience/limiterQueue.ts"
import type { CredentialSource, CurrentOptions } from "./currentOptions.ts"
import * as Limits from "./limits.ts"
import { isHeaderValue } from "./request.ts"

/**
 * Request headers, in any case. A redacted value is kept out of errors; `undefined` removes a header of an outer option.
 *
 * @category options
 * @since 0.1.0
 */
export interface RequestHeaders {
  readonly [name: string]: string | Redacted.Redacted | undefined
}

/**
 * Options of the calls in a context.
 *
 * @category options
 * @since 0.1.0
 */
export interface CallOptions {
  /** The time limits of a call; a limit that is left out is the client's own. */
  readonly timeout?: Limits.Options | undefined
  /** Request headers. A redacted value is kept out of errors. */
  readonly headers?: RequestHeaders | undefined
  /** The account of account-scoped operations whose input names none. */
  readonly accountId?: string | undefined
  /** The priority in the queue of the rate limiter, as by `RateLimit.withPriority`. */
  readonly priority?: Priority | undefined
}

/** Options that only the library sets. */
interface Internal {
  readonly credentials?: CredentialSource | undefined
  readonly ifNoneMatch?: string | undefined
}

/** The options within others, where there are some. */
export const within = (
  outer: CurrentOptions | undefined,
  given: CallOptions,
  { credentials, ifNoneMatch }: Internal = {}
): CurrentOptions => {
  const issues = [...(credentials?.issues ?? []), ...issuesOf(given)]
  const { accountId, headers = {}, priority, timeout = {} }: CallOptions = issues.length === 0 ? given : {}
  const plain = Object.entries(headers).map(([name, value]) => [
    name.toLowerCase(),
    value === undefined ? undefined : textOf(value)
  ])
  const own = make({
    issues,
    timeout,
    headers: Object.fromEntries(plain),
    secrets: Object.values(headers).flatMap((value) => (Redacted.isRedacted(value) ? [Redacted.value(value)] : [])),
    accountId,
    priority,
    credentials,
    ifNoneMatch
  })
  return outer === undefined ? own : own.within(outer)
}

const make = (own: Omit<CurrentOptions, "within">): CurrentOptions => ({
  ...own,
  within: (outer) =>
    make({
      issues: [...outer.issues, ...own.issues],
      timeout: {
        attempt: own.timeout.attempt ?? outer.timeout.attempt,
        total: own.timeout.total ?? outer.timeout.total
      },
      headers: { ...outer.headers, ...own.headers },
      secrets: [...outer.secrets, ...own.secrets],
      // An account belongs to the credentials that it was given with, or for.
      accountId: own.accountId ?? (own.credentials === undefined ? outer.accountId : undefined),
      priority: own.priority ?? outer.priority,
      credentials: own.credentials ?? outer.credentials,
      ifNoneMatch: own.ifNoneMatch ?? outer.ifNoneMatch
    })
})

/** Why options cannot work, by field. */
const issuesOf = (options: CallOptions): ReadonlyArray<Issue> => {
  const mistake = OptionRules.mistake(options, rules())
  if (mistake !== undefined) {
    const end = mistake.indexOf(": ")
    return [{ field: mistake.slice(0, end), message: upperFirst(mistake.slice(end + 2)) }]
  }
  return Object.entries(options.headers ?? {}).flatMap(([name, value]) => {
    const message = value === undefined ? undefined : headerIssue(name.toLowerCase(), value)
    return message === undefined ? [] : [{ field: `headers.${name}`, message }]
  })
}

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const rules = (): OptionRules.RulesFor<CallOptions> => ({
  timeout: OptionRules.record(Limits.rules()),
  headers: { expected: "an object of headers", accepts: Predicate.isObject, secret: true },
  accountId: {
    expected: "a non-empty string",
    accepts: (value) => typeof value === "string" && value.trim() !== ""
  },
  priority: OptionRules.either(OptionRules.literal("high"), OptionRules.literal("normal"), OptionRules.literal("low"))
})

const headerIssue = (name: string, value: string | Redacted.Redacted): string | undefined => {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) return "Expected the name of a header"
  if (ofCredential.has(name)) return "Not allowed: the credential is the client's"
  if (ofFraming.has(name)) return "Not allowed: it says how the request is sent, which the client decides"
  const text = textOf(value)
  return typeof text === "string" && isHeaderValue(text) ? undefined : "Expected visible ASCII characters and spaces"
}

const ofCredential = /*@__PURE__*/ new Set([
  "authorization",
  "cookie",
  "proxy-authorization",
  "x-api-key",
  "x-auth-token"
])

const ofFraming = /*@__PURE__*/ new Set([
  "accept",
  "accept-encoding",
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "expect",
  "host",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade"
])

const textOf = (value: string | Redacted.Redacted): string =>
  Redacted.isRedacted(value) ? Redacted.value(value) : value
