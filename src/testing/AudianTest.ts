/**
 * A client made of stubs: for a test that needs an answer and no server.
 *
 * Each stub is typed by its operation. Input is checked against the contract first, as a real call would. An operation
 * without a stub dies naming itself, so that no error handling can hide it.
 *
 * @since 0.1.0
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Headers from "effect/http/Headers"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import { Audian, type Response } from "../Audian.ts"
import type { AudianError } from "../AudianError.ts"
import { capture } from "../internal/capture.ts"
import { defined } from "../internal/defined.ts"
import * as Failure from "../internal/failure.ts"
import type * as Operation from "../Operation.ts"

/**
 * One stub: an operation and what answers it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Handler<out R = never> {
  readonly operation: Operation.Any
  readonly run: (input: unknown) => Effect.Effect<unknown, AudianError, R>
}

/**
 * Answers an operation.
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { AudianError, Numbers } from "effect-audian"
 * import { AudianTest } from "effect-audian/testing"
 *
 * export const broke = AudianTest.handle(Numbers.purchase, (input) =>
 *   Effect.fail(new AudianError.PaymentRequired({ description: `No funds for ${input.number}` }))
 * )
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const handle = <Input, Success, R = never>(
  operation: Operation.Operation<Input, Success>,
  handler: (input: Input) => Effect.Effect<Success, AudianError, R>
): Handler<R> => ({
  operation,
  // The input has been checked against the operation's contract by whoever calls this.
  run: (input) => handler(input as Input)
})

/**
 * The client that a set of stubs makes.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <R = never>(...handlers: ReadonlyArray<Handler<R>>): Effect.Effect<Audian["Service"], never, R> =>
  Effect.map(Effect.context<R>(), (context) => {
    const byOperation = new Map(handlers.map((handler) => [handler.operation, handler]))
    return Audian.of({
      execute: <Input, Success>(operation: Operation.Operation<Input, Success>, input: Input | undefined) =>
        Effect.suspend(() => execute(byOperation.get(operation), context, operation, input)) as Effect.Effect<
          Success,
          AudianError
        >
    })
  })

/**
 * The client that a set of stubs makes, as a layer.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = <R = never>(...handlers: ReadonlyArray<Handler<R>>): Layer.Layer<Audian, never, R> =>
  Layer.effect(Audian, make(...handlers))

/** What `Audian.withResponse` sees of a stub. */
const response: Response = {
  status: 200,
  headers: Headers.empty,
  requestId: undefined,
  rateLimit: undefined,
  attempts: 1,
  revision: undefined,
  nextStartKey: undefined
}

/** The account of calls that name none. */
const accountId = "account_test"

const execute = <R>(
  handler: Handler<R> | undefined,
  context: Context.Context<R>,
  operation: Operation.Any,
  given: unknown
): Effect.Effect<unknown, AudianError> => {
  const { codec, name, traits } = operation
  if (handler === undefined) {
    return Effect.die(new Error(`AudianTest: no handler for ${name}; add AudianTest.handle(${name}, …)`))
  }
  const defaults = codec.ofAccount ? { account_id: accountId } : undefined
  const encoded = codec.encode(given, defaults)
  const call: Failure.Call = {
    operation: name,
    method: codec.method,
    path: Result.isSuccess(encoded) ? encoded.success.path : codec.template,
    replay: traits.replay,
    attempts: Result.isSuccess(encoded) ? 1 : 0,
    uncertain: false,
    secrets: []
  }
  if (Result.isFailure(encoded)) return Effect.fail(Failure.invalidRequest(call, encoded.failure))
  const input = { ...defaults, ...defined((given ?? {}) as object) }
  return handler.run(input).pipe(
    Effect.provideContext(context),
    Effect.mapError((error) => Failure.located(error, call)),
    Effect.tap(
      Effect.map(Effect.service(capture), (sink) => {
        for (let to = sink; to !== undefined; to = to.outer) to.last = response
      })
    )
  )
}
