/**
 * A wait for the rate limiter, seen from outside: a span and a metric, once it took time.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Metrics from "./metrics.ts"
import * as Observer from "./observer.ts"

/** Observes a wait: from the start of `run`, if it calls `onWait`, until it runs the effect that it is given. */
export const observe = <A, E>(
  observer: Observer.Observer,
  operation: string,
  self: Effect.Effect<A, E>,
  run: (self: Effect.Effect<A, E>, onWait: () => void) => Effect.Effect<A, E>
): Effect.Effect<A, E> =>
  Effect.suspend(() => {
    const { clock, metrics } = observer
    const started = clock.monotonicTimeNanosUnsafe()
    const startTime = clock.currentTimeNanosUnsafe()
    let waits = false
    let isOver = false
    const end = (exit: Exit.Exit<unknown, unknown>): void => {
      if (isOver) return
      isOver = true
      if (!waits) return
      const seconds = Number(clock.monotonicTimeNanosUnsafe() - started) / 1e9
      if (seconds < shortest) return
      if (metrics !== undefined) {
        Metrics.rateLimitWait.update(metrics, seconds, operation, () => ({ "audian.operation": operation }))
      }
      const attributes = { "audian.operation": operation }
      Observer.startSpan(observer, name, "internal", attributes, startTime)?.end(Observer.spanTime(observer), exit)
    }
    const acquired = Effect.suspend(() => {
      end(Exit.void)
      return self
    })
    const waiting = run(acquired, () => {
      waits = true
    })
    return Effect.onExit(waiting, (exit) => {
      end(exit)
      return Effect.void
    })
  })

export const name = "Audian.rateLimit.wait"

/** A request that is in line behind others, all of which pass, waits for less. In seconds. */
const shortest = 0.001
