// Retry policies, and how they compose.
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import type * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import { Audian, type AudianError, Fleet, Numbers, Retry } from "effect-audian"
import type { Equal, Expect } from "../support/types.ts"

const spaced = Schedule.spaced("5 seconds")
const own = spaced.pipe(
  Schedule.setInputType<AudianError.AudianError>(),
  Schedule.while(({ input }) => input._tag === "TooManyRequests")
)

// Any schedule is a policy, and so are the results of the combinators of either module.
export const policies: ReadonlyArray<Retry.Policy> = [
  spaced,
  own,
  Retry.standard,
  Retry.documented,
  Retry.none,
  Schedule.max([Retry.standard, Retry.make({ attempts: 5 })]),
  Schedule.min([Retry.standard, spaced]),
  Schedule.concat(Retry.standard, spaced),
  Retry.standard.pipe(Schedule.upTo({ times: 1 })),
  Retry.standard.pipe(Schedule.while(({ input }) => input.isRetryable)),
  Retry.max([Retry.standard, own, spaced]),
  Retry.min([own, Retry.documented]),
  Retry.andThen(own, spaced),
  own.pipe(Retry.andThen(Retry.standard)),
  Retry.whenSafe(own),
  Retry.allowReplay(Retry.ignoreBudget(Retry.ignoreRetryAfter(own)))
]

export type Checks = [
  Expect<Equal<typeof Retry.standard, Retry.Common>>,
  Expect<Equal<ReturnType<typeof Retry.max>, Retry.Policy>>
]

// A policy does not change the error of a call, inside of the client and outside of it.
export const outside: Effect.Effect<unknown, AudianError.AudianError, Audian.Audian> = Effect.retry(
  Numbers.list(),
  Retry.standard
)

// A shared budget makes the layer need the fleet.
export const shared = Audian.layer({ apiKey: "", retryBudget: Fleet.retryBudget() })
export type Needs = Expect<Equal<Layer.Services<typeof shared>, HttpClient.HttpClient | Fleet.Fleet>>

export const wrong = [
  // @ts-expect-error: an input that is no AudianError
  Retry.max([Retry.standard, Schedule.forever.pipe(Schedule.setInputType<string>())]),
  // @ts-expect-error: no policies
  Retry.max([]),
  // @ts-expect-error: an error of something else
  Effect.retry(Effect.fail("text"), Retry.standard),
  // @ts-expect-error: a number is no policy
  Retry.withPolicy(Numbers.list(), 3)
]
