/**
 * The routes of the contract, over the handlers of the server that a request is for.
 *
 * @internal
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import type * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Scope from "effect/Scope"
import * as Api from "../../Api.ts"
import type * as Operation from "../../Operation.ts"
import type { Response, Routes } from "./app.ts"
import { type Decoded, handle } from "./handle.ts"
import * as Middleware from "./middleware.ts"
import * as Reads from "./reads.ts"
import * as RequestContext from "./requestContext.ts"

let shared: Routes | undefined

/**
 * The routes, built once per process: the build takes far longer than a request. They hold no state; the server of
 * a request is in its `RequestContext`.
 */
export const routes: Effect.Effect<Routes> = /*@__PURE__*/ Effect.sync(() => {
  shared ??= Reads.before(build(Api.contract().api, Api.operations()))
  return shared
})

/** The routes, and those of operations that are not of the contract. */
export const routesWith = (operations: ReadonlyArray<Operation.Any>): Effect.Effect<Routes> => {
  if (operations.length === 0) return routes
  return Effect.map(routes, (contract) => {
    const own = build(Api.contractOf(operations), operations)
    return (request, context) =>
      Effect.catchIf(contract(request, context), isRouteNotFound, () => own(request, context))
  })
}

const isRouteNotFound = (error: unknown): boolean =>
  Predicate.hasProperty(error, "reason") && Predicate.isTagged(error.reason, "RouteNotFound")

const build = (contract: HttpApi.Top, operations: ReadonlyArray<Operation.Any>): Routes => {
  const { Common } = Api.contract()
  // The engine reports every issue of an input.
  const api = contract.annotate(HttpApi.ParseOptions, { errors: "all" })

  const groups = Object.values(api.groups).map((group) => {
    const id = (group as HttpApiGroup.Top).identifier
    return HttpApiBuilder.group(api, id, (handlers) => {
      for (const endpoint of Object.values((group as HttpApiGroup.Top).endpoints)) {
        const name = `${id}.${endpoint.identifier}`
        // The contract is a value here: the types were checked where each handler was made.
        handlers.handle(endpoint.identifier as never, ((request: Decoded) => respond(name, request)) as never)
      }
      return handlers as never
    }) as Layer.Layer<never>
  })
  const layer = HttpApiBuilder.layer(api).pipe(
    Layer.provide(groups as [Layer.Layer<never>]),
    Layer.provide(Layer.succeed(Common, Middleware.perOperation(operations) as never)),
    Layer.provide(HttpServer.layerServices)
  ) as Layer.Layer<never>

  // HttpApiBuilder provides the context of the build to every request. An empty one leaves a request its own clock,
  // random numbers and tracer. The scope is never closed.
  const context = Context.make(Scope.Scope, Scope.makeUnsafe())
  const routed = Effect.runSync(Effect.updateContext(HttpRouter.toHttpEffect(layer), () => context)) as Effect.Effect<
    Response,
    unknown,
    HttpServerRequest.HttpServerRequest
  >
  return (request, server) =>
    routed.pipe(
      Effect.provideService(RequestContext.RequestContext, server),
      Effect.provideService(HttpServerRequest.HttpServerRequest, request)
    )
}

const respond = (name: string, request: Decoded) =>
  Effect.flatMap(RequestContext.RequestContext, (context) => context.result ?? handle(name, context, request))
