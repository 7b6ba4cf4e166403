/**
 * Operations of a program's own, as the compiler sees them.
 */
import type * as Effect from "effect/Effect"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import { Audian, type AudianError, Cached, Envelope, Fax, Numbers, Operation } from "effect-audian"
import type { Equal, Expect } from "../support/types.ts"

const Pong = Schema.Struct({ pong: Schema.Boolean })
const traits = { resource: "Mine", family: "flat", replay: "safe" } as const

export const bare = Operation.make(() => HttpApiEndpoint.get("ping", "/v2/ping", { success: Pong }), {
  ...traits,
  envelope: "bare"
})
export const enveloped = Operation.make(
  () => HttpApiEndpoint.get("ping", "/v2/ping", { success: Envelope.flat(Pong) }),
  traits
)
export const empty = Operation.make(() => HttpApiEndpoint.delete("remove", "/v2/ping"), traits)
export const either = Operation.make(
  () => HttpApiEndpoint.get("ping", "/v2/ping", { success: [Envelope.flat(Pong), HttpApiSchema.NoContent] }),
  traits
)
export const file = Operation.make(
  () => HttpApiEndpoint.get("file", "/v2/file", { success: HttpApiSchema.StreamUint8Array() }),
  traits
)
export const within = Operation.makeIn({ ...traits, envelope: "bare" })(
  () => HttpApiEndpoint.get("ping", "/v2/ping", { success: Pong }),
  {}
)
export const input = Operation.make(
  () =>
    HttpApiEndpoint.put("put", "/v2/accounts/:account_id/things/:id", {
      params: { account_id: Schema.String, id: Schema.String },
      payload: Envelope.body(Schema.Struct({ name: Schema.String })),
      success: Envelope.account(Pong)
    }),
  { resource: "Mine", family: "account", replay: "safe" }
)

export type Successes = [
  bare: Expect<Equal<Operation.SuccessOf<typeof bare>, { readonly pong: boolean }>>,
  enveloped: Expect<Equal<Operation.SuccessOf<typeof enveloped>, { readonly pong: boolean }>>,
  empty: Expect<Equal<Operation.SuccessOf<typeof empty>, void>>,
  either: Expect<Equal<Exclude<Operation.SuccessOf<typeof either>, void>, { readonly pong: boolean }>>,
  file: Expect<Equal<Operation.SuccessOf<typeof file>, Stream.Stream<Uint8Array, AudianError.AudianError>>>,
  within: Expect<Equal<Operation.SuccessOf<typeof within>, { readonly pong: boolean }>>,
  input: Expect<
    Equal<
      Operation.InputOf<typeof input>,
      { readonly account_id?: string | undefined; readonly id: string; readonly name: string }
    >
  >
]

// @ts-expect-error: a success without `data` is bare
export const notBare = Operation.make(() => HttpApiEndpoint.get("p", "/v2/p", { success: Pong }), traits)

// @ts-expect-error: a list is no envelope
export const list = Operation.make(() => HttpApiEndpoint.get("p", "/v2/p", { success: Schema.Array(Pong) }), traits)

export const oneOfTwo = Operation.make(
  () => HttpApiEndpoint.get("p", "/v2/p", { success: [Envelope.flat(Pong), Schema.Array(Pong)] }),
  // @ts-expect-error: neither is one of two
  traits
)

export const inMakeIn = Operation.makeIn(traits)(
  () => HttpApiEndpoint.get("p", "/v2/p", { success: Pong }),
  // @ts-expect-error: nor in makeIn
  {}
)

export const headers = Operation.make(
  () => HttpApiEndpoint.get("p", "/v2/p", { headers: { "x-a": Schema.String }, success: Envelope.flat(Pong) }),
  // @ts-expect-error: declared headers are not sent
  traits
)

export const events = Operation.make(
  () => HttpApiEndpoint.get("p", "/v2/p", { success: HttpApiSchema.StreamNdjson({ schema: Pong }) }),
  // @ts-expect-error: a stream of events is not read
  { ...traits, envelope: "bare" }
)

export const responseHeaders = Operation.make(
  () => HttpApiEndpoint.get("p", "/v2/p", { success: HttpApiSchema.WithHeaders(Pong, { "x-a": Schema.String }) }),
  // @ts-expect-error: response headers are read by `Audian.withResponse`
  { ...traits, envelope: "bare" }
)

// -----------------------------------------------------------------------------
// an operation whose types are not known
// -----------------------------------------------------------------------------

export const any: Operation.Any = Numbers.list
export const anyRequired: Operation.Any = Numbers.getConfig
export const called = Operation.call(any, { limit: 1 })
export const calledDirectly = anyRequired({ number_id: "n" } as never)

type Call = Effect.Effect<unknown, AudianError.AudianError, Audian.Audian>
export type Calls = [
  called: Expect<Equal<typeof called, Call>>,
  calledDirectly: Expect<Equal<typeof calledDirectly, Call>>,
  request: Expect<
    Equal<ReturnType<typeof Audian.request>, Effect.Effect<Schema.Json, AudianError.AudianError, Audian.Audian>>
  >
]

// @ts-expect-error: an operation that needs an input is not called without one
export const noInput = Numbers.getConfig()

// @ts-expect-error: nor with a wrong one
export const wrongInput = Numbers.getConfig({ number: "n" })

// @ts-expect-error: a request has a path
export const noPath = Audian.request({ method: "GET" })

// @ts-expect-error: and no other method
export const wrongMethod = Audian.request({ method: "TRACE", path: "/v2/x" })

// -----------------------------------------------------------------------------
// cached reads
// -----------------------------------------------------------------------------

const options = { timeToLive: "1 minute", capacity: 1 } as const

export const cached = Cached.make(Numbers.getConfig, options)
export const cachedList = Cached.make(Numbers.list, options)
export const cachedOwn = Cached.make(enveloped, options)
export const deduped = Cached.dedupe(Numbers.getConfig)
export const extended = Cached.make(Operation.extend(Numbers.getConfig, { mine: Schema.String }), options)

type Config = Operation.SuccessOf<typeof Numbers.getConfig>
type ConfigInput = Operation.InputOf<typeof Numbers.getConfig>
export type CachedReads = [
  cached: Expect<Equal<typeof cached, Effect.Effect<Cached.Cached<ConfigInput, Config>>>>,
  deduped: Expect<Equal<typeof deduped, typeof cached>>
]

// @ts-expect-error: a purchase is no read
export const cachedPurchase = Cached.make(Numbers.purchase, options)

// @ts-expect-error: an update may be retried, and is no read
export const cachedUpdate = Cached.make(Numbers.updateConfig, options)

// @ts-expect-error: a file is no value
export const cachedFile = Cached.make(Fax.downloadReceived, options)

// @ts-expect-error: a value is kept for a time
export const noTime = Cached.make(Numbers.list, { capacity: 1 })

// @ts-expect-error: an input that is required
export const noCachedInput = Effect.flatMap(cached, (get) => get())
