/**
 * The routes of the contract, over the handlers of the server that a request is for.
 *
 * @internal
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import type * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Scheduler from "effect/Scheduler"
import * as Scope from "effect/Scope"
import * as Api from "../../Api.ts"
import * as AudianError from "../../AudianError.ts"
import type * as Operation from "../../Operation.ts"
import * as Envelope from "./account/envelope.ts"
import type { App } from "./app.ts"
import * as Middleware from "./middleware.ts"
import * as RequestContext from "./requestContext.ts"
import * as Forms from "./transport/forms.ts"

let shared: App | undefined

/**
 * The routes, built once per process: the build takes far longer than a request. They hold no state; the server of
 * a request is in its `RequestContext`.
 */
export const routes: Effect.Effect<App> = /*@__PURE__*/ Effect.sync(() => {
  shared ??= build(Api.contract().api, Api.operations())
  return shared
})

/** The routes, and those of operations that are not of the contract. */
export const routesWith = (operations: ReadonlyArray<Operation.Any>): Effect.Effect<App> => {
  if (operations.length === 0) return routes
  return Effect.map(routes, (contract) => {
    const own = build(Api.contractOf(operations), operations)
    return Effect.catchIf(contract as Effect.Effect<Response, unknown, Requires>, isRouteNotFound, () => own) as App
  })
}

type Response = Effect.Success<App>
type Requires = Effect.Services<App>

const isRouteNotFound = (error: unknown): boolean =>
  Predicate.hasProperty(error, "reason") && Predicate.isTagged(error.reason, "RouteNotFound")

const build = (contract: HttpApi.Top, operations: ReadonlyArray<Operation.Any>): App => {
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
  return Effect.runSync(Effect.updateContext(HttpRouter.toHttpEffect(layer), () => context)) as App
}

/** A request as HttpApiBuilder decodes it. */
interface Decoded {
  readonly request: HttpServerRequest.HttpServerRequest
  readonly params?: object
  readonly query?: object
  readonly payload?: object
}

const respond = (name: string, request: Decoded) =>
  Effect.flatMap(RequestContext.RequestContext, (context) => run(name, context, request))

const run = (name: string, context: RequestContext.RequestContext, request: Decoded) => {
  const handler = context.server.handlers.get(name)
  if (handler === undefined) {
    return Effect.fail(
      new AudianError.UnprocessableEntity({
        code: "not_simulated",
        description: `The embedded server does not simulate ${name}; stub it with AudianTest`
      })
    )
  }
  const { traits } = handler.operation
  const { data, ...fields } = (request.payload ?? {}) as { readonly data?: object }
  const input = { ...request.params, ...request.query, ...data, ...fields }
  context.input = Forms.describeInput(input)
  if (context.readOnly) return Effect.interrupt
  // Atomic: handlers may check, then act.
  const result = Effect.provideService(handler.run(input), Scheduler.PreventSchedulerYield, true)
  // Handlers of the engine's operations return the whole response, envelope included.
  if (traits.family === "account" && handler.givesPayload !== true)
    return Effect.andThen(Envelope.readBody(request.request), result)
  return Effect.map(result, (data) =>
    traits.envelope === "bare" ? data : traits.family === "flat" ? { success: true, data } : { data, status: "success" }
  )
}
