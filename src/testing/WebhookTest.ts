/**
 * Signed webhook deliveries as the API sends them, for tests of a receiver.
 *
 * **Details**
 *
 * Timestamps come from Effect's `Clock`, so `TestClock` can make a delivery expire. Ids come from Effect's `Random`.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Hex from "effect/encoding/Hex"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import type * as Schema from "effect/Schema"
import { omitUndefined } from "../internal/omitUndefined.ts"
import { offset } from "../internal/schema/gregorian.ts"
import * as Canonical from "../internal/webhook/canonical.ts"
import * as Hmac from "../internal/webhook/hmac.ts"

/**
 * An event to deliver. Optional fields have defaults.
 *
 * @category models
 * @since 0.1.0
 */
export interface Event {
  /** The name, such as `call.completed`. */
  readonly event: string
  readonly data: Schema.Json
  /** Default a random id. */
  readonly id?: string | undefined
  /** ISO 8601. Default the time of the signature. */
  readonly timestamp?: string | undefined
  /** Default `v1`. */
  readonly version?: string | undefined
}

/**
 * Options of {@link delivery}: the secret and the fields of the signature.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options {
  /** The `signing_secret` of the webhook. */
  readonly secret: string | Redacted.Redacted
  /** Seconds since 1970. Default now. */
  readonly timestamp?: number | undefined
  /** Default a random id. */
  readonly deliveryId?: string | undefined
  /** Prefixes the signature with `sha256=`. The API's pages show both forms. Default false. */
  readonly prefix?: boolean | undefined
}

/**
 * A signed delivery, accepted by `WebhookReceiver.handle`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Delivery {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * Signs a body: HMAC-SHA256 in hex over `timestamp.body`.
 *
 * **Example** (Signing a body with a wrong secret)
 *
 * ```ts
 * import { WebhookTest } from "effect-audian/testing"
 *
 * export const forged = WebhookTest.sign({ secret: "whsec_wrong", timestamp: 1735689600, body: "{}" })
 * ```
 *
 * @category signing
 * @since 0.1.0
 */
export const sign = (options: {
  readonly secret: string | Redacted.Redacted
  readonly timestamp: number | string
  readonly body: string | Uint8Array
}): Effect.Effect<string> =>
  Effect.gen(function* () {
    const { body, secret, timestamp } = options
    const key = yield* keyOf(secret)
    const bytes = typeof body === "string" ? Hmac.utf8(body) : new Uint8Array(body)
    return Hex.encode(yield* Hmac.sign(key, Hmac.concat(`${timestamp}.`, bytes)))
  })

/**
 * Creates a signed delivery of an event, or of any text.
 *
 * **Example** (Verifying a delivery)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { WebhookReceiver } from "effect-audian"
 * import { WebhookTest } from "effect-audian/testing"
 *
 * export const test = Effect.gen(function* () {
 *   const delivery = yield* WebhookTest.delivery(
 *     { event: "call.ringing", data: { call_id: "call_1" } },
 *     { secret: "whsec_test" }
 *   )
 *   return yield* WebhookReceiver.fromRequest(delivery)
 * }).pipe(Effect.provide(WebhookReceiver.layer({ secret: "whsec_test" })))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const delivery = (event: Event | string, options: Options): Effect.Effect<Delivery> =>
  Effect.gen(function* () {
    const timestamp = options.timestamp ?? Math.floor((yield* Clock.currentTimeMillis) / 1000)
    const body =
      typeof event === "string"
        ? event
        : JSON.stringify({
            id: yield* id("evt_"),
            timestamp: new Date(timestamp * 1000).toISOString(),
            version: "v1",
            ...omitUndefined(event)
          })
    const signature = yield* sign({ secret: options.secret, timestamp, body })
    return {
      body,
      headers: {
        "content-type": "application/json",
        "user-agent": "AudianWebhook/1.0",
        ...(typeof event === "string" ? {} : { "x-audian-event": event.event }),
        "x-audian-timestamp": String(timestamp),
        "x-audian-signature": options.prefix === true ? `sha256=${signature}` : signature,
        "x-audian-delivery-id": options.deliveryId ?? (yield* id("delv_"))
      }
    }
  })

/**
 * Creates a signed delivery as a web `Request`.
 *
 * **Example** (Posting to a web handler)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { WebhookTest } from "effect-audian/testing"
 *
 * declare const handler: (request: Request) => Promise<Response>
 *
 * export const test = WebhookTest.request(
 *   { event: "call.ringing", data: { call_id: "call_1" } },
 *   { secret: "whsec_test" }
 * ).pipe(Effect.flatMap((request) => Effect.promise(() => handler(request))))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const request = (
  event: Event | string,
  options: Options & {
    /** The address of the receiver. Default `https://localhost/webhooks`. */
    readonly url?: string | URL | undefined
  }
): Effect.Effect<globalThis.Request> =>
  Effect.map(
    delivery(event, options),
    (delivery) => new Request(options.url ?? "https://localhost/webhooks", { method: "POST", ...delivery })
  )

/**
 * Creates a delivery of the engine, accepted by `EngineHookReceiver.handle`: version 2, JSON, signed with the
 * `sha256_key` of the webhook.
 *
 * **Example** (Delivering an engine hook)
 *
 * ```ts
 * import { WebhookTest } from "effect-audian/testing"
 *
 * export const delivery = WebhookTest.engine("channel_create", { call_id: "call_1" }, { secret: "key" })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const engine = (
  hook: string,
  data: Schema.JsonObject,
  options: {
    readonly secret: string | Redacted.Redacted
    /** Gregorian seconds: since the year 0. Default now. */
    readonly timestamp?: number | undefined
  }
): Effect.Effect<Delivery> =>
  Effect.gen(function* () {
    const timestamp = options.timestamp ?? Math.floor((yield* Clock.currentTimeMillis) / 1000) + offset
    const key = yield* keyOf(options.secret)
    const text = Canonical.write(data)
    const hmac = Base64.encode(yield* Hmac.sign(key, Hmac.utf8(`${timestamp}${text}`)))
    const fields = { action: "event", hmac, name: hook, timestamp, version: "v2" }
    return {
      // The field order of the engine.
      body: Canonical.write({ ...fields, data }),
      headers: { "content-type": "application/json", "x-hook-id": yield* id("") }
    }
  })

const keyOf = (secret: string | Redacted.Redacted): Effect.Effect<CryptoKey> =>
  Hmac.importKey(typeof secret === "string" ? Redacted.make(secret) : secret)

const id = (prefix: string): Effect.Effect<string> =>
  Effect.map(
    Effect.replicateEffect(Random.nextIntBetween(0, 0xff), 8),
    (bytes) => prefix + Hex.encode(Uint8Array.from(bytes))
  )
