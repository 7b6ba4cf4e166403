/**
 * Receives the engine's own webhooks, those of `Account.Webhooks`: form-encoded or JSON, by GET, POST or PUT, signed or
 * not. The webhooks of an API key are for `WebhookReceiver`; both have the same errors and the same ways to be used.
 *
 * The engine signs only what has `format: "json"`, `version: "v2"` and a `security_settings.sha256_key`. What it sends in
 * its first version, it can accompany with a header of your own (`custom_request_headers`), which a receiver can ask for.
 *
 * It does not come again after an answer: a delivery that is not answered 200 (201 to a PUT) is lost, and a webhook that
 * fails often is switched off. It repeats only what found no connection.
 *
 * @see https://docs.audian.com/webhooks
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import type * as HttpRouter from "effect/http/HttpRouter"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type * as Queue from "effect/Queue"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { omitUndefined } from "./internal/omitUndefined.ts"
import { isGregorian, offset } from "./internal/schema/gregorian.ts"
import { lazy, openEnum, openStruct } from "./internal/schema/schema.ts"
import * as Canonical from "./internal/webhook/canonical.ts"
import * as Errors from "./internal/webhook/errors.ts"
import * as Hmac from "./internal/webhook/hmac.ts"
import * as Receiver from "./internal/webhook/receiver.ts"
import type { ReplayStore } from "./ReplayStore.ts"
import type { ReceiveError, Source } from "./WebhookReceiver.ts"

// -----------------------------------------------------------------------------
// events
// -----------------------------------------------------------------------------

const text = /*@__PURE__*/ lazy(() => Schema.optional(Schema.String))

/** A form turns every number into text. */
const number = /*@__PURE__*/ lazy(() => Schema.optional(Schema.Union([Schema.Finite, Schema.FiniteFromString])))

const hook = <const Name extends string, Data extends Schema.Constraint>(name: Name, data: Data) =>
  Schema.TaggedStruct(name, { ...about(), hook: Schema.Literal(name), data })

const about = () => ({
  /** `X-Hook-ID`: the id of the webhook. No signature covers it. */
  hook_id: text,
  /** `X-Account-ID`. No signature covers it. */
  account_id: text,
  version: Schema.Literals(["v1", "v2"]),
  /** When a delivery in version 2 was made, as it says: seconds since the year 0. */
  timestamp: number
})

/** What the engine tells of a channel; any of it may be missing. */
const channel = () => ({
  account_id: text,
  authorizing_id: text,
  authorizing_type: text,
  call_direction: text,
  call_id: text,
  callee_id_name: text,
  callee_id_number: text,
  caller_id_name: text,
  caller_id_number: text,
  from: text,
  other_leg_call_id: text,
  owner_id: text,
  request: text,
  reseller_id: text,
  timestamp: number,
  to: text
})

const channelEvent = <const Name extends string>(name: Name) =>
  hook(name, openStruct({ ...channel(), hook_event: text }))

/**
 * A channel has come into being.
 *
 * @category events
 * @since 0.1.0
 */
export interface ChannelCreate extends Schema.Schema.Type<typeof ChannelCreate> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const ChannelCreate = /*@__PURE__*/ lazy(() => channelEvent("channel_create"))

/**
 * A channel was answered.
 *
 * @category events
 * @since 0.1.0
 */
export interface ChannelAnswer extends Schema.Schema.Type<typeof ChannelAnswer> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const ChannelAnswer = /*@__PURE__*/ lazy(() => channelEvent("channel_answer"))

/**
 * A channel was put on hold.
 *
 * @category events
 * @since 0.1.0
 */
export interface ChannelHold extends Schema.Schema.Type<typeof ChannelHold> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const ChannelHold = /*@__PURE__*/ lazy(() => channelEvent("channel_hold"))

/**
 * A channel was taken off hold.
 *
 * @category events
 * @since 0.1.0
 */
export interface ChannelUnhold extends Schema.Schema.Type<typeof ChannelUnhold> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const ChannelUnhold = /*@__PURE__*/ lazy(() => channelEvent("channel_unhold"))

/**
 * Two channels were connected.
 *
 * @category events
 * @since 0.1.0
 */
export interface ChannelBridge extends Schema.Schema.Type<typeof ChannelBridge> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const ChannelBridge = /*@__PURE__*/ lazy(() =>
  hook("channel_bridge", openStruct({ ...channel(), original_number: text, other_leg_destination_number: text }))
)

/**
 * A channel has ended. `hangup_code` is such as `sip:200`.
 *
 * @category events
 * @since 0.1.0
 */
export interface ChannelDestroy extends Schema.Schema.Type<typeof ChannelDestroy> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const ChannelDestroy = /*@__PURE__*/ lazy(() =>
  hook(
    "channel_destroy",
    openStruct({
      ...channel(),
      hangup_cause: text,
      hangup_code: text,
      duration_seconds: number,
      ringing_seconds: number,
      billing_seconds: number
    })
  )
)

/**
 * A call record was written. Told from a channel that has ended by what names it: see {@link Event}.
 *
 * @category events
 * @since 0.1.0
 */
export interface Cdr extends Schema.Schema.Type<typeof Cdr> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Cdr = /*@__PURE__*/ lazy(() => hook("cdr", openStruct(channel())))

/**
 * A document was made, changed or deleted; the fields beside these differ by its `type`.
 *
 * @category events
 * @since 0.1.0
 */
export interface ObjectChanged extends Schema.Schema.Type<typeof ObjectChanged> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const ObjectChanged = /*@__PURE__*/ lazy(() =>
  hook(
    "object",
    openStruct({
      id: text,
      account_id: text,
      action: Schema.optional(openEnum("doc_created", "doc_edited", "doc_deleted")),
      type: Schema.optional(
        openEnum(
          "account",
          "callflow",
          "device",
          "faxbox",
          "media",
          "user",
          "vmbox",
          "fax",
          "mailbox_message",
          "call_recording"
        )
      )
    })
  )
)

/**
 * What the engine writes letters about: a voicemail, a fax, a missed call, a port, a balance. The fields beside these
 * differ by `event_name`.
 *
 * @category events
 * @since 0.1.0
 */
export interface Notification extends Schema.Schema.Type<typeof Notification> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Notification = /*@__PURE__*/ lazy(() =>
  hook(
    "notifications",
    openStruct({
      app_name: text,
      app_version: text,
      event_category: text,
      event_name: Schema.optional(
        openEnum(
          "missed_call",
          "voicemail_new",
          "voicemail_saved",
          "voicemail_full",
          "inbound_fax",
          "outbound_fax",
          "outbound_fax_error",
          "new_user",
          "new_account",
          "ported",
          "low_balance",
          "topup",
          "transaction",
          "register",
          "deregister",
          "password_recovery",
          "cnam_request",
          "denied_emergency_bridge",
          "webhook"
        )
      ),
      msg_id: text,
      node: text,
      server_id: text,
      system_log_id: text
    })
  )
)

/**
 * A call was parked, fetched or left.
 *
 * @category events
 * @since 0.1.0
 */
export interface Parking extends Schema.Schema.Type<typeof Parking> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Parking = /*@__PURE__*/ lazy(() =>
  hook(
    "parking",
    openStruct({ event_name: Schema.optional(openEnum("PARK_PARKED", "PARK_RETRIEVED", "PARK_ABANDONED")) })
  )
)

const message = () =>
  openStruct({ id: text, account_id: text, type: text, from: text, to: text, body: Schema.optional(Schema.Json) })

/**
 * A text message has come in.
 *
 * @category events
 * @since 0.1.0
 */
export interface Sms extends Schema.Schema.Type<typeof Sms> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Sms = /*@__PURE__*/ lazy(() => hook("sms", message()))

/**
 * A message with media has come in.
 *
 * @category events
 * @since 0.1.0
 */
export interface Mms extends Schema.Schema.Type<typeof Mms> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const Mms = /*@__PURE__*/ lazy(() => hook("mms", message()))

/**
 * A stream of a call's sound has begun or ended.
 *
 * @category events
 * @since 0.1.0
 */
export interface StreamChanged extends Schema.Schema.Type<typeof StreamChanged> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const StreamChanged = /*@__PURE__*/ lazy(() =>
  hook(
    "stream",
    openStruct({
      event_name: Schema.optional(openEnum("stream_start", "stream_stop")),
      account_id: text,
      call_id: text,
      stream_id: text,
      stream_name: text,
      reason: text,
      error_message: text,
      timestamp: number
    })
  )
)

/**
 * What no other member stands for: a hook that is not known, one that nothing in the delivery names, or data of another
 * shape. `hook` is the name that was given, if any was.
 *
 * @category events
 * @since 0.1.0
 */
export interface UnknownHook extends Schema.Schema.Type<typeof UnknownHook> {}
/**
 * @category schemas
 * @since 0.1.0
 */
export const UnknownHook = /*@__PURE__*/ lazy(() =>
  Schema.TaggedStruct("Unknown", { ...about(), hook: text, data: Schema.JsonObject })
)

const known = /*@__PURE__*/ lazy(() => [
  ChannelCreate,
  ChannelAnswer,
  ChannelHold,
  ChannelUnhold,
  ChannelBridge,
  ChannelDestroy,
  Cdr,
  ObjectChanged,
  Notification,
  Parking,
  Sms,
  Mms,
  StreamChanged
])

/**
 * What a hook tells of; `_tag` is the name of the hook, or `Unknown`.
 *
 * A delivery in version 2 names its hook. One in version 1 does so for some hooks; the others are told by fields that
 * only they have. To be certain, register the webhook with `custom_data: { hook: "cdr" }`: the engine puts that into each
 * delivery, and it is believed first.
 *
 * @category events
 * @since 0.1.0
 */
export type Event =
  | ChannelCreate
  | ChannelAnswer
  | ChannelHold
  | ChannelUnhold
  | ChannelBridge
  | ChannelDestroy
  | Cdr
  | ObjectChanged
  | Notification
  | Parking
  | Sms
  | Mms
  | StreamChanged
  | UnknownHook

/**
 * The Schema of the union, for a queue or a store between the receiver and the work.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Event: Schema.Codec<Event, Schema.Json> = /*@__PURE__*/ lazy(
  () => Schema.Union([...known, UnknownHook]) as unknown as Schema.Codec<Event, Schema.Json>
)

// -----------------------------------------------------------------------------
// the service
// -----------------------------------------------------------------------------

type Secrets = string | Redacted.Redacted | ReadonlyArray<string | Redacted.Redacted>

/**
 * A header that the webhook was registered with (`custom_request_headers`), and what it must hold.
 *
 * @category options
 * @since 0.1.0
 */
export interface Header {
  readonly name: string
  /** Several while one takes the place of another. */
  readonly value: Secrets
}

/**
 * Options of {@link layer}. One of `secret`, `header` and `unsigned: true` is needed, so that nobody takes what anybody
 * may send without having said so.
 *
 * @category options
 * @since 0.1.0
 */
export type Options = {
  /** How far the time of the signature may be from ours, either way. Default 5 minutes. */
  readonly tolerance?: Duration.Input | undefined
  /** How many bytes a body may have. Default 1 MiB. */
  readonly maxBodySize?: number | undefined
  /** How long reading and handing over may take. Default 8 seconds; the engine waits 10. */
  readonly timeout?: Duration.Input | undefined
  /** Remembers signed deliveries; those that are not signed cannot be told apart. Default `ReplayStore.memory()`. */
  readonly replayStore?: ReplayStore | false | undefined
} & (
  | {
      /** The `security_settings.sha256_key` of the webhook; several while one takes the place of another. */
      readonly secret: Secrets
      readonly header?: Header | undefined
      readonly unsigned?: undefined
    }
  | { readonly secret?: undefined; readonly header: Header; readonly unsigned?: undefined }
  | { readonly secret?: undefined; readonly header?: undefined; readonly unsigned: true }
)

/**
 * The receiver.
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
 * Makes a receiver. Dies with `Audian.InvalidOptions` when the options cannot work.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function* (options: Options): Effect.fn.Return<EngineHookReceiver["Service"]> {
  const wrong = Receiver.checkLimits(options)
  if (wrong !== undefined) return yield* Receiver.refuse(wrong)
  const { header, secret } = options
  if (secret === undefined && header === undefined && options.unsigned !== true) {
    return yield* Receiver.refuse("expected secret, header or unsigned: true")
  }
  const keys =
    secret === undefined ? undefined : yield* Effect.forEach(yield* secretsOf("secret", secret), Hmac.importKey)
  const checkHeader = header === undefined ? () => Effect.void : yield* headerCheck(header)
  const tolerance = Receiver.toleranceOf(options)
  const decode = decoder()
  return yield* Receiver.make({ timeout: "8 seconds", ...omitUndefined(options) }, (incoming) =>
    Effect.gen(function* () {
      yield* checkHeader(incoming)
      const { json, payload } = yield* payloadOf(incoming)
      const signature = keys === undefined ? undefined : yield* authenticated(keys, json, payload, tolerance)
      return {
        event: decode(incoming, payload),
        deliveryId: undefined,
        keys: signature === undefined ? [] : [`signature:${yield* Hmac.fingerprint(signature)}`]
      }
    })
  )
})

/**
 * The receiver from options: `EngineHookReceiver.layer({ secret: Redacted.make("…") })`.
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
 * The event of a delivery, which is taken by that; see `WebhookReceiver.fromRequest`.
 *
 * @category receiving
 * @since 0.1.0
 */
export const fromRequest = (source: Source): Effect.Effect<Event, ReceiveError, EngineHookReceiver> =>
  handle(source, Effect.succeed)

/**
 * Hands the event of a delivery over; see `WebhookReceiver.handle`.
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
 * A handler that puts the event into a queue, without waiting. The engine does not come again when the queue is full, so
 * give it room.
 *
 * @category receiving
 * @since 0.1.0
 */
export const offer: <E>(queue: Queue.Enqueue<Event, E>) => (event: Event) => Effect.Effect<void, Errors.Unavailable> =
  Receiver.offer

/**
 * A route for `GET`, `POST` and `PUT`: 200, or 201 to a `PUT`, when the handler succeeds.
 *
 * @category receiving
 * @since 0.1.0
 */
export const route = <A, E, R>(
  path: HttpRouter.PathInput,
  handler: (event: Event) => Effect.Effect<A, E, R>
): Layer.Layer<never, never, HttpRouter.HttpRouter | EngineHookReceiver | R> =>
  Layer.effectDiscard(
    Effect.flatMap(EngineHookReceiver, (receiver) => Receiver.route(receiver, ["GET", "POST", "PUT"], path, handler))
  )

/**
 * What {@link route} does, as a function from a web `Request` to its `Response`.
 *
 * @category receiving
 * @since 0.1.0
 */
export const toWebHandler = <A, E, R>(
  handler: (event: Event) => Effect.Effect<A, E, R>
): Effect.Effect<(request: globalThis.Request) => Promise<globalThis.Response>, never, EngineHookReceiver | R> =>
  Effect.flatMap(EngineHookReceiver, (receiver) =>
    Effect.map(Effect.context<R>(), (context) => Receiver.webHandler(receiver, handler, context))
  )

// -----------------------------------------------------------------------------
// authentication
// -----------------------------------------------------------------------------

const secretsOf = (name: string, secrets: Secrets): Effect.Effect<ReadonlyArray<Redacted.Redacted>> => {
  const checked = Receiver.secretsOf(name, secrets)
  return typeof checked === "string" ? Receiver.refuse(checked) : Effect.succeed(checked)
}

/** Compares through an HMAC of a key that nobody knows: in a time that tells nothing, whatever the header holds. */
const headerCheck = Effect.fnUntraced(function* (header: Header) {
  const name = header.name.toLowerCase()
  const key = yield* Hmac.randomKey
  const expected = yield* Effect.forEach(yield* secretsOf("header.value", header.value), (value) =>
    Hmac.sign(key, Hmac.utf8(Redacted.value(value)))
  )
  return Effect.fnUntraced(function* (incoming: Receiver.Incoming): Effect.fn.Return<void, ReceiveError> {
    const values = incoming.header(name)
    // Compared as it is, since a value may have a comma of its own.
    const given = Hmac.utf8(values[0] ?? "")
    for (const signature of expected) {
      if (values.length === 1 && (yield* Hmac.verify([key], signature, given))) return
    }
    yield* Receiver.one(incoming, name)
    return yield* new Errors.InvalidSignature({ part: name, description: "it does not hold what it should" })
  })
})

const malformed = (part: string, description: string) => new Errors.Malformed({ part, description })

const authenticated = Effect.fnUntraced(function* (
  keys: ReadonlyArray<CryptoKey>,
  json: string | undefined,
  payload: Payload,
  tolerance: Duration.Duration
): Effect.fn.Return<Hmac.Bytes, ReceiveError> {
  const { data, hmac, timestamp } = payload
  if (json === undefined || !isVersion2(payload)) {
    return yield* malformed("body", 'expected a delivery with format "json" and version "v2", which alone is signed')
  }
  if (typeof hmac !== "string") return yield* malformed("hmac", "it is missing")
  if (!Number.isSafeInteger(timestamp)) return yield* malformed("timestamp", "expected whole seconds")
  const seconds = Number(timestamp)
  const invalid = (description: string) => new Errors.InvalidSignature({ part: "hmac", description })
  const signature = Result.getOrUndefined(Base64.decode(hmac))
  if (signature?.length !== Hmac.length) return yield* invalid("expected an HMAC-SHA256 in base64")
  const bytes = new Uint8Array(signature)
  // The text as it came keeps what a parser loses; written again, it has the order that something between may have lost.
  const texts = new Set([Canonical.textUnder(json, "data") ?? "", Canonical.write(data)])
  for (const text of texts) {
    // The engine reads its clock once for the payload and once more for the signature.
    for (const second of [seconds, seconds + 1]) {
      if (yield* Hmac.verify(keys, bytes, Hmac.utf8(`${second}${text}`))) {
        yield* Receiver.inTime(isGregorian(seconds) ? seconds - offset : seconds, tolerance)
        return bytes
      }
    }
  }
  return yield* invalid("no secret of this receiver made it for this data")
})

// -----------------------------------------------------------------------------
// decoding
// -----------------------------------------------------------------------------

type Payload = { readonly [key: string]: unknown }

/** What was sent, and as which text where it was JSON. */
interface Sent {
  readonly json: string | undefined
  readonly payload: Payload
}

const payloadOf = (incoming: Receiver.Incoming): Effect.Effect<Sent, Errors.Malformed> => {
  // What is before the query is not ours to judge, and need not be a URL.
  if (incoming.method === "GET") return formOf("query", new URLSearchParams(/\?[^#]*/.exec(incoming.url)?.[0]))
  return Effect.flatMap(Receiver.textOf(incoming.body), (text) => {
    const [type = ""] = incoming.header("content-type")
    const isJson = /json/i.test(type) || (!/form/i.test(type) && /^\s*\{/.test(text))
    return isJson ? objectOf(text) : formOf("body", new URLSearchParams(text))
  })
}

const objectOf = (json: string): Effect.Effect<Sent, Errors.Malformed> =>
  Effect.flatMap(Receiver.jsonOf(json), (value) =>
    Predicate.isObject(value) && !Array.isArray(value)
      ? Effect.succeed({ json, payload: value as Payload })
      : Effect.fail(malformed("body", "expected an object"))
  )

const formOf = (part: string, fields: URLSearchParams): Effect.Effect<Sent, Errors.Malformed> => {
  const payload = Object.fromEntries(fields)
  return Object.keys(payload).length === 0
    ? Effect.fail(malformed(part, "it has no fields"))
    : Effect.succeed({ json: undefined, payload })
}

const isVersion2 = (payload: Payload): boolean =>
  payload.action === "event" && typeof payload.name === "string" && Predicate.isObject(payload.data)

const decoder = (): ((incoming: Receiver.Incoming, payload: Payload) => Event) => {
  const members = new Map(
    known.map((schema) => [
      schema.fields.hook.literal as string,
      // Each is a member of the union.
      Schema.decodeUnknownOption(schema as unknown as Schema.Codec<Event>)
    ])
  )
  return (incoming, payload) => {
    const second = isVersion2(payload)
    // It came out of JSON, or out of a form.
    const data = (second ? payload.data : payload) as Schema.JsonObject
    const [hook_id] = incoming.header("x-hook-id")
    const [account_id] = incoming.header("x-account-id")
    const about = {
      ...(hook_id === undefined ? {} : { hook_id }),
      ...(account_id === undefined ? {} : { account_id }),
      ...(second && typeof payload.timestamp === "number" ? { timestamp: payload.timestamp } : {}),
      version: second ? ("v2" as const) : ("v1" as const),
      data
    }
    // `custom_data` is merged over what is sent; over which part of a delivery in version 2 is not documented.
    const named = [data.hook, payload.hook, second ? payload.name : undefined, data.hook_event].filter(
      Predicate.isString
    )
    const hook = named.map((name) => name.toLowerCase()).find((name) => members.has(name)) ?? guess(data)
    const typed = hook === undefined ? Option.none() : members.get(hook)?.({ ...about, hook, _tag: hook })
    return Option.getOrElse(typed ?? Option.none(), (): Event => {
      const [name] = hook === undefined ? named : [hook]
      return { ...about, ...(name === undefined ? {} : { hook: name }), _tag: "Unknown" }
    })
  }
}

/** The hook of a payload that does not name it, by the fields that no other hook has. */
const guess = (data: Schema.JsonObject): string | undefined => {
  const { action, event_name, type } = data
  const has = (key: string): boolean => Object.hasOwn(data, key)
  if (typeof action === "string" && action.startsWith("doc_")) return "object"
  if (typeof event_name === "string") {
    if (event_name.startsWith("PARK_")) return "parking"
    if (event_name.startsWith("stream_")) return "stream"
    if (has("event_category")) return "notifications"
  }
  if (has("hangup_cause") || has("hangup_code")) return "channel_destroy"
  if (has("original_number") || has("other_leg_destination_number")) return "channel_bridge"
  return has("body") && (type === "sms" || type === "mms") ? type : undefined
}
