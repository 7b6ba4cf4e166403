/**
 * Checks that a call can do what an endpoint declares. `HttpApiEndpoint` can declare more than a call sends or reads.
 *
 * @internal
 */
import type * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Predicate from "effect/Predicate"
import type { Contract } from "../schema/plainEndpoint.ts"

/** Throws if an endpoint declares something that a call does not support. */
export const check = (endpoint: Contract): void => {
  const reason = reasonOf(endpoint)
  if (reason !== undefined) throw new Error(`Operation.make: ${endpoint.method} ${endpoint.path} declares ${reason}`)
}

const withHeaders: HttpApiSchema.WithHeadersTypeId = "~effect/http-api/HttpApiSchema/WithHeaders"

const reasonOf = ({ headers, payload, success }: Contract): string | undefined => {
  if (headers !== undefined) return "headers, which are not sent; use Audian.withHeaders"
  for (const { encoding } of payload.values()) {
    if (encoding._tag !== "Json" && encoding._tag !== "Multipart") {
      return `a body of the encoding ${encoding._tag}; expected JSON or a form with files`
    }
  }
  for (const schema of success) {
    const isStream =
      Predicate.hasProperty(schema, "_tag") && (schema._tag === "StreamSse" || schema._tag === "StreamNdjson")
    if (isStream || Predicate.hasProperty(schema, withHeaders)) {
      return "a stream of events or response headers; expected JSON, a file or nothing"
    }
  }
  return undefined
}
