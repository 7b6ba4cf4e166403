/**
 * A callable made of an endpoint and its traits. `Operation.make` and the makers of the resources give it its types.
 *
 * @internal
 */
import * as Effect from "effect/Effect"
import type * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as CallSite from "../error/callSite.ts"
import type { Contract } from "../schema/plainEndpoint.ts"
import { Audian, type Complete, type Kind, type Operation, type Traits, TypeId } from "../service.ts"
import { type Codec, type Parts as CodecParts, compile } from "./codec.ts"

/** The parts of a call that an operation brings, beside those that its endpoint brings. */
export interface Parts extends CodecParts {
  /** Operations that send the API key itself have none. */
  readonly complete?: Complete
  /** Throws if the endpoint declares something that a call does not support. Those of this library do not. */
  readonly check?: (endpoint: Contract) => void
}

export const fromEndpoint = <Input, Success, K extends Kind>(
  endpoint: () => HttpApiEndpoint.ConstraintRequest,
  traits: Traits,
  parts: Parts = {}
): Operation<Input, Success, K> => {
  const operation: Operation<Input, Success, K> = build(
    traits,
    // Every endpoint has all that a call reads; a constraint names a part of it.
    () => {
      const contract = endpoint() as unknown as Contract
      parts.check?.(contract)
      return contract
    },
    () => compile(operation.endpoint, parts),
    parts.complete
  )
  return operation
}

export const build = <Input, Success, K extends Kind>(
  traits: Traits,
  endpoint: () => Contract,
  codec: () => Codec,
  complete: Complete | undefined
): Operation<Input, Success, K> => {
  type Op = Operation<Input, Success, K>
  const operation = ((input: Input) => {
    const call = Effect.flatMap(Audian, (audian) => audian.execute(operation, input))
    const limit = CallSite.begin()
    if (limit === undefined) return call
    const site = new Error()
    CallSite.end(limit)
    return Effect.tapError(call, (error) => Effect.sync(() => CallSite.locate(error, site as CallSite.Frames)))
  }) as Op
  return Object.defineProperties(operation, {
    [TypeId]: { value: TypeId },
    traits: { value: traits },
    complete: { value: complete },
    endpoint: once("endpoint", endpoint),
    codec: once("codec", codec),
    name: once("name", () => `${traits.resource}.${operation.endpoint.identifier}`)
  })
}

/** A property that is computed on first use. */
const once = (key: string, evaluate: () => unknown): PropertyDescriptor => ({
  configurable: true,
  get(this: object) {
    const value = evaluate()
    Object.defineProperty(this, key, { value })
    return value
  }
})
