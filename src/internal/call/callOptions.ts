/**
 * The options of the calls in a context: `Audian.withTimeout`, `withHeaders`, `withAccount`.
 *
 * @internal
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type { Issue } from "../../AudianError.ts"
import * as OptionRules from "../options.ts"
import * as Limits from "./limits.ts"
import { isHeaderValue } from "./request.ts"

export type Headers = Readonly<Record<string, string | Redacted.Redacted | undefined>>

/**
 * Options of the calls in a context.
 *
 * @category options
 * @since 0.2.0
 */
export interface CallOptions {
  /** The time limits of a call; a limit that is left out is the client's own. */
  readonly timeout?: Limits.Options | undefined
  /** Request headers. A redacted value is kept out of errors. */
  readonly headers?: Headers | undefined
  /** The account of account-scoped operations whose input names none. */
  readonly accountId?: string | undefined
  /** The credentials, as `Audian.withCredentials` sets them. */
  readonly credentials?: CredentialSource | undefined
  /** The ETag of a value that the caller has: a 304 gives `Request.notModified`. */
  readonly ifNoneMatch?: string | undefined
  /** Why the options cannot work, once that is known. */
  readonly issues?: ReadonlyArray<Issue> | undefined
}

/** The credentials of a call, which a client turns into a client of their own. */
export interface CredentialSource {
  /** Why the credentials cannot work. */
  readonly issues: ReadonlyArray<Issue>
  /** Equal for equal credentials. It may hold a secret. */
  readonly key: string
  readonly clientOf: <Client>(client: Client) => Effect.Effect<Client, never, Scope.Scope>
}

const none: CallOptions = { issues: [] }

export const Current = /*@__PURE__*/ Context.Reference<CallOptions>("effect-audian/Audian/CallOptions", {
  defaultValue: () => none
})

/** Options within others: the inner ones win, limit by limit and header by header. */
export const merge = (outer: CallOptions, inner: CallOptions): CallOptions => {
  if (outer === none) return inner
  if (inner === none) return outer
  return {
    timeout: {
      attempt: inner.timeout?.attempt ?? outer.timeout?.attempt,
      total: inner.timeout?.total ?? outer.timeout?.total
    },
    headers: { ...lowerCase(outer.headers), ...lowerCase(inner.headers) },
    // An account belongs to the credentials that it was given with, or for.
    accountId: inner.accountId ?? (inner.credentials === undefined ? outer.accountId : undefined),
    credentials: inner.credentials ?? outer.credentials,
    ifNoneMatch: inner.ifNoneMatch ?? outer.ifNoneMatch,
    issues: [...issuesOf(outer), ...issuesOf(inner)]
  }
}

const lowerCase = (headers: Headers | undefined): Headers =>
  Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]))

/** Why options cannot work, by field. */
export const issuesOf = (options: CallOptions): ReadonlyArray<Issue> => {
  if (options === none) return none.issues!
  return options.issues ?? findIssues(options)
}

const findIssues = (options: CallOptions): ReadonlyArray<Issue> => {
  const issues: Array<Issue> = [...(options.credentials?.issues ?? [])]
  const mistake = OptionRules.mistake(options, rules())
  if (mistake !== undefined) {
    const end = mistake.indexOf(": ")
    return [...issues, { field: mistake.slice(0, end), message: upperFirst(mistake.slice(end + 2)) }]
  }
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    const message = value === undefined ? undefined : headerIssue(name.toLowerCase(), value)
    if (message !== undefined) issues.push({ field: `headers.${name}`, message })
  }
  return issues
}

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const rules = (): OptionRules.RulesFor<CallOptions> => ({
  timeout: OptionRules.record(Limits.rules()),
  headers: { expected: "an object of headers", accepts: Predicate.isObject, secret: true },
  accountId: {
    expected: "a non-empty string",
    accepts: (value) => typeof value === "string" && value.trim() !== ""
  },
  credentials: { expected: "credentials", accepts: Predicate.isObject, secret: true },
  ifNoneMatch: OptionRules.string,
  issues: { expected: "a list", accepts: Array.isArray }
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

/** The headers as they are sent. */
export const plainHeaders = (headers: Headers | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers ?? {}).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), textOf(value)]]
    )
  )

/** The values that must not come back in an error. */
export const secretsOf = (headers: Headers | undefined): ReadonlyArray<string> =>
  Object.values(headers ?? {}).flatMap((value) => (Redacted.isRedacted(value) ? [Redacted.value(value)] : []))
