/**
 * Waiting for what takes long, a port or a fax, by reading it again and again until it has come to its end.
 *
 * Each bound is what it is in Effect: a `schedule` that ends ends the wait with the value last seen, as in
 * `Effect.repeat`; a `deadline` is a failure, as in `Effect.timeout`, of the type {@link StillPending}, which keeps the
 * value last seen. So a wait with a deadline, on a schedule without an end, answers a final value or says in its type
 * that it may not.
 *
 * A read is a call like any other, with its own retries; what it fails with in the end is what the wait fails with.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"

/**
 * The deadline came before the end. What is waited for goes on as before.
 *
 * @category errors
 * @since 0.1.0
 */
export class StillPending<A> extends Data.TaggedError("StillPending")<{
  /** The value last seen; `undefined` when no read had been answered. */
  readonly last: A | undefined
  /** How long the wait was. */
  readonly deadline: Duration.Duration
}> {
  override get message(): string {
    return `Still pending after ${Duration.format(this.deadline)}`
  }
}

/**
 * How to wait.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options<A> {
  /** Whether a value is the end of it. */
  readonly isFinal: (value: A) => boolean
  /** When to look again, from the end of a read to the beginning of the next. */
  readonly schedule: Schedule.Schedule<unknown, A>
  /** How long to wait at the most, a read that is under way included. Default as long as the schedule goes on. */
  readonly deadline?: Duration.Input | undefined
}

/**
 * Options without a deadline.
 *
 * @category options
 * @since 0.1.0
 */
export interface Endless<A> extends Options<A> {
  readonly deadline?: undefined
}

/**
 * Reads until a value is final, and answers it.
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
  const { deadline } = options
  if (deadline === undefined) return Effect.repeat(read, whilePending(options))
  return Effect.suspend(() => {
    const seen = remember(read, options)
    return Effect.timeoutOrElse(Effect.repeat(seen.read, whilePending(options)), {
      duration: deadline,
      orElse: () => stillPending(seen.last(), deadline)
    })
  })
})

/**
 * The states on the way: each value that differs from the one before it, the final one last.
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
  const { deadline } = options
  const changes = (read: Effect.Effect<A, E, R>) =>
    Stream.changes(Stream.fromEffectSchedule(read, whilePending(options)))
  if (deadline === undefined) return changes(read)
  return Stream.suspend(() => {
    const seen = remember(read, options)
    // Whoever takes long over the final value has it all the same.
    const over = Effect.suspend(() => (seen.isOver() ? Effect.never : stillPending(seen.last(), deadline)))
    return Stream.interruptWhen(changes(seen.read), Effect.delay(over, deadline))
  })
})

/** The schedule until a value is final; it answers that value. */
const whilePending = <A>({ isFinal, schedule }: Options<A>): Schedule.Schedule<A, A> =>
  schedule.pipe(
    Schedule.while(({ input }) => !isFinal(input)),
    Schedule.passthrough
  )

/** A read, what it answered last, and whether that was final. */
const remember = <A, E, R>(read: Effect.Effect<A, E, R>, { isFinal }: Options<A>) => {
  let last: A | undefined
  let over = false
  return {
    read: Effect.tap(read, (value) =>
      Effect.sync(() => {
        last = value
        over = isFinal(value)
      })
    ),
    last: () => last,
    isOver: () => over
  }
}

const stillPending = <A>(last: A | undefined, deadline: Duration.Input): Effect.Effect<never, StillPending<A>> =>
  Effect.fail(new StillPending({ last, deadline: Duration.fromInputUnsafe(deadline) }))
