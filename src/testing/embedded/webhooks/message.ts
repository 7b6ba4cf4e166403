/**
 * A webhook's message: one event for one webhook, and the rules by which its family delivers it.
 *
 * @internal
 */
import type * as Effect from "effect/Effect"

/** One attempt on the wire. */
export interface Wire {
  readonly method: "GET" | "POST" | "PUT"
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Empty for a GET. */
  readonly body: string
}

export interface Message {
  readonly webhookId: string
  readonly url: string
  /** The name of the event or of the hook. */
  readonly event: string
  /** The id in the headers; `undefined` for the engine, which sends none. */
  readonly deliveryId: string | undefined
  /** Headers whose values are secrets. */
  readonly secretHeaders: ReadonlyArray<string>
  /** Writes and signs an attempt at a time in epoch milliseconds; with a wrong secret if `forged`. */
  readonly write: (now: number, forged: boolean) => Effect.Effect<Wire>
  /** The time that the sender waits for a response, in milliseconds. */
  readonly timeout: number
  readonly accepts: (status: number) => boolean
  /** The wait until the next attempt, in milliseconds; `undefined` for none. `status` is undefined without a response. */
  readonly retryAfter: (attempt: number, status: number | undefined) => Effect.Effect<number | undefined>
  /** Called after each failed attempt. */
  readonly onFailure?: (now: number) => void
}
