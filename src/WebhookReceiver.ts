/**
 * Receives the webhooks of an API key: checks the signature over the bytes that arrived, the age, and that no delivery
 * is taken twice, and hands over a typed event.
 *
 * `WebhookReceiver.route("/webhooks", handler)` is the whole of it on a server; `fromRequest` and `handle` are for other
 * places, `verify` for a check alone. Register the URL with `Webhooks.create`, which gives the secret. What the engine's
 * own webhooks send (`Account.Webhooks`) is for `EngineHookReceiver`.
 *
 * @see https://docs.audian.com/webhooks/signatures
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Hex from "effect/encoding/Hex"
import type * as HttpRouter from "effect/http/HttpRouter"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Queue from "effect/Queue"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import { lazy, openEnum, openStruct } from "./internal/schema/schema.ts"
import * as Errors from "./internal/webhook/errors.ts"
import * as Hmac from "./internal/webhook/hmac.ts"
import * as Receiver from "./internal/webhook/receiver.ts"
import * as PhoneNumber from "./PhoneNumber.ts"
import type { ReplayStore } from "./ReplayStore.ts"
import * as Timestamp from "./Timestamp.ts"

// -----------------------------------------------------------------------------
// events
// -----------------------------------------------------------------------------

const event = <const Name extends string, Data extends Schema.Constraint>(name: Name, data: Data) =>
  Schema.TaggedStruct(name, {
    /** The event's own id: the same in each delivery of it. */
    id: Schema.String,
    event: Schema.Literal(name),
    timestamp: Timestamp.Iso,
    version: Schema.optional(Schema.String),
    data
  })

/**
 * A call has begun.
 *
 * @category events
 * @since 0.1.0
 */
export interface CallInitiated extends Schema.Schema.Type<typeof CallInitiated> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const CallInitiated = /*@__PURE__*/ lazy(() =>
  event(
    "call.initiated",
    openStruct({
      call_id: Schema.String,
      call_uuid: Schema.optional(Schema.String),
      call_type: Schema.optional(Schema.String),
      from: Schema.optional(PhoneNumber.PhoneNumber),
      from_name: Schema.optional(Schema.String),
      to: Schema.optional(PhoneNumber.PhoneNumber),
      initiated_at: Schema.optional(Timestamp.Iso),
      initiated_by: Schema.optional(openEnum("api")),
      tags: Schema.optional(Schema.JsonObject)
    })
  )
)

/**
 * It rings at the other end.
 *
 * @category events
 * @since 0.1.0
 */
export interface CallRinging extends Schema.Schema.Type<typeof CallRinging> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const CallRinging = /*@__PURE__*/ lazy(() =>
  event("call.ringing", openStruct({ call_id: Schema.String, ringing_at: Schema.optional(Timestamp.Iso) }))
)

/**
 * Somebody has answered.
 *
 * @category events
 * @since 0.1.0
 */
export interface CallAnswered extends Schema.Schema.Type<typeof CallAnswered> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const CallAnswered = /*@__PURE__*/ lazy(() =>
  event(
    "call.answered",
    openStruct({
      call_id: Schema.String,
      call_uuid: Schema.optional(Schema.String),
      answered_by: Schema.optional(Schema.String),
      answered_at: Schema.optional(Timestamp.Iso),
      time_to_answer: Schema.optional(Schema.Finite)
    })
  )
)

/**
 * A call has ended.
 *
 * @category events
 * @since 0.1.0
 */
export interface CallCompleted extends Schema.Schema.Type<typeof CallCompleted> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const CallCompleted = /*@__PURE__*/ lazy(() =>
  event(
    "call.completed",
    openStruct({
      call_id: Schema.String,
      duration: Schema.optional(Schema.Finite),
      status: Schema.optional(openEnum("completed")),
      from: Schema.optional(PhoneNumber.PhoneNumber),
      to: Schema.optional(PhoneNumber.PhoneNumber),
      ended_at: Schema.optional(Timestamp.Iso),
      completion_reason: Schema.optional(openEnum("normal"))
    })
  )
)

/**
 * A call could not be made. What `data` holds is not documented.
 *
 * @category events
 * @since 0.1.0
 */
export interface CallFailed extends Schema.Schema.Type<typeof CallFailed> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const CallFailed = /*@__PURE__*/ lazy(() => event("call.failed", Schema.Json))

/**
 * A recording can be had. What `data` holds is not documented.
 *
 * @category events
 * @since 0.1.0
 */
export interface RecordingCompleted extends Schema.Schema.Type<typeof RecordingCompleted> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const RecordingCompleted = /*@__PURE__*/ lazy(() => event("recording.completed", Schema.Json))

/**
 * An event that no other member stands for, or whose data is not as documented: nothing that was signed is refused for
 * what it says.
 *
 * @category events
 * @since 0.1.0
 */
export interface UnknownEvent extends Schema.Schema.Type<typeof UnknownEvent> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const UnknownEvent = /*@__PURE__*/ lazy(() =>
  Schema.TaggedStruct("Unknown", {
    id: Schema.String,
    event: Schema.String,
    timestamp: Timestamp.Iso,
    version: Schema.optional(Schema.String),
    data: Schema.Json
  })
)

const known = /*@__PURE__*/ lazy(() => [
  CallInitiated,
  CallRinging,
  CallAnswered,
  CallCompleted,
  CallFailed,
  RecordingCompleted
])

/**
 * What a webhook tells of; `_tag` is the documented name of the event, or `Unknown`.
 *
 * @see https://docs.audian.com/webhooks/events
 * @category events
 * @since 0.1.0
 */
export type Event =
  | CallInitiated
  | CallRinging
  | CallAnswered
  | CallCompleted
  | CallFailed
  | RecordingCompleted
  | UnknownEvent

/**
 * The Schema of the union, for a queue or a store between the receiver and the work.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Event: Schema.Codec<Event, Schema.Json> = /*@__PURE__*/ lazy(
  () => Schema.Union([...known, UnknownEvent]) as unknown as Schema.Codec<Event, Schema.Json>
)

// -----------------------------------------------------------------------------
// errors
// -----------------------------------------------------------------------------

export {
  /**
   * 401: signed longer ago than the tolerance, or as far in the future: a recording played back, or a clock that is
   * wrong. `age` is in seconds, negative in the future.
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
   * Whether a value is one of the errors of a receiver.
   *
   * @category predicates
   * @since 0.1.0
   */
  isReceiveError,
  /**
   * 400: a header is missing or there twice, or the body is no event; `part` says which header, or `body`.
   *
   * @category errors
   * @since 0.1.0
   */
  Malformed,
  /**
   * The delivery has been claimed before. Accepted, it is answered 200, which is what makes the sender stop; still being
   * handed over (`inProgress`), 503, since it may yet fail.
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
   * 503: the delivery may be good, and cannot be taken now; `reason` says why. The sender comes again.
   *
   * @category errors
   * @since 0.1.0
   */
  Unavailable
} from "./internal/webhook/errors.ts"

/**
 * Every way in which a delivery is not taken.
 *
 * @category errors
 * @since 0.1.0
 */
export type ReceiveError = Errors.ReceiveError

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
  /** The `signing_secret` of the webhook; several while one takes the place of another. */
  readonly secret: string | Redacted.Redacted | ReadonlyArray<string | Redacted.Redacted>
  /** How far the time of the signature may be from ours, either way. Default 5 minutes. */
  readonly tolerance?: Duration.Input | undefined
  /** How many bytes a body may have. Default 1 MiB. */
  readonly maxBodySize?: number | undefined
  /** How long reading and handing over may take. Default 20 seconds; the sender waits 30. */
  readonly timeout?: Duration.Input | undefined
  /** Remembers deliveries. Default `ReplayStore.memory()`; `false` takes each as often as it comes. */
  readonly replayStore?: ReplayStore | false | undefined
}

/**
 * A delivery as another framework gives it: the headers, and the body as it arrived, not parsed and written again.
 *
 * @category models
 * @since 0.1.0
 */
export interface Delivery extends Receiver.Delivery {}

/**
 * Where a delivery may come from.
 *
 * @category models
 * @since 0.1.0
 */
export type Source = globalThis.Request | HttpServerRequest.HttpServerRequest | Delivery

/**
 * What the headers of a delivery say.
 *
 * @category models
 * @since 0.1.0
 */
export interface Verified {
  /** `delv_…`. Not part of what is signed. */
  readonly deliveryId: string
  readonly sentAt: Timestamp.Unix
}

/**
 * The receiver.
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
 * Makes a receiver. Dies with `Audian.InvalidOptions` when the options cannot work.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function* (options: Options): Effect.fn.Return<WebhookReceiver["Service"]> {
  const checked = check(options)
  if (Result.isFailure(checked)) return yield* Receiver.refuse(checked.failure)
  const keys = yield* Effect.forEach(checked.success, Hmac.importKey)
  const tolerance = Receiver.toleranceOf(options)
  const decode = decoder()
  const authenticate = (incoming: Receiver.Incoming) => authenticated(incoming, keys, tolerance)
  const receiver = yield* Receiver.make(options, (incoming) =>
    Effect.flatMap(authenticate(incoming), ({ deliveryId, signature }) =>
      Effect.map(Effect.all([decode(incoming.body), Hmac.fingerprint(signature)]), ([event, fingerprint]) => ({
        event,
        deliveryId,
        // The id is not signed. By the signature, a recording under another id is found out all the same.
        keys: [`signature:${fingerprint}`, `delivery:${deliveryId}`]
      }))
    )
  )
  return {
    handle: receiver.handle,
    verify: (source) =>
      Effect.map(
        Effect.flatMap(Receiver.read(source, Receiver.maxBodySizeOf(options)), authenticate),
        ({ deliveryId, sentAt }) => ({ deliveryId, sentAt })
      )
  }
})

/**
 * The receiver from options: `WebhookReceiver.layer({ secret: Redacted.make("whsec_…") })`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options): Layer.Layer<WebhookReceiver> => Layer.effect(WebhookReceiver, make(options))

/**
 * What {@link layerConfig} reads: `AUDIAN_WEBHOOK_SECRET`, one secret, or several with commas between them.
 *
 * @category options
 * @since 0.1.0
 */
export const config: Config.Config<Options> = /*@__PURE__*/ lazy(() =>
  Config.map(Config.Redacted("AUDIAN_WEBHOOK_SECRET"), (secrets) => ({
    secret: Redacted.value(secrets)
      .split(",")
      .map((secret) => Redacted.make(secret, { label: "effect-audian" }))
  }))
)

/**
 * The receiver from configuration: by default from the environment, see {@link config}. What is missing or cannot work
 * is a `ConfigError`.
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
 * The event of a delivery, which is taken by that: coming again, it is {@link Replayed}, whatever becomes of the event.
 * Where the work may fail and the sender shall come again, use {@link handle}.
 *
 * @category receiving
 * @since 0.1.0
 */
export const fromRequest = (source: Source): Effect.Effect<Event, ReceiveError, WebhookReceiver> =>
  handle(source, Effect.succeed)

/**
 * Hands the event of a delivery over. The delivery is claimed while the handler runs, and taken when it succeeds. When
 * it fails, dies, is interrupted, or takes longer than the time limit, the claim is given back, so that the sender can
 * bring it again.
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
 * Checks the signature of a delivery and its age, and nothing else: it claims nothing and does not look into the body.
 *
 * @category receiving
 * @since 0.1.0
 */
export const verify = (source: Source): Effect.Effect<Verified, ReceiveError, WebhookReceiver> =>
  Effect.flatMap(WebhookReceiver, (receiver) => receiver.verify(source))

/**
 * A handler that puts the event into a queue, without waiting: a queue that is full, or shut down, is
 * {@link Unavailable}, so that the sender comes again.
 *
 * @category receiving
 * @since 0.1.0
 */
export const offer: <E>(queue: Queue.Enqueue<Event, E>) => (event: Event) => Effect.Effect<void, Errors.Unavailable> =
  Receiver.offer

/**
 * A route for `POST` that answers each delivery: 200 when the handler succeeds, the status of the error when the
 * delivery is not taken, 503 when the handler fails, with a line in the log.
 *
 * @category receiving
 * @since 0.1.0
 */
export const route = <A, E, R>(
  path: HttpRouter.PathInput,
  handler: (event: Event) => Effect.Effect<A, E, R>
): Layer.Layer<never, never, HttpRouter.HttpRouter | WebhookReceiver | R> =>
  Layer.effectDiscard(Effect.flatMap(WebhookReceiver, (receiver) => Receiver.route(receiver, ["POST"], path, handler)))

/**
 * What {@link route} does, as a function from a web `Request` to its `Response`.
 *
 * @category receiving
 * @since 0.1.0
 */
export const toWebHandler = <A, E, R>(
  handler: (event: Event) => Effect.Effect<A, E, R>
): Effect.Effect<(request: globalThis.Request) => Promise<globalThis.Response>, never, WebhookReceiver | R> =>
  Effect.flatMap(WebhookReceiver, (receiver) =>
    Effect.map(Effect.context<R>(), (context) => Receiver.webHandler(receiver, handler, context))
  )

// -----------------------------------------------------------------------------
// internal
// -----------------------------------------------------------------------------

const check = (options: Options): Result.Result<ReadonlyArray<Redacted.Redacted>, string> => {
  const secrets = Receiver.secretsOf("secret (AUDIAN_WEBHOOK_SECRET)", options.secret)
  if (typeof secrets === "string") return Result.fail(secrets)
  const wrong = Receiver.checkLimits(options)
  return wrong === undefined ? Result.succeed(secrets) : Result.fail(wrong)
}

const signatureHeader = "x-audian-signature"
const timestampHeader = "x-audian-timestamp"
const deliveryHeader = "x-audian-delivery-id"

/** The signature first, so that what fails later was certainly made with a secret. */
const authenticated = Effect.fnUntraced(function* (
  incoming: Receiver.Incoming,
  keys: ReadonlyArray<CryptoKey>,
  tolerance: Duration.Duration
): Effect.fn.Return<Verified & { readonly signature: Hmac.Bytes }, ReceiveError> {
  const deliveryId = yield* Receiver.one(incoming, deliveryHeader)
  if (!/^[\x21-\x7e]{1,200}$/.test(deliveryId)) {
    return yield* new Errors.Malformed({ part: deliveryHeader, description: "expected up to 200 visible characters" })
  }
  const timestamp = yield* Receiver.one(incoming, timestampHeader)
  if (!/^\d{1,12}$/.test(timestamp)) {
    return yield* new Errors.Malformed({ part: timestampHeader, description: "expected seconds since 1970" })
  }
  const header = yield* Receiver.one(incoming, signatureHeader)
  const invalid = (description: string) =>
    new Errors.InvalidSignature({ part: signatureHeader, description, deliveryId })
  // The pages show it both ways.
  const signature = Result.getOrUndefined(Hex.decode(header.replace(/^sha256=/, "")))
  if (signature?.length !== Hmac.length) return yield* invalid("expected an HMAC-SHA256 in hex")
  const bytes = new Uint8Array(signature)
  if (!(yield* Hmac.verify(keys, bytes, Hmac.concat(`${timestamp}.`, incoming.body)))) {
    return yield* invalid("no secret of this receiver made it for these bytes")
  }
  const sentAt = Number(timestamp) as Timestamp.Unix
  yield* Receiver.inTime(sentAt, tolerance, deliveryId)
  return { deliveryId, sentAt, signature: bytes }
})

/** Decodes the body of a delivery; made once for a receiver, so that the schemas are compiled once. */
const decoder = (): ((body: Hmac.Bytes) => Effect.Effect<Event, Errors.Malformed>) => {
  const { _tag: _, ...fields } = UnknownEvent.fields
  const envelope = Schema.decodeUnknownOption(Schema.Struct(fields))
  const typed = new Map(
    known.map((schema) => [
      schema.fields.event.literal as string,
      // Each is a member of the union.
      Schema.decodeUnknownOption(schema as unknown as Schema.Codec<Event>)
    ])
  )
  return (body) =>
    Effect.flatMap(Effect.flatMap(Receiver.textOf(body), Receiver.jsonOf), (json) =>
      Option.match(envelope(json), {
        onNone: () =>
          Effect.fail(
            new Errors.Malformed({ part: "body", description: "expected an event with id, event, timestamp and data" })
          ),
        onSome: (value) =>
          Effect.succeed(
            Option.getOrElse(
              typed.get(value.event)?.({ ...value, _tag: value.event }) ?? Option.none(),
              (): Event => ({ ...value, _tag: "Unknown" })
            )
          )
      })
    )
}
