/**
 * A wait for the rate limiter, seen from outside: a span and a metric, once it took time.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Metrics from "./metrics.ts"
import * as Observer from "./observer.ts"

/** Observes the wait of `run` until it runs the effect that it is given. */
export const observe = <A, E>(
  observer: Observer.Observer,
  operation: string,
  self: Effect.Effect<A, E>,
  run: (self: Effect.Effect<A, E>) => Effect.Effect<A, E>
): Effect.Effect<A, E> =>
  Effect.suspend(() => {
    const { clock, context, metrics } = observer
    const started = clock.monotonicTimeNanosUnsafe()
    const startTime = clock.currentTimeNanosUnsafe()
    let isOver = false
    const end = (exit: Exit.Exit<unknown, unknown>): void => {
      if (isOver) return
      isOver = true
      const seconds = Number(clock.monotonicTimeNanosUnsafe() - started) / 1e9
      if (seconds < shortest) return
      if (metrics) {
        Metrics.rateLimitWait.update(context, seconds, operation, () => ({ "audian.operation": operation }))
      }
      const attributes = { "audian.operation": operation }
      Observer.startSpan(observer, name, "internal", attributes, startTime)?.end(Observer.spanTime(observer), exit)
    }
    const acquired = Effect.suspend(() => {
      end(Exit.void)
      return self
    })
    return Effect.onExit(run(acquired), (exit) => {
      end(exit)
      return Effect.void
    })
  })

export const name = "Audian.rateLimit.wait"

/** A request that passes at once takes less, in seconds. */
const shortest = 0.001
