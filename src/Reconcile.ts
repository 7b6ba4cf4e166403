/**
 * Finding out what became of a call whose `outcome` is `"unknown"`: it was sent, and no answer said whether it was
 * carried out. Sending it again might do it twice; looking for what it should have done does not.
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
 * What became of a call.
 *
 * - `Done`: it was carried out; `value` is its answer, or what was found of it
 * - `NotDone`: it was not, and may be sent again
 * - `Unknown`: neither is certain; `error` is what the call failed with, where it was sent just now
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
 * A call that looks for itself.
 *
 * @category models
 * @since 0.1.0
 */
export interface Reconciled<Input, A, R = never> {
  /**
   * Calls the operation. It fails with what certainly was not carried out, as the operation does; any other failure is
   * answered by looking.
   */
  (input: Input): Effect.Effect<Verdict<A>, AudianError, Audian | R>
  /** Looks without calling: what became of an earlier call with this input, such as one that a crash cut short. */
  readonly look: (input: Input) => Effect.Effect<Verdict<A>, never, Audian | R>
}

/**
 * Options of {@link make}.
 *
 * @category options
 * @since 0.1.0
 */
export interface Options<Input, Found, R> {
  /** Looks for what the call should have done. */
  readonly look: (input: Input) => Effect.Effect<Option.Option<Found>, AudianError, R>
  /**
   * What it means that there is nothing to be found, even at the last look: `"not-done"` where it would certainly show,
   * `"unknown"`, the default, where it may come later or somewhere else.
   */
  readonly absence?: "not-done" | "unknown" | undefined
  /** When to look again while nothing is found; the first look is at once. Default after 1, 2, 4, 8 and 16 seconds. */
  readonly schedule?: Schedule.Schedule<unknown> | undefined
}

/**
 * Makes a call of an operation that says what became of it.
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Option from "effect/Option"
 * import { Account, Reconcile } from "effect-audian"
 *
 * // A user is found by the username, which is unique in the account.
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
  const schedule = options.schedule ?? fiveTimes
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
      onFailure: (error) => (isOpen(error) ? look(input, error) : Effect.fail(error))
    })
  // `Audian` is needed by the call already.
  return Object.assign(reconciled, { look: (input: Input) => look(input, undefined) }) as Reconciled<
    Input,
    A,
    Exclude<R, Audian>
  >
}

/** A conflict that a repeat meets may be with what the attempt before it did. */
const isOpen = (error: AudianError): boolean =>
  error.outcome === "unknown" || (error._tag === "Conflict" && error.attempts > 1)

const fiveTimes: Schedule.Schedule<unknown> = /*@__PURE__*/ Schedule.upTo(
  /*@__PURE__*/ Schedule.exponential("1 second"),
  { times: 5 }
)

/**
 * `Numbers.purchase`, looked for among your numbers. A number that is not listed half a minute later was not bought.
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
 * `Ports.create`, looked for among the numbers of the account: one that is there, or in the state `port_in`, is being
 * ported. The API has no list of ports, so that one which is not there yet is `Unknown`, never `NotDone`.
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

/** Whether a number has a document and is not the account's. */
const isElsewhere = ({ state }: PhoneNumbers.NumberDocument): boolean =>
  state === "available" || state === "discovery" || state === "released" || state === "deleted"
