/**
 * A subscription to events, seen from outside: events dropped, and reconnects.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as Metrics from "./metrics.ts"
import type { Telemetry } from "./observer.ts"
import * as References from "./references.ts"

export interface Subscription {
  readonly dropped: (count: number) => void
  readonly reconnected: () => void
}

/** Starts both counters at zero. */
export const make = ({ defaults }: Telemetry): Effect.Effect<Subscription> =>
  Effect.contextWith((context) => {
    const add = (counter: typeof Metrics.eventsDropped, count: number): void => {
      if (References.valueOf(context, References.MetricsEnabled, defaults.metrics))
        counter.update(context, count, "", () => ({}))
    }
    add(Metrics.eventsDropped, 0)
    add(Metrics.eventsReconnects, 0)
    return Effect.succeed({
      dropped: (count: number) => add(Metrics.eventsDropped, count),
      reconnected: () => add(Metrics.eventsReconnects, 1)
    })
  })
