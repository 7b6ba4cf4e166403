/**
 * A client made of stubs, for tests that need a response but no server.
 *
 * **Details**
 *
 * - Each stub is typed by its operation.
 * - Input is checked against the contract first, as in a real call.
 * - An operation without a stub dies with its name, so that no error handling can hide it.
 *
 * **Example** (Testing a program with stubs)
 *
 * ```ts
 * import { assert, it } from "@effect/vitest"
 * import * as Effect from "effect/Effect"
 * import { Numbers } from "effect-audian"
 * import { AudianTest } from "effect-audian/testing"
 *
 * const count = Effect.map(Numbers.list(), ({ total }) => total)
 *
 * const stubs = AudianTest.layer(AudianTest.handle(Numbers.list, () => Effect.succeed({ numbers: [], total: 3 })))
 *
 * it.effect("counts the numbers", () =>
 *   Effect.gen(function* () {
 *     assert.strictEqual(yield* count, 3)
 *   }).pipe(Effect.provide(stubs))
 * )
 * ```
 *
 * @since 0.1.0
 */

import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Headers from "effect/http/Headers"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { WebSocketConstructor } from "effect/socket/Socket"
import { Audian, type RequestOptions, type Response } from "../Audian.ts"
import type { AudianError } from "../AudianError.ts"
import type * as Events from "../Events.ts"
import * as AnyRequest from "../internal/call/anyRequest.ts"
import * as ResponseCapture from "../internal/call/responseCapture.ts"
import * as MakeError from "../internal/error/makeError.ts"
import { omitUndefined } from "../internal/omitUndefined.ts"
import { codecOf } from "../internal/service.ts"
import type * as Operation from "../Operation.ts"

export {
  /**
   * Checks any client against the contract: `Contract.check`.
   *
   * @category checks
   * @since 0.1.0
   */
  check as contract
} from "./Contract.ts"

/**
 * A stub: an operation and its handler.
 *
 * @category models
 * @since 0.1.0
 */
export interface Handler<out R = never> {
  readonly operation: Operation.Any
  readonly run: (input: unknown) => Effect.Effect<unknown, AudianError, R>
}

/**
 * Creates a stub for an operation from a handler.
 *
 * **Example** (Failing a purchase)
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
  // The caller has checked the input against the contract.
  run: (input) => handler(input as Input)
})

/**
 * Creates a stub for `Audian.request` from a handler.
 *
 * **Example** (A path of the engine)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { AudianTest } from "effect-audian/testing"
 *
 * export const stubs = AudianTest.layer(
 *   AudianTest.request(({ path }) => Effect.succeed({ data: [], path }))
 * )
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const request = <R = never>(
  handler: (options: RequestOptions) => Effect.Effect<Schema.Json, AudianError, R>
): Handler<R> => handle(AnyRequest.operationOf({ path: "/" }), handler)

/**
 * A stub for `Events.stream`.
 *
 * @category models
 * @since 0.1.0
 */
export interface EventsHandler<out R = never> {
  readonly events: (options: Events.Options) => Stream.Stream<Events.Event, AudianError, R>
}

/**
 * Creates a stub for `Events.stream` from a handler. Provide {@link layerNoWebSocket} for the constructor that the
 * stream requires.
 *
 * **Example** (Streaming one event)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Stream from "effect/Stream"
 * import { Events } from "effect-audian"
 * import { AudianTest } from "effect-audian/testing"
 *
 * const stubs = Layer.mergeAll(
 *   AudianTest.layer(AudianTest.events(() => Stream.empty)),
 *   AudianTest.layerNoWebSocket
 * )
 *
 * export const test = Events.stream({ bindings: ["call.*.*"] }).pipe(Stream.runCollect, Effect.provide(stubs))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const events = <R = never>(
  handler: (options: Events.Options) => Stream.Stream<Events.Event, AudianError, R>
): EventsHandler<R> => ({ events: handler })

/**
 * A WebSocket constructor for programs with stubbed events. It dies when used.
 *
 * **Example** (Test a program that listens to events)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 * import { Events } from "effect-audian"
 * import { AudianTest } from "effect-audian/testing"
 *
 * const stubs = AudianTest.layer(AudianTest.events(() => Stream.empty))
 *
 * export const test = Events.stream({ bindings: ["call.*.*"] }).pipe(
 *   Stream.runCollect,
 *   Effect.provide([stubs, AudianTest.layerNoWebSocket])
 * )
 * ```
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
 * Creates a client from stubs. See {@link layer}.
 *
 * **Example** (A client for one call)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Audian, Numbers } from "effect-audian"
 * import { AudianTest } from "effect-audian/testing"
 *
 * export const test = Effect.gen(function* () {
 *   const stub = AudianTest.handle(Numbers.list, () => Effect.succeed({ numbers: [], total: 3 }))
 *   const client = yield* AudianTest.make(stub)
 *   return yield* Effect.provideService(Numbers.list(), Audian.Audian, client)
 * })
 * ```
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
    // Each `Audian.request` is an operation of its own.
    const ofRequest = Array.from(byOperation.values()).findLast(({ operation }) => operation.name === AnyRequest.name)
    const handlerOf = (operation: Operation.Any) =>
      byOperation.get(operation) ?? (operation.name === AnyRequest.name ? ofRequest : undefined)
    const events = handlers.findLast((handler) => "events" in handler)
    return Audian.of({
      execute: <Input, Success>(operation: Operation.Operation<Input, Success>, input: Input | undefined) =>
        Effect.suspend(() => execute(handlerOf(operation), context, operation, input)) as Effect.Effect<
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
 * A layer that provides a client made of stubs.
 *
 * **Details**
 *
 * Stubs may require services; the layer requires the same.
 *
 * **Example** (Stubbing two operations)
 *
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { AudianError, Numbers } from "effect-audian"
 * import { AudianTest } from "effect-audian/testing"
 *
 * export const stubs = AudianTest.layer(
 *   AudianTest.handle(Numbers.list, () => Effect.succeed({ numbers: [], total: 0 })),
 *   AudianTest.handle(Numbers.getConfig, () => Effect.fail(new AudianError.NotFound({})))
 * )
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = <R = never>(
  ...handlers: ReadonlyArray<Handler<R> | EventsHandler<R>>
): Layer.Layer<Audian, never, R> => Layer.effect(Audian, make(...handlers))

/** The response that `Audian.withResponse` reports for a stub. */
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

/** The account of calls without an `account_id`. */
const accountId = "account_test"

const execute = <R>(
  handler: Handler<R> | undefined,
  context: Context.Context<R>,
  operation: Operation.Any,
  given: unknown
): Effect.Effect<unknown, AudianError> => {
  const { name, traits } = operation
  if (handler === undefined) {
    const missing = name === AnyRequest.name ? "AudianTest.request(…)" : `AudianTest.handle(${name}, …)`
    return Effect.die(new Error(`AudianTest: no handler for ${name}; add ${missing}`))
  }
  const codec = codecOf(operation)
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
