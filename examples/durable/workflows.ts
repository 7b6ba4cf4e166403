// Buys numbers as a durable workflow. What has been bought is known after a crash; what may have been bought is looked
// up before it is bought again.
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as KeyValueStore from "effect/persistence/KeyValueStore"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Activity from "effect/workflow/Activity"
import * as DurableClock from "effect/workflow/DurableClock"
import * as Workflow from "effect/workflow/Workflow"
import { AudianError, Journal, Numbers, PhoneNumber } from "effect-audian"

/** Buys the numbers of an order, and reports. The cluster runs an id once, however often it is handed in. */
export const Order = Workflow.make("Order", {
  payload: { id: Schema.String, numbers: Schema.Array(PhoneNumber.Input) },
  idempotencyKey: ({ id }) => id,
  success: Schema.Struct({
    bought: Schema.Array(Numbers.PurchasedNumber),
    failures: Schema.Array(Schema.Struct({ number: PhoneNumber.Input, error: AudianError.AudianError }))
  })
})

/**
 * Which purchases were begun, kept in the database of the workflows: an activity that is run again after a crash does
 * not know that it ran before.
 */
export class Intents extends Context.Service<Intents, Journal.Journal>()("durable/Intents") {
  static readonly layer = Layer.effect(
    Intents,
    Effect.map(KeyValueStore.KeyValueStore, (store) => Intents.of(Journal.fromKeyValueStore(store)))
  ).pipe(Layer.provide(KeyValueStore.layerSql({ table: "intents" })))
}

/**
 * How long after its sender is gone a request may still be carried out: longer than the client waits for an answer,
 * and longer than the server works on one.
 */
export const Settled = Context.Reference<Duration.Duration>("durable/Settled", {
  defaultValue: () => Duration.minutes(2)
})

/** How often a number is asked for, when each time it turns out that it was not bought. */
const attempts = 3

const buy = Effect.fnUntraced(function* (order: string, number: PhoneNumber.Input) {
  let attempt = 1
  while (true) {
    const name = `${number}/${attempt}`
    const result = yield* Effect.result(purchase(order, number, name))
    if (result._tag === "Success") return result.success
    if (result.failure.outcome === "not-executed") return yield* result.failure
    yield* DurableClock.sleep({ name, duration: yield* Settled, inMemoryThreshold: 0 })
    const found = yield* look(number, name)
    if (Option.isSome(found)) return found.value
    if (attempt++ === attempts) return yield* result.failure
  }
})

/** The one that spends money. It sends one request, and when it is run again after that, none. */
const purchase = (order: string, number: PhoneNumber.Input, name: string) =>
  Activity.make({
    name: `purchase ${name}`,
    success: Numbers.PurchasedNumber,
    error: AudianError.AudianError,
    execute: Effect.gen(function* () {
      const intents = yield* Intents
      const key = `${order}/${name}`
      if ((yield* stored(intents.read(key))) !== undefined) return yield* cutOff
      const at = yield* Clock.currentTimeMillis
      yield* stored(intents.write(key, { _tag: "Begun", at }))
      return yield* Numbers.purchase({ number, friendly_name: order })
    })
  })

/** What is known of a request whose sender died: what is known of one whose answer was lost. */
const cutOff = new AudianError.AudianClientError({
  operation: Numbers.purchase.name,
  reason: { _tag: "Transport" },
  replay: "unsafe",
  outcome: "unknown",
  description: "the process that sent it is gone"
})

const look = (number: PhoneNumber.Input, name: string) =>
  Activity.make({
    name: `look ${name}`,
    success: Schema.Option(Numbers.PurchasedNumber),
    error: AudianError.AudianError,
    execute: Numbers.list.items({ limit: 100 }).pipe(
      Stream.filter((mine) => mine.number === number),
      Stream.runHead
    )
  })

const stored = <A>(self: Effect.Effect<A, Journal.JournalError>): Effect.Effect<A> =>
  Effect.orDie(Effect.retry(self, { times: 5, schedule: Schedule.exponential("200 millis") }))

/** The workflow, for the processes that run it. */
export const layer = Order.toLayer(
  Effect.fnUntraced(function* ({ id, numbers }) {
    const results = yield* Effect.forEach(
      numbers,
      (number) =>
        Effect.match(buy(id, number), {
          onSuccess: (bought) => ({ bought: [bought], failures: [] }),
          onFailure: (error) => ({ bought: [], failures: [{ number, error }] })
        }),
      { concurrency: 4 }
    )
    return {
      bought: results.flatMap(({ bought }) => bought),
      failures: results.flatMap(({ failures }) => failures)
    }
  })
)
