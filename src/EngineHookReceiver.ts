/**
 * Receives the engine's own webhooks, those of `Account.Webhooks`: form-encoded or JSON, by GET, POST or PUT, signed or
 * not. The webhooks of an API key are for `WebhookReceiver`; both have the same errors and the same functions.
 *
 * The engine signs only webhooks with `format: "json"`, `version: "v2"` and a `security_settings.sha256_key`. It can add
 * a header of your own to all others (`custom_request_headers`), which a receiver can require.
 *
 * The engine does not retry after a response: a delivery is lost unless the response is 200 (201 for a PUT), and a
 * webhook that fails often is disabled. It only retries if it could not connect.
 *
 * @see https://docs.audian.com/webhooks
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as HttpRouter from "effect/http/HttpRouter"
import * as Layer from "effect/Layer"
import type * as Queue from "effect/Queue"
import type * as Redacted from "effect/Redacted"
import { omitUndefined } from "./internal/omitUndefined.ts"
import { decoder, type Event } from "./internal/webhook/engineEvent.ts"
import { invalidPayloadReason, payloadOf } from "./internal/webhook/enginePayload.ts"
import { authenticate, headerCheck } from "./internal/webhook/engineSignature.ts"
import * as Errors from "./internal/webhook/errors.ts"
import * as Hmac from "./internal/webhook/hmac.ts"
import * as Receiver from "./internal/webhook/receiver.ts"
import * as Respond from "./internal/webhook/respond.ts"
import type { ReplayStore } from "./ReplayStore.ts"
import type { ReceiveError, Reply, Source } from "./WebhookReceiver.ts"

export {
  Cdr,
  ChannelAnswer,
  ChannelBridge,
  ChannelCreate,
  ChannelDestroy,
  ChannelHold,
  ChannelUnhold,
  Event,
  Mms,
  Notification,
  ObjectChanged,
  Parking,
  Sms,
  StreamChanged,
  UnknownHook
} from "./internal/webhook/engineEvent.ts"

// -----------------------------------------------------------------------------
// the service
// -----------------------------------------------------------------------------

/**
 * A header of the webhook (`custom_request_headers`) and its value.
 *
 * @category options
 * @since 0.1.0
 */
export interface Header {
  readonly name: string
  /** Several while a value is being replaced. */
  readonly value: string | Redacted.Redacted | ReadonlyArray<string | Redacted.Redacted>
}

/**
 * Options of {@link layer}.
 *
 * **Details**
 *
 * One of `secret`, `header` and `unsigned: true` is required: unauthenticated deliveries must be allowed explicitly.
 *
 * @category options
 * @since 0.1.0
 */
export type Options = {
  /** The maximum difference between the time of the signature and now, before or after. Default 5 minutes. */
  readonly tolerance?: Duration.Input | undefined
  /** The maximum size of a body in bytes. Default 1 MiB. */
  readonly maxBodySize?: number | undefined
  /** The limit for reading the body and running the handler. Default 8 seconds; the engine waits 10. */
  readonly timeout?: Duration.Input | undefined
  /** The store of accepted deliveries. Default `ReplayStore.memory()`. Replays of unsigned deliveries are not detected. */
  readonly replayStore?: ReplayStore | false | undefined
} & (
  | {
      /** The `security_settings.sha256_key` of the webhook; several while a key is being replaced. */
      readonly secret: string | Redacted.Redacted | ReadonlyArray<string | Redacted.Redacted>
      readonly header?: Header | undefined
      readonly unsigned?: undefined
    }
  | { readonly secret?: undefined; readonly header: Header; readonly unsigned?: undefined }
  | { readonly secret?: undefined; readonly header?: undefined; readonly unsigned: true }
)

/**
 * The receiver service.
 *
 * @category services
 * @since 0.1.0
 */
export class EngineHookReceiver extends Context.Service<
  EngineHookReceiver,
  {
    /** See {@link handle}. */
    readonly handle: <A, E, R>(
      source: Source,
      handler: (event: Event) => Effect.Effect<A, E, R>
    ) => Effect.Effect<A, E | ReceiveError, R>
  }
>()("effect-audian/EngineHookReceiver") {}

/**
 * Makes a receiver. Dies with `Audian.InvalidOptions` if the options are invalid.
 *
 * **Example** (A receiver without a layer)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { EngineHookReceiver } from "effect-audian"
 *
 * export const onDelivery = (request: Request) =>
 *   Effect.gen(function* () {
 *     const receiver = yield* EngineHookReceiver.make({ secret: "a long secret" })
 *     return yield* receiver.handle(request, (event) => Effect.log(event._tag))
 *   })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function* (options: Options): Effect.fn.Return<EngineHookReceiver["Service"]> {
  const reason = Receiver.invalidLimitsReason(options)
  if (reason !== undefined) return yield* Receiver.invalidOptions(reason)
  const { header, secret } = options
  if (secret === undefined && header === undefined && options.unsigned !== true) {
    return yield* Receiver.invalidOptions("expected secret, header or unsigned: true")
  }
  const keys =
    secret === undefined ? undefined : yield* Effect.forEach(yield* secretsOf("secret", secret), Hmac.importKey)
  const checkHeader =
    header === undefined
      ? () => Effect.void
      : yield* headerCheck(header.name, yield* secretsOf("header.value", header.value))
  const tolerance = Receiver.toleranceOf(options)
  const decode = decoder()
  return yield* Receiver.make({ timeout: "8 seconds", ...omitUndefined(options) }, (incoming) =>
    Effect.gen(function* () {
      yield* checkHeader(incoming)
      const payload = payloadOf(incoming)
      // Anybody can send to an unsigned receiver. An authenticated payload is always passed on.
      const reason = options.unsigned === true ? invalidPayloadReason(payload) : undefined
      if (reason !== undefined) return yield* new Errors.Malformed({ part: "body", description: reason })
      const signature = keys === undefined ? undefined : yield* authenticate(keys, payload, tolerance)
      return {
        event: decode(incoming, payload),
        deliveryId: undefined,
        keys: signature === undefined ? [] : [`signature:${yield* Hmac.fingerprint(signature)}`]
      }
    })
  )
})

/**
 * Provides the receiver from options.
 *
 * **Example** (Requiring a header of your own)
 *
 * ```ts
 * import * as Redacted from "effect/Redacted"
 * import { EngineHookReceiver } from "effect-audian"
 *
 * export const receiver = EngineHookReceiver.layer({
 *   header: { name: "X-Hook-Token", value: Redacted.make("…") }
 * })
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options): Layer.Layer<EngineHookReceiver> =>
  Layer.effect(EngineHookReceiver, make(options))

// -----------------------------------------------------------------------------
// receiving
// -----------------------------------------------------------------------------

/**
 * Returns the event of a delivery, and accepts the delivery; see `WebhookReceiver.fromRequest`.
 *
 * @category receiving
 * @since 0.1.0
 */
export const fromRequest = (source: Source): Effect.Effect<Event, ReceiveError, EngineHookReceiver> =>
  handle(source, Effect.succeed)

/**
 * Runs a handler with the event of a delivery; see `WebhookReceiver.handle`.
 *
 * @category receiving
 * @since 0.1.0
 */
export const handle = <A, E, R>(
  source: Source,
  handler: (event: Event) => Effect.Effect<A, E, R>
): Effect.Effect<A, E | ReceiveError, R | EngineHookReceiver> =>
  Effect.flatMap(EngineHookReceiver, (receiver) => receiver.handle(source, handler))

/**
 * A handler that adds the event to a queue without waiting.
 *
 * **Gotchas**
 *
 * The engine does not retry when the queue is full: the event is lost. Give the queue enough capacity.
 *
 * @category receiving
 * @since 0.1.0
 */
export const offer: <E>(queue: Queue.Enqueue<Event, E>) => (event: Event) => Effect.Effect<void, Errors.Unavailable> =
  Respond.offer

/**
 * A route for `GET`, `POST` and `PUT`. The status is 200, or 201 for a `PUT`, if the handler succeeds.
 *
 * **Example** (Logging hooks)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { EngineHookReceiver } from "effect-audian"
 *
 * export const app = EngineHookReceiver.route("/hooks", (event) => Effect.logInfo(event.hook))
 * ```
 *
 * @category receiving
 * @since 0.1.0
 */
export const route = <A, E, R>(
  path: HttpRouter.PathInput,
  handler: (event: Event) => Effect.Effect<A, E, R>
): Layer.Layer<never, never, HttpRouter.HttpRouter | EngineHookReceiver | R> =>
  Layer.effectDiscard(
    Effect.flatMap(EngineHookReceiver, (receiver) => Respond.route(receiver, ["GET", "POST", "PUT"], path, handler))
  )

/**
 * Runs a handler with the event of a delivery, and returns the response for any framework: {@link route} without a
 * router.
 *
 * **Example** (Responding in Express)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as ManagedRuntime from "effect/ManagedRuntime"
 * import { EngineHookReceiver } from "effect-audian"
 *
 * const runtime = ManagedRuntime.make(EngineHookReceiver.layer({ secret: "…" }))
 *
 * interface Response {
 *   readonly status: (status: number) => { readonly send: (body: string) => unknown }
 * }
 *
 * // app.post("/webhooks", express.raw({ type: "*\/*" }), webhook)
 * export const webhook = async (req: { headers: Record<string, string>; body: Uint8Array }, res: Response) => {
 *   const { body, status } = await runtime.runPromise(
 *     EngineHookReceiver.respond({ headers: req.headers, body: req.body }, (event) => Effect.logInfo(event._tag))
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
): Effect.Effect<Reply, never, EngineHookReceiver | R> =>
  Effect.flatMap(EngineHookReceiver, (receiver) => Respond.reply(receiver, source, handler))

/**
 * The same as {@link route}, as a function from a web `Request` to a `Response`.
 *
 * @category receiving
 * @since 0.1.0
 */
export const toWebHandler = <A, E, R>(
  handler: (event: Event) => Effect.Effect<A, E, R>
): Effect.Effect<(request: globalThis.Request) => Promise<globalThis.Response>, never, EngineHookReceiver | R> =>
  Effect.flatMap(EngineHookReceiver, (receiver) =>
    Effect.map(Effect.context<R>(), (context) => Respond.webHandler(receiver, handler, context))
  )

// -----------------------------------------------------------------------------
// internal
// -----------------------------------------------------------------------------

const secretsOf = (name: string, secrets: Receiver.Secrets): Effect.Effect<ReadonlyArray<Redacted.Redacted>> => {
  const checked = Receiver.secretsOf(name, secrets)
  return typeof checked === "string" ? Receiver.invalidOptions(checked) : Effect.succeed(checked)
}
