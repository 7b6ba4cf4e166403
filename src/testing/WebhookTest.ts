/**
 * Webhook deliveries as the API sends them, signed: for a test of what receives them.
 *
 * The time is that of Effect's `Clock`, so that `TestClock` makes a delivery old. Ids are random, of Effect's `Random`.
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
 * An event to deliver. What is left out is filled in.
 *
 * @category models
 * @since 0.1.0
 */
export interface Event {
  /** Its name, such as `call.completed`. */
  readonly event: string
  readonly data: Schema.Json
  /** Default: a random one. */
  readonly id?: string | undefined
  /** ISO 8601. Default: the time of the signature. */
  readonly timestamp?: string | undefined
  /** Default `v1`. */
  readonly version?: string | undefined
}

/**
 * How a delivery is signed.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options {
  /** The `signing_secret` of the webhook. */
  readonly secret: string | Redacted.Redacted
  /** Seconds since 1970. Default: now. */
  readonly timestamp?: number | undefined
  /** Default: a random one. */
  readonly deliveryId?: string | undefined
  /** Whether the signature has `sha256=` before it; the API's pages show both. Default `false`. */
  readonly prefix?: boolean | undefined
}

/**
 * A signed delivery, in the form that `WebhookReceiver.handle` takes.
 *
 * @category models
 * @since 0.1.0
 */
export interface Delivery {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * The signature of a body: HMAC-SHA256 in hex over `timestamp.body`.
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
 * A delivery of an event, or of a text in its place.
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
 * The same as a web `Request`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const request = (
  event: Event | string,
  options: Options & {
    /** Default `https://localhost/webhooks`. */
    readonly url?: string | URL | undefined
  }
): Effect.Effect<globalThis.Request> =>
  Effect.map(
    delivery(event, options),
    (delivery) => new Request(options.url ?? "https://localhost/webhooks", { method: "POST", ...delivery })
  )

/**
 * A delivery of the engine's own, in the form that `EngineHookReceiver.handle` takes: in version 2, as JSON, signed with
 * the `sha256_key` of the webhook.
 *
 * @category constructors
 * @since 0.1.0
 */
export const engine = (
  hook: string,
  data: Schema.JsonObject,
  options: {
    readonly secret: string | Redacted.Redacted
    /** Seconds since the year 0. Default: now. */
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
      // As the engine orders it.
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
