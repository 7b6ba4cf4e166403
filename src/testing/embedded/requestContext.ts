/**
 * The request in flight, shared by the middleware and the handlers.
 *
 * @internal
 */
import * as Context from "effect/Context"
import type * as Exit from "effect/Exit"
import type * as AudianError from "../../AudianError.ts"
import type * as AudianTest from "../AudianTest.ts"
import type * as Fault from "../Fault.ts"
import type { Auth } from "./auth.ts"
import type * as Faults from "./faults.ts"

/** A handler. One of a user's own gives the payload; those of the engine's operations give the whole response. */
export interface Handler extends AudianTest.Handler {
  readonly givesPayload?: boolean
}

/** One server, as the shared routes need it. */
export interface Server {
  readonly auth: Auth
  readonly faults: Array<Faults.Rule>
  /** The limit of a request's body in bytes. */
  readonly maxBodySize: number
  /** By operation name. */
  readonly handlers: ReadonlyMap<string, Handler>
}

export interface RequestContext {
  /** The name of the operation; empty until a route has matched. */
  operation: string
  /** The decoded input. */
  input: unknown
  /** The undecoded JSON body; `undefined` without one. */
  body: unknown
  /** The fault to apply. */
  fault: Fault.Data | undefined
  /** The result of the handler, if it has run. */
  result: Exit.Exit<unknown, AudianError.AudianError> | undefined
  /** True to decode the input for the log without executing the request. */
  readOnly: boolean
  readonly token: string | undefined
  readonly requestId: string
  /** A random number from 0 up to 1, exclusive. */
  readonly chance: () => number
  /** The time of arrival, in milliseconds since 1970. */
  readonly now: number
  readonly server: Server
}

export const make = (
  fields: Pick<RequestContext, "token" | "requestId" | "chance" | "now" | "server">
): RequestContext => ({
  operation: "",
  input: undefined,
  body: undefined,
  fault: undefined,
  result: undefined,
  readOnly: false,
  ...fields
})

export const RequestContext = Context.Reference<RequestContext>("effect-audian/testing/RequestContext", {
  defaultValue: () => {
    throw new Error("EmbeddedAudian: a handler ran outside of a request")
  }
})
