/**
 * What the embedded server was asked for, as a test says it: the requests of one operation, how many there were, that
 * there were none. What does not hold dies with the log of the server in its message.
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Numbers } from "effect-audian"
 * import { EmbeddedAudian, Fault, Requests } from "effect-audian/testing"
 *
 * export const test = Effect.gen(function* () {
 *   yield* Numbers.purchase({ number: "+14155551234" })
 *   yield* Requests.assertCount(Numbers.purchase, 2, { number: "+14155551234" })
 *   yield* Requests.assertNone(Numbers.list)
 * }).pipe(Effect.provide(EmbeddedAudian.layer({ faults: [Fault.status(503)] })))
 * ```
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"
import type * as Operation from "../Operation.ts"
import { EmbeddedAudian, type Request } from "./EmbeddedAudian.ts"

/**
 * The input of an operation as the log has it: its fields as they are where they are JSON, without secrets.
 *
 * @category models
 * @since 0.1.0
 */
export type Logged<Input> = {
  readonly [K in keyof Input]: [Input[K]] extends [Schema.Json | undefined] ? Input[K] : Schema.Json
}

/**
 * A request of an operation. Its input is `null` where the server did not read it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Of<Input> extends Omit<Request, "input"> {
  readonly input: Logged<Input> | null
}

/**
 * The requests of an operation, the oldest first; those with certain fields in their input, where they are given.
 *
 * @category getters
 * @since 0.1.0
 */
export const of = <Input, Success>(
  operation: Operation.Operation<Input, Success>,
  where?: Partial<Logged<Input>>
): Effect.Effect<ReadonlyArray<Of<Input>>, never, EmbeddedAudian> =>
  Effect.map(log, (requests) => select(requests, operation, where))

/**
 * How many requests of an operation there were.
 *
 * @category getters
 * @since 0.1.0
 */
export const count = <Input, Success>(
  operation: Operation.Operation<Input, Success>,
  where?: Partial<Logged<Input>>
): Effect.Effect<number, never, EmbeddedAudian> => Effect.map(of(operation, where), ({ length }) => length)

/**
 * The last request of an operation; dies when there is none.
 *
 * @category assertions
 * @since 0.1.0
 */
export const last = <Input, Success>(
  operation: Operation.Operation<Input, Success>,
  where?: Partial<Logged<Input>>
): Effect.Effect<Of<Input>, never, EmbeddedAudian> =>
  Effect.flatMap(log, (requests) => {
    const found = select(requests, operation, where).at(-1)
    return found === undefined ? unmet(requests, operation, where, "a request", 0) : Effect.succeed(found)
  })

/**
 * Dies unless there were so many requests of an operation.
 *
 * @category assertions
 * @since 0.1.0
 */
export const assertCount = <Input, Success>(
  operation: Operation.Operation<Input, Success>,
  expected: number,
  where?: Partial<Logged<Input>>
): Effect.Effect<void, never, EmbeddedAudian> =>
  Effect.flatMap(log, (requests) => {
    const { length } = select(requests, operation, where)
    return length === expected ? Effect.void : unmet(requests, operation, where, plural(expected), length)
  })

/**
 * Dies when there was a request of an operation.
 *
 * @category assertions
 * @since 0.1.0
 */
export const assertNone = <Input, Success>(
  operation: Operation.Operation<Input, Success>,
  where?: Partial<Logged<Input>>
): Effect.Effect<void, never, EmbeddedAudian> => assertCount(operation, 0, where)

/**
 * Requests to be read, one a line: id, time since the first, operation, input, answer, fault, repeat.
 *
 * @category formatting
 * @since 0.1.0
 */
export const show = (requests: ReadonlyArray<Of<unknown>>): string => {
  const start = requests[0] === undefined ? 0 : DateTime.toEpochMillis(requests[0].at)
  return requests
    .map(({ at, fault, input, method, operation, path, repeat, requestId, status }) =>
      [
        requestId,
        `+${DateTime.toEpochMillis(at) - start} ms`,
        operation === "" ? `${method} ${path}` : operation,
        ...(input === null ? [] : [JSON.stringify(input)]),
        status === undefined ? "no answer" : String(status),
        ...(fault === undefined ? [] : [`fault ${fault}`]),
        ...(repeat === 0 ? [] : [`repeat ${repeat}`])
      ].join("  ")
    )
    .join("\n")
}

// -----------------------------------------------------------------------------
// internal
// -----------------------------------------------------------------------------

const log = /*@__PURE__*/ Effect.flatMap(EmbeddedAudian, ({ requests }) => requests)

const select = <Input>(
  requests: ReadonlyArray<Request>,
  { name }: Operation.Any,
  where: Partial<Logged<Input>> | undefined
): ReadonlyArray<Of<Input>> =>
  requests.filter(
    ({ input, operation }) =>
      operation === name && (where === undefined || (Predicate.isObject(input) && includes(input, where)))
    // What the log has for an operation is what its contract decoded.
  ) as ReadonlyArray<Omit<Request, "input">> as ReadonlyArray<Of<Input>>

const includes = (input: object, where: object): boolean =>
  Object.entries(where).every(
    ([key, value]) => value === undefined || Equal.equals((input as Record<string, unknown>)[key], value)
  )

const plural = (count: number): string => `${count} ${count === 1 ? "request" : "requests"}`

const unmet = (
  requests: ReadonlyArray<Request>,
  { name }: Operation.Any,
  where: object | undefined,
  expected: string,
  actual: number
): Effect.Effect<never> =>
  Effect.die(
    new Error(
      `Requests: expected ${expected} of ${name}${where === undefined ? "" : ` with ${JSON.stringify(where)}`}, ` +
        `there were ${actual}\n\n${requests.length === 0 ? "(no requests)" : show(requests)}`
    )
  )
