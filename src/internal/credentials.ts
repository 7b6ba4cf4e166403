/**
 * The credentials service, apart from its constructors, so that a call can name it without them.
 *
 * @internal
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { AudianError, Issue } from "../AudianError.ts"

/**
 * A family of operations, by the credential and the envelope they use: `"flat"` sends the API key,
 * `"account"` the token exchanged for it, `"public"` none.
 *
 * @category models
 * @since 0.1.0
 */
export type Family = "flat" | "account" | "public"

/**
 * A token of the account-scoped family and the account it belongs to.
 *
 * @category models
 * @since 0.1.0
 */
export interface Session {
  readonly token: Redacted.Redacted
  readonly accountId: string | undefined
  /** The time to refresh it, in epoch milliseconds. Default at nine tenths of the token's life. */
  readonly renewAt?: number | undefined
}

/**
 * The source of credentials that a program writes itself.
 *
 * @category models
 * @since 0.1.0
 */
export interface TokenSource {
  /** The value of `X-Auth-Token` for a family. */
  readonly token: (family: Family) => Effect.Effect<Redacted.Redacted, AudianError>
  /** The account of account-scoped operations whose call names none. */
  readonly accountId: Effect.Effect<string | undefined, AudianError>
  /**
   * Invalidates a value that the server responded to with 401. `true` when another one is available: the call is then
   * retried once.
   */
  readonly refuse: (family: Family, token: Redacted.Redacted) => Effect.Effect<boolean, AudianError>
}

/**
 * The source of credentials.
 *
 * @category services
 * @since 0.1.0
 */
export class Credentials extends Context.Service<Credentials, TokenSource>()("effect-audian/Credentials") {}

/** The message of a call that needs an account and has none. */
export const noAccount =
  "No account: the credential does not say whose it is. Give accountId (AUDIAN_ACCOUNT_ID) to the client, account_id to the call, or Audian.withAccount around it"

/** The issue of a missing account, with the options that name one. @internal */
export const nameAccount = (issue: Issue): Issue =>
  issue.field === "account_id" ? { ...issue, message: noAccount } : issue

// The engine's tokens live an hour; so does one that does not say.
const defaultLife = Duration.minutes(54)

/**
 * The life of a session: until its `renewAt`, or nine tenths of its token's life. That is measured from `iat` to `exp`,
 * both by the server's clock, so that a wrong clock here does no harm.
 *
 * @internal
 */
export const lifeOf = ({ renewAt, token }: Session, now: number): Duration.Duration => {
  if (renewAt !== undefined) return Duration.millis(Math.max(1, renewAt - now))
  const { exp, iat } = claimsOf(Redacted.value(token))
  if (typeof exp !== "number") return exp === null ? Duration.infinity : defaultLife
  const seconds = exp - (typeof iat === "number" && iat < exp ? iat : now / 1000)
  return seconds > 0 ? Duration.seconds(seconds * 0.9) : defaultLife
}

/** The claims of a JWT; none of any other token. They are read, not verified: the server verifies them. */
const claimsOf = (token: string): { readonly exp?: unknown; readonly iat?: unknown } => {
  try {
    // The numbers are ASCII whatever the encoding of the rest.
    return JSON.parse(atob(token.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/"))) ?? {}
  } catch {
    return {}
  }
}
