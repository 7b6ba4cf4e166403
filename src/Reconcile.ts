/**
 * Reconciliation of calls whose `outcome` is `"unknown"`: the request was sent, and no response says whether it was
 * executed. A retry might execute it twice. A lookup of its effect cannot.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Pull from "effect/Pull"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import type { Audian } from "./Audian.ts"
import type { AudianError } from "./AudianError.ts"
import * as PhoneNumbers from "./account/PhoneNumbers.ts"
import * as CallSite from "./internal/error/callSite.ts"
import * as Located from "./internal/error/located.ts"
import * as OptionRules from "./internal/options.ts"
import { call as callOf } from "./internal/service.ts"
import type * as Operation from "./Operation.ts"
import * as Numbers from "./resources/Numbers.ts"
import * as Ports from "./resources/Ports.ts"

/**
 * The result of a reconciled call.
 *
 * - `Done`: executed; `value` is its response, or the value that the lookup found
 * - `NotDone`: not executed, and no longer will be; it may be sent again
 * - `Unknown`: neither is certain; `error` is the error of the call, if one was sent
 *
 * @category models
 * @since 0.1.0
 */
export type Verdict<A> = Data.TaggedEnum<{
  Done: { readonly value: A }
  NotDone: { readonly error: AudianError | undefined }
  Unknown: { readonly error: AudianError | undefined }
}>

/**
 * The definition of {@link Verdict} for `Data.taggedEnum`.
 *
 * @category models
 * @since 0.1.0
 */
export interface VerdictDefinition extends Data.TaggedEnum.WithGenerics<1> {
  readonly taggedEnum: Verdict<this["A"]>
}

/**
 * Constructors and `$match` of {@link Verdict}.
 *
 * **Example** (Sum up a verdict)
 *
 * ```ts
 * import { Reconcile } from "effect-audian"
 *
 * export const isDone = (verdict: Reconcile.Verdict<unknown>) => Reconcile.Verdict.$is("Done")(verdict)
 *
 * export const later = Reconcile.Verdict.Unknown({ error: undefined })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const Verdict = /*@__PURE__*/ Data.taggedEnum<VerdictDefinition>()

/**
 * An operation that is followed by a lookup when its outcome is unknown.
 *
 * @category models
 * @since 0.1.0
 */
export interface Reconciled<Input, A, R = never> {
  /** Calls the operation. Fails with errors of calls that were not executed. Any other error starts a lookup. */
  (input: Input, bound?: Bound): Effect.Effect<Verdict<A>, AudianError, Audian | R>
  /** Looks up an earlier call with this input, such as one that a crash interrupted. Sends no call. */
  readonly look: (input: Input, bound?: LookBound) => Effect.Effect<Verdict<A>, never, Audian | R>
}

/**
 * The bound beyond which a call that has left no trace counts as not executed.
 *
 * **Gotchas**
 *
 * A server may execute a request long after its client has given up: the connection is gone, the work is queued. Only the
 * vendor knows for how long. Without a bound the verdict on such a call is `Unknown`.
 *
 * @category options
 * @since 0.1.0
 */
export interface Bound {
  /** The longest time that the server takes to execute a request, after which there is one more lookup. */
  readonly notDoneAfter?: Duration.Input | undefined
}

/**
 * The bound of a lookup without a call.
 *
 * @category options
 * @since 0.1.0
 */
export interface LookBound extends Bound {
  /** When the call was last sent, such as the `at` of a journal's entry. Default: the time of the first lookup. */
  readonly sentAt?: DateTime.DateTime.Input | undefined
}

/**
 * Options of {@link make}.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options<Input, Found, R> {
  /** Looks for the effect of the call. */
  readonly look: (input: Input) => Effect.Effect<Option.Option<Found>, AudianError, R>
  /**
   * The meaning of a lookup that finds nothing. `"not-done"` if it finds every call that was executed: then the verdict is
   * `NotDone`, once the {@link Bound} has passed. `"unknown"`, the default, if the effect may be elsewhere.
   */
  readonly absence?: "not-done" | "unknown" | undefined
  /** The {@link Bound} of calls that state none. Default none: the verdict is `Unknown`. */
  readonly notDoneAfter?: Duration.Input | undefined
  /** The delays between lookups; the first lookup is immediate. Default 1, 2, 4, 8 and 16 seconds. */
  readonly schedule?: Schedule.Schedule<unknown> | undefined
}

/**
 * Adds a lookup to an operation.
 *
 * **Gotchas**
 *
 * Dies with `Audian.InvalidOptions` for a bound that cannot work.
 *
 * **Example** (Create a user)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Option from "effect/Option"
 * import { Account, Reconcile } from "effect-audian"
 *
 * // The username is unique in the account.
 * export const createUser = Reconcile.make(Account.Users.create, {
 *   look: ({ username }) =>
 *     Effect.map(Account.Users.list(), (users) =>
 *       Option.fromUndefinedOr(users.find((user) => user.username === username))
 *     ),
 *   absence: "not-done"
 * })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <Input, Success, Found, R = never>(
  operation: Operation.Operation<Input, Success>,
  options: Options<Input, Found, R>
): Reconciled<Input, Success | Found, Exclude<R, Audian>> => {
  type A = Success | Found
  const look = Effect.fnUntraced(function* (
    input: Input,
    error: AudianError | undefined,
    bound: LookBound
  ): Effect.fn.Return<Verdict<A>, never, Audian | R> {
    const step = yield* Schedule.toStep(options.schedule ?? defaultSchedule)
    const deadline = deadlineOf(bound, options, yield* Clock.currentTimeMillis)
    while (true) {
      const startedAt = yield* Clock.currentTimeMillis
      const found = yield* Effect.result(options.look(input))
      if (Result.isSuccess(found) && Option.isSome(found.success)) return Verdict.Done({ value: found.success.value })
      const isAbsent = Result.isSuccess(found) && options.absence === "not-done" && !isExecuted(error)
      if (isAbsent && startedAt >= deadline) return Verdict.NotDone({ error })
      const now = yield* Clock.currentTimeMillis
      const delay = yield* Pull.catchDone(
        Effect.map(step(now, undefined), ([, delay]) => Duration.toMillis(delay)),
        () => Effect.undefined
      )
      if (delay !== undefined) yield* Effect.sleep(delay)
      // One more lookup when the bound passes: only that one proves an absence.
      else if (startedAt < deadline && Number.isFinite(deadline)) yield* Effect.sleep(Math.max(0, deadline - now))
      else return Verdict.Unknown({ error })
    }
  })
  const call = callOf(operation)
  const reconciled = (input: Input, bound: Bound = {}): Effect.Effect<Verdict<A>, AudianError, Audian | R> => {
    const located = Located.effect(call(input), CallSite.capture())
    return Effect.matchEffect(Effect.andThen(check(bound), located), {
      onSuccess: (value) => Effect.succeed<Verdict<A>>(Verdict.Done({ value })),
      onFailure: (error) =>
        isUncertain(error) ? look(input, error, { notDoneAfter: bound.notDoneAfter }) : Effect.fail(error)
    })
  }
  // The call requires `Audian` already.
  return Object.assign(reconciled, {
    look: (input: Input, bound: LookBound = {}) => Effect.andThen(check(bound), look(input, undefined, bound))
  }) as Reconciled<Input, A, Exclude<R, Audian>>
}

/** Checks a bound before anything is sent. */
const check = (bound: LookBound): Effect.Effect<void> =>
  Effect.sync(() => OptionRules.check("Reconcile", bound, rules()))

const rules = (): OptionRules.RulesFor<LookBound> => ({
  notDoneAfter: OptionRules.duration(),
  sentAt: {
    expected: "a DateTime, a Date, or a time in epoch milliseconds",
    accepts: (value) => Option.isSome(DateTime.make(value as DateTime.DateTime.Input))
  }
})

/** The earliest time at which a lookup proves that the call was not executed; infinite without `notDoneAfter`. */
const deadlineOf = (
  { notDoneAfter, sentAt }: LookBound,
  options: { readonly notDoneAfter?: Duration.Input | undefined },
  now: number
): number => {
  const bound = notDoneAfter ?? options.notDoneAfter
  if (bound === undefined) return Number.POSITIVE_INFINITY
  const sent = sentAt === undefined ? now : DateTime.toEpochMillis(DateTime.makeUnsafe(sentAt))
  return sent + Duration.toMillis(Duration.fromInputUnsafe(bound))
}

/** True for a 2xx that could not be read: no lookup disproves it. */
const isExecuted = (error: AudianError | undefined): boolean => error?.outcome === "executed"

/** Checks whether the call may have been executed. A retry may conflict with the attempt before it. */
const isUncertain = (error: AudianError): boolean =>
  error.outcome !== "not-executed" || (error._tag === "Conflict" && error.attempts > 1)

const defaultSchedule: Schedule.Schedule<unknown> = /*@__PURE__*/ Schedule.upTo(
  /*@__PURE__*/ Schedule.exponential("1 second"),
  { times: 5 }
)

/**
 * `Numbers.purchase` with a lookup in the list of numbers.
 *
 * **Details**
 *
 * A number that is not listed is `Unknown`, unless the caller states a {@link Bound} for the time in which the server
 * executes a request.
 *
 * **Gotchas**
 *
 * It sends a purchase. After one that has failed with `outcome: "unknown"`, use `look`.
 *
 * **Example** (Buy again only when it is safe)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Reconcile } from "effect-audian"
 *
 * export const bought = Effect.map(
 *   Reconcile.purchase({ number: "+14155551234" }, { notDoneAfter: "10 minutes" }),
 *   Reconcile.Verdict.$match({
 *     Done: ({ value }) => `bought as ${value.id}`,
 *     NotDone: () => "not bought ten minutes later: it may be bought again",
 *     Unknown: () => "uncertain: look again later, and do not buy again"
 *   })
 * )
 * ```
 *
 * @category operations
 * @since 0.1.0
 */
export const purchase: Reconciled<Numbers.PurchaseInput, Numbers.PurchasedNumber> = /*@__PURE__*/ make(
  Numbers.purchase,
  {
    look: ({ number }) =>
      Stream.runHead(
        Stream.filter(
          Numbers.list.items({ limit: 100 }),
          (owned): owned is Numbers.PurchasedNumber => owned.number === number
        )
      ),
    absence: "not-done"
  }
)

/**
 * `Ports.create` with a lookup in the numbers of the account. A number that the account has, or whose state is
 * `port_in`, is being ported. The API has no list of ports, so a number that is not found is `Unknown`, never `NotDone`.
 *
 * **Example** (Request a port, and look for it when the outcome is unknown)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { type Operation, Ports, Reconcile } from "effect-audian"
 *
 * export const requested = (input: Operation.InputOf<typeof Ports.create>) =>
 *   Effect.map(
 *     Reconcile.createPort(input),
 *     Reconcile.Verdict.$match({
 *       Done: () => "requested",
 *       NotDone: ({ error }) => `not requested: ${error?.message}`,
 *       Unknown: () => "uncertain: look again later, and do not request it again"
 *     })
 *   )
 * ```
 *
 * @category operations
 * @since 0.1.0
 */
export const createPort: Reconciled<Ports.CreateInput, Ports.Port | PhoneNumbers.NumberDocument> = /*@__PURE__*/ make(
  Ports.create,
  {
    look: ({ number }) =>
      PhoneNumbers.get({ number }).pipe(
        Effect.map((found) => (isElsewhere(found) ? Option.none() : Option.some(found))),
        Effect.catchTag("NotFound", () => Effect.succeedNone)
      )
  }
)

/** Checks whether a number belongs to no account or to another one. */
const isElsewhere = ({ state }: PhoneNumbers.NumberDocument): boolean =>
  state === "available" || state === "discovery" || state === "released" || state === "deleted"
