/**
 * Assertions on the requests in the log of the embedded server: the requests of one operation, their number, their
 * absence. A failed assertion dies with the log of the server in its message.
 *
 * **Example** (A purchase that was retried once)
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
import { EmbeddedAudian, type Request } from "./embedded/service.ts"

/**
 * The input of an operation as the log has it: its JSON fields, with secrets redacted.
 *
 * @category models
 * @since 0.1.0
 */
export type Logged<Input> = {
  readonly [K in keyof Input]: [Input[K]] extends [Schema.Json | undefined] ? Input[K] : Schema.Json
}

/**
 * A request of an operation. Its input is `null` if the server did not decode it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Of<Input> extends Omit<Request, "input"> {
  readonly input: Logged<Input> | null
}

/**
 * The requests of an operation, the oldest first; with `where`, those with certain fields in their input.
 *
 * **Example** (The numbers that a program bought)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Numbers } from "effect-audian"
 * import { Requests } from "effect-audian/testing"
 *
 * export const bought = Effect.map(Requests.of(Numbers.purchase), (requests) =>
 *   requests.map(({ input }) => input?.number)
 * )
 * ```
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
 * The number of requests of an operation.
 *
 * @category getters
 * @since 0.1.0
 */
export const count = <Input, Success>(
  operation: Operation.Operation<Input, Success>,
  where?: Partial<Logged<Input>>
): Effect.Effect<number, never, EmbeddedAudian> => Effect.map(of(operation, where), ({ length }) => length)

/**
 * The last request of an operation. Dies without one.
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
    return found === undefined ? failure(requests, operation, where, "a request", 0) : Effect.succeed(found)
  })

/**
 * Dies unless there were this many requests of an operation.
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
    return length === expected ? Effect.void : failure(requests, operation, where, plural(expected), length)
  })

/**
 * Dies if there was a request of an operation.
 *
 * @category assertions
 * @since 0.1.0
 */
export const assertNone = <Input, Success>(
  operation: Operation.Operation<Input, Success>,
  where?: Partial<Logged<Input>>
): Effect.Effect<void, never, EmbeddedAudian> => assertCount(operation, 0, where)

/**
 * Requests as text, one per line: id, time since the first, operation, input, status, fault, repeat.
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
        status === undefined ? "no response" : String(status),
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
    // The input in the log was decoded by the operation's contract.
  ) as ReadonlyArray<Omit<Request, "input">> as ReadonlyArray<Of<Input>>

const includes = (input: object, where: object): boolean =>
  Object.entries(where).every(
    ([key, value]) => value === undefined || Equal.equals((input as Record<string, unknown>)[key], value)
  )

const plural = (count: number): string => `${count} ${count === 1 ? "request" : "requests"}`

const failure = (
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
