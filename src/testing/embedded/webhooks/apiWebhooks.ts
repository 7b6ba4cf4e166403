/**
 * The webhooks of an API key: their registration, their events, and the vendor's schedule of attempts.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as Hex from "effect/encoding/Hex"
import * as Predicate from "effect/Predicate"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import type * as Schema from "effect/Schema"
import * as Hmac from "../../../internal/webhook/hmac.ts"
import * as Fax from "../../../resources/Fax.ts"
import * as ApiWebhooks from "../../../resources/Webhooks.ts"
import type * as AudianTest from "../../AudianTest.ts"
import * as State from "../state.ts"
import type { Message } from "./message.ts"

interface Webhook {
  readonly id: string
  readonly url: string
  readonly secret: Redacted.Redacted
  readonly events: ReadonlyArray<string>
}

interface Event {
  readonly name: string
  readonly data: Schema.JsonObject
}

export interface Registrations {
  /** The handlers. Those that create webhooks register them. */
  readonly over: (handlers: ReadonlyArray<AudianTest.Handler>) => ReadonlyArray<AudianTest.Handler>
  /** The messages for a call that is created, answered or ended. */
  readonly ofCall: (call: State.CallState) => ReadonlyArray<Message>
  /** The messages for another change, at a time in epoch milliseconds. */
  readonly ofChange: (change: State.Change, now: number) => ReadonlyArray<Message>
}

/** No webhooks. `onRegister` is called for each new one. */
export const make = (state: State.State, onRegister: () => void): Registrations => {
  const webhooks: Array<Webhook> = []

  const register = (given: unknown, created: unknown, defaults: ReadonlyArray<string>): void => {
    if (!Predicate.isObject(given) || !Predicate.isObject(created)) return
    const { events, url } = given as { readonly [field: string]: unknown }
    const { id, signing_secret: secret } = created as { readonly [field: string]: unknown }
    if (typeof url !== "string" || secret === undefined) return
    webhooks.push({
      id: String(id),
      url,
      secret: Redacted.isRedacted(secret) ? (secret as Redacted.Redacted) : Redacted.make(String(secret)),
      events: Array.isArray(events) ? events.map(String) : defaults
    })
    onRegister()
  }

  const messages = (event: Event | undefined, at: number): ReadonlyArray<Message> => {
    if (event === undefined) return []
    const interested = webhooks.filter(({ events }) => events.includes("*") || events.includes(event.name))
    if (interested.length === 0) return []
    const body = JSON.stringify({
      id: state.nextId("evt"),
      timestamp: State.iso(at),
      event: event.name,
      version: "v1",
      data: event.data
    })
    return interested.map((webhook) => messageOf(webhook, event.name, body, state.nextId("delv")))
  }

  return {
    over: (handlers) =>
      handlers.map((handler) => {
        const { name } = handler.operation
        const defaults =
          name === ApiWebhooks.create.name ? [] : name === Fax.createWebhook.name ? ["fax.received"] : undefined
        if (defaults === undefined) return handler
        const run: AudianTest.Handler["run"] = (input) =>
          Effect.tap(handler.run(input), (created) => Effect.sync(() => register(input, created, defaults)))
        return { ...handler, run }
      }),
    ofCall: (call) => messages(callEvent(call), call.endedAt ?? call.answeredAt ?? call.createdAt),
    ofChange: (change, now) => messages(changeEvent(change, now), now)
  }
}

// -----------------------------------------------------------------------------
// events
// -----------------------------------------------------------------------------

const seconds = (from: number, to: number): number => Math.floor((to - from) / 1000)

const callEvent = ({ answeredAt, createdAt, endedAt, from, id, to }: State.CallState): Event => {
  if (endedAt !== undefined && answeredAt !== undefined) {
    return {
      name: "call.completed",
      data: {
        call_id: id,
        duration: seconds(answeredAt, endedAt),
        status: "completed",
        from,
        to,
        ended_at: State.iso(endedAt),
        completion_reason: "normal"
      }
    }
  }
  if (endedAt !== undefined) {
    return { name: "call.failed", data: { call_id: id, from, to, status: "failed", ended_at: State.iso(endedAt) } }
  }
  if (answeredAt !== undefined) {
    return {
      name: "call.answered",
      data: {
        call_id: id,
        answered_by: to,
        answered_at: State.iso(answeredAt),
        time_to_answer: seconds(createdAt, answeredAt)
      }
    }
  }
  return {
    name: "call.initiated",
    data: { call_id: id, call_type: "outbound", from, to, initiated_at: State.iso(createdAt), initiated_by: "api" }
  }
}

const changeEvent = (change: State.Change, now: number): Event | undefined => {
  switch (change._tag) {
    case "Ringing":
      return { name: "call.ringing", data: { call_id: change.call.id, ringing_at: State.iso(now) } }
    case "Recorded": {
      const { callId, duration, format, recordingId } = change
      return { name: "recording.completed", data: { call_id: callId, recording_id: recordingId, duration, format } }
    }
    case "FaxReceived": {
      const { from, id, pages, to } = change
      return { name: "fax.received", data: { id, from, to, pages, received_at: State.iso(now) } }
    }
    default:
      return undefined
  }
}

// -----------------------------------------------------------------------------
// delivery
// -----------------------------------------------------------------------------

const minute = 60_000

/** The wait after each failed attempt; a random part of a minute is added. */
const waits = [1 * minute, 5 * minute, 15 * minute, 30 * minute]

const accepted = new Set([200, 201, 202, 204])

/** The statuses after which the vendor gives up. */
const final = new Set([400, 401, 403, 404, 410, 422])

const messageOf = ({ id, secret, url }: Webhook, event: string, body: string, deliveryId: string): Message => ({
  webhookId: id,
  url,
  event,
  deliveryId,
  secretHeaders: [],
  write: (now, forged) =>
    Effect.gen(function* () {
      const timestamp = String(Math.floor(now / 1000))
      const key = yield* Hmac.importKey(forged ? Redacted.make("whsec_forged") : secret)
      const signature = yield* Hmac.sign(key, Hmac.concat(`${timestamp}.`, Hmac.utf8(body)))
      return {
        method: "POST",
        url,
        body,
        headers: {
          "content-type": "application/json",
          "user-agent": "AudianWebhook/1.0",
          "x-audian-event": event,
          "x-audian-timestamp": timestamp,
          "x-audian-signature": Hex.encode(signature),
          "x-audian-delivery-id": deliveryId
        }
      } as const
    }),
  timeout: 30_000,
  accepts: (status) => accepted.has(status),
  retryAfter: (attempt, status) => {
    const wait = waits[attempt - 1]
    if (wait === undefined || (status !== undefined && final.has(status))) return Effect.undefined
    return Effect.map(Random.nextIntBetween(0, minute), (jitter) => wait + jitter)
  }
})
