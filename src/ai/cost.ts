/**
 * The price of a call, if the API can report it before the call.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"
import type * as Audian from "../Audian.ts"
import type * as Operation from "../Operation.ts"
import * as Retry from "../Retry.ts"
import * as Numbers from "../resources/Numbers.ts"

/**
 * Looks up the price of a number that `Numbers.purchase` would buy. No other operation has a price before its call: the
 * engine reports its charges in a 402, which executes nothing.
 */
export const of = (
  operation: Operation.Any,
  input: unknown
): Effect.Effect<Option.Option<Schema.Json>, never, Audian.Audian> => {
  if (operation.name !== Numbers.purchase.name || !Predicate.hasProperty(input, "number")) return Effect.succeedNone
  const number = String(input.number)
  return Numbers.search({ pattern: number.replace(/^\+1?/, "") }).pipe(
    Retry.withPolicy(Retry.none),
    Effect.map(({ numbers }) =>
      Option.map(
        Option.fromUndefinedOr(numbers.find((available) => String(available.number) === number)?.price),
        ({ monthly, setup }): Schema.Json => ({
          ...(monthly !== undefined && { monthly }),
          ...(setup !== undefined && { setup })
        })
      )
    ),
    // The price informs a decision; the call itself reports a failure.
    Effect.orElseSucceed(() => Option.none())
  )
}

/** A price as text. */
export const format = (cost: Option.Option<Schema.Json>): string =>
  Option.match(cost, {
    onNone: () => "The cost is not known before the call.",
    onSome: (charges) => {
      if (Predicate.isObject(charges) && !Array.isArray(charges)) {
        const amounts = Object.entries(charges).flatMap(([name, amount]) =>
          typeof amount === "number" ? [`${amount} ${name}`] : []
        )
        if (amounts.length === Object.keys(charges).length) return `Cost: ${amounts.join(", ")}.`
      }
      return `Cost: ${JSON.stringify(charges)}`
    }
  })
