/**
 * A decoded request in, what its handler makes of it out: the value of a success on the wire, or a response.
 *
 * @internal
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as Scheduler from "effect/Scheduler"
import * as AudianError from "../../AudianError.ts"
import * as Envelope from "./account/envelope.ts"
import * as RequestContext from "./requestContext.ts"
import * as Forms from "./transport/forms.ts"

/** A request with its parts decoded by the contract. */
export interface Decoded {
  readonly request: HttpServerRequest.HttpServerRequest
  readonly params?: object | undefined
  readonly query?: object | undefined
  readonly payload?: object | undefined
}

export const handle = (name: string, context: RequestContext.RequestContext, request: Decoded) => {
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
  const input = { ...request.params, ...request.query, ...fieldsOf(request.payload) }
  context.input = Forms.describeInput(input)
  if (context.readOnly) return Effect.interrupt
  // Handlers of the engine's operations return the whole response, envelope included.
  const givesResponse = traits.family === "account" && handler.givesPayload !== true
  const result = Effect.withFiber((fiber) => {
    const run = handler.run(input)
    if (!givesResponse && fiber.getRef(Scheduler.PreventSchedulerYield)) return run
    return Effect.updateContext(run, (services: Context.Context<never>) => {
      // Atomic: handlers may check, then act.
      const atomic = Context.add(services, Scheduler.PreventSchedulerYield, true)
      return givesResponse ? Context.add(atomic, RequestContext.RequestContext, context) : atomic
    })
  })
  if (givesResponse)
    return request.request.method === "GET"
      ? result
      : Effect.andThen(Envelope.readBody(request.request, context), result)
  return Effect.map(result, (data) =>
    traits.envelope === "bare" ? data : traits.family === "flat" ? { success: true, data } : { data, status: "success" }
  )
}

/** The fields of a body, those of its `data` included. */
const fieldsOf = (payload: object | undefined): object | undefined => {
  if (payload === undefined || !("data" in payload)) return payload
  const { data, ...fields } = payload
  return { ...(data as object), ...fields }
}
