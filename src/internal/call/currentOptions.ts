/**
 * The options of the calls in a context, as a call reads them. `callOptions.ts` checks and combines them: a program that
 * sets none does not bundle it.
 *
 * @internal
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Issue } from "../../AudianError.ts"
import type { Priority } from "../resilience/limiterQueue.ts"
import type * as Limits from "./limits.ts"

export interface CurrentOptions {
  /** Why the options cannot work. */
  readonly issues: ReadonlyArray<Issue>
  readonly timeout: Limits.Options
  /** In lower case, as they are sent; `undefined` for one that an outer option set and this one removes. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** The values of headers that must not come back in an error. */
  readonly secrets: ReadonlyArray<string>
  readonly accountId: string | undefined
  /** Priority in the queue of the limiter. */
  readonly priority: Priority | undefined
  readonly credentials: CredentialSource | undefined
  /** The ETag of a value that the caller has: a 304 gives `Request.notModified`. */
  readonly ifNoneMatch: string | undefined
  /** These options within others. */
  readonly within: (outer: CurrentOptions) => CurrentOptions
}

/** The credentials of a call, which a client turns into a client of their own. */
export interface CredentialSource {
  /** Why the credentials cannot work. */
  readonly issues: ReadonlyArray<Issue>
  /** Equal for equal credentials. It may hold a secret. */
  readonly key: string
  readonly clientOf: <Client>(client: Client) => Effect.Effect<Client, never, Scope.Scope>
}

export const Current = /*@__PURE__*/ Context.Reference<CurrentOptions | undefined>("effect-audian/Audian/CallOptions", {
  defaultValue: () => undefined
})
