/**
 * Layers, combinators and stubs, as the compiler sees them.
 */
// These two diagnostics report the cases that must not compile.
// @effect-diagnostics missingEffectContext:off missingEffectError:off
import type * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import type * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { Audian, AudianError, Credentials, Fleet, Numbers, RateLimit, Retry } from "effect-audian"
import { NodeAudian } from "effect-audian/node"
import { AudianTest } from "effect-audian/testing"
import type { Equal, Expect } from "../support/types.ts"

// -----------------------------------------------------------------------------
// layers
// -----------------------------------------------------------------------------

export const key = Audian.layer({ apiKey: "k" })
export const redacted = Audian.layer({ apiKey: Redacted.make("k") })
export const effect = Audian.layer({ apiKey: Effect.fail("sealed") as Effect.Effect<Redacted.Redacted, string> })
export const token = Audian.layer({ authToken: "t" })
export const both = Audian.layer({ apiKey: "k", authToken: Redacted.make("t"), accountId: "a" })
export const configured = Audian.layerConfig()
export const own = Audian.layerCredentials()
export const fetched = Audian.layerFetch({ apiKey: "k" })
export const fetchedConfig = Audian.layerFetchConfig()
export const named = Audian.layerFetch({ apiKey: "k", userAgentSuffix: "reports/2.1" })
export const node = NodeAudian.layer({ apiKey: "k", proxy: false, tls: { ca: "pem", key: Redacted.make("pem") } })
export const nodeConfig = NodeAudian.layerConfig()
export const shared = Audian.layerFetch({ apiKey: "k", rateLimit: Fleet.limiter({ limit: 1, window: "1 second" }) })

type Client = Layer.Layer<Audian.Audian, never, HttpClient.HttpClient>

export type Layers = [
  key: Expect<Equal<typeof key, Client>>,
  redacted: Expect<Equal<typeof redacted, Client>>,
  effect: Expect<Equal<typeof effect, Client>>,
  token: Expect<Equal<typeof token, Client>>,
  configured: Expect<Equal<typeof configured, Layer.Layer<Audian.Audian, Config.ConfigError, HttpClient.HttpClient>>>,
  own: Expect<Equal<typeof own, Layer.Layer<Audian.Audian, never, HttpClient.HttpClient | Credentials.Credentials>>>,
  fetched: Expect<Equal<typeof fetched, Layer.Layer<Audian.Audian>>>,
  fetchedConfig: Expect<Equal<typeof fetchedConfig, Layer.Layer<Audian.Audian, Config.ConfigError>>>,
  named: Expect<Equal<typeof named, Layer.Layer<Audian.Audian>>>,
  node: Expect<Equal<typeof node, Layer.Layer<Audian.Audian>>>,
  nodeConfig: Expect<Equal<typeof nodeConfig, Layer.Layer<Audian.Audian, Config.ConfigError>>>,
  shared: Expect<Equal<typeof shared, Layer.Layer<Audian.Audian, never, Fleet.Fleet>>>,
  retry: Expect<Equal<ReturnType<typeof Retry.layer>, Layer.Layer<never>>>
]

// @ts-expect-error: a credential is required
export const nothing = Audian.layer()

// @ts-expect-error: a credential is required
export const noCredential = Audian.layer({})

// @ts-expect-error: an account is no credential
export const onlyAccount = Audian.layer({ accountId: "a", baseUrl: "https://h" })

// @ts-expect-error: undefined is no credential
export const undefinedKey = Audian.layer({ apiKey: undefined })

// @ts-expect-error: undefined is no credential
export const undefinedToken = Audian.layer({ authToken: undefined })

// @ts-expect-error: a key is no number
export const numberKey = Audian.layer({ apiKey: 1 })

// @ts-expect-error: a key from an effect comes redacted
export const plainFromEffect = Audian.layer({ apiKey: Effect.succeed("k") })

// @ts-expect-error: the effect may need nothing
export const needy = Audian.layer({ apiKey: Effect.as(Audian.Audian, Redacted.make("k")) })

// @ts-expect-error: the option is `baseUrl`
export const misspelt = Audian.layer({ apiKey: "k", baseURL: "https://h" })

// @ts-expect-error: the option is `maxConcurrency`
export const misspeltPool = NodeAudian.layer({ apiKey: "k", connections: 1 })

// @ts-expect-error: a credential is required
export const noNodeCredential = NodeAudian.layer({ proxy: false })

// @ts-expect-error: a credential is required
export const noFetchCredential = Audian.layerFetch({})

// @ts-expect-error: `userAgent` may be false, not true
export const noUserAgent = Audian.layer({ apiKey: "k", userAgent: true })

// @ts-expect-error: a suffix is text
export const noSuffix = Audian.layerFetch({ apiKey: "k", userAgentSuffix: 7 })

// @ts-expect-error: a timeout is a duration
export const noTimeout = Audian.layer({ apiKey: "k", timeout: { attempt: "soon" } })

// -----------------------------------------------------------------------------
// combinators
// -----------------------------------------------------------------------------

const list = Numbers.list()
export const withResponse = Audian.withResponse(list)
export const withPolicy = Retry.withPolicy(list, Retry.none)
export const withPolicyLast = list.pipe(Retry.withPolicy(Retry.none))
export const withSchedule = Retry.withPolicy(list, Schedule.recurs(2))

export const withTimeout = Audian.withTimeout(list, { attempt: "2 seconds" })
export const withTimeoutLast = list.pipe(Audian.withTimeout({ total: "5 seconds" }))
export const withHeaders = Audian.withHeaders(list, { "x-a": "1", "x-b": Redacted.make("2"), "x-c": undefined })
export const withHeadersLast = list.pipe(Audian.withHeaders({}))
export const withAccount = Audian.withAccount(list, "acc")
export const withAccountLast = list.pipe(Audian.withAccount("acc"))
export const withPriority = RateLimit.withPriority(list, "high")
export const withPriorityLast = list.pipe(RateLimit.withPriority("low"))
export const priorityOfStream = Numbers.list.items().pipe(Stream.provide(Audian.layerCallOptions({ priority: "low" })))
export const ofStream = Numbers.list.items().pipe(Stream.provide(Audian.layerCallOptions({ accountId: "acc" })))

export const withCredentials = Audian.withCredentials(list, { apiKey: "k" })
export const withCredentialsLast = list.pipe(Audian.withCredentials({ authToken: Redacted.make("t"), accountId: "a" }))
export const withService = Effect.flatMap(Credentials.Credentials, (service) => Audian.withCredentials(list, service))
export const tenantOfStream = Numbers.list.items().pipe(Stream.provide(Audian.layerTenant({ apiKey: "k" })))

export type CallOptions = [
  withCredentials: Expect<Equal<typeof withCredentials, typeof list>>,
  withCredentialsLast: Expect<Equal<typeof withCredentialsLast, typeof list>>,
  tenantOfStream: Expect<Equal<Stream.Services<typeof tenantOfStream>, Audian.Audian>>,
  withTimeout: Expect<Equal<typeof withTimeout, typeof list>>,
  withTimeoutLast: Expect<Equal<typeof withTimeoutLast, typeof list>>,
  withHeaders: Expect<Equal<typeof withHeaders, typeof list>>,
  withHeadersLast: Expect<Equal<typeof withHeadersLast, typeof list>>,
  withAccount: Expect<Equal<typeof withAccount, typeof list>>,
  withAccountLast: Expect<Equal<typeof withAccountLast, typeof list>>,
  withPriority: Expect<Equal<typeof withPriority, typeof list>>,
  withPriorityLast: Expect<Equal<typeof withPriorityLast, typeof list>>,
  priority: Expect<Equal<RateLimit.Priority, "high" | "normal" | "low">>,
  priorityOfStream: Expect<Equal<Stream.Services<typeof priorityOfStream>, Audian.Audian>>,
  layer: Expect<Equal<ReturnType<typeof Audian.layerCallOptions>, Layer.Layer<never>>>,
  stream: Expect<Equal<Stream.Services<typeof ofStream>, Audian.Audian>>
]

// @ts-expect-error: an account is no credential
export const noTenant = Audian.withCredentials(list, { accountId: "a" })

// @ts-expect-error: a limit is a duration
export const wrongLimit = Audian.withTimeout(list, { total: "soon" })

// @ts-expect-error: the limits are `attempt` and `total`
export const wrongLimitName = Audian.withTimeout(list, { totl: "1 minute" })

// @ts-expect-error: a header is text
export const wrongHeader = Audian.withHeaders(list, { "x-a": 1 })

// @ts-expect-error: a priority is one of three
export const wrongPriority = RateLimit.withPriority(list, "urgent")

// @ts-expect-error: an account is text
export const wrongAccount = Audian.withAccount(list, 1)

export type Combinators = [
  withResponse: Expect<
    Equal<
      typeof withResponse,
      Effect.Effect<
        readonly [Effect.Success<typeof list>, Audian.Response | undefined],
        AudianError.AudianError,
        Audian.Audian
      >
    >
  >,
  withPolicy: Expect<Equal<typeof withPolicy, typeof list>>,
  withPolicyLast: Expect<Equal<typeof withPolicyLast, typeof list>>
]

// @ts-expect-error: a policy sees nothing but an AudianError
export const otherInput = Retry.withPolicy(list, Schedule.recurs(2).pipe(Schedule.setInputType<number>()))

// -----------------------------------------------------------------------------
// stubs
// -----------------------------------------------------------------------------

class Stock extends Context.Service<Stock, { readonly left: number }>()("test/Stock") {}

export const stub = AudianTest.handle(Numbers.list, ({ limit }) => Effect.succeed({ numbers: [], total: limit }))
export const failing = AudianTest.handle(Numbers.list, () => Effect.fail(new AudianError.NotFound({})))
export const needing = AudianTest.handle(Numbers.list, () => Effect.as(Stock, { numbers: [] }))

export const plain = AudianTest.layer(stub, failing)
export const needingLayer = AudianTest.layer(needing)
export const mixed = AudianTest.layer(stub, needing)

export type Stubs = [
  plain: Expect<Equal<typeof plain, Layer.Layer<Audian.Audian>>>,
  needing: Expect<Equal<typeof needingLayer, Layer.Layer<Audian.Audian, never, Stock>>>,
  mixed: Expect<Equal<typeof mixed, Layer.Layer<Audian.Audian, never, Stock>>>
]

// @ts-expect-error: a list has numbers
export const wrongResult = AudianTest.handle(Numbers.list, () => Effect.succeed({ total: 1 }))

// @ts-expect-error: an operation fails with nothing but an AudianError
export const wrongError = AudianTest.handle(Numbers.list, () => Effect.fail("no"))

// @ts-expect-error: the input has no `page`
export const wrongInput = AudianTest.handle(Numbers.list, ({ page }) => Effect.succeed({ numbers: [], total: page }))
