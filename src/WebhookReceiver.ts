/**
 * Receives the webhooks of an API key: checks the signature over the received bytes and its age, rejects replays, and
 * passes on a typed event.
 *
 * `WebhookReceiver.route("/webhooks", handler)` is all that a server needs; `fromRequest` and `handle` are for other
 * places, `verify` only checks. `Webhooks.create` registers the URL and returns the secret. The engine's own webhooks
 * (`Account.Webhooks`) are for `EngineHookReceiver`.
 *
 * @see https://docs.audian.com/webhooks/signatures
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as HttpRouter from "effect/http/HttpRouter"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as Layer from "effect/Layer"
import type * as Queue from "effect/Queue"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import { omitUndefined } from "./internal/omitUndefined.ts"
import { pure } from "./internal/schema/schema.ts"
import { decoder, type Event } from "./internal/webhook/apiEvent.ts"
import { authenticate } from "./internal/webhook/apiSignature.ts"
import type { ReceiveError, Unavailable } from "./internal/webhook/errors.ts"
import * as Hmac from "./internal/webhook/hmac.ts"
import * as Incoming from "./internal/webhook/incoming.ts"
import * as Receiver from "./internal/webhook/receiver.ts"
import * as Respond from "./internal/webhook/respond.ts"
import type { ReplayStore } from "./ReplayStore.ts"
import type * as Timestamp from "./Timestamp.ts"

export {
  CallAnswered,
  CallCompleted,
  CallFailed,
  CallInitiated,
  CallRinging,
  Event,
  RecordingCompleted,
  UnknownEvent
} from "./internal/webhook/apiEvent.ts"

// -----------------------------------------------------------------------------
// errors
// -----------------------------------------------------------------------------

export {
  /**
   * 401: signed longer ago than the tolerance, or further in the future: a replayed recording, or a wrong clock. `age` is
   * in seconds, negative in the future.
   *
   * @category errors
   * @since 0.1.0
   */
  Expired,
  /**
   * 401: none of the secrets made the signature of these bytes.
   *
   * @category errors
   * @since 0.1.0
   */
  InvalidSignature,
  /**
   * Returns `true` if a value is an error of a receiver.
   *
   * @category predicates
   * @since 0.1.0
   */
  isReceiveError,
  /**
   * 400: a header is missing or duplicated, or the body is not an event. `part` is the header, or `body`.
   *
   * @category errors
   * @since 0.1.0
   */
  Malformed,
  type ReceiveError,
  /**
   * The delivery has been claimed before. 200 if it was accepted, so that the sender stops; 503 if it is `inProgress`,
   * since the handler may still fail.
   *
   * @category errors
   * @since 0.1.0
   */
  Replayed,
  /**
   * 413: the body has more bytes than `limit`.
   *
   * @category errors
   * @since 0.1.0
   */
  TooLarge,
  /**
   * 503: the delivery cannot be accepted now, for the given `reason`. The sender retries.
   *
   * @category errors
   * @since 0.1.0
   */
  Unavailable
} from "./internal/webhook/errors.ts"

// -----------------------------------------------------------------------------
// the service
// -----------------------------------------------------------------------------

/**
 * Options of {@link layer}.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options {
  /** The `signing_secret` of the webhook; several while a secret is being replaced. */
  readonly secret: string | Redacted.Redacted | ReadonlyArray<string | Redacted.Redacted>
  /** The maximum difference between the time of the signature and now, before or after. Default 5 minutes. */
  readonly tolerance?: Duration.Input | undefined
  /** The maximum size of a body in bytes. Default 1 MiB. */
  readonly maxBodySize?: number | undefined
  /** The limit for reading the body and running the handler. Default 20 seconds; the sender waits 30. */
  readonly timeout?: Duration.Input | undefined
  /** The store of accepted deliveries. Default `ReplayStore.memory()`; `false` accepts replays. */
  readonly replayStore?: ReplayStore | false | undefined
  /**
   * The time for which accepted deliveries are remembered, at least twice the tolerance. Default 56 minutes: the sender's
   * last retry is 51 minutes after its first attempt, plus up to a minute of jitter for each of four retries.
   */
  readonly rememberFor?: Duration.Input | undefined
  /** The identities by which a replay is recognized. Default `["signature", "delivery"]`. */
  readonly deduplicateBy?: ReadonlyArray<Identity> | undefined
}

/**
 * An identity of a delivery: its signature, its delivery id, or the id of its event.
 *
 * **Details**
 *
 * The signature and the event id are signed, the delivery id is not. `event` recognizes the same event under another
 * delivery id and with a new signature, for example when two webhooks report it. An event without an id and
 * a delivery without one are recognized by their signature.
 *
 * @category options
 * @since 0.1.0
 */
export type Identity = "signature" | "delivery" | "event"

/**
 * A delivery from another framework: the headers, and the body as received.
 *
 * **Gotchas**
 *
 * A body that was parsed and written again has other bytes, and its signature is invalid. A parsed body is
 * {@link Unavailable}; its message names the fix in Express, Fastify, Next, Hono and Workers.
 *
 * @category models
 * @since 0.1.0
 */
export interface Delivery extends Incoming.Delivery {}

/**
 * The raw bytes of a body. A Node.js `Buffer` is an `ArrayBufferView`, a Node.js `Readable` is an `AsyncIterable`.
 *
 * @category models
 * @since 0.1.0
 */
export type Body = Incoming.Body

/**
 * The response to a delivery.
 *
 * @category models
 * @since 0.1.0
 */
export interface Reply extends Respond.Reply {}

/**
 * An unread request of `node:http`, or of a framework on it that has not parsed the body.
 *
 * @category models
 * @since 0.1.0
 */
export interface NodeRequest extends Incoming.NodeRequest {}

/**
 * The kinds of request that a receiver reads.
 *
 * @category models
 * @since 0.1.0
 */
export type Source = globalThis.Request | HttpServerRequest.HttpServerRequest | Delivery | NodeRequest

/**
 * The headers of a delivery whose signature is valid.
 *
 * @category models
 * @since 0.1.0
 */
export interface Verified {
  /** `delv_…`; undefined if the header is missing or no id. The signature does not cover it. */
  readonly deliveryId: string | undefined
  /** With a fraction where the header has one. */
  readonly sentAt: Timestamp.Unix
}

/**
 * The receiver service.
 *
 * @category services
 * @since 0.1.0
 */
export class WebhookReceiver extends Context.Service<
  WebhookReceiver,
  {
    /** See {@link handle}. */
    readonly handle: <A, E, R>(
      source: Source,
      handler: (event: Event) => Effect.Effect<A, E, R>
    ) => Effect.Effect<A, E | ReceiveError, R>
    /** See {@link verify}. */
    readonly verify: (source: Source) => Effect.Effect<Verified, ReceiveError>
  }
>()("effect-audian/WebhookReceiver") {}

/**
 * Makes a receiver. Dies with `Audian.InvalidOptions` if the options are invalid.
 *
 * **Example** (A receiver without a layer)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { WebhookReceiver } from "effect-audian"
 *
 * export const onDelivery = (request: Request) =>
 *   Effect.gen(function* () {
 *     const receiver = yield* WebhookReceiver.make({ secret: "whsec_…" })
 *     return yield* receiver.handle(request, (event) => Effect.log(event._tag))
 *   })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function* (options: Options): Effect.fn.Return<WebhookReceiver["Service"]> {
  const checked = check(options)
  if (Result.isFailure(checked)) return yield* Receiver.invalidOptions(checked.failure)
  const keys = yield* Effect.forEach(checked.success, Hmac.importKey)
  const tolerance = Receiver.toleranceOf(options)
  const decode = decoder()
  const authenticated = (incoming: Incoming.Incoming) => authenticate(incoming, keys, tolerance)
  const identities = new Set(options.deduplicateBy ?? defaultIdentities)
  const receiver = yield* Receiver.make({ rememberFor: defaultMemory, ...omitUndefined(options) }, (incoming) =>
    Effect.gen(function* () {
      const { deliveryId, signature } = yield* authenticated(incoming)
      const event = decode(incoming.body)
      const keys: Array<string> = []
      const hasId = event.id !== undefined && event.id !== ""
      const isUnnamed = (identities.has("delivery") && deliveryId === undefined) || (identities.has("event") && !hasId)
      if (identities.has("signature") || isUnnamed) {
        keys.push(`signature:${yield* Hmac.fingerprint(signature)}`)
      }
      if (identities.has("delivery") && deliveryId !== undefined) keys.push(`delivery:${deliveryId}`)
      // Hashed, since an id has any length.
      if (identities.has("event") && hasId) keys.push(`event:${yield* Hmac.fingerprint(Hmac.utf8(event.id))}`)
      return { event, deliveryId, keys }
    })
  )
  return {
    handle: receiver.handle,
    verify: (source) =>
      Effect.map(
        Effect.flatMap(Incoming.read(source, Receiver.maxBodySizeOf(options)), authenticated),
        ({ deliveryId, sentAt }) => ({ deliveryId, sentAt })
      )
  }
})

/**
 * Provides the receiver from options.
 *
 * **Example** (Receiving with one secret)
 *
 * ```ts
 * import * as Redacted from "effect/Redacted"
 * import { WebhookReceiver } from "effect-audian"
 *
 * export const receiver = WebhookReceiver.layer({ secret: Redacted.make("whsec_…") })
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options): Layer.Layer<WebhookReceiver> => Layer.effect(WebhookReceiver, make(options))

/**
 * The configuration of {@link layerConfig}: `AUDIAN_WEBHOOK_SECRET`, one secret or several separated by commas.
 *
 * @category options
 * @since 0.1.0
 */
export const config: Config.Config<Options> = /*@__PURE__*/ pure(() =>
  Config.map(Config.Redacted("AUDIAN_WEBHOOK_SECRET"), (secrets) => ({
    secret: Redacted.value(secrets)
      .split(",")
      .map((secret) => Redacted.make(secret, { label: "effect-audian" }))
  }))
)

/**
 * Provides the receiver from configuration, by default from the environment: see {@link config}. A missing secret and
 * invalid options are a `ConfigError`.
 *
 * **Example** (A web handler whose secret is in the environment)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { WebhookReceiver } from "effect-audian"
 *
 * export const handler = WebhookReceiver.toWebHandler((event) => Effect.log(event._tag)).pipe(
 *   Effect.provide(WebhookReceiver.layerConfig())
 * )
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = (from: Config.Config<Options> = config): Layer.Layer<WebhookReceiver, Config.ConfigError> =>
  Layer.unwrap(
    Effect.flatMap(from, (options) => {
      const checked = check(options)
      return Result.isFailure(checked)
        ? Config.fail(new Schema.SchemaError(new SchemaIssue.InvalidValue({ message: checked.failure })))
        : Effect.succeed(layer(options))
    })
  )

// -----------------------------------------------------------------------------
// receiving
// -----------------------------------------------------------------------------

/**
 * Returns the event of a delivery, and accepts the delivery.
 *
 * **Gotchas**
 *
 * A retry of the same delivery is {@link Replayed}, even if your program fails later. Use {@link handle} for work that
 * may fail.
 *
 * @category receiving
 * @since 0.1.0
 */
export const fromRequest = (source: Source): Effect.Effect<Event, ReceiveError, WebhookReceiver> =>
  handle(source, Effect.succeed)

/**
 * Runs a handler with the event of a delivery.
 *
 * **Details**
 *
 * The delivery is claimed while the handler runs, and accepted when it succeeds. If the handler fails, dies, is
 * interrupted or times out, the claim is released, so that a retry of the sender is handled.
 *
 * **Example** (Handling a delivery of another framework)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { WebhookReceiver } from "effect-audian"
 *
 * export const receive = (headers: Record<string, string>, body: Uint8Array) =>
 *   WebhookReceiver.handle({ headers, body }, (event) => Effect.logInfo(event.event))
 * ```
 *
 * @category receiving
 * @since 0.1.0
 */
export const handle = <A, E, R>(
  source: Source,
  handler: (event: Event) => Effect.Effect<A, E, R>
): Effect.Effect<A, E | ReceiveError, R | WebhookReceiver> =>
  Effect.flatMap(WebhookReceiver, (receiver) => receiver.handle(source, handler))

/**
 * Checks the signature of a delivery and its age. It claims nothing and does not parse the body.
 *
 * @category receiving
 * @since 0.1.0
 */
export const verify = (source: Source): Effect.Effect<Verified, ReceiveError, WebhookReceiver> =>
  Effect.flatMap(WebhookReceiver, (receiver) => receiver.verify(source))

/**
 * A handler that adds the event to a queue without waiting.
 *
 * **Details**
 *
 * A queue that is full or shut down is {@link Unavailable}, so that the sender retries.
 *
 * @category receiving
 * @since 0.1.0
 */
export const offer: <E>(queue: Queue.Enqueue<Event, E>) => (event: Event) => Effect.Effect<void, Unavailable> =
  Respond.offer

/**
 * A route that responds to each `POST` delivery.
 *
 * **Details**
 *
 * The status is 200 if the handler succeeds, the status of the error if the delivery is not accepted, and 503 if the
 * handler fails. A failure is logged.
 *
 * **Example** (Logging events)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { WebhookReceiver } from "effect-audian"
 *
 * export const app = WebhookReceiver.route("/webhooks", (event) => Effect.logInfo(event.event))
 * ```
 *
 * @category receiving
 * @since 0.1.0
 */
export const route = <A, E, R>(
  path: HttpRouter.PathInput,
  handler: (event: Event) => Effect.Effect<A, E, R>
): Layer.Layer<never, never, HttpRouter.HttpRouter | WebhookReceiver | R> =>
  Layer.effectDiscard(Effect.flatMap(WebhookReceiver, (receiver) => Respond.route(receiver, ["POST"], path, handler)))

/**
 * Runs a handler with the event of a delivery, and returns the response for any framework: {@link route} without a
 * router.
 *
 * **Example** (Responding in Express)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as ManagedRuntime from "effect/ManagedRuntime"
 * import { WebhookReceiver } from "effect-audian"
 *
 * const runtime = ManagedRuntime.make(WebhookReceiver.layer({ secret: "…" }))
 *
 * interface Response {
 *   readonly status: (status: number) => { readonly send: (body: string) => unknown }
 * }
 *
 * // app.post("/webhooks", express.raw({ type: "*\/*" }), webhook)
 * export const webhook = async (req: { headers: Record<string, string>; body: Uint8Array }, res: Response) => {
 *   const { body, status } = await runtime.runPromise(
 *     WebhookReceiver.respond({ headers: req.headers, body: req.body }, (event) => Effect.logInfo(event._tag))
 *   )
 *   res.status(status).send(body)
 * }
 * ```
 *
 * @category receiving
 * @since 0.1.0
 */
export const respond = <A, E, R>(
  source: Source,
  handler: (event: Event) => Effect.Effect<A, E, R>
): Effect.Effect<Reply, never, WebhookReceiver | R> =>
  Effect.flatMap(WebhookReceiver, (receiver) => Respond.reply(receiver, source, handler))

/**
 * The same as {@link route}, as a function from a web `Request` to a `Response`.
 *
 * @category receiving
 * @since 0.1.0
 */
export const toWebHandler = <A, E, R>(
  handler: (event: Event) => Effect.Effect<A, E, R>
): Effect.Effect<(request: globalThis.Request) => Promise<globalThis.Response>, never, WebhookReceiver | R> =>
  Effect.flatMap(WebhookReceiver, (receiver) =>
    Effect.map(Effect.context<R>(), (context) => Respond.webHandler(receiver, handler, context))
  )

// -----------------------------------------------------------------------------
// internal
// -----------------------------------------------------------------------------

// The signature identifies a recording under another delivery id, which is not signed.
const defaultIdentities: ReadonlyArray<Identity> = ["signature", "delivery"]

const defaultMemory = "56 minutes"

const check = (options: Options): Result.Result<ReadonlyArray<Redacted.Redacted>, string> => {
  const secrets = Receiver.secretsOf("secret (AUDIAN_WEBHOOK_SECRET)", options.secret)
  if (typeof secrets === "string") return Result.fail(secrets)
  const { deduplicateBy } = options
  const reason =
    Receiver.invalidLimitsReason(options) ??
    (deduplicateBy !== undefined && !isIdentities(deduplicateBy)
      ? "deduplicateBy: expected signature, delivery or event; replayStore: false accepts replays"
      : undefined)
  return reason === undefined ? Result.succeed(secrets) : Result.fail(reason)
}

const isIdentities = (identities: ReadonlyArray<Identity>): boolean =>
  Array.isArray(identities) &&
  identities.length > 0 &&
  identities.every((identity) => identity === "signature" || identity === "delivery" || identity === "event")
