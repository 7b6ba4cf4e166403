/**
 * The running server, as a test or a program controls it.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as DateTime from "effect/DateTime"
import type * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import type * as Redacted from "effect/Redacted"
import type * as Schema from "effect/Schema"
import type * as Fault from "../Fault.ts"
import type { Quota, Records } from "./options.ts"

/**
 * One request in the log of the embedded server. Secrets are redacted.
 *
 * @category models
 * @since 0.1.0
 */
export interface Request {
  /** The name of the operation; empty if no route matched. */
  readonly operation: string
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string | ReadonlyArray<string>>>
  /**
   * The operation's decoded input; a file as its `name`, `size` and `content_type`. `null` if it was not decoded: the
   * credential was refused, or the input does not fit the contract.
   */
  readonly input: Schema.Json
  readonly headers: Readonly<Record<string, string>>
  /** The status of the response; `undefined` without a response. */
  readonly status: number | undefined
  /** The fault that was applied, by its tags. */
  readonly fault: string | undefined
  /**
   * The number of earlier requests in the log with the same operation and input. A server cannot distinguish the
   * attempts of one call from equal calls: in a program that makes each call once, it is the number of retries.
   */
  readonly repeat: number
  readonly requestId: string
  readonly at: DateTime.Utc
}

/**
 * One attempt to deliver a webhook, in the log of the embedded server.
 *
 * @category models
 * @since 0.1.0
 */
export interface WebhookDelivery {
  /** The id of the webhook. */
  readonly webhook: string
  /** The name of the event, such as `call.completed`, or of the engine's hook, such as `channel_destroy`. */
  readonly event: string
  /** The id of the delivery, the same in each attempt; `undefined` for the engine, which sends none. */
  readonly deliveryId: string | undefined
  /** From 1. */
  readonly attempt: number
  readonly at: DateTime.Utc
  readonly method: "GET" | "POST" | "PUT"
  readonly url: string
  /** The headers. Those that the webhook was registered with are redacted. */
  readonly headers: Readonly<Record<string, string>>
  /** Empty for a GET. */
  readonly body: string
  /** The status of the response; `undefined` without one. */
  readonly status: number | undefined
  /** `pending` while the server waits for the response; `skipped` without a receiver. */
  readonly result: "accepted" | "failed" | "pending" | "skipped"
  /** The reason without a response. */
  readonly reason: string | undefined
  /** The time of the next attempt; `undefined` if this was the last. */
  readonly retryAt: DateTime.Utc | undefined
  /** The tag of the fault that was applied. */
  readonly fault: string | undefined
}

/**
 * A fax that another party sends to the account.
 *
 * @category models
 * @since 0.1.0
 */
export interface IncomingFax {
  readonly from: string
  readonly to: string
  /** The document. Default the first line of a PDF. */
  readonly bytes?: Uint8Array | undefined
  /** Default 1. */
  readonly pages?: number | undefined
}

/**
 * A message that a caller leaves in a voicemail box.
 *
 * @category models
 * @since 0.1.0
 */
export interface VoicemailMessage {
  readonly from: string
  /** In seconds. Default 10; at most the `max_message_length` of the box. */
  readonly duration?: number | undefined
}

/**
 * The running server, as a test or a program controls it.
 *
 * **Example** (Add a fault, then read the log)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Numbers } from "effect-audian"
 * import { EmbeddedAudian, Fault } from "effect-audian/testing"
 *
 * export const test = Effect.gen(function* () {
 *   const embedded = yield* EmbeddedAudian.EmbeddedAudian
 *   yield* embedded.fault(Fault.status(503).pipe(Fault.on(Numbers.list)))
 *   yield* Numbers.list()
 *   return yield* embedded.requests
 * }).pipe(Effect.provide(EmbeddedAudian.layer()))
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export class EmbeddedAudian extends Context.Service<
  EmbeddedAudian,
  {
    /** The base URL of the server. */
    readonly baseUrl: string
    /** The API key that it accepts. */
    readonly apiKey: Redacted.Redacted
    readonly accountId: string
    /** The log of requests, the oldest first, as far back as `logLimit` goes. */
    readonly requests: Effect.Effect<ReadonlyArray<Request>>
    /** The log of attempts to deliver webhooks, the oldest first. Its length is that of the log of requests. */
    readonly deliveries: Effect.Effect<ReadonlyArray<WebhookDelivery>>
    /** The same, once no attempt is due or in flight. */
    readonly awaitDeliveries: Effect.Effect<ReadonlyArray<WebhookDelivery>>
    /** The time of the next event, such as the answer of a call or the retry of a webhook; `undefined` without one. */
    readonly nextEvent: Effect.Effect<DateTime.Utc | undefined>
    /** Delivers webhooks with this client from now on. `Deliveries.receiver` makes one from a receiver in memory. */
    readonly deliverTo: (client: HttpClient.HttpClient) => Effect.Effect<void>
    /** Adds faults to the script. */
    readonly fault: (...faults: ReadonlyArray<Fault.Data>) => Effect.Effect<void>
    /** Removes all faults. */
    readonly clearFaults: Effect.Effect<void>
    /** The balance, in USD. */
    readonly balance: Effect.Effect<number>
    readonly setBalance: (usd: number) => Effect.Effect<void>
    /** Changes the quota. The current window keeps its count. */
    readonly setQuota: (quota: Quota | false) => Effect.Effect<void>
    /** Sends an event to the sockets with a matching binding. `data` is `{}` by default. */
    readonly emit: (event: { readonly name: string; readonly data?: Schema.Json | undefined }) => Effect.Effect<void>
    /** The number of open sockets. */
    readonly sockets: Effect.Effect<number>
    /** Closes every socket, as a restart of the server does. */
    readonly dropSockets: Effect.Effect<void>
    /** Expires a token now: the server responds to it with 401. Dies if it has expired already. */
    readonly revokeToken: (token: Redacted.Redacted) => Effect.Effect<void>
    /** Answers a call as the called party, reachable or not. Dies unless the phone rings. */
    readonly answerCall: (callId: string) => Effect.Effect<void>
    /** Ends a call as one of its parties. Dies if there is no such call, or it has ended. */
    readonly hangUp: (callId: string) => Effect.Effect<void>
    /** Sends a fax to the account; the result is its id. */
    readonly receiveFax: (fax: IncomingFax) => Effect.Effect<string>
    /** Leaves a message in a box; the result is its id. Dies if there is no such box, or it is full. */
    readonly leaveVoicemail: (boxId: string, message: VoicemailMessage) => Effect.Effect<string>
    /** Adds records that no operation creates. Dies if there is no such account. */
    readonly seed: (records: Records) => Effect.Effect<void>
  }
>()("effect-audian/testing/EmbeddedAudian") {}
