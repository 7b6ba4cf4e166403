/**
 * Waiting for a process that takes long, such as a port or a fax, by polling.
 *
 * The bounds behave as in Effect. When the `schedule` ends, the wait succeeds with the last value, as `Effect.repeat`
 * does. At the `deadline` it fails with {@link StillPending}, which holds the last value, as `Effect.timeout` does. A
 * wait with a deadline and an unbounded schedule therefore succeeds with a final value only.
 *
 * Each read is a call with its own retries. The wait fails with the error of the read. Reads bypass
 * caches: their requests have `cache-control: no-cache`. A wait dies with `Audian.InvalidOptions` for an option that cannot
 * work, and for an unknown one.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { Fresh } from "./internal/call/fresh.ts"
import * as OptionRules from "./internal/options.ts"

/**
 * The deadline passed before a value was final. The process itself continues.
 *
 * @category errors
 * @since 0.1.0
 */
export class StillPending<A> extends Data.TaggedError("StillPending")<{
  /** The last value; `undefined` if no read has completed. */
  readonly last: A | undefined
  /** The length of the wait. */
  readonly deadline: Duration.Duration
}> {
  override get message(): string {
    return `Still pending after ${Duration.format(this.deadline)}`
  }
}

/**
 * Options of {@link until} and {@link states}.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options<A> {
  /** Ends the wait when it returns true. */
  readonly isFinal: (value: A) => boolean
  /** The delays between the end of a read and the start of the next one. */
  readonly schedule: Schedule.Schedule<unknown, A>
  /** The longest wait, including a read that is in flight. Default unbounded. */
  readonly deadline?: Duration.Input | undefined
}

/**
 * Options without a deadline: the wait cannot fail with {@link StillPending}.
 *
 * @category options
 * @since 0.1.0
 */
export interface Endless<A> extends Options<A> {
  readonly deadline?: undefined
}

/**
 * Options of every operation that waits, such as `Fax.awaitDelivery` and `Ports.awaitCompletion`.
 *
 * @category options
 * @since 0.1.0
 */
export interface AwaitOptions<A> {
  /** The delays between the end of a read and the start of the next one. The default is that of the operation. */
  readonly schedule?: Schedule.Schedule<unknown, A> | undefined
  /** The longest wait. The wait then fails with {@link StillPending}. The default is that of the operation. */
  readonly deadline?: Duration.Input | undefined
  /** Ends the wait when it returns true. The default is that of the operation. */
  readonly until?: ((value: A) => boolean) | undefined
}

/**
 * Reads until a value is final, and returns it.
 *
 * **Example** (Follow a port for a week)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Schedule from "effect/Schedule"
 * import { Ports, Wait } from "effect-audian"
 *
 * export const settled = Ports.get({ port_id: "port_abc123" }).pipe(
 *   Wait.until({ isFinal: Ports.isFinal, schedule: Schedule.spaced("1 hour"), deadline: "7 days" }),
 *   Effect.catchTag("StillPending", ({ last }) => Effect.logWarning(`still ${last?.status}`))
 * )
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const until: {
  <A>(options: Endless<A>): <E, R>(read: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A>(options: Options<A>): <E, R>(read: Effect.Effect<A, E, R>) => Effect.Effect<A, E | StillPending<A>, R>
  <A, E, R>(read: Effect.Effect<A, E, R>, options: Endless<A>): Effect.Effect<A, E, R>
  <A, E, R>(read: Effect.Effect<A, E, R>, options: Options<A>): Effect.Effect<A, E | StillPending<A>, R>
} = /*@__PURE__*/ dual(2, <A, E, R>(read: Effect.Effect<A, E, R>, options: Options<A>) => {
  return Effect.suspend((): Effect.Effect<A, E | StillPending<A>, R> => {
    OptionRules.check("Wait.until", options, rules())
    const { deadline } = options
    if (deadline === undefined) return Effect.repeat(fresh(read), whilePending(options))
    const seen = remember(fresh(read), options)
    return Effect.timeoutOrElse(Effect.repeat(seen.read, whilePending(options)), {
      duration: deadline,
      orElse: () => stillPending(seen.last(), deadline)
    })
  })
})

/**
 * Streams each value that differs from the one before it. The final value is the last element.
 *
 * **Example** (Log each state of a port)
 *
 * ```ts
 * import * as Console from "effect/Console"
 * import * as Schedule from "effect/Schedule"
 * import * as Stream from "effect/Stream"
 * import { Ports, Wait } from "effect-audian"
 *
 * export const logged = Ports.get({ port_id: "port_abc123" }).pipe(
 *   Wait.states({ isFinal: Ports.isFinal, schedule: Schedule.spaced("1 hour"), deadline: "7 days" }),
 *   Stream.runForEach(({ status }) => Console.log(status))
 * )
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const states: {
  <A>(options: Endless<A>): <E, R>(read: Effect.Effect<A, E, R>) => Stream.Stream<A, E, R>
  <A>(options: Options<A>): <E, R>(read: Effect.Effect<A, E, R>) => Stream.Stream<A, E | StillPending<A>, R>
  <A, E, R>(read: Effect.Effect<A, E, R>, options: Endless<A>): Stream.Stream<A, E, R>
  <A, E, R>(read: Effect.Effect<A, E, R>, options: Options<A>): Stream.Stream<A, E | StillPending<A>, R>
} = /*@__PURE__*/ dual(2, <A, E, R>(read: Effect.Effect<A, E, R>, options: Options<A>) => {
  const changes = (read: Effect.Effect<A, E, R>) =>
    Stream.changes(Stream.fromEffectSchedule(read, whilePending(options)))
  return Stream.suspend((): Stream.Stream<A, E | StillPending<A>, R> => {
    OptionRules.check("Wait.states", options, rules())
    const { deadline } = options
    if (deadline === undefined) return changes(fresh(read))
    const seen = remember(fresh(read), options)
    // A slow consumer gets a final value that was read before the deadline.
    const atDeadline = Effect.suspend(() => (seen.hasEnded() ? Effect.never : stillPending(seen.last(), deadline)))
    return Stream.interruptWhen(changes(seen.read), Effect.delay(atDeadline, deadline))
  })
})

const rules = (): OptionRules.RulesFor<Options<unknown>> => ({
  isFinal: { ...OptionRules.func, required: true },
  schedule: { ...OptionRules.schedule(), required: true },
  deadline: OptionRules.duration()
})

/** Makes the requests of a read bypass caches. */
const fresh = <A, E, R>(read: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.provideService(read, Fresh, true)

/** The schedule, which ends at a final value and outputs it. */
const whilePending = <A>({ isFinal, schedule }: Options<A>): Schedule.Schedule<A, A> =>
  schedule.pipe(
    Schedule.while(({ input }) => !isFinal(input)),
    Schedule.passthrough
  )

/** A read that remembers its last value. */
const remember = <A, E, R>(read: Effect.Effect<A, E, R>, { isFinal }: Options<A>) => {
  let last: A | undefined
  let ended = false
  return {
    read: Effect.tap(read, (value) =>
      Effect.sync(() => {
        last = value
        ended = isFinal(value)
      })
    ),
    last: () => last,
    hasEnded: () => ended
  }
}

const stillPending = <A>(last: A | undefined, deadline: Duration.Input): Effect.Effect<never, StillPending<A>> =>
  Effect.fail(new StillPending({ last, deadline: Duration.fromInputUnsafe(deadline) }))
