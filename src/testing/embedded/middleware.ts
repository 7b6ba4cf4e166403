/**
 * The middleware of an embedded server. Around the routes: quota, request id, log, and 404 for an unknown path. Within
 * them, where the operation is known: credentials, faults, and input that does not fit the contract.
 *
 * @internal
 */
import type * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as HttpApiError from "effect/http-api/HttpApiError"
import * as Random from "effect/Random"
import * as AudianError from "../../AudianError.ts"
import { issuesOf } from "../../internal/error/issues.ts"
import type * as Operation from "../../Operation.ts"
import * as Envelope from "./account/envelope.ts"
import { type App, type Reply, type Response, type Routes, reply, toResponse } from "./app.ts"
import * as Faults from "./faults.ts"
import * as RequestContext from "./requestContext.ts"
import type * as RequestLog from "./requestLog.ts"
import * as Body from "./transport/body.ts"
import * as Cors from "./transport/cors.ts"
import * as Forms from "./transport/forms.ts"

/** One server, as its middleware needs it. */
interface Dependencies extends RequestContext.Server {
  /** The current quota. */
  readonly quota: () => { readonly limit: number; readonly windowMillis: number } | undefined
  /** Runs before each request, to advance the state to its time. */
  readonly advance: (now: number) => void
  readonly log: RequestLog.RequestLog
}

// -----------------------------------------------------------------------------
// around the routes
// -----------------------------------------------------------------------------

/** The app of one server: its quota, request ids and log around the shared routes. */
export const perRequest = (dependencies: Dependencies, routes: Routes): App => {
  const { log } = dependencies
  let count = 0
  const takeFromQuota = quotaWindow(dependencies.quota)

  return (request) =>
    Effect.withFiber((fiber) => {
      if (request.method === "OPTIONS") return Effect.succeed(reply(Cors.preflight))
      const now = fiber.getRef(Clock.Clock).currentTimeMillisUnsafe()
      dependencies.advance(now)
      const requestId = `req_${String(++count).padStart(6, "0")}`
      const random = fiber.getRef(Random.Random)
      const context = RequestContext.make({
        token: request.headers["x-auth-token"],
        requestId,
        chance: () => random.nextDoubleUnsafe(),
        now,
        server: dependencies
      })
      const { exceeded, headers } = takeFromQuota(now)
      const entry = log.begin(request, context)

      const send = (response: Response): Effect.Effect<Reply> => {
        log.end(entry, response.status)
        const { fault } = context
        const identified: Reply = {
          response,
          headers: {
            ...Cors.headers,
            "x-request-id": requestId,
            // A scripted response reports no quota.
            ...(fault !== undefined && Faults.replacesResponse(fault) ? undefined : headers)
          }
        }
        return fault?.delivery === undefined
          ? Effect.succeed(identified)
          : Effect.map(Faults.deliver(fault.delivery, toResponse(identified)), reply)
      }

      if (exceeded) return send(tooManyRequests(headers["retry-after"] ?? "1"))
      return Effect.matchCauseEffect(routes(request, context), {
        onFailure: (cause) => {
          const reason = cause.reasons[0]
          const error =
            reason?._tag === "Fail" ? (reason.error as { readonly reason?: { readonly _tag?: string } }) : undefined
          if (error?.reason?._tag === "RouteNotFound") return send(routeNotFound(request))
          log.end(entry, undefined)
          const isBroken = reason?._tag === "Die" && reason.defect instanceof Faults.BrokenConnection
          return isBroken ? Effect.die(reason.defect) : Effect.failCause(cause as Cause.Cause<never>)
        },
        onSuccess: send
      })
    })
}

/** A fixed window that counts requests against the quota; the window keeps its count when the quota changes. */
const quotaWindow = (quota: Dependencies["quota"]) => {
  let start = 0
  let used = 0
  return (now: number): { readonly headers: Record<string, string>; readonly exceeded: boolean } => {
    const current = quota()
    if (current === undefined) return { headers: {}, exceeded: false }
    const { limit, windowMillis } = current
    if (now >= start + windowMillis) {
      start = now
      used = 0
    }
    used++
    const reset = start + windowMillis
    const exceeded = used > limit
    return {
      headers: {
        "x-ratelimit-limit": String(limit),
        "x-ratelimit-remaining": String(Math.max(0, limit - used)),
        "x-ratelimit-reset": String(Math.ceil(reset / 1000)),
        ...(exceeded && { "retry-after": String(Math.ceil((reset - now) / 1000)) })
      },
      exceeded
    }
  }
}

const errorResponse = (status: number, error: object) => HttpServerResponse.jsonUnsafe({ error }, { status })

const tooManyRequests = (seconds: string) =>
  errorResponse(429, {
    code: "rate_limit_error",
    message: `Too many requests. Please retry after ${seconds} seconds`,
    type: "rate_limit_error"
  })

const tooLarge = ({ limit }: Body.TooLarge) =>
  errorResponse(413, {
    code: "validation_error",
    message: `The body has more than ${limit} bytes`,
    type: "validation_error"
  })

const routeNotFound = (request: HttpServerRequest.HttpServerRequest) =>
  errorResponse(404, {
    code: "not_found_error",
    message: `The embedded server has no ${request.method} ${request.url.split("?")[0]}`,
    type: "not_found_error"
  })

// -----------------------------------------------------------------------------
// within the routes
// -----------------------------------------------------------------------------

/** The middleware of every endpoint. All servers share it: the server is in the `RequestContext`. */
export const perOperation = (known: ReadonlyArray<Operation.Any>) => {
  const operations = new Map(known.map((operation) => [operation.name, operation]))
  return (
    self: Effect.Effect<HttpServerResponse.HttpServerResponse, unknown, HttpServerRequest.HttpServerRequest>,
    {
      endpoint,
      group
    }: { readonly endpoint: { readonly identifier: string }; readonly group: { readonly identifier: string } }
  ) => {
    const name = `${group.identifier}.${endpoint.identifier}`
    const { family } = operations.get(name)!.traits
    const handled = Forms.withForm(self)
    const isAccount = family === "account"
    return Effect.flatMap(RequestContext.RequestContext, (context) => {
      const { chance, now, server, token } = context
      context.operation = name
      const checked = Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ method }) =>
        Effect.andThen(server.auth.check(family, token, method), Body.withLimit(handled, server.maxBodySize))
      ).pipe(
        Effect.catch((error) => {
          if (error instanceof Body.TooLarge)
            return isAccount ? Envelope.tooLarge(error.limit) : Effect.succeed(tooLarge(error))
          if (isAccount) return Envelope.errorResponse(error)
          return Effect.fail(HttpApiError.HttpApiSchemaError.is(error) ? badRequest(error) : error)
        })
      )
      const fault = Faults.next(server.faults, { operation: name, family, now, chance })
      if (fault === undefined) return checked
      context.fault = fault
      const expire = Effect.sync(() => token !== undefined && server.auth.revoke(token))
      const faulty = Faults.apply(fault, checked, expire)
      if (fault.executed === true || !Faults.replacesResponse(fault)) return faulty
      // The handlers only decode the input for the log.
      context.readOnly = true
      return Effect.andThen(Effect.exit(checked), faulty)
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
