/**
 * The API key of a client: as it was given, or read by an effect once, and once more after a 401.
 *
 * @internal
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import type { AudianError } from "../../AudianError.ts"
import type { Credentials } from "../credentials.ts"
import * as MakeError from "../error/makeError.ts"
import type { SharedSessions } from "../fleet/sharedToken.ts"
import type * as Guard from "../resilience/guard.ts"
import * as SharedValue from "../sharedValue.ts"
import { type HttpConfig, isHeaderValue } from "./request.ts"

export interface Options {
  readonly apiKey?: Redacted.Redacted | Effect.Effect<Redacted.Redacted, unknown> | undefined
  readonly authToken?: Redacted.Redacted | undefined
  readonly accountId?: string | undefined
}

export interface ApiKey {
  readonly read: Effect.Effect<Redacted.Redacted, AudianError>
  /** Reads the key again after it was rejected. True when it is another one. */
  readonly renew: (rejected: Redacted.Redacted) => Effect.Effect<boolean, AudianError>
}

export const make = (apiKey: Options["apiKey"]): ApiKey => {
  if (!Effect.isEffect(apiKey)) {
    return {
      read: apiKey === undefined ? Effect.fail(unreadable("no API key was given")) : Effect.succeed(apiKey),
      renew: () => Effect.succeed(false)
    }
  }
  const shared = SharedValue.make(readKey(apiKey), () => Number.POSITIVE_INFINITY)
  return {
    read: shared.get,
    // Each read is an object of its own: of many fibers whose key was rejected, only the first reads again.
    renew: (rejected) =>
      shared
        .invalidateIf((value) => value === rejected)
        .pipe(
          Effect.andThen(shared.get),
          Effect.map((value) => Redacted.value(value) !== Redacted.value(rejected))
        )
  }
}

/** The parts of a client that the exchange of its key needs. */
export interface Client extends Options {
  readonly http: HttpConfig
  readonly guard: Guard.Guard | undefined
  /** The time limit of the exchange, where the client has a guard. */
  readonly limit: Duration.Duration
  readonly shared: SharedSessions | undefined
  /** The time at which the client was made, in epoch milliseconds. */
  readonly madeAt: number
}

/** The key of some credentials and their client, and the same credentials with the exchange of the key, once made. */
export interface Source {
  readonly key: ApiKey
  readonly client: Client
  completed?: Credentials["Service"]
}

// The key is in the global registry: the operation that exchanges may come from another copy of the package.
const source: unique symbol = /*@__PURE__*/ Symbol.for("effect-audian/Credentials/source")

/** The source of some credentials; `undefined` where there is nothing to exchange. */
export const sourceOf = (credentials: Credentials["Service"]): Source | undefined =>
  (credentials as { readonly [source]?: Source })[source]

/** The credentials of operations that send the key itself. `Session.complete` adds its exchange. */
export const credentials = (client: Client): Credentials["Service"] => {
  const { accountId, apiKey, authToken } = client
  const key = make(apiKey)
  const own: Credentials["Service"] = {
    token: () => (apiKey === undefined && authToken !== undefined ? Effect.succeed(authToken) : key.read),
    accountId: Effect.succeed(accountId),
    refuse: (_, token) => key.renew(token)
  }
  const value: Source = { key, client }
  return apiKey === undefined ? own : Object.defineProperty(own, source, { value })
}

const readKey = (apiKey: Effect.Effect<Redacted.Redacted, unknown>): Effect.Effect<Redacted.Redacted, AudianError> =>
  Effect.matchEffect(apiKey, {
    // The cause is kept, but redacted: it may quote the request to the secret manager.
    onFailure: (cause) => {
      const description = `the API key could not be read (${kindOf(cause)})`
      return Effect.andThen(
        Effect.logWarning(`effect-audian: ${description}; the cause of the error has more, redacted`),
        Effect.fail(unreadable(description, Redacted.make(cause, { label: "the cause" })))
      )
    },
    onSuccess: (value) => {
      // A program that no compiler has checked may give a plain string.
      const given: unknown = Redacted.isRedacted(value) ? Redacted.value(value) : value
      if (typeof given !== "string") {
        return Effect.fail(unreadable("the API key that was read is neither a string nor a Redacted of one"))
      }
      const text = given.trim()
      if (text === "") return Effect.fail(unreadable("the API key that was read is empty"))
      return isHeaderValue(text)
        ? Effect.succeed(Redacted.make(text, { label: "effect-audian" }))
        : Effect.fail(unreadable("the API key that was read has characters that a header cannot carry"))
    }
  })

/** The tag or the name of a failure, which reveal none of its values. */
const kindOf = (cause: unknown): string => {
  const { _tag, name } = Predicate.isObject(cause)
    ? (cause as { readonly _tag?: unknown; readonly name?: unknown })
    : {}
  const kind = [_tag, name].find((kind) => typeof kind === "string" && /^[A-Za-z][\w.-]{0,60}$/.test(kind))
  return kind === undefined ? typeof cause : String(kind)
}

/** The error of a call whose credential cannot be had. */
export const unreadable = (description: string, cause?: unknown): AudianError =>
  MakeError.noCredential(MakeError.callInfo({ operation: "Credentials.apiKey" }), description, cause)
