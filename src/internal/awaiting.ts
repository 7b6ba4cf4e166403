/**
 * The operations that wait: `Wait.until` with defaults.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import * as Wait from "../Wait.ts"
import * as CallSite from "./error/callSite.ts"
import * as Located from "./error/located.ts"
import * as OptionRules from "./options.ts"

/** Makes an operation that waits. Its errors have the line of its caller. */
export const make =
  <Input, A, E, R>(
    /** The name of the operation in an error of its options. */
    name: string,
    read: (input: Input) => Effect.Effect<A, E, R>,
    defaults: () => Wait.Options<A>
  ) =>
  (input: Input, options: Wait.AwaitOptions<A> = {}): Effect.Effect<A, E | Wait.StillPending<A>, R> => {
    const caller = CallSite.capture()
    const wait = Effect.suspend(() => {
      OptionRules.check(name, options, rules())
      const { deadline, isFinal, schedule } = defaults()
      return Wait.until(read(input), {
        isFinal: options.until ?? isFinal,
        schedule: options.schedule ?? schedule,
        deadline: options.deadline ?? deadline
      })
    })
    return Effect.mapError(Located.effect(wait, caller), (error) =>
      error instanceof Wait.StillPending ? withCaller(error, caller) : error
    )
  }

const withCaller = <E extends Error>(error: E, caller: CallSite.Frames | undefined): E =>
  Object.defineProperty(error, "stack", {
    value: [`${error.name}: ${error.message}`, ...CallSite.caller(caller)].join("\n"),
    configurable: true,
    writable: true
  })

const rules = (): OptionRules.RulesFor<Wait.AwaitOptions<unknown>> => ({
  schedule: OptionRules.schedule(),
  deadline: OptionRules.duration(),
  until: OptionRules.func
})
