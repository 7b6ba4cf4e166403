/**
 * The operations that wait: `Wait.until` with defaults.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as Wait from "../Wait.ts"
import * as OptionRules from "./options.ts"

export const until = <A, E, R>(
  /** The name of the operation in an error of its options. */
  name: string,
  read: Effect.Effect<A, E, R>,
  defaults: Wait.Options<A>,
  options: Wait.AwaitOptions<A> = {}
): Effect.Effect<A, E | Wait.StillPending<A>, R> =>
  Effect.suspend(() => {
    OptionRules.check(name, options, rules())
    return Wait.until(read, {
      isFinal: options.until ?? defaults.isFinal,
      schedule: options.schedule ?? defaults.schedule,
      deadline: options.deadline ?? defaults.deadline
    })
  })

const rules = (): OptionRules.RulesFor<Wait.AwaitOptions<unknown>> => ({
  schedule: OptionRules.schedule(),
  deadline: OptionRules.duration(),
  until: OptionRules.func
})
