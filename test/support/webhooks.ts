/**
 * Webhook deliveries as another implementation signs them: Node's, and OpenSSL's of test/webhooks.
 */
import { spawnSync } from "node:child_process"
import { createHmac } from "node:crypto"
import { readFileSync } from "node:fs"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { WebhookReceiver } from "effect-audian"

export const secret = "whsec_0123456789abcdef"

/** Noon of the first day of 2024, in seconds since 1970: the time of signatures and tests. */
export const noon = 1_704_110_400

export const atNoon = TestClock.setTime(noon * 1000)

export const hmac = (secret: string, message: Uint8Array | string, encoding: "hex" | "base64"): string =>
  createHmac("sha256", secret).update(message).digest(encoding)

export const signed = (timestamp: string | number, body: Uint8Array | string, key: string = secret): string =>
  hmac(key, Buffer.concat([Buffer.from(`${timestamp}.`), Buffer.from(body)]), "hex")

interface Headers {
  readonly [name: string]: string | ReadonlyArray<string> | undefined
}

/** A delivery with the three headers; `headers` replaces some, or removes them with `undefined`. */
export const delivery = (
  body: Uint8Array | string,
  headers: Headers = {},
  timestamp: string | number = noon
): WebhookReceiver.Delivery => ({
  body,
  headers: {
    "X-Audian-Timestamp": String(timestamp),
    "X-Audian-Signature": signed(timestamp, body),
    "X-Audian-Delivery-ID": "delv_1",
    ...headers
  }
})

export const ringing = JSON.stringify({
  id: "evt_1",
  timestamp: "2024-01-01T12:00:00Z",
  event: "call.ringing",
  version: "v1",
  data: { call_id: "call_1", ringing_at: "2024-01-01T12:00:00Z" }
})

interface Vector {
  readonly kind: string
  readonly secret: string
  readonly timestamp: string
  readonly file: string
  readonly body: Uint8Array
  readonly signature: string
}

const parse = (tsv: string): ReadonlyArray<Vector> =>
  tsv
    .trim()
    .split("\n")
    .map((line) => {
      const [kind = "", secret = "", timestamp = "", file = "", signature = ""] = line.split("\t")
      return { kind, secret, timestamp, file, body: readFileSync(`test/webhooks/bodies/${file}`), signature }
    })

/** The committed signatures of OpenSSL. */
export const vectors = parse(readFileSync("test/webhooks/vectors.tsv", "utf8"))

/** The same, signed by the OpenSSL of this machine; `undefined` if there is none. */
export const recomputed = (): ReadonlyArray<Vector> | undefined => {
  if (spawnSync("openssl", ["version"]).status !== 0) return undefined
  const { status, stderr, stdout } = spawnSync("sh", ["test/webhooks/vectors.sh"], { encoding: "utf8" })
  if (status !== 0) throw new Error(`vectors.sh failed: ${stderr}`)
  return parse(stdout)
}

/** Runs an effect many times concurrently. */
export const atOnce = <A, E, R>(times: number, self: Effect.Effect<A, E, R>): Effect.Effect<ReadonlyArray<A>, E, R> =>
  Effect.all(
    Array.from({ length: times }, () => self),
    { concurrency: "unbounded" }
  )

/** Runs at noon with a new receiver. */
export const receiving = <A, E>(
  self: Effect.Effect<A, E, WebhookReceiver.WebhookReceiver>,
  options: Partial<WebhookReceiver.Options> = {}
): Effect.Effect<A, E> => Effect.andThen(atNoon, Effect.provide(self, WebhookReceiver.layer({ secret, ...options })))

export const tagOf = <A, R>(self: Effect.Effect<A, { readonly _tag: string }, R>): Effect.Effect<string, never, R> =>
  Effect.match(self, { onFailure: (error) => error._tag, onSuccess: () => "accepted" })

/** A web handler at noon with the clock and loggers of the test. */
export const served = <A, E>(
  handler: (event: WebhookReceiver.Event) => Effect.Effect<A, E>,
  options: Partial<WebhookReceiver.Options> = {}
) =>
  Effect.andThen(
    atNoon,
    Effect.map(
      Effect.provide(WebhookReceiver.toWebHandler(handler), WebhookReceiver.layer({ secret, ...options })),
      (handle) => (request: Request) => Effect.promise(() => handle(request))
    )
  )
