/**
 * The sender of webhooks: attempts by the rules of their messages, on the clock of the server, with a log.
 *
 * @internal
 */
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as HttpBody from "effect/http/HttpBody"
import type * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Queue from "effect/Queue"
import * as Random from "effect/Random"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { redacted } from "../../../internal/error/redact.ts"
import type * as Fault from "../../Fault.ts"
import * as Faults from "../faults.ts"
import type { WebhookDelivery } from "../service.ts"
import * as State from "../state.ts"
import type { Message, Wire } from "./message.ts"

export interface Sender {
  /** Begins to follow the clock, so that events are sent when they happen. */
  readonly start: () => void
  readonly send: (messages: ReadonlyArray<Message>) => void
  /** The log of attempts, the oldest first. */
  readonly deliveries: Effect.Effect<ReadonlyArray<WebhookDelivery>>
  /** Waits until no attempt is due or in flight. */
  readonly settled: Effect.Effect<void>
  /** Replaces the receivers. */
  readonly deliverTo: (receivers: Receivers | undefined) => void
}

/** The receivers of webhooks. */
export interface Receivers {
  readonly client: HttpClient.HttpClient
  /** The reason not to send to a URL; `undefined` to send. */
  readonly refuses?: ((url: string) => string | undefined) | undefined
}

interface Attempt {
  readonly message: Message
  /** From 1. */
  readonly number: number
  /** The tag of the fault that delayed it. */
  readonly delayedBy: string | undefined
}

export const make = (options: {
  readonly state: State.State
  readonly faults: Array<Faults.Rule>
  readonly receivers: Receivers | undefined
  /** The number of attempts that the log keeps. */
  readonly limit: number
}): Effect.Effect<Sender, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { faults, limit, state } = options
    const scope = yield* Effect.scope
    const queue = yield* Queue.unbounded<Attempt>()
    const started = yield* Deferred.make<void>()
    const log: Array<WebhookDelivery> = []
    let receivers = options.receivers
    let outstanding = 0
    let waiting: Array<() => void> = []

    const enqueue = (attempt: Attempt): void => {
      outstanding++
      Queue.offerUnsafe(queue, attempt)
    }
    const finish = Effect.sync(() => {
      if (--outstanding > 0) return
      const resumed = waiting
      waiting = []
      for (const resume of resumed) resume()
    })

    /** Adds an attempt to the log. The result changes it. */
    const record = (delivery: WebhookDelivery) => {
      let current = delivery
      log.push(current)
      if (log.length >= 2 * limit + 100) log.splice(0, log.length - limit)
      return (fields: Partial<WebhookDelivery>): void => {
        const at = log.indexOf(current)
        current = { ...current, ...fields }
        if (at >= 0) log[at] = current
      }
    }

    /** Sends a request, and returns the status of the response; fails without one. */
    const transmit = ({ client }: Receivers, { body, headers, method, url }: Wire, timeout: number) => {
      const { "content-type": type, ...others } = headers
      const request = HttpClientRequest.make(method)(url, { headers: others })
      return Effect.scoped(
        Effect.flatMap(
          client.execute(method === "GET" ? request : HttpClientRequest.setBody(request, HttpBody.text(body, type))),
          // An unread body would keep its connection.
          ({ status, stream }) => Effect.as(Effect.ignore(Stream.runDrain(stream)), status)
        )
      ).pipe(
        Effect.catch((error) => {
          const status = error.response?.status
          return status === undefined ? Effect.fail(error.message) : Effect.succeed(status)
        }),
        Effect.timeoutOrElse({
          duration: timeout,
          orElse: () => Effect.fail(`no response within ${timeout / 1000} seconds`)
        }),
        Effect.catchDefect((defect) => Effect.fail(`the receiver died: ${defect}`))
      )
    }

    /** Sends one attempt, and schedules the next. */
    const send = (
      { message, number }: Attempt,
      wire: Wire,
      label: string | undefined,
      to: Receivers,
      copy: number
    ): Effect.Effect<void> =>
      Effect.gen(function* () {
        const update = record(yield* entry(message, number, wire, label))
        const result = yield* Effect.result(transmit(to, wire, message.timeout))
        const now = yield* Clock.currentTimeMillis
        const status = result._tag === "Success" ? result.success : undefined
        if (status !== undefined && message.accepts(status)) return update({ status, result: "accepted" })
        message.onFailure?.(now)
        // The copy of an attempt is not retried.
        const wait = copy > 0 ? undefined : yield* message.retryAfter(number, status)
        const at = wait === undefined ? undefined : now + wait
        if (at !== undefined)
          state.scheduler.at(at, () => enqueue({ message, number: number + 1, delayedBy: undefined }))
        update({
          status,
          result: "failed",
          reason: result._tag === "Failure" ? result.failure : undefined,
          retryAt: at === undefined ? undefined : DateTime.makeUnsafe(at)
        })
      })

    const entry = (message: Message, attempt: number, wire: Wire, fault: string | undefined) =>
      Effect.map(
        DateTime.now,
        (at): WebhookDelivery => ({
          webhook: message.webhookId,
          event: message.event,
          deliveryId: message.deliveryId,
          attempt,
          at,
          method: wire.method,
          url: wire.url,
          headers: Object.fromEntries(
            Object.entries(wire.headers).map(([name, value]) => [
              name,
              message.secretHeaders.includes(name) ? redacted : value
            ])
          ),
          body: wire.body,
          status: undefined,
          result: "pending",
          reason: undefined,
          retryAt: undefined,
          fault
        })
      )

    /** Applies a fault to an attempt, writes it, and sends it in a fiber of its own. */
    const begin = (attempt: Attempt): Effect.Effect<void> =>
      Effect.gen(function* () {
        const { delayedBy, message, number } = attempt
        const now = yield* Clock.currentTimeMillis
        const random = yield* Random.Random
        const fault: Fault.Webhook | undefined =
          delayedBy === undefined
            ? Faults.nextWebhook(faults, { event: message.event, now, chance: () => random.nextDoubleUnsafe() })
            : undefined
        if (fault?._tag === "Delay") {
          state.scheduler.at(now + fault.millis, () => enqueue({ ...attempt, delayedBy: fault._tag }))
          return yield* finish
        }
        const wire = yield* message.write(now, fault?._tag === "Forge")
        const label = delayedBy ?? fault?._tag
        const reason = receivers === undefined ? "there is no receiver" : receivers.refuses?.(wire.url)
        if (receivers === undefined || reason !== undefined) {
          record(yield* entry(message, number, wire, label))({ result: "skipped", reason })
          return yield* finish
        }
        const to = receivers
        const copies = fault?._tag === "Repeat" ? fault.times : 0
        yield* Effect.forEach(
          Array.from({ length: 1 + copies }, (_, copy) => copy),
          (copy) => send(attempt, wire, label, to, copy),
          { discard: true }
        ).pipe(Effect.ensuring(finish), Effect.forkIn(scope))
      })

    yield* Effect.forkScoped(Effect.forever(Effect.flatMap(Queue.take(queue), begin)))
    yield* Effect.forkScoped(Effect.andThen(Deferred.await(started), State.followClock(state)))

    return {
      start: () => void Deferred.doneUnsafe(started, Effect.void),
      send: (messages) => {
        for (const message of messages) enqueue({ message, number: 1, delayedBy: undefined })
      },
      deliveries: Effect.sync(() => (limit === 0 ? [] : log.slice(-limit))),
      settled: Effect.gen(function* () {
        yield* State.advance(state)
        while (outstanding > 0) {
          yield* Effect.callback<void>((resume) => void waiting.push(() => resume(Effect.void)))
          yield* State.advance(state)
        }
      }),
      deliverTo: (changed) => {
        receivers = changed
      }
    }
  })
