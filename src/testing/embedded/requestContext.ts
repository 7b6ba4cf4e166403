/**
 * The request that is being answered, as the outside of the routes and the handlers within them share it.
 *
 * @internal
 */
import * as Context from "effect/Context"
import type * as AudianTest from "../AudianTest.ts"
import type * as Fault from "../Fault.ts"
import type { Auth } from "./auth.ts"
import type * as Faults from "./faults.ts"

/** The parts of one server that the routes, which all servers share, find with each request. */
export interface Server {
  readonly auth: Auth
  readonly faults: Array<Faults.Rule>
  /** By the name of the operation. */
  readonly handlers: ReadonlyMap<string, AudianTest.Handler>
}

export interface RequestContext {
  /** Empty until a route has taken the request. */
  operation: string
  /** The operation's input, as it was decoded. */
  input: unknown
  /** The JSON body as it was sent; `undefined` when there is none. */
  body: unknown
  /** What befalls it. */
  fault: Fault.Data | undefined
  /** Whether the input is only to be read, for the log, and nothing carried out. */
  readOnly: boolean
  readonly token: string | undefined
  readonly requestId: string
  /** A number from 0 to below 1, by chance. */
  readonly chance: () => number
  /** When it came, in milliseconds since 1970. */
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
  readOnly: false,
  ...fields
})

export const RequestContext = Context.Reference<RequestContext>("effect-audian/testing/RequestContext", {
  defaultValue: () => {
    throw new Error("EmbeddedAudian: a handler ran outside of a request")
  }
})
