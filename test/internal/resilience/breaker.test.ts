/**
 * The breaker that skips successes, against Effect's, which records each outcome.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as EffectBreaker from "effect/persistence/CircuitBreaker"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import type { AudianError } from "../../../src/AudianError.ts"
import * as MakeError from "../../../src/internal/error/makeError.ts"
import * as Breaker from "../../../src/internal/resilience/breaker.ts"

const call = MakeError.callInfo({ operation: "Tests.get" })
const errorOf = (status: number): AudianError =>
  MakeError.fromResponse(call, { status, headers: {} as never, text: "", truncated: false }, 0)

const results = { success: Exit.void, failure: Exit.fail(errorOf(503)), "not found": Exit.fail(errorOf(404)) }
const ignored = { "too many": Exit.fail(errorOf(429)), died: Exit.die("a defect"), interrupted: Exit.interrupt(1) }
const outcomes = { ...results, ...ignored }
type Outcome = keyof typeof outcomes

/** A request that starts, the first or the last of those in flight that ends, or time that passes. */
type Step = "start" | { readonly end: Outcome; readonly at: 0 | -1 } | { readonly seconds: number }

const end = (end: Outcome): ReadonlyArray<Step> => [
  { end, at: 0 },
  { end, at: -1 }
]

/** As often as in a script. */
const table: ReadonlyArray<Step> = [
  ...Array.from({ length: 9 }, () => "start" as const),
  ...[
    ...end("failure"),
    ...end("failure"),
    ...end("success"),
    ...(Object.keys(ignored) as Array<Outcome>).flatMap(end)
  ],
  ...end("not found"),
  { seconds: 1 },
  { seconds: 31 }
]

const Script = Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: table.length - 1 }))).check(
  Schema.isMinLength(40),
  Schema.isMaxLength(80)
)

/** After each step: the state, and the requests that were refused. */
const trace = (steps: ReadonlyArray<Step>, failures: number, skipsSuccesses: boolean) =>
  Effect.gen(function* () {
    const own = yield* Breaker.own({ tripPolicy: EffectBreaker.consecutive(failures) })
    const breaker = yield* Breaker.make([own], "circuit", skipsSuccesses)
    const inFlight: Array<Deferred.Deferred<void, AudianError>> = []
    const seen: Array<unknown> = []
    let refused = 0
    for (const step of steps) {
      if (step === "start") {
        const result = yield* Deferred.make<void, AudianError>()
        const request = Effect.andThen(
          Effect.sync(() => void inFlight.push(result)),
          Deferred.await(result)
        )
        const onOpen = (retryAfter: Parameters<typeof MakeError.circuitOpen>[1]) => {
          refused++
          return MakeError.circuitOpen(call, retryAfter)
        }
        yield* Effect.forkChild(breaker.protect(request, onOpen))
      } else if ("seconds" in step) yield* TestClock.adjust(step.seconds * 1000)
      else {
        const [ended] = inFlight.splice(step.at, 1)
        if (ended !== undefined) yield* Deferred.done(ended, outcomes[step.end])
      }
      yield* TestClock.adjust(0)
      seen.push([step, yield* breaker.state, refused, breaker.openFor(0)])
    }
    return seen
  }).pipe(Effect.scoped)

describe("CircuitBreaker", () => {
  it.effect.prop(
    "a circuit that skips successes opens and closes as one that records them",
    [Script, Schema.Literals([1, 2, 3])],
    ([script, failures]) =>
      Effect.gen(function* () {
        const steps = script.map((index) => table[index]!)
        const start = yield* Effect.clockWith((clock) => Effect.succeed(clock.currentTimeMillisUnsafe()))
        const recorded = yield* trace(steps, failures, false)
        yield* TestClock.setTime(start)
        assert.deepStrictEqual(yield* trace(steps, failures, true), recorded)
      }),
    { arbitrary: { runs: 300 } }
  )
})
