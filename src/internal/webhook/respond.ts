/**
 * Responds to deliveries: for a router, for a web `Request`, or through a queue.
 *
 * @internal
 */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpEffect from "effect/http/HttpEffect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import * as Errors from "./errors.ts"
import type { Source } from "./incoming.ts"
import type { Receiver } from "./receiver.ts"

/** Adds an event to a queue without waiting for room. */
export const offer =
  <A, E>(queue: Queue.Enqueue<A, E>) =>
  (event: A): Effect.Effect<void, Errors.Unavailable> =>
    Effect.suspend(() =>
      Queue.offerUnsafe(queue, event) ? Effect.void : Effect.fail(new Errors.Unavailable({ reason: "QueueFull" }))
    )

/** Adds a route for each method. */
export const route = Effect.fnUntraced(function* <A, R>(
  receiver: Receiver<A>,
  methods: ReadonlyArray<"GET" | "POST" | "PUT">,
  path: HttpRouter.PathInput,
  handler: (event: A) => Effect.Effect<unknown, unknown, R>
): Effect.fn.Return<void, never, HttpRouter.HttpRouter | R> {
  const router = yield* HttpRouter.HttpRouter
  const context = yield* Effect.context<R>()
  for (const method of methods) {
    yield* router.add(method, path, (request) => respond(receiver, request, handler, context))
  }
})

/** A handler for a web `Request`. */
export const webHandler = <A, R>(
  receiver: Receiver<A>,
  handler: (event: A) => Effect.Effect<unknown, unknown, R>,
  context: Context.Context<R>
): ((request: globalThis.Request) => Promise<globalThis.Response>) =>
  // `respond` provides the handler's services; the context carries the references that a program sets for all fibers.
  HttpEffect.toWebHandlerWith<never, HttpServerRequest.HttpServerRequest>(context as Context.Context<never>)(
    Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) => respond(receiver, request, handler, context))
  )

const respond = <A, R>(
  receiver: Receiver<A>,
  request: HttpServerRequest.HttpServerRequest,
  handler: (event: A) => Effect.Effect<unknown, unknown, R>,
  context: Context.Context<R>
): Effect.Effect<HttpServerResponse.HttpServerResponse> =>
  Effect.map(
    reply(receiver, request, (event) =>
      Effect.updateContext(handler(event), (outer: Context.Context<never>) => Context.merge(outer, context))
    ),
    ({ body, status }) =>
      body === "" ? HttpServerResponse.empty({ status }) : HttpServerResponse.text(body, { status })
  )

export interface Reply {
  readonly status: number
  readonly body: string
}

/** The response to a delivery. Total: errors and defects have a status too. */
export const reply = <A, R>(
  receiver: Receiver<A>,
  source: Source,
  handler: (event: A) => Effect.Effect<unknown, unknown, R>
): Effect.Effect<Reply, never, R> =>
  receiver.handle(source, handler).pipe(
    // The engine takes 201 for success after a PUT, and 200 after any other method.
    Effect.map((): Reply => ({ status: isPut(source) ? 201 : 200, body: "" })),
    Effect.catchCause((cause) => {
      const error = Option.getOrUndefined(Cause.findErrorOption(cause))
      if (Errors.isReceiveError(error)) {
        const log = error._tag === "Replayed" ? Effect.logDebug : Effect.logWarning
        return Effect.as(log(error.message), { status: error.status, body: error._tag })
      }
      return Cause.hasInterruptsOnly(cause)
        ? Effect.interrupt
        : Effect.as(Effect.logError("A webhook delivery could not be handled", cause), unavailable)
    })
  )

const unavailable: Reply = { status: 503, body: "Unavailable" }

const isPut = ({ method }: Source): boolean => method?.toUpperCase() === "PUT"
