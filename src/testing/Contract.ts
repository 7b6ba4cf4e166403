/**
 * Checks any client against the contract: a stub, a proxy, the embedded server, the real API. The result is a report
 * that lists every difference.
 *
 * **Details**
 *
 * - Operations that read are always called.
 * - Operations that write are called only with `writes`, and those with `replay: "unsafe"` only if listed in `unsafe`.
 * - Resources that the check creates are removed again.
 *
 * **Example** (Checking the embedded server)
 *
 * ```ts
 * import { Numbers } from "effect-audian"
 * import { Contract, EmbeddedAudian } from "effect-audian/testing"
 *
 * export const test = Contract.verify(EmbeddedAudian.layer({ numbers: ["+14155550100"] }), {
 *   operations: [Numbers.search, Numbers.list, Numbers.getConfig]
 * })
 * ```
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type { Audian } from "../Audian.ts"
import type * as Operation from "../Operation.ts"
import type { Options, Sample } from "./contract/options.ts"
import { Broken, isKept, type Report } from "./contract/report.ts"
import { run } from "./contract/run.ts"

export type { Options, Sample } from "./contract/options.ts"
export {
  Broken,
  type Check,
  type Difference,
  format,
  isKept,
  type Passed,
  type Report,
  type Skipped
} from "./contract/report.ts"

/**
 * Input for an operation, typed by it. Ids that are left out are taken from lists, or from created resources.
 *
 * **Example** (Permitting a lifecycle check)
 *
 * ```ts
 * import { Voicemail } from "effect-audian"
 * import { Contract, EmbeddedAudian } from "effect-audian/testing"
 *
 * export const test = Contract.verify(EmbeddedAudian.layer(), {
 *   samples: [Contract.sample(Voicemail.create, { name: "Support", login_pin: "4711" })],
 *   writes: true,
 *   unsafe: [Voicemail.create]
 * })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const sample = <Input, Success>(
  operation: Operation.Operation<Input, Success>,
  input: Partial<NoInfer<Input>>
): Sample => ({ operation, input: { ...input } })

/**
 * Checks a client against the contract and reports the differences. It fails only if the layer fails.
 *
 * **Gotchas**
 *
 * The check runs on the real clock, also inside a test with a `TestClock`: waits of the client take real time.
 *
 * **Example** (Printing a report)
 *
 * ```ts
 * import * as Console from "effect/Console"
 * import * as Effect from "effect/Effect"
 * import { Contract, EmbeddedAudian } from "effect-audian/testing"
 *
 * export const program = Contract.check(EmbeddedAudian.layer(), { without: ["interruption"] }).pipe(
 *   Effect.flatMap((report) => Console.log(Contract.format(report)))
 * )
 * ```
 *
 * @category checks
 * @since 0.1.0
 * @see {@link verify} for tests
 */
export const check = <E = never, R = never>(
  layer: Layer.Layer<Audian, E, R>,
  options: Options = {}
): Effect.Effect<Report, E, R> => run(layer, options)

/**
 * Checks a client in a test: like {@link check}, but fails with {@link Broken} if there is a difference, or if no check
 * was made.
 *
 * **Example** (Testing a stub)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Numbers } from "effect-audian"
 * import { AudianTest, Contract } from "effect-audian/testing"
 *
 * const stub = AudianTest.layer(AudianTest.handle(Numbers.list, () => Effect.succeed({ numbers: [], total: 0 })))
 *
 * export const test = Contract.verify(stub, { operations: [Numbers.list] })
 * ```
 *
 * @category checks
 * @since 0.1.0
 */
export const verify = <E = never, R = never>(
  layer: Layer.Layer<Audian, E, R>,
  options: Options = {}
): Effect.Effect<Report, E | Broken, R> =>
  Effect.filterOrFail(check(layer, options), isKept, (report) => new Broken({ report }))
