/**
 * The time limits of many effects at once, by one timer for each clock. A timer for each effect would be a fiber, a
 * platform's timer and an interruption for each request.
 *
 * @internal
 */
import { Clock } from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"

/** One effect with a limit. */
interface Entry {
  /** By the monotonic clock, in milliseconds. */
  readonly endsAt: number
  readonly fire: () => void
}

interface Timer {
  readonly entries: Set<Entry>
  /** The end of the sleep, by the monotonic clock; `Infinity` while the timer is stopped. */
  wakesAt: number
  sleeper: Fiber.Fiber<void> | undefined
  /** The timer looks for entries once the running code has yielded. */
  stopping: boolean
}

/** The longest sleep, in milliseconds: platforms have a largest number. */
const longestSleep = 86_400_000

/** The precision of compared times, in milliseconds. */
const precision = 0.001

const timers = /*@__PURE__*/ new WeakMap<Clock, Timer>()

/** Interrupts an effect that takes too long, and fails. */
export const within = <A, E, R>(
  self: Effect.Effect<A, E, R>,
  limit: Duration.Duration,
  onTimeout: () => E
): Effect.Effect<A, E, R> => {
  if (isPerRequest()) return Effect.timeoutOrElse(self, { duration: limit, orElse: () => Effect.fail(onTimeout()) })
  return Effect.withFiber<A, E, R>((fiber) =>
    // The effect starts within the callback: an interruption between the two would leave it running.
    Effect.callback<A, E>((resume) => {
      const clock = fiber.getRef(Clock)
      const endsAt = nowOf(clock) + Duration.toMillis(limit)
      const child = Effect.runForkWith(fiber.context)(self as Effect.Effect<A, E>)
      const exit = child.pollUnsafe()
      if (exit !== undefined) return resume(exit)
      const timer = timerOf(clock)
      const entry: Entry = {
        endsAt,
        fire: () => resume(Effect.flatMap(Fiber.interrupt(child), () => Effect.fail(onTimeout())))
      }
      child.addObserver((exit) => {
        resume(exit)
        remove(timer, entry, fiber)
      })
      add(timer, entry, clock, fiber)
      return Effect.suspend(() => {
        remove(timer, entry, fiber)
        return Fiber.interrupt(child)
      })
    })
  )
}

/** Workers end the timers of an incoming request with it, so requests cannot share one. */
const isPerRequest = (): boolean => globalThis.navigator?.userAgent === "Cloudflare-Workers"

const nowOf = (clock: Clock): number => Number(clock.monotonicTimeNanosUnsafe()) / 1e6

const timerOf = (clock: Clock): Timer => {
  const known = timers.get(clock)
  if (known !== undefined) return known
  const timer: Timer = { entries: new Set(), wakesAt: Number.POSITIVE_INFINITY, sleeper: undefined, stopping: false }
  timers.set(clock, timer)
  return timer
}

/** Adds an entry. A timer that would wake too late starts again. */
const add = (timer: Timer, entry: Entry, clock: Clock, { context }: Fiber.Fiber<unknown, unknown>): void => {
  timer.entries.add(entry)
  if (entry.endsAt >= timer.wakesAt) return
  timer.sleeper?.interruptUnsafe()
  timer.sleeper = Effect.runForkWith(context)(sleep(timer, clock))
}

/**
 * Removes an entry. Without entries the timer stops, so that it keeps no process running: not at once, since the next call
 * of a program mostly begins before the running code yields.
 */
const remove = (timer: Timer, entry: Entry, { currentDispatcher }: Fiber.Fiber<unknown, unknown>): void => {
  timer.entries.delete(entry)
  if (timer.entries.size > 0 || timer.stopping) return
  timer.stopping = true
  currentDispatcher.scheduleTask(() => {
    timer.stopping = false
    if (timer.entries.size > 0) return
    timer.wakesAt = Number.POSITIVE_INFINITY
    timer.sleeper?.interruptUnsafe()
  }, 0)
}

/** Fires what is due, and sleeps until the next limit. Without entries the timer stops. */
const sleep = (timer: Timer, clock: Clock): Effect.Effect<void> =>
  Effect.suspend(() => {
    const now = nowOf(clock)
    let wakesAt = Number.POSITIVE_INFINITY
    for (const entry of timer.entries) {
      if (entry.endsAt <= now + precision) {
        timer.entries.delete(entry)
        entry.fire()
      } else {
        wakesAt = Math.min(wakesAt, entry.endsAt, now + longestSleep)
      }
    }
    timer.wakesAt = wakesAt
    if (wakesAt === Number.POSITIVE_INFINITY) return Effect.void
    return Effect.flatMap(clock.sleep(Duration.millis(wakesAt - now)), () => sleep(timer, clock))
  })
