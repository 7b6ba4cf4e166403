/**
 * The request that is being answered, as the outside of the routes and the handlers within them share it.
 *
 * @internal
 */
import * as Context from "effect/Context"

export interface Seen {
  /** Empty until a route has taken the request. */
  operation: string
  /** The operation's input, as it was decoded. */
  input: unknown
  /** The JSON body as it was sent; `undefined` when there is none. */
  body: unknown
  readonly token: string | undefined
  readonly requestId: string
  /** When it came, in milliseconds since 1970. */
  readonly now: number
}

export const make = (fields: Pick<Seen, "token" | "requestId" | "now">): Seen => ({
  operation: "",
  input: undefined,
  body: undefined,
  ...fields
})

export const Seen = Context.Reference<Seen>("effect-audian/testing/Seen", {
  defaultValue: () => make({ token: undefined, requestId: "", now: 0 })
})
