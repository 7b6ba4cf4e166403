/**
 * The token of the account family: exchanged for the API key when the first call needs it, shared by all fibers, renewed
 * before it expires and after a 401.
 *
 * @internal
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { AudianError } from "../../AudianError.ts"
import { type Credentials, lifeOf, type Session } from "../credentials.ts"
import type { SharedSessions } from "../fleet/sharedToken.ts"
import * as Exchange from "../schema/exchange.ts"
import type { Complete } from "../service.ts"
import * as SharedValue from "../sharedValue.ts"
import * as ApiKey from "./apiKey.ts"
import * as Operation from "./operation.ts"
import { isHeaderValue } from "./request.ts"
import * as TokenExchange from "./tokenExchange.ts"

export interface Options extends ApiKey.Options {
  /** Exchanges an API key for a token. */
  readonly exchange: (apiKey: Redacted.Redacted) => Effect.Effect<Session, AudianError>
  /** The sessions that are shared with other processes. */
  readonly shared?: SharedSessions | undefined
}

/** Adds the exchange of the API key to the credentials of a client. Those of a program are complete. */
export const complete: Complete = (credentials) => {
  const source = ApiKey.sourceOf(credentials)
  if (source === undefined) return credentials
  if (source.completed === undefined) {
    const { client, key } = source
    const exchange = TokenExchange.make(operation, client.http, client.guard, client.limit)
    source.completed = make(key, { ...client, exchange }, client.madeAt)
  }
  return source.completed
}

const operation: TokenExchange.Exchange = /*@__PURE__*/ Operation.fromEndpoint(Exchange.endpoint, Exchange.traits)

/** `now` is the time since which a token that was given lives, in epoch milliseconds. */
export const make = (key: ApiKey.ApiKey, options: Options, now: number): Credentials["Service"] => {
  const { apiKey, authToken, shared } = options
  /** The token that was rejected last: a stored one is no better when it is the same. */
  let rejected: Redacted.Redacted | undefined

  const exchangeOf = (apiKey: Redacted.Redacted): Effect.Effect<Session, AudianError> => {
    const own = Effect.flatMap(options.exchange(apiKey), checked)
    return shared === undefined ? own : Effect.flatMap(shared.get(apiKey, rejected, own), checked)
  }

  const exchange: Effect.Effect<Session, AudianError> = Effect.flatMap(key.read, (apiKey) =>
    Effect.catchTag(exchangeOf(apiKey), "Unauthorized", (error) =>
      Effect.flatMap(
        key.renew(apiKey),
        (renewed): Effect.Effect<Session, AudianError> =>
          renewed ? Effect.flatMap(key.read, exchangeOf) : Effect.fail(error)
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
      expiresAt: apiKey === undefined ? Number.POSITIVE_INFINITY : endOf(given, now)
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
      family === "account" || apiKey === undefined ? Effect.map(session, (session) => session.token) : key.read,
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
          : key.renew(token)
  }
}

/** A token is checked before it is kept: one that no header can carry would fail every call of its life. */
const checked = (session: Session): Effect.Effect<Session, AudianError> =>
  isHeaderValue(Redacted.value(session.token))
    ? Effect.succeed(session)
    : Effect.fail(ApiKey.unreadable("the token that was exchanged has characters that a header cannot carry"))
