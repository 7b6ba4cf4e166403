/**
 * Webhooks that the embedded server delivers: receivers in memory, time that waits for them, and the log as text.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as TestClock from "effect/testing/TestClock"
import { EmbeddedAudian, type WebhookDelivery } from "./embedded/service.ts"

/**
 * A client that passes each delivery to a handler in memory, for `deliver` and `deliverTo`.
 *
 * **Details**
 *
 * The result of the handler has the status of the response: the reply of `WebhookReceiver.respond`, a `Response`, or any
 * other value with a `status`. A failure with a `status`, such as an error of a receiver, is a response too. Any other
 * failure is a connection that breaks.
 *
 * **Example** (A receiver in memory)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { WebhookReceiver } from "effect-audian"
 * import { Deliveries, EmbeddedAudian } from "effect-audian/testing"
 *
 * export const program = Effect.gen(function* () {
 *   const embedded = yield* EmbeddedAudian.EmbeddedAudian
 *   yield* embedded.deliverTo(yield* Deliveries.receiver((request) => WebhookReceiver.fromRequest(request)))
 * })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const receiver = <A, E, R>(
  handler: (request: globalThis.Request) => Effect.Effect<A, E, R>
): Effect.Effect<HttpClient.HttpClient, never, R> =>
  Effect.map(Effect.context<R>(), (context) =>
    HttpClient.make((request) =>
      Effect.flatMap(Effect.orDie(HttpClientRequest.toWeb(request)), handler).pipe(
        Effect.provideContext(context),
        Effect.matchEffect({
          onSuccess: (value) => Effect.succeed(statusOf(value) ?? 200),
          onFailure: (error) => {
            const status = statusOf(error)
            return status === undefined ? Effect.fail(broken(request, error)) : Effect.succeed(status)
          }
        }),
        Effect.map((status) => HttpClientResponse.fromWeb(request, new Response(null, { status })))
      )
    )
  )

/**
 * Advances the `TestClock`, and waits at each event of the server until its webhooks have been delivered.
 *
 * **Details**
 *
 * A receiver checks signatures asynchronously, and `TestClock.adjust` does not wait for it: after a long step, the
 * deliveries within it would be expired, or in the wrong order.
 *
 * **Gotchas**
 *
 * It waits for a receiver that does not respond. Advance the clock by `TestClock.adjust` then.
 *
 * **Example** (The events of a whole call)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Calls } from "effect-audian"
 * import { Deliveries } from "effect-audian/testing"
 *
 * export const test = Effect.gen(function* () {
 *   yield* Calls.create({ from: "+14155551234", to: "+14155555678" })
 *   return yield* Deliveries.adjust("20 minutes")
 * })
 * ```
 *
 * @category time
 * @since 0.1.0
 */
export const adjust = (
  duration: Duration.Input
): Effect.Effect<ReadonlyArray<WebhookDelivery>, never, EmbeddedAudian> =>
  Effect.gen(function* () {
    const { awaitDeliveries, nextEvent } = yield* EmbeddedAudian
    const end = (yield* Clock.currentTimeMillis) + Duration.toMillis(Duration.fromInputUnsafe(duration))
    const to = (time: number) =>
      Effect.gen(function* () {
        yield* TestClock.adjust(time - (yield* Clock.currentTimeMillis))
        return yield* awaitDeliveries
      })
    yield* awaitDeliveries
    for (;;) {
      const next = yield* nextEvent
      const time = next === undefined ? Number.POSITIVE_INFINITY : DateTime.toEpochMillis(next)
      if (time > end) return yield* to(end)
      yield* to(time)
    }
  })

/**
 * Deliveries as text, one per line: event, attempt, time since the first, result, status, fault.
 *
 * @category formatting
 * @since 0.1.0
 */
export const show = (deliveries: ReadonlyArray<WebhookDelivery>): string => {
  const start = deliveries[0] === undefined ? 0 : DateTime.toEpochMillis(deliveries[0].at)
  return deliveries
    .map(({ at, attempt, deliveryId, event, fault, reason, result, status, url }) =>
      [
        event,
        ...(deliveryId === undefined ? [] : [deliveryId]),
        `attempt ${attempt}`,
        `+${DateTime.toEpochMillis(at) - start} ms`,
        url,
        result,
        ...(status === undefined ? [] : [String(status)]),
        ...(reason === undefined ? [] : [reason]),
        ...(fault === undefined ? [] : [`fault ${fault}`])
      ].join("  ")
    )
    .join("\n")
}

// -----------------------------------------------------------------------------
// internal
// -----------------------------------------------------------------------------

const statusOf = (u: unknown): number | undefined => {
  const status = typeof u === "object" && u !== null && "status" in u ? u.status : undefined
  return typeof status === "number" ? status : undefined
}

const broken = (request: HttpClientRequest.HttpClientRequest, cause: unknown) =>
  new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) })
