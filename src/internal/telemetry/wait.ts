/**
 * A wait for the rate limiter, seen from outside: a span and a metric, once it took time.
 *
 * @internal
 */
import type { Wait } from "../resilience/guard.ts"
import * as Metrics from "./metrics.ts"
import * as Observer from "./observer.ts"

/** Observes a wait: from now, if `begin` is called, until the first `end`. */
export const observe = (observer: Observer.Observer, operation: string): Wait => {
  const { clock, metrics } = observer
  const started = clock.monotonicTimeNanosUnsafe()
  const startTime = clock.currentTimeNanosUnsafe()
  let waits = false
  let isOver = false
  return {
    begin: () => {
      waits = true
    },
    end: (exit) => {
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
  }
}

export const name = "Audian.rateLimit.wait"

/** A request that is in line behind others, all of which pass, waits for less. In seconds. */
const shortest = 0.001
