/**
 * The client as a layer: options in, one service out.
 *
 * `Audian.layerFetch({ apiKey })` needs nothing and provides the service of every operation. `Audian.layer` takes the
 * `HttpClient` of the program: undici, a browser's or a fake.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import type { AudianError } from "./AudianError.ts"
import type * as CircuitBreaker from "./CircuitBreaker.ts"
import * as Credentials from "./Credentials.ts"
import * as AnyRequest from "./internal/call/anyRequest.ts"
import { credentials as keyCredentials } from "./internal/call/apiKey.ts"
import * as Call from "./internal/call/call.ts"
import * as CallOptions from "./internal/call/callOptions.ts"
import * as CurrentOptions from "./internal/call/currentOptions.ts"
import * as Limits from "./internal/call/limits.ts"
import * as Request from "./internal/call/request.ts"
import * as ResponseCapture from "./internal/call/responseCapture.ts"
import * as Tenants from "./internal/call/tenants.ts"
import * as CallSite from "./internal/error/callSite.ts"
import * as Located from "./internal/error/located.ts"
import { omitUndefined } from "./internal/omitUndefined.ts"
import * as OptionRules from "./internal/options.ts"
import { InvalidOptions } from "./internal/options.ts"
import * as Guard from "./internal/resilience/guard.ts"
import * as RetryBudget from "./internal/resilience/retryBudget.ts"
import { pure } from "./internal/schema/schema.ts"
import { type Access, Audian, defaultBaseUrl, type Response } from "./internal/service.ts"
import * as Observer from "./internal/telemetry/observer.ts"
import { RequestLogEnabled } from "./internal/telemetry/requestLog.ts"
import { version } from "./internal/version.ts"
import type * as RateLimit from "./RateLimit.ts"
import * as Retry from "./Retry.ts"

export {
  type Access,
  /**
   * The client: the one service that every operation needs.
   *
   * @category services
   * @since 0.1.0
   */
  Audian,
  defaultBaseUrl,
  type Response
}

/**
 * The default of `maxResponseSize`: 16 MiB, in bytes.
 *
 * @category options
 * @since 0.1.0
 */
export const defaultMaxResponseSize = 16_777_216

/**
 * The time limits of a call.
 *
 * @category options
 * @since 0.1.0
 */
export interface Timeout {
  /**
   * The limit of each attempt, its response body included. For a file it is the limit between two chunks. Default 30
   * seconds.
   */
  readonly attempt?: Duration.Input | undefined
  /** The limit of the whole call, waits and retries included. Default 5 minutes. */
  readonly total?: Duration.Input | undefined
}

/**
 * Options that do not concern the credential. `R` is the service through which clients share state, such as `Fleet`.
 *
 * @category options
 * @since 0.1.0
 */
export interface ClientOptions<out R = never> {
  /** The URL of the API, with or without `/v2` at its end. Default {@link defaultBaseUrl}. */
  readonly baseUrl?: string | URL | undefined
  /** The time limits of a call. `withTimeout` sets those of some calls. */
  readonly timeout?: Timeout | undefined
  /**
   * The largest response body that is read, in bytes; `Infinity` for no limit. A larger success is an
   * `InvalidResponse`; a larger error keeps its tag and the beginning of its body. A file is a stream and has no limit.
   * Default {@link defaultMaxResponseSize}.
   */
  readonly maxResponseSize?: number | undefined
  /**
   * The largest number of requests in flight. Others wait in order; the wait counts towards `timeout.total`, not towards
   * `timeout.attempt`. Default none; `NodeAudian.layer` sets it.
   */
  readonly maxConcurrency?: number | undefined
  /**
   * The retry policy of calls that set none by `Retry.withPolicy` or `Retry.layer`. Default: that of a `Retry.layer`
   * underneath this layer, else `Retry.standard`.
   */
  readonly retry?: Retry.Policy | undefined
  /**
   * The retries that a client may make before successes earn more: `capacity` at the start and at most (default 10),
   * `refund` for each call that succeeds at once (default 0.1). `Fleet.retryBudget()` shares it; `false` disables it.
   */
  readonly retryBudget?:
    | { readonly capacity?: number | undefined; readonly refund?: number | undefined }
    | Retry.Budget<R>
    | false
    | undefined
  /** Waits for the quota before a request is sent: `RateLimit.limiter(…)`. Default none. */
  readonly rateLimit?: RateLimit.Limiter<R> | undefined
  /** Fails at once while the API is down: `CircuitBreaker.make(…)`. Default none. */
  readonly circuitBreaker?: CircuitBreaker.CircuitBreaker<R> | undefined
  /** The `User-Agent`. Default `effect-audian/<version>`; `false` sends the platform's own. */
  readonly userAgent?: string | false | undefined
  /** Added to the `User-Agent`, after a space: the name and version of the program. */
  readonly userAgentSuffix?: string | undefined
  /**
   * Changes the `HttpClient` that sends the requests: another span, a proxy, a log. It sees every attempt. A client that
   * retries on its own, as `HttpClient.retryTransient` does, retries purchases too.
   */
  readonly transformClient?: ((client: HttpClient.HttpClient) => HttpClient.HttpClient) | undefined
}

/**
 * A secret: as a string, or redacted, which keeps it out of logs on the way here as well.
 *
 * @category options
 * @since 0.1.0
 */
export type Secret = string | Redacted.Redacted

interface AccountId {
  /** The account that account-scoped operations use. Default: the one the API key belongs to. */
  readonly accountId?: string | undefined
}

/**
 * An API key, and the account that it is for.
 *
 * @category options
 * @since 0.1.0
 */
export interface ApiKey extends AccountId {
  /**
   * The API key, or an effect that reads it from a secret manager. The effect runs at the first call, is shared by all
   * fibers, and runs once more after a 401.
   */
  readonly apiKey: Secret | Effect.Effect<Redacted.Redacted, unknown>
  readonly authToken?: Secret | undefined
}

/**
 * A ready-made token, and the account that it is for.
 *
 * @category options
 * @since 0.1.0
 */
export interface AuthToken extends AccountId {
  readonly apiKey?: undefined
  /** A ready-made token. It works until it expires; nothing can renew it. */
  readonly authToken: Secret
}

/**
 * A credential: an API key or a token, and the account that it is for.
 *
 * @category options
 * @since 0.1.0
 */
export type CredentialOptions = AuthToken | ApiKey

interface CommonOptions<out R = never> extends ClientOptions<R> {
  /** Shares the token of the API key with other processes: `Fleet.sessions`. Default none. */
  readonly sessions?: Credentials.Sessions<R> | undefined
}

/**
 * Options of {@link layer} with an API key.
 *
 * @category options
 * @since 0.1.0
 */
export interface ApiKeyOptions<out R = never> extends CommonOptions<R>, ApiKey {}

/**
 * Options of {@link layer} with a ready-made token.
 *
 * @category options
 * @since 0.1.0
 */
export interface AuthTokenOptions<out R = never> extends CommonOptions<R>, AuthToken {}

/**
 * Options of {@link layer}: an API key or a token, and the {@link ClientOptions}.
 *
 * @category options
 * @since 0.1.0
 */
export type Options<R = never> = AuthTokenOptions<R> | ApiKeyOptions<R>

// Parameters spell the forms out: an error then names the option that is missing, and not `Options`.

export {
  /**
   * Invalid options. {@link layer} and {@link make} die with it, since it is a mistake in the program.
   * {@link layerConfig} fails with a `ConfigError` instead.
   *
   * @category errors
   * @since 0.1.0
   */
  InvalidOptions
}

/**
 * Makes the client from options.
 *
 * **Example** (A client for one scope)
 *
 * ```ts
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 * import * as Effect from "effect/Effect"
 * import { Audian, Numbers } from "effect-audian"
 *
 * export const program = Effect.scoped(
 *   Effect.gen(function* () {
 *     const client = yield* Audian.make({ apiKey: "sk_live_…" })
 *     return yield* Effect.provideService(Numbers.list(), Audian.Audian, client)
 *   })
 * ).pipe(Effect.provide(FetchHttpClient.layer))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function* <R = never>(
  options: AuthTokenOptions<R> | ApiKeyOptions<R>
): Effect.fn.Return<Audian["Service"], never, HttpClient.HttpClient | Scope.Scope | R> {
  const checked = check(options)
  if (Result.isFailure(checked)) return yield* Effect.die(new InvalidOptions(checked.failure))
  const http = yield* makeHttp(checked.success, options)
  const breaker = yield* makeBreaker(options, http.baseUrl)
  const sessions = options.sessions === undefined ? undefined : yield* options.sessions.make(http.baseUrl)
  return yield* makeService(http, breaker, tenantOf(options), options, sessions)
})

/**
 * The client from options, on the platform's `fetch`. It needs nothing more, on any runtime with `fetch`.
 *
 * **Example** (A program)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Audian, Numbers } from "effect-audian"
 *
 * export const program = Numbers.list().pipe(Effect.provide(Audian.layerFetch({ apiKey: "sk_live_…" })))
 * ```
 *
 * @see `NodeAudian.layer` of `effect-audian/node` for a pool of connections, proxies and own certificates
 * @category layers
 * @since 0.1.0
 */
export const layerFetch = <R = never>(options: AuthTokenOptions<R> | ApiKeyOptions<R>): Layer.Layer<Audian, never, R> =>
  Layer.provide(layer(options), FetchHttpClient.layer)

/**
 * The client from configuration, on the platform's `fetch`: by default from the environment, see {@link config}.
 *
 * **Example** (A program that reads its key from the environment)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Audian, Numbers } from "effect-audian"
 *
 * export const program = Numbers.list().pipe(Effect.provide(Audian.layerFetchConfig()))
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerFetchConfig = <R = never>(
  from: Config.Config<Options<R>> = config
): Layer.Layer<Audian, Config.ConfigError, R> => Layer.provide(layerConfig(from), FetchHttpClient.layer)

/**
 * The client from options, on the `HttpClient` of the program: fetch, undici, a browser's or a fake.
 *
 * **Example** (A program on fetch)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 * import { Audian, Numbers } from "effect-audian"
 *
 * const client = Audian.layer({ apiKey: Redacted.make("sk_live_…") }).pipe(Layer.provide(FetchHttpClient.layer))
 *
 * export const program = Numbers.list().pipe(Effect.provide(client))
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = <R = never>(
  options: AuthTokenOptions<R> | ApiKeyOptions<R>
): Layer.Layer<Audian, never, HttpClient.HttpClient | R> => Layer.effect(Audian, make(options))

/**
 * The client with the `Credentials` service of the program.
 *
 * **Example** (A token that another service issues)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 * import { Audian, Credentials } from "effect-audian"
 *
 * export const layer = (token: Effect.Effect<Redacted.Redacted>) =>
 *   Audian.layerCredentials({ timeout: { total: "20 seconds" } }).pipe(
 *     Layer.provide(
 *       Layer.succeed(Credentials.Credentials, {
 *         token: () => token,
 *         accountId: Effect.succeed("acc_1"),
 *         refuse: () => Effect.succeed(false)
 *       })
 *     )
 *   )
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerCredentials = <R = never>(
  options: ClientOptions<R> = {}
): Layer.Layer<Audian, never, HttpClient.HttpClient | Credentials.Credentials | R> =>
  Layer.effect(
    Audian,
    Effect.gen(function* () {
      const url = checkClient(options)
      if (Result.isFailure(url)) return yield* Effect.die(new InvalidOptions(url.failure))
      const http = yield* makeHttp(url.success, options)
      const breaker = yield* makeBreaker(options, http.baseUrl)
      return yield* makeService(http, breaker, { service: yield* Credentials.Credentials }, options, undefined)
    })
  )

/**
 * The configuration of {@link layerConfig}: `AUDIAN_API_KEY`, `AUDIAN_AUTH_TOKEN`, `AUDIAN_ACCOUNT_ID`,
 * `AUDIAN_BASE_URL`.
 *
 * @category options
 * @since 0.1.0
 */
export const config: Config.Config<Options> = /*@__PURE__*/ pure(() =>
  Config.all({
    apiKey: Config.option(Config.Redacted("AUDIAN_API_KEY")),
    authToken: Config.option(Config.Redacted("AUDIAN_AUTH_TOKEN")),
    accountId: Config.option(Config.NonEmptyString("AUDIAN_ACCOUNT_ID")),
    baseUrl: Config.option(Config.NonEmptyString("AUDIAN_BASE_URL"))
  }).pipe(
    Config.map(
      ({ accountId, apiKey, authToken, baseUrl }) =>
        omitUndefined({
          apiKey: Option.getOrUndefined(apiKey),
          authToken: Option.getOrUndefined(authToken),
          accountId: Option.getOrUndefined(accountId),
          baseUrl: Option.getOrUndefined(baseUrl)
        }) as Options
    )
  )
)

/**
 * The client from configuration: by default from the environment, see {@link config}. A missing or invalid option is a
 * `ConfigError`.
 *
 * **Example** (Names of your own in the environment)
 *
 * ```ts
 * import * as Config from "effect/Config"
 * import { Audian } from "effect-audian"
 *
 * const config = Config.map(Config.Redacted("TELEPHONY_KEY"), (apiKey) => ({ apiKey }))
 *
 * export const client = Audian.layerConfig(config)
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = <R = never>(
  from: Config.Config<Options<R>> = config
): Layer.Layer<Audian, Config.ConfigError, HttpClient.HttpClient | R> =>
  Layer.unwrap(
    Effect.flatMap(from, (options) => {
      const checked = check(options)
      return Result.isFailure(checked)
        ? Config.fail(new Schema.SchemaError(new SchemaIssue.InvalidValue({ message: checked.failure })))
        : Effect.succeed(layer(options))
    })
  )

/**
 * Adds the response to the result of a call: status, headers, request id, quota, attempts.
 *
 * **Details**
 *
 * An effect of several calls has the response of the last one, failed calls included. The response is `undefined` if the
 * effect received none: it made no call, its result was cached, or the call failed before a response. The response of a
 * failed call is {@link responseOf} the error.
 *
 * **Example** (Log the request id)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Audian, Numbers } from "effect-audian"
 *
 * export const program = Effect.gen(function* () {
 *   const [numbers, response] = yield* Audian.withResponse(Numbers.list())
 *   yield* Effect.log(response?.requestId)
 *   return numbers
 * })
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const withResponse = <A, E, R>(
  self: Effect.Effect<A, E, R>
): Effect.Effect<readonly [A, Response | undefined], E, R> =>
  Effect.flatMap(Effect.service(ResponseCapture.Current), (outer) => {
    const capture: ResponseCapture.ResponseCapture = { last: undefined, outer }
    return Effect.map(
      Effect.provideService(self, ResponseCapture.Current, capture),
      (value) => [value, capture.last] as const
    )
  })

/**
 * Returns the response that an error was made from; `undefined` if none arrived.
 *
 * **Gotchas**
 *
 * The response is kept in memory beside the error. An error that was decoded or copied has none.
 *
 * **Example** (Read a header of a failed call)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Audian, Numbers } from "effect-audian"
 *
 * export const program = Numbers.list().pipe(
 *   Effect.tapError((error) => Effect.log(Audian.responseOf(error)?.headers["retry-after"]))
 * )
 * ```
 *
 * @category getters
 * @since 0.1.0
 */
export const responseOf = (error: AudianError): Response | undefined => ResponseCapture.ofError(error)

// -----------------------------------------------------------------------------
// options of a call
// -----------------------------------------------------------------------------

export type { CallOptions, RequestHeaders } from "./internal/call/callOptions.ts"

/**
 * Sets the time limits of the calls in an effect. A limit that is left out does not change.
 *
 * **Details**
 *
 * The limits hold for each call, not for the effect. A call that runs out of time fails with `AudianClientError` and the
 * reason `Timeout`; its `outcome` tells whether the server may have executed it. A limit that is no duration is
 * `InvalidRequest`: nothing is sent.
 *
 * **Gotchas**
 *
 * `Effect.timeout` interrupts a call instead. Its `TimeoutError` does not know whether a purchase was sent.
 *
 * **Example** (A call that must be quick)
 *
 * ```ts
 * import { Audian, Numbers } from "effect-audian"
 *
 * export const quick = Numbers.list().pipe(Audian.withTimeout({ attempt: "2 seconds", total: "5 seconds" }))
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const withTimeout: {
  (timeout: Timeout): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(self: Effect.Effect<A, E, R>, timeout: Timeout): Effect.Effect<A, E, R>
} = /*@__PURE__*/ dual(
  2,
  <A, E, R>(self: Effect.Effect<A, E, R>, timeout: Timeout): Effect.Effect<A, E, R> => withOptions(self, { timeout })
)

/**
 * Adds request headers to the calls in an effect. `undefined` removes one that an outer `withHeaders` added.
 *
 * **Details**
 *
 * The headers go with every attempt, and not with the exchange of an API key. A `Redacted` value is kept out of errors.
 *
 * **Gotchas**
 *
 * Headers of the credential (`X-Auth-Token`, `Authorization`, `Cookie`) and of the framing (`Content-Type`,
 * `Content-Length`, `Accept`, `Host`, …) are the client's: with one of them a call is `InvalidRequest`, and nothing is
 * sent.
 *
 * **Example** (A correlation id)
 *
 * ```ts
 * import { Audian, Numbers } from "effect-audian"
 *
 * export const traced = Numbers.list().pipe(Audian.withHeaders({ "x-correlation-id": "job-7" }))
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const withHeaders: {
  (headers: CallOptions.RequestHeaders): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(self: Effect.Effect<A, E, R>, headers: CallOptions.RequestHeaders): Effect.Effect<A, E, R>
} = /*@__PURE__*/ dual(
  2,
  <A, E, R>(self: Effect.Effect<A, E, R>, headers: CallOptions.RequestHeaders): Effect.Effect<A, E, R> =>
    withOptions(self, { headers })
)

/**
 * Sets the account of the account-scoped calls in an effect. An `account_id` in the input of a call wins.
 *
 * **Example** (The users of a sub-account)
 *
 * ```ts
 * import { Account, Audian } from "effect-audian"
 *
 * export const users = Account.Users.list().pipe(Audian.withAccount("account_abc123"))
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const withAccount: {
  (accountId: string): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(self: Effect.Effect<A, E, R>, accountId: string): Effect.Effect<A, E, R>
} = /*@__PURE__*/ dual(
  2,
  <A, E, R>(self: Effect.Effect<A, E, R>, accountId: string): Effect.Effect<A, E, R> => withOptions(self, { accountId })
)

/**
 * Sets the credential of the calls in an effect: many accounts over one client.
 *
 * **Details**
 *
 * Equal credentials are one tenant, with a token and a limiter of its own, since the API counts its quota by account. The
 * connections, `maxConcurrency`, the circuit breaker and the retry budget are the client's, since an outage is one for all.
 * A tenant without calls is forgotten after an hour. `Credentials` of your own are compared by identity: keep the object.
 *
 * An outer `withAccount` does not reach the calls within: its account belongs to another credential. A credential that
 * cannot be sent is `InvalidRequest`.
 *
 * **Example** (The numbers of a tenant)
 *
 * ```ts
 * import type * as Redacted from "effect/Redacted"
 * import { Audian, Numbers } from "effect-audian"
 *
 * export const numbersOf = (apiKey: Redacted.Redacted) => Numbers.list().pipe(Audian.withCredentials({ apiKey }))
 * ```
 *
 * @see {@link layerTenant} for streams
 * @category combinators
 * @since 0.1.0
 */
export const withCredentials: {
  (
    credentials: AuthToken | ApiKey | Credentials.TokenSource
  ): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(
    self: Effect.Effect<A, E, R>,
    credentials: AuthToken | ApiKey | Credentials.TokenSource
  ): Effect.Effect<A, E, R>
} = /*@__PURE__*/ dual(
  2,
  <A, E, R>(
    self: Effect.Effect<A, E, R>,
    credentials: AuthToken | ApiKey | Credentials.TokenSource
  ): Effect.Effect<A, E, R> => withOptions(self, {}, sourceOf(credentials))
)

/**
 * The credential of some calls: options, or `Credentials` of your own.
 *
 * @category options
 * @since 0.1.0
 */
export type TenantCredentials = AuthToken | ApiKey | Credentials.TokenSource

/**
 * The credential of the calls that the layer is provided to, as by {@link withCredentials}.
 *
 * **Example** (Every number of a tenant)
 *
 * ```ts
 * import * as Stream from "effect/Stream"
 * import { Audian, Numbers } from "effect-audian"
 *
 * export const numbersOf = (apiKey: string) =>
 *   Numbers.list.items().pipe(Stream.provide(Audian.layerTenant({ apiKey })))
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerTenant = (credentials: AuthToken | ApiKey | Credentials.TokenSource): Layer.Layer<never> =>
  layerOptions({}, sourceOf(credentials))

const sourceOf = (credentials: TenantCredentials): CurrentOptions.CredentialSource => {
  if (Predicate.hasProperty(credentials, "token")) return Tenants.make({ service: credentials }, [])
  const reason = OptionRules.mistake(credentials, credentialRules()) ?? credentialIssue(credentials)
  return reason === undefined
    ? Tenants.make(tenantOf(credentials), [])
    : Tenants.make({}, [{ field: "credentials", message: reason }])
}

/**
 * Logs each request of the calls in an effect, and its response, at Info: for an hour of debugging.
 *
 * **Details**
 *
 * A line has the method, the URL, the headers and the body, without secrets, and the request as a `curl` command, in which
 * `$AUDIAN_TOKEN` stands for the credential. Exchanges of the API key are logged too.
 *
 * **Gotchas**
 *
 * Personal data, such as phone numbers, is not a secret: it is logged.
 *
 * **Example** (See what is sent)
 *
 * ```ts
 * import { Audian, Numbers } from "effect-audian"
 *
 * export const program = Numbers.list({ limit: 20 }).pipe(Audian.logRequests)
 * ```
 *
 * @see `Telemetry.RequestLogEnabled` for all calls of a program or a client
 * @category combinators
 * @since 0.1.0
 */
export const logRequests = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.provideService(self, RequestLogEnabled, true)

/**
 * The options of the calls that the layer is provided to: of an effect, a stream, or underneath a client.
 *
 * **Details**
 *
 * They are added to the options that the layer is built in. Underneath `Audian.layer` they are the defaults of its calls.
 *
 * **Example** (A stream of pages with short limits)
 *
 * ```ts
 * import * as Stream from "effect/Stream"
 * import { Audian, Numbers } from "effect-audian"
 *
 * const quick = Audian.layerCallOptions({ timeout: { total: "10 seconds" } })
 *
 * export const numbers = Numbers.list.items().pipe(Stream.provide(quick))
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerCallOptions = (options: CallOptions.CallOptions): Layer.Layer<never> => layerOptions(options)

const layerOptions = (
  options: CallOptions.CallOptions,
  credentials?: CurrentOptions.CredentialSource
): Layer.Layer<never> =>
  Layer.effect(
    CurrentOptions.Current,
    Effect.map(Effect.service(CurrentOptions.Current), (outer) => CallOptions.within(outer, options, { credentials }))
  )

// -----------------------------------------------------------------------------
// beyond the contract
// -----------------------------------------------------------------------------

export type { RequestOptions } from "./internal/call/anyRequest.ts"

/**
 * Sends a request that no operation covers, with the credential, retries, limits, errors and spans of any call.
 *
 * **Details**
 *
 * The result is the JSON of the response, its envelope included; `null` for a response without a body. `replay` is
 * `"unsafe"` unless the method is `GET`: such a request is not retried once the server may have executed it.
 *
 * **Gotchas**
 *
 * A path, a query or a body that cannot be sent is `InvalidRequest`.
 *
 * **Example** (A path of the engine)
 *
 * ```ts
 * import { Audian } from "effect-audian"
 *
 * export const parked = Audian.request({
 *   path: "/v2/accounts/{account_id}/parked_calls",
 *   query: { paginate: false }
 * })
 * ```
 *
 * @see `Operation.make` for an operation with types of its own
 * @category constructors
 * @since 0.1.0
 */
export const request = (options: AnyRequest.RequestOptions): Effect.Effect<Schema.Json, AudianError, Audian> =>
  Located.effect(
    Effect.flatMap(Audian, (audian) => audian.execute(AnyRequest.operationOf(options), options)),
    CallSite.capture()
  )

const withOptions = <A, E, R>(
  self: Effect.Effect<A, E, R>,
  options: CallOptions.CallOptions,
  credentials?: CurrentOptions.CredentialSource
): Effect.Effect<A, E, R> =>
  Effect.updateService(self, CurrentOptions.Current, (outer) => CallOptions.within(outer, options, { credentials }))

// -----------------------------------------------------------------------------
// internal
// -----------------------------------------------------------------------------

const redact = (secret: Secret | undefined): Redacted.Redacted | undefined =>
  secret === undefined ? undefined : Redacted.make(textOf(secret).trim(), { label: "effect-audian" })

const textOf = (secret: Secret): string => (typeof secret === "string" ? secret : String(Redacted.value(secret)))

/** Why a secret cannot be a header: empty, or not printable ASCII. */
const invalidSecretReason = (name: string, secret: unknown): string | undefined => {
  if (typeof secret !== "string" && !Redacted.isRedacted(secret)) return undefined
  const text = textOf(secret as Secret).trim()
  if (text === "") return `${name} is empty`
  return Request.isHeaderValue(text) ? undefined : `${name} has characters that a header cannot carry`
}

/** Why a credential cannot work. */
const credentialIssue = ({ accountId, apiKey, authToken }: CredentialOptions): string | undefined => {
  if (apiKey === undefined && authToken === undefined) {
    return "No credential: give apiKey (AUDIAN_API_KEY) or authToken (AUDIAN_AUTH_TOKEN)"
  }
  return (
    invalidSecretReason("apiKey (AUDIAN_API_KEY)", apiKey) ??
    invalidSecretReason("authToken (AUDIAN_AUTH_TOKEN)", authToken) ??
    (accountId !== undefined && accountId.trim() === "" ? "accountId (AUDIAN_ACCOUNT_ID) is empty" : undefined)
  )
}

const isSecret = (u: unknown): boolean => typeof u === "string" || Redacted.isRedacted(u)

const credentialRules = (): OptionRules.RulesFor<CredentialOptions> => ({
  apiKey: {
    expected: "a string, a Redacted, or an Effect of a Redacted",
    accepts: (value) => isSecret(value) || Effect.isEffect(value),
    secret: true
  },
  authToken: { expected: "a string or a Redacted", accepts: isSecret, secret: true },
  accountId: OptionRules.string
})

const clientRules = (options: ClientOptions<unknown>): OptionRules.RulesFor<ClientOptions> => ({
  baseUrl: { expected: "a URL", accepts: (value) => typeof value === "string" || value instanceof URL },
  timeout: OptionRules.record(Limits.rules()),
  maxResponseSize: {
    ...OptionRules.wholeNumber(1, true),
    expected: "a whole number of bytes, 1 or more, or Infinity"
  },
  maxConcurrency: OptionRules.wholeNumber(1),
  retry: OptionRules.policy,
  retryBudget: Predicate.hasProperty(options?.retryBudget, "make")
    ? OptionRules.made("make", "Fleet.retryBudget()")
    : OptionRules.either(OptionRules.record(RetryBudget.rules()), OptionRules.literal(false)),
  rateLimit: OptionRules.made("make", "RateLimit.limiter({ … })"),
  circuitBreaker: OptionRules.made("make", "CircuitBreaker.make({ … })"),
  userAgent: OptionRules.either(headerText, OptionRules.literal(false)),
  userAgentSuffix: headerText,
  transformClient: OptionRules.func
})

const headerText: OptionRules.Rule = {
  expected: "visible ASCII characters and spaces",
  accepts: (value) => typeof value === "string" && Request.isHeaderValue(value)
}

/** The base URL, or the reason why the options are invalid. */
const check = (options: Options<unknown>): Result.Result<string, string> => {
  const rules = {
    ...clientRules(options),
    ...credentialRules(),
    sessions: OptionRules.made("make", "Fleet.sessions")
  } satisfies OptionRules.RulesFor<Options>
  const wrong = OptionRules.mistake(options, rules) ?? credentialIssue(options)
  return wrong === undefined ? checkBaseUrl(options.baseUrl) : Result.fail(wrong)
}

/** The base URL, or the reason why the options other than the credential are invalid. */
const checkClient = (options: ClientOptions<unknown>): Result.Result<string, string> => {
  const wrong = OptionRules.mistake(options, clientRules(options))
  return wrong === undefined ? checkBaseUrl(options.baseUrl) : Result.fail(wrong)
}

const checkBaseUrl = (baseUrl: string | URL = defaultBaseUrl): Result.Result<string, string> => {
  const text = String(baseUrl)
  const url = URL.canParse(text) ? new URL(text) : undefined
  // Any other part of it may be a secret.
  const shown = url === undefined || url.host === "" ? "another string" : `${url.protocol}//${url.host}…`
  const expected = `baseUrl (AUDIAN_BASE_URL): expected an http or https URL without user, query or fragment, got ${shown}`
  if (url === undefined) return Result.fail(expected)
  const plain = url.username === "" && url.password === "" && url.search === "" && url.hash === ""
  if (!plain || (url.protocol !== "http:" && url.protocol !== "https:")) return Result.fail(expected)
  return Result.succeed(url.origin + url.pathname.replace(/\/+$/, "").replace(/\/v2$/, ""))
}

const makeHttp = (
  baseUrl: string,
  options: ClientOptions<unknown>
): Effect.Effect<Request.HttpConfig, never, HttpClient.HttpClient> =>
  Effect.contextWith((context: Context.Context<HttpClient.HttpClient>) => {
    const client = Context.get(context, HttpClient.HttpClient)
    return Effect.succeed({
      client: options.transformClient === undefined ? client : options.transformClient(client),
      baseUrl,
      userAgent: userAgentOf(options),
      maxResponseSize: options.maxResponseSize ?? defaultMaxResponseSize,
      idleTimeout: Limits.fromOptions(options.timeout).attempt,
      telemetry: Observer.make(baseUrl, context)
    })
  })

const userAgentOf = ({ userAgent, userAgentSuffix }: ClientOptions<unknown>): string | undefined => {
  if (userAgent === false) return userAgentSuffix
  const own = userAgent ?? `effect-audian/${version}`
  return userAgentSuffix === undefined ? own : `${own} ${userAgentSuffix}`
}

const makeBreaker = <R>(
  { circuitBreaker }: ClientOptions<R>,
  baseUrl: string
): Effect.Effect<Guard.Breaker | undefined, never, R | Scope.Scope> => circuitBreaker?.make(baseUrl) ?? Effect.undefined

const tenantOf = ({ accountId, apiKey, authToken }: CredentialOptions): Tenants.Tenant => ({
  apiKey: Effect.isEffect(apiKey) ? apiKey : redact(apiKey),
  authToken: redact(authToken),
  accountId
})

const makeService = Effect.fnUntraced(function* <R>(
  http: Request.HttpConfig,
  breaker: Guard.Breaker | undefined,
  own: Tenants.Tenant,
  options: ClientOptions<R>,
  sessions: Effect.Success<ReturnType<Credentials.Sessions["make"]>> | undefined
): Effect.fn.Return<Audian["Service"], never, R | Scope.Scope> {
  const context = yield* Effect.context<R>()
  const timeout = Limits.fromOptions(options.timeout)
  // Tenants share all of this.
  const shared = {
    http,
    timeout,
    slots: options.maxConcurrency === undefined ? undefined : Semaphore.makeUnsafe(options.maxConcurrency),
    // Services provided to the layer are the defaults of its calls.
    retry: options.retry ?? Context.get(context, Retry.CurrentPolicy),
    options: Context.get(context, CurrentOptions.Current),
    budget: yield* makeBudget(options.retryBudget, http.baseUrl),
    scope: yield* Effect.scope,
    warned: new Set<string>()
  }
  const forTenant = Effect.fnUntraced(function* (
    tenant: Tenants.Tenant
  ): Effect.fn.Return<Call.Config, never, R | Scope.Scope> {
    const { accountId, apiKey, authToken, service } = tenant
    const credential = Effect.isEffect(apiKey) ? undefined : (apiKey ?? authToken)
    const limiter = yield* options.rateLimit?.make({ baseUrl: http.baseUrl, accountId, credential }) ?? Effect.undefined
    const guard = Guard.make(limiter, breaker)
    const madeAt = yield* Clock.currentTimeMillis
    const client = { apiKey, authToken, accountId, http, guard, limit: timeout.attempt, shared: sessions, madeAt }
    const credentials = service ?? keyCredentials(client)
    return {
      ...shared,
      guard,
      credentials,
      forTenant: (tenant) => Effect.updateContext(forTenant(tenant), (own) => Context.merge(context, own))
    }
  })
  const config = yield* forTenant(own)
  return {
    rateLimit: config.guard?.limiter?.state,
    circuitBreaker: breaker?.state,
    execute: Call.make(config),
    subscribe: (_, live) =>
      Stream.unwrap(
        Effect.gen(function* () {
          const source = (yield* CurrentOptions.Current)?.credentials
          const { credentials } = source === undefined ? config : yield* source.clientOf(config)
          return live({
            baseUrl: http.baseUrl,
            credentials,
            telemetry: http.telemetry,
            get: (path, token, call) => Request.get(http, path, token, () => call)
          })
        })
      )
  }
})

const makeBudget = <R>(
  budget: ClientOptions<R>["retryBudget"],
  baseUrl: string
): Effect.Effect<RetryBudget.Budget, never, R> => {
  if (budget === false) return Effect.succeed(RetryBudget.unlimited)
  if (budget !== undefined && "make" in budget) return budget.make(baseUrl)
  return Effect.sync(() => RetryBudget.make(RetryBudget.settingsOf(budget)))
}
