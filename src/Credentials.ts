/**
 * The source of a call's credential.
 *
 * **Details**
 *
 * From one API key: operations of the flat family send it as it is, account-scoped ones send the token that
 * `PUT /v2/api_auth` gives for it. The first call that needs the token gets it. All fibers share it. It is refreshed when
 * nine tenths of its life are over, and invalidated and refreshed once after a 401.
 *
 * **Example** (A source of one's own)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 * import { Audian, Credentials } from "effect-audian"
 *
 * const fromElsewhere = Layer.succeed(Credentials.Credentials, {
 *   token: () => Effect.succeed(Redacted.make("a token")),
 *   accountId: Effect.succeed("acc_1"),
 *   // Nothing can renew this token.
 *   refuse: () => Effect.succeed(false)
 * })
 *
 * export const live = Audian.layerCredentials().pipe(Layer.provide(fromElsewhere))
 * ```
 *
 * @see https://docs.audian.com/authentication/api-keys
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import type { AudianError } from "./AudianError.ts"
import { isHeaderValue } from "./internal/call/request.ts"
import { type Credentials, lifeOf, type Session } from "./internal/credentials.ts"
import * as MakeError from "./internal/error/makeError.ts"
import type { SharedSessions } from "./internal/fleet/sharedToken.ts"
import * as SharedValue from "./internal/sharedValue.ts"

export { Credentials, type Family, type Session, type TokenSource } from "./internal/credentials.ts"

/**
 * A way to share the token of an API key with other processes: the `sessions` of `Audian.layer`. `R` is the service that
 * shares it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Sessions<out R = never> {
  /** Makes the shared sessions of one client. */
  readonly make: (baseUrl: string) => Effect.Effect<SharedSessions, never, R>
}

/**
 * The options of {@link make}. With an `apiKey`, a token is exchanged when it is needed; an `authToken` alone works until
 * it expires.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** The API key, or an effect that reads it (a secret manager): run once, and once more after a 401. */
  readonly apiKey?: Redacted.Redacted | Effect.Effect<Redacted.Redacted, unknown> | undefined
  /** A ready-made token. */
  readonly authToken?: Redacted.Redacted | undefined
  /** The account that account-scoped operations use by default. */
  readonly accountId?: string | undefined
  /** Exchanges an API key for a token. */
  readonly exchange: (apiKey: Redacted.Redacted) => Effect.Effect<Session, AudianError>
  /** The sessions that are shared with other processes. */
  readonly shared?: SharedSessions | undefined
}

/**
 * Makes the source of credentials that `Audian.layer` uses.
 *
 * **Example** (Exchange keys by a service of your own)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 * import { Credentials } from "effect-audian"
 *
 * export const layer = Layer.effect(
 *   Credentials.Credentials,
 *   Credentials.make({
 *     apiKey: Redacted.make("sk_live_…"),
 *     exchange: () => Effect.succeed({ token: Redacted.make("a token"), accountId: "acc_1" })
 *   })
 * )
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function* (options: Options): Effect.fn.Return<Credentials["Service"]> {
  const { apiKey, authToken, shared } = options
  /** The token that was rejected last: a stored one is no better when it is the same. */
  let rejected: Redacted.Redacted | undefined

  const exchangeOf = (apiKey: Redacted.Redacted): Effect.Effect<Session, AudianError> => {
    const own = Effect.flatMap(options.exchange(apiKey), checked)
    return shared === undefined ? own : Effect.flatMap(shared.get(apiKey, rejected, own), checked)
  }

  const apiKeys = SharedValue.make(readApiKey(apiKey), () => Number.POSITIVE_INFINITY)

  const readKey: Effect.Effect<Redacted.Redacted, AudianError> = Redacted.isRedacted(apiKey)
    ? Effect.succeed(apiKey)
    : apiKeys.get

  // Each read is an object of its own: of many fibers whose key was rejected, only the first reads again.
  const renewApiKey = (rejected: Redacted.Redacted): Effect.Effect<boolean, AudianError> =>
    Effect.isEffect(apiKey)
      ? apiKeys
          .invalidateIf((value) => value === rejected)
          .pipe(
            Effect.andThen(apiKeys.get),
            Effect.map((value) => !same(value, rejected))
          )
      : Effect.succeed(false)

  const exchange: Effect.Effect<Session, AudianError> = Effect.flatMap(readKey, (apiKey) =>
    Effect.catchTag(exchangeOf(apiKey), "Unauthorized", (error) =>
      Effect.flatMap(
        renewApiKey(apiKey),
        (renewed): Effect.Effect<Session, AudianError> =>
          renewed ? Effect.flatMap(apiKeys.get, exchangeOf) : Effect.fail(error)
      )
    )
  )

  let exchanges = 0
  const counted = Effect.suspend(() => {
    exchanges++
    return exchange
  })
  const endOf = (session: Session, now: number) => now + Duration.toMillis(lifeOf(session, now))
  const given: Session | undefined = authToken && { token: authToken, accountId: undefined }
  const sessions = SharedValue.make(
    counted,
    endOf,
    given && {
      value: given,
      expiresAt: apiKey === undefined ? Number.POSITIVE_INFINITY : endOf(given, yield* Clock.currentTimeMillis)
    }
  )
  // An exchange that others wait for may run out of the time that it had for the first of them. Who came later has time
  // left: it waits for another one, once.
  const session = Effect.suspend(() => {
    const before = exchanges
    return Effect.catchIf(
      sessions.get,
      (error: AudianError) =>
        before === exchanges && error._tag === "AudianClientError" && error.reason._tag === "Timeout",
      () => sessions.get
    )
  })

  // A ready-made token does not name its account; an exchange of the key does.
  const accounts = SharedValue.make(
    Effect.map(exchange, ({ accountId }) => accountId),
    () => Number.POSITIVE_INFINITY
  )
  const accountOf = (session: Session): Effect.Effect<string | undefined, AudianError> =>
    apiKey !== undefined && session.token === authToken ? accounts.get : Effect.succeed(session.accountId)

  return {
    token: (family) =>
      family === "account" || apiKey === undefined ? Effect.map(session, (session) => session.token) : readKey,
    accountId: options.accountId !== undefined ? Effect.succeed(options.accountId) : Effect.flatMap(session, accountOf),
    refuse: (family, token) =>
      apiKey === undefined
        ? Effect.succeed(false)
        : family === "account"
          ? Effect.map(
              sessions.invalidateIf((session) => session.token === token),
              () => {
                rejected = token
                return true
              }
            )
          : renewApiKey(token)
  }
})

/** A token is checked before it is kept: one that no header can carry would fail every call of its life. */
const checked = (session: Session): Effect.Effect<Session, AudianError> =>
  isHeaderValue(Redacted.value(session.token))
    ? Effect.succeed(session)
    : Effect.fail(unreadable("the token that was exchanged has characters that a header cannot carry"))

const same = (a: Redacted.Redacted, b: Redacted.Redacted): boolean => Redacted.value(a) === Redacted.value(b)

const readApiKey = (apiKey: Options["apiKey"]): Effect.Effect<Redacted.Redacted, AudianError> => {
  if (apiKey === undefined) return Effect.fail(unreadable("no API key was given"))
  if (!Effect.isEffect(apiKey)) return Effect.succeed(apiKey)
  return Effect.matchEffect(apiKey, {
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
}

/** The tag or the name of a failure, which reveal none of its values. */
const kindOf = (cause: unknown): string => {
  const { _tag, name } = Predicate.isObject(cause)
    ? (cause as { readonly _tag?: unknown; readonly name?: unknown })
    : {}
  const kind = [_tag, name].find((kind) => typeof kind === "string" && /^[A-Za-z][\w.-]{0,60}$/.test(kind))
  return kind === undefined ? typeof cause : String(kind)
}

const unreadable = (description: string, cause?: unknown): AudianError =>
  MakeError.noCredential(MakeError.callInfo({ operation: "Credentials.apiKey" }), description, cause)
