/**
 * The embedded server: the contract's routes over the handlers of one world, with credentials, quota, faults and a log.
 *
 * @internal
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpApiError from "effect/http-api/HttpApiError"
import type * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Scheduler from "effect/Scheduler"
import * as Scope from "effect/Scope"
import * as Api from "../../Api.ts"
import * as AudianError from "../../AudianError.ts"
import { issuesOf } from "../../internal/error/issues.ts"
import * as Engine from "./account/envelope.ts"
import * as Faults from "./faults.ts"
import * as Seen from "./requestContext.ts"
import type * as Log from "./requestLog.ts"
import * as Form from "./transport/forms.ts"

export interface Parts extends Seen.Server {
  /** What it is at the time. */
  readonly quota: () => { readonly limit: number; readonly windowMillis: number } | undefined
  /** Runs before each request, to bring the world to the time of it. */
  readonly advance: (now: number) => void
  readonly log: Log.Log
}

export type App = Effect.Effect<
  HttpServerResponse.HttpServerResponse,
  never,
  HttpServerRequest.HttpServerRequest | Scope.Scope
>

/**
 * The routes of the contract, which all servers of a process share: building them takes most of the time that a server
 * takes. The state of a server travels with the request.
 */
let routes: App | undefined

const buildRoutes = (): App => {
  const { Common, api: contract } = Api.contract()
  // The engine names all that is wrong with an input.
  const api = contract.annotate(HttpApi.ParseOptions, { errors: "all" })

  const groups = Object.values(api.groups).map((group) => {
    const id = (group as HttpApiGroup.Top).identifier
    return HttpApiBuilder.group(api, id, (handlers) => {
      for (const endpoint of Object.values((group as HttpApiGroup.Top).endpoints)) {
        const name = `${id}.${endpoint.identifier}`
        // The contract is a value here: that the handler fits its operation was checked where it was made.
        handlers.handle(endpoint.identifier as never, ((request: Parsed) => respond(name, request)) as never)
      }
      return handlers as never
    }) as Layer.Layer<never>
  })
  const layer = HttpApiBuilder.layer(api).pipe(
    Layer.provide(groups as unknown as [Layer.Layer<never>]),
    Layer.provide(Layer.succeed(Common, common() as never)),
    Layer.provide(HttpServer.layerServices)
  ) as unknown as Layer.Layer<never>

  // A route runs in the context that it was built in: an empty one, so that the clock, chance and tracer are those of
  // the request. The scope is never closed.
  const context = Context.make(Scope.Scope, Scope.makeUnsafe())
  return Effect.runSync(Effect.updateContext(HttpRouter.toHttpEffect(layer), () => context)) as App
}

export const make = (parts: Parts): App => {
  routes ??= buildRoutes()
  return outside(parts, routes)
}

interface Parsed {
  readonly request: HttpServerRequest.HttpServerRequest
  readonly params?: object
  readonly query?: object
  readonly payload?: object
  readonly endpoint: { readonly success: ReadonlySet<unknown> }
}

const respond = (name: string, request: Parsed) => Effect.flatMap(Seen.Seen, (seen) => run(name, seen, request))

const run = (name: string, seen: Seen.Seen, request: Parsed) => {
  const handler = seen.server.handlers.get(name)
  if (handler === undefined) {
    return Effect.fail(
      new AudianError.UnprocessableEntity({
        code: "not_simulated",
        description: `The embedded server does not simulate ${name}; stub it with AudianTest`
      })
    )
  }
  const { traits } = handler.operation
  const { data, ...beside } = (request.payload ?? {}) as { readonly data?: object }
  const input = { ...request.params, ...request.query, ...data, ...beside }
  seen.input = Form.described(input)
  if (seen.readOnly) return Effect.interrupt
  // Atomic: handlers may check, then act.
  const answer = Effect.provideService(handler.run(input), Scheduler.PreventSchedulerYield, true)
  // The engine answers for itself, envelope and all.
  if (traits.family === "account") return Effect.andThen(Engine.readBody(request.request), answer)
  return Effect.map(answer, (data) =>
    traits.envelope === "bare" ? data : traits.family === "flat" ? { success: true, data } : { data, status: "success" }
  )
}

/** Within the routes, where the operation is known: credentials, faults, and input that does not fit. */
const common = () => {
  const operations = new Map(Api.operations().map((operation) => [operation.name, operation]))
  return (
    self: Effect.Effect<HttpServerResponse.HttpServerResponse, unknown, HttpServerRequest.HttpServerRequest>,
    {
      endpoint,
      group
    }: { readonly endpoint: { readonly identifier: string }; readonly group: { readonly identifier: string } }
  ) => {
    const name = `${group.identifier}.${endpoint.identifier}`
    const operation = operations.get(name)!
    const read = Form.withForm(self)
    const checked = Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ headers, method }) =>
      Effect.flatMap(Seen.Seen, ({ server: { auth } }) =>
        Effect.andThen(auth.check(operation.traits.family, headers["x-auth-token"], method), read)
      )
    ).pipe(
      Effect.catch((error) => {
        if (operation.traits.family === "account") return Engine.refused(error)
        return Effect.fail(HttpApiError.HttpApiSchemaError.is(error) ? badRequest(error) : error)
      })
    )
    return Effect.flatMap(Seen.Seen, (seen) => {
      const {
        chance,
        now,
        server: { auth, faults },
        token
      } = seen
      seen.operation = name
      const fault = Faults.next(faults, {
        operation: name,
        family: operation.traits.family,
        now,
        chance
      })
      if (fault === undefined) return checked
      seen.fault = fault
      const expire = Effect.sync(() => token !== undefined && auth.revoke(token))
      const befallen = Faults.befall(fault, checked, expire)
      if (fault.executed === true || !Faults.isCovered(fault)) return befallen
      seen.readOnly = true
      return Effect.andThen(Effect.exit(checked), befallen)
    })
  }
}

const badRequest = (error: HttpApiError.HttpApiSchemaError): AudianError.AudianError => {
  const issues = issuesOf(error.cause.issue).map((issue) => ({ ...issue, field: issue.field.replace(/^data\./, "") }))
  const first = issues[0]
  return new AudianError.BadRequest({
    code: "invalid_request_error",
    type: "invalid_request_error",
    description:
      first === undefined || first.field === ""
        ? `The request is invalid${first === undefined ? "" : `: ${first.message}`}`
        : `The ${first.field} parameter is invalid: ${first.message}`,
    ...(first !== undefined && first.field !== "" && { param: first.field })
  })
}

/** Around the routes: the quota, an id for each request, the log, and an answer for what no route takes. */
const outside = (parts: Parts, app: App): App => {
  let count = 0
  let window = { start: 0, used: 0 }

  const take = (now: number): { readonly headers: Record<string, string>; readonly over: boolean } => {
    const quota = parts.quota()
    if (quota === undefined) return { headers: {}, over: false }
    if (now >= window.start + quota.windowMillis) window = { start: now, used: 0 }
    window.used++
    const reset = window.start + quota.windowMillis
    const over = window.used > quota.limit
    return {
      headers: {
        "x-ratelimit-limit": String(quota.limit),
        "x-ratelimit-remaining": String(Math.max(0, quota.limit - window.used)),
        "x-ratelimit-reset": String(Math.ceil(reset / 1000)),
        ...(over && { "retry-after": String(Math.ceil((reset - now) / 1000)) })
      },
      over
    }
  }

  return Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    const now = yield* Clock.currentTimeMillis
    parts.advance(now)
    const requestId = `req_${String(++count).padStart(6, "0")}`
    const random = yield* Random.Random
    const seen = Seen.make({
      token: request.headers["x-auth-token"],
      requestId,
      chance: () => random.nextDoubleUnsafe(),
      now,
      server: parts
    })
    const { headers, over } = take(now)
    const log = parts.log.begin(request, seen, { now, requestId })
    const response = over
      ? tooMany(headers["retry-after"] ?? "1")
      : yield* app.pipe(
          Effect.provideService(Seen.Seen, seen),
          Effect.catchCause((cause) => {
            const reason = cause.reasons[0]
            if (reason?._tag === "Die" && reason.defect instanceof Faults.Broken) return Effect.die(reason.defect)
            const error =
              reason?._tag === "Fail" ? (reason.error as { readonly reason?: { readonly _tag?: string } }) : undefined
            if (error?.reason?._tag === "RouteNotFound") return Effect.succeed(noRoute(request))
            return Effect.failCause(cause)
          }),
          Effect.onError(() => Effect.sync(() => log(undefined)))
        )
    log(response.status)
    const { fault } = seen
    const answer = HttpServerResponse.setHeaders(response, {
      "x-request-id": requestId,
      // The quota is the server's own affair.
      ...(fault !== undefined && Faults.isCovered(fault) ? undefined : headers),
      ...response.headers
    })
    return fault?.delivery === undefined ? answer : yield* Faults.deliver(fault.delivery, answer)
  })
}

const error = (status: number, body: object) => HttpServerResponse.jsonUnsafe({ error: body }, { status })

const tooMany = (seconds: string) =>
  error(429, {
    code: "rate_limit_error",
    message: `Too many requests. Please retry after ${seconds} seconds`,
    type: "rate_limit_error"
  })

const noRoute = (request: HttpServerRequest.HttpServerRequest) =>
  error(404, {
    code: "not_found_error",
    message: `The embedded server has no ${request.method} ${request.url.split("?")[0]}`,
    type: "not_found_error"
  })
