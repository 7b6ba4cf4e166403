/**
 * Reconciliation of calls whose `outcome` is `"unknown"`: the request was sent, and no response says whether it was
 * executed. A retry might execute it twice. A lookup of its effect cannot.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import type { Audian } from "./Audian.ts"
import type { AudianError } from "./AudianError.ts"
import * as PhoneNumbers from "./account/PhoneNumbers.ts"
import type * as Operation from "./Operation.ts"
import * as Numbers from "./resources/Numbers.ts"
import * as Ports from "./resources/Ports.ts"

/**
 * The result of a reconciled call.
 *
 * - `Done`: executed; `value` is its response, or the value that the lookup found
 * - `NotDone`: not executed; it may be sent again
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

interface VerdictDefinition extends Data.TaggedEnum.WithGenerics<1> {
  readonly taggedEnum: Verdict<this["A"]>
}

/**
 * Constructors and `$match` of {@link Verdict}.
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
  (input: Input): Effect.Effect<Verdict<A>, AudianError, Audian | R>
  /** Looks up an earlier call with this input, such as one that a crash interrupted. Sends no call. */
  readonly look: (input: Input) => Effect.Effect<Verdict<A>, never, Audian | R>
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
   * The verdict when the last lookup finds nothing. `"not-done"` if the effect would certainly be visible. `"unknown"`,
   * the default, if it may appear later or elsewhere.
   */
  readonly absence?: "not-done" | "unknown" | undefined
  /** The delays between lookups; the first lookup is immediate. Default 1, 2, 4, 8 and 16 seconds. */
  readonly schedule?: Schedule.Schedule<unknown> | undefined
}

/**
 * Adds a lookup to an operation.
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
  const schedule = options.schedule ?? defaultSchedule
  const look = (input: Input, error: AudianError | undefined): Effect.Effect<Verdict<A>, never, Audian | R> =>
    Effect.result(options.look(input)).pipe(
      Effect.repeat(
        schedule.pipe(
          Schedule.setInputType<Result.Result<Option.Option<Found>, AudianError>>(),
          Schedule.while(({ input }) => !(Result.isSuccess(input) && Option.isSome(input.success))),
          Schedule.passthrough
        )
      ),
      Effect.map((last): Verdict<A> => {
        if (Result.isFailure(last)) return Verdict.Unknown({ error })
        if (Option.isSome(last.success)) return Verdict.Done({ value: last.success.value })
        return options.absence === "not-done" ? Verdict.NotDone({ error }) : Verdict.Unknown({ error })
      })
    )
  const call = operation as unknown as (input: Input) => Effect.Effect<Success, AudianError, Audian>
  const reconciled = (input: Input): Effect.Effect<Verdict<A>, AudianError, Audian | R> =>
    Effect.matchEffect(call(input), {
      onSuccess: (value) => Effect.succeed<Verdict<A>>(Verdict.Done({ value })),
      onFailure: (error) => (isUncertain(error) ? look(input, error) : Effect.fail(error))
    })
  // The call requires `Audian` already.
  return Object.assign(reconciled, { look: (input: Input) => look(input, undefined) }) as Reconciled<
    Input,
    A,
    Exclude<R, Audian>
  >
}

/** Checks whether the call may have been executed. A retry may conflict with the attempt before it. */
const isUncertain = (error: AudianError): boolean =>
  error.outcome === "unknown" || (error._tag === "Conflict" && error.attempts > 1)

const defaultSchedule: Schedule.Schedule<unknown> = /*@__PURE__*/ Schedule.upTo(
  /*@__PURE__*/ Schedule.exponential("1 second"),
  { times: 5 }
)

/**
 * `Numbers.purchase` with a lookup in the list of numbers. A number that is not listed half a minute later was not
 * bought.
 *
 * @category operations
 * @since 0.1.0
 */
export const purchase: Reconciled<
  Operation.Input<typeof Numbers.purchase>,
  Numbers.PurchasedNumber
> = /*@__PURE__*/ make(Numbers.purchase, {
  look: ({ number }) =>
    Stream.runHead(Stream.filter(Numbers.list.items({ limit: 100 }), (owned) => owned.number === number)),
  absence: "not-done"
})

/**
 * `Ports.create` with a lookup in the numbers of the account. A number that the account has, or whose state is
 * `port_in`, is being ported. The API has no list of ports, so a number that is not found is `Unknown`, never `NotDone`.
 *
 * @category operations
 * @since 0.1.0
 */
export const createPort: Reconciled<
  Operation.Input<typeof Ports.create>,
  Ports.Port | PhoneNumbers.NumberDocument
> = /*@__PURE__*/ make(Ports.create, {
  look: ({ number }) =>
    PhoneNumbers.get({ number }).pipe(
      Effect.map((found) => (isElsewhere(found) ? Option.none() : Option.some(found))),
      Effect.catchTag("NotFound", () => Effect.succeedNone)
    )
})

/** Checks whether a number belongs to no account or to another one. */
const isElsewhere = ({ state }: PhoneNumbers.NumberDocument): boolean =>
  state === "available" || state === "discovery" || state === "released" || state === "deleted"
