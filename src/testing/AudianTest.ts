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
import * as Stream from "effect/Stream"
import { WebSocketConstructor } from "effect/socket/Socket"
import { Audian, type Response } from "../Audian.ts"
import type { AudianError } from "../AudianError.ts"
import type * as Events from "../Events.ts"
import * as ResponseCapture from "../internal/call/responseCapture.ts"
import * as MakeError from "../internal/error/makeError.ts"
import { omitUndefined } from "../internal/omitUndefined.ts"
import type * as Operation from "../Operation.ts"

export {
  /**
   * Holds any client to the contract: `Contract.check`.
   *
   * @category checks
   * @since 0.1.0
   */
  check as contract
} from "./Contract.ts"

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
 * What answers `Events.stream`.
 *
 * @category models
 * @since 0.1.0
 */
export interface EventsHandler<out R = never> {
  readonly events: (options: Events.Options) => Stream.Stream<Events.Event, AudianError, R>
}

/**
 * Answers `Events.stream`. Provide {@link layerNoWebSocket} for the constructor that it asks for.
 *
 * @category constructors
 * @since 0.1.0
 */
export const events = <R = never>(
  handler: (options: Events.Options) => Stream.Stream<Events.Event, AudianError, R>
): EventsHandler<R> => ({ events: handler })

/**
 * A WebSocket constructor for programs whose events are stubbed: it dies when it is used.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerNoWebSocket: Layer.Layer<WebSocketConstructor> = /*@__PURE__*/ Layer.succeed(
  WebSocketConstructor,
  () => {
    throw new Error("AudianTest: there is no WebSocket in this test")
  }
)

/**
 * The client that a set of stubs makes.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <R = never>(
  ...handlers: ReadonlyArray<Handler<R> | EventsHandler<R>>
): Effect.Effect<Audian["Service"], never, R> =>
  Effect.map(Effect.context<R>(), (context) => {
    const byOperation = new Map(
      handlers.flatMap((handler) => ("operation" in handler ? [[handler.operation, handler]] : []))
    )
    const events = handlers.findLast((handler) => "events" in handler)
    return Audian.of({
      execute: <Input, Success>(operation: Operation.Operation<Input, Success>, input: Input | undefined) =>
        Effect.suspend(() => execute(byOperation.get(operation), context, operation, input)) as Effect.Effect<
          Success,
          AudianError
        >,
      subscribe: (options) =>
        events === undefined
          ? Stream.die(new Error("AudianTest: no handler for Events.stream; add AudianTest.events(…)"))
          : Stream.provideContext(events.events(options), context)
    })
  })

/**
 * The client that a set of stubs makes, as a layer.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = <R = never>(
  ...handlers: ReadonlyArray<Handler<R> | EventsHandler<R>>
): Layer.Layer<Audian, never, R> => Layer.effect(Audian, make(...handlers))

/** What `Audian.withResponse` sees of a stub. */
const response: Response = {
  status: 200,
  headers: Headers.empty,
  requestId: undefined,
  rateLimit: undefined,
  attempts: 1,
  revision: undefined,
  nextStartKey: undefined,
  envelope: {}
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
  const call = MakeError.callInfo({
    operation: name,
    method: codec.method,
    path: Result.isSuccess(encoded) ? encoded.success.path : codec.template,
    replay: traits.replay,
    attempts: Result.isSuccess(encoded) ? 1 : 0
  })
  if (Result.isFailure(encoded)) return Effect.fail(MakeError.invalidRequest(call, encoded.failure))
  const input = { ...defaults, ...omitUndefined((given ?? {}) as object) }
  return handler.run(input).pipe(
    Effect.provideContext(context),
    Effect.mapError((error) => MakeError.withCallInfo(error, call)),
    Effect.tap(
      Effect.map(Effect.service(ResponseCapture.Current), (capture) => {
        if (capture !== undefined) ResponseCapture.record(capture, response)
      })
    )
  )
}
