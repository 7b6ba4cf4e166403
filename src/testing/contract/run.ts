/**
 * Holds a client to the contract, operation by operation.
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
import { scrubText, secretsIn } from "../../internal/error/redact.ts"
import type * as Operation from "../../Operation.ts"
import type { Check, Options, Report } from "../Contract.ts"
import * as Judge from "./assess.ts"
import * as Ask from "./call.ts"
import * as Plan from "./plan.ts"
import * as Reads from "./reads.ts"
import * as Writes from "./writes.ts"

export const run = <E, R>(layer: Layer.Layer<Audian, E, R>, options: Options): Effect.Effect<Report, E, R> =>
  Effect.suspend(() => {
    const env = make(options)
    const secrets = secretsOf(options)
    return Effect.provide(all(env), layer).pipe(
      Effect.map((findings) => report([...findings, ...failures(env, secrets)], secrets)),
      // A test's clock stands still while it waits for this.
      Effect.provideService(Clock.Clock, Clock.Clock.defaultValue())
    )
  })

const make = (options: Options): Ask.Env => {
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
    seen: [],
    listed: new Map()
  }
}

const isRead = ({ codec }: Operation.Any): boolean => codec.method === "GET"

const all = Effect.fnUntraced(function* (env: Ask.Env): Effect.fn.Return<Ask.Findings, never, Audian> {
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

/** What the errors were like, of whatever check. */
const failures = (env: Ask.Env, secrets: ReadonlyArray<string>): Ask.Findings =>
  env.operations.flatMap((operation) => {
    const seen = env.seen.filter((one) => one.operation === operation)
    const errors = seen.filter(({ isDefect }) => !isDefect)
    const judged = (check: Check, wrong: ReadonlyArray<Judge.Wrong>): Ask.Findings =>
      env.wants(check) && errors.length + wrong.length > 0 ? Ask.made(operation, check, wrong) : []
    return [
      ...judged(
        "error",
        errors.flatMap(({ failure, input }) => Judge.error(operation, input, failure))
      ),
      ...judged(
        "secrets",
        seen.flatMap(({ failure, input }) =>
          Judge.secrets(failure, [...secrets, ...secretsIn(Plan.fieldsOf(operation, input))])
        )
      )
    ]
  })

const secretsOf = ({ secrets = [] }: Options): ReadonlyArray<string> =>
  secrets.map((secret) => (typeof secret === "string" ? secret : Redacted.value(secret)))

/** Each finding once, and no secret in what is told of it. */
const report = (findings: Ask.Findings, secrets: ReadonlyArray<string>): Report => {
  const distinct = Array.from(new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values())
  const differing = new Set(
    distinct.flatMap(({ _tag, check, operation }) => (_tag === "Difference" ? [`${operation} ${check}`] : []))
  )
  return {
    passed: distinct.flatMap((finding) =>
      finding._tag === "Passed" && !differing.has(`${finding.operation} ${finding.check}`)
        ? [{ operation: finding.operation, check: finding.check }]
        : []
    ),
    differences: distinct.flatMap((finding) =>
      finding._tag === "Difference"
        ? [
            {
              operation: finding.operation,
              check: finding.check,
              expected: scrubText(finding.expected, secrets),
              found: scrubText(finding.found, secrets)
            }
          ]
        : []
    ),
    skipped: distinct.flatMap((finding) =>
      finding._tag === "Skipped"
        ? [{ operation: finding.operation, check: finding.check, reason: scrubText(finding.reason, secrets) }]
        : []
    )
  }
}
