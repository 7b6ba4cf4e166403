/**
 * The client for Node.js as one layer: undici with a pool of connections that is kept, proxies of the environment, and
 * certificates of one's own.
 *
 * @since 0.1.0
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Undici from "@effect/platform-node/Undici"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Audian from "../Audian.ts"
import * as OptionRules from "../internal/options.ts"

/**
 * Options of the connections.
 *
 * @category options
 * @since 0.1.0
 */
export interface Connections {
  /** The largest number of requests in flight; there are at most twice as many connections. */
  readonly maxConcurrency?: number | undefined
  /**
   * The proxy of every request, or `false` for none. Default: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` of the
   * environment, in either case.
   */
  readonly proxy?: string | URL | false | undefined
  /**
   * Certificates of one's own, in PEM. `ca` replaces the authorities that are trusted; `NODE_EXTRA_CA_CERTS` adds to them.
   * `cert` and `key` identify the client.
   */
  readonly tls?:
    | {
        readonly ca?: string | ReadonlyArray<string> | undefined
        readonly cert?: string | undefined
        readonly key?: Audian.Secret | undefined
      }
    | undefined
}

/**
 * Options of {@link layer}: those of `Audian.layer`, and those of the connections. The default of `maxConcurrency` is
 * {@link defaultMaxConcurrency}.
 *
 * @category options
 * @since 0.1.0
 */
export type Options<R = never> = Audian.Options<R> & Connections

/**
 * The default of `maxConcurrency`.
 *
 * @category options
 * @since 0.1.0
 */
export const defaultMaxConcurrency = 128

/**
 * The client from options, over undici.
 *
 * **Details**
 *
 * Connections are kept for the life of the layer. No more than `maxConcurrency` requests are in flight; others wait in
 * order, and their attempt's time begins when they are sent. There are at most twice as many connections, since a download
 * holds one until it has been read, and does not count as a request in flight.
 *
 * **Example** (A program)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Numbers } from "effect-audian"
 * import { NodeAudian } from "effect-audian/node"
 *
 * export const program = Numbers.list().pipe(Effect.provide(NodeAudian.layer({ apiKey: "sk_live_…" })))
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = <R = never>(
  options: (Audian.AuthTokenOptions<R> | Audian.ApiKeyOptions<R>) & Connections
): Layer.Layer<Audian.Audian, never, R> => Layer.provide(Audian.layer(clientOptions(options)), layerHttpClient(options))

/**
 * The client from configuration, over undici: by default from the environment, see `Audian.config`.
 *
 * **Example** (A program from the environment)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Numbers } from "effect-audian"
 * import { NodeAudian } from "effect-audian/node"
 *
 * export const program = Numbers.list().pipe(Effect.provide(NodeAudian.layerConfig()))
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = <R = never>(
  from: Config.Config<Options<R>> = Audian.config
): Layer.Layer<Audian.Audian, Config.ConfigError, R> =>
  Layer.unwrap(
    Effect.map(from, (options) =>
      Layer.provide(Audian.layerConfig(Config.succeed(clientOptions(options))), layerHttpClient(options))
    )
  )

/**
 * The `HttpClient` of {@link layer}, for `Audian.layerCredentials`.
 *
 * **Example** (A pool for credentials of your own)
 *
 * ```ts
 * import * as Layer from "effect/Layer"
 * import { Audian } from "effect-audian"
 * import { NodeAudian } from "effect-audian/node"
 *
 * export const client = Audian.layerCredentials().pipe(
 *   Layer.provide(NodeAudian.layerHttpClient({ maxConcurrency: 20, proxy: "http://proxy.example.com:3128" }))
 * )
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerHttpClient = (options: Connections = {}): Layer.Layer<HttpClient.HttpClient> =>
  Layer.provide(
    NodeHttpClient.layerUndiciNoDispatcher,
    Layer.effect(NodeHttpClient.Dispatcher, makeDispatcher(options))
  )

// -----------------------------------------------------------------------------
// internal
// -----------------------------------------------------------------------------

const clientOptions = <R>(options: Options<R>): Audian.Options<R> => {
  if (!Predicate.isObject(options)) return options
  const { proxy: _, tls: __, ...rest } = options
  return { ...rest, maxConcurrency: options.maxConcurrency ?? defaultMaxConcurrency }
}

const makeDispatcher = (given: Connections) => {
  // `Audian.layer` refuses what is no object.
  const options = Predicate.isObject(given) ? pick(given) : {}
  const mistake = OptionRules.mistake(options, rules())
  return mistake === undefined
    ? Effect.acquireRelease(
        Effect.suspend(() => verify(dispatcher(options))),
        (dispatcher) => Effect.promise(() => dispatcher.destroy())
      )
    : Effect.die(new Audian.InvalidOptions(mistake))
}

/** Bun has a module of its own in the place of undici, whose dispatchers do nothing. */
const verify = (dispatcher: Undici.Dispatcher): Effect.Effect<Undici.Dispatcher> =>
  Predicate.isFunction(dispatcher.request)
    ? Effect.succeed(dispatcher)
    : Effect.die(new Error("effect-audian/node: this runtime, such as Bun, has no undici; use Audian.layerFetch"))

const pick = ({ maxConcurrency, proxy, tls }: Connections): Connections => ({ maxConcurrency, proxy, tls })

const rules = (): OptionRules.RulesFor<Connections> => ({
  maxConcurrency: OptionRules.wholeNumber(1),
  proxy: {
    expected: "the http or https URL of a proxy, or false",
    accepts: (value) => value === false || isProxy(value),
    // It may have a password.
    secret: true
  },
  tls: OptionRules.record({
    ca: {
      expected: "certificates in PEM",
      accepts: (value) => [value].flat().every(Predicate.isString),
      secret: true
    },
    cert: { ...OptionRules.string, secret: true },
    key: {
      expected: "a key in PEM",
      accepts: (value) => Predicate.isString(value) || Redacted.isRedacted(value),
      secret: true
    }
  })
})

const isProxy = (value: unknown): boolean =>
  (Predicate.isString(value) || value instanceof URL) &&
  URL.canParse(String(value)) &&
  /^https?:$/.test(new URL(String(value)).protocol)

const dispatcher = ({ maxConcurrency = defaultMaxConcurrency, proxy, tls = {} }: Connections): Undici.Dispatcher => {
  const ca = tls.ca === undefined ? {} : { ca: Predicate.isString(tls.ca) ? tls.ca : [...tls.ca] }
  const key = Redacted.isRedacted(tls.key) ? Redacted.value(tls.key) : tls.key
  const server = { ...ca, ...(tls.cert !== undefined && { cert: tls.cert }), ...(key !== undefined && { key }) }
  // undici needs a moment between two requests of a connection, and a download holds its own.
  const agent = { connect: server, connections: maxConcurrency * 2 }
  if (proxy === false) return new Undici.Agent(agent)
  const tunnel = { ...agent, requestTls: server, proxyTls: ca }
  return proxy === undefined
    ? new Undici.EnvHttpProxyAgent(tunnel)
    : new Undici.ProxyAgent({ ...tunnel, uri: String(proxy) })
}
