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
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { AudianError } from "./AudianError.ts"
import * as ApiKey from "./internal/call/apiKey.ts"
import * as TokenSession from "./internal/call/session.ts"
import type { Credentials, Session } from "./internal/credentials.ts"
import type { SharedSessions } from "./internal/fleet/sharedToken.ts"

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
export const make = (options: Options): Effect.Effect<Credentials["Service"]> =>
  Effect.map(Clock.currentTimeMillis, (now) => TokenSession.make(ApiKey.make(options.apiKey), options, now))
