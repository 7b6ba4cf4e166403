// Buys numbers as a durable workflow. After a crash, a completed purchase is known, and a purchase that may have been
// executed is looked up before it is sent again.
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

/** Buys the numbers of an order, and reports. The cluster runs each id once. */
export const Order = Workflow.make("Order", {
  payload: { id: Schema.String, numbers: Schema.Array(PhoneNumber.PhoneNumberInput) },
  idempotencyKey: ({ id }) => id,
  success: Schema.Struct({
    bought: Schema.Array(Numbers.PurchasedNumber),
    failures: Schema.Array(Schema.Struct({ number: PhoneNumber.PhoneNumberInput, error: AudianError.AudianError }))
  })
})

/**
 * The purchases that were started, in the database of the workflows. An activity that runs again after a crash does not
 * know of its first run.
 */
export class Intents extends Context.Service<Intents, Journal.Journal>()("durable/Intents") {
  static readonly layer = Layer.effect(
    Intents,
    Effect.map(KeyValueStore.KeyValueStore, (store) => Intents.of(Journal.fromKeyValueStore(store)))
  ).pipe(Layer.provide(KeyValueStore.layerSql({ table: "intents" })))
}

/**
 * The time after which a request is no longer executed: longer than the client waits for a response, and longer than the
 * server works on one.
 */
export const Settled = Context.Reference<Duration.Duration>("durable/Settled", {
  defaultValue: () => Duration.minutes(2)
})

/** The number of attempts to buy a number that was not bought before. */
const attempts = 3

const buy = Effect.fnUntraced(function* (order: string, number: PhoneNumber.PhoneNumberInput) {
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

/** The activity that spends money. Its first run sends one request; any later run sends none. */
const purchase = (order: string, number: PhoneNumber.PhoneNumberInput, name: string) =>
  Activity.make({
    name: `purchase ${name}`,
    success: Numbers.PurchasedNumber,
    error: AudianError.AudianError,
    execute: Effect.gen(function* () {
      const intents = yield* Intents
      const key = `${order}/${name}`
      if ((yield* stored(intents.read(key))) !== undefined) return yield* senderDied
      const at = yield* Clock.currentTimeMillis
      yield* stored(intents.write(key, { _tag: "Begun", at }))
      return yield* Numbers.purchase({ number, friendly_name: order })
    })
  })

/** The error of a request whose sender died: its outcome is as unknown as that of a lost response. */
const senderDied = new AudianError.AudianClientError({
  operation: Numbers.purchase.name,
  reason: { _tag: "Transport" },
  replay: "unsafe",
  outcome: "unknown",
  description: "the sender of the request died"
})

const look = (number: PhoneNumber.PhoneNumberInput, name: string) =>
  Activity.make({
    name: `look ${name}`,
    success: Schema.Option(Numbers.PurchasedNumber),
    error: AudianError.AudianError,
    execute: Numbers.list.items({ limit: 100 }).pipe(
      Stream.filter((mine): mine is Numbers.PurchasedNumber => mine.number === number),
      Stream.runHead
    )
  })

const stored = <A>(self: Effect.Effect<A, Journal.JournalError>): Effect.Effect<A> =>
  Effect.orDie(Effect.retry(self, { times: 5, schedule: Schedule.exponential("200 millis") }))

/** The layer of the workflow, for processes that run it. */
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
