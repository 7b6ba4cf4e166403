/**
 * Runs the checks of every operation against a client and reports on them.
 *
 * @internal
 */

import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Api from "../../Api.ts"
import type { Audian } from "../../Audian.ts"
import { secretsIn } from "../../internal/error/redact.ts"
import { codecOf } from "../../internal/service.ts"
import type * as Operation from "../../Operation.ts"
import * as Assess from "./assess.ts"
import type * as Call from "./call.ts"
import type { Options } from "./options.ts"
import * as Plan from "./plan.ts"
import * as Reads from "./reads.ts"
import * as Report from "./report.ts"
import * as Writes from "./writes.ts"

/** The default clock is the real one: the clock of a test would never reach the deadline. */
export const run = <E, R>(
  layer: Layer.Layer<Audian, E, R>,
  options: Options,
  clock: Clock.Clock = Clock.Clock.defaultValue()
): Effect.Effect<Report.Report, E, R> =>
  Effect.suspend(() => {
    const env = makeEnv(options)
    const secrets = secretsOf(options)
    return Effect.provide(all(env), layer).pipe(
      Effect.map((findings) => Report.make([...findings, ...failures(env, secrets)], secrets)),
      Effect.provideService(Clock.Clock, clock)
    )
  })

const makeEnv = (options: Options): Call.Env => {
  const samples = new Map<Operation.Any, Plan.Fields>(
    options.samples?.map(({ input, operation }) => [operation, input])
  )
  return {
    operations: options.operations ?? Api.operations(),
    samples,
    deadline: Duration.fromInputUnsafe(options.deadline ?? "1 minute"),
    maxPages: options.maxPages ?? 20,
    wants: (check) => options.without?.includes(check) !== true,
    forbids: (operation) => {
      if (isRead(operation)) return undefined
      if (operation.traits.replay === "unsafe") {
        return options.unsafe?.includes(operation) === true ? undefined : "it is unsafe, and not permitted by name"
      }
      return options.writes === true ? undefined : "it writes, which is not permitted"
    },
    failures: [],
    listed: new Map()
  }
}

const isRead = (operation: Operation.Any): boolean => codecOf(operation).method === "GET"

const all = Effect.fnUntraced(function* (env: Call.Env): Effect.fn.Return<Report.Findings, never, Audian> {
  const reads = env.operations.filter(isRead)
  const writes = env.operations.filter((operation) => !isRead(operation))
  const creates = env.wants("lifecycle") ? writes.filter((operation) => Writes.isCreate(operation, env.operations)) : []
  const claimed = new Set(
    creates
      .filter((create) => env.forbids(create) === undefined && env.samples.has(create))
      .flatMap((create) => [create, ...Writes.claimed(create, env.operations)])
  )
  const findings = [
    yield* Effect.forEach(reads, (operation) => Reads.check(env, operation)),
    yield* Effect.forEach(
      creates.filter((create) => claimed.has(create)),
      (operation) => Writes.lifecycle(env, operation)
    ),
    yield* Effect.forEach(
      writes.filter((operation) => !claimed.has(operation)),
      (operation) => Writes.check(env, operation)
    )
  ]
  return findings.flat(2)
})

/** The findings about the failures of all checks. */
const failures = (env: Call.Env, secrets: ReadonlyArray<string>): Report.Findings =>
  env.operations.flatMap((operation) => {
    const failed = env.failures.filter((failure) => failure.operation === operation)
    const errors = failed.filter(({ isDefect }) => !isDefect)
    const assessed = (check: Report.Check, mismatches: ReadonlyArray<Report.Mismatch>): Report.Findings =>
      env.wants(check) && errors.length + mismatches.length > 0 ? Report.result(operation, check, mismatches) : []
    return [
      ...assessed(
        "error",
        errors.flatMap(({ failure, input }) => Assess.error(operation, input, failure))
      ),
      ...assessed(
        "secrets",
        failed.flatMap(({ failure, input }) =>
          Assess.secrets(failure, [...secrets, ...secretsIn(Plan.sentFields(operation, input))])
        )
      )
    ]
  })

const secretsOf = ({ secrets = [] }: Options): ReadonlyArray<string> =>
  secrets.map((secret) => (typeof secret === "string" ? secret : Redacted.value(secret)))
